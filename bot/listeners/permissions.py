"""Who may subscribe and change a channel: looked at in every door, before anything is changed."""

from bot.listeners.ask import SlackRequest
from bot.listeners.services import Services
from bot.model import EditPermission
from bot.model.errors import NotAllowed, PostFailed

_ASK = "Ask one of them, or an admin of this workspace: admins always may, and set this rule in my App Home."


async def rule_of(ask: SlackRequest, services: Services) -> EditPermission:
    """Give the workspace's rule: its admins', else the operator's."""
    return await services.store.permissions.get(ask.team) or services.who_may_change


async def require_right(ask: SlackRequest, services: Services, channel: str) -> None:
    """Raise NotAllowed unless this person may change what the channel is subscribed to."""
    if channel.startswith("D"):
        if channel not in {ask.channel, await services.chat.direct(ask.team, ask.person)}:
            raise NotAllowed(
                "These are somebody else's direct messages.",
                "`/digest subscribe me` is about your own.",
            )
        return
    rule = await rule_of(ask, services)
    if rule is EditPermission.MANAGERS:
        if not (await ask.has_made(channel) or await ask.is_admin()):
            who = f"Only whoever made <#{channel}>, and admins of this workspace, may change its digest."
            raise NotAllowed(who, _ASK)
    elif not (await _is_inside(ask, channel, rule) or await ask.is_admin()):
        raise NotAllowed(
            f"Only members of <#{channel}> may change its digest.",
            f"Join the channel first. {_ASK}",
        )


async def require_admin(ask: SlackRequest) -> None:
    """Raise NotAllowed unless this person is an admin of the workspace."""
    if not await ask.is_admin():
        raise NotAllowed("Only admins of this workspace may change this.", "Ask one of them.")


async def require_feeds(ask: SlackRequest, services: Services) -> None:
    """Raise NotAllowed unless this person may change the feeds, which the whole workspace reads."""
    if await rule_of(ask, services) is EditPermission.MANAGERS:
        await require_admin(ask)


async def _is_inside(ask: SlackRequest, channel: str, rule: EditPermission) -> bool:
    """Anyone may change a public channel where the rule says so; a private one is for its members alone."""
    if ask.typed and ask.channel == channel:
        return True
    if rule is EditPermission.ANYONE and await ask.is_public(channel):
        return True
    try:
        return channel in await ask.channels()
    except PostFailed as e:
        # Without the scope to look, what a person does in a channel is all we can go by.
        if e.code == "missing_scope":
            return ask.channel == channel
        raise
