"""What `dateline doctor` asks of Slack: who we are, which channels we reach, whether our blocks are well formed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.delivery.slack import translated
from bot.model.errors import PostFailed


class Api(Protocol):
    """Slack's client, as far as it is needed here."""

    async def api_call(self, api_method: str, *, params: dict[str, Any] | None = None) -> Any:
        """Call a method of the Web API."""
        ...


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """Whom the token is for, and what it may."""

    team: str
    name: str
    scopes: frozenset[str]
    bot: str


async def get_bot_identity(api: Api) -> BotIdentity:
    """Ask for workspace and scopes; raise PostFailed where the token is not good."""
    async with translated("auth.test"):
        answer = await api.api_call("auth.test")
    granted = (answer.headers or {}).get("x-oauth-scopes", "")
    scopes = frozenset(scope.strip() for scope in granted.split(",") if scope.strip())
    return BotIdentity(
        str(answer.get("team_id", "")),
        str(answer.get("team", "")),
        scopes,
        str(answer.get("bot_id") or ""),
    )


async def app_of(api: Api, account: BotIdentity) -> str:
    """Give the id of the app that the token is of; "" where Slack does not say."""
    try:
        async with translated("bots.info"):
            answer = await api.api_call("bots.info", params={"bot": account.bot})
    except PostFailed:
        return ""
    return str((answer.get("bot") or {}).get("app_id") or "")


async def why_unreachable(api: Api, channel: str) -> str | None:
    """Give Slack's name for what keeps us from posting in a channel; None where nothing does."""
    try:
        async with translated("conversations.info"):
            answer = await api.api_call("conversations.info", params={"channel": channel})
    except PostFailed as e:
        return e.code
    found: Mapping[str, Any] = answer.get("channel") or {}
    if found.get("is_archived"):
        return "is_archived"
    return None if found.get("is_member") or found.get("is_im") else "not_in_channel"


async def faults_of(api: Api, payload: Mapping[str, Any]) -> list[str]:
    """Give what Slack finds wrong in a payload: one of `blocks`, `message` or `view`, as JSON.

    https://docs.slack.dev/reference/methods/blocks.validate: it needs no scope, and posts nothing.
    """
    try:
        async with translated("blocks.validate"):
            answer = await api.api_call("blocks.validate", params=dict(payload))
    except PostFailed as e:
        return _errors(e) or [e.code]
    return [
        f"{each.get('pointer', '')}: {each.get('message', '')}"
        for each in answer.get("errors") or []
    ]


def _errors(refused: PostFailed) -> list[str]:
    data = getattr(getattr(refused.__cause__, "response", None), "data", None)
    errors = data.get("errors") if isinstance(data, dict) else None
    return [f"{each.get('pointer', '')}: {each.get('message', '')}" for each in errors or []]
