"""What a feed's pages add to it: the text of items that are only summaries, and its TTL.

The TTL is found by a pattern alone, linear in time, because this runs outside the worker process
that may be killed.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

import structlog

from bot.intake.intake import Intake, fetch_page
from bot.model import Article, Format, ParsedFile, Status
from bot.model.errors import SourceUnavailable, SourceUnreadable
from bot.model.hosts import hostname_of
from bot.model.ports import Clock, Web

log = structlog.get_logger(__name__)

# A shorter item is a teaser of some four sentences.
MIN_FULL_TEXT_CHARS = 500
USER_AGENT = "Dateline"
# What an item links to: its page, or a press release.
_PAGE_FORMATS = {Format.HTML, Format.PDF, Format.DOCX}
_ROBOTS_MAX_AGE = timedelta(days=1)
_MAX_ROBOTS_LINES = 5_000
_MAX_SITES = 1_000
_FEED_HEAD_BYTES = 20_000
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)


def time_to_live(data: bytes) -> timedelta | None:
    """Return how long an RSS feed says that it stays the same (its ttl, in minutes)."""
    ttl = _TTL.search(data[:_FEED_HEAD_BYTES].decode("utf-8", "replace"))
    return timedelta(minutes=int(ttl.group(1))) if ttl else None


def is_summary(article: Article) -> bool:
    """Return whether an item has so little text that its page should be fetched."""
    return len(article.body) < MIN_FULL_TEXT_CHARS and article.url is not None


def _held_as(article: Article, page: Article) -> Article:
    """Return the article, held or withheld as its page says."""
    ends = [end for end in (article.embargoed, page.embargoed) if end]
    status = page.status if article.status is Status.USABLE else article.status
    return replace(article, status=status, embargoed=max(ends, default=None))


class FullTextFetcher:
    """Fetch the page of an item that is only a summary, where the site's robots.txt allows it."""

    def __init__(self, intake: Intake, web: Web, clock: Clock) -> None:
        self._intake, self._web, self._clock = intake, web, clock
        self._robots_rules: dict[str, tuple[datetime, RobotFileParser]] = {}

    async def complete(self, article: Article) -> Article:
        """Return the article with its page's text, or unchanged where the page has no more.

        Of a podcast's episode it is the transcript that its feed names.
        """
        if article.transcript and (parsed := await self._fetch(article.transcript)):
            spoken = parsed.articles[0]
            language = article.language or spoken.language
            return replace(article, body=spoken.body, turns=spoken.turns, language=language)
        if not is_summary(article) or article.url is None:
            return article
        parsed = await self._fetch(article.url)
        if parsed is None:
            return article
        full = parsed.articles[0]
        article = replace(_held_as(article, full), picture=article.picture or full.picture)
        # An entry of a sitemap has no text to prefer to a short one.
        min_chars = max(MIN_FULL_TEXT_CHARS, 2 * len(article.body)) if article.body else 1
        if parsed.format not in _PAGE_FORMATS or len(full.body) < min_chars:
            return article
        return replace(
            article,
            body=full.body,
            headline=article.headline or full.headline,
            byline=article.byline or full.byline,
            published=article.published or full.published,
            language=article.language or full.language,
        )

    async def _fetch(self, url: str) -> ParsedFile | None:
        """Return what stands at an address, None where it may not be fetched or cannot be read."""
        try:
            if not await self._may_fetch(url):
                return None
            return await self._intake.parse(await fetch_page(self._web, url))
        except (SourceUnavailable, SourceUnreadable) as e:
            log.info("page not read", host=hostname_of(url), reason=e.reason)
            return None

    async def _may_fetch(self, url: str) -> bool:
        """Return whether robots.txt allows it (RFC 9309)."""
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        expires, rules = self._robots_rules.get(site, (self._clock.now(), RobotFileParser()))
        if expires <= self._clock.now():
            rules = await self._fetch_robots(f"{site}/robots.txt")
            if len(self._robots_rules) >= _MAX_SITES:
                self._robots_rules.clear()
            self._robots_rules[site] = (self._clock.now() + _ROBOTS_MAX_AGE, rules)
        return rules.can_fetch(USER_AGENT, url)

    async def _fetch_robots(self, url: str) -> RobotFileParser:
        """Return the rules: a missing robots.txt allows everything, an unreachable one nothing."""
        rules = RobotFileParser()
        try:
            page = await fetch_page(self._web, url)
            lines = page.data.decode("utf-8", "replace").splitlines()
        except SourceUnavailable as e:
            is_missing = e.status is not None and 400 <= e.status < 500
            lines = [] if is_missing else ["User-agent: *", "Disallow: /"]
        rules.parse(lines[:_MAX_ROBOTS_LINES])
        return rules
