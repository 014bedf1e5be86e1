"""Find the outlet that German words are told through: "sagte sie der „Welt“", "(dpa)"."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from bot.model import Span
from bot.model.wordlists import load_line_lists

_OUTLETS = load_line_lists("bot.language.statements.german", "data/outlets.txt", "outlets")
_KNOWN = "|".join(sorted(map(re.escape, _OUTLETS["outlets"]), key=len, reverse=True))
_NAMED = rf"(?:[„»\"](?P<quoted>[^„“”»«\"\n]{{2,40}})[“”«\"](?:-\w+)?|(?P<known>{_KNOWN})\b)"
_TOLD = re.compile(
    rf"\b(?:der|dem|den|gegenüber|laut|zufolge|im|in der|mit der|mit dem)"
    rf"(?: \w*(?:[zZ]eitung|[aA]gentur|[mM]agazin|[sS]ender|[bB]latt|dienst|portal|Funke|Radio))?"
    rf"(?: (?:am|zum) \w+)? {_NAMED}"
)
_PRESS = re.compile(r"[zZ]eitung|[aA]gentur|[mM]agazin|[sS]ender|[bB]latt|[pP]ortal|[rR]adio")
_BRACKETED = re.compile(rf"\((?P<known>{_KNOWN})(?:/\w+)*\)")


class GermanCredits:
    """The outlets that a German article credits, and where."""

    def __init__(self, body: str, sentences: Sequence[Span]) -> None:
        """Take a text and its sentences."""
        self._body = body
        self._sentences = sentences

    def outlet_at(self, position: int, speaker: Span | None) -> Span | None:
        """Return the outlet credited in the sentence at a position, or in brackets.

        It is never the speaker.
        """
        number = bisect_right(self._sentences, position, key=lambda s: s.start) - 1
        if number < 0:
            return None
        sentence = self._sentences[number]
        paragraph_end = self._body.find("\n", sentence.start)
        end = paragraph_end if paragraph_end >= 0 else len(self._body)
        found = [self._span(m) for m in _TOLD.finditer(self._body, sentence.start, sentence.end)]
        found += [self._span(m) for m in _BRACKETED.finditer(self._body, sentence.start, end)]
        start = len(self._body) - len(self._body.lstrip())
        found += [self._span(m) for m in _BRACKETED.finditer(self._body, start, start + 80)]
        return next((s for s in found if s and not (speaker and s.text in speaker.text)), None)

    def _span(self, match: re.Match[str]) -> Span | None:
        groups = match.groupdict()
        if groups.get("known"):
            return Span.of(self._body, *match.span("known"))
        name = groups["quoted"]
        is_press = name in _OUTLETS["outlets"] or _PRESS.search(match.group())
        return Span.of(self._body, *match.span("quoted")) if is_press else None
