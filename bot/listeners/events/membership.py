"""We were invited to a channel."""

from bot.blocks.answers import welcome
from bot.listeners.ask import SlackRequest
from bot.listeners.services import Services


async def member_joined_channel(ask: SlackRequest, services: Services) -> None:
    """Say how to begin, once, in the channel: the people there wonder what came in."""
    if ask.person == ask.me:
        await services.chat.post(ask.team, ask.channel, welcome(ask.channel))
