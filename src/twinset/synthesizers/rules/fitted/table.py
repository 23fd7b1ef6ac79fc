"""A table's rules: column by column, with what of them goes together."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.core.schema import Column, Table
from twinset.errors import DataError
from twinset.plan.commented import Commented
from twinset.privacy import K
from twinset.synthesizers.rules.fitted.found import Found, share
from twinset.synthesizers.rules.fitted.kinds import found
from twinset.synthesizers.rules.fitted.labels import depending
from twinset.synthesizers.rules.fitted.together import correlated


def fitted(table: Table, rows: pa.Table, *, k: int = K, has_people: bool = True) -> tuple[Commented, list[str]]:
    """The table as a plan says it, and remarks; DataError where there are too few rows to say anything of."""
    if rows.num_rows < 2 * k:
        raise DataError(
            f"{table.name!r} has {rows.num_rows:,} rows, and at least {k} stand behind each figure of a plan that can be "
            f"shared; give {2 * k} rows or more"
        )
    rules: dict[str, Found] = {}
    remarks: list[str] = []
    for column in table.columns:
        own = _of_column(column, _whole(rows[column.name]), k, has_people=has_people)
        if own is None:
            remarks.append(f"{column.name}: no rule makes {column.type.word} columns ({column.storage}); it is left out")
        else:
            rules[column.name] = own
    _depend(rules, rows, k)
    ranked = {name: _in_order(_whole(rows[name]), own) for name, own in rules.items() if own.ranked and not _reads(own)}
    return _commented(table, rules, rows.num_rows, correlated(ranked)), remarks


def _whole(array: pa.ChunkedArray) -> pa.Array:
    """A column in one piece, texts and labels of every storage as plain texts."""
    whole = array.combine_chunks()
    whole = whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)
    if pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_decode()
    return whole.cast(pa.string()) if pa.types.is_large_string(whole.type) else whole


def _in_order(array: pa.Array, own: Found) -> pa.Array:
    """Numbers and moments as they are, labels as their places in the order of the rule's."""
    if not pa.types.is_string(array.type):
        return array
    assert isinstance(own.rule, dict)
    return pc.index_in(array, value_set=pa.array(list(own.rule["values"]), pa.string()))


def _reads(own: Found) -> bool:
    return isinstance(own.rule, str) or own.rule["rule"] in ("formula", "constant") or "by" in own.rule


def _of_column(column: Column, array: pa.Array, k: int, *, has_people: bool) -> Found | None:
    """The rule of a column with the share of its missing values, where at least k rows have one or none."""
    there = array.filter(array.is_valid())
    n_missing = len(array) - len(there)
    if isinstance(column.type, types.Empty) or len(there) < 2 * k:
        return Found({"rule": "constant", "value": "", "missing": 1}, "next to all are missing")
    own = found(column, there, k, has_people=has_people)
    if own is None or n_missing < k:
        return own
    missing = share(n_missing, len(array))
    rule = own.rule
    if isinstance(rule, dict) and "missing" in rule:
        return own
    if isinstance(rule, str):
        of, _, inner = rule.partition(".")
        rule = {"rule": "field", "of": of, "field": inner}
    return Found({**rule, "missing": missing}, own.reason, own.ranked, own.hidden)


def _depend(rules: dict[str, Found], rows: pa.Table, k: int) -> None:
    """Labels that hang on those of an earlier column get weights for each of them: of the column that tells most."""
    earlier: list[str] = []
    for name, own in rules.items():
        if not isinstance(own.rule, dict) or own.rule["rule"] != "category" or not _is_text(rows[name].type):
            continue
        best: tuple[int, str, dict[str, Any]] | None = None
        for other in earlier:
            weights = depending(_labels(rows[name]), _labels(rows[other]), own, k)
            if weights is not None and (best is None or len(weights) > best[0]):
                best = (len(weights), other, weights)
        if best is not None and sum(map(len, best[2].values())) <= 2_000:
            rule = {**own.rule, "by": {"column": best[1], "weights": best[2]}}
            rules[name] = Found(rule, f"{own.reason}; by {best[1]}", False, own.hidden)
        earlier.append(name)


def _is_text(storage: pa.DataType) -> bool:
    return bool(pa.types.is_string(storage) or (pa.types.is_dictionary(storage) and pa.types.is_string(storage.value_type)))


def _labels(array: pa.ChunkedArray) -> pa.Array:
    return pc.cast(_whole(array), pa.string())


def _commented(table: Table, rules: dict[str, Found], n_rows: int, together: dict[str, Any] | None) -> Commented:
    hidden = {name: {**rule, "hidden": True} for own in rules.values() for name, rule in own.hidden.items()}
    records = {
        str(own.rule if isinstance(own.rule, str) else own.rule.get("of")).partition(".")[0]
        for own in rules.values()
        if isinstance(own.rule, str) or own.rule["rule"] == "field"
    }
    people = {name: {"rule": name, "hidden": True} for name in sorted(records) if name not in rules}
    columns = {**people, **hidden, **{name: own.rule for name, own in rules.items()}}
    key = [name for name in table.primary_key if name in rules]
    is_kept = len(key) == 1 and _is_unique(rules[key[0]])
    data: dict[str, Any] = {"rows": n_rows, **({"key": key[0]} if is_kept else {}), "columns": columns}
    if together is not None:
        data["correlate"] = [together]
    reasons = {name: f"{table[name].type.word}: {own.reason}".removesuffix(": ") for name, own in rules.items()}
    return Commented(data, reasons)


def _is_unique(own: Found) -> bool:
    return isinstance(own.rule, dict) and (own.rule.get("unique", False) or own.rule["rule"] in ("sequence", "uuid"))
