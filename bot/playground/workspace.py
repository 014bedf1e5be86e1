"""What the stand-in for Slack remembers: people, channels, messages, views, and every call made to it."""

import asyncio
import json
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

JsonObject = dict[str, Any]
SourceChange = JsonObject

TEAM = "T0PLAYGRND"
TEAM_NAME = "Playground"
TEAM_DOMAIN = "playground"
APP = "A0DATELINE"
BOT = "B0DATELINE"
BOT_USER = "U0DATELINE"
BOT_NAME = "dateline"

# What config/slack-manifest.json asks for; a test may take some away.
SCOPES = frozenset({
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "users:read",
})  # fmt: skip

KEPT_CALLS = 2000  # of the newest, for the inspector and for tests
KEPT_POSTS = 200  # of the newest in each channel, over a restart


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace. `zone` is an IANA name, as Slack's profile has it."""

    id: str
    name: str
    real_name: str
    zone: str
    admin: bool = False
    bot: bool = False


@dataclass(slots=True)
class Channel:
    """A conversation. `person` is the other side of a direct message with the bot."""

    id: str
    name: str
    kind: Literal["public", "private", "im"]
    members: set[str]
    archived: bool = False
    topic: str = ""
    person: str | None = None
    creator: str = "U0WREN"


@dataclass(slots=True)
class Post:
    """A message in Slack's own shape. `seen_by` names the one person who sees an ephemeral one.

    `call` is the number of the call that made it, for the inspector.
    """

    message: JsonObject
    seen_by: str | None = None
    call: int | None = None

    @property
    def ts(self) -> str:
        """Slack's id of a message: the time it came, made unique in the channel."""
        return str(self.message["ts"])


@dataclass(slots=True)
class Call:
    """A call that the bot made. `answer` is empty until it is answered."""

    number: int
    at: float
    method: str
    args: JsonObject
    answer: JsonObject = field(default_factory=dict)
    status: int = 0

    @property
    def ok(self) -> bool:
        """Whether it was answered with success."""
        return self.status == 200 and bool(self.answer.get("ok", True))


@dataclass(slots=True)
class Request:
    """A signed request to the bot, and what came back. `error` says why nothing did."""

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
    """An address to answer one interaction at: five times within thirty minutes."""

    channel: str
    user: str
    expires: float
    left: int = 5
    original: str | None = None


@dataclass(slots=True)
class Trigger:
    """The right to open one modal for one person, within three seconds."""

    user: str
    expires: float
    parent: str | None = None
    used: bool = False


PEOPLE = (
    Person("U0WREN", "wren", "Wren Halloway", "Europe/Tallinn", admin=True),
    Person("U0IDRIS", "idris", "Idris Okonvale", "America/New_York"),
    Person("U0MINA", "mina", "Mina Castellane", "Asia/Kathmandu"),
    Person(BOT_USER, BOT_NAME, "Dateline", "UTC", bot=True),
)
HUMANS = frozenset(person.id for person in PEOPLE if not person.bot)


def first_channels() -> list[Channel]:
    """Give the channels of a new workspace: some the bot is in, one it is not, one closed, one private."""
    everyone = {*HUMANS, BOT_USER}
    return [
        Channel("C0NEWSDESK", "news-desk", "public", set(everyone), topic="What the wires bring"),
        Channel(
            "C0GENERAL", "general", "public", set(everyone), topic="For everyone", creator="U0IDRIS"
        ),
        Channel("C0LOUNGE", "lounge", "public", set(HUMANS), topic="Dateline is not in here yet"),
        Channel("C0OLDWIRE", "old-wire", "public", set(everyone), archived=True),
        Channel("G0EDITORS", "editors", "private", {"U0WREN", BOT_USER}, topic="Private"),
        *(
            Channel(f"D0{user[2:]}", "", "im", {user, BOT_USER}, person=user)
            for user in sorted(HUMANS)
        ),
    ]


