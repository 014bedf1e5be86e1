"""What a digest's choice reads.

Summaries of the very articles that `get_stories` gives, on both databases.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model import ArticleSummary, Placement, Status, Story, StorySummary
from bot.store import Store, open_store
from bot.stories.scoring import summarize
from tests.builders import (
    EVENING,
    NOON,
    article,
    choose_nearest_story,
    choose_new_story,
    later,
    new_article,
)


def by_article(found: tuple[StorySummary, ...]) -> dict[int, ArticleSummary]:
    """By article; each stands in its own story, once, and under its number."""
    told = [one for story in found for one in story.articles]
    assert len({story.story for story in found}) == len(found)
    assert all(one.story == story.story for story in found for one in story.articles)
    articles = {one.article: one for one in told}
    assert len(articles) == len(told)
    return articles


async def whole(
    store: Store, team: str | None, since: datetime, now: datetime
) -> dict[int, ArticleSummary]:
    """What the summaries should be: made of the stories themselves."""
    return {
        held.id: summarize(held, held.article.published or held.seen)
        for story in await store.articles.get_stories(team, since, now)
        for held in story.articles
    }


def contents(found: Sequence[Story]) -> list[Any]:
    """Give all that stories hold, to compare them by."""
    return [astuple(story) for story in found]


async def file_a_day(store: Store) -> None:
    """Every fate that an article may have."""
    put = store.articles.put
    await put(
        new_article(article(guid="a", published=later(hours=-30)), seen=later(hours=-30)),
        choose_nearest_story,
    )
    await put(new_article(article(guid="b", source="Port Times")), choose_nearest_story)
    await put(new_article(article(guid="c", url=None, source=None), team="T1"), choose_new_story)
    await put(new_article(article(guid="d"), team="T2"), choose_new_story)
    await put(new_article(article(guid="e")), choose_new_story)
    await put(
        new_article(article(guid="e", headline="Harbour open"), seen=later(hours=1)),
        choose_new_story,
    )
    await put(new_article(article(guid="f")), choose_new_story)
    await store.articles.withdraw(None, "f")
    await put(new_article(article(guid="g", embargoed=later(hours=2))), choose_new_story)
    await put(new_article(article(guid="h", status=Status.CANCELED)), choose_new_story)
    await put(new_article(article(body="Nobody spoke.", guid="i", headline=None)), choose_new_story)


@pytest.mark.parametrize("team", [None, "T1", "T3"])
@pytest.mark.parametrize("now", [later(hours=1), EVENING])
async def test_summaries_show_what_the_stories_hold(
    store: Store, team: str | None, now: datetime
) -> None:
    """Updates, kills, embargoes and owners.

    The summaries are those of the articles that `get_stories` gives.
    """
    await file_a_day(store)
    for since in (later(hours=-40), NOON, later(hours=2)):
        expected = await whole(store, team, since, now)
        assert by_article(await store.articles.get_story_summaries(team, since, now)) == expected
    assert expected or now < EVENING


async def test_a_summary_is_never_another_articles(store: Store) -> None:
    """An article whose id was a deleted article's before is seen as itself."""
    for guid in ("first", "second"):
        await store.articles.put(
            new_article(
                article(guid=guid, headline=guid), team="T1", seen=later(minutes=len(guid))
            ),
            choose_new_story,
        )
        expected = await whole(store, "T1", NOON, EVENING)
        assert by_article(await store.articles.get_story_summaries("T1", NOON, EVENING)) == expected
        assert len(expected) == 1
        await store.retention.delete_team("T1")


class Elsewhere:
    """Another process on the same database.

    It takes in, kills, corrects and forgets as chance has it.
    """

    def __init__(self, store: Store, chance: random.Random) -> None:
        self._store, self._chance, self._filed, self.hour = store, chance, 0, 0.0

    async def act(self) -> None:
        """Do one thing."""
        does = (self._put, self._put, self._put, self._again, self._kill, self._forget, self._tidy)
        await self._chance.choice(does)()

    async def _put(self) -> None:
        self._filed += 1
        await self._file(
            f"{self._filed}", self._chance.choice([choose_new_story, choose_nearest_story])
        )

    async def _again(self) -> None:
        await self._file(f"{self._any()}", choose_nearest_story)

    async def _file(self, guid: str, choose: Any) -> None:
        self.hour += self._chance.choice([0.1, 1, 9])
        headline = f"Harbour open for {self.hour:.1f} hours"
        embargoed = later(hours=self.hour + 5) if self._chance.random() < 0.2 else None
        told = article(
            guid=guid, headline=headline, published=later(hours=self.hour), embargoed=embargoed
        )
        owner = self._owner(guid)
        await self._store.articles.put(
            new_article(told, team=owner, seen=later(hours=self.hour)), choose
        )

    async def _kill(self) -> None:
        await self._store.articles.withdraw(self._owner(guid := f"{self._any()}"), guid)

    async def _forget(self) -> None:
        if self._chance.random() < 0.2:
            await self._store.retention.delete_team("T1")

    async def _tidy(self) -> None:
        await self._store.retention.reclaim_space()

    def _any(self) -> int:
        return self._chance.randint(1, max(1, self._filed))

    @staticmethod
    def _owner(guid: str) -> str | None:
        return (None, "T1", None, "T2")[int(guid) % 4]


