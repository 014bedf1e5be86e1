"""What does a channel want, and what has it had? Gathered from the store for those who choose its stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Leaning, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Taste
    from bot.ports import Deliveries, Tastes

# A vote on a story weighs for so long.
_REMEMBERED = timedelta(days=90)


async def taste_of(tastes: Tastes, team: str, channel: str, asked: Taste, now: datetime) -> Taste:
    """Add to what was asked for whom the channel follows and mutes, and what it called useful."""
    wishes = await tastes.wishes(team, channel)
    votes = await tastes.votes(team, channel, now - _REMEMBERED)
    return replace(
        asked,
        followed=tuple(wish.name for wish in wishes if wish.leaning is Leaning.FOLLOW),
        muted=tuple(wish.name for wish in wishes if wish.leaning is Leaning.MUTE),
        verdicts=tuple(Verdict(vote.story, vote.useful, vote.terms, vote.actors) for vote in votes),
    )


async def had(ledger: Deliveries, team: str, channel: str) -> frozenset[int]:
    """Give the articles that the channel was shown, or is being shown now."""
    return await ledger.posted_articles(team, channel) | await ledger.on_the_way(team, channel)
