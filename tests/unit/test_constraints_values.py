"""Constraints as values: their plain data, the language of expressions, patterns, contradictions, rows that break them."""

from __future__ import annotations

import datetime as dt
import decimal
import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinset.constraints import broken, check
from twinset.constraints.evaluate import evaluate
from twinset.constraints.regex import read
from twinset.constraints.shuffle import MOST, shuffled
from twinset.core import types
from twinset.core.constraints import (
    BY_WORD,
    Combinations,
    Condition,
    Formula,
    InRange,
    Order,
    Pattern,
    Predicate,
    Presence,
    Sum,
    Unique,
    from_data,
    to_data,
)
from twinset.core.expression import columns_of, parse, quoted
from twinset.core.schema import Column, Table, Values
from twinset.core.seed import Seed
from twinset.errors import DataError, SchemaError

ONE_OF_EACH = (
    InRange("a", 0, 9, reason="said"),
    InRange("day", "2020-01-01", None),
    Order(("a", "b"), allow_equal=False),
    Unique(("a", "b"), strict=True),
    Combinations(("a", "b")),
    Presence("a", "b", (1, 2)),
    Presence("a", "b"),
    Pattern("text", r"[A-Z]\d"),
    Formula("c", "a * b", 2),
    Sum("c", ("a", "b")),
    Condition("a < b or b == 0"),
    Predicate("fine", ("a",)),
)


def table_of(rows: pa.Table, *constraints, types_=None, not_null=()) -> Table:
    """A table whose columns have the plainest type of their storage."""

    def column(field: pa.Field) -> Column:
        kind = (types_ or {}).get(field.name) or (
            types.Categorical() if pa.types.is_string(field.type)
            else types.Integer() if pa.types.is_integer(field.type)
            else types.Date() if pa.types.is_date(field.type)
            else types.DateTime() if pa.types.is_timestamp(field.type)
            else types.Real()
        )  # fmt: skip
        return Column(field.name, kind, field.type, nullable=field.name not in not_null)

    return Table("t", tuple(map(column, rows.schema)), constraints=constraints)


def wrong(constraint, rows: dict, functions=None, **kinds) -> list[bool]:
    """Which rows break a constraint."""
    table = pa.table(rows)
    return broken(constraint, table_of(table, **kinds), table.to_batches()[0], functions or {}).tolist()


def test_each_kind_survives_being_plain_data():
    assert {one.word for one in ONE_OF_EACH} == set(BY_WORD)
    for one in ONE_OF_EACH:
        assert from_data(to_data(one)) == one


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "a mapping with the key kind"),
        ({"kind": "ragne", "column": "a"}, "did you mean 'range'"),
        ({"kind": "range"}, "a range needs column"),
        ({"kind": "range", "column": "a"}, "neither low nor high"),
        ({"kind": "range", "column": "a", "low": 1, "high": "x"}, "two numbers or two texts"),
        ({"kind": "range", "column": "a", "lo": 1}, "did you mean 'low'"),
        ({"kind": "range", "column": "a", "low": True}, "a number or ISO 8601 text"),
        ({"kind": "order", "columns": ["a"]}, "a list of at least 2"),
        ({"kind": "order", "columns": ["a", "a"]}, "the same one twice"),
        ({"kind": "order", "columns": "ab"}, "a list of at least 2"),
        ({"kind": "unique", "columns": []}, "a list of at least 1"),
        ({"kind": "presence", "column": "a", "when": "a"}, "itself"),
        ({"kind": "formula", "column": "a", "expression": "a + 1"}, "itself"),
        ({"kind": "formula", "column": "a", "expression": "b", "decimals": 2.5}, "whole number from 0 to 12"),
        ({"kind": "condition", "expression": "1 < 2"}, "names none"),
        ({"kind": "unique", "columns": ["a"], "strict": 1}, "true or false"),
    ],
)
def test_what_is_no_constraint_is_named(data, said):
    with pytest.raises(SchemaError, match=re.escape(said)):
        from_data(data)


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.b", "a[0]", "lambda: a", "[a for a in b]", "f'{a}'", "a := 1", "open('x')", "abs(a, b)",
     "abs(a=1)", "a ** b", "a << 1", "{1: 2}", "None", "b'x'", "a if", "(" * 500, "-" * 60 + "a", "a + " * 600 + "a",
     "column(a)", "column('a', 'b')", "a; b", ""],
)  # fmt: skip
def test_an_expression_holds_nothing_but_the_language(text):
    with pytest.raises(SchemaError):
        parse(text)


