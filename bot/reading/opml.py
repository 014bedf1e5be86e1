"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml)."""

from collections.abc import Sequence

from lxml import etree

from bot.reading import messages, unreadable
from bot.reading.markup import SAFE_XML

# "If an outline is commented, all subordinate outlines are considered to also be commented."
_IN_USE = etree.XPath("//outline[@xmlUrl and not(ancestor-or-self::*[@isComment = 'true'])]")


def read_opml(data: bytes) -> tuple[str, ...]:
    """Return the addresses of all feeds, in order, each once, without those commented out.

    Raise SourceUnreadable.
    """
    try:
        root = etree.fromstring(data, etree.XMLParser(**SAFE_XML))
    except etree.XMLSyntaxError as e:
        raise unreadable("not_opml", reason=e.msg) from e
    if root.tag != "opml":
        name = etree.QName(root).localname
        raise unreadable("not_opml_root", name=name)
    urls = (outline.get("xmlUrl", "").strip() for outline in _IN_USE(root))
    return tuple(dict.fromkeys(url for url in urls if url))


def write_opml(feeds: Sequence[tuple[str, str]]) -> str:
    """Return (title, address) pairs as OPML."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = messages.text("opml_title")
    body = etree.SubElement(root, "body")
    for title, url in feeds:
        etree.SubElement(body, "outline", type="rss", text=title, title=title, xmlUrl=url)
    text: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return text.decode()
