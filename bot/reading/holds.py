"""Find what must wait by the words that desks and press offices write: "EMBARGOED UNTIL 9:00 ...".

a line -> the words of a hold -> their time, where all of it can be read -> embargoed, else withheld
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Article, Status
from bot.model.wordlists import load_line_lists
from bot.reading.cleaning import line_or_none
from bot.reading.times import has_clock, is_time_word, parse_embargo, parse_next_day

_SECTIONS = ("lead", "nouns", "orders", "releases", "lifted", "connectors", "open ends", "anchors")
_LISTS = load_line_lists("bot.reading", "data/holds.txt", *_SECTIONS)


def _words(section: str) -> list[str]:
    return [word for line in _LISTS[section] for word in line.split()]


_CONNECTORS, _OPEN_ENDS = set(_words("connectors")), set(_words("open ends"))
_HOLD = re.compile(
    r"(?:(?P<before>.{0,80}?)(?P<mark>[|(\[*–—:/-])\s*)??[\W_]*"
    rf"(?:(?:{'|'.join(_words('lead'))})\W+){{0,8}}"
    rf"(?:(?P<order>{'|'.join(_LISTS['orders'])})|(?P<noun>{'|'.join(_LISTS['nouns'])})"
    rf"|(?P<release>{'|'.join(_LISTS['releases'])}))(?!\w)",
    re.IGNORECASE,
)
# The words of a hold in a page, where most texts have none.
_MENTIONS = (
    "embarg",
    "мбарго",
    "sperrfrist",
    "sperrefrist",
    "sperfrist",
    "klausul",
    "エンバーゴ",
    "not for publ",
    "hold for",
)
_LIFTED = re.compile(rf"[\W_]*(?:{'|'.join(_LISTS['lifted'])})", re.IGNORECASE)
_PUNCTUATION = " \t.,:;!*_()[]|/–—-"
_ENDS_PHRASE = re.compile(r"\s*(?:[|\])*:;!/–—]|-(?!\w)|\.?\s*$)")
_SENTENCE_BREAK = re.compile(r"(?<=[^.\s]{3}[.!?])\s+(?=\S)|\n")
# The paragraphs that stand above a text; in a later one a hold needs a time.
_TOP_PARAGRAPHS = 6
_MAX_LATER_CHARS = 200
# The words of a hold stand no further from a line's start.
_MAX_START_CHARS = 300
# "6 heures", "10.00 horas", "2200 Saturday": an hour that would not be read as one.
_HOUR = re.compile(r"\b(\d{1,2})(?:([:.h]\d\d))? (?:heures?|horas?|uur|ore)\b", re.IGNORECASE)
_BARE_HOUR = re.compile(r"\b([01]\d|2[0-3])([0-5]\d)(?=,? [^\W\d]+day\b)", re.IGNORECASE)
_ANCHOR = re.compile("|".join(_words("anchors")))
_MAX_AGE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in a line.

    `has_time`: it says until when; `until` is that time, None where it cannot be read. `rest` is
    the line without it. `day` are the words of a time without a year, if that is all they lack.
    """

    has_time: bool
    until: datetime | None
    rest: str
    day: str = ""


def find_hold(line: str, zone: str) -> Hold | None:
    """Return the hold that a line is or begins with, or that stands apart at its end."""
    start = line[:_MAX_START_CHARS].lower()
    match = _HOLD.match(line) if _ANCHOR.search(start) else None
    if match is None or _LIFTED.match(line, match.end()):
        return None
    end, has_time = _find_phrase_end(line, match.end())
    phrase, after = line[match.end() : end], line[end:]
    is_apart = bool(_ENDS_PHRASE.match(after)) or phrase.rstrip().endswith(":")
    rest = after.strip(_PUNCTUATION)
    if not _is_meant(match, phrase, rest, has_time=has_time, is_apart=is_apart):
        return None
    day = _time_words(phrase) if is_apart else ""
    until = _to_end(parse_embargo(day, zone), day)
    rest = f"{(match['before'] or '').strip()} {rest}".strip()
    return Hold(has_time, until, rest, "" if until else day)


def is_hold(line: str) -> bool:
    """Return whether a line is a hold and says nothing else, in whatever time zone."""
    hold = find_hold(line, "UTC")
    return hold is not None and not hold.rest


def mentions_hold(text: str) -> bool:
    """Return whether it is worth the time to look for holds in a whole page."""
    lower = text.lower()
    return any(words in lower for words in _MENTIONS)


def hold_article(
    article: Article, zone: str, *notes: str | None, arrived: datetime | None = None
) -> Article:
    """Return the article without words of a hold, held or withheld by them or by `notes`.

    A day without a year is the next one from the article's own time, else from `arrived`.
    """
    pieces = [piece for note in notes if note for piece in _SENTENCE_BREAK.split(note)]
    holds = [hold for piece in pieces if (hold := find_hold(piece, zone))]
    headline, body = article.headline, article.body
    if headline and (hold := find_hold(headline, zone) or _find_behind(headline, zone)):
        holds.append(hold)
        headline = line_or_none(hold.rest)
    paragraphs = body.split("\n\n")
    kept = [_take_holds(paragraph, zone, holds, at) for at, paragraph in enumerate(paragraphs)]
    if not holds:
        return article
    body = "\n\n".join(paragraph for paragraph in kept if paragraph)
    held = replace(article, headline=headline, body=body)
    start = _start_of_hold(article, arrived)
    ends = [_end_of(hold, zone, start) for hold in holds if hold.has_time]
    return _hold_until(held, ends or [article.embargoed])


