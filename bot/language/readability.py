"""Return whether a sentence reads by itself, or after those before it: whom it means, who speaks.

sentence -> does it point back, or leave out who is meant? -> do the sentences before it name them?
"""

import re
from collections.abc import Iterable, Sequence

from bot.language import lexicon
from bot.language.mentions import Gender, gender_of, may_be_same
from bot.language.name_words import FIRST_NAMES
from bot.model import Span
from bot.model.wordlists import load_line_lists

_BACK_REFERENCES = load_line_lists("bot.language", "data/back_references.txt", "phrases")["phrases"]
_BACK_REFERENCE = re.compile(rf"(?:{'|'.join(_BACK_REFERENCES)})(?![\w-])", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[\W\d_]*+([^\W\d_]++)(?![\w-])")
# "Which is what happened": the rest of the sentence before; a question stands alone.
_RELATIVE = re.compile(r"\W*(?:Which|Who|Whom|Whose)\b[^?]*$")
# «…," he said»: a speaker whom the sentence does not name.
_PRONOUN_SPEAKS = re.compile(
    r"[,?!]['\"”’]+\s(?:(?:he|she|they|it)\s\w+|(?:said|says|added)\s(?:he|she|they)\b)",
    re.IGNORECASE,
)
# "In a letter, it told": whoever it is, the words before the comma do not name it.
_CALENDAR = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_PRONOUN_FOLLOWS = re.compile(
    rf"[A-Z][a-z]*+(?: (?:[a-z\d][\w'’-]*+|{_CALENDAR})){{0,9}},(?: \d{{4}},)? (?:it|they|he|she)\b"
)
_THIS = re.compile(r"(?<![\"“‘])\bthis (?:is|was|has|had|will|would|can|could|may|might|must)\b")
# A whole sentence of quote, whose speaker another sentence names.
_UNATTRIBUTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]\W*$")
_QUOTE_MARK = re.compile(r"[\"“”„«»]")

_PRONOUN = re.compile(
    r"(?<![\w'’-])(?:(he|him|his|himself)|she|hers?|herself)(?![\w-])", re.IGNORECASE
)
# "After he fled, | the actor Lee Marsh said"
_OPENING_CLAUSE = re.compile(
    rf"(?:[\w-]+ ){{0,3}}?(?:{'|'.join(lexicon.CLAUSES_FIRST)}) [^\"“„«]*$", re.IGNORECASE
)
_NEXT_CLAUSE = re.compile(r"[^,\"“„«]*,([^,]*)")
_NAME = re.compile(
    r"(?:\b([a-z]+|The|In|At|Near|Outside|Across) )?\b([A-ZÀ-Þ][\w’'-]+(?:\.? [A-ZÀ-Þ][\w’'-]*)*)"
)
_NOUN = re.compile(r"[^\W\d_]+\b(?!,? [A-ZÀ-Þ])")  # "Mayor Rita Coll": the name tells
_BEFORE_PLACES = frozenset(["in", "at", "near", "outside", "across", "into", "around", "the"])
_NOT_PERSONS = (
    lexicon.ORGANIZATION_WORDS | lexicon.PLACES | lexicon.SPEAKER_CLASS.keys() | lexicon.TIMES
) - FIRST_NAMES
_TITLES = lexicon.COURTESIES | lexicon.ABBREVIATED_ROLES  # "Army Sgt. Bo Lund"
_NOT_IN_NAMES = lexicon.FUNCTION_WORDS | {word.lower() for word in lexicon.SENTENCE_OPENERS}
_PERSON_NOUNS = (
    lexicon.ROLES
    | lexicon.EPITHETS
    | lexicon.PERSONS_MET
    | {noun for noun, kind in lexicon.SPEAKER_CLASS.items() if kind == "person" and noun[-1] != "s"}
) - lexicon.NO_PERSONS_MET
# Where a sentence opens a capital tells nothing: "Traders said he", "Sadly, she".
_OPENS = re.compile(r"(?:^|[.!?:][\"”’]?\s|[\"“‘(])\W*$")
_BARE_NAME = re.compile(
    rf"(?!\w+(?:ly|s)\b)\w+(?:[’']s\b|,| (?:{'|'.join(lexicon.FINITE_VERBS)}|\w+ed)\b)"
)


