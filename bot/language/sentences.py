"""Where does a sentence end? One pass over the text: each mark that may end one is judged by its neighbours.

text -> blocks (blank lines, list items, headings) -> marks . ! ? … -> spans that slice the text

A trained model (Punkt) was rejected: it needs data at run time, and misses "U.S. The" and "No. 10" that
a list and the next word settle. A credit after a full stop, "(Reuters)", is a sentence of its own; a
dateline stays with its sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    Range = tuple[int, int]

# After these a capital never begins a sentence: they stand before a name.
_BEFORE_NAME = frozenset(
    """
    Mr Mrs Ms Mx Messrs Dr Drs Prof Profs Rev Revs Fr Hon Rt Msgr Sra Srta Dra Dña Mme Mlle Mgr Hr Frl Dipl Ing
    Sen Sens Rep Reps Gov Govs Gen Maj Brig Col Lt Capt Cpt Cmdr Comdr Adm Sgt Cpl Pvt Pfc Det Insp Supt Asst Assoc
    Atty Dir Pres Amb Treas Ste Mts v vs cf Cf viz Ph z d u
    """.split()
)
# After these a number belongs to the sentence; anything else begins a new one.
_BEFORE_NUMBER = frozenset(
    """
    No Nos no nos Nr nr Núm núm Art art Sec sec Fig Figs fig Vol vol Ch ch pp p pg pág Nº n° Abs Rn Az Bd ca Ca c
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec janv févr avr juil sept oct nov déc ene abr ago dic Okt Dez
    Rs Tel tel Ext ext op Op Rte Hwy
    """.split()
)
# After these only a word that opens sentences begins a new one: "Apple Inc. shares", "Apple Inc. The".
_WITHIN_NAME = frozenset(
    """
    Inc Corp Co Cos Ltd Bros Jr Sr Esq Assn Dept Univ Inst Intl Natl Govt Mfg Rd Ave Blvd Bldg Sq Esp Dist St Mt Ft Pt
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn
    Tenn Tex Va Vt Wash Wis Wyo Ont Que Alta Sask Man
    Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun
    al etc resp bzw evtl ggf inkl usw vgl sog Str Mio Mrd EE UU Ud Uds Vd Vds Cía Av av max min est
    """.split()
)
# Words that open a sentence far more often than they follow an abbreviation inside one.
_OPENERS = frozenset(
    """
    The A An This That These Those There Here He She It We They I You His Her Its Our Their My Your Who What When
    Where Why How Which While If As At In On By For From To With After Before Since Until During Under Over But And
    Or So Yet Nor Not No Yes Also Both All Some Many Most Several Such Each Every Any One Two Three Another Other
    Others However Meanwhile Although Though Because Once Then Now Still Even Despite According Among Instead
    Der Die Das Ein Eine Er Sie Es Wir Ich Im Am Auf Bei Mit Nach Seit Vor Zu Aber Und Auch Doch Wie Wenn Als
    Le La Les Un Une Des Il Elle Ils Elles Nous On Je Ce Cette Ces Dans En Au Aux Par Pour Avec Mais Et Selon
    El Los Las Una Unos Unas Ella Ellos Ese Esta Este Esto Según Por Para Con Pero Y Se Su Sus
    """.split()
)
_PARTICLES = frozenset("A I La Le Les Des El Los Las Der Die Das An No".split())  # they also follow an initial
_CLOCK_FOLLOWERS = frozenset(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun January February March April
    May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    Eastern Central Mountain Pacific Greenwich
    """.split()
)
_ORDINAL_FOLLOWERS = frozenset(
    """
    Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jahrhundert Jahrhunderts
    Klasse Platz Liga Bundesliga Spieltag Runde Tag Mal Minute Geburtstag Jahrestag Stock
    """.split()
)
_SPEECH = "said|says|asked|asks|replied|answered|added|wrote|shouted|told|joked|wondered|cried|exclaimed|responded"

_CLOSERS = "\"'”’»›)\\]}"
_OPENING = "\"'“‘„‚«‹¿¡([{—–-"
_QUOTES = frozenset("\"'“‘”’„‚«»‹›")
# The lookbehind and the possessive quantifiers keep a run of ten thousand dots linear. The second branch
# is for scripts that put no space after their marks.
_MARK = re.compile(rf"(?<![.!?…])[.!?…؟۔।։]++(?:[{_CLOSERS}]|[ \u00a0\u202f]»)*+(?=\s)|[。！？]++[」』”’）]*+")
_WORD_AFTER = re.compile(rf"\s+([{_OPENING}]*)([^\W_]?[\w’'.-]*)")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_ASKED = re.compile(rf"\s+(?:[^\W\d_a-z][\w.’'-]*\s+){{1,4}}(?:{_SPEECH})\b")
_CREDIT = re.compile(r"\s+\([^\W\d_][^()\n]{1,40}\)\.?(?=\s|\Z)")
BULLET = re.compile(r"(?:[-–—*•·▪◦‣]|\d{1,3}[.)]|[a-z]\)|#{1,6})\s")
_WRAPPED = 120  # a longer line is a paragraph of its own, not one of a wrapped text
_SHORT = 0.7  # a line that ends this early, before a capital, was ended on purpose
_CONTEXT = 60  # how far a mark's neighbours are looked at: keeps the pass linear


