"""Given rows: what they say about fields, what comes out of them, and what is said about values that were never learned."""

import numpy as np
import pyarrow as pa
import pytest
from tests.dear_and_cheap import table

import twinset as ts
from twinset.core.request import Request, SeedRows
from twinset.core.seed import Seed
from twinset.errors import DataError, PlanError
from twinset.pipeline import memory
from twinset.pipeline.conditions import Asked, balanced, given_rows
from twinset.synthesizers.tabular.trees.forest import Forest
from twinset.synthesizers.tabular.trees.law import Places
from twinset.synthesizers.tabular.trees.pooled import Pooled


@pytest.fixture(scope="module", params=["trees", "independent"])
def sampler(request):
    return ts.fit(table(), seed=1, synthesizer=request.param)


@pytest.fixture(scope="module")
def trees():
    return ts.fit(table(), seed=1)


def test_given_cells_come_out_exactly_and_missing_ones_are_drawn(sampler):
    given = pa.table({"price": pa.array([33.333, None, 5.0] * 100), "colour": ["red", "blue", None] * 100})
    made = memory.sample(sampler, Request({"data": 300}, Seed(1), SeedRows(given), part_rows=70)).to_arrow()
    for name, column in zip(given.column_names, given.columns, strict=True):
        pairs = list(zip(column.to_pylist(), made[name].to_pylist(), strict=True))
        assert all(wanted in (None, found) for wanted, found in pairs)
        assert len({found for wanted, found in pairs if wanted is None}) > 1


def test_what_is_given_is_fixed_even_where_it_is_missing(sampler):
    made = ts.sample(sampler, 50, seed=1, given={"kind": None}).to_arrow()
    assert made["kind"].null_count == 50


def test_rows_to_be_filled_have_no_missing_cells(sampler):
    given = SeedRows(pa.table({"kind": pa.nulls(200, pa.string())}), filled=True)
    assert memory.sample(sampler, Request({"data": 200}, Seed(1), given)).to_arrow()["kind"].null_count == 0


def test_a_part_alone_is_the_part_among_all(trees):
    given = SeedRows(pa.table({"kind": pa.array(["dear", None, "cheap", "cheap"] * 50), "size": [1, 2, None, 8] * 50}))
    request = Request({"data": 200}, Seed(1), given, part_rows=60)
    parts = list(trees.parts(request))
    whole = [next(iter(trees.make(part, request, None))).rows for part in parts]
    fresh = ts.fit(table(), seed=1)
    for part, rows in reversed(list(zip(parts, whole, strict=True))):
        assert next(iter(fresh.make(part, request, None))).rows.equals(rows)


def test_other_columns_follow_what_is_given(trees):
    given = pa.table({"kind": ["dear", "cheap"] * 400, "paid": [True] * 800})
    made = ts.sample(trees, seed=1, given=given).to_arrow()
    price = np.array(made["price"].to_pylist())
    assert price[::2].min() > 35
    assert price[1::2].max() < 55


def test_values_that_were_never_learned_are_counted_and_no_error(trees):
    given = pa.table({"colour": ["pink", "red", "pink"], "size": [4, 900, 2]})
    with pytest.warns(UserWarning, match="never learned") as said:
        made = ts.sample(trees, seed=1, given=given).to_arrow()
    assert made.select(["colour", "size"]).to_pylist() == [
        {"colour": "pink", "size": 4},
        {"colour": "red", "size": 900},
        {"colour": "pink", "size": 2},
    ]
    words = sorted(str(one.message) for one in said)
    assert words[0] == "colour: 2 given values were never learned: they come out as given, and condition nothing"
    assert words[1] == "size: 1 given values were never learned: they come out as given, and condition as the nearest do"
    assert made["price"][1].as_py() > 60


def test_rows_that_can_not_go_together_still_come_out(trees):
    made = ts.sample(trees, 100, seed=1, given={"size": 1, "colour": "red", "kind": "dear"}).to_arrow()
    assert made.group_by(["size", "colour", "kind"]).aggregate([([], "count_all")]).num_rows == 1


@pytest.mark.parametrize(
    ("rows", "error", "said"),
    [
        ({"sise": [1]}, PlanError, "did you mean 'size'"),
        ({"size": ["large"]}, DataError, "size"),
    ],
)
def test_given_rows_that_do_not_fit(trees, rows, error, said):
    with pytest.raises(error, match=said):
        given_rows(trees, pa.table(rows))


def test_given_cells_are_read_as_the_sampler_s_columns(tmp_path):
    draw = np.random.Generator(np.random.Philox(3))
    codes = pa.array(np.array(["007", "010", "abc"])[draw.integers(0, 3, 300)])
    sampler = ts.fit(pa.table({"code": codes, "n": draw.integers(0, 9, 300)}), seed=1)
    path = tmp_path / "given.csv"
    path.write_text("code\n007\n010\n")
    assert given_rows(sampler, str(path)).to_pylist() == [{"code": "007"}, {"code": "010"}]


