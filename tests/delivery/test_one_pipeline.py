"""Command line, preview, `now` and schedule build one digest.

Same store, same moment, same stories and words.
"""

import asyncio
import json
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.delivery.digests import Digests
from bot.model import (
    ActorPreference,
    AtIntervals,
    AtOnce,
    AtTimes,
    Cadence,
    Digest,
    PreferenceKind,
    StoryVote,
    codec,
)
from tests.builders import NOON, statement
from tests.delivery_env import TEAM, ZONE, DeliveryEnv
from tests.slack_server import CHANNEL

OTHER_CHANNEL = "C0GENERAL"
SEEN_HOURS_AGO = {"harbour": 60, "ferry": 30, "tunnel": 0.6, "again": 0.5}
CADENCES = {
    "at times": AtTimes(times=(time(14),)),
    "at intervals": AtIntervals(timedelta(hours=4)),
}
FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "topics": {"topics": ("ferry", "tunnel")},
    "excluded topic": {"excluded": ("tunnel",)},
    "sources": {"sources": ("Coast Radio", "Northern Wire")},
    "excluded source": {"excluded_sources": ("Coast Radio",)},
    "one story": {"top": 1},
}


async def file_news(env: DeliveryEnv) -> None:
    """File four articles in three stories, the oldest sixty hours ago."""
    tunnel = (
        "The tunnel at Quay Five is closed, and engineer Tomas Brandt said two pumps had failed."
    )
    articles = {
        "harbour": env.builder.harbour(hours=60),
        "ferry": env.builder.ferry(hours=30),
        "tunnel": env.builder.article(
            tunnel,
            statement(tunnel, "Tomas Brandt", "two pumps had failed"),
            headline="Tunnel closed",
            source="Sund Courier",
            hours=0.6,
        ),
        "again": env.builder.harbour(hours=0.5, source="Coast Radio", headline="Wall by winter"),
    }
    story = None
    for name, article in articles.items():
        env.clock.time = NOON - timedelta(hours=SEEN_HOURS_AGO[name])
        stored = await env.file(article, story=story if name == "again" else None)
        story = stored.story if name == "harbour" else story
    env.clock.time = NOON


async def prefer(env: DeliveryEnv, channel: str) -> None:
    """Let a channel follow one actor, mute another, and vote on a story."""
    preferences = env.store.preferences
    for name, kind in {
        "Petra Olin": PreferenceKind.FOLLOW,
        "Ilse Varga": PreferenceKind.MUTE,
    }.items():
        await preferences.save_actor(ActorPreference(TEAM, channel, name, kind, "U0WREN", NOON))
    vote = StoryVote(
        TEAM, channel, 3, useful=True, person="U0WREN", at=NOON, terms=(("tunnel", 1.0),)
    )
    await preferences.save_vote(vote)


async def from_command_line(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch, *options: str
) -> Any:
    """Run `dateline digest` at the environment's time and return what it prints as JSON."""
    monkeypatch.setenv("DATABASE_URL", env.url)
    monkeypatch.setattr("bot.store.clock.SystemClock.now", lambda _: env.clock.now())
    arguments = ["digest", "--channel", f"{TEAM}/{CHANNEL}", "--format", "json", *options]
    result = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


async def build_all(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch, cadence: Cadence, fields: dict[str, Any]
) -> dict[str, Digest]:
    """Return the digest of each way to one; the schedule posts to a channel of the same wishes."""
    digests = Digests(
        env.store, env.chat, env.clock, lookback=timedelta(hours=72), sleep=env.clock.sleep
    )
    subscription = await env.subscribe(CHANNEL, cadence, **{**fields, "next_due": None})
    await env.subscribe(OTHER_CHANNEL, cadence, **fields)
    built = {
        "command line": codec.load(Digest, await from_command_line(env, monkeypatch)),
        "preview": await digests.preview(TEAM, CHANNEL, zone=ZONE),
        "form": await digests.preview_subscription(subscription),
    }
    explained = await from_command_line(env, monkeypatch, "--explain")
    assert [one["story"] for one in explained["picked"]] == [
        one.story for one in built["preview"].entries
    ]
    assert sum(one["fits"] for one in explained["passed"]) == built["preview"].left_out
    now = await digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)
    env.clock.time = NOON
    await digests.deliver_due()
    [scheduled] = await env.store.deliveries.get_history(TEAM, OTHER_CHANNEL)
    for name, delivery in {"now": now, "schedule": scheduled}.items():
        assert delivery.digest is not None
        built[name] = delivery.digest
    return built


# Each cadence meets preferences and none, and each filter is met by one of the four.
COMBINATIONS = [
    pytest.param(
        list(CADENCES.values())[number % 2],
        fields,
        number % 4 >= 2,
        id=f"{name}-{list(CADENCES)[number % 2]}{'-with preferences' * (number % 4 >= 2)}",
    )
    for number, (name, fields) in enumerate(FILTERS.items())
]


@pytest.mark.parametrize(("cadence", "fields", "preferences"), COMBINATIONS)
async def test_every_way_builds_the_same_digest(
    env: DeliveryEnv,
    monkeypatch: pytest.MonkeyPatch,
    cadence: Cadence,
    fields: dict[str, Any],
    *,
    preferences: bool,
) -> None:
    """Each word and citation is the same, whatever the channel wants and however old the news."""
    await file_news(env)
    if preferences:
        for channel in (CHANNEL, OTHER_CHANNEL):
            await prefer(env, channel)
    built = await build_all(env, monkeypatch, cadence, fields)
    assert len(built) == 5
    for name, digest in built.items():
        assert digest.entries, name
        assert replace(digest, folded=True) == built["preview"], name


async def test_at_once_reaches_back_an_hour_and_is_the_same_else(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first digest that comes at once holds the last hour's stories.

    Who asks sees older ones too.
    """
    await file_news(env)
    built = await build_all(env, monkeypatch, AtOnce(timedelta(minutes=3)), {})
    scheduled = built.pop("schedule")
    assert scheduled.since == NOON - timedelta(hours=1)
    for digest in built.values():
        assert replace(digest, folded=True) == built["preview"]
    recent = [
        entry
        for entry in built["preview"].entries
        if entry.headline.span.text != "Grey Island loses its ferry"
    ]
    assert list(scheduled.entries) == recent


async def test_what_a_channel_had_is_no_news_for_any(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a digest neither the command line nor a preview has anything left."""
    await file_news(env)
    built = await build_all(env, monkeypatch, AtTimes(times=(time(14),)), {})
    assert built["now"].entries
    assert (await from_command_line(env, monkeypatch))["entries"] == []
    preview = await env.digests.preview(TEAM, CHANNEL, zone=ZONE)
    assert replace(preview, since=preview.since).entries == ()
