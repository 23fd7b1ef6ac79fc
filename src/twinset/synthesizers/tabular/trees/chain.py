"""The chain of fields: each drawn given those before it.

A link knows its field, the fields it looks at, a table from each of their symbols to codes, and its law given them. The law
of a row is the product of the links' laws, which is what conditioning weighs by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from twinset.core.seed import Seed
from twinset.errors import DataError
from twinset.synthesizers.tabular.fields import Field, NumberField, Raw, Symbols
from twinset.synthesizers.tabular.known import GIVEN, Known
from twinset.synthesizers.tabular.store import Reader, Writer, expect, whole
from twinset.synthesizers.tabular.trees.codes import Codes, Floats, codes_of
from twinset.synthesizers.tabular.trees.condition import Conditioner, evidence
from twinset.synthesizers.tabular.trees.forest import Forest, forest_from_data
from twinset.synthesizers.tabular.trees.guess import Difference, difference_from_data, difference_to_data
from twinset.synthesizers.tabular.trees.implied import with_context, with_parts
from twinset.synthesizers.tabular.trees.law import Classed
from twinset.synthesizers.tabular.trees.lookup import ClassedLookup, Lookup, lookup_from_data, lookup_to_data
from twinset.synthesizers.tabular.trees.odds import Odds, odds_from_data
from twinset.synthesizers.tabular.trees.pooled import Pooled, pooled_from_data
from twinset.synthesizers.tabular.trees.refine import Refinement, n_drawn, refinement_from_data


@dataclass(frozen=True, slots=True)
class Link:
    """One field given others: its number, those of its predictors, and a table of codes for each of these.

    A predictor may come more than once, with tables that show it from other sides. A field of numbers may be drawn as a
    difference to a guess from fields before it; one that follows from labels before it is looked up.
    """

    target: int
    predictors: tuple[int, ...]
    tables: tuple[Codes, ...]
    law: Forest | Odds | Pooled
    difference: Difference | None = None
    lookup: Lookup | None = None

    @property
    def is_steerable(self) -> bool:
        return True

    def draw(self, drawn: Mapping[int, Symbols], n_rows: int, rng: np.random.Generator) -> Symbols:
        """A symbol for each row, given the symbols of the fields before it."""
        own = self.law.draw(self._codes(drawn, n_rows), rng)
        return own if self.lookup is None else self.lookup.over(own, drawn)

    def likelihood(self, drawn: Mapping[int, Symbols], symbols: Symbols) -> Floats:
        """The probability that a draw gives each row's symbol."""
        own = self.law.likelihood(self._codes(drawn, len(symbols)), symbols)
        return own if self.lookup is None else self.lookup.likelihood(own, symbols, drawn)

    def classed(self, classes: Codes) -> Classed:
        """The law over classes of symbols, by a table from symbols to classes."""
        own = self.law.classed(classes)
        return own if self.lookup is None else ClassedLookup(own, classes)

    def steered(
        self, drawn: Mapping[int, Symbols], classed: Classed, tilt: Floats, rng: np.random.Generator
    ) -> tuple[Symbols, Floats]:
        """Symbols by the law times ``tilt`` (rows x classes), and what that product sums to for each row."""
        own = classed.draw(self._codes(drawn, len(tilt)), tilt, rng)
        if self.lookup is None or not isinstance(classed, ClassedLookup):
            return own
        return classed.over(own, self.lookup.of(drawn), tilt)

    def _codes(self, drawn: Mapping[int, Symbols], n_rows: int) -> Codes:
        return codes_of(self.tables, [drawn[number] for number in self.predictors], n_rows)


