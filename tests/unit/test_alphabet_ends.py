"""Numbers drawn inside cells stay between the values that are shared on both sides of them."""

import numpy as np
import pytest

from twinset.privacy import alphabet


@pytest.mark.parametrize("seed", range(12))
def test_counts_do_not_fall_below_nothing(seed):
    rng = np.random.Generator(np.random.Philox(seed))
    rare = np.round(rng.lognormal(3, 1.5, 20 + 8 * seed))
    values = np.concatenate([np.zeros(100), np.minimum(rare, 499), np.full(30, 500.0)])
    learned = alphabet.learn(values, None, 10, (1.0, 5.0, 10.0, 50.0, 100.0))
    drawn = learned.decode(rng.integers(0, len(learned), 5000), rng.random(5000))
    assert drawn.min() >= 0
    assert drawn.max() <= 500
    assert (learned.low <= learned.high).all()
    assert (np.diff(learned.middle) >= 0).all()
