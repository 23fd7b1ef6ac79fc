"""Texts held against their sources by models: an embedding that the extra brings, and classifiers made here."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from twinset.core.schema import Column, Table
from twinset.core.types import Text
from twinset.errors import MissingExtraError, PlanError
from twinset.verification.grounded import Grounded
from twinset.verification.meaning import pieces, sentences

TABLE = Table("t", (Column("text", Text(), pa.string()), Column("source", Text(), pa.string())))
SOURCE = "The ferry to the island leaves at noon. It carries cars and bicycles. Tickets are sold on board."


def rows(*texts: str) -> pa.RecordBatch:
    return pa.record_batch({"text": list(texts), "source": [SOURCE] * len(texts)})


def test_texts_are_taken_apart_into_sentences() -> None:
    said = "Dr. Weber paid 3.50 at 5 p.m. on Monday. He left the shop! Was it late?\nNobody knew the answer"
    assert [one.split()[0] for one in sentences(said)] == ["Dr.", "He", "Was", "Nobody"]
    assert sentences("Yes.") == ["Yes."]
    found = pieces(SOURCE)
    assert SOURCE in found
    assert all(one in found for one in sentences(SOURCE))


@pytest.mark.parametrize("options", [{"embeddings": "minilm"}, {"nli": "/no/such/folder"}])
def test_models_are_asked_for_before_anything_is_made(options: dict[str, str]) -> None:
    """A missing extra names its command, a missing folder is told; with the extra, its own model is there."""
    check = Grounded("text", "source", **options)
    try:
        import sentence_transformers  # noqa: F401
    except ModuleNotFoundError:
        with pytest.raises((MissingExtraError, PlanError), match=r"twinset\[embeddings\]|no model of inference"):
            check.fits(TABLE)
        return
    if "nli" in options:
        with pytest.raises(PlanError, match="no model of inference in '/no/such/folder'"):
            check.fits(TABLE)
    else:
        check.fits(TABLE)


@pytest.mark.parametrize("options", [{"likeness": 0}, {"entailment": 1.5}])
def test_shares_are_shares(options: dict[str, float]) -> None:
    with pytest.raises(PlanError, match="a number above 0 and at most 1"):
        Grounded("text", "source", **options)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_embedding_finds_sentences_about_something_else() -> None:
    pytest.importorskip("sentence_transformers")
    texts = (
        "A ferry sails to the island at midday.",
        "You can take a bike or a car.",
        "The ferry leaves at noon. The parliament voted for a new tax on sugar.",
    )
    found = Grounded("text", "source", embeddings="minilm").reasons(rows(*texts))
    assert found == [None, None, "a sentence of it is about something else than its source"]


@pytest.mark.verify
def test_an_embedding_keeps_true_answers_and_finds_answers_to_other_passages() -> None:
    """Of the labelled English answers 95% stay, and 90% of answers to another passage do not, on each half."""
    pytest.importorskip("sentence_transformers")
    import numpy as np
    from tests.verification.labelled import claims

    from twinset.verification.meaning import least_near

    for half in ("mend", "final"):
        true = [one for one in claims() if (one.half, one.wrong, one.language) == (half, "", "en")]
        sources = list(dict.fromkeys(one.source for one in true))
        others = [sources[(sources.index(one.source) + 7) % len(sources)] for one in true]
        own = np.array(least_near([one.answer for one in true], [one.source for one in true], "minilm"))
        apart = np.array(least_near([one.answer for one in true], others, "minilm"))
        print(
            f"{half}: {len(true)} true, {np.mean(own >= 0.3):.1%} stay; of other passages {np.mean(apart < 0.3):.1%} refused"
        )
        assert np.mean(own >= 0.3) >= 0.95
        assert np.mean(apart < 0.3) >= 0.9


def classifier(folder: Path, labels: list[str], bias: list[float]) -> str:
    """A small classifier that gives every pair the same verdict: its weights are nought but for the bias."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted({word.strip(".,").lower() for word in SOURCE.split()})]
    (folder / "vocab.txt").write_text("\n".join(words))
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    names = dict(enumerate(labels))
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
        max_position_embeddings=64, num_labels=len(labels), id2label=names,
        label2id={name: at for at, name in names.items()},
    )  # fmt: skip
    model = transformers.BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor(bias))
    model.save_pretrained(folder)
    return str(folder)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_model_of_inference_is_asked_for_the_probability_of_its_label(tmp_path: Path) -> None:
    labels = ["contradiction", "entailment", "neutral"]
    sure = classifier(tmp_path / "sure", labels, [0.0, 2.0, 0.0])  # e² / (e² + 2) = 0.787
    unsure = classifier(tmp_path / "unsure", labels, [0.0, -2.0, 0.0])
    said = rows("The ferry leaves at noon.", "The ferry leaves at 9.")
    not_held = "it gives a number that its source does not"
    assert Grounded("text", "source", nli=sure).reasons(said) == [None, not_held]
    assert Grounded("text", "source", nli=sure, entailment=0.78).reasons(said)[0] is None
    refused = "a sentence of it does not follow from its source"
    assert Grounded("text", "source", nli=sure, entailment=0.79).reasons(said)[0] == refused
    assert Grounded("text", "source", nli=unsure).reasons(said) == [refused, not_held]
    moods = classifier(tmp_path / "moods", ["glad", "sad"], [0.0, 0.0])
    with pytest.raises(PlanError, match="one of its labels is 'entailment', and it has: glad, sad"):
        Grounded("text", "source", nli=moods).fits(TABLE)