@dataclass(frozen=True)
class Chain:
    """All links, in the order in which they are drawn, and what is drawn less often than they would have it.

    Rows of which anything is given are drawn by the links alone. The first ``n_context`` fields are known of every row and
    have no links.
    """

    fields: tuple[Field, ...]
    links: tuple[Link, ...]
    refinement: Refinement | None = None
    n_context: int = 0

    @cached_property
    def conditioner(self) -> Conditioner:
        """Draws what is known of some fields."""
        from twinset.synthesizers.tabular.trees.byvalue import by_value  # it knows links

        return Conditioner(self.fields, by_value(self.links, self.fields))

    def draw(self, n_rows: int, seed: Seed, known: Known | None = None, context: Sequence[Raw] = ()) -> list[Raw]:
        if known is not None and known.is_anything:
            return self._draw_known(known, seed, context)
        if context:
            return self._draw_in(context, n_rows, seed)
        symbols, raws = self.unrefined(n_rows if self.refinement is None else n_drawn(n_rows), seed)
        if self.refinement is not None:
            stay = self.refinement.choose(symbols, n_rows, seed.child("refined").generator())
            symbols = {number: own[stay] for number, own in symbols.items()}
            raws = {number: own[stay] for number, own in raws.items()}
        self._go_on(self.links[self.n_refined :], symbols, raws, n_rows, seed)
        return [raws[number] for number in range(len(self.fields))]

    def _draw_in(self, context: Sequence[Raw], n_rows: int, seed: Seed) -> list[Raw]:
        """Rows of which the first fields are known: where they are refined, the better one of two, more often than not."""
        if self.refinement is None:
            symbols, raws = self.unrefined(n_rows, seed, context)
        else:
            symbols, raws = self.unrefined(2 * n_rows, seed, context, 2)
            stay = self.refinement.pick(symbols, seed.child("refined").generator())
            symbols = {number: own[stay] for number, own in symbols.items()}
            raws = {number: own[stay] for number, own in raws.items()}
        self._go_on(self.links[self.n_refined :], symbols, raws, n_rows, seed)
        return [raws[number] for number in range(len(self.fields))]

    @cached_property
    def n_refined(self) -> int:
        """How many links are drawn before rows are chosen: all but the odds at the end, which are boosted themselves."""
        return next((place for place in range(len(self.links), 0, -1) if not isinstance(self.links[place - 1].law, Odds)), 0)

    def unrefined(
        self, n_rows: int, seed: Seed, context: Sequence[Raw] = (), n_times: int = 1
    ) -> tuple[dict[int, Symbols], dict[int, Raw]]:
        """Symbols and raw values by field, as the links draw them, of those that are drawn before rows are chosen.

        The rows of the context come ``n_times`` over.
        """
        raws: dict[int, Raw] = {number: np.concatenate([raw] * n_times) for number, raw in enumerate(context)}
        symbols = {number: np.tile(self.fields[number].encode(raw), n_times) for number, raw in enumerate(context)}
        self._go_on(self.links[: self.n_refined], symbols, raws, n_rows, seed)
        return symbols, raws

    def _go_on(
        self, links: tuple[Link, ...], symbols: dict[int, Symbols], raws: dict[int, Raw], n_rows: int, seed: Seed
    ) -> None:
        for link in links:
            rng = seed.child("field", link.target).generator()
            drawn, field = link.draw(symbols, n_rows, rng), self.fields[link.target]
            if link.difference is None:
                symbols[link.target], raws[link.target] = drawn, field.decode(drawn, rng)
            else:
                raws[link.target] = link.difference.decode(drawn, raws, rng)
                symbols[link.target] = field.encode(raws[link.target])

    def _draw_known(self, known: Known, seed: Seed, context: Sequence[Raw] = ()) -> list[Raw]:
        differences = {link.target: link.difference for link in self.links if link.difference is not None}
        known = with_parts(with_context(known, self.fields, context), self.fields, differences)
        first = known.symbols[:, : len(context)] if context else None
        conditioner = self.conditioner if first is None else Conditioner(self.fields, self.conditioner.links, first)
        symbols = conditioner.draw(known, seed)
        raws: dict[int, Raw] = dict(enumerate(context))
        for link in self.links:
            number, rng = link.target, seed.child("value", link.target).generator()
            raw = self.fields[number].decode(symbols[:, number], rng)
            if link.difference is not None:
                raw = link.difference.decode(link.difference.encode(raw, raws), raws, rng)
            is_given = known.states[:, number] == GIVEN
            raws[number] = np.where(is_given, known.raws[number], raw) if number in known.raws else raw
        return [raws[number] for number in range(len(self.fields))]

    def evidence(self, known: Known, seed: Seed, context: Sequence[Raw] = ()) -> Floats:
        """The logarithm of how likely the given fields of each row are, by one draw forward of the fields before them."""
        return evidence(self.conditioner.links, len(context), with_context(known, self.fields, context), seed)

    def to_data(self, writer: Writer) -> dict[str, Any]:
        refinement = None if self.refinement is None else self.refinement.to_data(writer)
        return {"links": [_link_to_data(link, writer) for link in self.links], "refinement": refinement}


