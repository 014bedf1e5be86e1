"""Read who speaks from what a parliament's record gives: printed marks, persons, identifiers.

"Minister of Ports (Ms. Vik):"           Ms. Vik, Minister of Ports
"DEPUTY SPEAKER IDA BERG:", #BergIda     IDA BERG, DEPUTY SPEAKER
#NovakEva alone                          Eva Novak, where it is certain which name is the first
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from unicodedata import combining, normalize

from bot.model.first_names import FEMALE_NAMES, MALE_NAMES
from bot.reading.cleaning import clean_line, line_or_none
from bot.reading.trees import find_all, find_child, local_name, text_content
from bot.reading.turns import WORDS, speaker_key
from bot.reading.wire_text import attribute

CHAIRS = frozenset((*WORDS["procedure"], *WORDS["chairs"]))
_BRACKETED = re.compile(r"\(([^()]{2,60})\)")
_COURTESY = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Hon|Sir|Dame|Lord|Lady)\b\.?")
_CAPITALS = re.compile(r"\b[^\W\d_a-zß-öø-ÿ]{3,}\b")
# "01.02 Ida Berg": the place of a speech in its sitting.
_NUMBER = re.compile(r"\d+(?:[.:]\d+)*\.?\s+")
# "OlgaBerg.1985": a year tells two of a name apart.
_YEAR = re.compile(r"[._-]?\d+$")
_SCOTTISH = ("Mc", "Mac")
_NAME = re.compile(r"(?:[^\W\d_]['’-]?){2,}")
_MAX_NAME_WORDS = 5
_PAIR = 2

Named = tuple[str | None, str | None]


def read_mark(mark: str) -> Named:
    """Return the name in a printed mark, and its role.

    "Ms. Vik (Minister of Ports):", "Minister of Ports (Ms. Vik):", "El señor VIK (Ponente).-"
    """
    mark = mark.rstrip(" :.—–-")
    bracketed = _BRACKETED.search(mark)
    if bracketed is None:
        return line_or_none(_shouted_name(mark)), None
    outside, inside = mark[: bracketed.start()].strip(), bracketed[1]
    if _COURTESY.match(inside) or speaker_key(outside) in CHAIRS:
        return inside, line_or_none(outside)
    # "(standing)" is no role.
    return line_or_none(_shouted_name(outside)), inside if inside[0].isupper() else None


def _shouted_name(mark: str) -> str:
    """Return a mark from its name in capitals on, if it has one: "El señor VIK" is VIK."""
    capitals = _CAPITALS.search(mark)
    return mark[capitals.start() :] if capitals else mark


class TeiSpeakers:
    """The speakers of one TEI document, by the identifiers in `u@who`.

    A name is taken from the list of persons; else from the note before the speech; else from the
    identifier, if the document tells in which order its identifiers have first and last name.
    """

    def __init__(self, tree: Any, text: Any) -> None:
        """Read the persons, the notes of all speeches, and how identifiers are made."""
        self._names: dict[str, Named] = {}
        for person in find_all(tree, "person"):
            identifier = attribute(person, "id") or ""
            name = _person_name(find_child(person, "persName"), identifier)
            self._names[identifier] = name, None
        persons = {who: name for who, (name, _) in self._names.items() if name}
        speeches = [(identifier_of(u), note) for u, note in _speeches(text) if note]
        printed = {who: name for who, note in speeches if (name := _printed_name(note, who)[0])}
        pairs = [*persons.items(), *printed.items()]
        ids = {identifier_of(u) for u in find_all(text, "u")}
        self._is_surname_first = _order_of(ids, pairs, text)

    def of(self, who: str, note: str) -> Named:
        """Return the name and role of a speaker; `note` stands before the speech, or is ""."""
        name, role = self._names.get(who, (None, None))
        printed, printed_role = _printed_name(note, who)
        if name is None and printed is None:
            printed, printed_role = self._from_identifier(who, note)
        self._names.setdefault(who, (printed, printed_role))
        if name is None and printed:
            self._names[who] = printed, printed_role
        return name or printed, printed_role or role

    def _from_identifier(self, who: str, note: str) -> Named:
        """Return the name that an identifier is made of, else what the note prints."""
        parts = _parts(who)
        is_name = len(parts) >= _PAIR and not _YEAR.search(who)
        if is_name and self._is_surname_first is False:
            name: str | None = " ".join(parts)
        elif is_name and self._is_surname_first and len(parts) == _PAIR:
            name = f"{parts[1]} {parts[0]}"
        else:
            # One with figures is no name; any other is printed as it is.
            name = who if is_name and not note else None
        marked = _without_number(note).rstrip(" :.—–-")
        if name is None or not _is_office(marked):
            return read_mark(marked) if marked else (name, None)
        return name, marked or None


def identifier_of(speech: Any) -> str:
    """Return the identifier in `who`, also of "corpus.xml#BergIda"."""
    return (speech.get("who") or "").strip().rpartition("#")[2]


def _speeches(text: Any) -> Iterator[tuple[Any, str]]:
    """Yield each speech with the note that announces it, or ""."""
    note = ""
    for element in text.iter():
        if is_announcement(element):
            note = clean_line(text_content(element))
        elif local_name(element) == "u":
            yield element, note
            note = ""


def is_announcement(element: Any) -> bool:
    """Return whether an element is a note that prints who speaks next."""
    return local_name(element) == "note" and element.get("type") == "speaker"


def _person_name(element: Any, identifier: str) -> str | None:
    """Return first and last names in order, else the whole name."""
    names = list(find_all(element, "forename", "nameLink", "surname"))
    ordered = sorted(names, key=lambda each: local_name(each) != "forename")
    whole = " ".join(map(text_content, ordered)) or text_content(element)
    return line_or_none(_in_order(clean_line(whole), identifier))


def _printed_name(note: str, who: str) -> Named:
    """Return the words of a note that make up an identifier, and what the note says beside.

    Of one that has none of them this is (None, None).
    """
    mark = _without_number(note).rstrip(" :.—–-")
    letters = _fold("".join(_parts(who)))
    words = list(re.finditer(r"[^\s,()]+", mark))
    for first in range(len(words)):
        for last in range(first + 1, min(first + _MAX_NAME_WORDS, len(words))):
            run = [word[0] for word in words[first : last + 1]]
            turned = (_fold("".join([*run[k:], *run[:k]])) for k in range(len(run)))
            if letters and letters in turned:
                before, after = mark[: words[first].start()].strip(), mark[words[last].end() :]
                inside = _BRACKETED.search(after)
                is_role = before and not _COURTESY.fullmatch(before)
                role = before if is_role else inside[1] if inside else None
                return _in_order(mark[words[first].start() : words[last].end()], who), role
    return None, None


def _in_order(name: str, identifier: str) -> str:
    """Return "Eva Novak" for "Novak, Eva", if the identifier has these names: #NovakEva."""
    last, comma, first = name.partition(", ")
    is_turned = comma and _fold(last + first) in {
        _fold(identifier),
        _fold("".join(_parts(identifier))),
    }
    return f"{first} {last}" if is_turned else name


