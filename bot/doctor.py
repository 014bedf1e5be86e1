"""What stands in the way? Settings, Slack, database and folder, each looked at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot import bootstrap, settings
from bot.errors import BotError, PostFailed, SettingsError
from bot.roles import Role
from bot.settings import Mode, Settings

# What the manifest asks for and the bot cannot do without.
NEEDED_SCOPES = frozenset({"commands", "chat:write", "users:read", "im:write"})

# Each process says every five seconds that it runs.
_SEEN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and the cure where something is wrong."""

    subject: str
    told: str
    cure: str | None = None


async def examine(*, online: bool) -> list[Finding]:
    """Look at everything, the settings first: without them nothing else can be."""
    try:
        loaded = settings.load()
    except SettingsError as e:
        return [Finding("settings", "not usable", fault) for fault in e.faults]
    findings = [Finding("settings", f"complete; mode: {loaded.mode}")]
    findings += [Finding("settings", "not usable by `run`", fault) for fault in loaded.run_faults()]
    findings += [await _database(loaded), _folder(loaded), *await _processes(loaded)]
    if loaded.mode is Mode.PLAYGROUND:
        findings.append(Finding("slack", "no credentials are set: `dateline run` starts the playground"))
    elif loaded.mode is Mode.OAUTH:
        findings += await _workspaces(loaded)
    elif online:
        findings += await _slack(loaded)
    return findings


async def _database(loaded: Settings) -> Finding:
    kind = loaded.database_url.partition(":")[0]
    try:
        async with bootstrap.open_archive(loaded) as store:
            await store.ping()
    except BotError as e:
        return Finding("database", kind, _cure(e))
    return Finding("database", f"{kind}, can be written to")


async def _workspaces(loaded: Settings) -> list[Finding]:
    """Whether each workspace's token can be opened with the key that is set."""
    try:
        async with bootstrap.open_archive(loaded) as store:
            teams = await store.installations.all()
            sealed = [name for team, name in teams if await store.installations.of_team(team) is None]
    except BotError:
        return []  # the database's own line says why
    if not teams:
        return [Finding("workspaces", "none has added Dateline yet: give them the address that ends in /slack/install")]
    cure = "Put the key that was set before after the new one in DATELINE_TOKEN_KEY, or let them add Dateline again."
    lost = [Finding("workspaces", f"the token of {name} was sealed with another key", cure) for name in sealed]
    return [Finding("workspaces", f"{len(teams) - len(sealed)} with a token"), *lost]


async def _processes(loaded: Settings) -> list[Finding]:
    """Who runs on this database, where several may: one of each role is needed, and `run` is all of them."""
    if not loaded.database_url.startswith("postgres"):
        return []
    now = datetime.now(UTC)
    try:
        async with bootstrap.open_archive(loaded) as store:
            running = await store.processes.running(now - _SEEN)
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
        return [Finding("processes", told, "No clock has ticked for half a minute: look at its log, or restart it.")]
    return [Finding("processes", told)]


def _folder(loaded: Settings) -> Finding:
    try:
        bootstrap.check_folder(loaded)
    except BotError as e:
        return Finding("feed folder", str(loaded.feed_folder), _cure(e))
    return Finding("feed folder", f"{loaded.feed_folder}, can be written to")


def _cure(error: BotError) -> str:
    return " ".join(error.faults) if isinstance(error, SettingsError) else str(error)


async def _slack(loaded: Settings) -> list[Finding]:
    try:
        team, scopes = await bootstrap.ask_slack(loaded)
    except PostFailed as e:
        cure = "Reinstall the app on its page under OAuth & Permissions and copy the Bot User OAuth Token again."
        if not e.permanent:
            cure = f"{loaded.api_url} cannot be reached now; look at the network, then try again."
        return [Finding("slack token", e.code, cure)]
    findings = [Finding("slack token", f"good, for the workspace {team}")]
    missing = sorted(NEEDED_SCOPES - scopes)
    if scopes and missing:
        cure = f"Add {', '.join(missing)} under OAuth & Permissions, Bot Token Scopes, then reinstall the app."
        findings.append(Finding("slack scopes", f"{len(missing)} missing", cure))
    elif scopes:
        findings.append(Finding("slack scopes", "all that are needed"))
    if not {"channels:history", "groups:history"} & scopes:
        told = "history scopes are not granted: after a crash in the middle of a post a person settles what was posted"
        findings.append(Finding("slack history", told))
    return findings
