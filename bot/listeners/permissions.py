"""Who may change a channel's subscription and a workspace's feeds, and what a person may see."""

from collections.abc import Iterable

from bot.blocks.story import SpanReference
from bot.listeners import messages
from bot.listeners.request import SlackRequest
from bot.model import EditPermission, StoredArticle, Subscription
from bot.model.errors import NotAllowed, NotFound, PostFailed

MAX_SHOWN = 40
# Slack takes some fifty of these a minute: https://docs.slack.dev/reference/methods/conversations.info
_MAX_CHANNEL_CALLS = 20


async def get_edit_permission(request: SlackRequest) -> EditPermission:
    """Return who may change subscriptions: what the workspace's admins, else the operator, set."""
    return await request.store.permissions.get(request.team) or request.services.edit_permission


async def require_edit_right(request: SlackRequest, channel: str) -> None:
    """Raise NotAllowed unless the person may change what the channel is subscribed to."""
    if channel.startswith("D"):
        if channel not in {request.channel, await request.get_direct_channel()}:
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


async def _may_edit_without_being_admin(
    request: SlackRequest, channel: str, permission: EditPermission
) -> bool:
    """Whether the person is a member, or the channel is public and anyone may change it."""
    if request.is_typed and request.channel == channel:
        return True
    if permission is EditPermission.ANYONE and await request.is_public(channel):
        return True
    try:
        return channel in await request.fetch_channels()
    except PostFailed as e:
        # Without the scope to look, what a person does in a channel is all we can go by.
        if e.code == "missing_scope":
            return request.channel == channel
        raise


async def require_admin(request: SlackRequest) -> None:
    """Raise NotAllowed unless the person is an admin of the workspace."""
    if not await request.is_admin():
        raise NotAllowed(*messages.pair("admins_only"))


async def require_feed_right(request: SlackRequest) -> None:
    """Raise NotAllowed unless the person may change the feeds, which all of a workspace reads."""
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

    None in its place means that there is no more. Left out are other people's direct messages and
    private channels that the person is not in. The person's own channels come first: one call to
    Slack tells all of them, while each of the others takes a call.
    """
    try:
        channels = await request.fetch_channels() | {request.channel}
    except PostFailed:
        channels = frozenset((request.channel,))

    def is_own(subscription: Subscription) -> bool:
        return subscription.created_by == request.user or subscription.channel in channels

    ordered = sorted(subscriptions, key=lambda entry: (not is_own(entry), entry.channel))
    begin = next((i + 1 for i, entry in enumerate(ordered) if entry.channel == after), 0)
    visible: list[Subscription] = []
    for index, entry in enumerate(ordered[begin:], start=begin):
        if len(visible) == limit or index - begin >= limit + _MAX_CHANNEL_CALLS:
            return tuple(visible), ordered[index - 1].channel
        is_direct = entry.channel.startswith("D")
        if is_own(entry) or (not is_direct and await request.is_public(entry.channel)):
            visible.append(entry)
    return tuple(visible), None


async def may_see(subscription: Subscription, request: SlackRequest) -> bool:
    """Whether the person may see this subscription."""
    return bool((await find_visible_subscriptions([subscription], request))[0])


async def get_visible_article(reference: SpanReference, request: SlackRequest) -> StoredArticle:
    """Return an article; raise NotFound if the team may not see it, or it has been replaced."""
    stored = await request.store.articles.get(reference.article)
    story = await request.store.articles.get_story(request.team, stored.story, request.now())
    if all(article.id != stored.id for article in story.articles):
        raise NotFound(messages.text("article_replaced"))
    return stored
