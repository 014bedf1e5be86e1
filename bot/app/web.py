"""The ASGI app: Slack's requests, and how a machine asks whether we are alive, ready and well."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.starlette.async_handler import (
    AsyncSlackRequestHandler,
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

MOST_BYTES = 1024 * 1024
# Slack sends all of a request at once.
BODY_SECONDS = 10.0
# https://docs.slack.dev/authentication/verifying-requests-from-slack; slack_sdk raises over any other form.
_FORMS = {
    "x-slack-request-timestamp": re.compile("[0-9]{1,12}"),
    "x-slack-signature": re.compile("v0=[0-9a-f]{64}"),
}
FINE = "ok"

Ready = Callable[[], Awaitable[Mapping[str, str]]]


def create_app(
    bolt: AsyncApp | None,
    *,
    ready: Ready,
    lifespan: Lifespan[Starlette] | None,
    extra_routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Put the routes together. Without `bolt` (Socket Mode, worker) there is no /slack.

    `ready` gives each check's name with "ok" or what is wrong; one that is wrong makes /readyz answer 503.
    """
    slack = _slack_routes(bolt) if bolt else []
    app = Starlette(routes=[*slack, *_health_routes(ready), *extra_routes], lifespan=lifespan)
    # It would lead whoever writes a slash too many to the host that their own request names.
    app.router.redirect_slashes = False
    return app


def _slack_routes(bolt: AsyncApp) -> list[Route]:
    async def events(request: Request) -> Response:
        if not _may_be_signed(request):
            return PlainTextResponse("Not signed as Slack signs", 401)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read_body(request)
        except TimeoutError:
            return PlainTextResponse("The body did not come", 408, {"Connection": "close"})
        except ClientDisconnect:
            return PlainTextResponse("Nobody is there any more", 400)
        if body is None:
            return PlainTextResponse(f"More than {MOST_BYTES} bytes", 413)
        try:
            asked = to_async_bolt_request(request, body)
        except UnicodeDecodeError:
            return PlainTextResponse("Not UTF-8", 400)
        return to_starlette_response(await bolt.async_dispatch(asked))

    routes = [Route("/slack/events", events, methods=["POST"])]
    if bolt.oauth_flow:
        install = AsyncSlackRequestHandler(bolt).handle
        paths = (bolt.oauth_flow.install_path, bolt.oauth_flow.redirect_uri_path)
        routes += [Route(path, install, methods=["GET"]) for path in paths]
    return routes


def _may_be_signed(request: Request) -> bool:
    """Whether what there is of a signature has the form of Slack's; whether it is right is Bolt's to say."""
    return all(
        form.fullmatch(request.headers.get(name, ""))
        for name, form in _FORMS.items()
        if name in request.headers
    )


async def _read_body(request: Request) -> bytes | None:
    """Read no more than is allowed, whatever Content-Length says; None when there is more."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


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
