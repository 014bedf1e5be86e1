"""Check what the program needs: settings, database, feed folder, processes, Slack."""

import json
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot import settings as settings_module
from bot.app import mcp_endpoint, messages
from bot.app.bolt import BotIdentity, get_bot_identity
from bot.app.components import check_folder
from bot.app.oauth import read_manifest_scopes
from bot.app.roles import Role
from bot.app.server import format_address
from bot.app.slack import open_web_client
from bot.app.storage import opened_store
from bot.blocks.answers import channel_welcome
from bot.blocks.home import HomePage, home_view
from bot.blocks.settings_form import settings_modal
from bot.delivery.slack import slack_call, validate
from bot.delivery.slack_errors import explain_failure
from bot.model import AtTimes, EditPermission, Subscription
from bot.model.errors import BotError, PostFailed, SettingsError, printable_name
from bot.settings import Mode, Settings
from bot.store import Store

# Slack allows some fifty calls of conversations.info a minute.
_MAX_CHANNELS = 40
# Six heartbeats of a process.
_MAX_SILENCE = timedelta(seconds=30)
_CHALLENGE_TIMEOUT_SECONDS = 3  # as Slack's own


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `cure` says what to do, None where all is well."""

    subject: str
    result: str
    cure: str | None = None


def _finding(check: str, result: str, cure: str | None = None) -> Finding:
    """Return a finding under the check's name as people read it."""
    return Finding(messages.text(f"subject_{check}"), result, cure)


async def examine(*, online: bool, url: str | None = None) -> list[Finding]:
    """Run every check; where the settings cannot be read, none but that.

    `online` also asks Slack. `url` is the public address that Slack sends requests to.
    """
    try:
        settings = settings_module.load()
    except SettingsError as e:
        return [_finding("settings", messages.text("not_usable"), fault) for fault in e.faults]
    faults = settings.run_faults()
    database, *recorded = await _check_store(settings)
    findings = [
        _finding("settings", messages.text("settings_complete", mode=settings.mode)),
        *(_finding("settings", messages.text("not_usable_by_run"), fault) for fault in faults),
        database,
        _check_folder(settings),
        *recorded,
        _check_mcp(settings),
    ]
    if settings.mode is Mode.PLAYGROUND:
        findings.append(_finding("slack", messages.text("playground")))
    elif online and settings.mode is not Mode.OAUTH:
        findings += await _check_slack(settings, url)
    return findings


async def _check_store(settings: Settings) -> list[Finding]:
    """Check the database, then the processes and workspaces that it has on record."""
    # An address that begins otherwise may be a password.
    scheme = settings.database_url.partition(":")[0]
    kind = scheme if scheme in {"sqlite", "postgres", "postgresql"} else "unknown"
    findings = [_finding("database", messages.text("writable", name=kind))]
    try:
        async with opened_store(settings) as store:
            await store.ping()
            findings += await _check_withheld(store)
            if settings.has_postgresql:
                findings.append(await _check_processes(store))
            if settings.mode is Mode.OAUTH:
                findings += await _check_workspaces(store)
    except BotError as e:
        return [_finding("database", kind, _cure(e))]
    return findings


async def _check_withheld(store: Store) -> list[Finding]:
    """Tell which files and feeds have texts that are withheld; that is no fault."""
    files = await store.articles.withheld.get_files(datetime.now(UTC))
    if not files:
        return []
    names = ", ".join(printable_name(file.name) for file in files)
    texts = messages.count("withheld_text", sum(file.texts for file in files))
    return [_finding("withheld", messages.text("withheld", texts=texts, names=names))]


async def _check_processes(store: Store) -> Finding:
    """Check that one process of each role runs, where several share the database."""
    now = datetime.now(UTC)
    processes = await store.processes.get_running(now - _MAX_SILENCE)
    count = Counter(process.role for process in processes)
    running = ", ".join(f"{count[role]} {role}" for role in Role if count[role])
    missing = [role for role in (Role.WEB, Role.WORKER, Role.CLOCK) if not count[role]]
    cure = None
    ticks = [process.ticked for process in processes if process.ticked]
    if missing and not count[Role.ALL]:
        commands = ", ".join(f"`dateline {role}`" for role in missing)
        cure = messages.text("no_role", commands=commands)
    elif count[Role.CLOCK] and (not ticks or now - max(ticks) > _MAX_SILENCE):
        cure = messages.text("no_tick")
    return _finding("processes", running or messages.text("none_runs"), cure)


