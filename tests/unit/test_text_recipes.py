"""Recipes: each is a plan that runs as it is, against a stand-in; each says what it needs."""

from __future__ import annotations

import json
import re

import pytest

from twinset.core import registry
from twinset.errors import PlanError
from twinset.llm import patience
from twinset.pipeline import api
from twinset.plan import Plan, parse
from twinset.synthesizers.text.recipes import names, recipe
from twinset.testing.models import ModelServer

WANTED = (
    "intents", "dialogues", "qa", "instructions", "preference", "classification", "ner", "code", "reasoning", "notes",
    "business", "documents", "translation",
)  # fmt: skip
DOCUMENTS = "title,text\nRiver,The river is 12 km long and flows north.\nGarden,The garden has nine trees.\n"


def said(body) -> str | None:
    """Sentences that have the words in them which they must have."""
    asked = body["messages"][-1]["content"]
    words = re.findall(r'"([^"]+)"', asked) if "exactly these words" in asked else []
    return f"Yesterday {', '.join(words)} met." if words else None


@pytest.fixture(scope="module")
def server():
    with pytest.MonkeyPatch.context() as patch, ModelServer(say=said) as server:
        patch.setattr(patience, "FIRST_WAIT", 0.005)
        yield server


def small(plan: Plan) -> Plan:
    """The plan with six rows, and without the checks that are not installed."""
    known = registry.names("checks")
    stages = {}
    for name, stage in plan.stages.items():
        rows = stage.rows if stage.text is None or stage.text.over else 6
        checks = [one for one in stage.text.checks if one["check"] in known] if stage.text else []
        text = stage.text and stage.text.model_copy(update={"checks": tuple(checks)})
        stages[name] = stage.model_copy(update={"rows": rows, "text": text})
    return plan.model_copy(update={"stages": stages})


def test_there_is_a_recipe_for_each_kind_of_text():
    assert set(names()) == set(WANTED)
    with pytest.raises(PlanError, match="did you mean 'intents'"):
        recipe("intent")


@pytest.mark.parametrize("name", WANTED)
def test_recipes_run(tmp_path, server, name):
    (tmp_path / "documents.csv").write_text(DOCUMENTS)
    text = recipe(name, model="stand-in", base_url=server.base_url)
    assert text.startswith("# ")
    assert "# MODEL" not in text
    plan = small(parse(text))
    from twinset.plan import dump

    (tmp_path / "plan.yaml").write_text(dump(plan))
    api.run(tmp_path / "plan.yaml", tmp_path / "out")
    stages = json.loads((tmp_path / "out/manifest.json").read_text())["stages"]
    made = stages[-1]["rows"]["text"] + stages[-1]["made_with"]["rows_left_out"]
    assert made == {"qa": 4, "notes": 20, "business": 20}.get(name, 6)
    if name in ("intents", "documents", "dialogues", "ner", "preference"):
        assert stages[-1]["rows"]["text"] >= 3


def answered(body) -> str | None:
    """Questions, and answers with a citation that stands in the text; the garden's is made up."""
    asked = body["messages"][-1]["content"]
    if "Write one question" in asked:
        return f"What of number {body['seed']} is so?"
    where = "The river is 12 km long" if "river" in asked else "Ten trees stand in the garden"
    return json.dumps({"answer": where, "citation": f"{where}."})


def test_citations_stand_in_the_documents(tmp_path):
    (tmp_path / "documents.csv").write_text(DOCUMENTS)
    with ModelServer(say=answered) as server:
        (tmp_path / "plan.yaml").write_text(recipe("qa", model="stand-in", base_url=server.base_url))
        api.run(tmp_path / "plan.yaml", tmp_path / "out")
    rows = [json.loads(line) for line in (tmp_path / "out/data.jsonl").read_text().splitlines()]
    assert [row["title"] for row in rows] == ["River", "River"]
    (stage,) = json.loads((tmp_path / "out/manifest.json").read_text())["stages"]
    assert stage["rejects"] == {"quoted: its words do not stand in its source": 6}


def test_spans_are_exact(tmp_path, server):
    (tmp_path / "plan.yaml").write_text(recipe("ner", model="stand-in", base_url=server.base_url))
    api.run(tmp_path / "plan.yaml", tmp_path / "out")
    rows = [json.loads(line) for line in (tmp_path / "out/data.jsonl").read_text().splitlines()]
    assert len(rows) == 100
    for row in rows:
        found = {(span["label"], row["text"][span["start"] : span["end"]]) for span in row["spans"]}
        assert found == {("PERSON", row["person"]), ("ORG", row["company"]), ("LOC", row["city"])}


@pytest.mark.parametrize("name", WANTED)
def test_recipes_take_the_local_model(name):
    plan = parse(recipe(name, model="local"))
    (model,) = next(stage for stage in plan.stages.values() if stage.text).text.models.values()
    assert model.client == "local"
