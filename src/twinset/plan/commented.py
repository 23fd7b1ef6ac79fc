"""A plan of tables by rules as YAML that explains itself: remarks at its head, a reason beside each column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from twinset.errors import InternalError
from twinset.plan.model import Plan
from twinset.plan.yaml import parse

_WIDTH = 122


@dataclass(frozen=True, slots=True)
class Commented:
    """One table: the fields of :class:`~twinset.plan.TableSpec` as plain data, and why each column is made as it is."""

    data: Mapping[str, Any]
    reasons: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def written(stage: str, tables: Mapping[str, Commented], *, head: Iterable[str], seed: int = 0) -> str:
    """The YAML text of a plan with one stage of tables by rules, which reads back as just that plan."""
    lines = [*_remarks(head), "twinset: 1", f"seed: {seed}", "stages:", f"  {_key(stage)}:", "    synthesizer: rules"]
    lines.append("    tables:")
    for name, table in tables.items():
        lines += _table(name, table)
    text = "\n".join(lines) + "\n"
    specs = {name: dict(table.data) for name, table in tables.items()}
    meant = Plan.model_validate({"seed": seed, "stages": {stage: {"synthesizer": "rules", "tables": specs}}})
    if parse(text, name="the plan") != meant:
        raise InternalError("the plan does not read back as it was meant")
    return text


def _remarks(head: Iterable[str]) -> Iterator[str]:
    for remark in head:
        words, line = plain(remark).split(), "#"
        for word in words:
            if len(line) + len(word) > _WIDTH and line != "#":
                yield line
                line = "#  "
            line += f" {word}"
        yield line


def _table(name: str, table: Commented) -> Iterator[str]:
    yield f"      {_key(name)}:{_comment(table.reason)}"
    for field_, value in table.data.items():
        if field_ == "columns":
            yield "        columns:"
            for column, rule in value.items():
                yield f"          {_key(column)}: {_flow(rule)}{_comment(table.reasons.get(column, ''))}"
        elif field_ in ("constraints", "correlate") and isinstance(value, list | tuple):
            yield f"        {field_}:"
            yield from (f"          - {_flow(one)}" for one in value)
        else:
            yield f"        {field_}: {_flow(value)}"


class _Dumper(yaml.SafeDumper):
    """YAML's safe subset, in which texts that hold line breaks and the like stay on one line, in double quotes."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = None if value.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _flow(value: Any) -> str:
    """A value on one line."""
    options: dict[str, Any] = {"default_flow_style": True, "sort_keys": False, "allow_unicode": True, "width": 10**9}
    text: str = yaml.dump(value, Dumper=_Dumper, **options)
    return text.removesuffix("\n").removesuffix("...").strip()


def _key(name: str) -> str:
    """A name before a colon: in quotes, unless it is a plain word."""
    is_plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_ ]*[A-Za-z0-9_]", name) and yaml.safe_load(name) == name
    if is_plain:
        return name
    quoted: str = yaml.safe_dump(name, default_style='"', allow_unicode=True, width=10**9)
    return quoted.strip()


def _comment(reason: str) -> str:
    return f"  # {plain(reason)}" if reason else ""


def plain(text: str) -> str:
    """A text on one line, without what YAML does not let stand in a comment."""
    return "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
