"""How well texts keep a server busy, what a call costs, and what a small local model makes.

    python benchmarks/text.py throughput          calls a second at 1, 16 and 256 in flight, beside what the server can bear
    python benchmarks/text.py faults [--rows N]   rows x 6 columns with 5% injected faults: whether rows are lost or doubled,
                                                  CPU milliseconds a call, and peak memory beside that of a quarter
    python benchmarks/text.py local [--times N]   SmolLM2-135M on one core: N texts kept of each of 200 intents, typed values

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
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import yaml

LATENCIES = {1: 0.1, 16: 1.0, 256: 1.0}
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
VERBS = ("open", "close", "check", "change", "cancel", "renew", "find", "send", "block", "order")
THINGS = ("account", "card", "address", "transfer", "loan", "password", "invoice", "booking", "insurance", "parcel",
          "contract", "meter", "ticket", "phone number", "standing order", "subscription", "tax form", "key", "seat",
          "appointment")  # fmt: skip
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
def served(latency: float, faults: dict[str, float]) -> Iterator[tuple[str, int]]:
    """The address of a stand-in, and its process."""
    words = [sys.executable, "-m", "twinset.testing.models", "--latency", str(latency)]
    words += [word for kind, share in faults.items() for word in ("--fault", f"{kind}={share}")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip(), server.pid
        finally:
            server.terminate()


def ran(place: Path, start: dict[str, Any], columns: dict[str, Any], model: dict[str, Any], **text: Any) -> dict[str, Any]:
    """A run in a process of its own: seconds, CPU, memory, and what its manifest tells."""
    stage = {**start, "text": {"model": {"max_tokens": 60, **model}, "columns": columns, **text}}
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
    """Beside the most that there can be, and beside a bare loop of aiohttp on the same server, one after the other."""
    columns = {name: one for name, one in SIX.items() if name not in ("facts", "tags")}
    head = "in flight   latency   calls   the most/s   calls/s   share   bare loop/s   share"
    sys.stdout.write(f"{head}   CPU ms/call   bare loop's   server's\n")
    for in_flight, latency in LATENCIES.items():
        rows = int(SECONDS * in_flight / latency) // 4
        with served(latency, {}) as (url, server), tempfile.TemporaryDirectory() as place:
            before = cpu_of(server)
            found = ran(Path(place), {"rows": rows}, columns, {"base_url": url, "concurrency": in_flight})
            calls, spent = found["calls"], cpu_of(server) - before
            bare_seconds, bare_cpu = bare(url, in_flight, calls)
        rate, bare_rate, best = calls / found["seconds"], calls / bare_seconds, in_flight / latency
        line = f"{in_flight:9}   {latency:5.2f} s   {calls:5}   {best:10.1f}   {rate:7.1f}   {rate / best:5.1%}"
        line += f"   {bare_rate:11.1f}   {rate / bare_rate:5.1%}"
        cpu = [1000 * one / calls for one in (found["cpu"], bare_cpu, spent)]
        sys.stdout.write(f"{line}   {cpu[0]:11.2f}   {cpu[1]:11.2f}   {cpu[2]:8.2f}\n")
        sys.stdout.flush()


def bare(url: str, in_flight: int, calls: int) -> list[float]:
    """Seconds and CPU of the bare loop."""
    words = [sys.executable, str(Path(__file__).with_name("text_peer.py")), url, str(in_flight), str(calls)]
    seconds: list[float] = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    return seconds


def cpu_of(process: int) -> float:
    """Seconds of CPU that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def faults(n_rows: int) -> None:
    sys.stdout.write("  rows   lost   doubled   calls   rejected answers   CPU ms/call   peak MB   seconds\n")
    for rows in (n_rows // 4, n_rows):
        with served(0.2, FAULTS) as (url, _), tempfile.TemporaryDirectory() as place:
            found = ran(Path(place), {"rows": rows}, SIX, {"base_url": url, "concurrency": 128})
        ids = [row["id"] for row in found["rows"]]
        lost, doubled = rows - len(set(ids)), len(ids) - len(set(ids))
        unusable = found["told"]["made_with"]["models"]["default"].get("unusable_answers", 0)
        assert all(1 <= row["facts"]["stars"] <= 5 and row["facts"]["tone"] in ("good", "bad") for row in found["rows"])
        cpu = 1000 * found["cpu"] / found["calls"]
        line = (
            f"{rows:6}   {lost:4}   {doubled:7}   {found['calls']:5}   {unusable:16}   {cpu:11.2f}   {found['memory']:7.0f}"
        )
        sys.stdout.write(f"{line}   {found['seconds']:7.0f}\n")


def local(times: int) -> None:
    """Two hundred intents, ``times`` texts of each that are no near-copies of each other, and a typed column beside each."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    columns = {
        "intent": {"from": "source.intent"},
        "tone": {"rule": "category", "values": ["polite", "short", "annoyed", "unsure", "friendly"]},
        "text": {
            "system": "You say what a customer would say, in one short sentence.",
            "prompt": "A customer wants to {{ intent }}. They are {{ tone }}. The customer says:",
            "max_tokens": 30, "stop": ["\n"],
        },
        "seen": {"prompt": "Is this polite?\n{{ text }}", "as": {"polite": "boolean", "stars": "integer 1..5"}},
    }  # fmt: skip
    text = {
        "over": {"rows_of": "source", "times": times},
        "checks": [{"check": "duplicates", "columns": "text", "likeness": 0.9}],
        "tries": 10, "may_fall_short": True, "part_rows": 100,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        intents = "\n".join(f"{verb} the {thing}" for verb in VERBS for thing in THINGS)
        Path(place, "intents.csv").write_text(f"intent\n{intents}\n")
        model = {"client": "local", "model": "smollm2-135m", "concurrency": 4, "temperature": 0.9}
        found = ran(Path(place), {"source": "intents.csv"}, columns, model, **text)
    kept = Counter(row["intent"] for row in found["rows"])
    told, unusable = found["told"], found["told"]["made_with"]["models"]["default"].get("unusable_answers", 0)
    n_full = sum(count == times for count in kept.values())
    rejects = sum(told["rejects"].values())
    valid = sum(type(row["seen"]["polite"]) is bool and row["seen"]["stars"] in range(1, 6) for row in found["rows"])
    sys.stdout.write(f"{len(found['rows'])} rows kept, {rejects} refused; {n_full} of 200 intents have all {times}\n")
    sys.stdout.write(f"typed values valid in {valid} rows; {found['calls']} calls, {unusable} answers of no use\n")
    sys.stdout.write(f"{found['cpu']:.0f} s of CPU, {found['seconds']:.0f} s on one core, {found['memory']:.0f} MB\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=("throughput", "faults", "local"))
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--times", type=int, default=5)
    said = options.parse_args()
    {"throughput": throughput, "faults": lambda: faults(said.rows), "local": lambda: local(said.times)}[said.what]()


if __name__ == "__main__":
    main()
