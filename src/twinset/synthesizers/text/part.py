"""One part: its rows made at once, those that are rejected made again, a bounded number of times."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from twinset.core.checks import Remembering
from twinset.core.llm import Client, Message
from twinset.core.request import Part, Reject
from twinset.core.seed import Seed
from twinset.errors import GenerationError
from twinset.plan import TextSpec
from twinset.synthesizers.text.columns.kind import Scope
from twinset.synthesizers.text.program import Program
from twinset.synthesizers.text.row import RejectedError, Row, Speaker, prompt
from twinset.synthesizers.text.session import Session


@dataclass
class PartMaker:
    """Makes the rows of one part; ``memories`` are what its checks know of the parts before it."""

    part: Part
    program: Program
    spec: TextSpec
    session: Session
    seed: Seed
    clients: Mapping[str, Client]
    memories: dict[str, bytes] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    _rejects: list[tuple[int, int, Reject]] = field(default_factory=list)

    @property
    def rejects(self) -> list[Reject]:
        """By try and row, whichever was found out first."""
        return [reject for *_, reject in sorted(self._rejects, key=lambda one: one[:2])]

    def rows(self, starts: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
        """The rows that stay, in order; ``starts`` is what each has before a model is asked."""
        open_ = list(range(len(starts)))
        kept: dict[int, dict[str, Any]] = {}
        for attempt in range(self.spec.tries):
            if not open_:
                break
            made = self.session.run(self._made([starts[place] for place in open_], open_, attempt))
            stayed = self._checked({place: row for place, row in zip(open_, made, strict=True) if row is not None}, attempt)
            kept |= stayed
            open_ = [place for place in open_ if place not in kept]
        if open_ and not self.spec.may_fall_short:
            self._give_up(len(open_))
        self.used["rows_left_out"] += len(open_)
        return self._batch([kept[place] for place in sorted(kept)])

    def _give_up(self, n_open: int) -> None:
        reasons = Counter(reject.reason for reject in self.rejects).most_common(3)
        said = "; ".join(f"{reason} ({count:,})" for reason, count in reasons)
        raise GenerationError(
            f"{n_open:,} of {self.part.size:,} rows of part {self.part.id} were rejected {self.spec.tries} times each: "
            f"{said}. "
            "Mend the prompt or the checks, raise tries, or say may_fall_short: true to go on without them"
        )

    async def _made(self, starts: list[Mapping[str, Any]], places: list[int], attempt: int) -> list[dict[str, Any] | None]:
        """All rows at once; the first error that is not a row's own ends all of them."""
        pairs = zip(starts, places, strict=True)
        tasks = [asyncio.ensure_future(self._row(dict(start), place, attempt)) for start, place in pairs]
        try:
            return await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _row(self, values: dict[str, Any], place: int, attempt: int) -> dict[str, Any] | None:
        speakers = {name: Speaker(name, self.spec.models[name], client) for name, client in self.clients.items()}
        seed = self.seed.child("row", self.part.keys.start + place, attempt)
        row = Row(values, seed, speakers, self.used)
        async with self.session.rows:
            for name, kind in self.program.made.items():
                try:
                    row.seed = seed.child(name)
                    row.values[name] = await kind.make(row)
                except RejectedError as error:
                    self._reject(attempt, place, f"{name}: {error.reason}", error.content)
                    return None
        return row.values

    def _reject(self, attempt: int, place: int, reason: str, content: str) -> None:
        self._rejects.append((attempt, place, Reject(self.part.table, reason, content)))

    def _batch(self, rows: list[dict[str, Any]]) -> pa.RecordBatch:
        schema = self.program.table.arrow
        arrays = [pa.array([row[name] for row in rows], schema.field(name).type) for name in schema.names]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _checked(self, made: dict[int, dict[str, Any]], attempt: int) -> dict[int, dict[str, Any]]:
        """The rows that hold all checks; what a check has no word against goes to the next."""
        for name, check in self.program.checks:
            if not made:
                break
            batch = self._batch(list(made.values()))
            ctx = _Context(self, self.seed.child("check", name, self.part.id, attempt), self.memories.get(name))
            reasons = list(check.reasons(batch, ctx))
            if len(reasons) != len(made):
                raise GenerationError(f"the check {name!r} gave {len(reasons)} reasons for {len(made)} rows")
            for (place, row), reason in zip(list(made.items()), reasons, strict=True):
                if reason is not None:
                    self._reject(attempt, place, f"{name}: {reason}", Row(row, self.seed, {}).content)
                    del made[place]
        for name, check in self.program.checks:
            if isinstance(check, Remembering) and made:
                self.memories[name] = check.after(self._batch(list(made.values())), self.memories.get(name))
        return made


@dataclass(frozen=True, slots=True)
class _Context:
    """What a check may ask of its surroundings."""

    maker: PartMaker
    seed: Seed
    memory: bytes | None

    def ask(self, prompts: Sequence[str], *, system: str = "", sample: int = 0, model: str = "") -> Sequence[str]:
        maker = self.maker
        how = Scope("check", {}, frozenset(), {}, maker.spec.models).asking({"model": model} if model else {})
        speakers = {name: Speaker(name, maker.spec.models[name], client) for name, client in maker.clients.items()}

        async def one(number: int, text: str) -> str:
            row = Row({}, self.seed.child(sample, number), speakers, maker.used)
            messages: list[Message] = prompt(text, system)
            try:
                return await row.text("check", how, messages)
            except RejectedError:
                return ""

        async def all_() -> list[str]:
            return list(await asyncio.gather(*(one(number, text) for number, text in enumerate(prompts))))

        return maker.session.run(all_())


def chunks(rows: pa.RecordBatch, n_bytes: int = 32 << 20) -> Iterator[pa.RecordBatch]:
    """A batch in pieces that are not too large."""
    n_pieces = rows.nbytes // n_bytes + 1
    size = max(1, -(-rows.num_rows // n_pieces))
    for start in range(0, rows.num_rows, size):
        yield rows.slice(start, size)