def test_columns_of_an_expression_are_named_once_in_order():
    assert columns_of("b + a * column('unit price') - min(a, c)") == ("b", "a", "unit price", "c")
    for name in ("a", "unit price", "if", "column", "x'y", "1st", "é"):
        assert columns_of(quoted(name)) == (name,)


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-50, 50))
def test_arithmetic_is_python_s(a, b, c):
    known = {name: pa.array([value]) for name, value in (("a", a), ("b", b), ("c", c))}
    for text in ("a + b * c", "a - b - c", "-a * (b + 3)", "max(a, b, c) - min(a, b)", "abs(a - b)", "a < b <= c",
                 "a if b > c else c", "a == b or not a > c", "a in [1, 2, 3] and b not in (0, 1)"):  # fmt: skip
        expected = eval(text, {"abs": abs, "max": max, "min": min}, {"a": a, "b": b, "c": c})
        assert evaluate(text, known, 1).to_pylist() == [expected]
    for text in ("a // b", "a % b", "a / b"):
        expected = None if b == 0 else eval(text, {}, {"a": a, "b": b})
        assert evaluate(text, known, 1).to_pylist() == [pytest.approx(expected)]


def test_missing_spreads_except_where_it_is_decided():
    known = {"a": pa.array([1, None]), "b": pa.array([True, True])}
    assert evaluate("a + 1", known, 2).to_pylist() == [2, None]
    assert evaluate("a > 0 or b", known, 2).to_pylist() == [True, True]
    assert evaluate("missing(a)", known, 2).to_pylist() == [False, True]
    assert evaluate("a in [1]", known, 2).to_pylist() == [True, None]


def test_operations_that_do_not_fit_are_said():
    with pytest.raises(DataError, match="can't be computed"):
        evaluate("a * 9223372036854775807", {"a": pa.array([4])}, 1)
    with pytest.raises(DataError, match="can't be computed"):
        evaluate("a + b", {"a": pa.array([4]), "b": pa.array(["x"])}, 1)


def test_ranges_are_closed_and_know_dates_and_zones():
    assert wrong(InRange("a", 0, 9), {"a": [-1, 0, 9, 10, None]}) == [True, False, False, True, False]
    days = [dt.date(2019, 12, 31), dt.date(2020, 1, 1), None]
    assert wrong(InRange("d", "2020-01-01"), {"d": days}) == [True, False, False]
    zoned = pa.array(["2020-01-01T04:30:00Z", "2020-01-01T05:30:00Z"]).cast(pa.timestamp("us", "America/New_York"))
    assert wrong(InRange("d", "2020-01-01T00:00:00"), {"d": zoned}) == [True, False]
    money = pa.array([decimal.Decimal("1.10"), decimal.Decimal("1.11")])
    assert wrong(InRange("m", high=1.1), {"m": money}) == [False, True]


def test_orders_hold_between_any_two_that_are_there():
    rows = {"a": [1, 2, 3, None], "b": [1, None, 4, 2], "c": [1, 1, 3, 3]}
    assert wrong(Order(("a", "b", "c")), rows) == [False, True, True, False]
    assert wrong(Order(("a", "b"), allow_equal=False), rows) == [True, False, False, False]


def test_labels_have_the_order_of_their_domain():
    sizes = Values(("small", "large"))
    table = Table("t", tuple(Column(name, types.Ordinal(), pa.string(), sizes) for name in ("a", "b")))
    rows = pa.record_batch({"a": ["small", "large"], "b": ["large", "small"]})
    assert broken(Order(("a", "b")), table, rows, {}).tolist() == [False, True]


def test_moments_of_two_zones_are_compared_in_time():
    first = pa.array([0, 3600]).cast(pa.timestamp("s", "UTC"))
    second = pa.array([1_000_000]).cast(pa.timestamp("us", "Asia/Tokyo"))
    assert wrong(Order(("a", "b")), {"a": first, "b": pa.concat_arrays([second, second])}) == [False, True]


def test_uniqueness_counts_rows_after_the_first_and_not_missing_ones():
    rows = {"a": [1, 1, 1, None, None], "b": ["x", "x", "y", "x", "x"]}
    assert wrong(Unique(("a", "b")), rows) == [False, True, False, False, False]


def test_presence_needs_the_other_value():
    rows = {"b": [1, 1, 1, None], "a": ["x", "y", None, "y"]}
    assert wrong(Presence("b", "a", ("x",)), rows) == [False, True, True, False]
    assert wrong(Presence("b", "a"), rows) == [False, False, True, False]


