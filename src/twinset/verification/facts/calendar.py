"""What months, weekdays and seasons are called in English, German, French, Spanish, Italian, Portuguese and Dutch."""

from __future__ import annotations

from twinset.verification.facts.tongue import all_of

_MONTHS = (
    "january jan januar jänner janvier janv enero gennaio janeiro januari",
    "february feb februar février févr fevrier febrero febbraio fevereiro februari",
    "march mar märz mars marzo março maart", "april apr avril avr abril aprile", "may mai mayo maggio maio mei",
    "june jun juni juin junio giugno junho", "july jul juli juillet juil julio luglio julho",
    "august aug août aout agosto augustus", "september sep sept septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro", "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dicembre dezembro",
)  # fmt: skip
MONTHS = {name: place for place, names in enumerate(_MONTHS, 1) for name in names.split()}
_DAYS = (
    "monday mon montag lundi lunes", "tuesday tue tues dienstag mardi martes",
    "wednesday wed mittwoch mercredi miércoles", "thursday thu thur thurs donnerstag jeudi jueves",
    "friday fri freitag vendredi viernes", "saturday sat samstag sonnabend samedi sábado",
    "sunday sun sonntag dimanche domingo",
)  # fmt: skip
WEEKDAYS = {name: place for place, names in enumerate(_DAYS) for name in names.split()}
SHORT_DAYS = all_of("mon tue tues wed thu thur thurs fri sat sun")
SMALL_DAYS = all_of(
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo"
)
"""Weekdays that are written in small letters."""
_SEASONS = (
    "spring frühling frühjahr printemps primavera", "summer sommer verano",
    "autumn herbst automne otoño", "winter hiver invierno",
)  # fmt: skip
SEASONS = {name: place for place, names in enumerate(_SEASONS) for name in names.split()}
"""From 0 for spring; "fall" and "été" are words of other uses too, and left out."""
