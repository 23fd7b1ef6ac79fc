"""What the page on personal data says is so: its plans are plans, its table is what stands there."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from twinset.core import types
from twinset.core.schema import Column
from twinset.plan.yaml import parse
from twinset.privacy.personal import find
from twinset.synthesizers.tabular.placeholders import placeholders

PAGE = (Path(__file__).parents[2] / "docs" / "personal-data.md").read_text(encoding="utf-8")
PLANS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", PLANS)
def test_its_plans_are_plans(text: str) -> None:
    (stage,) = parse(f"twinset: 1\n{text}", name="the page").stages.values()
    said = [*stage.columns.items(), *(one for table in stage.linked.values() for one in table.columns.items())]
    assert [Column.from_data(name, options, pa.string()).name for name, options in said]


@pytest.mark.parametrize("kind", types.get_args(types.PersonalKind))
def test_its_kinds_are_all_there_are(kind: str) -> None:
    assert kind in PAGE[PAGE.index("Kinds are") : PAGE.index("leaves a column out")]


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        ("name", 123, "name-000123"), ("email", 123, "user000123@example.invalid"), ("user_name", 123, "user000123"),
        ("phone", 1, "+1-200-555-0100"), ("address", 12, "12 Example Street, Nowhere"), ("national_id", 123, "ID-000000123"),
    ],
)  # fmt: skip
def test_what_stands_there_is_what_it_shows(kind: types.PersonalKind, number: int, shown: str) -> None:
    column = Column("c", types.Personal(kind), pa.string())
    assert placeholders(column, np.array([number]), 0).to_pylist() == [shown]
    assert shown in PAGE


@pytest.mark.parametrize("name", ["username", "created_by", "benutzername"])
def test_user_names_are_found_by_these_names(name: str) -> None:
    found = find(name, pa.array([f"j.smith{n}" for n in range(40)]))
    assert found is not None
    assert found.kind == "user_name"
    assert find(name, pa.array(["Import", "Nightly job", "Web"])) is None


def test_a_name_beside_first_names_is_a_persons() -> None:
    names = pa.array([f"Zor{chr(97 + n % 26)}{chr(97 + n // 26)}mann" for n in range(60)])
    assert find("nom", names) is None
    found = find("nom", names, ("nom", "prenom"))
    assert found is not None
    assert found.kind == "name"
