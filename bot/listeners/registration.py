"""Every listener in one wrapper: ack at once, work as a tracked task, tell the person when it fails.

Bolt cancels what still runs after an ack when it shuts down, and loses the ack of a listener that raises
within some ten milliseconds of it (its runner looks for the ack every ten). So a listener proper does
nothing but ack and hand its work over.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from secrets import token_hex
from typing import Any, Protocol

import structlog
from prometheus_client import Counter
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.blocks.answers import failure, misunderstood, refusal
from bot.listeners.actions import ACTIONS, ROWS
from bot.listeners.ask import SlackRequest, read_ask
from bot.listeners.commands.digest import digest
from bot.listeners.events import EVENTS
from bot.listeners.explanation import explain
from bot.listeners.services import Services
from bot.listeners.shortcuts import SHORTCUTS
from bot.listeners.views import FORMS
from bot.model.errors import BotError, NotAllowed, UsageError, log_fields

log = structlog.get_logger(__name__)

ASKED = Counter(
    "dateline_asked",
    "What people asked of Dateline, by what answered and how it ended.",
    ["listener", "outcome"],
)


class Listener(Protocol):
    """What a command, a pressed button or an event sets off."""

    __name__: str

    def __call__(self, ask: SlackRequest, services: Services, /) -> Coroutine[object, object, None]:
        """Do it, and answer; raise whatever goes wrong."""
        ...


Faults = Callable[[Mapping[str, Any]], dict[str, str]]


def _no_faults(_view: Mapping[str, Any]) -> dict[str, str]:
    return {}


def register(app: AsyncApp, services: Services) -> None:
    """Tell Bolt of everything that we listen to."""
    app.command("/digest")(wrap(digest, services))
    for action, listener in ACTIONS.items():
        app.action(action)(wrap(listener, services))
    for row, listener in ROWS.items():
        app.action(row)(wrap(listener, services))
    for event, listener in EVENTS.items():
        app.event(event)(wrap(listener, services))
    for shortcut, listener in SHORTCUTS.items():
        app.shortcut(shortcut)(wrap(listener, services))
    for form, (faults, listener) in FORMS.items():
        app.view(form)(wrap(listener, services, faults))


def wrap(
    listener: Listener, services: Services, faults: Faults = _no_faults
) -> Callable[..., Awaitable[None]]:
    """Make what Bolt calls out of a listener; `faults` are what is wrong in a form, told in place of the ack."""
    name = f"{listener.__module__}.{listener.__name__}"

    async def run(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        if wrong := faults(body.get("view") or {}):
            await ack(response_action="errors", errors=wrong)
            return
        await ack()
        ask = read_ask(body, context, services.chat)
        services.jobs.start(name, _work(listener, ask, services, name))

    return run


async def _work(listener: Listener, ask: SlackRequest, services: Services, name: str) -> None:
    """Do it once, however often Slack delivers it, and let no failure pass in silence."""
    outcome = "repeated"
    # The job is a task of its own: what it logs, down to the post, carries the id that Slack gave the command.
    structlog.contextvars.bind_contextvars(key=ask.key)
    try:
        if not ask.key or await services.store.is_new_event(ask.key, services.clock.now()):
            outcome = "failed"
            await listener(ask, services)
            outcome = "done"
    except UsageError as error:
        outcome = "misunderstood"
        await ask.answer(misunderstood(error))
    except NotAllowed as error:
        outcome = "refused"
        await ask.answer(refusal(error))
    except Exception as error:  # noqa: BLE001 -- the one place where any failure turns into an answer
        outcome = "failed"
        await _tell(error, ask, name)
    finally:
        ASKED.labels(name, outcome).inc()


async def _tell(error: Exception, ask: SlackRequest, name: str) -> None:
    reference = token_hex(3)
    tell = log.warning if isinstance(error, BotError) else log.error
    tell(
        "listener failed",
        listener=name,
        reference=reference,
        team=ask.team,
        channel=ask.channel,
        **log_fields(error),
    )
    told = explain(error)
    await ask.answer(failure(told.problem, told.to_do, reference))
