"""Find the name of a speaker beside a verb, and only where it can be nobody else's."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.lexicon import BODIES
from bot.language.statements.quoted.tables import Table, Token
from bot.model import Actor, ActorKind, Span

_MAX_NAME_WORDS = 5
_MAX_NAMES_BEFORE_ADDRESSEE = 2  # "Anna Berg Lauri Metsale": where does hers end?
_MAX_DECLINED_NAME = 3  # words; more may be hers and whom she told: "Anna Berg Luci Morzu"
_MAX_ROLE_WORDS = 8
_MIN_AGENCY_LETTERS = 2
_MIN_PLACE_LETTERS = 4
_VOWELS = frozenset("aeiouyęąóаеиіоуєїяю")
_PLATFORM = re.compile(r"X(?:-\w{1,3})?")  # written on X


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the words beside the verb, and the actor they stand for."""

    words: Span
    actor: Actor


class Names:
    """The names of one text."""

    def __init__(self, body: str, tokens: Sequence[Token], table: Table) -> None:
        """Find the full names of a text, by which last names alone are known."""
        self._body = body
        self._tokens = tokens
        self._table = table
        self._by_last: dict[str, dict[str, Span]] = defaultdict(dict)
        k = 0
        while k < len(tokens):
            k += tokens[k].lower in table.offices
            end = self._name_end(k) if k < len(tokens) else k
            if end - k > 1 and not self._is_last_name(k, end):
                name = Span.of(body, tokens[k].start, tokens[end - 1].end)
                self._by_last[tokens[end - 1].text].setdefault(name.text, name)
            k = max(k + 1, end)

    def speaker_from(self, k: int) -> tuple[Speaker, int] | None:
        """Return the speaker who is named from a token on, and the token behind."""
        first = k
        while k < len(self._tokens) and self._tokens[k].text in self._table.articles:
            k += 1
        role_start = k
        if k < len(self._tokens) and self._is_opening_office(k, role_start):
            k += 1
        while self._is_role_word(k) and k - role_start < _MAX_ROLE_WORDS:
            k += 1
        if k > role_start:
            k = self._skip_comma(k)
        has_role = k > role_start
        name = self._name_at(k, has_role=has_role, has_article=role_start > first and not has_role)
        if name is None or not self._ends(name[1]) or self._names_another(name[1]):
            return None
        role = self._role(role_start, k)
        return self._speaker(first, name, role), name[1]

    def _names_another(self, k: int) -> bool:
        """Return whether a second speaker follows: "said Anna Berg | and Luc Moreau"."""
        if k + 1 >= len(self._tokens) or self._tokens[k].lower not in self._table.joins:
            return False
        after = self._tokens[k + 1]
        table = self._table
        return after.is_capitalized or after.lower in table.articles | table.offices

    def speaker_before(self, start: int, end: int) -> Speaker | None:
        """Return the speaker whose phrase alone stands between a clause's start and a verb."""
        commas = [k for k in range(start, end) if self._tokens[k].text == ","]
        for first in (start, *(k + 1 for k in commas)):
            named = self._speaker_in(first, end)
            if named:
                return named
        return self._speaker_behind_place(start, end)

    def _speaker_behind_place(self, start: int, end: int) -> Speaker | None:
        """Return the only name before a verb in a clause that opens with a place: "On her page"."""
        if start >= end or not self.opens_elsewhere(start):
            return None
        names = (k for k in range(start + 1, end) if self._name_end(k) == end)
        first = next(names, None)
        if first is None:
            return None
        tokens, table = self._tokens, self._table
        words, before = tokens[first:end], tokens[first - 1]
        if self._is_last_name(first, end) or any(w.lower in table.bodies for w in words):
            return None
        is_of_other = before.lower in table.particles | table.articles | table.stops
        if is_of_other or before.is_capitalized or before.text == ",":
            return None
        has_office = before.lower in table.offices
        role = Span.of(self._body, before.start, before.end) if has_office else None
        name = Span.of(self._body, tokens[first].start, tokens[end - 1].end)
        return self._speaker(first - has_office, (first, end, name), role)

    def opens_elsewhere(self, k: int) -> bool:
        """Return whether a clause opens with when or where it was said, and with no speaker."""
        lower = self._tokens[k].lower
        return lower in self._table.stops | self._table.fillers or self.is_place(k)

    def _speaker_in(self, first: int, end: int) -> Speaker | None:
        k = first
        while k < end and self._tokens[k].lower in self._table.articles:
            k += 1
        role_start = k
        k += self._table.declines and self._is_opening_office(k + 1, first + 1)
        while k < end and (self._is_role_word(k) or self._is_opening_office(k, role_start)):
            k += 1
        if k > role_start:
            k = self._skip_comma(k)
        has_role = k > role_start
        name = self._name_at(k, has_role=has_role, has_article=role_start > first and not has_role)
        if name is None or name[1] > end or not self._closes(name[1], end):
            return None
        return self._speaker(first, name, self._role(role_start, k))

    def _closes(self, k: int, end: int) -> bool:
        """Return whether a phrase ends at a token, or what is between commas fills the rest."""
        if self._tokens[k].text == "(":
            closing = (i + 1 for i in range(k, end) if self._tokens[i].text == ")")
            k = next(closing, k)
        if k == end:
            return True
        return self._tokens[k].text == "," and self._tokens[end - 1].text == ","

    def _skip_comma(self, k: int) -> int:
        is_comma = k < len(self._tokens) and self._tokens[k].text == ","
        return k + 1 if is_comma and self._name_end(k + 1) - k - 1 > 1 else k

    def _is_role_word(self, k: int) -> bool:
        """Return whether a word may be of a role before a name: "ministre de la Santé"."""
        if k >= len(self._tokens) or not self._tokens[k].is_word:
            return False
        table, lower = self._table, self._tokens[k].lower
        if self._is_title(k):
            return False
        if self._tokens[k].is_capitalized:
            return self._tokens[k - 1].lower in table.particles | table.articles and (
                k + 1 < len(self._tokens) and self._tokens[k + 1].text == ","
            )
        if lower in table.negations | table.tags | table.auxiliaries | table.verbs:
            return False
        return lower in table.particles or lower not in table.stops

    def _is_opening_office(self, k: int, first: int) -> bool:
        """Return whether a capitalized word that opens a phrase is an office: "Minister Anna"."""
        is_first = k == first and k < len(self._tokens)
        return is_first and self._tokens[k].lower in self._table.offices

    def _name_at(
        self, k: int, *, has_role: bool, has_article: bool
    ) -> tuple[int, int, Span] | None:
        """Return where a name begins and ends at a token, and the fullest form of it."""
        tokens, table = self._tokens, self._table
        has_title = k < len(tokens) and self._is_title(k)
        first = k
        while k < len(tokens) and self._is_title(k):
            k += 1 + (k + 1 < len(tokens) and tokens[k + 1].text == ".")
        end = self._name_end(k)
        if end == k or (has_article and not has_title):
            return None
        if tokens[end - 1].text.endswith(table.addressee_endings):
            return None  # "Jaan Tammele" is to whom it is said
        if has_role and tokens[first - 1].lower in table.particles | table.articles:
            return None  # "the lawyer of Anna Berg"
        if table.declines and self._may_hold_another(first, k, end, has_role=has_role):
            return None
        if not self._is_last_name(k, end):
            return first, end, Span.of(self._body, tokens[k].start, tokens[end - 1].end)
        known = self._by_last.get(tokens[end - 1].text, {})
        return (first, end, next(iter(known.values()))) if len(known) == 1 else None

    def _may_hold_another(self, first: int, k: int, end: int, *, has_role: bool) -> bool:
        """Return whether a name behind a token may hold a genitive or a dative before or in it."""
        tokens = self._tokens
        is_long = end - k > _MAX_DECLINED_NAME
        # "Burmistrz Wilkowa Jan Lis": the place is none of the name
        holds_place = end - k > 2 and tokens[k].text[-1] in _VOWELS
        is_of_role = tokens[first - 1].lower not in self._table.offices
        return is_long or (has_role and (is_of_role or holds_place))

    def _is_last_name(self, k: int, end: int) -> bool:
        """Return whether words are a last name alone: "De Wit"."""
        return all(token.lower in self._table.particles for token in self._tokens[k : end - 1])

    def _is_title(self, k: int) -> bool:
        text = self._tokens[k].text
        return text in self._table.titles or f"{text}." in self._table.titles

    def _name_end(self, k: int) -> int:
        """Return the token after the capitalized words and particles that begin at one."""
        tokens, table = self._tokens, self._table
        first = k
        while k < len(tokens) and k - first < _MAX_NAME_WORDS and self._is_name_word(k):
            k += 1
            ahead = k
            while (
                ahead < len(tokens)
                and tokens[ahead].lower in table.particles
                and (not tokens[ahead].is_capitalized)
            ):
                ahead += 1
            if ahead > k and ahead < len(tokens) and self._is_name_word(ahead) and ahead - k <= 2:
                k = ahead
        end = k
        while end - first > 1 and self._is_to_whom(end - 1, end - first):
            end -= 1
        is_doubtful = end < k and end - first > _MAX_NAMES_BEFORE_ADDRESSEE
        return first if is_doubtful else end

    def _is_name_word(self, k: int) -> bool:
        token = self._tokens[k]
        if not token.is_word or not token.is_capitalized or self._is_title(k):
            return False
        near = k == 0 or not self._body[self._tokens[k - 1].end : token.start].count("\n")
        if _PLATFORM.fullmatch(token.text) or self._is_function_word(token.lower):
            return False
        is_long = len(token.text) >= _MIN_AGENCY_LETTERS and "'" not in token.lower
        is_agency = token.text.isupper() and is_long
        return (near and not is_agency and "." not in token.text[:-1]) or token.text.endswith(".")

    def _is_function_word(self, lower: str) -> bool:
        """Return whether a word is none of a name, though it may open a sentence."""
        table = self._table
        words = table.stops | table.conditions | table.negations | table.tags | table.joins
        return lower in words - table.particles

    def _is_to_whom(self, k: int, words: int) -> bool:
        return words > 2 and self._tokens[k].text.endswith(self._table.addressee_endings)

    def _ends(self, k: int) -> bool:
        """Return whether a phrase may end before a token: at a mark, or before a preposition."""
        if k >= len(self._tokens):
            return True
        token = self._tokens[k]
        if not token.is_word:
            return token.text not in "'’-"
        if not token.is_capitalized and self.is_place(k):
            return True
        if token.text.endswith(self._table.addressee_endings):
            return True
        is_platform = _PLATFORM.fullmatch(token.text) is not None
        return is_platform or token.lower in self._table.stops | self._table.fillers

    def is_place(self, k: int) -> bool:
        """Return whether a word tells where it was said, by its ending: "riigikogus"."""
        token, ending = self._tokens[k], self._table.place_ending
        is_long = len(token.text) > _MIN_PLACE_LETTERS
        ends = bool(ending) and token.text.endswith(ending)
        return is_long and ends and token.lower not in self._table.offices

    def _role(self, first: int, end: int) -> Span | None:
        while end > first and not self._tokens[end - 1].is_word:
            end -= 1
        if end <= first:
            return None
        return Span.of(self._body, self._tokens[first].start, self._tokens[end - 1].end)

    def _speaker(self, first: int, name: tuple[int, int, Span], role: Span | None) -> Speaker:
        words = Span.of(self._body, self._tokens[first].start, self._tokens[name[1] - 1].end)
        text = name[2].text
        is_body = text in BODIES or any(word.lower() in self._table.bodies for word in text.split())
        kind = ActorKind.ORGANISATION if is_body else ActorKind.PERSON
        return Speaker(words, Actor(name[2], role, kind))
