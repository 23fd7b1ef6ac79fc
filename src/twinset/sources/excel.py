"""Workbooks: one sheet, each cell as the text that it would be in a CSV file.

Excel has no whole numbers and no dates apart from formats; calamine gives back what the cells' formats say. Cells become
text so that they go through the same inference as CSV, and columns of several types are seen as such.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, PasswordError, WorksheetNotFound, load_workbook

from twinset.core.dataset import Dialect, Repair
from twinset.core.registry import nearest
from twinset.errors import DataError
from twinset.sources import names
from twinset.sources.raw import Raw


def read_excel(path: Path, sheet: str | None = None) -> Raw:
    """One sheet of a workbook (the first where none is named) as text columns; the first row with cells is the header."""
    rows = _rows(path, sheet)
    filled = [row for row in rows if any(cell != "" for cell in row)]
    if not filled:
        raise DataError(f"{path} has no filled cell in the sheet; name another one as '{path.name}#Sheet'")
    header, body = filled[0], filled[1:]
    named, repairs = names.settle([_text(cell) for cell in header])
    columns = [pa.array([_text(row[i]) for row in body], pa.string()) for i in range(len(named))]
    if n_blank := len(rows) - len(filled):
        repairs = (*repairs, Repair("blank rows left out", count=n_blank))
    return Raw(pa.table(columns, names=list(named)), True, Dialect(format="csv"), repairs)


def _rows(path: Path, sheet: str | None) -> list[list[object]]:
    try:
        with load_workbook(path) as book:
            if sheet is None and not book.sheet_names:
                raise DataError(f"{path} has no sheet")
            opened = book.get_sheet_by_name(sheet or book.sheet_names[0])
            return [list(row) for row in opened.to_python()]
    except WorksheetNotFound as error:
        with load_workbook(path) as book:
            known = book.sheet_names
        raise DataError(f"{path} has no sheet {sheet!r}{nearest(sheet or '', known)}; sheets: {', '.join(known)}") from error
    except PasswordError as error:
        raise DataError(f"{path} is protected by a password; save it without one") from error
    except (CalamineError, OSError) as error:
        raise DataError(f"{path} is no workbook that can be read, or is damaged ({error})") from error


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        hours, rest = divmod(cell.total_seconds(), 3600)
        return f"{int(hours)}:{int(rest // 60):02}:{int(rest % 60):02}"
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
