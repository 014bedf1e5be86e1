"""Commands that run the program or prepare it: run, web, worker, clock, doctor, manifest."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import messages, option, out, run_async
from bot.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

# https://docs.slack.dev/reference/app-manifest: `unfurl_domains`.
_MAX_DOMAINS = 5
MANIFEST = Path(__file__).parents[2] / "config" / "slack-manifest.json"


def run() -> None:
    """All in one process; the playground when no Slack credentials are set."""
    _serve("run")


def web() -> None:
    """Answer Slack; any number of these, with workers and a clock on the same PostgreSQL."""
    _serve("web")


def worker() -> None:
    """Read the feed folder, fetch feeds and post digests, as a clock offers them."""
    _serve("worker")


def clock() -> None:
    """Offer what is due to the workers; of several clocks one ticks, and another takes over."""
    _serve("clock")


@run_async
async def _serve(role: str) -> None:
    from bot.app import logs
    from bot.app.roles import Role
    from bot.app.service import serve
    from bot.settings import load

    settings = load()
    logs.configure(settings.log_level)
    await serve(settings, Role(role))


@run_async
async def doctor(
    *,
    online: Annotated[bool, option("doctor_online")] = True,
    url: Annotated[str | None, option("doctor_url")] = None,
) -> None:
    """Look at settings, database, folder and Slack: each line ok, or what to do."""
    from bot.app.doctor import examine

    findings = await examine(online=online, url=url)
    for finding in findings:
        mark = "ok  " if finding.cure is None else "FAIL"
        out.print(f"{mark}  {finding.subject}: {finding.result}", soft_wrap=True)
        if finding.cure:
            out.print(f"      -> {finding.cure}", soft_wrap=True)
    raise typer.Exit(1 if any(finding.cure for finding in findings) else 0)


def manifest(
    *,
    url: Annotated[str | None, option("manifest_url")] = None,
    socket: Annotated[bool, option("manifest_socket", "--socket")] = False,
    domain: Annotated[list[str] | None, option("manifest_domain", "--domain")] = None,
    mcp: Annotated[bool, option("manifest_mcp", "--mcp")] = False,
) -> None:
    """The Slack app manifest, to paste at api.slack.com/apps under Create New App."""
    if url and socket:
        raise UsageError(*messages.pair("url_and_socket"))
    template = MANIFEST.read_text(encoding="utf-8")
    text = manifest_text(template, url=url, socket=socket, domains=domain or (), mcp=mcp)
    sys.stdout.write(text)


def manifest_text(
    template: str,
    *,
    url: str | None,
    socket: bool,
    domains: Sequence[str] = (),
    mcp: bool = False,
) -> str:
    """Return the manifest with the address filled in, or with Socket Mode, which has none.

    Slack tells Dateline of links to `domains`; without any it isn't asked to. With `mcp` Slackbot
    is told of Dateline's tools, which needs the address.
    """
    if url and not url.startswith("https://"):
        raise UsageError(*messages.pair("bad_url", url=url))
    if len(domains) > _MAX_DOMAINS:
        raise UsageError(*messages.pair("too_many_domains", most=_MAX_DOMAINS))
    if mcp and socket:
        raise UsageError(*messages.pair("mcp_and_socket"))
    if url:
        template = template.replace("https://YOUR-HOST", url.rstrip("/"))
    if not (socket or domains or mcp):
        return template
    data = json.loads(template)
    if mcp:
        data["oauth_config"]["scopes"]["bot"].append("mcp:connect")
        address = data["settings"]["event_subscriptions"]["request_url"]
        address = address.replace("/slack/events", "/mcp")
        data["mcp_servers"] = {"Dateline": {"url": address, "auth_type": "slack_identity_auth"}}
    if domains:
        data["features"]["unfurl_domains"] = list(domains)
        data["settings"]["event_subscriptions"]["bot_events"].append("link_shared")
    if socket:
        _remove_addresses(data)
    return json.dumps(data, indent=4) + "\n"


def _remove_addresses(data: dict[str, Any]) -> None:
    data["settings"]["socket_mode_enabled"] = True
    data["oauth_config"].pop("redirect_urls", None)
    for section in (data["settings"]["event_subscriptions"], data["settings"]["interactivity"]):
        section.pop("request_url", None)
        section.pop("message_menu_options_url", None)
    for command in data["features"]["slash_commands"]:
        command.pop("url", None)
