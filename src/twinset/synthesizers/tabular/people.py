"""Made-up people in the place of personal data, where an engine is asked for them: coherent, and nothing of them learned.

Who stands in a row follows from the seed and the row's number alone. A row's personal columns are one person's, with two
exceptions: a second column of a field (``seller_name`` after ``buyer_name``) is a second person's; and a column with less
than half or more than twice as many different values as the e-mail, or else as the widest column, is of somebody else, such
as the one doctor of many patients. First and last names repeat by themselves, so that they always go with the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from twinset.core import registry, types
from twinset.core.people import Ask, Provider
from twinset.core.schema import Column
from twinset.core.seed import Seed
from twinset.errors import PlanError
from twinset.privacy.column_names import words
from twinset.privacy.values import Numbers
from twinset.synthesizers.tabular.codec import Making
from twinset.synthesizers.tabular.placeholders import mixed

_FIRST = re.compile(r"\b(?:first|given|fore|vorname|prenom|prénom|nombres?|voornaam|fornavn|förnamn|imie|imię)")
_LAST = re.compile(r"\b(?:last|sur|family|nachname|familien|apellidos?|cognome|achternaam|etternavn|efternamn|nazwisko)")
_BARE = re.compile(r"^(?:name|nom|nome|naam|namn|navn)$")
_STREET = re.compile(r"\b(?:street|strasse|straße|rue|calle|via|straat|line)\b")
_PARTS = ("first_name", "last_name")
_ALIKE = 2
_CROWD = 50_000
"""Of more people than this, those of rows near each other are near each other, so that a part makes few of them."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose data stands in a column: a ``field`` of a record of that locale.

    ``who`` tells the people of a row apart; ``n_per_row`` is how many of them there are for each row, 0 where every row has
    its own.
    """

    locale: str
    record: str
    field: str
    who: int = 0
    n_per_row: float = 0.0

    @classmethod
    def of(cls, column: Column, locale: str) -> Person:
        """The person of a column of personal data; which part of a name or an address it is, its own name says."""
        assert isinstance(column.type, types.Personal)
        kind = column.type.kind
        if kind == "card":
            return cls(locale, "card", "number")
        return cls(locale, "person", _field(kind, " ".join(words(column.name))))

    @property
    def stand_in(self) -> str:
        """What comes out of the column, in words."""
        return f"personal: made-up people ({self.locale}) stand in its place; nothing is learned"

    @property
    def lack(self) -> str:
        """Why nobody stands in the column, where its people have no such thing."""
        return f"; people ({self.locale}) have none that is surely nobody's"

    @property
    def rate(self) -> float:
        """Different people a row."""
        return self.n_per_row or 1.0

    @property
    def is_had(self) -> bool:
        """Whether people of this locale have such a thing that is surely nobody's: some countries have no IBAN, and of some
        the provider refuses ids, since any valid one may be a real person's."""
        try:
            return not self._made(Seed(0), 0, 1).null_count
        except PlanError:
            return False

    def texts(self, making: Making) -> pa.Array:
        """The field of each row's person."""
        seed = making.common.child("people", self.who)
        if not making.n_rows:
            return pa.array([], pa.string())
        if not self.n_per_row:
            return self._made(seed, making.start, making.n_rows)
        numbers = self._numbers(making, seed)
        low = int(numbers.min())
        return self._made(seed, low, int(numbers.max()) - low + 1).take(pa.array(numbers - low))

    def _made(self, seed: Seed, start: int, n: int) -> pa.Array:
        ask = Ask(self.record, n, seed, start, ((self.locale, 1.0),), (self.field,))
        return _provider().make(ask).field(0)

    def _numbers(self, making: Making, seed: Seed) -> Numbers:
        """The number of each row's person."""
        rows = making.start + np.arange(making.n_rows)
        n_people = max(1, round(self.n_per_row * making.n_total))
        n_crowds = -(-n_people // _CROWD)
        crowd = np.minimum(rows * n_crowds // making.n_total, n_crowds - 1)
        low, high = crowd * n_people // n_crowds, (crowd + 1) * n_people // n_crowds
        key = mixed(np.array([seed.child("row").integer()], dtype=np.uint64))
        bits = (mixed(rows.astype(np.uint64) + key) >> np.uint64(32)).astype(np.int64)
        return np.asarray(low + (bits * (high - low) >> 32))


def check(locale: object) -> None:
    """PlanError for a locale that there is not, MissingExtraError where its words are not to be had; '' is none."""
    if locale == "":
        return
    if not isinstance(locale, str):
        raise PlanError(f"people is a locale such as de_DE, or '' for placeholders, not {locale!r}")
    ask = Ask("person", 1, Seed(0), 0, ((locale, 1.0),), ("name",))
    _provider().check(ask)
    _provider().make(ask)


def is_known(locale: str) -> bool:
    """Whether there is a locale of that name; none of its words are looked for."""
    return locale in _provider().locales()


def cast(asked: Sequence[Person]) -> list[Person]:
    """Which of a table's columns are one and the same person's: the e-mail's first, whom names are to fit."""
    turns = [sum(one.field == other.field for other in asked[:place]) for place, one in enumerate(asked)]
    chosen: dict[int, int] = {}
    people: list[tuple[int, float]] = []
    for is_part, _, _, place in sorted((o.field in _PARTS, o.field != "email", -o.rate, n) for n, o in enumerate(asked)):
        turn, rate = turns[place], asked[place].rate
        fits = [n for n, (own, most) in enumerate(people) if own == turn and (is_part or _are_alike(rate, most))]
        who = chosen[place] = fits[0] if fits else len(people)
        if not fits:
            people.append((turn, rate))
        elif not is_part:
            people[who] = turn, max(rate, people[who][1])
    return [replace(one, who=chosen[place], n_per_row=people[chosen[place]][1] % 1.0) for place, one in enumerate(asked)]


def _are_alike(rate: float, other: float) -> bool:
    return max(rate, other) <= _ALIKE * min(rate, other)


def with_last_names(names: Sequence[str], asked: Sequence[Person]) -> list[Person]:
    """The people of columns of these names: beside first names, a column that is just called name is of last names."""
    fields = {one.field for one in asked}
    if "first_name" not in fields or "last_name" in fields:
        return list(asked)
    is_last = [
        one.field == "name" and _BARE.match(name.casefold()) is not None for name, one in zip(names, asked, strict=True)
    ]
    if sum(is_last) != 1:
        return list(asked)
    return [replace(one, field="last_name") if last else one for one, last in zip(asked, is_last, strict=True)]


def _field(kind: str, said: str) -> str:
    if kind == "address":
        return "street" if _STREET.search(said) else kind
    is_first, is_last = _FIRST.search(said) is not None, _LAST.search(said) is not None
    return kind if kind != "name" or is_first == is_last else _PARTS[is_last]


def _provider() -> Provider:
    made: Provider = registry.lookup("providers", "people")()
    return made
