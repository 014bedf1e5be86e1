"""A person's request in Slack, read from what Bolt hands over, and the ways to answer it."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.answers import in_progress_message
from bot.blocks.modals import message_modal
from bot.delivery.slack import translated
from bot.listeners.services import Services
from bot.model import Message
from bot.model.errors import PostFailed
from bot.model.ports import Chat
from bot.store import Store

T = TypeVar("T")
# After one second without a sign people wonder whether they were heard.
# https://www.nngroup.com/articles/response-times-3-important-limits/
NOTICE_AFTER_SECONDS = 1.0
_WINDOW_SOURCES = frozenset(("block_actions", "view_submission", "shortcut"))
_NOT_INSIDE = frozenset(("not_in_channel", "channel_not_found", "user_not_in_channel"))
_SPENT = frozenset(("expired_url", "used_url"))


class Responder:
    """Answers the person alone, by the best way that the request leaves open.

    The `response_url` of a command or a message's button is good for half an hour and five
    answers. What is pressed in App Home or in a form is answered in a window, within three seconds.
    Anything else is answered in the channel (and thread) so that only this person sees it. Where
    these ways are closed a direct message remains.
    """

    def __init__(self, body: Mapping[str, Any], context: AsyncBoltContext, chat: Chat) -> None:
        self._body, self._context, self._chat = body, context, chat
        self._team, self._user = _team(context), context.user_id or ""
        self._channel = context.channel_id or ""

    async def __call__(self, message: Message, *, replace: bool = False) -> None:
        """Show the message, with `replace` in place of the one whose button was pressed.

        After a command Slack shows it as a further message: it replaces no answer to a command.
        """
        event: Mapping[str, Any] = self._body.get("event") or {}
        respond = self._context.respond
        if self._context.response_url and respond:
            if not await self._answer_response_url(respond, message, replace=replace):
                await self._answer_in_channel(message, None)
        elif self._body.get("trigger_id") and self._body.get("type") in _WINDOW_SOURCES:
            try:
                await _open_modal(self._context.client, self._body, message_modal(message))
            except PostFailed:  # three seconds have passed, or a window stands there already
                await self._answer_directly(message)
        elif event.get("type") == "app_home_opened":
            await self._answer_directly(message)
        elif self._channel.startswith("D"):
            await self._chat.post(self._team, self._channel, message)
        else:
            await self._answer_in_channel(message, event.get("thread_ts"))

    async def _answer_response_url(
        self, respond: AsyncRespond, message: Message, *, replace: bool
    ) -> bool:
        """Answer there; return False once Slack takes no more answers. Raise PostFailed."""
        async with translated("response_url"):
            response = await respond(
                text=message.text,
                blocks=[dict(block) for block in message.blocks],
                response_type="ephemeral",
                replace_original=replace,
                thread_ts=None if replace else self._pressed_thread(),
                unfurl_links=False,
                unfurl_media=False,
            )
            status = response.status_code
            if status == 404 and _SPENT & set(response.body.strip().split('"')):
                return False
            if status != 200:
                raise PostFailed("response_url", f"http_{status}", permanent=status < 500)
        return True

    def _pressed_thread(self) -> str | None:
        """Return the thread of the message whose button was pressed: the answer belongs there."""
        container: Mapping[str, Any] = self._body.get("container") or {}
        thread: str | None = container.get("thread_ts")
        return None if thread == container.get("message_ts") else thread

    async def _answer_in_channel(self, message: Message, thread: str | None) -> None:
        if not self._channel:
            await self._answer_directly(message)
            return
        try:
            async with translated("chat.postEphemeral"):
                await self._context.client.chat_postEphemeral(
                    channel=self._channel,
                    user=self._user,
                    text=message.text,
                    blocks=[dict(block) for block in message.blocks],
                    thread_ts=thread,
                )
        except PostFailed as e:
            if e.code not in _NOT_INSIDE:
                raise
            await self._answer_directly(message)

    async def _answer_directly(self, message: Message) -> None:
        channel = await self._chat.direct(self._team, self._user)
        await self._chat.post(self._team, channel, message)


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """One command, pressed button or event; what Slack did not send is "".

    `request_id` is Slack's id of it. `text` is what was typed, `value` what the pressed button or
    chosen option carries. `trigger_id` opens a window. `bot_user` is our own user id. `services` is
    what listeners work with.
    """

    request_id: str
    team: str
    user: str
    bot_user: str
    channel: str
    text: str
    value: str
    trigger_id: str
    body: Mapping[str, Any]
    client: AsyncWebClient
    answer: Responder
    services: Services

    @property
    def store(self) -> Store:
        """The database."""
        return self.services.store

    def now(self) -> datetime:
        """Return the time by the service's clock."""
        return self.services.clock.now()

    @property
    def is_typed(self) -> bool:
        """Whether the person wrote it, in `channel`, of which they are then a member."""
        return "command" in self.body or "event" in self.body

    @property
    def view_metadata(self) -> str:
        """What we wrote into the window that was used; "" where it was none."""
        return str((self.body.get("view") or {}).get("private_metadata") or "")

    async def answer_after(self, work: Coroutine[object, object, T], notice: str) -> T:
        """Return the result of `work`; where it takes longer than a moment say that it has begun.

        The notice stays above the answer that follows: Slack's response_url cannot take back an
        answer to a command (`replace_original` is for messages with buttons).
        https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
        """
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=NOTICE_AFTER_SECONDS)
            if not done:
                await self.answer(in_progress_message(notice))
            return await task
        finally:
            task.cancel()

    async def open_modal(self, view: Mapping[str, Any]) -> str:
        """Open a window over what the person looks at; return its id. Raise PostFailed.

        Slack allows it within three seconds of the request.
        """
        return await _open_modal(self.client, self.body, view)

    async def update_modal(self, view: Mapping[str, Any], *, view_id: str = "") -> None:
        """Redraw the window `view_id`, or the one that was used if it has not changed since."""
        used: Mapping[str, Any] = {} if view_id else self.body.get("view") or {}
        async with translated("views.update"):
            await self.client.views_update(
                view_id=view_id or used.get("id"), hash=used.get("hash"), view=dict(view)
            )

    async def publish_home(self, view: Mapping[str, Any]) -> None:
        """Show this view as the person's App Home."""
        async with translated("views.publish"):
            await self.client.views_publish(user_id=self.user, view=dict(view))

    async def fetch_channels(self) -> frozenset[str]:
        """Return the channels that the person is a member of, as far as Slack lets us see.

        The person is asked for and not each channel: somebody is in some hundred channels, while a
        channel may have tens of thousands of members.
        """
        channels: set[str] = set()
        async with translated("users.conversations"):
            pages = await self.client.users_conversations(
                user=self.user, types="public_channel,private_channel", limit=999
            )
            async for page in pages:
                channels |= {str(channel.get("id")) for channel in page.get("channels") or []}
        return frozenset(channels)

    async def is_admin(self) -> bool:
        """Whether the person is an admin or owner of the workspace."""
        async with translated("users.info"):
            answer = await self.client.users_info(user=self.user)
        user: Mapping[str, Any] = answer.get("user") or {}
        return any(user.get(flag) is True for flag in ("is_admin", "is_owner", "is_primary_owner"))

    async def is_creator_of(self, channel: str) -> bool:
        """Whether the person made the channel: Slack tells apps of no other channel manager."""
        return (await self._fetch_channel(channel)).get("creator") == self.user

    async def is_public(self, channel: str) -> bool:
        """Whether everybody in the workspace may read the channel; False where Slack hides it."""
        info = await self._fetch_channel(channel)
        return info.get("is_channel") is True and info.get("is_private") is False

    async def _fetch_channel(self, channel: str) -> Mapping[str, Any]:
        try:
            async with translated("conversations.info"):
                answer = await self.client.conversations_info(channel=channel)
        except PostFailed:
            return {}
        return answer.get("channel") or {}


