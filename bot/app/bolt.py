"""Bolt's app, and the bot and token of a request: the configured one, or the workspace's own.

Tokens of workspaces that rotate are renewed before they expire:
https://docs.slack.dev/authentication/using-token-rotation
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from traceback import walk_tb
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import messages
from bot.delivery.slack import slack_call
from bot.model import Installation
from bot.model.errors import PostFailed, log_fields
from bot.model.ports import Clock
from bot.store.workspaces import WorkspaceStore

log = structlog.get_logger(__name__)

# Slack waits three seconds for the ack.
AUTH_TEST_TIMEOUT_SECONDS = 1.5
# Slack's tokens last twelve hours; one that seems to last longer was dated by a clock that was
# ahead.
MAX_LIFETIME = timedelta(hours=12, minutes=5)
# A periodic task renews them early, so that no request waits.
RENEW_BEFORE = timedelta(hours=3)
_RENEW_AT_ONCE_BEFORE = timedelta(minutes=2)

NOT_INSTALLED = messages.text("not_installed")

# Below "slack_bolt", whose lines bot/app/logs.py withholds. Without a name Bolt searches all loaded
# modules for the file that calls it.
_NAME = "slack_bolt.dateline"

MALFORMED = messages.text("malformed")
# What Bolt raises where a body has not the shape of Slack's.
SHAPE_ERRORS = (AttributeError, LookupError, TypeError)


def create_bolt(
    client: AsyncWebClient, authorize: AsyncAuthorize, *, oauth_flow: AsyncOAuthFlow | None = None
) -> AsyncApp:
    """Return the app that listeners are registered with.

    It verifies no request: `bot.app.web` does, over the raw bytes, before Bolt would parse and log
    them. Its loggers get their level here: each copies this one's, or else the root's.
    """
    logger = logging.getLogger(_NAME)
    logger.setLevel(max(logging.WARNING, logging.root.level))
    app = AsyncApp(
        name=_NAME,
        logger=logger,
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt's type is too narrow
        request_verification_enabled=False,
        oauth_flow=oauth_flow,
        user_facing_authorize_error_message=NOT_INSTALLED if oauth_flow else None,
    )
    app.use(_take_rate_limit)
    app.error(_answer_error)
    return app


async def _take_rate_limit(
    body: dict[str, Any], next_: Callable[[], Awaitable[None]]
) -> BoltResponse | None:
    """Answer Slack's word that it holds events back, which is neither an event nor an action.

    https://docs.slack.dev/reference/events/app_rate_limited
    """
    if body.get("type") == "app_rate_limited":
        log.warning("Slack holds events back", team=body.get("team_id"))
        return BoltResponse(status=200, body="")
    await next_()
    return None


async def _answer_error(error: Exception, response: BoltResponse | None) -> BoltResponse | None:
    """Answer an error that nothing caught: 400 where Bolt could not read the body, else its 500."""
    if response is not None and _is_malformed(error):
        log.warning("a request was malformed", error=type(error).__name__)
        return BoltResponse(status=400, body=MALFORMED)
    log.error("a request failed", **log_fields(error))
    return None


def _is_malformed(error: Exception) -> bool:
    """Return whether Bolt's own code raised it over the shape of a body, and none of ours."""
    modules = (str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(error.__traceback__))
    return isinstance(error, SHAPE_ERRORS) and not any(name.startswith("bot.") for name in modules)


class Authorize(AsyncAuthorize):
    """Tell Bolt the token and the bot of the workspace that a request comes from.

    `get_bot` returns the fields of Bolt's AuthorizeResult for a team, or None where the app is not
    installed; Bolt then sends the person NOT_INSTALLED. Bolt's own class calls auth.test first.
    """

    def __init__(self, get_bot: Callable[[str], Awaitable[dict[str, Any] | None]]) -> None:
        self._get_bot = get_bot

    async def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: object
    ) -> AuthorizeResult | None:
        """Return Bolt's result for a request."""
        bot = await self._get_bot(team_id or "")
        if bot is None:
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, **bot)


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """What a token stands for: its workspace's id and name, the granted scopes, the bot's ids."""

    team: str
    name: str
    scopes: frozenset[str]
    bot: str
    user: str


async def get_bot_identity(client: AsyncWebClient) -> BotIdentity:
    """Return what the client's token stands for; raise PostFailed where it is not valid."""
    async with slack_call("auth.test"):
        response = await client.auth_test()
    scopes = (response.headers or {}).get("x-oauth-scopes", "").split(",")
    return BotIdentity(
        str(response.get("team_id", "")),
        str(response.get("team", "")),
        frozenset(scope.strip() for scope in scopes if scope.strip()),
        str(response.get("bot_id") or ""),
        str(response.get("user_id") or ""),
    )


