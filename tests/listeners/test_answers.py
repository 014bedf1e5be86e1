"""Answers keep Slack's limits and show other people's words without effect."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import answers, chart, feeds, home, lookup, modals, preferences
from bot.blocks.block_kit import escape, measure_weight, truncate_markup
from bot.blocks.digest import (
    delivery_history,
    delivery_message,
    news_in_pane,
    news_message,
)
from bot.blocks.settings_form import saved_modal, settings_modal
from bot.blocks.story import SpanReference
from bot.listeners.commands import COMMANDS
from bot.listeners.error_messages import describe_error
from bot.listeners.schedule_lists import MAX_TOPIC_CHARS, MAX_TOPICS
from bot.listeners.schedule_parser import SubscriptionChange
from bot.listeners.subscription_commands import apply_changes, dump_undo, load_undo
from bot.model import (
    Actor,
    ActorKind,
    ActorPreference,
    AtIntervals,
    AtOnce,
    AtTimes,
    Delivery,
    DeliveryKind,
    DeliveryState,
    EditPermission,
    Feed,
    IntakeCounts,
    Message,
    NewBlock,
    PreferenceKind,
    SourcedStatement,
    Span,
    StoredArticle,
    Subscription,
)
from bot.model.errors import NotAllowed, SpanMismatch, UsageError
from bot.playground.blockcheck import check_blocks, check_view
from bot.stories.people import Person
from bot.stories.tally import Tally, TallyRow
from tests.builders import NOON, article, digest_of, statement, stored, story

HOSTILE = "<!channel> & *bold* `code` <@U0WREN> :tada: _x_ ~y~ | https://evil.example/?a=1&b=2 "
LONG = HOSTILE * 60
ADDRESS = "https://courier.example/" + "a" * 2000
SENTENCES = " ".join(f'"{HOSTILE}{n}" said Olen Tarr. ' for n in range(40))


def hostile_article(number: int = 1) -> StoredArticle:
    """Return an article whose parts are all too long and full of markup."""
    return stored(article(SENTENCES, headline=LONG, source=LONG, url=ADDRESS), number=number)


def make_subscription(**fields: Any) -> Subscription:
    """Return a subscription."""
    defaults = {
        "team": "T1",
        "channel": "C1",
        "created_by": "U1",
        "cadence": AtTimes(),
        "zone": "UTC",
        "next_due": NOON,
    }
    return Subscription(**(defaults | fields))


def busiest_subscription() -> Subscription:
    """Return the largest subscription, with the longest error."""
    times = tuple(time(hour, 59) for hour in range(24))
    topics = tuple(f"{n:02}" + "&\\" * (MAX_TOPIC_CHARS // 2 - 1) for n in range(MAX_TOPICS))
    cadence = AtTimes(frozenset({0, 2, 4}), times)
    zone = "America/Argentina/ComodRivadavia"
    return make_subscription(
        cadence=cadence, zone=zone, topics=topics, last_result=LONG, paused=False
    )


def delivery(state: DeliveryState) -> Delivery:
    """Return a delivery that ended in this way."""
    digest = digest_of(story(article()))
    return Delivery(1, "T1", "C1", DeliveryKind.COMMAND, "k", state, NOON, digest, reason=LONG)


PAUSED = (make_subscription(paused=True),)
NO_INTAKE = IntakeCounts(0, 0, None)
FEEDS = tuple(
    Feed(n, ADDRESS, "T1", title=LONG, last_error=LONG, next_check=NOON if n % 2 else None)
    for n in range(60)
)
SAID = tuple(
    SourcedStatement(said, source)
    for source in map(hostile_article, range(8))
    for said in source.analysis.statements
)
HEARD = Tally(
    tuple(date(2026, 3, day) for day in range(1, 8)),
    LONG,
    (TallyRow(LONG, LONG, (1,) * 7, LONG),) * 8,
    10**6,
    10**9,
)
WISHES = tuple(
    ActorPreference("T1", "C1", f"{n} {LONG[:190]}", PreferenceKind.FOLLOW, "U1", NOON)
    for n in range(100)
)
SOMEBODY = Person(LONG, LONG, SAID)
HOSTILE_DIGEST = digest_of(*(story(hostile_article(n).article, number=n) for n in range(1, 6)))
MESSAGES: dict[str, Message] = {
    "misunderstood": answers.usage_error_message(UsageError(LONG, "/digest search " + LONG[:200])),
    "failure": answers.failure_message(LONG, f"Type `{HOSTILE}`.", "abc123"),
    "unforeseen": answers.failure_message(*describe_error(ValueError()), "abc123"),
    "help": answers.command_list([(spec.usage, spec.meaning) for spec in COMMANDS]),
    **{
        f"help {spec.word}": answers.command_help(spec.usage, spec.meaning, spec.examples)
        for spec in COMMANDS
    },
    "welcome": answers.channel_welcome("C1"),
    "subscribed": answers.subscribed_message(
        busiest_subscription(),
        NOON,
        dump_undo("C1", busiest_subscription()),
        notes=("It was paused.",),
    ),
    "subscribed at once": answers.subscribed_message(
        make_subscription(cadence=AtOnce()), NOON, dump_undo("C1", None)
    ),
    "unsubscribed": answers.unsubscribed_message(
        busiest_subscription(), dump_undo("C1", busiest_subscription())
    ),
    "undone": answers.undone_message(busiest_subscription(), NOON),
    "paused": answers.paused_message(busiest_subscription()),
    "resumed": answers.resumed_message(
        make_subscription(cadence=AtIntervals(timedelta(hours=4))), NOON
    ),
    "listed": answers.subscription_list([busiest_subscription()] * 60),
    "none listed": answers.subscription_list([]),
    **{f"delivered {state}": delivery_message(delivery(state)) for state in DeliveryState},
    "history": delivery_history([delivery(state) for state in DeliveryState] * 2, NOON),
    "no history": delivery_history([], NOON),
    "feeds": feeds.feed_list(FEEDS, 3),
    "no feeds": feeds.feed_list([], 0),
    "feed added": feeds.feed_added_message(FEEDS[0]),
    "status": answers.status_message(PAUSED, NO_INTAKE, NOON, embargoed=10**9),
    "status with wishes": answers.status_message(
        PAUSED, NO_INTAKE, NOON, embargoed=0, preferences=WISHES
    ),
    "chart table": chart.chart_message(HEARD, (), "why"),
    "chart": chart.chart_message(HEARD, NewBlock),
    "chart nobody": chart.empty_chart_message(HEARD),
    "followed": preferences.preference_saved(WISHES[0], WISHES[1], heard=False),
    "let go": preferences.preference_removed(LONG[:200], WISHES[0]),
    "not let go": preferences.preference_removed(LONG[:200], None),
    "wishes": preferences.preference_list(WISHES, 3, 4, NOON),
    "no wishes": preferences.preference_list([], 0, 0, NOON),
    **{
        f"voted {said}": preferences.vote_message(10**9, useful=said)
        for said in (True, False, None)
    },
    "who": lookup.actor_statements(SOMEBODY, NOON, lookup.ActorQuery("")),
    "who page 3": lookup.actor_statements(
        SOMEBODY, NOON, lookup.ActorQuery("", "roads", "since monday", 2)
    ),
    "who for all": lookup.actor_statements(SOMEBODY, NOON, lookup.ActorQuery(""), is_short=True),
    "search for all": lookup.search_results(
        LONG[:200], [hostile_article(n) for n in range(20)], NOON, is_short=True
    ),
    "read for all": lookup.article_contents(
        [hostile_article(n) for n in range(20)], NOON, is_short=True
    ),
    "news for all": news_message(HOSTILE_DIGEST),
    "news in the pane": news_in_pane(HOSTILE_DIGEST),
    "news of a channel": news_in_pane(HOSTILE_DIGEST, "C1"),
    "no news": news_in_pane(replace(HOSTILE_DIGEST, entries=())),
    "no news of a channel": news_in_pane(replace(HOSTILE_DIGEST, entries=()), "C1"),
    "who nobody": lookup.actor_not_found(LONG[:200]),
    "who alike": lookup.actor_not_found(LONG[:200], [HOSTILE, "Tarr"]),
    "who nothing": lookup.nothing_said(lookup.ActorQuery("Tarr", "roads", "since monday")),
    "who which": lookup.actor_choice(
        lookup.ActorQuery(LONG[:200]), [replace(SOMEBODY, name=f"{n} {LONG}") for n in range(60)]
    ),
    "search": lookup.search_results(LONG[:200], [hostile_article(n) for n in range(20)], NOON),
    "search nothing": lookup.search_results(LONG[:200], [], NOON),
    "read": lookup.article_contents([hostile_article(n) for n in range(20)], NOON),
    "read nothing": lookup.article_contents([], NOON),
}


def busiest_home() -> home.HomePage:
    """Return an App Home page with as much as possible, in the middle of many pages."""
    wishes = [
        ActorPreference("T1", "C1", f"{HOSTILE}{n}", kind, "U1", NOON)
        for n in range(50)
        for kind in PreferenceKind
    ]
    silent = [(LONG, NOON - timedelta(days=3))] * 50
    undo = dump_undo("C1", busiest_subscription())
    return home.HomePage(
        [
            replace(busiest_subscription(), channel=f"C{n}", paused=bool(n % 2))
            for n in range(home.PAGE_SIZE)
        ],
        500,
        EditPermission.MANAGERS,
        NOON,
        admin=True,
        after="C0",
        next_after="C9",
        preferences={f"C{n}": wishes for n in range(home.PAGE_SIZE)},
        feeds=FEEDS,
        shared_feeds=12,
        quiet_sources=silent,
        notice="Removed.",
        undo=undo,
    )


PLACES = [
    (hostile_article(), SpanReference(1, 0, 1500)),
    (hostile_article(), SpanReference(1, 10, 20)),
]
VIEWS: dict[str, dict[str, Any]] = {
    "home": home.home_view(busiest_home(), [(spec.usage, spec.meaning) for spec in COMMANDS]),
    "empty home": home.home_view(
        home.HomePage([], 0, EditPermission.MEMBERS, NOON),
        [(spec.usage, spec.meaning) for spec in COMMANDS],
    ),
    "refusal": modals.message_modal(
        answers.not_allowed_message(NotAllowed("Only members of <#C1> may.", LONG))
    ),
    "settings": settings_modal(busiest_subscription(), anywhere=True),
    "saved": saved_modal(answers.subscribed_message(busiest_subscription(), NOON, "")),
    "statements": modals.statements_modal(
        digest_of(story(hostile_article().article)).entries[0], "UTC"
    ),
    "actors": preferences.actors_modal(
        {
            f"{n}:1-2": Actor(Span(0, len(LONG), LONG), Span(0, len(LONG), LONG), ActorKind.PERSON)
            for n in range(99)
        },
        {"0:1-2": PreferenceKind.MUTE, "1:1-2": PreferenceKind.FOLLOW},
        channel="C1",
        story=1,
    ),
    "timeline": lookup.actor_timeline_modal(SOMEBODY, NOON),
    "in text": modals.in_text_modal(PLACES, NOON),
    "citation": modals.citation_modal(PLACES, NOON),
}


@pytest.mark.parametrize(
    "answer",
    [
        answers.subscribed_message(make_subscription(topics=("tides",)), NOON, ""),
        answers.unsubscribed_message(make_subscription(topics=("tides",)), ""),
        answers.undone_message(make_subscription(topics=("tides",)), NOON),
        answers.resumed_message(make_subscription(topics=("tides",)), NOON),
    ],
    ids=["subscribed", "unsubscribed", "undone", "resumed"],
)
def test_answers_about_a_subscription_name_its_topics(answer: Message):
    """Each answer about a subscription names its topics."""
    assert "about “tides”" in answer.text


def test_direct_messages_take_the_plural():
    """A person's direct messages "get" a digest; a channel "gets" one."""
    mine = make_subscription(channel="D0MINE")
    messages = (
        answers.subscribed_message(mine, NOON, ""),
        answers.paused_message(mine),
        answers.unsubscribed_message(mine, ""),
    )
    assert all("Your direct messages get " in message.text for message in messages)


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_every_answer_is_one_that_slack_takes(message: Message):
    """Blocks keep each limit and 10,000 characters in all; notifications have text."""
    blocks = [dict(block) for block in message.blocks]
    assert check_blocks(blocks, "message") == []
    assert measure_weight(message.blocks) < 10_000 + 20 * 100
    assert 0 < len(message.text) <= 3_000


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_every_view_is_one_that_slack_takes(view: dict[str, Any]):
    """App Home and modals keep the limits of their blocks."""
    assert check_view(view, view["type"]) == []
    assert check_blocks([dict(block) for block in view["blocks"]], view["type"]) == []


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES.keys())
def test_shown_words_mention_nobody(message: Message):
    """Other people's words mention no channel or person, and contain no link."""
    for said in (message.text, *mrkdwn_texts(message.blocks)):
        assert "<!channel>" not in said
        assert "<@U0WREN>" not in said


