"""Databases: addresses, connections, what tables they hold, and errors in plain words.

Both ways need these, rows that are read (:mod:`twinset.sources`) and rows that are written (:mod:`twinset.export`). A driver
is imported when its kind of database is opened, and no sooner.
"""

from __future__ import annotations

from twinset.databases.address import Address, address, is_url, shown
from twinset.databases.catalogue import Catalogue, Field, Link, Relation
from twinset.databases.open import Reader, reading

__all__ = ["Address", "Catalogue", "Field", "Link", "Reader", "Relation", "address", "is_url", "reading", "shown"]
