"""Slack's manifest says what the code does: its hints, shortcuts, scopes and events."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.listeners.commands import usage_hint
from bot.listeners.registration import EVENTS
from bot.listeners.shortcuts import MANIFEST, SHORTCUTS
from bot.playground.workspace import SCOPES

FILE = Path(__file__).parents[2] / "config" / "slack-manifest.json"


@pytest.fixture
def manifest() -> dict[str, Any]:
    """The manifest as it is pasted."""
    told: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return told


def test_the_hint_comes_from_the_table(manifest: dict[str, Any]):
    """Slack's hint beside the command comes from the table, within a hundred characters."""
    (command,) = manifest["features"]["slash_commands"]
    assert command["usage_hint"] == usage_hint()
    assert len(usage_hint()) <= 100


def test_the_shortcuts_are_those_that_answer(manifest: dict[str, Any]):
    """The manifest's shortcuts are those with a listener; names keep Slack's limits."""
    told = [
        (one["type"], one["callback_id"], one["name"], one["description"])
        for one in manifest["features"]["shortcuts"]
    ]
    assert told == [tuple(one) for one in MANIFEST]
    assert {one.callback for one in MANIFEST} == SHORTCUTS.keys()
    assert all(len(one.name) <= 24 and len(one.description) <= 150 for one in MANIFEST)


def test_events_and_scopes_are_those_in_use(manifest: dict[str, Any]):
    """No event goes unheard, and no scope is asked for that the stand-in does not know."""
    events = {
        "message" if name.startswith("message.") else name
        for name in manifest["settings"]["event_subscriptions"]["bot_events"]
    }
    assert events <= EVENTS.keys()
    assert set(manifest["oauth_config"]["scopes"]["bot"]) <= SCOPES
