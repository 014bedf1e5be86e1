"""Find the roles of persons beside their names.

"Ukrainian Foreign Minister | Dmytro Kuleba"    role before the name
"Karen Lee, | a spokeswoman for the port, |"    role after it; or "who heads the port"
"the port's director, | Karen Lee"              role before a comma
"""

import re
from collections.abc import Iterator

from bot.language import lexicon

Range = tuple[int, int]

_MAX_ROLE_WORDS = 8
_MAX_WORD_CHARS = 40
_MAX_ROLE_CHARS = 90
_MAX_APPOSITION_CHARS = 130
_MAX_PREDICATE_CHARS = 100

# A character of a role; a full stop only within "U.S. envoy", "the U.S., ".
_ROLE_CHAR = r"(?:(?:[A-Z]\.){2,}(?= [a-z]|,)|[^,;:.()\n—–“”\"])"
_WORD_BEFORE = re.compile(r"([A-Za-z][\w’'-]*)[ \u00a0]$")
# "(D-Calif.)", ", R-Ohio": between a name and what it is.
PARTY = re.compile(r"[ \u00a0]\([^()\n]{1,40}\)|, (?:D|R|I|L|DFL)[-–][A-Z][\w. ]{0,20}?(?=[,;.) ])")
_APPOSITION = re.compile(
    r"(?:,|[ \u00a0][—–-])[ \u00a0](?:\d{1,3}, )?"
    r"((?:who (?:is|serves as) )?(?:also )?(?:the |a |an )?)"
    rf"({_ROLE_CHAR}{{3,90}})(?=[,;.)\n—–]|$)"
)
_IS = re.compile(
    r"[ \u00a0](?:is|has been|serves as|works as) ((?:also )?(?:the |a |an )?)"
    rf"({_ROLE_CHAR}{{3,60}}?)"
    r"(?=[,;.\n]|$| (?:and|who|which|that|when|since|but) )"
)
_HEADS = re.compile(
    r", (who (?:heads|leads|chairs|directs|edits|commands|coaches|oversees|founded|co-founded"
    rf"|presides over|speaks for|runs the|manages the) {_ROLE_CHAR}{{3,80}})(?=[,;.)\n—–]|$)"
)
_ROLE_AND_COMMA = re.compile(
    r"(?:^|[\s“\"(])((?:[Tt]he |[Aa]n? |[Aa]nother )?)"
    r"((?:(?:[A-Z]\.){2,}(?= [a-z])|[^,;:.()\n“”\"]){3,80}),[ \u00a0]$"
)
# Within a clause an apposition is closed: "by the mayor, Karen Lee, who". Else the name begins the
# next clause: "Through a spokeswoman, | Karen Lee declined".
_OPENS_CLAUSE = re.compile(
    r"(?:^|[^\w\s,]|\n|\b(?:and|as|but|once|that|when|while))\s*(?:\b(?:the|an?|another)\s)?$",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[^\w\s’'-]|\s*(?:\n|$)|\s\(")
_HEAD_END = re.compile(r"\b(?:of|for|by|at|in|with|from|on|to|who|which|that|and)\b")
_BE = frozenset(["be", "been", "being", "become", "becoming", "is", "was", "are", "were"])
_OWNER = re.compile(r"(?:its|his|her|their|our) ", re.IGNORECASE)
_DETERMINER = re.compile(r"(?:the|a|an|another|its|his|her|their|our)\b", re.IGNORECASE)
# "a night watchman", "a curator": what follows a name and an article is a trade, whatever its word.
_TRADE = re.compile(
    r".{2,}(?:er|or|ist|ian|man|woman|person|master|mistress|keeper|hand|ant|yst|ee|eer|smith"
    r"|wright)"
)


def role_noun(phrase: str) -> str | None:
    """Return the role word that heads a phrase: "the Estonian prime minister" -> "minister"."""
    head = head_of(phrase.lower()).split()
    last = head[-1].strip("’'") if head else ""
    for word in (last, last.removesuffix("s"), last.rsplit("-", 1)[-1]):
        if word in lexicon.ROLES:
            return word
    return None


def head_of(phrase: str) -> str:
    """Return a phrase up to its first preposition, relative pronoun or "and"."""
    return _HEAD_END.split(phrase, maxsplit=1)[0]


def role_of_titles(body: str, words: list[re.Match[str]], cut: int) -> Range | None:
    """Return the place of a role that ends with the first `cut` words, which are titles."""
    low = [word[0].lower().rstrip(".") for word in words]
    start = words[0].start()
    first = _extend_left(body, start)
    office = body[first:start].rstrip()
    if all(word in lexicon.ABBREVIATED_ROLES for word in low[:cut]) and role_noun(office):
        return first, first + len(office)  # an office says more than the rank after it
    if lexicon.ROLES.isdisjoint(low[:cut]) and lexicon.ABBREVIATED_ROLES.isdisjoint(low[:cut]):
        return None
    while cut > 1 and low[cut - 1] in lexicon.COURTESIES:
        cut -= 1
    return first, words[cut - 1].end()


def role_before(body: str, start: int) -> Range | None:
    """Return the place of a role in small letters before a name: "port director | Karen"."""
    word = word_before(body, start)
    if not word or role_noun(word[1]) is None:
        return None
    return _extend_left(body, start), word.end(1)


def word_before(body: str, start: int) -> re.Match[str] | None:
    """Return the word before a place and the space between."""
    return _WORD_BEFORE.search(body, max(0, start - _MAX_WORD_CHARS), start)


def _extend_left(body: str, start: int) -> int:
    """Return where the words begin that stand before `start` and may belong to a role."""
    for _ in range(_MAX_ROLE_WORDS):
        match = word_before(body, start)
        if not match:
            break
        word = match[1].lower()
        is_capitalized = match[1][0].isupper()
        may_be_name = is_capitalized and not word.endswith(("'s", "’s"))
        is_modifier = not lexicon.ROLE_MODIFIERS.isdisjoint({word, word.rsplit("-", 1)[-1]})
        may_belong = (may_be_name and word not in lexicon.TIMES) or is_modifier or role_noun(word)
        if not may_belong or (is_capitalized and word in lexicon.FUNCTION_WORDS):
            break
        start = match.start(1)
    return start


def role_after(body: str, end: int) -> Range | None:
    """Return the place of what a name is, behind it: "Karen Lee, | mayor of Velm |, said"."""
    party = PARTY.match(body, end)
    end = party.end() if party else end
    match = _APPOSITION.match(body, end, end + _MAX_APPOSITION_CHARS)
    if not match or not _tells_role(match):
        clause = _HEADS.match(body, end, end + _MAX_APPOSITION_CHARS)
        if clause:
            return clause.span(1)
        match = _IS.match(body, end, end + _MAX_PREDICATE_CHARS)
        if not match or not _tells_role(match) or role_noun(match[2]) is None:
            return None
        if _is_plural(match[2]):
            return None
    role = match[2].rstrip()
    if role.rsplit(" ", 1)[-1].lower() in lexicon.COURTESIES | lexicon.ABBREVIATED_ROLES:
        # A title's full stop has cut the clause short: "plumber | who came with Mr".
        role = head_of(role).rstrip()
    return match.start(2), match.start(2) + len(role)


def _tells_role(match: re.Match[str]) -> bool:
    """Return whether an apposition is a role: no "named minister on Friday", which is an event."""
    first, *others = head_of(match[2].lower()).split() or [""]
    # "The driver, Otto Lind, | shook his head": a clause, whose object is a role's noun.
    is_clause = any(_DETERMINER.fullmatch(word) or word == "as" for word in others)
    return (
        not is_clause
        and first not in lexicon.APPOINTED | _BE
        and bool(role_noun(match[2]) or (match[1] and _is_trade(match[2])))
    )


def is_body_apposition(body: str, end: int) -> bool:
    """Return whether an apposition behind a name says it is a body's: "Norrair, the carrier"."""
    match = _APPOSITION.match(body, end, end + _MAX_APPOSITION_CHARS)
    last = head_of(match[2]).split()[-1:] if match and match[1] else []
    return bool(last) and last[0].lower() in lexicon.INTRODUCE_BODIES


def _is_trade(phrase: str) -> bool:
    last = "".join(head_of(phrase).split()[-1:])
    return last.islower() and last not in lexicon.TIMES and _TRADE.fullmatch(last) is not None


def role_before_comma(body: str, start: int, end: int) -> Range | None:
    """Return the place of the longest role before comma and name: "its mayor, | Karen"."""
    if body[max(0, start - 2) : start - 1] != ",":  # without this, the search takes longer
        return None
    match = _ROLE_AND_COMMA.search(body, max(0, start - _MAX_ROLE_CHARS), start)
    if not match:
        return None
    first, last = match.span(2)
    is_closed = _CLOSED.match(body, end) is not None
    for at in _role_starts(body, first, last):
        phrase = body[at:last]
        if _is_role(phrase):
            before = body[max(0, at - _MAX_WORD_CHARS) : at]
            if not (is_closed or _OPENS_CLAUSE.search(before)):
                return None
            owner = _OWNER.match(phrase)
            return (at + owner.end() if owner else at), last
    return None


def _is_role(phrase: str) -> bool:
    head = head_of(phrase.lower()).split()
    return (
        role_noun(phrase) is not None
        and len(phrase.split()) <= _MAX_ROLE_WORDS
        and not any(_cannot_be_in_role(word) for word in head)
        and not any(_DETERMINER.fullmatch(word) for word in head[1:])
        and not _is_plural(phrase)
    )


def _cannot_be_in_role(word: str) -> bool:
    is_verb = (
        word in lexicon.VERB_CLASS
        and word not in lexicon.ROLES
        and word not in lexicon.ROLE_MODIFIERS
    )
    return is_verb or word in lexicon.NOT_IN_ROLES or word in _BE


def _is_plural(phrase: str) -> bool:
    """Return whether it is the role of several: "asked by reporters, Karen Lee said"."""
    last = head_of(phrase.lower()).split()[-1]
    return last not in lexicon.ROLES and last.removesuffix("s") in lexicon.ROLES


def _role_starts(body: str, first: int, last: int) -> Iterator[int]:
    """Yield where a role may begin: at first, at a determiner, after a word that no role holds."""
    may_begin = True
    for word in re.finditer(r"\S+", body[first:last]):
        low = word[0].lower()
        is_outside = _cannot_be_in_role(low)
        if (may_begin or _DETERMINER.fullmatch(low)) and not is_outside:
            yield first + word.start()
        may_begin = is_outside and low not in _BE  # "ready to be mayor, Lee said": she is not
