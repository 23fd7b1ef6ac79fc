"""How far nodes of a tree are shrunk to their parents: by what the other half of the rows says of each."""

import numpy as np
import numpy.typing as npt
import pytest

from twinset.synthesizers.tabular.trees.leaf import STRENGTHS, Weights, fill, weigh
from twinset.synthesizers.tabular.trees.structure import Structure


def tree() -> Structure:
    """Two leaves under the root."""
    test = np.array([0, -1, -1], dtype=np.int16)
    return Structure(
        test, np.full(3, -1, dtype=np.int16), np.full(3, 3, dtype=np.int16), np.array([1, 1, 2], dtype=np.int32)
    )


def weighed(own: list[list[int]], asked: list[list[int]], least: int = 5, caution: float = 1.5) -> Weights:
    nothing = [0] * len(own[0])
    return weigh(tree(), np.array([nothing, *own]), np.array([nothing, *asked]), least, caution)


def test_what_follows_from_a_question_is_hardly_shrunk() -> None:
    found = weighed([[400, 0], [0, 400]], [[410, 0], [0, 390]])
    assert found.strength[1:].max() <= 3.0
    assert found.stop[0] < 1e-6


def test_what_differs_by_chance_becomes_its_parent_again() -> None:
    found = weighed([[60, 40], [40, 60]], [[50, 50], [50, 50]])
    assert found.strength[1:].min() == STRENGTHS[-1]


def test_each_node_has_a_strength_of_its_own() -> None:
    found = weighed([[500, 0, 0], [30, 30, 40]], [[500, 0, 0], [60, 20, 20]])
    assert found.strength[1] < found.strength[2]


@pytest.mark.parametrize("half", [20, 200])
def test_more_caution_never_shrinks_less(half: int) -> None:
    own, asked = [[half, half // 4], [half // 4, half]], [[half, half // 3], [half // 3, half]]
    strengths = [weighed(own, asked, caution=caution).strength[1:] for caution in (0.0, 0.5, 1.5, 6.0, 50.0)]
    assert (np.diff(strengths, axis=0) >= 0).all()
    assert strengths[0].max() < STRENGTHS[-1] == strengths[-1].min()


def test_a_node_of_few_rows_is_never_stayed_in() -> None:
    structure, leaf = tree(), np.repeat([1, 2], [190, 10])
    symbols: npt.NDArray[np.uint16] = np.repeat([0, 1], [190, 10]).astype(np.uint16)
    weights = weighed([[95, 0], [0, 3]], [[95, 0], [0, 7]], least=5, caution=0.0)
    held = fill(structure, leaf, symbols, None, 10, weights)
    assert held.stay[0] == 1.0
    assert held.stay[1] > 0.9
    assert held.stay[2] == 0.0
