"""Who may change a channel's subscription and a workspace's feeds, and what a person may see.

People of another organization, in a channel that is shared with it (Slack Connect), see what that
channel was shown and no more. Guests see the settings of their own channels only.
https://docs.slack.dev/apis/slack-connect, https://slack.com/help/articles/202518103
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import structlog

from bot.blocks.story import SpanReference
from bot.listeners import messages
from bot.listeners.request import SlackRequest
from bot.model import AnswerAudience, EditPermission, StoredArticle, Story, Subscription
from bot.model.errors import NotAllowed, NotFound, PostFailed

log = structlog.get_logger(__name__)

MAX_SHOWN = 40
# Slack takes some fifty of these a minute:
# https://docs.slack.dev/reference/methods/conversations.info
_MAX_CHANNEL_CALLS = 20
_ALWAYS = datetime.min.replace(tzinfo=UTC)
# Slack's answers about a person whom the workspace does not know.
_UNKNOWN_PERSON = frozenset(("user_not_found", "user_not_visible"))


class Affiliation(StrEnum):
    """What a person is to the workspace in which Dateline is installed."""

    MEMBER = "member"
    GUEST = "guest"
    OUTSIDER = "outsider"


async def get_affiliation(request: SlackRequest) -> Affiliation:
    """Return what the person is; where Slack does not tell, what has the fewest rights.

    A request names the person's own workspace. Where it is another one of the same Enterprise Grid
    organization only Slack can tell.
    """
    homes = _find_homes(request.body)
    try:
        person = await request.fetch_person()
    except PostFailed as e:
        is_known = homes <= {request.team} and e.code not in _UNKNOWN_PERSON
        return Affiliation.GUEST if is_known else Affiliation.OUTSIDER
    homes |= {str(person["team_id"])} if person.get("team_id") else set()
    is_inside = homes <= {request.team} or _is_of_same_organization(person, request)
    if not is_inside or person.get("is_stranger") is True:
        return Affiliation.OUTSIDER
    is_guest = any(person.get(flag) is True for flag in ("is_restricted", "is_ultra_restricted"))
    return Affiliation.GUEST if is_guest else Affiliation.MEMBER


def _find_homes(body: Mapping[str, Any]) -> set[str]:
    """Return the workspaces that a request names as the person's own."""
    event: Mapping[str, Any] = body.get("event") or {}
    user = body.get("user")
    named = (
        *(event.get(field) for field in ("user_team", "source_team", "team")),
        user.get("team_id") if isinstance(user, Mapping) else None,
    )
    return {team for team in named if isinstance(team, str) and team}


def _is_of_same_organization(person: Mapping[str, Any], request: SlackRequest) -> bool:
    enterprise: Mapping[str, Any] = person.get("enterprise_user") or {}
    of_ours = enterprise.get("enterprise_id") == request.context.enterprise_id is not None
    return of_ours or request.team in (enterprise.get("teams") or ())


async def is_outsider(request: SlackRequest) -> bool:
    """Return whether the person belongs to another organization.

    Slack is asked only where the request leaves it open: every look-up would wait for the answer.
    """
    event: Mapping[str, Any] = request.body.get("event") or {}
    is_shared = request.body.get("is_ext_shared_channel") or event.get("is_ext_shared_channel")
    if not is_shared and _find_homes(request.body) <= {request.team}:
        return False
    return await get_affiliation(request) is Affiliation.OUTSIDER


async def require_inside(request: SlackRequest) -> None:
    """Raise NotAllowed for people of another organization."""
    if await is_outsider(request):
        raise NotAllowed(*messages.pair("inside_only"))


async def require_member(request: SlackRequest) -> None:
    """Raise NotAllowed for guests, and for people of another organization."""
    if await get_affiliation(request) is not Affiliation.MEMBER:
        raise NotAllowed(*messages.pair("members_of_workspace_only"))


