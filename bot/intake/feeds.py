"""Remote feeds: asked when they are due, politely, each item handed to the same door as a dropped file.

due -> fetch, one request a host at a time -> new items -> Intake -> when to ask again
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import structlog

from bot.intake.dedup import host_of
from bot.intake.discovery import feed_addresses, time_to_live
from bot.intake.intake import Intake
from bot.intake.pages import Pages, is_summary
from bot.model import Article, Feed, Format, ParsedFile
from bot.model.errors import (
    BotError,
    FeedEmpty,
    SourceUnavailable,
    SourceUnreadable,
    log_fields,
    our_fault,
)
from bot.model.ports import Clock, FetchedPage, Web
from bot.store import FeedStore

log = structlog.get_logger(__name__)

SOONEST, LATEST = timedelta(minutes=15), timedelta(hours=24)
# A newly added feed gives its newest few, so that a channel is not flooded.
NEWEST = 10
# After so many failures in a row a feed rests, and the channel that added it hears of it.
FAILURES_BEFORE_REST = 3
_HOSTS_AT_ONCE = 24
# Items are published a little before or after we hear of them.
_LEEWAY = timedelta(days=1)
_FEEDS = {Format.RSS, Format.ATOM, Format.JSONFEED}
_GONE = 410
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll did."""

    checked: int = 0
    articles: int = 0
    failed: int = 0


