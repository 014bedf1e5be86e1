"""Show who said what below a link that somebody posts, for the domains that admins have named.

link_shared -> domain named? -> what everybody in the channel may read -> chat.unfurl

https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.blocks import link_previews as blocks
from bot.listeners import messages
from bot.listeners.app_home import draw_home
from bot.listeners.permissions import find_articles_for_all, require_admin, require_inside
from bot.listeners.request import SlackRequest
from bot.listeners.throttle import ORDINARY_COST_SECONDS
from bot.model import Block, StoredArticle
from bot.model.errors import BotError
from bot.model.hosts import hostname_of, is_below

log = structlog.get_logger(__name__)

# Slack's event for a link that is still being written, in no channel yet; it comes again.
_COMPOSER = "composer"
_MAX_LINKS = 3
_MAX_DOMAINS = 20
_FETCH_COST_SECONDS = 4.0
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_SCHEME, _SEPARATORS = re.compile(r"^[a-z]+://"), re.compile(r"[\s,;<>|]+")


async def link_shared(request: SlackRequest) -> None:
    """Add a preview to each link whose domain is named, if statements were found in its article.

    Nobody asked for it, so that nobody is told where it fails (`registration.UNASKED`).
    https://docs.slack.dev/reference/events/link_shared
    """
    event = request.body["event"]
    if event.get("source") == _COMPOSER or _is_our_own(event, request):
        return
    if request.channel.startswith("D") and event.get("is_bot_user_member") is True:
        return  # written to us, and answered as such
    domains = await request.store.link_previews.get_domains(request.team)
    urls = dict.fromkeys(str(link.get("url") or "") for link in event.get("links") or ())
    named = [url for url in urls if _may_be_article(url, domains)][:_MAX_LINKS]
    if not named:
        return
    _charge(request, ORDINARY_COST_SECONDS)
    readable, hosts = await find_articles_for_all(request), await _find_hosts(domains, request)
    previews: dict[str, Sequence[Block]] = {}
    for url in named:
        if preview := await _preview(url, readable, hosts, request):
            previews[url] = preview
    if previews:
        await request.unfurl(previews)


def _is_our_own(event: Mapping[str, Any], request: SlackRequest) -> bool:
    ours = request.context.bot_user_id, request.context.bot_id
    return any(event.get(field) in ours for field in ("user", "bot_id") if event.get(field))


def _may_be_article(url: str, domains: Sequence[str]) -> bool:
    """Return whether an address is one of the domains' and no home page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_page = bool(parts.path.strip("/") or parts.query)
    return is_page and is_below(parts.hostname or "", domains)


async def _find_hosts(domains: Sequence[str], request: SlackRequest) -> list[str]:
    """Return whose word is taken for what stands below these domains: theirs, and our feeds'."""
    feeds = await request.store.feeds.get_all(request.team)
    return [*domains, *(hostname_of(feed.url) for feed in feeds)]


def _charge(request: SlackRequest, seconds: float) -> None:
    """Count what a link costs; apart from what the person asks for, which stays as much as ever."""
    request.services.throttle.charge(request.team, f"{request.user} links", seconds)


async def _preview(
    url: str, readable: frozenset[int] | None, hosts: Sequence[str], request: SlackRequest
) -> Sequence[Block]:
    """Return the preview of an article; [] where there is none, or not for this channel.

    Any page may say that it stands at another site's address. So what came from elsewhere than
    `hosts` has none, unless it is the operator's.
    """
    try:
        articles = await _find_articles(url, readable, request)
    except BotError as e:
        log.info("a link has no preview", host=hostname_of(url), reason=type(e).__name__)
        return ()
    shown = (
        stored
        for stored in articles
        if (readable is None or stored.id in readable)
        and (stored.team is None or is_below(stored.origin.removeprefix("//"), hosts))
    )
    previews = (blocks.preview_blocks(stored, request.now()) for stored in shown)
    return next(filter(None, previews), ())


async def _find_articles(
    url: str, readable: frozenset[int] | None, request: SlackRequest
) -> tuple[StoredArticle, ...]:
    """Return what is known of an address; else fetch it, where everybody may read what comes."""
    intake = request.services.intake
    if (known := await intake.find_known(url, team=request.team)) or readable is not None:
        return known
    _charge(request, _FETCH_COST_SECONDS)
    return await intake.read_address(url, team=request.team, max_articles=1)


async def open_form(request: SlackRequest) -> None:
    """Open the form in which an admin names the domains."""

    async def fill_in() -> dict[str, Any]:
        await require_inside(request)
        await require_admin(request)
        domains = await request.store.link_previews.get_domains(request.team)
        return blocks.domains_modal(domains)

    await request.fill_modal("links_title", fill_in)


def find_errors(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the domains in a form."""
    names = _read_names(view)
    if wrong := next((name for name in names if not _DOMAIN.fullmatch(name)), None):
        return {blocks.DOMAINS: messages.text("no_domain", name=wrong)}
    if len(names) > _MAX_DOMAINS:
        return {blocks.DOMAINS: messages.text("too_many_domains", most=_MAX_DOMAINS)}
    return {}


async def save_form(request: SlackRequest) -> None:
    """Save the domains, and show App Home with them."""
    await require_admin(request)
    domains = _read_names(request.body["view"])
    await request.store.link_previews.set_domains(request.team, domains)
    await draw_home(
        request, notice=messages.text("domains_saved" if domains else "links_turned_off")
    )


def _read_names(view: Mapping[str, Any]) -> list[str]:
    """Return the domains as typed, each once: "https://www.news.example/a" is "news.example"."""
    field = ((view.get("state") or {}).get("values") or {}).get(blocks.DOMAINS) or {}
    text = str((field.get(blocks.FIELD) or {}).get("value") or "").casefold()
    hosts = (_SCHEME.sub("", part).partition("/")[0] for part in _SEPARATORS.split(text))
    return list(dict.fromkeys(host.removeprefix("www.") for host in hosts if host))
