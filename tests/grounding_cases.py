# ruff: noqa: E501  # the texts of people are as long as they are
"""Labelled texts about made-up facts: true ones, and the same with one number, name or date changed.

Written from what people write, not from how a check reads it: each subject has a source in prose or as a record, and texts
that tell it in other words and formats. Everything here is invented.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FIRST = [
    "Maria",
    "James",
    "Wei",
    "Fatima",
    "Olga",
    "Pedro",
    "Aisha",
    "Tom",
    "Ingrid",
    "Ravi",
    "Chloe",
    "Daniel",
    "Sofia",
    "Kenji",
    "Amara",
    "Lucas",
    "Hannah",
    "Omar",
    "Elena",
    "Viktor",
]
LAST = [
    "Okafor",
    "Lindqvist",
    "Moretti",
    "Hassan",
    "Novak",
    "Fernandez",
    "O'Brien",
    "Takahashi",
    "Schmidt",
    "Dubois",
    "Kowalski",
    "Mbeki",
    "Sato",
    "Petrova",
    "Hughes",
    "Castillo",
    "Andersen",
    "Rahman",
    "Weber",
    "Nguyen",
]
CITIES = [
    "Lisbon",
    "Oslo",
    "Nairobi",
    "Toronto",
    "Osaka",
    "Leeds",
    "Krakow",
    "Valencia",
    "Denver",
    "Perth",
    "Lyon",
    "Gdansk",
    "Bergen",
    "Porto",
    "Bristol",
    "Hamburg",
]
FIRMS = ["Brightwater Foods", "Nordlicht Energy", "Halcyon Bank", "Quill & Sons", "Vantage Robotics", "Delmar Shipping",
         "Pinecrest Hotels", "Orbis Media", "Castor Labs", "Meridian Rail"]  # fmt: skip
DRUGS = ["amoxicillin", "metformin", "lisinopril", "ibuprofen", "atorvastatin", "omeprazole"]
TEAMS = ["Rovers", "Harriers", "Wanderers", "Falcons", "Mariners", "Tigers"]
WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@dataclass(frozen=True)
class Case:
    """A text, its source, and which kind of claim was falsified in it (empty: none)."""

    source: str
    text: str
    wrong: str


class Facts:
    """Draws the facts of one case; ``change`` falsifies those of one kind when the text is written."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def person(self) -> str:
        return f"{self.draw.choice(FIRST)} {self.draw.choice(LAST)}"

    def day(self) -> datetime.date:
        return datetime.date(2011, 1, 1) + datetime.timedelta(days=self.draw.randrange(5000))


