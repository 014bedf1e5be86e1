"""The bytes of one file and the ways to look at them; each view is computed at most once."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.model import Article, Format
from bot.model.errors import FeedEmpty
from bot.reading import unreadable
from bot.reading.charset import decode
from bot.reading.markup import parse_xml, root_name

# What parsers of other people raise, besides their own errors, on input that nobody has tried.
PARSE_ERRORS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError)
_JSON_START = re.compile(r"\s*[\[{]")


def json_objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects in a JSON list, the one object where it is no list, else nothing."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def with_content(items: Iterable[Article]) -> list[Article]:
    """Return the items of a feed that have a headline or text; raise FeedEmpty for none."""
    articles = [item for item in items if item.headline or item.body]
    if not articles:
        raise FeedEmpty
    return articles


@dataclass(frozen=True)
class SourceDocument:
    """What a format reader is given.

    `zone` is the IANA time zone of times without offset; `encoding` applies to bytes that
    declare none; `address` is where the document was fetched from, None where it came as a file;
    `arrived` is when it came in.
    """

    data: bytes
    zone: str = "UTC"
    encoding: str | None = None
    address: str | None = None
    arrived: datetime | None = None

    @cached_property
    def text(self) -> str:
        """The bytes as characters."""
        return decode(self.data, self.encoding)

    @cached_property
    def root(self) -> str | None:
        """The local name of the XML or HTML root element, in its own case, or None."""
        return root_name(self.text)

    @cached_property
    def tree(self) -> Any:
        """The XML root element. Raise SourceUnreadable where the XML is cut short."""
        return parse_xml(self.text)

    @cached_property
    def looks_like_json(self) -> bool:
        """Whether the text begins as JSON does."""
        return bool(_JSON_START.match(self.text))

    @cached_property
    def json(self) -> Any:
        """The JSON value. Raise SourceUnreadable where the JSON is cut short."""
        try:
            return json.loads(self.text, strict=False)
        except RecursionError as e:
            raise unreadable("json_too_deep") from e
        except ValueError as e:
            raise unreadable("json_cut_short") from e


# A document's format, and what reads its articles or raises SourceUnreadable.
FormatReader = tuple[Format, Callable[[SourceDocument], list[Article]]]
