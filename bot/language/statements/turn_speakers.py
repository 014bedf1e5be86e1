"""Tell who the speakers of a transcript are, by the fullest name that its text has for each.

"MS. BERG"       -> Ida Berg, Press Secretary      as its head, a list or anybody names her
"THE MINISTER"   -> Anna Vik                       the only one with that office
"SENIOR OFFICIAL" -> nobody's name                 an unnamed speaker
"""

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from bot.language import lexicon
from bot.language.mentions import Mention, find_mentions, gender_of, may_be_same
from bot.language.name_words import is_first_name
from bot.language.roles import role_after, role_before, role_before_comma, role_noun
from bot.model import Actor, ActorKind, Span, Turn, TurnKind
from bot.reading.turns import WORDS, speaker_key

_TITLES, _NAMELESS = frozenset(WORDS["titles"]), frozenset(WORDS["nameless"])
_INITIALS = r"(?:[^\W\d_a-z]\.){2,}"  # U.S.
_NAME_WORD = re.compile(rf"{_INITIALS}|[^\W\d_a-z][\w’'-]*(?:\.(?=[ \u00a0][^\W\d_a-z]))?")
_NAME_RUN = re.compile(
    rf"(?:{_INITIALS}|[^\W\d_a-z][\w’'-]*\.?)"
    r"(?:[ \u00a0](?:(?:(?:of|for)(?:[ \u00a0]the)?|de|la|van|von|der)[ \u00a0]){0,2}"
    rf"(?:{_INITIALS}|[^\W\d_a-z][\w’'-]*\.?))+"
)
_FOR = re.compile(r"\b(?:of|for) (?:the )?", re.IGNORECASE)
_FOR_BEFORE = re.compile(rf"{_FOR.pattern}$", re.IGNORECASE)
_JOINS = frozenset(["by", "and", "with"])
_DETERMINER = re.compile(r"(?:the|an?|our|new) ", re.IGNORECASE)
# "Ida Berg (Press Secretary)", and what stands on the line above or below a name.
_BRACKETED = re.compile(r" \(([^()\n]{3,80})\)")
_LINE_ABOVE, _LINE_BELOW = re.compile(r"([^\n]{3,80})\n$"), re.compile(r",?\n([^\n]{3,80})(?=\n|$)")
_MAX_LINE_CHARS = 81
_NOT_WORD = re.compile(r"[^\w'’-]+")
_OF_PLACE = re.compile(r" of [^,]+$", re.IGNORECASE)
# Their title is a part of their name: Lord West of Spithead.
_PEERS = frozenset(["lord", "lady", "baroness", "viscount", "viscountess", "earl", "countess"])
_SAINTS = frozenset(["st", "saint", "san", "santa"])
_COURTESIES = lexicon.COURTESIES | {"mister", "madam", "mag", "ing", "the"}