def _start_of_hold(article: Article, arrived: datetime | None) -> datetime | None:
    """Return the time from which on a day without a year is the next one.

    An article that is dated long before it came may be dated wrong; then that is when it came.
    """
    own = article.published or article.updated
    return own if own and (arrived is None or arrived - own <= _MAX_AGE) else arrived


def _end_of(hold: Hold, zone: str, start: datetime | None) -> datetime | None:
    if hold.until or not hold.day or start is None:
        return hold.until
    return _to_end(parse_next_day(hold.day, zone, start), hold.day)


def _hold_until(article: Article, ends: Sequence[datetime | None]) -> Article:
    """Hold the article until the last hour named; a bare "Embargo:" leaves that to the others."""
    if None in ends and not article.embargoed:
        is_usable = article.status is Status.USABLE
        return replace(article, status=Status.WITHHELD if is_usable else article.status)
    known = [time for time in (*ends, article.embargoed) if time]
    return replace(article, embargoed=max(known))


def _take_holds(paragraph: str, zone: str, holds: list[Hold], at: int) -> str:
    """Add a paragraph's holds to `holds`, and return it without them; it is the `at`-th one."""
    is_top = at < _TOP_PARAGRAPHS
    if not is_top and len(paragraph) > _MAX_LATER_CHARS:
        return paragraph
    lines = []
    for line in paragraph.split("\n"):
        hold = find_hold(line, zone)
        if is_top and not hold and len(line) <= _MAX_LATER_CHARS:
            hold = _find_behind(line, zone)
        if hold and (is_top or (hold.has_time and not hold.rest)):
            holds.append(hold)
            lines += [hold.rest] if hold.rest else []
        else:
            lines.append(line)
    return "\n".join(lines)


def _find_behind(line: str, zone: str) -> Hold | None:
    """Return the hold that is a later sentence: Check against delivery. | Embargo: 9 May."""
    for gap in _SENTENCE_BREAK.finditer(line):
        hold = find_hold(line[gap.end() :], zone)
        if hold and hold.has_time and not hold.rest:
            return replace(hold, rest=line[: gap.start()])
    return None


def _is_meant(
    match: re.Match[str], phrase: str, rest: str, *, has_time: bool, is_apart: bool
) -> bool:
    """Tell a hold from news of an embargo: by capitals, by what it stands beside, by its time."""
    words = match["noun"] or match["order"] or match["release"]
    # In a line that is all in capitals they tell nothing.
    is_loud = words.isupper() and not f"{match['before'] or ''}{rest}".isupper()
    is_marked = is_loud or has_clock(phrase) or match["mark"] in {"(", "["}
    if match["before"] is not None and not is_marked:
        return False
    if match["order"]:
        return True
    if match["release"]:
        return has_time and not rest and (words.isupper() or any(map(str.isdigit, phrase)))
    if has_time:
        return is_apart or is_marked or words.lower().endswith(("ed", "ado", "ada"))
    is_label = match.string[match.end() :].lstrip().startswith((":", "：", "!"))
    return not rest or is_label or (words.isupper() and is_apart)


def _find_phrase_end(line: str, start: int) -> tuple[int, bool]:
    """Return where the words of a time end that begin at `start`, and whether there are any."""
    end, has_time, has_digits = start, False, False
    for token in re.finditer(r"\S+", line[start:]):
        word = token.group().strip(_PUNCTUATION).lower()
        is_number = word[:1].isdigit()
        is_time = is_number or word in _OPEN_ENDS or is_time_word(word)
        if has_digits and not word:
            break
        if word and not is_time and word not in _CONNECTORS:
            break
        end = start + token.end() if word else end
        has_time |= is_time and word not in _CONNECTORS
        has_digits |= is_number
        if has_digits and token.group().endswith((":", "|", ")", "]")):
            break
    return end, has_time


def _time_words(phrase: str) -> str:
    """Return the words of a time in a hold, or "" where some of them cannot be read as one."""
    phrase = _HOUR.sub(lambda hour: hour[1] + (hour[2] or ":00"), _BARE_HOUR.sub(r"\1:\2", phrase))
    words = [word.strip("()[]*!;|–—") for word in phrase.split()]
    plain = [word.strip(_PUNCTUATION).lower() for word in words]
    if not _OPEN_ENDS.isdisjoint(plain):
        return ""
    pairs = zip(words, plain, strict=True)
    text = " ".join(word for word, name in pairs if name and name not in _CONNECTORS)
    return text.strip(" ,.:-")


def _to_end(time: datetime | None, words: str) -> datetime | None:
    """Return the hour at which a hold ends; where it names only a day, the end of that day."""
    return time if time is None or has_clock(words) else time + timedelta(days=1)
