"""A small bot without Bolt: it checks signatures, keeps requests, and answers as a test says."""

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.slack_server import SIGNING_SECRET, SlackServer, serve


class Echo:
    """What it heard, oldest first, and the answers it is to give next (else an empty 200)."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: deque[Response] = deque()
        self.pause = asyncio.Event()
        self.pause.set()
        self.app = Starlette(routes=[Route("/slack/events", self.hear, methods=["POST"])])

    async def hear(self, request: Request) -> Response:
        """Take a request whose signature holds."""
        body = await request.body()
        base = b"v0:" + request.headers["x-slack-request-timestamp"].encode() + b":" + body
        wanted = "v0=" + hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, request.headers["x-slack-signature"]):
            return PlainTextResponse("bad signature", 401)
        self.headers.append(dict(request.headers))
        if request.headers["content-type"] == "application/json":
            self.heard.append(json.loads(body))
        else:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
            self.heard.append(json.loads(fields["payload"]) if "payload" in fields else fields)
        await self.pause.wait()
        return self.answers.popleft() if self.answers else Response()

    def will_answer(self, value: dict[str, Any] | str, status: int = 200) -> None:
        """Say what to answer to the next request."""
        make = PlainTextResponse if isinstance(value, str) else JSONResponse
        self.answers.append(make(value, status))


@pytest.fixture
async def echo(slack: SlackServer) -> AsyncIterator[Echo]:
    """The small bot, connected to `slack`."""
    bot = Echo()
    async with serve(bot.app) as url:
        slack.connect(f"{url}/slack/events")
        yield bot
        bot.pause.set()
        await slack.playground.sender.close()
