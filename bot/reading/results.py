"""An article as plain data: what `dateline parse --json` prints."""

from dataclasses import fields
from datetime import datetime

from bot.model import Article

_ORDER = (
    "guid",
    "version",
    "headline",
    "byline",
    "source",
    "published",
    "updated",
    "language",
    "url",
    "status",
    "embargoed",
    "body",
)


def article_json(article: Article) -> dict[str, str | None]:
    """Every field, in a fixed order; times in ISO 8601."""
    values = {field.name: getattr(article, field.name) for field in fields(article)}
    return {
        name: value.isoformat() if isinstance(value := values[name], datetime) else value
        for name in _ORDER
    }