def _is_office(mark: str) -> bool:
    """Return whether a mark names nobody: "De voorzitter", "The Deputy Speaker", ""."""
    capitals = sum(word[0].isupper() for word in mark.split())
    return capitals <= 1 or speaker_key(mark) in CHAIRS


def _without_number(note: str) -> str:
    number = _NUMBER.match(note)
    return note[number.end() :] if number else note


def _parts(identifier: str) -> list[str]:
    """Return the names in an identifier: LindsayHoyle, Berg_Ida, OlgaBerg.1985."""
    name = _YEAR.sub("", identifier)
    is_new = (
        k == 0 or (c.isupper() and name[k - 1].islower() and not name[:k].endswith(_SCOTTISH))
        for k, c in enumerate(name)
    )
    spaced = "".join(f" {c}" if new else c for c, new in zip(name, is_new, strict=True))
    parts = spaced.replace("_", " ").split()
    are_names = all(_NAME.fullmatch(part) and part[0].isupper() for part in parts)
    return parts if are_names else []


def _order_of(ids: set[str], named: Sequence[tuple[str, str]], text: Any) -> bool | None:
    """Return whether identifiers begin with the last name, None where it is not certain.

    They are made alike in a document: names beside them tell, names spoken in the text, and first
    names. One whose name is spelled otherwise (Richterova for Richterová) makes all uncertain.
    """
    votes: set[bool] = set()
    for who, name in named:
        parts, words = _parts(who), name.split()
        letters = "".join(words).casefold()
        if not parts or _fold("".join(parts)) not in _rotations(words, fold=True):
            continue
        if "".join(parts).casefold() not in _rotations(words, fold=False):
            return None
        votes.add(letters != "".join(parts).casefold())
    pairs = {who: parts for who in ids if len(parts := _parts(who)) == _PAIR}
    words_of_text = [word.strip(".,;:!?()\"“”„'’") for word in text_content(text).split()]
    spoken = {pair for pair in pairwise(words_of_text) if pair[0][:1].isupper()}
    for first, last in pairs.values():
        if (first, last) in spoken or (last, first) in spoken:
            votes.add((first, last) not in spoken)
        if _is_first_name(first) != _is_first_name(last):
            votes.add(_is_first_name(last))
    return votes.pop() if len(votes) == 1 else None


def _rotations(words: Sequence[str], *, fold: bool) -> set[str]:
    turned = ("".join([*words[k:], *words[:k]]) for k in range(len(words)))
    return {_fold(text) if fold else text.casefold() for text in turned}


def _is_first_name(word: str) -> bool:
    return word.lower() in FEMALE_NAMES or word.lower() in MALE_NAMES


def _fold(text: str) -> str:
    """Return letters alone, without case and accents."""
    decomposed = normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if c.isalpha() and not combining(c))
