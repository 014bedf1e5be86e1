"""Who we are where one token speaks for one workspace: asked once, and never waited for longer than an ack may take."""

import asyncio
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack import translated
from bot.model.errors import PostFailed

log = structlog.get_logger(__name__)

# Seconds; Slack waits three for the ack.
PATIENCE = 1.5


class SingleTokenAuthorize(AsyncAuthorize):
    """Says to Bolt who we are.

    Bolt's own asks Slack (auth.test) in every request until one was answered, and none is acked before that: where
    Slack's API is slow, a service that has just begun would let every command run out.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._asked: asyncio.Task[dict[str, Any]] | None = None

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002 -- Bolt's signature, as the next
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_: str | None,
    ) -> AuthorizeResult:
        """Give what is known; without an answer of Slack's the token alone, which is all that most requests need."""
        us = await self._who_we_are()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_id=us.get("bot_id"),
            bot_user_id=us.get("user_id"),
            bot_token=self._client.token,
        )

    async def _who_we_are(self) -> dict[str, Any]:
        asked = self._asked
        if asked is None or (asked.done() and not asked.result()):
            asked = self._asked = asyncio.create_task(self._ask())
        await asyncio.wait({asked}, timeout=PATIENCE)
        return asked.result() if asked.done() else {}

    async def _ask(self) -> dict[str, Any]:
        """Nothing where Slack did not say: the next request asks again."""
        try:
            async with translated("auth.test"):
                answer = await self._client.auth_test()
        except PostFailed as e:
            log.warning("Slack does not say who we are", code=e.code)
            return {}
        return answer.data if isinstance(answer.data, dict) else {}
