"""Can a sentence be read by itself? Not when it leans on the one before, or holds half a quote."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.model import Span

# Words that, at the start, point back at what was said before; in four languages.
_BACK = """
he she it they him her his hers its their them himself herself itself themselves these those such but and or so yet nor
also however instead otherwise therefore thus hence still then too moreover furthermore nevertheless nonetheless
likewise similarly besides consequently accordingly rather indeed meanwhile afterwards another others both neither here
er sie es dies diese dieser dieses aber doch jedoch dabei dazu damit deshalb außerdem zudem dagegen dennoch sein seine
ihr ihre dort
il elle ils elles ce cet cette ces cela mais pourtant cependant ainsi toutefois son leur leurs
él ella ellos ellas esto este esta estos estas eso ese esa pero además así también su sus
"""
_BACK_PHRASES = (
    "the (?:former|latter|same|pair|duo|two|move|remarks?|clarification)",
    "for (?:example|instance)",
    "in (?:addition|contrast|that case|this case|the same)",
    "(?:at|by|for|of|on|with|after|before|since|despite) (?:this|that|these|those|such|his|her|their|its)(?! own)",
    "by contrast",
    "on the other hand",
    "as a result",
    "(?:because|based|one|some|most|both|all|none) (?:of|on) (?:this|these|those|his|her|their|them)",
    "sin embargo",
    "there(?! (?:is|are|was|were|has|have|will))",
    "that(?! (?:day|night|year))",
    "this(?! (?:week|year|month|morning|afternoon|evening|summer|winter|spring|autumn|fall|season|weekend))",
)
_BACK_WORDS = frozenset(_BACK.split())
_PHRASE = re.compile(rf"(?:{'|'.join(_BACK_PHRASES)})(?![\w-])", re.IGNORECASE)
# The first words of those phrases; asked first, since few sentences begin with one.
_OPENERS = """
the for in at by of on with after before since despite as sin there that this because based one some most both all none
"""
_PHRASE_WORDS = frozenset(_OPENERS.split())
_FIRST_WORD = re.compile(r"[\W\d_]*+([^\W\d_]++)(?![\w-])")
# «…," he said»: a speaker whom the sentence does not name.
_PRONOUN_SPEAKS = re.compile(
    r"[,?!]['\"”’]+\s(?:(?:he|she|they|it)\s\w+|(?:said|says|added)\s(?:he|she|they)\b)",
    re.IGNORECASE,
)
# "In the letter, she told him": whoever she is, the words before the comma do not name her.
_CALENDAR = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_PRONOUN_FOLLOWS = re.compile(
    rf"[A-Z][a-z]*+(?: (?:[a-z\d][\w'’-]*+|{_CALENDAR})){{0,9}},(?: \d{{4}},)? (?:he|she)\b"
)
# A whole sentence of quote, whose speaker another sentence names.
_UNATTRIBUTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]\W*$")
_QUOTE = re.compile(r"[\"“”„«»]")


class Reading(NamedTuple):
    """How a sentence reads alone. `whole` is False when a quote begins or ends outside it."""

    leans: bool
    whole: bool


def readings(paragraph: Sequence[Span]) -> list[Reading]:
    """Judge the sentences of one paragraph; quotes are counted through it."""
    found, inside = [], False
    for sentence in paragraph:
        marks = _QUOTE.findall(sentence.text)
        before, inside = inside, _inside_after(marks, inside=inside)
        found.append(Reading(leans(sentence.text, quoting=bool(marks)), not before and not inside))
    return found


def leans(sentence: str, *, quoting: bool) -> bool:
    """Whether it opens with a word that points back, or is about or spoken by a bare pronoun, or by nobody named."""
    first = _FIRST_WORD.match(sentence)
    if first is not None:
        word = first[1].lower()
        if word in _BACK_WORDS or (
            word in _PHRASE_WORDS and _PHRASE.match(sentence, first.start(1))
        ):
            return True
    if (", he" in sentence or ", she" in sentence) and _PRONOUN_FOLLOWS.match(sentence):
        return True
    return quoting and bool(_UNATTRIBUTED.match(sentence) or _PRONOUN_SPEAKS.search(sentence))


def _inside_after(marks: Sequence[str], *, inside: bool) -> bool:
    for mark in marks:
        # “ closes what „ opened
        inside = not inside if mark in '"“' else mark in "„«"
    return inside
