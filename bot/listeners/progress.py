"""Long work: the person is told that it has begun, unless the answer comes before they could read so.

Slack's response_url cannot take back an answer to a command (`replace_original` is for messages with buttons), so
what is said here stays above the answer that follows it.
https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from bot.blocks.answers import begun
from bot.listeners.ask import SlackRequest

T = TypeVar("T")
# After one second without a sign people wonder whether they were heard.
# https://www.nngroup.com/articles/response-times-3-important-limits/
PATIENCE_SECONDS = 1.0


async def told_of(ask: SlackRequest, what: str, work: Coroutine[object, object, T]) -> T:
    """Do the work; say `what` has begun where it takes longer than a moment."""
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        if not done:
            await ask.answer(begun(what))
        return await task
    finally:
        task.cancel()
