"""The report of a stage of texts: gathered from what its parts left, written beside its data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core import types
from twinset.core.dataset import Dataset, whole
from twinset.evaluation.report.made import SILENT, Asked, MadeReport, Refused, render_html, render_markdown
from twinset.evaluation.text.own import measure_own
from twinset.pipeline import steps
from twinset.pipeline.parts import Parts, reject_lines
from twinset.pipeline.settings import versions
from twinset.pipeline.staging import write
from twinset.pipeline.steps import Learned, Site
from twinset.synthesizers.text.columns.field import Field
from twinset.synthesizers.text.program import Program
from twinset.synthesizers.text.sampler import TextSampler

N_KEPT = 3
"""Rows that stand in the report."""


def write_report(site: Site, learned: Learned, parts: Parts, rows: Dataset, n_wanted: int, folder: Path) -> None:
    """report.html and report.md of one stage; ``rows`` are those that were kept for measuring."""
    sampler = learned.loaded.sampler
    assert isinstance(sampler, TextSampler)
    spec, program = sampler.spec, sampler.program
    told = sampler.told(parts.used)
    report = MadeReport(
        site.name,
        n_wanted,
        sum(parts.rows.values()),
        checks=tuple(dict.fromkeys(name for name, _ in program.checks)),
        refused=tuple(_refused(parts, program)),
        scores=tuple(score for name in _texts(program) for score in measure_own(name, _column(rows, name))),
        models=told["models"],
        asked=tuple(Asked(name, digest, tuple(_words(spec.columns[name]))) for name, digest in told["prompts"].items()),
        kept=tuple(_kept(rows, program)),
        source=steps.named(site.stage.source or ""),
        seed=site.plan.seed,
        run=site.run,
        versions=versions(site.plan),
    )
    write(folder / "report.html", render_html(report))
    write(folder / "report.md", render_markdown(report))


def _texts(program: Program) -> list[str]:
    """The columns of texts that models wrote."""
    return [name for name in program.made if isinstance(program.table[name].type, types.Text)]


def _kept(rows: Dataset, program: Program) -> Iterator[Mapping[str, str]]:
    """The first rows, without structured answers whose fields are columns."""
    parted = {kind.column for kind in program.made.values() if isinstance(kind, Field)}
    names = [name for name in program.table.names if name not in parted]
    return map(_shown, whole(rows, columns=names).slice(0, N_KEPT).to_pylist())


def _column(rows: Dataset, name: str) -> pa.Array:
    return pa.concat_arrays(whole(rows, columns=[name]).column(0).cast(pa.string()).chunks or [pa.array([], pa.string())])


def _words(said: Any) -> Iterator[str]:
    """All that a column says of what is asked, as it stands in the plan."""
    for word, value in said.items() if isinstance(said, Mapping) else ():
        yield f"{word}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"


def _refused(parts: Parts, program: Program) -> Iterator[Refused]:
    """Each reason with its number and the first row that was refused for it, where that may be shown."""
    awaited = {reason for reason in parts.rejects if reason.partition(":")[0] not in SILENT}
    examples: dict[str, Mapping[str, str]] = {}
    for line in reject_lines(parts) if awaited else ():
        _, reason, content = json.loads(line)
        if reason in awaited:
            awaited.remove(reason)
            examples[reason] = _example(content, program)
        if not awaited:
            break
    return (Refused(reason, n, examples.get(reason, {})) for reason, n in parts.rejects.items())


def _example(content: str, program: Program) -> Mapping[str, str]:
    """The columns that models made, or an answer as it came where it is no row."""
    try:
        row = json.loads(content)
    except ValueError:
        row = None
    names = [name for name in _texts(program) if isinstance(row, dict) and name in row]
    return _shown({name: row[name] for name in names}) if names else {"as it came": content} if content else {}


def _shown(row: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: _text(cell) for name, cell in row.items()}


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False, default=str)
