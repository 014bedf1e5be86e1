"""The page at / and what its script asks for: the state, changes as they come, a person's deeds."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.playground.arguments import Refused
from bot.playground.people import People
from bot.playground.sender import Reply
from bot.playground.workspace import (
    BOT_USER,
    HUMANS,
    TEAM_NAME,
    Call,
    Channel,
    JsonObject,
    Post,
    Workspace,
)
from bot.playground.workspace import Request as Sent

HERE = Path(__file__).parent
NEWEST = 200  # messages of a channel that the page shows
HEARTBEAT = 15.0  # seconds between signs of life, so that a page that went away is noticed

# Nothing is fetched from anywhere else, not even a picture in an article.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

# What a deed's fields hold that hold no text.
DEED_TYPES: dict[str, type] = {"action": dict, "state": dict, "where": dict, "everything": bool}

URL = re.compile(r"https?://[^\s<>|]+")


class Page:
    """The page's routes. `suggestions` stand above the box; one that ends in "…" waits for more words."""

    def __init__(
        self,
        people: People,
        suggestions: Sequence[str],
        shortcuts: Sequence[tuple[str, str, str]],
        commands: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        self.people, self.workspace = people, people.workspace
        self.suggestions, self.shortcuts, self.commands = (
            tuple(suggestions),
            tuple(shortcuts),
            tuple(commands),
        )
        templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
        self._html = templates.get_template("page.html").render(team=TEAM_NAME)

    def routes(self) -> list[BaseRoute]:
        """Give the page, its files, and the addresses that its script calls."""
        deeds: dict[str, Callable[[JsonObject], Awaitable[JsonObject]]] = {
            "say": self.say,
            "act": self.act,
            "submit": self.submit,
            "close": self.close,
            "home": self.home,
            "invite": self.invite,
            "options": self.options,
            "shortcut": self.shortcut,
            "dismiss": self.dismiss,
        }
        return [
            Route("/", self.index),
            Route("/page/state", self.state),
            Route("/page/messages", self.messages),
            Route("/page/views", self.views),
            Route("/page/traffic", self.traffic),
            Route("/page/record/{number:int}", self.record),
            Route("/page/events", self.events),
            *(
                Route(f"/page/{name}", deed_route(deed), methods=["POST"])
                for name, deed in deeds.items()
            ),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

    # --- what the page reads ---

    async def index(self, _request: Request) -> Response:
        """Give the page itself."""
        return HTMLResponse(self._html, headers=HEADERS)

    async def state(self, request: Request) -> Response:
        """Give what changes seldom: people, channels, suggestions."""
        user = reader(request)
        return answer(
            {
                "team": TEAM_NAME,
                "bot": BOT_USER,
                "user": user,
                "people": [asdict(person) for person in self.workspace.people.values()],
                "channels": [
                    shown_channel(channel)
                    for channel in self.workspace.channels.values()
                    if user in channel.members
                ],
                "suggestions": self.suggestions,
                "commands": [
                    {"command": c, "hint": hint, "description": d} for c, hint, d in self.commands
                ],
                "shortcuts": [
                    {"kind": k, "callback_id": c, "name": n} for k, c, n in self.shortcuts
                ],
            }
        )

    async def messages(self, request: Request) -> Response:
        """Give a channel's messages as a person sees them, oldest first."""
        user = reader(request)
        channel = self.workspace.channels.get(request.query_params.get("channel", ""))
        if channel is None or user not in channel.members:
            return answer({"error": "channel_not_found"}, 404)
        posts = self.workspace.visible(channel.id, user)[-NEWEST:]
        return answer({"messages": [shown_post(post) for post in posts]})

    async def views(self, request: Request) -> Response:
        """Give a person's App Home and open modals, lowest first."""
        user = reader(request)
        return answer(
            {"home": self.workspace.homes.get(user), "modals": self.workspace.modals.get(user, [])}
        )

    async def traffic(self, _request: Request) -> Response:
        """Give the newest requests and calls, newest first, without their contents."""
        rows: list[JsonObject] = [
            {
                "number": call.number,
                "at": call.at,
                "way": "from",
                "name": call.method,
                "ok": call.ok,
            }
            | {"note": "" if call.ok else str(call.answer.get("error", ""))}
            for call in self.workspace.calls
        ]
        rows += [
            {
                "number": sent.number,
                "at": sent.at,
                "way": "to",
                "name": sent.kind,
                "ok": sent.error is None,
            }
            | {"note": sent.error or f"{sent.status or '…'} in {sent.took * 1000:.0f} ms"}
            for sent in self.workspace.requests
        ]
        return answer({"rows": sorted(rows, key=lambda row: row["number"], reverse=True)[:100]})

    async def record(self, request: Request) -> Response:
        """Give one request or call whole."""
        number = request.path_params["number"]
        records: list[Call | Sent] = [*self.workspace.calls, *self.workspace.requests]
        for record in records:
            if record.number == number:
                return answer(asdict(record))
        return answer({"error": "not_found"}, 404)

    async def events(self, _request: Request) -> Response:
        """Tell the page of each change as it comes (server-sent events)."""
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        return StreamingResponse(
            changes(self.workspace), media_type="text/event-stream", headers=headers
        )

    # --- what a person does ---

    async def say(self, deed: JsonObject) -> JsonObject:
        """Write a message or a slash command."""
        text = str(deed["text"]).strip()
        if text.startswith("/") and not deed.get("thread"):
            return outcome(await self.people.command(deed["user"], deed["channel"], text))
        await self.people.say(
            deed["user"], deed["channel"], as_typed(text, self.workspace), thread=deed.get("thread")
        )
        return {}

    async def act(self, deed: JsonObject) -> JsonObject:
        """Use a button, a menu or another element."""
        if deed.get("view"):
            reply = await self.people.act_in_view(
                deed["user"], deed["view"], deed["action"], deed.get("state")
            )
        else:
            reply = await self.people.act(
                deed["user"], deed["channel"], deed["ts"], deed["action"], state=deed.get("state")
            )
        return outcome(reply)

    async def submit(self, deed: JsonObject) -> JsonObject:
        """Submit a modal; errors are given by block_id."""
        reply = await self.people.submit(deed["user"], deed["view"], deed["state"])
        errors = reply.json.get("errors") if reply.json.get("response_action") == "errors" else None
        return outcome(reply) | ({"errors": errors} if errors else {})

    async def close(self, deed: JsonObject) -> JsonObject:
        """Close a modal."""
        await self.people.close(deed["user"], deed["view"], everything=bool(deed.get("everything")))
        return {}

    async def home(self, deed: JsonObject) -> JsonObject:
        """Open App Home."""
        self.people.open_home(deed["user"], deed.get("tab", "home"))
        return {}

    async def invite(self, deed: JsonObject) -> JsonObject:
        """Invite the bot to a channel."""
        self.people.invite(deed["user"], deed["channel"])
        return {}

    async def options(self, deed: JsonObject) -> JsonObject:
        """Ask the bot for the options of a select."""
        return {"options": await self.people.options(deed["user"], deed["where"], deed["value"])}

    async def shortcut(self, deed: JsonObject) -> JsonObject:
        """Use a shortcut, of a message where one is named."""
        if deed.get("ts"):
            reply = await self.people.message_shortcut(
                deed["user"], deed["channel"], deed["ts"], deed["callback_id"]
            )
        else:
            reply = await self.people.shortcut(deed["user"], deed["callback_id"])
        return outcome(reply)

    async def dismiss(self, deed: JsonObject) -> JsonObject:
        """Take an ephemeral message away from one's own sight."""
        post = self.workspace.post(deed["channel"], deed["ts"])
        if post and post.seen_by == deed["user"]:
            self.workspace.remove_post(deed["channel"], post)
        return {}


def answer(value: JsonObject, status: int = 200) -> JSONResponse:
    """Answer the page's script."""
    return JSONResponse(value, status, HEADERS)


def deed_route(
    deed: Callable[[JsonObject], Awaitable[JsonObject]],
) -> Callable[[Request], Awaitable[Response]]:
    """Take a deed as JSON; only a page of ours can send that type without asking first."""

    async def route(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return answer({"problem": "invalid_content_type"}, 415)
        try:
            given = read_deed(await request.body())
        except ValueError as e:
            return answer({"problem": str(e)}, 400)
        try:
            return answer(await deed(given))
        except KeyError:
            return answer({"problem": "missing_or_unknown_field"}, 400)
        except Refused as refused:
            return answer(
                {"problem": refused.error, "details": refused.answer.get("response_metadata")}
            )

    return route


def read_deed(body: bytes) -> JsonObject:
    """Read what a page of ours sends; raise ValueError with a word for what is wrong with it."""
    try:
        given: JsonObject = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("invalid_json") from None
    if not is_deed(given):
        raise ValueError("invalid_field")
    if given.get("user") not in HUMANS:
        raise ValueError("user_not_found")
    return given


def is_deed(given: object) -> bool:
    """Whether it is an object of texts, but for the few fields that hold another thing."""
    return isinstance(given, dict) and all(
        value is None or isinstance(value, DEED_TYPES.get(key, str)) for key, value in given.items()
    )


def reader(request: Request) -> str:
    """Say who looks at the page."""
    user = request.query_params.get("user", "")
    return user if user in HUMANS else "U0WREN"


def outcome(reply: Reply) -> JsonObject:
    """Say how the bot took a request."""
    return {
        "problem": reply.problem,
        "status": reply.request.status,
        "request": reply.request.number,
    }


def shown_channel(channel: Channel) -> JsonObject:
    """Give a channel as the list shows it."""
    kept = {
        key: getattr(channel, key) for key in ("id", "name", "kind", "archived", "topic", "person")
    }
    return kept | {"with_bot": BOT_USER in channel.members, "members": len(channel.members)}


def shown_post(post: Post) -> JsonObject:
    """Give a message with the number of the call that made it."""
    return {**post.message, "call": post.call}


def as_typed(text: str, workspace: Workspace) -> str:
    """Write what a person typed as Slack stores it: escaped, with links and mentions marked."""
    escaped = html.escape(text, quote=False)
    linked = URL.sub(lambda found: f"<{found[0]}>", escaped)
    for person in workspace.people.values():
        name = re.compile(
            rf"@(?:{re.escape(person.real_name)}|{re.escape(person.name)})\b", re.IGNORECASE
        )
        linked = name.sub(f"<@{person.id}>", linked)
    return linked


async def changes(workspace: Workspace) -> AsyncIterator[str]:
    """Give each change as a server-sent event, and a comment where nothing happens for long; end with the workspace."""
    with workspace.watch() as queue:
        yield "retry: 1000\n\n"
        while True:
            try:
                change = await asyncio.wait_for(queue.get(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if not change:
                return
            yield f"data: {json.dumps(change)}\n\n"
