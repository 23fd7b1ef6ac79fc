"""Formats of conversations, marked texts and datasets on hubs: what their readers find in them."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from tests.models import plan_of, write_plan

from twinset.core import types
from twinset.core.dataset import Dialect
from twinset.core.schema import Column, Table
from twinset.errors import SchemaError
from twinset.export import exporter
from twinset.pipeline import api
from twinset.testing.models import ModelServer

TALK = [
    {"role": "user", "content": "Where is it?", "tool_calls": [], "name": None},
    {"role": "assistant", "content": "", "tool_calls": [{"name": "find", "arguments": '{"n": 1}'}], "name": None},
    {"role": "tool", "content": '"here"', "tool_calls": [], "name": "find"},
    {"role": "assistant", "content": "Here – “café”.", "tool_calls": [], "name": None},
]
TALKS = pa.table({"id": [1, 2], "talk": [TALK, TALK[:1]]})
PAIRS = pa.table({"question": ["Q1", "Q2\nmore"], "context": ["C", None], "answer": ["A1", "A2"], "system": ["S", None]})
PREFERENCES = pa.table({"prompt": ["P"], "chosen": ["good"], "rejected": ["bad"]})
MARKED = pa.table(
    {
        "text": ["Ann Lee (Ulm) left.", "", "x"],
        "spans": [
            [{"start": 9, "end": 12, "label": "CITY"}, {"start": 0, "end": 7, "label": "PERSON"}],
            [],
            None,
        ],
    }
)


def written(name: str, rows: pa.Table, place, size: int = 1) -> str:
    table = Table("t", tuple(Column(field.name, types.Nested(), field.type) for field in rows.schema))
    made, parts = exporter(name), []
    made.check(table, Dialect(name))
    for number, start in enumerate(range(0, rows.num_rows, size)):
        parts.append(place / f"{number}.part")
        made.write_part(rows.slice(start, size).to_batches(), parts[-1], table, Dialect(name))
    made.assemble(parts, place / "whole", table, Dialect(name), {})
    return (place / "whole").read_text(encoding="utf-8")


def lines(text: str) -> list:
    return [json.loads(line) for line in text.splitlines()]


def test_messages(tmp_path):
    first, second = lines(written("messages", TALKS, tmp_path))
    assert first["messages"][0] == {"role": "user", "content": "Where is it?"}
    assert first["messages"][1]["tool_calls"] == [
        {"type": "function", "function": {"name": "find", "arguments": '{"n": 1}'}}
    ]
    assert first["messages"][2] == {"role": "tool", "content": '"here"', "name": "find"}
    assert first["messages"][3]["content"] == "Here – “café”."
    assert len(second["messages"]) == 1
    first, second = lines(written("messages", PAIRS, tmp_path))
    assert first["messages"] == [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "Q1\n\nC"},
        {"role": "assistant", "content": "A1"},
    ]
    assert [turn["role"] for turn in second["messages"]] == ["user", "assistant"]


def test_preferences(tmp_path):
    (row,) = lines(written("messages", PREFERENCES, tmp_path))
    assert row["prompt"] == [{"role": "user", "content": "P"}]
    assert (row["chosen"][0]["content"], row["rejected"][0]["content"]) == ("good", "bad")


def test_sharegpt(tmp_path):
    first, _ = lines(written("sharegpt", TALKS, tmp_path))
    assert [turn["from"] for turn in first["conversations"]] == ["human", "function_call", "observation", "gpt"]


def test_alpaca(tmp_path):
    assert lines(written("alpaca", PAIRS, tmp_path)) == [
        {"instruction": "Q1", "input": "C", "output": "A1", "system": "S"},
        {"instruction": "Q2\nmore", "input": "", "output": "A2", "system": ""},
    ]


def test_conll(tmp_path):
    text = "Ann\tB-PERSON\nLee\tI-PERSON\n(\tO\nUlm\tB-CITY\n)\tO\nleft\tO\n.\tO\n\n\nx\tO\n\n"
    assert written("conll", MARKED, tmp_path) == text


def test_spacy(tmp_path):
    documents = json.loads(written("spacy", MARKED, tmp_path))
    tokens = documents[0]["paragraphs"][0]["sentences"][0]["tokens"]
    assert [token["ner"] for token in tokens[:4]] == ["B-PERSON", "L-PERSON", "O", "U-CITY"]
    assert documents[0]["paragraphs"][0]["raw"] == "Ann Lee (Ulm) left."
    assert json.loads(written("spacy", MARKED.slice(0, 0), tmp_path)) == []


@pytest.mark.parametrize("name", ["messages", "sharegpt", "alpaca", "conll", "spacy"])
def test_bytes_do_not_depend_on_the_parts(tmp_path, name):
    rows = MARKED if name in ("conll", "spacy") else PAIRS
    assert written(name, rows, tmp_path) == written(name, rows, tmp_path, size=10)
    with pytest.raises(SchemaError, match="has: a"):
        written(name, pa.table({"a": [1]}), tmp_path)


def test_alpaca_holds_no_conversations(tmp_path):
    with pytest.raises(SchemaError, match="write messages or sharegpt"):
        written("alpaca", TALKS, tmp_path)


def test_an_output_is_a_dataset_of_hugging_face(tmp_path):
    columns = {
        "id": "sequence",
        "kind": {"rule": "category", "values": ["a", "b"]},
        "facts": {"prompt": "Facts.", "as": {"stars": "integer 1..5", "words": ["text"]}},
    }
    with ModelServer() as server:
        plan = {**plan_of(server, columns, 12), "format": "huggingface"}
        api.run(write_plan(tmp_path, plan), tmp_path / "out")
    card = (tmp_path / "out/README.md").read_text()
    head = yaml.safe_load(card.split("---")[1])
    (split,) = head["configs"][0]["data_files"]
    rows = pq.read_table(tmp_path / "out" / split["path"])
    assert split["split"] == "train"
    assert "synthetic" in head["tags"]
    assert rows.num_rows == 12
    features = json.loads(rows.schema.metadata[b"huggingface"])["info"]["features"]
    assert features["id"] == {"dtype": "int64", "_type": "Value"}
    assert features["facts"]["words"] == [{"dtype": "string", "_type": "Value"}]
    assert "| kind | categorical: a, b |" in card
