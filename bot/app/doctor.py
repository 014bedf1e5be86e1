"""What stands in the way? Settings, Slack, database and folder, each looked at once."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot import settings
from bot.app.components import check_folder
from bot.app.roles import Role
from bot.app.slack import challenge, open_slack
from bot.app.slack_checks import (
    Api,
    BotIdentity,
    app_of,
    faults_of,
    get_bot_identity,
    why_unreachable,
)
from bot.app.storage import opened_store
from bot.blocks.answers import welcome
from bot.blocks.home import HomePage, home_view
from bot.blocks.settings import settings_modal
from bot.delivery.slack_errors import explain_failure
from bot.model import AtTimes, EditPermission, Subscription
from bot.model.errors import BotError, PostFailed, SettingsError
from bot.settings import Mode, Settings

# What the manifest asks for and does not call optional.
NEEDED_SCOPES = frozenset({
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
})  # fmt: skip
# Slack takes some fifty questions a minute.
_MOST_CHANNELS = 40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Each process says every five seconds that it runs.
_SEEN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and the cure where something is wrong."""

    subject: str
    told: str
    cure: str | None = None


async def examine(*, online: bool, url: str | None = None) -> list[Finding]:
    """Look at everything, the settings first: without them nothing else can be.

    `url` is the public address that Slack sends requests to.
    """
    try:
        loaded = settings.load()
    except SettingsError as e:
        return [Finding("settings", "not usable", fault) for fault in e.faults]
    findings = [Finding("settings", f"complete; mode: {loaded.mode}")]
    findings += [Finding("settings", "not usable by `run`", fault) for fault in loaded.run_faults()]
    findings += [await _database(loaded), _folder(loaded), *await _processes(loaded)]
    if loaded.mode is Mode.PLAYGROUND:
        findings.append(
            Finding("slack", "no credentials are set: `dateline run` starts the playground")
        )
    elif loaded.mode is Mode.OAUTH:
        findings += await _workspaces(loaded)
    elif online:
        findings += await _slack(loaded, url)
    return findings


async def _database(loaded: Settings) -> Finding:
    # What begins otherwise is no address, and may be a password.
    begins = loaded.database_url.partition(":")[0]
    kind = begins if begins in {"sqlite", "postgres", "postgresql"} else "unknown"
    try:
        async with opened_store(loaded) as store:
            await store.ping()
    except BotError as e:
        return Finding("database", kind, _cure(e))
    return Finding("database", f"{kind}, can be written to")


async def _processes(loaded: Settings) -> list[Finding]:
    """Who runs on this database, where several may: one of each role is needed, and `run` is all of them."""
    if not loaded.has_postgresql:
        return []
    now = datetime.now(UTC)
    try:
        async with opened_store(loaded) as store:
            running = await store.processes.get_running(now - _SEEN)
    except BotError:
        return []  # the database has its own line
    count = Counter(one.role for one in running)
    told = ", ".join(f"{count[role]} {role}" for role in Role if count[role]) or "none runs"
    missing = [role.value for role in (Role.WEB, Role.WORKER, Role.CLOCK) if not count[role]]
    if not running or (missing and not count[Role.ALL]):
        cure = f"Start {', '.join(f'`dateline {role}`' for role in missing)}; or `dateline run`, which is all of them."
        return [Finding("processes", told, cure)]
    ticked = [one.ticked for one in running if one.ticked]
    if count[Role.CLOCK] and (not ticked or now - max(ticked) > _SEEN):
        return [
            Finding(
                "processes",
                told,
                "No clock has ticked for half a minute: look at its log, or restart it.",
            )
        ]
    return [Finding("processes", told)]


async def _workspaces(loaded: Settings) -> list[Finding]:
    """Whether each workspace's token can be opened with the key that is set."""
    try:
        async with opened_store(loaded) as store:
            teams = await store.installations.get_names()
            sealed = [name for team, name in teams if await store.installations.get(team) is None]
    except BotError:
        return []  # the database's own line says why
    if not teams:
        return [
            Finding(
                "workspaces",
                "none has added Dateline yet: give them the address that ends in /slack/install",
            )
        ]
    cure = "Put the key that was set before after the new one in DATELINE_TOKEN_KEY, or let them add Dateline again."
    lost = [
        Finding("workspaces", f"the token of {name} was sealed with another key", cure)
        for name in sealed
    ]
    return [Finding("workspaces", f"{len(teams) - len(sealed)} with a token"), *lost]


def _folder(loaded: Settings) -> Finding:
    try:
        check_folder(loaded)
    except BotError as e:
        return Finding("feed folder", str(loaded.feed_folder), _cure(e))
    return Finding("feed folder", f"{loaded.feed_folder}, can be written to")