def _link_to_data(link: Link, writer: Writer) -> dict[str, Any]:
    tables = [writer.put(table) for table in link.tables]
    kind = {Forest: "forest", Odds: "odds", Pooled: "pooled"}[type(link.law)]
    difference = None if link.difference is None else difference_to_data(link.difference, writer)
    own = {"target": link.target, "predictors": list(link.predictors), "difference": difference}
    own["lookup"] = lookup_to_data(link.lookup, writer)
    return {**own, "tables": tables, kind: link.law.to_data(writer)}


def chain_from_data(data: Any, fields: tuple[Field, ...], reader: Reader, n_context: int = 0) -> Chain:
    """The chain of these fields; DataError where it is not one: each field once, looking at earlier ones only."""
    links: list[Link] = []
    done: set[int] = set(range(n_context))
    own = expect(data, dict, "model")
    for entry in expect(own.get("links"), list, "links"):
        link = _link_from_data(expect(entry, dict, "link"), fields, done, reader)
        if link.target in done or not done.issuperset(link.predictors):
            raise DataError("the sampler's links are not in order")
        done.add(link.target)
        links.append(link)
    if len(links) != len(fields) - n_context:
        raise DataError(f"the sampler has {len(links)} links for {len(fields)} fields")
    told = own.get("refinement")
    refinement = None if told is None else refinement_from_data(told, fields, reader)
    return Chain(fields, tuple(links), refinement, n_context)


def _link_from_data(data: dict[str, Any], fields: tuple[Field, ...], done: set[int], reader: Reader) -> Link:
    most = len(fields) - 1
    target = whole(data.get("target"), 0, most, "field")
    predictors = tuple(whole(one, 0, most, "field") for one in expect(data.get("predictors"), list, "predictors"))
    numbers = expect(data.get("tables"), list, "tables")
    if len(numbers) != len(predictors):
        raise DataError("the sampler's tables are not those of its predictors")
    pairs = zip(numbers, predictors, strict=True)
    tables = tuple(reader.get(number, np.uint8, length=fields[one].n_symbols) for number, one in pairs)
    told = data.get("difference")
    difference = None if told is None else difference_from_data(told, fields, done, reader)
    if difference is not None and not isinstance(fields[target], NumberField):
        raise DataError("a difference of the sampler is not of a number")
    n_symbols = (difference.field if difference else fields[target]).n_symbols
    law = _law_from_data(data, max(len(predictors), 1), n_symbols, reader)
    lookup = lookup_from_data(data.get("lookup"), fields, done, target, reader)
    if lookup is not None and difference is not None:
        raise DataError("a field of the sampler is both looked up and a difference")
    return Link(target, predictors, tables, law, difference, lookup)


def _law_from_data(data: dict[str, Any], n_predictors: int, n_symbols: int, reader: Reader) -> Forest | Odds | Pooled:
    if "odds" in data:
        return odds_from_data(data["odds"], n_predictors, n_symbols, reader)
    if "pooled" in data:
        return pooled_from_data(data["pooled"], n_predictors, n_symbols, reader)
    return forest_from_data(data.get("forest"), n_predictors, n_symbols, reader)
