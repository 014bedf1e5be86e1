"""Poll remote feeds politely when they are due, and hand what is new to the intake.

due -> fetch, one request a host at a time -> new items -> Intake -> time of the next poll
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import structlog

from bot.intake import messages
from bot.intake.dedup import identify, newest_of_each
from bot.intake.feed_discovery import find_feed_links
from bot.intake.feed_pages import FullTextFetcher, is_summary, time_to_live
from bot.intake.intake import Intake, fetch_page, our_faults_logged
from bot.model import Article, Feed, Format, FoundFeed
from bot.model.errors import FeedEmpty, SourceUnavailable, SourceUnreadable
from bot.model.hosts import hostname_of, site_of
from bot.model.ports import Clock, FetchedPage, Web
from bot.store.sources import MAX_POLL_INTERVAL, FeedStore

log = structlog.get_logger(__name__)

MIN_POLL_INTERVAL = timedelta(minutes=15)
# A newly added feed gives its newest few, so that a channel is not flooded.
MAX_FIRST_ARTICLES = 10
# After so many failures in a row a feed is polled less, and the channel that added it is told.
FAILURES_BEFORE_REST = 3
_MAX_PARALLEL_HOSTS = 24
_MARK_CHARS = 12
_FEED_FORMATS = {Format.RSS, Format.ATOM, Format.JSONFEED, Format.SITEMAP, Format.WORDPRESS}
_HTTP_GONE = 410
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PollResult:
    """How many feeds one poll checked, how many articles it took in, how many feeds failed."""

    checked: int = 0
    articles: int = 0
    failed: int = 0


class FeedPoller:
    """Poll the feeds that are due; `poll` is called again and again."""

    def __init__(self, feeds: FeedStore, intake: Intake, web: Web, clock: Clock) -> None:
        self._feeds, self._intake, self._web, self._clock = feeds, intake, web, clock
        self._full_text = FullTextFetcher(intake, web, clock)
        self._poll_lock = asyncio.Lock()
        self._host_slots = asyncio.Semaphore(_MAX_PARALLEL_HOSTS)

    async def poll(self) -> PollResult:
        """Check every feed that is due; a failing one is recorded and stops no other."""
        async with self._poll_lock:
            by_host = await self._due_by_host()
            checks = await asyncio.gather(*(self._check_host(feeds) for feeds in by_host.values()))
        counts = [count for host_counts in checks for count in host_counts]
        result = PollResult(len(counts), sum(count or 0 for count in counts), counts.count(None))
        if counts:
            log.info("feeds polled", **asdict(result))
        return result

    async def due(self) -> tuple[int, ...]:
        """Return the id of one feed of each host that has some due, for `poll_host`."""
        return tuple(feeds[0].id for feeds in (await self._due_by_host()).values())

    async def poll_host(self, feed_id: int) -> None:
        """Check the feeds that are due on the host of this one, one after the other.

        Each is put off before it is fetched, so that no other machine fetches it as well.
        """
        for feeds in (await self._due_by_host()).values():
            if any(feed.id == feed_id for feed in feeds):
                later = self._clock.now() + MIN_POLL_INTERVAL
                await self._check_host(
                    [feed for feed in feeds if await self._feeds.claim(feed, later)]
                )

    async def add(self, url: str, team: str | None, asked_by: str | None = None) -> Feed:
        """Add a feed, or the one that the page at `url` links to, and take in its newest articles.

        `asked_by` is the channel that is told when the feed breaks (`delivery.notices`). Raise
        SourceUnreadable where there is no feed, SourceUnavailable or AddressRefused where nothing
        answers.
        """
        page, articles = await self._find_feed(url)
        feed = await self._feeds.add(page.moved_to or page.url, team, self._clock.now(), asked_by)
        if feed.title is None:
            feed, _ = await self._ingest(feed, page, articles)
        return feed

    async def look(self, url: str) -> FoundFeed:
        """Return the feed that `add` would add; raise what that raises."""
        page, articles = await self._find_feed(url)
        newest = tuple(_newest_first(articles))
        return FoundFeed(page.moved_to or page.url, _name_feed(articles, page), newest)

    async def _due_by_host(self) -> dict[str, list[Feed]]:
        by_host: dict[str, list[Feed]] = defaultdict(list)
        for feed in await self._feeds.get_due(self._clock.now()):
            by_host[_host(feed.url)].append(feed)
        return by_host

    async def _check_host(self, feeds: Iterable[Feed]) -> list[int | None]:
        async with self._host_slots:
            return [await self._check(feed) for feed in feeds]

    async def _check(self, feed: Feed) -> int | None:
        """Return how many articles a feed brought, or None where it failed."""
        etag, modified = feed.etag, feed.last_modified
        try:
            with our_faults_logged("feed put off", feed=feed.id):
                page = await self._web.fetch(feed.url, etag=etag, last_modified=modified)
                if isinstance(page, FetchedPage):
                    _, count = await self._ingest(feed, page, await self._parse(page))
                    return count
                await self._feeds.save(self._schedule_next(feed, page.fresh_for))
                log.info("feed unchanged", feed=feed.id, host=_host(feed.url))
                return 0
        except (SourceUnavailable, SourceUnreadable) as e:
            await self._record_failure(feed, e)
            return None

    async def _find_feed(self, url: str) -> tuple[FetchedPage, tuple[Article, ...]]:
        """Fetch the feed at this address, else the first that its page links to."""
        page = await fetch_page(self._web, url)
        try:
            return page, await self._parse(page)
        except SourceUnreadable as e:
            for link in find_feed_links(page.data, page.url):
                with suppress(SourceUnavailable, SourceUnreadable):
                    linked = await fetch_page(self._web, link)
                    return linked, await self._parse(linked)
            raise SourceUnreadable(messages.text("no_feed_here")) from e

    async def _parse(self, page: FetchedPage) -> tuple[Article, ...]:
        """Return the feed's articles; it may have none. Raise SourceUnreadable if it is no feed."""
        try:
            parsed = await self._intake.parse(page)
        except FeedEmpty:
            return ()
        if parsed.format not in _FEED_FORMATS:
            raise SourceUnreadable(messages.text("not_a_feed"))
        return parsed.articles

    async def _ingest(
        self, feed: Feed, page: FetchedPage, articles: Sequence[Article]
    ) -> tuple[Feed, int]:
        """Take in what is new and save the feed; return it and the number of new articles."""
        title = feed.title or _name_feed(articles, page)
        articles = newest_of_each(articles, title)
        selected, left_out = await self._select_new(feed, title, articles)
        new = [await self._full_text.complete(article) for article in selected]
        result = await self._intake.ingest_articles(
            new, team=feed.team, source=title, origin=f"//{site_of(page.url)}", strict=False
        )
        waits = [wait for wait in (time_to_live(page.data), page.fresh_for) if wait]
        saved = replace(
            self._schedule_next(feed, max(waits, default=None)),
            url=page.moved_to or feed.url,
            title=title,
            etag=page.etag,
            last_modified=page.last_modified,
            left_out=left_out,
        )
        await self._feeds.save(saved)
        counts, host = result.counts(), _host(page.url)
        log.info("feed taken", feed=feed.id, host=host, items=len(articles), **counts)
        return saved, len(result.articles)

    async def _select_new(
        self, feed: Feed, title: str, articles: Sequence[Article]
    ) -> tuple[list[Article], frozenset[str]]:
        """Return at first the newest few, and marks of the others; later what was not there then.

        Neither an item's date nor its place tells whether it is new: dates are missing or wrong,
        feeds stand upside down, and items are pinned. Known items may be newer versions, unless
        they are only summaries: their text came from their page.
        """
        marks = _marks(articles, title)
        known = await self._intake.are_known(articles, team=feed.team, source=title)
        left_out = feed.left_out
        if feed.title is None:
            newest = _newest_first(articles)[:MAX_FIRST_ARTICLES]
            return newest, frozenset(marks) - frozenset(_marks(newest, title))
        if left_out is None:
            # Added by a version that kept no marks: what it did not take in by now was left out.
            first_known = known.index(True) if True in known else len(articles)
            left_out = frozenset(
                mark
                for at, (mark, article) in enumerate(zip(marks, articles, strict=True))
                if (article.published < feed.added if article.published else at > first_known)
            )
        new = [
            article
            for mark, is_known, article in zip(marks, known, articles, strict=True)
            if (not is_summary(article) if is_known else mark not in left_out)
        ]
        return new, left_out

    def _schedule_next(self, feed: Feed, wait: timedelta | None) -> Feed:
        """Return the feed without failures, to be polled again after `wait` within the limits."""
        interval = min(max(wait or MIN_POLL_INTERVAL, MIN_POLL_INTERVAL), MAX_POLL_INTERVAL)
        return replace(feed, failures=0, last_error=None, next_check=self._clock.now() + interval)

    async def _record_failure(
        self, feed: Feed, error: SourceUnavailable | SourceUnreadable
    ) -> None:
        """Save the failure; a feed that is gone ends, one that fails again rests longer."""
        failures, host, reason = feed.failures + 1, _host(feed.url), error.reason
        is_gone, retry_after = False, timedelta()
        if isinstance(error, SourceUnavailable):
            is_gone = error.status == _HTTP_GONE
            retry_after = timedelta(seconds=error.retry_after or 0.0)
        interval = min(max(_retry_interval(failures), retry_after), MAX_POLL_INTERVAL)
        due = None if is_gone else self._clock.now() + interval
        await self._feeds.save(replace(feed, failures=failures, last_error=reason, next_check=due))
        log.warning("feed failed", feed=feed.id, host=host, failures=failures, reason=reason)


def _newest_first(articles: Sequence[Article]) -> list[Article]:
    return sorted(articles, key=lambda article: article.published or _LONG_AGO, reverse=True)


def _name_feed(articles: Sequence[Article], page: FetchedPage) -> str:
    """Return the outlet that a feed's articles name, else its host."""
    return next((article.source for article in articles if article.source), _host(page.url))


def _marks(articles: Sequence[Article], source: str) -> list[str]:
    """Return a short mark of each item's identity."""
    identities = (own for own, _ in identify(articles, source))
    return [sha256(own.encode()).hexdigest()[:_MARK_CHARS] for own in identities]


def _retry_interval(failures: int) -> timedelta:
    """Return a quarter of an hour at first, and an hour, two, four... from the third failure."""
    if failures < FAILURES_BEFORE_REST:
        return MIN_POLL_INTERVAL
    doublings = min(failures - FAILURES_BEFORE_REST, 10)
    return min(timedelta(hours=2**doublings), MAX_POLL_INTERVAL)


def _host(url: str) -> str:
    return hostname_of(url) or url
