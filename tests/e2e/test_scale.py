"""What the pipeline costs, measured by its own benchmark: long, so part of `make verify`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "pipeline.py"


def benchmark(*arguments: str) -> str:
    words = [sys.executable, str(BENCHMARK), *arguments]
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=3000).stdout


@pytest.mark.verify
def test_the_pipeline_costs_at_most_a_twentieth_more_than_a_bare_loop():
    (ratio,) = re.findall(r"^pipeline +[\d.]+ +([\d.]+)", benchmark("overhead", "--rows", "3000000"), re.MULTILINE)
    assert float(ratio) <= 1.05


@pytest.mark.verify
def test_memory_is_flat_and_ten_million_rows_stay_within_a_gigabyte():
    peaks = [float(peak) for peak in re.findall(r"^ +[\d,]+ +(\d+) ", benchmark("memory"), re.MULTILINE)]
    assert len(peaks) == 3
    assert peaks[2] <= 1000
    assert peaks[2] <= peaks[1] + 150
