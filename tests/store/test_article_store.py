"""Articles, versions and stories in the store; each fact on SQLite and on PostgreSQL."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import astuple, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import (
    Analysis,
    Article,
    Candidate,
    Placement,
    Status,
    StoredArticle,
    StoredVersion,
    Story,
)
from bot.model.errors import NotFound
from bot.store import Store, article_rows, open_store
from tests.builders import (
    EVENING,
    NOON,
    article,
    choose_nearest_story,
    choose_new_story,
    later,
    new_article,
    statement,
)


async def put(store: Store, content: Article, **about: object) -> StoredArticle:
    """Store an article as the beginning of a story."""
    return await store.articles.put(new_article(content, **about), choose_new_story)


async def newest(store: Store, identity: str, team: str | None = None) -> StoredVersion:
    """What the store knows of an identity it has."""
    known = await store.articles.find_version(team, identity)
    assert known is not None
    return known


def ids_of(saved: Sequence[StoredArticle]) -> list[int]:
    """The articles by their numbers, in the order given."""
    return [one.id for one in saved]


def ids(stories: Sequence[Story]) -> list[list[int]]:
    """The articles of each story, in the order given."""
    return [ids_of(story.articles) for story in stories]


class TestPutting:
    """What goes in comes out."""

    async def test_what_is_put_comes_back_whole(self, store: Store) -> None:
        """Every field of an article and its analysis survives the store."""
        full = article(
            byline="By a reporter",
            guid="urn:courier:1",
            version="3",
            updated=later(minutes=5),
            embargoed=later(hours=-1),
        )
        saved = await put(store, full, team="T1", seen=later(minutes=1))
        assert (saved.article, saved.team, saved.seen) == (full, "T1", later(minutes=1))
        assert astuple(await store.articles.get(saved.id)) == astuple(saved)

    async def test_what_the_source_did_not_say_stays_unsaid(self, store: Store) -> None:
        """None comes back as None."""
        bare = article(headline=None, source=None, published=None, url=None, language=None)
        saved = await put(store, bare)
        assert (await store.articles.get(saved.id)).article == bare

    async def test_sources_are_named_busiest_first_and_only_to_whom_they_are_shown(
        self, store: Store
    ) -> None:
        """A team sees public sources and its own, not those under embargo or silent since."""
        for number, source in enumerate(("Coast Radio", "Baltic Daily", "Baltic Daily", None)):
            await put(store, article(guid=f"public {number}", source=source))
        await put(store, article(guid="own", source="Team Letter"), team="T1")
        await put(store, article(guid="theirs", source="Other Letter"), team="T2")
        await put(store, article(guid="held", source="Held Wire", embargoed=later(hours=2)))
        ask = store.sources.get_names
        shown = ("Baltic Daily", "Coast Radio", "Team Letter")
        assert await ask("T1", later(hours=-24), later(hours=1)) == shown
        assert await ask("T1", later(hours=-24), later(hours=1), limit=1) == ("Baltic Daily",)
        assert await ask("T1", later(hours=1), later(hours=3)) == ("Held Wire",)

    async def test_an_unknown_article_is_not_found(self, store: Store) -> None:
        """An id that was never given raises NotFound."""
        with pytest.raises(NotFound):
            await store.articles.get(404)

    async def test_words_are_those_of_every_version_whatever_became_of_it(
        self, store: Store
    ) -> None:
        """Headline and body as they stand in the rows asked for; what is not there is absent."""
        old = await put(store, article(guid="a"))
        new = await put(store, article("Other words, Mara Ilves said.", guid="a", headline=None))
        await store.articles.withdraw(None, "a")
        found = await store.articles.get_texts([old.id, new.id, 404])
        assert {number: (one.headline, one.body) for number, one in found.items()} == {
            saved.id: (saved.article.headline, saved.article.body) for saved in (old, new)
        }
        assert await store.articles.get_texts([]) == {}

    async def test_putting_the_same_twice_is_putting_it_once(self, store: Store) -> None:
        """The very same article under the same identity gives the stored one back."""
        first = await put(store, article(guid="a"))
        assert astuple(await put(store, article(guid="a"), seen=later(hours=1))) == astuple(first)

    async def test_a_failed_choice_stores_nothing(self, store: Store) -> None:
        """When `choose` raises, neither article nor story nor terms remain."""

        def refuse(_: Sequence[Candidate]) -> None:
            raise RuntimeError("no choice")

        with pytest.raises(RuntimeError, match="no choice"):
            await store.articles.put(new_article(article(guid="a")), refuse)
        assert await store.articles.find_version(None, "a") is None
        assert await store.articles.search(None, "Farland", EVENING) == ()
        offered: list[Candidate] = []
        await store.articles.put(new_article(article(guid="b")), offered.extend)
        assert offered == []


class TestVersions:
    """One identity, several versions."""

    async def test_nothing_is_known_at_first(self, store: Store) -> None:
        """An identity that was never put is not known."""
        assert await store.articles.find_version(None, "a") is None

    async def test_a_newer_version_takes_the_place_of_the_older(self, store: Store) -> None:
        """The story shows the newer version only; the older stays for the digests that cite it."""
        old = await put(store, article(guid="a", version="1"))
        new = await put(
            store,
            article(body="Farland closes its harbour.", guid="a", version="2"),
            seen=later(hours=1),
        )
        assert new.story == old.story
        assert ids(await store.articles.get_stories(None, NOON, EVENING)) == [[new.id]]
        assert astuple(await store.articles.get(old.id)) == astuple(old)
        known = await newest(store, "a")
        assert (known.id, known.version, known.withdrawn) == (new.id, "2", False)

    async def test_an_older_version_is_found_no_more(self, store: Store) -> None:
        """Search, statements and candidates leave superseded versions out."""
        await put(store, article(guid="a"))
        await put(
            store,
            article(body="The airport stays shut, Olen Tarr said.", guid="a"),
            seen=later(hours=1),
        )
        assert await store.articles.search(None, "ferries", EVENING) == ()
        assert await store.articles.find_statements_by(None, "Ilves", EVENING) == ()
        offered: list[Candidate] = []
        await store.articles.put(
            new_article(article(guid="b"), seen=later(hours=2)), offered.extend
        )
        assert offered == []

    async def test_a_newer_version_is_not_asked_for_its_story(self, store: Store) -> None:
        """An update keeps its story without a choice."""
        old = await put(store, article(guid="a"))

        def never(_: Sequence[Candidate]) -> None:
            pytest.fail("an update was asked for its story")

        new = await store.articles.put(
            new_article(article(guid="a", headline="Harbour stays open")), never
        )
        assert new.story == old.story

    async def test_a_teams_copy_is_not_a_version_of_the_public_one(self, store: Store) -> None:
        """The same identity from a team's feed and from the operator's are two articles."""
        ours = await put(store, article(guid="a"))
        theirs = await put(store, article(guid="a", headline="Their copy"), team="T1")
        assert (await newest(store, "a")).id == ours.id
        assert (await newest(store, "a", "T1")).id == theirs.id
        assert await store.articles.find_version("T2", "a") is None
        assert ids(await store.articles.get_stories(None, NOON, EVENING)) == [[ours.id]]
        assert sorted(ids(await store.articles.get_stories("T1", NOON, EVENING))) == [
            [ours.id],
            [theirs.id],
        ]

    async def test_a_canceled_version_hides_the_article(self, store: Store) -> None:
        """When the newest version is canceled, no version is shown, and it counts as withdrawn."""
        await put(store, article(guid="a"))
        await put(store, article(guid="a", status=Status.CANCELED), seen=later(hours=1))
        assert await store.articles.get_stories(None, NOON, EVENING) == ()
        assert (await newest(store, "a")).withdrawn


class TestWithdrawing:
    """A source kills its article."""

    async def test_a_withdrawn_article_is_in_no_list(self, store: Store) -> None:
        """Stories, search, statements and export leave it out; for proof it can still be read."""
        saved = await put(store, article(guid="a"))
        assert await store.articles.withdraw(None, "a")
        assert await store.articles.get_stories(None, NOON, EVENING) == ()
        assert await store.articles.search(None, "harbour", EVENING) == ()
        assert await store.articles.find_statements_by(None, "Ilves", EVENING) == ()
        assert [said async for said in store.articles.iter_statements(None, NOON, EVENING)] == []
        with pytest.raises(NotFound):
            await store.articles.get_story(None, saved.story, EVENING)
        assert astuple(await store.articles.get(saved.id)) == astuple(saved)
        assert (await newest(store, "a")).withdrawn

    async def test_only_the_owners_article_is_withdrawn(self, store: Store) -> None:
        """A kill in one team's feed does not touch the operator's article.

        And the other way round.
        """
        ours = await put(store, article(guid="a"))
        assert not await store.articles.withdraw("T1", "a")
        await put(store, article(guid="a"), team="T1")
        assert await store.articles.withdraw("T1", "a")
        assert ids(await store.articles.get_stories("T1", NOON, EVENING)) == [[ours.id]]

    async def test_withdrawing_what_is_not_there_answers_no(self, store: Store) -> None:
        """There was none."""
        assert not await store.articles.withdraw(None, "never seen")

    async def test_a_withdrawn_article_may_come_back(self, store: Store) -> None:
        """The source sends it again after the kill: it is shown again, as a new version."""
        old = await put(store, article(guid="a"))
        await store.articles.withdraw(None, "a")
        again = await put(store, article(guid="a"), seen=later(hours=1))
        assert again.id != old.id
        assert ids(await store.articles.get_stories(None, NOON, EVENING)) == [[again.id]]
        assert not (await newest(store, "a")).withdrawn


class TestVisibility:
    """Who may see what, and when."""

    @pytest.mark.parametrize("status", [Status.CANCELED, Status.WITHHELD])
    async def test_only_usable_articles_are_shown(self, store: Store, status: Status) -> None:
        """Canceled and withheld articles are in none of the lists."""
        await put(store, article(status=status))
        assert await store.articles.get_stories(None, NOON, EVENING) == ()
        assert await store.articles.search(None, "harbour", EVENING) == ()

    async def test_an_embargo_holds_until_its_hour(self, store: Store) -> None:
        """One microsecond before it, nothing; at its hour, everything."""
        saved = await put(store, article(embargoed=later(hours=2)))
        before, at = later(hours=2, microseconds=-1), later(hours=2)
        assert await store.articles.get_stories(None, NOON, before) == ()
        assert await store.articles.search(None, "harbour", before) == ()
        assert await store.articles.find_statements_by(None, "Ilves", before) == ()
        assert await store.articles.count_embargoed(None, before) == 1
        assert ids(await store.articles.get_stories(None, NOON, at)) == [[saved.id]]
        assert ids_of(await store.articles.search(None, "harbour", at)) == [saved.id]
        assert await store.articles.count_embargoed(None, at) == 0

    async def test_an_article_is_new_when_its_embargo_ends(self, store: Store) -> None:
        """A digest whose period began after the article was seen.

        But before its embargo ended, has it.
        """
        saved = await put(store, article(embargoed=later(hours=2)))
        assert ids(await store.articles.get_stories(None, later(hours=1), EVENING)) == [[saved.id]]
        assert [
            said.article.id
            async for said in store.articles.iter_statements(None, later(hours=1), EVENING)
        ]
        assert await store.articles.get_stories(None, later(hours=2, seconds=1), EVENING) == ()

    async def test_another_teams_articles_are_out_of_sight(self, store: Store) -> None:
        """A team's own article is seen by that team alone, in every list."""
        saved = await put(store, article(embargoed=later(hours=1)), team="T1")
        for team, seen in ((None, []), ("T2", []), ("T1", [[saved.id]])):
            assert ids(await store.articles.get_stories(team, NOON, EVENING)) == seen
            assert len(await store.articles.search(team, "harbour", EVENING)) == len(seen)
            assert len(await store.articles.find_statements_by(team, "Ilves", EVENING)) == len(seen)
            assert await store.articles.count_embargoed(team, NOON) == len(seen)

    async def test_a_story_holds_what_the_asking_team_may_see(self, store: Store) -> None:
        """A team's article in a public story is in it for that team only."""
        ours = await put(store, article(guid="a"))
        theirs = await store.articles.put(
            new_article(article(guid="b"), team="T1", seen=later(hours=1)), choose_nearest_story
        )
        assert theirs.story == ours.story
        assert len((await store.articles.get_story("T1", ours.story, EVENING)).articles) == 2
        assert len((await store.articles.get_story("T2", ours.story, EVENING)).articles) == 1


