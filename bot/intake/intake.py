"""Take in articles, whatever brings them: parse, compare with the store, analyze, store in a story.

bytes -> ParsedFile -> new, newer, same or withdrawn -> Analysis -> story -> StoredArticle
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import prometheus_client
import structlog

from bot.intake import messages
from bot.intake.dedup import (
    IntakeDecision,
    content_hash,
    decide,
    identify,
    newest_of_each,
)
from bot.intake.fair_queue import FairQueue
from bot.intake.folder_files import name_source
from bot.intake.known_articles import IncomingArticle, find_known, supersedes
from bot.intake.links import page_identity
from bot.intake.workers import MAX_ANALYSTS, MAX_READERS
from bot.model.articles import Analysis, Article, Format, ParsedFile, Span
from bot.model.batches import batched
from bot.model.errors import BotError, SourceUnavailable, SourceUnreadable, log_fields, our_fault
from bot.model.hosts import site_of
from bot.model.ports import Analyst, Clock, FetchedPage, Reader, Web
from bot.model.stories import NewArticle, StoredArticle, StoredVersion
from bot.store.articles import ArticleStore

log = structlog.get_logger(__name__)

# So many articles are analyzed side by side; the pool takes them as it has workers.
_BATCH_SIZE = 8
# An address that turns out to be a feed gives its newest few.
MAX_ARTICLES_PER_ADDRESS = 10
# A feed gives what it withholds again and again; so many texts are remembered to be told once.
_MAX_TOLD = 10_000
_EMPTY_ANALYSIS = Analysis("und", Span(0, 0, ""), (), (), (), ())
WITHHELD = messages.text("held_back")
# Teams add feeds as they like: sources beyond this many share one label in the metrics.
MAX_SOURCE_LABELS = 200
_source_labels: set[str] = set()
_ARTICLES = prometheus_client.Counter(
    "dateline_articles",
    "Articles that came in, by source and what became of them.",
    ["source", "outcome"],
)
_STATEMENTS = prometheus_client.Counter(
    "dateline_statements", "Statements found in the articles that were stored."
)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the operator knows of a source and its files do not say.

    `name` is shown for the outlet; `zone` is that of times without offset; `encoding` that of files
    that declare none; `language` that of articles that name none; `owner` the team it belongs to.
    """

    name: str | None = None
    zone: str = "UTC"
    encoding: str | None = None
    language: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an article on its way in.

    `article` is the new or updated one, `duplicate_of` the id of the very article that the store
    had. `reason` says why one was left out, `fault` whether that is a fault of the article.
    """

    decision: IntakeDecision
    article: StoredArticle | None = None
    duplicate_of: int | None = None
    reason: str = ""
    fault: bool = False


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of each article of one file, in its order."""

    outcomes: tuple[Outcome, ...]

    @property
    def articles(self) -> tuple[StoredArticle, ...]:
        """The new and updated articles."""
        return tuple(outcome.article for outcome in self.outcomes if outcome.article)

    @property
    def withheld(self) -> int:
        """How many texts are withheld, which somebody should know of: they are not kept."""
        return sum(outcome.reason == WITHHELD for outcome in self.outcomes)

    def counts(self) -> dict[str, int]:
        """Return how many of each outcome there are, for a log line."""
        return dict(Counter(outcome.decision.value for outcome in self.outcomes))


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """One file, parsed and its first articles analyzed, not stored yet."""

    name: str
    source: str | None
    format: Format
    articles: tuple[IncomingArticle, ...]


