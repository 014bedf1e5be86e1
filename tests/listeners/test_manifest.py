"""Slack's manifest agrees with the code: hints, shortcuts, scopes and events."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.service import manifest_text
from bot.listeners.commands import usage_hint
from bot.listeners.registration import EVENTS
from bot.listeners.shortcuts import MANIFEST, SHORTCUTS
from bot.model.errors import UsageError
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


def test_the_manifest_asks_for_links_only_where_sites_are_named() -> None:
    """Slack takes five sites; the scopes are optional."""
    template = FILE.read_text(encoding="utf-8")
    plain = json.loads(manifest_text(template, url=None, socket=False))
    assert "unfurl_domains" not in plain["features"]
    assert "link_shared" not in plain["settings"]["event_subscriptions"]["bot_events"]
    assert {"links:read", "links:write"} <= set(plain["oauth_config"]["scopes"]["bot_optional"])
    sites = [f"news{number}.example" for number in range(5)]
    named = json.loads(
        manifest_text(template, url="https://a.example", socket=False, domains=sites)
    )
    assert named["features"]["unfurl_domains"] == sites
    assert "link_shared" in named["settings"]["event_subscriptions"]["bot_events"]
    assert "YOUR-HOST" not in json.dumps(named)
    with pytest.raises(UsageError):
        manifest_text(template, url=None, socket=True, domains=[*sites, "news6.example"])


def test_the_manifest_names_the_agents_address_where_asked_to() -> None:
    """With Slack's own identity; Socket Mode has no address to name."""
    template = FILE.read_text(encoding="utf-8")
    named = json.loads(manifest_text(template, url="https://a.example", socket=False, mcp=True))
    assert named["mcp_servers"] == {
        "Dateline": {"url": "https://a.example/mcp", "auth_type": "slack_identity_auth"}
    }
    assert "mcp:connect" in named["oauth_config"]["scopes"]["bot"]
    assert "mcp_servers" not in json.loads(manifest_text(template, url=None, socket=False))
    with pytest.raises(UsageError):
        manifest_text(template, url=None, socket=True, mcp=True)
