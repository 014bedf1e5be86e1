"""Check what the program needs: settings, database, feed folder, processes, Slack."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot import settings as settings_module
from bot.app import slack_checks
from bot.app.components import check_folder
from bot.app.roles import Role
from bot.app.slack import open_web_client
from bot.app.slack_checks import BotIdentity, get_bot_identity
from bot.app.storage import opened_store
from bot.delivery.slack_errors import explain_failure
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
# Slack allows some fifty calls of conversations.info a minute.
_MAX_CHANNELS = 40
# Six heartbeats of a process.
_MAX_SILENCE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `cure` says what to do, None where all is well."""

    subject: str
    result: str
    cure: str | None = None


async def examine(*, online: bool, url: str | None = None) -> list[Finding]:
    """Run every check; where the settings cannot be read, none but that.

    `online` also asks Slack. `url` is the public address that Slack sends requests to.
    """
    try:
        settings = settings_module.load()
    except SettingsError as e:
        return [Finding("settings", "not usable", fault) for fault in e.faults]
    findings = [Finding("settings", f"complete; mode: {settings.mode}")]
    findings += [
        Finding("settings", "not usable by `run`", fault) for fault in settings.run_faults()
    ]
    findings += [await _check_database(settings), _check_folder(settings)]
    findings += await _check_processes(settings)
    if settings.mode is Mode.PLAYGROUND:
        findings.append(
            Finding("slack", "no credentials are set: `dateline run` starts the playground")
        )
    elif settings.mode is Mode.OAUTH:
        findings += await _check_workspaces(settings)
    elif online:
        findings += await _check_slack(settings, url)
    return findings


async def _check_database(settings: Settings) -> Finding:
    # An address that begins otherwise may be a password.
    scheme = settings.database_url.partition(":")[0]
    kind = scheme if scheme in {"sqlite", "postgres", "postgresql"} else "unknown"
    try:
        async with opened_store(settings) as store:
            await store.ping()
    except BotError as e:
        return Finding("database", kind, _cure(e))
    return Finding("database", f"{kind}, can be written to")


async def _check_processes(settings: Settings) -> list[Finding]:
    """Check that one process of each role runs, where several share the database."""
    if not settings.has_postgresql:
        return []
    now = datetime.now(UTC)
    try:
        async with opened_store(settings) as store:
            processes = await store.processes.get_running(now - _MAX_SILENCE)
    except BotError:
        return []  # the check of the database says why
    count = Counter(process.role for process in processes)
    result = ", ".join(f"{count[role]} {role}" for role in Role if count[role]) or "none runs"
    missing = [role for role in (Role.WEB, Role.WORKER, Role.CLOCK) if not count[role]]
    cure = None
    ticks = [process.ticked for process in processes if process.ticked]
    if missing and not count[Role.ALL]:
        commands = ", ".join(f"`dateline {role}`" for role in missing)
        cure = f"Start {commands}; or `dateline run`, which is all of them."
    elif count[Role.CLOCK] and (not ticks or now - max(ticks) > _MAX_SILENCE):
        cure = "No clock has ticked for half a minute: look at its log, or restart it."
    return [Finding("processes", result, cure)]


async def _check_workspaces(settings: Settings) -> list[Finding]:
    """Check that each workspace's token can be decrypted with the keys that are set."""
    try:
        async with opened_store(settings) as store:
            teams = await store.installations.get_names()
            locked = [name for team, name in teams if await store.installations.get(team) is None]
    except BotError:
        return []  # the check of the database says why
    if not teams:
        result = "none has added Dateline yet: give them the address that ends in /slack/install"
        return [Finding("workspaces", result)]
    cure = (
        "Put the key that was set before after the new one in DATELINE_TOKEN_KEY, "
        "or let them add Dateline again."
    )
    return [
        Finding("workspaces", f"{len(teams) - len(locked)} with a token"),
        *(
            Finding("workspaces", f"the token of {name} was sealed with another key", cure)
            for name in locked
        ),
    ]


