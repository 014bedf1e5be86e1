"""Which outlet an article credits for a statement: "(Reuters)", "told the BBC", a dateline, "according to AFP"."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from bot.language.lexicon import OUTLETS, PRESS_NOUNS
from bot.model import Span

_LISTED = "|".join(re.escape(name) for name in sorted(OUTLETS, key=len, reverse=True))
# A name that ends, or begins, as those of papers, agencies and stations do.
_PRESS = "|".join(word.capitalize() for word in sorted(PRESS_NOUNS))
_CAPITAL = r"[A-Z\u00c0-\u00de][\w.’'-]*"
_ENDED = rf"(?:{_CAPITAL} (?:and |of |& )?){{1,3}}(?:{_PRESS}|News Agency|Press Agency)"
_STATION = rf"(?:Radio|TV|Television|Channel) {_CAPITAL}(?: {_CAPITAL})?"
_NAME = rf"(?P<outlet>{_LISTED}|{_ENDED}|{_STATION})(?!\w)"
_IN_BRACKETS = re.compile(rf"\((?:[Ss]ource: |[Vv]ia |[Rr]eporting by )?(?:the )?{_NAME}\)")
_DATELINE = re.compile(rf"^[^\n]{{0,60}}?\((?:the )?{_NAME}\)[ \u00a0]*[—–-]", re.MULTILINE)
_TOLD = re.compile(
    rf"\b(?:tells?|told|telling|informed|[Ii]nterview (?:with|by|on|for)"
    rf"|[Ss]peaking (?:to|on|with)|spoke (?:to|on|with)"
    rf"|[Aa]ccording to|reported by|quoted by|cited by|carried by|published (?:by|in)|statement to|comments? to"
    rf"|remarks? to|interviewed by|talking to|wrote in|seen by|obtained by|[Aa]s|via)"
    rf" (?:the |a |news agency |state (?:news )?agency |broadcaster |newspaper |newswire |daily )*{_NAME}(?!['’]s? \w)",
)
_REPORTED = re.compile(
    rf"\b{_NAME}(?:, (?:citing|quoting) [^,\n]{{1,80}},)? (?:has |had )?"
    rf"(?:reported|reports|said|writes|wrote|quoted|cited|learned)\b"
)


_LONGEST_CREDIT = 80
_LAST_CREDIT = re.compile(
    rf"[\s\u00a0]*\((?:[Ss]ource: |[Vv]ia |[Rr]eporting by )?(?:the )?{_NAME}\)?[.]?$"
    rf"|,[ \u00a0]according to (?:the )?{_NAME.replace('outlet', 'paper')}$"
)
_ALONE = re.compile(rf"(?:[Tt]he )?{_NAME}")


def is_outlet(name: str) -> bool:
    """Whether a name is that of a paper, an agency or a station."""
    return _ALONE.fullmatch(name) is not None


def without_credit(text: str) -> str:
    """What stands in front of "(Reuters)" or ", according to Reuters" at the end: nobody in the article said that."""
    credit = _LAST_CREDIT.search(text, max(0, len(text) - _LONGEST_CREDIT))
    return text[: credit.start()] if credit else text


class Credits:
    """The outlets that an article credits, and where."""

    def __init__(self, body: str, sentences: Sequence[Span]) -> None:
        self._body = body
        self._sentences = sentences
        self._starts = [s.start for s in sentences]
        self._told = sorted(
            {m.span("outlet") for p in (_TOLD, _REPORTED) for m in p.finditer(body)},
            key=lambda span: span[0],
        )
        self._told_at = [start for start, _ in self._told]
        self._brackets = [m.span("outlet") for m in _IN_BRACKETS.finditer(body)]
        self._paragraph = self._by_paragraph()
        self._only = self._one_outlet()

    def via(self, at: int, avoid: Span | None) -> Span | None:
        """The outlet credited for what is said at a place: its sentence's, its paragraph's, the article's only one.

        `avoid` is the speaker: who speaks in their own paper needs no carrier.
        """
        for span in (
            self._in_sentence(at),
            self._paragraph.get(self._paragraph_of(at)),
            self._only,
        ):
            if span and not (
                avoid
                and (avoid.start <= span[0] < avoid.end or self._body[slice(*span)] in avoid.text)
            ):
                return Span.of(self._body, *span)
        return None

    def _in_sentence(self, at: int) -> tuple[int, int] | None:
        k = bisect_right(self._starts, at) - 1
        if k < 0:
            return None
        first = bisect_right(self._told_at, self._sentences[k].start - 1)
        spans = self._told[first : first + 1]
        return spans[0] if spans and spans[0][0] < self._sentences[k].end else None

    def _paragraph_of(self, at: int) -> int:
        return self._body.rfind("\n", 0, at) + 1

    def _by_paragraph(self) -> dict[int, tuple[int, int]]:
        """A credit in brackets speaks for its paragraph, the last one where there are several."""
        return {self._paragraph_of(span[0]): span for span in self._brackets}

    def _one_outlet(self) -> tuple[int, int] | None:
        """A dateline's credit, or the one outlet that all credits in brackets name, speaks for the article."""
        dateline = _DATELINE.match(self._body.lstrip())
        offset = len(self._body) - len(self._body.lstrip())
        if dateline:
            start, end = dateline.span("outlet")
            return start + offset, end + offset
        names = {self._body[slice(*span)] for span in self._brackets}
        return self._brackets[0] if len(names) == 1 else None
