"""What changed between two finished runs: data, plan, columns' types, seed, versions; and what they don't tell.

Paths of sources are not compared, their content is: a moved file is the same data. Types that follow from changed data are
listed and are no cause of their own, unless somebody declared them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from twinset.core.constraints import from_data
from twinset.evaluation.difference.values import Change
from twinset.evaluation.report import Report
from twinset.evaluation.report.figures import listing
from twinset.pipeline.finished import Finished
from twinset.provenance.fingerprints import Fingerprint

NOT_SET = "not set"
_MOVES_NOTHING = ("evaluate.gate", "format")
_HELD_ELSEWHERE = ("twinset", "seed", "stages")
_OF_STAGE = ("source", "sampler", "columns", "table")

Pairs = tuple[tuple[str, str], ...]


def changes(before: Finished, after: Finished, pairs: Pairs) -> tuple[Change, ...]:
    """Every change, data first; ``pairs`` are the stages that stand for each other."""
    found = [*_data(before, after, pairs), *_plans(before, after, pairs), *_types(before, after, pairs)]
    if before.seed != after.seed:
        found.append(Change("seed", "seed", str(before.seed), str(after.seed)))
    found += _settings(before, after, pairs)
    found += _values("version", "versions", before.versions, after.versions)
    return tuple(found)


def unknown(before: Finished, after: Finished, pairs: Pairs) -> tuple[str, ...]:
    """What can't be told about what went into the two runs."""
    if _is_same_run(before, after):
        return ()
    said = []
    are_told = before.manifest is after.manifest is None and None not in (before.fingerprints, after.fingerprints)
    for one in (before, after):
        if one.fingerprints is None:
            said.append(
                f"whether the data changed beyond its row counts ({one.place} came without private/fingerprints.json)"
            )
        if one.manifest is None and not are_told:  # else the twin itself is the same, or is what changed
            said.append(f"how the twin in {one.place} was made (it was evaluated, not made, by Twinset)")
    return tuple(said)


def _is_same_run(before: Finished, after: Finished) -> bool:
    """The identity of a run holds plan, data and versions: where it is the same, so are they."""
    return before.manifest is not None and after.manifest is not None and before.manifest.run == after.manifest.run


def _data(before: Finished, after: Finished, pairs: Pairs) -> Iterator[Change]:
    if _is_same_run(before, after):
        return
    for role, old, new in _sources(before, after, pairs):
        if old is None and new is None:
            continue
        if old is None or new is None:
            yield Change("data", f"data.{role}", _known(old), _known(new))
        elif old.rows != new.rows or (old.columns and new.columns and old.columns != new.columns):
            names, others = _columns(old, new)
            what = (
                f"{old.rows:,} rows before, {new.rows:,} after" if old.rows != new.rows else f"{old.rows:,} rows, {others}"
            )
            where = f"data.{role}"
            names += "; how this twin was made is not known here" if role == "synthetic" else ""
            yield Change("data", where, f"{old.rows:,} rows", f"{new.rows:,} rows", said=f"{where}: {what}{names}")


def _known(found: Fingerprint | None) -> str:
    return "none" if found is None else f"{found.rows:,} rows"


def _columns(old: Fingerprint, new: Fingerprint) -> tuple[str, str]:
    """Which columns came and went, and which hold other values, in words."""
    gone = [name for name in old.columns if name not in new.columns]
    come = [name for name in new.columns if name not in old.columns]
    other = [name for name, digest in old.columns.items() if new.columns.get(name, digest) != digest]
    n_same = len(old.columns) - len(gone) - len(other)
    said = f"; without {listing(gone)}" if gone else ""
    said += f"; with {listing(come)} added" if come else ""
    others = (
        "other values in every column" if not n_same else f"other values in {listing(other)} and the same in {n_same:,} more"
    )
    return said, others if other else f"the same values in {n_same:,} columns"


def _sources(
    before: Finished, after: Finished, pairs: Pairs
) -> Iterator[tuple[str, Fingerprint | None, Fingerprint | None]]:
    """The data that went in, side by side: of each pair of stages of runs, of each role of evaluations."""
    if before.plan and after.plan:
        for old, new in pairs:
            declared = set(_declared_anew(before, after, old, new))
            yield old, _without(_of_stage(before, old), declared), _without(_of_stage(after, new), declared)
        return
    sides = [_roles(one) for one in (before, after)]
    for role in dict.fromkeys([*sides[0], *sides[1]]):
        yield role, sides[0].get(role), sides[1].get(role)


def _without(found: Fingerprint | None, columns: set[str]) -> Fingerprint | None:
    """Without columns that were declared to be of another type: their values are stored otherwise, whatever they are."""
    if found is None or not columns:
        return found
    return Fingerprint(found.rows, {name: digest for name, digest in found.columns.items() if name not in columns})


def _of_stage(run: Finished, stage: str) -> Fingerprint | None:
    if run.fingerprints is not None:
        return run.fingerprints.get(stage)
    assert run.manifest is not None
    return next((Fingerprint(sum(one.rows.values()), {}) for one in run.manifest.sources if one.stage == stage), None)


