"""The ASGI app: Slack's requests, and how a machine asks whether we are alive, ready and well."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from bot.app.bolt import MALFORMED, SHAPE_ERRORS
from bot.app.signature import SignatureVerifier

log = structlog.get_logger(__name__)

REFUSED = Counter(
    "dateline_slack_requests_refused", "Requests to /slack/events that were refused.", ["reason"]
)

MAX_BODY_BYTES = 1024 * 1024
# Slack sends all of a request at once.
BODY_SECONDS = 10.0
WARNING_INTERVAL_SECONDS = 60.0
FINE = "ok"

# https://docs.slack.dev/authentication/installing-with-oauth: all that Bolt's flow reads, each in
# its form. What else a query holds goes nowhere; Bolt would put a `team` as it stands into the
# address that the browser is sent to.
_OAUTH_PARAMETERS = {
    "team": re.compile("[TE][A-Z0-9]{1,30}"),
    "state": re.compile(r"[\w=.-]{1,500}", re.ASCII),
    "code": re.compile(r"[\w.-]{1,500}", re.ASCII),
    "error": re.compile("[a-z_]{1,60}"),
}

Ready = Callable[[], Awaitable[Mapping[str, str]]]


def create_app(
    bolt: AsyncApp | None,
    *,
    signing_secret: str = "",
    ready: Ready,
    lifespan: Lifespan[Starlette] | None,
    extra_routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Put the routes together. Without `bolt` (Socket Mode, worker) there is no /slack.

    With it a signing secret is needed, else ValueError is raised: Bolt itself verifies nothing.
    `ready` gives each check's name with "ok" or what is wrong; one that is wrong makes /readyz
    answer 503.
    """
    slack = _slack_routes(bolt, SignatureVerifier(signing_secret)) if bolt else []
    app = Starlette(routes=[*slack, *_health_routes(ready), *extra_routes], lifespan=lifespan)
    # It would lead whoever writes a slash too many to the host that their own request names.
    app.router.redirect_slashes = False
    return app


class RequestRefused(Exception):
    """A request that gets no further: `reason` for the metrics, `words` and `status` to answer."""

    def __init__(self, reason: str, words: str, status: int) -> None:
        self.reason, self.words, self.status = reason, words, status
        super().__init__(words)


def _slack_routes(bolt: AsyncApp, verifier: SignatureVerifier) -> list[Route]:
    last_warnings: dict[str, float] = {}

    def refuse(refused: RequestRefused) -> Response:
        """Answer and count; log each reason once a minute, for anybody may send any number of these."""
        REFUSED.labels(refused.reason).inc()
        now = asyncio.get_running_loop().time()
        if (
            now - last_warnings.get(refused.reason, -WARNING_INTERVAL_SECONDS)
            >= WARNING_INTERVAL_SECONDS
        ):
            last_warnings[refused.reason] = now
            log.warning("a request to /slack/events was refused", reason=refused.reason)
        # Of a connection whose body does not come no further request is to be expected.
        headers = {"Connection": "close"} if refused.reason == "timeout" else None
        return PlainTextResponse(refused.words, refused.status, headers)

    async def events(request: Request) -> Response:
        try:
            asked = parse_body(
                await read_signed_body(request, verifier), request.headers.get("content-type", "")
            )
            return to_starlette_response(await bolt.async_dispatch(asked))
        except RequestRefused as refused:
            return refuse(refused)
        except SHAPE_ERRORS:
            # Nothing else escapes from it: it reads the body once more to tell of what went wrong.
            return refuse(RequestRefused("malformed", MALFORMED, 400))

    routes = [Route("/slack/events", events, methods=["POST"])]
    if flow := bolt.oauth_flow:
        routes += [
            Route(flow.install_path, _oauth_route(flow.handle_installation), methods=["GET"]),
            Route(flow.redirect_uri_path, _oauth_route(flow.handle_callback), methods=["GET"]),
        ]
    return routes


async def read_signed_body(request: Request, verifier: SignatureVerifier) -> bytes:
    """Return a body that Slack signed; raise RequestRefused over any other, with nothing of it parsed.

    Who does not sign as Slack does is answered before the body is read. So is Slack's own check of
    the certificate (`ssl_check`), which it does not sign: by then it has seen the certificate.
    """
    signature = verifier.start(request.headers)
    if signature is None:
        raise RequestRefused("unsigned", "Not signed as Slack signs", 401)
    if not signature.is_fresh:
        raise RequestRefused(
            "stale", "Signed more than five minutes ago, or ahead, by this machine's clock", 401
        )
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                # Whatever Content-Length says.
                if len(body) + len(piece) > MAX_BODY_BYTES:
                    raise RequestRefused("too_long", f"More than {MAX_BODY_BYTES} bytes", 413)
                body += piece
                signature.update(piece)
    except TimeoutError:
        raise RequestRefused("timeout", "The body did not come", 408) from None
    except ClientDisconnect:
        raise RequestRefused("disconnected", "Nobody is there any more", 400) from None
    if not signature.is_valid():
        raise RequestRefused("wrong_signature", "Not signed as Slack signs", 401)
    return bytes(body)


def parse_body(body: bytes, content_type: str) -> AsyncBoltRequest:
    """Parse a signed body, a form or JSON; raise RequestRefused where Slack sends none like it.

    Nothing else of the request goes on: neither the query nor the other headers are signed.
    """
    try:
        return AsyncBoltRequest(body=body.decode(), headers={"content-type": content_type})
    except (ValueError, RecursionError, *SHAPE_ERRORS):
        raise RequestRefused("malformed", MALFORMED, 400) from None


def _oauth_route(
    handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
) -> Callable[..., Awaitable[Response]]:
    """Pass on a browser's query and cookie, which its own state signs, and read no body."""

    async def route(request: Request) -> Response:
        given = {name: request.query_params.get(name, "") for name in _OAUTH_PARAMETERS}
        query = {
            name: value for name, value in given.items() if _OAUTH_PARAMETERS[name].fullmatch(value)
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
        fine = all(state == FINE for state in checks.values())
        return JSONResponse({"ready": fine, "checks": checks}, 200 if fine else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", alive), Route("/readyz", readiness), Route("/metrics", metrics)]
