"""The fake Slack as a process of its own, which fails a share of its calls.

    python -m tests.chaos.fake_slack CHANNELS

prints its address. `GET /seen` returns every message that belongs to a delivery; `POST /weather`
sets how many calls in a hundred fail (`{"failing": 20, "seed": 1}`).
"""

import json
import random
import sys
from collections import Counter
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from bot.playground.server import create_playground
from bot.playground.slack_objects import BOT_USER_ID
from bot.playground.workspace import Channel, Workspace
from tests.slack_faults import FailureMode, Fault, FaultInjector
from tests.slack_server import SIGNING_SECRET, TOKEN, address, free_socket

# As often as each other: refusals that were not carried out, and silence over what was.
WEATHER = (
    Fault(FailureMode.RATE_LIMITED, retry_after=1),
    Fault(FailureMode.STATUS, status=500),
    Fault(FailureMode.ERROR, code="fatal_error"),
    Fault(FailureMode.ERROR, code="service_unavailable"),
    Fault(FailureMode.DROP_BEFORE),
    Fault(FailureMode.DROP_AFTER),
    Fault(FailureMode.HANG_BEFORE),
    Fault(FailureMode.HANG_AFTER),
)


class RandomFaults(FaultInjector):
    """Choose at random which calls fail."""

    def __init__(self, app: ASGIApp, workspace: Workspace) -> None:
        super().__init__(app, workspace)
        self.failing = 0
        self.dice = random.Random(1)
        self.called = self.failed = 0
        self.methods: Counter[str] = Counter()

    def take(self, method: str) -> Fault | None:
        """Return the failure of this call, if it is to fail."""
        self.called += 1
        self.methods[method] += 1
        if self.dice.uniform(0, 100) >= self.failing:
            return None
        self.failed += 1
        return self.dice.choice(WEATHER)


def create(channels: int, base_url: str) -> Starlette:
    """Return the app with its channels, and the two addresses for tests."""
    workspace = Workspace()
    for number in range(channels):
        channel = Channel(f"C{number:05}", f"room-{number}", "public", {BOT_USER_ID})
        workspace.channels[channel.id], workspace.messages[channel.id] = channel, []
    playground = create_playground(
        workspace,
        bot_url="http://127.0.0.1:9/slack/events",
        base_url=base_url,
        signing_secret=SIGNING_SECRET,
        bot_token=TOKEN,
    )
    faults = RandomFaults(playground.app, workspace)

    async def seen(_: Request) -> JSONResponse:
        marks = [
            mark(channel, post.message)
            for channel, posts in workspace.messages.items()
            for post in posts
        ]
        return JSONResponse(
            {
                "marks": [mark for mark in marks if mark],
                "called": faults.called,
                "failed": faults.failed,
                "methods": faults.methods,
            }
        )

    async def turn(request: Request) -> JSONResponse:
        body = await request.json()
        faults.failing, faults.dice = (
            body["failing"],
            random.Random(body.get("seed", 1)),
        )
        return JSONResponse(body)

    routes = [
        Route("/seen", seen),
        Route("/weather", turn, methods=["POST"]),
        Mount("/", faults),
    ]
    return Starlette(routes=routes)


def mark(channel: str, message: dict[str, Any]) -> list[Any] | None:
    """Return a message's channel, delivery, part and ts."""
    if not (payload := message.get("metadata", {}).get("event_payload")):
        return None
    return [channel, payload["delivery"], payload["part"], message["ts"]]


def main() -> None:
    """Serve until killed."""
    bound = free_socket()
    sys.stdout.write(json.dumps({"address": address(bound)}) + "\n")
    sys.stdout.flush()
    app = create(int(sys.argv[1]), address(bound))
    uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none")).run(sockets=[bound])


if __name__ == "__main__":
    main()