class TestStories:
    """Stories of a period."""

    async def test_a_story_is_given_whole(self, store: Store) -> None:
        """Articles seen before the period come along when the story has one seen in it."""
        old = await put(store, article(guid="a", published=later(hours=-5)), seen=later(hours=-4))
        new = await store.articles.put(
            new_article(article(guid="b", published=NOON), seen=NOON), choose_nearest_story
        )
        assert ids(await store.articles.get_stories(None, NOON, EVENING)) == [[new.id, old.id]]
        assert ids([await store.articles.get_story(None, old.story, EVENING)]) == [[new.id, old.id]]

    async def test_the_first_moment_of_the_period_belongs_to_it(self, store: Store) -> None:
        """Seen exactly at `since` is seen since then; a moment earlier is not."""
        await put(store, article(guid="a"), seen=NOON)
        assert len(await store.articles.get_stories(None, NOON, EVENING)) == 1
        assert await store.articles.get_stories(None, later(microseconds=1), EVENING) == ()

    async def test_newest_first_is_by_what_the_source_says(self, store: Store) -> None:
        """A feed read for the first time gives its entries newest first: arrival is not age."""
        monday = await put(store, article(guid="a", published=later(hours=-1)), seen=NOON)
        sunday = await put(
            store, article(guid="b", published=later(hours=-24)), seen=later(seconds=1)
        )
        stories = await store.articles.get_stories(None, NOON, EVENING)
        assert ids(stories) == [[monday.id], [sunday.id]]
        assert [saved.id for saved in await store.articles.search(None, "harbour", EVENING)] == [
            monday.id,
            sunday.id,
        ]

    async def test_a_date_to_come_makes_no_article_newer(self, store: Store) -> None:
        """A source whose clock is wrong does not stay on top.

        What is published later was seen now.
        """
        wrong = await put(store, article(guid="a", published=later(days=400)), seen=NOON)
        right = await put(store, article(guid="b", published=None), seen=later(seconds=1))
        assert ids(await store.articles.get_stories(None, NOON, EVENING)) == [
            [right.id],
            [wrong.id],
        ]

    async def test_an_unknown_story_is_not_found(self, store: Store) -> None:
        """A story that is not there, or of another team, raises NotFound."""
        saved = await put(store, article(), team="T1")
        with pytest.raises(NotFound):
            await store.articles.get_story(None, saved.story, EVENING)
        with pytest.raises(NotFound):
            await store.articles.get_story("T1", 404, EVENING)