async def is_shared_with_outsiders(request: SlackRequest) -> bool:
    """Return whether the channel has people of another organization; True if Slack is silent."""
    event: Mapping[str, Any] = request.body.get("event") or {}
    for told in (request.body, event):
        if "is_ext_shared_channel" in told:
            return bool(told["is_ext_shared_channel"])
    try:
        info = await request.fetch_channel(request.channel)
    except PostFailed:
        return True
    return bool(info.get("is_ext_shared"))


async def address_all(request: SlackRequest, *, open_to_outsiders: bool) -> SlackRequest:
    """Return a mention's request with `for_all` set where all in the channel may see its answer.

    In a channel shared with another organization that is only what its people may ask for, too.
    """
    if not request.is_mention or await get_audience(request) is AnswerAudience.ASKER:
        return request
    may_see = open_to_outsiders or not await is_shared_with_outsiders(request)
    return replace(request, for_all=may_see)


async def find_readable_articles(request: SlackRequest) -> frozenset[int] | None:
    """Return the ids of the articles that whoever sees the answer may read; None for all.

    That is the person alone, or with `for_all` everybody in the channel.
    """
    if await is_outsider(request):
        return await _find_shown(request)
    return await find_articles_for_all(request) if request.for_all else None


async def find_articles_for_all(request: SlackRequest) -> frozenset[int] | None:
    """Return the ids of the articles that everybody in the channel may read; None for all.

    Where the channel is shared with another organization that is what it was shown.
    """
    return await _find_shown(request) if await is_shared_with_outsiders(request) else None


async def _find_shown(request: SlackRequest) -> frozenset[int]:
    deliveries = request.store.deliveries
    history = await deliveries.get_channel_history(request.team, request.channel, _ALWAYS)
    return history.articles


async def get_edit_permission(request: SlackRequest) -> EditPermission:
    """Return who may change subscriptions: what the workspace's admins, else the operator, set."""
    return await request.store.permissions.get(request.team) or request.services.edit_permission


async def get_audience(request: SlackRequest) -> AnswerAudience:
    """Return who sees the answer to a mention: what the admins, else the operator, set."""
    return await request.store.permissions.get_audience(request.team) or request.services.audience


async def require_edit_right(request: SlackRequest, channel: str) -> None:
    """Raise NotAllowed unless the person may change what the channel is subscribed to."""
    if channel.startswith("D"):
        event: Mapping[str, Any] = request.body.get("event") or {}
        is_ours = event.get("channel_type") == "im" and channel == request.channel
        if not is_ours and channel != await request.get_direct_channel():
            raise NotAllowed(*messages.pair("others_direct_messages"))
        return
    permission = await get_edit_permission(request)
    if permission is EditPermission.MANAGERS:
        if not (await request.is_creator_of(channel) or await request.is_admin()):
            raise NotAllowed(*messages.pair("managers_only", channel=channel))
    elif not (
        await _may_edit_without_being_admin(request, channel, permission)
        or await request.is_admin()
    ):
        raise NotAllowed(*messages.pair("members_only", channel=channel))


async def require_reachable(request: SlackRequest, channel: str) -> None:
    """Raise NotAllowed where we are not in a private channel or group message: posts would fail."""
    if channel.startswith("D"):
        return
    try:
        info = await request.fetch_channel(channel)
    except PostFailed as e:
        if e.code in {"channel_not_found", "not_in_channel"}:
            raise NotAllowed(*messages.pair("invite_first")) from e
        return
    if (info.get("is_private") or info.get("is_mpim")) and info.get("is_member") is False:
        raise NotAllowed(*messages.pair("invite_first"))


async def _may_edit_without_being_admin(
    request: SlackRequest, channel: str, permission: EditPermission
) -> bool:
    """Return whether the person is a member, or the channel is public and anyone may change it."""
    if request.is_typed and request.channel == channel:
        return True
    if (
        permission is EditPermission.ANYONE
        and await request.is_public(channel)
        and await get_affiliation(request) is Affiliation.MEMBER
    ):
        return True
    try:
        return channel in await request.fetch_channels()
    except PostFailed as e:
        # Without the scope to look, what a person does in a channel is all we can go by.
        if e.code == "missing_scope":
            return request.channel == channel
        raise


