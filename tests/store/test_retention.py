"""What is kept no longer is gone from every corner.

Texts whose time is up, old deliveries, all of a team's.
"""

import asyncio
import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, text

from bot.model import (
    ActorPreference,
    DeliveryKind,
    DeliveryState,
    PreferenceKind,
    StoredArticle,
    StoryVote,
)
from bot.store import Store
from bot.store.tables import article_summaries, articles, deliveries, metadata
from tests.builders import (
    EVENING,
    NOON,
    article,
    choose_new_story,
    digest_of,
    new_article,
    subscription,
)
from tests.databases import database_file

TEAM, OTHER, CHANNEL = "T0FARLAND", "T0NEARLAND", "C0HARBOUR"


async def put(
    store: Store, guid: str, *, days: float = 0, team: str | None = None, origin: str = ""
) -> StoredArticle:
    """Store an article so many days ago."""
    seen = NOON - timedelta(days=days)
    new = new_article(article(guid=guid, published=seen), team=team, seen=seen, origin=origin)
    return await store.articles.put(new, choose_new_story)


async def posted(
    store: Store, *held: StoredArticle, team: str = TEAM, key: str = "1", now: datetime = NOON
) -> int:
    """Post a digest of these articles' stories; its number."""
    delivery = await store.deliveries.open(team, CHANNEL, DeliveryKind.COMMAND, key, now, now)
    assert delivery is not None
    stories = [
        await store.articles.get_story(team, number, EVENING)
        for number in {one.story for one in held}
    ]
    await store.deliveries.compose(delivery.id, digest_of(*stories))
    await store.deliveries.start_sending(delivery.id, now)
    await store.deliveries.record(delivery.id, 0, "1.0")
    assert await store.deliveries.finish(delivery.id, DeliveryState.POSTED, now)
    return delivery.id


async def dump(store: Store) -> str:
    """Everything that stands in any table, as one text."""
    found = []
    async with store._database.reading() as connection:
        for table in metadata.tables.values():
            rows = await connection.execute(select(table))
            found += [json.dumps([str(cell) for cell in row]) for row in rows]
    return "\n".join(found)


async def test_deliveries_of_long_ago_are_forgotten(store: Store) -> None:
    """What ended before is gone with its parts; what is still open, or newer, stays."""
    held = await put(store, "a")
    await posted(store, held, key="old", now=NOON - timedelta(days=500))
    newer = await posted(store, held, key="new")
    waiting = await store.deliveries.open(
        TEAM, CHANNEL, DeliveryKind.COMMAND, "w", NOON, NOON - timedelta(days=500)
    )
    assert waiting is not None
    assert await store.retention.prune_deliveries(NOON - timedelta(days=400)) == 1
    assert {one.id for one in await store.deliveries.get_history(TEAM, CHANNEL)} == {
        newer,
        waiting.id,
    }


async def furnish(store: Store, team: str) -> None:
    """Give a team something of everything."""
    held = await put(store, f"of {team}", team=team, origin="//feed.example")
    await posted(store, held, team=team)
    await store.subscriptions.save(subscription(team=team))
    await store.feeds.add("https://courier.example/feed", team, NOON)
    await store.preferences.save_actor(
        ActorPreference(team, CHANNEL, "Mara Ilves", PreferenceKind.FOLLOW, "U1", NOON)
    )
    await store.preferences.save_vote(
        StoryVote(team, CHANNEL, held.story, True, "U1", NOON, (("harbour", 1.0),), ("Mara Ilves",))
    )
    await store.limits.block(team, "chat.postMessage", NOON, timedelta(minutes=1))


async def test_a_team_is_forgotten_whole(store: Store) -> None:
    """No table holds anything of a forgotten team.

    The others and the operator's articles lose nothing.
    """
    common = await put(store, "common")
    for team in (TEAM, OTHER):
        await furnish(store, team)
    told = await store.retention.delete_team(TEAM)
    assert told == {"articles": 1, "deliveries": 1, "subscriptions": 1, "feeds": 1}
    async with store._database.reading() as connection:
        for name, table in metadata.tables.items():
            if "team" in table.c:
                teams = set((await connection.execute(select(table.c.team))).scalars())
                assert TEAM not in teams, name
    assert TEAM not in await dump(store)
    assert f"of {TEAM}" not in await dump(store)
    found = await store.articles.search(OTHER, "harbour", EVENING)
    assert {one.team for one in found} == {None, OTHER}
    assert common.id in {one.id for one in found}
    shown = await store.articles.search(TEAM, "harbour", EVENING)
    assert [one.id for one in shown] == [one.id for one in found if one.team is None]
    assert (await store.retention.delete_team(TEAM))["articles"] == 0


