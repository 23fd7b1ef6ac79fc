"""Units that stand beside numbers: what they measure, and how many of the plainest unit one of them is."""

from __future__ import annotations

import re
from decimal import Decimal

_TABLE = """
length m metre metres meter meters mètre mètres metro metros=1 km kilometre kilometres kilometer kilometers kilometern kilomètre kilomètres kilómetro kilómetros=1000 cm centimetre centimetres centimeter centimeters zentimeter zentimetern centimètre centimètres centímetro centímetros=0.01 mm millimetre millimetres millimeter millimeters millimetern millimètre millimètres milímetro milímetros=0.001 nm nanometre nanometres nanometer nanometers=0.000000001 mile miles mi=1609.344 ft foot feet=0.3048 inch inches=0.0254 yard yards yd=0.9144
area m² sqm m2 quadratmeter quadratmetern=1 km² km2 quadratkilometer=1000000 ha hectare hectares hektar hectárea hectáreas=10000 acre acres=4046.8564224
mass g gram grams gramm gramme grammes gramo gramos=1 kg kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes kilogramo kilogramos=1000 mg milligram milligrams milligramm milligramme milligrammes miligramo miligramos=0.001 µg μg mcg microgram micrograms mikrogramm=0.000001 t tonne tonnes tonnen tonelada toneladas=1000000 lb lbs=453.59237 oz ounce ounces=28.349523125
pounds pound pounds=1
volume l litre litres liter liters litro litros=1 ml millilitre millilitres milliliter milliliters mililitro mililitros=0.001 dl=0.1 cl=0.01
time s sec secs second seconds sekunde sekunden seconde secondes segundo segundos=1 ms millisecond milliseconds millisekunde millisekunden=0.001 min mins minute minutes minuten minuto minutos=60 h hr hrs hour hours stunde stunden heure heures hora horas=3600 day days tag tage tagen jour jours día días=86400 week weeks woche wochen semaine semaines semana semanas=604800 fortnight=1209600
months month months monat monate monaten mois mes meses=1
years year years jahr jahre jahren ans année années año años=12 decade decades jahrzehnt jahrzehnte jahrzehnten décennie décennies década décadas=120 century centuries jahrhundert jahrhunderte siècle siècles siglo siglos=1200
share % percent per_cent pct prozent pour_cent por_ciento percentage_points percentage_point prozentpunkte=0.01 ‰=0.001 bps basis_point basis_points=0.0001
power w watt watts=1 kw kilowatt kilowatts kilovatio kilovatios=1000 mw megawatt megawatts=1000000 gw gigawatt gigawatts=1000000000
energy j joule joules=1 kj kilojoule kilojoules=1000 kcal kilocalorie kilocalories kilokalorie kilokalorien=4184 wh=3600 kwh kilowatt-hour kilowatt-hours kilowattstunde kilowattstunden=3600000 mwh megawatt-hour megawatt-hours=3600000000 gwh gigawatt-hour gigawatt-hours=3600000000000
temperature °c celsius=1
fahrenheit °f fahrenheit=1
data byte bytes=1 kb=1000 mb megabyte megabytes=1000000 gb gigabyte gigabytes=1000000000 tb terabyte terabytes=1000000000000
speed km/h kph kilometres_per_hour kilometers_per_hour kilometres_an_hour stundenkilometer kilometer_pro_stunde kilomètres_par_heure kilomètres_à_l'heure kilómetros_por_hora=1 mph miles_per_hour miles_an_hour=1.609344 m/s metres_per_second meters_per_second meter_pro_sekunde mètres_par_seconde metros_por_segundo=3.6
pressure mmhg=1
dollars $ usd dollar dollars us$ dólar dólares=1
euros € eur euro euros=1
sterling £ gbp=1
yen ¥ jpy yen=1
rupees ₹ inr rupee rupees=1
francs chf franc francs franken=1
kroner kr nok sek dkk kronor krona krone kroner=1
cents ct cent cents c centimes céntimos=1
pence p penny pence=1
"""  # noqa: E501


def _read() -> dict[str, tuple[str, Decimal]]:
    known: dict[str, tuple[str, Decimal]] = {}
    for line in _TABLE.strip().splitlines():
        kind, *words = line.split()
        waiting: list[str] = []
        for word in words:
            name, equals, factor = word.partition("=")
            waiting.append(name.replace("_", " "))
            if equals:
                known |= {one: (kind, Decimal(factor)) for one in waiting}
                waiting = []
    known |= {word: ("months", factor) for word, (kind, factor) in known.items() if kind == "years"}
    return known


UNITS = _read()
SYMBOLS = "$€£¥₹"
_WORDS = "|".join(sorted((re.escape(word) for word in UNITS if word not in SYMBOLS), key=len, reverse=True))
AFTER = re.compile(rf"[\s\u00a0\u2009-]?({_WORDS}|[$€£¥₹])(?![\w²/]\w?)", re.IGNORECASE)


def unit(word: str) -> tuple[str, Decimal] | None:
    """What a unit measures and its size in the plainest one; None for what is no unit."""
    return UNITS.get(word.lower())
