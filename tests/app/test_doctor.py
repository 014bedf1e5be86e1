"""Doctor, online: token, scopes, channels, blocks and address, each with its cure."""

import json
from pathlib import Path

import pytest

from bot.app.doctor import NEEDED_SCOPES, Finding, examine
from bot.model import AtTimes, Subscription
from bot.playground.workspace import TEAM_ID
from bot.store import open_store
from tests.service import ROOT, credentials
from tests.slack_server import SlackServer, serve, slack

__all__ = ["slack"]


@pytest.fixture
def here(slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with settings for the stand-in."""
    for name, value in credentials(slack).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATELINE_DATA", str(tmp_path))
    monkeypatch.setenv("DATELINE_FEED_FOLDER", str(tmp_path / "feed"))
    monkeypatch.setenv("PORT", "9")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def looked_at(url: str | None = None) -> dict[str, list[Finding]]:
    """Every finding by its subject."""
    found: dict[str, list[Finding]] = {}
    for finding in await examine(online=True, url=url):
        found.setdefault(finding.subject, []).append(finding)
    return found


async def test_missing_scopes_are_named_with_the_link_that_installs_again(
    slack: SlackServer, here: Path
):
    """The cure names the app's own page."""
    slack.workspace.scopes -= {"im:write", "groups:read"}
    (finding,) = (await looked_at())["slack scopes"]
    assert finding.result == "missing: groups:read, im:write"
    assert finding.cure
    assert "https://api.slack.com/apps/A0DATELINE/install-on-team" in finding.cure


async def test_channels_out_of_reach_are_named_with_their_cure(here: Path):
    """Archived, or without us; paused ones and direct messages are not asked after."""
    store = await open_store(f"sqlite:///{here}/dateline.sqlite3")
    for channel in ("C0NEWSDESK", "C0OLDWIRE", "C0LOUNGE", "D0WREN"):
        await store.subscriptions.save(Subscription(TEAM_ID, channel, "U0WREN", AtTimes(), "UTC"))
    await store.close()
    wrong = {
        finding.result[:10].rstrip(": "): finding.cure or ""
        for finding in (await looked_at())["channels"]
    }
    assert wrong.keys() == {"C0OLDWIRE", "C0LOUNGE"}
    assert "Unarchive" in wrong["C0OLDWIRE"]
    assert "/invite @Dateline" in wrong["C0LOUNGE"]


async def test_slacks_own_validation_takes_our_blocks(slack: SlackServer, here: Path):
    """A message, App Home and a form are sent to blocks.validate; faults are reported."""
    (finding,) = (await looked_at())["blocks"]
    assert finding.cure is None
    sent = [
        json.loads(next(iter(set(call.args.values()))))
        for call in slack.calls_of("blocks.validate")
    ]
    assert [each.get("type") for each in sent] == [None, "home", "modal"]
    slack.fail("blocks.validate", "invalid_blocks")
    (finding,) = (await looked_at())["blocks"]
    assert (finding.result, finding.cure is None) == ("invalid_blocks", False)


async def test_the_address_is_asked_as_slack_asks_it(here: Path):
    """One that answers the challenge passes; another secret, or nothing there, is reported."""
    answers = {"status": 200}

    async def app(scope: dict[str, object], receive: object, send: object) -> None:
        body = (await receive())["body"]  # type: ignore[operator]
        said = json.dumps({"challenge": json.loads(body)["challenge"]}).encode()
        await send({"type": "http.response.start", "status": answers["status"], "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": said})  # type: ignore[operator]

    async with serve(app) as url:
        (finding,) = (await looked_at(url))["request address"]
        assert finding.cure is None
        answers["status"] = 401
        (finding,) = (await looked_at(url))["request address"]
        assert "SLACK_SIGNING_SECRET" in (finding.cure or "")
    (finding,) = (await looked_at(url))["request address"]
    assert "ngrok" in (finding.cure or "")
    (finding,) = (await looked_at())["request address"]
    assert finding.cure is None


def test_the_scopes_that_are_needed_are_those_of_the_manifest():
    """What the manifest asks for, less what it calls optional."""
    scopes = json.loads((ROOT / "config" / "slack-manifest.json").read_text(encoding="utf-8"))[
        "oauth_config"
    ]["scopes"]
    assert set(scopes["bot"]) - set(scopes["bot_optional"]) == NEEDED_SCOPES


async def test_an_address_that_is_none_is_not_shown(here: Path, monkeypatch: pytest.MonkeyPatch):
    """What stands in DATABASE_URL may hold a password wherever it is written."""
    monkeypatch.setenv("DATABASE_URL", "host=db.example password=pl4nted")
    (finding,) = (await looked_at())["database"]
    assert finding.cure
    assert "DATABASE_URL" in finding.cure
    assert "pl4nted" not in finding.result + finding.cure
