"""The seeds as today's news: what was written for one fixed day is moved to end a few minutes ago."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.intake.intake import Intake
from bot.model import Article
from bot.model.ports import Reader

log = structlog.get_logger(__name__)

# The newest article is so old: fresh, and not from the future on a clock that runs a little late.
NEWEST_ARTICLE_AGE = timedelta(minutes=12)


async def ingest_seeds(folder: Path, reader: Reader, intake: Intake, now: datetime) -> int:
    """Take the seeds in through the same door as everything else; how many articles they hold."""
    files = list(_files(folder))
    if not files:
        log.warning("the seeds are missing; the playground starts empty", folder=str(folder))
    parsed = [(source, await reader.parse(path.read_bytes())) for source, path in files]
    articles = [(source, article) for source, each in parsed for article in each.articles]
    moved = shift_times([article for _, article in articles], now)
    for (source, _), article in zip(articles, moved, strict=True):
        await intake.ingest_articles([article], team=None, source=source, origin=source)
    return len(moved)


def reset_each_day(data: Path, now: datetime) -> None:
    """Let each day begin afresh: yesterday's seeds would stand beside today's as the same stories."""
    data.mkdir(parents=True, exist_ok=True)
    mark = data / "day"
    today = now.date().isoformat()
    if mark.exists() and mark.read_text(encoding="utf-8") == today:
        return
    for name in ("slack.json", "dateline.sqlite3", "dateline.sqlite3-wal", "dateline.sqlite3-shm"):
        (data / name).unlink(missing_ok=True)
    mark.write_text(today, encoding="utf-8")


def shift_times(articles: Sequence[Article], now: datetime) -> list[Article]:
    """Move all times by one span, so that the newest article is NEWEST_AGE old; what has no time keeps none."""
    times = [article.published for article in articles if article.published]
    if not times:
        return list(articles)
    by = now - NEWEST_ARTICLE_AGE - max(times)
    return [
        replace(
            article,
            published=article.published and article.published + by,
            updated=article.updated and article.updated + by,
        )
        for article in articles
    ]


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give each seed with its source: the name of the sub-folder it lies in."""
    for path in sorted(folder.glob("*/*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.parent.name, path