def _check_folder(settings: Settings) -> Finding:
    try:
        check_folder(settings)
    except BotError as e:
        return Finding("feed folder", str(settings.feed_folder), _cure(e))
    return Finding("feed folder", f"{settings.feed_folder}, can be written to")


def _cure(error: BotError) -> str:
    return " ".join(error.faults) if isinstance(error, SettingsError) else str(error)


async def _check_slack(settings: Settings, url: str | None) -> list[Finding]:
    async with open_web_client(settings) as client:
        try:
            identity = await get_bot_identity(client)
        except PostFailed as e:
            return [_bad_token(settings, e)]
        findings = [Finding("slack token", f"good, for the workspace {identity.name}")]
        findings += _check_scopes(identity, await slack_checks.get_app_id(client, identity))
        findings += await _check_channels(settings, client, identity)
        findings.append(await _check_blocks(client))
    if settings.mode is Mode.HTTP:
        findings.append(await _check_address(settings, url))
    return findings


def _bad_token(settings: Settings, error: PostFailed) -> Finding:
    cure = (
        "Reinstall the app on its page under OAuth & Permissions "
        "and copy the Bot User OAuth Token again."
    )
    if not error.permanent:
        cure = f"{settings.api_url} cannot be reached now; look at the network, then try again."
    return Finding("slack token", error.code, cure)


def _check_scopes(identity: BotIdentity, app: str) -> list[Finding]:
    if not identity.scopes:
        return []
    result, cure = "all that are needed", None
    if missing := sorted(NEEDED_SCOPES - identity.scopes):
        page, install = "the app's page at https://api.slack.com/apps", ", Install App"
        if app:
            page, install = f"https://api.slack.com/apps/{app}", "/install-on-team"
        result = f"missing: {', '.join(missing)}"
        cure = (
            f"Paste `dateline manifest` again under App Manifest on {page}, "
            f"then install the app again: {page}{install}"
        )
    findings = [Finding("slack scopes", result, cure)]
    if not {"channels:history", "groups:history"} & identity.scopes:
        result = (
            "history scopes are not granted: "
            "after a crash in the middle of a post a person settles what was posted"
        )
        findings.append(Finding("slack history", result))
    return findings


async def _check_channels(
    settings: Settings, client: slack_checks.SlackApi, identity: BotIdentity
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
        if code := await slack_checks.why_unreachable(client, channel):
            failure = explain_failure(code)
            findings.append(Finding("channels", f"{channel}: {failure.meaning}", failure.cure))
    return findings or [Finding("channels", f"{len(channels)} subscribed, all within reach")]


async def _check_blocks(client: slack_checks.SlackApi) -> Finding:
    """Check that Slack accepts a message, App Home and a form as this version draws them."""
    faults = await slack_checks.validate_samples(client)
    if not faults:
        return Finding("blocks", "Slack takes a message, App Home and a form of ours")
    if faults[0] in {"unknown_method", "not_allowed_token_type"}:
        return Finding("blocks", "this Slack does not validate blocks; nothing was looked at")
    cure = "Update Dateline; if this stays, please report it with this line."
    return Finding("blocks", faults[0], cure)


async def _check_address(settings: Settings, url: str | None) -> Finding:
    subject, where = "request address", url or "this machine"
    fault = await slack_checks.send_challenge(settings, url)
    if fault is None:
        hint = "" if url else "; `--url https://…` asks from outside, as Slack does"
        return Finding(subject, f"{where} answers Slack's challenge{hint}")
    if url is None and not fault.startswith("HTTP"):
        result = (
            "nothing listens on this machine now; "
            "with `dateline run` going, `--url https://…` asks as Slack does"
        )
        return Finding(subject, result)
    if fault.endswith("401"):
        cure = (
            "The service there has another SLACK_SIGNING_SECRET: "
            "copy it from Basic Information again, and restart."
        )
    else:
        cure = (
            "Start `dateline run`, and look whether ngrok, "
            "or what stands before it, still leads there."
        )
    return Finding(subject, f"{where} does not answer ({fault})", cure)
