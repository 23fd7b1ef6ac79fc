"""Whether texts are names of persons: their shape, titles, and given names that are common somewhere in the world.

A list of given names can't know all of them; it is enough that it knows a good share of those in a column.
"""

from __future__ import annotations

import re

_GIVEN = frozenset(
    """
    aaron abigail adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alexis alice alicia ali amanda amber
    amelia amir amy ana anas andrea andreas andrew andrzej angel angela anita ann anna anne annette anthony antonio anton
    arjun arthur asha ashley astrid audrey austin ava ayesha barbara beatriz ben benjamin bernard bernd beth betty bianca
    birgit bob bogdan brandon brenda brian bruce bruno bryan camila camille carl carla carlos carmen carol caroline catherine
    cecilia charles charlotte chen cheryl chiara chloe chris christian christina christine christopher claire clara claudia
    claude colin connor craig cristina cynthia daisy dan dana daniel daniela danielle darius david dawn deborah deepak denis
    denise dennis derek diana diane diego dieter dmitri dominic donald donna doris dorothy douglas dylan edith eduardo edward
    elena eli elias elif elizabeth ella ellen emily emma enrique eric erik erika ernst esther ethan eugene eva evelyn fatima
    felix fernando fiona florian frances francesca francesco francisco francois frank franz fred frederic gabriel gabriela
    gary george gerald gerard gertrude giovanni giulia gloria grace greg gregory guillaume gunther gustavo hanna hannah hans
    harold harry hassan heather hector heidi heinz helen helena helga henri henry hiroshi holly hugo hussein ian ibrahim
    igor ines ingrid irene iris isaac isabel isabella ivan jack jackson jacob jacqueline jacques jake james jamie jan jane
    janet janice jasmine jason javier jean jeff jeffrey jennifer jeremy jerry jesse jessica jesus jill jim joan joanna joao joe
    johan johann johannes john jonathan jorge jose josef joseph joshua juan juana judith judy julia julian juliana julie
    jun justin jurgen kai karen karin karl katarzyna kate katharina katherine kathleen katie kayla keith kelly ken kenji
    kenneth kevin khadija khalid kim klaus kumar krzysztof kyle lakshmi lars laura lauren laurent lea leah leila leo leon leonardo
    leonie li liam lily linda lisa logan lorenzo louis louise luca lucas lucia lucy luis luisa luiz lukas luke lydia madison
    magdalena mahmoud manuel manuela marc marcel marco marcus margaret margarita maria mariam mariana marie marina mario marion
    marina mark markus marta martha martin martina mary maryam mason mateo matteo matthew matthias maurice max maxime maya
    megan mehmet mei melanie melissa mia michael michal michel michele michelle miguel mike mikhail mila miriam mohamed mohammad
    mohammed molly monica monika muhammad mustafa nadia nancy naomi natalia natalie natasha nathalie nathan neha nicholas
    nick nicola nicolas nicole nikita nina noah noor nora norma oleg olga oliver olivia olivier omar oscar pablo pamela paola
    pascal patricia patrick paul paula paulo pavel pedro peggy peter petra philip philipp philippe phillip pierre piotr pooja priya
    rachel rafael rahul raj rajesh ralf ralph ramon rania raul ravi raymond rebecca regina renata rene ricardo richard rita
    robert roberto robin rodrigo roger rohan roland roman ronald rosa rosemary roy ruben russell ruth ryan sabine sabrina sadia
    said salma sam samantha samir samuel sandra sanjay santiago sara sarah scott sean sebastian sergei sergey sergio shannon sharon
    shirley silvia simon simone sofia sonia sophia sophie stefan stefanie stephanie stephen steve steven sunil sunita
    susan susanne suresh svetlana sven sylvia takashi tamara tania tanya tara tatiana teresa terry theo theodore theresa thi
    thomas thorsten tiago tim timothy tina tobias todd tom tomas tomasz tony tracy tyler ulrich ursula uwe valentina valerie vanessa
    vera veronica victor victoria vijay vikram vincent virginia vladimir walter wang wanda wayne wei wendy werner wilhelm
    william willie wolfgang xavier xin yan yasmin yolanda yosef yuki yuri yusuf yves yvonne zachary zahra zainab zoe zofia
    jürgen günther jörg björn françois andré rené josé jesús maría lucía sofía ángel raúl rubén andrés joão núria łukasz małgorzata
    zoë chloé léa inès hélène jérôme frédéric
    """.split()
)
_TITLES = frozenset("mr mrs ms miss dr prof sir madam master rev hon herr frau mme mlle señor señora sr sra sri smt".split())
_OF_FIRMS = frozenset(
    """inc llc ltd limited corp corporation company co gmbh ag kg plc sa srl bv nv oy ab as group holdings partners airlines
    airways air bank university school hospital hotel center centre airport store shop services solutions systems international
    foundation institute association club restaurant cafe market industries technologies""".split()
)
_SHAPE = re.compile(r"[^\W\d_]['’.\w-]*(?:[ ,]+[^\W\d_]['’.\w-]*){0,5}(?: ?\(.*\))?")
_PLAIN = re.compile(r"[^\d_@/\\:;#+=]{2,60}")


def words(text: str) -> list[str]:
    """The small-letter words of a text, without punctuation."""
    return re.findall(r"[^\W\d_]+", text.casefold())


def share_of_shape(texts: list[str]) -> float:
    """Share of texts that are one to six words of letters, each beginning with a capital but for particles such as "de"."""
    return _mean(
        [_PLAIN.fullmatch(text) is not None and _SHAPE.fullmatch(text) is not None and not text.islower() for text in texts]
    )


def share_of_full(texts: list[str]) -> float:
    """Share of texts of at least two words."""
    return _mean([len(words(text)) >= 2 for text in texts])


def share_known(texts: list[str]) -> float:
    """Share of texts with a common given name or a title in them and nothing that firms are called."""
    return _mean([_is_known(words(text)) for text in texts])


def share_of_firms(texts: list[str]) -> float:
    """Share of texts with a word in them that firms, shops and institutions are called."""
    return _mean([not _OF_FIRMS.isdisjoint(words(text)) for text in texts])


def _is_known(said: list[str]) -> bool:
    return (not _GIVEN.isdisjoint(said) or not _TITLES.isdisjoint(said)) and _OF_FIRMS.isdisjoint(said)


def _mean(truths: list[bool]) -> float:
    return sum(truths) / max(len(truths), 1)
