"""Slack behind ports.Chat: every fault of its client becomes a PostFailed that says what to do.

https://docs.slack.dev/reference/methods/chat.postMessage, …/conversations.history,
…/conversations.replies
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError, SlackTokenRotationError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import new_blocks
from bot.delivery.metrics import measure_slack_call
from bot.delivery.slack_errors import is_permanent
from bot.model import Message, NewBlock
from bot.model.errors import PostFailed
from bot.model.ports import MessageMetadata

log = structlog.get_logger(__name__)

EVENT_TYPE = "dateline_digest"

# Apps outside the Marketplace get 15 messages a page, one page a minute:
# https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
_PAGE_MESSAGES = 15
# Stands for a cursor: the page that begins where a search should.
_FROM_SINCE = "from since"
# Errors that may come after Slack has done what it was asked ("some aspect of the operation may
# have succeeded").
_MAYBE_DONE = {"fatal_error", "internal_error", "unreadable"}
# What blocks.validate answers for blocks that Slack does not take.
_REFUSALS = {"invalid_blocks", "invalid_blocks_format", "invalid_arguments", "unknown_method"}
_WRITES = {"chat.postMessage", "chat.update"}
_CODE = re.compile(r"[a-z][a-z0-9_]{1,79}")


class SlackChat:
    """Implements `ports.Chat` on slack_sdk; `client_for` gives a workspace's client."""

    def __init__(self, client_for: Callable[[str], Awaitable[AsyncWebClient]]) -> None:
        self._client_for = client_for
        self._supported: dict[str, frozenset[NewBlock]] = {}

    async def post(
        self,
        team: str,
        channel: str,
        message: Message,
        *,
        stamp: MessageMetadata | None = None,
        thread: str | None = None,
    ) -> str:
        """Post, with `stamp` as its metadata, and give the message's `ts`."""
        answer = await self._call(
            team,
            "chat.postMessage",
            channel=channel,
            **_content(message),
            metadata=None if stamp is None else _metadata(stamp),
            thread_ts=thread,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    async def update(self, team: str, channel: str, ts: str, message: Message) -> None:
        """Replace a message that we posted."""
        await self._call(team, "chat.update", channel=channel, ts=ts, **_content(message))

    async def share(
        self,
        team: str,
        channel: str,
        picture: bytes,
        *,
        name: str,
        title: str,
        alt: str,
        comment: str,
        thread: str | None = None,
    ) -> None:
        """Post a picture with a comment in markup; `alt` tells who cannot see it what it shows.

        Slack's three steps: https://docs.slack.dev/messaging/working-with-files#uploading_files
        """
        async with slack_call("files.completeUploadExternal"):
            client = without_retries(await self._client_for(team))
            await client.files_upload_v2(
                file=picture,
                filename=name,
                title=title,
                alt_txt=alt,
                channel=channel,
                initial_comment=comment,
                thread_ts=thread,
            )

    async def find(
        self,
        team: str,
        channel: str,
        delivery: int,
        since: datetime,
        *,
        thread: str | None = None,
        cursor: str | None = None,
    ) -> tuple[dict[int, str], str | None]:
        """Return a delivery's parts on one page of a channel or thread, and the next page's cursor.

        A channel's newest page comes first, whatever its dates, since our clock may be wrong. Where
        that does not reach back to `since`, the others follow from there on.
        Raises PostFailed with "missing_scope" where history may not be read.
        """
        method = "conversations.replies" if thread else "conversations.history"
        is_newest = cursor is None and thread is None
        page = await self._call(
            team,
            method,
            channel=channel,
            ts=thread,
            oldest=None if is_newest else f"{since.timestamp():.6f}",
            limit=_PAGE_MESSAGES,
            include_all_metadata=True,
            cursor=None if cursor == _FROM_SINCE else cursor,
        )
        messages = page.get("messages", [])
        following = (page.get("response_metadata") or {}).get("next_cursor") or None
        if is_newest and following:
            reaches_back = any(float(each["ts"]) < since.timestamp() for each in messages)
            following = None if reaches_back else _FROM_SINCE
        return _parts(messages, delivery), following

    async def zone(self, team: str, user: str) -> str | None:
        """Return the IANA zone of a person's Slack profile; None where Slack tells none we know."""
        try:
            answer = await self._call(team, "users.info", user=user)
        except PostFailed as e:
            log.warning("Slack tells no time zone", team=team, code=e.code)
            return None
        zone = (answer.get("user") or {}).get("tz")
        try:
            return ZoneInfo(zone).key if zone else None
        except (OSError, ValueError, ZoneInfoNotFoundError):
            return None

    async def supported_blocks(self, team: str) -> frozenset[NewBlock]:
        """Return which new blocks Slack takes: it is asked once, and again where it did not say."""
        if team not in self._supported:
            client = without_retries(await self._client_for(team))
            try:
                faults = {
                    kind: await validate(client, message={"text": "Dateline", "blocks": [block]})
                    for kind, block in new_blocks.samples().items()
                }
            except PostFailed as e:
                log.warning("Slack does not say what blocks it takes", team=team, code=e.code)
                return frozenset()
            self._supported[team] = frozenset(kind for kind in faults if not faults[kind])
            log.info("new blocks", team=team, taken=sorted(self._supported[team]))
        return self._supported[team]

    async def direct(self, team: str, user: str) -> str:
        """Return the id of our direct-message channel with a person."""
        answer = await self._call(team, "conversations.open", users=user)
        return str(answer["channel"]["id"])

    async def _call(self, team: str, method: str, **arguments: object) -> dict[str, Any]:
        async with slack_call(method):
            client = without_retries(await self._client_for(team))
            given = {key: value for key, value in arguments.items() if value is not None}
            # Slack reads JSON bodies for its chat methods, and not for those that only read.
            body: dict[str, Any] = {"json" if method in _WRITES else "params": given}
            answer = await client.api_call(method, **body)
        data: dict[str, Any] = answer.data if isinstance(answer.data, dict) else {}
        return data


async def validate(client: AsyncWebClient, **content: Mapping[str, Any]) -> list[str]:
    """Return what Slack finds wrong in a `message` or `view`; raise PostFailed if it cannot say.

    https://docs.slack.dev/reference/methods/blocks.validate needs no scope and posts nothing.
    """
    params = {kind: json.dumps(fields) for kind, fields in content.items()}
    code: list[str] = []
    data: Any
    try:
        async with slack_call("blocks.validate"):
            data = (await client.api_call("blocks.validate", params=params)).data
    except PostFailed as e:
        data, code = getattr(getattr(e.__cause__, "response", None), "data", None), [e.code]
        if e.code not in _REFUSALS:
            raise
    errors = (data.get("errors") if isinstance(data, dict) else None) or []
    # An empty pointer is the root.
    return [f"{error.get('pointer', '')}: {error.get('message', '')}" for error in errors] or code


def without_retries(client: AsyncWebClient) -> AsyncWebClient:
    """Return the same client without slack_sdk's own retries.

    It repeats a call whose connection broke after it was sent, and so posts twice.
    """
    bare = copy(client)
    bare.retry_handlers = []
    return bare


@asynccontextmanager
async def slack_call(method: str) -> AsyncIterator[None]:
    """Count a call to Slack, and raise every fault of its client and connection as PostFailed."""
    with measure_slack_call(method), _as_post_failed(method):
        yield


@contextmanager
def _as_post_failed(method: str) -> Iterator[None]:
    try:
        yield
    except SlackApiError as e:
        raise _to_post_failed(method, e) from e
    except SlackTokenRotationError as e:
        raise PostFailed(method, "token_rotation", permanent=True) from e
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as e:
        raise PostFailed(method, "connection", permanent=False) from e
    except TimeoutError as e:
        raise PostFailed(method, "timeout", permanent=False, unsure=method in _WRITES) from e
    except (aiohttp.ClientError, OSError) as e:
        raise PostFailed(method, "connection", permanent=False, unsure=method in _WRITES) from e
    except AttributeError as e:
        # slack_sdk 3.47 stumbles over an answer in text/plain (a proxy's) with status 200.
        raise PostFailed(method, "unreadable", permanent=False, unsure=method in _WRITES) from e
    except SlackClientError as e:
        raise PostFailed(method, type(e).__name__, permanent=True) from e


def _to_post_failed(method: str, error: SlackApiError) -> PostFailed:
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        # A page of a proxy, or none at all, where JSON was due; what we keep and show is a name,
        # and nothing else.
        code = "unreadable" if status in {None, 200} else f"http_{status}"
    maybe_done = code in _MAYBE_DONE or code.startswith("http_5")
    return PostFailed(
        method,
        "ratelimited" if code == "http_429" else code,
        permanent=is_permanent(code),
        unsure=maybe_done and method in _WRITES,
        retry_after=_retry_after(getattr(error.response, "headers", None) or {}),
    )


def _retry_after(headers: Mapping[str, Any]) -> float | None:
    values = [value for name, value in headers.items() if name.lower() == "retry-after"]
    try:
        return max(0.0, float(values[0])) if values else None
    except ValueError:
        return None


def _content(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": [dict(block) for block in message.blocks] or None}


def _metadata(stamp: MessageMetadata) -> dict[str, Any]:
    payload = {"delivery": stamp.delivery, "slot": stamp.slot, "part": stamp.part}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _parts(messages: list[dict[str, Any]], delivery: int) -> dict[int, str]:
    parts = {}
    for message in messages:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if metadata.get("event_type") == EVENT_TYPE and payload.get("delivery") == delivery:
            part = payload.get("part")
            if isinstance(part, int):  # any app may post such a mark
                parts[part] = str(message["ts"])
    return parts
