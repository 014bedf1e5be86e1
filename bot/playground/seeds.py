"""The seeds as today's news: articles for one fixed day, moved to end a few minutes ago."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.intake.intake import Intake
from bot.model import Article
from bot.model.ports import Reader

log = structlog.get_logger(__name__)

# Fresh, and not from the future on a clock that is a little late.
NEWEST_ARTICLE_AGE = timedelta(minutes=12)


Seed = tuple[str, Article]  # its source and itself


async def read_seeds(folder: Path, reader: Reader, now: datetime) -> tuple[list[Seed], list[Seed]]:
    """Return the seeds' articles and their transcripts, with times that end a few minutes ago.

    Transcripts come in after the first digest, so that the second one shows them: records come out
    hours after what they record.
    """
    files = list(_find_seeds(folder))
    if not files:
        log.warning("the seeds are missing; the playground starts empty", folder=str(folder))
    parsed = [(source, await reader.parse(path.read_bytes())) for source, path in files]
    seeds = [(source, article) for source, result in parsed for article in result.articles]
    articles = [seed for seed in seeds if not seed[1].turns]
    return _move(articles, now), _move([seed for seed in seeds if seed[1].turns], now)


def _move(seeds: Sequence[Seed], now: datetime) -> list[Seed]:
    moved = shift_times([article for _, article in seeds], now)
    return [(source, article) for (source, _), article in zip(seeds, moved, strict=True)]


async def ingest_seeds(seeds: Sequence[Seed], intake: Intake) -> None:
    """Ingest seeds like other articles."""
    for source, article in seeds:
        await intake.ingest_articles([article], team=None, source=source, origin=source)


def reset_each_day(data: Path, now: datetime) -> None:
    """Delete the playground's data once a day, lest today's seeds repeat yesterday's stories."""
    data.mkdir(parents=True, exist_ok=True)
    last_day = data / "day"
    today = now.date().isoformat()
    if last_day.exists() and last_day.read_text(encoding="utf-8") == today:
        return
    for name in ("slack.json", "dateline.sqlite3", "dateline.sqlite3-wal", "dateline.sqlite3-shm"):
        (data / name).unlink(missing_ok=True)
    last_day.write_text(today, encoding="utf-8")


def shift_times(articles: Sequence[Article], now: datetime) -> list[Article]:
    """Move all times by one span, so that the newest article is NEWEST_ARTICLE_AGE old."""
    times = [article.published for article in articles if article.published]
    if not times:
        return list(articles)
    span = now - NEWEST_ARTICLE_AGE - max(times)
    return [
        replace(
            article,
            published=article.published and article.published + span,
            updated=article.updated and article.updated + span,
        )
        for article in articles
    ]


def _find_seeds(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each seed with its source, which is the name of its folder."""
    for path in sorted(folder.glob("*/*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.parent.name, path
