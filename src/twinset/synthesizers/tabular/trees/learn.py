"""Learning the chain: what each field is coded as, in which order the fields come, and a forest for each.

Knows the rows; what it hands out (links) knows only tables, trees and shared alphabets.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from twinset.core.seed import Seed
from twinset.privacy.levels import Level
from twinset.privacy.values import Numbers, Owners, bounded, n_owners
from twinset.synthesizers.tabular.blocks import Blocks, is_hidden
from twinset.synthesizers.tabular.fields import Field, NumberField, Raw, Symbols
from twinset.synthesizers.tabular.trees.arithmetic import Case, find_difference, relatives
from twinset.synthesizers.tabular.trees.boost import Kin
from twinset.synthesizers.tabular.trees.chain import Chain, Link
from twinset.synthesizers.tabular.trees.codes import (
    MOST_CLASSES,
    Codes,
    Coding,
    codes_of,
    coding_of,
    n_present,
    ordered_by_target,
)
from twinset.synthesizers.tabular.trees.dealt import dealt
from twinset.synthesizers.tabular.trees.forest import Rows, fifths_of, grow_forest, halves_of, target_of
from twinset.synthesizers.tabular.trees.grow import Growth, Target
from twinset.synthesizers.tabular.trees.guess import Difference
from twinset.synthesizers.tabular.trees.lookup import Labelled, Lookup, find_lookups
from twinset.synthesizers.tabular.trees.odds import Odds, learn_odds
from twinset.synthesizers.tabular.trees.order import (
    Matrix,
    choices_last,
    coarse_first,
    find_order,
    is_bound,
    mutual_information,
    pick_predictors,
    sayers_first,
    tellers_first,
)
from twinset.synthesizers.tabular.trees.pooled import Pooled
from twinset.synthesizers.tabular.trees.refine import MOST_ROWS, Compared, learn_refinement
from twinset.synthesizers.tabular.trees.scores import MOST_SCORED, learn_scores
from twinset.synthesizers.tabular.trees.told import Told, find_told

_CLASSES, _BOOSTED_ROWS = 16, 300
_MOST_OF_ONE, _MOST_BOOSTED = 4.0, 1 << 17
"""Rows of one entity that are boosted at most, as a multiple of what entities have on average, and rows of all."""
_CAUTION = 0.5
"""Nats given up where noise is not to hide anybody."""
_COVERED, _FEW, _BESIDE = 0.95, 4, 8
"""Of fields that are looked up in so many rows, the others are drawn from so few predictors; so many fields say what blocks
of numbers keep apart."""


@dataclass(frozen=True, slots=True)
class Options:
    """How links are learned; see :class:`twinset.synthesizers.tabular.trees.Trees`."""

    level: Level
    pairs: int
    predictors: int
    growth: Growth


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows as raw values and symbols of each field, whose they are, and how trees see the symbols."""

    fields: tuple[Field, ...]
    raws: list[Raw]
    symbols: list[Symbols]
    counts: list[Numbers]
    codings: list[Coding]
    owners: Owners

    @classmethod
    def of(cls, fields: tuple[Field, ...], raws: list[Raw], owners: Owners) -> Seen:
        symbols = [field.encode(raw) for field, raw in zip(fields, raws, strict=True)]
        counts = [np.bincount(own, minlength=field.n_symbols) for field, own in zip(fields, symbols, strict=True)]
        codings = [coding_of(field, own, _CLASSES) for field, own in zip(fields, counts, strict=True)]
        return cls(fields, raws, symbols, counts, codings, owners)

    @property
    def is_hidden(self) -> bool:
        """Whether noise is to hide who was learned from."""
        return is_hidden(len(self.symbols[0]), self.owners)

    def shared(self) -> Matrix:
        """The information that each pair of fields shares."""
        return mutual_information(
            [coding.classes[own].astype(np.int64) for coding, own in zip(self.codings, self.symbols, strict=True)]
        )

    def bound(self, shared: Matrix) -> list[bool]:
        """Labels, more than trees tell apart as a target, that some other field goes with."""
        return [
            coding.scores is None
            and n_present(counts) > MOST_CLASSES
            and is_bound(shared, number, coding.classes[symbols].astype(np.int64))
            for number, (coding, counts, symbols) in enumerate(zip(self.codings, self.counts, self.symbols, strict=True))
        ]

    def groups(self, seed: Seed) -> list[set[int]]:
        """Fields of numbers that follow from each other."""
        numbers = [field if isinstance(field, NumberField) else None for field in self.fields]
        return relatives(numbers, self.raws, seed.child("relatives").generator())

    def told(self, n_context: int, seed: Seed) -> dict[int, Told]:
        """Fields that others tell."""
        return find_told(self.fields, self.raws, seed.child("told").generator(), n_context)

    def lookups(self, targets: list[int], k: int, n_context: int, told: Collection[int], seed: Seed) -> dict[int, Lookup]:
        """Those of the fields that follow from labels."""
        seen = Labelled(self.fields, self.symbols, self.counts, self.owners, k, n_context, told)
        return find_lookups(seen, targets, seed.child("lookups").generator())

    def is_covered(self, lookup: Lookup) -> bool:
        """Whether so few rows are left that a field's own law may be a simple one."""
        return bool((lookup.of(self.symbols) >= 0).mean() >= _COVERED)

    def difference(self, number: int, before: list[int], told: Told | None, k: int, seed: Seed) -> Difference | None:
        """How a field is coded as a difference to fields before it, where that is shorter."""
        field = self.fields[number]
        if not isinstance(field, NumberField):
            return None
        numbers = [one for one in before if isinstance(self.fields[one], NumberField)]
        turns = [one.turn if isinstance(one, NumberField) else 0.0 for one in self.fields]
        case = Case(number, field, self.raws, numbers, turns, self.owners, k, told)
        return find_difference(case, seed.child("difference").generator())

    def target(
        self, number: int, difference: Difference | None, beside: Sequence[int], seed: Seed
    ) -> tuple[Symbols, Coding]:
        """A field's symbols as they are drawn, and how trees tell them apart.

        Numbers are drawn anew inside their blocks; fields ``beside`` say what blocks keep apart.
        """
        field, own, symbols = self.fields[number], self.codings[number], self.symbols[number]
        if difference is not None:
            field, symbols = difference.field, difference.encode(self.raws[number], self.raws)
            own = coding_of(field, np.bincount(symbols, minlength=field.n_symbols), _CLASSES)
        if self.is_hidden and isinstance(field, NumberField):
            classes = [self.codings[one].classes[self.symbols[one]] for one in beside]
            symbols = Blocks.learn(field, symbols, classes).redraw(symbols, seed.child("blocks").generator())
        return symbols, own

    def view(self, predictors: tuple[int, ...], target: Target) -> tuple[tuple[int, ...], tuple[Codes, ...]]:
        """The predictors, some more than once, and for each a table from its symbols to codes."""
        seen = [(one, self._codes(one, target)) for one in predictors]
        seen += [(one, view) for one in predictors for view in self.codings[one].views]
        return tuple(one for one, _ in seen), tuple(table for _, table in seen)

    def _codes(self, number: int, target: Target) -> Codes:
        coding = self.codings[number]
        if coding.scores is not None:
            return coding.codes
        symbols = self.symbols[number].astype(np.int64)
        return ordered_by_target(symbols, len(coding.codes), target.classes, target.n_classes)


