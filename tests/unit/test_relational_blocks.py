"""How tables are cut into blocks: by what one block may hold, and whatever few roots stand beside many."""

from __future__ import annotations

import dataclasses

import pyarrow as pa
import pytest

from twinset.core import types
from twinset.core.schema import Column, ForeignKey, Schema, Table
from twinset.synthesizers.relational.blocks import Blocks, cut
from twinset.synthesizers.relational.known import Known
from twinset.synthesizers.relational.shape import shapes
from twinset.synthesizers.relational.sums import Total


def _table(name: str, *keys: ForeignKey) -> Table:
    names = ("id", *(column for key in keys for column in key.columns))
    return Table(name, tuple(Column(one, types.Integer(), pa.int64()) for one in names), ("id",), keys)


def _key(to: str, *, owns: bool = False) -> ForeignKey:
    return ForeignKey((f"{to}_id",), to, ("id",), owns=owns)


def _cut(size: dict[str, int], *tables: Table, part_rows: int = 1000, totals: tuple[Total, ...] = ()) -> Blocks:
    """Of tables of so many rows, the first of which has these totals."""
    schema = Schema(tables)
    known = {name: Known(shape, size[name], (), shape.drawn) for name, shape in shapes(schema).items()}
    known[tables[0].name] = dataclasses.replace(known[tables[0].name], totals=totals)
    return cut(schema, known, {name: size[name] for name in known}, part_rows)


CUSTOMERS, ORDERS = _table("customers"), _table("orders", _key("customers", owns=True))


@pytest.mark.parametrize(
    ("size", "n"),
    [
        ({"customers": 5000, "orders": 9500}, 10),  # a part's rows of the longest table
        ({"customers": 3000, "orders": 9500}, 6),  # roots enough to even out, at most twice the rows
        ({"customers": 900, "orders": 9500}, 10),  # orders are cut, and customers made anew for them
        ({"customers": 1200, "orders": 9500}, 2),  # too many to be made anew
        ({"customers": 0, "orders": 0}, 1),
    ],
)
def test_blocks_hold_a_parts_rows_of_a_table_and_roots_enough(size: dict[str, int], n: int) -> None:
    assert _cut(size, CUSTOMERS, ORDERS).n == n


def test_many_tables_are_cut_by_the_rows_of_all() -> None:
    owned = [_table(f"t{number}", _key("customers", owns=True)) for number in range(40)]
    size = {"customers": 10_000, **{table.name: 1000 for table in owned}}
    assert _cut(size, CUSTOMERS, *owned).n == 13  # 50,000 rows, 4,000 a block


def test_a_few_rows_of_nobody_do_not_keep_all_others_in_one_block() -> None:
    size = {"settings": 7, "customers": 5000, "orders": 9500}
    blocks = _cut(size, _table("settings"), CUSTOMERS, ORDERS)
    assert blocks.n == 10
    assert [("settings" in blocks.spans(number)) for number in range(3)] == [True, False, False]
    assert blocks.spans(0)["settings"].n_rows == 7


def test_those_that_others_look_for_are_made_everywhere_and_given_out_once() -> None:
    offices, clerks = _table("offices"), _table("clerks", _key("offices", owns=True))
    size = {"offices": 30, "clerks": 300, "customers": 5000, "orders": 9500}
    customers = _table("customers", ForeignKey(("clerk",), "clerks", ("id",)))
    blocks = _cut(size, offices, clerks, customers, ORDERS)
    assert blocks.n == 10
    for number in range(blocks.n):
        assert blocks.spans(number)["clerks"].n_rows == 300
        assert ("clerks" in blocks.given(number)) == (number == 0)


@pytest.mark.parametrize("sought", [True, False])
def test_every_row_is_given_out_once(sought: bool) -> None:
    keys = (ForeignKey(("clerk",), "clerks", ("id",)),) if sought else ()
    size = {"clerks": 30, "customers": 5001, "orders": 9503}
    blocks = _cut(size, _table("clerks"), _table("customers", *keys), ORDERS)
    for name, n_rows in size.items():
        spans = [span for number in range(blocks.n) if (span := blocks.given(number).get(name))]
        assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
        assert spans[-1].stop == n_rows


AT = Column("at", types.Date(), pa.date32())
STAFF = _table("staff", _key("shops", owns=True))
SHOPS, SALES = _table("shops"), _table("sales", _key("shops", owns=True))
SIZE = {"shops": 30, "sales": 9500}


def test_few_owners_of_many_rows_are_made_in_every_block_and_given_out_once() -> None:
    blocks = _cut(SIZE, SHOPS, SALES)
    assert blocks.n == 10
    for number in range(10):
        spans = blocks.spans(number)
        assert spans["shops"].n_rows == 30
        assert spans["sales"].is_slice
        assert spans["sales"].n_rows == 950
        assert ("shops" in blocks.given(number)) == (number == 0)


def test_what_belongs_to_rows_that_are_cut_goes_with_them_and_the_rest_is_made_once() -> None:
    lines = _table("lines", _key("sales", owns=True))
    size = {"shops": 30, "staff": 200, "sales": 5000, "lines": 9500, "customers": 5000, "orders": 9500}
    blocks = _cut(size, SHOPS, STAFF, SALES, lines, CUSTOMERS, ORDERS)
    assert blocks.n == 10
    assert (blocks.sliced, blocks.everywhere, blocks.whole) == ({"sales"}, {"shops"}, {"shops", "staff"})
    assert not blocks.spans(3)["lines"].is_slice
    assert "staff" not in blocks.spans(3)


def test_whom_rows_that_are_cut_look_for_is_made_in_every_block() -> None:
    sales = _table("sales", _key("shops", owns=True), _key("staff"))
    blocks = _cut({"shops": 30, "staff": 200, "sales": 9500}, SHOPS, STAFF, sales)
    assert (blocks.n, blocks.everywhere) == (10, {"shops", "staff"})


@pytest.mark.parametrize(
    "tables",
    [
        (SHOPS, _table("sales", _key("shops", owns=True), _key("sales"))),  # refunds of sales
        (_table("shops", _key("sales")), SALES),  # the last sale of each shop
        (SHOPS, _table("sales", _key("shops", owns=True)), _table("claims", _key("sales"))),  # claims of anybody's
        (SHOPS, dataclasses.replace(SALES, primary_key=("shops_id", "at"), columns=(*SALES.columns, AT))),  # keys of times
    ],
)
def test_rows_that_need_each_other_are_not_cut(tables: tuple[Table, ...]) -> None:
    size = {table.name: SIZE.get(table.name, 100) for table in tables}
    assert _cut(size, *tables).n == 1


def test_rows_that_are_added_up_are_not_cut() -> None:
    assert _cut(SIZE, SHOPS, SALES, totals=(Total("id", "sales", "id"),)).n == 1


def test_many_rows_of_few_roots_that_others_look_for_stay_in_few_blocks() -> None:
    offices, clerks = _table("offices"), _table("clerks", _key("offices", owns=True))
    size = {"offices": 40, "clerks": 9000, "customers": 5000, "orders": 9500}
    customers = _table("customers", ForeignKey(("clerk",), "clerks", ("id",)))
    assert _cut(size, offices, clerks, customers, ORDERS).n == 2
