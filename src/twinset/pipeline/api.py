"""The public verbs for Python. Each does what the command of the same name does."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from twinset import sources
from twinset.core.constraints import Constraint, from_data
from twinset.core.dataset import Dataset, Dialect, Tables
from twinset.core.request import PART_ROWS, Request
from twinset.core.seed import Seed
from twinset.core.synthesis import Function, KnowsPredicates, Sampler, Synthesizer
from twinset.errors import PlanError
from twinset.evaluation.aggregates.model import Aggregates
from twinset.evaluation.aggregates.publish import ROUNDING
from twinset.evaluation.difference.values import Difference
from twinset.evaluation.report.audit import Audit
from twinset.pipeline import auditing, conditions, imputing, memory, planning, samplerfile
from twinset.pipeline import run as running
from twinset.pipeline import split as splitting
from twinset.pipeline.comparing import compare
from twinset.pipeline.constraining import constrained
from twinset.pipeline.engines import engine_named
from twinset.pipeline.imputing import Imputed
from twinset.pipeline.judging import Asked, judge, judge_linked, lineage_of
from twinset.pipeline.linking import linked
from twinset.pipeline.outcome import Judged, JudgedLinked, Outcome
from twinset.pipeline.published import judge_by_aggregates, write_aggregates
from twinset.pipeline.settings import Settings
from twinset.pipeline.watch import Silent, Watch
from twinset.plan import Plan, Profile
from twinset.plan import load as load_plan
from twinset.provenance.fingerprints import fingerprint_of


def read(source: Any, *, columns: Mapping[str, Mapping[str, object]] | None = None, name: str | None = None) -> Dataset:
    """Read a table, or the tables of a folder or database, and settle columns' types and whose rows are whose.

    ``source`` is a path, a glob, a list of paths (CSV, Parquet, JSON lines, Excel, Arrow), an Arrow table, or a DataFrame of
    any library that speaks Arrow (pandas, polars); a folder of such files, or the URL of a database. ``columns`` says by
    name what inference may not decide (of several tables by ``"table.column"``):
    ``{"zip": {"type": "categorical"}}``. Raises DataError for what can't be read, SchemaError for what does not fit.
    """
    data: Dataset = sources.read(source, name=name, columns=columns)
    return linked(data, {}, Silent().say)


def split(data: Any, *, seed: int, holdout: float = 0.2) -> tuple[Tables, Tables]:
    """(train, holdout): whole entities at random, about the given share of them held out."""
    return splitting.split(read(data), seed=Seed(seed), holdout=holdout)


def fit(
    data: Any,
    *,
    seed: int,
    synthesizer: str | Synthesizer = "trees",
    constraints: Sequence[Constraint | Mapping[str, Any]] = (),
    predicates: Mapping[str, Function] | None = None,
    **options: Any,
) -> Sampler:
    """Learn from every row of ``data``; ``options`` are the synthesizer's.

    ``constraints`` hold in every row that is made (docs/constraints.md), as values of :mod:`twinset.core.constraints` or as
    a plan says them; ``predicates`` are the functions of those that are predicates, by name.
    """
    known = constrained(read(data), [from_data(one) if isinstance(one, Mapping) else one for one in constraints])
    engine = _engine(synthesizer, options)
    sampler, _ = memory.fit(engine, known, known.schema, Seed(seed).child("fit"), functions=predicates)
    return sampler


def _engine(synthesizer: str | Synthesizer, options: Mapping[str, Any]) -> Synthesizer:
    if isinstance(synthesizer, str):
        return engine_named(synthesizer, options)
    if options:
        raise PlanError("options go with a synthesizer's name; this one is an object and has its own")
    return synthesizer


def sample(
    sampler: Sampler, n_rows: int | Mapping[str, int] | None = None, *, seed: int, given: Any = None,
    balance: str | None = None,
) -> Tables:  # fmt: skip
    """Make rows in memory: ``n_rows`` of the one table, or of each table by name; none where rows are given.

    ``given``: a mapping of values that every row has, or rows to complete one by one (a path, table or data frame), whose
    missing cells are free to be drawn; or one of the three of :mod:`twinset.core.request`. Of linked tables it maps one
    table's name to its rows. ``balance``: a column whose values come in equal shares, or ``"event=yes:0.3"``. Values that
    were never learned come out as given, with a warning.
    """
    known = conditions.settled(sampler, given, balance)
    size = conditions.size_of(sampler, n_rows, known)
    request = Request(size, Seed(seed).child("sample"), known, PART_ROWS)
    made = memory.sample(sampler, request)
    for remark in conditions.remarks(sampler, request):
        warnings.warn(remark, UserWarning, stacklevel=2)
    return made


def impute(data: Any, *, seed: int, draws: int = 1, synthesizer: str | Synthesizer = "trees", **options: Any) -> Imputed:
    """Fill the missing cells of real rows, ``draws`` times, as likely as the other cells of the row make each value.

    The synthesizer learns from these very rows. The result has ``.draws`` (a table each, observed cells untouched),
    ``.n_filled`` and ``.left`` (cells that stay missing, by column: those whose values may not be learned). It holds real
    rows: it is no synthetic data.
    """
    known = read(data)
    return imputing.impute(_engine(synthesizer, options), known, seed=Seed(seed), n_draws=draws)


def evaluate(
    train: Any, synthetic: Any, *, holdout: Any = None, target: str | None = None, seed: int = 0, gate: Profile = "standard",
    thorough: bool = False,
) -> Judged | JudgedLinked:  # fmt: skip
    """Measure a twin, made by whatever tool, against the rows it was learned from and rows it never saw.

    The result has ``.evaluation`` (scores), ``.verdict`` and ``.write(folder)``, which writes report.html and its kin.
    ``thorough`` tunes learners and looks at more rows and records, at several times the cost.
    """
    return judged(train, synthetic, holdout=holdout, target=target, seed=seed, gate=gate, watch=Silent(), thorough=thorough)


def aggregates(source: Any, out: str | Path, *, rounding: int = ROUNDING) -> Aggregates:
    """Write what may be published of real rows (.yaml or .json), so that twins can be judged where the rows may not go.

    Nothing in it is of fewer than 10 people or things; counts are multiples of ``rounding``. See docs/aggregates.md.
    """
    return write_aggregates(source, Path(out), rounding=rounding)


def evaluate_by_aggregates(
    files: str | Path | Sequence[str | Path], synthetic: Any, *, seed: int = 0, gate: Profile = "standard"
) -> Judged:
    """:func:`evaluate` without the real rows: beside files of published aggregates, ours or CSV cross tables."""
    several = [files] if isinstance(files, str | Path) else files
    return judge_by_aggregates(several, synthetic, seed=seed, gate=gate)


def judged(
    train: Any, synthetic: Any, *, holdout: Any, target: str | None, seed: int, gate: Profile, watch: Watch,
    thorough: bool = False,
) -> Judged | JudgedLinked:  # fmt: skip
    """:func:`evaluate`, watched."""
    watch.begin("reading")
    known = read(train)
    made = read(synthetic)
    held = None if holdout is None else read(holdout)
    if len(known.schema.tables) > 1:
        return _judged_linked(
            known, made, held, Asked(target, gate, Seed(seed).child("evaluate"), (), None, watch, thorough)
        )
    if target is not None:
        known.schema.only[target]
    sides = {"train": known, "synthetic": made, "holdout": held}
    rows = {role: data.count(data.schema.only.name) for role, data in sides.items() if data is not None}
    name = known.schema.only.name
    lineage = lineage_of(
        name, name, known, rows, synthesizer="unknown", options={}, seed=seed, fingerprints={}, notes=()
    )  # fmt: skip
    child = Seed(seed).child("evaluate")
    result = judge(
        known, made, held, target=target, profile=gate, seed=child, lineage=lineage, watch=watch, is_thorough=thorough
    )
    prints = {role: fingerprint_of(data) for role, data in sides.items() if data is not None}
    return dataclasses.replace(result, fingerprints=prints)


def _judged_linked(train: Dataset, synthetic: Dataset, holdout: Dataset | None, asked: Asked) -> JudgedLinked:
    sides = {"train": train, "synthetic": synthetic, "holdout": holdout}
    rows = {role: sum(data.count(table.name) for table in data.schema) for role, data in sides.items() if data is not None}
    name = f"{len(train.schema.tables)} linked tables"
    lineage = lineage_of(name, name, train, rows, synthesizer="unknown", options={}, seed=0, fingerprints={}, notes=())
    return judge_linked(train, synthetic, holdout, asked, lineage)


def audit(
    data: Any,
    out: str | Path,
    *,
    synthesizer: str | Synthesizer = "trees",
    shadows: int = auditing.SHADOWS,
    targets: int = auditing.TARGETS,
    seed: int = 0,
    gate: Profile = "standard",
    workers: int = 1,
    **options: Any,
) -> Audit:
    """Attack a synthesizer on a table, fitted on many random halves of it: who was in which half?

    Writes audit.html, audit.md, audit.json and private/records.csv into the folder ``out``. The result has ``.scores`` and
    ``.verdict``; ``options`` are the synthesizer's. More ``workers`` are processes that import the calling script anew, so
    that it needs its ``if __name__ == "__main__"``. See docs/audit.md.
    """
    settings = Settings(workers=workers)
    return audited(
        data, out, synthesizer, options, shadows=shadows, targets=targets, seed=seed, gate=gate, settings=settings
    )


def audited(
    data: Any,
    out: str | Path,
    synthesizer: str | Synthesizer,
    options: Mapping[str, Any],
    *,
    settings: Settings,
    **asked: Any,
) -> Audit:
    """:func:`audit`, under settings; ``asked`` are its shadows, targets, seed and gate."""
    engine = _engine(synthesizer, options)
    settings.watch.begin("reading")
    known = read(data)
    source = Path(data).name if isinstance(data, str | Path) else known.schema.only.name
    name = synthesizer if isinstance(synthesizer, str) else type(engine).__name__
    return auditing.audit(auditing.Auditing(known, source, engine, name, **asked), Path(out), settings)


def twin(
    source: str | Path,
    out: str | Path,
    *,
    rows: int | None = None,
    synthesizer: str = "trees",
    privacy: str = "default",
    people: str = "",
    target: str | None = None,
    seed: int = 0,
    gate: Profile = "standard",
    thorough: bool = False,
    overwrite: bool = False,
) -> Outcome:
    """The whole way from a file to a twin with its evidence in the folder ``out``; ``privacy`` is low, default or high.

    ``people`` is the locale of those who stand for personal data (de_DE; docs/people.md).
    """
    plan = planning.plan_for(
        source, rows=rows, synthesizer=synthesizer, privacy=privacy, target=target, seed=seed, gate=gate, thorough=thorough,
        people=people,
    )  # fmt: skip
    return running.run(plan, Path(out), Settings(overwrite=overwrite))


def run(plan: str | Path | Plan, out: str | Path, *, overwrite: bool = False) -> Outcome:
    """Run a plan (a file or a :class:`twinset.plan.Plan`) into the folder ``out``."""
    if isinstance(plan, Plan):
        return running.run(plan, Path(out), Settings(overwrite=overwrite))
    return running.run(load_plan(Path(plan)), Path(out), Settings(base=Path(plan).parent, overwrite=overwrite))


def diff(before: str | Path | Outcome, after: str | Path | Outcome) -> Difference:
    """Compare two runs (output folders of twin, run or evaluate): what changed between them and which scores moved.

    The result has ``.changes``, ``.moves`` (largest first), ``.answers`` and ``.unknown``. Raises DataError for what is no
    finished run, and for runs about different tables.
    """
    places = [one.place if isinstance(one, Outcome) else Path(one) for one in (before, after)]
    return compare(places[0], places[1])


def save(sampler: Sampler, path: str | Path) -> None:
    """Write a sampler to a ``.twin`` file (JSON and arrays, never code), which its owner alone may read: it is sensitive."""
    samplerfile.save(sampler, Path(path), dialect=Dialect(), rows={})


def load(path: str | Path, *, predicates: Mapping[str, Function] | None = None) -> Sampler:
    """Read a ``.twin`` file; DataError for anything that is not one, and nothing of it is ever run.

    ``predicates`` are the functions of the predicates that the file knows by name; PlanError where one is missing.
    """
    sampler = samplerfile.load(Path(path)).sampler
    if isinstance(sampler, KnowsPredicates):
        return sampler.bind(predicates or {})
    if predicates:
        raise PlanError(f"this sampler has no predicates, and functions are given for {', '.join(predicates)}")
    return sampler
