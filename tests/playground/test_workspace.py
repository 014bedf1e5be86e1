"""What is kept over a restart, and what the page gives to whom."""

import json
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

import bot.playground
from bot.playground.workspace import Workspace
from tests.slack_server import SlackServer, slack_server

DESK = "C0NEWSDESK"
HOSTILE = "Ünïcode \u202e &amp; <script>"


async def test_messages_survive_a_restart(tmp_path: Path) -> None:
    """A workspace with a path loads messages, memberships and homes; new times are newer."""
    path = tmp_path / "kept" / "workspace.json"
    async with slack_server(Workspace(path)) as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=slack.token, base_url=slack.api_url, session=session)
        posted = await client.chat_postMessage(
            channel=DESK, text=HOSTILE, blocks=[{"type": "divider"}]
        )
        await client.chat_postMessage(channel=DESK, text="reply", thread_ts=posted["ts"])
        slack.user_actions.invite("U0WREN", "C0LOUNGE")
        await client.views_publish(
            user_id="U0WREN", view={"type": "home", "blocks": [{"type": "divider"}]}
        )
    again = Workspace(path)
    first, reply = again.messages[DESK]
    assert (first.message["text"], first.message["reply_count"]) == (HOSTILE, 1)
    assert "U0DATELINE" in again.channels["C0LOUNGE"].members
    assert again.homes["U0WREN"]["blocks"][0]["type"] == "divider"
    assert again.new_ts() > reply.ts
    assert again.new_id("V") not in path.read_text(encoding="utf-8")
    assert [file.name for file in path.parent.iterdir()] == ["workspace.json"]


def test_without_a_path_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace in memory leaves no file."""
    monkeypatch.chdir(tmp_path)
    Workspace().notify({"type": "message"})
    assert list(tmp_path.iterdir()) == []


async def test_other_hosts_are_refused(slack: SlackServer) -> None:
    """A name that was made to resolve to this machine is not served, page or API."""
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/page/state", "/api/auth.test"):
            for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""):
                async with session.get(slack.base_url + path, headers={"Host": host}) as response:
                    assert response.status in {400, 421}, (path, host)
        for host in ("localhost:1234", "127.0.0.1:80", "[::1]:80"):
            async with session.get(slack.base_url + "/", headers={"Host": host}) as response:
                assert response.status == 200, host


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({}, 200),
    ],
    ids=str,
)
async def test_other_pages_cannot_act(
    slack: SlackServer, headers: dict[str, str], status: int
) -> None:
    """A post from another site's page is refused; so is one of a type that needs no preflight."""
    deed = json.dumps({"user": "U0WREN", "channel": DESK, "text": "x"})
    given = {"Content-Type": "application/json", **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.base_url + "/page/say", data=deed, headers=given) as response,
    ):
        assert response.status == status
    assert len(slack.messages(DESK)) == (1 if status == 200 else 0)


async def test_the_page_keeps_what_is_private(slack: SlackServer) -> None:
    """A person sees only channels they are in, and no other's ephemeral messages."""
    slack.user_actions.show_notice("U0IDRIS", DESK, "psst")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{slack.base_url}/page/state?user=U0MINA") as response:
            names = [
                channel["name"]
                for channel in (await response.json())["channels"]
                if channel["kind"] != "im"
            ]
        async with session.get(
            f"{slack.base_url}/page/messages?user=U0MINA&channel={DESK}"
        ) as response:
            messages = (await response.json())["messages"]
        async with session.get(
            f"{slack.base_url}/page/messages?user=U0MINA&channel=G0EDITORS"
        ) as response:
            assert response.status == 404
    assert "editors" not in names
    assert messages == []


async def test_what_is_typed_is_stored_as_slack_does(slack: SlackServer) -> None:
    """Typed text is escaped; addresses and names become links and mentions."""
    deed = {
        "user": "U0WREN",
        "channel": DESK,
        "text": "a < b & see https://x.example/?a=1&b=2 @Dateline @Mina Castellane",
    }
    async with aiohttp.ClientSession() as session:
        await session.post(f"{slack.base_url}/page/say", json=deed)
    assert slack.messages(DESK)[0]["text"] == (
        "a &lt; b &amp; see <https://x.example/?a=1&amp;b=2> <@U0DATELINE> <@U0MINA>"
    )


async def test_the_page_names_its_policy(slack: SlackServer) -> None:
    """The page may load from this machine alone, and run no script that stands in it."""
    async with aiohttp.ClientSession() as session, session.get(slack.base_url) as response:
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_source_writes_no_markup() -> None:
    """No script of the page turns a string into markup or code."""
    static = Path(bot.playground.__file__).parent / "static"
    for script in static.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert word not in text, script.name
