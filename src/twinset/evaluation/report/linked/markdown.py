"""The overview of linked tables in markdown: the verdict, the tables, the keys, and the attacks on whole subjects."""

from __future__ import annotations

from twinset.core.verdict import Answer
from twinset.evaluation.report.figures import count
from twinset.evaluation.report.linked.keys import KeyView
from twinset.evaluation.report.linked.page import LikenessView, LinkedPage, SubjectView, TableView
from twinset.evaluation.report.markdown import escaped, listed, marked, score_cells, section, table

_TABLES = ("Table", "Rows", "Whose", "Alike", "Useful", "Leaked", "With its relatives")
_SIBLINGS = ("Column", "Real", "Synthetic", "Gap", "Real against real")
_KEYS = ("Key", "Orphans", "Missing", "Rows per parent off by", "Real against real", "")


def linked_markdown(page: LinkedPage) -> str:
    """A page of markdown that ends with a newline."""
    lineage, verdict = page.report.lineage, page.report.verdict
    head = ("", "Synthetic", "95% interval", "Real against real")
    attacked = ("", "Found", "95% interval", "By chance", "With a leak planted")
    made = count(lineage.rows.get("synthetic", 0), "row")
    learned = count(lineage.rows.get("train", 0), "real row")
    lede = (
        f"Synthetic data: {made} in {count(len(page.tables), 'table')} made by {escaped(lineage.synthesizer)} "
        f"(seed {lineage.seed}), after {learned} of {escaped(lineage.source, 120)}."
    )
    return "\n\n".join(
        [
            f"# {escaped(lineage.title, 120)}",
            f"**{escaped(page.headline, 200)}**",
            lede,
            table(("Question", "Answer", "Figure", "Why"), map(_answer, verdict.whole.answers)),
            *listed("What to do next", (escaped(step, 400) for step in page.steps)),
            *section("Tables", _TABLES, map(_table, page.tables)),
            *section("Keys", _KEYS, map(_key, page.keys)),
            *section("Siblings that differ most", _SIBLINGS, map(_sibling, page.likeness)),
            *section("Usefulness across joins", head, map(score_cells, page.utility)),
            *(part for view in page.subjects for part in section(_title(view), attacked, _lines(view))),
        ]
    ) + "\n"  # fmt: skip


def _answer(answer: Answer) -> tuple[str, ...]:
    reasons = "; ".join(escaped(reason, 300) for reason in answer.reasons[:5])
    return answer.question, marked(answer.outcome), escaped(answer.figure, 200), reasons


def _table(view: TableView) -> tuple[str, ...]:
    part = view.part
    whose = "a list" if part.is_reference else "their own" if part.root == part.name else escaped(part.root, 40)
    rows = f"{part.rows.get('train', 0):,} → {part.rows.get('synthetic', 0):,}"
    answers = [marked(answer.outcome) for answer in view.answers] or ["as it is", "", ""]
    joined = view.joined.value if view.joined and view.joined.score.value is not None else ""
    return escaped(part.name, 40), rows, whose, *answers, joined


def _key(view: KeyView) -> tuple[str, ...]:
    degree = (view.degree.value, view.degree.baseline) if view.degree else ("", "")
    arrow = [f"{real} → {made}" for real, made in (view.orphans, view.missing)]
    return escaped(view.key.label, 80), *arrow, *degree, "owns" if view.key.owns else ""


def _sibling(view: LikenessView) -> tuple[str, ...]:
    return escaped(str(view.row.subject), 80), view.real, view.synthetic, view.row.value, view.row.baseline


def _title(view: SubjectView) -> str:
    return f"Attacks on {escaped(view.table, 40)} with all that is theirs"


def _lines(view: SubjectView) -> list[tuple[str, ...]]:
    return [(*score_cells(row), str(row.detail.control or "")) for story in view.stories for _, row in story.lines]
