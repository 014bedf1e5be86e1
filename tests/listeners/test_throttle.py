"""One person cannot take up the machine: what they ask for is counted, and the rest refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.listeners.throttle import BURST_SECONDS, Throttle
from bot.model.errors import NotAllowed
from tests.listeners.conftest import SlackEnv, words

TEAM, USER, OTHER = "T0FARLAND", "U0WREN", "U0IDRIS"


class Seconds:
    """A monotonic clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0.1, 20)), max_size=80))
def test_no_pattern_gets_more_than_its_share(asked: list[tuple[float, float]]):
    """Whatever the pauses, what was granted is at most the burst and a second each second."""
    clock, granted = Seconds(), 0.0
    throttle = Throttle(clock)
    for pause, cost in asked:
        clock.now += pause
        try:
            throttle.charge(TEAM, USER, cost)
        except NotAllowed:
            continue
        granted += cost
    assert granted <= BURST_SECONDS + clock.now + 1e-6


def test_the_answer_says_how_long_to_wait():
    """After the wait that the refusal names, the same request is granted."""
    clock = Seconds()
    throttle = Throttle(clock)
    throttle.charge(TEAM, USER, BURST_SECONDS)
    with pytest.raises(NotAllowed) as refused:
        throttle.charge(TEAM, USER, 10.0)
    assert refused.value.cure == "Try again in 10 seconds."
    throttle.charge(TEAM, OTHER, 10.0)
    clock.now += 10.0
    throttle.charge(TEAM, USER, 10.0)


def test_it_forgets_who_asks_no_more(monkeypatch: pytest.MonkeyPatch):
    """People who asked long ago take no memory."""
    monkeypatch.setattr("bot.listeners.throttle._MAX_REMEMBERED", 3)
    clock = Seconds()
    throttle = Throttle(clock)
    for number in range(50):
        clock.now += 2.0
        throttle.charge(TEAM, f"U0{number}", 1.0)
    assert len(throttle._paid_at) <= 3


async def test_the_fourth_chart_at_once_is_refused(env: SlackEnv):
    """The fourth chart at one moment is refused with the wait, and another person's is not."""
    env.services.throttle._monotonic = Seconds()
    for _ in range(3):
        *_, answer = await env.type("chart")
        assert "Nobody was quoted by name" in words(answer)
    *_, answer = await env.type("chart")
    assert "a lot of requests" in words(answer)
    assert "Try again in" in words(answer)
    *_, answer = await env.type("chart", user=OTHER)
    assert "a lot of requests" not in words(answer)


async def test_many_small_requests_are_refused_too(env: SlackEnv):
    """More than thirty commands at one moment are refused."""
    env.services.throttle._monotonic = Seconds()
    for _ in range(int(BURST_SECONDS)):
        *_, answer = await env.type("help")
    assert "a lot of requests" not in words(answer)
    *_, answer = await env.type("help")
    assert "a lot of requests" in words(answer)
