"""The files in config/ work as they are when an operator copies them."""

import json
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

CONFIG = Path(__file__).parents[2] / "config"

# docs.slack.dev/reference/events: what must be granted for Slack to send each event.
EVENT_SCOPES = {
    "app_context_changed": {"assistant:write"},
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "channel_id_changed": {"channels:read", "groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "tokens_revoked": set(),
}


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Return the Slack app manifest."""
    data: dict[str, Any] = json.loads((CONFIG / "slack-manifest.json").read_text(encoding="utf-8"))
    return data


def test_the_defaults_parse():
    """The settings file is TOML with positive numbers and existing time zones."""
    settings = tomllib.loads((CONFIG / "dateline.toml").read_text(encoding="utf-8"))
    assert settings["digest"]["lookback_hours"] > 0
    assert settings["digest"]["top"] > 0
    assert settings["folder"]["scan_seconds"] > 0
    assert settings["feeds"]["poll_seconds"] > 0
    for source in settings["sources"].values():
        assert set(source) <= {"name", "zone", "language", "encoding"}
        assert source["name"]
        assert ZoneInfo(source["zone"])


def test_the_feed_list_is_empty_opml():
    """The feed list is OPML 2.0 without a feed."""
    opml = etree.parse(CONFIG / "feeds.opml").getroot()
    assert (opml.tag, opml.get("version")) == ("opml", "2.0")
    assert [child.tag for child in opml] == ["head", "body"]
    assert opml.findall(".//outline") == []


def test_the_manifest_keeps_to_slacks_lengths(manifest: dict[str, Any]):
    """The manifest's texts have the lengths that Slack accepts.

    Source: docs.slack.dev/reference/app-manifest.
    """
    shown = manifest["display_information"]
    (command,) = manifest["features"]["slash_commands"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000


def test_slack_sends_everything_to_one_address(manifest: dict[str, Any]):
    """Commands, events and clicks go to /slack/events of the operator's host."""
    (command,) = manifest["features"]["slash_commands"]
    settings = manifest["settings"]
    addresses = {
        command["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        settings["interactivity"]["message_menu_options_url"],
    }
    assert addresses == {"https://YOUR-HOST/slack/events"}
    assert manifest["oauth_config"]["redirect_urls"] == ["https://YOUR-HOST/slack/oauth_redirect"]


def test_each_event_has_its_scope(manifest: dict[str, Any]):
    """Every event has a scope that nobody can leave out when installing, but for the agent pane's.

    Without that scope there is no pane, and no such event.
    """
    scopes = manifest["oauth_config"]["scopes"]
    optional = set(scopes["bot_optional"]) - {"assistant:write"}
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        assert EVENT_SCOPES[event] <= set(scopes["bot"]) - optional


def test_optional_scopes_are_scopes(manifest: dict[str, Any]):
    """Each optional scope is also listed as a scope, as Slack requires."""
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) < set(scopes["bot"])
    assert {"channels:history", "groups:history"} <= set(scopes["bot_optional"])


def test_people_can_write_to_the_bot(manifest: dict[str, Any]):
    """Home and Messages tabs are on, and typed names arrive as ids (should_escape)."""
    home = manifest["features"]["app_home"]
    (command,) = manifest["features"]["slash_commands"]
    assert home == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert command["command"] == "/digest"
    assert command["should_escape"] is True