class TurnSpeakers:
    """The speakers of one transcript."""

    def __init__(self, body: str, sentences: Sequence[Span], turns: Sequence[Turn]) -> None:
        """Find the persons whom the text names in full; those above the turns go first."""
        self._body = body
        self._head_end = turns[0].mark.start if turns else 0
        labels = {place for turn in turns for place in range(turn.mark.start, turn.mark.end)}
        self._persons = [
            mention
            for mention in find_mentions(body, sentences)
            if mention.kind is ActorKind.PERSON
            and mention.start not in labels
            and mention.start >= self._head_end
        ]
        speakers = (turn.speaker.text.casefold() for turn in turns if turn.speaker)
        last_names = {_NOT_WORD.split(_OF_PLACE.sub("", name))[-1] for name in speakers}
        self._persons += _named_in_head(body, self._head_end, last_names)
        self._actors: dict[str, Actor] = {}
        self._full_marks = [turn for turn in turns if turn.speaker and " " in turn.speaker.text]

    def actor_of(self, turn: Turn) -> Actor | None:
        """Return whose words a turn has, or None where its mark names nobody.

        A question is nobody's but where a person is named in full as its asker, not "Q",
        "QUESTION:", "Gull Herald:".
        What was handed in is nobody's: its speaker said none of it.
        """
        if turn.kind is TurnKind.WRITTEN:
            return None
        actor = self._marked(turn)
        if actor is None or turn.kind is not TurnKind.QUESTION:
            return actor
        is_named = actor.kind is ActorKind.PERSON and " " in actor.name.text
        return actor if is_named else None

    def _marked(self, turn: Turn) -> Actor | None:
        """Return whom a turn's mark names."""
        if turn.speaker is None:
            return None
        key = turn.speaker.text.casefold()
        if key not in self._actors:
            self._actors[key] = self._identify(turn.speaker, turn.role)
        return self._actors[key]

    def _identify(self, speaker: Span, printed_role: Span | None) -> Actor:
        words = [word for word in _NOT_WORD.split(_OF_PLACE.sub("", speaker.text)) if word]
        words = [word for word in words if not word.isdigit()] or words
        low = [word.casefold() for word in words]
        titles = _titles_before(low)
        names = low[len(titles) :]
        # "SENIOR OFFICIAL TWO" is one of several.
        last = speaker_key(speaker.text).rpartition(" ")[2]
        if {last, *low[-1:]} & (_NAMELESS | lexicon.PRESS_NOUNS):
            return Actor(speaker, printed_role, ActorKind.UNNAMED)
        if not names:
            return self._holder(speaker, printed_role)
        if titles and titles[0] in _PEERS:
            return Actor(speaker, printed_role, ActorKind.PERSON)
        matches = self._named(names, titles)
        role = printed_role or self._role_of(matches) or self._title_as_role(speaker, titles)
        if not matches and (actor := self._named_in_mark(speaker, titles)):
            return actor
        name = self._fullest(matches) or self._bare_name(speaker, titles)
        return Actor(name, role, ActorKind.PERSON)

    def _named_in_mark(self, speaker: Span, titles: Sequence[str]) -> Actor | None:
        """Return whom another mark names in full, which ends as this one: IDA ROE for ROE."""
        last = self._bare_name(speaker, titles).text
        fuller: dict[str, Turn] = {}
        for turn in self._full_marks:
            name = turn.speaker.text if turn.speaker else ""
            low = [word.strip(".") for word in name.casefold().split()]
            count = len(_titles_before(low))
            # "TREASURER BO LEE" is fuller than "DR. LEE"; "MS. LEE" is not.
            if name != speaker.text and name.endswith(f" {last}") and count + 1 < len(low):
                fuller.setdefault(" ".join(low[count:]), turn)
        if len(fuller) != 1:
            return None
        (turn,) = fuller.values()
        return self._marked(turn)

    def _named(self, name: Sequence[str], titles: Sequence[str]) -> list[Mention]:
        """Return the mentions in full of a person, none where two persons may be meant."""
        gender = gender_of(titles)
        found = [
            mention
            for mention in self._persons
            if len(mention.words) > 1
            and self._matches(mention, name)
            and may_be_same(gender, mention.gender)
        ]
        in_head = [mention for mention in found if mention.start < self._head_end]
        for mentions in (in_head, found):
            if len({_full_name(mention) for mention in mentions}) == 1:
                full = _full_name(mentions[0])
                return [mention for mention in found if _full_name(mention) == full]
        return []

    def _matches(self, mention: Mention, name: Sequence[str]) -> bool:
        """Return whether a full name ends with a mark's, and begins as it where that is full."""
        written = [word for word in _NOT_WORD.split(self._text(mention).casefold()) if word]
        size = len(name)
        if written[-size:] == list(name):
            return True
        return size > 1 and written[0] == name[0] and written[-1] == name[-1]

    def _text(self, mention: Mention) -> str:
        return self._body[mention.start : mention.end]

    def _fullest(self, mentions: Sequence[Mention]) -> Span | None:
        if not mentions:
            return None
        # One in capitals is no better than the mark.
        best = min(mentions, key=lambda m: (self._text(m).isupper(), m.start))
        return best.span_in(self._body)

    def _role_of(self, mentions: Sequence[Mention]) -> Span | None:
        roles = (Span.of(self._body, *mention.role) for mention in mentions if mention.role)
        return next((role for role in roles if " " in role.text or role_noun(role.text)), None)

    def _title_as_role(self, speaker: Span, titles: Sequence[str]) -> Span | None:
        """Return the office that a mark begins with: VICE ADMIRAL, not MR."""
        count = len(titles)
        while count and titles[count - 1] in _COURTESIES:
            count -= 1
        if not count:
            return None
        last = list(re.finditer(r"[\w'’.-]+", speaker.text))[count - 1]
        return Span.of(self._body, speaker.start, speaker.start + last.end())

    def _bare_name(self, speaker: Span, titles: Sequence[str]) -> Span:
        """Return a mark's name without its titles."""
        words = list(re.finditer(r"\S+", speaker.text))
        start = words[min(len(titles), len(words) - 1)].start()
        place = _OF_PLACE.search(speaker.text, start)
        end = place.start() if place else len(speaker.text)
        return Span.of(self._body, speaker.start + start, speaker.start + end)

    def _holder(self, speaker: Span, printed_role: Span | None) -> Actor:
        """Return the only person with an office, else the office: THE MINISTER."""
        noun = speaker_key(speaker.text).rsplit(" ", 1)[-1]
        held = [
            mention
            for mention in self._persons
            if mention.role and role_noun(self._body[slice(*mention.role)]) == noun
        ]
        full = {_full_name(mention) for mention in held if len(mention.words) > 1}
        if len(full) == 1 and len({mention.last for mention in held}) == 1:
            named = [mention for mention in held if _full_name(mention) in full]
            name, role = self._fullest(named), self._role_of(named)
            return Actor(name or speaker, printed_role or role, ActorKind.PERSON)
        return Actor(speaker, printed_role, ActorKind.PERSON)


