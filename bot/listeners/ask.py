"""What a person did in Slack, taken out of Bolt's hands: who, where, what, and the way to answer them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.modals import told_modal
from bot.delivery.slack import translated
from bot.model import Message
from bot.model.errors import PostFailed
from bot.model.ports import Chat


class Answer(Protocol):
    """Tell the person something that nobody else sees."""

    async def __call__(self, message: Message, *, replace: bool = False) -> None:
        """With `replace`, in place of the message whose button was pressed.

        After a command Slack shows it as a further message: it replaces no answer to a command.
        """
        ...


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """One command, pressed button or event. `key` is Slack's id of it; "" where Slack gave none.

    `text` is what was typed; `value` what the pressed button or option carries. `trigger` opens a modal.
    `me` is our own user id.
    """

    key: str
    team: str
    person: str
    me: str
    channel: str
    text: str
    value: str
    trigger: str
    body: Mapping[str, Any]
    client: AsyncWebClient
    answer: Answer

    async def open_modal(self, view: Mapping[str, Any]) -> str:
        """Open a window over what the person looks at, a window too, within three seconds of it; give its id."""
        method = "views.push" if _over_window(self.body) else "views.open"
        async with translated(method):
            answer = await self.client.api_call(
                method, json={"trigger_id": self.trigger, "view": dict(view)}
            )
        opened: Mapping[str, Any] = answer.get("view") or {}
        return str(opened.get("id", ""))

    @property
    def view_metadata(self) -> str:
        """What we wrote into the window that was used; "" where it was none."""
        return str((self.body.get("view") or {}).get("private_metadata") or "")

    async def update_modal(self, view: Mapping[str, Any], *, opened: str = "") -> None:
        """Draw the window anew in which something was used, if it is still as it was; or the one that we `opened`."""
        used: Mapping[str, Any] = {} if opened else self.body.get("view") or {}
        async with translated("views.update"):
            await self.client.views_update(
                view_id=opened or used.get("id"), hash=used.get("hash"), view=dict(view)
            )

    async def publish_home(self, view: Mapping[str, Any]) -> None:
        """Draw the person's App Home."""
        async with translated("views.publish"):
            await self.client.views_publish(user_id=self.person, view=dict(view))

    @property
    def typed(self) -> bool:
        """Whether they wrote it, in `channel`: Slack lets nobody write in a channel who is not in it."""
        return "command" in self.body or "event" in self.body

    async def channels(self) -> frozenset[str]:
        """Give the channels that the person is a member of, as far as Slack lets us see.

        Asked from the person's side: somebody is in some hundred channels, a channel may hold tens of thousands.
        """
        found: set[str] = set()
        cursor: str | None = None
        while True:
            async with translated("users.conversations"):
                page = await self.client.users_conversations(
                    user=self.person,
                    types="public_channel,private_channel",
                    limit=999,
                    cursor=cursor,
                )
            found |= {str(each.get("id")) for each in page.get("channels") or []}
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return frozenset(found)

    async def is_admin(self) -> bool:
        """Whether the person is an admin or owner of the workspace."""
        async with translated("users.info"):
            answer = await self.client.users_info(user=self.person)
        found: Mapping[str, Any] = answer.get("user") or {}
        return any(found.get(mark) is True for mark in ("is_admin", "is_owner", "is_primary_owner"))

    async def has_made(self, channel: str) -> bool:
        """Whether the person created the channel: the one channel manager of whom Slack tells apps."""
        return (await self._about(channel)).get("creator") == self.person

    async def is_public(self, channel: str) -> bool:
        """Whether everybody in the workspace may look into a channel; not where Slack does not tell us."""
        found = await self._about(channel)
        return found.get("is_channel") is True and found.get("is_private") is False

    async def _about(self, channel: str) -> Mapping[str, Any]:
        """Give what Slack tells of a channel; nothing where it tells us nothing."""
        try:
            async with translated("conversations.info"):
                answer = await self.client.conversations_info(channel=channel)
        except PostFailed:
            return {}
        return answer.get("channel") or {}


def read_ask(body: Mapping[str, Any], context: AsyncBoltContext, chat: Chat) -> SlackRequest:
    """Read whatever Slack sent; what is missing is "", so that this itself cannot fail."""
    event = body.get("event") or {}
    team, person = context.team_id or context.enterprise_id or "", context.user_id or ""
    channel = context.channel_id or ""
    return SlackRequest(
        key=body.get("event_id") or body.get("trigger_id") or "",
        team=team,
        person=person,
        me=context.bot_user_id or "",
        channel=channel,
        text=body.get("text") or event.get("text") or "",
        value=_pressed(body),
        trigger=body.get("trigger_id") or "",
        body=body,
        client=context.client,
        answer=_choose_answer(body, context, chat),
    )


