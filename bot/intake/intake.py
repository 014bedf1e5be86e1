"""The one door: whatever brings an article, it is read, compared, analysed and stored here.

bytes -> Parsed -> (new | newer | same | withdrawn) -> Analysis -> story -> StoredArticle
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from types import MappingProxyType

import structlog

from bot.intake.dedup import IntakeDecision, content_hash, host_of, identities, replaced_by, verdict
from bot.intake.metrics import count_article
from bot.model import (
    Analysis,
    Article,
    Format,
    NewArticle,
    ParsedFile,
    Span,
    StoredArticle,
    StoredVersion,
)
from bot.model.errors import BotError, SourceUnavailable, SourceUnreadable, log_fields, our_fault
from bot.model.ports import Analyst, Clock, FetchedPage, Reader, Web
from bot.store import ArticleStore
from bot.stories.arrival import choose_story

log = structlog.get_logger(__name__)

# So many analyses are asked for at once; the pool takes them as it has workers.
_BATCH = 8
# An address that turns out to be a feed gives its newest few.
_MOST_FROM_ADDRESS = 10
_NOTHING = Span(0, 0, "")
_NO_TEXT = "The article has a headline but no text, so there is nothing to quote."


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the operator knows of a source and its files do not say.

    `name` is shown for the outlet; `zone` is that of times without offset; `encoding` that of files that
    declare none; `language` that of articles that name none. `owner` is the team that it belongs to.
    """

    name: str | None = None
    zone: str = "UTC"
    encoding: str | None = None
    language: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A new article, now in the store and in a story."""

    article: StoredArticle


@dataclass(frozen=True, slots=True)
class Updated:
    """A newer version of an article that the store had."""

    article: StoredArticle


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The store has this very article, under this id."""

    id: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Its source killed it; `known` says whether the store had it (else it is kept out should it come)."""

    identity: str
    known: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Not stored, for this reason; `fault` where the source should have known better."""

    reason: str
    fault: bool = True


