"""Agents ask over MCP what a person may ask in Slack, where Slack signed for the person."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

import bot
from bot.app.bolt import SingleBot
from bot.app.mcp_endpoint import MAX_BODY_BYTES, PATH, McpEndpoint
from bot.app.web import MAX_AGE_SECONDS, SignatureVerifier, create_app
from bot.listeners.agent_tools import MAX_ARGUMENT_CHARS, TOOLS, Caller, read_caller
from bot.listeners.throttle import BURST_SECONDS
from bot.playground.blockcheck import check_blocks
from bot.playground.request_sender import sign_body
from bot.playground.slack_objects import TEAM_ID
from bot.playground.workspace import SlackUser
from tests.builders import article
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL, USER, serve

OUTSIDER, GUEST = "U0FARAWAY", "U0VISITOR"
PRIVATE, PUBLIC = "G0EDITORS", "C0LOUNGE"
BODY = (
    "The pier stays shut until May, Runa Solberg said on Monday. "
    "The planks are rotten & soft, Odd Falk said on Monday. "
    "The ferries will not stop there, Runa Solberg said on Tuesday."
)
URL = "https://harbour-gazette.example/pier"
LATEST, HANDSHAKE = "2026-07-28", "legacy"
MODES = ["auto", HANDSHAKE]


CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {
        "name": "who",
        "arguments": {"name": "Falk"},
        "_meta": {"slack": {"user_id": USER, "team_id": TEAM_ID}},
    },
}


@dataclass
class Agent:
    """An agent that Slack speaks for, and the address that it calls."""

    env: SlackEnv
    url: str

    @asynccontextmanager
    async def connect(self, mode: str = LATEST) -> AsyncIterator[Any]:
        """Yield the SDK's own client, whose requests are signed as Slack signs."""
        import httpx2
        from mcp.client import Client
        from mcp.client.streamable_http import streamable_http_client

        async def sign(request: Any) -> None:
            request.headers.update(self.headers(request.content))

        async with httpx2.AsyncClient(event_hooks={"request": [sign]}) as http:
            transport = streamable_http_client(self.url, http_client=http)
            async with Client(transport, mode=mode) as client:
                yield client

    def headers(self, body: bytes, *, age: float = 0) -> dict[str, str]:
        """Return what Slack sends with a body signed `age` seconds ago."""
        timestamp = str(int(time.time() - age))
        signature = sign_body(self.env.slack.signing_secret, timestamp, body)
        return {
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature,
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
        }

    async def call(
        self, tool: str, *, user: str = USER, team: str = TEAM_ID, **arguments: Any
    ) -> Any:
        """Call a tool for a person, and return what the client makes of the answer."""
        async with self.connect() as client:
            meta = {"slack": {"user_id": user, "team_id": team}}
            return await client.call_tool(tool, arguments, meta=meta)

    async def post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Send these bytes with these headers."""
        async with httpx.AsyncClient() as client:
            return await client.post(self.url, content=body, headers=headers)


@pytest.fixture
async def agent(env: SlackEnv) -> AsyncIterator[Agent]:
    """Serve the endpoint over HTTP, on a news day with one article."""
    pytest.importorskip("mcp")
    new = article(BODY, url=URL, headline="Pier shut", source="Harbour Gazette")
    await env.services.intake.ingest_articles([new], team=None, source=None)
    users = env.slack.workspace.users
    users[OUTSIDER] = SlackUser(OUTSIDER, "faraway", "Fara Way", "Asia/Tokyo", team="T0ELSEWHERE")
    users[GUEST] = SlackUser(GUEST, "visitor", "Vik Sitor", "UTC", guest=True)
    env.slack.channel(CHANNEL).members |= {OUTSIDER, GUEST}
    client = env.services.chat._client_for  # type: ignore[attr-defined]
    bot = SingleBot(await client(TEAM_ID))
    endpoint = McpEndpoint(SignatureVerifier(env.slack.signing_secret), bot.client_for)

    async def ready() -> dict[str, str]:
        return {}

    app = create_app(None, ready=ready, lifespan=None, extra_routes=[endpoint.route()])
    begun, enough = asyncio.Event(), asyncio.Event()

    async def keep_open() -> None:
        """Open and close it in one task, as the service does; a fixture is left in another."""
        async with endpoint.open(env.services):
            begun.set()
            await enough.wait()

    opened = asyncio.create_task(keep_open())
    await begun.wait()
    async with serve(app) as url:
        yield Agent(env, f"{url}{PATH}")
    enough.set()
    await opened


def text_of(result: Any) -> str:
    """Return the text of a tool's answer."""
    (content,) = result.content
    return str(content.text)


@pytest.mark.parametrize("mode", MODES)
async def test_the_tools_say_to_quote(agent: Agent, mode: str) -> None:
    """Both kinds of the protocol list four tools, each of which says how to pass words on."""
    async with agent.connect(mode) as client:
        listed = (await client.list_tools()).tools
        assert "never paraphrase" in client.instructions
        assert client.server_info.version == bot.__version__
    assert [tool.name for tool in listed] == ["who", "search", "read", "digest"]
    for tool in listed:
        assert "verbatim" in tool.description
        assert "Never paraphrase" in tool.description
        assert "`link`" in tool.description
        assert tool.meta["slack"]["supportsBlockKit"] is True
    assert [tool.annotations.read_only_hint for tool in listed] == [True, True, False, True]


