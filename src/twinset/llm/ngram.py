"""No language model: answers from a corpus by the engine ``ngram``, which say what any recipe comes to without one.

A text is one that the engine makes of the corpus; of the rows of a label, where ``extra: {by: COLUMN}`` names labels and the
question holds one. Typed answers are drawn from their shape, blind to the question, their texts from the corpus. An answer
follows from the question alone, at once and for nothing: a floor for models, and quick rows for tests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import registry, types
from twinset.core.dataset import Batch, Tables
from twinset.core.llm import Answer, Call, ModelOptions
from twinset.core.media import MediaRef
from twinset.core.request import Fixed, Request
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.core.synthesis import Sampler
from twinset.errors import InternalError, PlanError
from twinset.texts.files import read_texts

_BLOCK = 256
_BLOCKS = 256
_TEXT, _LABEL = "text", "label"
_OPTIONS = (_TEXT, "by", "k")


class Ngram:
    """A client without a server; ``options.path`` is the corpus, a call's ``extra`` says how it is read."""

    n_retries = 0

    def __init__(self, options: ModelOptions) -> None:
        if options.path is None:
            raise PlanError("client: ngram learns from a corpus: say path: FILE (.txt, .jsonl, .csv, .parquet, .arrow)")
        self.options = options
        self._path = Path(options.path)
        self._corpora: dict[str, _Corpus] = {}

    @property
    def model(self) -> str:
        return self.options.model

    async def ask(self, call: Call) -> Answer:
        corpus = self._corpus(call.extra)
        draw = _Draw.of(corpus, call, call.key(self.model))
        said = draw.text() if call.schema is None else json.dumps(draw.value(call.schema), ensure_ascii=False)
        for stop in call.stop:
            said = said.partition(stop)[0]
        words, n_asked = said.split(), sum(len(one.content.split()) for one in call.messages)
        is_cut = call.schema is None and len(words) > call.max_tokens
        return Answer(" ".join(words[: call.max_tokens]) if is_cut else said, n_asked, len(words), is_cut)

    def _corpus(self, extra: Mapping[str, Any]) -> _Corpus:
        key = json.dumps(dict(extra), sort_keys=True)
        if key not in self._corpora:
            self._corpora[key] = _Corpus.of(self._path, extra)
        return self._corpora[key]

    async def close(self) -> None: ...


@dataclass(frozen=True)
class _Corpus:
    """What was learned of a corpus, and its labels. Texts are made in blocks, each when it is first asked for."""

    sampler: Sampler
    labels: tuple[str, ...]
    _blocks: dict[tuple[str, int], list[str | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, extra: Mapping[str, Any]) -> _Corpus:
        for word in extra:
            if word not in _OPTIONS:
                raise PlanError(f"extra of client: ngram has no {word!r}{registry.nearest(word, _OPTIONS)}; "
                                f"it has: {', '.join(_OPTIONS)}")  # fmt: skip
        by = extra.get("by")
        if by is not None and _TEXT not in extra:
            raise PlanError("where by names a column of labels, text names that of the texts: extra: {text: ..., by: ...}")
        columns, rows = [Column(_TEXT, types.Text(), pa.string())], {_TEXT: read_texts(path, extra.get(_TEXT))}
        if by is not None:
            columns.append(Column(_LABEL, types.Categorical(), pa.string()))
            rows[_LABEL] = read_texts(path, by)
        table = Table("corpus", tuple(columns))
        data = Tables(Schema((table,)), {"corpus": pa.table(rows, schema=table.arrow)})
        engine = registry.lookup("synthesizers", "ngram")(by=_LABEL if by else "", k=extra.get("k"))
        sampler = engine.fit(data, schema=data.schema, seed=Seed(0).child("fit"), ctx=_Alone())
        labels = pc.unique(rows[_LABEL]).to_pylist() if by else []
        return cls(sampler, tuple(sorted(label for label in labels if label)))

    def text(self, label: str, number: int) -> str:
        """One of the texts of a label, or of all: the same number gives the same text."""
        block, place = divmod(number % (_BLOCK * _BLOCKS), _BLOCK)
        if (label, block) not in self._blocks:
            self._blocks[label, block] = self._made(label, block)
        return self._blocks[label, block][place] or ""

    def _made(self, label: str, block: int) -> list[str | None]:
        given = Fixed({_LABEL: label}) if label else None
        request = Request({"corpus": _BLOCK}, Seed(0).child("made", label, block), given)
        batches = [one for part in self.sampler.parts(request) for one in self.sampler.make(part, request, _Alone())]
        return [text for batch in batches if isinstance(batch, Batch) for text in batch.rows.column(_TEXT).to_pylist()]


@dataclass(frozen=True)
class _Draw:
    """The chance of one call."""

    corpus: _Corpus
    label: str
    key: str

    @classmethod
    def of(cls, corpus: _Corpus, call: Call, key: str) -> _Draw:
        """The label is the first one that the question holds, of several there the longest."""
        asked = " ".join(message.content for message in call.messages)
        found = [(asked.index(label), -len(label), label) for label in corpus.labels if label in asked]
        return cls(corpus, min(found)[2] if found else "", key)

    @cached_property
    def random(self) -> np.random.Generator:
        return Seed(0).child("call", self.key).generator()

    def text(self) -> str:
        return self.corpus.text(self.label, int(self.random.integers(2**31)))

    def value(self, schema: Mapping[str, Any]) -> Any:
        """A value of a shape's JSON schema."""
        if "enum" in schema:
            return schema["enum"][int(self.random.integers(len(schema["enum"])))]
        kind = schema["type"]
        match kind[0] if isinstance(kind, list) else kind:
            case "object":
                return {name: self.value(one) for name, one in schema["properties"].items()}
            case "array":
                low = schema.get("minItems", 0)
                n_items = int(self.random.integers(low, schema.get("maxItems", low + 3) + 1))
                return [self.value(schema["items"]) for _ in range(n_items)]
            case "integer":
                low, high = _bounds(schema)
                return int(self.random.integers(int(low), int(high) + 1))
            case "number":
                low, high = _bounds(schema)
                return round(float(self.random.uniform(low, high)), 4)
            case "boolean":
                return bool(self.random.integers(2))
        return self.text()[: schema.get("maxLength")].ljust(schema.get("minLength", 0), ".")


def _bounds(schema: Mapping[str, Any]) -> tuple[float, float]:
    """Those of a number; a hundred apart where one or both are open."""
    low = schema.get("minimum", min(0, schema.get("maximum", 100) - 100))
    return low, schema.get("maximum", low + 100)


class _Alone:
    """Surroundings of an engine that asks nothing of them."""

    def progress(self, done: float, what: str) -> None: ...

    def note(self, what: str, column: str | None = None, count: int = 1) -> None: ...

    def rows_of(self, part: str) -> pa.Table:
        raise InternalError(f"a text by n-grams asked for the part {part}")

    def state_of(self, part: str) -> bytes:
        raise InternalError(f"a text by n-grams asked for the state of {part}")

    def put(self, content: bytes, media_type: str) -> MediaRef:
        raise InternalError("a text by n-grams wanted to keep a blob")
