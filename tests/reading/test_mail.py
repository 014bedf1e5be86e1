"""What of a letter is the article: its parts, what it passes on, and what software adds to it."""

import pytest

from bot.model import Article, Format, Status
from bot.reading import read

SAID = "“The hall will be let,” Oda Lind, who leads the board of Sund, said on Monday."
MORE = "The stalls move to the north quay in October, she added after the vote of the board."
HEAD = (
    "From: Sund Board <press@sund.example>\nTo: desk@post.example\n"
    "Date: Mon, 4 May 2026 10:00 +0000\n"
)
PLAIN, HTML = "Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"
KEY = "Content-Type: application/pgp-signature"
ATTACHED = "Content-Disposition: attachment; filename=a.txt"
PARAGRAPH, MORE_HTML = f"<p>{SAID}</p>", f"<p>{MORE}</p>"
SIGNED = f"{SAID}\n-- \nSund Board"
IMAGE = "Content-Type: image/png; name=a.png\nContent-Disposition: inline\n\niVBORw0K"


def letter(text: str, *headers: str, subject: str = "Fish market", head: str = HEAD) -> bytes:
    """Return a message; without another type its text is plain."""
    kinds = headers or (PLAIN,)
    lines = (f"{head}Subject: {subject}", "MIME-Version: 1.0", *kinds, "", text)
    return "\n".join(lines).encode()


def multipart(kind: str, *parts: str) -> tuple[str, str]:
    """Return the text of a message of several parts, and its header."""
    name = f"b{len(kind)}-{len(parts)}"
    text = "".join(f"--{name}\n{part}\n" for part in parts) + f"--{name}--"
    return text, f"Content-Type: multipart/{kind}; boundary={name}"


def part(content: str, *headers: str) -> str:
    """Return one part of a message."""
    return "\n".join((*headers, "", content))


def first(data: bytes) -> Article:
    """Return the first article of a file."""
    return read(data).articles[0]


NAMED = 'Content-Type: text/plain; charset=utf-8; name="story.txt"'
INNER, INNER_HEADER = multipart("alternative", part("Nothing.", PLAIN), part(PARAGRAPH, HTML))
DIGEST_FOOT = part("_______\nSund list\nhttps://sund.example/list", PLAIN)


@pytest.mark.parametrize(
    ("kind", "parts", "paragraphs"),
    [
        ("mixed", [part(SAID, NAMED)], [SAID]),
        ("mixed", [part(SAID, NAMED, "Content-Disposition: inline; filename=story.txt")], [SAID]),
        ("mixed", [part(SAID, PLAIN), IMAGE, part(MORE, PLAIN)], [SAID, MORE]),
        ("mixed", [part(PARAGRAPH, HTML), IMAGE, part(MORE_HTML, HTML)], [SAID, MORE]),
        ("related", [part(PARAGRAPH, HTML), IMAGE], [SAID]),
        ("alternative", [part(SAID, PLAIN), part(PARAGRAPH, HTML)], [SAID]),
        ("mixed", [part(SAID, PLAIN), part(PARAGRAPH, HTML)], [SAID]),
        ("alternative", [part("See HTML.", PLAIN), part(PARAGRAPH, HTML)], [SAID]),
        ("mixed", [part(INNER, INNER_HEADER), part(MORE, PLAIN)], [SAID, MORE]),
        ("signed", [part(SAID, PLAIN), part("x", KEY)], [SAID]),
        ("mixed", [part(SAID, PLAIN), part(MORE, PLAIN, ATTACHED)], [SAID]),
        ("mixed", [part(SAID, NAMED, ATTACHED)], [SAID]),
        ("mixed", [part(SIGNED, PLAIN), IMAGE, part(MORE, PLAIN)], [SAID, MORE]),
    ],
)  # fmt: skip
def test_the_parts_that_a_reader_sees_are_the_text(
    kind: str, parts: list[str], paragraphs: list[str]
) -> None:
    """Named parts and text behind a picture belong to it; what is attached only alone."""
    assert first(letter(*multipart(kind, *parts))).body == "\n\n".join(paragraphs)


@pytest.mark.parametrize(
    ("sender", "source"),
    [
        ('"Sund Board" <press@sund.example>', "Sund Board"),
        ("Sund Board <press@sund.example>", "Sund Board"),
        ("press@sund.example (Sund Board)", "Sund Board"),
        ("=?utf-8?q?Sund_Bo=C3=A5rd?= <press@sund.example>", "Sund Boård"),
        ('"=?utf-8?q?Board=2C_Sund?=" <press@sund.example>', "Board, Sund"),
        ('"Board, Sund" <press@sund.example>, other@sund.example', "Board, Sund"),
        (r'"The \"Board\"" <press@sund.example>', 'The "Board"'),
        ("'Sund Board' <press@sund.example>", "Sund Board"),
        ("<press@sund.example>", "press@sund.example"),
        ("press@sund.example", "press@sund.example"),
    ],
)
def test_the_outlet_is_the_senders_name(sender: str, source: str) -> None:
    """A sender's name is shown without quotation marks and address."""
    head = HEAD.replace("Sund Board <press@sund.example>", sender)
    assert first(letter(SAID, head=head)).source == source


