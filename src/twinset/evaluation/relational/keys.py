"""Do keys hold together as the real ones do? Shares of keys that find nobody, of keys that are missing, repeated keys.

- ``relational.orphans``: the share of a key's values that no row of the parent table has, beside that of real rows.
- ``relational.missing``: how far the share of missing keys is from the real one.
- ``relational.repeated``: the share of rows whose primary key another row has, or that have none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from twinset.core.keys import MISSING, ORPHAN, numbered, plain
from twinset.core.schema import Table
from twinset.core.score import Score
from twinset.core.seed import Seed
from twinset.evaluation.arrays import Flags
from twinset.evaluation.baseline import Figures, Scale
from twinset.evaluation.relational.sides import Family, Link, Side
from twinset.evaluation.relational.splits import HALVES, share, side_of, split_of


def integrity(family: Family, seed: Seed) -> Iterator[Score]:
    """All three, key by key; of tables that stand as they are in the twin nothing was made."""
    for link in family.links:
        if link.table not in family.standing:
            yield _orphans(family, link, seed)
            yield _missing(family, link, seed)
    for table in family.made():
        if table.primary_key:
            yield _repeated(family, table)


def _orphans(family: Family, link: Link, seed: Seed) -> Score:
    split = split_of(family, link.table, seed)
    found = {}
    for half in HALVES[1:]:
        side = side_of(family, half)
        places = side.places[link]
        found[half] = share(split.of(half), side.roots[link.table], places == ORPHAN, places != MISSING)
    shares = [_share(side.places[link] == ORPHAN, side.places[link] != MISSING) for side in (family.train, family.synthetic)]
    scale = Scale("relational.orphans", of_rows=True)
    detail = {**about(link), "real": shares[0], "synthetic": shares[1]}
    return scale.score(link.label, Figures(found["synthetic"], found["real"], detail), _n_rows(family, link))


def _missing(family: Family, link: Link, seed: Seed) -> Score:
    split = split_of(family, link.table, seed)
    found = []
    for half in HALVES:
        side = side_of(family, half)
        places = side.places[link]
        found.append(share(split.of(half), side.roots[link.table], places == MISSING, np.ones(len(places), dtype=bool)))
    reference, real, twin = found
    everything = (family.train, family.synthetic)
    shares = [_share(side.places[link] == MISSING, np.ones(side.n(link.table), dtype=bool)) for side in everything]
    scale = Scale("relational.missing", of_rows=True)
    detail = {**about(link), "real": shares[0], "synthetic": shares[1]}
    return scale.score(link.label, Figures(abs(twin - reference), abs(real - reference), detail), _n_rows(family, link))


def _n_rows(family: Family, link: Link) -> int:
    return min(family.train.n(link.table), family.synthetic.n(link.table)) // 2


def _share(hits: Flags, among: Flags) -> float:
    return float((hits & among).sum() / max(int(among.sum()), 1))


def about(link: Link) -> dict[str, object]:
    """Which key a score is about, for whoever reads it by program."""
    return {"key": link.label, "table": link.table, "columns": list(link.key.columns), "to": link.key.table}


def _repeated(family: Family, table: Table) -> Score:
    value, baseline = (_share_repeated(side, table) for side in (family.synthetic, family.train))
    subject = f"{table.name}.{', '.join(table.primary_key)}"
    n = family.synthetic.n(table.name)
    detail = {"table": table.name, "columns": list(table.primary_key)}
    if n == 0:
        return Score("relational.repeated", subject, None, "lower", reason="the twin has no rows", detail=detail)
    return Score("relational.repeated", subject, value, "lower", baseline=baseline, n=n, detail=detail)


def _share_repeated(side: Side, table: Table) -> float:
    rows = side.data.tables[table.name]
    numbers = numbered([plain(rows.column(name)) for name in table.primary_key])
    _, place, times = np.unique(numbers, return_inverse=True, return_counts=True)
    return float(((times[place] > 1) | (numbers == MISSING)).mean()) if len(numbers) else 0.0
