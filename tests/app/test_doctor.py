"""`dateline doctor --online` checks token, scopes, channels, blocks and address."""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.doctor import Finding, examine
from bot.app.storage import opened_store
from bot.model import AtTimes, Subscription
from bot.playground.slack_objects import TEAM_ID
from bot.settings import load
from bot.store import open_store
from tests.service import ROOT, credentials
from tests.slack_server import SlackServer, serve, slack

__all__ = ["slack"]


@pytest.fixture
def settings_folder(slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set up an environment that points at the fake Slack; return its folder."""
    for name, value in credentials(slack).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATELINE_DATA", str(tmp_path))
    monkeypatch.setenv("DATELINE_FEED_FOLDER", str(tmp_path / "feed"))
    monkeypatch.setenv("PORT", "9")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def examine_online(url: str | None = None) -> dict[str, list[Finding]]:
    """Return every finding, by its subject."""
    findings: dict[str, list[Finding]] = {}
    for finding in await examine(online=True, url=url):
        findings.setdefault(finding.subject, []).append(finding)
    return findings


@pytest.mark.parametrize(("files", "checked"), [("move", "written to"), ("keep", "read")])
async def test_the_folder_s_finding_says_what_was_checked(
    settings_folder: Path, files: str, checked: str
):
    """A folder whose files are kept is only read, and the finding claims no more."""
    config = settings_folder / "config" / "dateline.toml"
    config.parent.mkdir()
    config.write_text(f'[folder]\nfiles = "{files}"\n', encoding="utf-8")
    feed = settings_folder / "feed"
    feed.mkdir()
    [finding] = [each for each in await examine(online=False) if each.subject == "feed folder"]
    assert finding == Finding("feed folder", f"{feed}, can be {checked}")


@pytest.mark.usefixtures("settings_folder")
async def test_withheld_texts_are_told_with_what_to_do():
    """The files of texts that nobody can be shown are named; that is no fault."""
    assert "texts held back" not in {each.subject for each in await examine(online=False)}
    async with opened_store(load()) as store:
        await store.articles.withheld.record(None, ["guid:x"], "wire/a.txt", datetime.now(UTC))
    [finding] = [each for each in await examine(online=False) if each.subject == "texts held back"]
    assert finding.result.startswith("1 text held back in the last week")
    assert "wire/a.txt. When one may be shown" in finding.result
    assert finding.cure is None


async def test_missing_scopes_are_named_with_the_link_that_installs_again(
    slack: SlackServer, settings_folder: Path
):
    """Missing scopes are listed, with the app's own page on which to install it again."""
    slack.workspace.scopes -= {"im:write", "groups:read"}
    (finding,) = (await examine_online())["slack scopes"]
    assert finding.result == "missing: groups:read, im:write"
    assert finding.cure
    assert "https://api.slack.com/apps/A0DATELINE/install-on-team" in finding.cure


async def test_channels_out_of_reach_are_named_with_their_cure(settings_folder: Path):
    """Channels that are archived or without the bot are named, each with what to do."""
    store = await open_store(f"sqlite:///{settings_folder}/dateline.sqlite3")
    for channel in ("C0NEWSDESK", "C0OLDWIRE", "C0LOUNGE", "D0WREN"):
        await store.subscriptions.save(Subscription(TEAM_ID, channel, "U0WREN", AtTimes(), "UTC"))
    await store.close()
    wrong = {
        finding.result[:10].rstrip(": "): finding.cure or ""
        for finding in (await examine_online())["channels"]
    }
    assert wrong.keys() == {"C0OLDWIRE", "C0LOUNGE"}
    assert "Unarchive" in wrong["C0OLDWIRE"]
    assert "/invite @Dateline" in wrong["C0LOUNGE"]


async def test_blocks_are_validated_by_slack(slack: SlackServer, settings_folder: Path):
    """A message, App Home and a form are sent to blocks.validate, and a refusal is a finding."""
    (finding,) = (await examine_online())["blocks"]
    assert finding.cure is None
    sent = [
        json.loads(next(iter(set(call.args.values()))))
        for call in slack.calls_of("blocks.validate")
    ]
    assert [each.get("type") for each in sent] == [None, "home", "modal"]
    slack.fail("blocks.validate", "invalid_blocks")
    (finding,) = (await examine_online())["blocks"]
    assert (finding.result, finding.cure is None) == ("invalid_blocks", False)


async def test_the_request_address_is_checked_as_slack_does(settings_folder: Path):
    """The address must answer Slack's challenge; another secret, or no answer, is a finding."""
    answers = {"status": 200}

    async def app(scope: dict[str, object], receive: object, send: object) -> None:
        body = (await receive())["body"]  # type: ignore[operator]
        said = json.dumps({"challenge": json.loads(body)["challenge"]}).encode()
        await send({"type": "http.response.start", "status": answers["status"], "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": said})  # type: ignore[operator]

    async with serve(app) as url:
        (finding,) = (await examine_online(url))["request address"]
        assert finding.cure is None
        answers["status"] = 401
        (finding,) = (await examine_online(url))["request address"]
        assert "SLACK_SIGNING_SECRET" in (finding.cure or "")
    (finding,) = (await examine_online(url))["request address"]
    assert "ngrok" in (finding.cure or "")
    (finding,) = (await examine_online())["request address"]
    assert finding.cure is None


async def test_an_invalid_database_url_is_not_shown(
    settings_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """An invalid DATABASE_URL is not repeated, because it may hold a password."""
    monkeypatch.setenv("DATABASE_URL", "host=db.example password=pl4nted")
    (finding,) = (await examine_online())["database"]
    assert finding.cure
    assert "DATABASE_URL" in finding.cure
    assert "pl4nted" not in finding.result + finding.cure


@pytest.mark.usefixtures("settings_folder")
async def test_whether_agents_are_answered(monkeypatch: pytest.MonkeyPatch):
    """It is off unless a setting says so; where the library is missing, what to install is told."""

    async def look() -> Finding:
        (found,) = [each for each in await examine(online=False) if "MCP" in each.subject]
        return found

    assert (await look()).result.startswith("off")
    monkeypatch.setenv("DATELINE_MCP", "on")
    monkeypatch.setattr("bot.app.mcp_endpoint.find_spec", lambda _: None)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (library,) = project["optional-dependencies"]["mcp"]
    assert library in ((await look()).cure or "")
    monkeypatch.setattr("bot.app.mcp_endpoint.find_spec", lambda _: object())
    assert await look() == Finding(
        "agents (MCP)", "answered at /mcp, for requests that Slack signs"
    )


@pytest.mark.usefixtures("settings_folder")
async def test_named_sites_without_scopes_are_told(slack: SlackServer):
    """Where admins have named sites, and Slack was not allowed to tell of links."""
    async with opened_store(load()) as store:
        await store.link_previews.set_domains(TEAM_ID, ["news.example"])
    assert (await examine_online())["link previews"] == [Finding("link previews", "news.example")]
    slack.workspace.scopes -= {"links:read"}
    (finding,) = (await examine_online())["link previews"]
    assert "--domain" in (finding.cure or "")
