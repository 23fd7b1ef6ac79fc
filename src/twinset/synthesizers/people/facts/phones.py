"""Telephone numbers by country: ranges kept for films and books where a country has such, else only the right shape.

Sources: NANPA (555-0100 to 555-0199 of any area code), Ofcom (numbers for TV and radio drama), ACMA (fictitious numbers),
Arcep (numbers for audiovisual works), Bundesnetzagentur (Drama Numbers), PTS (numbers for fiction).
"""

from __future__ import annotations

from collections.abc import Iterable

RESERVED = {
    "AU": ("(02) 5550 ####", "(03) 5550 ####", "(07) 5550 ####", "(08) 5550 ####", "(02) 7010 ####", "(03) 7010 ####"),
    "CA": ("555-01##",),
    "DE": ("030 23125###", "0221 4710###", "040 66969###", "069 90009###", "089 99998###"),
    "FR": ("01 99 00 ## ##", "02 61 91 ## ##", "03 53 01 ## ##", "04 65 71 ## ##", "05 36 49 ## ##", "06 39 98 ## ##"),
    "GB": (
        "0113 496 0###", "0114 496 0###", "0115 496 0###", "0116 496 0###", "0117 496 0###", "0118 496 0###",
        "0121 496 0###", "0131 496 0###", "0141 496 0###", "0151 496 0###", "0161 496 0###", "020 7946 0###",
        "07700 900###", "01632 960###",
    ),
    "SE": ("031-390 06 ##", "040-628 04 ##", "08-465 004 ##"),
    "US": ("555-01##",),
}  # fmt: skip
"""Never given to anybody. The United States and Canada have their area codes before these."""

CANADA = (
    "204 226 236 249 250 289 306 343 365 403 416 418 431 437 438 450 506 514 519 579 581 587 604 613 639 647 705 709 778 "
    "780 782 807 819 825 867 873 902 905"
)
QUEBEC = "418 438 450 506 514 579 581 819 873"
"""Area codes of Canada, and of where French is spoken (with New Brunswick's); no package tells them apart."""

SHAPES = {
    "AR": ("+54 11 4### ####", "+54 351 4## ####"),
    "AT": ("+43 1 ### ## ##", "+43 664 ### ####"),
    "BE": ("+32 2 ### ## ##", "+32 47# ## ## ##"),
    "BR": ("(11) 3###-####", "(21) 9####-####"),
    "CH": ("044 ### ## ##", "079 ### ## ##"),
    "CN": ("010-6### ####", "138 #### ####"),
    "CZ": ("+420 2## ### ###", "+420 60# ### ###"),
    "DK": ("3# ## ## ##", "2# ## ## ##"),
    "EG": ("02 2### ####", "010 #### ####"),
    "ES": ("91# ### ###", "6## ### ###"),
    "FI": ("09 ### ####", "040 ### ####"),
    "GR": ("21# ### ####", "69# ### ####"),
    "HU": ("+36 1 ### ####", "+36 30 ### ####"),
    "IL": ("03-6######", "052-#######"),
    "IN": ("022 2### ####", "98### #####"),
    "IT": ("06 ### ####", "34# ### ####"),
    "JP": ("03-3###-####", "090-%###-####"),
    "KR": ("02-2###-####", "010-%###-####"),
    "MX": ("55 5### ####", "33 3### ####"),
    "NL": ("020 ### ####", "06 ########"),
    "NO": ("22 ## ## ##", "9## ## ###"),
    "NZ": ("09 3## ####", "021 ### ####"),
    "PL": ("22 ### ## ##", "60# ### ###"),
    "PT": ("21# ### ###", "91# ### ###"),
    "RO": ("021 ### ####", "072# ### ###"),
    "RU": ("+7 (495) ###-##-##", "+7 (916) ###-##-##"),
    "SA": ("011 ### ####", "05# ### ####"),
    "SK": ("+421 2 #### ####", "+421 90# ### ###"),
    "TR": ("0212 ### ## ##", "0532 ### ## ##"),
    "UA": ("+380 44 ### ## ##", "+380 67 ### ## ##"),
}
"""Of the right shape and no more: such a number may be somebody's."""


def all_of(patterns: Iterable[str]) -> list[str]:
    """Every number that some short patterns stand for."""
    n_signs = {pattern: pattern.count("#") for pattern in patterns}
    forms = {pattern: pattern.replace("#", "{}") for pattern in patterns}
    return [forms[one].format(*f"{number:0{n}d}") for one, n in n_signs.items() for number in range(10**n)]
