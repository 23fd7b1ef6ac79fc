"""Recipes without a language model: every one of them runs on a corpus alone, as a floor and as rows for tests."""

from __future__ import annotations

import json
import random
import re

import pytest
from tests.intents import intents
from tests.leaked_cases import sentence
from tests.unit.test_text_recipes import DOCUMENTS, WANTED, small
from typer.testing import CliRunner

from twinset.cli.main import app
from twinset.errors import OutputError, PlanError
from twinset.pipeline import api
from twinset.plan import dump, from_data, load
from twinset.synthesizers.text.recipes import recipe


@pytest.fixture
def corpus(tmp_path):
    draw = random.Random(1)
    (tmp_path / "corpus.txt").write_text("".join(f"{sentence(draw)}\n" for _ in range(600)))
    (tmp_path / "documents.csv").write_text(DOCUMENTS)
    return tmp_path / "corpus.txt"


@pytest.mark.parametrize("name", WANTED)
def test_every_recipe_runs_without_a_model(corpus, name):
    place = corpus.parent
    words = ["init", "--template", name, "--model", "ngram", "--corpus", str(corpus), "-o", str(place / "plan.yaml")]
    assert CliRunner().invoke(app(), words).exit_code == 0
    (place / "plan.yaml").write_text(dump(small(load(place / "plan.yaml"))))
    api.run(place / "plan.yaml", place / "out")
    stage = json.loads((place / "out/manifest.json").read_text())["stages"][-1]
    assert stage["made_with"]["models"]["default"]["client"] == "ngram"
    n_rows, wanted = stage["rows"]["text"], {"qa": 4, "notes": 20, "business": 20}.get(name, 6)
    assert n_rows + stage["made_with"]["rows_left_out"] == wanted
    if name in ("intents", "dialogues", "classification", "documents", "translation"):
        assert n_rows >= 1, "nothing in these hangs on a meaning"


def plan_of(**model):
    columns = {
        "want": {"rule": "category", "values": ["refund", "track", "cancel", "pay"]},
        "text": {"prompt": "A customer wants: {{ want }}"},
        "facts": {"prompt": "{{ text }}", "as": {"stars": "integer 1..5", "tone": ["good", "bad"], "why?": "text ..20"}},
    }
    asked = {"client": "ngram", "model": "ngram", "path": "said.csv", "extra": {"text": "text", "by": "label"}, **model}
    return {"format": "jsonl", "stages": {"texts": {"rows": 200, "text": {"model": asked, "columns": columns}}}}


def write(place, plan, seed=2):
    (place / "plan.yaml").write_text(dump(from_data(plan)))
    lines = [f"{label},{text.replace(',', '')}" for text, label in intents(2000, seed)]
    (place / "said.csv").write_text("\n".join(["label,text", *lines]) + "\n")
    return place / "plan.yaml"


def test_texts_go_by_the_label_in_the_question_and_come_out_the_same_again(tmp_path):
    plan = write(tmp_path, plan_of())
    api.run(plan, tmp_path / "out")
    rows = [json.loads(line) for line in (tmp_path / "out/data.jsonl").read_text().splitlines()]
    said = {want: [row["text"] for row in rows if row["want"] == want] for want in ("pay", "refund")}
    shares = {
        want: sum(bool(re.search(r"pay|card|cash", text)) for text in texts) / len(texts) for want, texts in said.items()
    }
    assert shares["pay"] > 0.8
    assert shares["refund"] < 0.4
    assert all(row["facts"]["stars"] in range(1, 6) and row["facts"]["tone"] in ("good", "bad") for row in rows)
    assert len({row["facts"]["stars"] for row in rows}) == 5
    api.run(plan, tmp_path / "again")
    assert (tmp_path / "again/data.jsonl").read_bytes() == (tmp_path / "out/data.jsonl").read_bytes()
    write(tmp_path, plan_of(), seed=3)
    with pytest.raises(OutputError, match="output of another run"):
        api.run(plan, tmp_path / "out")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ({"path": None}, "say path: FILE"),
        ({"extra": {"labels": "label"}}, "extra of client: ngram has no 'labels'"),
        ({"extra": {"by": "label"}}, "text names that of the texts"),
        ({"extra": {"text": "words"}}, "has no column 'words'"),
        ({"extra": {"k": 1}}, "k is a whole number"),
    ],
)
def test_what_can_not_be_honoured_is_told(tmp_path, model, said):
    plan = write(tmp_path, plan_of(**model))
    with pytest.raises(PlanError, match=said):
        api.run(plan, tmp_path / "out")


def test_a_corpus_goes_with_no_model():
    with pytest.raises(PlanError, match="goes with the model ngram"):
        recipe("intents", model="llama", corpus="real.csv")
    with pytest.raises(PlanError, match="is at no address"):
        recipe("intents", model="ngram", base_url="http://127.0.0.1:1/v1")
