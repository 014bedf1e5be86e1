"""Decide what a speaker is: a person, a body, a group or somebody unnamed.

A name that neither a first name, a title nor a role shows to be a person's is judged by what the
text says of it ("Norrair said its ferries", "Tarn, who") and by what spaCy takes it for.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from bot.language import lexicon
from bot.language.mentions import Gender, Mention, gender_of, may_be_same
from bot.language.name_words import is_first_name, is_national
from bot.model import ActorKind, Span

# Takes a sentence; returns the start, end and label of each name in it, by place in the sentence.
Recognizer = Callable[[str], Sequence[tuple[int, int, str]]]

DETERMINER = re.compile(
    r"\b(?:the|an?|this|that|these|those|its|his|her|their|both|all) ", re.IGNORECASE
)
_WORDY = (
    lexicon.SURNAMES_THAT_ARE_WORDS | lexicon.FIRST_NAMES_THAT_ARE_WORDS | lexicon.PLACES
) - lexicon.COMPASS
_NOBODY = frozenset(["none", "no", "neither", "nobody"])
_MAX_MENTIONS = 6  # of a name that are looked at for signs of its kind
_MAX_RECOGNIZED = 2  # of them that are looked at by the recognizer, which takes 2 ms each
_MAX_CUE_CHARS = 60  # after a name
_ORGANIZATIONS_AND_PLACES = lexicon.ORGANIZATION_WORDS | lexicon.PLACES
_SAID = (
    r"(?:[ ](?:also|has|had|have))?[ ](?:said|says|say|told[ ]\w+|warned|claimed|announced|\w+ed)"
)
_OF_PERSON = re.compile(
    rf"(?:,? (?:who|whose|himself|herself)\b|, \d\d,|{_SAID}(?: that)? (?:he|she|his|her)\b)"
)
_ITS = re.compile(rf"{_SAID}(?:[ ](?!he\b|she\b)[a-z]+| [A-Z]\w+day){{0,4}} (?:its|itself)\b")
_OF_BODY = re.compile(
    rf"(?:{_SAID}(?: that)? (?:they|their)\b"
    r"| (?:are|were|have|say|want|claim|deny|plan|insist) (?!been)"
    r"|['’]s? (?:shares|stock|chief executive|CEO|customers|users|headquarters|board|founders?"
    r"|subsidiary|members|fighters|fans|manager|website|app)\b)"
)
_SAID_IT = re.compile(rf"{_SAID}(?: that)? it\b")
_LISTED_BEFORE = re.compile(r"(?:\b(?:and|or|nor)|,)[ \u00a0](?:[\w’]+['’]s )?(?:the )?$")
_OWNED_BEFORE = re.compile(r"\w['’]s[ \u00a0]$")  # "the Courier's | Otto Lind"
_BEFORE_CHARS = 30  # before a name
_PERSON_LABEL = "PERSON"
_BODY_LABELS = frozenset(
    ["ORG", "GPE", "NORP", "LOC", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"]
)
# What speaks for a person, in the votes of one label.
_STRONG_CUE_WEIGHT = 2.2  # "Norrair said its ferries": also against one label
_WEAK_CUE_WEIGHT = 0.6  # "Norrair said it would", but also "Holt said it was late"
_TWO_WORDS, _ONE_WORD, _CUE_WEIGHT, _LABEL_WEIGHT = 0.6, 1.0, 1.5, 1.0


def is_proven_person(mentions: Iterable[Mention]) -> bool:
    """Return whether a title, role or first name of our lists shows that these name a person."""
    return any(
        mention.has_title
        or mention.role is not None
        or mention.gender is not None
        or mention.suffix is not None
        or (len(mention.words) > 1 and _is_sure_first_name(mention.words[0].lower()))
        for mention in mentions
    )


def _is_sure_first_name(word: str) -> bool:
    return is_first_name(word.rstrip(".")) and word not in lexicon.PLACES


class KindJudge:
    """Judges doubtful names of one text; remembers what the recognizer told of each sentence."""

    def __init__(self, body: str, sentences: Sequence[Span], recognize: Recognizer) -> None:
        """Take a text and what tells the kinds of the names in a sentence of it."""
        self._body = body
        self._sentences = sentences
        self._recognize = recognize
        self._labels: dict[int, Sequence[tuple[int, int, str]]] = {}

    def is_body(self, places: Sequence[tuple[int, int]], sentences: Sequence[int]) -> bool:
        """Return whether a name at these places of the text, in these sentences, is no person."""
        words = self._body[slice(*places[0])].lower().split()
        votes = _TWO_WORDS if len(words) > 1 else _ONE_WORD
        if len(words) > 1 and not _WORDY.isdisjoint(words):
            votes = 2 * _LABEL_WEIGHT + _WEAK_CUE_WEIGHT  # such a word misleads the recognizer
        votes += sum(map(self._cue_votes, places[:_MAX_MENTIONS]))
        pairs = list(zip(places, sentences, strict=True))[:_MAX_RECOGNIZED]
        for asked, (place, sentence) in enumerate(pairs):
            if abs(votes) > _LABEL_WEIGHT * (len(pairs) - asked):
                break  # no label can change it
            votes += self._label_votes(place, sentence)
        return votes < 0

    def _cue_votes(self, place: tuple[int, int]) -> float:
        start, end = place
        after = (end, end + _MAX_CUE_CHARS)
        if _OF_PERSON.match(self._body, *after):
            return _CUE_WEIGHT
        before = self._body[max(0, start - _BEFORE_CHARS) : start]
        noun = "".join(before.split()[-1:])
        if is_person_noun(noun):
            return _CUE_WEIGHT  # "his friend | Otto Lind"
        is_listed = _LISTED_BEFORE.search(before)
        if _ITS.match(self._body, *after):
            return -_STRONG_CUE_WEIGHT
        if not is_listed and _OF_BODY.match(self._body, *after):
            return -_CUE_WEIGHT
        if _SAID_IT.match(self._body, *after):
            return -_WEAK_CUE_WEIGHT
        return _WEAK_CUE_WEIGHT if _OWNED_BEFORE.search(before) else 0.0

    def _label_votes(self, place: tuple[int, int], sentence: int) -> float:
        span = self._sentences[sentence]
        if sentence not in self._labels:
            self._labels[sentence] = self._recognize(span.text)
        for start, end, label in self._labels[sentence]:
            if span.start + start < place[1] and place[0] < span.start + end:
                is_body = label in _BODY_LABELS
                return -_LABEL_WEIGHT if is_body else _LABEL_WEIGHT * (label == _PERSON_LABEL)
        return 0.0


def kind_of_phrase(head: str) -> ActorKind:
    """Tell the kind of speaker that a phrase without a person's name is."""
    words = head.split()
    noun = words[-1].lower()
    name = DETERMINER.sub("", head)
    if " and " in head or " or " in head:
        return ActorKind.GROUP
    if name in lexicon.OUTLETS or name.lower() in lexicon.BODIES:
        return ActorKind.ORGANISATION
    if name.lower() in lexicon.GROUPS:
        return ActorKind.GROUP
    if noun in lexicon.QUANTIFIERS or words[0].lower() in _NOBODY:
        return ActorKind.GROUP if noun == "both" else ActorKind.UNNAMED
    return _kind_by_noun(head, words[-1])


