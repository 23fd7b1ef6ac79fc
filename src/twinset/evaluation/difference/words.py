"""What two runs come to, in plain words: what moved the scores, where that can be said."""

from __future__ import annotations

from twinset.evaluation.difference.values import Difference, Move

ONE_AT_A_TIME = "change one thing at a time to tell them apart"


def conclusion(found: Difference) -> str:
    """One or two sentences: what changed, and what that says about the scores that moved."""
    causes, moved = found.causes, f"{len(found.moves):,} of {found.n_compared:,} scores moved, {len(found.beyond):,} beyond"
    moved += " the noise"
    if not found.moves:
        return f"No score moved: all {found.n_compared:,} are the same. {_changed(found)}"
    if not causes:
        return f"{_changed(found)} {moved}. {_unexplained(found)}"
    if len(causes) > 1:
        return f"{len(causes)} things changed at once, and {moved}: what moved which cannot be told apart; {ONE_AT_A_TIME}."
    if found.unknown:
        return (
            f"One thing is known to have changed ({causes[0].sentence}), and {moved}. Whether it alone moved them can't be "
            f"said: {'; '.join(found.unknown)}."
        )
    if causes[0].kind == "seed":
        return f"Only the seed changed, and {moved}: that is what another draw of the same makes of them."
    return f"One thing changed, so it is what moved the scores: {causes[0].sentence}. {moved[0].upper()}{moved[1:]}."


def noise_in_words(found: Difference) -> str:
    """How the noise was reckoned, for those who read the table."""
    return (
        "Noise: the 95% intervals of both figures in quadrature, "
        f"widened {found.wider:.2f} times so that {found.n_compared:,} figures hold together in 95 of 100 comparisons. "
        "It does not hold what another seed of the same synthesizer would give: compare two runs that differ in nothing but "
        "the seed to see that."
    )


def _changed(found: Difference) -> str:
    if found.causes:
        return f"What changed: {'; '.join(change.sentence for change in found.causes)}."
    unsaid = f" Not known: {'; '.join(found.unknown)}." if found.unknown else ""
    return f"Nothing that decides scores is known to have changed.{unsaid}"


def _unexplained(found: Difference) -> str:
    if found.unknown:
        return "What moved them is among what is not known."
    return "Two such runs should be the same: check both folders with twinset verify."


def verdict_in_words(found: Difference) -> str:
    """Which answers are others now."""
    changed = [f"{one.question} was {one.before} and is {one.after}" for one in found.answers if one.is_change]
    return f"The verdict changed: {'; '.join(changed)}." if changed else "The verdict is the same."


def chance_of(move: Move) -> str:
    """Whether the move is beyond the noise, in two words and a figure."""
    if move.is_mixed:
        return "a mean over others than before"
    if move.is_beyond is None:
        return "not measured twice" if move.size is None else "no interval"
    if move.times_noise is None:
        return "beyond the noise"
    return f"{'beyond' if move.is_beyond else 'within'} the noise ({move.times_noise:.1f} times)"
