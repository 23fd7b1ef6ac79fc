"""What the names of two columns, and the kind of their values, say about whether one points to the other."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from twinset.privacy.column_names import words
from twinset.sources.relations.codes import Coded


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KEY = _set("id ids key pk fk uid uuid guid identifier no nr num number code ref")
_SAYS_NOTHING = _set(
    "id key pk uuid guid code name type kind status state number no nr num value label title description order position rank"
    " level index idx seq sequence sort row year month day hour minute second week quarter date time age count quantity qty"
    " amount size version active flag"
)
_OF_ITSELF = _set(
    "parent manager supervisor boss chief leader mentor reports replies reply reply_to root previous prev next superior"
    " original referrer referred ancestor predecessor successor superseded replaced duplicate upper"
)
_TYPES = _set("type kind class model table entity")
_PLACES = _set("order position rank level index seq sequence sort row number no count quantity age")


def same_name(own: Coded, other: Coded) -> str:
    """Whether a name that says what it is stands on both sides."""
    said = [word for word in words(own.name) if word not in _SAYS_NOTHING]
    if own.name.casefold() == other.name.casefold() and (said or len(words(own.name)) > 2):
        return "the same name"
    return ""


def named_after(own: Coded, other: Coded) -> str:
    """Whether a column is called like a table and its key: ``customer_id``, ``billing_customer``, ``customers.id``."""
    mine, table = _stems(own.name), _stems(other.table)
    if not mine or not table or _is_place(own.name):
        return ""
    key = [word for word in _stems(other.name) if word not in table]
    ending = mine[-len(table) :]
    if ending == table or (key and mine[-len(table) - len(key) :] == table + key):
        return f"named after {other.table}"
    if len(table) == 1 and len(mine[-1]) >= 3 and _is_key_name(own.name) and _is_short_for(mine[-1], table[0]):
        return f"named after {other.table}"  # cust_id, dept_no
    if len(table) > 1 and mine[-1:] == table[-1:] and _is_key_name(own.name):
        return f"named after {other.table}"  # category_id of product_categories
    return ""


def names_table(value: str, table: str) -> bool:
    """Whether a word such as ``BlogPost`` is the name of a row of a table such as ``blog_posts``."""
    return bool(_stems(value)) and _stems(value) == _stems(table)


def is_type_of(kind: Coded, own: Coded) -> bool:
    """Whether two columns are called as a thing's type and its key: ``commentable_type`` and ``commentable_id``."""
    said, key = words(kind.name), words(own.name)
    return len(said) > 1 and said[-1] in _TYPES and key[-1] in _KEY and said[:-1] == key[:-1]


def is_any_key(own: Coded, others: Sequence[Coded]) -> bool:
    """Whether a name says that a column is a key, and of no table in particular: ``target_id``."""
    return _is_key_name(own.name) and not any(
        named_after(own, one) or same_name(own, one) for one in others if one is not own
    )


def of_itself(own: Coded, other: Coded) -> str:
    """Whether a column says that it leads to another row of its own table: ``parent_id``, ``manager_id``."""
    return "a row's own kind above it" if own.table == other.table and not _OF_ITSELF.isdisjoint(words(own.name)) else ""


def by_values(own: Coded, other: Coded, share: float) -> str:
    """Whether so many values could hardly be keys there by chance."""
    n_own = len(own.distinct)
    if own.sort == "text":
        is_code = own.length >= 2.5 and abs(own.length - other.length) <= 1.5 and n_own >= 3
        return "its codes are keys there" if is_code and share >= 0.95 and _is_like(own, other) else ""
    if own.sort == "whole" and share >= 0.99 and other.density < 0.5 and n_own >= 10:
        return "its numbers are keys there, which so many would hardly be by chance" if other.density**n_own < 1e-9 else ""
    return ""


def _is_like(own: Coded, other: Coded) -> bool:
    """Whether texts are codes on both sides: mostly one word, short."""
    return own.length <= 40 and other.length <= 40


def closeness(own: Coded, other: Coded) -> float:
    """How alike two columns' names are, their tables' among them: to choose between two that fit."""
    return difflib.SequenceMatcher(None, own.name.casefold(), f"{other.table}_{other.name}".casefold()).ratio()


def _stems(name: str) -> list[str]:
    """The words of a name in the singular, without those that say it is a key."""
    return [_singular(word) for word in words(name) if word not in _KEY]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "ses")) and len(word) > 4:
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _is_short_for(short: str, word: str) -> bool:
    """Whether the letters of ``short`` stand in a word in their order, the first one first: dept and department."""
    letters = iter(word)
    return short[0] == word[0] and all(letter in letters for letter in short)


def _is_key_name(name: str) -> bool:
    said = words(name)
    return len(said) > 1 and said[-1] in _KEY


def is_key(name: str) -> bool:
    """Whether a name has no words but those of keys: ``id``, ``number``."""
    return _KEY.issuperset(words(name))


def _is_place(name: str) -> bool:
    """Whether a column of one word counts or sorts: ``order`` in a table of lines."""
    said = words(name)
    return len(said) == 1 and said[0] in _PLACES
