"""Find the outlet an article credits for a statement, and the speaker whom an outlet carries.

"(Reuters)", "told the BBC", a dateline, "according to AFP"  ->  the outlet of a statement
"Analysts noted ..., according to Reuters", "Reuters, citing two officials, reported ..."
                                                             ->  the speaker instead of the outlet
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from bot.language.lexicon import (
    OUTLETS,
    PRESS_NOUNS,
    RECORDINGS,
    SPEAKER_CLASS,
    VIEWING_FORMS,
)
from bot.language.sentences import sentence_at
from bot.language.statements.english.attribution_rules import (
    Attribution,
    attribution_of_verb,
    noun_phrase,
    to_runs,
    words_of,
)
from bot.language.statements.english.parsing import ParsedText
from bot.model import Span

_LISTED = "|".join(re.escape(name) for name in sorted(OUTLETS, key=len, reverse=True))
# A name that ends, or begins, as those of papers, agencies and stations do.
_PRESS = "|".join(word.capitalize() for word in sorted(PRESS_NOUNS))
_CAPITAL = r"[A-Z\u00c0-\u00de][\w.’'-]{0,40}"  # no name is longer, so that each search is short
_ENDED = rf"(?:{_CAPITAL} (?:and |of |& )?){{1,3}}(?:{_PRESS}|News Agency|Press Agency)"
_AIR = "(?:Radio|TV|Television)"
_STATION = rf"(?:{_AIR}|Channel) {_CAPITAL}(?: {_CAPITAL})?|{_CAPITAL} {_AIR}"
_NAME = rf"(?P<outlet>{_LISTED}|{_ENDED}|{_STATION})(?!\w)"
_BRACKETED = rf"\((?:[Ss]ource: |[Vv]ia |[Rr]eporting by )?(?:the )?{_NAME}\)"
_IN_BRACKETS = re.compile(_BRACKETED)
_DATELINE = re.compile(rf"[^\n]{{0,60}}?\((?:the )?{_NAME}\)[ \u00a0]*[—–-]")
_TO = (
    r"\b(?:tells?|told|telling|informed|[Ii]nterview (?:with|by|on|for)"
    r"|[Ss]peaking (?:to|on|with)|spoke (?:to|on|with)|statement to|comments? to|remarks? to"
    r"|(?:reported|quoted|cited|as saying|carried|published|interviewed|seen|obtained) by"
    r"|talking to|wrote in|published in)"
)
_TOLD = re.compile(
    rf"(?:{_TO}|\b(?:[Aa]ccording to|[Aa]s|via))"
    r" (?:the |a |news agency |state (?:news )?agency |broadcaster |newspaper |newswire |daily )*"
    rf"{_NAME}(?!['’]s? \w)",
)
# "told the Post": a noun alone, where only an outlet is spoken to.
_TOLD_ALONE = re.compile(rf"{_TO} the (?P<outlet>{_PRESS})(?!\w|['’]s? \w| {_CAPITAL})")
_REPORTS = (
    r"(?:, (?:citing|quoting) [^,\n]{1,80},)? (?:has |had )?"
    r"(?:reported|reports|said|writes|wrote|quoted|quotes|cited|cites|learned)\b"
)
_REPORTED = re.compile(rf"\b{_NAME}{_REPORTS}")
# "state news agency Norrtel quoted": an outlet by the words before it.
_DESCRIBED = re.compile(
    rf"\b(?:(?:news|press) agency|newspaper|newswire|broadcaster|daily) (?P<outlet>{_CAPITAL})"
    rf"{_REPORTS}"
)
_CREDITED = re.compile(r"\b(?:seen|obtained|viewed|reviewed|published|heard) (?:by|in) (?:the )?$")
_MAX_CREDIT_CHARS = 80
_LAST_CREDIT = re.compile(
    rf"[\s\u00a0]*{_BRACKETED}?[.]?$"
    rf"|,[ \u00a0]according to (?:the )?{_NAME.replace('outlet', 'paper')}$"
)
_OUTLET_ALONE = re.compile(rf"(?:[Tt]he )?{_NAME}")
_CITING_FORMS = frozenset(["citing", "cited", "cites", "quoting", "quoted", "quotes"])
_SAYING_CLASSES = frozenset(["say", "state", "tell", "add"])


def is_outlet(name: str) -> bool:
    """Return whether a name is that of a paper, an agency or a station."""
    return _OUTLET_ALONE.fullmatch(name) is not None


def without_credit(text: str) -> str:
    """Return the text before a last "(Reuters)" or ", according to Reuters"."""
    credit = _LAST_CREDIT.search(text, max(0, len(text) - _MAX_CREDIT_CHARS))
    return text[: credit.start()] if credit else text


class Credits:
    """The outlets that an article credits, and where."""

    def __init__(self, body: str, sentences: Sequence[Span]) -> None:
        self._body = body
        self._sentences = sentences
        patterns = (_TOLD, _TOLD_ALONE, _REPORTED, _DESCRIBED)
        spans = {m.span("outlet") for p in patterns for m in p.finditer(body)}
        self._named = sorted(spans)
        self._bracketed = [m.span("outlet") for m in _IN_BRACKETS.finditer(body)]
        # The last credit in brackets counts for its paragraph.
        self._by_paragraph = {self._paragraph_start(span[0]): span for span in self._bracketed}
        self._of_article = self._find_article_credit()

    def outlet_at(self, position: int, speaker: Span | None) -> Span | None:
        """Return the outlet credited for what is said at a position of the body.

        It is that of the sentence, else of the paragraph, else the only one of the article, but
        never the speaker: nobody carries what is said in one's own paper.
        """
        for span in (
            self._in_sentence(position),
            self._by_paragraph.get(self._paragraph_start(position)),
            self._of_article,
        ):
            if span and not (speaker and self._is_speaker(span, speaker)):
                return Span.of(self._body, *span)
        return None

    def _is_speaker(self, span: tuple[int, int], speaker: Span) -> bool:
        if speaker.start <= span[0] < speaker.end:
            return not _CREDITED.search(self._body, speaker.start, span[0])
        return self._body[slice(*span)] in speaker.text

    def _in_sentence(self, position: int) -> tuple[int, int] | None:
        k = sentence_at(self._sentences, position)
        first = bisect_left(self._named, (self._sentences[k].start,))
        span = next(iter(self._named[first : first + 1]), None)
        return span if span and span[0] < self._sentences[k].end else None

    def _paragraph_start(self, position: int) -> int:
        return self._body.rfind("\n", 0, position) + 1

    def _find_article_credit(self) -> tuple[int, int] | None:
        """Return a dateline's credit, or the one outlet that all credits in brackets name."""
        start = len(self._body) - len(self._body.lstrip())
        if dateline := _DATELINE.match(self._body, start):
            return dateline.span("outlet")
        names = {self._body[slice(*span)] for span in self._bracketed}
        return self._bracketed[0] if len(names) == 1 else None


