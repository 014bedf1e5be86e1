"""Reading and analysing, each behind a pool of worker processes."""

from typing import Protocol

from bot.model import Analysis, Article, ParsedFile


class Reader(Protocol):
    """Bytes to articles, in a process that may die."""

    async def parse(
        self, data: bytes, *, zone: str = "UTC", encoding: str | None = None
    ) -> ParsedFile:
        """Raise SourceUnreadable, also when the worker ran out of time or memory.

        `zone` is the IANA zone of times that carry no offset; `encoding` that of files that declare none.
        """
        ...


class Analyst(Protocol):
    """An article's text to what the language room finds in it."""

    async def analyse(self, article: Article) -> Analysis:
        """Never refuse a text; raise SourceUnreadable only when the worker itself failed."""
        ...
