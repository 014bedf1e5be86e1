"""What is this file? Its content decides, never its name: each reader of the table is asked in turn.

bytes -> caps -> format -> articles, or SourceUnreadable in a person's words
"""

import re
from dataclasses import replace

from bot.model import Article, ParsedFile, Status
from bot.model.errors import SourceUnreadable
from bot.reading import (
    anpa,
    archives,
    html_page,
    iptc7901,
    json_feed,
    mail,
    markdown,
    newsml_1,
    newsml_g2,
    ninjs,
    nitf,
    plain_text,
    rss_atom,
)
from bot.reading.cleaning import address_or_none
from bot.reading.document import Document, FormatReader
from bot.reading.notices import is_correction, tells_correction

MOST_BYTES = 20 * 1024 * 1024
# Some 50,000 words: a short novel, not an article; analysing more would take minutes.
MOST_CHARACTERS = 300_000

# In the order they are asked; one more format is one more module here.
MARKED: tuple[FormatReader, ...] = (
    anpa,
    iptc7901,
    json_feed,
    ninjs,
    nitf,
    newsml_g2,
    newsml_1,
    rss_atom,
    html_page,
    mail,
)
UNMARKED: tuple[FormatReader, ...] = (markdown, plain_text)

_XML_WHOLE = re.compile(r"</[\w:.-]{1,100}\s*>\s*$")
_DATA = re.compile(r"\s*(?:\{\s*(?:\"|\}\s*$)|\[\s*[\[{\"\]])")

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (archives.GZIP, "an archive in an archive"),
    (archives.ZIP, "an archive in an archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"ID3", "a sound file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_WIDE = (b"\xff\xfe", b"\xfe\xff")
# What the telex wires begin with; ANPA 1312 sets its tables with control characters.
_FRAMES = (b"\x16\x16", b"\x16\x01", b"\x01")
# ESC shifts between scripts in ISO-2022 mail: "\x1b$B" and "\x1b(B" are text.
_UNTYPED_CONTROL = re.compile(rb"[\x00\x05-\x08\x0e-\x10\x15\x17-\x1a]|\x1b(?![$(])")


def read(data: bytes, *, zone: str = "UTC", encoding: str | None = None) -> ParsedFile:
    """Give the format and the articles; raise SourceUnreadable, and nothing else, where there are none."""
    if data.startswith((archives.GZIP, archives.ZIP)) and len(data) <= MOST_BYTES:
        return _read_packed(archives.unpack(data, MOST_BYTES), zone, encoding)
    return _read_alone(data, zone, encoding)


def _read_packed(files: list[bytes], zone: str, encoding: str | None) -> ParsedFile:
    """Every article of an archive; one bad file in it leaves the others. The format is its first article's."""
    read_files, refused = [], SourceUnreadable("There is no file in this archive.")
    for data in files:
        try:
            read_files.append(_read_alone(data, zone, encoding))
        except SourceUnreadable as e:
            refused = e
    if not read_files:
        raise refused
    return ParsedFile(
        read_files[0].format, tuple(article for parsed in read_files for article in parsed.articles)
    )


def _read_alone(data: bytes, zone: str, encoding: str | None) -> ParsedFile:
    _refuse_what_is_no_text(data)
    document = Document(data, zone, encoding)
    return _read(document, MARKED) or _read_unmarked(document)


def _read(document: Document, readers: tuple[FormatReader, ...]) -> ParsedFile | None:
    for reader in readers:
        if form := reader.detect(document):
            return ParsedFile(form, _sound(reader.articles(document)))
    return None


def _read_unmarked(document: Document) -> ParsedFile:
    """Text, once it is sure that it is no data of a kind we do not know."""
    if document.root and _XML_WHOLE.search(document.text[-200:]):
        raise SourceUnreadable(
            f"This is XML of a kind that Dateline does not know: its root element is <{document.root}>."
        )
    if len(document.text) > 4 * MOST_CHARACTERS:
        raise _too_long(len(document.text))
    if _DATA.match(document.text):
        known = "ninjs or JSON Feed" if document.json is not None else "JSON"
        raise SourceUnreadable(f"This is JSON, but not {known}.")
    parsed = _read(document, UNMARKED)
    if parsed is None:
        raise SourceUnreadable("There is nothing in this file but white space.")
    return parsed


def _refuse_what_is_no_text(data: bytes) -> None:
    if not data:
        raise SourceUnreadable("The file is empty.")
    if len(data) > MOST_BYTES:
        raise SourceUnreadable(f"The file has {len(data) / 2**20:.0f} MB; 20 MB is the most.")
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise SourceUnreadable(
                f"This is {name}, not a text. Save the article as text, HTML or a wire format."
            )
    if not data.startswith((*_WIDE, *_FRAMES)) and len(
        _UNTYPED_CONTROL.findall(data[:100_000])
    ) * 100 > len(data[:100_000]):
        raise SourceUnreadable("This is a binary file, not a text.")


def _sound(articles: list[Article]) -> tuple[Article, ...]:
    """Leave out what is too long to be an article, and say so where nothing else is left."""
    articles = [
        article for article in articles if article.headline or article.body or _withdraws(article)
    ]
    if not articles:
        raise SourceUnreadable("There is no article in this file.")
    sound = tuple(_settled(article) for article in articles if len(article.body) <= MOST_CHARACTERS)
    if not sound:
        raise _too_long(max(len(article.body) for article in articles))
    return sound


def _withdraws(article: Article) -> bool:
    """Whether it takes another article back; it need say no more than which."""
    return article.status is Status.CANCELED and article.guid is not None


def _too_long(characters: int) -> SourceUnreadable:
    return SourceUnreadable(
        f"The text has {characters:,} characters; an article has {MOST_CHARACTERS:,} at most."
    )


def _settled(article: Article) -> Article:
    """An article was updated only after it was published, its address leads somewhere, its headline stands once."""
    early = article.updated and article.published and article.updated <= article.published
    first, _, rest = article.body.partition("\n\n")
    twice = rest and article.headline and first.casefold() == article.headline.casefold()
    return replace(
        article,
        body=rest if twice else article.body,
        updated=None if early else article.updated,
        url=address_or_none(article.url),
        correction=article.correction or is_correction(article.headline) or _is_corrected(first),
    )


def _is_corrected(first: str) -> bool:
    """Whether a note in brackets stands above the text and says what it corrects."""
    return first.startswith("(") and tells_correction(first[:400])
