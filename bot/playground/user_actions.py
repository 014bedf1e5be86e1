"""What a user can do in Slack, as the requests that Slack then sends to the bot."""

import json
import re

from bot.model.hosts import hostname_of, is_below
from bot.playground import messages
from bot.playground.chat_methods import respond
from bot.playground.method_call import ApiError, MethodCall
from bot.playground.request_sender import BotResponse, RequestSender
from bot.playground.slack_objects import BOT_USER_ID, OBJECTS, TEAM_ID, JsonObject
from bot.playground.workspace import UNFURL_DOMAINS, ChannelMessage, Workspace

LINK = re.compile(r"https?://[^\s<>|]+")


class UserActions:
    """Act as a user of the workspace; `base_url` is where the bot reaches the stand-in.

    `user`, `channel` and `ts` are Slack's ids. Raise ApiError for what is not there.
    """

    def __init__(self, workspace: Workspace, sender: RequestSender, base_url: str) -> None:
        self.workspace, self.sender, self.base_url = workspace, sender, base_url.rstrip("/")

    async def send_command(self, user: str, channel: str, text: str) -> BotResponse:
        """Type a slash command such as "/digest now", and show what the bot answers at once."""
        name, _, arguments = text.strip().partition(" ")
        key = self.workspace.new_response_url(channel, user)
        response = await self.sender.send_command(
            OBJECTS["command"]
            | {
                "channel_id": channel,
                "channel_name": self._channel_name(channel),
                "user_id": user,
                "user_name": self.workspace.users[user].name,
                "command": name,
                "text": arguments.strip(),
                "response_url": self._response_url(key),
                "trigger_id": self.workspace.new_trigger(user),
            }
        )
        if response.problem:
            notice = messages.text("command_failed", command=name, problem=response.problem)
            self.show_notice(user, channel, notice)
        elif response.body.strip():
            answer = MethodCall(self.workspace, response.json or {"text": response.body})
            try:
                respond(answer, self.workspace.response_urls[key])
            except ApiError as e:
                notice = messages.text("answer_not_shown", error=e.error)
                self.show_notice(user, channel, notice)
        return response

    async def send_message(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread: str | None = None,
        in_view: str = "",
    ) -> str:
        """Post a message and return its `ts`; the bot gets an event if it is meant for it.

        `in_view` is the channel that the user looks at while they write in the agent pane.
        """
        ts = self.workspace.new_ts()
        team = self.workspace.users[user].team
        message: JsonObject = {"type": "message", "user": user, "text": text, "team": team}
        message |= {"ts": ts} | ({"thread_ts": thread} if thread else {})
        self.workspace.add_message(channel, ChannelMessage(message))
        event = {**message, "channel": channel, "event_ts": ts}
        target = self.workspace.channels[channel]
        if target.kind == "im":
            context = {"app_context": _view_context(in_view)} if self.workspace.has_agents else {}
            self._send_event(event | {"channel_type": "im"} | context)
        elif f"<@{BOT_USER_ID}>" in text and BOT_USER_ID in target.members:
            self._send_event(event | {"type": "app_mention"})
        self._share_links(user, channel, message)
        return ts

    def _share_links(self, user: str, channel: str, message: JsonObject) -> None:
        """Tell the bot of links to its domains, in whatever conversation they stand.

        https://docs.slack.dev/reference/events/link_shared
        """
        links = [
            {"url": url, "domain": domain}
            for url in LINK.findall(message["text"])
            for domain in UNFURL_DOMAINS
            if is_below(hostname_of(url), [domain])
        ]
        if not links or "links:read" not in self.workspace.scopes:
            return
        event: JsonObject = {
            "type": "link_shared",
            "user": user,
            "channel": channel,
            "links": links,
            "message_ts": message["ts"],
            "source": "conversations_history",
            "unfurl_id": f"{channel}:{message['ts']}",
            "is_bot_user_member": BOT_USER_ID in self.workspace.channels[channel].members,
        }
        self._send_event(event | {key: message[key] for key in ("thread_ts",) if key in message})

    def show_notice(self, user: str, channel: str, text: str) -> None:
        """Show one user a line that comes from Slack itself."""
        message: JsonObject = {"type": "message", "user": "USLACKBOT", "text": text}
        message |= {"ts": self.workspace.new_ts(), "is_ephemeral": True}
        self.workspace.add_message(channel, ChannelMessage(message, seen_by=user))

    def open_home(self, user: str, tab: str = "home", in_view: str = "") -> None:
        """Open a tab of the bot's App Home; "messages" is the agent pane, too."""
        direct = self.workspace.find_direct_channel(user)
        event: JsonObject = {"type": "app_home_opened", "user": user, "tab": tab}
        event["channel"] = direct.id if direct else ""
        if self.workspace.has_agents:
            event["context"] = _view_context(in_view)
        if tab == "home" and user in self.workspace.homes:
            event["view"] = dict(self.workspace.homes[user])
        self._send_event(event)

    def look_at(self, user: str, channel: str) -> None:
        """Go to another channel while the agent pane is open."""
        direct = self.workspace.find_direct_channel(user)
        if not self.workspace.has_agents or direct is None:
            return
        event = {"type": "app_context_changed", "user": user, "channel": direct.id}
        self._send_event(event | {"context": _view_context(channel)})

    def invite(self, user: str, channel: str) -> None:
        """Invite the bot to a channel."""
        target = self.workspace.channels[channel]
        if BOT_USER_ID in target.members:
            return
        target.members.add(BOT_USER_ID)
        self.workspace.notify({"type": "channel", "channel": channel})
        self._send_event(
            {
                "type": "member_joined_channel",
                "user": BOT_USER_ID,
                "channel": channel,
                "channel_type": "C" if target.kind == "public" else "G",
                "team": TEAM_ID,
                "inviter": user,
            }
        )

    def _send_event(self, event: JsonObject) -> None:
        """Send an event of the Events API, and again if the bot does not take it."""
        envelope = {
            "event_id": self.workspace.new_id("Ev"),
            "event_time": int(self.workspace.clock()),
            "event": {"event_ts": self.workspace.new_ts(), **event},
        }
        if channel := self.workspace.channels.get(str(event.get("channel"))):
            envelope["is_ext_shared_channel"] = self.workspace.is_shared(channel)
        self.sender.send_event(OBJECTS["event"] | envelope)

    async def use_element(
        self, user: str, channel: str, ts: str, action: JsonObject, state: JsonObject | None = None
    ) -> BotResponse:
        """Use an element of a message; `action` is as in `actions` of a block_actions payload."""
        message = self.workspace.find_message(channel, ts)
        if message is None or message.seen_by not in {None, user}:
            raise ApiError("message_not_found")
        is_ephemeral = message.seen_by is not None
        container: JsonObject = {"type": "message", "message_ts": ts, "channel_id": channel}
        container["is_ephemeral"] = is_ephemeral
        if thread := message.message.get("thread_ts"):
            container["thread_ts"] = thread
        fields = {
            "container": container,
            "channel": {"id": channel, "name": self._channel_name(channel)},
            "trigger_id": self.workspace.new_trigger(user),
            "response_url": self._new_response_url(channel, user, original=ts),
            "actions": [{**action, "action_ts": self.workspace.new_ts()}],
            "state": {"values": state or {}},
        }
        if not is_ephemeral:
            fields["message"] = message.message
        return await self._send("block_actions", user, fields)

    async def use_view_element(
        self, user: str, view_id: str, action: JsonObject, state: JsonObject | None = None
    ) -> BotResponse:
        """Use an element of a modal or of App Home."""
        view = self._copy_view(user, view_id) | {"state": {"values": state or {}}}
        fields = {
            "container": {"type": "view", "view_id": view_id},
            "trigger_id": self.workspace.new_trigger(user),
            "view": view,
            "actions": [{**action, "action_ts": self.workspace.new_ts()}],
        }
        return await self._send("block_actions", user, fields)

    async def get_options(self, user: str, where: JsonObject, value: str) -> list[JsonObject]:
        """Ask for the options of a select; `where` has its block_id, action_id and container."""
        response = await self._send("block_suggestion", user, where | {"value": value})
        answer = response.json
        groups = [answer, *(answer.get("option_groups") or [])]
        return [option for group in groups for option in group.get("options") or []]

    async def submit(self, user: str, view: str, state: JsonObject) -> BotResponse:
        """Submit a modal, and close it unless the bot answers with errors or not at all."""
        submitted = self._copy_view(user, view) | {"state": {"values": state}}
        trigger = self.workspace.new_trigger(user)
        fields = {"trigger_id": trigger, "view": submitted, "response_urls": []}
        response = await self._send("view_submission", user, fields)
        is_open = any(modal["id"] == view for modal in self.workspace.modals.get(user, []))
        if is_open and not response.problem and "response_action" not in response.json:
            self.close(user, view)
        return response

    def close(self, user: str, view: str, *, everything: bool = False) -> None:
        """Close a modal and those above it, or all; the bot is not told."""
        self._copy_view(user, view)
        stack = self.workspace.modals[user]
        ids = [modal["id"] for modal in stack]
        del stack[0 if everything else ids.index(view) :]
        self.workspace.notify({"type": "modal", "user": user})

    def _copy_view(self, user: str, view_id: str) -> JsonObject:
        """Copy an open view of a user."""
        home = self.workspace.homes.get(user)
        for view in [*self.workspace.modals.get(user, []), *([home] if home else [])]:
            if view["id"] == view_id:
                copy: JsonObject = json.loads(json.dumps(view))
                return copy
        raise ApiError("view_not_found")

    async def use_shortcut(
        self, user: str, callback_id: str, channel: str = "", ts: str | None = None
    ) -> BotResponse:
        """Use a shortcut of a message, or a global one if no message is named."""
        trigger, now = self.workspace.new_trigger(user), self.workspace.new_ts()
        fields: JsonObject = {"callback_id": callback_id, "trigger_id": trigger}
        fields["action_ts"] = now
        if ts is None:
            return await self._send("shortcut", user, fields)
        message = self.workspace.find_message(channel, ts)
        if message is None:
            raise ApiError("message_not_found")
        fields |= {
            "message_ts": ts,
            "channel": {"id": channel, "name": self._channel_name(channel)},
            "message": message.message,
            "response_url": self._new_response_url(channel, user),
        }
        return await self._send("message_action", user, fields)

    async def _send(self, kind: str, user: str, fields: JsonObject) -> BotResponse:
        """Send an interaction payload of this type."""
        sender = self.workspace.users[user]
        person = {"id": user, "username": sender.name, "name": sender.name}
        person["team_id"] = sender.team
        common = OBJECTS["interaction"] | {"type": kind, "user": person, "enterprise": None}
        return await self.sender.send_interaction(common | fields)

    def _channel_name(self, channel: str) -> str:
        return self.workspace.channels[channel].name or "directmessage"

    def _new_response_url(self, channel: str, user: str, original: str | None = None) -> str:
        return self._response_url(self.workspace.new_response_url(channel, user, original))

    def _response_url(self, key: str) -> str:
        return f"{self.base_url}/response/{key}"


def _view_context(channel: str) -> JsonObject:
    """Return what a user looks at, as events of the agent pane tell it; {} for nothing."""
    if not channel:
        return {}
    entity = {"type": "slack#/types/channel_id", "value": channel, "team_id": TEAM_ID}
    return {"entities": [entity]}
