"""The bars that the checks of text are held to, on a labelled set whose halves README.md of that set explains."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tests.verification import figures, labelled
from tests.verification.labelled import Half
from twinset.verification.sandbox import run

HALVES: tuple[Half, ...] = get_args(Half)
needs_sandbox = pytest.mark.skipif(not run.locks(), reason="needs a sandbox: Landlock and seccomp, or bubblewrap")
QUICK_KINDS = ("syntax error", "name error", "empty", "early exit", "tests evaded", "file read", "network", "median", "fib")


@pytest.mark.parametrize("half", HALVES)
def test_wrong_numbers_dates_and_names_are_caught(half: Half) -> None:
    """90% of each are found by their own kind, and 95% of what a kind refuses is wrong in it."""
    for one in list(figures.of_claims(half))[:3]:
        assert one.recall >= 0.9, one
        assert one.precision >= 0.95, one


@pytest.mark.parametrize("half", HALVES)
def test_duplicates_and_leaked_items_are_caught(half: Half, tmp_path: Path) -> None:
    for one in figures.of_copies(half, tmp_path):
        assert one.recall >= 0.95, one
        assert one.precision >= 0.95, one


@pytest.mark.parametrize("half", HALVES)
def test_answers_of_mathematics_are_told_apart(half: Half) -> None:
    one = figures.of_sums(half)
    assert one.recall >= 0.95, one
    assert one.precision >= 0.95, one


@needs_sandbox
def test_no_failing_code_gets_through() -> None:
    one = figures.of_programs([one for one in labelled.programs() if one.kind in QUICK_KINDS or one.passes])
    assert (one.missed, one.refused) == (0, 0)


@needs_sandbox
@pytest.mark.verify
def test_the_whole_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All programs, the endless and hostile ones too; and the table of every figure, which docs/text-checks.md shows."""
    code = figures.of_programs(list(labelled.programs()))
    every = [
        one
        for half in HALVES
        for one in (*figures.of_claims(half), *figures.of_copies(half, tmp_path), figures.of_sums(half))
    ]
    with capsys.disabled():
        print(f"\n{figures.table([*every, code])}")
    assert (code.missed, code.refused) == (0, 0)