class TestCandidates:
    """What a new article's story is chosen from."""

    async def test_a_candidate_shares_a_term(self, store: Store) -> None:
        """An article on other things is not offered.

        One that shares a term is, as grouping needs it.
        """
        near = await put(store, article(guid="a"))
        await put(store, article(body="Snow fell.", headline="Snow", guid="b"))
        offered: list[Candidate] = []
        new = new_article(article(body="The harbour was quiet.", guid="c"), seen=later(hours=1))
        await store.articles.put(new, offered.extend)
        (only,) = offered
        assert (only.article, only.story, only.headline) == (
            near.id,
            near.story,
            near.article.headline,
        )
        assert (only.seen, only.published, only.terms) == (
            near.seen,
            near.article.published,
            dict(near.analysis.terms),
        )

    async def test_without_a_headline_a_candidate_has_its_title(self, store: Store) -> None:
        """The title that the analysis found stands in."""
        near = await put(store, article(headline=None, guid="a"))
        offered: list[Candidate] = []
        await store.articles.put(new_article(article(guid="b")), offered.extend)
        assert [candidate.headline for candidate in offered] == [near.analysis.title.text]

    async def test_candidates_are_recent(self, store: Store) -> None:
        """120 hours back, no more."""
        edge = await put(store, article(guid="a"), seen=NOON)
        await put(store, article(guid="b"), seen=later(microseconds=-1))
        offered: list[Candidate] = []
        await store.articles.put(
            new_article(article(guid="c"), seen=later(hours=120)), offered.extend
        )
        assert [candidate.article for candidate in offered] == [edge.id]

    async def test_a_candidate_knows_when_its_story_was_published(self, store: Store) -> None:
        """So that no article joins a story that began too long before."""
        await put(store, article(guid="a", published=NOON), seen=NOON)
        middle, end = later(hours=30), later(hours=90)
        for guid, at in (("b", end), ("c", middle)):
            new = new_article(article(guid=guid, published=at), seen=later(hours=91))
            await store.articles.put(new, choose_nearest_story)
        offered: list[Candidate] = []
        await store.articles.put(
            new_article(article(guid="d"), seen=later(hours=92)), offered.extend
        )
        assert [(each.story_begun, each.story_newest) for each in offered] == [(NOON, end)] * 3

    async def test_candidates_are_what_the_owner_may_see(self, store: Store) -> None:
        """A public article never joins a team's story.

        A team's may join its own and public ones.
        """
        public = await put(store, article(guid="a"))
        own = await put(store, article(guid="b"), team="T1")
        await put(store, article(guid="c"), team="T2")
        for team, expected in ((None, {public.id}), ("T1", {public.id, own.id})):
            offered: list[Candidate] = []

            def look(
                candidates: Sequence[Candidate], offered: list[Candidate] = offered
            ) -> Placement:
                offered.extend(candidates)
                return Placement(candidates[0].story)

            saved = await store.articles.put(new_article(article(guid="d"), team=team), look)
            assert {candidate.article for candidate in offered} == expected
            assert await store.articles.withdraw(team, "d")
            assert saved.story in {public.story, own.story}

    async def test_an_article_without_terms_has_no_candidates(self, store: Store) -> None:
        """No words that tell its event: a story of its own."""
        await put(store, article(guid="a"))
        offered: list[Candidate] = []
        await store.articles.put(new_article(article(body="No.", guid="b")), offered.extend)
        assert offered == []

    async def test_two_workers_do_not_split_one_event(self, database_url: str) -> None:
        """Articles on one event, put at the same time through two connections, are one story."""
        stores = [await open_store(database_url) for _ in range(2)]
        news = [new_article(article(guid=f"{n}"), seen=later(seconds=n)) for n in range(6)]
        put = [stores[n % 2].articles.put(new, choose_nearest_story) for n, new in enumerate(news)]
        saved = await asyncio.gather(*put)
        assert len({each.story for each in saved}) == 1
        for store in stores:
            await store.close()


