"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml): read what readers export, write the same."""

from collections.abc import Sequence

from lxml import etree

from bot.model.errors import SourceUnreadable


def read_opml(data: bytes) -> tuple[str, ...]:
    """Give the addresses of all feeds in it, in order, each once; raise SourceUnreadable."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        raise SourceUnreadable(f"this is no OPML: {e.msg}") from e
    if root.tag != "opml":
        raise SourceUnreadable(
            f"this is no OPML: its outermost element is <{etree.QName(root).localname}>"
        )
    addresses = (outline.get("xmlUrl") for outline in root.iter("outline"))
    return tuple(
        dict.fromkeys(address.strip() for address in addresses if address and address.strip())
    )


def write_opml(feeds: Sequence[tuple[str, str]]) -> str:
    """Write (title, address) pairs as OPML."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Feeds that Dateline follows"
    body = etree.SubElement(root, "body")
    for title, address in feeds:
        etree.SubElement(body, "outline", type="rss", text=title, title=title, xmlUrl=address)
    text: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return text.decode()
