"""The report of a stage of texts: the run's own figures, a row for each reason, and no text that gives something away."""

from __future__ import annotations

import dataclasses
import html
import json
import re
from dataclasses import dataclass

import pyarrow as pa
import pytest
from tests.models import made, plan_of, told

from twinset.core import registry
from twinset.core.checks import Check
from twinset.evaluation.report.made import MadeReport, Refused, headline, outcome, remarks, render_html, render_markdown
from twinset.evaluation.text.own import measure_own
from twinset.testing.models import ModelServer

MODEL = {"client": "local", "model": "m", "licence_of_output": "mit", "dollars": 0.0}
WHOLE = MadeReport("texts", 3, 3, ("duplicates",), models={"default": MODEL})
COLUMNS = {
    "n": {"rule": "sequence"},
    "text": {"prompt": "Write about {{ n }}."},
    "same": {"rule": "constant", "value": "ok"},
}


@dataclass(frozen=True)
class Odd(Check):
    """Has a word against every second row."""

    def fits(self, table):
        pass

    def reasons(self, rows, ctx):
        return ["its number is odd" if n % 2 else None for n in rows["n"].to_pylist()]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Six rows, the odd ones refused at both tries by a check of this name: page, markdown, manifest, what was refused."""
    lookup = registry.lookup

    def run(name):
        found = lambda group, asked: Odd if (group, asked) == ("checks", name) else lookup(group, asked)  # noqa: E731
        monkeypatch.setattr(registry, "lookup", found)
        with ModelServer() as server:
            stage = {"checks": [{"check": name}], "tries": 2, "may_fall_short": True}
            made(tmp_path, plan_of(server, COLUMNS, 6, **stage))
        out = tmp_path / "out"
        page = html.unescape((out / "report.html").read_text())
        refused = [json.loads(line)[2] for line in (out / "rejects.jsonl").read_text().splitlines()]
        return page, (out / "report.md").read_text(), told(out), refused

    return run


def test_what_was_refused_is_plain_to_see(run):
    page, markdown, entry, refused = run("odd")
    assert entry["rejects"] == {"odd: its number is odd": 6}
    for text in (page, markdown):
        assert "3 of 6 rows kept; 3 left out, refused at every try" in text
        assert "6 of 9 rows that were made were refused (66.7%)" in text
        assert "odd: its number is odd" in text
    assert json.loads(refused[0])["text"] in page
    model = entry["made_with"]["models"]["default"]
    assert f"{model['prompt_tokens']:,}, {model['completion_tokens']:,}" in page
    assert entry["made_with"]["prompts"]["text"][:16] in page
    assert "the terms of the output of default are unknown" in page
    assert "Write about {{ n }}." in page


def test_no_row_is_shown_of_what_gives_something_away(run):
    page, _, _, refused = run("personal_data")
    assert "personal_data: its number is odd" in page
    assert not any(json.loads(row)["text"] in page for row in refused)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "pass"),
        ({"n_rows": 2}, "unknown"),
        ({"checks": ()}, "unknown"),
        ({"n_rows": 0}, "fail"),
        ({"scores": measure_own("text", pa.array(["the same words again and again"] * 30))}, "fail"),
    ],
)
def test_the_sign_is_green_only_where_all_rows_came_and_were_checked(change, expected):
    assert outcome(dataclasses.replace(WHOLE, **change)) == expected


def test_the_alarm_rings_for_texts_that_repeat_each_other_and_for_no_others():
    different = pa.array([f"the {word} of {other}" for word in ("kettle", "river", "garden") for other in "abcdefgh"])
    few = pa.array(["the same words"] * 2 + ["a river in spring", "no tent at all", None])
    for texts, rings in ((pa.array(["one text", "two"] * 20), True), (few, False), (pa.array(["alone"]), False)):
        report = dataclasses.replace(WHOLE, scores=measure_own("answer", texts))
        assert bool(report.repeating) == rings
        assert any("the alarm rings: the texts of answer" in said for said in remarks(report)) == rings
    (score, *_) = measure_own("answer", few)
    assert (score.value, score.n) == (0.25, 4)
    assert measure_own("answer", different)[1].interval[1] <= 1.0


def test_texts_stay_texts_and_the_same_report_has_the_same_bytes():
    nasty = "<script>alert(1)</script>"
    report = dataclasses.replace(
        WHOLE, stage=nasty, n_wanted=5, refused=(Refused(nasty, 2, {nasty: nasty}),), kept=({nasty: nasty},)
    )
    page = render_html(report)
    assert page == render_html(report)
    assert nasty not in page
    assert len(re.findall("<script>", page)) == 1
    assert nasty not in render_markdown(report)
    assert headline(report) == "3 of 5 rows kept; 2 left out, refused at every try"
