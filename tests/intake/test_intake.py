"""The intake decides what is new, an update, a duplicate or withdrawn, and who may see it."""

import asyncio
import contextlib
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.intake.dedup import IntakeDecision
from bot.intake.folder_files import name_source
from bot.intake.intake import Intake, IntakeResult, Outcome, SourceFacts
from bot.model import Analysis, Article, Status
from bot.model.errors import SourceUnavailable, SourceUnreadable
from bot.model.stories import WithheldFile
from bot.store import Store, open_store
from tests.builders import BODY, NOON
from tests.delivery_env import FakeClock
from tests.intake_fakes import CountingAnalyst, FakeWeb, InProcessReader

TEXT = f"Farland keeps its harbour open\n\n{BODY}".encode()
WIRE = Article(
    body=BODY, headline="Harbour", guid="urn:x:harbour", version="1", source="Northern Wire"
)
LATER = NOON + timedelta(days=1)


async def ingest(intake: Intake, data: bytes, *, name: str, source: str) -> IntakeResult:
    """Prepare and store a file."""
    return await intake.store(await intake.prepare(data, name=name, source=source))


async def visible_headlines(
    store: Store, team: str | None = None, now: datetime = LATER
) -> list[str | None]:
    """Return the headlines that a team may see."""
    stories = await store.articles.get_stories(team, NOON - timedelta(days=30), now)
    return [article.article.headline for story in stories for article in story.articles]


async def test_a_dropped_file_becomes_a_stored_article(intake: Intake, archive: Store) -> None:
    """A file's bytes become a stored article, with source, analysis and a story."""
    taken = await ingest(intake, TEXT, name="harbour.txt", source="courier")
    (outcome,) = taken.outcomes
    assert outcome.decision is IntakeDecision.NEW
    kept = await archive.articles.get(outcome.article.id)
    assert (kept.article.headline, kept.article.source) == (
        "Farland keeps its harbour open",
        "courier",
    )
    assert all(sentence.holds_in(kept.article.body) for sentence in kept.analysis.sentences)
    assert taken.counts() == {"stored": 1}


async def test_the_same_file_again_is_a_duplicate(intake: Intake, analyst: CountingAnalyst) -> None:
    """The same file twice is stored and analysed once."""
    first = await ingest(intake, TEXT, name="a.txt", source="courier")
    again = await ingest(intake, TEXT, name="b.txt", source="courier")
    assert again.outcomes == (Outcome(IntakeDecision.SAME, duplicate_of=first.articles[0].id),)
    assert len(analyst.asked) == 1


async def test_a_headline_edit_is_no_update(intake: Intake, archive: Store) -> None:
    """The same body under another headline shows nothing new."""
    await ingest(intake, TEXT, name="a.txt", source="courier")
    await ingest(
        intake, f"UPDATE: Harbour stays open\n\n{BODY}".encode(), name="b.txt", source="courier"
    )
    await intake.ingest_articles([WIRE], team=None, source=None)
    edited = await intake.ingest_articles(
        [replace(WIRE, headline="Other", version=None)], team=None, source=None
    )
    assert edited.outcomes[0].decision is IntakeDecision.SAME
    assert sorted(map(str, await visible_headlines(archive))) == [
        "Farland keeps its harbour open",
        "Harbour",
    ]


async def test_outlets_that_print_one_text_are_both_kept_in_one_story(intake: Intake) -> None:
    """An agency's text printed by two outlets is two articles in one story.

    Corroboration needs both.
    """
    first = await ingest(intake, TEXT, name="a.txt", source="courier")
    other = await ingest(intake, TEXT, name="a.txt", source="herald")
    assert other.outcomes[0].decision is IntakeDecision.NEW
    assert other.articles[0].story == first.articles[0].story


async def test_a_higher_version_is_an_update_a_lower_one_is_not(
    intake: Intake, archive: Store
) -> None:
    """Versions compare as numbers, and the highest is shown, in the story of the first."""
    first = await intake.ingest_articles([replace(WIRE, version="9")], team=None, source=None)
    newer = await intake.ingest_articles(
        [replace(WIRE, version="10", headline="Newer")], team=None, source=None
    )
    older = await intake.ingest_articles(
        [replace(WIRE, version="8", headline="Older")], team=None, source=None
    )
    (outcome,) = newer.outcomes
    assert outcome.decision is IntakeDecision.NEWER
    assert outcome.article.story == first.articles[0].story
    assert older.outcomes[0].decision is IntakeDecision.SAME
    assert await visible_headlines(archive) == ["Newer"]