def _roles(run: Finished) -> dict[str, Fingerprint]:
    if run.fingerprints is not None and run.plan is None:
        return dict(run.fingerprints)
    ((_, report),) = list(run.reports.items())[:1]
    return {role: Fingerprint(n, {}) for role, n in report.evaluation.rows.items()}


def _plans(before: Finished, after: Finished, pairs: Pairs) -> Iterator[Change]:
    if before.plan is None or after.plan is None:
        return
    sides = [one.plan.model_dump(mode="json") for one in (before, after) if one.plan]
    flat = [{key: value for key, value in plan.items() if key not in _HELD_ELSEWHERE} for plan in sides]
    yield from _values("plan", "", _flat(flat[0]), _flat(flat[1]))
    for old, new in pairs:
        stages = [_said(plan["stages"][name]) for plan, name in zip(sides, (old, new), strict=True)]
        yield from _values("plan", f"stages.{old}", _flat(stages[0]), _flat(stages[1]))
        if old != new:
            yield Change(
                "plan", "stages", old, new, said=f"the stage is called {new} and was called {old}: names seed draws"
            )
        yield from _samplers(before, after, old, new)
    names = [{old for old, _ in pairs}, {new for _, new in pairs}]
    for name in (name for name in sides[0]["stages"] if name not in names[0]):
        yield Change("plan", f"stages.{name}", "there", "not there")
    for name in (name for name in sides[1]["stages"] if name not in names[1]):
        yield Change("plan", f"stages.{name}", "not there", "there")


def _said(stage: Mapping[str, Any]) -> dict[str, Any]:
    """What a stage says and no other comparison looks at; constraints in their own words, without the reasons."""
    said = {key: value for key, value in stage.items() if key not in _OF_STAGE}
    return said | {"constraints": "; ".join(str(from_data(one)) for one in stage["constraints"]) or None}


def _samplers(before: Finished, after: Finished, old: str, new: str) -> Iterator[Change]:
    """Loaded samplers, by the hashes of their files."""
    hashes = [_sampler(one, name) for one, name in ((before, old), (after, new))]
    if hashes[0] != hashes[1]:
        yield Change("plan", f"stages.{old}.sampler", hashes[0][:12] or NOT_SET, hashes[1][:12] or NOT_SET)


def _sampler(run: Finished, stage: str) -> str:
    if run.plan is None or run.manifest is None or run.plan.stages[stage].sampler is None:
        return ""
    names = ("sampler.twin", f"{stage}/sampler.twin")
    return next((one.sha256 for one in run.manifest.files if one.path in names), "")


def _types(before: Finished, after: Finished, pairs: Pairs) -> Iterator[Change]:
    has_new_data = {role for role, old, new in _sources(before, after, pairs) if old != new}
    for old, new in pairs:
        sides = _columns_of(before, after, old, new)
        declared = set(_declared_anew(before, after, old, new))
        for column in _retyped(*sides):
            follows = column not in declared and (old in has_new_data or not before.plan)
            where = f"stages.{old}.columns.{column}"
            yield Change("type", where, _type(sides[0][column]), _type(sides[1][column]), can_move=not follows)


def _retyped(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [name for name in old if name in new and old[name] != new[name]]


def _declared_anew(before: Finished, after: Finished, old: str, new: str) -> list[str]:
    """Columns whose types differ because somebody said so in a plan."""
    sides = _columns_of(before, after, old, new)
    return [name for name in _retyped(*sides) if "declared" in (side[name].get("origin") for side in sides)]


def _columns_of(before: Finished, after: Finished, old: str, new: str) -> list[dict[str, dict[str, Any]]]:
    """Each side's columns as the settled plans say them, without the reasons; from the lineages where a plan is missing."""
    if before.plan and after.plan:
        said = [plan.stages[name].columns for plan, name in ((before.plan, old), (after.plan, new))]
        return [
            {name: {key: value for key, value in column.items() if key != "reason"} for name, column in columns.items()}
            for columns in said
        ]
    reports = [before.reports[old], after.reports[new]]
    return [{column.name: {"type": column.type} for column in report.lineage.columns} for report in reports]


def _type(said: Mapping[str, Any]) -> str:
    kept = {key: value for key, value in said.items() if key != "type"}
    extra = ", ".join(f"{key} {value}" for key, value in kept.items())
    return f"{said.get('type')}{f' ({extra})' if extra else ''}"[:200]


def _settings(before: Finished, after: Finished, pairs: Pairs) -> Iterator[Change]:
    """What an evaluation was asked for, where no plan says it."""
    if before.plan and after.plan:
        return
    sides: list[Report] = [one.reports[name] for one, name in zip((before, after), pairs[0], strict=True)]
    said = [{"target": one.evaluation.target, "gate": one.verdict.profile} for one in sides]
    yield from _values("plan", "evaluate", said[0], said[1])


def _values(kind: Any, root: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            where = f"{root}.{key}" if root else key
            yield Change(kind, where, _say(old.get(key)), _say(new.get(key)), where not in _MOVES_NOTHING)


def _say(value: Any) -> str:
    return NOT_SET if value is None else str(value)


def _flat(data: Mapping[str, Any], root: str = "") -> dict[str, Any]:
    """Nested mappings as one, keys joined by dots."""
    found: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{root}{key}.")
        else:
            found[f"{root}{key}"] = value
    return found
