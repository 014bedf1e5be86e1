"""Builders for tests: articles, statements, stories, digests and subscriptions, all made up."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import (
    Actor,
    ActorKind,
    Analysis,
    Article,
    AtTimes,
    Candidate,
    Digest,
    NewArticle,
    Placement,
    QuotationType,
    Span,
    Stance,
    Statement,
    StoredArticle,
    Story,
    Subscription,
)
from bot.stories.choice import Choice, FitStory
from bot.stories.composition import compose

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday

BODY = (
    "Farland will not close its harbour, Prime Minister Mara Ilves said on Monday.\n\n"
    '"The ferries sail tomorrow," said Olen Tarr, head of the seamen\'s union.\n\n'
    "Nobody at the port authority answered calls."
)
HARBOUR = (
    "Mayor Ilse Varga said the new harbour wall would be finished before the winter storms. "
    "“We will not ask our fishermen to wait another year,” she told reporters in Lower Sund. "
    "Harbour engineer Tomas Brandt warned that two of the six cranes had failed inspection. "
    "The wall has cost the town nine million crowns so far. "
    "Residents gathered on the pier on Friday, according to the Sund Courier."
)
FERRY = (
    "The ferry line to Grey Island will stop on 1 March. "
    "Its owner, Petra Olin, said the route had lost money for eleven years. "
    "“Nobody told us,” said island council chair Jon Rask. "
    "About four hundred people live on the island all year."
)

_SENTENCE = re.compile(r"\S[^.!?]*[.!?]+[\"”’]?(?=\s|$)|\S[^\n]*")
# "…, Role Name said", "… said Name": enough of a grammar for sentences that tests write.
_NAME = r"[A-Z]\w+ [A-Z]\w+"
_CUE = r"said|denied|warned"
_SAID = re.compile(rf"(?P<before>{_NAME}) (?P<cue>{_CUE})|(?P<verb>{_CUE}) (?P<after>{_NAME})")


def later(**by: float) -> datetime:
    """Return the time so long after noon, as in `later(hours=2)`."""
    return NOON + timedelta(**by)


EVENING = later(hours=8)


def span(text: str, words: str) -> Span:
    """Return the first occurrence of `words` in `text`, which must contain them."""
    start = text.index(words)
    return Span.of(text, start, start + len(words))


def sentences(body: str) -> tuple[Span, ...]:
    """Split at full stops, which is enough for the simple sentences of tests."""
    return tuple(Span.of(body, *match.span()) for match in _SENTENCE.finditer(body))


def statement(
    body: str,
    name: str | None,
    words: str,
    *,
    cue: str | None = "said",
    role: str | None = None,
    via: str | None = None,
    form: QuotationType = QuotationType.INDIRECT,
    kind: ActorKind = ActorKind.PERSON,
    score: float = 0.5,
    runs_on: bool = False,
) -> Statement:
    """Return a statement by `name` whose parts are spans of the body.

    In `words`, `|` separates the pieces of one statement. Its line has a colon after the cue, or if
    it `runs_on` the words as they follow the cue.
    """
    content = tuple(span(body, piece) for piece in words.split("|"))
    speaker = span(body, name) if name else None
    around = [
        sentence
        for sentence in sentences(body)
        if sentence.start <= content[0].start < sentence.end
    ]
    verb = span(body, cue) if cue else None
    line = (Span.of(body, verb.start, content[-1].end),) if verb and runs_on else content
    return Statement(
        content=content,
        form=form,
        stance=Stance.SAYS,
        sentence=around[0] if around else Span.of(body, 0, len(body)),
        speaker=speaker,
        actor=Actor(speaker, span(body, role) if role else None, kind) if speaker else None,
        cue=verb,
        via=span(body, via) if via else None,
        score=score,
        line=line,
        introduction=verb if verb and not runs_on else None,
    )


def find_statements(body: str) -> tuple[Statement, ...]:
    """Return a statement for each sentence with "Name Surname said" or "said Name Surname"."""
    statements = []
    for sentence in sentences(body):
        if match := _SAID.search(body, sentence.start, sentence.end):
            name, cue = ("before", "cue") if match["before"] else ("after", "verb")
            verb = Span.of(body, *match.span(cue))
            words = body[sentence.start : match.start()].rstrip(" ,") or sentence.text
            speaker = Span.of(body, *match.span(name))
            content = (Span.of(body, sentence.start, sentence.start + len(words)),)
            statements.append(
                Statement(
                    content=content,
                    form=QuotationType.DIRECT if '"' in words else QuotationType.INDIRECT,
                    stance=Stance.SAYS,
                    sentence=sentence,
                    speaker=speaker,
                    actor=Actor(speaker, None, ActorKind.PERSON),
                    cue=verb,
                    score=0.5,
                    found_by="tests",
                    line=content,
                    introduction=verb,
                )
            )
    return tuple(statements)


def analysis(
    body: str,
    *statements: Statement,
    terms: tuple[tuple[str, float], ...] = (),
    language: str = "en",
) -> Analysis:
    """Return an analysis whose title and extract are the body's first sentences."""
    every = sentences(body) or (Span.of(body, 0, len(body)),)
    ranked = tuple(sorted(statements, key=lambda statement: -statement.score))
    return Analysis(language, every[0], every, every[:3], ranked, terms)


def analysis_of(article: Article) -> Analysis:
    """Return a plausible analysis: statements by a simple rule, and the longer words as terms."""
    words = [word for word in re.findall(r"\w+", article.body.lower()) if len(word) > 5]
    return analysis(
        article.body,
        *find_statements(article.body),
        terms=tuple((word, 1.0) for word in dict.fromkeys(words)),
        language=article.language or "en",
    )


