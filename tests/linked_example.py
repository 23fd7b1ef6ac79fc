"""A report of linked tables made by hand: tables of each standing, keys with and without alarms, and nasty names."""

from __future__ import annotations

from tests.golden.report_example import HOSTILE, example
from twinset.core.score import Score
from twinset.core.verdict import Answer, LinkedVerdict, Outcome, Verdict, overall
from twinset.evaluation.relational.result import KeyPart, LinkedEvaluation, TablePart
from twinset.evaluation.report import Lineage
from twinset.evaluation.report.linked import LinkedReport
from twinset.evaluation.result import Note

NAMES = ("customers", "orders", "calls", "regions", "empty")
NASTY = (
    "<script>alert(1)<b>",
    "\"'><svg onload=alert(1)>",
    *tuple(name for name in HOSTILE if len(name) <= 100 and not {"/", "\\", "\0"} & set(name))[:3],
)
SECRET = "a real row: 4711"


def linked_example(outcome: Outcome = "fail", names: tuple[str, ...] = NAMES) -> LinkedReport:
    """Orders and calls belong to customers, who live in regions and know each other; the last table has no rows."""
    customers, orders, calls, regions, empty = names
    keys = (
        _key(orders, "customer", customers, owns=True),
        _key(calls, "customer", customers, owns=True),
        _key(customers, "region", regions),
        _key(calls, "region", regions),
        _key(customers, "friend", customers),
        _key(empty, "order", orders),
    )
    tables = {name: example("pass").evaluation for name in (customers, orders, calls)}
    parts = (
        TablePart(customers, ("id",), customers, False, "made", False, _rows(3000)),
        TablePart(orders, ("id", "line"), customers, False, "made", False, _rows(16_000)),
        TablePart(calls, (), customers, False, "made", True, _rows(6_000)),
        TablePart(regions, ("region",), regions, True, "as it is", True, _rows(8)),
        TablePart(empty, ("id",), empty, False, "too small", False, _rows(0)),
    )
    scores = tuple(score for key in keys[:5] for score in _of_key(key)) + tuple(map(_joined, names[:3]))
    evaluation = LinkedEvaluation(
        parts, keys, tables, (*scores, *_others(orders, customers)), {customers: _attacks(outcome)},
        (Note("a note about all of it"),), {"train": 25_008, "synthetic": 25_008, "holdout": 6_000}, (orders, "age"),
        {"keys": 0.1},
    )  # fmt: skip
    lineage = Lineage(
        "A shop", "shop.db", "relational", 7, evaluation.rows, made="2026-11-28", command="twinset run shop.yaml"
    )
    return LinkedReport(evaluation, _verdict(outcome, names, keys), lineage)


def _rows(n: int) -> dict[str, int]:
    return {"train": n, "synthetic": n, "holdout": n // 4}


def _key(table: str, column: str, to: str, *, owns: bool = False) -> KeyPart:
    return KeyPart(f"{table}.{column} → {to}", table, (column,), to, ("id",), owns)


def _of_key(key: KeyPart) -> list[Score]:
    about = {"key": key.label, "table": key.table, "columns": list(key.columns), "to": key.to}
    shape = {"levels": [0, 1, 2, 5], "real": [0.4, 0.3, None, 0.0], "synthetic": [0.3, 0.4, 0.2, 0.1]}
    shares = {**about, "real": 0.0, "synthetic": 0.02}
    return [
        Score("relational.orphans", key.label, 0.02, "lower", (0.01, 0.03), 0.0, (0.0, 0.001), 900, detail=shares),
        Score("relational.missing", key.label, 0.0, "lower", (0.0, 0.001), 0.0, (0.0, 0.001), 900, detail=shares),
        Score("relational.degree", key.label, 0.3, "lower", (0.25, 0.35), 0.02, (0.01, 0.03), 900,
              detail={**about, "real": 2.5, "synthetic": 2.9, "shape": shape}),
        Score("relational.association", key.label, None, "higher", reason="no columns at one end", detail=about),
    ]  # fmt: skip


def _joined(table: str) -> Score:
    detail = {"table": table, "columns": [["siblings by customer: count", 0.2]]}
    return Score("relational.c2st", table, 0.7, "baseline", (0.65, 0.75), 0.5, (0.48, 0.52), 5000, detail=detail)


def _others(orders: str, customers: str) -> list[Score]:
    detail = {"table": orders, "real": 0.7, "synthetic": 0.1}
    return [
        Score("relational.siblings", f"{orders}.amount per {customers}", 0.6, "lower", (0.5, 0.7), 0.05, (0.0, 0.1), 900,
              detail=detail),
        Score("relational.repeated", f"{orders}.id", 0.01, "lower", baseline=0.0, n=16_000, detail={"table": orders}),
        Score("utility.join_gap", f"{orders}.age from its relatives", -0.2, "higher", (-0.3, -0.1), 0.0, n=900,
              detail={"table": orders}),
        Score("relational.degree", SECRET, 0.5, "lower", is_public=False, detail={"table": orders}),
    ]  # fmt: skip


def _attacks(outcome: Outcome) -> tuple[Score, ...]:
    value = 0.1 if outcome == "fail" else 0.0
    shown = {"value": 0.05, "interval": (0.04, 0.06)}
    return (
        Score(
            "privacy.near_replay", None, value, "lower", (value - 0.01, value + 0.01), 0.0, n=900, detail={"control": shown}
        ),
        Score("privacy.reunion", None, value, "lower", (value - 0.01, value + 0.01), 0.0, n=900, detail={"control": shown}),
        Score("privacy.control", None, 1.0, "higher", n=20, reason="near-copies were planted"),
    )


def _verdict(outcome: Outcome, names: tuple[str, ...], keys: tuple[KeyPart, ...]) -> LinkedVerdict:
    answers = (Answer("alike", outcome, "a figure", ("a reason", "another")), Answer("useful", "pass", "as good"),
               Answer("leaked", outcome, "somebody comes back" if outcome == "fail" else "nobody"))  # fmt: skip
    one = Verdict(overall([answer.outcome for answer in answers]), "standard", answers, outcome == "pass")
    reasons = tuple(f"alike: {names[1]}: {reason}" for reason in ("a reason", "another"))
    whole = Verdict(one.outcome, "standard", answers, outcome == "pass", reasons)
    alarms: dict[str, Outcome] = {key.label: "fail" if place == 0 and outcome == "fail" else "pass"
                                  for place, key in enumerate(keys[:5])}  # fmt: skip
    return LinkedVerdict(whole, dict.fromkeys(names[:3], one), alarms, {names[0]: answers[2]})
