"""The locales: where each one's words are looked for, how its names and addresses are put together."""

from __future__ import annotations

from dataclasses import dataclass

from twinset.core.registry import nearest
from twinset.errors import PlanError


@dataclass(frozen=True, slots=True)
class Locale:
    """One locale.

    ``faker`` and ``mimesis`` are where the packages keep its words; ``name`` and ``line`` are forms with {first} and {last},
    {number} and {street}; ``order`` is how street, city and postcode stand in one line.
    """

    code: str
    faker: str
    mimesis: str
    name: str = "{first} {last}"
    line: str = "{street} {number}"
    order: str = "{street}, {postcode} {city}"
    has_pairs: bool = False

    @property
    def language(self) -> str:
        return self.code.partition("_")[0]

    @property
    def country(self) -> str:
        return self.code.partition("_")[2]


_FRONT = "{number} {street}"
_STATE = "{street}, {city}, {region_code} {postcode}"
_TOWN = "{street}, {city} {postcode}"
_LAST_FIRST = "{last} {first}"

LOCALES = {
    locale.code: locale
    for locale in (
        Locale("ar_EG", "ar_AA", "ar-eg", line=_FRONT, order=_TOWN),
        Locale("ar_SA", "ar_SA", "ar-sa", line=_FRONT, order=_TOWN),
        Locale("cs_CZ", "cs_CZ", "cs", has_pairs=True),
        Locale("da_DK", "da_DK", "da"),
        Locale("de_AT", "de_AT", "de-at"),
        Locale("de_CH", "de_CH", "de-ch"),
        Locale("de_DE", "de_DE", "de"),
        Locale("el_GR", "el_GR", "el", has_pairs=True),
        Locale("en_AU", "en_GB", "en-au", line=_FRONT, order="{street}, {city} {region_code} {postcode}"),
        Locale("en_CA", "en_US", "en-ca", line=_FRONT, order="{street}, {city} {region_code} {postcode}"),
        Locale("en_GB", "en_GB", "en-gb", line=_FRONT, order="{street}, {city}, {postcode}"),
        Locale("en_IN", "en_IN", "", line=_FRONT, order=_TOWN),
        Locale("en_NZ", "en_NZ", "en-au", line=_FRONT, order=_TOWN),
        Locale("en_US", "en_US", "en", line=_FRONT, order=_STATE),
        Locale("es_AR", "es_AR", "es"),
        Locale("es_ES", "es_ES", "es"),
        Locale("es_MX", "es_MX", "es-mx"),
        Locale("fi_FI", "fi_FI", "fi"),
        Locale("fr_BE", "fr_BE", "fr"),
        Locale("fr_CA", "fr_CA", "fr", line=_FRONT, order="{street}, {city} {region_code} {postcode}"),
        Locale("fr_CH", "fr_CH", "fr"),
        Locale("fr_FR", "fr_FR", "fr", line=_FRONT),
        Locale("he_IL", "he_IL", "", order=_TOWN),
        Locale("hi_IN", "hi_IN", "", line="{number}, {street}", order=_TOWN),
        Locale("hu_HU", "hu_HU", "hu", name=_LAST_FIRST, order="{postcode} {city}, {street}"),
        Locale("it_IT", "it_IT", "it", order="{street}, {postcode} {city} {region_code}"),
        Locale("ja_JP", "ja_JP", "ja", name=_LAST_FIRST, line="{street}{number}", order="{postcode} {region}{city}{street}"),
        Locale("ko_KR", "ko_KR", "ko", name="{last}{first}", order="{city} {street}, {postcode}"),
        Locale("nl_BE", "nl_BE", "nl-be"),
        Locale("nl_NL", "nl_NL", "nl"),
        Locale("no_NO", "no_NO", "no"),
        Locale("pl_PL", "pl_PL", "pl", has_pairs=True),
        Locale("pt_BR", "pt_BR", "pt-br", line="{street}, {number}", order="{street}, {city} {region_code}, {postcode}"),
        Locale("pt_PT", "pt_PT", "pt"),
        Locale("ro_RO", "ro_RO", ""),
        Locale("ru_RU", "ru_RU", "ru", line="{street}, {number}", order="{postcode}, {city}, {street}", has_pairs=True),
        Locale("sk_SK", "sk_SK", "sk", has_pairs=True),
        Locale("sv_SE", "sv_SE", "sv"),
        Locale("tr_TR", "tr_TR", "tr"),
        Locale("uk_UA", "uk_UA", "uk", line="{street}, {number}", order="{street}, {city}, {postcode}", has_pairs=True),
        Locale(
            "zh_CN",
            "zh_CN",
            "zh",
            name="{last}{first}",
            line="{street}{number}号",
            order="{postcode} {region}{city}{street}",
        ),
    )
}


def find(code: str) -> Locale:
    """The locale of that code; PlanError with the nearest ones where there is none."""
    if code not in LOCALES:
        raise PlanError(f"there is no locale {code!r:.60} for people{nearest(code, LOCALES)}; known: {', '.join(LOCALES)}")
    return LOCALES[code]


LAST_NAMES = {
    "cs": "ý:á ek:ková ec:cová el:lová a:ová o:ová e:ová :ová",
    "el": "ίδης:ίδου άδης:άδου ός:ού ος:ου ής:ή ης:η άς:ά ας:α",
    "pl": "ski:ska cki:cka dzki:dzka żki:żka",
    "ru": "ий:ая ый:ая ой:ая :а",
    "sk": "ý:á ek:ková ec:cová a:ová o:ová :ová",
    "uk": "ський:ська цький:цька ий:а :а",
}
"""How a woman's last name follows from a man's: endings, tried in this order."""

SPELLING = {
    "de": {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"},
    "da": {"å": "aa", "ø": "oe", "æ": "ae", "Å": "Aa", "Ø": "Oe", "Æ": "Ae"},
    "no": {"å": "aa", "ø": "oe", "æ": "ae", "Å": "Aa", "Ø": "Oe", "Æ": "Ae"},
}
"""Letters that a language writes in ASCII in a way of its own."""