def learn_links(seen: Seen, options: Options, seed: Seed, n_context: int = 0) -> Iterator[Link]:
    """The links of a chain, one by one, in the order in which they are drawn; the first fields are context and have none."""
    shared = seen.shared()
    order = coarse_first(find_order(shared), seen.groups(seed), seen.counts)
    order = sayers_first(
        choices_last(order, seen.counts), [bool(coding.views) for coding in seen.codings], seen.bound(shared)
    )
    told = seen.told(n_context, seed)
    drawn = [number for number in order if number >= n_context and number not in told]
    lookups = seen.lookups(drawn, options.level.k, n_context, told, seed)
    tellers = {number: one.guess.inputs for number, one in told.items()} | {
        number: lookup.inputs for number, lookup in lookups.items()
    }
    order = tellers_first(order, tellers, _parts(told))
    known = list(range(n_context))
    order = [*known, *(number for number in order if number >= n_context)]
    for place, number in enumerate(order[n_context:], n_context):
        before = order[:place]
        predictors = pick_predictors(shared, number, before, options.predictors)
        beside = pick_predictors(shared, number, before, _BESIDE)
        own = seed.child("field", number)
        if (lookup := lookups.get(number)) is not None:
            if seen.is_covered(lookup):
                predictors = pick_predictors(shared, number, before, _FEW)
            yield dataclasses.replace(_link(number, predictors, beside, None, seen, options, own), lookup=lookup)
            continue
        difference = seen.difference(number, before, told.get(number), options.level.k, own)
        yield _link(number, predictors, beside, difference, seen, options, own)


