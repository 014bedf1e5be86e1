"""The stand-in as one ASGI app: Slack's API for the bot, the page for a person."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.playground.api import WebApi
from bot.playground.faults import Faults
from bot.playground.files import Files
from bot.playground.guard import Guard
from bot.playground.page import Page
from bot.playground.people import People
from bot.playground.sender import PATIENCE, RETRIES, Sender
from bot.playground.workspace import Workspace

SUGGESTIONS = (
    "/digest",
    "/digest subscribe weekdays at 8:30",
    "/digest settings",
    "/digest who …",
    "/digest help",
)


@dataclass(frozen=True, slots=True)
class Playground:
    """The parts of a running stand-in; `app` serves them."""

    app: Starlette
    workspace: Workspace
    people: People
    faults: Faults
    sender: Sender

    async def close(self) -> None:
        """Give up what is still to be sent; for one who mounts `app`, whose own lifespan then does not run."""
        await self.sender.close()


def create_playground(
    workspace: Workspace,
    *,
    bot_url: str,
    base_url: str,
    signing_secret: str,
    bot_token: str,
    patience: float = PATIENCE,
    retries: tuple[float, ...] = RETRIES,
    suggestions: Sequence[str] = SUGGESTIONS,
    shortcuts: Sequence[tuple[str, str, str]] = (),
    commands: Sequence[tuple[str, str, str]] = (),
) -> Playground:
    """Build the stand-in for a bot that takes requests at `bot_url`.

    `base_url` is where this app is reached, without a slash at its end: the bot's SLACK_API_URL is
    `{base_url}/api/`. `suggestions` stand above the page's box, ready to click; one that ends in "…"
    waits for more words. `shortcuts` are the app's: ("global" or "message", callback_id, name), and `commands` what
    is shown while one is typed: (command, usage hint, description).
    Mounted in another app, `close()` is to be called at its end, and `workspace.end()` before its server waits for
    open connections: an open page holds one for as long as it is open.
    """
    faults = Faults()
    sender = Sender(workspace, bot_url, signing_secret, patience=patience, retries=retries)
    people = People(workspace, sender, base_url)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await sender.close()

    api = WebApi(workspace, bot_token, faults, Files(base_url))
    page = Page(people, suggestions, shortcuts, commands)
    app = Starlette(
        routes=[*api.routes(), *page.routes()], middleware=[Middleware(Guard)], lifespan=lifespan
    )
    return Playground(app, workspace, people, faults, sender)
