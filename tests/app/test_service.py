"""The real program starts, ends, recovers from a kill, and answers on the command line.

`test_running.py` has what it does while it runs.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from structlog.testing import capture_logs

from bot.app import service as service_module
from bot.app.bolt import with_token
from bot.app.mcp_endpoint import PATH, is_installed
from bot.app.roles import Role
from bot.app.service import Program, _check_readiness, _check_token, _open_store
from bot.app.slack import open_web_client
from bot.settings import Settings, load
from tests.chaos.tcp_proxy import TcpProxy
from tests.oauth_slack import APP, STATE_COOKIE, OAuthSlack
from tests.service import (
    ALLIANCE,
    HARBOUR,
    KEY,
    PATIENCE,
    ROOT,
    Service,
    credentials,
    dateline,
    dateline_process,
    message_text,
    running,
)
from tests.signed_requests import sign
from tests.slack_faults import FailureMode
from tests.slack_server import SlackServer, free_socket, serve, slack

__all__ = ["slack"]


CLIENT = {
    "SLACK_CLIENT_ID": "client-id-not-for-children",
    "SLACK_CLIENT_SECRET": "client-secret-not-for-children",
}


async def test_the_main_job_on_postgresql(
    slack: SlackServer, tmp_path: Path, postgresql_url: str
) -> None:
    """On PostgreSQL, a dropped file becomes a digest that `who` can search.

    No child process has a secret in its environment, and no log line or page shows one. Killed in
    the middle of a post, the service finds the message by its metadata at the next start, and
    continues in its thread.
    """
    own, secrets = credentials(slack), CLIENT | {"DATELINE_TOKEN_KEY": KEY}
    database = postgresql_url.replace("@", ":pass-of-the-base@")
    agents = {"DATELINE_MCP": "on"} if is_installed() else {}
    async with running(tmp_path, DATABASE_URL=database, **own, **secrets, **agents) as service:
        slack.connect(f"{service.address}/slack/events")
        service.drop_file("alliance.txt", ALLIANCE)
        await service.wait_until_taken("alliance.txt")
        await slack.command("/digest now")
        posted = await slack.wait_for(slack.posted)
        assert "Kaja Kallas" in message_text(posted[0])
        await slack.command("/digest who Kallas")
        await slack.wait_for(
            lambda: any("no credible plans" in message_text(m) for m in slack.ephemerals())
        )
        assert not (tmp_path / "var" / "dateline.sqlite3").exists()
        assert await list_tools(service, slack) == (200 if agents else 404)

        hidden = [slack.token, slack.signing_secret, "pass-of-the-base", *secrets.values()]
        assert await service.find_leaks(*hidden) == []
        assert len(service.environments()) >= 2 or sys.platform != "linux"
        assert not [line for line in service.lines if line.get("level") not in {"info", None}]

        await kill_during_a_post(service, slack)
    age_unfinished_deliveries(postgresql_url)
    async with running(tmp_path, DATABASE_URL=database, **own, **secrets):
        cut_off = slack.posted()[1]
        await slack.wait_for(lambda: len(slack.thread("news-desk", cut_off["ts"])) > 0)
        assert len(slack.posted()) == 2


async def list_tools(service: Service, slack: SlackServer) -> int:
    """Ask for the tools as an agent of Slack's does; return the status."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    headers = sign(body, secret=slack.signing_secret, kind="application/json")
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{service.address}{PATH}", content=body, headers=headers)
    assert answer.status_code == 404 or len(answer.json()["result"]["tools"]) == 4
    return answer.status_code


async def kill_during_a_post(service: Service, slack: SlackServer) -> None:
    """Kill the service after Slack took the message and before that was recorded."""
    service.drop_file("harbour.txt", HARBOUR)
    await service.wait_until_taken("harbour.txt")
    slack.fail("chat.postMessage", how=FailureMode.HANG_AFTER)
    await slack.command("/digest now")
    await slack.wait_for(lambda: len(slack.posted()) == 2)
    await service.kill()


