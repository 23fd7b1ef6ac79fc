"""A comparison of two runs made ready to be read: as a page in the report's looks, as markdown, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass

from markupsafe import Markup

from twinset.core.score import Score
from twinset.evaluation.difference.values import Change, Difference, Figure, Move
from twinset.evaluation.difference.words import chance_of, conclusion, noise_in_words, verdict_in_words
from twinset.evaluation.report import figures
from twinset.evaluation.report.html import drawn
from twinset.evaluation.report.markdown import escaped, listed, section, table
from twinset.evaluation.report.scores import plain
from twinset.evaluation.report.strip import span
from twinset.evaluation.report.svg import drawing, element, number
from twinset.evaluation.report.words import Metric, describe

FORMAT, VERSION = "twinset.diff", 1
MOST_MOVES = 300
_WIDTH, _HEIGHT, _EDGE = 200.0, 26.0, 6.0


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move as it is shown."""

    move: Move
    metric: Metric
    picture: Markup

    @property
    def title(self) -> str:
        return self.metric.title

    @property
    def subject(self) -> str:
        return self.move.subject or ""

    @property
    def chance(self) -> str:
        return chance_of(self.move)

    @property
    def size(self) -> str:
        return figures.signed(self.move.size, self.metric.unit)

    def value(self, figure: Figure) -> str:
        return figures.figure(figure.value, self.metric.unit) if figure.value is not None else "not measured"

    def interval(self, figure: Figure) -> str:
        return figures.interval(figure.interval, self.metric.unit)

    def baseline(self, figure: Figure) -> str:
        return figures.figure(figure.baseline, self.metric.unit)


def views(moves: tuple[Move, ...]) -> tuple[MoveView, ...]:
    """Moves with their words and pictures."""
    return tuple(MoveView(move, describe(move.metric), _picture(move)) for move in moves)


def render_difference_html(found: Difference) -> str:
    """One self-contained page; the same input gives the same bytes."""
    beyond = tuple(move for move in found.moves if move.is_beyond)
    others = tuple(move for move in found.moves if not move.is_beyond)
    return drawn(
        "difference.html.j2",
        found=found,
        conclusion=conclusion(found),
        verdict=verdict_in_words(found),
        noise=noise_in_words(found),
        beyond=views(beyond),
        within=views(others[:MOST_MOVES]),
        n_within=len(others),
    )


def render_difference_json(found: Difference) -> str:
    """The whole comparison as JSON text that ends with a newline."""
    moves = [{**_object(move), "is_beyond_noise": move.is_beyond, "times_noise": move.times_noise} for move in found.moves]
    changes = [{**_object(change), "sentence": change.sentence} for change in found.changes]
    content = {
        "format": FORMAT, "version": VERSION, "conclusion": conclusion(found), **_object(found), "moves": moves,
        "changes": changes,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def render_difference_markdown(found: Difference) -> str:
    """A page of markdown that ends with a newline."""
    head = ("", "Before", "95% interval", "After", "95% interval", "Move", "")
    answers = ((f"{one.stage}: {one.question}", escaped(one.before), escaped(one.after)) for one in found.answers)
    return "\n\n".join(
        [
            f"# {escaped(found.before, 120)} against {escaped(found.after, 120)}",
            f"**{escaped(conclusion(found), 2000)}**",
            *listed("What changed", (_change(change) for change in found.changes)),
            *listed("What is not known", (escaped(text, 400) for text in found.unknown)),
            "## Verdict",
            table(("Question", "Before", "After"), answers),
            *section("Scores that moved", head, map(_line, views(found.moves))),
            escaped(noise_in_words(found), 2000),
        ]
    ) + "\n"  # fmt: skip


def _object(value: object) -> dict[str, object]:
    data = plain(value)
    assert isinstance(data, dict)
    return data


def _change(change: Change) -> str:
    return escaped(change.sentence, 400) + ("" if change.can_move else " (decides no score)")


def _line(view: MoveView) -> tuple[str, ...]:
    move = view.move
    subject = f": {escaped(view.subject)}" if view.subject else ""
    return (
        f"{escaped(view.title)}{subject}", view.value(move.before), view.interval(move.before), view.value(move.after),
        view.interval(move.after), view.size, f"{move.direction}, {view.chance}",
    )  # fmt: skip


def _picture(move: Move) -> Markup:
    """Before (grey) above, after (coloured) below, each with its interval, on one scale."""
    if move.before.value is None or move.after.value is None:
        return Markup("")
    metric = describe(move.metric)
    sides = [_score(move, figure) for figure in (move.before, move.after)]
    low = min(span(score, metric)[0] for score in sides)
    high = max(span(score, metric)[1] for score in sides)

    def at(value: float) -> float:
        return _EDGE + (_WIDTH - 2 * _EDGE) * (value - low) / (high - low)

    parts = [element("path", d=f"M{_EDGE:g} {_HEIGHT / 2:g}H{_WIDTH - _EDGE:g}", class_="track")]
    for score, y, bar, dot in zip(sides, (7.0, 19.0), ("base-band", "whisker"), ("was-dot", "dot"), strict=True):
        if score.interval is not None:
            left, right = map(at, score.interval)
            parts.append(element("rect", x=left, y=y - 2.5, width=max(right - left, 2.0), height=5.0, rx=2.5, class_=bar))
        parts.append(element("circle", cx=at(score.value or 0.0), cy=y, r=4.0, class_=dot))
    line = f"M{number(at(move.before.value))} 7L{number(at(move.after.value))} 19"
    return drawing(_WIDTH, _HEIGHT, parts[0], element("path", d=line, class_="moved"), *parts[1:], class_="strip")


def _score(move: Move, figure: Figure) -> Score:
    return Score(move.metric, move.subject, figure.value, move.better, figure.interval)
