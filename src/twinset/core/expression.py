"""The small language of formulas and conditions over a row's columns, such as ``price * quantity`` or ``start <= end``.

It is written like Python and read with Python's own parser, but nothing of it is ever run: the tree that comes of it may
hold the kinds of nodes named here and no others. What a tree is worth on rows is :mod:`twinset.constraints.evaluate`'s
to know.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from twinset.core.registry import nearest
from twinset.errors import SchemaError

LONGEST = 2_000
DEEPEST = 40
COLUMN = "column"
"""``column("unit price")`` names a column whose name is no word of the language."""

FUNCTIONS: dict[str, tuple[int, int]] = {
    "abs": (1, 1), "round": (1, 2), "floor": (1, 1), "ceil": (1, 1), "min": (2, 9), "max": (2, 9),
    "missing": (1, 1), "length": (1, 1), "days": (1, 1), "seconds": (1, 1),
    "year": (1, 1), "month": (1, 1), "day": (1, 1), "hour": (1, 1), "minute": (1, 1), "second": (1, 1),
}  # fmt: skip
"""The functions there are, with the fewest and the most arguments of each."""

_NODES = (
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.UnaryOp, ast.USub, ast.Not,
    ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn,
    ast.Name, ast.Load, ast.Constant, ast.Call, ast.List, ast.Tuple, ast.IfExp,
)  # fmt: skip


@lru_cache(maxsize=256)
def parse(text: str) -> ast.expr:
    """The checked tree of an expression; SchemaError says what is not part of the language."""
    if len(text) > LONGEST:
        raise SchemaError(f"an expression has at most {LONGEST:,} characters, not {len(text):,}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise SchemaError(f"{text!r:.200} can't be read as an expression: {error}") from None
    _check(tree, 0)
    return tree


def _check(node: ast.AST, depth: int) -> None:
    if depth > DEEPEST:
        raise SchemaError(f"an expression is nested at most {DEEPEST} deep")
    if not isinstance(node, _NODES):
        raise SchemaError(
            f"{type(node).__name__} is no part of an expression: it has columns, numbers, texts, + - * / // %, "
            "comparisons, in, and, or, not, if-else and functions"
        )
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | bool):
        raise SchemaError(f"a constant is a number, a text, True or False, not {node.value!r}")
    if isinstance(node, ast.Call):
        _check_call(node)
        children: list[ast.AST] = [] if _names_column(node) else [*node.args]
    else:
        children = [*ast.iter_child_nodes(node)]
    for child in children:
        _check(child, depth + 1)


def _check_call(node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == COLUMN:
        if not _names_column(node):
            raise SchemaError(f'{COLUMN}() takes one name in quotes: {COLUMN}("unit price")')
        return
    if name not in FUNCTIONS:
        raise SchemaError(f"there is no function {name!r}{nearest(name, FUNCTIONS)}; known: {', '.join(FUNCTIONS)}")
    fewest, most = FUNCTIONS[name]
    if node.keywords or not fewest <= len(node.args) <= most:
        raise SchemaError(f"{name}() takes {fewest if fewest == most else f'{fewest} to {most}'} arguments")


def _names_column(node: ast.Call) -> bool:
    """Whether a call is ``column("some name")``."""
    return (
        isinstance(node.func, ast.Name) and node.func.id == COLUMN and not node.keywords and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    )  # fmt: skip


def column_of(node: ast.AST) -> str | None:
    """The column that a node names, if it names one."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call) and _names_column(node):
        return str(node.args[0].value)  # type: ignore[attr-defined]
    return None


def columns_of(text: str) -> tuple[str, ...]:
    """The columns that an expression names, each once, in the order in which they stand there."""
    return tuple(dict.fromkeys(_columns(parse(text))))


def _columns(node: ast.AST) -> Iterator[str]:
    if (name := column_of(node)) is not None:
        yield name
        return
    for child in node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node):
        yield from _columns(child)


def quoted(name: str) -> str:
    """A column as an expression names it."""
    is_word = name.isidentifier() and name not in (COLUMN, "True", "False", "None", "and", "or", "not", "in", "if", "else")
    try:
        node = ast.parse(name, mode="eval").body if is_word else None  # which rewrites some letters
        return name if isinstance(node, ast.Name) and node.id == name else f"{COLUMN}({name!r})"
    except SyntaxError:
        return f"{COLUMN}({name!r})"
