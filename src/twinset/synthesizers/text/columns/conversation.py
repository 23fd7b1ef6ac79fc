"""``conversation``: two or more personas in turns, some of whom can call tools; the value is the list of messages.

Each turn is a question of its own, in which the persona whose turn it is sees the others' words as the user's. A tool call
is made as typed data, so that its arguments fit the tool, and the tool's result is made up by the model in the tool's
shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from twinset.core.llm import Message
from twinset.errors import PlanError
from twinset.synthesizers.text.columns.kind import ASKING, Scope, check_words
from twinset.synthesizers.text.row import Asking, Row, prompt
from twinset.synthesizers.text.shapes import Choice, Items, Record, Shape, Text
from twinset.synthesizers.text.shaping import shape_of
from twinset.synthesizers.text.templates import WARNING, Template, as_document

NONE = "none"
_CALL = Record({"name": Text(), "arguments": Text()})
MESSAGE = Record({"role": Text(), "content": Text(), "tool_calls": Items(_CALL), "name": Text()})
_WORDS = ("conversation", "turns", "about", "opening", "tools", *ASKING)


@dataclass(frozen=True, slots=True)
class Tool:
    """What an assistant can call."""

    name: str
    description: str
    parameters: Record
    returns: Shape
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Personas by role, in the order in which they speak; ``about`` is told to all of them."""

    how: Asking
    roles: Mapping[str, Template]
    turns: int
    about: Template | None
    opening: Template | None
    tools: tuple[Tool, ...]
    opens_with_document: bool
    shape: ClassVar[Shape] = Items(MESSAGE)

    @classmethod
    def read(cls, said: Mapping[str, Any], scope: Scope) -> Conversation:
        check_words(said, _WORDS, scope.column)
        roles, turns = said["conversation"], said.get("turns", 4)
        if not isinstance(roles, Mapping) or len(roles) < 2 or {"system", "tool"} & set(roles):
            raise PlanError(
                f"{scope.column}.conversation is two or more roles with their personas: {{user: 'You are ...', "
                f"assistant: '...'}}"
            )
        if type(turns) is not int or not 1 <= turns <= 200:
            raise PlanError(f"{scope.column}.turns is a whole number from 1 to 200, not {turns!r}")
        personas = {str(role): scope.orders(text, f"conversation.{role}") for role, text in roles.items()}
        about = scope.template(said["about"], "about") if said.get("about") is not None else None
        opening, is_foreign = scope.bare(said["opening"], "opening") if said.get("opening") is not None else (None, False)
        tools = _tools(said.get("tools", {}), tuple(personas), scope.column)
        return cls(
            scope.asking(said),
            {role: one for role, one in personas.items() if one},
            turns,
            about,
            opening,
            tools,
            is_foreign,
        )

    @property
    def templates(self) -> Iterable[Template]:
        return [*self.roles.values(), *(one for one in (self.about, self.opening) if one)]

    @property
    def questions(self) -> Iterable[tuple[Asking, int]]:
        words = sum(len(one.source) for one in self.templates)
        per_turn = 4 if self.tools else 1
        return [(self.how, words + 2 * turn * self.how.max_tokens) for turn in range(self.turns) for _ in range(per_turn)]

    async def make(self, row: Row) -> Any:
        about = self.about.render(row.values) if self.about else ""
        personas = {role: one.render(row.values) for role, one in self.roles.items()}
        said: list[dict[str, Any]] = []
        roles = list(personas)
        for turn in range(self.turns):
            role = roles[turn % len(roles)]
            if turn == 0 and self.opening is not None:
                said.append(_message(role, self.opening.render(row.values)))
                continue
            speaker = _Turn(self, row, role, self._order(personas[role], about), turn)
            await speaker.speak(said)
        return said

    def _order(self, persona: str, about: str) -> str:
        """The system message of a persona, with what the talk is about, unless that holds documents."""
        is_foreign = self.about is not None and self.about.is_foreign
        warning = WARNING if is_foreign or self.opens_with_document else ""
        said = [persona, warning, "" if is_foreign else about, "Say one turn, and only your own words."]
        return "\n\n".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class _Turn:
    """One persona's turn."""

    column: Conversation
    row: Row
    role: str
    order: str
    turn: int

    async def speak(self, said: list[dict[str, Any]]) -> None:
        tools = [tool for tool in self.column.tools if self.role in tool.roles]
        if tools:
            await self._call(tools, said)
        text = await self.row.text(f"turn-{self.turn}", self.column.how, self._seen(said))
        said.append(_message(self.role, text))

    async def _call(self, tools: list[Tool], said: list[dict[str, Any]]) -> None:
        """Perhaps a tool is called, and its result stands in the talk."""
        how, step = self.column.how, f"turn-{self.turn}"
        listed = "\n".join(f"- {tool.name}: {tool.description}" for tool in tools)
        ask = f"Which of these tools do you need now, if any? ({NONE}: no tool)\n{listed}"
        choice = Record({"tool": Choice((NONE, *(tool.name for tool in tools)))})
        name = (await self.row.value(f"{step}-tool", how, self._seen(said, ask), choice))["tool"]
        tool = next((one for one in tools if one.name == name), None)
        if tool is None:
            return
        ask = f"Give the arguments for the tool {tool.name} ({tool.description})."
        arguments = await self.row.value(f"{step}-arguments", how, self._seen(said, ask), tool.parameters)
        written = json.dumps(arguments, ensure_ascii=False)
        said.append({**_message(self.role, ""), "tool_calls": [{"name": tool.name, "arguments": written}]})
        ask = f"Tool {tool.name}: {tool.description}\nCalled with: {as_document(written)}\nGive a likely result."
        order = "You stand in for a software tool and answer with its result alone."
        result = await self.row.value(f"{step}-result", how, prompt(ask, order, has_documents=True), tool.returns)
        content = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        said.append({**_message("tool", content), "name": tool.name})

    def _seen(self, said: list[dict[str, Any]], ask: str = "") -> list[Message]:
        """The talk as this persona sees it: its own words as the assistant's, all others' as the user's, by turns."""
        messages = [Message("system", self.order)]
        about = self.column.about
        if about is not None and about.is_foreign:
            messages.append(Message("user", about.render(self.row.values)))
        for number, one in enumerate(said):
            role = "assistant" if one["role"] == self.role else "user"
            text = one["content"] or f"(calls {one['tool_calls'][0]['name']} {one['tool_calls'][0]['arguments']})"
            text = f"(result of {one['name']}) {as_document(text)}" if one["role"] == "tool" else text
            is_document = number == 0 and self.column.opens_with_document
            _append(messages, role, as_document(text) if is_document else text)
        if ask or messages[-1].role != "user":
            _append(messages, "user", ask or "(your turn)")
        return messages


