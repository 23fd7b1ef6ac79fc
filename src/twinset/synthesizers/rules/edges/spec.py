"""What a plan says of edge cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from twinset.errors import PlanError
from twinset.plan import EdgeSpec
from twinset.synthesizers.rules import options
from twinset.synthesizers.rules.rule import Options


@dataclass(frozen=True, slots=True)
class Edge(Options):
    """``share`` of the values of each column are valid edge cases, ``invalid`` of them are beyond what the column may hold.

    ``columns`` names the columns, by default all that have edges and are no keys; a text that is named may be any text.
    ``zone`` says whose daylight-saving changes moments without a zone have; ``longest`` is the length of the longest text.
    """

    word: ClassVar[str] = "edge"
    noun: ClassVar[str] = "word"
    share: float = 0.0
    invalid: float = 0.0
    columns: Any = None
    zone: str | None = None
    longest: int = 10_000

    def __post_init__(self) -> None:
        options.number(self.share, "share", 0, 1)
        options.number(self.invalid, "invalid", 0, 1)
        if self.share + self.invalid > 1:
            raise PlanError(f"share and invalid are at most 1 together, not {self.share} and {self.invalid}")
        options.whole(self.longest, "longest", 1, 10_000_000)
        if self.zone is not None:
            from twinset.synthesizers.rules.kinds.dates import _check_zone

            _check_zone(options.text(self.zone, "zone"))
        if self.columns is not None:
            for name in options.listed(self.columns, "columns"):
                options.text(name, "a column")


def edge_from(said: EdgeSpec | None) -> Edge | None:
    """The edge cases of a table; None where there are to be none."""
    if said is None:
        return None
    edge = Edge.from_data(said.model_dump(exclude_none=True))
    return edge if edge.share or edge.invalid else None
