"""How a workspace adds Dateline: to Slack's consent page, back with a code, the token kept, the person told.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from aiohttp import ClientError
from slack_bolt import BoltResponse
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.blocks.answers import welcome_to_workspace
from bot.errors import PostFailed, StoreUnavailable, account
from bot.model import Installation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt.async_app import AsyncBoltRequest
    from slack_bolt.oauth.async_callback_options import AsyncFailureArgs, AsyncSuccessArgs
    from slack_sdk.oauth.installation_store.models.installation import Installation as Granted
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.ports import Chat, Clock, Installations, Jobs

log = structlog.get_logger(__name__)

AGAIN = "Begin again from the link that you were given, in the same browser and within ten minutes."
# Bolt's reasons and Slack's (https://docs.slack.dev/authentication/installing-with-oauth#errors) -> what to do.
REASONS = {
    "access_denied": ("Nothing was installed: the request was declined.", "You can begin again at any time."),
    "invalid_browser": ("This is not the browser that the installation began in.", AGAIN),
    "invalid_state": ("This installation was begun too long ago, or is finished already.", AGAIN),
    "missing_code": ("Slack sent no code.", AGAIN),
    "invalid_code": ("Slack did not take the code.", AGAIN),
    "storage_error": ("Dateline could not keep the installation.", "Tell whoever runs it; its log says why."),
    "whole_organisation": (
        "Dateline is added to one workspace at a time, not to a whole organisation.",
        "Begin again, and choose a workspace on Slack's page.",
    ),
}
ELSE = ("Slack could not finish the installation.", AGAIN)


class WholeOrganisation(BoltError):
    """An organisation-wide installation names no workspace; we keep to workspaces."""


class Keeper(AsyncInstallationStore):
    """Where Bolt's flow leaves what Slack granted; everything else asks `ports.Installations`."""

    def __init__(self, installations: Installations, clock: Clock) -> None:
        self._installations, self._clock = installations, clock

    async def async_save(self, installation: Granted) -> None:
        """Keep it; raise BoltError, which the flow tells the person."""
        if not installation.team_id or not installation.bot_token:
            raise WholeOrganisation("an installation without a workspace")
        try:
            await self._installations.save(_ours(installation, self._clock.now()))
        except StoreUnavailable as e:
            log.error("an installation was not kept", team=installation.team_id, **account(e))  # noqa: TRY400 - in words
            raise BoltError("the installation was not kept") from e


class States(AsyncOAuthStateStore):
    """The marks that tie the way back from Slack to the way there."""

    def __init__(self, installations: Installations, clock: Clock) -> None:
        self._installations, self._clock = installations, clock

    async def async_issue(self, *_: object, **__: object) -> str:
        """Give a new one."""
        return self._installations.issue_state(self._clock.now())

    async def async_consume(self, state: str) -> bool:
        """Whether it is good; once."""
        return await self._installations.take_state(state, self._clock.now())


class InstallFlow(AsyncOAuthFlow):
    """Bolt's flow, which would raise where Slack or the database cannot be reached."""

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        """Finish an installation, and answer with a page however it ends."""
        try:
            return await super().handle_callback(request)
        except (ClientError, TimeoutError, SlackClientError, StoreUnavailable) as e:
            log.warning("an installation was not finished", **account(e))
            return _page(*ELSE, 503)


def oauth_flow(
    installations: Installations, client: AsyncWebClient, chat: Chat, clock: Clock, jobs: Jobs, *, app: tuple[str, str]
) -> AsyncOAuthFlow:
    """Build Bolt's flow over our store. `app` is the client id and the client secret."""

    async def succeeded(args: AsyncSuccessArgs) -> BoltResponse:
        granted = args.installation
        team, person = str(granted.team_id), str(granted.user_id)
        log.info("a workspace added us", team=team)
        jobs.start("greet a workspace", _greet(chat, team, person))
        link = f"slack://app?team={team}&id={granted.app_id}"
        named = granted.team_name or "your workspace"
        words = f"Dateline is in {named}. Type /digest help in any channel to begin."
        return _page("Dateline is installed", words, 200, link=link)

    async def failed(args: AsyncFailureArgs) -> BoltResponse:
        reason = "whole_organisation" if isinstance(args.error, WholeOrganisation) else args.reason
        log.warning("an installation failed", reason=reason if reason in REASONS else "other")
        problem, to_do = REASONS.get(reason, ELSE)
        return _page(problem, to_do, args.suggested_status_code)

    client_id, client_secret = app
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=wanted_scopes(),
        user_scopes=[],
        # Whoever follows the link knows where it leads; a page with one button would only be in the way.
        install_page_rendering_enabled=False,
        authorization_url=f"{client.base_url.removesuffix('/').removesuffix('/api')}/oauth/v2/authorize",
        installation_store=Keeper(installations, clock),
        state_store=States(installations, clock),
        callback_options=AsyncCallbackOptions(success=succeeded, failure=failed),
    )
    return InstallFlow(client=client, settings=settings)


def wanted_scopes() -> Sequence[str]:
    """The scopes that the app manifest asks for."""
    manifest = Path(__file__).parent.parent.parent / "config" / "slack-manifest.json"
    scopes: list[str] = json.loads(manifest.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"]
    return scopes


async def _greet(chat: Chat, team: str, person: str) -> None:
    """Tell the person who added us how to begin, where they will look for us."""
    try:
        await chat.post(team, await chat.direct(team, person), welcome_to_workspace())
    except PostFailed as e:
        log.warning("nobody could be greeted", team=team, code=e.code)


def _ours(granted: Granted, now: datetime) -> Installation:
    ends = granted.bot_token_expires_at
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
        expires=datetime.fromtimestamp(ends, UTC) if ends else None,
        enterprise=granted.enterprise_id,
    )


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif }}
  main {{ max-width: 32rem; margin: 18vh auto; padding: 0 1.5rem }}
  a {{ display: inline-block; padding: .5rem 1rem; border-radius: .4rem; background: #1f2a44; color: #fff;
       text-decoration: none }}
</style>
<main><h1>{title}</h1><p>{words}</p>{link}</main>
</html>
"""


def _page(title: str, words: str, status: int, *, link: str | None = None) -> BoltResponse:
    button = f'<p><a href="{escape(link)}">Open Slack</a></p>' if link else ""
    body = _PAGE.format(title=escape(title), words=escape(words), link=button)
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
    }
    return BoltResponse(status=status, body=body, headers=headers)
