"""Check what must hold for the result of reading any bytes."""

from bot.model import ParsedFile
from bot.model.errors import SourceUnreadable
from bot.reading import article_json, read
from bot.reading.cleaning import clean_body

# A body may hold these only where they are words of the text.
_UNSEEN = ("\x00", "\x1b", "\u202e", "\u2066", "\ufeff", "\r", "\t")


def read_or_refused(data: bytes, zone: str = "UTC") -> ParsedFile | None:
    """Read a file and check its articles; return None if it is refused.

    Nothing but SourceUnreadable may escape the reader.
    """
    try:
        parsed = read(data, zone=zone)
    except SourceUnreadable:
        return None
    assert parsed.articles
    for article in parsed.articles:
        assert clean_body(article.body) == article.body
        assert article.headline is None or clean_body(article.headline) == article.headline
        assert not any(
            mark in f"{article.headline}{article.byline}{article.source}{article.body}"
            for mark in _UNSEEN
        )
        for time in (article.published, article.updated, article.embargoed):
            assert time is None or str(time.tzinfo) == "UTC"
        assert article.url is None or article.url.startswith(("http://", "https://"))
        assert all(article.replaces)
        article_json(article)
    return parsed