@pytest.mark.parametrize("mode", MODES)
async def test_who_returns_words_speaker_source_and_link(agent: Agent, mode: str) -> None:
    """As fields, as text, and as the blocks of the slash command; each word is the article's."""
    async with agent.connect(mode) as client:
        meta = {"slack": {"user_id": USER, "team_id": TEAM_ID}}
        result = await client.call_tool("who", {"name": "Falk"}, meta=meta)
    assert not result.is_error
    (said,) = result.structured_content["statements"]
    assert said["speaker"] == "Odd Falk"
    assert "planks are rotten & soft" in said["words"]
    assert said["words"].removeprefix("said: ") in BODY
    assert (said["source"], said["headline"]) == ("Harbour Gazette", "Pier shut")
    assert said["link"].startswith(f"{URL}#:~:text=")
    assert said["date"].startswith("20")
    text = text_of(result)
    assert said["line"] in text
    assert said["link"] in text
    assert "word for word" in text
    blocks = result.meta["slack"]["blocks"]
    assert check_blocks(blocks, "message") == []
    (shown,) = await agent.env.type("who Falk")
    assert words({"blocks": blocks}) == words(shown)


async def test_search_read_and_digest_return_statements(agent: Agent) -> None:
    """Each with the article or story that they stand in."""
    found = (await agent.call("search", words="planks")).structured_content["articles"]
    assert [each["headline"] for each in found] == ["Pier shut"]
    assert "planks" in found[0]["statements"][0]["words"]
    page = f"<html><body><article><h1>Quay</h1><p>{BODY}</p></article></body></html>"
    agent.env.web.set_page("https://other.example/quay", page)
    read = await agent.call("read", address="https://other.example/quay")
    assert read.structured_content["articles"][0]["statements"]
    news = (await agent.call("digest")).structured_content["stories"]
    assert news[0]["headline"]
    assert news[0]["statements"][0]["link"]
    assert agent.env.slack.posted() == []


async def test_nothing_found_is_said(agent: Agent) -> None:
    """No statement, and no instruction to quote any."""
    result = await agent.call("who", name="Nobody Known")
    assert not result.is_error
    assert result.structured_content == {"statements": []}
    assert "Nobody Known" in text_of(result)
    assert "word for word" not in text_of(result)


async def test_people_of_another_organization_get_nothing(agent: Agent) -> None:
    """No channel is known that would have been shown anything; nothing is fetched for them."""
    for tool, arguments in (
        ("who", {"name": "Falk"}),
        ("search", {"words": "planks"}),
        ("digest", {}),
        ("digest", {"channel": agent.env.slack.channel(CHANNEL).id}),
        ("read", {"address": URL}),
    ):
        result = await agent.call(tool, user=OUTSIDER, **arguments)
        assert "rotten" not in json.dumps(result.model_dump(mode="json")), tool
    assert agent.env.web.asked == []


async def test_a_channels_digest_is_for_those_who_may_read_it(agent: Agent) -> None:
    """A guest's own channel, a member's public one; nobody's private or direct one."""
    here = agent.env.slack.channel(CHANNEL).id
    agent.env.slack.channel(PRIVATE).members.discard(USER)
    for user, channel, may in (
        (GUEST, here, True),
        (GUEST, PUBLIC, False),
        (USER, PUBLIC, True),
        (USER, PRIVATE, False),
        (USER, "D0IDRIS", False),
    ):
        result = await agent.call("digest", user=user, channel=channel)
        assert result.is_error is not may, (user, channel, text_of(result))


async def test_another_workspaces_articles_are_not_told(agent: Agent) -> None:
    """What another workspace has read for itself is found by none of the tools."""
    secret = "The tunnel leaks, Runa Solberg said on Monday."
    new = article(secret, url="https://tunnel.example/a", headline="Leak", source="Tunnel News")
    await agent.env.services.intake.ingest_articles([new], team="T0ELSEWHERE", source=None)
    for tool, arguments in (
        ("who", {"name": "Solberg"}),
        ("search", {"words": "tunnel"}),
        ("digest", {"topic": "tunnel"}),
    ):
        result = await agent.call(tool, **arguments)
        assert not result.is_error
        assert "leaks" not in json.dumps(result.model_dump(mode="json")), tool