async def test_without_versions_other_words_are_an_update(intake: Intake, archive: Store) -> None:
    """An item edited without a version number is an update."""
    await intake.ingest_articles([replace(WIRE, version=None)], team=None, source=None)
    edited = replace(
        WIRE,
        version=None,
        body=f"{BODY}\n\nNobody else answered either, and the tide came in at six.",
    )
    assert (await intake.ingest_articles([edited], team=None, source=None)).outcomes[
        0
    ].decision is IntakeDecision.NEWER
    assert await visible_headlines(archive) == ["Harbour"]


async def test_a_kill_withdraws_the_article(intake: Intake, archive: Store) -> None:
    """An article that its source kills is hidden, and an old version does not restore it."""
    await intake.ingest_articles([WIRE], team=None, source=None)
    kill = replace(WIRE, version="2", status=Status.CANCELED, body="Kill the harbour story.")
    taken = await intake.ingest_articles([kill], team=None, source=None)
    assert taken.counts() == {"withdrawn": 1}
    await intake.ingest_articles([WIRE], team=None, source=None)
    assert await visible_headlines(archive) == []


async def test_a_kill_that_comes_first_withdraws_the_article(
    intake: Intake, archive: Store
) -> None:
    """An article that was killed before it came is never shown."""
    kill = replace(WIRE, version="2", status=Status.CANCELED, body="")
    taken = await intake.ingest_articles([kill], team=None, source=None)
    assert taken.counts() == {"withdrawn": 1}
    assert (await intake.ingest_articles([WIRE], team=None, source=None)).outcomes[
        0
    ].decision is IntakeDecision.SAME
    assert await visible_headlines(archive) == []


async def test_a_kill_without_versions_is_permanent(intake: Intake, archive: Store) -> None:
    """Without version numbers a killed article stays withdrawn, whatever its words."""
    story, kill = (
        replace(WIRE, version=None),
        replace(WIRE, version=None, status=Status.CANCELED, body="Kill it."),
    )
    for article in (
        kill,
        story,
        replace(story, body=f"{BODY}\n\nOne more paragraph, of the same story."),
    ):
        await intake.ingest_articles([article], team=None, source=None)
    assert await visible_headlines(archive) == []


KILL = Article(
    body="Kill the harbour story.",
    headline="KILL: Harbour",
    guid="urn:x:kill-7",
    version="1",
    status=Status.CANCELED,
    replaces=("urn:x:harbour",),
    source="Northern Wire",
)
WRITETHRU = replace(
    WIRE,
    guid="urn:x:harbour-2",
    headline="Second lead",
    body=f"{BODY}\n\nMore.",
    replaces=("urn:x:harbour",),
)


async def test_a_kill_that_names_another_document_withdraws_it(
    intake: Intake, archive: Store
) -> None:
    """A kill sent as its own document withdraws the one it names, whose posts can be edited."""
    (first,) = (await intake.ingest_articles([WIRE], team=None, source=None)).articles
    taken = await intake.ingest_articles([KILL], team=None, source=None)
    assert taken.counts() == {"withdrawn": 1}
    assert await visible_headlines(archive) == []
    assert await archive.articles.find_withdrawn([first.id]) == {first.id}


@pytest.mark.parametrize("version", ["1", "2", None])
async def test_a_kill_before_the_document_that_it_names_keeps_it_out(
    intake: Intake, archive: Store, version: str | None
) -> None:
    """Such a kill that comes first withdraws every version of the document it names."""
    taken = await intake.ingest_articles(
        [KILL, replace(WIRE, version=version)], team=None, source=None
    )
    assert taken.counts() == {"withdrawn": 1, "duplicate": 1}
    assert await visible_headlines(archive) == []


async def test_an_article_replaces_the_one_it_names(intake: Intake, archive: Store) -> None:
    """A replacement under its own guid is an update in the same story, and hides the old one."""
    (first,) = (await intake.ingest_articles([WIRE], team=None, source=None)).articles
    (second,) = (await intake.ingest_articles([WRITETHRU], team=None, source=None)).outcomes
    third = replace(WRITETHRU, version="2", headline="Third lead", replaces=())
    (last,) = (await intake.ingest_articles([third], team=None, source=None)).outcomes
    assert second.decision is IntakeDecision.NEWER
    assert last.decision is IntakeDecision.NEWER
    assert last.article.story == second.article.story == first.story
    assert await visible_headlines(archive) == ["Third lead"]


