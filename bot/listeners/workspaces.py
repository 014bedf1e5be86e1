"""Which token speaks for a workspace, renewed in time, in a request of Slack's and outside one.

https://docs.slack.dev/authentication/using-token-rotation
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import translated
from bot.model import Installation
from bot.model.errors import PostFailed
from bot.model.ports import Clock, Installations

log = structlog.get_logger(__name__)

# Slack's tokens last twelve hours. A tick renews them early, so that no request has to wait for it.
RENEW_BEFORE = timedelta(hours=3)
_TOO_LATE = timedelta(minutes=2)

NOT_INSTALLED = (
    "Dateline has no access to this workspace any more. Somebody who may install apps can add it again, "
    "with the link that it was added with (it ends in /slack/install)."
)


class Workspaces:
    """The clients of the workspaces that added Dateline; `client` is the one without a token."""

    def __init__(
        self,
        installations: Installations,
        client: AsyncWebClient,
        clock: Clock,
        *,
        app: tuple[str, str],
    ) -> None:
        """`app` is the client id and the client secret of our app."""
        self._installations, self._client, self._clock, self._app = (
            installations,
            client,
            clock,
            app,
        )

    async def client_for(self, team: str) -> AsyncWebClient:
        """Give a workspace's client; raise PostFailed where it has none any more."""
        return self._with_token((await self.installation(team)).token)

    async def installation(self, team: str) -> Installation:
        """Give what a workspace granted, with a token that is good now; raise PostFailed."""
        found = await self._installations.of_team(team)
        if found is None:
            raise PostFailed("oauth", "no_installation", permanent=True)
        if found.expires and found.expires < self._clock.now() + _TOO_LATE:
            return await self._renew(team, _TOO_LATE)
        return found

    async def renew(self) -> None:
        """Renew every token that ends soon, and seal with the newest key; one workspace's trouble is not another's."""
        if resealed := await self._installations.reseal():
            log.info("tokens sealed with the first key", workspaces=resealed)
        for team in await self._installations.expiring(self._clock.now() + RENEW_BEFORE):
            try:
                await self._renew(team, RENEW_BEFORE)
            except PostFailed as e:
                log.warning("a workspace's token was not renewed", team=team, code=e.code)

    async def _renew(self, team: str, within: timedelta) -> Installation:
        async with self._installations.renewing(team):
            # Another process may have renewed it while we waited, or the workspace have gone.
            found = await self._installations.of_team(team)
            if found is None:
                raise PostFailed("oauth", "no_installation", permanent=True)
            now = self._clock.now()
            if found.expires is None or found.expires >= now + within:
                return found
            async with translated("oauth.v2.access"):
                client_id, client_secret = self._app
                granted: Any = await self._with_token(None).oauth_v2_access(
                    client_id=client_id,
                    client_secret=client_secret,
                    grant_type="refresh_token",
                    refresh_token=found.refresh_token,
                )
            renewed = replace(
                found,
                token=str(granted["access_token"]),
                refresh_token=str(granted["refresh_token"]),
                expires=now + timedelta(seconds=int(granted["expires_in"])),
            )
            await self._installations.save(renewed)
            log.info("a workspace's token was renewed", team=team)
            return renewed

    def _with_token(self, token: str | None) -> AsyncWebClient:
        client = self._client
        return AsyncWebClient(
            token=token, base_url=client.base_url, session=client.session, timeout=client.timeout
        )


class Authorize(AsyncAuthorize):
    """Says to Bolt who we are in the workspace that a request comes from.

    Bolt's own asks Slack (auth.test) before each ack; what it would learn stands in the installation.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002 -- Bolt's signature, as the next
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_: str | None,
    ) -> AuthorizeResult | None:
        """None where the workspace has not added us; Bolt then tells the person so."""
        try:
            found = await self._workspaces.installation(team_id or "")
        except PostFailed as e:
            log.warning("a request from a workspace without a token", team=team_id, code=e.code)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_id=found.bot,
            bot_user_id=found.bot_user,
            bot_token=found.token,
            bot_scopes=list(found.scopes),
        )
