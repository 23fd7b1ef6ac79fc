"""The gain of an attack whose guesses are right or wrong: successes on members less successes on strangers.

The framing is Anonymeter's (Giomi, Boenisch, Wehmeyer, Tasnádi, PoPETs 2023): what a guess achieves on people that were not
learned from is knowledge about the population, and only what it achieves beyond that is a leak. A naive guess that ignores
the twin is shown beside it: an attack that is worse than that says nothing.
"""

from __future__ import annotations

from twinset.core.score import Score
from twinset.evaluation.arrays import Flags
from twinset.evaluation.attacks.intervals import newcombe


def gain(metric: str, subject: str | None, members: Flags, strangers: Flags, naive: float) -> Score:
    """The score of one attack; the arrays say which guesses were right, ``naive`` how often a guess without the twin is."""
    if not min(len(members), len(strangers)):
        return Score(metric, subject, None, "lower", baseline=0.0, reason="the twin gave nothing to guess from")
    on_members, on_strangers = float(members.mean()), float(strangers.mean())
    return Score(
        metric,
        subject,
        on_members - on_strangers,
        "lower",
        newcombe(int(members.sum()), len(members), int(strangers.sum()), len(strangers)),
        0.0,
        n=len(members) + len(strangers),
        reason="" if on_members > naive else "weak here: a guess that ignores the twin does as well",
        detail={"right about those learned from": on_members, "right about those never seen": on_strangers, "naive": naive},
    )
