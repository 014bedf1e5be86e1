"""NITF 3 (IPTC): one article a file."""

from datetime import datetime
from typing import Any

from bot.model import Article, Status
from bot.reading.cleaning import first_line, line_or_none
from bot.reading.credits import outlet_or_none
from bot.reading.document import SourceDocument
from bot.reading.holds import hold_article
from bot.reading.times import first_time, parse_embargo, parse_time
from bot.reading.trees import find_all, find_child, find_first, local_name, text_content
from bot.reading.wire_text import (
    DESK_PHRASES,
    attribute,
    byline_in,
    embargo_end,
    notes_correction,
    parse_status,
    wire_body,
)

_HEADLINE_PATHS = (("hedline", "hl1"), ("hedline", "hl2"), ("head", "title"))


def read_articles(document: SourceDocument) -> list[Article]:
    """Return the one article that the document is, and another one that it withdraws, if any."""
    root, zone = document.tree, document.zone
    docdata = find_first(root, "docdata")
    holder = docdata if docdata is not None else root
    status = attribute(docdata, "management-status")
    issued = parse_time(attribute(find_first(holder, "date.issue"), "norm"), zone)
    released = parse_embargo(attribute(find_first(holder, "date.release"), "norm"), zone)
    embargoed = embargo_end(released, issued)
    # Notes to editors have a content of theirs.
    body = wire_body(find_child(find_first(root, "body"), "body.content"))
    corrected = [attribute(element, "id-string") for element in find_all(holder, "correction")]
    notes = _notes(root)
    article = Article(
        body=body,
        headline=first_line(text_content(find_first(root, *path)) for path in _HEADLINE_PATHS),
        byline=nitf_byline(find_first(root, "body.head", "byline")) or byline_in(body),
        source=_source(root),
        guid=attribute(find_first(holder, "doc-id"), "id-string")
        or attribute(find_first(holder, "du-key"), "key"),
        version=attribute(find_first(holder, "du-key"), "version", "generation"),
        published=issued or _story_date(root, zone),
        updated=_last_revision(root, issued, zone),
        language=_language(root),
        # Embargoed without an hour: only its source can say when.
        status=parse_status(status, is_held=status == "embargoed" and embargoed is None),
        embargoed=embargoed,
        correction=bool(corrected) or notes_correction(*notes),
        replaces=tuple(guid for guid in corrected if guid),
    )
    article = hold_article(article, zone, *notes)
    other = attribute(docdata, "management-doc-idref")
    other_status = parse_status(attribute(docdata, "management-idref-status"))
    if not other or other_status is Status.USABLE:
        return [article]
    return [article, Article(body="", guid=other, status=other_status)]


def nitf_byline(byline: Any | None) -> str | None:
    """Return the names in a byline, without title or outlet; a desk's initials are none."""
    if byline is None:
        return None
    pieces = [byline.text or ""]
    for child in byline:
        is_title = local_name(child) == "byttl"
        pieces += ["" if is_title else f" {text_content(child)}", child.tail or ""]
    line = line_or_none("".join(pieces))
    return line if line and not DESK_PHRASES["sign-off"].fullmatch(line) else None


def _story_date(root: Any, zone: str) -> datetime | None:
    """Return when the story was written, else when it was printed."""
    written = attribute(find_first(root, "story.date"), "norm")
    return first_time((written, attribute(find_first(root, "pubdata"), "date.publication")), zone)


def _last_revision(root: Any, issued: datetime | None, zone: str) -> datetime | None:
    """Return the time of the last revision that came after the issue."""
    revisions = find_all(root, "revision-history")
    times = [parse_time(attribute(revision, "norm"), zone) for revision in revisions]
    return max((time for time in times if time and issued and time > issued), default=None)


def _language(root: Any) -> str | None:
    """Return the language of the body, else of the whole document."""
    places = (find_first(root, "body.content"), find_first(root, "body"), root)
    tags = (attribute(place, "lang") for place in places)
    return first_line((*tags, attribute(root, "baselang")))


def _notes(root: Any) -> list[str | None]:
    """Return the notes to editors, which are never shown but tell of corrections."""
    messages, revisions = find_all(root, "ed-msg"), find_all(root, "revision-history")
    return [
        *(attribute(message, "info") for message in messages),
        *(attribute(revision, "comment") for revision in revisions),
    ]


def _source(root: Any) -> str | None:
    """Return who sent it, else who distributes it, else who holds the copyright."""
    senders = (attribute(sender, "src-name") for sender in find_all(root, "from-src"))
    distributor = text_content(find_first(root, "body.head", "distributor"))
    holder = attribute(find_first(root, "doc.copyright"), "holder")
    return first_line(map(outlet_or_none, (*senders, distributor, holder)))
