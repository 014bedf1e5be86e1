"""The tools of `bot/listeners/agent_tools.py` over MCP, for agents that Slack speaks for.

    POST /mcp: headers -> signature over the raw bytes -> the SDK's parser -> a tool -> its answer

It is served where DATELINE_MCP is set and the extra `mcp` is installed. Each request stands for
itself: there are no sessions and no streams.

https://docs.slack.dev/ai/slackbot-mcp-client, https://modelcontextprotocol.io/specification
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import bot
from bot.app import messages
from bot.app.web import Refusals, RequestRefused, SignatureVerifier, read_signed_body
from bot.listeners.agent_tools import (
    INSTRUCTIONS,
    MAX_ARGUMENT_CHARS,
    TOOLS,
    call_tool,
    read_caller,
)
from bot.listeners.request import Services
from bot.model.errors import PostFailed

PATH = "/mcp"
SCOPE = "mcp:connect"
MAX_BODY_BYTES = 64 * 1024
# What the protocol routes by since its version of 2026; the signature doesn't cover them, and the
# SDK refuses them where the body says otherwise.
_ROUTING_HEADERS = ("mcp-protocol-version", "mcp-method", "mcp-name")
_ROUTING_VALUE = re.compile(r"[\x21-\x7e]{1,100}")
_SENT_HEADERS = [
    (b"host", b"dateline"),
    (b"content-type", b"application/json"),
    (b"accept", b"application/json, text/event-stream"),
]

# Returns the client of a workspace's bot; raises PostFailed where the app is not installed.
FindClient = Callable[[str], Awaitable[AsyncWebClient]]


def is_installed() -> bool:
    """Return whether the extra `mcp` is there."""
    return find_spec("mcp") is not None


class McpEndpoint:
    """An ASGI app that answers signed requests, from when it is opened, and 401 to all others."""

    def __init__(self, verifier: SignatureVerifier, find_client: FindClient) -> None:
        self._verifier, self._find_client = verifier, find_client
        self._refusals = Refusals(PATH)
        self._handle: ASGIApp = PlainTextResponse(messages.text("mcp_not_ready"), 503)

    def route(self) -> Route:
        """Return the route; other methods than POST get 405."""
        return Route(PATH, endpoint=self, methods=["POST"])

    @asynccontextmanager
    async def open(self, services: Services) -> AsyncIterator[None]:
        """Answer calls by these services; to be left only when no request can come any more."""
        from mcp.server.lowlevel import Server
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        server = Server(
            "dateline",
            version=bot.__version__,
            title="Dateline",
            instructions=INSTRUCTIONS,
            on_list_tools=_list_tools,
            on_call_tool=self._create_handler(services),
        )
        manager = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=MAX_BODY_BYTES
        )
        async with manager.run():
            self._handle = manager.handle_request
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the body that Slack signed, and no other part of the request."""
        request = Request(scope, receive)
        try:
            body = await read_signed_body(request, self._verifier, MAX_BODY_BYTES)
        except RequestRefused as refused:
            await self._refusals.answer(refused)(scope, receive, send)
            return
        routing = [
            (name.encode(), values[0].encode())
            for name in _ROUTING_HEADERS
            if len(values := request.headers.getlist(name)) == 1
            and _ROUTING_VALUE.fullmatch(values[0])
        ]
        signed = {"type": "http", "method": "POST", "path": PATH, "query_string": b""}
        headers = [*_SENT_HEADERS, (b"content-length", str(len(body)).encode()), *routing]
        await self._handle(signed | {"headers": headers}, _replay(body, receive), send)

    def _create_handler(self, services: Services) -> Callable[[Any, Any], Awaitable[Any]]:
        async def handle(_context: Any, params: Any) -> Any:
            caller = read_caller(params.meta)
            if caller is None:
                return _failure(messages.text("mcp_no_identity"))
            try:
                client = await self._find_client(caller.team)
            except PostFailed:
                return _failure(messages.text("mcp_not_installed"))
            answer = await call_tool(params.name, params.arguments or {}, caller, client, services)
            if answer.failed:
                return _failure(answer.message.text)
            return _result(
                answer.message.text,
                structured_content=dict(answer.fields),
                _meta={"slack": {"blocks": [dict(block) for block in answer.message.blocks]}},
            )

        return handle


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body, and then what comes after it: a disconnect."""
    pending = [body]

    async def replay() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replay


def _result(text: str, **fields: Any) -> Any:
    from mcp import types

    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], **fields)


def _failure(text: str) -> Any:
    return _result(text, is_error=True)


async def _list_tools(_context: Any, _params: Any) -> Any:
    from mcp import types

    tools = [
        types.Tool(
            name=tool.name,
            title=tool.title,
            description=tool.description,
            input_schema={
                "type": "object",
                "properties": {
                    name: {
                        "type": "string",
                        "description": text,
                        "maxLength": MAX_ARGUMENT_CHARS,
                    }
                    for name, text in tool.parameters.items()
                },
                "required": list(tool.required),
                "additionalProperties": False,
            },
            annotations=types.ToolAnnotations(
                read_only_hint=not tool.fetches,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=tool.fetches,
            ),
            # https://docs.slack.dev/ai/slackbot-mcp-client/returning-rich-responses
            _meta={"slack": {"supportsBlockKit": True}},
        )
        for tool in TOOLS
    ]
    return types.ListToolsResult(tools=tools)
