"""Requests to the bot as Slack sends them: signed, with three seconds to answer."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from bot.playground.slack_objects import JsonObject
from bot.playground.workspace import SentRequest, Workspace

TIMEOUT_SECONDS = 3.0  # Slack waits no longer for an answer
RETRY_DELAYS_SECONDS = (0.0, 60.0, 300.0)  # when Slack offers an event again
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class BotResponse:
    """The bot's response; `problem` is Slack's word for why there is none, else None."""

    body: str
    problem: str | None
    request: SentRequest

    @property
    def json(self) -> JsonObject:
        """Return the body as a JSON object; empty for any other body."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def sign_body(secret: str, timestamp: str, body: bytes) -> str:
    """Return a signature (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class RequestSender:
    """Sends signed requests, and records each; `timeout` and `retries` are in seconds."""

    def __init__(
        self,
        workspace: Workspace,
        bot_url: str,
        secret: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        retries: tuple[float, ...] = RETRY_DELAYS_SECONDS,
    ) -> None:
        self.workspace, self.bot_url = workspace, bot_url
        self._secret = secret
        self.timeout, self.retries = timeout, retries
        self._tasks: set[asyncio.Task[None]] = set()

    async def send_command(self, fields: JsonObject) -> BotResponse:
        """Send a slash command."""
        body = urlencode(fields).encode()
        return await self._send("slash_command", fields, body, {"Content-Type": FORM})

    async def send_interaction(self, payload: JsonObject) -> BotResponse:
        """Send the payload of a button, select, view or shortcut."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self._send(payload["type"], payload, body, {"Content-Type": FORM})

    def send_event(self, envelope: JsonObject) -> None:
        """Send an event in the background, and again if the bot does not take it."""
        task = asyncio.get_running_loop().create_task(self._deliver(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, envelope: JsonObject) -> None:
        kind, body = envelope["event"]["type"], json.dumps(envelope).encode()
        headers = {"Content-Type": "application/json"}
        response = await self._send(kind, envelope, body, headers)
        for number, delay in enumerate(self.retries, start=1):
            if response.problem is None:
                return
            await asyncio.sleep(delay)
            timed_out = response.problem == "operation_timeout"
            headers["X-Slack-Retry-Num"] = str(number)
            headers["X-Slack-Retry-Reason"] = "http_timeout" if timed_out else "http_error"
            response = await self._send(kind, envelope, body, headers)

    async def settle(self) -> None:
        """Wait until every event was taken by the bot or given up."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Cancel the events that are still to be sent."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(
        self, kind: str, payload: JsonObject, body: bytes, headers: dict[str, str]
    ) -> BotResponse:
        request = SentRequest(self.workspace.next_number(), self.workspace.clock(), kind, payload)
        self.workspace.requests.append(request)
        timestamp = str(int(request.at))
        headers = headers | {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign_body(self._secret, timestamp, body),
        }
        begun = asyncio.get_running_loop().time()
        problem = await self._exchange(request, body, headers)
        request.took = asyncio.get_running_loop().time() - begun
        request.error = problem
        self.workspace.notify({"type": "request", "number": request.number})
        return BotResponse(request.body, problem, request)

    async def _exchange(
        self, request: SentRequest, body: bytes, headers: dict[str, str]
    ) -> str | None:
        """Post the request; return Slack's word for a failure, or None."""
        timeout = aiohttp.ClientTimeout(total=self.timeout)
        try:
            async with (
                # One session for each request: nothing needs closing, and a person clicks slowly.
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.bot_url, data=body, headers=headers) as response,
            ):
                request.status, request.body = response.status, await response.text()
        except TimeoutError:
            return "operation_timeout"
        except aiohttp.ClientError:
            return "dispatch_failed"
        return None if request.status == 200 else "dispatch_failed"
