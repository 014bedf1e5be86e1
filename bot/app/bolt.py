"""Bolt as we use it: it hears of requests that were verified, and its loggers say little."""

import logging
from traceback import walk_tb

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.authorization import NOT_INSTALLED
from bot.model.errors import log_fields

# Below "slack_bolt", whose lines bot/app/logs.py withholds. Without a name Bolt looks for the file that
# calls it through all that is loaded.
_NAME = "slack_bolt.dateline"

MALFORMED = "Neither a form nor JSON as Slack sends it"
# What Bolt raises over a body of another shape than Slack's: it looks before it asks.
SHAPE_ERRORS = (AttributeError, LookupError, TypeError)

log = structlog.get_logger(__name__)


def create_bolt(
    client: AsyncWebClient, authorize: AsyncAuthorize, *, oauth_flow: AsyncOAuthFlow | None = None
) -> AsyncApp:
    """Make the app that listeners are registered with.

    It verifies no request: `bot.app.web` does, over the raw bytes, before Bolt would parse and log
    them. Its loggers get their level here: each copies this one's, or else the root's, whatever
    its parent has.
    """
    logger = logging.getLogger(_NAME)
    logger.setLevel(max(logging.WARNING, logging.root.level))
    app = AsyncApp(
        name=_NAME,
        logger=logger,
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # its signature forgets that it takes these
        request_verification_enabled=False,
        oauth_flow=oauth_flow,
        user_facing_authorize_error_message=NOT_INSTALLED if oauth_flow else None,
    )
    app.error(_answer_error)
    return app


async def _answer_error(error: Exception, response: BoltResponse | None) -> BoltResponse | None:
    """Answer what nobody caught: 400 where Bolt could not read the body, else the 500 that is set.

    `response` is None where the request was acknowledged already.
    """
    if response is not None and _is_malformed(error):
        log.warning("a request was malformed", error=type(error).__name__)
        return BoltResponse(status=400, body=MALFORMED)
    log.error("a request failed", **log_fields(error))
    return None


def _is_malformed(error: Exception) -> bool:
    """Whether Bolt's own code stumbled over the shape of a body, and none of ours."""
    modules = (str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(error.__traceback__))
    return isinstance(error, SHAPE_ERRORS) and not any(name.startswith("bot.") for name in modules)