class TestStatements:
    """Who said what."""

    async def test_an_actor_is_found_by_any_words_of_the_name(self, store: Store) -> None:
        """Case, accents, marks and order do not matter."""
        saved = await put(store, article())
        for name in ("Mara Ilves", "ilves", "MARA", "Ilvés", "ilves mara", " Ilves, M\u0301ara "):
            (said,) = await store.articles.find_statements_by(None, name, EVENING)
            assert astuple(said.article) == astuple(saved), name
            assert said.statement == saved.analysis.statements[0]

    async def test_names_that_look_alike_are_those_the_team_may_see(self, store: Store) -> None:
        """A slip finds the name; another team's actors and hostile words find nothing."""
        await put(store, article(), team="T1")
        assert await store.articles.find_similar_names("T1", "Mara Ilvse", EVENING) == ("ilves",)
        assert await store.articles.find_similar_names("T2", "Ilvse", EVENING) == ()
        for name in ("", "'", "%", "_lves", "* OR 1=1", "\x00", "x" * 10_000):
            assert await store.articles.find_similar_names("T1", name, EVENING) == (), name

    async def test_a_name_that_nobody_has_finds_nothing(self, store: Store) -> None:
        """All words must be in one name, whole; marks are no words."""
        await put(store, article())
        for name in ("Kaja", "Mara Tarr", "Ilve", "", "'", '"', "%", "* OR 1=1", "\x00"):
            assert await store.articles.find_statements_by(None, name, EVENING) == (), name

    async def test_a_word_said_twice_is_one_word(self, store: Store) -> None:
        """However often it is typed, a name is asked for once."""
        await put(store, article())
        assert len(await store.articles.find_statements_by(None, "Mara " * 100, EVENING)) == 1

    async def test_accents_in_the_article_do_not_matter_either(self, store: Store) -> None:
        """Asking for Muller finds Müller; Mueller is another name."""
        await put(store, article(body="Ships sail, Jörg Müller said."))
        assert len(await store.articles.find_statements_by(None, "Jorg MULLER", EVENING)) == 1
        assert await store.articles.find_statements_by(None, "Mueller", EVENING) == ()

    async def test_statements_come_newest_first_up_to_the_limit(self, store: Store) -> None:
        """By the article's date, and no more than were asked for."""
        saved = [
            await put(store, article(guid=f"{n}", published=later(hours=-n))) for n in (2, 0, 1)
        ]
        found = await store.articles.find_statements_by(None, "Tarr", EVENING)
        assert [said.article.id for said in found] == [saved[1].id, saved[2].id, saved[0].id]
        assert len(await store.articles.find_statements_by(None, "Tarr", EVENING, limit=2)) == 2

    async def test_what_several_said_before_is_what_each_said(self, store: Store) -> None:
        """One query for many names and times gives each team what one by one would."""
        for hours in (5, 4, 3):
            await put(store, article(guid=f"{hours}", published=later(hours=-hours)))
        await put(store, article(guid="own", published=later(hours=-2)), team="T1")
        noon, earlier = later(hours=-1), later(hours=-3)
        wanted = [
            ("Mara Ilves", noon),
            ("MARA Ílves", earlier),
            ("Olen Tarr", noon),
            ("Nobody", noon),
            ("?", noon),
        ]
        for team, most in (("T1", 4), ("T2", 3)):
            found = await store.articles.find_earlier_statements(team, wanted, EVENING)
            assert list(found) == wanted
            read = await store.articles.load_statements(
                team, [one for traces in found.values() for one in traces], EVENING
            )
            for name, before in wanted:
                alone = [
                    said
                    for said in await store.articles.find_statements_by(team, name, EVENING)
                    if said.article.article.published and said.article.article.published < before
                ]
                told = [read[one.article, one.place] for one in found[name, before]]
                assert [astuple(said) for said in told] == [astuple(said) for said in alone]
                assert [one.terms for one in found[name, before]] == [
                    said.article.analysis.terms for said in alone
                ]
            assert len(found["Mara Ilves", noon]) == most
            assert len(found["MARA Ílves", earlier]) == 2
        assert await store.articles.find_earlier_statements("T1", [], EVENING) == {}
        assert await store.articles.load_statements("T1", [], EVENING) == {}
        own = found["Mara Ilves", noon]
        assert len(await store.articles.load_statements("T2", own, EVENING)) == len(own)
        [first, *_] = (await store.articles.find_earlier_statements("T1", wanted, EVENING))[
            "Mara Ilves", noon
        ]
        assert await store.articles.load_statements("T2", [first], EVENING) == {}

    async def test_what_was_said_before_comes_in_order(self, store: Store) -> None:
        """Newest first, of one time the later article, in it as they stand.

        Each name's own, up to the limit.
        """
        body = (
            "Ships sail, Mara Ilves said. Ships stay, Olen Tarr said. Ships sink, Mara Ilves said."
        )
        hours = [3, 1, 2, 2, 1.5, 3]
        saved = [
            await put(
                store, article(body, guid=f"{n}", published=later(hours=-hour, microseconds=n % 2))
            )
            for n, hour in enumerate(hours)
        ]
        dated = {one.id: one.article.published for one in saved}
        moments = [
            *sorted({moment for moment in dated.values() if moment}),
            later(hours=-9),
            EVENING,
        ]
        wanted = [(name, moment) for name in ("Mara Ilves", "Olen Tarr") for moment in moments]
        for limit in (1, 3, 20):
            found = await store.articles.find_earlier_statements("T1", wanted, EVENING, limit)
            for (name, moment), traces in found.items():
                places = [1] if name == "Olen Tarr" else [0, 2]
                each = [
                    (one.id, place) for one in saved if dated[one.id] < moment for place in places
                ]
                each.sort(key=lambda one: (dated[one[0]], one[0], -one[1]), reverse=True)
                assert [(trace.article, trace.place) for trace in traces] == each[:limit]

    @pytest.mark.parametrize(
        ("name", "others"),
        [
            ("Mara Ilves", ("Mara Jane Ilves", "Ilves Mara", "Mara Ilveson")),
            ("Mara Jane Ilves", ("Mara Ilves", "Jane Ilves")),
            ("Farland", ("Farland Council", "Mara Farland")),
            ("Jean-Luc O’Hara", ("Jean O’Hara", "Luc O’Hara", "Jean-Luc Hara")),
        ],
    )
    async def test_only_who_bears_the_very_name_was_heard_before(
        self, store: Store, name: str, others: tuple[str, ...]
    ) -> None:
        """Whoever shares words with a name is somebody else.

        `who` finds them, a digest does not remember them.
        """
        for number, speaker in enumerate((*others, name, *others)):
            new = new_article(article(body := f"Ships sail, {speaker} said.", guid=f"{number}"))
            said = statement(body, speaker, "Ships sail")
            await store.articles.put(
                replace(new, analysis=replace(new.analysis, statements=(said,))), choose_new_story
            )
        [traces] = (
            await store.articles.find_earlier_statements(None, [(name, EVENING)], EVENING, 2)
        ).values()
        found = await store.articles.load_statements(None, traces, EVENING)
        assert [
            one.statement.actor and one.statement.actor.name.text for one in found.values()
        ] == [name]

    async def test_what_may_not_be_shown_any_more_was_not_heard_before(self, store: Store) -> None:
        """Nothing leads to what was withdrawn, superseded, dropped or is another team's."""
        for name in ("stays", "withdrawn", "superseded"):
            await put(store, article(guid=name))
        await store.articles.put(
            new_article(article(guid="dropped"), origin="wire"), choose_new_story
        )
        own = await put(store, article(guid="own"), team="T1")
        [wanted] = asked = [("Mara Ilves", EVENING)]
        assert (
            len((await store.articles.find_earlier_statements("T1", asked, EVENING))[wanted]) == 5
        )
        await store.articles.withdraw(None, "withdrawn")
        await put(store, article("Nobody says anything.", guid="superseded"))
        assert await store.articles.drop_texts("wire", EVENING, EVENING) == 1
        found = (await store.articles.find_earlier_statements("T1", asked, EVENING))[wanted]
        assert [trace.article for trace in found] == [own.id, 1]
        assert [
            trace.article
            for trace in (await store.articles.find_earlier_statements("T2", asked, EVENING))[
                wanted
            ]
        ] == [1]

    async def test_what_may_be_shown_still_stands(self, store: Store) -> None:
        """Nothing withdrawn or superseded since, under embargo or another team's."""
        saved = {
            name: await put(
                store, article(guid=name, embargoed=later(hours=1) if name == "embargoed" else None)
            )
            for name in ("stays", "withdrawn", "superseded", "embargoed")
        }
        saved["own"] = await put(store, article(guid="own"), team="T1")
        asked = [one.id for one in saved.values()] + [404]
        await store.articles.withdraw(None, "withdrawn")
        await put(store, article("Nobody says anything.", guid="superseded"))
        for team, now, names in (
            ("T1", EVENING, {"stays", "embargoed", "own"}),
            ("T1", NOON, {"stays", "own"}),
            ("T2", EVENING, {"stays", "embargoed"}),
            (None, NOON, {"stays"}),
        ):
            assert await store.articles.find_visible(team, asked, now) == {
                saved[name].id for name in names
            }

    async def test_export_gives_every_statement_newest_first(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """More articles than one batch, each with all its statements; the older stay out."""
        monkeypatch.setattr("bot.store.articles._EXPORT_BATCH", 5)
        await put(store, article(guid="old"), seen=later(hours=-1))
        for n in range(13):
            await put(store, article(guid=f"{n}", published=later(minutes=-n)))
        found = [said async for said in store.articles.iter_statements(None, NOON, EVENING)]
        assert len(found) == 2 * 13
        dates = [said.article.article.published for said in found]
        assert dates == sorted(dates, reverse=True)


class TestSearch:
    """Which articles hold these words."""

    async def test_all_the_words_must_be_there(self, store: Store) -> None:
        """In the body or the headline; case, accents and marks aside."""
        saved = await put(store, article())
        for words in (
            "harbour",
            "Harbour FERRIES",
            "hárbour",
            "seamen",
            "union! (Farland)",
            "open",
        ):
            assert ids_of(await store.articles.search(None, words, EVENING)) == [saved.id], words

    async def test_words_that_are_not_there_find_nothing(self, store: Store) -> None:
        """Words are whole, operators are words, and no words find nothing."""
        await put(store, article())
        for words in ("harbour snow", "harb", "har*", "", " ", "AND harbour", "harbour OR snow"):
            assert await store.articles.search(None, words, EVENING) == (), words

    async def test_hostile_words_never_raise(self, store: Store) -> None:
        """Quotes, operators, NUL and half characters are no words: what is left is asked for."""
        saved = await put(store, article())
        for marks in (
            '"',
            "'",
            "'';--",
            "%",
            "_",
            "*",
            "&|!",
            "\x00",
            "\ud800",
            ":",
            "\\",
            "(",
            "^",
            "{}",
        ):
            assert await store.articles.search(None, marks, EVENING) == (), marks
            assert ids_of(await store.articles.search(None, f"{marks}harbour{marks}", EVENING)) == [
                saved.id
            ], marks
        for words in ("'; DROP TABLE articles; --", "NEAR(a b)", "body:harbour", "a & | ! b"):
            assert await store.articles.search(None, words, EVENING) == (), words

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(words=st.text())
    async def test_no_text_breaks_a_search(self, store: Store, words: str) -> None:
        """Whatever is typed, a search and a name are answered."""
        assert await store.articles.search(None, words, EVENING) == ()
        assert await store.articles.find_statements_by(None, words, EVENING) == ()

    async def test_what_was_typed_in_any_script_is_found(self, store: Store) -> None:
        """Words of other scripts are words."""
        saved = await put(store, article(body="Київ не просить військ. 北京 回答。 İstanbul'da ß."))
        for words in ("київ", "ВІЙСЬК", "北京", "istanbul", "SS"):
            assert ids_of(await store.articles.search(None, words, EVENING)) == [saved.id], words

    async def test_search_stops_at_its_limit(self, store: Store) -> None:
        """The newest, as many as asked for."""
        saved = [
            await put(store, article(guid=f"{n}", published=later(minutes=-n))) for n in range(4)
        ]
        found = await store.articles.search(None, "harbour", EVENING, limit=3)
        assert [each.id for each in found] == [each.id for each in saved[:3]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_many_articles_are_decoded_beside_the_loop(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days of news take seconds to decode; meanwhile Slack's three seconds for an answer run."""
    for number in range(count := 20):
        await put(store, article(guid=str(number)))
    decoded: list[threading.Thread] = []
    unpack = article_rows.unpack_analysis

    def noted(data: str, body: str) -> Analysis:
        decoded.append(threading.current_thread())
        return unpack(data, body)

    monkeypatch.setattr(article_rows, "unpack_analysis", noted)
    stories = await store.articles.get_stories(None, NOON, EVENING)
    assert stories
    assert len(decoded) == count
    assert threading.main_thread() not in decoded
