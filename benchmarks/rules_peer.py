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
from mimesis import Address, Choice, Code, Cryptographic, Datetime, Development, File, Internet, Numeric, Person, Text
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


def kinds(n_rows: int) -> dict[str, dict[str, float]]:
    """CPU seconds of so many values of each kind."""
    return {tool: {name: _timed(make, n_rows) for name, make in made().items()} for tool, made in TOOLS.items()}


def _timed(make: Make, n_rows: int) -> float:
    make()
    began = time.process_time()
    for _ in range(n_rows):
        make()
    return time.process_time() - began


def customers_of_faker() -> Make:
    """A customer, with an e-mail that fits the name."""
    fake = Faker("en_US")
    fake.seed_instance(7)
    begin, end = datetime(2021, 1, 1), datetime(2025, 12, 31)

    def customer() -> dict[str, Any]:
        first, last = fake.first_name(), fake.last_name()
        return {
            "id": fake.uuid4(),
            "name": f"{first} {last}",
            "email": f"{first}.{last}@{fake.safe_domain_name()}".lower(),
            "phone": fake.phone_number(),
            "street": fake.street_address(),
            "city": fake.city(),
            "region": fake.state(),
            "postcode": fake.postcode(),
            "birth_date": fake.date_of_birth(),
            "signup": fake.date_time_between(begin, end),
            "amount": round(fake.random.lognormvariate(3.7, 0.8), 2),
            "tier": fake.random_element(WORDS),
        }

    return customer


def customers_of_mimesis() -> Make:
    """A customer, with an e-mail that fits the name."""
    person, place, moment = Person(Locale.EN, seed=7), Address(Locale.EN, seed=7), Datetime(Locale.EN, seed=7)
    code, choice, number = Cryptographic(seed=7), Choice(seed=7), Numeric(seed=7)

    def customer() -> dict[str, Any]:
        first, last = person.first_name(), person.last_name()
        return {
            "id": code.uuid(),
            "name": f"{first} {last}",
            "email": f"{first}.{last}@example.com".lower(),
            "phone": person.phone_number(),
            "street": place.address(),
            "city": place.city(),
            "region": place.state(),
            "postcode": place.postal_code(),
            "birth_date": person.birthdate(),
            "signup": moment.datetime(2021, 2025),
            "amount": round(number.random.lognormvariate(3.7, 0.8), 2),
            "tier": choice(WORDS),
        }

    return customer


def table(n_rows: int, folder: Path) -> dict[str, float]:
    """CPU seconds of a table of customers, to a Parquet file."""
    spent = {}
    for tool, made in (("faker", customers_of_faker), ("mimesis", customers_of_mimesis)):
        customer = made()
        began = time.process_time()
        rows = pa.Table.from_pylist([customer() for _ in range(n_rows)])
        pq.write_table(rows, folder / f"{tool}.parquet", compression="zstd", compression_level=1)
        spent[tool] = time.process_time() - began
    return spent


if __name__ == "__main__":
    print(json.dumps(kinds(int(sys.argv[2])) if sys.argv[1] == "kinds" else table(int(sys.argv[2]), Path(sys.argv[3]))))
