"""Install the app in a workspace: Slack's consent page, the code that comes back, the stored token.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template

import structlog
from aiohttp import ClientError
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation as SlackInstallation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import messages
from bot.blocks.answers import workspace_welcome
from bot.model import Installation
from bot.model.errors import PostFailed, StoreUnavailable, log_fields
from bot.model.ports import BackgroundTasks, Chat, Clock
from bot.model.wordlists import load_tables
from bot.store.workspaces import WorkspaceStore

log = structlog.get_logger(__name__)

# What to tell a person for each reason of Bolt's and each error of Slack's.
REASONS = load_tables("bot.app", "data/oauth_reasons.toml")
AGAIN: str = REASONS.pop("again")


class OrganizationInstallRefused(BoltError):
    """An organization-wide installation names no workspace, and tokens are kept by workspace."""


class OAuthStore(AsyncInstallationStore, AsyncOAuthStateStore):
    """What Bolt's flow stores: the installation, and states good for one return from Slack each."""

    def __init__(self, installations: WorkspaceStore, clock: Clock) -> None:
        self._installations, self._clock = installations, clock

    async def async_save(self, installation: SlackInstallation) -> None:
        """Save it; raise BoltError, which Bolt's flow passes to the failure page."""
        if not installation.team_id or not installation.bot_token:
            raise OrganizationInstallRefused("an installation without a workspace")
        try:
            await self._installations.save(_to_installation(installation, self._clock.now()))
        except StoreUnavailable as e:
            fields = log_fields(e)  # no traceback: the message says enough
            team = installation.team_id
            log.error("an installation was not kept", team=team, **fields)  # noqa: TRY400
            raise BoltError("the installation was not kept") from e

    async def async_issue(self, *_: object, **__: object) -> str:
        """Return a new state."""
        return self._installations.issue_state(self._clock.now())

    async def async_consume(self, state: str) -> bool:
        """Return whether the state is valid; the first call uses it up."""
        return await self._installations.take_state(state, self._clock.now())


class InstallationFlow(AsyncOAuthFlow):
    """Bolt's flow, but answer with a page where Slack or the database cannot be reached."""

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        """Finish an installation, and answer with a page however it ends."""
        try:
            return await super().handle_callback(request)
        except (ClientError, TimeoutError, SlackClientError, StoreUnavailable) as e:
            log.warning("an installation was not finished", **log_fields(e))
            return _failure_page("other", 503)


def create_oauth_flow(
    installations: WorkspaceStore,
    client: AsyncWebClient,
    chat: Chat,
    clock: Clock,
    jobs: BackgroundTasks,
    *,
    app: tuple[str, str],
    redirect_url: str | None = None,
    more_scopes: Sequence[str] = (),
) -> AsyncOAuthFlow:
    """Return Bolt's flow on our store. `app` is the client id and the client secret.

    `redirect_url` is the page to return to, which Slack asks for where the app has several;
    `more_scopes` are asked for besides those of the manifest.
    """

    async def succeeded(args: AsyncSuccessArgs) -> BoltResponse:
        granted = args.installation
        team, user = str(granted.team_id), str(granted.user_id)
        log.info("a workspace added us", team=team)
        jobs.start("greet a workspace", _greet(chat, team, user))
        link = f"slack://app?team={team}&id={granted.app_id}"
        workspace = granted.team_name or messages.text("your_workspace")
        title, text = messages.pair("installed", workspace=workspace)
        return _page(title, text, 200, link=link)

    async def failed(args: AsyncFailureArgs) -> BoltResponse:
        refused = isinstance(args.error, OrganizationInstallRefused)
        reason = "whole_organisation" if refused else args.reason
        log.warning("an installation failed", reason=reason if reason in REASONS else "other")
        return _failure_page(reason, args.suggested_status_code)

    store, (client_id, client_secret) = OAuthStore(installations, clock), app
    slack_url = client.base_url.removesuffix("/").removesuffix("/api")
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=[*read_manifest_scopes()[0], *more_scopes],
        user_scopes=[],
        redirect_uri=redirect_url,
        # The link goes straight to Slack: a page with a single button would be one click more.
        install_page_rendering_enabled=False,
        authorization_url=f"{slack_url}/oauth/v2/authorize",
        installation_store=store,
        state_store=store,
        callback_options=AsyncCallbackOptions(success=succeeded, failure=failed),
    )
    return InstallationFlow(client=client, settings=settings)


def read_manifest_scopes() -> tuple[list[str], list[str]]:
    """Return the scopes that the app manifest asks for, and those that it calls optional."""
    path = Path(__file__).parents[2] / "config" / "slack-manifest.json"
    scopes = json.loads(path.read_text(encoding="utf-8"))["oauth_config"]["scopes"]
    return scopes["bot"], scopes["bot_optional"]


async def _greet(chat: Chat, team: str, user: str) -> None:
    """Send the installing person a direct message on how to begin."""
    try:
        await chat.post(team, await chat.direct(team, user), workspace_welcome())
    except PostFailed as e:
        log.warning("nobody could be greeted", team=team, code=e.code)


def _to_installation(granted: SlackInstallation, now: datetime) -> Installation:
    expires = granted.bot_token_expires_at
    return Installation(
        team=str(granted.team_id),
        name=granted.team_name or "",
        app=granted.app_id or "",
        bot=granted.bot_id or "",
        bot_user=granted.bot_user_id or "",
        installer=granted.user_id,
        scopes=tuple(granted.bot_scopes or ()),
        installed=now,
        token=str(granted.bot_token),
        refresh_token=granted.bot_refresh_token,
        expires=datetime.fromtimestamp(expires, UTC) if expires else None,
        enterprise=granted.enterprise_id,
    )


def _failure_page(reason: str, status: int) -> BoltResponse:
    row = REASONS.get(reason, REASONS["other"])
    return _page(row["problem"], row.get("cure", AGAIN), status)


def _page(title: str, text: str, status: int, *, link: str | None = None) -> BoltResponse:
    button = f'<p><a href="{escape(link)}">{messages.text("open_slack")}</a></p>' if link else ""
    page = Template(Path(__file__).with_name("oauth_page.html").read_text(encoding="utf-8"))
    body = page.substitute(title=escape(title), text=escape(text), link=button)
    return BoltResponse(
        status=status,
        body=body,
        headers={"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"},
    )
