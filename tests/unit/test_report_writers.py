"""The report as markdown and as JUnit XML: golden files, and names that try to break out."""

from __future__ import annotations

import dataclasses
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.golden.report_example import FILES, FOLDER, HOSTILE, example

from twinset.evaluation.report import render_junit, render_markdown
from twinset.evaluation.report.markdown import escaped


@pytest.mark.parametrize("name", FILES)
def test_golden(name: str) -> None:
    """Regenerate with: python -m tests.golden.report_example"""
    report = example("fail")
    made = FILES[name](report.evaluation, report.verdict, report.lineage)
    assert made == (FOLDER / name).read_text(encoding="utf-8")


@given(st.text(min_size=1))
def test_escaped_markdown_stays_text_on_one_line(text: str) -> None:
    written = escaped(text, 200)
    assert len(written.splitlines()) == 1
    plain = re.sub(r"\\(.)", r"", written)
    assert not set("`*_[]<>|~$&#@\\") & set(plain)


def test_markdown_tables_keep_their_shape_with_hostile_names() -> None:
    report = example("fail", HOSTILE)
    text = render_markdown(report.evaluation, report.verdict, report.lineage)
    tables = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    assert len(tables) == 5
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.strip().splitlines()}
        assert len(widths) == 1
    assert "<script" not in re.sub(r"\\<", "", text)


@pytest.mark.parametrize(("outcome", "tag"), [("pass", None), ("fail", "failure"), ("unknown", "error")])
def test_junit_cases_follow_the_answers(outcome: str, tag: str | None) -> None:
    report = example(outcome)  # type: ignore[arg-type]
    suite = ElementTree.fromstring(render_junit(report.evaluation, report.verdict, report.lineage).encode())
    cases = {case.get("name"): {child.tag for child in case} - {"system-out"} for case in suite}
    assert cases["alike"] == cases["useful"] == set()
    assert cases["leaked"] == ({tag} if tag else set())
    assert cases["published"] == (set() if outcome == "pass" else {"failure"})
    assert suite.get("tests") == "4"
    assert int(suite.get("failures", 0)) + int(suite.get("errors", 0)) == (0 if outcome == "pass" else 2)


def test_junit_skips_what_is_unknown_and_published() -> None:
    report = example("unknown")
    published = dataclasses.replace(report.verdict, is_published=True)
    suite = ElementTree.fromstring(render_junit(report.evaluation, published, report.lineage).encode())
    assert suite.get("skipped") == "1"
    assert suite.get("failures") == suite.get("errors") == "0"


@pytest.mark.parametrize("name", HOSTILE)
def test_junit_is_xml_whatever_the_names(name: str) -> None:
    report = example("fail")
    lineage = dataclasses.replace(report.lineage, title=name)
    ElementTree.fromstring(render_junit(report.evaluation, report.verdict, lineage).encode())
