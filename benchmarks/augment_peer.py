"""SMOTE of imbalanced-learn in an environment of its own: started once by ``benchmarks/augment.py``, asked many times.

    python augment_peer.py ASK.npz ANSWER.npz

For each line on standard input it reads ``x``, ``y``, ``is_label`` and ``seed`` from the first file, adds rows of the rare
class until both are as many (SMOTENC where there are labels), writes ``x`` and ``y`` to the second and answers with a line.
"""

from __future__ import annotations

import sys

import numpy as np
from imblearn.over_sampling import SMOTE, SMOTENC

NEIGHBOURS = 5


def balanced(x: np.ndarray, y: np.ndarray, is_label: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours are sought in units of each number's spread. With five rare rows there are four neighbours at most."""
    spread = np.where(is_label, 1.0, x.std(axis=0))
    spread[spread == 0] = 1.0
    neighbours = min(NEIGHBOURS, int(y.sum()) - 1)
    smote = SMOTE(random_state=seed, k_neighbors=neighbours)
    if is_label.any():
        smote = SMOTENC(np.flatnonzero(is_label).tolist(), random_state=seed, k_neighbors=neighbours)
    more, answers = smote.fit_resample(x / spread, y)
    return more * spread, answers


def main() -> None:
    ask, answer = sys.argv[1:]
    for _ in sys.stdin:
        with np.load(ask) as asked:
            x, y = balanced(asked["x"], asked["y"], asked["is_label"], int(asked["seed"]))
        np.savez(answer, x=x, y=y)
        print("done", flush=True)


if __name__ == "__main__":
    main()