def is_person_noun(noun: str) -> bool:
    """Return whether a noun in the singular means a person."""
    return lexicon.SPEAKER_CLASS.get(noun) == "person" and not noun.endswith("s")


def describes_person(noun: str) -> bool:
    """Return whether a noun means one person by office, epithet or kind: mayor, billionaire."""
    return noun in lexicon.ROLES | lexicon.EPITHETS or is_person_noun(noun)


def may_mean_one(phrase: Span, gender: Gender) -> bool:
    """Return whether a phrase means one person, who may be of a gender: "my father"."""
    noun = phrase.text.lower().split()[-1]
    is_one = noun not in lexicon.QUANTIFIERS | {"people", "police", "some", "many", "several"}
    return is_one and describes_person(noun) and may_be_same(gender_of([noun]), gender)


def _kind_by_noun(head: str, last: str) -> ActorKind:
    noun = last.lower()
    is_paper = lexicon.SPEAKER_CLASS.get(noun) == "paper"
    is_organization = noun in lexicon.ORGANIZATION_NOUNS or noun in _ORGANIZATIONS_AND_PLACES
    is_capitalized = last[:1].isupper()
    is_name = is_capitalized and head != last
    is_nameless = noun in lexicon.NAMELESS or (noun in lexicon.NOUN_CLASS and not is_paper)
    if (
        is_national(last)
        or (is_nameless and not is_name)
        or (noun in lexicon.ROLES and head == last)
    ):
        return ActorKind.UNNAMED
    is_plural = noun.endswith(("s", "men")) or noun in {"people", "media"}
    if is_plural and not (is_organization or last.isupper() or is_paper):
        return ActorKind.GROUP
    is_lone_name = head == last and is_capitalized and not last.isupper()
    if is_lone_name and noun not in lexicon.SPEAKER_CLASS and not is_organization:
        return ActorKind.PERSON
    is_known = noun in lexicon.ORGANIZATION_NOUNS or is_paper or is_capitalized
    return ActorKind.ORGANISATION if is_known else ActorKind.UNNAMED
