"""A document in Markdown, as one row: ``title`` is its first heading (else the file's name), ``text`` all of it.

A pattern of such files (``docs/*.md``) gives a table of documents, which texts can be made over.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa

from twinset.core.dataset import Dialect
from twinset.errors import DataError
from twinset.sources import content
from twinset.sources.raw import Raw

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*?)[ \t#]*$", re.MULTILINE)


def read_markdown(path: Path) -> Raw:
    """A table of one row; a file without a letter is a DataError."""
    cleaned, repairs = content.clean(content.load(path))
    text = bytes(cleaned).decode().strip()
    if not text:
        raise DataError(f"{path} holds no text; leave it out, or write some")
    heading = _HEADING.search(text)
    title = heading.group(1) if heading else path.name.partition(".")[0]
    return Raw(pa.table({"title": [title], "text": [text]}), False, Dialect(format="markdown"), repairs)