class FeedPoller:
    """Asks the feeds that are due; `poll` is called again and again."""

    def __init__(self, feeds: FeedStore, intake: Intake, web: Web, clock: Clock) -> None:
        self._feeds, self._intake, self._web, self._clock = feeds, intake, web, clock
        self._pages = Pages(intake, web, clock)
        self._polling = asyncio.Lock()
        self._hosts = asyncio.Semaphore(_HOSTS_AT_ONCE)

    async def poll(self) -> PollResult:
        """Check every feed that is due; a failing one is recorded and stops no other."""
        async with self._polling:
            by_host = await self._due()
            done = await asyncio.gather(*(self._check_host(feeds) for feeds in by_host.values()))
        results = [result for results in done for result in results]
        total = PollResult(
            checked=len(results),
            articles=sum(result.articles for result in results),
            failed=sum(result.failed for result in results),
        )
        if results:
            log.info(
                "feeds polled", checked=total.checked, articles=total.articles, failed=total.failed
            )
        return total

    async def due(self) -> tuple[int, ...]:
        """Give one feed of each host that has some due, for `poll_host`."""
        return tuple(feeds[0].id for feeds in (await self._due()).values())

    async def poll_host(self, feed: int) -> None:
        """Check the feeds that are due on the host of this one, one after the other.

        Each is put off before it is asked, so that no other machine asks as well.
        """
        for feeds in (await self._due()).values():
            if any(one.id == feed for one in feeds):
                later = self._clock.now() + SOONEST
                await self._check_host(
                    [one for one in feeds if await self._feeds.claim(one, later)]
                )

    async def _due(self) -> dict[str, list[Feed]]:
        by_host: dict[str, list[Feed]] = defaultdict(list)
        for feed in await self._feeds.get_due(self._clock.now()):
            by_host[_host(feed.url)].append(feed)
        return by_host

    async def add(self, url: str, team: str | None, asked_by: str | None = None) -> Feed:
        """Add a feed, or the one that the page at `url` names, and take in its newest few articles.

        `asked_by` is the channel that is told when it breaks (`delivery.notices`).
        Raises SourceUnreadable where there is no feed, SourceUnavailable or AddressRefused where nothing answers.
        """
        page, parsed = await self._feed_at(url)
        feed = await self._feeds.add(page.moved_to or page.url, team, self._clock.now(), asked_by)
        if feed.title is None:
            feed, _ = await self._took(feed, page, parsed)
        return feed

    async def _check_host(self, feeds: Iterable[Feed]) -> list[PollResult]:
        """One host's feeds, one after the other."""
        async with self._hosts:
            return [await self._check(feed) for feed in feeds]

    async def _check(self, feed: Feed) -> PollResult:
        try:
            page = await self._web.fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
            if not isinstance(page, FetchedPage):
                await self._feeds.save(self._well(feed, page.fresh_for))
                log.info("feed unchanged", feed=feed.id, host=_host(feed.url))
                return PollResult(checked=1)
            _, articles = await self._took(feed, page, await self._parsed(page))
        except (SourceUnavailable, SourceUnreadable) as e:
            return await self._failed(feed, e)
        except BotError:
            raise
        except Exception as e:  # noqa: BLE001 - one feed never stops the others
            log.error("feed put off", feed=feed.id, **log_fields(e))  # noqa: TRY400 - no message: it may hold its words
            return await self._failed(feed, our_fault(e))
        return PollResult(checked=1, articles=articles)

    async def _feed_at(self, url: str) -> tuple[FetchedPage, ParsedFile | None]:
        """The feed at this address, else the first that its page links to."""
        page = await self._fetched(url)
        try:
            return page, await self._parsed(page)
        except SourceUnreadable as e:
            for address in feed_addresses(page.data, page.url):
                try:
                    linked = await self._fetched(address)
                    return linked, await self._parsed(linked)
                except (SourceUnavailable, SourceUnreadable):
                    continue
            raise SourceUnreadable(
                "There is no feed at this address, and the page names none that can be read."
            ) from e

    async def _fetched(self, url: str) -> FetchedPage:
        page = await self._web.fetch(url)
        if not isinstance(page, FetchedPage):
            raise SourceUnavailable(
                url, "the server answered that nothing changed, to a first question"
            )
        return page

    async def _parsed(self, page: FetchedPage) -> ParsedFile | None:
        """What the feed holds; None for a feed without articles. Anything but a feed is unreadable here."""
        try:
            parsed = await self._intake.parse(page.data, encoding=page.encoding)
        except FeedEmpty:
            return None
        if parsed.format not in _FEEDS:
            raise SourceUnreadable("This is no feed (RSS, Atom or JSON Feed).")
        return parsed

    async def _took(
        self, feed: Feed, page: FetchedPage, parsed: ParsedFile | None
    ) -> tuple[Feed, int]:
        """Take in what is new, and record that the feed is well."""
        articles = parsed.articles if parsed else ()
        title = next((article.source for article in articles if article.source), None)
        title = feed.title or title or _host(page.url)
        new = [await self._pages.completed(article) for article in await self._new(feed, articles)]
        origin = f"//{host_of(page.url)}"
        taken = await self._intake.ingest_articles(
            new, team=feed.team, source=title, origin=origin, strict=False
        )
        waits = [wait for wait in (time_to_live(page.data), page.fresh_for) if wait]
        well = replace(
            self._well(feed, max(waits, default=None)),
            url=page.moved_to or feed.url,
            title=title,
            etag=page.etag,
            last_modified=page.last_modified,
        )
        await self._feeds.save(well)
        log.info(
            "feed taken", feed=feed.id, host=_host(page.url), items=len(articles), **taken.counts()
        )
        return well, len(taken.articles)

    async def _new(self, feed: Feed, articles: Sequence[Article]) -> list[Article]:
        """At first the newest few. Later what came out since the feed was added, and newer versions of what we have.

        Items without a time are new as long as they stand above the first one we know. A known item that is only
        a summary tells nothing newer: its text came from its page.
        """
        if feed.title is None:
            return sorted(
                articles, key=lambda article: article.published or _LONG_AGO, reverse=True
            )[:NEWEST]
        known = await self._intake.known(articles, team=feed.team, source=feed.title)
        below = next((place for place, is_known in enumerate(known) if is_known), len(articles))
        since = feed.added - _LEEWAY
        return [
            article
            for place, article in enumerate(articles)
            if (
                not is_summary(article)
                if known[place]
                else _is_since(article, since, above=place < below)
            )
        ]

    def _well(self, feed: Feed, wait: timedelta | None) -> Feed:
        pause = min(max(wait or SOONEST, SOONEST), LATEST)
        return replace(feed, failures=0, last_error=None, next_check=self._clock.now() + pause)

    async def _failed(self, feed: Feed, error: SourceUnavailable | SourceUnreadable) -> PollResult:
        """Record it; a feed that is gone ends, one that fails again and again rests longer and longer."""
        failures = feed.failures + 1
        gone = isinstance(error, SourceUnavailable) and error.status == _GONE
        asked = timedelta(
            seconds=(error.retry_after or 0.0) if isinstance(error, SourceUnavailable) else 0.0
        )
        pause = min(max(_pause(failures), asked), LATEST)
        next_check = None if gone else self._clock.now() + pause
        await self._feeds.save(
            replace(feed, failures=failures, last_error=error.reason, next_check=next_check)
        )
        log.warning(
            "feed failed",
            feed=feed.id,
            host=_host(feed.url),
            failures=failures,
            reason=error.reason,
        )
        return PollResult(checked=1, failed=1)


def _is_since(article: Article, since: datetime, *, above: bool) -> bool:
    return article.published >= since if article.published else above


def _pause(failures: int) -> timedelta:
    """A quarter of an hour at first; from the third failure on an hour, two, four, up to a day."""
    if failures < FAILURES_BEFORE_REST:
        return SOONEST
    return min(timedelta(hours=2 ** min(failures - FAILURES_BEFORE_REST, 10)), LATEST)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return "?"
