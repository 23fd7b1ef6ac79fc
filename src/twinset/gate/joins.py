"""The bars for what ties tables together: keys, degrees, siblings, joined rows, whole subjects.

They are parts of the three questions as any other rule. One rule judges a table with its relatives as a whole; the others
sound an alarm about one key or one column.
"""

from __future__ import annotations

from twinset.gate.rules import Rule

_TIE = "rows that are right one by one and tied wrongly are what every join of them shows"

ALIKE = (
    Rule(
        "relational.c2st",
        standard=0.35,
        strict=0.15,
        says="with its relatives beside it a classifier tells it from unseen rows with AUC {value} "
        "(real against real {baseline})",
        why="keys drawn at random reach 1.0, as do the libraries that learn tables one by one; fresh subjects .5",
    ),
)

ALARMS = (
    Rule(
        "relational.orphans",
        standard=0.02,
        strict=0.005,
        says="{value} of the keys {subject} find no row (real {baseline})",
        why="a database refuses the rows; where real keys have orphans, as many are no fault",
        percent=True,
    ),
    Rule(
        "relational.missing",
        standard=0.05,
        strict=0.02,
        says="the key {subject} is missing in {value} more or fewer rows than it should be (real against real {baseline})",
        why="one row in twenty with a tie more or less",
        percent=True,
    ),
    Rule(
        "relational.repeated",
        standard=0.0,
        strict=0.0,
        says="{value} of the rows share their primary key {subject} with another row or lack it (real {baseline})",
        why="a primary key is unique, or it is none",
        percent=True,
    ),
    Rule(
        "relational.degree",
        standard=0.15,
        strict=0.07,
        says="rows per parent by {subject} are off by {value} (largest gap; real against real {baseline})",
        why="one parent in seven with another number of rows; keys drawn at random are off by .5 and more",
    ),
    Rule(
        "relational.used",
        standard=0.10,
        strict=0.05,
        says="{value} more or fewer of the parents of {subject} have rows than should (real against real {baseline})",
        why="keys drawn at random use all parents where a third of the real ones is used",
        percent=True,
    ),
    Rule(
        "relational.spread",
        standard=0.20,
        strict=0.10,
        says="how many others the rows of one owner point to, by {subject}, is off by {value} "
        "(largest gap; real against real {baseline})",
        why="second keys that are drawn without their owner point everywhere: off by .8 and more",
    ),
    Rule(
        "relational.joint",
        standard=0.20,
        strict=0.10,
        says="{value} of the owners have other numbers of {subject} together than they should "
        "(real against real {baseline})",
        why="counts that are right one by one and drawn apart are off by .2 to .5 where they hang together",
        percent=True,
    ),
    Rule(
        "relational.siblings",
        standard=0.20,
        strict=0.10,
        says="how alike rows of one owner are in {subject} is off by {value} (intraclass correlation; real against real "
        "{baseline})",
        why=_TIE,
    ),
    Rule(
        "relational.purity",
        standard=0.15,
        strict=0.07,
        says="{value} more or fewer of the rows of one owner share their commonest {subject} than should "
        "(real against real {baseline})",
        why=_TIE,
        percent=True,
    ),
    Rule(
        "relational.association",
        standard=0.40,
        strict=0.20,
        says="{value} of what the parent's columns say of a row by {subject} is kept (real against real {baseline})",
        why="keys drawn at random keep nothing, libraries that learn tables one by one a tenth at most, fresh subjects .9",
        percent=True,
    ),
)

USEFUL = (
    Rule(
        "utility.join_gap",
        standard=0.15,
        strict=0.05,
        says="a model of {subject} trained on it loses {worse} on unseen rows against one trained on real rows",
        why="what relatives say is less than what a row says itself, and is learned with more noise",
    ),
)

LEAKED = (
    Rule(
        "privacy.reunion",
        standard=0.002,
        strict=0.001,
        says="{value} more of the subjects learned from than of unseen ones come back with half of their own rows together",
        why="one subject in five hundred who comes back with all that is theirs is one too many",
        percent=True,
    ),
)
