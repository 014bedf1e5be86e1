"""NewsML-G2 (IPTC): items alone, in a message, or referred to by a package."""

from typing import Any

from bot.model import Article
from bot.reading import unreadable
from bot.reading.cleaning import first_line, line_or_none
from bot.reading.credits import join_names, outlet_or_none
from bot.reading.document import SourceDocument
from bot.reading.holds import hold_article
from bot.reading.nitf import nitf_byline
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
    attribute,
    byline_in,
    find_time,
    full_text,
    last_of_code,
    lower_attributes,
    notes_correction,
    parse_status,
    plain_or_html,
    wire_body,
)

MAX_ITEMS = 2_000
ROOTS = {"newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "planningItem"}
# Relations of an item to the one that it stands in for (IPTC's item relations).
_REPLACING_RELATIONS = {"evolvedfrom", "previousversion", "corrects", "replaces"}
# Inline XML of another kind (results in SportsML, events, company figures) is no text to quote.
_TEXT_ROOTS = {"html", "nitf", "body", "div", "section", "article", "p"}


def read_articles(document: SourceDocument) -> list[Article]:
    """Return texts and, withheld, packages. Raise SourceUnreadable where there is none."""
    items = list(find_all(document.tree, "newsItem", "packageItem"))[:MAX_ITEMS]
    read = [_read_item(item, document.zone) for item in items if _is_text_item(item)]
    if not read:
        raise unreadable("newsml_g2_without_text")
    return read


def _is_text_item(item: Any) -> bool:
    kind = attribute(find_first(item, "itemMeta", "itemClass"), "qcode", "uri") or "text"
    return last_of_code(kind) in {"text", "composite"}


def _read_item(item: Any, zone: str) -> Article:
    meta, content = find_first(item, "itemMeta"), find_first(item, "contentMeta")
    is_package = local_name(item) == "packageItem"
    body = "" if is_package else _body(find_first(item, "contentSet"))
    changed = find_time(meta, zone, "versionCreated")
    created = find_time(meta, zone, "firstCreated") or find_time(content, zone, "contentCreated")
    published = created or changed
    updates = (changed, find_time(content, zone, "contentModified"))
    embargoed = parse_embargo(text_content(find_first(meta, "embargoed")), zone)
    # Empty, it leaves the end of the embargo open; absent, there is none.
    is_held = is_package or (embargoed is None and find_first(meta, "embargoed") is not None)
    status = attribute(find_first(meta, "pubStatus"), "qcode", "uri")
    article = Article(
        body=body,
        headline=_headline(item, meta, content, is_package=is_package),
        byline=_byline(content)
        or byline_in(body)
        or nitf_byline(find_first(item, "contentSet", "body.head", "byline")),
        source=_source(item, meta, content),
        guid=attribute(item, "guid"),
        version=attribute(item, "version"),
        published=published,
        updated=next((time for time in updates if time and published and time > published), None),
        language=attribute(find_first(content, "language"), "tag") or attribute(item, "lang"),
        status=parse_status(status, is_held=is_held),
        embargoed=embargoed,
        correction=_is_correction(meta),
        replaces=_replaced_guids(meta),
        digital_source_type=_digital_source_type(content),
    )
    return hold_article(article, zone, *map(text_content, find_all(meta, "edNote")))


def _is_correction(meta: Any | None) -> bool:
    """Return whether a signal, a link to what it corrects, or a note to editors says so."""
    signals = lower_attributes(find_all(meta, "signal"), "qcode", "uri")
    return (
        any(signal.endswith(("correction", "corrected")) for signal in signals)
        or any(_relation(link) == "corrects" for link in find_children(meta, "link"))
        or notes_correction(*map(text_content, find_all(meta, "edNote")))
    )


def _replaced_guids(meta: Any | None) -> tuple[str, ...]:
    """Return the items that this one evolved from, corrects or replaces."""
    guids = (
        attribute(link, "residref", "href")
        for link in find_children(meta, "link")
        if _relation(link) in _REPLACING_RELATIONS
    )
    return tuple(dict.fromkeys(guid for guid in guids if guid))


def _relation(link: Any) -> str:
    return last_of_code(attribute(link, "rel", "reluri") or "").lower()


def _headline(item: Any, meta: Any | None, content: Any | None, *, is_package: bool) -> str | None:
    lines = find_children(content, "headline")
    headline = first_line(
        text_content(line) for line in lines if "sub" not in (attribute(line, "role") or "").lower()
    )
    title = line_or_none(text_content(find_first(meta, "title")))
    if is_package:
        return title or headline
    inner = (("contentSet", "hl1"), ("contentSet", "head", "title"))
    return headline or title or first_line(text_content(find_first(item, *path)) for path in inner)


def _byline(content: Any | None) -> str | None:
    """Return the byline as written, else the creators' names."""
    names = [
        text_content(name).strip()
        for creator in find_children(content, "creator")
        for name in find_children(creator, "name")
    ]
    return line_or_none(text_content(find_first(content, "by"))) or join_names(names)


def _source(item: Any, meta: Any | None, content: Any | None) -> str | None:
    provider = find_first(meta, "provider")
    holder = find_first(item, "rightsInfo", "copyrightHolder")
    names = map(_party_name, (find_first(content, "infoSource"), provider, holder))
    return first_line(map(outlet_or_none, (*names, attribute(provider, "qcode"))))


def _party_name(party: Any | None) -> str | None:
    names = (text_content(name) for name in find_children(party, "name"))
    return first_line(names) or attribute(party, "literal")


def _digital_source_type(content: Any | None) -> str | None:
    kind = find_child(content, "digitalSourceType")
    code = last_of_code(attribute(kind, "uri", "qcode") or "")
    names = map(text_content, find_children(kind, "name"))
    return first_line((code, attribute(kind, "literal"), *names))


def _body(content: Any | None) -> str:
    """Return the full text among the renditions; inline XML before inline data."""
    inline_xml = find_children(content, "inlineXML")
    inline_data = filter(_is_plain, find_children(content, "inlineData"))
    return full_text(
        [(_rendition(each), wire_body(each)) for each in inline_xml if _is_marked_up(each)]
        + [(_rendition(each), plain_or_html(text_content(each))) for each in inline_data]
    )


def _rendition(inline: Any) -> str:
    return attribute(inline, "rendition", "renditionuri") or ""


def _is_marked_up(inline_xml: Any) -> bool:
    roots = {local_name(child).lower() for child in inline_xml}
    return not roots or bool(roots & _TEXT_ROOTS)


def _is_plain(inline_data: Any) -> bool:
    """Return whether inline data are a text: they may also be a picture in base64."""
    is_text = (attribute(inline_data, "contenttype") or "text/plain").startswith("text/")
    return is_text and attribute(inline_data, "encoding") is None
