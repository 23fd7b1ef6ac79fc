"""What ``tabular.py`` measured: one JSON line for each (table, engine, seed), their means, and the table in Markdown."""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tabular_parties import HOLDOUT, label

from twinset.evaluation.result import Evaluation

FIGURES = {
    "c2st": "fidelity.c2st",
    "strong": "fidelity.c2st_strong",
    "tstr": "utility.tstr",
    "tvd": "fidelity.triple",
    "replay": "privacy.near_replay",
    "copy": "privacy.value_copy",
}
MARKS = ("<!-- tables: begin -->", "<!-- tables: end -->")
HEAD = (
    "engine", "seeds", "C2ST (real)", "strong C2ST (real)", "TSTR (TRTR)", "3-way TVD (real)", "near-replay excess",
    "value-copy AUC", "CPU s", "peak MB",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One run. ``scores`` by the names above: value, its 95% interval, and the same figure for real rows."""

    table: str
    target: str
    n_rows: int
    n_columns: int
    engine: str
    seed: int
    status: str
    reason: str
    cpu_seconds: float
    peak_mb: float
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, int]:
        return self.table, self.engine, self.seed


def scores_of(evaluation: Evaluation, target: str) -> dict[str, dict[str, Any]]:
    found = {}
    for name, metric in FIGURES.items():
        score = evaluation.find(metric, target if name == "tstr" else None)
        if score is not None:
            found[name] = {"value": score.value, "real": score.baseline, "interval": score.interval}
    return found


def read(folder: Path) -> list[Line]:
    path = folder / "results.jsonl"
    return [Line(**json.loads(text)) for text in path.read_text().splitlines()] if path.exists() else []


def append(folder: Path, line: Line) -> None:
    with (folder / "results.jsonl").open("a") as kept:
        kept.write(json.dumps(asdict(line)) + "\n")


def write(folder: Path, lines: Iterable[Line]) -> None:
    """All lines anew, the old file replaced by one rename."""
    fresh = folder / "results.jsonl.new"
    fresh.write_text("".join(json.dumps(asdict(line)) + "\n" for line in lines))
    fresh.replace(folder / "results.jsonl")


def groups(lines: Iterable[Line]) -> dict[str, dict[str, list[Line]]]:
    """Lines by table and engine, in the order of the table: real rows, then by the strong C2ST, those without rows last."""
    found: dict[str, dict[str, list[Line]]] = {}
    for line in lines:
        found.setdefault(line.table, {}).setdefault(line.engine, []).append(line)
    return {table: dict(sorted(runs.items(), key=lambda each: _place(*each))) for table, runs in found.items()}


def main(words: Sequence[str]) -> None:
    """Print the tables, or put them into a page between the two marks that it has for them."""
    parser = argparse.ArgumentParser(prog="tabular.py table", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--into", type=Path)
    asked = parser.parse_args(words)
    tables = markdown(read(asked.folder))
    if asked.into is None:
        print(tables)
        return
    page = asked.into.read_text()
    if any(page.count(mark) != 1 for mark in MARKS):
        parser.error(f"{asked.into} needs the lines {MARKS[0]} and {MARKS[1]} once each: the tables go between them")
    head, tail = page.partition(MARKS[0])[0], page.partition(MARKS[1])[2]
    asked.into.write_text(f"{head}{MARKS[0]}\n\n{tables}\n{MARKS[1]}{tail}")


def _place(engine: str, runs: list[Line]) -> tuple[int, float]:
    strong = mean(runs, "strong")
    return (0 if engine == HOLDOUT else 1 if strong is not None else 2), strong or 0.0


def known(runs: Iterable[Line], name: str, part: str = "value") -> list[float]:
    """A figure of every run that has it."""
    found = [run.scores.get(name, {}).get(part) for run in runs]
    return [value for value in found if value is not None and math.isfinite(value)]


def mean(runs: Iterable[Line], name: str, part: str = "value") -> float | None:
    values = known(runs, name, part)
    return statistics.fmean(values) if values else None


def half_width(runs: Iterable[Line], name: str) -> float | None:
    """Half of the 95% interval of a single run, the mean over the runs."""
    bounds = [run.scores[name]["interval"] for run in runs if run.scores.get(name, {}).get("interval")]
    return statistics.fmean((high - low) / 2 for low, high in bounds) if bounds else None


def markdown(lines: Iterable[Line]) -> str:
    """A section for each table of rows."""
    parts = []
    for table, engines in groups(lines).items():
        first = next(iter(engines.values()))[0]
        parts.append(
            f"### {table}: {first.n_rows:,} rows to learn from, {first.n_columns} columns, target `{first.target}`\n"
        )
        parts.append(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}")
        parts += [_row(engine, runs) for engine, runs in engines.items()]
        parts.append(_remarks(engines))
    return "\n".join(parts)


def _row(engine: str, runs: list[Line]) -> str:
    star = "\\*" if any(run.reason for run in runs) else ""
    n_judged = sum(bool(run.scores) for run in runs)
    cells = [label(engine) + star, str(len(runs)) if n_judged in (0, len(runs)) else f"{n_judged} of {len(runs)}"]
    if n_judged:
        cells += [_beside(runs, name) for name in ("c2st", "strong", "tstr", "tvd")]
        cells += [_with_half(runs, name) for name in ("replay", "copy")]
    else:
        cells += [runs[0].status, *[""] * 5]
    is_fitted = engine != HOLDOUT
    cells += [_cost(runs, lambda run: run.cpu_seconds), _cost(runs, lambda run: run.peak_mb)] if is_fitted else ["", ""]
    return f"| {' | '.join(cells)} |"


def _cost(runs: list[Line], what: Callable[[Line], float]) -> str:
    value = statistics.fmean(map(what, runs))
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"


def _beside(runs: list[Line], name: str) -> str:
    real = mean(runs, name, "real")
    return _spread(known(runs, name)) + ("" if real is None else f" ({_short(real)})")


def _spread(values: list[float]) -> str:
    """The mean, and the standard deviation over the seeds where there are several."""
    if not values:
        return "unknown"
    beside = f" ± {_short(statistics.stdev(values))}" if len(values) > 1 else ""
    return _short(statistics.fmean(values)) + beside


def _with_half(runs: list[Line], name: str) -> str:
    """The mean, and how far a single run's 95% interval reaches."""
    value, half = mean(runs, name), half_width(runs, name)
    return "unknown" if value is None or half is None else f"{_short(value)} [± {_short(half)}]"


def _short(value: float) -> str:
    text = f"{abs(value):.3f}"
    sign = "\N{MINUS SIGN}" if value < 0 and text != "0.000" else ""
    return sign + (text[1:] if text.startswith("0.") else text)


def _remarks(engines: dict[str, list[Line]]) -> str:
    """What stopped, failed or ran out, with the reasons given."""
    words = {"done": "stopped at the cap, "}
    said = [
        f"{label(engine)}: {words.get(run.status, run.status + ': ')}{run.reason.rstrip('.')}"
        for engine, runs in engines.items()
        for run in runs
        if run.reason
    ]
    return "".join(f"\n\\* {each}.\n" for each in dict.fromkeys(said))
