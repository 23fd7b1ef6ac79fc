"""Units that stand beside numbers: what they measure, and how many of the plainest unit one of them is."""

from __future__ import annotations

import re
from decimal import Decimal

_TABLE = """
length m metre metres meter meters=1 km kilometre kilometres kilometer kilometers=1000 cm centimetre centimetres centimeter centimeters=0.01 mm millimetre millimetres millimeter millimeters=0.001 mile miles mi=1609.344 ft foot feet=0.3048 inch inches=0.0254 yard yards yd=0.9144
mass g gram grams=1 kg kilo kilos kilogram kilograms=1000 mg milligram milligrams=0.001 µg mcg microgram micrograms=0.000001 t tonne tonnes=1000000 lb lbs pound pounds=453.59237 oz ounce ounces=28.349523125
volume l litre litres liter liters=1 ml millilitre millilitres milliliter milliliters=0.001 dl=0.1 cl=0.01
time s sec secs second seconds=1 ms millisecond milliseconds=0.001 min mins minute minutes=60 h hr hrs hour hours=3600 day days=86400 week weeks=604800
months month months=1
years year years=12
share % percent per-cent pct=0.01 ‰=0.001
power w watt watts=1 kw kilowatt kilowatts=1000 mw megawatt megawatts=1000000
energy j joule joules=1 kj=1000 kcal=4184 kwh=3600000
temperature °c celsius=1
fahrenheit °f fahrenheit=1
data byte bytes=1 kb=1000 mb=1000000 gb=1000000000 tb=1000000000000
speed km/h kph=1 mph=1.609344
pressure mmhg=1
dollars $ usd dollar dollars us$=1
euros € eur euro euros=1
sterling £ gbp=1
yen ¥ jpy yen=1
rupees ₹ inr rupee rupees=1
francs chf franc francs=1
"""  # noqa: E501


def _read() -> dict[str, tuple[str, Decimal]]:
    known: dict[str, tuple[str, Decimal]] = {}
    for line in _TABLE.strip().splitlines():
        kind, *words = line.split()
        waiting: list[str] = []
        for word in words:
            name, equals, factor = word.partition("=")
            waiting.append(name)
            if equals:
                known |= {one: (kind, Decimal(factor)) for one in waiting}
                waiting = []
    known |= {word: ("months", factor) for word, (kind, factor) in known.items() if kind == "years"}
    return known


UNITS = _read()
SYMBOLS = "$€£¥₹"
_WORDS = "|".join(sorted((re.escape(word) for word in UNITS if word not in SYMBOLS), key=len, reverse=True))
AFTER = re.compile(rf"[\s  -]?({_WORDS}|[$€£¥₹])(?![\w])", re.IGNORECASE)


def unit(word: str) -> tuple[str, Decimal] | None:
    """What a unit measures and its size in the plainest one; None for what is no unit."""
    return UNITS.get(word.lower().replace("per cent", "per-cent"))
