"""The reading room, pure: bytes to Articles, or SourceUnreadable in a person's words."""

from bot.reading.results import article_json
from bot.reading.sniffing import read

__all__ = ["article_json", "read"]
