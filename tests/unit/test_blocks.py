"""Blocks of neighbouring numbers: what may be put together, what stands by itself, and draws inside them."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.core.seed import Seed
from twinset.privacy import alphabet
from twinset.privacy.alphabet import ANYWHERE
from twinset.synthesizers.tabular.blocks import Blocks, _Seen, is_hidden
from twinset.synthesizers.tabular.fields import NumberField

K = 10
Values = npt.NDArray[np.float64]


def field_of(values: Values, ladder: tuple[float, ...] = (1.0,)) -> NumberField:
    return NumberField("x", alphabet.learn(values[~np.isnan(values)], None, K, ladder))


def redrawn(values: Values, *beside: npt.NDArray[np.uint8]) -> Values:
    field = field_of(values)
    symbols = field.encode(values)
    blocks = Blocks.learn(field, symbols, beside)
    again = blocks.redraw(symbols, Seed(1).generator())
    assert np.array_equal(blocks.block[again], blocks.block[symbols])
    return np.asarray(field.decode(again, Seed(2).generator()))


def n_blocks(values: Values) -> int:
    field = field_of(values)
    return len(np.unique(Blocks.learn(field, field.encode(values)).block))


def test_where_numbers_are_even_a_block_is_as_wide_as_it_may_be() -> None:
    values = np.random.default_rng(1).integers(0, 1000, 50_000).astype(float)
    assert len(np.unique(values)) == 1000
    assert 50 <= n_blocks(values) <= 110
    moved = redrawn(values) != values
    assert moved.mean() > 0.9


@pytest.mark.parametrize("values", [np.arange(400_000) // 10 * 1.0, np.arange(200_000.0) ** 2], ids=["even", "ever wider"])
def test_neighbours_that_are_all_alike_are_not_joined_one_by_one(values: Values) -> None:
    field = field_of(values)
    seen = _Seen.of(field, field.encode(values), ())
    turns, own = 0, seen.at(np.arange(1, field.n_symbols))
    while (joins := own._joins(len(values) / 50)).any():
        turns, own = turns + 1, own._added_up(np.flatnonzero(np.append(True, ~joins)))
    assert turns < 200


def test_a_density_keeps_its_shape() -> None:
    values = np.rint(np.exp(np.random.default_rng(2).normal(6, 1, 40_000)))
    again = redrawn(values)
    shares = np.linspace(0.01, 0.99, 50)
    assert np.quantile(again, shares) == pytest.approx(np.quantile(values, shares), rel=0.02)


def test_a_heap_stays_and_no_number_comes_where_none_was() -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 700, 30_000).astype(float)
    values = values[values % 7 != 6]  # closed on the seventh day
    values[:2000] = 350.0
    again = redrawn(values)
    assert (again == 350.0).sum() == (values == 350.0).sum()
    assert not (again % 7 == 6).any()


def test_numbers_from_which_something_follows_stay() -> None:
    rng = np.random.default_rng(4)
    codes = rng.integers(0, 200, 20_000)
    town = (codes * 7919 % 13).astype(np.uint8)
    assert (redrawn(codes.astype(float)) != codes).mean() > 0.5
    again = redrawn(codes.astype(float), town).astype(int)
    assert (again * 7919 % 13 == town).mean() > 0.99


def test_what_is_beside_and_says_nothing_parts_nothing() -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(0, 500, 30_000).astype(float)
    noise = [rng.integers(0, 16, len(values)).astype(np.uint8) for _ in range(8)]
    assert (redrawn(values, *noise) != values).mean() > 0.8


def test_missing_stays_missing_and_nothing_else_goes() -> None:
    values = np.random.default_rng(6).integers(0, 300, 10_000).astype(float)
    values[::5] = np.nan
    assert np.array_equal(np.isnan(redrawn(values)), np.isnan(values))


def test_few_rows_and_those_of_owners_with_several_keep_their_numbers() -> None:
    assert is_hidden(5000, None)
    assert not is_hidden(4000, None)
    assert not is_hidden(5000, np.arange(5000) // 2)


def test_atoms_off_any_grid_stay() -> None:
    rng = np.random.default_rng(8)
    values = np.concatenate([np.repeat(rng.random(20), 50), rng.random(9000)])
    field = field_of(values, ladder=(ANYWHERE,))
    symbols = field.encode(values)
    again = Blocks.learn(field, symbols).redraw(symbols, Seed(1).generator())
    assert np.array_equal(again[:1000], symbols[:1000])
    assert (again[1000:] != symbols[1000:]).mean() > 0.5


@given(st.integers(0, 2**32), st.integers(0, 3000), st.floats(0.1, 3.0))
def test_chances_add_up_to_one_in_each_block_of_any_column(seed: int, n_rows: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    values = np.rint(np.exp(rng.normal(5, spread, n_rows)))
    values[rng.random(n_rows) < 0.1] = np.nan
    field = field_of(values, (1.0, 10.0, 100.0))
    symbols = field.encode(values)
    blocks = Blocks.learn(field, symbols, [rng.integers(0, 3, n_rows).astype(np.uint8)])
    assert np.bincount(blocks.block, weights=blocks.chance) == pytest.approx(1.0)
    again = blocks.redraw(symbols, rng)
    assert again.dtype == symbols.dtype
    assert np.array_equal(blocks.block[again], blocks.block[symbols])
