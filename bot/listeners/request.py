"""A person's request in Slack, read from what Bolt hands over, and the ways to answer it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.blocks.answers import in_progress_message
from bot.blocks.modals import message_modal, progress_modal
from bot.delivery.digests import Digests
from bot.delivery.slack import slack_call
from bot.intake.feeds import FeedPoller
from bot.intake.intake import Intake
from bot.listeners import messages
from bot.listeners.throttle import Throttle
from bot.model import DEFAULT_TOP_STORIES, AnswerAudience, EditPermission, Message
from bot.model.errors import NotFound, PostFailed, SourceUnreadable
from bot.model.ids import is_row_id
from bot.model.ports import BackgroundTasks, Chat, Clock
from bot.store import Store
from bot.stories.people import EMPTY_DIRECTORY, Directory

log = structlog.get_logger(__name__)

T = TypeVar("T")
# After one second without a sign people wonder whether they were heard.
# https://www.nngroup.com/articles/response-times-3-important-limits/
NOTICE_AFTER_SECONDS = 1.0
_WINDOW_SOURCES = frozenset(("block_actions", "view_submission", "shortcut"))
# What a parser raises for a value of another form.
_NOT_OURS = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    SourceUnreadable,
)


@dataclass(frozen=True, slots=True)
class Services:
    """All that listeners work with; `actors` are those known under several spellings.

    `top` is how many stories a new subscription asks for, `edit_permission` the operator's rule for
    workspaces whose admins have set none; `drawing` is held while a picture is drawn; `newest_home`
    has the newest drawing of App Home that is under way, by workspace and person. `audience` is who
    sees the answer to a mention.
    """

    store: Store
    chat: Chat
    digests: Digests
    intake: Intake
    poller: FeedPoller
    clock: Clock
    tasks: BackgroundTasks
    top: int = DEFAULT_TOP_STORIES
    edit_permission: EditPermission = EditPermission.MEMBERS
    actors: Directory = EMPTY_DIRECTORY
    throttle: Throttle = field(default_factory=Throttle)
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    newest_home: dict[tuple[str, str], object] = field(default_factory=dict)
    audience: AnswerAudience = AnswerAudience.EVERYONE


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """One command, pressed button or event; what Slack did not send is "".

    `request_id` is Slack's id of it. `text` is what was typed, `value` what the pressed button or
    chosen option carries. `for_all`: all in the channel see the answer (`answer_all`), which then
    holds what the channel may see.
    """

    request_id: str
    team: str
    user: str
    channel: str
    text: str
    value: str
    body: Mapping[str, Any]
    context: AsyncBoltContext
    services: Services
    for_all: bool = False
    # What was found out, or opened, while it is answered.
    _people: list[Mapping[str, Any]] = field(default_factory=list, repr=False)
    _waiting: list[str] = field(default_factory=list, repr=False)
    _threads: list[str] = field(default_factory=list, repr=False)
    _notices: list[str] = field(default_factory=list, repr=False)

    @property
    def store(self) -> Store:
        """The store, with what this service keeps of every team."""
        return self.services.store

    def now(self) -> datetime:
        """Return the time by the service's clock."""
        return self.services.clock.now()

    @property
    def is_typed(self) -> bool:
        """Whether the person wrote it, in `channel`, of which they are then a member."""
        return "command" in self.body or "event" in self.body

    @property
    def is_mention(self) -> bool:
        """Whether the bot was mentioned in a channel."""
        return (self.body.get("event") or {}).get("type") == "app_mention"

    @property
    def is_public_button(self) -> bool:
        """Whether a button was pressed in a message that all in a channel see."""
        container: Mapping[str, Any] = self.body.get("container") or {}
        is_public = container.get("type") == "message" and not container.get("is_ephemeral")
        return is_public and not self.channel.startswith("D")

    def decode(self, parse: Callable[[str], T], value: str | None = None) -> T:
        """Return what a button carries (or `value`); raise NotFound for what we never put there.

        Whoever has a client of their own can send any value.
        """
        try:
            decoded = parse(self.value if value is None else value)
            # Half a character (a lone surrogate) can be neither stored nor sent.
            json.dumps(decoded, ensure_ascii=False, default=repr).encode()
        except _NOT_OURS as e:
            raise NotFound(messages.text("old_button")) from e
        return decoded

    def charge(self, seconds: float) -> None:
        """Count what the request costs; raise NotAllowed where the person asked for too much."""
        self.services.throttle.charge(self.team, self.user, seconds)

    async def answer(self, message: Message, *, replace: bool = False) -> None:
        """Answer the person alone, with `replace` in place of the message whose button was pressed.

        A window that waits to be filled (`fill_modal`) shows the answer, unless it was closed.
        The `response_url` of a command or a message's button is good for half an hour and five
        answers. What is pressed in App Home or in a form is answered in a window, within three
        seconds. Anything else is answered in the channel (and thread) so that only this person sees
        it. Where these ways are closed a direct message remains. An answer to a command is never
        replaced: Slack shows the next one below it.
        """
        if self._waiting:
            try:
                await self.update_modal(message_modal(message), view_id=self._waiting.pop())
            except PostFailed as e:
                log.info("a window was closed before its answer", code=e.code)
            else:
                return
        event: Mapping[str, Any] = self.body.get("event") or {}
        if self.context.response_url and (respond := self.context.respond):
            if not await self._answer_response_url(respond, message, replace=replace):
                await self._answer_in_channel(message, self._pressed_thread())
        elif self.body.get("trigger_id") and self.body.get("type") in _WINDOW_SOURCES:
            try:
                await self.open_modal(message_modal(message))
            except PostFailed:  # three seconds have passed, or a window stands there already
                await self._answer_directly(message)
        elif event.get("type") == "app_home_opened":
            await self._answer_directly(message)
        elif self.channel.startswith("D"):
            await self._answer_in_messages(message)
        else:
            await self._answer_in_channel(message, event.get("thread_ts"))

    @property
    def thread(self) -> str | None:
        """The thread in which what is posted for this request belongs; None for the channel."""
        event: Mapping[str, Any] = self.body.get("event") or {}
        own = event.get("ts") if self.for_all else next(iter(self._threads), None)
        return event.get("thread_ts") or own

    @property
    def in_pane(self) -> bool:
        """Whether it was written in the agent pane, which has a thread for each conversation."""
        return bool(self._threads)

    def reply_in(self, thread: str) -> None:
        """Let the answers to a direct message stand in this thread."""
        self._threads.append(thread)

    async def _answer_in_messages(self, message: Message) -> None:
        """Answer in our direct messages, in place of the notice that work had begun."""
        chat = self.services.chat
        if self._notices:
            await chat.update(self.team, self.channel, self._notices.pop(), message)
        else:
            await chat.post(self.team, self.channel, message, thread=self.thread)

    async def answer_all(self, message: Message) -> None:
        """Answer a mention in its thread if all may see it (`for_all`), else the person alone."""
        if not self.for_all:
            await self.answer(message)
            return
        try:
            await self.services.chat.post(self.team, self.channel, message, thread=self.thread)
        except PostFailed as e:
            if not e.permanent:
                raise
            # Threads may be closed there, or the mention may be deleted.
            log.info("an answer for all goes to the asker", code=e.code)
            await self.answer(message)

    async def _answer_response_url(
        self, respond: AsyncRespond, message: Message, *, replace: bool
    ) -> bool:
        """Answer there; return False where Slack does not take it."""
        async with slack_call("response_url"):
            response = await respond(
                text=message.text,
                blocks=[dict(block) for block in message.blocks],
                response_type="ephemeral",
                replace_original=replace,
                thread_ts=None if replace else self._pressed_thread(),
                unfurl_links=False,
                unfurl_media=False,
            )
        return bool(response.status_code == 200)

    def _pressed_thread(self) -> str | None:
        """Return the thread of the message whose button was pressed: the answer belongs there."""
        container: Mapping[str, Any] = self.body.get("container") or {}
        thread: str | None = container.get("thread_ts")
        return None if thread == container.get("message_ts") else thread

    async def _answer_in_channel(self, message: Message, thread: str | None) -> None:
        if not self.channel:
            await self._answer_directly(message)
            return
        try:
            async with slack_call("chat.postEphemeral"):
                await self.context.client.chat_postEphemeral(
                    channel=self.channel,
                    user=self.user,
                    text=message.text,
                    blocks=[dict(block) for block in message.blocks],
                    thread_ts=thread,
                )
        except PostFailed as e:
            if not e.permanent:
                raise
            await self._answer_directly(message)

    async def _answer_directly(self, message: Message) -> None:
        await self.services.chat.post(self.team, await self.get_direct_channel(), message)

    async def get_direct_channel(self) -> str:
        """Return our direct-message channel with the person."""
        return await self.services.chat.direct(self.team, self.user)

    async def answer_after(self, work: Coroutine[object, object, T], notice: str) -> T:
        """Return the result of `work`; where it takes longer than a moment say that it has begun.

        Slack's response_url cannot take back an answer to a command (`replace_original` is for
        messages with buttons), and what only one person sees cannot be edited otherwise. So a
        window says it, and `answer` shows the result in that window. A notice in our direct
        messages is edited.
        https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
        """
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=NOTICE_AFTER_SECONDS)
            if not done and not self.in_pane:  # there a status says so
                await self._announce(in_progress_message(notice))
            return await task
        finally:
            task.cancel()

    async def _announce(self, notice: Message) -> None:
        """Say that work has begun, where the answer can take the notice's place."""
        try:
            if self.body.get("trigger_id"):
                self._waiting.append(await self.open_modal(message_modal(notice)))
            elif self.channel.startswith("D"):
                post = self.services.chat.post
                ts = await post(self.team, self.channel, notice, thread=self.thread)
                self._notices.append(ts)
        except PostFailed as e:
            log.info("no notice of long work", code=e.code)

    async def open_modal(self, view: Mapping[str, Any]) -> str:
        """Open a window and return its id, within three seconds of the request; raise PostFailed.

        It opens on top of the window in which a button was pressed; a sent form is closed.
        """
        body = self.body
        in_window = (body.get("view") or {}).get("type") == "modal"
        method = "views.push" if body.get("type") == "block_actions" and in_window else "views.open"
        fields = {"trigger_id": body.get("trigger_id") or "", "view": dict(view)}
        async with slack_call(method):
            answer = await self.context.client.api_call(method, json=fields)
        return str((answer.get("view") or {}).get("id", ""))

    async def fill_modal(
        self, title: str, work: Callable[[], Awaitable[Mapping[str, Any]]], notice: str = ""
    ) -> None:
        """Open a window that says `notice`, and show in it the view that `work` returns.

        The window takes three seconds at most to be opened, and Slack's other answers may take as
        long. Where `work` raises, `answer` says why in the window.
        https://docs.slack.dev/surfaces/modals#opening_modals
        """
        progress = progress_modal(title, notice or messages.text("window_opening"))
        self._waiting.append(await self.open_modal(progress))
        view = await work()
        await self.update_modal(view, view_id=self._waiting.pop())

    async def update_modal(self, view: Mapping[str, Any], *, view_id: str = "") -> None:
        """Redraw the window `view_id`, or the one that was used if it has not changed since."""
        used: Mapping[str, Any] = {} if view_id else self.body.get("view") or {}
        async with slack_call("views.update"):
            await self.context.client.views_update(
                view_id=view_id or used.get("id"), hash=used.get("hash"), view=dict(view)
            )

    async def unfurl(self, previews: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Show blocks below links of the message that the event is about, by their addresses.

        A second call for the same message replaces what the first showed.
        https://docs.slack.dev/reference/methods/chat.unfurl
        """
        event: Mapping[str, Any] = self.body.get("event") or {}
        place = {"channel": self.channel, "ts": event.get("message_ts")}
        if event.get("unfurl_id"):
            place = {"unfurl_id": event["unfurl_id"], "source": event.get("source")}
        unfurls = {
            url: {"blocks": [dict(each) for each in shown]} for url, shown in previews.items()
        }
        async with slack_call("chat.unfurl"):
            await self.context.client.api_call("chat.unfurl", json={**place, "unfurls": unfurls})

    async def publish_home(self, view: Mapping[str, Any]) -> None:
        """Show this view as the person's App Home."""
        async with slack_call("views.publish"):
            await self.context.client.views_publish(user_id=self.user, view=dict(view))

    async def fetch_channels(self) -> frozenset[str]:
        """Return the channels that the person is a member of, as far as Slack lets us see.

        The person is asked for and not each channel: somebody is in some hundred channels, while a
        channel may have tens of thousands of members.
        """
        return await self._fetch_memberships("public_channel,private_channel", user=self.user)

    async def fetch_joined_public_channels(self) -> frozenset[str]:
        """Return the public channels that we are a member of; raise PostFailed."""
        return await self._fetch_memberships("public_channel")

    async def _fetch_memberships(self, types: str, user: str | None = None) -> frozenset[str]:
        """Return the channels of a person, or of ourselves.

        https://docs.slack.dev/reference/methods/users.conversations
        """
        channels: set[str] = set()
        async with slack_call("users.conversations"):
            pages = await self.context.client.users_conversations(user=user, types=types, limit=999)
            async for page in pages:
                channels |= {str(channel.get("id")) for channel in page.get("channels") or []}
        return frozenset(channels)

    async def fetch_person(self) -> Mapping[str, Any]:
        """Return what Slack tells of the person, asked once; raise PostFailed.

        https://docs.slack.dev/reference/objects/user-object
        """
        if not self._people:
            async with slack_call("users.info"):
                answer = await self.context.client.users_info(user=self.user)
            self._people.append(answer.get("user") or {})
        return self._people[0]

    async def is_admin(self) -> bool:
        """Return whether the person is an admin or owner of the workspace."""
        person = await self.fetch_person()
        return any(
            person.get(flag) is True for flag in ("is_admin", "is_owner", "is_primary_owner")
        )

    async def is_creator_of(self, channel: str) -> bool:
        """Return whether the person made the channel: Slack names no other channel manager."""
        return (await self._find_channel(channel)).get("creator") == self.user

    async def is_public(self, channel: str) -> bool:
        """Return whether the whole workspace may read the channel; False where Slack hides it."""
        info = await self._find_channel(channel)
        return info.get("is_channel") is True and info.get("is_private") is False

    async def fetch_channel(self, channel: str) -> Mapping[str, Any]:
        """Return what Slack tells of a channel; raise PostFailed."""
        async with slack_call("conversations.info"):
            answer = await self.context.client.conversations_info(channel=channel)
        return answer.get("channel") or {}

    async def is_empty(self, channel: str) -> bool:
        """Return whether a conversation has no message; False where Slack does not say."""
        try:
            async with slack_call("conversations.history"):
                page = await self.context.client.conversations_history(channel=channel, limit=1)
        except PostFailed:
            return False
        return not page.get("messages")

    async def _find_channel(self, channel: str) -> Mapping[str, Any]:
        try:
            return await self.fetch_channel(channel)
        except PostFailed:
            return {}


def parse_id(value: str) -> int:
    """Read the id of a row; raise ValueError for anything else."""
    if not is_row_id(value):
        raise ValueError("no id")
    return int(value)


def read_request(
    body: Mapping[str, Any], context: AsyncBoltContext, services: Services
) -> SlackRequest:
    """Read whatever Slack sent; what is missing is "", so that this itself cannot fail."""
    event = body.get("event") or {}
    action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
    pressed: Mapping[str, Any] = action.get("selected_option") or action
    return SlackRequest(
        request_id=body.get("event_id") or body.get("trigger_id") or "",
        team=context.team_id or context.enterprise_id or "",
        user=context.user_id or "",
        channel=context.channel_id or "",
        text=body.get("text") or event.get("text") or "",
        value=str(pressed.get("value") or ""),
        body=body,
        context=context,
        services=services,
    )
