"""The draft of a plan: a table of rules for each described table, and what could not be honoured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from twinset.contracts.described import Column, Described, Reference, Table
from twinset.contracts.draft.columns import Rule, unique_rule, usual_rule, usually
from twinset.contracts.draft.hints import hint
from twinset.contracts.draft.keys import Ways, covered, promised, ways
from twinset.contracts.draft.order import follow
from twinset.core.expression import columns_of, quoted
from twinset.plan.commented import Commented

ROWS = 100
"""Of a table that refers to none; of others three and ten times as many."""
_ROW = "_row"
COMPARED = 1_000
"""The largest number of a unique column that is held against others."""
_SHARE_MISSING = 0.1
_SURE = 100
"""Letters that no field of a record is longer than; shorter columns get a constraint."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """Tables as a plan says them, and what of the contract could not be honoured."""

    tables: Mapping[str, Commented]
    remarks: list[str]


def drafted(described: Described, *, has_people: bool) -> Drafted:
    """The draft; ``has_people``: whether there is a provider of people and companies."""
    kept = ways(described.tables)
    remarks = list(described.remarks)
    names = _names(described.tables, remarks)
    drafts = {name: Draft(table, kept[name], described.tables, has_people) for name, table in described.tables.items()}
    for draft in drafts.values():
        draft.fill(drafts, names)
        remarks += draft.remarks
    return Drafted(
        {names[name]: draft.commented(names, drafts) for name, draft in drafts.items()}, list(dict.fromkeys(remarks))
    )


def _names(tables: Mapping[str, Table], remarks: list[str]) -> dict[str, str]:
    """The names of tables as a plan can write them."""
    found: dict[str, str] = {}
    for name in tables:
        word = re.sub(r"[^A-Za-z0-9_]+", "_", name).lstrip("_0123456789")[:60] or "table"
        while word in found.values():
            word = f"{word[:57]}_{len(found)}"
        found[name] = word
        if word != name:
            remarks.append(f"{name}: a table of that name can't be in a plan; it is called {word}, also in the files")
    return found


@dataclass(slots=True)
class Draft:
    """One table while its rules are found."""

    table: Table
    ways: Ways
    tables: Mapping[str, Table]
    has_people: bool
    rules: dict[str, Rule] = field(default_factory=dict)
    hidden: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    constraints: list[dict[str, Any]] = field(default_factory=list)
    room: int | None = None
    needs_row: bool = False

    def fill(self, drafts: Mapping[str, Draft], names: Mapping[str, str]) -> None:
        """Find the rule of every column: references first, then what is unique, then all others."""
        self.constraints = list(self.table.constraints)
        for one in self.table.references:
            self._refer(one, drafts, names)
        for name in self.ways.unique:
            column = self.table.columns[name]
            made = unique_rule(column, is_key=self.table.key == (name,), most=COMPARED if self._is_compared(name) else None)
            assert made is not None
            self._tell_apart(name, *made)
        for name in self.ways.position:
            self.rules[name], self.reasons[name] = {"rule": "position"}, "counts the rows of each parent"
        for some in self.ways.failed:
            self.remarks.append(
                f"{self.table.name}: UNIQUE ({', '.join(some)}): rows may repeat, for no rule can prevent it"
            )
        for column in self.table.columns.values():
            if column.name not in self.rules:
                self._usual(column)
        for constraint in self.table.constraints:
            follow(constraint, self.table, self.rules)

    def _is_compared(self, name: str) -> bool:
        """Whether a check holds a column against another one, which must be within its reach."""
        said = [str(one.get("expression", "")) for one in self.table.constraints]
        return any(name in names and len(names) > 1 for names in map(columns_of, filter(None, said)))

    def _refer(self, one: Reference, drafts: Mapping[str, Draft], names: Mapping[str, str]) -> None:
        taken = [name for name in one.columns if name in self.rules]
        if taken:
            if not covered(one, self.table.references, self.tables):
                self.remarks.append(
                    f"{self.table.name}: FOREIGN KEY ({', '.join(one.columns)}) to {one.table}: {', '.join(taken)} follows "
                    "another reference already"
                )
            return
        if any(covered(one, [other], self.tables) for other in self.table.references):
            return
        if one == self.ways.per:
            for name, there in zip(one.columns, one.references, strict=True):
                self._said(name, {"rule": "parent", "column": there}, f"to {one.table}")
            return
        options = {"distinct": True} if one in self.ways.distinct else {}
        missing = _SHARE_MISSING if any(self.table.columns[name].nullable for name in one.columns) else 0
        target = drafts[one.table]
        if len(one.columns) == 1 and target.is_addressable(one.references[0]):
            rule: dict[str, Any] = {"rule": "reference", "table": names[one.table], "column": one.references[0], **options}
            self._said(one.columns[0], rule | ({"missing": missing} if missing else {}), f"to {one.table}")
            return
        target.needs_row = True
        via = self._fresh(f"_{names[one.table]}")
        row = drafts[one.table].row_name
        self.hidden[via] = {"rule": "reference", "table": names[one.table], "column": row, **options, "hidden": True}
        if missing:
            self.hidden[via]["missing"] = missing
        for name, there in zip(one.columns, one.references, strict=True):
            self._said(
                name, {"rule": "field", "of": via, "field": there}, f"to {one.table}, with the other columns of its key"
            )

    @property
    def row_name(self) -> str:
        """A hidden number of the row, for others to refer to."""
        return _ROW if _ROW not in self.table.columns else "_row_number"

    def is_addressable(self, name: str) -> bool:
        """Whether others can refer to a column by the number of its row."""
        return name in self.ways.unique and not any(name in one.columns for one in self.table.references)

    def _fresh(self, name: str) -> str:
        while name in self.table.columns or name in self.hidden:
            name += "_"
        return name

    def _said(self, name: str, rule: Rule, reason: str) -> None:
        self.rules[name], self.reasons[name] = rule, reason

    def _tell_apart(self, name: str, rule: Rule, room: int | None) -> None:
        """A unique column; e-mails are told apart by people's provider."""
        column = self.table.columns[name]
        found = hint(column, self.table, has_people=self.has_people) if column.kind == "text" else None
        is_key = name in self.table.key or any(
            name in one.references for other in self.tables.values() for one in other.references
        )
        if found is not None and str(found.rule).endswith(".email") and found.record.endswith(":person") and not is_key:
            self._hinted(column, found)
            self.hidden[str(self.rules[name]).partition(".")[0]]["unique_emails"] = True
            return
        reason = "unique"
        if found is not None and isinstance(found.rule, dict) and found.rule["rule"] == "code" and not column.limits.regex:
            rule, room, reason = {**found.rule, "unique": True}, None, f"unique, {found.reason}"
        if column.nullable and isinstance(rule, dict):
            rule = {**rule, "missing": _SHARE_MISSING}
        self._said(name, rule, reason)
        self.room = room if self.room is None else min(self.room, room or self.room)

    def _usual(self, column: Column) -> None:
        is_made = column.formula is not None or column.template is not None or column.limits.values is not None
        found = None if is_made or column.limits.regex else hint(column, self.table, has_people=self.has_people)
        if found is not None and (column.default is None or found.record or column.kind in ("integer", "decimal", "real")):
            self._hinted(column, found)
        else:
            rule, remark = usual_rule(column)
            self._said(column.name, self._often(rule, column), remark)

    def _often(self, rule: Rule, column: Column) -> Rule:
        """The rule, now and then missing where the column may be."""
        is_made = column.formula is not None or column.template is not None
        if not column.nullable or is_made or not isinstance(rule, dict):
            return rule
        rare = re.search(r"delet|cancel|clos|middle_name|archiv", column.name.lower())
        return {**rule, "missing": 0.9 if rare else _SHARE_MISSING}

    def _hinted(self, column: Column, found: Any) -> None:
        rule: Rule = found.rule
        if found.record and isinstance(rule, str):
            wanted, _, word = found.record.partition(":")
            record = self._record(wanted, word or wanted)
            inner = rule.rpartition(".")[2]
            rule = f"{record}.{inner}"
            if column.nullable and re.search(r"fax|phone|mobile", column.name.lower()):
                rule = {"rule": "field", "of": record, "field": inner, "missing": _SHARE_MISSING}
            if column.limits.longest is not None and column.limits.longest < _SURE and column.kind == "text":
                self._not_longer(column)
        elif isinstance(rule, dict):
            rule = self._often(usually(rule, column), column)
        self._said(column.name, rule, found.reason)

    def _record(self, wanted: str, word: str) -> str:
        """The hidden column of a record, whose name is no other column's."""
        name = wanted
        while name in self.table.columns:
            name = f"_{name}"
        self.hidden.setdefault(name, {"rule": word, "hidden": True})
        return name

    def _not_longer(self, column: Column) -> None:
        made = f"length({quoted(column.name)}) <= {column.limits.longest}"
        if not any(one.get("expression") in (made, f"({made})") for one in self.constraints):
            self.constraints.append({"kind": "condition", "expression": made, "reason": column.said})

    def commented(self, names: Mapping[str, str], drafts: Mapping[str, Draft]) -> Commented:
        """The table as a plan says it."""
        data: dict[str, Any] = {}
        per = self.ways.per
        if per is not None:
            data["per"] = {"table": names[per.table], "degree": 1 if self.ways.is_single else self._degree(drafts)}
        else:
            n_rows = ROWS * min(10, 3 ** self._depth())
            data["rows"] = n_rows if self.room is None else min(n_rows, self.room)
        if key := promised(self.table, self.ways, self.rules):
            data["key"] = list(key) if len(key) > 1 else key[0]
        row = {self.row_name: {"rule": "sequence", "hidden": True}} if self.needs_row else {}
        data["columns"] = {**row, **self.hidden, **{name: self.rules[name] for name in self.table.columns}}
        if self.constraints:
            data["constraints"] = self.constraints
        return Commented(data, {name: "; ".join(self._reason(name)) for name in self.table.columns})

    def _reason(self, name: str) -> Iterator[str]:
        column = self.table.columns[name]
        yield column.said + ("" if column.nullable else " NOT NULL") + (" PRIMARY KEY" if name in self.table.key else "")
        if self.reasons.get(name):
            yield self.reasons[name]

    def _depth(self) -> int:
        """0 for a table that refers to no other one, 1 for one that refers to such tables, else 2."""
        others = [one.table for one in self.table.references if one.table != self.table.name]
        is_deep = any(one.table not in (self.table.name, other) for other in others for one in self.tables[other].references)
        return 0 if not others else 2 if is_deep else 1

    def _degree(self, drafts: Mapping[str, Draft]) -> dict[str, Any]:
        """How many rows belong to one of the parent: no more than there are different ones to point to."""
        rooms = [drafts[one.table].room or ROWS for one in self.ways.distinct]
        if not rooms or min(rooms) >= ROWS // 2:
            return {"rule": "poisson", "mean": 3, **({"high": 20} if rooms else {})}
        return {"rule": "integer", "low": 0, "high": min(3, *rooms)}