def read_request(
    body: Mapping[str, Any], context: AsyncBoltContext, services: Services
) -> SlackRequest:
    """Read whatever Slack sent; what is missing is "", so that this itself cannot fail."""
    event = body.get("event") or {}
    return SlackRequest(
        request_id=body.get("event_id") or body.get("trigger_id") or "",
        team=_team(context),
        user=context.user_id or "",
        bot_user=context.bot_user_id or "",
        channel=context.channel_id or "",
        text=body.get("text") or event.get("text") or "",
        value=_pressed_value(body),
        trigger_id=body.get("trigger_id") or "",
        body=body,
        client=context.client,
        answer=Responder(body, context, services.chat),
        services=services,
    )


def _team(context: AsyncBoltContext) -> str:
    return context.team_id or context.enterprise_id or ""


def _pressed_value(body: Mapping[str, Any]) -> str:
    action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
    chosen: Mapping[str, Any] = action.get("selected_option") or action
    return str(chosen.get("value") or "")


async def _open_modal(
    client: AsyncWebClient, body: Mapping[str, Any], view: Mapping[str, Any]
) -> str:
    """Open a window, on top of the one in which a button was pressed; a sent form is closed."""
    in_window = (body.get("view") or {}).get("type") == "modal"
    method = "views.push" if body.get("type") == "block_actions" and in_window else "views.open"
    async with translated(method):
        answer = await client.api_call(
            method, json={"trigger_id": body.get("trigger_id") or "", "view": dict(view)}
        )
    opened: Mapping[str, Any] = answer.get("view") or {}
    return str(opened.get("id", ""))