async def test_what_another_process_changes_is_seen_at_once(store: Store) -> None:
    """Whatever one process does, another reads the summaries of what stands."""
    chance = random.Random(1)
    there = await open_store(store._database.url.render_as_string(hide_password=False))
    elsewhere = Elsewhere(there, chance)
    found = 0
    for _ in range(25):
        for _ in range(chance.choice([0, 1, 1, 2, 6])):
            await elsewhere.act()
        team = chance.choice([None, "T1", "T2", "T3"])
        since = later(hours=elsewhere.hour - chance.choice([0, 5, 30, 300]))
        now = later(hours=elsewhere.hour + chance.choice([0, 3, 50]))
        expected = await whole(there, team, since, now)
        assert by_article(await store.articles.get_story_summaries(team, since, now)) == expected
        found += len(expected)
    assert found > 40
    await there.close()


async def test_a_teams_own_old_article_stays_in_a_story_that_goes_on(store: Store) -> None:
    """Whoever asks later than others sees its own part of what they hold, however old that is."""
    for guid, team, hours in (("own", "T1", -60), ("old", None, -60), ("new", None, -1)):
        content = article(guid=guid, published=later(hours=hours))
        await store.articles.put(
            new_article(content, team=team, seen=later(hours=hours)),
            choose_new_story if guid == "own" else lambda _: Placement(1),
        )
    for team in ("T2", "T1"):
        expected = await whole(store, team, later(hours=-2), EVENING)
        assert (
            by_article(await store.articles.get_story_summaries(team, later(hours=-2), EVENING))
            == expected
        )
    assert len(expected) == 3


async def test_digests_that_ask_side_by_side_lose_no_change(store: Store) -> None:
    """Questions that cross with what comes in leave nothing out for those who ask after them."""
    await store.articles.get_story_summaries(None, NOON, EVENING)

    async def ask(number: int) -> None:
        await store.articles.get_story_summaries(None, later(hours=-number % 7), EVENING)

    async def file(number: int) -> None:
        await store.articles.put(
            new_article(article(guid=f"{number}"), seen=later(minutes=number)), choose_nearest_story
        )
        if number % 5 == 4:
            await store.articles.withdraw(None, f"{number - 1}")

    for start in range(0, 24, 8):
        await asyncio.gather(
            *(does(number) for number in range(start, start + 8) for does in (ask, file, ask))
        )
        expected = await whole(store, None, NOON, EVENING)
        assert by_article(await store.articles.get_story_summaries(None, NOON, EVENING)) == expected
    assert len(expected) > 12


async def test_whole_stories_come_as_the_team_may_see_them(store: Store) -> None:
    """Stories read by their summaries come newest first, as `stories` gives them.

    Of another team's nothing is read.
    """
    await file_a_day(store)
    for team in ("T1", "T3", "T1"):
        all_there = await store.articles.get_stories(team, later(hours=-40), EVENING)
        summaries = await store.articles.get_story_summaries(team, later(hours=-40), EVENING)
        assert contents(await store.articles.load_stories(team, summaries, EVENING)) == contents(
            all_there
        )
    theirs = {story.id for story in await store.articles.load_stories("T3", summaries, EVENING)}
    assert theirs < {story.id for story in all_there}


async def test_nothing_under_embargo_is_read_whole(store: Store) -> None:
    """Neither before it was read nor after.

    The time that is asked for counts, not that of the summaries.
    """
    await file_a_day(store)
    summaries = await store.articles.get_story_summaries(None, later(hours=-40), EVENING)
    earlier = await store.articles.get_stories(None, later(hours=-40), later(hours=1))
    for _ in range(2):
        read = await store.articles.load_stories(None, summaries, later(hours=1))
        assert contents(read) == contents(earlier)
        assert len(await store.articles.load_stories(None, summaries, EVENING)) > len(earlier)


async def test_what_was_killed_is_not_read_any_more(store: Store) -> None:
    """A summary of a moment ago leads to nothing that its source has withdrawn since."""
    await store.articles.put(new_article(article(guid="a")), choose_new_story)
    summaries = await store.articles.get_story_summaries(None, NOON, EVENING)
    await store.articles.withdraw(None, "a")
    assert await store.articles.load_stories(None, summaries, EVENING) == ()


