"""The page at / and what its script calls: the state, changes as they come, a user's actions."""

import asyncio
import html
import inspect
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.model.messages import Messages
from bot.model.wordlists import load_tables
from bot.playground.method_call import ApiError
from bot.playground.request_sender import BotResponse
from bot.playground.slack_objects import BOT_USER_ID, JsonObject
from bot.playground.user_actions import LINK, UserActions
from bot.playground.workspace import HUMAN_IDS, ApiCall, Channel, SentRequest, Workspace

STATIC = Path(__file__).parent / "static"
MAX_SHOWN_MESSAGES = 200  # the newest ones of a channel
MAX_TRAFFIC_ROWS = 100
HEARTBEAT_SECONDS = 15.0  # between signs of life, so that a page that went away is noticed
FIRST_USER = "U0WREN"

_PAGE = load_tables("bot.playground", "data/page.toml")
HEADERS: dict[str, str] = _PAGE["headers"]
_MESSAGES = Messages("bot.playground", "data/page_messages.toml").templates()

# The types of an action's fields that are not text.
FIELD_TYPES: dict[str, type] = {"action": dict, "state": dict, "where": dict, "everything": bool}

# What a user does: a function of the fields that the page's script sends, by their names, that
# returns, or is awaited for, the bot's response, fields for the script, or None.
Action = Callable[..., Any]