def test_patterns_are_from_end_to_end():
    assert wrong(Pattern("a", r"[A-Z]\d|x"), {"a": ["B7", "B77", "xx", "x", None]}) == [False, True, True, False, False]


def test_formulas_are_rounded_as_stated_and_a_tie_may_go_either_way():
    rows = {"a": [1.25, 1.25, 1.25, None], "b": [1.0, 1.0, 1.0, 1.0], "c": [1.2, 1.3, 1.4, 9.0]}
    assert wrong(Formula("c", "a * b", 1), rows) == [False, False, True, False]
    whole = {"a": [3, 3], "b": [2, 2], "c": [5, 6]}
    assert wrong(Sum("c", ("a", "b")), whole) == [False, True]
    assert wrong(Condition("a * b == c"), whole) == [True, False]


def test_a_predicate_is_the_caller_s_function_and_its_faults_are_said():
    rows = {"a": [1, 2, 3]}
    fine = Predicate("odd", ("a",))
    assert wrong(fine, rows, {"odd": lambda batch: batch["a"].to_numpy() % 2 == 1}) == [False, True, False]
    with pytest.raises(SchemaError, match="its function is not here"):
        wrong(fine, rows)
    with pytest.raises(DataError, match="raised ZeroDivisionError: division by zero"):
        wrong(fine, rows, {"odd": lambda batch: 1 / 0})
    for answer in ([True], [1.5, 2, 3], "yes", None):
        with pytest.raises(DataError, match="returns a boolean for each of 3 rows"):
            wrong(fine, rows, {"odd": lambda batch, answer=answer: answer})


# --- patterns

REGEXES = [
    r"[A-Z]{2}-\d{4}", r"(north|south)-[0-9a-f]{3}", r"\d{1,3}(\.\d{2})?", r"x+y*z?", r"[a-c_\-]{0,2}", r"(?:ab|c){2}\w",
    r"^AB\.\d$", r"[]x]", r"a|b|", r"[A-Z0-9]{30}", r".\s.",
]  # fmt: skip


@pytest.mark.parametrize("regex", REGEXES)
@given(data=st.data())
def test_each_number_of_a_pattern_is_a_text_that_matches(regex, data):
    node = read(regex)
    number = data.draw(st.integers(0, node.size - 1))
    ranks = np.array([number], dtype=object if node.size > 2**62 else np.int64)
    (text,) = node.texts(ranks).tolist()
    assert re.fullmatch(regex.removeprefix("^").removesuffix("$"), text)
    assert len(text) in node.lengths


@pytest.mark.parametrize("regex", [one for one in REGEXES if read(one).size <= 10_000])
def test_plain_patterns_have_as_many_texts_as_they_say(regex):
    node = read(regex)
    texts = set(node.texts(np.arange(node.size)).tolist())
    assert not node.is_plain or len(texts) == node.size


def test_a_pattern_with_two_ways_to_a_text_is_not_plain():
    assert not read(r"a?a?").is_plain
    assert not read(r"(x|x)").is_plain
    assert read(r"\d{4}").is_plain


@pytest.mark.parametrize(
    ("regex", "said"),
    [
        (r"(a+)+" * 5, "longer than 200"),
        (r"((((a{0,60}){0,60}){0,60}){0,60})", "parts"),
        (r"a{1000}", "at most 200"),
        (r"a{3,1}", "from fewer to more"),
        (r"a{x}", "no number of times"),
        (r"(?=a)b", "look around"),
        (r"(a)\1", r"\1 can't be made"),
        (r"[^a]", "all but some letters"),
        (r"(a", "ends too early"),
        (r"a)", "too many"),
        (r"[a", "ends too early"),
        (r"*a", "where a letter"),
        (r"a**", "one repeat follows another"),
        (r"[z-a]", "no span"),
        ("(" * 40 + "a" + ")" * 40, "nested more than 30"),
        (r"a{50}" * 5, "longer than 200"),
        (r"a\b", r"\b can't be made"),
    ],
)
def test_what_can_t_be_numbered_is_refused(regex, said):
    with pytest.raises(SchemaError, match=re.escape(said)):
        read(regex)


@given(st.integers(1, 3_000), st.integers(0, 2**40))
def test_shuffled_numbers_are_a_permutation(size, root):
    numbers = shuffled(np.arange(size), size, Seed(root))
    assert sorted(numbers.tolist()) == list(range(size))