async def test_what_was_replaced_stays_out(intake: Intake, archive: Store) -> None:
    """A copy of a replaced article stays hidden, in any version, also if it comes first."""
    await intake.ingest_articles([WIRE, WRITETHRU], team=None, source=None)
    for late in (WIRE, replace(WIRE, version="9", body=f"{BODY}\n\nLate.")):
        again = await intake.ingest_articles([late], team=None, source=None)
        assert again.counts() == {"duplicate": 1}
    other = replace(WRITETHRU, guid="urn:x:port-2", headline="Port", replaces=("urn:x:port",))
    first_after = replace(WIRE, guid="urn:x:port", headline="Port, early", version="5")
    await intake.ingest_articles([other, first_after], team=None, source=None)
    assert sorted(map(str, await visible_headlines(archive))) == ["Port", "Second lead"]


async def test_one_article_replaces_several(intake: Intake, archive: Store) -> None:
    """A round-up replaces each article it names; a later kill of one leaves it visible."""
    parts = [
        replace(WIRE, guid=f"urn:x:part-{n}", body=f"Part {n}. {BODY}", headline=f"Part {n}")
        for n in (1, 2)
    ]
    first, other = (await intake.ingest_articles(parts, team=None, source=None)).articles
    whole = replace(
        WIRE, guid="urn:x:whole", headline="Whole", replaces=("urn:x:part-1", "urn:x:part-2")
    )
    await intake.ingest_articles([whole], team=None, source=None)
    assert await visible_headlines(archive) == ["Whole"]
    await intake.ingest_articles(
        [replace(KILL, replaces=("urn:x:part-1",))], team=None, source=None
    )
    assert await visible_headlines(archive) == ["Whole"]
    assert await archive.articles.find_withdrawn([first.id, other.id]) == {first.id}
    await intake.ingest_articles([replace(KILL, replaces=("urn:x:whole",))], team=None, source=None)
    assert await visible_headlines(archive) == []


@pytest.mark.parametrize("change", ["kill", "update", "replace"])
async def test_a_feed_cannot_change_another_sources_article(
    intake: Intake, archive: Store, change: str
) -> None:
    """A feed that uses a wire's guid neither kills nor updates the wire's article.

    The wire itself may.
    """
    changed = {
        "kill": replace(WIRE, version="2", status=Status.CANCELED),
        "update": replace(WIRE, version="2", headline="Not the wire's"),
        "replace": replace(WRITETHRU, guid="urn:evil:1", headline="Not the wire's"),
    }[change]
    await intake.ingest_articles([WIRE], team=None, source="wire", origin="wire")
    await intake.ingest_articles([changed], team=None, source=None, origin="//feeds.example")
    assert await visible_headlines(archive) == ["Harbour"]
    await intake.ingest_articles([changed], team=None, source="wire", origin="wire-by-mail")
    assert await visible_headlines(archive) != ["Harbour"]


async def test_a_newer_version_after_a_kill_is_shown(intake: Intake, archive: Store) -> None:
    """A corrected version sent after a kill is shown."""
    await intake.ingest_articles([WIRE], team=None, source=None)
    await intake.ingest_articles(
        [replace(WIRE, version="2", status=Status.CANCELED)], team=None, source=None
    )
    await intake.ingest_articles(
        [replace(WIRE, version="3", headline="Corrected")], team=None, source=None
    )
    assert await visible_headlines(archive) == ["Corrected"]


async def test_an_embargoed_article_is_hidden_until_its_time(
    intake: Intake, archive: Store
) -> None:
    """An embargoed article is stored, counted as embargoed, and shown only from its time on."""
    hour = NOON + timedelta(hours=5)
    await intake.ingest_articles([replace(WIRE, embargoed=hour)], team=None, source=None)
    assert await visible_headlines(archive, now=hour - timedelta(seconds=1)) == []
    assert await archive.articles.count_embargoed(None, NOON) == 1
    assert await visible_headlines(archive, now=hour) == ["Harbour"]


async def test_an_embargo_survives_restarts_and_clock_changes(
    sqlite_url: str, analyst: CountingAnalyst, web: FakeWeb, clock: FakeClock
) -> None:
    """After a restart, a day early or late, only the embargo's time counts.

    A copy without the embargo frees nothing.
    """
    hour = NOON + timedelta(hours=5)
    for jump in ({"hours": 0}, {"hours": -30}, {"hours": 33}):
        clock.forward(**jump)
        store = await open_store(sqlite_url)
        intake = Intake(store.articles, InProcessReader(), analyst, web, clock)
        await intake.ingest_articles([replace(WIRE, embargoed=hour)], team=None, source=None)
        await intake.ingest_articles([WIRE], team=None, source=None)
        assert await visible_headlines(store, now=hour - timedelta(seconds=1)) == []
        assert await store.articles.count_embargoed(None, clock.now()) == (
            1 if clock.now() < hour else 0
        )
        assert await visible_headlines(store, now=hour) == ["Harbour"]
        await store.close()


