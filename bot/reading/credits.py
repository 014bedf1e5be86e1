"""Tell names of people and outlets from the logins, desk codes and addresses beside them."""

import re
from collections.abc import Iterable

from bot.model.wordlists import load_line_lists
from bot.reading.cleaning import line_or_none

_LISTS = load_line_lists("bot.reading", "data/credits.txt", "accounts", "outlets of few letters")
_ACCOUNTS = set(_LISTS["accounts"])
_OUTLETS = {name for line in _LISTS["outlets of few letters"] for name in line.split()}
_ADDRESS = re.compile(
    r"<?\b(?:mailto:|https?://|www\.)[^\s<>()\[\]]+>?"
    r"|<?[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+\b>?",
    re.IGNORECASE,
)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|<\s*>")
# RSS wants "address (Name)":
# https://www.rssboard.org/rss-specification#ltauthorgtSubelementOfLtitemgt
_BRACKETED_NAME = re.compile(r"\(([^()]+)\)")
_AROUND = " \t,;:|/–—-\"'“”"
_SEPARATOR = re.compile(r"\s*[,;]\s+")
# "jberg", "j.berg", "jo_berg", "user17", "berg-2": one word, no capital at its start.
_LOGIN = re.compile(r"@?[a-z0-9]+(?:[._-][a-z0-9]+)*|\w*[\d_]\w*|[0-9a-fA-F-]{20,}")
# Initials, of one or several: "KSB", "KB/ts", "hm bs/ts".
_INITIALS = re.compile(
    r"[A-Z]{1,4}(?:[+-][A-Z0-9]{1,4})*|[A-Za-z]{1,4}(?:/[A-Za-z0-9]{1,4})+"
    r"|(?:[a-z]{1,4} ){1,4}[a-z]{1,4}(?:/[a-z0-9]{1,4})+"
)
# "urn:…", "nprov:z01": a scheme and a code; a UUID; a number.
_CODE = re.compile(
    r"(?!urn:|tag:|mailto:|acct:|did:|doi:|cid:)[a-z][\w-]{1,30}:([A-Z][\w&-]{1,30}|[a-z&-]{2,30})"
)
_ID = re.compile(r"(?:[a-z][a-z0-9+.-]{1,30}:|[#@])\S+|[0-9a-fA-F-]{20,}|[a-z]+[-_]\d+|[\W\d_]+")
_BY = re.compile(r"\s*(?:by|von|par|por|di|door|av|af)\s+")
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|&|\||/|\s(?:and|und|et|y|e|en|och|og)\s)\s*")
# Between a headline and the name of its outlet.
_BEFORE_SITE = re.compile(r"(?:\s*[|–—·•»«:]+|\s+-)\s+$")
_AFTER = re.compile(r"\s*[|–—·•»«]+\s+|\s+-\s+")


def byline_or_none(text: object) -> str | None:
    """Return the names in an author's field without addresses; None where there is none.

    A login ("jberg", "admin") or a desk's code ("kb/ts") is no name; one of a known agency is, and
    so is what stands behind a name ("By Jo Berg, wex").
    """
    line = line_or_none(text)
    if line is None:
        return None
    pieces = _SEPARATOR.split(line)
    names: list[str] = []
    for piece in pieces:
        name = _without_address(piece)
        if name and not (_is_account(name) or (_is_code(name) and not names)):
            names.append(name)
    return line if pieces == names else line_or_none(", ".join(dict.fromkeys(names)))


def join_names(names: Iterable[object]) -> str | None:
    """Return the names of several authors on one line, each once, without what is no name."""
    cleaned = (byline_or_none(name) for name in names)
    return line_or_none(", ".join(dict.fromkeys(name for name in cleaned if name)))


def _without_address(piece: str) -> str:
    """Return what is left of one author's field without mail and web addresses."""
    if not _ADDRESS.search(piece):
        return piece
    rest = _EMPTY_BRACKETS.sub("", _ADDRESS.sub("", piece)).strip(_AROUND)
    bracketed = _BRACKETED_NAME.fullmatch(rest)
    return (bracketed.group(1) if bracketed else rest).strip(_AROUND)


def _is_account(name: str) -> bool:
    return name.lower() in _ACCOUNTS or name.startswith("@")


def _is_code(name: str) -> bool:
    is_agency = _OUTLETS.issuperset(name.upper().split("/"))
    return not is_agency and bool(_LOGIN.fullmatch(name) or _INITIALS.fullmatch(name))


def repeats_byline(line: str, byline: str | None) -> bool:
    """Return whether a line says no more than a byline: "By Ulla Roos and Per Ek"."""
    names, line_names = (
        {name for name in _BETWEEN_NAMES.split(_BY.sub("", text.casefold(), count=1)) if name}
        for text in (byline or "", line)
    )
    return bool(line_names) and line_names <= names


def outlet_or_none(text: object) -> str | None:
    """Return the name of an outlet, or None where it is an identifier or an address.

    Of a code with a scheme ("nprov:AFP") the code may be a name.
    """
    line = line_or_none(text)
    code = _CODE.fullmatch(line or "")
    if code:
        return code.group(1)
    return None if line is None or _ID.fullmatch(line) else line


def without_outlet(headline: str | None, outlets: Iterable[str | None]) -> str | None:
    """Return a headline without the name of an outlet behind it; None where it is no more."""
    for outlet in outlets:
        if headline and outlet and headline.casefold() == outlet.casefold():
            return None
        if headline and outlet and headline.casefold().endswith(outlet.casefold()):
            before = headline[: -len(outlet)]
            headline = _BEFORE_SITE.sub("", before) if _BEFORE_SITE.search(before) else headline
    return headline


def adds_outlet(title: str | None, headline: str | None) -> bool:
    """Return whether a title is this headline and, apart from it, a name in front or behind."""
    if not title or not headline or len(title) <= len(headline):
        return False
    before, is_in, after = title.casefold().partition(headline.casefold())
    is_short = len(before) + len(after) >= len(headline)
    return bool(
        is_in
        and not is_short
        and (not before or _BEFORE_SITE.search(before))
        and (not after or _AFTER.match(after))
    )
