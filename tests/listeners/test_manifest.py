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
    manifest: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return manifest


def test_the_hint_comes_from_the_table(manifest: dict[str, Any]):
    """Slack's hint beside the command comes from the table, within a hundred characters."""
    (command,) = manifest["features"]["slash_commands"]
    assert command["usage_hint"] == usage_hint()
    assert len(usage_hint()) <= 100


def test_the_shortcuts_are_those_that_answer(manifest: dict[str, Any]):
    """The manifest's shortcuts are those with a listener; names keep Slack's limits."""
    shortcuts = [
        (shortcut["type"], shortcut["callback_id"], shortcut["name"], shortcut["description"])
        for shortcut in manifest["features"]["shortcuts"]
    ]
    assert shortcuts == [tuple(shortcut) for shortcut in MANIFEST]
    assert {shortcut.callback for shortcut in MANIFEST} == SHORTCUTS.keys()
    assert all(
        len(shortcut.name) <= 24 and len(shortcut.description) <= 150 for shortcut in MANIFEST
    )


def test_events_and_scopes_are_those_in_use(manifest: dict[str, Any]):
    """No event goes unheard, and no scope is asked for that the stand-in does not know."""
    events = {
        "message" if name.startswith("message.") else name
        for name in manifest["settings"]["event_subscriptions"]["bot_events"]
    }
    assert events <= EVENTS.keys()
    assert set(manifest["oauth_config"]["scopes"]["bot"]) <= SCOPES
