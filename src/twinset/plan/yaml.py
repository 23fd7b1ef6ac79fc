"""Plans as YAML: safe tags only, no aliases (they can be made to swell without bound), no key twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from twinset.core.registry import nearest
from twinset.errors import PlanError
from twinset.plan.model import Evaluating, GivenSpec, Plan, Stage
from twinset.plan.rules import CorrelateSpec, EdgeSpec, PerSpec, TableSpec
from twinset.plan.text import BudgetSpec, ChunkSpec, ModelSpec, OverSpec, PriceSpec, TextSpec

LARGEST_PLAN = 16 * 2**20
DEEPEST = 40


class _Loader(yaml.SafeLoader):
    """YAML's safe subset, without aliases, deep nesting and repeated keys; dates stay text."""

    depth = 0
    yaml_implicit_resolvers = {  # noqa: RUF012  as the base class has it
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise PlanError(f"line {mark.line + 1}: anchors and aliases are not allowed; write the value out")
        self.depth += 1
        if self.depth > DEEPEST:
            raise PlanError(f"it is nested too deep: at most {DEEPEST} levels")
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            word = f"{key.tag} {key.value}"
            if word in seen:
                raise PlanError(f"line {key.start_mark.line + 1}: {key.value!r} stands twice")
            seen.add(word)
        return super().construct_mapping(node, deep=deep)


def parse(text: str, *, name: str = "plan") -> Plan:
    """The plan that a YAML text says; PlanError names the place and the nearest known word."""
    return from_data(plain_yaml(text, name=name), name=name)


def from_data(data: Any, *, name: str = "plan") -> Plan:
    """The plan that plain data says."""
    if not isinstance(data, dict):
        raise PlanError(f"{name}: a plan is a mapping with the keys {', '.join(Plan.model_fields)}")
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        raise PlanError(f"{name}: " + "; ".join(_sentence(fault) for fault in error.errors()[:5])) from None


def plain_yaml(text: str, *, name: str, what: str = "plan") -> Any:
    """What a YAML (or JSON) text holds, as plain data; PlanError for what is not safe to read or no YAML at all."""
    if len(text) > LARGEST_PLAN:
        raise PlanError(f"{name}: a {what} has at most {LARGEST_PLAN >> 20} MiB")
    try:
        return _Loader(text).get_single_data()
    except PlanError as error:
        raise PlanError(f"{name}: {error}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PlanError(f"{name} is not valid YAML: {error}") from error


def load(path: Path) -> Plan:
    """The plan in a file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PlanError(f"there is no plan {str(path)!r}; `twinset init SOURCE -o {path.name}` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"can't read the plan {str(path)!r}: {error}") from error
    return parse(text, name=str(path))


def dump(plan: Plan) -> str:
    """YAML with the fields in the order of the model, without what is at its default."""
    data = plan.model_dump(mode="json", exclude_defaults=True)
    ordered = {"twinset": plan.twinset, "seed": plan.seed, **{key: data[key] for key in data if key != "seed"}}
    return yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=120)


def _sentence(fault: Any) -> str:
    place = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = _known(fault["loc"])
        return f"{place} is not a word of a plan{nearest(fault['loc'][-1], known)}; known: {', '.join(known)}"
    message = fault["msg"].removeprefix("Value error, ").replace("a valid tuple", "a list")
    message = re.sub(r"a valid dictionary( or instance of \w+)?", "a mapping", message)
    received = repr(fault["input"])
    return f"{place or 'plan'}: {message}" + (f", not {received}" if len(received) < 60 else "")


def _known(place: tuple[Any, ...]) -> list[str]:
    """The words allowed where an unknown one stood."""
    models: dict[int, type[BaseModel]] = {1: Plan, 3: Stage, 4: GivenSpec}
    if "edge" in place[:-1]:
        model: type[BaseModel] = EdgeSpec
    elif place[2:3] == ("text",):
        within: dict[str, type[BaseModel]] = {"budget": BudgetSpec, "price": PriceSpec, "chunk": ChunkSpec, "over": OverSpec}
        inner = [within[step] for step in reversed(place[3:-1]) if step in within]
        model = inner[0] if inner else TextSpec if len(place) == 4 else ModelSpec
    elif "tables" in place[:3]:
        models = {5: TableSpec}
        model = models.get(len(place), CorrelateSpec if "correlate" in place else PerSpec)
    else:
        model = Evaluating if place[0] == "evaluate" else models.get(len(place), Plan)
    return list(model.model_fields)
