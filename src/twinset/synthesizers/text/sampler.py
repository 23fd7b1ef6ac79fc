"""The sampler of texts: parts of a few hundred rows, each of which can be made alone, several of them at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from twinset.core.checks import Remembering
from twinset.core.dataset import Batch
from twinset.core.registry import nearest
from twinset.core.request import KeyRange, Made, Part, Request, State, Tally, even_parts
from twinset.core.schema import Schema, Table
from twinset.core.synthesis import KeepsContext, MakeContext
from twinset.errors import PlanError, ProviderError
from twinset.plan import TextSpec
from twinset.synthesizers.text import told
from twinset.synthesizers.text.memories import packed, unpacked
from twinset.synthesizers.text.over import Over
from twinset.synthesizers.text.part import PartMaker, chunks
from twinset.synthesizers.text.program import SAMPLED, Program, program
from twinset.synthesizers.text.quiet import Quiet
from twinset.synthesizers.text.session import Session

NAME = "text"
DOCUMENT = "text.json"
_AT_ONCE = 2


@dataclass(frozen=True)
class TextSampler:
    """Rows whose columns models make; ``over`` is the table that it goes over."""

    spec: TextSpec
    locale: Any
    over: Table | None = None
    name: str = NAME
    engine: str = NAME
    _held: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    _lock: Any = field(default_factory=threading.Lock, compare=False, repr=False)

    @cached_property
    def program(self) -> Program:
        return program(self.spec, self.locale, self.over, self.name)

    @property
    def schema(self) -> Schema:
        return Schema((self.program.table,))

    @property
    def n_at_once(self) -> int:
        """Parts that wait for the server together: one may not be enough to keep it busy to its own end."""
        most = max(model.concurrency for model in self.spec.models.values())
        return _AT_ONCE + most // self.spec.part_rows

    @property
    def may_fall_short(self) -> bool:
        return self.spec.may_fall_short

    def sized(self, request: Request) -> Request:
        """Where the stage goes over other rows, as many as follow from these."""
        self._check(request)
        if self.spec.over is None:
            if self.name not in request.size:
                raise PlanError("text that goes over no other rows says how many rows to make (rows: ...)")
            return request
        n_over = len(self._over(request))
        wanted = request.size.get(self.name)
        if wanted is not None and wanted > n_over:
            raise PlanError(
                f"{wanted:,} rows are asked for, and the rows that the stage goes over give {n_over:,}; "
                f"say over: {{rows_of: {self.spec.over.rows_of}, times: ...}} for several rows of each"
            )
        return replace(request, size={self.name: n_over if wanted is None else wanted})

    def parts(self, request: Request) -> Iterator[Part]:
        self._check(request)
        is_chained = any(isinstance(check, Remembering) for _, check in self.program.checks)
        before: tuple[str, ...] = ()
        for part in even_parts(self.name, request.size.get(self.name, 0), self._part_rows(request)):
            yield replace(part, needs=before)
            before = (part.id,) if is_chained else ()

    def make(self, part: Part, request: Request, ctx: MakeContext) -> Iterator[Made]:
        with self.opened():
            maker, rows = self._made(part, request, ctx)
        for batch in chunks(rows):
            yield Batch(self.name, batch)
        yield from maker.rejects
        yield Tally(dict(sorted(maker.used.items())))
        if any(isinstance(check, Remembering) for _, check in self.program.checks):
            yield State(packed(maker.memories))

    def _made(self, part: Part, request: Request, ctx: MakeContext) -> tuple[PartMaker, pa.RecordBatch]:
        session = self._session(ctx)
        clients = session.part(part.id)
        memories = unpacked(ctx.state_of(part.needs[0])) if part.needs else {}
        maker = PartMaker(part, self.program, self.spec, session, request.seed, clients, memories)
        try:
            return maker, maker.rows(self._starts(part, request))
        except ProviderError as error:
            if not error.is_retryable or not isinstance(ctx, KeepsContext):
                raise
            said = f"{error} (all answers are kept: run the same command again, and it goes on where it stopped)"
            raise ProviderError(said, kind=error.kind, is_retryable=True) from error
        finally:
            session.leave(clients.values())

    def _starts(self, part: Part, request: Request) -> list[dict[str, Any]]:
        """What each row has before a model is asked."""
        rows = self._sampled(part, request)
        if self.spec.over is None:
            return rows
        over = self._over(request).read(part.keys.start, part.keys.stop)
        taken = self.program.taken
        return [
            {**row, self.spec.over.rows_of: other, **{name: other[column] for name, column in taken.items()}}
            for row, other in zip(rows, over, strict=True)
        ]

    def _sampled(self, part: Part, request: Request) -> list[dict[str, Any]]:
        """The columns by rules."""
        if self.program.rules is None:
            return [{} for _ in range(part.size)]
        blocks = range(part.keys.start // self.spec.part_rows, (part.keys.stop - 1) // self.spec.part_rows + 1)
        rows = [row for block in blocks for row in self._block(block, request)]
        first = part.keys.start - blocks.start * self.spec.part_rows
        return rows[first : first + part.size]

    def _block(self, number: int, request: Request) -> list[dict[str, Any]]:
        """What rules make of so many rows, whatever the parts in which they are asked for."""
        assert self.program.rules is not None
        size, n_all = self.spec.part_rows, request.size[self.name]
        own = Request({SAMPLED: n_all}, request.seed.child("sampled"), part_rows=size)
        keys = KeyRange(number * size, min((number + 1) * size, n_all))
        made = self.program.rules.make(Part(f"{SAMPLED}-{number:06d}", len(keys), keys, SAMPLED), own, Quiet())
        return [row for batch in made if isinstance(batch, Batch) for row in batch.rows.to_pylist()]

    def _part_rows(self, request: Request) -> int:
        return min(request.part_rows, self.spec.part_rows)

    def _over(self, request: Request) -> Over:
        assert self.spec.over is not None
        name = self.spec.over.rows_of
        if name not in request.inputs:
            raise PlanError(f"this text goes over the rows of {name!r}, which only a plan hands to it (`twinset run`)")
        key = f"over {request.inputs[name].fingerprint}"
        if key not in self._held:
            self._held[key] = Over.of(self.spec.over, request.inputs[name])
        found: Over = self._held[key]
        return found

    @contextmanager
    def opened(self) -> Iterator[None]:
        with self._lock:
            self._held["users"] = self._held.get("users", 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._held["users"] -= 1
                if not self._held["users"] and (session := self._held.pop("session", None)):
                    session.close()

    def give_up(self) -> None:
        with self._lock:
            if session := self._held.get("session"):
                session.give_up()

    def _session(self, ctx: MakeContext) -> Session:
        with self._lock:
            if "session" not in self._held:
                self._held["session"] = Session(self.spec.models, ctx.keeping if isinstance(ctx, KeepsContext) else None)
            found: Session = self._held["session"]
            return found

    def remarks(self, request: Request) -> Iterator[str]:
        n_letters = 0 if self.spec.over is None else self._over(request).n_letters
        yield from told.forecast(self.program, self.spec, request.size.get(self.name, 0), n_letters)

    def told(self, used: Mapping[str, int]) -> Mapping[str, Any]:
        return told.told(self.program, self.spec, used)

    def _check(self, request: Request) -> None:
        if request.given is not None:
            raise PlanError("text is not made given values; make columns of them: {from: ...}, or a rule")
        for table in request.size:
            if table != self.name:
                raise PlanError(f"text makes no table {table!r}{nearest(table, [self.name])}; it makes {self.name!r}")

    def save(self, folder: Path) -> None:
        document = {
            "name": self.name,
            "locale": self.locale,
            "text": self.spec.model_dump(mode="json", exclude_defaults=True),
            "over": None if self.over is None else {one.name: one.to_data() for one in self.over.columns},
        }
        (folder / DOCUMENT).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        if self.over is not None:
            with pa.OSFile(str(folder / "over.arrow"), "wb") as file, pa.ipc.new_file(file, self.over.arrow):
                pass