class Workspace:
    """The state of the stand-in. With a `path` it is kept there as JSON, written whole or not at all.

    `clock` gives seconds since 1970; tests may turn it.
    """

    def __init__(self, path: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.clock = clock
        self.scopes = set(SCOPES)
        self.pace: float | None = None
        self.people = {person.id: person for person in PEOPLE}
        self.channels = {channel.id: channel for channel in first_channels()}
        self.posts: dict[str, list[Post]] = {channel: [] for channel in self.channels}
        self.homes: dict[str, JsonObject] = {}
        self.modals: dict[str, list[JsonObject]] = {}
        self.calls: deque[Call] = deque(maxlen=KEPT_CALLS)
        self.requests: deque[Request] = deque(maxlen=KEPT_CALLS)
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, Trigger] = {}
        self._watchers: set[asyncio.Queue[SourceChange]] = set()
        self._last = 0
        self._count = 0
        if path is not None and path.exists():
            self._load(json.loads(path.read_text(encoding="utf-8")))

    # --- names and numbers ---

    def number(self) -> int:
        """Give the next number of a row that never repeats."""
        self._count += 1
        return self._count

    def mint(self, prefix: str) -> str:
        """Give an id that nothing else has, in Slack's looks."""
        return f"{prefix}{self.number():08X}"

    def new_ts(self) -> str:
        """Give the `ts` of a message that comes now; later ones are always greater."""
        self._last = max(self._last + 1, round(self.clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    # --- conversations ---

    def channel_of(self, name: str) -> Channel | None:
        """Find a conversation by id, by name, or by the person it is with."""
        if name in self.channels:
            return self.channels[name]
        if name in self.people:
            return self.direct(name)
        bare = name.removeprefix("#")
        return next(
            (channel for channel in self.channels.values() if bare and channel.name == bare), None
        )

    def direct(self, user: str) -> Channel | None:
        """Give the bot's direct messages with a person; None for the bot itself."""
        return next((channel for channel in self.channels.values() if channel.person == user), None)

    def post(self, channel: str, ts: str) -> Post | None:
        """Find a message by its `ts`."""
        return next((post for post in self.posts[channel] if post.ts == ts), None)

    def visible(self, channel: str, user: str | None = None) -> list[Post]:
        """Messages as a person sees them, oldest first; without a person, those that are everybody's."""
        return [post for post in self.posts[channel] if post.seen_by in {None, user}]

    def replies(self, channel: str, thread: str) -> list[Post]:
        """Replies of a thread, oldest first."""
        return [
            post
            for post in self.posts[channel]
            if post.message.get("thread_ts") == thread
            and post.ts != thread
            and post.seen_by is None
        ]

    def add_post(self, channel: str, post: Post) -> None:
        """Put a message at the end of its channel, and into its thread's count."""
        self.posts[channel].append(post)
        self._count_thread(channel, post.message.get("thread_ts"))
        self.changed({"type": "message", "channel": channel, "ts": post.ts})

    def touch_post(self, channel: str, post: Post) -> None:
        """Say that a message was changed."""
        self.changed({"type": "message", "channel": channel, "ts": post.ts})

    def remove_post(self, channel: str, post: Post) -> None:
        """Take a message away."""
        self.posts[channel].remove(post)
        self._count_thread(channel, post.message.get("thread_ts"))
        self.changed({"type": "message", "channel": channel, "ts": post.ts})

    def _count_thread(self, channel: str, thread: str | None) -> None:
        """Keep the figures that Slack shows on a thread's first message."""
        parent = self.post(channel, thread) if thread else None
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

    # --- rights that expire ---

    def new_trigger(self, user: str, *, parent: str | None = None) -> str:
        """Give a trigger_id: good once, for three seconds (docs.slack.dev/interactivity)."""
        number = self.number()
        trigger = f"{number}.{self._last % 1_000_000}.{number:032x}"
        self.triggers[trigger] = Trigger(user, self.clock() + 3, parent)
        return trigger

    def new_response_url(self, channel: str, user: str, original: str | None = None) -> str:
        """Give the last part of a response_url."""
        key = f"{TEAM}/{self.number()}/{os.urandom(12).hex()}"
        self.response_urls[key] = ResponseUrl(channel, user, self.clock() + 1800, original=original)
        return key

    # --- who is told, and where it is kept ---

    def changed(self, change: SourceChange) -> None:
        """Tell every watcher, and keep the state."""
        for watcher in self._watchers:
            watcher.put_nowait(change)
        if change["type"] in {"message", "home", "channel"}:
            self._save()

    def end(self) -> None:
        """Tell whoever watches that nothing more will come: an empty change."""
        for watcher in self._watchers:
            watcher.put_nowait({})

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[SourceChange]]:
        """Hand out a queue that gets every change from now on."""
        queue: asyncio.Queue[SourceChange] = asyncio.Queue()
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
            "last": self._last,
            "channels": [
                asdict(channel) | {"members": sorted(channel.members)}
                for channel in self.channels.values()
            ],
            "posts": {
                channel: [asdict(post) for post in posts[-KEPT_POSTS:]]
                for channel, posts in self.posts.items()
            },
            "homes": self.homes,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.tmp")
        draft.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        draft.replace(self.path)

    def _load(self, state: JsonObject) -> None:
        self._count, self._last = int(state["count"]), int(state["last"])
        channels = [
            Channel(**kept | {"members": set(kept["members"])}) for kept in state["channels"]
        ]
        self.channels = {channel.id: channel for channel in channels}
        # The calls behind old messages are not kept, so no message points to one.
        self.posts = {
            channel: [Post(kept["message"], kept["seen_by"]) for kept in posts]
            for channel, posts in state["posts"].items()
        }
        self.homes = state["homes"]
