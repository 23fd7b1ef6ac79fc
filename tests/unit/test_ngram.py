"""Texts by n-grams: nothing that few people say comes out, what many say does, by label where one is named."""

from __future__ import annotations

import random
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from tests.intents import intents
from tests.leaked_cases import sentence

from twinset.core import registry, types
from twinset.core.dataset import Tables
from twinset.core.request import Fixed, Request, SeedRows
from twinset.core.schema import Column, Schema, Table
from twinset.core.seed import Seed
from twinset.errors import DataError, PlanError
from twinset.synthesizers.text.ngram import Ngram
from twinset.synthesizers.text.ngram.tokens import joined, tokens
from twinset.testing.bench import FitRecorder, sample

SEED = Seed(3)
TEXT = Column("text", types.Text(), pa.string())


def fitted(columns: dict[str, pa.Array], *more: Column, entity: tuple[str, ...] = (), **options: object):
    table = Table("t", (*more, TEXT), entity=entity)
    data = Tables(Schema((table,)), {"t": pa.table(columns, schema=table.arrow)})
    recorder = FitRecorder()
    return Ngram(**options).fit(data, schema=data.schema, seed=SEED, ctx=recorder), recorder  # type: ignore[arg-type]


def made(sampler, n_rows: int, **request: object) -> pa.Table:
    return sample(sampler, Request({"t": n_rows}, SEED, part_rows=500, **request))["t"]  # type: ignore[arg-type]


