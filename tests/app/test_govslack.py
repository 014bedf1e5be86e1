"""GovSlack runs on slack-gov.com, and knows nothing of slack.com."""

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.doctor import examine
from bot.app.oauth import create_oauth_flow
from tests.service import credentials
from tests.slack_server import SlackServer, slack

__all__ = ["slack"]

GOV = "slack-gov.com"


@pytest.fixture
def asked(slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Set up Dateline for a GovSlack on this machine; return the names that are looked up."""
    names: set[str] = set()
    look_up = socket.getaddrinfo

    def look_up_here(host: Any, *rest: Any, **options: Any) -> Any:
        names.add(str(host))
        return look_up("127.0.0.1" if host == GOV else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    monkeypatch.setattr("bot.playground.server.LOOPBACK_NAMES", frozenset({GOV}))
    port = urlsplit(slack.api_url).port
    settings = credentials(slack) | {"SLACK_API_URL": f"http://{GOV}:{port}/api/"}
    settings |= {"DATELINE_DATA": str(tmp_path), "DATELINE_FEED_FOLDER": str(tmp_path / "feed")}
    for name, value in (settings | {"SLACK_APP_TOKEN": "xapp-1"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return names


async def test_govslack_alone_is_asked(slack: SlackServer, asked: set[str]) -> None:
    """Token, scopes and blocks are checked there, and an app is mended on GovSlack's own page."""
    slack.workspace.scopes -= {"im:write"}
    findings = {finding.subject: finding for finding in await examine(online=True)}
    assert findings["slack token"].result.startswith("good")
    assert f"https://api.{GOV}/apps/A0DATELINE/install-on-team" in str(
        findings["slack scopes"].cure
    )
    assert asked == {GOV}


@pytest.mark.usefixtures("asked")
async def test_a_token_of_the_other_slack_is_refused_with_the_setting_to_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A token is good at one Slack alone, and the cure says how GovSlack is set."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-other")
    findings = {finding.subject: finding for finding in await examine(online=True)}
    assert "SLACK_API_URL=https://slack-gov.com/api/" in str(findings["slack token"].cure)


async def test_people_consent_at_govslack() -> None:
    """The install link leads to GovSlack's page, not to Slack's."""
    client = AsyncWebClient(base_url=f"https://{GOV}/api/")
    none: Any = None
    flow = create_oauth_flow(none, client, none, none, none, app=("1.2", "made up"))
    page = await flow.build_authorize_url("state", AsyncBoltRequest(body="", mode="http"))
    assert page.startswith(f"https://{GOV}/oauth/v2/authorize?")
