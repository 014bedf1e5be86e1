"""A feed's item may hold only a summary: its page is then fetched once, where the site's robots.txt allows."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

import structlog

from bot.intake.intake import Intake
from bot.model import Article, Format
from bot.model.errors import SourceUnavailable, SourceUnreadable
from bot.model.ports import Clock, FetchedPage, Web

log = structlog.get_logger(__name__)

# Fewer characters than this are a teaser: some four sentences.
SUMMARY = 500
_AGENT = "Dateline"
_KEPT = timedelta(days=1)
_MOST_SITES = 1_000


def is_summary(article: Article) -> bool:
    """Whether the item says so little that its page should be asked."""
    return len(article.body) < SUMMARY and article.url is not None


class Pages:
    """Completes summaries from their pages."""

    def __init__(self, intake: Intake, web: Web, clock: Clock) -> None:
        self._intake, self._web, self._clock = intake, web, clock
        self._rules: dict[str, tuple[datetime, RobotFileParser]] = {}

    async def completed(self, article: Article) -> Article:
        """The article with its page's text; as it is where the page gives no more, or may not be asked."""
        if not is_summary(article) or article.url is None:
            return article
        try:
            if not await self._may_ask(article.url):
                return article
            page = await self._web.fetch(article.url)
            if not isinstance(page, FetchedPage):
                return article
            parsed = await self._intake.parse(page.data, encoding=page.encoding)
        except (SourceUnavailable, SourceUnreadable) as e:
            log.info("page not read", host=urlsplit(article.url).hostname, reason=e.reason)
            return article
        found = parsed.articles[0]
        if parsed.format is not Format.HTML or len(found.body) < max(
            SUMMARY, 2 * len(article.body)
        ):
            return article
        return replace(
            article,
            body=found.body,
            headline=article.headline or found.headline,
            byline=article.byline or found.byline,
            published=article.published or found.published,
            language=article.language or found.language,
        )

    async def _may_ask(self, url: str) -> bool:
        """Whether robots.txt lets us (RFC 9309: none at all allows everything, an unreachable one nothing)."""
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        until, rules = self._rules.get(site, (self._clock.now(), RobotFileParser()))
        if until <= self._clock.now():
            rules = await self._robots(f"{site}/robots.txt")
            if len(self._rules) >= _MOST_SITES:
                self._rules.clear()
            self._rules[site] = (self._clock.now() + _KEPT, rules)
        return rules.can_fetch(_AGENT, url)

    async def _robots(self, url: str) -> RobotFileParser:
        rules = RobotFileParser()
        try:
            page = await self._web.fetch(url)
        except SourceUnavailable as e:
            missing = e.status is not None and 400 <= e.status < 500
            rules.parse([] if missing else ["User-agent: *", "Disallow: /"])
            return rules
        text = page.data.decode("utf-8", "replace") if isinstance(page, FetchedPage) else ""
        rules.parse(text.splitlines()[:5_000])
        return rules