def in_words(n: int) -> str:
    if n < 18:
        return WORDS[n]
    if n < 20:
        return {18: "eighteen", 19: "nineteen"}[n]
    if n < 100:
        return TENS[n // 10] + (f"-{WORDS[n % 10]}" if n % 10 else "")
    return str(n)


def written_day(day: datetime.date, draw: random.Random) -> str:
    month, year = day.strftime("%B"), day.year
    ending = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return draw.choice([
        f"{day.day} {month} {year}", f"{month} {day.day}, {year}", f"{day.day} {month[:3]} {year}", day.isoformat(),
        f"{month} {day.day}{ending}, {year}", f"the {day.day}{ending} of {month} {year}", f"{day.day:02}/{day.month:02}/{year}",
        f"{day.day}.{day.month}.{year}",
    ])  # fmt: skip


def written_number(n: int, draw: random.Random) -> str:
    if n < 100 and draw.random() < 0.4:
        return in_words(n)
    if n >= 1000:
        return draw.choice([f"{n:,}", str(n), f"{n:,}".replace(",", " ")])
    return str(n)


def other_number(n: int, draw: random.Random) -> int:
    """Another number of about the same size: a digit changed, two swapped, or a step up or down."""
    digits = list(str(n))
    for _ in range(50):
        way = draw.randrange(3)
        made = digits.copy()
        if way == 0:
            place = draw.randrange(len(made))
            made[place] = str(draw.randrange(10))
        elif way == 1 and len(made) > 1:
            place = draw.randrange(len(made) - 1)
            made[place], made[place + 1] = made[place + 1], made[place]
        else:
            made = list(str(max(2, n + draw.choice([-3, -2, -1, 1, 2, 3]) * max(1, 10 ** (len(digits) - 2)))))
        if made != digits and made[0] != "0" and int("".join(made)) > 1:
            return int("".join(made))
    return n + 7


def other_day(day: datetime.date, draw: random.Random) -> datetime.date:
    return day + datetime.timedelta(days=draw.choice([-400, -365, -61, -30, -7, -2, -1, 1, 3, 9, 31, 92, 366, 731]))


def other_name(name: str, draw: random.Random) -> str:
    """Another first name, another last name, or a stranger; another place or firm for one."""
    if name in CITIES:
        return draw.choice([city for city in CITIES if city != name])
    if name in FIRMS:
        return draw.choice([firm for firm in FIRMS if firm != name])
    if name in TEAMS:
        return draw.choice([team for team in TEAMS if team != name])
    first, last = name.split()
    return draw.choice([
        f"{draw.choice([one for one in FIRST if one != first])} {last}", f"{first} {draw.choice([one for one in LAST if one != last])}",
    ])  # fmt: skip


Subject = Callable[[Facts], tuple[str, dict[str, dict[str, object]], list[str]]]


def clinic(f: Facts) -> tuple[str, dict[str, dict[str, object]], list[str]]:
    doctor, day, age, dose, beats = (
        f.person(),
        f.day(),
        f.draw.randrange(21, 88),
        f.draw.choice([5, 20, 250, 500, 850]),
        f.draw.randrange(58, 120),
    )
    drug, high, low = f.draw.choice(DRUGS), f.draw.randrange(105, 180), f.draw.randrange(60, 95)
    source = (
        f"visit: {day.isoformat()}\nphysician: Dr. {doctor}\nage: {age}\nblood_pressure: {high}/{low}\npulse: {beats}\n"
        f"prescribed: {drug} {dose} mg twice daily"
    )
    texts = [
        "The patient, aged {age}, was seen by Dr. {doctor} on {day}. Pulse was {beats} beats per minute and {drug} {dose} mg was prescribed.",
        "On {day} Dr. {doctor} examined a {age}-year-old patient with a heart rate of {beats}. Blood pressure stood at {high} over {low}. "
        "Treatment: {drug}, {dose} milligrams.",
        "Seen on {day}. Age {age}. BP {high}/{low}, pulse {beats}. Plan: start {drug} {dose} mg. Signed, Dr {doctor}.",
    ]
    facts: dict[str, dict[str, object]] = {
        "names": {"doctor": doctor},
        "dates": {"day": day},
        "numbers": {"age": age, "beats": beats, "dose": dose, "high": high, "low": low},
        "": {"drug": drug},
    }
    return source, facts, texts


def company(f: Facts) -> tuple[str, dict[str, dict[str, object]], list[str]]:
    firm, boss, city, day = f.draw.choice(FIRMS), f.person(), f.draw.choice(CITIES), f.day()
    staff, share, money = f.draw.randrange(120, 9800), f.draw.randrange(3, 48), f.draw.randrange(11, 98)
    source = (
        f"{firm} announced on {day.strftime('%d %B %Y')} that it will open a plant in {city}. Chief executive {boss} said the "
        f"company would invest {money} million euros and hire {staff:,} people. Sales rose {share} percent over the year."
    )
    texts = [
        "{firm} is to open a plant in {city}, investing €{money} million. The announcement came on {day}; {boss} expects to hire {staff} people.",
        "With sales up {share}%, {firm} will build in {city}. According to {boss}, {staff} jobs will be created.",
        "In a statement of {day}, {boss} of {firm} put the investment in {city} at {money} million euros. Revenue had grown by {share} per cent.",
    ]
    facts: dict[str, dict[str, object]] = {
        "names": {"firm": firm, "boss": boss, "city": city},
        "dates": {"day": day},
        "numbers": {"staff": staff, "share": share, "money": money},
    }
    return source, facts, texts


def match(f: Facts) -> tuple[str, dict[str, dict[str, object]], list[str]]:
    home, away = f.draw.sample(TEAMS, 2)
    scorer, day, city, crowd, minute = (
        f.person(),
        f.day(),
        f.draw.choice(CITIES),
        f.draw.randrange(2100, 68000),
        f.draw.randrange(14, 90),
    )
    source = f"date,{day.strftime('%Y-%m-%d')}\nvenue,{city}\nhome,{home}\naway,{away}\nattendance,{crowd}\nscorer,{scorer}\nminute,{minute}"
    texts = [
        "A crowd of {crowd} in {city} watched {home} play {away} on {day}, when {scorer} scored in minute {minute}.",
        "{scorer} scored after {minute} minutes as the {home} met the {away} in {city} on {day}.",
        "The game between {home} and {away} ({day}) drew {crowd} spectators. The only goal was by {scorer}.",
    ]
    facts: dict[str, dict[str, object]] = {
        "names": {"home": home, "away": away, "scorer": scorer, "city": city},
        "dates": {"day": day},
        "numbers": {"crowd": crowd, "minute": minute},
    }
    return source, facts, texts


def order(f: Facts) -> tuple[str, dict[str, dict[str, object]], list[str]]:
    buyer, day, pieces, city = f.person(), f.day(), f.draw.randrange(2, 60), f.draw.choice(CITIES)
    cents, weight = f.draw.randrange(1050, 260000), f.draw.randrange(2, 95)
    source = (
        f'{{"customer": "{buyer}", "city": "{city}", "ordered": "{day.isoformat()}", "pieces": {pieces}, "total_usd": {cents / 100:.2f}, '
        f'"weight": "{weight} kg"}}'
    )
    texts = [
        "Hello {buyer}, thank you for your order of {pieces} pieces on {day}. The total is ${total}. We ship it to {city}.",
        "{buyer} from {city} ordered {pieces} items, weighing {weight} kg in all, for {total} dollars.",
        "Dear {buyer}, your parcel of {weight} kilograms with {pieces} items was ordered on {day} and left for {city}.",
    ]
    facts: dict[str, dict[str, object]] = {
        "names": {"buyer": buyer, "city": city},
        "dates": {"day": day},
        "numbers": {"pieces": pieces, "weight": weight, "total": cents},
    }
    return source, facts, texts


def life(f: Facts) -> tuple[str, dict[str, dict[str, object]], list[str]]:
    person, city, later, day, books = f.person(), *f.draw.sample(CITIES, 2), f.day(), f.draw.randrange(3, 40)
    mentor = f.person()
    source = (
        f"{person} (born {day.strftime('%B')} {day.day}, {day.year}, in {city}) is a novelist. After studies with {mentor} the author "
        f"moved to {later} and has published {books} books."
    )
    texts = [
        "The novelist {person} was born in {city} on {day} and wrote {books} books.",
        "{person}, a pupil of {mentor}, now lives in {later}. There are {books} books by the author, who was born on {day}.",
        "Born in {city}, {person} studied with {mentor} before moving to {later}. The count of published books is {books}.",
    ]
    facts: dict[str, dict[str, object]] = {
        "names": {"person": person, "mentor": mentor, "city": city, "later": later},
        "dates": {"day": day},
        "numbers": {"books": books},
    }
    return source, facts, texts


def weather(f: Facts) -> tuple[str, dict[str, dict[str, object]], list[str]]:
    city, day, rain, wind, heat = (
        f.draw.choice(CITIES),
        f.day(),
        f.draw.randrange(11, 95),
        f.draw.randrange(20, 130),
        f.draw.randrange(8, 39),
    )
    name = f.person()
    source = (
        f"Station: {city}. Observer: {name}. Observation of {day.strftime('%d/%m/%Y')}: rainfall {rain} mm; gusts {wind} km/h; "
        f"maximum {heat} °C."
    )
    texts = [
        "On {day} it rained {rain} mm in {city}, and gusts reached {wind} km/h.",
        "{city} had a maximum of {heat} degrees on {day}, with {rain} millimetres of rain, noted {name}.",
        "Observer {name} reported wind of {wind} km/h and {heat} °C from {city}.",
    ]
    facts: dict[str, dict[str, object]] = {
        "names": {"city": city, "name": name},
        "dates": {"day": day},
        "numbers": {"rain": rain, "wind": wind, "heat": heat},
    }
    return source, facts, texts


SUBJECTS: tuple[Subject, ...] = (clinic, company, match, order, life, weather)


def cases(n: int, seed: int) -> Iterator[Case]:
    """So many cases, a quarter of them true, a quarter each with a wrong number, name or date."""
    draw = random.Random(seed)
    for place in range(n):
        wrong = ("", "numbers", "names", "dates")[place % 4]
        yield _case(draw, wrong)


def _case(draw: random.Random, wrong: str) -> Case:
    while True:
        source, facts, texts = draw.choice(SUBJECTS)(Facts(draw))
        text = draw.choice(texts)
        told = {kind: {name: value for name, value in of.items() if "{" + name + "}" in text} for kind, of in facts.items()}
        if wrong and not told.get(wrong):
            continue
        if wrong:
            name = draw.choice(sorted(told[wrong]))
            told[wrong][name] = _changed(told[wrong][name], wrong, draw)
        values = {name: _written(name, value, draw) for of in told.values() for name, value in of.items()}
        return Case(source, text.format(**values), wrong)


def _changed(value: object, kind: str, draw: random.Random) -> object:
    if isinstance(value, datetime.date):
        return other_day(value, draw)
    return other_number(value, draw) if isinstance(value, int) else other_name(str(value), draw)


def _written(name: str, value: object, draw: random.Random) -> str:
    if isinstance(value, datetime.date):
        return written_day(value, draw)
    if name == "total":
        return f"{int(str(value)) / 100:,.2f}"
    if isinstance(value, int):
        is_plain = name in ("age", "dose", "high", "low", "money", "share")
        return str(value) if is_plain else written_number(value, draw)
    return str(value)