async def test_an_unknown_workspace_or_person_gets_nothing(agent: Agent) -> None:
    """So does a call that names nobody: identity comes from Slack's signed `_meta` alone."""
    assert (await agent.call("who", team="T0ELSEWHERE", name="Falk")).is_error
    stranger = await agent.call("who", user="U0NOBODY", name="Falk")
    assert "rotten" not in str(stranger)
    async with agent.connect() as client:
        for meta in (None, {"slack": {}}, {"slack": {"user_id": USER}}, {"slack": "x"}):
            result = await client.call_tool("who", {"name": "Falk", "user_id": USER}, meta=meta)
            assert result.is_error
            assert "rotten" not in str(result)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"name": ""},
        {"name": 7},
        {"name": ["Falk"]},
        {"name": "x" * (MAX_ARGUMENT_CHARS + 1)},
        {"name": "Falk", "days": "whenever"},
    ],
)
async def test_arguments_of_another_form_are_told(agent: Agent, arguments: dict[str, Any]) -> None:
    """The agent reads what was wrong, and can call again."""
    async with agent.connect() as client:
        meta = {"slack": {"user_id": USER, "team_id": TEAM_ID}}
        result = await client.call_tool("who", arguments, meta=meta)
    assert result.is_error
    assert "rotten" not in text_of(result)


@pytest.mark.parametrize(
    "name", ["Odd\\u0000 Falk", "\\nOdd\\tFalk ", "odd falk", "Odd\\u200b Falk"]
)
async def test_odd_letters_in_a_name_harm_nothing(agent: Agent, name: str) -> None:
    """Control characters and line breaks are as spaces; half a character is no JSON of ours."""
    body = json.dumps(CALL).replace("Falk", name).encode()
    answer = await agent.post(body, agent.headers(body))
    assert "rotten" in answer.text
    half = json.dumps(CALL).replace("Falk", "\\ud800").encode()
    assert (await agent.post(half, agent.headers(half))).status_code < 500


async def test_one_person_cannot_ask_without_end(agent: Agent) -> None:
    """The same measure as in Slack, of which an agent's calls are a part."""
    agent.env.services.throttle.charge(TEAM_ID, USER, BURST_SECONDS)
    result = await agent.call("who", name="Falk")
    assert result.is_error
    assert "second" in text_of(result)
    assert not (await agent.call("who", user="U0IDRIS", name="Falk")).is_error


async def test_forged_requests_reach_neither_parser_nor_log(agent: Agent) -> None:
    """Unsigned, old, signed for another body or with another secret: 401, and no word is logged."""
    body = json.dumps(CALL | {"mark": "mallard"}).encode()
    good = agent.headers(body)
    other = {**good, "x-slack-signature": good["x-slack-signature"][:-4] + "0000"}
    unsigned = {key: value for key, value in good.items() if not key.startswith("x-slack")}
    forged = [
        (body, unsigned),
        (body, other),
        (body + b" ", good),
        (body, agent.headers(body, age=MAX_AGE_SECONDS + 5)),
        (b"{not json mallard", unsigned),
    ]
    with capture_logs() as logs:
        for content, headers in forged:
            assert (await agent.post(content, headers)).status_code == 401
    assert "mallard" not in str(logs)
    assert {entry["event"] for entry in logs} == {"a request was refused"}
    assert (await agent.post(body, good)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"jsonrpc": "2.0", "id": 1, "method": "mallard"}',
        b'{"type": "event_callback", "event": {"type": "app_mention"}}',
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 3}}',
        b'{"jsonrpc": "2.0", "id": 1e999, "method": "ping"}',
        b"payload=%7B%22type%22%3A%22block_actions%22%7D",
    ],
)
async def test_signed_bodies_of_another_form_harm_nothing(agent: Agent, body: bytes) -> None:
    """They get an error of the protocol, in both its kinds, and the next call is answered."""
    for version in ({}, {"mcp-protocol-version": LATEST}):
        answer = await agent.post(body, agent.headers(body) | version)
        assert answer.status_code < 500
        assert "rotten" not in answer.text
    assert not (await agent.call("who", name="Falk")).is_error


async def test_a_long_body_is_refused_and_other_methods_too(agent: Agent) -> None:
    """No stream, no session, and no body beyond 64 KiB."""
    body = json.dumps(CALL | {"more": "x" * MAX_BODY_BYTES}).encode()
    assert (await agent.post(body, agent.headers(body))).status_code == 413
    async with httpx.AsyncClient() as client:
        for method in ("GET", "DELETE", "PUT"):
            assert (await client.request(method, agent.url)).status_code == 405


@pytest.mark.parametrize(
    ("meta", "caller"),
    [
        ({"slack": {"user_id": "U1", "team_id": "T1"}}, Caller("U1", "T1")),
        (
            {"slack": {"user_id": "W1", "team_id": "T1", "enterprise_id": "E1"}},
            Caller("W1", "T1", "E1"),
        ),
        ({"slack": {"user_id": "u1; drop", "team_id": "T1"}}, None),
        ({"slack": {"user_id": ["U1"], "team_id": "T1"}}, None),
        ({"user_id": "U1", "team_id": "T1"}, None),
        (None, None),
        ("slack", None),
    ],
)
def test_the_caller_is_read_in_slacks_form_alone(meta: object, caller: Caller | None) -> None:
    """Whatever else stands there names nobody."""
    assert read_caller(meta) == caller


def test_each_tool_has_its_texts() -> None:
    """Each parameter that has to be there is one of the tool's."""
    for tool in TOOLS:
        assert set(tool.required) <= tool.parameters.keys()
        assert tool.title
        assert "%s" not in tool.description
