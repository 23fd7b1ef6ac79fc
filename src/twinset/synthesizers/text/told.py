"""What is said of a stage of texts: what it will cost, before; what it did cost and what it was made with, after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from twinset.plan import ModelSpec, TextSpec
from twinset.synthesizers.text.columns.field import Field
from twinset.synthesizers.text.columns.kind import Kind, hash_of
from twinset.synthesizers.text.program import Program
from twinset.synthesizers.text.session import options_of

_LETTERS_OF_TOKEN = 4


def forecast(program: Program, spec: TextSpec, n_rows: int, n_letters: int = 0) -> Iterator[str]:
    """A line for each model: calls, tokens and money, if answers are as long as they may be and none is asked for again.

    ``n_letters`` is how long a document is that a row goes over, or a piece of it.
    """
    calls: Counter[str] = Counter()
    reads: Counter[str] = Counter()
    writes: Counter[str] = Counter()
    for kind in program.made.values():
        filled_in = _filled_in(kind, program, spec, n_letters)
        for how, letters in kind.questions:
            calls[how.model] += 1
            reads[how.model] += (letters + filled_in) // _LETTERS_OF_TOKEN + 20
            writes[how.model] += how.max_tokens
    for name, model in spec.models.items():
        if calls[name] and n_rows:
            yield _line(model, n_rows * calls[name], n_rows * reads[name], n_rows * writes[name])


def _filled_in(kind: Kind, program: Program, spec: TextSpec, n_letters: int) -> int:
    """Letters that documents and earlier answers add to a question's own."""
    names = [name for template in kind.templates for name in template.names]
    documents = {*program.taken, *([spec.over.rows_of] if spec.over else [])}
    answers = sum(_longest(program.made[name], program) for name in names if name in program.made)
    return answers * _LETTERS_OF_TOKEN + n_letters * sum(name in documents for name in names)


def _longest(kind: Kind, program: Program) -> int:
    """Tokens of an answer at the most."""
    if isinstance(kind, Field):
        return _longest(program.made[kind.column], program)
    return max((how.max_tokens for how, _ in kind.questions), default=0)


def _line(model: ModelSpec, calls: int, reads: int, writes: int) -> str:
    money = options_of(model).cost(reads, writes)
    cost = f", ${money:,.2f}" if money else ""
    most = f"up to {reads + writes:,} tokens{cost}, if each answer is as long as it may be"
    line = f"forecast: {calls:,} calls of {model.model}, {most}"
    tokens, dollars = model.budget.tokens, model.budget.money
    if (tokens is not None and reads + writes > tokens) or (dollars is not None and money > dollars):
        line += "; the budget may run out before, and what is answered until then is kept"
    return line


def told(program: Program, spec: TextSpec, used: Mapping[str, int]) -> dict[str, Any]:
    """For the manifest: models with their cost and the terms of their output, and hashes of the prompts."""
    models = {name: _model(name, model, used) for name, model in spec.models.items()}
    prompts = {name: hash_of(kind.templates) for name, kind in program.made.items() if list(kind.questions)}
    return {"models": models, "prompts": prompts, "rows_left_out": used.get("rows_left_out", 0)}


def _model(name: str, model: ModelSpec, used: Mapping[str, int]) -> dict[str, Any]:
    own = {word.removeprefix(f"{name}."): count for word, count in used.items() if word.startswith(f"{name}.")}
    asked = {"temperature": model.temperature, "top_p": model.top_p, "max_tokens": model.max_tokens}
    money = options_of(model).cost(own.get("prompt_tokens", 0), own.get("completion_tokens", 0))
    return {
        "client": model.client,
        "model": model.model,
        "licence_of_output": model.licence,
        **{word: value for word, value in asked.items() if value is not None},
        **own,
        "dollars": round(money, 6),
    }
