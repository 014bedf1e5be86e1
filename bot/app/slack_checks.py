"""Questions to Slack at the start and by `dateline doctor`: token, channels, blocks, address."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Protocol

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.app.server import format_address
from bot.blocks.answers import channel_welcome
from bot.blocks.home import HomePage, home_view
from bot.blocks.settings_form import settings_modal
from bot.delivery.slack import translated
from bot.model import AtTimes, EditPermission, Subscription
from bot.model.errors import PostFailed
from bot.settings import Settings

CHALLENGE_TIMEOUT_SECONDS = 3  # as Slack's own


class SlackApi(Protocol):
    """What is called of slack_sdk's AsyncWebClient."""

    async def api_call(self, api_method: str, *, params: dict[str, Any] | None = None) -> Any:
        """Call a method of the Web API."""
        ...


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """What a token stands for: the workspace's id and name, the granted scopes, the bot's id."""

    team: str
    name: str
    scopes: frozenset[str]
    bot: str


async def get_bot_identity(client: SlackApi) -> BotIdentity:
    """Return what the client's token stands for; raise PostFailed where it is not valid."""
    async with translated("auth.test"):
        response = await client.api_call("auth.test")
    scopes = (response.headers or {}).get("x-oauth-scopes", "").split(",")
    return BotIdentity(
        str(response.get("team_id", "")),
        str(response.get("team", "")),
        frozenset(scope.strip() for scope in scopes if scope.strip()),
        str(response.get("bot_id") or ""),
    )


async def get_app_id(client: SlackApi, identity: BotIdentity) -> str:
    """Return the id of the token's app; "" where Slack does not say."""
    try:
        async with translated("bots.info"):
            response = await client.api_call("bots.info", params={"bot": identity.bot})
    except PostFailed:
        return ""
    return str((response.get("bot") or {}).get("app_id") or "")


async def why_unreachable(client: SlackApi, channel: str) -> str | None:
    """Return Slack's error name for why the bot cannot post in a channel, None where it can."""
    try:
        async with translated("conversations.info"):
            response = await client.api_call("conversations.info", params={"channel": channel})
    except PostFailed as e:
        return e.code
    fields: dict[str, Any] = response.get("channel") or {}
    if fields.get("is_archived"):
        return "is_archived"
    return None if fields.get("is_member") or fields.get("is_im") else "not_in_channel"


async def validate_samples(client: SlackApi) -> list[str]:
    """Return what Slack finds wrong in a message, App Home and a form; "" pointers are the root.

    https://docs.slack.dev/reference/methods/blocks.validate needs no scope and posts nothing.
    """
    faults = []
    for payload in sample_payloads():
        try:
            async with translated("blocks.validate"):
                response = await client.api_call("blocks.validate", params=payload)
            faults += _pointed(response.get("errors"))
        except PostFailed as e:
            data = getattr(getattr(e.__cause__, "response", None), "data", None)
            faults += _pointed(data.get("errors") if isinstance(data, dict) else None) or [e.code]
    return faults


def _pointed(errors: list[dict[str, Any]] | None) -> list[str]:
    return [f"{error.get('pointer', '')}: {error.get('message', '')}" for error in errors or []]


def sample_payloads() -> tuple[dict[str, str], ...]:
    """Return a message and views as blocks.validate takes them: the kind -> JSON."""
    message = channel_welcome("C0000000000")
    subscription = Subscription("T0", "C0000000000", "U0", AtTimes(), "UTC")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    page = HomePage([subscription], 1, EditPermission.MEMBERS, epoch, admin=True)
    return (
        {"message": json.dumps({"text": message.text, "blocks": list(message.blocks)})},
        {"view": json.dumps(home_view(page, [("now", "post now")]))},
        {"view": json.dumps(settings_modal(subscription, anywhere=True))},
    )


async def send_challenge(settings: Settings, url: str | None) -> str | None:
    """Call an address as Slack does to verify it; return what is wrong, None where it answers.

    https://docs.slack.dev/reference/events/url_verification. Where `url` is None, the address is
    that of the service on this machine.
    """
    base = url or format_address(settings.host, settings.port)
    secret = settings.signing_secret.get_secret_value() if settings.signing_secret else ""
    challenge, now = token_hex(8), str(int(time.time()))
    body = json.dumps({"type": "url_verification", "challenge": challenge, "token": ""})
    signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=body) or ""
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": signature,
    }
    timeout = aiohttp.ClientTimeout(total=CHALLENGE_TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(f"{base.rstrip('/')}/slack/events", data=body, headers=headers) as answer,
        ):
            if answer.status == 200 and challenge in await answer.text():
                return None
            return f"HTTP status {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as e:
        return type(e).__name__