async def test_withheld_articles_stay_out(intake: Intake, archive: Store) -> None:
    """A draft or a package is left out, without an error; of a text the operator is told."""
    text = replace(WIRE, status=Status.WITHHELD)
    with capture_logs() as lines:
        taken = await intake.ingest_articles(
            [text, replace(text, body="", guid="urn:x:list")], team=None, source="wire"
        )
    assert [outcome.decision for outcome in taken.outcomes] == [IntakeDecision.WITHHOLD] * 2
    assert await visible_headlines(archive) == []
    (warning,) = (line for line in lines if line["log_level"] == "warning")
    assert (warning["event"], warning["articles"]) == ("articles withheld", 1)
    assert "Drop it again" in warning["reason"]
    assert await archive.articles.withheld.get_files(NOON) == (WithheldFile("wire", 1),)


async def test_a_headline_without_text_is_refused(intake: Intake) -> None:
    """A file with a headline only is refused with a reason; among others the item is left out."""
    bare = replace(WIRE, body="", guid="urn:x:bare")
    with pytest.raises(SourceUnreadable, match="no text"):
        await intake.ingest_articles([bare], team=None, source=None)
    taken = await intake.ingest_articles([bare, WIRE], team=None, source=None)
    assert [outcome.decision for outcome in taken.outcomes] == [
        IntakeDecision.KEEP_OUT,
        IntakeDecision.NEW,
    ]


async def test_a_team_s_article_is_its_own(intake: Intake, archive: Store) -> None:
    """A team's article is seen by that team alone.

    An article for all teams is not stored again for one.
    """
    mine = replace(
        WIRE, guid="urn:x:mine", headline="Mine", body=BODY.replace("Farland", "Nearland")
    )
    await intake.ingest_articles([mine], team="T1", source=None)
    shared = await intake.ingest_articles([WIRE], team=None, source=None)
    assert (await intake.ingest_articles([WIRE], team="T1", source=None)).outcomes == (
        Outcome(IntakeDecision.SAME, duplicate_of=shared.articles[0].id),
    )
    assert await visible_headlines(archive, "T2") == ["Harbour"]
    assert sorted(map(str, await visible_headlines(archive, "T1"))) == ["Harbour", "Mine"]


async def test_a_short_guid_is_its_source_s_own(intake: Intake) -> None:
    """Two outlets may both number an item "1".

    A guid repeated for other addresses is told apart by the address.
    """
    one = Article(body=BODY, guid="1", source="a")
    two = Article(body=f"Quite another text. {BODY}", guid="1", source="b")
    first = await intake.ingest_articles([one], team=None, source="a")
    other = await intake.ingest_articles([two], team=None, source="b")
    assert other.outcomes[0].decision is IntakeDecision.NEW
    assert first.outcomes[0].decision is IntakeDecision.NEW
    same_guid = [
        replace(two, guid="urn:x:all", url=f"https://a.example/{n}", body=f"{n} {BODY}")
        for n in (1, 2)
    ]
    repeated = await intake.ingest_articles(same_guid, team=None, source="b")
    assert [outcome.decision for outcome in repeated.outcomes] == [
        IntakeDecision.NEW,
        IntakeDecision.NEW,
    ]


async def test_concurrent_intakes_store_an_article_once(intake: Intake, archive: Store) -> None:
    """Of many tasks with the same article at once, one stores it."""
    taken = await asyncio.gather(
        *(intake.ingest_articles([WIRE], team=None, source=None) for _ in range(8))
    )
    decisions = [result.outcomes[0].decision for result in taken]
    assert decisions.count(IntakeDecision.NEW) == 1
    assert decisions.count(IntakeDecision.SAME) == 7
    assert await visible_headlines(archive) == ["Harbour"]


