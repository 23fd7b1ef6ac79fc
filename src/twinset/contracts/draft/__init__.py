"""From described tables to a plan that makes rows for them by rules."""

from twinset.contracts.draft.plan import Drafted, drafted

__all__ = ["Drafted", "drafted"]
