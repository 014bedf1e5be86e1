"""A workspace took Dateline, or its token, away."""

from datetime import UTC, datetime

import structlog

from bot.delivery.failures import explain
from bot.listeners.ask import SlackRequest
from bot.listeners.services import Services

log = structlog.get_logger(__name__)


async def app_uninstalled(ask: SlackRequest, services: Services) -> None:
    """Forget the token and pause what was subscribed to; added again, `/digest resume` goes on with it.

    https://docs.slack.dev/reference/events/app_uninstalled
    """
    happened = ask.body.get("event_time")  # in whole seconds
    before = datetime.fromtimestamp(happened + 1, UTC) if happened else services.clock.now()
    installations = services.store.installations
    if not await installations.remove(ask.team, before) and await installations.get(ask.team):
        return  # added again since
    gone = explain("account_inactive").text
    for subscription in await services.store.subscriptions.get_all(ask.team):
        await services.store.subscriptions.set_last_result(
            ask.team, subscription.channel, gone, pause=True
        )
    log.info("a workspace removed us", team=ask.team)


async def tokens_revoked(ask: SlackRequest, services: Services) -> None:
    """Do the same where it is the bot's token; people's tokens we never ask for.

    https://docs.slack.dev/reference/events/tokens_revoked
    """
    if (ask.body["event"].get("tokens") or {}).get("bot"):
        await app_uninstalled(ask, services)