async def test_mentioning_holds_all_words_of_one_topic(store: Store) -> None:
    """Any of the topics, but of a topic all words.

    Nothing dated before, nothing that may not be seen.
    """
    await file_a_day(store)
    ask = store.articles.find_mentioning
    everything = set(await ask(None, ["harbour"], later(hours=-40), EVENING))
    assert everything
    assert await ask(None, ["union ferries", "tram"], later(hours=-40), EVENING) == everything
    assert await ask(None, ["ferries tram", ""], later(hours=-40), EVENING) == frozenset()
    assert await ask(None, ["harbour"], EVENING, EVENING) == frozenset()
    assert everything < await ask("T1", ["harbour"], later(hours=-40), EVENING)


async def test_the_newest_are_found_however_old(store: Store) -> None:
    """A search gives the newest that hold the words, be they of today or of last year."""
    dates = [NOON - timedelta(days=days) for days in (0, 1, 3, 9, 30, 300)] + [
        NOON - timedelta(days=5000)
    ]
    for number, date in enumerate(dates):
        content = article(guid=str(number), published=date)
        await store.articles.put(new_article(content, seen=later(minutes=number)), choose_new_story)
    found = await store.articles.search(None, "harbour ferries", EVENING, limit=20)
    assert [held.article.published for held in found] == dates
    assert [
        held.article.published for held in await store.articles.search(None, "harbour", EVENING, 3)
    ] == dates[:3]


@pytest.mark.parametrize("back", [0, 1, 3, 29, 31, 300, 5000])
async def test_mentioning_reaches_back_as_far_as_asked(store: Store, back: int) -> None:
    """Days, weeks or years: what is dated since then is found, and nothing older."""
    dates = [
        NOON - timedelta(days=days, hours=1)
        for days in (0, 1, 3, 28, 29, 30, 31, 299, 300, 4999, 5000)
    ]
    put = [
        await store.articles.put(
            new_article(article(guid=f"{date}", published=date)), choose_new_story
        )
        for date in dates
    ]
    since = NOON - timedelta(days=back, hours=2)
    expected = {one.id for one, date in zip(put, dates, strict=True) if date >= since}
    assert await store.articles.find_mentioning(None, ["harbour"], since, EVENING) == expected


async def test_a_slip_leads_only_to_names_that_still_speak(store: Store) -> None:
    """A name whose only article was killed, or belongs to another team, is not offered."""
    await store.articles.put(new_article(article(guid="a")), choose_new_story)
    assert await store.articles.find_similar_names(None, "Mara Ilvez", EVENING) == ("ilves",)
    await store.articles.withdraw(None, "a")
    assert await store.articles.find_similar_names(None, "Mara Ilvez", EVENING) == ()
    await store.articles.put(new_article(article(guid="b"), team="T1"), choose_new_story)
    assert await store.articles.find_similar_names(None, "Ilvez", EVENING) == ()
    assert await store.articles.find_similar_names("T1", "Ilvez", EVENING) == ("ilves",)


@pytest.mark.parametrize("common", ["Mara", "Ilves"])
async def test_a_word_that_many_names_share_finds_one_of_them(store: Store, common: str) -> None:
    """Whichever word of a name many share, the statements found are the same."""
    other = {"Mara": "Mara Tamm", "Ilves": "Juri Ilves"}[common]
    for number in range(4):
        body = f"The ferries sail, {other} said on day {number}."
        await store.articles.put(new_article(article(body, guid=f"o{number}")), choose_new_story)
    await store.articles.put(new_article(article(guid="a")), choose_new_story)
    [said] = await store.articles.find_statements_by(None, "Mara Ilves", EVENING)
    assert said.statement.actor is not None
    assert said.statement.actor.name.text == "Mara Ilves"


async def test_what_is_not_read_of_a_story_keeps_its_summary(store: Store) -> None:
    """Articles that a digest does not read stand in their story, in order, without their text."""
    await file_a_day(store)
    summaries = await store.articles.get_story_summaries("T1", later(hours=-48), EVENING)
    load = store.articles.load_stories
    whole = {each.id: each for each in await load("T1", summaries, EVENING)}
    ids = [stored.id for story in whole.values() for stored in story.articles]
    cut = {each.id: each for each in await load("T1", summaries, EVENING, ids[::2])}
    assert cut.keys() == whole.keys()
    for number, story in cut.items():
        pairs = zip(story.articles, whole[number].articles, strict=True)
        for stored, full in pairs:
            assert stored.id == full.id
            assert summarize(stored)._replace(dated=0) == summarize(full)._replace(dated=0)
            assert stored.analysis.terms == full.analysis.terms
            assert bool(stored.article.body) == (stored.id in ids[::2])
