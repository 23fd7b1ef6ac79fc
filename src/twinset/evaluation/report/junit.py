"""The verdict as JUnit XML, so that a build server shows each answer beside its tests.

A failed answer is a failure. An unknown one is an error where the data was held back for it, else skipped: build servers
have no third outcome, and "not known" must not look like "passed".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from twinset.core.verdict import Answer, Verdict
from twinset.evaluation.report.advice import headline, next_steps
from twinset.evaluation.report.lineage import Lineage, Report
from twinset.evaluation.report.scores import public
from twinset.evaluation.result import Evaluation

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(evaluation: Evaluation, verdict: Verdict, lineage: Lineage) -> str:
    """One test suite: a case for each answer, and one for publishing."""
    advice = [headline(verdict), *next_steps(Report(public(evaluation), verdict, lineage))]
    return suite_of(verdict, lineage.title, [(answer.question, answer) for answer in verdict.answers], advice)


def suite_of(verdict: Verdict, title: str, answers: Iterable[tuple[str, Answer]], advice: Iterable[str]) -> str:
    """A suite with a case for each answer by its name, and one that says what to do."""
    suite = ElementTree.Element("testsuite", name=_text(f"twinset gate ({verdict.profile})"))
    for name, answer in answers:
        _outcome(_case(suite, name, title), answer.outcome, _figures(answer), verdict.is_published)
    published = "pass" if verdict.is_published else "fail"
    _outcome(_case(suite, "published", title), published, "\n".join(advice), verdict.is_published)
    for tag in ("failure", "error", "skipped"):
        suite.set({"failure": "failures", "error": "errors"}.get(tag, tag), str(len(suite.findall(f"*/{tag}"))))
    suite.set("tests", str(len(suite)))
    ElementTree.indent(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suite, encoding="unicode")}\n'


def _case(suite: ElementTree.Element, name: str, title: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=_text(f"twinset.{title}"), name=_text(name))


def _outcome(case: ElementTree.Element, outcome: str, said: str, is_published: bool) -> None:
    """Hang a failure, an error or a skip below the case; a pass keeps its figures as output."""
    unknown = "skipped" if is_published else "error"
    tag = {"pass": "system-out", "fail": "failure", "unknown": unknown}[outcome]
    mark = ElementTree.SubElement(case, tag)
    if tag != "system-out":
        mark.set("message", _text(said.partition("\n")[0]))
    mark.text = _text(said)


def _figures(answer: Answer) -> str:
    return "\n".join([f"{answer.question}: {answer.outcome} {answer.figure}".strip(), *answer.reasons])


def _text(text: str) -> str:
    """Text without the characters that XML 1.0 can't hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
