"""Databases as outputs: tables made as their source declares them, rows loaded in bulk, all of it or nothing.

    check_target(url)                            before anything is learned
    write(files, schema, url, like=source)       when rows are there

Keys, indexes and rules come after the rows. PostgreSQL holds all in one transaction, MySQL under other names until the end,
files are written beside their place and take it at the end: whatever is cut or killed, the same command ends well, and no
half of a table is ever seen.
"""

from __future__ import annotations

from twinset.export.databases.write import Written, check_target, write

__all__ = ["Written", "check_target", "write"]