def _cure(error: BotError) -> str:
    return " ".join(error.faults) if isinstance(error, SettingsError) else str(error)


async def _slack(loaded: Settings, url: str | None) -> list[Finding]:
    async with open_slack(loaded) as api:
        try:
            account = await get_bot_identity(api)
        except PostFailed as e:
            return [_bad_token(loaded, e)]
        scopes = _scopes(account, await app_of(api, account))
        findings = [Finding("slack token", f"good, for the workspace {account.name}"), *scopes]
        findings += await _channels(loaded, api, account)
        findings.append(await _blocks(api))
    if loaded.mode is Mode.HTTP:
        findings.append(await _address(loaded, url))
    return findings


def _bad_token(loaded: Settings, error: PostFailed) -> Finding:
    cure = "Reinstall the app on its page under OAuth & Permissions and copy the Bot User OAuth Token again."
    if not error.permanent:
        cure = f"{loaded.api_url} cannot be reached now; look at the network, then try again."
    return Finding("slack token", error.code, cure)


def _scopes(account: BotIdentity, app: str) -> list[Finding]:
    if not account.scopes:
        return []
    missing = sorted(NEEDED_SCOPES - account.scopes)
    page = (
        f"https://api.slack.com/apps/{app}"
        if app
        else "the app's page at https://api.slack.com/apps"
    )
    told = "all that are needed"
    cure = None
    if missing:
        told = f"missing: {', '.join(missing)}"
        install = f"{page}/install-on-team" if app else f"{page}, Install App"
        cure = f"Paste `dateline manifest` again under App Manifest on {page}, then install the app again: {install}"
    findings = [Finding("slack scopes", told, cure)]
    if not {"channels:history", "groups:history"} & account.scopes:
        told = "history scopes are not granted: after a crash in the middle of a post a person settles what was posted"
        findings.append(Finding("slack history", told))
    return findings


async def _channels(loaded: Settings, api: Api, account: BotIdentity) -> list[Finding]:
    """Whether we reach the channels that are subscribed."""
    try:
        async with opened_store(loaded) as store:
            subscribed = [
                one for one in await store.subscriptions.get_all(account.team) if not one.paused
            ]
    except BotError:
        return []  # the database's own line says why
    asked = [one.channel for one in subscribed if not one.channel.startswith("D")][:_MOST_CHANNELS]
    found = {channel: await why_unreachable(api, channel) for channel in asked}
    wrong = {channel: code for channel, code in found.items() if code}
    if not wrong:
        return [Finding("channels", f"{len(asked)} subscribed, all within reach")]
    return [
        Finding(
            "channels", f"{channel}: {explain_failure(code).meaning}", explain_failure(code).cure
        )
        for channel, code in wrong.items()
    ]


async def _blocks(api: Api) -> Finding:
    """Whether Slack takes a message, App Home and a form of ours, as this version draws them."""
    wrong = [fault for payload in sample_payloads() for fault in await faults_of(api, payload)]
    if not wrong:
        return Finding("blocks", "Slack takes a message, App Home and a form of ours")
    if wrong[0] in {"unknown_method", "not_allowed_token_type"}:
        return Finding("blocks", "this Slack does not validate blocks; nothing was looked at")
    return Finding(
        "blocks", wrong[0], "Update Dateline; if this stays, please report it with this line."
    )


async def _address(loaded: Settings, url: str | None) -> Finding:
    where = url or "this machine"
    fault = await challenge(loaded, url)
    if fault is None:
        more = "" if url else "; `--url https://…` asks from outside, as Slack does"
        return Finding("request address", f"{where} answers Slack's challenge{more}")
    if url is None and not fault.startswith("HTTP"):
        told = "nothing listens on this machine now; with `dateline run` going, `--url https://…` asks as Slack does"
        return Finding("request address", told)
    cure = (
        "The service there has another SLACK_SIGNING_SECRET: copy it from Basic Information again, and restart."
        if fault.endswith("401")
        else "Start `dateline run`, and look whether ngrok, or what stands before it, still leads there."
    )
    return Finding("request address", f"{where} does not answer ({fault})", cure)


def sample_payloads() -> tuple[dict[str, str], ...]:
    """Give a message and views of ours as Slack's validation takes them."""
    message = welcome("C0000000000")
    standing = Subscription("T0", "C0000000000", "U0", AtTimes(), "UTC")
    home = home_view(
        HomePage([standing], 1, EditPermission.MEMBERS, _EPOCH, admin=True), [("now", "post now")]
    )
    shown = {"text": message.text, "blocks": list(message.blocks)}
    return (
        {"message": json.dumps(shown)},
        {"view": json.dumps(home)},
        {"view": json.dumps(settings_modal(standing, anywhere=True))},
    )
