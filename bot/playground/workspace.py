"""The state of the stand-in for Slack: users, channels, messages, views, calls and requests."""

import asyncio
import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from bot.model.wordlists import load_tables
from bot.playground.slack_objects import BOT_USER_ID, TEAM_ID, JsonObject

MAX_CALLS = 2000  # the newest ones, for the inspector and for tests
MAX_SAVED_MESSAGES = 200  # the newest ones of each channel are kept over a restart
TRIGGER_LIFETIME_SECONDS = 3
RESPONSE_URL_LIFETIME_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class SlackUser:
    """A user that the workspace knows. `zone` is the IANA name of a time zone, as in the profile.

    `team` is the workspace that the user belongs to: another one in a channel shared with it.
    """

    id: str
    name: str
    real_name: str
    zone: str
    admin: bool = False
    bot: bool = False
    guest: bool = False
    team: str = TEAM_ID


@dataclass(slots=True)
class Channel:
    """A conversation. `person` is the user whose direct messages with the bot it holds."""

    id: str
    name: str
    kind: Literal["public", "private", "im"]
    members: set[str]
    archived: bool = False
    topic: str = ""
    person: str | None = None
    creator: str = "U0WREN"


@dataclass(slots=True)
class ChannelMessage:
    """A message as Slack stores it.

    `seen_by` is who alone sees an ephemeral message; `call` the number of the call that made it.
    """

    message: JsonObject
    seen_by: str | None = None
    call: int | None = None

    @property
    def ts(self) -> str:
        """Slack's id of a message: the time it was posted, unique in its channel."""
        return str(self.message["ts"])


@dataclass(slots=True)
class ApiCall:
    """A call that the bot made; `answer` is empty until it is answered."""

    number: int
    at: float
    method: str
    args: JsonObject
    answer: JsonObject = field(default_factory=dict)
    status: int = 0

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.status == 200 and bool(self.answer.get("ok", True))


@dataclass(slots=True)
class SentRequest:
    """A signed request to the bot and its response; `error` says why there is none."""

    number: int
    at: float
    kind: str
    payload: JsonObject
    status: int | None = None
    body: str = ""
    took: float = 0.0
    error: str | None = None


@dataclass(slots=True)
class ResponseUrl:
    """The URL to answer one interaction at: five times within thirty minutes."""

    channel: str
    user: str
    expires: float
    left: int = 5
    original: str | None = None


@dataclass(slots=True)
class Trigger:
    """The right to open one modal for one user, once, within three seconds."""

    user: str
    expires: float
    used: bool = False


_BEGINNING = load_tables("bot.playground", "data/workspace.toml")
SCOPES = frozenset(_BEGINNING["scopes"])
UNFURL_DOMAINS = tuple(_BEGINNING["unfurl_domains"])
USERS = tuple(SlackUser(**row) for row in _BEGINNING["users"])
HUMAN_IDS = frozenset(user.id for user in USERS if not user.bot)


def create_channels() -> list[Channel]:
    """Create the channels of a new workspace."""
    direct = [
        Channel(f"D0{user[2:]}", "", "im", {user, BOT_USER_ID}, person=user)
        for user in sorted(HUMAN_IDS)
    ]
    return [*map(_parse_channel, _BEGINNING["channels"]), *direct]


def _parse_channel(row: JsonObject) -> Channel:
    return Channel(**row | {"members": set(row["members"])})


