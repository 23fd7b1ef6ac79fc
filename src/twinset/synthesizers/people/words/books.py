"""Words as columns: a book is one list of words or numbers, and a locale has some of them by name."""

from __future__ import annotations

import pyarrow as pa

Books = dict[str, pa.Array]
