"""Every way in which a standard takes an article back is read as a kill or a hold."""

import pytest

from bot.model import Article, Status
from bot.model.errors import SourceUnreadable
from bot.reading import read
from bot.reading.wire_text import parse_status

G2 = "http://cv.iptc.org/newscodes"
TOMBSTONE = "http://purl.org/atompub/tombstones/1.0"


def articles(text: str) -> list[Article]:
    """Read the articles of a file."""
    return list(read(text.encode()).articles)


def g2_item(status: str, kind: str = f"uri='{G2}/ninature/text'") -> str:
    """Return a NewsML-G2 item with these attributes of its status and class."""
    meta = f"<itemMeta><itemClass {kind}/><pubStatus {status}/><title>Dam holds</title></itemMeta>"
    text = "<contentSet><inlineData>The dam holds, Ulla Brandt said.</inlineData></contentSet>"
    return f"<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='g'>{meta}{text}</newsItem>"


@pytest.mark.parametrize(
    ("attribute", "status"),
    [
        (f"uri='{G2}/pubstatusg2/canceled'", Status.CANCELED),
        (f"uri='{G2}/pubstatusg2/canceled/'", Status.CANCELED),
        (f"uri='{G2}/pubstatusg2/withheld'", Status.WITHHELD),
        (f"uri='{G2}/pubstatusg2/usable'", Status.USABLE),
        ("qcode='stat:canceled'", Status.CANCELED),
    ],
)
def test_a_g2_status_is_a_code_or_an_address(attribute: str, status: Status) -> None:
    """`pubStatus` says the same by its qcode and by its uri."""
    assert articles(g2_item(attribute))[0].status is status


def test_a_g2_picture_is_refused_by_its_address_too() -> None:
    """`itemClass uri` tells a picture from a text."""
    with pytest.raises(SourceUnreadable, match="no text item"):
        articles(g2_item("qcode='stat:usable'", f"uri='{G2}/ninature/picture'"))


@pytest.mark.parametrize("word", ["Canceled", "cancelled", "stat:killed", "Withdrawn", "retracted"])
def test_words_for_a_kill(word: str) -> None:
    """Senders say in several words that an article is canceled."""
    assert parse_status(word) is Status.CANCELED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("canceled", [("own", "usable"), ("other", "canceled")]),
        ("withheld", [("own", "usable"), ("other", "withheld")]),
        ("usable", [("own", "usable")]),
    ],
)
def test_nitf_sets_the_status_of_another_document(
    status: str, expected: list[tuple[str, str]]
) -> None:
    """`management-doc-idref` names the document that `management-idref-status` is about."""
    names = f"management-doc-idref='other' management-idref-status='{status}'"
    head = f"<head><docdata {names}><doc-id id-string='own'/></docdata></head>"
    text = "<body><body.content><p>The dam holds, she said.</p></body.content></body>"
    read_articles = articles(f"<nitf>{head}{text}</nitf>")
    assert [(each.guid, each.status.value) for each in read_articles] == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("<Status FormalName='Withheld'/>", "withheld"),
        ("<Status FormalName='Canceled'/>", "canceled"),
        (
            (
                "<Status FormalName='Embargoed'/><StatusWillChange><DateAndTime>20260520T060000Z"
                "</DateAndTime></StatusWillChange>"
            ),
            "withheld",
        ),
    ],
)
def test_a_newsml_revision_may_change_the_status_alone(status: str, expected: str) -> None:
    """An item with Update="A" has no content: it holds or kills what came before."""
    names = "<RevisionId PreviousRevision='1' Update='A'>2</RevisionId>"
    guid = "<PublicIdentifier>urn:newsml:wire.example:20260512:DAM:2A</PublicIdentifier>"
    identification = (
        f"<Identification><NewsIdentifier>{names}{guid}</NewsIdentifier></Identification>"
    )
    item = f"{identification}<NewsManagement>{status}</NewsManagement>"
    (article,) = articles(f"<NewsML><NewsItem>{item}</NewsItem></NewsML>")
    assert (article.status.value, article.version) == (expected, "2")


def atom(*parts: str) -> str:
    """Return an Atom feed with an entry of 12 May, 12:00, and these other parts."""
    entry = (
        "<entry><id>urn:dam:1</id><title>Dam</title><link href='dam'/>"
        "<updated>2026-05-12T12:00:00Z</updated><content>The dam holds, she said.</content></entry>"
    )
    head = f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='{TOMBSTONE}'><title>F</title>"
    return f"{head}<link href='https://dam.example/'/>{''.join(parts)}{entry}</feed>"


@pytest.mark.parametrize(
    ("tombstone", "status"),
    [
        ("<at:deleted-entry ref='urn:dam:1' when='2026-05-12T13:00:00Z'/>", "canceled"),
        ("<at:deleted-entry ref='urn:dam:1'/>", "canceled"),
        ("<at:deleted-entry ref='urn:dam:1' when='2026-05-12T11:00:00Z'/>", "usable"),
        ("<!-- <at:deleted-entry ref='urn:dam:1' when='2026-05-12T13:00:00Z'/> -->", "usable"),
        ("<rights><![CDATA[<at:deleted-entry ref='urn:dam:1'/>]]></rights>", "usable"),
    ],
)
def test_of_entry_and_tombstone_the_later_stands(tombstone: str, status: str) -> None:
    """A tombstone kills its entry, unless the entry is newer or it is only written about."""
    (article,) = articles(atom(tombstone))
    assert (article.guid, article.status.value) == ("urn:dam:1", status)


def test_a_tombstones_own_link_is_no_base() -> None:
    """What stands inside a tombstone says nothing about the feed."""
    link = "<link href='https://elsewhere.example/gone/'/>"
    entry, gone = articles(
        atom(
            f"<at:deleted-entry ref='urn:dam:0'>{link}<at:comment>x</at:comment></at:deleted-entry>"
        )
    )
    assert (entry.url, gone.guid) == ("https://dam.example/dam", "urn:dam:0")


def test_a_deleted_entry_document_is_a_kill() -> None:
    """A document whose root is a deleted entry takes that entry back."""
    parsed = read(f"<x:deleted-entry xmlns:x='{TOMBSTONE}' ref='urn:dam:1'/>".encode())
    (article,) = parsed.articles
    assert (parsed.format, article.guid, article.status.value) == ("atom", "urn:dam:1", "canceled")
    with pytest.raises(SourceUnreadable, match="doesn't say which"):
        articles(f"<x:deleted-entry xmlns:x='{TOMBSTONE}'/>")