def age_unfinished_deliveries(url: str) -> None:
    """Make the unfinished delivery a minute older.

    Recovery leaves younger ones alone, because their process may still be alive.
    """
    with psycopg.connect(url) as database:
        aged = database.execute(
            "UPDATE deliveries SET touched = touched - interval '1 minute' WHERE state = 'sending'"
        )
        assert aged.rowcount == 1


async def test_two_workspaces_install_one_dateline(tmp_path: Path) -> None:
    """Two workspaces install over OAuth; each is greeted with its own token, stored encrypted."""
    stand_in = OAuthSlack()
    client_id, client_secret = APP
    async with serve(stand_in.app()) as url:
        keys = {
            "SLACK_CLIENT_ID": client_id,
            "SLACK_CLIENT_SECRET": client_secret,
            "SLACK_SIGNING_SECRET": "made-up-too",
        }
        keys |= {"DATELINE_TOKEN_KEY": KEY}
        async with running(tmp_path, SLACK_API_URL=f"{url}/api/", **keys) as service:
            for team in ("T1", "T2"):
                async with httpx.AsyncClient(base_url=service.address) as browser:
                    there = await browser.get("/slack/install")
                    state = parse_qs(urlsplit(there.headers["location"]).query)["state"][0]
                    back = {
                        "params": {"state": state, "code": team},
                        "headers": {"cookie": f"{STATE_COOKIE}={state}"},
                    }
                    assert (await browser.get("/slack/oauth_redirect", **back)).status_code == 200
            assert await service.find_leaks("xoxb-T1", "xoxb-T2", client_secret, KEY) == []
            await service.stop()
    assert stand_in.posted() == [("xoxb-T1", "DU0WREN"), ("xoxb-T2", "DU0WREN")]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "var").glob("dateline.sqlite3*"))
    assert b"Desk <T1>" in kept
    assert b"xoxb-T1" not in kept
    code, out, _ = await dateline(tmp_path, "doctor", **keys)
    assert (code, "workspaces: 2 with a token" in out) == (0, True)
    code, out, _ = await dateline(
        tmp_path, "doctor", **keys | {"DATELINE_TOKEN_KEY": "A" * 43 + "="}
    )
    assert (code, "DATELINE_TOKEN_KEY" in out) == (1, True)


async def test_a_data_folder_that_cannot_be_made_ends_the_start(tmp_path: Path) -> None:
    """`run` ends with exit code 2 and a message that names DATELINE_DATA."""
    code, _, err = await dateline(tmp_path, "run", DATELINE_DATA="/proc/nowhere")
    assert code == 2
    assert "DATELINE_DATA" in err
    assert "Traceback" not in err


