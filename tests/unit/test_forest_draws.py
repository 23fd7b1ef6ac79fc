"""Rows are drawn from a node independently of each other, so that chance hides whether one more row was learned from.

Where that is asked for, they are spread evenly over what is in the node.
"""

import numpy as np
import pytest

from twinset.core.seed import Seed
from twinset.privacy.levels import LEVELS
from twinset.synthesizers.tabular.trees.forest import Rows, grow_forest, halves_of, target_of
from twinset.synthesizers.tabular.trees.grow import Growth


@pytest.mark.parametrize(("is_even", "least", "most"), [(False, 0.8, 1.25), (True, 0.0, 0.02)])
def test_the_rows_with_a_value_vary_as_chance_has_it(is_even, least, most):
    """400 draws tell the ratio of the variances to 3.5 standard errors of either side."""
    rng = Seed(1).generator()
    symbols = rng.integers(0, 8, 4000).astype(np.uint16)
    codes = np.zeros((4000, 1), dtype=np.uint8)
    rows = Rows(codes, symbols, target_of(np.arange(8, dtype=np.uint8), symbols, None), None)
    forest = grow_forest(rows, halves_of(4000, None, 2, rng), Growth(5, 2.0, 24), LEVELS["default"], rng, is_even)
    drawn = np.array([(forest.draw(codes[:1000], rng) == 3).sum() for _ in range(400)])
    share = (symbols == 3).mean()
    assert abs(drawn.mean() - 1000 * share) < 3
    assert least <= drawn.var() / (1000 * share * (1 - share)) < most
