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
from twinset.sources.csv_layout import skip_preamble
from twinset.sources.raw import Raw


def read_excel(path: Path, sheet: str | None = None) -> Raw:
    """One sheet of a workbook (the first where none is named) as text columns; the header is below what titles there are."""
    rows, others = _rows(path, sheet)
    filled = [[_text(cell) for cell in row] for row in rows if any(cell != "" for cell in row)]
    if len(filled) < 2:
        known = f"; its others: {', '.join(others)}" if others else ""
        raise DataError(f"{path} has no rows in this sheet; name another one as '{path.name}#Sheet'{known}")
    first, repairs = skip_preamble(filled, len(filled[0]))
    header, body = filled[first], filled[first + 1 :]
    named, renamed = names.settle(header)
    repairs = (*repairs, *renamed)
    columns = [pa.array([row[i] for row in body], pa.string()) for i in range(len(named))]
    if others and sheet is None:
        repairs = (*repairs, Repair(f"the workbook's other sheets, not read: {', '.join(others)}", count=len(others)))
    if n_blank := len(rows) - len(filled):
        repairs = (*repairs, Repair("blank rows left out", count=n_blank))
    return Raw(pa.table(columns, names=list(named)), True, Dialect(format="csv"), repairs)


def _rows(path: Path, sheet: str | None) -> tuple[list[list[object]], list[str]]:
    """The rows of a sheet, and the names of the other ones."""
    try:
        with load_workbook(path) as book:
            if sheet is None and not book.sheet_names:
                raise DataError(f"{path} has no sheet")
            name = sheet or book.sheet_names[0]
            opened = book.get_sheet_by_name(name)
            return [list(row) for row in opened.to_python()], [other for other in book.sheet_names if other != name]
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
