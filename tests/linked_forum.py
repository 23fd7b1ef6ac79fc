"""A made forum in which comments are of posts, photos or other comments, as a type beside their id says."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

LIKED = {"Post": 0.2, "Photo": 0.8}
"""P(a comment is liked | what it is of)."""


def forum(n_users: int = 400, seed: int = 0) -> dict[str, pa.Table]:
    """Few posts have most comments; photos have theirs evenly; a tenth of comments are of nothing; tags are a list."""
    rng = np.random.default_rng(seed)
    n_posts, n_photos, n_tags = 2 * n_users, n_users, 12
    posts = pa.table({"id": np.arange(1, n_posts + 1), "user_id": rng.integers(1, n_users + 1, n_posts),
                      "length": rng.integers(50, 900, n_posts)})  # fmt: skip
    photos = pa.table({"id": np.arange(1, n_photos + 1), "user_id": rng.integers(1, n_users + 1, n_photos),
                       "size": np.round(rng.gamma(3, 2, n_photos), 1)})  # fmt: skip
    n = 8 * n_users
    kind = rng.choice(["Post", "Photo", ""], n, p=[0.6, 0.3, 0.1])
    popular = rng.permutation(n_posts)[: n_posts // 10] + 1
    of_post = np.where(rng.random(n) < 0.7, rng.choice(popular, n), rng.integers(1, n_posts + 1, n))
    of = np.where(kind == "Post", of_post, rng.integers(1, n_photos + 1, n))
    liked = rng.random(n) < np.select([kind == "Post", kind == "Photo"], [LIKED["Post"], LIKED["Photo"]], 0.5)
    comments = pa.table(
        {
            "id": np.arange(1, n + 1),
            "user_id": rng.integers(1, n_users + 1, n),
            "commentable_type": pa.array(kind, mask=kind == ""),
            "commentable_id": pa.array(of, mask=kind == ""),
            "liked": np.where(liked, "yes", "no"),
        }
    )
    tagged = rng.choice(["Post", "Tag"], 6 * n_users, p=[0.7, 0.3])
    marks = pa.table(
        {
            "id": np.arange(1, len(tagged) + 1),
            "user_id": rng.integers(1, n_users + 1, len(tagged)),
            "target_kind": tagged,
            "target_id": np.where(
                tagged == "Post", rng.integers(1, n_posts + 1, len(tagged)), _skewed(rng, n_tags, len(tagged))
            ),
        }
    )
    tags = pa.table({"id": np.arange(1, n_tags + 1), "word": [f"word {number}" for number in range(n_tags)]})
    users = pa.table({"id": np.arange(1, n_users + 1), "age": rng.integers(18, 80, n_users),
                      "height": np.round(rng.normal(170, 9, n_users), 1)})  # fmt: skip
    uses = pa.table({"id": np.arange(1, 3 * n_users + 1), "user_id": rng.integers(1, n_users + 1, 3 * n_users),
                     "tag_id": _skewed(rng, n_tags, 3 * n_users)})  # fmt: skip
    return {
        "users": users,
        "tags": tags,
        "posts": posts,
        "photos": photos,
        "comments": comments,
        "marks": marks,
        "uses": uses,
    }


def _skewed(rng: np.random.Generator, n: int, size: int) -> np.ndarray:
    share = 1 / np.arange(1, n + 1)
    return rng.choice(np.arange(1, n + 1), size, p=share / share.sum())
