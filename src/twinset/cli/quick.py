"""``twinset run PLAN -o -``: the rows of a table on the screen, with as few imports as possible.

The command line is read here where it says just that; what is said otherwise, or wrongly, is left to the full command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.plan import EdgeSpec, GivenSpec, Plan, Stage, load

MOST_ROWS = 10**12
_OPTIONS = ("--rows", "-o", "--out", "--table", "--format", "--edge")


def printed(arguments: Sequence[str]) -> bool:
    """Print what the command line asks for; false where it asks for anything else."""
    said = asked(arguments)
    if said is None:
        return False
    plan, options = said
    one = {name: values[-1] for name, values in options.items()}
    known = with_edge(with_rows(load(plan), options.get("--rows", ())), one.get("--edge"))
    print_plan(known, plan.parent, one.get("--table"), one.get("--format"))
    return True


def asked(arguments: Sequence[str]) -> tuple[Path, dict[str, list[str]]] | None:
    """The plan and the options of ``run``, if these are all there is and the output is the screen."""
    if arguments[:1] != ["run"]:
        return None
    options: dict[str, list[str]] = {}
    plans: list[str] = []
    words = iter(arguments[1:])
    for word in words:
        if word in _OPTIONS:
            options.setdefault(word, []).append(next(words, ""))
        elif word.startswith("-"):
            return None
        else:
            plans.append(word)
    out = (options.get("-o") or options.get("--out") or [""])[-1]
    return (Path(plans[0]), options) if len(plans) == 1 and out == "-" else None


def print_plan(plan: Plan, base: Path, table: str | None, format: str | None, *, is_quiet: bool = False) -> None:
    """The rows of one table on stdout, remarks on stderr."""
    from twinset.pipeline.printing import print_rows

    sys.stdout.flush()
    print_rows(plan, base, sys.stdout.buffer, table=table, format=format, say=None if is_quiet else _remark)


def _remark(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def with_rows(plan: Plan, assignments: Iterable[str]) -> Plan:
    """The plan with ``TABLE=N`` as the rows of a table."""
    for assignment in assignments:
        plan = _with_rows(plan, assignment)
    return plan


def rows_of(said: Sequence[str]) -> int | dict[str, int] | None:
    """What ``--rows`` says: a number for one table, or ``TABLE=N`` for some of several; None where it says nothing."""
    numbers = {name: _number(number, f"--rows {one}") for one in said for name, _, number in [one.rpartition("=")]}
    if "" in numbers and len(said) > 1:
        raise PlanError("--rows is one number, or TABLE=N as often as needed; not both")
    return numbers.get("", numbers or None)


def given_of(said: str | None) -> GivenSpec | None:
    """What ``--given TABLE=ROWS`` says."""
    if said is None:
        return None
    table, is_said, rows = said.partition("=")
    if not (table and is_said and rows):
        raise PlanError(
            f"this sampler makes several tables: say whose rows are given, as in --given TABLE=ROWS, not {said!r}"
        )
    return GivenSpec(rows=rows if "://" in rows else str(Path(rows).resolve()), table=table)


def _number(text: str, said: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > MOST_ROWS:
        raise PlanError(f"{said!r}: rows are a whole number from 0 to {MOST_ROWS:,}, as in --rows 1000 or --rows TABLE=1000")
    return int(text)


def with_edge(plan: Plan, share: str | None) -> Plan:
    """The plan with that share of edge cases in all its tables by rules, where these do not say their own."""
    if share is None:
        return plan
    try:
        number = float(share)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise PlanError(f"--edge is a share from 0 to 1, such as 0.05, not {share!r:.60}")
    if not any(stage.tables for stage in plan.stages.values()):
        raise PlanError("--edge goes with tables by rules, and the plan has none")
    edged = {
        name: stage.model_copy(update={"edge": EdgeSpec(share=number)})
        for name, stage in plan.stages.items()
        if stage.tables
    }
    return plan.model_copy(update={"stages": {**plan.stages, **edged}})


def _with_rows(plan: Plan, assignment: str) -> Plan:
    table, _, count = assignment.partition("=")
    known = [table for name, stage in plan.stages.items() for table in stage.tables or (name,)]
    if not count.isdecimal() or int(count) > MOST_ROWS:
        raise PlanError(f"--rows takes TABLE=N up to {MOST_ROWS}, such as {known[0]}=1000, not {assignment!r:.60}")
    changed = {name: _sized(stage, int(count), table) for name, stage in plan.stages.items() if _makes(stage, name, table)}
    if not changed:
        raise PlanError(f"the plan makes no table {table!r}{nearest(table, known)}; it makes: {', '.join(known)}")
    return plan.model_copy(update={"stages": {**plan.stages, **changed}})


def _makes(stage: Stage, name: str, table: str) -> bool:
    return table in stage.tables if stage.tables else table in (name, stage.table)


def _sized(stage: Stage, rows: int, table: str) -> Stage:
    if not stage.tables:
        return stage.model_copy(update={"rows": rows})
    sized = stage.tables[table].model_copy(update={"rows": rows})
    return stage.model_copy(update={"tables": {**stage.tables, table: sized}})
