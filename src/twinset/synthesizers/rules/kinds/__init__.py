"""The rules there are, by name. A module is imported when one of its rules is asked for, so that a run starts quickly."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.synthesizers.rules.rule import Rule

_HERE = "twinset.synthesizers.rules.kinds"
KINDS: dict[str, str] = {
    "address": f"{_HERE}.people:Address",
    "bank_account": f"{_HERE}.people:BankAccount",
    "beta": f"{_HERE}.numbers:Beta",
    "binomial": f"{_HERE}.counts:Binomial",
    "boolean": f"{_HERE}.counts:Boolean",
    "card": f"{_HERE}.people:Card",
    "category": f"{_HERE}.categories:Category",
    "code": f"{_HERE}.codes:Code",
    "company": f"{_HERE}.people:Company",
    "constant": f"{_HERE}.categories:Constant",
    "count_of": f"{_HERE}.aggregates:CountOf",
    "date": f"{_HERE}.dates:Date",
    "datetime": f"{_HERE}.dates:DateTime",
    "domain": f"{_HERE}.network:Domain",
    "exponential": f"{_HERE}.numbers:Exponential",
    "faker": f"{_HERE}.faker:FakerRule",
    "field": f"{_HERE}.paths:Field",
    "file": f"{_HERE}.files:File",
    "formula": f"{_HERE}.formula:Formula",
    "gamma": f"{_HERE}.numbers:Gamma",
    "geo": f"{_HERE}.places:Geo",
    "geometric": f"{_HERE}.counts:Geometric",
    "histogram": f"{_HERE}.numbers:Histogram",
    "household": f"{_HERE}.people:Household",
    "integer": f"{_HERE}.counts:Integer",
    "ipv4": f"{_HERE}.network:Ipv4",
    "ipv6": f"{_HERE}.network:Ipv6",
    "list": f"{_HERE}.nested:Many",
    "lognormal": f"{_HERE}.numbers:Lognormal",
    "lookup": f"{_HERE}.lookups:Lookup",
    "mac": f"{_HERE}.network:Mac",
    "max_of": f"{_HERE}.aggregates:MostOf",
    "min_of": f"{_HERE}.aggregates:LeastOf",
    "mixture": f"{_HERE}.numbers:Mixture",
    "money": f"{_HERE}.money:Money",
    "negative_binomial": f"{_HERE}.counts:Overdispersed",
    "next": f"{_HERE}.paths:Next",
    "normal": f"{_HERE}.numbers:Normal",
    "parent": f"{_HERE}.paths:Parent",
    "pareto": f"{_HERE}.numbers:Pareto",
    "pattern": f"{_HERE}.texts:Pattern",
    "person": f"{_HERE}.people:Person",
    "poisson": f"{_HERE}.counts:Poisson",
    "position": f"{_HERE}.paths:Position",
    "previous": f"{_HERE}.paths:Previous",
    "product": f"{_HERE}.people:Product",
    "reference": f"{_HERE}.references:Reference",
    "sequence": f"{_HERE}.sequences:Sequence",
    "snowflake": f"{_HERE}.identifiers:Snowflake",
    "struct": f"{_HERE}.nested:Struct",
    "sum_of": f"{_HERE}.aggregates:SumOf",
    "template": f"{_HERE}.texts:Template",
    "text": f"{_HERE}.words:Text",
    "triangular": f"{_HERE}.numbers:Triangular",
    "ulid": f"{_HERE}.identifiers:Ulid",
    "uniform": f"{_HERE}.numbers:Uniform",
    "url": f"{_HERE}.network:Url",
    "user_agent": f"{_HERE}.network:UserAgent",
    "uuid": f"{_HERE}.identifiers:Uuid",
    "vehicle": f"{_HERE}.people:Vehicle",
    "zipf": f"{_HERE}.counts:Zipf",
}
"""module:class of each rule."""

RECORDS: set[str] = {
    "address", "bank_account", "card", "company", "file", "geo", "household", "person", "product", "vehicle",
}  # fmt: skip
"""Rules that make records, whose fields a plan may name without a column of their own: ``person.name``."""


def kind(word: object) -> type[Any]:
    """The class of the rule of that name; PlanError names the nearest one."""
    if not isinstance(word, str) or word not in KINDS:
        raise PlanError(f"there is no rule {word!r:.60}{nearest(str(word), KINDS)}; known: {', '.join(sorted(KINDS))}")
    module, _, name = KINDS[word].partition(":")
    found: type[Any] = getattr(import_module(module), name)
    return found


def rule_from(data: object) -> Rule:
    """The rule that plain data describes: a mapping with the key ``rule``, the name of a rule without
    options, a path such as ``person.name``, or a number that every row has."""
    if isinstance(data, str) and "." in data.strip("."):
        of, _, field = data.partition(".")
        data = {"rule": "field", "of": of, "field": field}
    elif isinstance(data, str):
        data = {"rule": data}
    elif isinstance(data, int | float):
        data = {"rule": "constant", "value": data}
    if not isinstance(data, Mapping) or "rule" not in data:
        raise PlanError(
            "a column has a mapping with the key rule, the name of a rule, a path such as person.name, or a number, "
            f"not {data!r:.60}"
        )
    options = {str(name): value for name, value in data.items() if name != "rule"}
    made: Rule = kind(data["rule"]).from_data(options)
    return made
