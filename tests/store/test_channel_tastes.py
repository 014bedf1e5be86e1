"""What a channel wants more and less of: kept, looked up, undone."""



import pytest

from bot.errors import UsageError
from bot.model import Leaning, Vote, Wish
from bot.store import SqlStore
from bot.store.tastes import MOST_WISHES
from tests.newsroom import NOON, later

TEAM, CHANNEL = "T0FARLAND", "C0HARBOUR"


def wish(name: str = "Mara Ilves", leaning: Leaning = Leaning.FOLLOW, channel: str = CHANNEL, team: str = TEAM) -> Wish:
    """Somebody's wish."""
    return Wish(team, channel, name, leaning, "U0WREN", NOON)


def vote(story: int = 1, person: str = "U0WREN", *, useful: bool = True, minutes: int = 0) -> Vote:
    """Somebody's vote."""
    return Vote(TEAM, CHANNEL, story, useful, person, later(minutes=minutes), (("harbour", 0.5),), ("Mara Ilves",))


async def test_a_wish_is_kept_for_its_channel_alone(store: SqlStore) -> None:
    """A channel has its own wishes, by name; no other channel and no other team has them."""
    assert await store.tastes.wish(wish("Olen Tarr")) is None
    await store.tastes.wish(wish())
    assert await store.tastes.wishes(TEAM, CHANNEL) == (wish(), wish("Olen Tarr"))
    assert await store.tastes.wishes(TEAM, "C0OTHER") == ()
    assert await store.tastes.wishes("T0OTHER", CHANNEL) == ()


async def test_a_name_is_one_name_however_it_is_written(store: SqlStore) -> None:
    """Case and accents do not make another actor: the later wish replaces the earlier, which is given back."""
    await store.tastes.wish(wish("José  Ilves"))
    assert await store.tastes.wish(wish("jose ilves", Leaning.MUTE)) == wish("José  Ilves")
    assert await store.tastes.wishes(TEAM, CHANNEL) == (wish("jose ilves", Leaning.MUTE),)
    assert await store.tastes.unwish(TEAM, CHANNEL, "JOSÉ ILVES") == wish("jose ilves", Leaning.MUTE)
    assert await store.tastes.unwish(TEAM, CHANNEL, "José Ilves") is None


async def test_a_channel_has_so_many_wishes_and_no_more(store: SqlStore) -> None:
    """The limit is told to the person; a wish that stands can still be changed."""
    for number in range(MOST_WISHES):
        await store.tastes.wish(wish(f"Actor {number}"))
    with pytest.raises(UsageError, match="already"):
        await store.tastes.wish(wish())
    await store.tastes.wish(wish("Actor 7", Leaning.MUTE))
    with pytest.raises(UsageError, match="no name"):
        await store.tastes.wish(wish("?!"))


async def test_a_person_has_one_vote_a_story(store: SqlStore) -> None:
    """A second vote replaces the first; others keep theirs; newest first."""
    await store.tastes.vote(vote())
    await store.tastes.vote(vote(person="U0MARET", minutes=1))
    await store.tastes.vote(vote(useful=False, minutes=2))
    assert await store.tastes.votes(TEAM, CHANNEL, NOON) == (
        vote(useful=False, minutes=2),
        vote(person="U0MARET", minutes=1),
    )
    assert await store.tastes.votes(TEAM, CHANNEL, later(minutes=2)) == (vote(useful=False, minutes=2),)
    assert await store.tastes.unvote(TEAM, CHANNEL, 1, "U0WREN")
    assert not await store.tastes.unvote(TEAM, CHANNEL, 1, "U0WREN")
    assert len(await store.tastes.votes(TEAM, CHANNEL, NOON)) == 1
