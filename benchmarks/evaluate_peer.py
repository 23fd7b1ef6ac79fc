"""SDMetrics on two Parquet files, in an environment of its own: run by ``benchmarks/evaluate.py``.

    python evaluate_peer.py FOLDER

Prints one line of JSON: CPU seconds of its QualityReport, and its figures under the names that Twinset gives to the same
thing (distances, where SDMetrics says similarities).
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from pathlib import Path

import pandas as pd
from sdmetrics.column_pairs import ContingencySimilarity
from sdmetrics.reports.single_table import QualityReport
from sdmetrics.single_column import KSComplement, TVComplement


def seconds(real: pd.DataFrame, made: pd.DataFrame) -> float:
    kinds = {name: "numerical" if values.dtype.kind in "iuf" else "categorical" for name, values in real.items()}
    metadata = {"columns": {name: {"sdtype": kind} for name, kind in kinds.items()}}
    began = time.process_time()
    QualityReport().generate(real, made, metadata, verbose=False)
    return time.process_time() - began


def figures(real: pd.DataFrame, made: pd.DataFrame) -> dict[str, float]:
    numbers = [name for name in real if real[name].dtype.kind in "iuf"]
    labels = [name for name in real if name not in numbers]
    found = {f"fidelity.ks {name}": 1 - KSComplement.compute(real[name], made[name]) for name in numbers}
    found |= {f"fidelity.tvd {name}": 1 - TVComplement.compute(real[name], made[name]) for name in labels}
    for one, other in itertools.combinations(labels, 2):
        pair = [one, other]
        found[f"fidelity.pair {one} × {other}"] = 1 - ContingencySimilarity.compute(real[pair], made[pair])
    for one, other in itertools.combinations(numbers, 2):
        ranks = [side[one].corr(side[other], method="spearman") for side in (real, made)]
        found[f"fidelity.association {one} × {other}"] = abs(ranks[0] - ranks[1])
    return {name: float(value) for name, value in found.items()}


def main() -> None:
    real, made = (pd.read_parquet(Path(sys.argv[1]) / f"{name}.parquet") for name in ("real", "made"))
    seconds(real.head(1000), made.head(1000))
    print(json.dumps({"seconds": seconds(real, made), "figures": figures(real, made)}))


if __name__ == "__main__":
    main()
