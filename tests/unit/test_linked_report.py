"""The report of linked tables: a page for each table, whole in itself, safe whatever tables are called, and read back."""

from __future__ import annotations

import dataclasses
import itertools
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.linked_example import NAMES, NASTY, SECRET, linked_example
from tests.unit.test_report_html import Page

from twinset.errors import DataError
from twinset.evaluation.report.linked import load_linked, render_linked
from twinset.evaluation.report.linked.layout import BOX_HEIGHT, BOX_WIDTH, Edge, layout

REPORTS = {
    "failed": linked_example("fail"),
    "passed": linked_example("pass"),
    "unknown": linked_example("unknown"),
    "nasty": linked_example("fail", NASTY),
}


@pytest.fixture(params=REPORTS, name="files")
def _files(request: pytest.FixtureRequest) -> dict[str, str]:
    return render_linked(REPORTS[request.param])


def test_a_page_for_all_and_one_for_each_table_that_was_measured():
    files = render_linked(REPORTS["failed"])
    tables = ["tables/customers.html", "tables/orders.html", "tables/calls.html"]
    assert list(files) == ["report.html", "scores.json", "report.md", "junit.xml", *tables]
    assert 'href="../report.html"' in files["tables/orders.html"]
    assert sum(map(len, files.values())) < 2_000_000


def test_pages_are_well_formed_and_ask_for_nothing(files):
    for name, text in files.items():
        if name.endswith(".html"):
            page = Page(text)
            assert not [each for tag in ("img", "iframe", "object") for each in page.all(tag)]
            links = [each.get("href", "") for tag in ("a", "link") for each in page.all(tag)]
            assert all(link.startswith(("#", "data:", "tables/", "../report.html")) for link in links)
            assert "style=" not in re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.DOTALL)


def test_every_link_leads_to_a_file_or_a_place_on_the_page(files):
    page = Page(files["report.html"])
    places = {each["id"] for _, each in page.elements if "id" in each}
    for each in page.all("a"):
        link = each["href"]
        assert link[1:] in places if link.startswith("#") else unquote(link) in files


def test_ids_are_unique(files):
    ids = [each["id"] for _, each in Page(files["report.html"]).elements if "id" in each]
    assert len(ids) == len(set(ids))


def test_what_may_not_be_shown_is_in_no_file(files):
    assert not [name for name, text in files.items() if SECRET in text]


def test_the_same_report_gives_the_same_bytes():
    assert render_linked(linked_example()) == render_linked(linked_example())


def test_the_overview_says_what_failed_and_where():
    words = Page(render_linked(REPORTS["failed"])["report.html"]).words
    assert "Not fit to use: it does not look alike and it leaks" in words
    assert "Look first at the keys that sounded an alarm: orders.customer → customers." in words
    assert "Whole subjects of customers come back" in words
    assert "taken over as it is" in words
    assert "too small to be measured" in words
    assert "Primary keys that are not unique: orders.id" in words


def test_a_table_that_passes_in_a_database_that_does_not_is_not_called_published():
    report = linked_example("fail")
    passed = linked_example("pass").verdict.tables
    held = dataclasses.replace(report, verdict=dataclasses.replace(report.verdict, tables=passed))
    words = Page(render_linked(held)["tables/orders.html"]).words
    assert "Passes by itself" in words
    assert "Not published" in words
    assert "Fit to use" not in words


def test_scores_are_read_back():
    report = linked_example("fail", NASTY)
    files = render_linked(report)
    again = load_linked(files["scores.json"])
    assert again.verdict == report.verdict
    assert render_linked(again) == files


@pytest.mark.parametrize(
    ("text", "said"), [("", "isn't JSON"), ("{}", "linked tables"), ('{"format": "twinset.linked-scores"}', "version None")]
)
def test_what_is_no_scores_file_is_refused(text, said):
    with pytest.raises(DataError, match=said):
        load_linked(text)


def test_junit_has_a_case_for_all_and_for_each_table():
    suite = ElementTree.fromstring(render_linked(REPORTS["failed"])["junit.xml"])
    names = [case.get("name") for case in suite]
    assert names[:4] == ["all tables: alike", "all tables: useful", "all tables: leaked", "customers: alike"]
    assert names[-2:] == ["customers with all that is theirs: leaked", "published"]
    assert suite.get("tests") == str(len(names))
    assert suite.get("failures") == "10"


def test_markdown_holds_tables_and_keys(files):
    text = files["report.md"]
    for title in ("## Tables", "## Keys", "## Siblings that differ most", "## Usefulness across joins"):
        assert title in text
    assert "<script>" not in text
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) > 20


def overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < BOX_WIDTH and abs(one[1] - other[1]) < BOX_HEIGHT


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14))
def test_boxes_never_overlap_and_lines_end_at_their_tables(pairs):
    """Whatever points to whatever, circles and tables that point to themselves included."""
    names = [f"t{place}" for place in range(8)]
    edges = [Edge(names[child], names[parent]) for child, parent in pairs]
    placed = layout(names, edges)
    assert not [pair for pair in itertools.combinations(placed.boxes.values(), 2) if overlap(*pair)]
    for left, top in placed.boxes.values():
        assert left >= 0
        assert top >= 0
        assert left + BOX_WIDTH <= placed.width
        assert top + BOX_HEIGHT <= placed.height
    for edge, line in zip(edges, placed.lines, strict=True):
        for (x, y), name in ((line[0], edge.child), (line[-1], edge.parent)):
            left, top = placed.boxes[name]
            assert left <= x <= left + BOX_WIDTH
            assert top <= y <= top + BOX_HEIGHT


def test_parents_stand_above_their_children():
    placed = layout(NAMES, [Edge("orders", "customers"), Edge("calls", "customers"), Edge("customers", "regions")])
    height = {name: top for name, (_, top) in placed.boxes.items()}
    assert height["regions"] < height["customers"] < height["orders"] == height["calls"]


def test_a_long_line_passes_beside_the_boxes_between():
    edges = [Edge("c", "b"), Edge("b", "a"), Edge("c", "a")]
    placed = layout(["a", "b", "c"], edges)
    left, top = placed.boxes["b"]
    between = [x for x, y in placed.lines[2][1:-1] if top - 10 <= y <= top + BOX_HEIGHT + 10]
    assert between
    assert all(x < left or x > left + BOX_WIDTH for x in between)


def test_many_tables_of_one_layer_stand_in_several_rows_beside_their_siblings():
    names = ["a", *(f"b{number}" for number in range(6)), *(f"c{number:02}" for number in range(36))]
    edges = [Edge(f"b{number}", "a") for number in range(6)]
    edges += [Edge(f"c{number:02}", f"b{number % 6}") for number in range(36)]
    placed = layout(names, edges)
    assert placed.width < 2000
    assert not [pair for pair in itertools.combinations(placed.boxes.values(), 2) if overlap(*pair)]
    for parent in range(6):
        assert len({placed.boxes[f"c{number:02}"][1] for number in range(36) if number % 6 == parent}) == 1
