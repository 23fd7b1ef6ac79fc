"""What customers write, with what they want: made up, for classifiers to learn from."""

from __future__ import annotations

import random
from collections.abc import Iterator

_SAID = {
    "refund": ("I want my money back for {}", "please refund {}", "can I return {} and get paid", "a refund, {} broke"),
    "track": ("where is {}", "has {} shipped yet", "track the parcel with {}", "when will {} arrive"),
    "cancel": ("cancel my order of {}", "I no longer want {}", "stop the order for {}", "please do not send {}"),
    "pay": ("can I pay {} by card", "how do I pay for {}", "is cash fine for {}", "which cards work for {}"),
}
_THINGS = ["shoes", "lamp", "phone", "chair", "book", "kettle", "jacket", "bike", "tent", "camera"]
_AROUND = ["please ", "thanks, ", "today ", "hello, ", "sorry, ", "", ""]


def intents(n: int, seed: int, noise: float = 0.0) -> Iterator[tuple[str, str]]:
    """So many texts with their labels; ``noise`` is the share of labels that are drawn by lot."""
    draw = random.Random(seed)
    for _ in range(n):
        label = draw.choice(list(_SAID))
        text = draw.choice(_AROUND) + draw.choice(_SAID[label]).format(f"the {draw.choice(_THINGS)}")
        words = [word for word in text.split() if draw.random() < 0.9]
        yield " ".join(words) or text, draw.choice(list(_SAID)) if draw.random() < noise else label
