"""Rows for the tests of your own programs, from a plan of rules: as tables, as a pytest fixture, as a Hypothesis strategy.

    from twinset.testing.plans import fixture_of, strategy_of, tables_of

    tables = tables_of("shop.yaml", rows={"customers": 50}, seed=1)     # {"customers": pyarrow.Table, "orders": ...}
    shop = fixture_of("shop.yaml", rows={"customers": 50})              # a fixture: def test_it(shop): ...

    @given(strategy_of("shop.yaml", table="orders"))
    def test_orders(orders): ...                                        # [{"order_id": 1, ...}, ...]

A plan is a path, or its content as a mapping. Nothing is imported before it is needed: pytest by ``fixture_of`` alone,
Hypothesis (extra ``testing``) by ``strategy_of`` alone. There is no pytest plugin, so that nobody's pytest starts later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from twinset.core.optional import require
from twinset.errors import PlanError
from twinset.pipeline.maker import Maker

if TYPE_CHECKING:
    import pyarrow as pa
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["Rows", "fixture_of", "strategy_of", "tables_of"]

Rows = list[dict[str, Any]]
PlanLike = str | Path | Mapping[str, Any]
Scope = Literal["session", "package", "module", "class", "function"]
MOST_SEED = 2**32 - 1


@cache
def _of_file(path: Path, changed: int) -> Maker:
    return Maker(path)


def _maker(plan: PlanLike) -> Maker:
    """The plan, read once as long as its file stays the same."""
    if isinstance(plan, Mapping):
        return Maker(plan)
    if not isinstance(plan, str | Path):
        raise PlanError(f"a plan is a path, or its content as a mapping, not {plan!r:.60}")
    path = Path(plan).absolute()
    return _of_file(path, path.stat().st_mtime_ns) if path.exists() else Maker(path)


def tables_of(plan: PlanLike, *, rows: Mapping[str, int] | None = None, seed: int | None = None) -> dict[str, pa.Table]:
    """All tables of a plan, by name: those that ``twinset run`` makes of it with that seed.

    ``rows`` are how many of some tables, ``seed`` another one than the plan's. PlanError says what is wrong with a plan.
    """
    return _maker(plan).tables(rows or {}, seed)


def fixture_of(
    plan: PlanLike, *, rows: Mapping[str, int] | None = None, seed: int | None = None, scope: Scope = "session"
) -> Callable[..., dict[str, pa.Table]]:
    """A pytest fixture that gives what :func:`tables_of` gives, made once a ``scope``; bind it to a name in a module."""
    pytest = require("pytest", extra="testing")

    def tables() -> dict[str, pa.Table]:
        return tables_of(plan, rows=rows, seed=seed)

    made: Callable[..., dict[str, pa.Table]] = pytest.fixture(scope=scope)(tables)
    return made


def strategy_of(
    plan: PlanLike, *, table: str | None = None, min_rows: int = 0, max_rows: int = 20
) -> SearchStrategy[Rows] | SearchStrategy[dict[str, Rows]]:
    """A Hypothesis strategy for the rows of one table, as dictionaries; without ``table`` for all tables, by name.

    Hypothesis chooses the seed and the number of rows, from ``min_rows`` to ``max_rows``, and shrinks towards few rows and
    small seeds. All tables that say their rows have at most ``max_rows``; references within an example are whole.
    """
    if TYPE_CHECKING:
        from hypothesis import strategies
    else:
        strategies = require("hypothesis.strategies", extra="testing")
    maker = _maker(plan)
    if table is not None:
        maker.check(table)

    @strategies.composite
    def drawn(draw: DrawFn) -> Any:
        n_rows = draw(strategies.integers(min_rows, max_rows))
        seed = draw(strategies.integers(0, MOST_SEED))
        size = {name: min(known, max_rows if table is not None else n_rows) for name, known in maker.stated.items()}
        if table is not None:
            size[table] = n_rows
        made = maker.tables(size, seed, None if table is None else {table})
        found = {name: rows.to_pylist() for name, rows in made.items()}
        return found if table is None else found[table]

    made: SearchStrategy[Any] = drawn()
    return made
