"""The same plan makes the same values in every version: a change of these is a decision, to be told in the changelog.

Only rules whose draws need neither logarithms nor powers stand here; others may differ in the last bit between CPUs.
"""

from __future__ import annotations

from tests.rules import made

COLUMNS = {
    "id": {"rule": "sequence", "start": 10},
    "uuid": "uuid",
    "ulid": {"rule": "ulid", "begin": "2024-02-29"},
    "snowflake": "snowflake",
    "code": {"rule": "code", "pattern": "AA-999", "check": "luhn", "unique": True},
    "integer": {"rule": "integer", "low": 0, "high": 999},
    "label": {"rule": "category", "values": {"a": 1, "b": 2}},
    "day": {"rule": "date", "between": ["2024-01-01", "2024-12-31"]},
    "at": {"rule": "datetime", "after": "day", "within": "2 d"},
    "regex": {"rule": "pattern", "regex": "[a-f]{3}[0-9]?"},
    "ipv4": "ipv4",
    "mac": {"rule": "mac", "unique": True},
    "text": {"rule": "template", "of": "{label}-{id}"},
    "tags": {"rule": "list", "of": {"rule": "integer", "high": 9}, "length": 2},
}
EXPECTED = [
    [
        "10",
        "d558d5df-9a5a-4142-815e-918bdc4b547f",
        "01HQS2JA00VHESPAXD5NZ1NRQE",
        "1741610183685050368",
        "UA-1487",
        "318",
        "b",
        "2024-05-27",
        "2024-05-28 06:35:48",
        "efd7",
        "10.135.124.113",
        "02:53:15:8a:42:af",
        "b-10",
        "[4, 7]",
    ],
    [
        "11",
        "2be455f8-8a07-4f20-8b27-15aad6f6b0ec",
        "01HQS2JA01XD88F2W56PKHMGWV",
        "1741610183689244673",
        "ME-3475",
        "507",
        "b",
        "2024-03-29",
        "2024-03-30 23:49:04",
        "eae0",
        "10.47.179.207",
        "02:a8:77:1f:60:75",
        "b-11",
        "[1, 4]",
    ],
]


def test_values_stay_what_they_are():
    rows = made({"t": {"rows": 2, "columns": COLUMNS}}, seed=7)["t"].to_pylist()
    assert [list(map(str, row.values())) for row in rows] == EXPECTED