async def _check_workspaces(store: Store) -> list[Finding]:
    """Check that each workspace's token can be decrypted with the keys that are set."""
    teams = await store.workspaces.get_names()
    if not teams:
        return [_finding("workspaces", messages.text("no_workspace"))]
    locked = [name for team, name in teams if await store.workspaces.get(team) is None]
    return [
        _finding("workspaces", messages.text("with_token", count=len(teams) - len(locked))),
        *(_finding("workspaces", *messages.pair("other_key", name=name)) for name in locked),
    ]


def _check_folder(settings: Settings) -> Finding:
    folder = printable_name(settings.feed_folder)
    try:
        check_folder(settings)
    except BotError as e:
        return _finding("folder", folder, _cure(e))
    checked = "readable" if settings.config.keeps_files(None) else "writable"
    return _finding("folder", messages.text(checked, name=folder))


def _check_mcp(settings: Settings) -> Finding:
    """Tell whether agents are answered, which needs an optional library."""
    if not settings.mcp:
        return _finding("mcp", messages.text("mcp_off"))
    cure = None if mcp_endpoint.is_installed() else messages.text("mcp_not_there")
    return _finding("mcp", messages.text("mcp_on", path=mcp_endpoint.PATH), cure)


def _cure(error: BotError) -> str:
    return " ".join(error.faults) if isinstance(error, SettingsError) else str(error)


async def _check_slack(settings: Settings, url: str | None) -> list[Finding]:
    async with open_web_client(settings) as client:
        try:
            identity = await get_bot_identity(client)
        except PostFailed as e:
            cure = messages.text("bad_token")
            if not e.permanent:
                cure = messages.text("slack_unreachable", url=settings.api_url)
            return [_finding("token", e.code, cure)]
        findings = [
            _finding("token", messages.text("good_token", workspace=identity.name)),
            *await _check_scopes(settings, client, identity),
            *await _check_link_previews(settings, identity),
            *await _check_channels(settings, client, identity),
            await _check_blocks(client),
        ]
    if settings.mode is Mode.HTTP:
        findings.append(await _check_address(settings, url))
    return findings


async def _check_scopes(
    settings: Settings, client: AsyncWebClient, identity: BotIdentity
) -> list[Finding]:
    if not identity.scopes:
        return []
    result, cure = messages.text("all_scopes"), None
    scopes, optional = read_manifest_scopes()
    if missing := sorted(set(scopes) - set(optional) - identity.scopes):
        apps = _apps_page(settings)
        page, install = messages.pair("app_page", apps=apps)
        if app := await _get_app_id(client, identity):
            page, install = f"{apps}/{app}", "/install-on-team"
        result = messages.text("missing", names=", ".join(missing))
        cure = messages.text("missing_scopes", page=page, install=install)
    findings = [_finding("scopes", result, cure)]
    if not {"channels:history", "groups:history"} & identity.scopes:
        findings.append(_finding("history", messages.text("no_history")))
    return findings


def _apps_page(settings: Settings) -> str:
    """Return where apps are managed; GovSlack's are apart: https://docs.slack.dev/govslack."""
    host = urlsplit(settings.api_url).hostname or ""
    slack = "slack-gov.com" if f".{host}".endswith(".slack-gov.com") else "slack.com"
    return f"https://api.{slack}/apps"


async def _check_link_previews(settings: Settings, identity: BotIdentity) -> list[Finding]:
    """Check that links can be previewed where the workspace's admins have named sites."""
    try:
        async with opened_store(settings) as store:
            domains = await store.link_previews.get_domains(identity.team)
    except BotError:
        return []  # the check of the database says why
    if not domains:
        return []
    result, cure = ", ".join(domains), None
    if identity.scopes and not {"links:read", "links:write"} <= identity.scopes:
        cure = messages.text("no_link_scopes")
    return [_finding("link_previews", result, cure)]


