"""Column names: every column gets one, and no two the same."""

from __future__ import annotations

from collections.abc import Sequence

from twinset.core.dataset import Repair


def settle(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[Repair, ...]]:
    """Names without blanks around them, empty ones filled in, repeated ones numbered; each change is a repair."""
    settled: list[str] = []
    repairs: list[Repair] = []
    taken = {name.strip() for name in names}
    for number, written in enumerate(names, start=1):
        name = written.strip() or _free(f"column_{number}", taken)
        if not written.strip():
            repairs.append(Repair(f"column {number} had no name", name))
        elif name in settled:
            name = _free(name, taken)
            repairs.append(Repair(f"column {number} had the name of another one, {written.strip()!r}", name))
        elif name != written:
            repairs.append(Repair("blanks around the column's name were removed", name))
        settled.append(name)
        taken.add(name)
    return tuple(settled), tuple(repairs)


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
