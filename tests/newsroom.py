"""A fake newsroom with a vocabulary: articles, analyses and stories for tests, without the language room."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import (
    Actor,
    ActorKind,
    Analysis,
    Article,
    ArticlePart,
    AtTimes,
    Candidate,
    Citation,
    Digest,
    DigestEntry,
    NewArticle,
    QuotationType,
    Quote,
    SourceArticle,
    Span,
    Stance,
    Statement,
    StoredArticle,
    Story,
    Subscription,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday

BODY = (
    "Farland will not close its harbour, Prime Minister Mara Ilves said on Monday.\n\n"
    '"The ferries sail tomorrow," said Olen Tarr, head of the seamen\'s union.\n\n'
    "Nobody at the port authority answered calls."
)

_SENTENCE = re.compile(r"\S[^.!?]*[.!?]+[\"”’]?(?=\s|$)|\S[^\n]*")
# "…, Role Name said", "… said Name": enough of a grammar for sentences that tests write.
_NAME = r"[A-Z]\w+ [A-Z]\w+"
_CUE = r"said|denied|warned"
_SAID = re.compile(rf"(?P<before>{_NAME}) (?P<cue>{_CUE})|(?P<verb>{_CUE}) (?P<after>{_NAME})")


def later(**by: float) -> datetime:
    """Noon and so much: `later(hours=2)`."""
    return NOON + timedelta(**by)


def article(body: str = BODY, **fields: Any) -> Article:
    """An article on Farland's harbour, or one of your own; published at noon by the Farland Courier."""
    told = {
        "headline": "Farland keeps its harbour open",
        "source": "Farland Courier",
        "language": "en",
    }
    told |= {"published": NOON, "url": "https://courier.example/harbour"}
    return Article(body=body, **(told | fields))


def span(text: str, words: str) -> Span:
    """The place of `words` in `text`, which must hold them."""
    start = text.index(words)
    return Span.of(text, start, start + len(words))


def sentences(body: str) -> tuple[Span, ...]:
    """Cut where a full stop stands; tests write easy sentences."""
    return tuple(Span.of(body, *found.span()) for found in _SENTENCE.finditer(body))


def statement(
    body: str, content: str, *, name: str, role: str | None = None, cue: str = "said", **fields: Any
) -> Statement:
    """What `name` said, each part a place in the body."""
    words = span(body, content)
    around = next(s for s in sentences(body) if s.start <= words.start < s.end)
    actor = Actor(span(body, name), None if role is None else span(body, role), ActorKind.PERSON)
    told = {
        "form": QuotationType.INDIRECT,
        "stance": Stance.SAYS,
        "score": 0.5,
        "speaker": actor.name,
        "cue": span(body, cue),
    }
    return Statement(content=(words,), sentence=around, actor=actor, **(told | fields))


def statements(body: str) -> tuple[Statement, ...]:
    """One for each sentence with "Name Surname said" or "said Name Surname"; its content is what stands before."""
    found = []
    for sentence in sentences(body):
        if match := _SAID.search(body, sentence.start, sentence.end):
            name = "before" if match["before"] else "after"
            verb = "cue" if match["before"] else "verb"
            content = body[sentence.start : match.start()].rstrip(" ,") or sentence.text
            who = Span.of(body, *match.span(name))
            found.append(
                Statement(
                    content=(Span.of(body, sentence.start, sentence.start + len(content)),),
                    form=QuotationType.DIRECT if '"' in content else QuotationType.INDIRECT,
                    stance=Stance.SAYS,
                    sentence=sentence,
                    speaker=who,
                    actor=Actor(who, None, ActorKind.PERSON),
                    cue=Span.of(body, *match.span(verb)),
                    score=0.5,
                    found_by="newsroom",
                )
            )
    return tuple(found)


def terms(body: str) -> tuple[tuple[str, float], ...]:
    """The longer words, each once."""
    words = dict.fromkeys(word for word in re.findall(r"\w+", body.lower()) if len(word) > 5)
    return tuple((word, 1.0) for word in words)


