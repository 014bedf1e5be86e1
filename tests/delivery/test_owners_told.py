"""What Slack refuses goes where it should: tried again, told to a person, or the end.

And once is enough.
"""

from datetime import timedelta

import pytest

from bot.delivery.slack_errors import FAILURES, FailureAction, explain_failure, is_permanent
from bot.model import AtIntervals, AtTimes, DeliveryState
from tests.delivery_env import TEAM, DeliveryEnv
from tests.slack_server import CHANNEL

POST = "chat.postMessage"

# Each known code, and where it goes.
COURSES = {
    FailureAction.RETRY: (
        "ratelimited rate_limited message_limit_exceeded service_unavailable fatal_error "
        "internal_error "
        "team_added_to_org request_timeout timeout connection unreadable invalid_cursor"
    ),
    FailureAction.RESEND_AS_TEXT: (
        "invalid_blocks invalid_blocks_format msg_blocks_too_long invalid_attachments"
    ),
    FailureAction.PAUSE_CHANNEL: (
        "channel_not_found not_in_channel is_archived restricted_action "
        "restricted_action_read_only_channel "
        "restricted_action_thread_only_channel messages_tab_disabled cannot_dm_bot "
        "user_disabled user_not_found "
        "user_not_visible ekm_access_denied access_denied no_permission "
        "method_not_supported_for_channel_type "
        "org_login_required"
    ),
    FailureAction.PAUSE_WORKSPACE: (
        "token_revoked account_inactive missing_scope not_allowed_token_type invalid_auth "
        "not_authed token_expired "
        "token_rotation no_installation team_access_not_granted"
    ),
    FailureAction.FAIL_DELIVERY: (
        "restricted_action_thread_locked restricted_action_non_threadable_channel "
        "cannot_reply_to_message msg_too_long no_text thread_not_found message_not_found "
        "cant_update_message edit_window_closed "
        "metadata_too_large invalid_metadata_format too_much_history"
    ),
}
EACH = [(code, action) for action, codes in COURSES.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "action"), EACH, ids=[code for code, _ in EACH])
def test_each_known_error_goes_its_way(code: str, action: FailureAction) -> None:
    """Each error that Slack is known to give has an action, a meaning and a cure in words."""
    failure = explain_failure(code)
    assert failure.action is action
    assert failure.meaning.endswith(".")
    assert failure.cure
    assert "`/digest resume`" in failure.cure or action not in {
        FailureAction.PAUSE_CHANNEL,
        FailureAction.PAUSE_WORKSPACE,
    }
    assert is_permanent(code) is (action is not FailureAction.RETRY)


def test_the_table_is_whole() -> None:
    """No code is known to the one table and not to the other."""
    assert {code for code, _ in EACH} == set(FAILURES)


@pytest.mark.parametrize(
    ("code", "action"),
    [
        ("http_500", FailureAction.RETRY),
        ("http_503", FailureAction.RETRY),
        ("http_429", FailureAction.RETRY),
        ("http_404", FailureAction.FAIL_DELIVERY),
    ],
)
def test_a_status_without_a_name(code: str, action: FailureAction) -> None:
    """A server's trouble and a limit are waited for; what nobody knows ends this delivery alone."""
    assert explain_failure(code).action is action
    assert explain_failure("something_new").action is FailureAction.FAIL_DELIVERY


async def test_who_subscribed_is_told_once(env: DeliveryEnv) -> None:
    """A closed channel's owner gets one direct message with the cure, however often it is tried."""
    await env.news()
    await env.subscribe()
    env.slack.fail(POST, "is_archived")
    await env.digests.deliver_due()
    assert (await env.subscription()).paused
    [opened] = env.slack.calls_of("conversations.open")
    assert opened.args["users"] == "U0WREN"
    told = [call for call in env.slack.calls_of(POST) if call.ok]
    assert len(told) == 1
    assert f"<#{CHANNEL}>" in told[0].args["text"]
    assert "Unarchive it" in told[0].args["text"]
    for _ in range(3):
        env.clock.forward(hours=4)
        await env.digests.deliver_due()
        await env.digests.recover()
    assert len(env.slack.calls_of("conversations.open")) == 1