def find_whole(paragraph: Sequence[Span]) -> list[bool]:
    """Tell of each sentence of a paragraph whether no quote begins or ends outside it."""
    whole, in_quote = [], False
    for sentence in paragraph:
        begins_in_quote = in_quote
        in_quote = _is_in_quote_after(_QUOTE_MARK.findall(sentence.text), in_quote=in_quote)
        whole.append(not begins_in_quote and not in_quote)
    return whole


def needs_context(sentence: str, language: str = "en") -> bool:
    """Return whether a sentence points back, or leaves out who speaks or is spoken of."""
    first = _FIRST_WORD.match(sentence)
    if first and (
        first[1].lower() in lexicon.POINT_BACK or _BACK_REFERENCE.match(sentence, first.start(1))
    ):
        return True
    if any(mark in sentence for mark in '"“„«') and (
        _UNATTRIBUTED.match(sentence) or _PRONOUN_SPEAKS.search(sentence)
    ):
        return True
    return language == "en" and (
        _RELATIVE.match(sentence) is not None
        or _PRONOUN_FOLLOWS.match(sentence) is not None
        or _THIS.search(sentence) is not None
        or bool(_unnamed(sentence))
    )


def reads_after(text: str, sentence: Span, shown: Iterable[Span], language: str) -> bool:
    """Return whether a sentence of a text needs no context, or has it in those shown before it.

    The last one before it must be shown, and they must name the man or woman whom it means.
    """
    if not needs_context(sentence.text, language):
        return True
    before = sorted((span for span in shown if span.end <= sentence.start), key=lambda s: -s.end)
    start = sentence.start
    for span in before:
        if text[span.end : start].strip():
            break
        start = span.start
    context = text[start : sentence.start]
    genders = _unnamed(sentence.text) if language == "en" else frozenset[Gender]()
    return bool(context) and all(_may_name(context, gender) for gender in genders)


def _unnamed(sentence: str) -> frozenset[Gender]:
    """Return the genders of the pronouns before which a sentence names nobody whom they may mean.

    Whoever is named right after the clause that opens a sentence is named: "After he fled, Lee".
    """
    first: dict[Gender, re.Match[str]] = {}
    for pronoun in _PRONOUN.finditer(sentence):
        first.setdefault(Gender.MALE if pronoun[1] else Gender.FEMALE, pronoun)
    return frozenset(
        gender
        for gender, pronoun in first.items()
        if not _may_name(sentence[: pronoun.start()], gender)
        and not _is_named_next(sentence, pronoun, gender)
    )


def _is_named_next(sentence: str, pronoun: re.Match[str], gender: Gender) -> bool:
    following = _NEXT_CLAUSE.match(sentence, pronoun.end())
    opening = _OPENING_CLAUSE.match(sentence, 0, pronoun.start())
    return bool(following and opening and _may_name(following[1], gender))


def _may_name(text: str, gender: Gender) -> bool:
    """Return whether a text names or describes somebody of a gender, as far as it tells any."""
    nouns = _PERSON_NOUNS.intersection(map(str.lower, _NOUN.findall(text)))
    if any(may_be_same(gender_of([noun]), gender) for noun in nouns):
        return True
    return any(
        _is_name(name[2].split(), (name[1] or "").lower(), gender)
        for name in _NAME.finditer(text)
        if " " in name[2]
        or _BARE_NAME.match(text, name.start(2))
        or not _OPENS.search(text, max(0, name.start(2) - 4), name.start(2))
    )


def _is_name(words: Sequence[str], before: str, gender: Gender) -> bool:
    """Return whether capitalized words behind a word may be the name of somebody of a gender."""
    low = [word.lower().removesuffix("'s").removesuffix("’s").rstrip(".") for word in words]
    name = [word for word in low if word not in _NOT_IN_NAMES]
    told = gender_of(low[:-1] or low)  # "Ann Joseph" is no man
    if not name or not may_be_same(told, gender):
        return False
    if told or not FIRST_NAMES.isdisjoint(name) or not _TITLES.isdisjoint(name[:-1]):
        return True
    is_acronym = len(words) == 1 and words[0].isupper()
    return before not in _BEFORE_PLACES and not is_acronym and _NOT_PERSONS.isdisjoint(name)


def _is_in_quote_after(marks: Sequence[str], *, in_quote: bool) -> bool:
    for mark in marks:
        # “ closes what „ opened
        in_quote = not in_quote if mark in '"“' else mark in "„«"
    return in_quote
