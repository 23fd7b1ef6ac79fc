"""Rows of one table that are given: their cells come out as they are, and all else is drawn as they make it likely.

Below the given rows everything follows from them as from any rows. Above them, owners are drawn given what their rows are:
how many, their summaries, and, by several tries of which one is picked, how likely each owner makes them.
"""

from __future__ import annotations

from twinset.synthesizers.relational.given.asked import Asked, asked_of, remarks
from twinset.synthesizers.relational.given.giving import Giving
from twinset.synthesizers.relational.given.sizes import sized, with_owners, with_partners

__all__ = ["Asked", "Giving", "asked_of", "remarks", "sized", "with_owners", "with_partners"]
