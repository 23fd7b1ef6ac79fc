"""Scales that everybody knows: words in their order, and how a label is looked up in them.

A scale is a row of steps from low to high; a step may be said in several words. Labels are compared without case, blanks,
hyphens and underscores.
"""

from __future__ import annotations

import re

_WRITTEN = (
    "very low/extremely low|low/l|medium low|medium/moderate/mid/middle/average/normal/m|medium high|high/h|very high/extremely high",
    "lowest|lower|low|below average|average|above average|high|higher|highest",
    "low|normal/medium/standard|high|urgent/very high|critical/blocker/emergency",
    "trivial|minor|moderate/normal|major|severe|critical|blocker/catastrophic",
    "debug|info/information/notice|warning/warn|error|critical/fatal/alert/emergency",
    "xxxs|xxs|xs|s|m|l|xl|xxl/2xl|xxxl/3xl|xxxxl/4xl|5xl",
    "extra small/tiny/very small|small|medium|large/big|extra large/very large|extra extra large/huge",
    "very short|short|medium|long|tall|very long",
    "very slow|slow|medium/moderate|fast|very fast",
    "very bad/terrible/awful|bad|poor|fair/ok/okay|average/satisfactory|good|very good|great|excellent/outstanding|perfect",
    "very poor|poor|fair/below average|average/acceptable|good/above average|very good|excellent|exceptional",
    "fair|good|very good|premium|ideal",
    "poor/deprived|lower middle|middle|upper middle|upper|rich",
    "never|very rarely/almost never|rarely/seldom|occasionally/sometimes|often/frequently/usually|very often/almost always|always",
    "never|yearly/annually/once a year|quarterly|monthly/once a month|biweekly/fortnightly|weekly/once a week|daily/every day",
    "hourly|daily|weekly|biweekly/fortnightly|monthly|quarterly|semiannual/semiannually|yearly/annual/annually",
    "completely disagree/totally disagree|strongly disagree|moderately disagree|disagree|somewhat disagree/slightly disagree"
    "|neutral/neither agree nor disagree/undecided/neither"
    "|somewhat agree/slightly agree|agree|moderately agree|strongly agree|completely agree/totally agree",
    "very dissatisfied/extremely dissatisfied|dissatisfied|somewhat dissatisfied"
    "|neutral/neither satisfied nor dissatisfied|somewhat satisfied|satisfied|very satisfied|extremely satisfied",
    "very unhappy|unhappy|neutral|happy|very happy",
    "very negative|negative|neutral|positive|very positive",
    "impossible|very unlikely/extremely unlikely|unlikely|neutral/possible/maybe|likely|very likely/extremely likely|certain",
    "not at all important/unimportant/not important|slightly important|moderately important|important|very important"
    "|extremely important",
    "not at all|a little/slightly/a little bit|somewhat/moderately|quite a bit|very/very much|extremely",
    "very difficult|difficult/hard|neutral|easy|very easy",
    "none/no/absent|minimal|mild/slight|moderate|severe|very severe|extreme/critical",
    "none|some|half|most|all",
    "benign|uncertain|malignant",
    "beginner/novice/basic/elementary|intermediate/medium|advanced|proficient|expert|master/native",
    "intern/trainee|junior/entry/entry level/jr|mid/mid level/intermediate|senior/sr|lead|staff/principal|manager"
    "|director|vp/vice president|executive/c level",
    "freshman|sophomore|junior|senior|graduate",
    "no formal education/no schooling/none|preschool/kindergarten|primary/primary school/elementary/elementary school"
    "|middle school/lower secondary|secondary/high school/secondary school/upper secondary/high school graduate"
    "|some college|associate/associates/associate degree|bachelor/bachelors/bachelor's/bachelor's degree/college/undergraduate"
    "|master/masters/master's/master's degree/graduate/postgraduate|phd/doctorate/doctoral/doctor",
    "basic/free|standard|plus|premium|enterprise/ultimate",
    "iron|bronze|silver|gold|platinum|diamond",
    "infant/baby|toddler|child|teenager/teen/adolescent|young adult|adult|middle aged/middle age|senior/elderly/old",
    "young|middle aged/middle age|old/elderly",
    "new|like new/almost new|very good|good|used|acceptable|poor",
    "freezing|very cold|cold|cool|mild|warm|hot|very hot",
    "dawn|morning|noon|afternoon|evening|night|midnight",
    "early|mid|late",
    "underweight|normal/normal weight/healthy|overweight|obese",
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth",
    "1st|2nd|3rd|4th|5th|6th|7th|8th|9th|10th|11th|12th",
    "i|ii|iii|iv|v|vi|vii|viii|ix|x",
    "q1|q2|q3|q4",
    "spring|summer|autumn/fall|winter",
    "january/jan|february/feb|march/mar|april/apr|may|june/jun|july/jul|august/aug|september/sep/sept|october/oct"
    "|november/nov|december/dec",
    "monday/mon/mo|tuesday/tue/tues/tu|wednesday/wed/we|thursday/thu/thur/thurs/th|friday/fri/fr|saturday/sat/sa|sunday/sun/su",
    "aaa|aa+|aa|aa-|a+|a|a-|bbb+|bbb|bbb-|bb+|bb|bb-|b+|b|b-|ccc+|ccc|ccc-|cc|c|d",
    "a+|a|a-|b+|b|b-|c+|c|c-|d+|d|d-|e|f",
    "sehr niedrig|niedrig|mittel|hoch|sehr hoch",
    "sehr schlecht|schlecht|mittel|gut|sehr gut",
    "nie|selten|manchmal|oft|immer",
    "klein|mittel|groß",
    "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember",
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag",
    "très faible|faible|moyen/moyenne|élevé/élevée/fort/forte|très élevé/très fort",
    "jamais|rarement|parfois|souvent|toujours",
    "petit|moyen|grand",
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "muy bajo/muy baja|bajo/baja|medio/media|alto/alta|muy alto/muy alta",
    "nunca|raramente|a veces|a menudo|siempre",
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
    "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
)
_SCALES = tuple(
    {word: place for place, step in enumerate(scale.split("|")) for word in step.split("/")} for scale in _WRITTEN
)


def spoken(label: str) -> str:
    """A label as scales write it: "Very_High " is "very high"."""
    return re.sub(r"(?<=\w)[-_ ]+(?=\w)", " ", label.strip().casefold()).rstrip(".")


def places(labels: list[str]) -> list[int] | None:
    """The place of each label on the one scale that has them all; None if there is none, or two labels share a place."""
    said = [spoken(label) for label in labels]
    if len(labels) < 2:
        return None
    for scale in _SCALES:
        if all(word in scale for word in said):
            found = [scale[word] for word in said]
            return found if len(set(found)) == len(found) else None
    return None


def is_one_letter(labels: list[str]) -> bool:
    """Whether all labels are single letters, which stand for other things more often than for grades."""
    return all(len(label.strip("+-")) == 1 for label in labels)