async def test_a_role_waits_for_its_database(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started while PostgreSQL cannot be reached, it says so, and comes up once it can be.

    The password is not shown.
    """
    monkeypatch.setattr("bot.app.service.DATABASE_RETRY_SECONDS", 0.05)
    server = urlsplit(postgresql_url)
    with free_socket() as bound:
        port = bound.getsockname()[1]
    address = f"postgresql://{server.username}:very-secret@127.0.0.1:{port}{server.path}"
    monkeypatch.setenv("DATABASE_URL", address)
    with capture_logs() as logs:
        opening = asyncio.create_task(_open_store(load()))
        async with asyncio.timeout(PATIENCE):
            while len(logs) < 2:  # noqa: ASYNC110 - its only sign is a log line
                await asyncio.sleep(0.02)
            relay = TcpProxy(server.port or 5432)
            listener = await asyncio.start_server(relay.join, "127.0.0.1", port)
            await (await opening).close()
    relay.cut()
    listener.close()
    assert {line["event"] for line in logs} == {"waiting for the database"}
    assert "very-secret" not in str(logs)


async def test_a_database_that_no_wait_can_help_ends_the_start(
    slack: SlackServer, tmp_path: Path
) -> None:
    """Where SQLite's file cannot be used `run` ends with one clear message."""
    (tmp_path / "news.db").write_text("no database at all, whatever its name says")
    code, _, err = await dateline_process(
        tmp_path, "run", DATABASE_URL=f"sqlite:///{tmp_path}/news.db", **credentials(slack)
    )
    assert code == 1
    assert "Dateline can't use the database" in err
    assert "Traceback" not in err


async def test_a_refused_token_ends_the_start(slack: SlackServer, tmp_path: Path) -> None:
    """A token that Slack refuses ends the start, before the first digest."""
    code, _, err = await dateline(
        tmp_path, "run", **{**credentials(slack), "SLACK_BOT_TOKEN": "xoxb-wrong"}
    )
    assert code == 2
    assert "SLACK_BOT_TOKEN" in err
    assert "xoxb-wrong" not in err


async def test_doctor_accepts_a_good_setup_and_names_a_bad_token(
    slack: SlackServer, tmp_path: Path
) -> None:
    """`doctor` accepts a good setup, and reports Slack's error for a bad token."""
    code, out, _ = await dateline(tmp_path, "doctor", **credentials(slack))
    assert (code, "FAIL" in out) == (0, False), out
    code, out, _ = await dateline(
        tmp_path, "doctor", **{**credentials(slack), "SLACK_BOT_TOKEN": "xoxb-wrong"}
    )
    assert (code, "invalid_auth" in out) == (1, True), out


async def test_the_archive_from_the_command_line(tmp_path: Path) -> None:
    """`ingest`, `digest` and `verify` work without Slack, and `verify` refuses a forged digest."""
    code, _, err = await dateline(tmp_path, "ingest", str(ROOT / "seeds" / "press-review"))
    assert code == 0, err
    code, out, err = await dateline(tmp_path, "digest", "--format", "json")
    assert (code, err) == (0, "")
    (tmp_path / "digest.json").write_text(out, encoding="utf-8")
    code, explained, err = await dateline(
        tmp_path, "digest", "--explain", "--channel", "T1/C1", "--format", "json"
    )
    assert (code, json.loads(explained)["picked"][0]["headline"][:15]) == (0, "Estonian Prime "), (
        err
    )
    code, out, err = await dateline(tmp_path, "verify", "digest.json")
    assert code == 0, err

    digest = json.loads((tmp_path / "digest.json").read_text(encoding="utf-8"))
    digest["entries"][0]["statements"][0]["content"][0]["span"]["text"] += " not"
    (tmp_path / "forged.json").write_text(json.dumps(digest), encoding="utf-8")
    code, _, err = await dateline(tmp_path, "verify", "forged.json")
    assert code == 1
    assert "the words there are different" in err


@pytest.mark.parametrize("is_connected", [True, False])
async def test_a_socket_that_does_not_stand_is_not_ready(*, is_connected: bool) -> None:
    """/readyz says what is missing, and a load balancer sees 503 by it."""

    async def ask() -> bool:
        return is_connected

    async def ping() -> None:
        """Reach the database."""

    now = datetime.now(UTC)
    components: Any = SimpleNamespace(store=SimpleNamespace(ping=ping))
    services: Any = SimpleNamespace(clock=SimpleNamespace(now=lambda: now))
    unused: Any = SimpleNamespace(last_tick=now)
    program = Program(unused, Role.WEB, components, services, unused, unused, ask)
    checks = await _check_readiness(program)
    assert (checks["socket"] == "ok") is is_connected


async def test_calls_to_slack_go_through_a_proxy(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Web API and the answers at a `response_url`, where the environment names one."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with open_web_client(Settings()) as client:
        assert client.proxy == "http://127.0.0.1:9"
        assert with_token(client, "xoxb-other").proxy == client.proxy
    monkeypatch.setenv("HTTP_PROXY", slack.base_url)
    answered = await AsyncWebhookClient("http://hooks.slack.invalid/response/x").send(text="x")
    assert answered.status_code == 421  # from the stand-in, which answers for no other host


async def test_a_silent_slack_does_not_hold_up_the_start(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token is not known to be bad: the service starts, and says that it could not ask."""
    monkeypatch.setattr(service_module, "TOKEN_CHECK_SECONDS", 0.05)
    slack.fail("auth.test", how=FailureMode.HANG_BEFORE)
    client = AsyncWebClient(token=slack.token, base_url=slack.api_url)
    with capture_logs() as logs:
        await _check_token(client)
    assert [line["event"] for line in logs] == ["slack cannot be reached yet"]
