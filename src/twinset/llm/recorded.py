"""Answers kept on disk: replayed exactly and for nothing, and the way in which a broken run goes on at the cell.

Each part of a stage has a file of lines, ``[key, prompt tokens, completion tokens, is cut, text]``, added to before the
answer is used; the key is the hash of all that decides an answer. A last line that a kill left unfinished is cut off.
Without a client behind it, what is not recorded is an error.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from twinset.core.llm import Answer, Call, Client, ModelOptions
from twinset.errors import DataError, ProviderError
from twinset.llm.budget import Budget

ENDING = ".answers.jsonl"
GRACE = 1.0
Place = tuple[Path, int, int]


class Recorded:
    """Recordings in ``folder`` (written), and in ``options.answers`` (only read), in front of ``inner``, if there is one."""

    def __init__(self, options: ModelOptions, inner: Client | None = None, folder: Path | None = None) -> None:
        self.options = options
        self.inner = inner
        self.folder = folder
        self.budget = Budget(options)
        self._given = _index(_files(options.answers)) if options.answers else {}
        for _, line in _lines(_files(folder)) if folder else ():
            self.budget.spend(line[1], line[2])

    @property
    def model(self) -> str:
        return self.options.model

    def part(self, name: str) -> RecordedPart:
        return RecordedPart(self, None if self.folder is None else self.folder / f"{name}{ENDING}")

    async def ask(self, call: Call) -> Answer:
        key = call.key(self.model)
        if key in self._given:
            return _read(self._given[key])
        return await self.asked(call)

    def given(self, key: str) -> Answer | None:
        return _read(self._given[key]) if key in self._given else None

    async def asked(self, call: Call) -> Answer:
        """The answer of the client behind, within the budget."""
        if self.inner is None:
            raise ProviderError(
                f"no answer of {self.model!r} is recorded for this call: the plan, the rows or the versions have changed "
                "since; let a client answer instead of client: recorded",
                kind="unrecorded",
                is_retryable=False,
            )
        aside, answer = await self.budget.reserve(call), None
        try:
            answer = await self.inner.ask(call)
            return answer
        finally:
            self.budget.settle(aside, answer)

    async def close(self) -> None:
        if self.inner is not None:
            await self.inner.close()


class RecordedPart:
    """The recordings of one part; the answers that it has already are found again by their keys."""

    def __init__(self, whole: Recorded, path: Path | None) -> None:
        self._whole = whole
        self._known: dict[str, Place] = {}
        self._asked: set[asyncio.Task[Answer]] = set()
        self._handle: int | None = None
        self._path = path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._known = _index([path]) if path.exists() else {}
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            self._end = _mended(self._handle)

    @property
    def model(self) -> str:
        return self._whole.model

    async def ask(self, call: Call) -> Answer:
        key = call.key(self.model)
        if key in self._known:
            return _read(self._known[key])
        if (given := self._whole.given(key)) is not None:
            self._keep(key, given)
            return given
        task = asyncio.ensure_future(self._kept(key, call))
        self._asked.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Answer]) -> None:
        self._asked.discard(task)
        if not task.cancelled():
            task.exception()  # so that it counts as seen, where nobody waits any more

    async def _kept(self, key: str, call: Call) -> Answer:
        """An answer asked for and kept, whether anybody still waits for it or not: it may be paid for."""
        answer = await self._whole.asked(call)
        self._keep(key, answer)
        return answer

    def _keep(self, key: str, answer: Answer) -> None:
        if self._handle is None or self._path is None:
            return
        said = [key, answer.prompt_tokens, answer.completion_tokens, answer.is_cut, answer.text]
        line = json.dumps(said, separators=(",", ":")).encode() + b"\n"
        if os.write(self._handle, line) != len(line):
            raise OSError(28, "no space left on device", str(self._path))
        self._known[key] = (self._path, self._end, len(line))
        self._end += len(line)

    async def close(self) -> None:
        """Close the file. What is under way is waited for a moment; to its end where a spent budget has stopped all else."""
        if self._asked:
            is_spent = self._whole.budget.is_spent
            await asyncio.wait(self._asked, timeout=self._whole.options.timeout if is_spent else GRACE)
        for task in self._asked:
            task.cancel()
        await asyncio.gather(*self._asked, return_exceptions=True)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def merged(folder: Path, target: Path) -> int:
    """All answers below a folder in one file in the order of their keys, each once; gives how many there are."""
    index = _index(_files(folder))
    with target.open("wb") as out:
        for key in sorted(index):
            out.write(_bytes(index[key]))
    target.chmod(0o600)
    return len(index)


def _files(place: Path | None) -> list[Path]:
    if place is None:
        return []
    if place.is_file():
        return [place]
    return sorted(place.rglob(f"*{ENDING}"))


def _lines(files: list[Path]) -> Iterator[tuple[Place, list[Any]]]:
    for file in files:
        offset = 0
        with file.open("rb") as content:
            for raw in content:
                if raw.endswith(b"\n"):
                    yield (file, offset, len(raw)), _parsed(raw, file)
                offset += len(raw)


def _parsed(raw: bytes, file: Path) -> list[Any]:
    try:
        key, prompt, completion, is_cut, text = line = json.loads(raw)
    except (ValueError, TypeError, RecursionError):
        line = None
    is_fine = line is not None and type(key) is type(text) is str and type(prompt) is type(completion) is int
    if not is_fine or not isinstance(is_cut, bool):
        raise DataError(f"{file} is damaged: a line of it is no recorded answer; delete the file to ask again")
    assert line is not None
    return list(line)


def _index(files: list[Path]) -> dict[str, Place]:
    return {line[0]: place for place, line in _lines(files)}


def _bytes(place: Place) -> bytes:
    file, offset, length = place
    with file.open("rb") as content:
        content.seek(offset)
        return content.read(length)


def _read(place: Place) -> Answer:
    _, prompt, completion, is_cut, text = _parsed(_bytes(place), place[0])
    return Answer(text, prompt, completion, is_cut, is_new=False)


def _mended(handle: int) -> int:
    """Cut off a last line without an end; gives the length of the file."""
    size = os.fstat(handle).st_size
    start = max(0, size - (16 << 20))
    tail = os.pread(handle, size - start, start)
    end = start + tail.rfind(b"\n") + 1
    if end != size:
        os.ftruncate(handle, end)
    return end