def _named_in_head(body: str, end: int, last_names: Collection[str]) -> list[Mention]:
    """Return whom the lines above the turns name in full, of those with one of these last names.

    There most words have a capital: "Deputy Press Secretary | Ida Berg | En Route Skarn".
    """
    mentions = []
    for run in _NAME_RUN.finditer(body, 0, end):
        words = list(_NAME_WORD.finditer(body, *run.span()))
        low = [word[0].casefold().strip(".,") for word in words]
        for last in range(1, len(words)):
            first = _first_of_name(low, last)
            # "Minister for Piers | Lena Dahl"
            is_office = any(map(_is_office, low[:first])) and first + 1 < last
            if is_office and _FOR_BEFORE.search(body, run.start(), words[first].start()):
                first += 1
            # "Remarks by Premier | Ada Lind" tells who THE PREMIER is.
            is_holder = first > 0 and low[first - 1] in _TITLES.intersection(last_names)
            if not (is_holder or low[last] in last_names) or _is_office(low[first]):
                continue
            stop = words[last].end()
            start = words[first].start()
            role = _role_in_head(body, words[:first]) or _role_beside(body, start, stop)
            texts = tuple(word[0] for word in words[first : last + 1])
            title = filter(_is_office, low[first - 1 : first])
            person, gender = ActorKind.PERSON, gender_of([*title, texts[0]])
            mentions.append(
                Mention(start, stop, texts, person, gender, role, first > 0, is_definite=False)
            )
    return mentions


def _first_of_name(words: Sequence[str], last: int) -> int:
    """Return where the name begins that ends with a last name: | Karen Ann Lee, | Jan de Groot."""
    first = last - 1
    while first > 0 and (words[first] in lexicon.NAME_PARTICLES or words[first] in _SAINTS):
        first -= 1
    is_middle = first > 0 and (len(words[first]) == 1 or is_first_name(words[first - 1]))
    return first - 1 if is_middle and not _is_office(words[first - 1]) else first


def _titles_before(words: Sequence[str]) -> list[str]:
    """Return the titles that a mark begins with: ["the", "deputy", "minister"]."""
    return list(takewhile(lambda word: word in _TITLES or word == "the", words))


def _is_office(word: str) -> bool:
    return word in _TITLES or word in lexicon.ROLES


def _role_in_head(body: str, words: list[re.Match[str]]) -> tuple[int, int] | None:
    """Return the office that stands before a name, the last one of several."""
    low = [word[0].casefold().strip(".,") for word in words]
    while low and low[-1] in _COURTESIES:
        low.pop()
    if not any(_is_office(word) and word not in _COURTESIES for word in low):
        return None
    end = words[len(low) - 1].end()
    first = words[_own_words(low)].start()
    # "Interview of Press Secretary", "Coordinator for the Border | Ambassador"
    for preposition in list(_FOR.finditer(body, first, end)):
        place = preposition.start()
        before = [word for word, at in zip(low, words, strict=False) if first <= at.start() < place]
        if not any(map(_is_office, before)):
            first = preposition.end()
        elif _is_office(low[-1]):
            own = len(list(takewhile(_is_office, reversed(low))))
            return words[len(low) - own].start(), end
    return first, end


def _own_words(words: Sequence[str]) -> int:
    """Return where an office begins behind "BY", another's "AND", or whose it is: Skarn's."""
    start = 0
    for number, word in enumerate(words, start=1):
        owner = word.replace("’", "'").removesuffix("'s")
        is_owner = owner != word and not _is_office(owner)
        if (word in _JOINS or is_owner) and any(map(_is_office, words[number:])):
            start = number
    return start


def _role_beside(body: str, start: int, stop: int) -> tuple[int, int] | None:
    """Return the office beside a name: before it, behind it, in brackets, on a line of its own."""
    before = role_before(body, start) or role_before_comma(body, start, stop)
    role = before or role_after(body, stop)
    lines = (
        _BRACKETED.match(body, stop),
        _LINE_BELOW.match(body, stop),
        _LINE_ABOVE.search(body, max(0, start - _MAX_LINE_CHARS), start),
    )
    told = (line.span(1) for line in lines if line and role_noun(line[1]))
    first, end = role or next(told, (0, 0))
    if first == end:
        return None
    determiner = _DETERMINER.match(body, first, end)
    return (determiner.end() if determiner else first), end


def _full_name(mention: Mention) -> str:
    return f"{mention.words[0]} {mention.words[-1]}".casefold()