class PlaygroundPage:
    """The routes of the page."""

    def __init__(
        self,
        user_actions: UserActions,
        shortcuts: Sequence[tuple[str, str, str]],
        commands: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        self.user_actions, self.workspace = user_actions, user_actions.workspace
        self.shortcuts, self.commands = tuple(shortcuts), tuple(commands)

    def routes(self) -> list[BaseRoute]:
        """Return the page, its files, and the routes that its script calls."""
        do = self.user_actions
        actions: dict[str, Action] = {
            "say": self._say,
            "act": self._act,
            "submit": do.submit,
            "close": do.close,
            "home": do.open_home,
            "look": do.look_at,
            "invite": do.invite,
            "options": self._get_options,
            "shortcut": do.use_shortcut,
            "dismiss": self._dismiss,
        }
        return [
            Route("/", self._index),
            Route("/page/state", self._state),
            Route("/page/messages", self._messages),
            Route("/page/views", self._views),
            Route("/page/agent", self._agent),
            Route("/page/traffic", self._traffic),
            Route("/page/record/{number:int}", self._record),
            Route("/page/events", self._events),
            *(
                Route(f"/page/{name}", action_route(action), methods=["POST"])
                for name, action in actions.items()
            ),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    async def _index(self, _request: Request) -> Response:
        return HTMLResponse(_fill_page(), headers=HEADERS)

    async def _state(self, request: Request) -> Response:
        """Return what changes seldom: users, channels, suggestions."""
        user = _viewer_of(request)
        channels = [c for c in self.workspace.channels.values() if user in c.members]
        state = {
            "bot": BOT_USER_ID,
            "user": user,
            "agent": self.workspace.has_agents,
            "people": [asdict(user) for user in self.workspace.users.values()],
            "channels": [_channel_summary(channel) for channel in channels],
            "suggestions": _PAGE["suggestions"],
            "commands": _name_fields(("command", "hint", "description"), self.commands),
            "shortcuts": _name_fields(("kind", "callback_id", "name"), self.shortcuts),
        }
        return json_answer(state)

    async def _messages(self, request: Request) -> Response:
        """Return a channel's messages as a user sees them, oldest first."""
        user = _viewer_of(request)
        channel = self.workspace.channels.get(request.query_params.get("channel", ""))
        if channel is None or user not in channel.members:
            return json_answer({"error": "channel_not_found"}, 404)
        messages = self.workspace.visible_messages(channel.id, user)[-MAX_SHOWN_MESSAGES:]
        shown = [{**message.message, "call": message.call} for message in messages]
        return json_answer({"messages": shown})

    async def _views(self, request: Request) -> Response:
        """Return a user's App Home and open modals, lowest first."""
        user = _viewer_of(request)
        modals = self.workspace.modals.get(user, [])
        return json_answer({"home": self.workspace.homes.get(user), "modals": modals})

    async def _agent(self, request: Request) -> Response:
        """Return what the agent pane suggests to a user, and its conversations by their thread."""
        direct = self.workspace.find_direct_channel(_viewer_of(request))
        channel = direct.id if direct else ""
        shown = self.workspace.prompts.get(channel) or {"title": "", "prompts": []}
        return json_answer(shown | {"sessions": self.workspace.sessions.get(channel, {})})

    async def _traffic(self, _request: Request) -> Response:
        """Return the newest requests and calls, newest first, without their contents."""
        rows: list[tuple[object, ...]] = []
        for call in self.workspace.calls:
            note = "" if call.ok else str(call.answer.get("error", ""))
            rows.append((call.number, call.at, "from", call.method, call.ok, note))
        for sent in self.workspace.requests:
            note = sent.error or f"{sent.status or '…'} in {sent.took * 1000:.0f} ms"
            rows.append((sent.number, sent.at, "to", sent.kind, sent.error is None, note))
        names = ("number", "at", "way", "name", "ok", "note")
        newest = sorted(rows, reverse=True)[:MAX_TRAFFIC_ROWS]
        return json_answer({"rows": _name_fields(names, newest)})

    async def _record(self, request: Request) -> Response:
        """Return one request or call whole."""
        records: list[ApiCall | SentRequest] = [*self.workspace.calls, *self.workspace.requests]
        for record in records:
            if record.number == request.path_params["number"]:
                return json_answer(asdict(record))
        return json_answer({"error": "not_found"}, 404)

    async def _events(self, _request: Request) -> Response:
        """Tell the page of each change as it comes (server-sent events)."""
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        changes = stream_changes(self.workspace)
        return StreamingResponse(changes, media_type="text/event-stream", headers=headers)

    async def _say(
        self, user: str, channel: str, text: str, thread: str | None = None, in_view: str = ""
    ) -> BotResponse | None:
        """Send a message or a slash command."""
        text = text.strip()
        if text.startswith("/") and not thread:
            return await self.user_actions.send_command(user, channel, text)
        text = format_typed_text(text, self.workspace)
        send = self.user_actions.send_message
        await send(user, channel, text, thread=thread, in_view=in_view)
        return None

    async def _act(
        self,
        user: str,
        action: JsonObject,
        state: JsonObject | None = None,
        view: str | None = None,
        channel: str = "",
        ts: str = "",
    ) -> BotResponse:
        """Use a button, a menu or another element of a message or a view."""
        if view:
            return await self.user_actions.use_view_element(user, view, action, state)
        return await self.user_actions.use_element(user, channel, ts, action, state)

    async def _get_options(self, user: str, where: JsonObject, value: str) -> JsonObject:
        return {"options": await self.user_actions.get_options(user, where, value)}

    def _dismiss(self, user: str, channel: str, ts: str) -> None:
        """Remove an ephemeral message of the user's own."""
        message = self.workspace.find_message(channel, ts)
        if message and message.seen_by == user:
            self.workspace.remove_message(channel, message)


def _fill_page() -> str:
    """Return the page with its messages, and with the whole catalog for its scripts."""
    texts = {key: html.escape(text) for key, text in _MESSAGES.items() if isinstance(text, str)}
    catalog = json.dumps(_MESSAGES, ensure_ascii=False).replace("<", "\\u003c")
    page = Template((STATIC / "page.html").read_text(encoding="utf-8"))
    return page.substitute(texts, catalog=catalog)


def json_answer(value: JsonObject, status: int = 200) -> JSONResponse:
    """Answer the page's script."""
    return JSONResponse(value, status, HEADERS)


def action_route(action: Action) -> Callable[[Request], Awaitable[Response]]:
    """Return a route that takes JSON, which only our own page can send unasked (CORS)."""
    signature = inspect.signature(action)

    async def route(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return json_answer({"problem": "invalid_content_type"}, 415)
        try:
            fields = parse_action(await request.body())
        except ValueError as e:
            return json_answer({"problem": str(e)}, 400)
        try:
            signature.bind(**fields)
        except TypeError:
            return json_answer({"problem": "missing_or_unknown_field"}, 400)
        try:
            result = action(**fields)
            result = await result if inspect.isawaitable(result) else result
        except KeyError:  # there is no such channel
            return json_answer({"problem": "missing_or_unknown_field"}, 400)
        except ApiError as e:
            details = e.answer.get("response_metadata")
            return json_answer({"problem": e.error, "details": details})
        return json_answer(_describe(result) if isinstance(result, BotResponse) else result or {})

    return route


def parse_action(body: bytes) -> JsonObject:
    """Return the fields of an action; raise ValueError with a word for what is wrong."""
    try:
        fields: JsonObject = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("invalid_json") from None
    if not isinstance(fields, dict) or not all(
        value is None or isinstance(value, FIELD_TYPES.get(key, str))
        for key, value in fields.items()
    ):
        raise ValueError("invalid_field")
    if fields.get("user") not in HUMAN_IDS:
        raise ValueError("user_not_found")
    return fields


def _viewer_of(request: Request) -> str:
    """Return the id of the user who looks at the page."""
    user = request.query_params.get("user", "")
    return user if user in HUMAN_IDS else FIRST_USER


def _describe(response: BotResponse) -> JsonObject:
    """Return how the bot took a request, and the errors by block_id in a form that it refused."""
    sent, answer = response.request, response.json
    described = {"problem": response.problem, "status": sent.status, "request": sent.number}
    errors = answer.get("errors") if answer.get("response_action") == "errors" else None
    return described | ({"errors": errors} if errors else {})


def _name_fields(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> list[JsonObject]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _channel_summary(channel: Channel) -> JsonObject:
    keys = ("id", "name", "kind", "archived", "topic", "person")
    counts = {"with_bot": BOT_USER_ID in channel.members, "members": len(channel.members)}
    return {key: getattr(channel, key) for key in keys} | counts


def format_typed_text(text: str, workspace: Workspace) -> str:
    """Return typed text as Slack stores it: escaped, with links and mentions marked."""
    text = LINK.sub(lambda match: f"<{match[0]}>", html.escape(text, quote=False))
    for user in workspace.users.values():
        names = f"{re.escape(user.real_name)}|{re.escape(user.name)}"
        text = re.sub(rf"@(?:{names})\b", f"<@{user.id}>", text, flags=re.IGNORECASE)
    return text


async def stream_changes(workspace: Workspace) -> AsyncIterator[str]:
    """Yield each change as a server-sent event, and a comment where none comes for long."""
    with workspace.watch() as queue:
        yield "retry: 1000\n\n"
        while True:
            try:
                change = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if not change:
                return
            yield f"data: {json.dumps(change)}\n\n"
