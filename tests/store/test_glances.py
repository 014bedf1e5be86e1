"""What a digest's choice reads: at a glance the very articles that are there whole, on both kinds of database."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, text, update

from bot.model import Span, Status
from bot.store import analyses, names, open_store, upgrade
from bot.store.database import MIGRATION_LOCK
from bot.store.schema import alembic_config
from bot.store.tables import articles, name_words
from bot.stories.shortlist import glance
from tests.newsroom import NOON, a_new_story, article, later, new_article, the_nearest

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.ports import Glance
    from bot.store import SqlStore

EVENING = later(hours=8)


def at_a_glance(found: tuple[Glance, ...]) -> dict[int, Glance]:
    """By article."""
    return {one.article: one for one in found}


async def whole(store: SqlStore, team: str | None, since: datetime, now: datetime) -> dict[int, Glance]:
    """What the glances should be: made of the stories themselves."""
    return {
        held.id: glance(held, held.article.published or held.seen)
        for story in await store.articles.stories(team, since, now)
        for held in story.articles
    }


async def file_a_day(store: SqlStore) -> None:
    """Every fate that an article may have."""
    put = store.articles.put
    await put(new_article(article(guid="a", published=later(hours=-30)), seen=later(hours=-30)), the_nearest)
    await put(new_article(article(guid="b", source="Port Times")), the_nearest)
    await put(new_article(article(guid="c", url=None, source=None), team="T1"), a_new_story)
    await put(new_article(article(guid="d"), team="T2"), a_new_story)
    await put(new_article(article(guid="e")), a_new_story)
    await put(new_article(article(guid="e", headline="Harbour open"), seen=later(hours=1)), a_new_story)
    await put(new_article(article(guid="f")), a_new_story)
    await store.articles.withdraw(None, "f")
    await put(new_article(article(guid="g", embargoed=later(hours=2))), a_new_story)
    await put(new_article(article(guid="h", status=Status.CANCELED)), a_new_story)
    await put(new_article(article(body="Nobody spoke.", guid="i", headline=None)), a_new_story)


@pytest.mark.parametrize("team", [None, "T1", "T3"])
@pytest.mark.parametrize("now", [later(hours=1), EVENING])
async def test_a_glance_shows_what_the_stories_hold(store: SqlStore, team: str | None, now: datetime) -> None:
    """Updates, kills, embargoes and owners: the glances are those of the articles that `stories` gives."""
    await file_a_day(store)
    for since in (later(hours=-40), NOON, later(hours=2)):
        expected = await whole(store, team, since, now)
        assert at_a_glance(await store.articles.glances(team, since, now)) == expected
    assert expected or now < EVENING


async def test_a_glance_is_never_another_articles(store: SqlStore) -> None:
    """An article whose number was another's before (SQLite gives the last ones anew) is seen as itself."""
    for guid in ("first", "second"):
        await store.articles.put(
            new_article(article(guid=guid, headline=guid), team="T1", seen=later(minutes=len(guid))), a_new_story
        )
        expected = await whole(store, "T1", NOON, EVENING)
        assert at_a_glance(await store.articles.glances("T1", NOON, EVENING)) == expected
        assert len(expected) == 1
        await store.retention.forget("T1")


async def test_a_growing_story_keeps_the_glances_it_had(store: SqlStore) -> None:
    """What was read before is the same object after: what is remembered of a story holds no copy for each change."""
    held: dict[int, Glance] = {}
    for number in range(5):
        new = new_article(article(guid=f"{number}"), seen=later(minutes=number))
        await store.articles.put(new, the_nearest)
        found = at_a_glance(await store.articles.glances(None, later(hours=-1), EVENING))
        assert len({one.story for one in found.values()}) == 1
        assert all(found[number] is one for number, one in held.items())
        held = found
    assert len(held) == 5


async def test_whole_stories_come_as_the_team_may_see_them(store: SqlStore) -> None:
    """Stories asked for by number come newest first; another team's is left out."""
    await file_a_day(store)
    all_there = list(await store.articles.stories("T1", later(hours=-40), EVENING))
    assert await store.articles.whole("T1", [story.id for story in all_there] + [404], EVENING) == tuple(all_there)
    mine = {story.id for story in all_there}
    theirs = {story.id for story in await store.articles.whole("T3", mine, EVENING)}
    assert theirs < mine


