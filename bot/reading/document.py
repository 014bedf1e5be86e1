"""One file's bytes, and the ways to look at them; each way is taken at most once."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from bot.model import Article, Format
from bot.model.errors import SourceUnreadable
from bot.reading.charset import decode
from bot.reading.markup import parse_xml, root_name

_JSON_START = re.compile(r"\s*[\[{]")


@dataclass(frozen=True)
class Document:
    """What a reader is given. `zone` is that of times without offset; `encoding` that of bytes without a name."""

    data: bytes
    zone: str = "UTC"
    encoding: str | None = None

    @cached_property
    def text(self) -> str:
        """The bytes as characters."""
        return decode(self.data, self.encoding)

    @cached_property
    def root(self) -> str | None:
        """The local name of the XML (or HTML) root element, in its own case; None for anything else."""
        return root_name(self.text)

    @cached_property
    def tree(self) -> Any:
        """The root of the XML, its end checked; raise SourceUnreadable where it is torn."""
        return parse_xml(self.text)

    @cached_property
    def looks_like_json(self) -> bool:
        """Whether it begins as JSON does."""
        return bool(_JSON_START.match(self.text))

    @cached_property
    def json(self) -> Any:
        """The JSON value; raise SourceUnreadable where it is torn."""
        try:
            return json.loads(self.text, strict=False)
        except RecursionError as e:
            raise SourceUnreadable("This JSON is nested too deeply to be an article.") from e
        except ValueError as e:
            raise SourceUnreadable(
                "This begins as JSON but does not end as JSON: it may be cut short. Drop the complete file again."
            ) from e


class FormatReader(Protocol):
    """One format: a module's `FORMAT`, `recognises` and `articles`."""

    def detect(self, document: Document) -> Format | None:
        """The format, if this reader knows what this is."""
        ...

    def articles(self, document: Document) -> list[Article]:
        """Every article in it; raise SourceUnreadable where there is none."""
        ...
