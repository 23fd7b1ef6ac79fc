"""Keys between tables that nobody declared, found by what the rows of one table hold of another's.

A column may point to a column whose values are all different and hold nearly all of its own (an inclusion dependency). That
alone says little: numbers from 1 on lie in every table's numbers. So names and kinds of values have to bear it out, and each
key that is proposed says why.
"""

from __future__ import annotations

from twinset.sources.relations.propose import Found, Proposal, propose

__all__ = ["Found", "Proposal", "propose"]