Outcome = Stored | Updated | Duplicate | Withdrawn | LeftOut


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of each article of one file, in its order."""

    outcomes: tuple[Outcome, ...]
    format: Format | None = None

    @property
    def articles(self) -> tuple[StoredArticle, ...]:
        """The new and updated articles."""
        return tuple(
            outcome.article for outcome in self.outcomes if isinstance(outcome, Stored | Updated)
        )

    def counts(self) -> dict[str, int]:
        """How many of each outcome, for a log line."""
        return dict(Counter(type(outcome).__name__.lower() for outcome in self.outcomes))


@dataclass(frozen=True, slots=True)
class IncomingArticle:
    """One article on its way in. `analysis` is None where none was needed yet, an error where it failed.

    `replaces` are the identities of those that it stands in for. `origin` is as StoredArticle has it.
    """

    identity: str
    article: Article
    origin: str = ""
    replaces: tuple[str, ...] = ()
    analysis: Analysis | SourceUnreadable | None = None


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """One file, read and (its first articles) analysed, not stored yet."""

    name: str
    source: str | None
    team: str | None
    format: Format
    arrivals: tuple[IncomingArticle, ...]


class Intake:
    """Reads, compares, analyses and stores; safe to call from many tasks at once."""

    def __init__(
        self,
        articles: ArticleStore,
        reader: Reader,
        analyst: Analyst,
        web: Web,
        clock: Clock,
        sources: Mapping[str, SourceFacts] = MappingProxyType({}),
    ) -> None:
        """`sources` has what the operator knows of each, by the name of its folder."""
        self._articles, self._reader, self._analyst = articles, reader, analyst
        self._web, self._clock, self._sources = web, clock, sources
        self._door = asyncio.Lock()

    async def ingest(
        self, data: bytes, *, name: str, source: str | None, team: str | None = None
    ) -> IntakeResult:
        """Take in one file's bytes; raise SourceUnreadable where none of its articles could be taken.

        `source` names the folder they came in by, and the outlet of articles that name none; `team` owns them,
        None for all teams, unless the operator gave the source an owner.
        """
        return await self.store(await self.prepare(data, name=name, source=source, team=team))

    async def prepare(
        self, data: bytes, *, name: str, source: str | None, team: str | None = None
    ) -> PreparedFile:
        """The first half of `take`: read, and analyse what is new. Files may be prepared side by side."""
        facts = self._facts(source)
        parsed = await self._reader.parse(data, zone=facts.zone, encoding=facts.encoding)
        team = team or facts.owner
        arrivals = self._arrivals(parsed.articles, source, source or "")
        first = await self._analysed_all(arrivals[:_BATCH], team)
        return PreparedFile(name, source, team, parsed.format, (*first, *arrivals[_BATCH:]))

    async def store(self, prepared: PreparedFile) -> IntakeResult:
        """The second half: files stored in the order they came in keep a story before its correction."""
        taken = _judged(await self._enter_all(prepared.arrivals, prepared.team), prepared.format)
        told = {"file": prepared.name, "source": prepared.source, "format": prepared.format.value}
        log.info("file taken", **told, **taken.counts())
        return taken

    async def parse(self, data: bytes, *, encoding: str | None = None) -> ParsedFile:
        """Read without storing, for who must know first what it is (`FeedPoller`)."""
        return await self._reader.parse(data, encoding=encoding)

    async def known(
        self, articles: Sequence[Article], *, team: str | None, source: str | None
    ) -> list[bool]:
        """Whether the owner has each of these already, in whatever version."""
        named = identities(articles, source)
        return [await self._articles.find_version(team, identity) is not None for identity in named]

    async def ingest_articles(
        self,
        articles: Sequence[Article],
        *,
        team: str | None,
        source: str | None,
        origin: str = "",
        strict: bool = True,
    ) -> IntakeResult:
        """Take in what is parsed already, by the same rules.

        `strict`: raise SourceUnreadable where each was left out for a fault of its own.
        """
        outcomes = await self._enter_all(self._arrivals(articles, source, origin), team)
        return _judged(outcomes) if strict else IntakeResult(tuple(outcomes))

    def _arrivals(
        self, articles: Sequence[Article], source: str | None, origin: str
    ) -> list[IncomingArticle]:
        """Each article with its identity; what it does not say itself is as the operator says of its source."""
        facts = self._facts(origin.removeprefix("//"))
        named = [
            replace(
                article,
                source=article.source or facts.name or source,
                language=article.language or facts.language,
            )
            for article in articles
        ]
        return [
            IncomingArticle(identity, article, origin, replaced_by(article, source))
            for identity, article in zip(identities(named, source), named, strict=True)
        ]

    def _facts(self, source: str | None) -> SourceFacts:
        return self._sources.get(source or "", SourceFacts())

    async def read_address(self, url: str, *, team: str | None) -> tuple[StoredArticle, ...]:
        """Fetch, parse and store for the team; what the store had already is given as it stands there.

        Raises SourceUnavailable, AddressRefused or SourceUnreadable.
        """
        page = await self._web.fetch(url)
        if not isinstance(page, FetchedPage):
            raise SourceUnavailable(
                "the address", "the server answered that nothing changed, to a first question"
            )
        parsed = await self._reader.parse(page.data, encoding=page.encoding)
        host = host_of(page.url)
        articles = [
            replace(article, url=article.url or page.url)
            for article in parsed.articles[:_MOST_FROM_ADDRESS]
        ]
        taken = await self.ingest_articles(
            articles, team=team, source=host or None, origin=f"//{host}"
        )
        log.info("address read", host=host, format=parsed.format.value, **taken.counts())
        shown = await self._shown(taken.outcomes)
        if taken.outcomes and not shown:
            raise SourceUnreadable(
                "What stands there was withdrawn by its source, or is held until its hour."
            )
        return shown

    async def read_text(self, text: str) -> StoredArticle:
        """Analyse words that somebody wrote in a chat; nothing is stored: they are nobody's news. It has no number."""
        now = self._clock.now()
        article = Article(body=text, source="A message", published=now)
        return StoredArticle(0, 0, None, now, article, await self._analyst.analyse(article))

    async def _shown(self, outcomes: Iterable[Outcome]) -> tuple[StoredArticle, ...]:
        """The articles that may be shown now: none withdrawn, none under embargo."""
        standing = [
            await self._standing(one)
            for one in outcomes
            if not isinstance(one, Withdrawn | LeftOut)
        ]
        withdrawn = await self._articles.find_withdrawn({stored.id for stored in standing})
        now = self._clock.now()
        return tuple(
            stored
            for stored in standing
            if stored.id not in withdrawn and (stored.article.embargoed or now) <= now
        )

    async def _standing(self, outcome: Stored | Updated | Duplicate) -> StoredArticle:
        return (
            await self._articles.get(outcome.id)
            if isinstance(outcome, Duplicate)
            else outcome.article
        )

    async def _enter_all(
        self, arrivals: Sequence[IncomingArticle], team: str | None
    ) -> list[Outcome]:
        """Batch by batch: analyse side by side, then store in their order, one caller at a time."""
        outcomes: list[Outcome] = []
        for batch in _batches(arrivals):
            analysed = await self._analysed_all(batch, team)
            async with self._door:
                outcomes += [await self._settled(arrival, team) for arrival in analysed]
        return outcomes

    async def _settled(self, arrival: IncomingArticle, team: str | None) -> Outcome:
        """Settle; a fault of our own that one article brings out leaves that article out alone."""
        try:
            outcome = await self._settle(arrival, team)
        except BotError:
            raise
        except Exception as e:  # noqa: BLE001 - whatever it is, the others must come in
            log.error("article left out", source=arrival.article.source, **log_fields(e))  # noqa: TRY400 - no message
            outcome = LeftOut(our_fault(e).reason)
        new = outcome.article if isinstance(outcome, Stored | Updated) else None
        said = len(new.analysis.statements) if new else 0
        count_article(arrival.article.source, type(outcome).__name__.lower(), said)
        return outcome

    async def _analysed_all(
        self, batch: Sequence[IncomingArticle], team: str | None
    ) -> list[IncomingArticle]:
        return await asyncio.gather(*(self._analysed(arrival, team) for arrival in batch))

    async def _analysed(self, arrival: IncomingArticle, team: str | None) -> IncomingArticle:
        if arrival.analysis is not None:
            return arrival
        known = await self._known(arrival, team)
        if not arrival.article.body or verdict(arrival.article, known, arrival.origin) not in {
            IntakeDecision.NEW,
            IntakeDecision.NEWER,
        }:
            return arrival
        try:
            return replace(arrival, analysis=await self._analyst.analyse(arrival.article))
        except SourceUnreadable as e:
            return replace(arrival, analysis=e)

    async def _settle(self, arrival: IncomingArticle, team: str | None) -> Outcome:
        """Compare once more, now that nobody else stores, and do what follows."""
        known = await self._known(arrival, team)
        match verdict(arrival.article, known, arrival.origin):
            case IntakeDecision.WITHDRAW:
                return await self._withdraw(arrival, team, known)
            case IntakeDecision.KEEP_OUT:
                return LeftOut("Its source withholds it.", fault=False)
            case IntakeDecision.SAME if known is not None:
                return Duplicate(known.id)
            case found:
                return await self._store(arrival, team, newer=found is IntakeDecision.NEWER)

    async def _known(self, arrival: IncomingArticle, team: str | None) -> StoredVersion | None:
        """What the owner has under this identity; a team need not store again what all teams have."""
        known = await self._articles.find_version(team, arrival.identity, arrival.replaces)
        if known is not None or team is None:
            return known
        shared = await self._articles.find_version(None, arrival.identity, arrival.replaces)
        return (
            shared
            if shared and verdict(arrival.article, shared, arrival.origin) is IntakeDecision.SAME
            else None
        )

    async def _store(self, arrival: IncomingArticle, team: str | None, *, newer: bool) -> Outcome:
        if not arrival.article.body:
            return LeftOut(_NO_TEXT)
        analysis = arrival.analysis or (await self._analysed(arrival, team)).analysis
        if not isinstance(analysis, Analysis):
            return LeftOut(analysis.reason if analysis else _NO_TEXT)
        stored = await self._put(arrival, analysis, team)
        return Updated(stored) if newer else Stored(stored)

    async def _withdraw(
        self, arrival: IncomingArticle, team: str | None, known: StoredVersion | None
    ) -> Withdrawn:
        """Withdraw the article, and those that its kill names; `known` is the one, or the first of the others."""
        itself = known is not None and not known.succeeded
        named = ((arrival.identity,) if itself or not arrival.replaces else ()) + arrival.replaces
        for identity in named:
            if await self._articles.find_version(team, identity) is None:
                await self._keep_out(arrival, identity, team)
            else:
                await self._articles.withdraw(team, identity)
        return Withdrawn(arrival.identity, known=known is not None)

    async def _keep_out(self, kill: IncomingArticle, identity: str, team: str | None) -> None:
        """Keep a kill that comes before its story, never to be shown, so that the story stays out."""
        # Of another document the kill's own version tells nothing.
        version = kill.article.version if identity == kill.identity else None
        stub = replace(
            kill, identity=identity, replaces=(), article=replace(kill.article, version=version)
        )
        await self._put(stub, Analysis("und", _NOTHING, (), (), (), ()), team)

    async def _put(
        self, arrival: IncomingArticle, analysis: Analysis, team: str | None
    ) -> StoredArticle:
        article = arrival.article
        now = self._clock.now()
        new = NewArticle(
            arrival.identity,
            content_hash(article),
            article,
            analysis,
            team,
            now,
            arrival.origin,
            arrival.replaces,
        )
        title = article.headline or analysis.title.text
        return await self._articles.put(
            new, partial(choose_story, analysis.terms, title, article.published)
        )


def _judged(outcomes: Sequence[Outcome], form: Format | None = None) -> IntakeResult:
    """What was taken; SourceUnreadable where each article was left out for a fault of its own."""
    faults = [outcome for outcome in outcomes if isinstance(outcome, LeftOut) and outcome.fault]
    if faults and len(faults) == len(outcomes):
        raise SourceUnreadable(faults[0].reason)
    return IntakeResult(tuple(outcomes), form)


def _batches(arrivals: Iterable[IncomingArticle]) -> Iterator[list[IncomingArticle]]:
    rest = iter(arrivals)
    while batch := list(islice(rest, _BATCH)):
        yield batch