async def test_no_article_gets_the_number_of_one_forgotten(store: Store) -> None:
    """A number that was just found for one team never leads it to an article of another."""
    gone = await put(store, "ours", team=TEAM)
    await store.retention.delete_team(TEAM)
    assert (await put(store, "theirs", team=OTHER)).id > gone.id


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_number_that_comes_back_leads_to_its_new_article(store: Store) -> None:
    """A database made before numbers were kept from coming back.

    What was read by one is read anew.
    """
    gone = await put(store, "ours", team=TEAM)
    wanted = [("Mara Ilves", EVENING)]
    for team in (TEAM, OTHER):
        await store.articles.get_story_summaries(team, gone.seen, EVENING)
        [traces] = (await store.articles.find_earlier_statements(team, wanted, EVENING)).values()
        await store.articles.load_statements(team, traces, EVENING)
    await store.retention.delete_team(TEAM)
    async with store._database.writing() as connection:
        await connection.execute(text("DELETE FROM sqlite_sequence"))
    new = article(
        "Nowhere is a quayside as quiet, Mara Ilves said.", guid="theirs", headline="Quiet quays"
    )
    theirs = await store.articles.put(new_article(new, team=OTHER), choose_new_story)
    assert theirs.id == gone.id
    [trace] = (await store.articles.find_earlier_statements(OTHER, wanted, EVENING))[wanted[0]]
    assert trace.terms == theirs.analysis.terms
    [said] = (await store.articles.load_statements(OTHER, [trace], EVENING)).values()
    assert said.article.article == new
    [summaries] = await store.articles.get_story_summaries(OTHER, theirs.seen, EVENING)
    assert summaries.articles[0].opening == "Quiet quays"


async def test_the_operators_articles_cannot_be_forgotten(store: Store) -> None:
    """Nobody's team is no team: an empty name deletes nothing."""
    await put(store, "common")
    with pytest.raises(ValueError, match="no team"):
        await store.retention.delete_team("")
    assert await store.articles.search(None, "harbour", EVENING)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_search_index_stays_sound(store: Store) -> None:
    """SQLite's own check finds nothing wrong with the index after words were struck out."""
    for number in range(5):
        await put(store, str(number), team=TEAM if number % 2 else None)
    await store.retention.delete_team(TEAM)
    async with store._database.writing() as connection:
        await connection.execute(
            text("INSERT INTO searchable (searchable) VALUES ('integrity-check')")
        )
    assert len(await store.articles.search(None, "harbour", EVENING)) == 3
    async with store._database.reading() as connection:
        assert (await connection.execute(select(deliveries.c.id))).all() == []


async def free_pages(store: Store) -> int:
    """How many pages of the file hold nothing."""
    async with store._database.reading() as connection:
        return int((await connection.execute(text("PRAGMA freelist_count"))).scalar_one())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_free_is_given_back_to_the_disk(store: Store) -> None:
    """The file shrinks by what was dropped from it, hour by hour."""
    for number in range(60):
        await put(store, str(number), team=TEAM)
    async with store._database.writing() as connection:
        for table in (article_summaries, articles):
            await connection.execute(delete(table))
    free = await free_pages(store)
    assert free > 20
    await store.retention.reclaim_space()
    assert await free_pages(store) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_others_write_while_a_team_is_forgotten(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes a team's words go from the file is done in short steps.

    And news gets in between them.
    """
    monkeypatch.setattr("bot.store.retention._MERGE_PAGES", 1)
    for number in range(40):
        words = " ".join(f"quay{number}x{place}" for place in range(400))
        await store.articles.put(
            new_article(article(words, guid=f"{number}"), team=TEAM), choose_new_story
        )
    forgetting = asyncio.create_task(store.retention.delete_team(TEAM))
    taken_in = 0
    while not forgetting.done():
        await put(store, f"common {taken_in}")
        taken_in += 1
    assert taken_in > 3
    assert (await forgetting)["articles"] == 40


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_forgotten_team_is_not_in_the_file_either(store: Store) -> None:
    """No free page, no index of words and no log beside the file keeps a byte of a team."""
    await put(store, "common")
    for number in range(30):
        told = article(
            f"The tunnel at Quibblehaven stays closed, Runa Zorb{number}atelli said.",
            guid=str(number),
        )
        await store.articles.put(new_article(told, team=TEAM), choose_new_story)
    await furnish(store, TEAM)
    await store.retention.delete_team(TEAM)
    for path in database_file(store).parent.glob(f"{database_file(store).name}*"):
        held = path.read_bytes().lower()
        assert not [
            word for word in (b"quibble", b"atelli", TEAM.lower().encode()) if word in held
        ], path
    assert await store.articles.search(OTHER, "harbour", EVENING)