def attribute_to_speakers(
    parsed: ParsedText, attributions: Sequence[Attribution]
) -> list[Attribution]:
    """Return the attributions with the speakers whom outlets carry, where they name one.

    "Reuters, citing two officials, said": what the officials said, not that Reuters cites them.
    """
    resolved = [_attribute_to_speaker(parsed, attribution) for attribution in attributions]
    speaking = {i for attribution in resolved for i in attribution.source_words()}
    return [
        attribution
        for attribution in resolved
        if parsed.lower[attribution.cue] not in _CITING_FORMS
        or not speaking.issuperset(words_of(attribution.content))
    ]


def _attribute_to_speaker(parsed: ParsedText, attribution: Attribution) -> Attribution:
    if not _is_by_outlet(parsed, attribution):
        is_recorded = _is_by_recording(parsed, attribution)
        return (_recorded_in_sentence(parsed, attribution) if is_recorded else None) or attribution
    return (
        _reported_in_content(parsed, attribution)
        or _viewed_in_content(parsed, attribution)
        or _cited_in_sentence(parsed, attribution)
        or attribution
    )


def _is_by_outlet(parsed: ParsedText, attribution: Attribution) -> bool:
    return attribution.source is not None and is_outlet(parsed.span(attribution.source).text)


def _is_by_recording(parsed: ParsedText, attribution: Attribution) -> bool:
    """Return whether somebody speaks in it: according to a transcript, state television."""
    source = attribution.source
    if source is None or parsed.lower[attribution.cue] != "according":
        return False
    heads = (i for i in range(*source) if not source[0] <= parsed.head[i] < source[1])
    return any(parsed.lower[i] in RECORDINGS for i in heads)


def _recorded_in_sentence(parsed: ParsedText, attribution: Attribution) -> Attribution | None:
    """Return what the speaker of the sentence says: "Lee said, according to a transcript, that"."""
    cue = attribution.cue
    credit = {*range(cue - 1, cue + 2), *attribution.source_words()}
    for i in range(*parsed.sentence_of(cue)):
        if parsed.is_unquoted_verb(i, _SAYING_CLASSES) and i not in credit:
            inner = attribution_of_verb(parsed, i)
            words = [k for k in words_of(inner.content) if k not in credit] if inner else []
            if inner and inner.source and words and credit.isdisjoint(inner.source_words()):
                return replace(inner, content=to_runs(parsed, words))
    return None


def _reported_in_content(parsed: ParsedText, attribution: Attribution) -> Attribution | None:
    """Return what somebody says in an outlet's words: "officials said the fleet turned back"."""
    for i in words_of(attribution.content):
        if parsed.is_unquoted_verb(i, _SAYING_CLASSES):
            inner = attribution_of_verb(parsed, i)
            if inner and inner.source and inner.content and not _is_by_outlet(parsed, inner):
                return inner
    return None


def _viewed_in_content(parsed: ParsedText, attribution: Attribution) -> Attribution | None:
    """Return what people think in an outlet's words: "analysts saw in it an old quarrel"."""
    if parsed.lower[attribution.cue] != "according":
        return None
    for first, last in attribution.content:
        for i in range(first, last):
            if parsed.lower[i] not in VIEWING_FORMS or parsed.quotation[i]:
                continue
            for subject in parsed.children_by(i, "nsubj")[:1]:
                source = noun_phrase(parsed, subject, i)
                is_person = SPEAKER_CLASS.get(parsed.lower[subject]) == "person"
                if is_person and source and first <= source[0] < i:
                    words = [k for k in words_of(attribution.content) if k > i]
                    content, rule = to_runs(parsed, words), "view in a report"
                    return replace(attribution, cue=i, source=source, content=content, rule=rule)
    return None


def _cited_in_sentence(parsed: ParsedText, attribution: Attribution) -> Attribution | None:
    """Return the attribution with the source that the outlet cites."""
    for i in range(*parsed.sentence_of(attribution.cue)):
        if parsed.lower[i] not in _CITING_FORMS or parsed.quotation[i]:
            continue
        source = noun_phrase(parsed, parsed.first_child(i, "dobj"), i)
        if source and source[0] > i:
            content = [run for run in attribution.content if not run[0] <= source[0] < run[1]]
            return replace(attribution, source=source, content=content) if content else None
    return None
