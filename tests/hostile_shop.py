"""A shop full of personal data in awkward places, every value of which is known: what may never come out of a twin.

Copies of a person's data in other tables, e-mails and user names as keys, texts that name people, columns whose names say
nothing or the wrong thing, three languages, documents, addresses of networks, tokens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

TABLES = """
CREATE TABLE countries (code VARCHAR(2) PRIMARY KEY, name VARCHAR(40) NOT NULL);
CREATE TABLE stores (
  store_id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, notes TEXT, hotline VARCHAR(90), extra {json});
CREATE TABLE products (sku VARCHAR(12) PRIMARY KEY, name VARCHAR(80) NOT NULL, price DECIMAL(8, 2) NOT NULL);
CREATE TABLE customers (
  customer_id INTEGER PRIMARY KEY, first_name VARCHAR(40) NOT NULL, last_name VARCHAR(40) NOT NULL,
  name VARCHAR(90) NOT NULL, email VARCHAR(120) NOT NULL UNIQUE, phone VARCHAR(30), birth_date DATE,
  address_line1 VARCHAR(90), address_line2 VARCHAR(40), postcode VARCHAR(10), city VARCHAR(40),
  country VARCHAR(2) REFERENCES countries (code), national_id VARCHAR(20), iban VARCHAR(40), card VARCHAR(30),
  username VARCHAR(40) UNIQUE, password_hash VARCHAR(100), api_token VARCHAR(60), avatar_url VARCHAR(150), last_ip {inet},
  device_id VARCHAR(40), profile {json}, notes TEXT, segment VARCHAR(10));
CREATE TABLE accounts (
  email VARCHAR(120) PRIMARY KEY, customer_id INTEGER REFERENCES customers (customer_id), plan VARCHAR(10), opened DATE);
CREATE TABLE logins (
  id INTEGER PRIMARY KEY, account VARCHAR(120) NOT NULL REFERENCES accounts (email), at TIMESTAMP NOT NULL, ip VARCHAR(40),
  user_agent VARCHAR(120), x1 VARCHAR(30), field7 VARCHAR(120));
CREATE TABLE orders (
  order_id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
  store_id INTEGER NOT NULL REFERENCES stores (store_id), customer_email VARCHAR(120) NOT NULL,
  ship_to VARCHAR(90), delivery VARCHAR(150), placed TIMESTAMP NOT NULL,
  total DECIMAL(10, 2) NOT NULL, status VARCHAR(10) NOT NULL, comment TEXT, meta {json});
CREATE TABLE order_lines (
  order_id INTEGER NOT NULL REFERENCES orders (order_id), line INTEGER NOT NULL, sku VARCHAR(12) NOT NULL
  REFERENCES products (sku), quantity INTEGER NOT NULL, engraving VARCHAR(60), PRIMARY KEY (order_id, line));
CREATE TABLE mitarbeiter (
  personalnummer INTEGER PRIMARY KEY, vorname VARCHAR(40), nachname VARCHAR(40), mailadresse VARCHAR(120),
  telefonnummer VARCHAR(30), strasse VARCHAR(90), plz VARCHAR(8), ort VARCHAR(40), geburtsdatum DATE, gehalt INTEGER,
  benutzername VARCHAR(40), bemerkung TEXT);
CREATE TABLE support_tickets (
  ticket_id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (customer_id), requester_name VARCHAR(90),
  requester_email VARCHAR(120), assigned_to VARCHAR(40), subject VARCHAR(90), body TEXT, opened TIMESTAMP,
  state VARCHAR(10));
CREATE TABLE members (username VARCHAR(40) PRIMARY KEY, joined DATE, karma INTEGER);
CREATE TABLE posts (
  id INTEGER PRIMARY KEY, username VARCHAR(40) NOT NULL REFERENCES members (username), title VARCHAR(90), body TEXT,
  likes INTEGER);