def test_a_headline_is_without_the_name_of_a_mailing_list() -> None:
    """What a list sets before a subject is no part of it; a reporter's brackets are."""
    subject = "[press] Re: Fish market"
    assert first(
        letter(SAID, PLAIN, "List-Id: <press.sund.example>", subject=subject)
    ).headline == ("Fish market")
    assert first(letter(SAID, subject="[Exclusive] Fish")).headline == "[Exclusive] Fish"


NOTE = "See below, worth a line. Per"
FIELDS = "From: Sund Board <press@sund.example>\nDate: Mon, 4 May 2026 at 10:00\n"
FIELDS += "Subject: Fish market\n  moves north\nTo: <desk@post.example>\n"
GERMAN = "Von: Sund Board <press@sund.example>\nGesendet: Montag, 4. Mai 2026 10:00\n"
GERMAN += "An: desk@post.example\nBetreff: Fish market moves north\n"
FRENCH = "De : Sund Board <press@sund.example>\nEnvoyé : lundi 4 mai 2026 10:00\nÀ : desk\n"
FRENCH += "Objet : Fish market moves north\n"
OUTLOOK = "From: Sund Board [mailto:press@sund.example]\nSent: Monday, May 4, 2026 10:00 AM\n"
OUTLOOK += "To: desk\nCc: Ulla Roos\nSubject: Fish market moves north\nImportance: High\n"
BOLD = "*From:* Sund Board <a@b.example>\n*Date:* 4 May 2026 10:00\n"
BOLD += "*Subject:* *Fish market moves north*\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Fwd: x", f"{NOTE}\n\n---------- Forwarded message ---------\n{FIELDS}\n{SAID}"),
        ("x", f"---------- Forwarded message ---------\n{FIELDS}\n\n\n{SAID}"),
        ("Fwd: x", f"{NOTE}\n\nBegin forwarded message:\n\n{_quoted(FIELDS + chr(10) + SAID)}"),
        ("FW: x", f"{NOTE}\n\n-----Original Message-----\n{FIELDS}\n{SAID}"),
        ("FW: x", f"{NOTE}\n\n________________________________\n{FIELDS}\n{SAID}"),
        ("FW: x", f"{NOTE}\n\n{FIELDS.replace('Date:', 'Sent:')}\n{SAID}"),
        ("WG: x", f"{NOTE}\n\n-----Ursprüngliche Nachricht-----\n{GERMAN}\n{SAID}"),
        ("Fwd: x", f"-------- Weitergeleitete Nachricht --------\n{GERMAN}\n{SAID}"),
        ("FW: x", f"{NOTE}\n\n{OUTLOOK}\n{SAID}".replace("\n", "\r\n")),
        ("TR : x", f"{NOTE}\n\n{FRENCH}\n{SAID}"),
        ("Fwd: x", f"---- Forwarded message ----\n{BOLD}\n{SAID}"),
    ],
)  # fmt: skip
def test_a_message_passed_on_is_the_article(subject: str, text: str) -> None:
    """Its headers are read, its sender is the outlet, and no word of who passed it on is left."""
    article = first(letter(text, subject=subject))
    assert (article.headline, article.source) == ("Fish market moves north", "Sund Board")
    assert str(article.published) == "2026-05-04 10:00:00+00:00"
    assert article.body == SAID


def test_a_message_passed_on_twice() -> None:
    """Of a message that was passed on again the innermost is the article."""
    inner = f"Look!\n\n---------- Forwarded message ---------\n{FIELDS}\n{SAID}"
    outer = FIELDS.replace("Sund Board <press@sund.example>", "Ulla Roos <ulla@post.example>")
    text = f"{NOTE}\n\n---------- Forwarded message ---------\n{outer}\n{inner}"
    article = first(letter(text, subject="Fwd: Fwd: x"))
    assert (article.source, article.body) == ("Sund Board", SAID)


def test_a_reply_is_an_article_of_its_own() -> None:
    """What a reply says is not taken for a note on the letter that it quotes."""
    text = f"{SAID}\n\n-----Original Message-----\n{FIELDS}\n{MORE}"
    article = first(letter(text, subject="Re: Fish market"))
    assert (article.headline, article.source) == ("Fish market", "Sund Board")
    assert article.body.startswith(SAID)


def test_html_that_is_passed_on() -> None:
    """A letter of HTML alone is passed on as well as one of plain text."""
    fields = FIELDS.replace("\n  moves", " moves").replace("<", "&lt;").replace("\n", "<br>\n")
    quote = f"<div>---------- Forwarded message ---------<br>{fields}</div><br><p>{SAID}</p>"
    article = first(letter(f"<p>{NOTE}</p><div class=gmail_quote>{quote}</div>", HTML))
    assert (article.headline, article.source) == ("Fish market moves north", "Sund Board")
    assert article.body == SAID


