"""How well texts keep a server busy, what a call costs, and what a small local model makes.

    python benchmarks/text.py throughput          calls a second at 1, 16 and 256 in flight, beside what the stand-in can
    answer python benchmarks/text.py faults [--rows N]   rows x 6 columns with 5% injected faults: whether rows are lost or
                                                  doubled, CPU milliseconds a call, and peak memory beside that of a
    quarter of the rows python benchmarks/text.py local [--minutes M] SmolLM2-135M on one core: paraphrases kept of 200
    intents, structured values

The stand-in (``python -m twinset.testing.models``) is a process of its own; CPU and seconds are those of the run alone,
imports left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import yaml

LATENCIES = {1: 1.0, 16: 1.0, 256: 1.0}
SECONDS = 60
FAULTS = {"rate": 0.01, "server": 0.01, "cut": 0.01, "broken": 0.01, "empty": 0.005, "no_json": 0.005}
SIX = {
    "id": {"rule": "sequence"},
    "topic": {"rule": "category", "values": ["rivers", "gardens", "letters"]},
    "text": {"prompt": "Write about {{ topic }}, number {{ id }}."},
    "facts": {"prompt": "Facts of {{ text }}", "as": {"stars": "integer 1..5", "tone": ["good", "bad"]}},
    "title": {"prompt": "A title for {{ text }}"},
    "question": {"prompt": "A question on {{ title }}"},
    "answer": {"prompt": "{{ question }}"},
    "tags": {"prompt": "Tags of {{ text }}", "as": ["text"]},
}
RUN = """
import json, resource, sys, time
import aiohttp, twinset.pipeline.run, twinset.synthesizers.rules, twinset.synthesizers.text, twinset.evaluation.report
from twinset.cli.main import app, run
app()
started, before = time.perf_counter(), time.process_time()
code = run(["run", sys.argv[1], "-o", sys.argv[2], "-q"])
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([code, time.perf_counter() - started, time.process_time() - before, memory]))
"""


@contextmanager
def served(latency: float, faults: dict[str, float]) -> Iterator[str]:
    """The address of a stand-in."""
    words = [sys.executable, "-m", "twinset.testing.models", "--latency", str(latency)]
    words += [word for kind, share in faults.items() for word in ("--fault", f"{kind}={share}")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def ran(place: Path, rows: int, columns: dict[str, Any], model: dict[str, Any], **text: Any) -> dict[str, Any]:
    """A run in a process of its own: seconds, CPU, memory, and what its manifest tells."""
    stage = {"rows": rows, "text": {"model": {"max_tokens": 60, **model}, "columns": columns, **text}}
    (place / "plan.yaml").write_text(yaml.safe_dump({"format": "jsonl", "stages": {"texts": stage}}, sort_keys=False))
    out = place / "out"
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(place / "plan.yaml"), str(out)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    code, seconds, cpu, memory = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    told = json.loads((out / "manifest.json").read_text())["stages"][0]
    made = [json.loads(line) for line in (out / "data.jsonl").read_text().splitlines()]
    calls = told["made_with"]["models"]["default"]["calls"]
    return {"seconds": seconds, "cpu": cpu, "memory": memory, "calls": calls, "rows": made, "told": told}


def throughput() -> None:
    columns = {name: one for name, one in SIX.items() if name not in ("facts", "tags")}
    sys.stdout.write("in flight   latency   calls   calls/s   the server's   share   CPU ms/call\n")
    for in_flight, latency in LATENCIES.items():
        rows = int(SECONDS * in_flight / latency) // 4
        with served(latency, {}) as url, tempfile.TemporaryDirectory() as place:
            found = ran(Path(place), rows, columns, {"base_url": url, "concurrency": in_flight})
        rate, best = found["calls"] / found["seconds"], in_flight / latency
        cpu = 1000 * found["cpu"] / found["calls"]
        line = f"{in_flight:9}   {latency:5.2f} s   {found['calls']:5}   {rate:7.1f}   {best:12.1f}   {rate / best:4.0%}"
        sys.stdout.write(f"{line}   {cpu:11.2f}\n")
        sys.stdout.flush()


def faults(n_rows: int) -> None:
    sys.stdout.write("  rows   lost   doubled   calls   rejected answers   CPU ms/call   peak MB   seconds\n")
    for rows in (n_rows // 4, n_rows):
        with served(0.2, FAULTS) as url, tempfile.TemporaryDirectory() as place:
            found = ran(Path(place), rows, SIX, {"base_url": url, "concurrency": 128})
        ids = [row["id"] for row in found["rows"]]
        lost, doubled = rows - len(set(ids)), len(ids) - len(set(ids))
        unusable = found["told"]["made_with"]["models"]["default"].get("unusable_answers", 0)
        assert all(1 <= row["facts"]["stars"] <= 5 and row["facts"]["tone"] in ("good", "bad") for row in found["rows"])
        cpu = 1000 * found["cpu"] / found["calls"]
        line = (
            f"{rows:6}   {lost:4}   {doubled:7}   {found['calls']:5}   {unusable:16}   {cpu:11.2f}   {found['memory']:7.0f}"
        )
        sys.stdout.write(f"{line}   {found['seconds']:7.0f}\n")


def local(minutes: float) -> None:
    verbs = ("open", "close", "check", "change", "cancel", "renew", "find", "send", "block", "order")
    things = ("account", "card", "address", "transfer", "loan", "password", "invoice", "booking", "insurance", "parcel",
              "contract", "meter", "ticket", "phone number", "standing order", "subscription", "tax form", "key", "seat",
              "appointment")  # fmt: skip
    intents = [f"{verb} the {thing}" for verb in verbs for thing in things]
    columns = {
        "intent": {"rule": "category", "values": intents},
        "tone": {"rule": "category", "values": ["polite", "short", "annoyed", "unsure", "friendly"]},
        "text": {
            "system": "You say what a customer would say, in one short sentence.",
            "prompt": "A customer wants to {{ intent }}. They are {{ tone }}. The customer says:",
            "max_tokens": 30, "stop": ["\n"],
        },
        "seen": {"prompt": "Is this polite?\n{{ text }}", "as": {"polite": "boolean", "stars": "integer 1..5"}},
    }  # fmt: skip
    rows = max(5, int(1000 * min(1.0, minutes / 60)))
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        model = {"client": "local", "model": "smollm2-135m", "concurrency": 4, "temperature": 0.9}
        found = ran(Path(place), rows, columns, model, may_fall_short=True)
    kept = {(row["intent"], row["text"]) for row in found["rows"]}
    valid = [row["seen"]["polite"] in (True, False) and 1 <= row["seen"]["stars"] <= 5 for row in found["rows"]]
    took = time.perf_counter() - started
    sys.stdout.write(f"{len(found['rows'])} rows, {len(kept)} different, all valid: {all(valid)}, {found['calls']} calls\n")
    sys.stdout.write(f"{took:.0f} s on one core; 200 intents x 5 at this pace: {took / len(kept) * 1000 / 60:.0f} minutes\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=("throughput", "faults", "local"))
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--minutes", type=float, default=60.0)
    said = options.parse_args()
    {"throughput": throughput, "faults": lambda: faults(said.rows), "local": lambda: local(said.minutes)}[said.what]()


if __name__ == "__main__":
    main()
