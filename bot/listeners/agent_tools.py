"""What agents such as Slackbot may ask for a person: the look-ups of the slash commands.

arguments -> Command -> the command's own use case -> fields, text and Block Kit

https://docs.slack.dev/ai/slackbot-mcp-client
"""

import asyncio
import html
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import agent_answers, lookup
from bot.blocks import digest as digest_blocks
from bot.listeners import messages
from bot.listeners.commands import WEB_ADDRESS, Command
from bot.listeners.lookup_commands import look_up_actor, look_up_words
from bot.listeners.periods import split_period
from bot.listeners.permissions import require_inside, require_readable_channel
from bot.listeners.registration import REQUESTS, attempt
from bot.listeners.request import Services, SlackRequest
from bot.listeners.subscription_commands import get_zone
from bot.listeners.throttle import ORDINARY_COST_SECONDS
from bot.model import Message, StoredArticle
from bot.model.errors import UsageError
from bot.model.ids import CHANNEL_ID, TEAM_ID, USER_ID
from bot.model.wordlists import load_tables

# An agent's person waits; what takes longer is not worth the wait.
CALL_TIMEOUT_SECONDS = 25.0
MAX_ARGUMENT_CHARS = 500
_MAX_STATEMENTS = 10
_MAX_ARTICLES = 6
_STATEMENTS_OF_EACH = 4
_FETCH_COST_SECONDS = 4.0
_TEXTS = load_tables("bot.listeners", "data/agent_tools.toml")
INSTRUCTIONS: str = _TEXTS["instructions"]


class Tool(NamedTuple):
    """A tool as agents are told of it; `parameters` are texts, by name."""

    name: str
    title: str
    description: str
    parameters: Mapping[str, str]
    required: tuple[str, ...]
    fetches: bool


TOOLS = tuple(
    Tool(
        name,
        row["title"],
        row["description"].replace("%s", _TEXTS["rule"]),
        row["parameters"],
        tuple(row.get("required", ())),
        row.get("fetches", False),
    )
    for name, row in _TEXTS["tools"].items()
)


class Caller(NamedTuple):
    """Whom an agent asks for, as Slack signed it."""

    user: str
    team: str
    enterprise: str | None = None


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What a tool returns: `fields` for programs, `message` for people; or what went wrong."""

    message: Message
    fields: Mapping[str, Any]
    failed: bool = False


def read_caller(meta: object) -> Caller | None:
    """Return whom Slack names in a call's `_meta`; None where it names nobody in its form.

    https://docs.slack.dev/ai/slackbot-mcp-client: `_meta.slack` has user_id, team_id and, on
    Enterprise Grid, enterprise_id.
    """
    named = meta.get("slack") if isinstance(meta, Mapping) else None
    if not isinstance(named, Mapping):
        return None
    user, team, enterprise = (named.get(key) for key in ("user_id", "team_id", "enterprise_id"))
    if not (isinstance(user, str) and USER_ID.fullmatch(user)):
        return None
    if not (isinstance(team, str) and TEAM_ID.fullmatch(team)):
        return None
    is_id = isinstance(enterprise, str) and TEAM_ID.fullmatch(enterprise)
    return Caller(user, team, enterprise if is_id else None)


async def call_tool(
    name: str,
    arguments: Mapping[str, Any],
    caller: Caller,
    client: AsyncWebClient,
    services: Services,
) -> ToolAnswer:
    """Answer a call as if the person had typed a command; whatever fails is told in the answer."""
    request, answers = _new_request(caller, client, services), list[ToolAnswer]()

    async def work() -> None:
        answers.append(await _answer_call(name, arguments, request))

    known = name if name in _HANDLERS else "unknown"
    failed, failure = await attempt(work(), request, f"mcp_{known}")
    REQUESTS.labels(f"mcp_{known}", failed or "done").inc()
    return ToolAnswer(_as_text(failure), {}, failed=True) if failure else answers[0]


async def _answer_call(
    name: str, arguments: Mapping[str, Any], request: SlackRequest
) -> ToolAnswer:
    tool = next((tool for tool in TOOLS if tool.name == name), None)
    if tool is None:
        raise UsageError(messages.text("no_such_tool"))
    texts = _read_arguments(tool, arguments)
    request.charge(ORDINARY_COST_SECONDS + (_FETCH_COST_SECONDS if tool.fetches else 0.0))
    try:
        async with asyncio.timeout(CALL_TIMEOUT_SECONDS):
            return await _HANDLERS[name](texts, request)
    except TimeoutError as e:
        raise UsageError(messages.text("took_too_long")) from e


def _as_text(message: Message) -> Message:
    """Return a message's text as plain text, which Slack has as markup."""
    return Message(html.unescape(message.text))