def test_a_note_above_may_hold_what_is_passed_on() -> None:
    """Whoever passes a text on may say that it must wait."""
    text = f"EMBARGOED UNTIL 18:00 ON 5 MAY 2026\n\n---- Forwarded message ----\n{FIELDS}\n{SAID}"
    article = first(letter(text, subject="Fwd: Fish market"))
    assert str(article.embargoed) == "2026-05-05 18:00:00+00:00"


def test_messages_in_a_message() -> None:
    """A message attached to a note is the article; each of a digest is one."""
    inner = letter(SAID).decode()
    other = letter(MORE, subject="Hall to let").decode()
    attached = multipart("mixed", part(NOTE, PLAIN), part(inner, "Content-Type: message/rfc822"))
    passed_on = read(letter(*attached, subject="Fwd: Fish market")).articles
    assert [each.body for each in passed_on] == [SAID]
    digest, header = multipart("digest", f"\n{inner}", f"\n{other}")
    whole = multipart(
        "mixed", part("Today's topics: 1. Fish", PLAIN), part(digest, header), DIGEST_FOOT
    )
    articles = read(letter(*whole, subject="Sund list, Vol 3, Issue 4")).articles
    assert [each.headline for each in articles] == ["Fish market", "Hall to let"]
    assert [each.body for each in articles] == [SAID, MORE]


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (f"View this post on the web at https://s.example/p\n\n{SAID}", SAID),
        (f"Having trouble viewing this email? https://s.example\n\n{SAID}", SAID),
        (f"Read online: https://s.example/1\n\n{SAID}\n\nYou're a free subscriber to Sund.", SAID),
        (SAID.replace("board", "board [https://s.example/redirect/1?j=eyJ]"), SAID),
        (SAID.replace("board", "board<https://s.example/1>"), SAID),
        (SAID.replace("board", "board (https://s.example/1)"), SAID),
        (SAID.replace("board", "board [1]") + "\n\n[1] https://s.example/1\n", SAID),
        (f"** Sund\n{'-' * 60}\n\n{SAID}", f"Sund\n\n{SAID}"),
        (f"{SAID}\n\n{'=' * 60}\nCopyright © 2026 Sund\n\nOur mailing address is:\nQuay 1", SAID),
        (f"{SAID}\n\n{'_' * 47}\npress mailing list\nhttps://s.example/listinfo/press\n", SAID),
        (f"[image: Logo of Sund]\n\n{SAID}", SAID),
        (f"{SAID} [sic] She has [a] plan.", f"{SAID} [sic] She has [a] plan."),
        (f"{SAID} It stands at https://s.example.", f"{SAID} It stands at https://s.example."),
        (f"{SAID} [1] It is so.", f"{SAID} [1] It is so."),
    ],
)
def test_the_plain_part_of_a_newsletter(text: str, body: str) -> None:
    """Links in brackets and what mailing software adds go; a reporter's brackets stay."""
    assert first(letter(text)).body == body


def test_a_message_that_apples_mail_kept() -> None:
    """An .emlx has its length above and a property list below, which are no part of it."""
    message = letter(SAID)
    plist = b"<?xml version='1.0'?><plist><dict><key>flags</key></dict></plist>"
    parsed = read(b"%d      \n%b%b" % (len(message), message, plist))
    assert (parsed.format, parsed.articles[0].body) == (Format.MAIL, SAID)


PAGE = (
    "<!doctype html><html lang=en><title>Fish market</title><nav><a href=/>Home</a></nav><article>"
    f"<h1>Fish market</h1>{PARAGRAPH}{MORE_HTML}</article><footer>All rights"
    "</footer></html>"
)


@pytest.mark.parametrize(
    ("head", "location"),
    [
        ("From: <Saved by Blink>\nSnapshot-Content-Location: {}\nSubject: x\nDate: x\n", "cid:1"),
        ('From: "Saved by Windows Internet Explorer 8"\nSubject: x\nDate: x\n', "{}"),
        ("From: <Saved by UnMHT>\nSubject: x\n", "{}"),
        ("", "{}"),
        ("X-Snapshot: 1\n", "{}"),
    ],
)
def test_a_saved_page_is_a_page(head: str, location: str) -> None:
    """A page that a browser saved as MHTML is read as HTML, at the address that it came from."""
    address = "https://sund.example/fish"
    html = part(PAGE, HTML, f"Content-Location: {location.format(address)}")
    other = part("body {}", "Content-Type: text/css")
    text, kind = multipart("related", html, other)
    saved = f"{head.format(address)}MIME-Version: 1.0\n{kind}; type=text/html\n\n{text}"
    parsed = read(saved.encode())
    article = parsed.articles[0]
    assert (parsed.format, article.headline) == (Format.HTML, "Fish market")
    assert (article.url, article.source, article.published) == (address, None, None)
    assert SAID in article.body
    assert not any(word in article.body for word in ("Home", "rights", "{}"))


def test_a_newsletter_with_a_location_is_mail() -> None:
    """Pictures beside the HTML of a letter may have a location as well."""
    image = IMAGE.replace("\n\n", "\nContent-Location: https://s.example/a.png\n\n")
    data = letter(*multipart("related", part(PARAGRAPH, HTML), image))
    assert (read(data).format, first(data).status) == (Format.MAIL, Status.USABLE)