def mrkdwn_texts(node: Any) -> list[str]:
    """Return all mrkdwn texts."""
    if isinstance(node, (list, tuple)):
        return [text for each in node for text in mrkdwn_texts(each)]
    if isinstance(node, dict):
        own = [node["text"]] if node.get("type") == "mrkdwn" else []
        return own + [text for each in node.values() for text in mrkdwn_texts(each)]
    return []


@settings(deadline=None)
@given(st.text("<&>|abc !", max_size=60), st.integers(5, 80))
def test_cut_markup_stays_safe(typed: str, room: int):
    """In shortened markup each & begins an entity and each < a complete link."""
    markup = truncate_markup(
        f"{escape(typed)} <https://courier.example/a?b&amp;c|{escape(typed)}> {escape(typed)}", room
    )
    assert len(markup) <= room
    assert re.findall(r"&(?!amp;|lt;|gt;)", markup) == []
    assert re.findall(r"<(?!https://[^<>]*>)", markup) == []


def test_a_forged_span_is_refused():
    """A statement whose span is not in its article is refused before it becomes blocks."""
    source = hostile_article()
    statement = source.analysis.statements[0]
    moved = SourcedStatement(
        type(statement)(
            **{
                **{name: getattr(statement, name) for name in statement.__slots__},
                "content": (Span(3, 9, "forged"),),
            }
        ),
        source,
    )
    with pytest.raises(SpanMismatch):
        lookup.actor_statements(Person("Tarr", None, (moved,)), NOON, lookup.ActorQuery(""))