class SingleBot:
    """The bot of one configured token; Slack is asked once who it is.

    Bolt would ask in every request until one was answered, and ack none before that: where Slack's
    API is slow, a service that has just started would miss every ack.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._lookup: asyncio.Task[BotIdentity | None] | None = None

    async def get_bot(self, _team: str) -> dict[str, Any]:
        """Return the token, with the bot's ids where Slack gave them in time."""
        identity = await self._get_identity()
        bot, user = (identity.bot, identity.user) if identity else ("", "")
        token = self._client.token
        return {"bot_id": bot or None, "bot_user_id": user or None, "bot_token": token}

    async def client_for(self, team: str) -> AsyncWebClient:
        """Return the client; raise PostFailed for a workspace that isn't known as the token's."""
        identity = await self._get_identity()
        if identity is None or identity.team != team:
            raise PostFailed("auth.test", "no_installation", permanent=identity is not None)
        return self._client

    async def _get_identity(self) -> BotIdentity | None:
        """Return who the bot is, None where Slack didn't say in time; then it is asked again."""
        lookup = self._lookup
        if lookup is None or (lookup.done() and not lookup.result()):
            lookup = self._lookup = asyncio.create_task(self._ask_identity())
        await asyncio.wait({lookup}, timeout=AUTH_TEST_TIMEOUT_SECONDS)
        return lookup.result() if lookup.done() else None

    async def _ask_identity(self) -> BotIdentity | None:
        try:
            return await get_bot_identity(self._client)
        except PostFailed as e:
            log.warning("Slack does not say who we are", code=e.code)
            return None


class WorkspaceClients:
    """Slack clients of the workspaces that installed the app, each with its own token."""

    def __init__(
        self, store: WorkspaceStore, client: AsyncWebClient, clock: Clock, *, app: tuple[str, str]
    ) -> None:
        """Use `client`'s session and address. `app` is the client id and the client secret."""
        self._installations, self._client, self._clock, self._app = store, client, clock, app

    async def client_for(self, team: str) -> AsyncWebClient:
        """Return a workspace's client; raise PostFailed where the app is not installed."""
        return with_token(self._client, (await self.get_installation(team)).token)

    async def get_bot(self, team: str) -> dict[str, Any] | None:
        """Return the fields of Bolt's AuthorizeResult, None where the app is not installed."""
        try:
            installation = await self.get_installation(team)
        except PostFailed as e:
            log.warning("a request from a workspace without a token", team=team, code=e.code)
            return None
        return {
            "bot_id": installation.bot,
            "bot_user_id": installation.bot_user,
            "bot_token": installation.token,
            "bot_scopes": list(installation.scopes),
        }

    async def get_installation(self, team: str) -> Installation:
        """Return a workspace's installation with a valid token; raise PostFailed."""
        installation = await self._load(team)
        if self._is_expiring(installation, _RENEW_AT_ONCE_BEFORE):
            return await self._renew(team, _RENEW_AT_ONCE_BEFORE)
        return installation

    async def renew_tokens(self) -> None:
        """Renew each token that expires soon, one by one, and seal all with the newest key."""
        if resealed := await self._installations.reencrypt():
            log.info("tokens sealed with the first key", workspaces=resealed)
        now = self._clock.now()
        for team in await self._installations.find_expiring(now + RENEW_BEFORE, now + MAX_LIFETIME):
            try:
                await self._renew(team, RENEW_BEFORE)
            except PostFailed as e:
                log.warning("a workspace's token was not renewed", team=team, code=e.code)

    async def _load(self, team: str) -> Installation:
        installation = await self._installations.get(team)
        if installation is None:
            raise PostFailed("oauth", "no_installation", permanent=True)
        return installation

    def _is_expiring(self, installation: Installation, within: timedelta) -> bool:
        expires = installation.expires
        if expires is None:
            return False
        now = self._clock.now()
        return not now + within <= expires <= now + MAX_LIFETIME

    async def _renew(self, team: str, within: timedelta) -> Installation:
        async with self._installations.hold_renewal(team):
            # Another process may have renewed it while we waited, or the app been removed.
            installation = await self._load(team)
            if not self._is_expiring(installation, within):
                return installation
            now, (client_id, client_secret) = self._clock.now(), self._app
            async with slack_call("oauth.v2.access"):
                granted: Any = await with_token(self._client, None).oauth_v2_access(
                    client_id=client_id,
                    client_secret=client_secret,
                    grant_type="refresh_token",
                    refresh_token=installation.refresh_token,
                )
            renewed = replace(
                installation,
                token=str(granted["access_token"]),
                refresh_token=str(granted["refresh_token"]),
                expires=now + timedelta(seconds=int(granted["expires_in"])),
            )
            await self._installations.save(renewed)
            log.info("a workspace's token was renewed", team=team)
            return renewed


def with_token(client: AsyncWebClient, token: str | None) -> AsyncWebClient:
    """Return a client like this one, with its session, but another token."""
    other = copy(client)
    other.token = token
    return other