def _new_request(caller: Caller, client: AsyncWebClient, services: Services) -> SlackRequest:
    """Return a request of the person in no channel.

    Who will read the answer isn't known, so Slack is asked what the person is to the workspace, as
    in a shared channel.
    """
    context = AsyncBoltContext(
        {
            "client": client,
            "team_id": caller.team,
            "user_id": caller.user,
            "enterprise_id": caller.enterprise,
        }
    )
    user = {"id": caller.user, "team_id": caller.team}
    body = {"user": user, "is_ext_shared_channel": True}
    return SlackRequest("", caller.team, caller.user, "", "", "", body, context, services)


def _read_arguments(tool: Tool, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return each parameter as text, "" where it is left out; raise UsageError."""
    texts: dict[str, str] = {}
    for parameter in tool.parameters:
        value = arguments.get(parameter)
        text = _one_line(value) if isinstance(value, str) else ""
        if value is not None and (not isinstance(value, str) or len(text) > MAX_ARGUMENT_CHARS):
            most = MAX_ARGUMENT_CHARS
            raise UsageError(messages.text("bad_argument", parameter=parameter, most=most))
        if parameter in tool.required and not text:
            raise UsageError(messages.text("argument_missing", parameter=parameter))
        texts[parameter] = text
    return texts


def _one_line(text: str) -> str:
    """Return a text as a person can type it: on one line, without control characters."""
    printable = (letter if letter.isprintable() else " " for letter in text)
    return " ".join("".join(printable).split())


async def _who(texts: Mapping[str, str], request: SlackRequest) -> ToolAnswer:
    command = Command("who", texts["name"], topic=texts["topic"], period=_read_days(texts["days"]))
    found = await look_up_actor(command, request)
    shown = found.statements[:_MAX_STATEMENTS]
    statements = [agent_answers.statement_fields(each.statement, each.article) for each in shown]
    text = agent_answers.statements_text if statements else None
    return _answer(found.message, {"statements": statements}, text)


async def _search(texts: Mapping[str, str], request: SlackRequest) -> ToolAnswer:
    command = Command("search", texts["words"], period=_read_days(texts["days"]))
    found = await look_up_words(command, request)
    return _answer_with_articles(found.message, found.articles, texts["words"])


async def _read(texts: Mapping[str, str], request: SlackRequest) -> ToolAnswer:
    await require_inside(request)
    address = texts["address"]
    if not WEB_ADDRESS.fullmatch(address):
        raise UsageError(messages.text("no_address", text=address))
    articles = await request.services.intake.read_address(address, team=request.team)
    message = lookup.article_contents(articles, request.now())
    return _answer_with_articles(message, articles)


async def _digest(texts: Mapping[str, str], request: SlackRequest) -> ToolAnswer:
    await require_inside(request)
    if channel := texts["channel"]:
        if not CHANNEL_ID.fullmatch(channel):
            raise UsageError(messages.text("no_channel_id"))
        await require_readable_channel(request, channel)
    zone = await get_zone(replace(request, channel=channel))
    topic = texts["topic"] or None
    digest = await request.services.digests.preview(request.team, channel, topic, zone=zone)
    if not digest.entries:
        return _answer(digest_blocks.nothing_new_message(digest), {"stories": []})
    message = next(digest_blocks.digest_messages(digest, channel_title=messages.text("the_news")))
    stories = [agent_answers.story_answer(entry) for entry in digest.entries]
    return _answer(message, {"stories": stories}, agent_answers.articles_text)


def _read_days(text: str) -> str:
    rest, period = split_period(text)
    if rest.strip():
        raise UsageError(messages.text("unclear_days", words=text))
    return period


def _answer_with_articles(
    message: Message, found: Sequence[StoredArticle], words: str = ""
) -> ToolAnswer:
    articles = []
    for stored in found[:_MAX_ARTICLES]:
        best = lookup.best_statements(stored, words)[:_STATEMENTS_OF_EACH]
        articles.append(agent_answers.article_answer(stored, best))
    text = agent_answers.articles_text if articles else None
    return _answer(message, {"articles": articles}, text)


def _answer(
    message: Message,
    fields: Mapping[str, Sequence[agent_answers.Fields]],
    make_text: Callable[[str, Sequence[agent_answers.Fields]], str] | None = None,
) -> ToolAnswer:
    """Return what was found, once as fields, once as text, and as the blocks that Slack shows.

    Where nothing was found the message says so.
    """
    text = html.unescape(message.text)
    if make_text:
        title = text.partition("\n")[0].replace("*", "")  # bold, in markup
        (found,) = fields.values()
        text = make_text(title, found)
    return ToolAnswer(Message(text, message.blocks), fields)


# By the name of a row of data/agent_tools.toml.
_HANDLERS: dict[str, Callable[[Mapping[str, str], SlackRequest], Awaitable[ToolAnswer]]] = {
    "who": _who,
    "search": _search,
    "read": _read,
    "digest": _digest,
}