async def require_readable_channel(request: SlackRequest, channel: str) -> None:
    """Raise NotAllowed unless the person is in the channel, or a member and everybody may be."""
    try:
        if channel in await request.fetch_channels():
            return
    except PostFailed as e:
        log.info("Slack tells no channels of a person", team=request.team, code=e.code)
    is_member = await get_affiliation(request) is Affiliation.MEMBER
    if not (is_member and await request.is_public(channel)):
        raise NotAllowed(*messages.pair("members_only", channel=channel))


async def require_admin(request: SlackRequest) -> None:
    """Raise NotAllowed unless the person is an admin of the workspace."""
    if not await request.is_admin():
        raise NotAllowed(*messages.pair("admins_only"))


async def require_feed_right(request: SlackRequest) -> None:
    """Raise NotAllowed unless the person may change the feeds, which all of a workspace reads."""
    await require_member(request)
    if await get_edit_permission(request) is EditPermission.MANAGERS:
        await require_admin(request)


async def find_visible_subscriptions(
    subscriptions: Iterable[Subscription],
    request: SlackRequest,
    *,
    after: str = "",
    limit: int = MAX_SHOWN,
) -> tuple[tuple[Subscription, ...], str | None]:
    """Return the page of those that the person may see, and the channel after which it goes on.

    None in its place means that there is no more. Left out are other people's direct messages,
    private channels that the person is not in, and for guests all that they are not in. The
    person's own channels come first. One call to Slack tells all of them, another the public ones
    that we are in; each of the others takes a call.
    """
    affiliation = await get_affiliation(request)
    if affiliation is Affiliation.OUTSIDER:
        return (), None
    try:
        channels = await request.fetch_channels() | {request.channel}
    except PostFailed:
        channels = frozenset((request.channel,))

    def is_own(subscription: Subscription) -> bool:
        return subscription.created_by == request.user or subscription.channel in channels

    if affiliation is Affiliation.GUEST:
        subscriptions = [entry for entry in subscriptions if is_own(entry)]
    ordered = sorted(subscriptions, key=lambda entry: (not is_own(entry), entry.channel))
    all_own = all(map(is_own, ordered))
    public = frozenset[str]() if all_own else await _fetch_joined_public_channels(request)
    begin = next((i + 1 for i, entry in enumerate(ordered) if entry.channel == after), 0)
    visible: list[Subscription] = []
    for index, entry in enumerate(ordered[begin:], start=begin):
        if len(visible) == limit or index - begin >= limit + _MAX_CHANNEL_CALLS:
            return tuple(visible), ordered[index - 1].channel
        is_known = is_own(entry) or entry.channel in public
        is_direct = entry.channel.startswith("D")
        if is_known or (not is_direct and await request.is_public(entry.channel)):
            visible.append(entry)
    return tuple(visible), None


async def _fetch_joined_public_channels(request: SlackRequest) -> frozenset[str]:
    try:
        return await request.fetch_joined_public_channels()
    except PostFailed:
        return frozenset()


async def may_see(subscription: Subscription, request: SlackRequest) -> bool:
    """Return whether the person may see this subscription."""
    return bool((await find_visible_subscriptions([subscription], request))[0])


async def get_visible_article(reference: SpanReference, request: SlackRequest) -> StoredArticle:
    """Return an article; raise NotFound if the person may not see it, or it has been replaced."""
    stored = await request.store.articles.get(reference.article)
    story = await get_visible_story(stored.story, request)
    if all(article.id != stored.id for article in story.articles):
        raise NotFound(messages.text("article_replaced"))
    return stored


async def get_visible_story(number: int, request: SlackRequest) -> Story:
    """Return a story with the articles that the person may see; raise NotAllowed without any."""
    story = await request.store.articles.get_story(request.team, number, request.now())
    readable = await find_readable_articles(request)
    if readable is None:
        return story
    articles = tuple(article for article in story.articles if article.id in readable)
    if not articles:
        raise NotAllowed(*messages.pair("inside_only"))
    return replace(story, articles=articles)