def test_more_numbers_than_fit_are_still_all_different():
    size = MOST * 1_000
    numbers = shuffled(np.arange(5_000), size, Seed(1))
    assert len(set(numbers.tolist())) == 5_000
    assert all(0 <= number < size for number in numbers.tolist())


# --- what can't hold together

NUMBERS = pa.table({name: pa.array([], pa.int64()) for name in "abcd"} | {"t": pa.array([], pa.string())})


@pytest.mark.parametrize(
    ("constraints", "named"),
    [
        ([InRange("a", 5, 3)], ["5 <= a <= 3"]),
        ([InRange("a", 10), InRange("b", 0, 5), Order(("a", "b")), Order(("c", "d"))], ["10 <= a", "0 <= b <= 5", "a <= b"]),
        ([Order(("a", "b")), Order(("b", "c")), Order(("c", "a"), allow_equal=False)], ["a <= b", "b <= c", "c < a"]),
        ([Sum("c", ("a", "b")), InRange("a", 5), InRange("b", 5), InRange("c", high=9), InRange("d", 0)],
         ["c = a + b", "5 <= a", "5 <= b", "c <= 9"]),
        ([Presence("a", "t", ("x",)), Presence("a", "t", ("y",)), InRange("b", 0)], ["t is one of x", "t is one of y"]),
        ([Presence("a", "b", (1, 2)), InRange("b", 3)], ["where b is one of 1, 2", "3 <= b"]),
        ([Formula("c", "a * 2"), InRange("a", 1, 2), InRange("c", 5)], ["c = a * 2", "1 <= a <= 2", "5 <= c"]),
    ],
)  # fmt: skip
def test_contradictions_are_named_by_the_smallest_set(constraints, named):
    with pytest.raises(SchemaError, match="can't hold together") as caught:
        check(table_of(NUMBERS, *constraints))
    said = str(caught.value).split(": ", 1)[1].split("; leave one")[0].split("; ")
    assert len(said) == len(named)
    assert all(any(name in one for one in said) for name in named)


def test_what_can_hold_is_not_refused():
    check(table_of(NUMBERS, Order(("a", "b")), Order(("b", "a")), InRange("a", 1, 1), InRange("b", 1, 1)))
    check(table_of(NUMBERS, Sum("c", ("a", "b")), InRange("c", 0, 10), InRange("a", 5, 10), Presence("d", "a", (5, 6))))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4), st.integers(0, 4)), max_size=3),
       st.lists(st.tuples(st.permutations("abc"), st.booleans()), max_size=3))  # fmt: skip
def test_a_contradiction_is_never_claimed_where_a_row_holds_all(ranges, orders):
    constraints = [InRange(name, low, high) for name, low, high in ranges]
    constraints += [Order(tuple(names[:2]), allow_equal=equal) for names, equal in orders]
    table = table_of(NUMBERS, *constraints)
    grid = np.stack(np.meshgrid(*[np.arange(-1, 6)] * 3), axis=-1).reshape(-1, 3)
    rows = pa.record_batch({"a": grid[:, 0], "b": grid[:, 1], "c": grid[:, 2]})
    holds = np.ones(len(grid), dtype=bool)
    for constraint in constraints:
        holds &= ~broken(constraint, table, rows, {})
    try:
        check(table)
    except SchemaError:
        assert not holds.any()


@pytest.mark.parametrize(
    ("constraint", "said"),
    [
        (InRange("t", 1), "ends that are none"),
        (InRange("a", "2020-01-01"), "ends that are numbers"),
        (Order(("a", "t")), "can't be compared"),
        (Pattern("a", "x"), "of a text column"),
        (Pattern("t", "(?=x)"), "look around"),
        (Condition("a + 1"), "not true or false"),
        (Condition("a < t"), "does not fit its columns"),
        (Formula("a", "hour(b)"), "does not fit its columns"),
        (Presence("a", "b", ("x",)), "does not fit its columns"),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_columns_is_said_before_any_row_is_read(constraint, said):
    with pytest.raises(SchemaError, match=said):
        check(table_of(NUMBERS, constraint))


def test_unknown_columns_are_named_with_the_nearest():
    with pytest.raises(SchemaError, match="names 'aa', which is no column of table 't', did you mean 'a'"):
        table_of(NUMBERS, InRange("aa", 1))
    with pytest.raises(SchemaError, match="two ways to one text"):
        check(table_of(NUMBERS, Pattern("t", "a?a?"), Unique(("t",))))
    with pytest.raises(SchemaError, match="two patterns of one column"):
        check(table_of(NUMBERS, Pattern("t", "x"), Pattern("t", "y")))
