"""The five test samplers do what they are there for."""

from __future__ import annotations

import hashlib
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from twinset.core.request import Request
from twinset.core.seed import Seed
from twinset.errors import DataError, PlanError
from twinset.testing.bench import Bench
from twinset.testing.samplers import FlakyText, GapFilled, KeyLinked, Pictures, Walk
from twinset.testing.samplers.flaky_text import PLAIN, REJECTED

ALL = (FlakyText, GapFilled, KeyLinked, Pictures, Walk)


def bench(sampler: object, *sizes: int, part_rows: int = 40) -> Bench:
    names = [table.name for table in sampler.schema]  # type: ignore[attr-defined]
    size = dict(zip(names, sizes, strict=True))
    return Bench(sampler, Request(size, Seed(9), part_rows=part_rows))  # type: ignore[arg-type]


def test_orders_belong_to_customers_of_the_part_they_need() -> None:
    made = bench(KeyLinked(), 100, 333)
    tables = made.tables()
    customers, orders = (tables[name] for name in ("customers", "orders"))
    assert customers["customer_id"].to_pylist() == list(range(100))
    assert orders["order_id"].to_pylist() == list(range(333))
    assert set(orders["customer_id"].to_pylist()) <= set(range(100))
    linked = [part for part in made.parts if part.needs]
    assert len(linked) > 3
    for part in linked:
        parents = set(made.outcome(part.needs[0]).tables()["customers"]["customer_id"].to_pylist())
        assert set(made.outcome(part.id).tables()["orders"]["customer_id"].to_pylist()) <= parents


def test_orders_need_somebody_to_belong_to() -> None:
    with pytest.raises(PlanError, match="at least one customer"):
        bench(KeyLinked(), 0, 3)


def test_gaps_are_filled_from_both_sides() -> None:
    rows = bench(GapFilled(), 200).tables()["readings"]
    values, is_filled = rows["value"].to_numpy(), rows["is_filled"].to_numpy()
    assert is_filled.sum() == 3 * 4
    assert np.diff(rows["at"].cast(pa.int64()).to_numpy()).tolist() == [60] * 199
    for edge in range(40, 200, 40):
        assert np.allclose(np.diff(values[edge - 1 : edge + 4], n=2), 0)


def test_three_answers_in_ten_are_rejected_and_all_rows_are_there() -> None:
    made = bench(FlakyText(), 2000, part_rows=500)
    texts = made.tables()["notes"]["text"].to_pylist()
    rejects = [reject for part in made.parts for reject in made.outcome(part.id).rejects]
    asked = 2000 - texts.count(PLAIN) + len(rejects)
    error = (REJECTED * (1 - REJECTED) / asked) ** 0.5
    assert abs(len(rejects) / asked - REJECTED) < 5 * error
    assert len(texts) == 2000
    assert texts.count(PLAIN) < 30
    assert len({reject.reason for reject in rejects}) == 3


def test_pictures_are_stored_under_their_hash_and_can_be_read() -> None:
    made = bench(Pictures(), 300)
    rows = made.tables()["pictures"].to_pylist()
    assert len({row["image"]["sha256"] for row in rows}) < 300
    for row in rows:
        blob = made.blobs[row["image"]["uri"]]
        assert hashlib.sha256(blob).hexdigest() == row["image"]["sha256"]
        assert set(grey_of(blob)) == {row["shade"]}


def grey_of(blob: bytes) -> bytes:
    """The pixels of a grey PNG without filters, its checksums checked."""
    assert blob.startswith(b"\x89PNG\r\n\x1a\n")
    place, content = 8, b""
    while place < len(blob):
        (length,) = struct.unpack_from(">I", blob, place)
        chunk = blob[place + 4 : place + 8 + length]
        assert struct.unpack_from(">I", blob, place + 8 + length) == (zlib.crc32(chunk),)
        content += chunk[4:] if chunk.startswith(b"IDAT") else b""
        place += length + 12
    raw = zlib.decompress(content)
    return b"".join(raw[row + 1 : row + 5] for row in range(0, len(raw), 5))


def test_a_walk_goes_on_across_parts() -> None:
    places = bench(Walk(), 500).tables()["walk"]["place"].to_numpy()
    assert np.abs(np.diff(places)).max() == 1
    assert np.abs(places).max() > 1


@pytest.mark.parametrize("sampler", ALL)
def test_a_delay_takes_its_time_and_changes_nothing(sampler: type[Walk]) -> None:
    sizes = [3] * len(sampler.schema.tables)
    start = time.monotonic()
    slow = bench(sampler(0.02), *sizes, part_rows=2)
    rows = slow.tables()
    assert time.monotonic() - start >= 0.02 * len(slow.parts)
    assert rows == bench(sampler(), *sizes, part_rows=2).tables()


@pytest.mark.parametrize("text", ['{"delay": -1}', '{"delay": NaN}', '{"delay": 0, "x": 1}', '{"delay": true}'])
def test_odd_options_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "options.json").write_text(text)
    with pytest.raises(DataError, match="a delay in seconds and nothing else"):
        Walk.load(tmp_path, Walk.schema)


def test_a_schema_of_another_is_refused(tmp_path: Path) -> None:
    Walk().save(tmp_path)
    with pytest.raises(DataError, match="not the one"):
        Walk.load(tmp_path, Pictures.schema)
