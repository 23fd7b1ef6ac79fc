"""Countries and what their people and languages are called: whoever is from Austria is Austrian.

Most follow from each other by their endings; the others, and the short names of countries, are listed.
"""

# ruff: noqa: E501  # patterns and lists of words are as long as they are

from __future__ import annotations

from twinset.verification.facts.tongue import all_of

_GROUPS = (
    "france french frenchman frenchwoman", "spain spanish spaniard", "netherlands dutch holland dutchman", "switzerland swiss",
    "denmark danish dane danes", "wales welsh", "greece greek", "turkey turkish turk", "poland polish pole", "finland finnish finn",
    "sweden swedish swede", "ireland irish", "scotland scottish scots scot", "england english", "britain british uk briton gb",
    "united us usa american america states", "iceland icelandic", "norway norwegian", "czechia czech", "portugal portuguese",
    "china chinese", "japan japanese", "thailand thai", "cyprus cypriot", "germany german", "hungary hungarian", "italy italian",
    "russia russian", "ukraine ukrainian", "peru peruvian", "chile chilean", "israel israeli", "iraq iraqi", "pakistan pakistani",
    "philippines filipino filipina", "vietnam vietnamese", "lebanon lebanese", "vatican papal", "europe european eu", "brazil brazilian",
    "canada canadian", "belgium belgian", "luxembourg luxembourgish", "kazakhstan kazakh", "uzbekistan uzbek", "georgia georgian",
    "argentina argentine argentinian", "deutschland deutsch deutsche deutscher deutschen", "österreich österreichische",
    "frankreich französische", "schweiz schweizer", "italien italienische", "españa español española", "méxico mexicano mexicana",
    "mexico mexican", "france français française", "allemagne allemand allemande", "italie italien italienne",
)  # fmt: skip
_ENDINGS = all_of("n an ian ean ese ish ic ns ans ians iens ien ienne aner ano ana")
_RELATED: dict[str, frozenset[str]] = {}
for _group in _GROUPS:
    for _word in _group.split():
        _RELATED[_word] = _RELATED.get(_word, frozenset()) | frozenset(_group.split())


def related(word: str) -> frozenset[str]:
    """The other words of a country, people and language."""
    return _RELATED.get(word, frozenset())


def are_of_one(first: str, second: str) -> bool:
    """Whether two words differ in the ending of a people alone: Austria and Austrian are so."""
    short, long = sorted((first, second), key=len)
    for cut in (short, short[:-1]):
        if len(cut) >= 5 and long.startswith(cut):
            rest, own = long[len(cut) :], short[len(cut) :]
            if rest in _ENDINGS and own in ("", "a", "e", "y", "o"):
                return True
    return False
