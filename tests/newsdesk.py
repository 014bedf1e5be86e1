"""Makes articles, statements and stories for tests, in a vocabulary of its own; people and places are made up."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.model import (
    Actor,
    ActorKind,
    Analysis,
    Article,
    QuotationType,
    Span,
    Stance,
    Statement,
    StoredArticle,
    Story,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

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


def find(body: str, words: str | None) -> Span | None:
    """Slice the first place of these words; None for None."""
    if words is None:
        return None
    start = body.index(words)
    return Span.of(body, start, start + len(words))


@lru_cache(maxsize=4)  # `said` asks for each statement of a body
def sentences(body: str) -> tuple[Span, ...]:
    """Cut at full stops and closing marks: enough for texts of our own."""
    spans, start = [], 0
    for place, mark in enumerate(body):
        end = place + 1
        if (
            mark in ".!?”"
            and (end == len(body) or body[end] in " \n")
            and not body[end : end + 2].strip().islower()
        ):
            spans.append(Span.of(body, start, end))
            start = end + 1
    return tuple(span for span in spans if span.text.strip())


def said(
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
) -> Statement:
    """Somebody said these words of the body; `a|b` are two pieces."""
    content = tuple(span for piece in words.split("|") if (span := find(body, piece)))
    speaker = find(body, name)
    holding = [s for s in sentences(body) if s.start <= content[0].start < s.end]
    return Statement(
        content=content,
        form=form,
        stance=Stance.SAYS,
        sentence=holding[0] if holding else Span.of(body, 0, len(body)),
        speaker=speaker,
        actor=Actor(speaker, find(body, role), kind) if speaker else None,
        cue=find(body, cue),
        via=find(body, via),
        score=score,
    )


def analysed(
    body: str, *statements: Statement, terms: tuple[tuple[str, float], ...] = ()
) -> Analysis:
    """An analysis whose title and extract are the body's first sentences."""
    found = sentences(body) or (Span.of(body, 0, len(body)),)
    ranked = tuple(sorted(statements, key=lambda statement: -statement.score))
    return Analysis("en", found[0], found, found[:3], ranked, terms)


@dataclass
class Newsdesk:
    """Numbers articles as they are filed."""

    now: datetime = NOON
    filed: list[StoredArticle] = field(default_factory=list)

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
        """File an article, first seen so many hours ago."""
        seen = self.now - timedelta(hours=hours)
        article = Article(body, headline, None, source, published=published or seen, url=url)
        stored = StoredArticle(
            len(self.filed) + 1,
            story,
            None,
            seen,
            article,
            analysed(body, *statements, terms=terms),
        )
        self.filed.append(stored)
        return stored

    def harbour(self, **told: object) -> StoredArticle:
        """File the harbour story: three speakers, one of them quoted."""
        return self.article(
            HARBOUR,
            said(
                HARBOUR,
                "Ilse Varga",
                "the new harbour wall would be finished before the winter storms",
                role="Mayor",
                score=0.9,
            ),
            said(
                HARBOUR,
                "Ilse Varga",
                "“We will not ask our fishermen to wait another year,”",
                cue="told",
                form=QuotationType.DIRECT,
                score=0.8,
            ),
            said(
                HARBOUR,
                "Tomas Brandt",
                "two of the six cranes had failed inspection",
                cue="warned",
                role="Harbour engineer",
                score=0.7,
            ),
            said(
                HARBOUR,
                "Sund Courier",
                "Residents gathered on the pier on Friday",
                cue="according to",
                kind=ActorKind.ORGANISATION,
                via="Sund Courier",
                score=0.3,
            ),
            **{
                "headline": "Sund's harbour wall to stand by winter",
                "source": "Northern Wire",
                **told,
            },  # type: ignore[arg-type]
        )

    def ferry(self, **told: object) -> StoredArticle:
        """File the ferry story."""
        return self.article(
            FERRY,
            said(
                FERRY,
                "Petra Olin",
                "the route had lost money for eleven years",
                role="owner",
                score=0.6,
            ),
            said(
                FERRY,
                "Jon Rask",
                "“Nobody told us,”",
                role="island council chair",
                form=QuotationType.DIRECT,
                score=0.7,
            ),
            **{
                "headline": "Grey Island loses its ferry",
                "source": "Coast Radio",
                "story": 2,
                **told,
            },  # type: ignore[arg-type]
        )

    def stories(self) -> tuple[Story, ...]:
        """Everything filed, by story, newest first."""
        numbers = dict.fromkeys(stored.story for stored in self.filed)
        return tuple(
            Story(
                number,
                tuple(
                    sorted(
                        (s for s in self.filed if s.story == number),
                        key=lambda s: (s.seen, s.id),
                        reverse=True,
                    )
                ),
            )
            for number in numbers
        )
