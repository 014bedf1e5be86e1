"""NewsML 1.x (IPTC), as AFP and others still send it: items of nested components with roles."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.model import Article, Status
from bot.reading import unreadable
from bot.reading.cleaning import MAX_URL_CHARS, first_line, line_or_none
from bot.reading.credits import outlet_or_none
from bot.reading.document import SourceDocument
from bot.reading.times import parse_embargo
from bot.reading.trees import (
    find_all,
    find_child,
    find_children,
    find_first,
    local_name,
    text_content,
)
from bot.reading.wire_text import (
    WIRE_WORDS,
    attribute,
    byline_in,
    find_time,
    lower_attributes,
    parse_status,
    wire_body,
)

# What stands around the name of whoever has the copyright: "(c) Sund Wire 2026".
_COPYRIGHT_WORDS = re.compile(
    r"\(c\)|©|copyright|all rights reserved|(?:19|20)\d\d(?:\s?[-–]\s?\d{2,4})?", re.IGNORECASE
)
_MAX_HOLDER_CHARS = 60
_SUMMARY_ROLES = {"abstract", "summary"}
_WITHDRAWING = {"delete", "kill", "cancel"}
_CORRECTING = {"rectify", "correct", "correction"}


def read_articles(document: SourceDocument) -> list[Article]:
    """Return every item with a headline or text, in each of its languages.

    An item that is withdrawn or held needs neither. Raise SourceUnreadable where there is none.
    """
    read = [
        _read_item(item, edition, document.zone)
        for item in find_all(document.tree, "NewsItem")
        for edition in _editions(item)
    ]
    if not any(each.headline or each.body or each.status is not Status.USABLE for each in read):
        raise unreadable("newsml_1_without_text")
    return read


def _editions(item: Any) -> list[Any]:
    """Return the components that tell the story in one language each, else the item itself."""
    for holder in find_all(item, "NewsItem", "NewsComponent"):
        components = find_children(holder, "NewsComponent")
        editions = [each for each in components if _has_headline(each) and not _is_media(each)]
        languages = {_language(edition) for edition in editions}
        if len(editions) > 1 and len(languages) == len(editions) and None not in languages:
            return editions
    return [item]


def _has_headline(component: Any) -> bool:
    return any(_text(lines, "HeadLine") for lines in find_children(component, "NewsLines"))


def _read_item(item: Any, edition: Any, zone: str) -> Article:
    instructions = lower_attributes(find_all(item, "Instruction"), "FormalName")
    status, embargoed = _status(item, instructions, zone)
    body, language = _body(edition), _language(edition)
    # A revision of the management alone: what came before may be shown no more.
    only_embargoes = embargoed is not None and status is Status.USABLE and not body
    created = find_time(item, zone, "NewsManagement", "FirstCreated")
    revised = find_time(item, zone, "NewsManagement", "ThisRevisionCreated")
    return Article(
        body=body,
        headline=_headline(edition) or _headline(item),
        byline=_text(edition, "NewsLines", "ByLine") or byline_in(body),
        source=_source(item),
        guid=_guid(item, edition),
        version=_text(item, "NewsIdentifier", "RevisionId"),
        published=created or revised or find_time(item, zone, "NewsIdentifier", "DateId"),
        updated=revised if created else None,
        # Some wires write "EN".
        language=language.lower() if language and len(language) == 2 else language,
        status=Status.WITHHELD if only_embargoes else status,
        embargoed=embargoed,
        correction=bool(instructions & _CORRECTING),
    )


def _text(item: Any, *path: str) -> str | None:
    return line_or_none(text_content(find_first(item, *path)), MAX_URL_CHARS)


def _headline(edition: Any) -> str | None:
    """Return the first headline line that is not empty, else the piece with that role."""
    holders = find_all(edition, "NewsLines")
    lines = (line for holder in holders for line in find_children(holder, "HeadLine"))
    pieces = (text for role, text in _pieces(edition) if role in {"headline", "title"})
    return first_line(map(text_content, lines)) or line_or_none(next(pieces, None))


def _language(edition: Any) -> str | None:
    """Return the language tag of an edition, else that of the first component with one."""
    element = find_first(edition, "DescriptiveMetadata", "Language")
    own = attribute(edition, "lang") or attribute(element, "FormalName")
    tags = (attribute(component, "lang") for component in find_all(edition, "NewsComponent"))
    return own or next((tag for tag in tags if tag), None)


def _guid(item: Any, edition: Any) -> str | None:
    """Return the public identifier, with the language where the item has several editions.

    Some senders set the same identifier in all items; then one is built from its parts.
    """
    names = ("PublicIdentifier", "NewsItemId", "ProviderId", "DateId")
    public, number, provider, day = (_text(item, "NewsIdentifier", name) for name in names)
    if public and public.count(":") < 3 and number not in public.split(":"):
        is_complete = number and number != "0" and provider and day
        public = f"urn:newsml:{provider}:{(day or '')[:8]}:{number}" if is_complete else None
    return public if public is None or edition is item else f"{public}#{_language(edition)}"


def _source(item: Any) -> str | None:
    parties = (
        attribute(party, "FormalName")
        for holder in ("Provider", "Source", "Creator")
        for parent in find_all(item, holder)
        for party in find_children(parent, "Party")
    )
    holder = _COPYRIGHT_WORDS.sub(" ", _text(item, "CopyrightLine") or "").strip(" ,.;-")
    provider = (_text(item, "NewsIdentifier", "ProviderId") or "").removeprefix("www.")
    named = holder if len(holder) <= _MAX_HOLDER_CHARS else None
    names = (*parties, _text(item, "CopyrightHolder"), named, provider)
    return first_line(map(outlet_or_none, names))


def _status(item: Any, instructions: set[str], zone: str) -> tuple[Status, datetime | None]:
    """Return the status, and when a status of "Embargoed" is to become "Usable"."""
    element = find_first(item, "NewsManagement", "Status")
    name = (attribute(element, "FormalName") or "").lower()
    is_embargoed = name == "embargoed"
    change = _text(item, "StatusWillChange", "DateAndTime") if is_embargoed else None
    until = parse_embargo(change, zone)
    if instructions & _WITHDRAWING:
        return Status.CANCELED, until
    # Embargoed without an hour: only its source can say when.
    return parse_status(name, is_held=is_embargoed and until is None), until


def _body(edition: Any) -> str:
    """Return the text, the longest where there are several, below its lead; else a summary."""
    asides = WIRE_WORDS["newsml 1 asides"]
    pieces = [(role, text) for role, text in _pieces(edition) if text and role not in asides]
    texts = [text for role, text in pieces if role not in _SUMMARY_ROLES | {"lead"}]
    lead = next((text for role, text in pieces if role == "lead"), "")
    if texts:
        body = max(texts, key=len)
        return body if body.startswith(lead) else f"{lead}\n\n{body}"
    return max((text for _, text in pieces), key=len, default="")


def _pieces(edition: Any) -> Iterator[tuple[str, str]]:
    """Yield the role of its component and the text of each content item that may be text."""
    for content in find_all(edition, "ContentItem"):
        holders = [each for each in content.iterancestors() if local_name(each) == "NewsComponent"]
        inside = holders[: holders.index(edition) + 1] if edition in holders else holders
        if not any(map(_is_media, (content, *inside))):
            role = find_child(inside[0], "Role") if inside else None
            name = (attribute(role, "FormalName") or "").lower()
            yield name, wire_body(find_first(content, "DataContent"))


def _is_media(element: Any) -> bool:
    """Return whether a component's role or a content item's type is not text."""
    mime_type = find_child(element, "MimeType")
    mime = "text" if mime_type is None else (attribute(mime_type, "FormalName") or "").lower()
    children = [child for child in element if local_name(child) in {"Role", "MediaType", "Format"}]
    kinds = lower_attributes(children, "FormalName")
    encoding = find_child(element, "Encoding")
    is_encoded = local_name(element) == "ContentItem" and encoding is not None
    is_text = mime.startswith(("text", "application")) and "css" not in mime
    return not is_text or is_encoded or not kinds.isdisjoint(WIRE_WORDS["newsml 1 media"])