async def _get_app_id(client: AsyncWebClient, identity: BotIdentity) -> str:
    """Return the id of the token's app; "" where Slack does not say."""
    try:
        async with slack_call("bots.info"):
            response = await client.api_call("bots.info", params={"bot": identity.bot})
    except PostFailed:
        return ""
    return str((response.get("bot") or {}).get("app_id") or "")


async def _check_channels(
    settings: Settings, client: AsyncWebClient, identity: BotIdentity
) -> list[Finding]:
    """Check that the bot can post in the channels that are subscribed."""
    try:
        async with opened_store(settings) as store:
            subscriptions = await store.subscriptions.get_all(identity.team)
    except BotError:
        return []  # the check of the database says why
    channels = [
        subscription.channel
        for subscription in subscriptions
        if not subscription.paused and not subscription.channel.startswith("D")
    ][:_MAX_CHANNELS]
    findings = []
    for channel in channels:
        if code := await _why_unreachable(client, channel):
            failure = explain_failure(code)
            findings.append(_finding("channels", f"{channel}: {failure.meaning}", failure.cure))
    return findings or [_finding("channels", messages.text("all_channels", count=len(channels)))]


async def _why_unreachable(client: AsyncWebClient, channel: str) -> str | None:
    """Return Slack's error name for why the bot cannot post in a channel, None where it can."""
    try:
        async with slack_call("conversations.info"):
            response = await client.api_call("conversations.info", params={"channel": channel})
    except PostFailed as e:
        return e.code
    fields: dict[str, Any] = response.get("channel") or {}
    if fields.get("is_archived"):
        return "is_archived"
    return None if fields.get("is_member") or fields.get("is_im") else "not_in_channel"


async def _check_blocks(client: AsyncWebClient) -> Finding:
    """Check that Slack accepts a message, App Home and a form as this version draws them."""
    faults = [fault for sample in _sample_payloads() for fault in await _validate(client, sample)]
    if not faults:
        return _finding("blocks", messages.text("blocks_taken"))
    if faults[0] in {"unknown_method", "not_allowed_token_type"}:
        return _finding("blocks", messages.text("blocks_not_validated"))
    return _finding("blocks", faults[0], messages.text("blocks_refused"))


def _sample_payloads() -> list[dict[str, Any]]:
    message = channel_welcome("C0000000000")
    subscription = Subscription("T0", "C0000000000", "U0", AtTimes(), "UTC")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    page = HomePage([subscription], 1, EditPermission.MEMBERS, epoch, admin=True)
    return [
        {"message": {"text": message.text, "blocks": list(message.blocks)}},
        {"view": home_view(page, [("now", "now")])},
        {"view": settings_modal(subscription, anywhere=True)},
    ]


async def _validate(client: AsyncWebClient, payload: dict[str, Any]) -> list[str]:
    try:
        return await validate(client, **payload)
    except PostFailed as e:
        return [e.code]


async def _check_address(settings: Settings, url: str | None) -> Finding:
    where = url or messages.text("this_machine")
    fault = await _send_challenge(settings, url)
    if fault is None:
        answers = "answers" if url else "answers_inside"
        return _finding("address", messages.text(answers, where=where))
    if url is None and not fault.startswith("HTTP"):
        return _finding("address", messages.text("nothing_listens"))
    cure = messages.text("other_secret" if fault.endswith("401") else "no_answer")
    result = messages.text("does_not_answer", where=where, reason=fault)
    return _finding("address", result, cure)


async def _send_challenge(settings: Settings, url: str | None) -> str | None:
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
    timeout = aiohttp.ClientTimeout(total=_CHALLENGE_TIMEOUT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(f"{base.rstrip('/')}/slack/events", data=body, headers=headers) as answer,
        ):
            if answer.status == 200 and challenge in await answer.text():
                return None
            return f"HTTP {answer.status}"
    except (aiohttp.ClientError, TimeoutError) as e:
        return type(e).__name__
