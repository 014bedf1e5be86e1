"""NewsML 1.x (IPTC), as AFP and others still send it: items of nested components, each with a role."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.model import Article, Format, Status
from bot.model.errors import SourceUnreadable
from bot.reading.cleaning import line_or_none
from bot.reading.document import Document
from bot.reading.markup import children, first, found, local, words
from bot.reading.times import parse_time
from bot.reading.wire_text import attribute, byline_in, status_of, tag_of_language, wire_body

_NO_TEXT_KINDS = {
    *(
        "photo",
        "picture",
        "image",
        "graphic",
        "video",
        "audio",
        "sound",
        "clip",
        "animation",
        "illustration",
        "logo",
    ),
    *("thumbnail", "preview", "caption", "stylesheet", "css"),
}
# Pieces that stand beside the text: they have fields of their own, or are for editors.
_BESIDE = {
    "headline",
    "title",
    "subheadline",
    "contact",
    "quote",
    "tweettext",
    "keyword",
    "tip",
    "byline",
}
_SUMMARIES = {"abstract", "summary"}
_TAKEN_BACK = {"delete", "kill", "cancel"}
_CORRECTING = {"rectify", "correct", "correction"}


def detect(document: Document) -> Format | None:
    """The root element tells."""
    return Format.NEWSML_1_2 if document.root == "NewsML" else None


def articles(document: Document) -> list[Article]:
    """Every item with a headline or text, in each of its languages; an item that is withdrawn needs neither."""
    items = list(found(document.tree, "NewsItem"))
    read = [_article(item, edition, document.zone) for item in items for edition in _editions(item)]
    kept = [
        article
        for article in read
        if article.headline or article.body or article.status is Status.CANCELED
    ]
    if not kept:
        raise SourceUnreadable("This NewsML holds no text item.")
    return kept


def _editions(item: Any) -> list[Any]:
    """The components that tell the story in one language each; the item itself where there are no such."""
    for holder in found(item, "NewsItem", "NewsComponent"):
        told = [
            part
            for part in children(holder, "NewsComponent")
            if _is_headed(part) and not _is_media(part)
        ]
        languages = {_language(part) for part in told}
        if len(told) > 1 and len(languages) == len(told) and None not in languages:
            return told
    return [item]


def _is_headed(component: Any) -> bool:
    return any(_words(lines, "HeadLine") for lines in children(component, "NewsLines"))


def _article(item: Any, edition: Any, zone: str) -> Article:
    until = _embargo(item, zone)
    body = _body(edition)
    created = _time(item, zone, "NewsManagement", "FirstCreated")
    changed = _time(item, zone, "NewsManagement", "ThisRevisionCreated")
    return Article(
        body=body,
        headline=_headline(edition) or _headline(item),
        byline=_words(edition, "NewsLines", "ByLine") or byline_in(body),
        source=_source(item),
        guid=_guid(item, edition),
        version=_words(item, "NewsIdentifier", "RevisionId"),
        published=created or changed or _time(item, zone, "NewsIdentifier", "DateId"),
        updated=changed if created else None,
        language=tag_of_language(_language(edition)),
        status=_status(item, until),
        embargoed=until,
        correction=bool(_instructions(item) & _CORRECTING),
    )


def _words(item: Any, *path: str) -> str | None:
    return line_or_none(words(first(item, *path)), 2000)


def _time(item: Any, zone: str, *path: str) -> datetime | None:
    return parse_time(_words(item, *path), zone)


def _headline(edition: Any) -> str | None:
    """The first headline line that says something; else the piece whose role is to be the headline."""
    lines = (
        line for holder in found(edition, "NewsLines") for line in children(holder, "HeadLine")
    )
    told = next((line for element in lines if (line := line_or_none(words(element)))), None)
    return told or next(
        (line_or_none(text) for role, text in _pieces(edition) if role in {"headline", "title"}),
        None,
    )


def _language(edition: Any) -> str | None:
    """What an edition says of itself; else the first component that says it."""
    told = attribute(edition, "lang") or attribute(
        first(edition, "DescriptiveMetadata", "Language"), "FormalName"
    )
    return told or next(
        (tag for part in found(edition, "NewsComponent") if (tag := attribute(part, "lang"))), None
    )


def _guid(item: Any, edition: Any) -> str | None:
    """The public identifier, where it names this item (some senders set the same one in all); each language its own."""
    public, number = (
        _words(item, "NewsIdentifier", "PublicIdentifier"),
        _words(item, "NewsIdentifier", "NewsItemId"),
    )
    if public and public.count(":") < 3 and number not in public.split(":"):
        provider, day = (
            _words(item, "NewsIdentifier", "ProviderId"),
            _words(item, "NewsIdentifier", "DateId"),
        )
        known = number and number != "0" and provider and day
        public = f"urn:newsml:{provider}:{(day or '')[:8]}:{number}" if known else None
    return public if public is None or edition is item else f"{public}#{_language(edition)}"


def _source(item: Any) -> str | None:
    parties = (
        attribute(party, "FormalName")
        for holder in ("Provider", "Source", "Creator")
        for parent in found(item, holder)
        for party in children(parent, "Party")
    )
    return next((party for party in parties if party), None) or _words(item, "CopyrightHolder")


def _status(item: Any, until: datetime | None) -> Status:
    told = (attribute(first(item, "NewsManagement", "Status"), "FormalName") or "").lower()
    if _instructions(item) & _TAKEN_BACK:
        return Status.CANCELED
    # Embargoed without an hour: only its source can say when.
    return Status.WITHHELD if told == "embargoed" and until is None else status_of(told)


def _instructions(item: Any) -> set[str]:
    """What a receiver is to do with the item, in lower case."""
    return {(attribute(one, "FormalName") or "").lower() for one in found(item, "Instruction")}


def _embargo(item: Any, zone: str) -> datetime | None:
    """When a status of "Embargoed" is to become "Usable"."""
    if (
        attribute(first(item, "NewsManagement", "Status"), "FormalName") or ""
    ).lower() != "embargoed":
        return None
    return _time(item, zone, "StatusWillChange", "DateAndTime")


def _body(edition: Any) -> str:
    """The text, with the lead before it where that is a piece of its own; a summary where there is no more.

    The same text in several formats: the longest, for the shortest was cut.
    """
    pieces = [(role, text) for role, text in _pieces(edition) if text and role not in _BESIDE]
    texts = [text for role, text in pieces if role not in _SUMMARIES | {"lead"}]
    leads = [text for role, text in pieces if role == "lead"]
    if texts:
        body = max(texts, key=len)
        return f"{leads[0]}\n\n{body}" if leads and not body.startswith(leads[0]) else body
    return max((text for _, text in pieces), key=len, default="")


def _pieces(edition: Any) -> Iterator[tuple[str, str]]:
    """Each content item that may be text, with the role of the component it stands in."""
    for content in found(edition, "ContentItem"):
        holders = [holder for holder in content.iterancestors() if local(holder) == "NewsComponent"]
        inside = holders[: holders.index(edition) + 1] if edition in holders else holders
        if not _is_media(content) and not any(_is_media(holder) for holder in inside):
            yield _role(inside[0]) if inside else "", wire_body(first(content, "DataContent"))


def _role(component: Any) -> str:
    return next(
        ((attribute(role, "FormalName") or "").lower() for role in children(component, "Role")), ""
    )


def _is_media(element: Any) -> bool:
    """Whether a component's role or a content item's type is no text."""
    mime = next(
        ((attribute(one, "FormalName") or "").lower() for one in children(element, "MimeType")),
        "text",
    )
    kinds = {
        (attribute(one, "FormalName") or "").lower()
        for name in ("Role", "MediaType", "Format")
        for one in children(element, name)
    }
    encoded = local(element) == "ContentItem" and any(True for _ in children(element, "Encoding"))
    return (
        bool(kinds & _NO_TEXT_KINDS)
        or "css" in mime
        or not mime.startswith(("text", "application"))
        or encoded
    )
