"""One peer fitted on one table in a process of its own, and as many rows sampled: run by ``benchmarks/tabular.py``.

    python tabular_peer.py '{"engine": "arfpy", "train": "train.parquet", "out": "made.parquet", "work": "scratch",
                             "kinds": {"age": "number", "job": "label"}, "seed": 0, "cap": 150}'

``kinds`` says of every column whether it is a number, a label or a moment, as Twinset reads the table, so that no peer
has to guess. ``cap`` is a limit in CPU seconds on the epochs of CTGAN and TVAE, which stop there and sample from what they
have. Everything else is as the peer has it by default, on one thread. Writes ``out`` with the types of ``train``, and
prints one line of JSON: what is worth knowing about the run.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True)
class Job:
    """What is asked for; ``notes`` is what the run says about itself."""

    engine: str
    train: Path
    out: Path
    work: Path
    kinds: dict[str, str]
    seed: int
    cap: float
    notes: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: str) -> list[str]:
        return [name for name, known in self.kinds.items() if known == kind]


def mostlyai(job: Job, train: pd.DataFrame) -> pd.DataFrame:
    """Its autoregressive network; it stops by itself once rows that it sets aside get no likelier."""
    from mostlyai.engine import TabularARGN

    labels = dict.fromkeys(job.of("label"), "TABULAR_CATEGORICAL")
    model = TabularARGN(random_state=job.seed, device="cpu", workspace_dir=str(job.work), tgt_encoding_types=labels)
    model.fit(train)
    return model.sample(n_samples=len(train))


def arfpy(job: Job, train: pd.DataFrame) -> pd.DataFrame:
    """Adversarial random forests. It puts fractions into columns of whole numbers, and knows no moments: both are floats."""
    from arfpy import arf

    for name in job.of("number"):
        train[name] = train[name].astype("float64")
    for name in job.of("moment"):
        train[name] = train[name].astype("datetime64[us]").astype("int64").astype("float64")
    model = arf.arf(x=train, verbose=False)
    model.forde()
    made = model.forge(n=len(train))
    for name in job.of("moment"):
        made[name] = pd.to_datetime(made[name].round().astype("int64"), unit="us")
    return made


def sdv(kind: str, **options: Any) -> Callable[[Job, pd.DataFrame], pd.DataFrame]:
    def run(job: Job, train: pd.DataFrame) -> pd.DataFrame:
        import sdv.single_table
        from sdv.metadata import Metadata

        words = {"number": "numerical", "label": "categorical", "moment": "datetime"}
        columns = {name: {"sdtype": words[known]} for name, known in job.kinds.items()}
        metadata = Metadata.load_from_dict({"tables": {"table": {"columns": columns}}, "relationships": []})
        model = getattr(sdv.single_table, f"{kind}Synthesizer")(metadata, **options)
        model.fit({"table": train})
        made = model.sample(len(train))
        return next(iter(made.values())) if isinstance(made, dict) else made

    return run


def sdv_network(kind: str) -> Callable[[Job, pd.DataFrame], pd.DataFrame]:
    """CTGAN or TVAE. Their progress bar is the one place that every epoch passes: there the cap is kept."""

    def run(job: Job, train: pd.DataFrame) -> pd.DataFrame:
        module = importlib.import_module(f"ctgan.synthesizers.{kind.lower()}")
        module.tqdm = lambda epochs, **_: within(epochs, job)
        return sdv(kind, enable_gpu=False)(job, train)

    return run


def within(epochs: Iterable[int], job: Job) -> Iterator[int]:
    """The epochs that begin before the cap is spent."""
    began, planned = time.process_time(), list(epochs)
    for done, epoch in enumerate(planned):
        if time.process_time() - began > job.cap:
            job.notes["stopped"] = f"{done} of {len(planned)} epochs"
            return
        yield epoch


PEERS: dict[str, Callable[[Job, pd.DataFrame], pd.DataFrame]] = {
    "arfpy": arfpy,
    "mostlyai": mostlyai,
    "sdv-copula": sdv("GaussianCopula"),
    "sdv-ctgan": sdv_network("CTGAN"),
    "sdv-tvae": sdv_network("TVAE"),
}


def given(job: Job) -> pd.DataFrame:
    """The rows in the types that all peers know: labels as text, moments without their zone."""
    frame = pd.read_parquet(job.train)
    for name in job.of("label"):
        frame[name] = frame[name].map(lambda value: None if pd.isna(value) else str(value)).astype(object)
    for name in job.of("moment"):
        moments = pd.to_datetime(frame[name])
        frame[name] = moments.dt.tz_convert("UTC").dt.tz_localize(None) if moments.dt.tz else moments
    return frame


def typed(values: pd.Series, kind: str, real: pa.ChunkedArray) -> pa.Array:
    """A column as made, in the type of the real one."""
    if kind == "number":
        numbers = values.astype("float64")
        rounded = numbers.round() if pa.types.is_integer(real.type) else numbers
        return pa.array(rounded.to_numpy(), from_pandas=True).cast(real.type)
    if kind == "moment":
        return pa.array(pd.to_datetime(values).to_numpy(), from_pandas=True).cast(real.type, safe=False)
    known = {str(value): value for value in real.unique().to_pylist() if value is not None}
    return pa.array([None if pd.isna(value) else known.get(str(value)) for value in values], real.type)


def one_thread(seed: int) -> None:
    np.random.seed(seed)  # noqa: NPY002 - the peers draw from the global state
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)
        torch.manual_seed(seed)


def main() -> None:
    asked = json.loads(sys.argv[1])
    job = Job(**{**asked, **{name: Path(asked[name]) for name in ("train", "out", "work")}})
    one_thread(job.seed)
    made = PEERS[job.engine](job, given(job))
    real = pq.read_table(job.train)
    columns = {name: typed(made[name], job.kinds[name], real[name]) for name in real.column_names}
    pq.write_table(pa.table(columns), job.out)
    print(json.dumps(job.notes))


if __name__ == "__main__":
    main()
