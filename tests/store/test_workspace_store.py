"""Workspaces that added Dateline, in the store; each fact on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.model import Installation
from bot.store import Store, open_store
from bot.store.tables import installations
from tests.builders import NOON, later

KEY, NEXT_KEY = b"k" * 32, b"n" * 32
INSTALLED = Installation(
    team="T0FARLAND",
    name="Farland Desk",
    app="A0DATELINE",
    bot="B0DATELINE",
    bot_user="U0DATELINE",
    installer="U0WREN",
    scopes=("chat:write", "commands"),
    installed=NOON,
    token="xoxe.xoxb-made-up-token",
    refresh_token="xoxe-1-made-up-refresh",
    expires=later(hours=12),
    enterprise="E0FARLAND",
)


@pytest.fixture
async def sealed(database_url: str) -> AsyncIterator[Store]:
    """A store with a key."""
    opened = await open_store(database_url, keys=[KEY])
    yield opened
    await opened.close()


async def test_an_installation_comes_back_whole(sealed: Store) -> None:
    """Every field; and a second one of the same workspace replaces the first."""
    await sealed.workspaces.save(INSTALLED)
    assert await sealed.workspaces.get("T0FARLAND") == INSTALLED
    plain = replace(
        INSTALLED, token="xoxb-another", refresh_token=None, expires=None, enterprise=None
    )
    await sealed.workspaces.save(plain)
    assert await sealed.workspaces.get("T0FARLAND") == plain
    assert await sealed.workspaces.get_names() == (("T0FARLAND", "Farland Desk"),)
    assert await sealed.workspaces.get("T0OTHER") is None


async def test_no_token_stands_in_the_database_in_clear(sealed: Store) -> None:
    """Neither token is in any column; and none shows in a repr."""
    await sealed.workspaces.save(INSTALLED)
    async with sealed._database.reading() as connection:
        row = (await connection.execute(select(installations))).one()
    kept = "\n".join(str(value) for value in row) + bytes(row.sealed).decode("latin-1")
    assert "made-up" not in kept
    assert "made-up" not in repr(INSTALLED)


async def test_a_new_key_opens_what_the_old_one_sealed(database_url: str, sealed: Store) -> None:
    """Keys change by putting the new one first.

    Without the old one the workspace must add us again.
    """
    await sealed.workspaces.save(INSTALLED)
    for keys, expected in [((NEXT_KEY, KEY), INSTALLED), ((NEXT_KEY,), None)]:
        other = await open_store(database_url, keys=keys)
        assert await other.workspaces.get("T0FARLAND") == expected
        assert await other.workspaces.get_names() == (("T0FARLAND", "Farland Desk"),)
        await other.close()


async def test_the_old_key_can_be_left_out_in_the_end(database_url: str, sealed: Store) -> None:
    """Once every token is sealed with the new key the old one opens nothing.

    And nobody has to add us again.
    """
    await sealed.workspaces.save(INSTALLED)
    both = await open_store(database_url, keys=(NEXT_KEY, KEY))
    assert [await both.workspaces.reencrypt() for _ in range(2)] == [1, 0]
    await both.close()
    for keys, expected in [((NEXT_KEY,), INSTALLED), ((KEY,), None)]:
        other = await open_store(database_url, keys=keys)
        assert await other.workspaces.get("T0FARLAND") == expected
        assert await other.workspaces.reencrypt() == 0
        await other.close()


async def test_only_what_was_installed_before_is_removed(sealed: Store) -> None:
    """Slack's word of a removal may arrive after the workspace added us again."""
    await sealed.workspaces.save(INSTALLED)
    assert not await sealed.workspaces.remove("T0FARLAND", later(seconds=-1))
    assert await sealed.workspaces.get("T0FARLAND")
    assert await sealed.workspaces.remove("T0FARLAND", NOON)
    assert await sealed.workspaces.get("T0FARLAND") is None


async def test_tokens_that_end_soon_are_found(sealed: Store) -> None:
    """Soonest first; tokens without an end never."""
    for team, hours in [("T1", 3), ("T2", 1), ("T3", 9)]:
        await sealed.workspaces.save(replace(INSTALLED, team=team, expires=later(hours=hours)))
    await sealed.workspaces.save(replace(INSTALLED, team="T4", expires=None))
    assert await sealed.workspaces.find_expiring(later(hours=4), later(days=9)) == ("T2", "T1")


async def test_a_state_is_good_once_and_for_ten_minutes(sealed: Store) -> None:
    """Not twice, not late, and not one that somebody else made up."""
    state = sealed.workspaces.issue_state(NOON)
    assert await sealed.workspaces.take_state(state, later(minutes=9))
    assert not await sealed.workspaces.take_state(state, later(minutes=9))
    assert not await sealed.workspaces.take_state(
        sealed.workspaces.issue_state(NOON), later(minutes=11)
    )
    for forged in ("", "made-up", "é", state[:-2] + "AA"):
        assert not await sealed.workspaces.take_state(forged, NOON)


async def test_one_process_renews_a_token_at_a_time(database_url: str, sealed: Store) -> None:
    """On PostgreSQL among all processes, on SQLite (which has one process) among its tasks."""
    postgresql = database_url.startswith("postgresql")
    other = await open_store(database_url, keys=[KEY]) if postgresql else sealed
    order = []

    async def second() -> None:
        async with other.workspaces.hold_renewal("T1"):
            order.append("second")

    async with sealed.workspaces.hold_renewal("T1"):
        waiting = asyncio.create_task(second())
        async with other.workspaces.hold_renewal("T2"):
            order.append("another workspace")
        order.append("first")
    await waiting
    assert order == ["another workspace", "first", "second"]
    if postgresql:
        await other.close()