class Intake:
    """Parse, compare, analyze and store; safe to call from many tasks at once."""

    def __init__(
        self,
        articles: ArticleStore,
        reader: Reader,
        analyst: Analyst,
        web: Web,
        clock: Clock,
        sources: Mapping[str, SourceFacts] | None = None,
        analysts: int = MAX_ANALYSTS,
    ) -> None:
        """Take `sources`: what the operator knows of each source, by the name of its folder.

        `analysts` is how many articles `analyst` analyzes at once.
        """
        self._articles, self._reader, self._analyst = articles, reader, analyst
        self._web, self._clock, self._sources = web, clock, sources or {}
        self._store_lock = asyncio.Lock()
        self._reading, self._analyzing = FairQueue(MAX_READERS), FairQueue(analysts)
        self._told_withheld: set[tuple[str | None, str]] = set()

    async def prepare(self, data: bytes, *, name: str, source: str | None) -> PreparedFile:
        """Parse a file's bytes and analyze what is new; files may be prepared side by side.

        `source` names the folder of the file, and the outlet of articles that name none. They are
        for all teams, unless the operator gave the source an owner.
        """
        facts = self._facts(source)
        async with self._reading.take((facts.owner, source), len(data)):
            parsed = await self._reader.parse(
                data, zone=facts.zone, encoding=facts.encoding, arrived=self._clock.now()
            )
        if parsed.format is Format.SITEMAP:
            raise SourceUnreadable(messages.text("sitemap_in_folder"))
        articles = self._identify(parsed.articles, facts.owner, source, source or "")
        first = await asyncio.gather(*map(self._analyze, articles[:_BATCH_SIZE]))
        return PreparedFile(name, source, parsed.format, (*first, *articles[_BATCH_SIZE:]))

    async def store(self, file: PreparedFile) -> IntakeResult:
        """Take in a file that was prepared. Raise SourceUnreadable where no article could be taken.

        Store files in the order they came in, so that a story comes before its correction.
        """
        result = IntakeResult(_check_outcomes(await self._store_all(file.articles)))
        names = {"file": file.name, "source": file.source, "format": file.format.value}
        log.info("file taken", **names, **result.counts())
        path = f"{file.source}/{file.name}" if file.source else file.name
        await self._tell_withheld(result, file.articles, path)
        return result

    async def parse(self, page: FetchedPage) -> ParsedFile:
        """Parse without storing, for callers that must know first what it is."""
        async with self._reading.take(site_of(page.url), len(page.data)):
            return await self._reader.parse(
                page.data, encoding=page.encoding, address=page.url, arrived=self._clock.now()
            )

    async def are_known(
        self, articles: Sequence[Article], *, team: str | None, source: str | None
    ) -> list[bool]:
        """Return of each article whether its owner has it already, in whatever version."""
        find = self._articles.find_version
        return [await find(team, own) is not None for own, _ in identify(articles, source)]

    async def ingest_articles(
        self,
        articles: Sequence[Article],
        *,
        team: str | None,
        source: str | None,
        origin: str = "",
        strict: bool = True,
    ) -> IntakeResult:
        """Take in what is parsed; if `strict`, raise SourceUnreadable where all were faulty."""
        incoming = self._identify(articles, team, source, origin)
        outcomes = await self._store_all(incoming)
        result = IntakeResult(_check_outcomes(outcomes) if strict else tuple(outcomes))
        await self._tell_withheld(result, incoming, source or origin)
        return result

    async def read_address(
        self, url: str, *, team: str | None, max_articles: int | None = None
    ) -> tuple[StoredArticle, ...]:
        """Fetch, parse and store for the team; what the store had already is returned from there.

        Raise SourceUnavailable, AddressRefused or SourceUnreadable, which a page with more than
        `max_articles` is.
        """
        page = await fetch_page(self._web, url)
        parsed = await self.parse(page)
        if max_articles is not None and len(parsed.articles) > max_articles:
            raise SourceUnreadable(messages.text("list_of_articles"))
        site = site_of(page.url)
        first = parsed.articles[:MAX_ARTICLES_PER_ADDRESS]
        articles = [replace(article, url=article.url or page.url) for article in first]
        origin = f"//{site}"
        result = await self.ingest_articles(articles, team=team, source=site or None, origin=origin)
        log.info("address read", host=site, format=parsed.format.value, **result.counts())
        visible = await self._visible_articles(result.outcomes)
        if result.outcomes and not visible:
            raise SourceUnreadable(messages.text("withdrawn_or_held"))
        return visible

    async def find_known(self, url: str, *, team: str) -> tuple[StoredArticle, ...]:
        """Return what the team may see of an address without fetching it: its own, else all's."""
        address, find = f"url:{page_identity(url)}", self._articles.find_version
        for owner in (team, None):
            if known := await find(owner, address, address=address):
                newest = self._articles.get_newest_versions(team, [known.id], self._clock.now())
                if visible := tuple((await newest).values()):
                    return visible
        return ()

    async def read_text(self, text: str) -> StoredArticle:
        """Analyze words that somebody wrote in a chat, without storing them; the id is 0."""
        now = self._clock.now()
        article = Article(body=text, source="A message", published=now)
        async with self._analyzing.take("", len(text)):
            analysis = await self._analyst.analyse(article)
        return StoredArticle(0, 0, None, now, article, analysis)

    def _facts(self, source: str | None) -> SourceFacts:
        return self._sources.get(source or "", SourceFacts())

    def _identify(
        self, articles: Sequence[Article], team: str | None, source: str | None, origin: str
    ) -> list[IncomingArticle]:
        """Return each article, once, with its identity and what the operator says of its source."""
        facts = self._facts(origin.removeprefix("//"))
        outlet, language = facts.name or name_source(source), facts.language
        completed = [
            replace(each, source=each.source or outlet, language=each.language or language)
            for each in articles
        ]
        completed = newest_of_each(completed, source)
        return [
            IncomingArticle(own, article, team, origin, replaces)
            for (own, replaces), article in zip(identify(completed, source), completed, strict=True)
        ]

    async def _visible_articles(self, outcomes: Iterable[Outcome]) -> tuple[StoredArticle, ...]:
        """Return the articles that may be shown now: none withdrawn, none under embargo."""
        articles = []
        for outcome in outcomes:
            if outcome.article:
                articles.append(outcome.article)
            elif outcome.duplicate_of is not None:
                articles.append(await self._articles.get(outcome.duplicate_of))
        withdrawn = await self._articles.find_withdrawn({article.id for article in articles})
        now = self._clock.now()
        return tuple(
            article
            for article in articles
            if article.id not in withdrawn and (article.article.embargoed or now) <= now
        )

    async def _store_all(self, articles: Sequence[IncomingArticle]) -> list[Outcome]:
        """Batch by batch analyze side by side, then store in order, one caller at a time."""
        outcomes: list[Outcome] = []
        for batch in batched(articles, _BATCH_SIZE):
            analyzed = await asyncio.gather(*map(self._analyze, batch))
            async with self._store_lock:
                outcomes += [await self._store_or_leave_out(article) for article in analyzed]
        return outcomes

    async def _tell_withheld(
        self, result: IntakeResult, articles: Sequence[IncomingArticle], name: str
    ) -> None:
        """Log and record that texts of the file or feed `name` are withheld, of each text once."""
        pairs = zip(articles, result.outcomes, strict=True)
        withheld = {
            (article.team, article.identity)
            for article, outcome in pairs
            if outcome.reason == WITHHELD
        }
        if untold := withheld - self._told_withheld:
            log.warning("articles withheld", name=name, articles=len(untold), reason=WITHHELD)
            for team in {team for team, _ in untold}:
                identities = sorted(identity for owner, identity in untold if owner == team)
                await self._articles.withheld.record(team, identities, name, self._clock.now())
        if len(self._told_withheld) > _MAX_TOLD:
            self._told_withheld.clear()
        self._told_withheld |= withheld

    async def _store_or_leave_out(self, incoming: IncomingArticle) -> Outcome:
        """Store one article; an unexpected error leaves out that article alone."""
        try:
            with our_faults_logged("article left out", source=incoming.article.source):
                outcome = await self._store_one(incoming)
        except SourceUnreadable as e:
            outcome = _left_out(e.reason)
        statements = len(outcome.article.analysis.statements) if outcome.article else 0
        count_article(incoming.article.source or "unnamed", outcome.decision, statements)
        return outcome

    async def _analyze(self, incoming: IncomingArticle) -> IncomingArticle:
        """Return the article with its analysis, where it will be stored."""
        if incoming.analysis is not None or not incoming.article.body:
            return incoming
        known = await find_known(self._articles, incoming)
        decision = decide(incoming.article, known, incoming.origin)
        if decision not in {IntakeDecision.NEW, IntakeDecision.NEWER}:
            return incoming
        owner = incoming.team, incoming.origin
        try:
            async with self._analyzing.take(owner, len(incoming.article.body)):
                return replace(incoming, analysis=await self._analyst.analyse(incoming.article))
        except SourceUnreadable as e:
            return replace(incoming, analysis=e)

    async def _store_one(self, incoming: IncomingArticle) -> Outcome:
        """Compare once more, now that nobody else stores, and do what was decided."""
        known = await find_known(self._articles, incoming)
        decision = decide(incoming.article, known, incoming.origin)
        match decision:
            case IntakeDecision.WITHDRAW:
                await self._withdraw(incoming, known)
                return Outcome(decision)
            case IntakeDecision.WITHHOLD:
                return Outcome(decision, reason=WITHHELD if incoming.article.body else "")
            case IntakeDecision.SAME:
                if known and known.at_address and known.team == incoming.team and incoming.address:
                    await self._articles.join(incoming.identity, incoming.address, known)
                return Outcome(decision, duplicate_of=known.id if known else None)
        analysis = (await self._analyze(incoming)).analysis
        if not isinstance(analysis, Analysis):
            return _left_out(analysis.reason if analysis else messages.text("no_text"))
        return Outcome(decision, await self._put(incoming, analysis))

    async def _withdraw(self, withdrawal: IncomingArticle, known: StoredVersion | None) -> None:
        """Withdraw the article and those that `withdrawal` names; `known` is the first of them.

        Of one that the store does not have a stub is kept, so that it stays out if it comes later.
        """
        names_itself = (known is not None and not known.succeeded) or not withdrawal.replaces
        for identity in ((withdrawal.identity,) if names_itself else ()) + withdrawal.replaces:
            if await self._articles.find_version(withdrawal.team, identity) is None:
                await self._keep_out(withdrawal, identity)
            else:
                await self._articles.withdraw(withdrawal.team, identity)

    async def _keep_out(self, withdrawal: IncomingArticle, identity: str) -> None:
        """Store a stub that is never shown."""
        article = withdrawal.article
        if identity != withdrawal.identity:
            # The version of the withdrawal says nothing about another document.
            article = replace(article, version=None)
        stub = IncomingArticle(identity, article, withdrawal.team, withdrawal.origin)
        await self._put(stub, _EMPTY_ANALYSIS)

    async def _put(self, incoming: IncomingArticle, analysis: Analysis) -> StoredArticle:
        # Only here: grouping loads numpy, 5 MB that a service without articles never needs.
        from bot.stories.arrival import place_article

        article = incoming.article
        new = NewArticle(
            incoming.identity,
            content_hash(article),
            article,
            analysis,
            incoming.team,
            self._clock.now(),
            incoming.origin,
            incoming.replaces,
            incoming.address,
        )
        title = article.headline or analysis.title.text
        choose = partial(
            place_article, analysis.terms, title, article.published, team=incoming.team
        )
        return await self._articles.put(new, choose, partial(supersedes, incoming))