async def test_mentioning_holds_all_words_of_one_topic(store: SqlStore) -> None:
    """Any of the topics, but of a topic all words; nothing dated before, nothing that may not be seen."""
    await file_a_day(store)
    ask = store.articles.mentioning
    everything = set(await ask(None, ["harbour"], later(hours=-40), EVENING))
    assert everything
    assert await ask(None, ["union ferries", "tram"], later(hours=-40), EVENING) == everything
    assert await ask(None, ["ferries tram", ""], later(hours=-40), EVENING) == frozenset()
    assert await ask(None, ["harbour"], EVENING, EVENING) == frozenset()
    assert everything < await ask("T1", ["harbour"], later(hours=-40), EVENING)


async def test_the_newest_are_found_however_old(store: SqlStore) -> None:
    """A search gives the newest that hold the words, whether they are of today, last week or last year."""
    dates = [NOON - timedelta(days=days) for days in (0, 1, 3, 9, 30, 300)] + [NOON - timedelta(days=5000)]
    for number, date in enumerate(dates):
        content = article(guid=str(number), published=date)
        await store.articles.put(new_article(content, seen=later(minutes=number)), a_new_story)
    found = await store.articles.search(None, "harbour ferries", EVENING, limit=20)
    assert [held.article.published for held in found] == dates
    assert [held.article.published for held in await store.articles.search(None, "harbour", EVENING, 3)] == dates[:3]


@pytest.mark.parametrize("back", [0, 1, 3, 29, 31, 300, 5000])
async def test_mentioning_reaches_back_as_far_as_asked(store: SqlStore, back: int) -> None:
    """Days, weeks or years: what is dated since then is found, and nothing older."""
    dates = [NOON - timedelta(days=days, hours=1) for days in (0, 1, 3, 28, 29, 30, 31, 299, 300, 4999, 5000)]
    put = [
        await store.articles.put(new_article(article(guid=f"{date}", published=date)), a_new_story) for date in dates
    ]
    since = NOON - timedelta(days=back, hours=2)
    expected = {one.id for one, date in zip(put, dates, strict=True) if date >= since}
    assert await store.articles.mentioning(None, ["harbour"], since, EVENING) == expected


async def test_a_slip_leads_only_to_names_that_still_speak(store: SqlStore) -> None:
    """A name whose only article was killed, or belongs to another team, is not offered."""
    await store.articles.put(new_article(article(guid="a")), a_new_story)
    assert await store.articles.names_like(None, "Mara Ilvez", EVENING) == ("ilves",)
    await store.articles.withdraw(None, "a")
    assert await store.articles.names_like(None, "Mara Ilvez", EVENING) == ()
    await store.articles.put(new_article(article(guid="b"), team="T1"), a_new_story)
    assert await store.articles.names_like(None, "Ilvez", EVENING) == ()
    assert await store.articles.names_like("T1", "Ilvez", EVENING) == ("ilves",)


