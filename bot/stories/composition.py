"""What a digest shows of each story: headline, extract, who said what, sources; all of it cited.

picked articles -> the one that leads -> statements, each once -> an extract beside them -> sources
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import ActorKind, Citation, Digest, Entry, Form, Part, Quote, Source, Span
from bot.stories.corroboration import corroborate
from bot.stories.naming import is_same_actor
from bot.stories.points import appeared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from bot.model import Statement, StoredArticle
    from bot.stories.choice import Choice, Picked

_KEY_STATEMENTS = 3
_EXTRACT_SENTENCES = 2
# Two sentences of news are some 300 characters; a longer pair is cut to its first.
_EXTRACT_ROOM = 420
# What a reader of a thread can use; a story of more is read in its sources.
_OTHER_STATEMENTS = 40
_ARTICLES_READ = 40
_WORD = re.compile(r"\w+")
# The conjunction that opens reported words ("said that the wall..."), told from the pronoun ("said that was wrong")
# and the determiner ("called that sum too small") by what follows it. In doubt it stays.
_CONJUNCTION = re.compile(
    r"that(?:,\s+|\s+(?=[A-Z\d$€£“\"]|(?:an?|the|th[eo]se|this|his|her|its|their|our|my|your|no|not|any|some|all|each|every"
    r"|both|few|many|most|more|several|one|two|three|four|five|six|seven|eight|nine|ten|he|she|it|we|they|you|there"
    r"|nobody|everybody|everyone|nothing|if|when|while|although|because|since|after|before|until|unless|despite|in|on|at"
    r"|by|for|from|with|without|under|about)\b"
    r"|\w+s (?:are|were|have|had|would|will|can|could|may|might|must|should|did|do)\b))"
)


def compose(
    choice: Choice,
    *,
    now: datetime,
    zone: str,
    since: datetime,
    topic: str | None,
    muted: Collection[str] = (),
) -> Digest:
    """Make the digest of a choice; what a channel has seen of an update is left out of it, and what `muted` say."""
    entries = tuple(_entry(picked, now, muted) for picked in choice.picked)
    return Digest(now, zone, since, topic, entries, choice.left_out)


def quote(statement: Statement, article: int) -> Quote:
    """Cite a statement of a stored article."""

    def cite(span: Span | None) -> Citation | None:
        return None if span is None else Citation(article, Part.BODY, span)

    actor = statement.actor
    return Quote(
        content=tuple(Citation(article, Part.BODY, span) for span in _shown(statement)),
        form=statement.form,
        stance=statement.stance,
        name=cite(actor.name if actor else statement.speaker),
        role=cite(actor.role if actor else None),
        cue=cite(statement.cue),
        via=cite(statement.via),
        sentence=cite(statement.sentence),
    )


def _shown(statement: Statement) -> tuple[Span, ...]:
    """Give the words to show: those of an indirect statement begin after the conjunction "that"."""
    first, *rest = statement.content
    opening = _CONJUNCTION.match(first.text) if statement.form is Form.INDIRECT else None
    if opening is None:
        return statement.content
    return Span(first.start + opening.end(), first.end, first.text[opening.end() :]), *rest


def headline(stored: StoredArticle) -> Citation:
    """Cite an article's headline, or the opening that stands for it where its source gave none."""
    words = stored.article.headline
    if words and words.strip():
        return Citation(stored.id, Part.HEADLINE, Span.of(words, 0, len(words)))
    return Citation(stored.id, Part.BODY, stored.analysis.title)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A statement with the article it was found in.

    `words` are what was said without case and marks; `speaker` is a last name, or what stands for it.
    """

    statement: Statement
    stored: StoredArticle
    named: bool
    speaker: str
    words: str

    @classmethod
    def of(cls, statement: Statement, stored: StoredArticle) -> _Heard:
        """Note what tells the statement from others."""
        actor = statement.actor
        name = actor.name if actor else statement.speaker
        return cls(
            statement,
            stored,
            named=actor is not None and actor.kind is not ActorKind.UNNAMED,
            speaker=name.text.casefold().split()[-1] if name and name.text.strip() else "",
            words=_bare(" ".join(span.text for span in statement.content)),
        )


def _entry(picked: Picked, now: datetime, muted: Collection[str] = ()) -> Entry:
    newest_first = sorted(picked.articles, key=lambda stored: (appeared(stored, now), stored.id), reverse=True)
    lead = _lead(newest_first)
    title = headline(lead)
    heard = [one for one in _heard_once(newest_first[:_ARTICLES_READ]) if not _is_muted(one, muted)]
    key = _key_statements(heard)
    told = corroborate(newest_first[:_ARTICLES_READ])
    rest = [one for one in heard if one not in key][:_OTHER_STATEMENTS]
    return Entry(
        story=picked.story.id,
        headline=title,
        url=lead.article.url,
        published=appeared(newest_first[0], now),
        extract=_extract(lead, title, key, muted),
        statements=tuple(quote(one.statement, one.stored.id) for one in key),
        rest=tuple(quote(one.statement, one.stored.id) for one in rest),
        sources=tuple(_source(stored) for stored in newest_first),
        outlets=told.outlets,
        independent=told.independent,
        update=picked.update,
    )


def _lead(newest_first: Sequence[StoredArticle]) -> StoredArticle:
    """Give the newest of the articles that tell the story best: a headline, named speakers, more than a line."""
    return max(
        newest_first,
        key=lambda stored: (
            bool(stored.article.headline),
            min(_KEY_STATEMENTS, sum(_Heard.of(s, stored).named for s in stored.analysis.statements)),
            min(_EXTRACT_SENTENCES, len(stored.analysis.extract)),
        ),
    )


def _heard_once(newest_first: Sequence[StoredArticle]) -> list[_Heard]:
    """Give all statements, named speakers first, then best first; the same words once, from who had them first."""
    heard = [_Heard.of(one, stored) for stored in reversed(newest_first) for one in stored.analysis.statements]
    kept: list[_Heard] = []
    for one in sorted(heard, key=lambda one: (not one.named, -one.statement.score)):
        if one.words and not any(_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _is_muted(heard: _Heard, muted: Collection[str]) -> bool:
    actor = heard.statement.actor
    return actor is not None and any(is_same_actor(actor.name.text, name) for name in muted)


def _same(one: _Heard, other: _Heard) -> bool:
    """Whether two statements are one: papers shorten what they copy, so one may hold the other.

    Short words prove nothing where the speakers differ, and two named people never share a statement.
    """
    if one.named and other.named and one.speaker != other.speaker:
        return False
    shorter, longer = sorted((one.words, other.words), key=len)
    if shorter.count(" ") < (2 if one.speaker == other.speaker else 6):
        return shorter == longer and one.speaker == other.speaker
    return f" {shorter} " in f" {longer} "


def _key_statements(heard: Sequence[_Heard]) -> list[_Heard]:
    """Give the best of each speaker first: three people say more than one person three times."""
    turns: Counter[str] = Counter()
    ranked = []
    for place, one in enumerate(heard):
        ranked.append((not one.named, turns[one.speaker], place))
        turns[one.speaker] += 1
    return [heard[place] for *_, place in sorted(ranked)[:_KEY_STATEMENTS]]


def _extract(
    lead: StoredArticle, title: Citation, key: Iterable[_Heard], muted: Collection[str]
) -> tuple[Citation, ...]:
    """Give one or two of the lead's best sentences in text order, saying what headline and statements do not.

    Where every sentence is in a statement, the best of them stands all the same; what `muted` say never does.
    """
    quoted = list(key)
    silent = [one.sentence for one in lead.analysis.statements if muted and _is_muted(_Heard.of(one, lead), muted)]
    fresh = [
        sentence
        for sentence in lead.analysis.extract
        if not _repeats(sentence, title) and not any(_overlap(sentence, other) for other in silent)
    ]
    apart = [sentence for sentence in fresh if not any(one.words in _bare(sentence.text) for one in quoted)]
    chosen = (apart or fresh[:1])[:_EXTRACT_SENTENCES]
    if sum(len(sentence.text) for sentence in chosen) > _EXTRACT_ROOM:
        chosen = chosen[:1]
    return tuple(Citation(lead.id, Part.BODY, sentence) for sentence in sorted(chosen, key=lambda span: span.start))


def _repeats(sentence: Span, title: Citation) -> bool:
    if title.part is Part.BODY and _overlap(sentence, title.span):
        return True
    said, headed = (_WORD.findall(text.casefold()) for text in (sentence.text, title.span.text))
    return bool(said) and len(set(said) & set(headed)) >= 0.8 * len(set(said))


def _bare(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _source(stored: StoredArticle) -> Source:
    article = stored.article
    return Source(
        stored.id,
        article.source,
        headline(stored),
        article.url,
        article.published,
        show=stored.policy.show,
        correction=article.correction,
    )