@contextmanager
def our_faults_logged(event: str, *expected: type[Exception], **fields: object) -> Iterator[None]:
    """Log an error that is neither a BotError nor `expected`, and raise SourceUnreadable for it.

    So one article, file or feed that brings out a fault of ours never stops the others.
    """
    try:
        yield
    except Exception as e:
        if isinstance(e, (BotError, *expected)):
            raise
        # Without the error's message, which may hold an article's words.
        log.error(event, **fields, **log_fields(e))  # noqa: TRY400
        raise our_fault(e) from e


async def fetch_page(web: Web, url: str) -> FetchedPage:
    """Fetch a page for the first time, when a server may not answer that nothing changed."""
    page = await web.fetch(url)
    if isinstance(page, FetchedPage):
        return page
    where, reason = messages.text("the_address"), messages.text("unasked_unchanged")
    raise SourceUnavailable(where, reason)


def count_article(source: str, outcome: str, statements: int) -> None:
    """Count an article that came in, and the statements of a new one, for Prometheus."""
    if source in _source_labels or len(_source_labels) < MAX_SOURCE_LABELS:
        _source_labels.add(source)
    else:
        source = "other"
    _ARTICLES.labels(source, outcome).inc()
    _STATEMENTS.inc(statements)


def _left_out(fault: str) -> Outcome:
    return Outcome(IntakeDecision.KEEP_OUT, reason=fault, fault=True)


def _check_outcomes(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Return the outcomes. Raise SourceUnreadable where all were left out for their own faults."""
    if outcomes and all(outcome.fault for outcome in outcomes):
        raise SourceUnreadable(outcomes[0].reason)
    return tuple(outcomes)
