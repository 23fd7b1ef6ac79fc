"""Regions and their postcodes: which first signs a region's postcodes have (``regions.txt``), and the form of what follows.

Countries whose regions and postcodes a package tells (Canada, India, Italy, the United States) have no lines there. The
first signs are those that most postcodes of a region have; a place near a border may really have its neighbour's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Form:
    """A country's postcodes after the first signs of the region: what each city has for itself, and what each row has."""

    city: str
    row: str


FORMS = {
    "AR": Form("#", "#"),
    "AT": Form("#", "#"),
    "AU": Form("#", "#"),
    "BE": Form("#", "#"),
    "BR": Form("#", "#-###"),
    "CA": Form("%@", " #@#"),
    "CH": Form("#", "#"),
    "CN": Form("##", "##"),
    "CZ": Form("#", " ##"),
    "DE": Form("#", "##"),
    "DK": Form("#", "#"),
    "EG": Form("#", "##"),
    "ES": Form("#", "##"),
    "FI": Form("#", "##"),
    "FR": Form("#", "##"),
    "GB": Form("%", " %@@"),
    "GR": Form("#", " ##"),
    "HU": Form("#", "#"),
    "IL": Form("##", "###"),
    "IN": Form("#", "###"),
    "IT": Form("", ""),
    "JP": Form("#", "-####"),
    "KR": Form("#", "##"),
    "MX": Form("#", "##"),
    "NL": Form("##", " @@"),
    "NO": Form("#", "#"),
    "NZ": Form("#", "#"),
    "PL": Form("", "-###"),
    "PT": Form("##", "-###"),
    "RO": Form("##", "##"),
    "RU": Form("", "###"),
    "SA": Form("#", "##"),
    "SE": Form("#", " ##"),
    "SK": Form("", " ##"),
    "TR": Form("#", "##"),
    "UA": Form("#", "##"),
    "US": Form("", "##"),
}

LETTERS = {"CA": "ABCEGHJKLMNPRSTVWXYZ", "GB": "ABDEFGHJLNPQRSTUWXYZ", "NL": "ABCDEGHJKLMNPRSTVWXZ"}

TURKEY = (
    "32=33 33=32 68=06 69=29 70=30 71=42 72=47 73=51 74=56 75=68 76=72 77=69 78=70 79=71 80=73 81=01 82=18 83=27 84=36 "
    "85=67 86=75 87=74 88=76 89=78 90=79 91=80 92=77 93=81"
)
"""Turkish postcodes begin with the province's number plate; where GeoNames numbers a province differently."""

INDIA = (
    "02=AP 03=AS 05=CH 07=DL 09=GJ 10=HR 11=HP 12=JK 13=KL 14=LD 16=MH 17=MN 18=ML 19=KA 20=NL 21=OD 22=PY 23=PB 24=RJ "
    "25=TN 26=TR 28=WB 29=SK 30=AR 31=MZ 33=GA 34=BR 35=MP 36=UP 37=CG 38=JH 39=UK 40=TG"
)
CANADA = "01=AB 02=BC 03=MB 04=NB 05=NL 07=NS 08=ON 09=PE 10=QC 11=SK 12=YT 13=NT 14=NU"
"""GeoNames' codes of states and provinces as the abbreviations that Faker's postcodes go by."""


def spans(text: str) -> list[str]:
    """First signs in full: ``69-71 88`` is 69, 70, 71 and 88."""
    found: list[str] = []
    for part in text.split():
        low, dash, high = part.partition("-")
        found += [f"{number:0{len(low)}}" for number in range(int(low), int(high) + 1)] if dash else [low]
    return found


def regions(country: str) -> dict[str, tuple[str, str, list[str]]]:
    """GeoNames' code of each region: its name, its abbreviation, its postcodes' first signs."""
    found = {}
    for line in Path(__file__).with_name("regions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{country}|"):
            _, code, name, heads, *short = line.split("|")
            found[code] = (name, short[0] if short else code, spans(heads))
    return found


def pairs(text: str) -> dict[str, str]:
    """``02=AP 03=AS`` as a mapping."""
    return dict(pair.split("=") for pair in text.split())


EXONYMS = {
    "ar_EG": {"Cairo": "القاهرة", "Alexandria": "الإسكندرية"},
    "de_DE": {"Munich": "München", "Cologne": "Köln", "Nuremberg": "Nürnberg"},
    "es_ES": {"Palma": "Palma"},
    "es_MX": {"Mexico City": "Ciudad de México"},
    "fr_BE": {"Brussels": "Bruxelles"},
    "fr_CH": {"Geneva": "Genève", "Sitten": "Sion"},
    "he_IL": {"Jerusalem": "ירושלים"},
    "ja_JP": {"Saitama": "さいたま市"},
    "pl_PL": {"Warsaw": "Warszawa"},
    "pt_PT": {"Lisbon": "Lisboa"},
    "ro_RO": {"Bucharest": "București"},
}
"""Large cities as the locale writes them, by GeoNames' names, where the packages don't say."""

LANGUAGES = {
    "de_CH": ("AG", "AR", "BE", "BL", "BS", "GR", "LU", "SG", "SH", "SO", "SZ", "TG", "ZG", "ZH"),
    "fr_BE": ("BRU", "WAL"),
    "fr_CA": ("NB", "QC"),
    "fr_CH": ("FR", "GE", "NE", "VD", "VS"),
    "nl_BE": ("BRU", "VLG"),
}
"""The regions of a country of several languages where a locale's is spoken by most or many."""

TRANSLATED = {"fr_CA": {"NB": "Nouveau-Brunswick", "QC": "Québec"}, "nl_BE": {"BRU": "Brussel"}}
"""Regions whose names above are those of the country's other language."""

SCRIPTS = {"he": ("\u05d0", "\u05ea"), "hi": ("\u0900", "\u097f")}
"""Letters of languages whose cities are written as GeoNames has them, since the packages know few."""