def _parts(told: dict[int, Told]) -> dict[int, int]:
    """The fields that are told by one whole, and by which."""
    return {number: one.guess.inputs[0] for number, one in told.items() if one.guess.part is not None}


def refined(chain: Chain, seen: Seen, least: int, seed: Seed) -> Chain:
    """The chain, refined where there are rows enough to see what it gets wrong.

    Where entities have several rows, some of each are looked at, and ``least`` entities must be behind what is drawn more
    often. Rows that have a context are compared with what is drawn for the same one.
    """
    n_rows = len(seen.symbols[0]) if seen.symbols else 0
    if chain.n_refined < 2 or not _are_enough(n_rows, seen.owners, least):
        return chain
    rng = seed.generator()
    rows = np.arange(n_rows) if seen.owners is None else bounded(seen.owners, _MOST_OF_ONE, rng)
    rows = np.sort(rng.permutation(rows)[:MOST_ROWS])
    drawn, _ = chain.unrefined(len(rows), seed.child("drawn"), [raw[rows] for raw in seen.raws[: chain.n_context]])
    compared = Compared.of(seen.symbols, rows, drawn, seen.owners, chain.n_context)
    return dataclasses.replace(chain, refinement=learn_refinement(seen.codings, compared, least, rng))


def _link(
    number: int,
    predictors: tuple[int, ...],
    beside: tuple[int, ...],
    difference: Difference | None,
    seen: Seen,
    options: Options,
    seed: Seed,
) -> Link:
    symbols, coding = seen.target(number, difference, beside, seed)
    target = target_of(coding.classes, symbols, coding.scores)
    looked_at, tables = seen.view(predictors, target)
    n_rows = len(symbols)
    codes = codes_of(tables, [seen.symbols[one] for one in looked_at], n_rows)
    rng = seed.child("halves").generator()
    halves = halves_of(n_rows, seen.owners, options.pairs, rng)
    if predictors and (odds := _odds(codes, symbols, seen.owners, options.level.leaf, rng)) is not None:
        return Link(number, looked_at, tables, odds, difference)
    least, rows = options.level.leaf, Rows(codes, symbols, target, seen.owners)
    level = options.level if seen.is_hidden else dataclasses.replace(options.level, caution=_CAUTION, fine=1)
    forest = grow_forest(rows, halves, options.growth, level, rng, is_even=not seen.is_hidden)
    if level.fine > 1:
        forest = dealt(forest, coding.classes, level.fine, seed.child("dealt").generator())
    if not predictors or n_rows > MOST_SCORED or not _are_enough(n_rows, seen.owners, least):
        return Link(number, looked_at, tables, forest, difference)
    kin = None if seen.owners is None else Kin(seen.owners, least)
    scores = learn_scores(codes, target, halves[0], kin, rng)
    return Link(number, looked_at, tables, Pooled(forest, coding.classes, scores), difference)


def _odds(codes: Codes, symbols: Symbols, owners: Owners, least: int, rng: np.random.Generator) -> Odds | None:
    """The odds of a field of two symbols, from some rows of each entity; None of others, or where there are few rows."""
    if n_present(np.bincount(symbols)) != 2 or not _are_enough(len(symbols), owners, least):
        return None
    checks = fifths_of(len(symbols), owners, rng)
    if owners is None:
        return learn_odds(codes, symbols, checks)
    rows = bounded(owners, _MOST_OF_ONE, rng)
    rows = np.sort(rng.permutation(rows)[:_MOST_BOOSTED])
    if n_present(np.bincount(symbols[rows])) != 2:
        return None
    return learn_odds(codes[rows], symbols[rows], [asked[rows] for asked in checks], Kin(owners[rows], least))


def _are_enough(n_rows: int, owners: Owners, least: int) -> bool:
    """Whether rows are enough for boosting, and of enough entities for leaves on both sides of a half."""
    return n_rows >= _BOOSTED_ROWS and (owners is None or n_owners(owners, n_rows) >= 4 * least)