def analysis_of(article: Article) -> Analysis:
    """A plausible analysis, all of whose spans hold."""
    found = sentences(article.body)
    return Analysis(
        language=article.language or "en",
        title=found[0],
        sentences=found,
        extract=found[:2],
        statements=statements(article.body),
        terms=terms(article.body),
    )


def stored(
    article: Article,
    *,
    number: int = 1,
    story: int = 1,
    team: str | None = None,
    seen: datetime = NOON,
) -> StoredArticle:
    """An article as the store gives it back."""
    return StoredArticle(number, story, team, seen, article, analysis_of(article))


def story(*articles: Article, number: int = 1) -> Story:
    """A story of these articles, newest first."""
    return Story(
        number,
        tuple(
            stored(each, number=place, story=number) for place, each in enumerate(articles, start=1)
        ),
    )


def new_article(
    article: Article, *, team: str | None = None, seen: datetime = NOON, identity: str | None = None
) -> NewArticle:
    """An article on its way into the store."""
    content = hashlib.sha256(f"{article.headline}\n{article.body}".encode()).hexdigest()
    named = identity or article.guid or content
    return NewArticle(named, content, article, analysis_of(article), team, seen)


def a_new_story(_: Sequence[Candidate]) -> None:
    """A choice for `put`: every article begins a story."""


def the_nearest(candidates: Sequence[Candidate]) -> int | None:
    """A choice for `put`: the first candidate's story."""
    return candidates[0].story if candidates else None


def citation(held: StoredArticle, words: str) -> Citation:
    """Words of a stored article's body, with their proof."""
    return Citation(held.id, ArticlePart.BODY, span(held.article.body, words))


def headline_of(held: StoredArticle) -> Citation:
    """The headline, or the title found in the body where the source gave none."""
    if held.article.headline is None:
        return Citation(held.id, ArticlePart.BODY, held.analysis.title)
    return Citation(
        held.id, ArticlePart.HEADLINE, Span.of(held.article.headline, 0, len(held.article.headline))
    )


def quote_of(held: StoredArticle, said: Statement) -> Quote:
    """A statement as a digest shows it."""

    def cite(words: Span | None) -> Citation | None:
        return None if words is None else Citation(held.id, ArticlePart.BODY, words)

    content = tuple(Citation(held.id, ArticlePart.BODY, words) for words in said.content)
    name, role = (said.actor.name, said.actor.role) if said.actor else (said.speaker, None)
    return Quote(
        content, said.form, said.stance, cite(name), cite(role), cite(said.cue), cite(said.via)
    )


def entry_of(story: Story, *, update: bool = False) -> DigestEntry:
    """A story as a digest shows it."""
    newest = story.articles[0]
    sources = tuple(
        SourceArticle(
            held.id,
            held.article.source,
            headline_of(held),
            held.article.url,
            held.article.published,
        )
        for held in story.articles
    )
    outlets = len({held.article.source for held in story.articles})
    return DigestEntry(
        story=story.id,
        headline=headline_of(newest),
        url=newest.article.url,
        published=newest.article.published or newest.seen,
        extract=tuple(
            Citation(newest.id, ArticlePart.BODY, words) for words in newest.analysis.extract
        ),
        statements=tuple(quote_of(newest, said) for said in newest.analysis.statements[:3]),
        rest=tuple(quote_of(newest, said) for said in newest.analysis.statements[3:]),
        sources=sources,
        outlets=outlets,
        independent=outlets,
        update=update,
    )


def digest_of(
    *stories: Story, made: datetime = NOON, zone: str = "Europe/Tallinn", topic: str | None = None
) -> Digest:
    """A digest of these stories, as they stand."""
    entries = tuple(entry_of(each) for each in stories)
    return Digest(
        made=made, zone=zone, since=made - timedelta(days=1), topic=topic, entries=entries
    )


def subscription(channel: str = "C0HARBOUR", **fields: Any) -> Subscription:
    """A channel's standing order: weekdays at 08:30 in Tallinn, due at noon."""
    told = {
        "team": "T0FARLAND",
        "created_by": "U0EDITOR",
        "cadence": AtTimes(),
        "zone": "Europe/Tallinn",
        "next_due": NOON,
    }
    return Subscription(channel=channel, **(told | fields))
