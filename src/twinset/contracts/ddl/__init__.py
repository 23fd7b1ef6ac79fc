"""SQL DDL, read through sqlglot (extra ``sql``): CREATE TABLE and what belongs to it, of the usual databases.

Nothing is run: statements are read, and what is none of CREATE, ALTER and COMMENT is passed over.
"""

from twinset.contracts.ddl.statements import DIALECTS, describe, guessed

__all__ = ["DIALECTS", "describe", "guessed"]
