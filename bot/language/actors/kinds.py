"""What kind of speaker a phrase without a person's name is, and which bodies are no firms."""

import re

from bot.language.actors.names import Mention
from bot.language.lexicon import (
    BODIES,
    BODY_NOUNS,
    NAMELESS,
    NOUN_CLASS,
    OUTLETS,
    PLACES,
    PRESS_NOUNS,
    ROLES,
    SPEAKER_CLASS,
)
from bot.model import ActorKind

ARTICLE = re.compile(
    r"(?:the|a|an|this|that|these|those|its|his|her|their|both|all) ", re.IGNORECASE
)
OUTLET_NAMES = frozenset(OUTLETS)
_PUBLIC = frozenset(
    """administration agency army assembly authority bureau cabinet chamber church commission committee congress council
    court department directorate embassy federation force forces government guard hospital intelligence league
    legislature ministry mission movement nato navy office ombudsman parliament party pentagon police prosecutor school
    secretariat senate tribunal union university watchdog""".split()  # noqa: SIM905 - a word list reads as words
)


def kind_of(head: str, noun: str) -> ActorKind:
    """What kind of speaker a phrase without a person's name is; `noun` is its head in lower case."""
    last = head.rsplit(maxsplit=1)[-1] if head.split() else ""
    plural = _is_plural(last, noun)
    if " and " in head or " or " in head:
        return ActorKind.GROUP
    if ARTICLE.sub("", head) in OUTLET_NAMES:
        return ActorKind.ORGANISATION
    nameless = noun in NAMELESS or (noun in NOUN_CLASS and SPEAKER_CLASS.get(noun) != "paper")
    if nameless or (noun in ROLES and head == last):
        return ActorKind.UNNAMED
    if plural:
        return ActorKind.GROUP
    lone_name = (
        head == last and last[:1].isupper() and not last.isupper() and noun not in SPEAKER_CLASS
    )
    if lone_name and noun not in BODY_NOUNS | PLACES | BODIES:
        return ActorKind.PERSON
    is_body = noun in BODY_NOUNS or SPEAKER_CLASS.get(noun) == "paper" or last[:1].isupper()
    return ActorKind.ORGANISATION if is_body else ActorKind.UNNAMED


def _is_plural(last: str, noun: str) -> bool:
    if noun in BODY_NOUNS | PLACES | BODIES or last.isupper() or SPEAKER_CLASS.get(noun) == "paper":
        return False
    return noun.endswith(("s", "men")) or noun in {"people", "media"}


def is_public(body: Mention) -> bool:
    """Whether a named body is a ministry, a party, a paper, and so no firm."""
    low = {word.lower().rstrip(".") for word in body.words}
    return bool(low & (PLACES | _PUBLIC | PRESS_NOUNS)) or low & BODIES == set()
