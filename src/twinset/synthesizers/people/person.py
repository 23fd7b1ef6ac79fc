"""A person's name, sex, birth, user name and e-mail: all of one and the same person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twinset.core import types
from twinset.synthesizers.people import text
from twinset.synthesizers.people.draws import Ints
from twinset.synthesizers.people.sheet import Recipe, Sheet
from twinset.synthesizers.people.text import Part
from twinset.synthesizers.people.weights import shares, table

DOMAINS = ("example.com", "example.net", "example.org")
"""Reserved for documentation by RFC 2606: no mail to them reaches anybody."""

AS_OF = "2026-01-01"
"""The day on which ages are counted where a plan does not say another: no clock is asked."""

_YOUNGEST_AT_WORK = 16
_N_STYLES = 5
"""How user names begin: with the first name and a dot, a line or nothing, or with its letter and a dot or nothing."""


def is_female(sheet: Sheet) -> Ints:
    """Whether each row is a woman."""

    def make(sheet: Sheet) -> Ints:
        if "sex_of" in sheet.options:
            return np.asarray(sheet.options["sex_of"](sheet))
        return np.asarray(sheet.draws.small("sex") < round(sheet.options.get("women", 0.51) * 65536))

    return sheet.once("is_female", make)


def _sex(sheet: Sheet) -> pa.Array:
    return text.take(pa.array(["male", "female"]), is_female(sheet).astype(np.int8))


def first_index(sheet: Sheet) -> Ints:
    """Each row's first name, in one book of women's and then men's."""

    def make(sheet: Sheet) -> Ints:
        if sheet.words.is_by_year:
            is_male = np.logical_not(is_female(sheet)).view(np.int8)
            return sheet.words.first_names(born(sheet), is_male, sheet.draws.wide("first"))
        bits = sheet.draws.small("first")
        hers, his = sheet.words.pick("first_f", bits), sheet.words.pick("first_m", bits)
        return np.where(is_female(sheet), hers, his + np.int32(len(sheet.words["first_f"])))

    return sheet.once("first", make)


def of_both(sheet: Sheet, part: str) -> pa.Array:
    """One book of women's and then men's words, under the name of the part and a star."""
    words = sheet.words
    stem, _, kind = part.partition(":")
    hers, his = (f"{stem}_{letter}:{kind}".rstrip(":") for letter in "fm")
    return words.derived(f"{part}*", lambda: pa.concat_arrays([words[hers], words[his]]))


def _first(sheet: Sheet) -> pa.Array:
    return text.take(of_both(sheet, "first"), first_index(sheet))


def last_index(sheet: Sheet) -> Ints:
    """Each row's last name, in one book of women's and then men's forms; a household's draw."""

    def make(sheet: Sheet) -> Ints:
        family = sheet.words.pick("last_m", sheet.home.small("last"))
        if not sheet.locale.has_pairs:
            return family
        return family + np.where(is_female(sheet), np.int32(0), np.int32(len(sheet.words["last_f"])))

    return sheet.once("last", make)


def _last(sheet: Sheet) -> pa.Array:
    return text.take(of_both(sheet, "last"), last_index(sheet))


def _name(sheet: Sheet) -> pa.Array:
    """Both names in the order of the locale."""
    of_both(sheet, "first"), of_both(sheet, "last")
    return sheet.laid_out(sheet.locale.name, {"first": ("first*", first_index(sheet)), "last": ("last*", last_index(sheet))})


def _stems(sheet: Sheet) -> pa.Array:
    """How user names begin, all styles of all first names in ASCII."""

    def make() -> pa.Array:
        firsts = of_both(sheet, "first:ascii")
        initials = pc.utf8_slice_codeunits(firsts, 0, 1)
        whole, short = ([text.join(words, sign) for sign in signs] for words, signs in ((firsts, "._"), (initials, ".")))
        return pa.concat_arrays([*whole, firsts, *short, initials])

    return sheet.words.derived("stems", make)


