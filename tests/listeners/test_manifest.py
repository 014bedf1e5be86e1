"""Slack's manifest agrees with the code: hints, shortcuts, scopes and events."""

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
    """Return the manifest as it is pasted into Slack."""
    manifest: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return manifest


def test_the_hint_comes_from_the_table(manifest: dict[str, Any]):
    """The command's usage hint comes from the table, within a hundred characters."""
    (command,) = manifest["features"]["slash_commands"]
    assert command["usage_hint"] == usage_hint()
    assert len(usage_hint()) <= 100


def test_each_shortcut_has_a_listener(manifest: dict[str, Any]):
    """The manifest's shortcuts have listeners, and names within Slack's limits."""
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
    """Every event has a listener, and the fake Slack knows every scope."""
    events = {
        "message" if name.startswith("message.") else name
        for name in manifest["settings"]["event_subscriptions"]["bot_events"]
    }
    assert events <= EVENTS.keys()
    assert set(manifest["oauth_config"]["scopes"]["bot"]) <= SCOPES