class Workspace:
    """The state of the stand-in for Slack.

    With a `path` it is saved there as JSON after each change; `clock` gives seconds since 1970.
    `refused_blocks` are types of blocks that this workspace does not take. `has_agents`: the app
    has an agent pane, as on Slack's paid plans; `prompts` are what it suggests, by direct-message
    channel, and `sessions` its conversations, by channel and thread.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: Callable[[], float] = time.time,
        has_agents: bool = False,
    ) -> None:
        self.path = path
        self.clock = clock
        self.scopes = set(SCOPES)
        self.refused_blocks: set[str] = set()
        self.users = {user.id: user for user in USERS}
        self.channels = {channel.id: channel for channel in create_channels()}
        self.messages: dict[str, list[ChannelMessage]] = {channel: [] for channel in self.channels}
        self.homes: dict[str, JsonObject] = {}
        self.has_agents = has_agents
        self.prompts: dict[str, JsonObject] = {}
        self.sessions: dict[str, dict[str, JsonObject]] = {}
        self.modals: dict[str, list[JsonObject]] = {}
        self.calls: deque[ApiCall] = deque(maxlen=MAX_CALLS)
        self.requests: deque[SentRequest] = deque(maxlen=MAX_CALLS)
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, Trigger] = {}
        self._watchers: set[asyncio.Queue[JsonObject]] = set()
        self._last_ts = 0
        self._count = 0
        if path is not None and path.exists():
            self._load(json.loads(path.read_text(encoding="utf-8")))

    def next_number(self) -> int:
        """Return a number that was never returned before."""
        self._count += 1
        return self._count

    def new_id(self, prefix: str) -> str:
        """Return an unused id that looks like Slack's."""
        return f"{prefix}{self.next_number():08X}"

    def new_ts(self) -> str:
        """Return the `ts` of a message posted now; later ones are always greater."""
        self._last_ts = max(self._last_ts + 1, round(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_trigger(self, user: str) -> str:
        """Return a trigger_id, which opens one modal (docs.slack.dev/interactivity)."""
        number = self.next_number()
        trigger = f"{number}.{self._last_ts % 1_000_000}.{number:032x}"
        self.triggers[trigger] = Trigger(user, self.clock() + TRIGGER_LIFETIME_SECONDS)
        return trigger

    def new_response_url(self, channel: str, user: str, original: str | None = None) -> str:
        """Return the last part of a new response_url."""
        key = f"{TEAM_ID}/{self.next_number()}/{os.urandom(12).hex()}"
        expires = self.clock() + RESPONSE_URL_LIFETIME_SECONDS
        self.response_urls[key] = ResponseUrl(channel, user, expires, original=original)
        return key

    def is_shared(self, channel: Channel) -> bool:
        """Return whether people of another organization are in the channel (Slack Connect)."""
        members = (self.users[user] for user in channel.members if user in self.users)
        return any(member.team != TEAM_ID for member in members)

    def find_channel(self, name: str) -> Channel | None:
        """Find a conversation by its id, its name, or the user it is with."""
        if name in self.channels:
            return self.channels[name]
        if name in self.users:
            return self.find_direct_channel(name)
        bare = name.removeprefix("#")
        matches = (channel for channel in self.channels.values() if bare and channel.name == bare)
        return next(matches, None)

    def find_direct_channel(self, user: str) -> Channel | None:
        """Find the bot's direct messages with a user; None for the bot itself."""
        return next((channel for channel in self.channels.values() if channel.person == user), None)

    def find_message(self, channel: str, ts: str) -> ChannelMessage | None:
        """Find a message by its `ts`."""
        return next((message for message in self.messages[channel] if message.ts == ts), None)

    def visible_messages(self, channel: str, user: str | None = None) -> list[ChannelMessage]:
        """Return the messages that a user sees, oldest first; without one, those for everybody."""
        return [message for message in self.messages[channel] if message.seen_by in {None, user}]

    def replies(self, channel: str, thread: str) -> list[ChannelMessage]:
        """Return the replies of a thread, oldest first."""
        return [
            reply
            for reply in self.visible_messages(channel)
            if reply.message.get("thread_ts") == thread and reply.ts != thread
        ]

    def add_message(self, channel: str, message: ChannelMessage) -> None:
        """Append a message to its channel, and count it in its thread."""
        self.messages[channel].append(message)
        self._count_replies(channel, message)
        self.touch_message(channel, message)

    def remove_message(self, channel: str, message: ChannelMessage) -> None:
        """Remove a message from its channel and from the count of its thread."""
        self.messages[channel].remove(message)
        self._count_replies(channel, message)
        self.touch_message(channel, message)

    def touch_message(self, channel: str, message: ChannelMessage) -> None:
        """Report that a message was changed."""
        self.notify({"type": "message", "channel": channel, "ts": message.ts})

    def _count_replies(self, channel: str, reply: ChannelMessage) -> None:
        """Update the counts that Slack keeps on the first message of a thread."""
        thread = reply.message.get("thread_ts")
        parent = self.find_message(channel, thread) if thread else None
        if parent is None:
            return
        replies = self.replies(channel, parent.ts)
        for key in ("thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply"):
            parent.message.pop(key, None)
        if replies:
            users = sorted({str(reply.message.get("user", "")) for reply in replies})
            parent.message |= {
                "thread_ts": parent.ts,
                "reply_count": len(replies),
                "reply_users": users,
                "reply_users_count": len(users),
                "latest_reply": replies[-1].ts,
            }

    def notify(self, change: JsonObject) -> None:
        """Report a change to every watcher, and save the state if it is part of it."""
        for watcher in self._watchers:
            watcher.put_nowait(change)
        if change["type"] in {"message", "home", "channel"}:
            self._save()

    def end_watches(self) -> None:
        """Tell every watcher, by an empty change, that no more will come."""
        for watcher in self._watchers:
            watcher.put_nowait({})

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[JsonObject]]:
        """Provide a queue that gets every change from now on."""
        queue: asyncio.Queue[JsonObject] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)

    def _save(self) -> None:
        if self.path is None:
            return
        state = {
            "version": 1,
            "count": self._count,
            "last": self._last_ts,
            "channels": [
                asdict(channel) | {"members": sorted(channel.members)}
                for channel in self.channels.values()
            ],
            "posts": {
                channel: [asdict(message) for message in messages[-MAX_SAVED_MESSAGES:]]
                for channel, messages in self.messages.items()
            },
            "homes": self.homes,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.tmp")
        draft.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.path)

    def _load(self, state: JsonObject) -> None:
        self._count, self._last_ts = int(state["count"]), int(state["last"])
        self.channels = {row["id"]: _parse_channel(row) for row in state["channels"]}
        # The calls behind old messages are not kept, so no message points to one.
        self.messages = {
            channel: [ChannelMessage(row["message"], row["seen_by"]) for row in rows]
            for channel, rows in state["posts"].items()
        }
        self.homes = state["homes"]
