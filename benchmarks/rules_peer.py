"""Faker and Mimesis, in an environment of their own: run by ``benchmarks/rules.py``.

    python rules_peer.py kinds N
    python rules_peer.py table N FOLDER

Prints one line of JSON: CPU seconds by tool, and for ``kinds`` by the name of the column, imports and set-up left out.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from faker import Faker
from mimesis import Address, Choice, Code, Cryptographic, Datetime, Development, File, Internet, Numeric, Text
from mimesis.locales import Locale

Make = Callable[[], Any]
WORDS = ["gold", "silver", "none"]


def faker() -> dict[str, Make]:
    """One value of each kind, as Faker's users ask for it."""
    fake = Faker("en_US")
    fake.seed_instance(7)
    first, last = date(2021, 1, 1), date(2025, 12, 31)
    begin, end = datetime(2021, 1, 1), datetime(2025, 12, 31)
    return {
        "uuid": fake.uuid4,
        "code": lambda: fake.bothify("??-#####"),
        "ean13": fake.ean13,
        "category": lambda: fake.random_element(WORDS),
        "boolean": fake.boolean,
        "integer": lambda: fake.random_int(0, 1000),
        "uniform": lambda: fake.pyfloat(min_value=0, max_value=1000, right_digits=2),
        "normal": lambda: round(fake.random.gauss(40, 8), 2),
        "date": lambda: fake.date_between(first, last),
        "datetime": lambda: fake.date_time_between(begin, end),
        "latitude": fake.latitude,
        "ipv4": fake.ipv4_private,
        "ipv6": fake.ipv6,
        "mac": fake.mac_address,
        "url": fake.uri,
        "user_agent": fake.user_agent,
        "file": fake.file_name,
        "text": fake.sentence,
    }


def mimesis() -> dict[str, Make]:
    """One value of each kind, as Mimesis' users ask for it."""
    number, internet, moment = Numeric(seed=7), Internet(seed=7), Datetime(Locale.EN, seed=7)
    return {
        "uuid": Cryptographic(seed=7).uuid,
        "code": lambda mask="@@-#####", code=Code(seed=7): code.pin(mask),
        "ean13": Code(seed=7).ean,
        "category": lambda choice=Choice(seed=7): choice(WORDS),
        "boolean": Development(seed=7).boolean,
        "integer": lambda: number.integer_number(0, 1000),
        "uniform": lambda: number.float_number(0, 1000, precision=2),
        "normal": lambda: round(number.random.gauss(40, 8), 2),
        "date": lambda: moment.date(2021, 2025),
        "datetime": lambda: moment.datetime(2021, 2025),
        "latitude": Address(Locale.EN, seed=7).latitude,
        "ipv4": internet.ip_v4,
        "ipv6": internet.ip_v6,
        "mac": internet.mac_address,
        "url": internet.url,
        "user_agent": internet.user_agent,
        "file": File(seed=7).file_name,
        "text": Text(Locale.EN, seed=7).sentence,
    }


TOOLS = {"faker": faker, "mimesis": mimesis}
TABLE = ("uuid", "code", "category", "boolean", "integer", "normal", "date", "datetime", "ipv4", "user_agent", "url")


def kinds(n_rows: int) -> dict[str, dict[str, float]]:
    """CPU seconds of so many values of each kind."""
    return {tool: {name: _timed(make, n_rows) for name, make in made().items()} for tool, made in TOOLS.items()}


def _timed(make: Make, n_rows: int) -> float:
    make()
    began = time.process_time()
    for _ in range(n_rows):
        make()
    return time.process_time() - began


def table(n_rows: int, folder: Path) -> dict[str, float]:
    """CPU seconds of a table of twelve columns, to a Parquet file."""
    spent = {}
    for tool, made in TOOLS.items():
        makes = {name: made()[name] for name in TABLE}
        began = time.process_time()
        rows = [{"id": number, **{name: make() for name, make in makes.items()}} for number in range(n_rows)]
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{tool}.parquet", compression="zstd", compression_level=1)
        spent[tool] = time.process_time() - began
    return spent


if __name__ == "__main__":
    print(json.dumps(kinds(int(sys.argv[2])) if sys.argv[1] == "kinds" else table(int(sys.argv[2]), Path(sys.argv[3]))))
