"""Turn bytes into Articles, or raise SourceUnreadable in a person's words. Pure functions."""

from datetime import datetime

from bot.model import Article
from bot.reading.sniffing import read

__all__ = ["article_json", "read"]

# Order matters to whoever reads the output of `dateline parse --json`.
_JSON_FIELDS = (
    "guid version headline byline source published updated language url status embargoed body"
    " digital_source_type"
)


def article_json(article: Article) -> dict[str, str | None]:
    """Return an article as plain data, its fields in a fixed order, times in ISO 8601."""
    values = ((name, getattr(article, name)) for name in _JSON_FIELDS.split())
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values
    }
