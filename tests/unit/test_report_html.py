"""The page: whole in itself, safe whatever the names are, the same bytes each time, and small enough for wide tables."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import re
import time
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.golden.report_example import HOSTILE, SECRET, example, html, overridden, unmeasured

from twinset.core.score import Score
from twinset.evaluation.report import Report, load_scores, render_json
from twinset.evaluation.report.columns import MOST_CHARTS
from twinset.evaluation.report.page import MOST_FIGURES

VOID = {"meta", "link", "input", "br"}
REPORTS = {
    "passed": example(),
    "failed": example("fail"),
    "unknown": example("unknown"),
    "overridden": overridden(),
    "unmeasured": unmeasured(),
    "hostile": example("fail", HOSTILE),
}


class Page(HTMLParser):
    """The elements of a page; fails on what is closed out of turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"{tag} has an attribute twice"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module", params=REPORTS)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(html(REPORTS[request.param]))


def test_nothing_comes_from_elsewhere(page: Page) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("img", "iframe", "object", "embed", "form", "base", "audio", "video")
        for name in ("src", "srcset", "action", "data", "poster", "background", "xlink:href"):
            assert name not in attributes
        if "href" in attributes:
            assert attributes["href"].startswith(("#", "data:image/svg+xml,"))


def test_nothing_runs_or_styles_but_its_own(page: Page) -> None:
    for _, attributes in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
    kinds = [attributes.get("type", "script") for attributes in page.all("script")]
    assert kinds in (["script"], ["script", "application/json"])
    assert len(page.all("style")) == 1


def test_links_and_labels_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for _, attributes in page.elements:
        targets = [attributes[name] for name in ("aria-controls", "aria-labelledby") if name in attributes]
        targets += [attributes["href"][1:]] if attributes.get("href", "").startswith("#") else []
        assert set(targets) <= set(ids)


def test_headings_descend_one_step_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert Counter(levels)[1] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_the_policy_names_the_style_and_the_script_by_hash() -> None:
    text = html(example())
    policy = next(each["content"] for each in Page(text).all("meta") if each.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"


def test_the_same_bytes_each_time_and_from_the_file() -> None:
    report = example("fail")
    assert html(report) == html(report)
    again = load_scores(render_json(report.evaluation, report.verdict, report.lineage))
    assert html(again) == html(report)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_wherever_it_stands(name: str) -> None:
    """The page has the elements that it has with a harmless name."""
    report = example("fail", ("age", name, "city"))
    lineage = dataclasses.replace(report.lineage, title=name, source=name, command=name, synthesizer=name, made=name)
    hostile = Page(html(dataclasses.replace(report, lineage=lineage)))
    harmless = Page(html(example("fail", ("age", "b" * len(name), "city"))))
    assert Counter(tag for tag, _ in hostile.elements) == Counter(tag for tag, _ in harmless.elements)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", hostile.words)


@settings(max_examples=25)
@given(st.lists(st.text(min_size=1), min_size=2, max_size=4, unique=True))
def test_any_names_make_a_page(names: list[str]) -> None:
    page = Page(html(example("fail", tuple(names))))
    assert len(page.all("script")) == 2


def test_what_is_private_is_not_shown(page: Page) -> None:
    assert SECRET not in page.words
    assert "privacy.rows" not in html(example())


def test_the_verdict_comes_first_in_words() -> None:
    words = Page(html(example())).words
    assert "Fit to use: alike, useful, and no leak was found" in words
    failed = Page(html(example("fail"))).words
    assert "Not fit to use: it leaks" in failed
    assert (
        failed.index("Not fit to use")
        < failed.index("What to do next")
        < failed.index("Is it alike?")
        < failed.index("Column by")
    )
    assert "do not share it" in failed
    assert "the first reason" in failed
    assert "Not proven: leaks could not be judged" in Page(html(example("unknown"))).words


def test_an_override_is_said_loudly() -> None:
    words = Page(html(overridden())).words
    assert "Published in spite of the verdict, by A. Reviewer" in words
    assert "a drill with made-up people" in words


def test_without_a_holdout_the_page_asks_for_one_once() -> None:
    words = Page(html(unmeasured())).words
    assert words.count("Set real rows aside before learning") == 1
    assert "Not measured" in words
    assert "there is no holdout" in words


def test_every_public_score_is_found() -> None:
    report = example()
    words = Page(html(report)).words
    for score in report.evaluation.scores:
        assert (score.metric in words) == score.is_public
    assert "Gap between groups" in words  # a metric that nobody explains, of a family that nobody knows


def test_a_column_called_table_is_not_taken_for_the_table() -> None:
    scores = [
        Score("fidelity.tvd", "table", 0.111, "lower"),
        Score("fidelity.tvd", "age", 0.222, "lower"),
        Score("fidelity.tvd", None, 0.333, "lower"),
    ]
    report = example("pass", ("age", "table"))
    evaluation = dataclasses.replace(report.evaluation, scores=tuple(scores))
    text = html(dataclasses.replace(report, evaluation=evaluation))
    columns = text[text.index('id="columns-table"') : text.index('id="pairs"')]
    assert "11.1%" in columns
    assert "22.2%" in columns
    assert "33.3%" not in columns
    assert "33.3%" in text[text.index("Mean over columns") : text.index('id="columns-table"')]


def test_cells_of_few_rows_are_said_to_be_hidden() -> None:
    text = html(example())
    assert "too few" in text
    assert 'class="hidden-bin"' in text


@pytest.mark.parametrize(("n_columns", "most"), [(15, 600_000), (200, 2_000_000), (2000, 3_500_000)])
def test_size_and_time_are_bounded(n_columns: int, most: int) -> None:
    report = example("fail", tuple(f"a column with a longer name {place}" for place in range(n_columns)))
    html(example())
    started = time.process_time()
    text = html(report)
    assert time.process_time() - started < (0.5 if n_columns == 15 else 2.0)
    assert len(text.encode()) < most


def test_what_a_wide_page_leaves_out_is_said() -> None:
    text = html(example("pass", tuple(f"column {place}" for place in range(200))))
    words = Page(text).words
    assert text.count('class="chart"') == MOST_CHARTS
    assert f"Charts are drawn for the {MOST_CHARTS} columns that differ most" in words
    assert f"The first {MOST_FIGURES} are here." in words
    assert "40 of 60 columns" in words
    assert all(f"column {place}" in words for place in range(200))


def test_the_worst_columns_come_first() -> None:
    text = html(example())
    names = re.findall(r'class="opener"[^>]*><bdi>(\w+)</bdi>', text)
    values = {score.subject: score.value for score in example().evaluation.scores if score.metric == "fidelity.tvd"}
    assert names == sorted(names, key=lambda name: -(values[name] or 0))


def test_reports_are_plain_values() -> None:
    assert isinstance(example(), Report)
    assert example() == example()