def words_of(texts: list[str | None]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[^\W\d_]+", text or "")}


def runs_of(texts: list[str | None], n: int) -> Counter[tuple[str, ...]]:
    lists = [re.findall(r"[^\W\d_]+|\d|[^\w\s]", text or "") for text in texts]
    return Counter(tuple(words[at : at + n]) for words in lists for at in range(len(words) - n + 1))


@pytest.mark.parametrize(
    "text", ["Plain words, and 123 more.", "日本語です。", "Ünïcödé “quoted” it's", " two  blanks\nand lines", "🙂 ok", ""]
)
def test_tokens_join_to_the_text_again(text: str) -> None:
    flat, row = tokens(pa.array([text]))
    book = flat.dictionary_encode()
    codes = np.asarray(book.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    assert joined(book.dictionary, codes, np.array([len(row)])).to_pylist() == [text.lstrip(" ")]


def test_secrets_of_few_never_come_out() -> None:
    """Each of 9 people has a word, a name and a sentence of their own, each said a hundred times: k is 10."""
    draw = random.Random(1)
    common = [sentence(draw) for _ in range(600)]
    secret = [f"Agent zorblax hides the quixotic ledger in vault {n}" for n in range(9) for _ in range(100)]
    who = [*range(100, 700), *(n for n in range(9) for _ in range(100))]
    owner = Column("who", types.Identifier("sequence"), pa.int64())
    sampler, recorder = fitted({"who": pa.array(who), "text": pa.array(common + secret)}, owner, entity=("who",))
    texts = made(sampler, 2000)["text"].to_pylist()
    assert not words_of(texts) & {"Agent", "zorblax", "hides", "quixotic", "ledger", "vault"}
    noted = {what: count for what, column, count in recorder.notes if column == "text"}
    assert noted["words that fewer than 10 entities use: shared words stand in their place"] >= 6


def test_runs_are_shared_or_put_together_from_shared_ones() -> None:
    """No pair that few have comes out but by chance; nine in ten pairs are real ones, and texts are as long."""
    draw = random.Random(2)
    real = [sentence(draw) for _ in range(1500)] + ["The judge buried treasure near the island"] * 3
    rare = set(runs_of(["judge buried treasure"], 2))
    sampler, _ = fitted({"text": pa.array(real)}, k=10)
    texts = made(sampler, 3000)["text"].to_pylist()
    assert not set(runs_of(texts, 2)) & rare
    pairs_real, pairs_made = runs_of(real, 2), runs_of(texts, 2)
    assert sum(count for pair, count in pairs_made.items() if pair in pairs_real) > 0.9 * pairs_made.total()
    lengths = [np.mean([len(text) for text in side]) for side in (real, texts)]
    assert lengths[1] == pytest.approx(lengths[0], rel=0.2)


def test_texts_go_by_their_label() -> None:
    said = list(intents(1500, 5))
    label = Column("label", types.Categorical(), pa.string())
    columns = {"label": pa.array([label for _, label in said]), "text": pa.array([text for text, _ in said])}
    sampler, _ = fitted(columns, label, by="label")
    rows = made(sampler, 1000)
    by_label = {name: rows.filter(pa.compute.equal(rows["label"], name))["text"].to_pylist() for name in ("refund", "pay")}
    shares = {
        name: np.mean(["refund" in text or "back" in text or "return" in text for text in texts])
        for name, texts in by_label.items()
    }
    assert shares["refund"] > 0.6
    assert shares["pay"] < 0.05
    given = made(sampler, 200, given=Fixed({"label": "pay"}))
    assert set(given["label"].to_pylist()) == {"pay"}
    assert np.mean(["pay" in text or "card" in text or "cash" in text for text in given["text"].to_pylist()]) > 0.6


CITIES = ["Ulm", "Porto", "Leeds", "Graz", "San Remo"]


def booked(draw: random.Random, city: str) -> str:
    return f"Please book a {draw.choice(['room', 'table', 'tour'])} in {city} for {draw.choice(['me', 'us'])}."


def test_sentences_that_differ_in_few_words_become_templates() -> None:
    """Every text is one that the grammar can say, pairs that nobody said among them; a city of nine people never is."""
    draw = random.Random(7)
    real = [booked(draw, draw.choice(CITIES)) for _ in range(400)] + [booked(draw, "Timbuktu") for _ in range(9)]
    real = [text for text in real if not ("Graz" in text and "tour" in text)]
    sampler, _ = fitted({"text": pa.array(real)}, k=10)
    texts = made(sampler, 1000)["text"].to_pylist()
    said = re.compile(rf"Please book a (room|table|tour) in ({'|'.join(CITIES)}) for (me|us)\.")
    found = Counter(said.fullmatch(text).groups()[:2] for text in texts)  # type: ignore[union-attr]
    assert found["tour", "Graz"] > 0
    shares = Counter(city for _, city in found.elements())
    assert {city: count / 1000 for city, count in shares.items()} == pytest.approx(
        {city: sum(city in text for text in real) / (len(real) - 9) for city in CITIES}, abs=0.06
    )
    bare, _ = fitted({"text": pa.array(real)}, k=10, templates=False)
    assert not len(bare.models["text"][0].patterns)
    assert 1 <= len(sampler.models["text"][0].patterns) <= 4, "a third of the words at most is left open"


def test_templates_hold_together_what_is_further_apart_than_runs() -> None:
    """Two things that are said with the same words in the midst: runs of three take half of the ends for the other's."""
    draw, things = random.Random(10), ["shoes", "lamp", "tent", "chair"]
    said = ("The parcel with my {} was lost on the way.", "Your bill for the parcel with my {} was wrong by ten pounds.")
    sampler, bare = (
        fitted({"text": pa.array([draw.choice(said).format(draw.choice(things)) for _ in range(400)])}, templates=is_on)[0]
        for is_on in (True, False)
    )
    whole = re.compile("|".join(one.replace(".", r"\.").format(f"({'|'.join(things)})") for one in said))
    shares = [
        np.mean([bool(whole.fullmatch(text)) for text in made(one, 500)["text"].to_pylist()]) for one in (sampler, bare)
    ]
    assert shares[0] == 1
    assert shares[1] == pytest.approx(0.5, abs=0.1)


def test_templates_keep_to_their_label_and_numbers_to_their_length() -> None:
    draw = random.Random(8)
    columns: dict[str, list[str]] = {"label": [], "text": []}
    for _ in range(600):
        label = draw.choice(["open", "close"])
        columns["label"].append(label)
        columns["text"].append(f"Can you {label} my {draw.choice(['shop', 'gate', 'file'])} {draw.randrange(1000, 10_000)}?")
    label = Column("label", types.Categorical(), pa.string())
    sampler, _ = fitted({name: pa.array(one) for name, one in columns.items()}, label, by="label")
    rows = made(sampler, 500).to_pylist()
    assert all(re.fullmatch(rf"Can you {row['label']} my (shop|gate|file) \d{{4}}\?", row["text"]) for row in rows)
    assert len({row["text"][-5:] for row in rows}) > 300


def test_texts_of_several_sentences_are_put_together_from_templates() -> None:
    draw = random.Random(9)
    real = [
        f"The {draw.choice(['soup', 'fish', 'cake'])} was very good. "
        f"We had to wait {draw.choice(['long', 'briefly'])} for it.\n"
        f"Come {draw.choice(['soon', 'early'])} on a Monday!"
        for _ in range(500)
    ]
    sampler, _ = fitted({"text": pa.array(real)})
    said = r"The (soup|fish|cake) was very good\. We had to wait (long|briefly) for it\.\nCome (soon|early) on a Monday!"
    assert all(re.fullmatch(said, text) for text in made(sampler, 300)["text"].to_pylist())
    assert len(sampler.models["text"][0].patterns) == 3


def test_given_texts_stay_and_free_ones_are_made() -> None:
    draw = random.Random(3)
    sampler, _ = fitted({"text": pa.array([sentence(draw) for _ in range(300)])})
    rows = pa.table({"text": pa.array(["My own.", None, "Mine too."])})
    texts = made(sampler, 3, given=SeedRows(rows))["text"].to_pylist()
    assert texts[0] == "My own."
    assert texts[2] == "Mine too."
    assert str(texts[1]).startswith("The ")


def test_a_corpus_that_shares_nothing_gives_empty_texts_and_says_so() -> None:
    sampler, recorder = fitted({"text": pa.array([f"w{chr(97 + n)}x" * 2 for n in range(20)])})
    assert set(made(sampler, 50)["text"].to_pylist()) == {""}
    assert any("every text comes out empty" in what for what, _, _ in recorder.notes)


def test_missing_texts_stay_as_many() -> None:
    draw = random.Random(4)
    sampler, _ = fitted({"text": pa.array([sentence(draw) if n % 4 else None for n in range(400)])})
    assert made(sampler, 2000)["text"].null_count == pytest.approx(500, abs=120)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"order": 0}, "order is a whole number"),
        ({"by": "no"}, "has no column 'no'"),
        ({"by": "text"}, "column of labels"),
        ({"engine": "ngram"}, "not 'ngram' itself"),
        ({"k": 1}, "k is a whole number"),
    ],
)
def test_options_that_can_not_be_honoured(options: dict[str, object], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        fitted({"text": pa.array(["a b c"] * 20)}, **options)


def test_without_data_there_is_nothing_to_learn() -> None:
    with pytest.raises(DataError, match="learns from data"):
        Ngram().fit(None, schema=Schema((Table("t", (TEXT,)),)), seed=SEED, ctx=FitRecorder())


def test_it_is_an_engine_by_name() -> None:
    assert registry.lookup("synthesizers", "ngram") is Ngram