def article(body: str = BODY, **fields: Any) -> Article:
    """Return an article on Farland's harbour, by default of noon and the Farland Courier."""
    defaults = {
        "headline": "Farland keeps its harbour open",
        "source": "Farland Courier",
        "language": "en",
        "published": NOON,
        "url": "https://courier.example/harbour",
    }
    return Article(body=body, **(defaults | fields))


def stored(
    article: Article,
    *,
    number: int = 1,
    story: int = 1,
    team: str | None = None,
    seen: datetime = NOON,
) -> StoredArticle:
    """Return an article as the store returns it."""
    return StoredArticle(number, story, team, seen, article, analysis_of(article))


def story(*articles: Article, number: int = 1) -> Story:
    """Return a story of these articles, newest first."""
    return Story(
        number,
        tuple(
            stored(each, number=place, story=number) for place, each in enumerate(articles, start=1)
        ),
    )


def new_article(
    article: Article,
    *,
    team: str | None = None,
    seen: datetime = NOON,
    identity: str | None = None,
    origin: str = "",
) -> NewArticle:
    """Return an article ready for the store."""
    content = hashlib.sha256(f"{article.headline}\n{article.body}".encode()).hexdigest()
    key = identity or article.guid or content
    return NewArticle(key, content, article, analysis_of(article), team, seen, origin)


def picked_numbers(choice: Choice) -> list[int]:
    """Return the numbers of the stories picked, in order."""
    return [picked.story.id for picked in choice.picked]


def choose_new_story(_: Sequence[Candidate]) -> None:
    """Choose a story for `put`: every article begins its own."""


def choose_nearest_story(candidates: Sequence[Candidate]) -> Placement | None:
    """Choose a story for `put`: that of the first candidate."""
    return Placement(candidates[0].story) if candidates else None


def digest_of(
    *stories: Story, made: datetime = NOON, zone: str = "Europe/Tallinn", topic: str | None = None
) -> Digest:
    """Return a digest of these stories, complete and in this order."""
    choice = Choice(tuple(FitStory(each, each.articles) for each in stories))
    return compose(choice, now=made, zone=zone, since=made - timedelta(days=1), topic=topic)


def subscription(channel: str = "C0HARBOUR", **fields: Any) -> Subscription:
    """Return a channel's subscription: weekdays at 08:30 in Tallinn, due at noon."""
    defaults = {
        "team": "T0FARLAND",
        "created_by": "U0EDITOR",
        "cadence": AtTimes(),
        "zone": "Europe/Tallinn",
        "next_due": NOON,
    }
    return Subscription(channel=channel, **(defaults | fields))


@dataclass
class StoryBuilder:
    """Build stories article by article, and number the articles."""

    now: datetime = NOON
    articles: list[StoredArticle] = field(default_factory=list)

    def article(
        self,
        body: str,
        *statements: Statement,
        headline: str | None = None,
        source: str | None = None,
        url: str | None = None,
        story: int = 1,
        hours: float = 1,
        terms: tuple[tuple[str, float], ...] = (),
        published: datetime | None = None,
    ) -> StoredArticle:
        """Add an article, first seen so many hours ago."""
        seen = self.now - timedelta(hours=hours)
        stored = StoredArticle(
            len(self.articles) + 1,
            story,
            None,
            seen,
            Article(body, headline, None, source, published=published or seen, url=url),
            analysis(body, *statements, terms=terms),
        )
        self.articles.append(stored)
        return stored

    def harbour(self, **fields: Any) -> StoredArticle:
        """Add the harbour story: three speakers, one of them quoted."""
        defaults = {"headline": "Sund's harbour wall to stand by winter", "source": "Northern Wire"}
        return self.article(
            HARBOUR,
            statement(
                HARBOUR,
                "Ilse Varga",
                "the new harbour wall would be finished before the winter storms",
                role="Mayor",
                score=0.9,
            ),
            statement(
                HARBOUR,
                "Ilse Varga",
                "“We will not ask our fishermen to wait another year,”",
                cue="told",
                form=QuotationType.DIRECT,
                score=0.3,
            ),
            statement(
                HARBOUR,
                "Tomas Brandt",
                "two of the six cranes had failed inspection",
                cue="warned",
                role="Harbour engineer",
                score=0.7,
            ),
            statement(
                HARBOUR,
                "Sund Courier",
                "Residents gathered on the pier on Friday",
                cue="according to",
                kind=ActorKind.ORGANISATION,
                via="Sund Courier",
                score=0.4,
            ),
            **(defaults | fields),
        )

    def ferry(self, **fields: Any) -> StoredArticle:
        """Add the ferry story."""
        defaults = {"headline": "Grey Island loses its ferry", "source": "Coast Radio", "story": 2}
        return self.article(
            FERRY,
            statement(
                FERRY,
                "Petra Olin",
                "the route had lost money for eleven years",
                role="owner",
                score=0.6,
            ),
            statement(
                FERRY,
                "Jon Rask",
                "“Nobody told us,”",
                role="island council chair",
                form=QuotationType.DIRECT,
                score=0.7,
            ),
            **(defaults | fields),
        )

    def stories(self) -> tuple[Story, ...]:
        """Return all articles by story, the newest first in each."""
        newest_first = sorted(
            self.articles, key=lambda article: (article.seen, article.id), reverse=True
        )
        numbers = dict.fromkeys(article.story for article in self.articles)
        return tuple(
            Story(number, tuple(article for article in newest_first if article.story == number))
            for number in numbers
        )
