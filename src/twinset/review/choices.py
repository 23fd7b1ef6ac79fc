"""What reviewers chose, a line for each choice, on the disk before the next row is shown.

The file only grows: a change of mind is one more line, and the last one counts. A line that a kill has torn is the last
one, and is left out. The first line says whose choices these are and of which data, by its hash.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, get_args

from twinset.errors import DataError, OutputError

FORMAT, VERSION = "twinset.review", 1
Verb = Literal["accept", "edit", "reject", "open"]
VERBS: tuple[Verb, ...] = get_args(Verb)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to become of a row; ``values`` are new ones by column, "open" takes an earlier choice back."""

    row: int
    verb: Verb
    values: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""


@dataclass
class Log:
    """The choices of one reviewer, read back and written on."""

    path: Path
    reviewer: str
    file: IO[bytes]
    chosen: dict[int, Choice]

    def add(self, choice: Choice) -> None:
        """Keep a choice; it is on the disk when this returns."""
        said = {"row": choice.row, "verb": choice.verb, "values": dict(choice.values), "reason": choice.reason}
        self.file.write((json.dumps(said, ensure_ascii=False) + "\n").encode())
        self.file.flush()
        os.fsync(self.file.fileno())
        _put(self.chosen, choice)


@contextmanager
def opened(path: Path, reviewer: str, digest: str) -> Iterator[Log]:
    """The log of a reviewer on data of this hash, made where there is none; OutputError where another review holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(f"{reviewer} is reviewing this already; end that review, or say another --reviewer") from None
        chosen: dict[int, Choice] = {}
        if path.stat().st_size:
            chosen = _read(path, digest)[1]
            _mend(file, path)
        else:
            head = {"format": FORMAT, "version": VERSION, "reviewer": reviewer, "data": digest}
            file.write((json.dumps(head, ensure_ascii=False) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
        yield Log(path, reviewer, file, chosen)


def read_logs(folder: Path, digest: str) -> dict[str, dict[int, Choice]]:
    """The choices of all reviewers on data of this hash, by name; DataError where a file is of other data, or is none."""
    return dict(_read(path, digest) for path in sorted(folder.glob("*.jsonl")))


def _read(path: Path, digest: str) -> tuple[str, dict[int, Choice]]:
    lines = path.read_bytes().split(b"\n")[:-1]  # what follows the last line break was torn
    try:
        head = json.loads(lines[0])
        if head["format"] != FORMAT or head["version"] != VERSION:
            raise ValueError("of another version")
        name, of = str(head["reviewer"]), head["data"]
        chosen: dict[int, Choice] = {}
        for line in lines[1:]:
            _put(chosen, _choice(json.loads(line)))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise DataError(f"{path} is no file of choices that can be read ({error}); move it away to begin anew") from None
    if of != digest:
        raise DataError(f"{path} holds choices about other data than there is now; move it away to begin anew")
    return name, chosen


def _choice(said: Mapping[str, object]) -> Choice:
    row, verb, values, reason = (said[name] for name in ("row", "verb", "values", "reason"))
    if type(row) is not int or row < 0 or verb not in VERBS or not isinstance(values, dict) or not isinstance(reason, str):
        raise ValueError("a line says no choice")
    return Choice(row, verb, values, reason)


def _put(chosen: dict[int, Choice], choice: Choice) -> None:
    if choice.verb == "open":
        chosen.pop(choice.row, None)
    else:
        chosen[choice.row] = choice


def _mend(file: IO[bytes], path: Path) -> None:
    """Cut off a torn line, so that the next one stands alone."""
    content = path.read_bytes()
    if not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)