async def test_an_owner_who_cannot_be_told_holds_nothing_up(env: DeliveryEnv) -> None:
    """Where the direct message fails too, the subscription is paused, and App Home tells why."""
    await env.news()
    await env.subscribe()
    env.slack.fail(POST, "not_in_channel")
    env.slack.fail("conversations.open", "user_disabled")
    assert await env.digests.deliver_due() == 1
    subscription = await env.subscription()
    assert subscription.paused
    assert "/invite" in (subscription.last_result or "")


async def test_a_workspace_that_is_gone_costs_nothing(env: DeliveryEnv) -> None:
    """After one refusal of its token no channel of a workspace is tried, and nobody written to."""
    await env.news()
    for channel in (CHANNEL, "C0GENERAL"):
        await env.subscribe(channel)
    env.slack.fail(POST, "account_inactive", times=100)
    await env.digests.deliver_due()
    tried = len(env.slack.calls)
    for _ in range(5):
        env.clock.forward(hours=4)
        await env.digests.deliver_due()
        await env.digests.recover()
    assert len(env.slack.calls) == tried <= 2
    assert [one.paused for one in await env.store.subscriptions.get_all(TEAM)] == [True, True]


async def test_a_slot_missed_too_long_ago_is_skipped(env: DeliveryEnv) -> None:
    """Back after a weekend, Friday's digest does not come on Sunday.

    Monday's brings the news since.
    """
    await env.subscribe(cadence=AtTimes())
    env.clock.forward(days=2)  # from Sunday noon, which counts as the slot, into Tuesday afternoon
    await env.news()
    env.clock.forward(hours=11)
    assert await env.digests.deliver_due() == 1
    [delivery] = await env.store.deliveries.get_history(TEAM, CHANNEL)
    assert delivery.state is DeliveryState.SKIPPED
    assert "wasn't running" in (delivery.reason or "")
    subscription = await env.subscription()
    assert "next one includes" in (subscription.last_result or "")
    assert env.slack.calls == []
    assert subscription.next_due is not None
    env.clock.time = subscription.next_due
    await env.digests.deliver_due()
    assert len(env.slack.posted()) == 1


async def test_slots_missed_of_which_the_last_is_recent_are_made_up_for(
    env: DeliveryEnv,
) -> None:
    """After a day without a tick, an hourly channel gets one digest.

    Its last slot was minutes ago.
    """
    await env.subscribe(cadence=AtIntervals(timedelta(hours=1)))
    env.clock.forward(days=1)
    await env.news()
    assert await env.digests.deliver_due() == 1
    assert len(env.slack.posted()) == 1


async def test_skips_in_a_row_are_one_row(env: DeliveryEnv) -> None:
    """A channel that finds nothing each minute keeps its last look, and every digest it had."""
    await env.subscribe(cadence=AtIntervals(timedelta(minutes=1)))
    for minute in range(12):
        if minute == 5:
            await env.news()
        env.clock.forward(minutes=1)
        await env.digests.deliver_due()
    states = [one.state for one in await env.store.deliveries.get_history(TEAM, CHANNEL, 50)]
    assert states == [DeliveryState.SKIPPED, DeliveryState.POSTED, DeliveryState.SKIPPED]


async def test_what_is_counted_is_bounded(
    env: DeliveryEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deliveries that another process ends leave no count behind for ever."""
    monkeypatch.setattr("bot.delivery.sender._MAX_REMEMBERED", 3)
    sender = env.digests._sender
    [delivery] = [await env.digests.post_now(TEAM, CHANNEL, key="c", zone="UTC")]
    for number in range(20):
        sender._count_round(type(delivery)(**{**_fields(delivery), "id": number}))
    assert len(sender._rounds) == 3


def _fields(delivery: object) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in type(delivery).__dataclass_fields__}  # type: ignore[attr-defined]