@pytest.mark.parametrize(
    "place", [SpanReference(1, 5, 5), SpanReference(1, 0, 10**9), SpanReference(1, -4, 3)], ids=str
)
def test_an_offset_outside_the_article_is_refused(place: SpanReference):
    """A button's value that fits no article shows nothing."""
    with pytest.raises(SpanMismatch):
        modals.in_text_modal([(hostile_article(), place)], NOON)


CADENCES = st.one_of(
    st.builds(
        AtTimes,
        st.frozensets(st.integers(0, 6), min_size=1),
        st.lists(
            st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=4
        ).map(tuple),
    ),
    st.builds(
        AtIntervals,
        st.integers(1, 1440).map(lambda n: timedelta(minutes=n)),
        st.frozensets(st.integers(0, 6), min_size=1),
    ),
    st.just(AtOnce()),
)


@settings(max_examples=50, deadline=None)
@given(
    CADENCES,
    st.lists(st.text(max_size=20), max_size=4).map(tuple),
    st.integers(1, 10),
    st.booleans(),
)
def test_undo_carries_a_whole_subscription(
    cadence: Any,
    topics: tuple[str, ...],
    top: int,
    paused: bool,  # noqa: FBT001
):
    """A button restores the same subscription, but for what the store knows better."""
    before = make_subscription(
        cadence=cadence, topics=topics, top=top, paused=paused, next_due=None
    )
    assert load_undo(dump_undo("C1", before), "T1") == ("C1", before)


def test_undo_fits_a_button():
    """The largest subscription fits into the 2,000 characters of a button's value."""
    assert len(dump_undo("C0123456789", busiest_subscription())) <= 2_000


def test_a_first_subscribe_is_what_help_says():
    """A bare `subscribe` makes the schedule that App Home and help describe."""
    first = apply_changes(SubscriptionChange(), Subscription("T1", "C1", "U1", AtTimes(), "UTC"))
    assert answers.schedule_markup(first) == "weekdays at 08:30, UTC, at most 5 stories"


def test_a_citation_of_reported_words_names_their_speaker() -> None:
    """A citation shows the statement as its digest does, with its verb."""
    body = "Mara Ilves said that the harbour stays open."
    reported = statement(body, "Mara Ilves", "that the harbour stays open", runs_on=True)
    source = stored(article(body))
    source = replace(source, analysis=replace(source.analysis, statements=(reported,)))
    [shown] = lookup.cite_verified(reported, source).content
    assert "Mara Ilves said that the harbour stays open" in modals.format_citation(
        source, shown.span
    )
