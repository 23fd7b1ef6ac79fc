"""Do made rows of a rare class help a classifier to find it, beside class weights, SMOTE and repeating the rows there are?

    python benchmarks/augment.py flights [--draws 30] [--sizes 5,10,20,40,80,160] [--engines trees]
    python benchmarks/augment.py TABLE --target COLUMN --rare VALUE
    python benchmarks/augment.py flights --report [--plot PLOT.svg]
    python benchmarks/augment.py flights --look 5

A draw is a few rare rows and many common ones, taken from all rows but a fixed test set, which no method sees. Synthesizers
are fitted on the rows of the draw alone. Measured is the average precision of the rare value on the test set. Every result
is a line of JSON in ``--out``, and the same command goes on where it was broken off; more draws are added to those there.

An engine may have options: ``trees:privacy=low,pairs=3``. Rare rows of a twin of all rows by the engine trees, until both
classes are as many, are the way that was chosen before anything was measured. SMOTE gets an environment of its own
(``--environment``), made on the first run.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from augment_look import look
from augment_methods import Method, Smote, alone, plain, tuned, twin
from augment_report import report
from augment_tables import KNOWN, task
from augment_trial import Trial
from threadpoolctl import threadpool_limits

from twinset.errors import UserError


def lines_of(file: Path, settings: dict[str, Any]) -> list[dict[str, Any]]:
    """What was measured before, under the same settings; a last line that was broken off does not count."""
    whole = file.read_text().split("\n")[:-1] if file.exists() else []
    first, *lines = [json.loads(line) for line in whole] or [settings]
    if first != settings:
        sys.exit(f"{file} was measured under other settings; give another --out\nthere: {first}\nnow:   {settings}")
    return lines


def units(given: argparse.Namespace, methods: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """(draw, rare rows, family), draws outermost: a run that is broken off has about as many of each size."""
    for draw in range(given.draws):
        for n_rare in given.sizes:
            for family in methods:
                yield draw, n_rare, family


def run(given: argparse.Namespace, trial: Trial, file: Path, methods: Mapping[str, Method]) -> None:
    """Measure what is not in the file yet."""
    lines = lines_of(file, trial.settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(line) + "\n" for line in (trial.settings, *lines)))
    done = {(line["draw"], line["rows"], line["family"]) for line in lines}
    with file.open("a") as out:
        for draw, n_rare, family in units(given, methods):
            if (draw, n_rare, family) in done:
                continue
            measured = trial.measure(trial.sample(n_rare, draw), methods[family])
            out.write(json.dumps({"draw": draw, "rows": n_rare, "family": family, **measured}) + "\n")
            out.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", help=f"{', '.join(KNOWN)} or a path")
    parser.add_argument("--target")
    parser.add_argument("--rare")
    parser.add_argument("--draws", type=int, default=30)
    parser.add_argument("--sizes", type=lambda said: [int(one) for one in said.split(",")], default="5,10,20,40,80,160")
    parser.add_argument("--engines", nargs="*", default=["trees"])
    parser.add_argument("--common", type=int, default=2000)
    parser.add_argument("--test", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=Path("demo/augment"))
    parser.add_argument("--environment", type=Path, default=Path(".venv-imblearn"))
    parser.add_argument("--report", action="store_true", help="measure nothing, report what there is")
    parser.add_argument("--look", type=int, default=0, help="show of that many draws how rare the added rows look")
    parser.add_argument("--plot", type=Path, help="an SVG file to draw")
    given = parser.parse_args()
    if min(given.sizes) < 2:
        sys.exit("--sizes are of 2 and more: one row has no neighbour")
    trial = Trial.of(task(given.table, given.target, given.rare), given.common, given.test)
    file = given.out / f"{trial.task.name}.jsonl"
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        methods: dict[str, Method] = {"plain": plain, "tuned": tuned, "smote": Smote(given.environment, Path(folder))}
        for engine in given.engines:
            methods |= {engine: twin(engine), f"{engine} alone": alone(engine)}
        if given.look:
            look(trial, methods, given.sizes, given.look)
            return
        if not given.report:
            run(given, trial, file, methods)
    report(trial.settings, lines_of(file, trial.settings), given.plot)


if __name__ == "__main__":
    try:
        main()
    except UserError as wrong:
        sys.exit(str(wrong))
