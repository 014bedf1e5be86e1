"""Which stories are worth reading whole for a digest? Judged at a glance: thousands of articles in milliseconds.

glances -> by story -> unseen, on topic -> weighed as choice.py weighs them -> best first
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.ports import Glance
from bot.stories.choice import speakers_of, weight
from bot.stories.corroboration import outlet
from bot.stories.topics import weight_at_a_glance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from bot.model import StoredArticle


def glance(stored: StoredArticle, dated: datetime) -> Glance:
    """Note what a choice needs to know of an article."""
    article, statements = stored.article, stored.analysis.statements
    published = article.published
    return Glance(
        story=stored.story,
        article=stored.id,
        seen=stored.seen.timestamp(),
        published=None if published is None else published.timestamp(),
        dated=dated.timestamp(),
        best=max((one.score for one in statements), default=0.0),
        outlet=outlet(stored),
        opening=stored.analysis.title.text if article.headline is None else article.headline,
        names="\n".join(sorted({one.actor.name.text for one in statements if one.actor})),
        speakers=tuple(sorted(speakers_of((stored,)))),
    )


def shortlist(
    glances: Iterable[Glance],
    *,
    posted: Collection[int],
    now: datetime,
    topics: tuple[str, ...] = (),
    mentioning: Collection[int] = (),
    may_repeat: bool = False,
) -> tuple[int, ...]:
    """Give the stories that `choose` would judge, those first that it would weigh most.

    `mentioning` are the articles that may be on one of the `topics`. Of one that holds a topic in its body alone,
    the place of it there is not known at a glance: it counts as one in the middle.
    """
    moment = now.timestamp()
    stories: dict[int, list[Glance]] = defaultdict(list)
    for one in glances:
        if may_repeat or one.article not in posted:
            stories[one.story].append(one)
    if topics:
        wanted = frozenset(mentioning)
        stories = {number: held for number, held in stories.items() if any(one.article in wanted for one in held)}
    weighed = [(-_weight(held, moment, topics), -number) for number, held in stories.items()]
    return tuple(-number for _, number in sorted(weighed))


def _weight(held: list[Glance], moment: float, topics: tuple[str, ...]) -> float:
    newest = max(
        one.published if one.published is not None and one.published <= moment else min(one.seen, moment)
        for one in held
    )
    return weight(
        outlets=len({one.outlet for one in held}),
        speakers=len({name for one in held for name in one.speakers}),
        statements=sum(one.best for one in held) / len(held),
        age=timedelta(seconds=moment - newest),
        topic=max((weight_at_a_glance(topics, one.opening, one.names) for one in held), default=0.0) if topics else 0.0,
    )
