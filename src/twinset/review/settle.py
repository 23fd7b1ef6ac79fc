"""What becomes of each row once reviewers have chosen: kept, kept as edited, left out; and why, in counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from twinset.review.cells import typed
from twinset.review.choices import Choice

Logs = Mapping[str, Mapping[int, Choice]]
REJECTED, DISPUTED, UNSEEN = "rejected by a reviewer", "reviewers disagree", "not reviewed"


@dataclass(frozen=True)
class Settled:
    """The rows that stay, in their order, and how many were left out for which reason; ``n_edited`` of them were changed."""

    rows: pa.Table
    n_edited: int
    left_out: dict[str, int] = field(default_factory=dict)


def settle(rows: pa.Table, logs: Logs, *, keep_unseen: bool) -> Settled:
    """Rows that all who saw them accept, as edited where one did; two edits of one row that differ are a dispute."""
    fates = [_fate([log[row] for log in logs.values() if row in log], keep_unseen) for row in range(rows.num_rows)]
    left_out = Counter(reason for reason, _ in fates if reason)
    kept = np.array([not reason for reason, _ in fates], dtype=np.bool_)
    edits = {row: dict(values) for row, (reason, values) in enumerate(fates) if not reason and values}
    return Settled(_edited(rows, edits).filter(pa.array(kept)), len(edits), dict(left_out))


def _fate(choices: list[Choice], keep_unseen: bool) -> tuple[str, Mapping[str, object]]:
    if not choices:
        return ("" if keep_unseen else UNSEEN), {}
    verbs = {choice.verb for choice in choices}
    if verbs == {"reject"}:
        return REJECTED, {}
    edits = [choice.values for choice in choices if choice.verb == "edit"]
    if "reject" in verbs or any(edit != edits[0] for edit in edits):
        return DISPUTED, {}
    return "", edits[0] if edits else {}


def _edited(rows: pa.Table, edits: Mapping[int, Mapping[str, object]]) -> pa.Table:
    """The rows with the cells that were changed; each column that has any is rewritten once."""
    for name in sorted({name for values in edits.values() for name in values} & set(rows.column_names)):
        column = rows.column(name).unify_dictionaries().combine_chunks()
        changed = [row for row, values in edits.items() if name in values]
        new = [typed(_text(edits[row][name]), column.type, name).as_py() for row in changed]
        places = np.arange(len(column))
        places[changed] = len(column) + np.arange(len(changed))
        plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        both = pa.concat_arrays([plain, pa.array(new, plain.type)]).take(pa.array(places))
        encoded = both.dictionary_encode().cast(column.type) if pa.types.is_dictionary(column.type) else both
        rows = rows.set_column(rows.column_names.index(name), rows.schema.field(name), encoded)
    return rows


def _text(value: object) -> str | None:
    return None if value is None else str(value)
