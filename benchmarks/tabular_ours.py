"""One of Twinset's engines fitted on one table in a process of its own, and as many rows sampled: run by ``tabular.py``.

    python tabular_ours.py '{"engine": "trees", "options": {"k": 20}, "train": "train.parquet",
                             "out": "made.parquet", "seed": 0}'

Prints one line of JSON, as ``tabular_peer.py`` does: there is nothing to remark.
"""

from __future__ import annotations

import json
import sys

import pyarrow.parquet as pq

import twinset as ts


def main() -> None:
    job = json.loads(sys.argv[1])
    train = ts.read(job["train"])
    name = train.schema.only.name
    sampler = ts.fit(train, seed=job["seed"], synthesizer=job["engine"], **job["options"])
    made = ts.sample(sampler, train.count(name), seed=job["seed"])
    pq.write_table(made.scan(name).read_all(), job["out"])
    print(json.dumps({}))


if __name__ == "__main__":
    main()
