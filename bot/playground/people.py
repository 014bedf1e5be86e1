"""What a person can do in Slack, turned into the requests that Slack then sends to the bot."""

import json
from typing import Any

from bot.playground.arguments import Args, Refused
from bot.playground.responses import respond
from bot.playground.sender import Reply, Sender
from bot.playground.view_methods import place, replace_view, taken_view
from bot.playground.workspace import (
    APP,
    BOT_USER,
    TEAM,
    TEAM_DOMAIN,
    JsonObject,
    Post,
    Workspace,
)


class People:
    """The people of a workspace, and their hands. Times in messages come from the workspace's clock.

    `base_url` is where the bot reaches this stand-in (response_url begins with it).
    """

    def __init__(self, workspace: Workspace, sender: Sender, base_url: str) -> None:
        self.workspace, self.sender, self.base_url = workspace, sender, base_url.rstrip("/")

    # --- words ---

    async def command(self, user: str, channel: str, text: str) -> Reply:
        """Type a slash command, `/digest now`; what the bot answers at once is shown as Slack shows it."""
        name, _, rest = text.strip().partition(" ")
        place_ = self.workspace.channels[channel]
        key = self.workspace.new_response_url(channel, user)
        reply = await self.sender.form(
            "slash_command",
            {
                "token": "playground",
                "team_id": TEAM,
                "team_domain": TEAM_DOMAIN,
                "channel_id": channel,
                "channel_name": place_.name or "directmessage",
                "user_id": user,
                "user_name": self.workspace.people[user].name,
                "command": name,
                "text": rest.strip(),
                "api_app_id": APP,
                "is_enterprise_install": "false",
                "response_url": f"{self.base_url}/response/{key}",
                "trigger_id": self.workspace.new_trigger(user),
            },
        )
        if reply.problem:
            self.tell(user, channel, f"{name} failed with the error “{reply.problem}”")
        elif reply.body.strip():
            self._answer_command(user, channel, key, reply)
        return reply

    def _answer_command(self, user: str, channel: str, key: str, reply: Reply) -> None:
        """Show the body of the bot's acknowledgement: words, or a message."""
        values = reply.json or {"text": reply.body}
        try:
            respond(self.workspace, self.workspace.response_urls[key], Args(values), None)
        except Refused as refused:
            self.tell(user, channel, f"The answer could not be shown: {refused.error}")

    async def say(self, user: str, channel: str, text: str, *, thread: str | None = None) -> str:
        """Write a message, and give its `ts`; the bot hears of it where it is meant to."""
        message: JsonObject = {"type": "message", "user": user, "text": text, "team": TEAM}
        message["ts"] = self.workspace.new_ts()
        if thread:
            message["thread_ts"] = thread
        self.workspace.add_post(channel, Post(message))
        heard = {**message, "channel": channel, "event_ts": message["ts"]}
        kind = self.workspace.channels[channel].kind
        if kind == "im":
            self.event(heard | {"channel_type": "im"})
        elif f"<@{BOT_USER}>" in text and BOT_USER in self.workspace.channels[channel].members:
            self.event(heard | {"type": "app_mention"})
        return str(message["ts"])

    def tell(self, user: str, channel: str, text: str) -> None:
        """Show one person a line that comes from Slack itself."""
        message = {
            "type": "message",
            "user": "USLACKBOT",
            "text": text,
            "ts": self.workspace.new_ts(),
        }
        self.workspace.add_post(channel, Post(message | {"is_ephemeral": True}, seen_by=user))

    # --- App Home and membership ---

    def open_home(self, user: str, tab: str = "home") -> None:
        """Open the bot's App Home."""
        direct = self.workspace.direct(user)
        event: JsonObject = {
            "type": "app_home_opened",
            "user": user,
            "tab": tab,
            "event_ts": self.workspace.new_ts(),
        }
        event["channel"] = direct.id if direct else ""
        if tab == "home" and user in self.workspace.homes:
            event["view"] = self.workspace.homes[user]
        self.event(event)

    def invite(self, user: str, channel: str) -> None:
        """Invite the bot to a channel."""
        place_ = self.workspace.channels[channel]
        if BOT_USER in place_.members:
            return
        place_.members.add(BOT_USER)
        self.workspace.changed({"type": "channel", "channel": channel})
        self.event(
            {
                "type": "member_joined_channel",
                "user": BOT_USER,
                "channel": channel,
                "channel_type": "C" if place_.kind == "public" else "G",
                "team": TEAM,
                "inviter": user,
                "event_ts": self.workspace.new_ts(),
            }
        )

    def event(self, event: JsonObject) -> None:
        """Send an event of the Events API, and again where the bot does not take it."""
        self.sender.event(
            {
                "token": "playground",
                "team_id": TEAM,
                "api_app_id": APP,
                "type": "event_callback",
                "event_id": self.workspace.mint("Ev"),
                "event_time": int(self.workspace.clock()),
                "authorizations": [
                    {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
                    | {"is_enterprise_install": False}
                ],
                "is_ext_shared_channel": False,
                "event": event,
            }
        )

    # --- buttons and menus ---

    async def act(
        self,
        user: str,
        channel: str,
        ts: str,
        action: JsonObject,
        *,
        state: JsonObject | None = None,
    ) -> Reply:
        """Use an element of a message. `action` has block_id, action_id, type and what was chosen."""
        post = self.workspace.post(channel, ts)
        if post is None or post.seen_by not in {None, user}:
            raise Refused("message_not_found")
        place_ = self.workspace.channels[channel]
        hidden = post.seen_by is not None
        key = self.workspace.new_response_url(channel, user, original=ts)
        container = {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel,
            "is_ephemeral": hidden,
        }
        if thread := post.message.get("thread_ts"):
            container["thread_ts"] = thread
        payload = self._payload("block_actions", user) | {
            "container": container,
            "channel": {"id": channel, "name": place_.name or "directmessage"},
            "trigger_id": self.workspace.new_trigger(user),
            "response_url": f"{self.base_url}/response/{key}",
            "actions": [self._action(action)],
            "state": {"values": state or {}},
        }
        if not hidden:
            payload["message"] = post.message
        return await self.sender.interaction(payload)

    async def act_in_view(
        self, user: str, view_id: str, action: JsonObject, state: JsonObject | None = None
    ) -> Reply:
        """Use an element of a modal or of App Home."""
        view = self._view(user, view_id)
        view["state"] = {"values": state or {}}
        trigger = self.workspace.new_trigger(
            user, parent=view_id if view["type"] == "modal" else None
        )
        payload = self._payload("block_actions", user) | {
            "container": {"type": "view", "view_id": view_id},
            "trigger_id": trigger,
            "view": view,
            "actions": [self._action(action)],
        }
        return await self.sender.interaction(payload)

    async def options(self, user: str, where: JsonObject, value: str) -> list[JsonObject]:
        """Ask the bot for the options of a select that it fills; `where` has block_id, action_id and place."""
        reply = await self.sender.interaction(
            self._payload("block_suggestion", user) | where | {"value": value}
        )
        answer = reply.json
        groups = answer.get("option_groups") or []
        return [
            *(answer.get("options") or []),
            *(option for group in groups for option in group["options"]),
        ]

    def _action(self, action: JsonObject) -> JsonObject:
        return {**action, "action_ts": self.workspace.new_ts()}

    # --- modals ---

    async def submit(self, user: str, view_id: str, state: JsonObject) -> Reply:
        """Press a modal's button; what the bot answers is done (errors are in the reply's JSON)."""
        view = self._view(user, view_id)
        view["state"] = {"values": state}
        payload = self._payload("view_submission", user) | {
            "trigger_id": self.workspace.new_trigger(user, parent=view_id),
            "view": view,
            "response_urls": self._chosen_channels(user, view, state),
        }
        reply = await self.sender.interaction(payload)
        if reply.problem is None:
            self._follow(user, view_id, reply.json)
        return reply

    def _chosen_channels(self, user: str, view: JsonObject, state: JsonObject) -> list[JsonObject]:
        """Give an address for each channel chosen in a select with `response_url_enabled`."""
        found = []
        for block in view["blocks"]:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            chosen = state.get(block["block_id"], {}).get(element["action_id"], {})
            channel = chosen.get("selected_conversation") or chosen.get("selected_channel")
            if channel:
                url = f"{self.base_url}/response/{self.workspace.new_response_url(channel, user)}"
                found.append({"block_id": block["block_id"], "action_id": element["action_id"]})
                found[-1] |= {"channel_id": channel, "response_url": url}
        return found

    def _follow(self, user: str, view_id: str, answer: JsonObject) -> None:
        """Do what the bot answered to a submission."""
        stack = self.workspace.modals.get(user, [])
        index = next((i for i, view in enumerate(stack) if view["id"] == view_id), None)
        match answer.get("response_action"):
            case "errors":
                return
            case "update" if index is not None:
                replace_view(
                    self.workspace, user, index, taken_view(self.workspace, answer["view"], "modal")
                )
            case "push":
                place(self.workspace, user, taken_view(self.workspace, answer["view"], "modal"))
            case "clear":
                self._leave(user, 0)
            case _ if index is not None:
                self._leave(user, index)

    async def close(self, user: str, view_id: str, *, everything: bool = False) -> Reply | None:
        """Close a modal; the bot is told where the modal asked for it."""
        view = self._view(user, view_id)
        stack = self.workspace.modals[user]
        index = next(i for i, open_view in enumerate(stack) if open_view["id"] == view_id)
        self._leave(user, 0 if everything or view["clear_on_close"] else index)
        if not view["notify_on_close"]:
            return None
        payload = self._payload("view_closed", user) | {"view": view, "is_cleared": everything}
        return await self.sender.interaction(payload)

    def _leave(self, user: str, depth: int) -> None:
        del self.workspace.modals[user][depth:]
        self.workspace.changed({"type": "modal", "user": user})

    def _view(self, user: str, view_id: str) -> JsonObject:
        """Copy an open view of a person."""
        home = self.workspace.homes.get(user)
        views = [*self.workspace.modals.get(user, []), *([home] if home else [])]
        found: Any = next((view for view in views if view["id"] == view_id), None)
        if found is None:
            raise Refused("view_not_found")
        copy: JsonObject = json.loads(json.dumps(found))
        return copy

    # --- shortcuts ---

    async def shortcut(self, user: str, callback_id: str) -> Reply:
        """Use a global shortcut."""
        payload = self._payload("shortcut", user) | {
            "callback_id": callback_id,
            "trigger_id": self.workspace.new_trigger(user),
            "action_ts": self.workspace.new_ts(),
        }
        return await self.sender.interaction(payload)

    async def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Reply:
        """Use a shortcut of a message."""
        post = self.workspace.post(channel, ts)
        if post is None:
            raise Refused("message_not_found")
        key = self.workspace.new_response_url(channel, user)
        payload = self._payload("message_action", user) | {
            "callback_id": callback_id,
            "trigger_id": self.workspace.new_trigger(user),
            "action_ts": self.workspace.new_ts(),
            "message_ts": ts,
            "channel": {
                "id": channel,
                "name": self.workspace.channels[channel].name or "directmessage",
            },
            "message": post.message,
            "response_url": f"{self.base_url}/response/{key}",
        }
        return await self.sender.interaction(payload)

    def _payload(self, kind: str, user: str) -> JsonObject:
        """Give what every interaction says of where it comes from."""
        person = self.workspace.people[user]
        return {
            "type": kind,
            "token": "playground",
            "api_app_id": APP,
            "team": {"id": TEAM, "domain": TEAM_DOMAIN},
            "user": {"id": user, "username": person.name, "name": person.name, "team_id": TEAM},
            "enterprise": None,
            "is_enterprise_install": False,
        }
