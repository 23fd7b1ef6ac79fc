"""What people cost: nanoseconds of CPU a row for each field, and coherent rows a CPU second beside Faker and Mimesis.

    python benchmarks/people.py [LOCALE ...]

The peers make the same eight fields row by row, each as coherent as its own interface lets it be without code of one's own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from twinset.core import registry
from twinset.core.people import Ask
from twinset.core.seed import Seed

FIELDS = ("name", "email", "phone", "street", "city", "region_code", "postcode", "birth_date")
BLOCK = 100_000


def cpu(work: Callable[[], object], n_rows: int) -> float:
    """Nanoseconds of CPU a row, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best / n_rows * 1e9


def ours(locale: str, fields: tuple[str, ...], record: str = "person") -> float:
    people = registry.lookup("providers", "people")()
    options = {"ids_may_be_real": True} if record in ("person", "household") else {}

    def rows(n_rows: int) -> None:
        people.make(Ask(record, n_rows, Seed(1), locales=((locale, 1.0),), of=fields, options=options))

    rows(10)
    return cpu(lambda: rows(BLOCK), BLOCK)


def faker(n_rows: int = 2_000) -> float:
    from faker import Faker

    fake = Faker("en_US")

    def rows() -> list[tuple[object, ...]]:
        return [
            (fake.name(), fake.email(), fake.phone_number(), fake.street_address(), fake.city(), fake.state_abbr(),
             fake.postcode(), fake.date_of_birth())
            for _ in range(n_rows)
        ]  # fmt: skip

    return cpu(rows, n_rows)


def mimesis(n_rows: int = 10_000) -> float:
    from mimesis import Address, Datetime, Person
    from mimesis.locales import Locale

    person, address, when = Person(Locale.EN), Address(Locale.EN), Datetime()

    def rows() -> list[tuple[object, ...]]:
        return [
            (person.full_name(), person.email(), person.phone_number(), address.address(), address.city(),
             address.state(abbr=True), address.postal_code(), when.date())
            for _ in range(n_rows)
        ]  # fmt: skip

    return cpu(rows, n_rows)


def main() -> None:
    locales = sys.argv[1:] or ["en_US", "de_DE", "ja_JP"]
    for record, fields in registry.lookup("providers", "people")().records().items():
        print(f"\n{record:<16}" + "".join(f"{code:>10}" for code in locales))
        for field in fields:
            print(f"  {field.name:<14}" + "".join(f"{ours(code, (field.name,), record):>10.1f}" for code in locales))
    own, peers = ours("en_US", FIELDS), {"Faker": faker(), "Mimesis": mimesis()}
    print(f"\n{len(FIELDS)} fields of en_US, rows a CPU second\n  Twinset       {1e9 / own:>12,.0f}")
    for name, cost in peers.items():
        print(f"  {name:<14}{1e9 / cost:>12,.0f}   Twinset is {cost / own:,.0f} times as fast")


if __name__ == "__main__":
    main()