def _append(messages: list[Message], role: Any, text: str) -> None:
    """One more message; two of one role in a row become one, as many servers want it."""
    if messages[-1].role == role:
        messages[-1] = Message(role, f"{messages[-1].content}\n\n{text}")
    else:
        messages.append(Message(role, text))


def _message(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "content": content, "tool_calls": [], "name": None}


def _tools(said: Any, roles: tuple[str, ...], column: str) -> tuple[Tool, ...]:
    if not isinstance(said, Mapping):
        raise PlanError(f"{column}.tools is a mapping of names to {{description, parameters, returns}}, not {said!r:.60}")
    made = []
    for name, one in said.items():
        place = f"{column}.tools.{name}"
        if not isinstance(one, Mapping) or not isinstance(one.get("description"), str) or name == NONE:
            raise PlanError(f"{place}: a tool is a mapping with a description and parameters; its name is not {NONE!r}")
        check_words(one, ("description", "parameters", "returns", "roles"), place)
        parameters = shape_of(one.get("parameters", {}), f"{place}.parameters")
        if not isinstance(parameters, Record):
            raise PlanError(f"{place}.parameters is a mapping of names to shapes")
        own = tuple(one.get("roles", [role for role in roles if role == "assistant"] or roles[-1:]))
        if not set(own) <= set(roles):
            raise PlanError(f"{place}.roles names roles that do not speak; they are: {', '.join(roles)}")
        returns = shape_of(one.get("returns", "text"), f"{place}.returns")
        made.append(Tool(str(name), one["description"], parameters, returns, own))
    return tuple(made)
