"""The ASGI app: Slack's requests, each verified before anything parses it, and health checks.

    /slack/events: headers -> signature over the raw bytes -> parsed -> Bolt -> its answer

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from bot.app import messages
from bot.app.bolt import MALFORMED, SHAPE_ERRORS
from bot.model.ids import TEAM_ID

log = structlog.get_logger(__name__)

_REFUSED_REQUESTS = Counter(
    "dateline_slack_requests_refused",
    "Requests to /slack/events and /mcp that were refused.",
    ["reason"],
)

MAX_BODY_BYTES = 1024 * 1024
# Slack sends all of a request at once.
BODY_TIMEOUT_SECONDS = 10.0
WARNING_INTERVAL_SECONDS = 60.0
OK = "ok"

# https://docs.slack.dev/authentication/installing-with-oauth: all that Bolt's flow reads, each in
# its form. What else a query holds goes nowhere; Bolt would put a `team` as it stands into the
# address that the browser is sent to.
_OAUTH_PARAMETERS = {
    "team": TEAM_ID,
    "state": re.compile(r"[\w=.-]{1,500}", re.ASCII),
    "code": re.compile(r"[\w.-]{1,500}", re.ASCII),
    "error": re.compile("[a-z_]{1,60}"),
}

# Slack's own limit; a clock may be off in both directions.
MAX_AGE_SECONDS = 300
_TIMESTAMP = re.compile("[0-9]{1,12}")
_SIGNATURE = re.compile("v0=[0-9a-f]{64}")

Ready = Callable[[], Awaitable[Mapping[str, str]]]


def create_app(
    bolt: AsyncApp | None,
    *,
    signing_secret: str = "",
    ready: Ready,
    lifespan: Lifespan[Starlette] | None,
    extra_routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the app. Without `bolt` (Socket Mode, worker) it has no /slack.

    With it a signing secret is needed, else ValueError is raised: Bolt itself verifies nothing.
    `ready` gives each check's name with "ok" or what is wrong; one that is wrong makes /readyz
    answer 503.
    """
    slack = _slack_routes(bolt, SignatureVerifier(signing_secret)) if bolt else []
    app = Starlette(routes=[*slack, *_health_routes(ready), *extra_routes], lifespan=lifespan)
    # A redirect would go to whatever host the request names.
    app.router.redirect_slashes = False
    return app


class RequestRefused(Exception):
    """A request that is not passed on: `reason` for metrics, `text` and `status` for the answer."""

    def __init__(self, reason: str, text: str, status: int) -> None:
        self.reason, self.text, self.status = reason, text, status
        super().__init__(text)