def _user_parts(sheet: Sheet) -> list[Part]:
    """The first name or its letter, and the last name."""

    def make(sheet: Sheet) -> list[Part]:
        stems = _stems(sheet)
        stem = sheet.draws.below(_N_STYLES, "style") * np.int32(len(of_both(sheet, "first"))) + first_index(sheet)
        return [(stems, stem), (of_both(sheet, "last:ascii"), last_index(sheet))]

    return sheet.once("user_parts", make)


def _numbered(sheet: Sheet, ends: Sequence[str], which: Ints | None = None) -> list[Part]:
    """A number, the row's own where e-mails are to be unique, and then one of some endings."""
    if sheet.options.get("unique_emails", True):
        return text.counted(sheet.draws.index + 1, ends, which)
    number = np.maximum(sheet.draws.below(150, "user", "number") - 50, 0)
    words = [f"{number or ''}{end}" for end in ends for number in range(100)]
    return [(pa.array(words), number if which is None else number + which * np.int32(100))]


def _user_name(sheet: Sheet) -> pa.Array:
    return text.woven(*_user_parts(sheet), *_numbered(sheet, [""]))


def _email(sheet: Sheet) -> pa.Array:
    which = sheet.draws.below(len(DOMAINS), "domain")
    return text.woven(*_user_parts(sheet), *_numbered(sheet, ["@" + domain for domain in DOMAINS], which))


def _ages() -> list[float]:
    """Weights of the ages 0 to 105: even to 55, then fewer each year."""
    return [100.0 if age < 55 else max(0.1, 100.0 - (age - 55) * 2.35) for age in range(106)]


def born(sheet: Sheet) -> Ints:
    """Days since 1970 on which each row was born: in the year that ends on its last birthday before ``as_of``."""
    return sheet.once("born", lambda sheet: _born(age(sheet), sheet))


def age(sheet: Sheet) -> Ints:
    """Each row's age in whole years on the day ``as_of``."""

    def make(sheet: Sheet) -> Ints:
        if "age_of" in sheet.options:
            return np.asarray(sheet.options["age_of"](sheet))
        low, high = sheet.options.get("ages", (18, 90))
        return np.asarray(low + table(shares(_ages()[low : high + 1])).take(sheet.draws.small("age")))

    return sheet.once("age", make)


def _born(years: Ints, sheet: Sheet) -> Ints:
    today = np.datetime64(str(sheet.options.get("as_of", AS_OF)), "D")
    month = today.astype("datetime64[M]")
    days = (today - month.astype("datetime64[D]")).astype(np.int64)
    then = month - 12 * np.arange(int(years.max(initial=0)) + 1)
    length = ((then + 1).astype("datetime64[D]") - then.astype("datetime64[D]")).astype(np.int64)
    birthdays = then.astype("datetime64[D]").astype(np.int64) + np.minimum(days, length - 1)
    return np.asarray(birthdays.take(years) - sheet.draws.below(365, "birthday"), np.int32)


def _birth_date(sheet: Sheet) -> pa.Array:
    return pa.array(born(sheet), pa.int32()).view(pa.date32())


def _job(sheet: Sheet) -> pa.Array:
    """A job; children have none."""
    jobs = sheet.take("job", sheet.any_of("job"))
    is_child = age(sheet) < _YOUNGEST_AT_WORK
    return pc.if_else(pa.array(is_child), pa.scalar(None, pa.string()), jobs) if is_child.any() else jobs


RECIPES = {
    "sex": Recipe(_sex, types.Categorical()),
    "first_name": Recipe(_first, types.Personal("name")),
    "last_name": Recipe(_last, types.Personal("name")),
    "name": Recipe(_name, types.Personal("name")),
    "birth_date": Recipe(_birth_date, types.Date(), pa.date32()),
    "user_name": Recipe(_user_name, types.Personal("user_name")),
    "email": Recipe(_email, types.Personal("email")),
    "job": Recipe(_job, types.Categorical(), nullable=True),
}