async def test_one_bad_analysis_leaves_the_others(
    archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """If the analyst's worker dies of one article, the file's other articles are stored."""

    class Falling:
        async def analyse(self, article: Article) -> Analysis:
            if article.guid == "urn:x:bad":
                raise SourceUnreadable("it broke the reader")
            return await counting.analyse(article)

    from tests.intake_fakes import CountingAnalyst

    counting = CountingAnalyst()
    intake = Intake(archive.articles, InProcessReader(), Falling(), web, clock)
    bad = replace(WIRE, guid="urn:x:bad")
    taken = await intake.ingest_articles([bad, WIRE], team=None, source=None)
    assert [outcome.decision for outcome in taken.outcomes] == [
        IntakeDecision.KEEP_OUT,
        IntakeDecision.NEW,
    ]
    with pytest.raises(SourceUnreadable, match="it broke the reader"):
        await intake.ingest_articles([bad], team=None, source=None)


PAGE = (
    "<html lang='en'><head><title>Harbour</title></head><body><article>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in BODY.split("\n\n"))
    + "</article></body></html>"
)


async def test_an_address_is_read_for_its_team(intake: Intake, web: FakeWeb) -> None:
    """`/digest read` stores a page for the team, under its address after redirects, once."""
    web.set_page("https://courier.example/a", PAGE, url="https://www.courier.example/harbour")
    (first,) = await intake.read_address("https://courier.example/a", team="T1")
    (again,) = await intake.read_address("https://courier.example/a", team="T1")
    assert astuple(first) == astuple(again)
    assert (first.team, first.article.source) == ("T1", "courier.example")
    assert first.article.url == "https://www.courier.example/harbour"


async def test_an_address_without_an_article_says_so(intake: Intake, web: FakeWeb) -> None:
    """A page without text and a dead address raise an error with a message for the person."""
    web.set_page("https://courier.example/login", "<html><body><h1>Sign in</h1></body></html>")
    with pytest.raises(SourceUnreadable, match="no article text"):
        await intake.read_address("https://courier.example/login", team="T1")
    with pytest.raises(SourceUnavailable, match="there is no such page"):
        await intake.read_address("https://courier.example/none", team="T1")


async def test_source_settings_fill_gaps_in_files(
    archive: Store, analyst: CountingAnalyst, web: FakeWeb, clock: FakeClock
) -> None:
    """A source's zone and encoding reach the reader; its name and language fill gaps."""
    known = {"courier": SourceFacts("The Courier", "Europe/Tallinn", "latin-1", "de")}
    intake = Intake(archive.articles, InProcessReader(), analyst, web, clock, known)
    data = f"Harbour stays open\n2026-03-02 14:00\n\nM\u00fcller spoke. {BODY}".encode("latin-1")
    taken = await ingest(intake, data, name="a.txt", source="courier")
    article = taken.articles[0].article
    assert (article.source, article.language) == ("The Courier", "de")
    assert article.published == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert article.body.startswith("M\u00fcller")


async def test_reading_an_address_shows_nothing_withdrawn_or_held(
    intake: Intake, archive: Store, web: FakeWeb, clock: FakeClock
) -> None:
    """An address leads to its stored article only if that is neither withdrawn nor embargoed."""
    web.set_page("https://courier.example/killed", PAGE)
    (killed,) = await intake.read_address("https://courier.example/killed", team=None)
    assert await archive.articles.withdraw(None, "url:courier.example/killed")
    assert await archive.articles.find_withdrawn({killed.id})
    hour = clock.now() + timedelta(hours=1)
    held = replace(
        killed.article, url="https://courier.example/held", embargoed=hour, body=f"Held. {BODY}"
    )
    await intake.ingest_articles([held], team=None, source=None)
    web.set_page("https://courier.example/held", PAGE.replace("<article>", "<article><p>Held.</p>"))
    for address in ("killed", "held"):
        for team in (None, "T1"):
            with contextlib.suppress(SourceUnreadable):
                articles = await intake.read_address(
                    f"https://courier.example/{address}", team=team
                )
                assert not {stored.id for stored in articles} & {killed.id}
                assert all(stored.article.embargoed is None for stored in articles)


async def test_a_source_of_one_team_is_seen_by_that_team_alone(
    archive: Store, analyst: CountingAnalyst, web: FakeWeb, clock: FakeClock
) -> None:
    """Articles of the operator's folder are for all teams, unless their source has an owner."""
    facts = {"wire": SourceFacts(owner="T1")}
    intake = Intake(archive.articles, InProcessReader(), analyst, web, clock, facts)
    await ingest(intake, TEXT, name="a.txt", source="wire")
    assert [await visible_headlines(archive, team) for team in ("T1", "T2", None)] == [
        ["Farland keeps its harbour open"],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("harbor-gazette", "Harbor Gazette"),
        ("old_wire_2", "Old Wire 2"),
        ("coast-and-cargo", "Coast and Cargo"),
        ("wire", "wire"),
        ("Sund-Courier", "Sund-Courier"),
        ("example.org", "example.org"),
        (None, None),
    ],
)
def test_a_folder_names_its_source_as_readers_do(folder: str | None, name: str | None) -> None:
    """Small letters joined by hyphens are a path's spelling of a name; all else is kept."""
    assert name_source(folder) == name
