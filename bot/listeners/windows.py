"""Open a window at once, and fill it when its contents are there.

Slack takes a window for three seconds after a person asked, and its own answers may take as long.
https://docs.slack.dev/surfaces/modals#opening_modals
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from bot.blocks.answers import (
    failure_message,
    in_progress_message,
    not_allowed_message,
    usage_error_message,
)
from bot.listeners.error_messages import describe_error
from bot.listeners.request import SlackRequest
from bot.model import Block, Message
from bot.model.errors import BotError, NotAllowed, UsageError

View = Mapping[str, Any]


async def open_and_fill(
    request: SlackRequest,
    work: Coroutine[object, object, View],
    *,
    notice: str,
    frame: Callable[[Sequence[Block]], View],
) -> None:
    """Open a window that says `notice`; then show the view that `work` returns, or what went wrong.

    `frame` makes a window's view of blocks.
    """
    progress = in_progress_message(notice, is_answer_below=False)
    try:
        view_id = await request.open_modal(frame(progress.blocks))
    except BaseException:
        work.close()
        raise
    try:
        view = await work
    except BotError as e:
        view = frame(_describe(e, request).blocks)
    await request.update_modal(view, view_id=view_id)


def _describe(error: BotError, request: SlackRequest) -> Message:
    match error:
        case UsageError():
            return usage_error_message(error)
        case NotAllowed():
            return not_allowed_message(error)
    return failure_message(*describe_error(error), request.request_id[-6:])