class SignatureVerifier:
    """Verify requests with a signing secret; raise ValueError where it is empty.

    slack_sdk's verifier takes the body as text, so that it would decode unverified bytes.
    """

    def __init__(self, signing_secret: str) -> None:
        if not signing_secret.strip():
            raise ValueError("Requests over HTTP need SLACK_SIGNING_SECRET.")
        self._key = signing_secret.encode()

    def is_valid(self, signature: str, timestamp: str, body: bytes | bytearray) -> bool:
        """Return whether Slack signed this body; compared in constant time."""
        signed = f"v0:{timestamp}:".encode() + body
        expected = hmac.new(self._key, signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={expected}", signature)


def _get_single(headers: Headers, name: str, form: re.Pattern[str]) -> str | None:
    """Return a header that was sent once and has the form of Slack's, else None."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 and form.fullmatch(values[0]) else None


class Refusals:
    """Answers of an address to what it refuses: counted, and each reason logged once a minute.

    Anybody may send any number.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._last_warnings: dict[str, float] = {}

    def answer(self, refused: RequestRefused) -> Response:
        """Count a refusal, and return its answer."""
        _REFUSED_REQUESTS.labels(refused.reason).inc()
        now, last_warnings = asyncio.get_running_loop().time(), self._last_warnings
        last = last_warnings.get(refused.reason, -WARNING_INTERVAL_SECONDS)
        if now - last >= WARNING_INTERVAL_SECONDS:
            last_warnings[refused.reason] = now
            log.warning("a request was refused", path=self._path, reason=refused.reason)
        # No further request can come over a connection whose body does not end.
        headers = {"Connection": "close"} if refused.reason == "timeout" else None
        return PlainTextResponse(refused.text, refused.status, headers)


def _slack_routes(bolt: AsyncApp, verifier: SignatureVerifier) -> list[Route]:
    refuse = Refusals("/slack/events").answer

    async def events(request: Request) -> Response:
        try:
            body = await read_signed_body(request, verifier, MAX_BODY_BYTES)
            bolt_request = parse_body(body, request.headers.get("content-type", ""))
            return to_starlette_response(await bolt.async_dispatch(bolt_request))
        except RequestRefused as refused:
            return refuse(refused)
        except SHAPE_ERRORS:
            # Bolt catches all others, but reads the body once more to report them.
            return refuse(RequestRefused("malformed", MALFORMED, 400))

    routes = [Route("/slack/events", events, methods=["POST"])]
    if flow := bolt.oauth_flow:
        routes += [
            Route(flow.install_path, _oauth_route(flow.handle_installation), methods=["GET"]),
            Route(flow.redirect_uri_path, _oauth_route(flow.handle_callback), methods=["GET"]),
        ]
    return routes


async def read_signed_body(request: Request, verifier: SignatureVerifier, max_bytes: int) -> bytes:
    """Return a body that Slack signed, without parsing it; raise RequestRefused for any other.

    A request without a signature is refused before its body is read. So is Slack's own check of the
    certificate (`ssl_check`), which is unsigned: by then it has seen the certificate.
    """
    timestamp = _get_single(request.headers, "x-slack-request-timestamp", _TIMESTAMP)
    signature = _get_single(request.headers, "x-slack-signature", _SIGNATURE)
    if timestamp is None or signature is None:
        raise RequestRefused("unsigned", messages.text("not_signed"), 401)
    # An old one may be a recording that is sent again.
    if abs(time.time() - int(timestamp)) > MAX_AGE_SECONDS:
        raise RequestRefused("stale", messages.text("signed_long_ago"), 401)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            async for piece in request.stream():
                # Content-Length may lie.
                if len(body) + len(piece) > max_bytes:
                    raise RequestRefused("too_long", messages.text("too_long", most=max_bytes), 413)
                body += piece
    except TimeoutError:
        raise RequestRefused("timeout", messages.text("body_late"), 408) from None
    except ClientDisconnect:
        raise RequestRefused("disconnected", messages.text("disconnected"), 400) from None
    if not verifier.is_valid(signature, timestamp, body):
        raise RequestRefused("wrong_signature", messages.text("not_signed"), 401)
    return bytes(body)


def parse_body(body: bytes, content_type: str) -> AsyncBoltRequest:
    """Parse a signed body, a form or JSON, and nothing unsigned; raise RequestRefused."""
    try:
        return AsyncBoltRequest(body=body.decode(), headers={"content-type": content_type})
    except (ValueError, RecursionError, *SHAPE_ERRORS):
        raise RequestRefused("malformed", MALFORMED, 400) from None


def _oauth_route(
    handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
) -> Callable[..., Awaitable[Response]]:
    """Pass a browser's query and cookie on to Bolt's flow, which checks its state; read no body."""

    async def route(request: Request) -> Response:
        query = {
            name: value
            for name, form in _OAUTH_PARAMETERS.items()
            if form.fullmatch(value := request.query_params.get(name, ""))
        }
        cookie = request.headers.get("cookie", "")
        return to_starlette_response(
            await handle(AsyncBoltRequest(body="", query=query, headers={"cookie": cookie}))
        )

    return route


def _health_routes(ready: Ready) -> list[Route]:
    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive")

    async def readiness(_: Request) -> Response:
        checks = dict(await ready())
        fine = all(state == OK for state in checks.values())
        return JSONResponse({"ready": fine, "checks": checks}, 200 if fine else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", alive), Route("/readyz", readiness), Route("/metrics", metrics)]
