"""Constraints at work: whether rows hold them, whether they can hold together, which hold in real rows.

Knows columns and rows, and neither engines nor plans. What proposes constraints is in :mod:`.propose`.
"""

from twinset.constraints.consistent import check
from twinset.constraints.holds import Functions, broken

__all__ = ["Functions", "broken", "check"]