@pytest.mark.parametrize("common", ["Mara", "Ilves"])
async def test_the_rarer_word_of_a_name_leads(store: SqlStore, common: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever word of a name many share, the statements found are the same."""
    monkeypatch.setattr("bot.store.names._COMMON", 2)
    other = {"Mara": "Mara Tamm", "Ilves": "Juri Ilves"}[common]
    for number in range(4):
        body = f"The ferries sail, {other} said on day {number}."
        await store.articles.put(new_article(article(body, guid=f"o{number}")), a_new_story)
    await store.articles.put(new_article(article(guid="a")), a_new_story)
    for _ in range(2):  # what is common is remembered
        [said] = await store.articles.said_by(None, "Mara Ilves", EVENING)
        assert said.statement.actor is not None
        assert said.statement.actor.name.text == "Mara Ilves"


@pytest.mark.parametrize(
    ("name", "counted"), [("Mara Ilves", 2), ("Mara van Ilves", 5), ("Ilves", 0)], ids=["two words", "three", "one"]
)
async def test_how_common_a_name_is_is_asked_where_it_tells(
    store: SqlStore, name: str, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two words for a while only; of three each time, for the two rarest tell who is meant; of one never."""
    monkeypatch.setattr("bot.store.names._COUNTED_ANEW", 4)
    asked: list[str] = []
    event.listen(store._database.engine.sync_engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    for _ in range(5):
        assert await store.articles.said_by(None, name, EVENING) == ()
    assert sum("name_words" in statement for statement in asked) == counted


async def test_who_speaks_does_not_depend_on_what_was_counted(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that was rare when it was counted, and is common now, leads to the same statements all the same."""
    monkeypatch.setattr("bot.store.names._COMMON", 3)
    known = ("Mara Ilves", "Mara Tamm", "Olen Ilves")
    for number in range(15):
        body = f"The ferries sail, {known[(number // 4) % 3]} said on day {number}."
        await store.articles.put(new_article(article(body, guid=f"{number}")), a_new_story)
        found = {name: await store.articles.said_by(None, name, EVENING) for name in known}
        assert all(said.statement.actor.name.text == name for name in known for said in found[name])  # type: ignore[union-attr]
        assert sum(map(len, found.values())) == number + 1


async def test_an_older_database_gets_its_glances(database_url: str) -> None:
    """A database from before these tables, with articles in it, is brought up with nothing lost."""
    store = await open_store(database_url)
    await file_a_day(store)
    expected = [await store.articles.glances("T1", later(hours=-40), now) for now in (later(hours=1), EVENING)]
    held = [astuple(story) for story in await store.articles.stories("T1", later(hours=-40), EVENING)]
    database = store._database
    async with database.reading() as connection:
        words = set((await connection.execute(select(name_words))).all())
    async with database.writing(MIGRATION_LOCK) as connection:
        await connection.run_sync(_go_back)
    await store.close()
    await upgrade(database_url)
    store = await open_store(database_url)
    again = [await store.articles.glances("T1", later(hours=-40), now) for now in (later(hours=1), EVENING)]
    assert list(map(at_a_glance, again)) == list(map(at_a_glance, expected))
    assert [astuple(story) for story in await store.articles.stories("T1", later(hours=-40), EVENING)] == held
    found = await store.articles.search(None, "harbour ferries", EVENING)
    assert len(found) == len(await store.articles.mentioning(None, ["harbour ferries"], later(hours=-40), EVENING))
    async with store._database.reading() as connection:
        assert set((await connection.execute(select(name_words))).all()) == words
    await store.close()


def _go_back(connection: Connection) -> None:
    """Take away what the migration brings, as if it had not been."""
    gone = ("deliveries_unfinished", "deliveries_on_the_way", "deliveries_posted", "deliveries_by_time")
    for sql in (
        "DROP TABLE glances",
        "DROP TABLE name_words",
        *(f"DROP INDEX {name}" for name in ("articles_killed", *gone)),
        "CREATE INDEX deliveries_by_state ON deliveries (state, touched)",
    ):
        connection.execute(text(sql))
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "UPDATE searchable SET words = array_to_tsvector("
                "(SELECT array_agg(word) FROM unnest(tsvector_to_array(words)) word WHERE word NOT LIKE '#%'))"
            )
        )
    for row in connection.execute(select(articles.c.id, articles.c.body, articles.c.analysis)).all():
        change = update(articles).where(articles.c.id == row.id)
        connection.execute(change.values(analysis=_as_it_was(row.analysis, row.body)))
    config = alembic_config()
    config.attributes["connection"] = connection
    command.stamp(config, "0010")


def _as_it_was(analysis: str, body: str) -> str:
    """Write an analysis as it was written before: each span in its place, one of the body without its words."""

    def wordless(fields: list[tuple[str, Any]]) -> dict[str, Any]:
        span = dict(fields)
        of_body = span.keys() == {"start", "end", "text"} and Span(**span).holds_in(body)
        return {name: value for name, value in span.items() if not (of_body and name == "text")}

    return json.dumps(asdict(analyses.unpack(analysis, body), dict_factory=wordless))


@given(st.text("abcde", min_size=1, max_size=8), st.lists(st.text("abcde", min_size=1, max_size=10), max_size=20))
def test_no_name_that_looks_alike_is_left_out(wanted: str, words: list[str]) -> None:
    """Counting letters first changes nothing but the time that the search for a slip takes."""
    some = names._sharing_letters(wanted, words)
    assert get_close_matches(wanted, some, 12, names._ALIKE) == get_close_matches(wanted, words, 12, names._ALIKE)
