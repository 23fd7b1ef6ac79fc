"""Legal forms of companies by country, as a company's name has them; the first ones are the commoner."""

from __future__ import annotations

from twinset.synthesizers.people.facts.locales import Locale

AND = {
    "da": " og ", "es": " y ", "fi": " ja ", "fr": " et ", "hu": " és ", "it": " e ", "ja": "・", "no": " og ", "pt": " e ",
    "ru": " и ", "sv": " och ", "tr": " ve ", "uk": " та ", "zh": "",
}  # fmt: skip
"""What stands between two names in a company's; an ampersand elsewhere."""

FORMS = {
    "AR": ("{} S.R.L.", "{} S.A."),
    "AT": ("{} GmbH", "{} KG", "{} AG"),
    "AU": ("{} Pty Ltd", "{} Ltd"),
    "BE": ("{} SRL", "{} SA", "{} SNC"),
    "BR": ("{} Ltda.", "{} S.A.", "{} ME"),
    "CA": ("{} Inc.", "{} Ltd.", "{} Corp."),
    "CH": ("{} AG", "{} GmbH", "{} SA"),
    "CN": ("{}有限公司", "{}股份有限公司"),
    "CZ": ("{} s.r.o.", "{} a.s."),
    "DE": ("{} GmbH", "{} GmbH & Co. KG", "{} AG", "{} KG", "{} e.K."),
    "DK": ("{} ApS", "{} A/S"),
    "EG": ("شركة {}",),
    "ES": ("{} S.L.", "{} S.A."),
    "FI": ("{} Oy", "{} Oyj"),
    "fr_CA": ("{} inc.", "{} ltée"),
    "fr_CH": ("{} SA", "{} Sàrl"),
    "nl_BE": ("{} BV", "{} NV", "{} VOF"),
    "FR": ("{} SARL", "{} SAS", "{} SA"),
    "GB": ("{} Ltd", "{} LLP", "{} PLC"),
    "GR": ("{} Α.Ε.", "{} Ε.Π.Ε.", "{} Ι.Κ.Ε."),
    "HU": ("{} Kft.", "{} Zrt.", "{} Bt."),
    "IL": ('{} בע"מ',),
    "IN": ("{} Pvt. Ltd.", "{} Ltd.", "{} LLP"),
    "IT": ("{} S.r.l.", "{} S.p.A.", "{} S.n.c."),
    "JP": ("株式会社{}", "{}株式会社", "合同会社{}"),
    "KR": ("주식회사 {}", "{} 주식회사"),
    "MX": ("{} S.A. de C.V.", "{} S. de R.L."),
    "NL": ("{} B.V.", "{} N.V.", "{} V.O.F."),
    "NO": ("{} AS", "{} ASA"),
    "NZ": ("{} Limited",),
    "PL": ("{} Sp. z o.o.", "{} S.A.", "{} Sp.j."),
    "PT": ("{} Lda.", "{} S.A."),
    "RO": ("{} S.R.L.", "{} S.A."),
    "RU": ("ООО «{}»", "АО «{}»", "ПАО «{}»"),
    "SA": ("شركة {} المحدودة", "شركة {}"),
    "SE": ("{} AB", "{} HB"),
    "SK": ("{} s.r.o.", "{} a.s."),
    "TR": ("{} Ltd. Şti.", "{} A.Ş."),
    "UA": ("ТОВ «{}»", "ПрАТ «{}»"),
    "US": ("{} Inc.", "{} LLC", "{} Corp."),
}
"""By country, or by locale where the languages of a country have their own."""


def forms(locale: Locale) -> tuple[str, ...]:
    """The legal forms of a locale."""
    return FORMS.get(locale.code) or FORMS[locale.country]