def split_sentences(text: str) -> tuple[Span, ...]:
    """Cut text into sentences, in order; none crosses a blank line, none is empty."""
    return tuple(sentence for paragraph in sentences_by_paragraph(text) for sentence in paragraph)


def sentences_by_paragraph(text: str) -> tuple[tuple[Span, ...], ...]:
    """Cut text into paragraphs, and each into its sentences."""
    return tuple(
        tuple(Span.of(text, start, end) for start, end in _sentences(text, first, last))
        for first, last in _blocks(text)
    )


def paragraphs(text: str) -> tuple[Span, ...]:
    """Cut text at blank lines, and at line ends that are no mere wrapping (headings, list items)."""
    return tuple(Span.of(text, start, end) for start, end in _blocks(text))


def _blocks(text: str) -> Iterator[Range]:
    run: list[Range] = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = _strip(text, start, end)
        if line[0] < line[1]:
            run.append(line)
        elif run:
            yield from _join_wrapped(text, run)
            run = []
        start = end + 1
    if run:
        yield from _join_wrapped(text, run)


def _strip(text: str, start: int, end: int) -> Range:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _join_wrapped(text: str, lines: list[Range]) -> Iterator[Range]:
    width = max(end - start for start, end in lines)
    begin, last = lines[0]
    for line, following in zip(lines, lines[1:], strict=False):
        if width > _WRAPPED or _ended_on_purpose(text, line, following, width):
            yield begin, last
            begin = following[0]
        last = following[1]
    yield begin, last


def _ended_on_purpose(text: str, line: Range, following: Range, width: int) -> bool:
    if BULLET.match(text, *following):
        return True
    word = text[following[0] : min(following[1], following[0] + _CONTEXT)].split(maxsplit=1)[0]
    return line[1] - line[0] + 1 + len(word) < _SHORT * width and not word[0].islower()


def _sentences(text: str, begin: int, end: int) -> Iterator[Range]:
    for mark in _MARK.finditer(text, begin, end):
        if mark.start() < begin or not _ends_sentence(text, begin, mark, end):
            continue
        yield begin, mark.end()
        begin = _skip_space(text, mark.end(), end)
        if credit := _CREDIT.match(text, mark.end(), end):
            yield _strip(text, *credit.span())
            begin = _skip_space(text, credit.end(), end)
    if begin < end:
        yield begin, end


def _skip_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _ends_sentence(text: str, begin: int, mark: re.Match[str], end: int) -> bool:
    if mark[0][0] in "。！？":
        return True
    after = _WORD_AFTER.match(text, mark.end(), min(end, mark.end() + _CONTEXT))
    if after is None or not after[2]:
        return True
    if mark.start() - begin <= 3 and not any(map(str.isalnum, text[begin : mark.start()])):
        return False  # nothing but dots and quote marks so far
    opening, word = after[1], after[2].rstrip(".-’'")
    if not word or word[0].islower():
        return word[1:2].isupper()  # iPhone, eBay
    if "!" in mark[0] or "?" in mark[0]:
        return mark[0][-1] not in _QUOTES or not _ASKED.match(text, mark.end(), end)
    if mark[0][0] != "." or mark[0].startswith("..") or any(quote in _QUOTES for quote in mark[0][1:]):
        return True
    before = _word_before(text, begin, mark.start())
    return not before or _ends_after(before, word, opening, alone=begin + len(before) == mark.start())


def _word_before(text: str, begin: int, end: int) -> str:
    words = text[max(begin, end - _CONTEXT) : end].rsplit(maxsplit=1)
    return words[-1].lstrip(_OPENING).rsplit("-", 1)[-1] if words else ""


def _ends_after(before: str, word: str, opening: str, *, alone: bool) -> bool:
    """Judge one full stop by the word it follows; `alone` when that word is all of the sentence so far."""
    quoted = any(quote in _QUOTES for quote in opening)
    if before in _BEFORE_NAME:
        return False
    if before.isdigit():
        return not (alone and len(before) <= 3) and word not in _ORDINAL_FOLLOWERS
    if before in _BEFORE_NUMBER:
        return not word[0].isdigit()
    if before in {"a.m", "p.m", "A.M", "P.M"}:
        return word in _OPENERS or not (word in _CLOCK_FOLLOWERS or (word.isupper() and len(word) <= 4))
    if len(before) == 1 and before.isupper():
        return not alone and (quoted or (word in _OPENERS and word not in _PARTICLES))
    if before in _WITHIN_NAME or _DOTTED.fullmatch(before):
        return quoted or word in _OPENERS
    return True