def test_equal_and_named_shares(trees):
    assert balanced(trees, "kind").shares == {"cheap": 0.5, "dear": 0.5}
    named = balanced(trees, "colour=grey:0.4").shares
    assert named["grey"] == 0.4
    assert named["red"] + named["blue"] == pytest.approx(0.6)
    assert balanced(trees, "paid=true:0.25,false:0.75").shares == {True: 0.25, False: 0.75}
    made = ts.sample(trees, 1_000, seed=1, balance="colour=grey:0.4").to_arrow()["colour"].to_pylist()
    assert abs(made.count("grey") - 400) < 5


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("color", "did you mean 'colour'"),
        ("price", "say which: price=VALUE:SHARE"),
        ("colour=grey", "VALUE:SHARE"),
        ("colour=grey:1.5", "sum to at most 1"),
        ("size=x:0.5", "not 'x:0.5'"),
        ("paid=true:0.2,false:0.2", "no other values"),
    ],
)
def test_shares_that_can_not_be(trees, asked, said):
    with pytest.raises(PlanError, match=said):
        balanced(trees, asked)


def test_rows_and_shares_are_not_given_together():
    with pytest.raises(PlanError, match="not both"):
        Asked("rows.csv", "kind")


def test_how_many_rows_must_be_said(trees):
    with pytest.raises(PlanError, match="how many rows"):
        ts.sample(trees, seed=1)
    with pytest.raises(PlanError, match="2 rows are given"):
        ts.sample(trees, 3, seed=1, given=pa.table({"size": [1, 2]}))


@pytest.fixture(scope="module")
def link(trees):
    """The last link, with what was drawn before it."""
    own = trees.model.links[-1]
    drawn = {}
    for one in trees.model.links:
        drawn[one.target] = one.draw(drawn, 500, Seed(1).child(one.target).generator())
    return own, drawn


def test_likelihoods_sum_to_one(trees, link):
    own, drawn = link
    n_symbols = trees.model.fields[own.target].n_symbols
    total = sum(own.likelihood(drawn, np.full(500, symbol, np.uint16)) for symbol in range(n_symbols))
    assert total == pytest.approx(np.ones(500))


def test_the_law_over_classes_is_that_of_their_symbols(trees, link):
    own, drawn = link
    n_symbols = trees.model.fields[own.target].n_symbols
    classes = (np.arange(n_symbols) % 2).astype(np.uint8)
    _, odd = own.steered(drawn, own.classed(classes), np.tile([0.0, 1.0], (500, 1)), Seed(1).generator())
    each = [own.likelihood(drawn, np.full(500, symbol, np.uint16)) for symbol in range(1, n_symbols, 2)]
    assert odd == pytest.approx(sum(each))


def test_a_steered_draw_stays_in_the_classes_that_it_is_steered_to(trees):
    """Also where a forest gives them no chance at all: then the field's own law takes over."""
    for own in trees.model.links:
        n_symbols = trees.model.fields[own.target].n_symbols
        drawn = {number: np.zeros(200, np.uint16) for number in own.predictors}
        classed = own.classed((np.arange(n_symbols) % 2).astype(np.uint8))
        symbols, _ = own.steered(drawn, classed, np.tile([0.0, 1.0], (200, 1)), Seed(2).generator())
        assert (symbols % 2 == 1).all()


def test_places_count_and_pick_what_lies_in_each_node(trees):
    laws = [own.law.forest if isinstance(own.law, Pooled) else own.law for own in trees.model.links]
    forests = [law for law in laws if isinstance(law, Forest)]
    tree = max((forest.trees[0] for forest in forests), key=lambda one: len(one.structure))
    held, places = tree.contents, Places.of(tree, tree.contents.symbols)
    for node in (0, 1, len(tree.structure) - 1):
        run = held.symbols[held.start[node] : held.start[node] + held.count[node]]
        for symbol in np.unique(run):
            where = (np.array([node]), np.array([int(symbol)]))
            assert places.span(*where)[1][0] == (run == symbol).sum()
            assert places.pick(*where, np.array([0.999]))[0] == symbol


def test_imputation_fills_what_is_missing_and_leaves_the_rest(trees):
    real = table(800)
    made = ts.impute(real, seed=1, draws=2)
    assert made.n_filled == real["kind"].null_count
    assert made.left == {}
    first, second = (draw.to_arrow() for draw in made.draws)
    is_there = real["kind"].is_valid()
    for draw in (first, second):
        assert draw["kind"].null_count == 0
        assert draw.filter(is_there).equals(real.filter(is_there))
        assert draw.drop_columns("kind").equals(real.drop_columns("kind"))
    assert not first.equals(second)
    assert ts.impute(real, seed=1).draws[0].to_arrow().equals(first)


def test_what_can_not_be_learned_stays_missing_and_is_counted():
    real = table(400)
    names = pa.array([f"Ann Other {i}" if i % 3 else None for i in range(400)])
    data = ts.read(real.append_column("who", names), columns={"who": {"type": "personal", "kind": "name"}})
    made = ts.impute(data, seed=1)
    assert made.left == {"who": names.null_count}
    assert made.draws[0].to_arrow()["who"].to_pylist() == names.to_pylist()


def test_an_engine_that_can_not_be_given_rows_says_so():
    with pytest.raises(PlanError, match="number of draws"):
        ts.impute(table(100), seed=1, draws=0)
    with pytest.raises(PlanError, match="can't be given rows"):
        ts.impute(table(100), seed=1, synthesizer="test_walk")
