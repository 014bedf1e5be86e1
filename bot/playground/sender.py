"""Requests to the bot as Slack sends them: signed, with three seconds to answer."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from bot.playground.workspace import JsonObject, Request, Workspace

PATIENCE = 3.0  # seconds that Slack waits for an answer
RETRIES = (0.0, 60.0, 300.0)  # when Slack offers an event again


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answered. `problem` is Slack's word for why there is no answer, else None."""

    body: str
    problem: str | None
    request: Request

    @property
    def json(self) -> JsonObject:
        """Give the answer as an object; empty for one without content."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a body (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Sender:
    """Sends to one address with one secret; every request is recorded in the workspace."""

    def __init__(
        self,
        workspace: Workspace,
        bot_url: str,
        secret: str,
        *,
        patience: float = PATIENCE,
        retries: tuple[float, ...] = RETRIES,
    ) -> None:
        self.workspace, self.bot_url = workspace, bot_url
        self._secret = secret
        self.patience, self.retries = patience, retries
        self._tasks: set[asyncio.Task[None]] = set()

    async def form(self, kind: str, fields: JsonObject) -> Reply:
        """Send a slash command's form."""
        return await self._send(
            kind, fields, urlencode(fields).encode(), "application/x-www-form-urlencoded", {}
        )

    async def interaction(self, payload: JsonObject) -> Reply:
        """Send what a button, select, view or shortcut gives."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self._send(
            payload["type"], payload, body, "application/x-www-form-urlencoded", {}
        )

    def event(self, envelope: JsonObject) -> None:
        """Send an event in the background, again where the bot does not take it."""
        task = asyncio.get_running_loop().create_task(self._deliver(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, envelope: JsonObject) -> None:
        kind, body = envelope["event"]["type"], json.dumps(envelope).encode()
        reply = await self._send(kind, envelope, body, "application/json", {})
        for number, pause in enumerate(self.retries, start=1):
            if reply.problem is None:
                return
            await asyncio.sleep(pause)
            reason = "http_timeout" if reply.problem == "operation_timeout" else "http_error"
            headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
            reply = await self._send(kind, envelope, body, "application/json", headers)

    async def settle(self) -> None:
        """Wait until every event was taken or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Give up what is still to be sent."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(
        self, kind: str, payload: JsonObject, body: bytes, content: str, more: dict[str, str]
    ) -> Reply:
        request = Request(self.workspace.number(), self.workspace.clock(), kind, payload)
        self.workspace.requests.append(request)
        timestamp = str(int(request.at))
        headers = {
            "Content-Type": content,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
            **more,
        }
        begun = asyncio.get_running_loop().time()
        problem = await self._exchange(request, body, headers)
        request.took = asyncio.get_running_loop().time() - begun
        request.error = problem
        self.workspace.changed({"type": "request", "number": request.number})
        return Reply(request.body, problem, request)

    async def _exchange(self, request: Request, body: bytes, headers: dict[str, str]) -> str | None:
        """Post the request; give Slack's word for the failure, or None."""
        patience = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with (
                # A session a request: it has no life to end, and a person clicks slowly.
                aiohttp.ClientSession(timeout=patience) as session,
                session.post(self.bot_url, data=body, headers=headers) as response,
            ):
                request.status, request.body = response.status, await response.text()
        except TimeoutError:
            return "operation_timeout"
        except aiohttp.ClientError:
            return "dispatch_failed"
        return None if request.status == 200 else "dispatch_failed"