CREATE TABLE clients (
  code_client VARCHAR(12) PRIMARY KEY, nom VARCHAR(40), prenom VARCHAR(40), courriel VARCHAR(120), tel VARCHAR(30),
  rue VARCHAR(90), ville VARCHAR(40), commentaire TEXT, achats INTEGER);
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY, sku VARCHAR(12) REFERENCES products (sku), reviewer VARCHAR(90), stars INTEGER, text TEXT);
CREATE TABLE audit_log (id INTEGER PRIMARY KEY, actor VARCHAR(120), action VARCHAR(20), detail TEXT, payload {json});
"""
N_PEOPLE = 400


def _few(text: str) -> list[str]:
    return text.split()


_GIVEN = _few(
    "Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Klara Lukas Maria Nora Oscar Paula Robert Sarah Thomas Ursula"
    " Victor Walter Julia Peter James Mary Linda Susan Michael Karen"
)
_ONSETS, _VOWELS = _few("b br d dr f g gr h k kr l m n p r s st t tr v w z"), _few("a e i o u ei au")
_ENDS = _few("mann sen berg holm ová ini ski feld wick dorf")
_STREETS, _CITIES = (
    ["Maple", "Oak", "Cedar", "Elm", "Birch", "Willow", "Chestnut"],
    ["Springfield", "Riverton", "Lakeside", "Hillview", "Fairmont"],
)
Row = tuple[object, ...]


class HostileShop:
    """The rows of every table, and every planted value that is one person's alone (``secrets``)."""

    def __init__(self, seed: int = 0, n_people: int = N_PEOPLE) -> None:
        self._rng = np.random.Generator(np.random.Philox(seed))
        self.n = n_people
        self.secrets: set[str] = set()
        self.people = [self._person(n) for n in range(n_people)]
        self.rows: dict[str, list[Row]] = dict(self._tables())

    def _one(self, choices: list[str]) -> str:
        return choices[int(self._rng.integers(len(choices)))]

    def _digits(self, n: int) -> str:
        return "".join(map(str, self._rng.integers(0, 10, n)))

    def _number(self, low: int, high: int) -> int:
        return int(self._rng.integers(low, high))

    def _hex(self, n: int) -> str:
        return self._rng.bytes(n)[: n // 2].hex()

    def _secret(self, text: str) -> str:
        self.secrets.add(text)
        return text

    def _surname(self) -> str:
        while True:
            parts = [self._one(_ONSETS) + self._one(_VOWELS) for _ in range(3)]
            name = ("".join(parts) + self._one(_ENDS)).capitalize()
            if name not in self.secrets:
                return self._secret(name)

    def _person(self, n: int) -> dict[str, str]:
        given, last = self._one(_GIVEN), self._surname()
        user = self._secret(f"{given[0].lower()}{last.lower()}{self._digits(2)}")
        street = self._secret(f"{self._rng.integers(1000, 9999)} {self._one(_STREETS)} {last[:6]} Street")
        card = "4" + self._digits(14)
        return {
            "given": given, "last": last, "name": self._secret(f"{given} {last}"), "user": user, "street": street,
            "email": self._secret(f"{given.lower()}.{last.lower()}@{self._one(['mail', 'web', 'post'])}.org"),
            "phone": self._secret(f"+1-{self._number(201, 989)}-{self._number(201, 989)}-{self._digits(4)}"),
            "born": f"{self._rng.integers(1940, 2005)}-{self._rng.integers(1, 13):02}-{self._rng.integers(1, 28):02}",
            "ssn": self._secret(f"{self._number(100, 600)}-{self._number(10, 99)}-{self._number(1000, 9999)}"),
            "iban": self._secret(_iban(self._digits(18))), "card": self._secret(card + _luhn(card)),
            "hash": self._secret(f"$2b$12${self._hex(44)}"), "token": self._secret(f"tok_{self._hex(32)}"),
            "ip": self._secret(".".join(map(str, self._rng.integers(11, 250, 4)))), "device": self._secret(self._hex(16)),
            "uuid": self._secret(f"{self._hex(8)}-{self._hex(4)}-4{self._hex(4)[1:]}-a{self._hex(4)[1:]}-{self._hex(12)}"),
            "city": self._one(_CITIES), "zip": f"{self._rng.integers(100, 130)}01",
        }  # fmt: skip

    def _tables(self) -> Iterator[tuple[str, list[Row]]]:
        n, rng, people = self.n, self._rng, self.people
        yield "countries", [("US", "United States"), ("DE", "Germany"), ("FR", "France")]
        yield "stores", [self._store(i) for i in range(6)]
        yield "products", [(f"SKU-{i:04}", self._product(i), 5 + i * 3.5) for i in range(60)]
        yield "customers", [self._customer(i, one) for i, one in enumerate(people)]
        yield "accounts", [(one["email"], i + 1, self._one(["free", "pro"]), self._day()) for i, one in enumerate(people)]
        yield "logins", [self._login(i, people[int(rng.integers(n))]) for i in range(3 * n)]
        buyers = [int(one) for one in rng.integers(0, n, 3 * n)]
        yield "orders", [self._order(i, buyer) for i, buyer in enumerate(buyers)]
        yield (
            "order_lines",
            [
                (1000 + i, line, f"SKU-{int(rng.integers(60)):04}", int(rng.integers(1, 5)),
                 self._secret(f"For {people[who]['given']} {people[who]['last']} {line}") if (i + line) % 3 == 0 else None)
                for i, who in enumerate(buyers) for line in range(1, int(rng.integers(2, 4)))
            ],
        )  # fmt: skip
        yield "mitarbeiter", [self._employee(i, people[i]) for i in range(n // 4)]
        yield "support_tickets", [self._ticket(i, int(rng.integers(n))) for i in range(2 * n)]
        yield "members", [(one["user"], self._day(), int(rng.integers(0, 900))) for one in people]
        yield "posts", [self._post(i, people[int(rng.integers(n))]) for i in range(2 * n)]
        yield "clients", [self._client(i) for i in range(n // 2)]
        yield "reviews", [self._review(i, people[int(rng.integers(n))]) for i in range(2 * n)]
        yield "audit_log", [self._logged(i, people[int(rng.integers(n))]) for i in range(2 * n)]

    def _day(self) -> str:
        return f"{self._rng.integers(2019, 2025)}-{self._rng.integers(1, 13):02}-{self._rng.integers(1, 28):02}"

    def _moment(self) -> str:
        return f"{self._day()} {self._rng.integers(0, 24):02}:{self._rng.integers(0, 60):02}:{self._rng.integers(0, 60):02}"

    def _store(self, i: int) -> Row:
        keeper = f"{self._one(_GIVEN)} {self._surname()}"
        notes = self._secret(f"{keeper} keeps the key and lives next door, ring twice at number {self._digits(6)}.")
        hotline = self._secret(f"Mo-Fr: {keeper.split()[1].lower()}@store{i}.org")
        return i + 1, f"{_CITIES[i % 5]} {i}", notes, hotline, json.dumps({"keeper": keeper, "floor": i % 2})

    def _product(self, i: int) -> str:
        return f"{('Oak', 'Steel', 'Linen', 'Glass')[i % 4]} {('Chair', 'Lamp', 'Shelf', 'Table', 'Bowl')[i % 5]} {i}"

    def _text(self, one: dict[str, str], what: str) -> str:
        return self._secret(
            f"{what} {one['name']} asked to be called at {one['phone']} about parcel {self._digits(9)}, thanks."
        )

    def _customer(self, i: int, one: dict[str, str]) -> Row:
        profile = {"nick": one["user"], "contact": {"mail": one["email"]}, "size": self._one(["S", "M", "L"])}
        return (
            i + 1, one["given"], one["last"], one["name"], one["email"], one["phone"], one["born"], one["street"],
            f"Apt {i}" if i % 3 == 0 else None, one["zip"], one["city"], self._one(["US", "DE", "FR"]), one["ssn"],
            one["iban"], one["card"], one["user"], one["hash"], one["token"],
            self._secret(f"https://cdn.shop.org/avatars/{one['user']}.png"), one["ip"], one["uuid"], json.dumps(profile),
            self._text(one, "VIP.") if i % 2 else None, self._one(["gold", "basic"]),
        )  # fmt: skip

    def _login(self, i: int, one: dict[str, str]) -> Row:
        agent = f"Mozilla/5.0 ({self._one(['X11', 'Mac', 'Win'])}) Gecko/{i % 4}"
        return i + 1, one["email"], self._moment(), one["ip"], agent, one["phone"], one["email"]

    def _order(self, i: int, buyer: int) -> Row:
        one = self.people[buyer]
        meta = {"ip": one["ip"], "agent": "web", "gift_for": one["name"] if i % 5 == 0 else None}
        delivery = self._secret(f"{one['street']}, {one['zip']} {one['city']}")
        comment = self._text(one, "Leave it at the door.") if i % 3 == 0 else None
        total, status = round(float(self._rng.gamma(2, 40)), 2), self._one(["new", "paid", "sent"])
        return (
            1000 + i, buyer + 1, self._number(1, 7), one["email"], one["name"], delivery, self._moment(), total, status,
            comment, json.dumps(meta),
        )  # fmt: skip

    def _employee(self, i: int, one: dict[str, str]) -> Row:
        street = self._secret(f"{one['last'][:7]}straße {i + 1}")
        text = self._secret(
            f"{one['given']} {one['last']} arbeitet seit {2000 + i % 24} im Lager und ist verheiratet, Akte {i}."
        )
        return (
            7000 + i, one["given"], one["last"], one["email"], one["phone"], street, one["zip"], one["city"], one["born"],
            int(self._rng.integers(30, 90)) * 1000, one["user"], text,
        )  # fmt: skip

    def _ticket(self, i: int, who: int) -> Row:
        one = self.people[who]
        subject = self._secret(f"{self._one(['Refund', 'Late parcel', 'Login'])} {one['name']}")
        agent = self.people[int(self._rng.integers(self.n // 4))]["user"]
        return (
            i + 1, who + 1, one["name"], one["email"], agent, subject, self._text(one, "Hello,"), self._moment(),
            self._one(["open", "done"]),
        )  # fmt: skip

    def _post(self, i: int, one: dict[str, str]) -> Row:
        return (
            i + 1, one["user"], self._secret(f"Hi {one['last']} {i}"), self._text(one, "I think that"),
            int(self._rng.integers(0, 50)),
        )  # fmt: skip

    def _client(self, i: int) -> Row:
        given, last = self._one(_GIVEN), self._surname()
        mail = self._secret(f"{last.lower()}@{self._one(['orange', 'free'])}.fr")
        text = self._secret(f"{given} {last} préfère être livrée le samedi matin, code porte {self._digits(7)}.")
        street = self._secret(f"{i + 1} rue {last[:7]}")
        phone = self._secret(f"+33 6 {self._digits(2)} {self._digits(2)} {self._digits(2)} {self._digits(2)}")
        return f"CL{i:06}", last, given, mail, phone, street, self._one(["Lyon", "Paris"]), text, int(self._rng.integers(20))

    def _review(self, i: int, one: dict[str, str]) -> Row:
        return (
            i + 1, f"SKU-{int(self._rng.integers(60)):04}", one["name"], int(self._rng.integers(1, 6)),
            self._text(one, "Sturdy and nice."),
        )  # fmt: skip

    def _logged(self, i: int, one: dict[str, str]) -> Row:
        payload = {"user": one["user"], "from": one["ip"], "tags": [one["email"]]}
        detail = self._secret(f"changed {one['email']} {i}")
        return i + 1, one["email"], self._one(["login", "update", "delete"]), detail, json.dumps(payload)

    def ddl(self, kind: str) -> str:
        """The statements that make the tables in SQLite or PostgreSQL."""
        is_server = kind == "postgresql"
        return TABLES.format(json="JSONB" if is_server else "TEXT", inet="INET" if is_server else "TEXT")

    def inserts(self) -> Iterator[str]:
        """The statements that fill them."""
        for name, rows in self.rows.items():
            cells = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in rows)
            yield f"INSERT INTO {name} VALUES {cells};"

    def sqlite(self, path: Path) -> Path:
        """The shop as an SQLite file."""
        base = sqlite3.connect(path)
        base.executescript(self.ddl("sqlite") + "\n".join(self.inserts()))
        base.close()
        return path


def _literal(cell: object) -> str:
    if cell is None:
        return "NULL"
    return str(cell) if isinstance(cell, int | float) else "'" + str(cell).replace("'", "''") + "'"


def _luhn(body: str) -> str:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(body + "0"))]
    return str(-sum(one - 9 * (one > 9) for one in doubled) % 10)


def _iban(body: str) -> str:
    """A German number of these eighteen digits; DE is 1314."""
    return f"DE{98 - int(f'{body}131400') % 97:02}{body}"
