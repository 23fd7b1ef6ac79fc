"""The verdict on linked tables as JUnit XML: a case for each question of all tables, then for each table's own."""

from __future__ import annotations

from twinset.evaluation.report.junit import suite_of
from twinset.evaluation.report.linked.page import LinkedPage


def linked_junit(page: LinkedPage) -> str:
    """One test suite."""
    verdict = page.report.verdict
    cases = [(f"all tables: {answer.question}", answer) for answer in verdict.whole.answers]
    cases += [(f"{name}: {answer.question}", answer) for name, own in verdict.tables.items() for answer in own.answers]
    cases += [(f"{name} with all that is theirs: leaked", answer) for name, answer in verdict.subjects.items()]
    return suite_of(verdict.whole, page.report.lineage.title, cases, [page.headline, *page.steps])