def _over_window(body: Mapping[str, Any]) -> bool:
    """Whether a window stays open below the answer: one whose button was pressed does, a form that was sent is shut."""
    return body.get("type") == "block_actions" and (body.get("view") or {}).get("type") == "modal"


def _pressed(body: Mapping[str, Any]) -> str:
    """Give what the pressed button, or the chosen option of a menu, carries."""
    action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
    chosen: Mapping[str, Any] = action.get("selected_option") or action
    return str(chosen.get("value") or "")


def _thread(body: Mapping[str, Any]) -> str | None:
    """Give the thread of the message whose button was pressed: the answer belongs there too."""
    container: Mapping[str, Any] = body.get("container") or {}
    return (
        container.get("thread_ts")
        if container.get("thread_ts") != container.get("message_ts")
        else None
    )


def _choose_answer(body: Mapping[str, Any], context: AsyncBoltContext, chat: Chat) -> Answer:
    event = body.get("event") or {}
    team, person = context.team_id or context.enterprise_id or "", context.user_id or ""
    channel = context.channel_id or ""
    direct = _Direct(chat, team, person)
    if context.response_url and context.respond:
        later = _Whisper(context.client, channel, person, direct) if channel else direct
        return _Respond(context.respond, later, _thread(body))
    if body.get("trigger_id") and body.get("type") in {
        "block_actions",
        "view_submission",
        "shortcut",
    }:
        return _Window(context.client, body, direct)
    if event.get("type") == "app_home_opened" or not channel:
        return direct
    if channel.startswith("D"):
        return _Say(chat, team, channel)
    return _Whisper(context.client, channel, person, direct, event.get("thread_ts"))


@dataclass(frozen=True, slots=True)
class _Respond:
    """Over the `response_url` of a command or a button: good for half an hour and five answers.

    After that Slack takes none, and `later` tells the person.
    """

    respond: AsyncRespond
    later: Answer
    thread: str | None = None

    async def __call__(self, message: Message, *, replace: bool = False) -> None:
        async with translated("response_url"):
            response = await self.respond(
                text=message.text,
                blocks=[dict(block) for block in message.blocks],
                response_type="ephemeral",
                replace_original=replace,
                thread_ts=None if replace else self.thread,
                unfurl_links=False,
                unfurl_media=False,
            )
            spent = response.status_code == 404 and {"expired_url", "used_url"} & set(
                response.body.strip().split('"')
            )
            if response.status_code != 200 and not spent:
                raise PostFailed(
                    "response_url",
                    f"http_{response.status_code}",
                    permanent=response.status_code < 500,
                )
        if spent:
            await self.later(message)


@dataclass(frozen=True, slots=True)
class _Say:
    """In our direct-message channel, where the two of us are alone anyway."""

    chat: Chat
    team: str
    channel: str

    async def __call__(self, message: Message, *, replace: bool = False) -> None:  # noqa: ARG002 -- nothing to replace
        await self.chat.post(self.team, self.channel, message)


@dataclass(frozen=True, slots=True)
class _Direct:
    """By direct message, where a press came from no channel (App Home)."""

    chat: Chat
    team: str
    person: str

    async def __call__(self, message: Message, *, replace: bool = False) -> None:  # noqa: ARG002 -- nothing to replace
        await self.chat.post(self.team, await self.chat.direct(self.team, self.person), message)


@dataclass(frozen=True, slots=True)
class _Window:
    """In a window over App Home or over a form: what is pressed there belongs to no channel."""

    client: AsyncWebClient
    body: Mapping[str, Any]
    direct: Answer

    async def __call__(self, message: Message, *, replace: bool = False) -> None:  # noqa: ARG002 -- a new window
        over = _over_window(self.body)
        show = self.client.views_push if over else self.client.views_open
        try:
            async with translated("views.push" if over else "views.open"):
                await show(trigger_id=self.body["trigger_id"], view=told_modal(message))
        except PostFailed:
            # Three seconds have passed, or a window stands there already.
            await self.direct(message)


@dataclass(frozen=True, slots=True)
class _Whisper:
    """In the channel (or its thread), to this person only; by direct message where we are not in the channel."""

    client: AsyncWebClient
    channel: str
    person: str
    direct: Answer
    thread: str | None = None

    async def __call__(self, message: Message, *, replace: bool = False) -> None:  # noqa: ARG002 -- nothing to replace
        blocks = [dict(block) for block in message.blocks]
        try:
            async with translated("chat.postEphemeral"):
                await self.client.chat_postEphemeral(
                    channel=self.channel,
                    user=self.person,
                    text=message.text,
                    blocks=blocks,
                    thread_ts=self.thread,
                )
        except PostFailed as e:
            if e.code not in {"not_in_channel", "channel_not_found", "user_not_in_channel"}:
                raise
            await self.direct(message)
