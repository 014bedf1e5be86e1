from datetime import time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.blocks.answers import schedule
from bot.listeners.command_arguments import CommandSpec
from bot.listeners.command_line import parse_command
from bot.listeners.commands import (
    COMMANDS,
    Command,
    FollowActor,
    ListSubscriptions,
    ManageFeeds,
    MuteActor,
    OpenSettings,
    PauseDigest,
    PostNow,
    PreviewDigest,
    ReadArticle,
    ResumeDigest,
    SearchArticles,
    ShowActor,
    ShowChart,
    ShowHelp,
    ShowHistory,
    ShowStatus,
    UnfollowActor,
    Unsubscribe,
    render_command,
)
from bot.listeners.schedule_parser import PHRASES, Subscribe
from bot.listeners.subscription_commands import apply_changes
from bot.model import (
    EVERY_DAY,
    WEEKDAYS,
    AtIntervals,
    AtOnce,
    AtTimes,
    Cadence,
    Hours,
    Subscription,
)
from bot.model.errors import UsageError

HALF_NINE = time(8, 30)
EVENING = time(17)

SAYINGS: dict[str, Command] = {
    "": PreviewDigest(),
    "   ": PreviewDigest(),
    "preview": PreviewDigest(),
    "now": PostNow(),
    "NOW": PostNow(),
    "now grain exports": PostNow("grain exports"),
    "now about “grain exports”": PostNow("grain exports"),
    "list": ListSubscriptions(),
    "pause": PauseDigest(),
    "pause me": PauseDigest(me=True),
    "pause here": PauseDigest(),
    "resume": ResumeDigest(),
    "unsubscribe": Unsubscribe(),
    "unsub me": Unsubscribe(me=True),
    "who Maret Kask": ShowActor("Maret Kask"),
    "who is Maret Kask?": ShowActor("Maret Kask"),
    "who <@U12|maret>": ShowActor("maret"),
    "search  grain   exports": SearchArticles("grain exports"),
    "find grain": SearchArticles("grain"),
    "read <https://paper.example/a?b=1&amp;c=2>": ReadArticle("https://paper.example/a?b=1&c=2"),
    "read <https://paper.example/a|paper.example/a>": ReadArticle("https://paper.example/a"),
    "read paper.example/a": ReadArticle("https://paper.example/a"),
    "<https://paper.example/a>": ReadArticle("https://paper.example/a"),
    "feeds": ManageFeeds(),
    "feeds list": ManageFeeds(),
    "feeds add <https://paper.example/rss>": ManageFeeds(url="https://paper.example/rss"),
    "feeds https://paper.example/rss": ManageFeeds(url="https://paper.example/rss"),
    "feeds remove 3": ManageFeeds(number=3),
    "feeds delete #3": ManageFeeds(number=3),
    "follow Maret Kask": FollowActor("Maret Kask"),
    "mute Maret Kask": MuteActor("Maret Kask"),
    "follow": FollowActor(),
    "mute list": MuteActor(),
    'follow ""': FollowActor(),
    "unmute Maret Kask": UnfollowActor("Maret Kask"),
    "chart": ShowChart(),
    "chart month": ShowChart(30),
    "chart week about ferries": ShowChart(7, "ferries"),
    "chart about grey island": ShowChart(7, "grey island"),
    "settings": OpenSettings(),
    "history": ShowHistory(),
    "status": ShowStatus(),
    "help": ShowHelp(),
    "?": ShowHelp(),
    "help sub": ShowHelp("subscribe"),
    "/digest list": ListSubscriptions(),
    "`list`": ListSubscriptions(),
    "subscribe": Subscribe(),
    "subscribe me": Subscribe(me=True),
    "subscribe to me daily": Subscribe(me=True, days=EVERY_DAY),
    "subscribe weekdays": Subscribe(days=WEEKDAYS),
    "SUBSCRIBE WEEKDAYS AT 8:30": Subscribe(days=WEEKDAYS, times=(HALF_NINE,)),
    "subscribe daily": Subscribe(days=EVERY_DAY),
    "subscribe every day": Subscribe(days=EVERY_DAY),
    "subscribe mon,thu": Subscribe(days=frozenset({0, 3})),
    "subscribe mon, thu and saturdays": Subscribe(days=frozenset({0, 3, 5})),
    "subscribe mon/thu at 9": Subscribe(days=frozenset({0, 3}), times=(time(9),)),
    "subscribe mon-fri": Subscribe(days=WEEKDAYS),
    "subscribe fri to mon": Subscribe(days=frozenset({4, 5, 6, 0})),
    "subscribe weekends": Subscribe(days=frozenset({5, 6})),
    "subscribe every monday at 9": Subscribe(days=frozenset({0}), times=(time(9),)),
    "subscribe weekdays at 8:30 and 17:00": Subscribe(days=WEEKDAYS, times=(HALF_NINE, EVENING)),
    "subscribe every monday": Subscribe(days=frozenset({0})),
    "subscribe mondays and thursdays": Subscribe(days=frozenset({0, 3})),
    "subscribe monday mornings at 7": Subscribe(days=frozenset({0}), times=(time(7),)),
    "subscribe every weekday at 8 o'clock": Subscribe(days=WEEKDAYS, times=(time(8),)),
    "subscribe noon": Subscribe(times=(time(12),)),
    "subscribe once a day at noon": Subscribe(days=EVERY_DAY, times=(time(12),)),
    "subscribe every two hours": Subscribe(interval=timedelta(hours=2)),
    "subscribe every other hour": Subscribe(interval=timedelta(hours=2)),
    "subscribe every half hour": Subscribe(interval=timedelta(minutes=30)),
    "subscribe hourly from 9 to 17": Subscribe(
        interval=timedelta(hours=1), hours=Hours(time(9), EVENING)
    ),
    "subscribe hourly 9-17": Subscribe(interval=timedelta(hours=1), hours=Hours(time(9), EVENING)),
    "subscribe every 30m, 9am-5pm, weekdays": Subscribe(
        interval=timedelta(minutes=30), hours=Hours(time(9), EVENING), days=WEEKDAYS
    ),
    "subscribe hourly between 9 and 5": Subscribe(
        interval=timedelta(hours=1), hours=Hours(time(9), EVENING)
    ),
    "subscribe hourly from 1-5pm": Subscribe(
        interval=timedelta(hours=1), hours=Hours(time(13), EVENING)
    ),
    "subscribe hourly 22:00 to 6:00": Subscribe(
        interval=timedelta(hours=1), hours=Hours(time(22), time(6))
    ),
    "subscribe at once quiet 22:00 to 7:00": Subscribe(
        at_once=True, hours=Hours(time(7), time(22))
    ),
    "subscribe quiet hours from 10 to 7": Subscribe(hours=Hours(time(7), time(22))),
    "subscribe at once, quiet from 10pm to 7am": Subscribe(
        at_once=True, hours=Hours(time(7), time(22))
    ),
    "subscribe at once, quiet at night": Subscribe(at_once=True, hours=Hours(time(7), time(22))),
    "subscribe hourly, not at weekends": Subscribe(interval=timedelta(hours=1), days=WEEKDAYS),
    "subscribe around the clock": Subscribe(all_day=True),
    "subscribe at once on weekdays": Subscribe(at_once=True, days=WEEKDAYS),
    "subscribe at once daily": Subscribe(at_once=True, days=EVERY_DAY),
    "subscribe at once at most one every 10m": Subscribe(
        at_once=True, min_interval=timedelta(minutes=10)
    ),
    "subscribe at most 3 stories": Subscribe(top=3),
    "subscribe at once about NATO from 7 to 22": Subscribe(
        at_once=True, topics=("NATO",), hours=Hours(time(7), time(22))
    ),
    'subscribe about "roads from Rome to Riga"': Subscribe(topics=("roads from Rome to Riga",)),
    "subscribe about ukraine, “grain exports”, not sport from reuters": Subscribe(
        topics=("ukraine", "grain exports"), excluded=("sport",), sources=("reuters",)
    ),
    "subscribe daily not sport, weather at 9": Subscribe(
        days=EVERY_DAY, excluded=("sport", "weather"), times=(time(9),)
    ),
    "subscribe from reuters, example.org hourly": Subscribe(
        sources=("reuters", "example.org"), interval=timedelta(hours=1)
    ),
    "subscribe not from tass but not sport": Subscribe(
        excluded_sources=("tass",), excluded=("sport",)
    ),
    "subscribe about nato except drills top 3": Subscribe(
        topics=("nato",), excluded=("drills",), top=3
    ),
    "subscribe about nato not at night": Subscribe(
        topics=("nato",), hours=Hours(time(7), time(22))
    ),
    "subscribe about nato on weekdays at 9": Subscribe(
        topics=("nato",), days=WEEKDAYS, times=(time(9),)
    ),
    "subscribe from anywhere, not nothing, not from nowhere": Subscribe(
        sources=(), excluded=(), excluded_sources=()
    ),
    "subscribe from monday to friday from reuters": Subscribe(days=WEEKDAYS, sources=("reuters",)),
    "subscribe hourly": Subscribe(interval=timedelta(hours=1)),
    "subscribe every hour": Subscribe(interval=timedelta(hours=1)),
    "subscribe every 4h": Subscribe(interval=timedelta(hours=4)),
    "subscribe every 4 hours": Subscribe(interval=timedelta(hours=4)),
    "subscribe every 30m weekdays": Subscribe(interval=timedelta(minutes=30), days=WEEKDAYS),
    "subscribe every 1m": Subscribe(interval=timedelta(minutes=1)),
    "subscribe at once": Subscribe(at_once=True),
    "subscribe at once about NATO": Subscribe(at_once=True, topics=("NATO",)),
    "subscribe at 08:30": Subscribe(times=(HALF_NINE,)),
    "subscribe 8:30": Subscribe(times=(HALF_NINE,)),
    "subscribe 8.30": Subscribe(times=(HALF_NINE,)),
    "subscribe at 0830": Subscribe(times=(HALF_NINE,)),
    "subscribe 8:30 am": Subscribe(times=(HALF_NINE,)),
    "subscribe 8am": Subscribe(times=(time(8),)),
    "subscribe at 12am": Subscribe(times=(time(0),)),
    "subscribe at 12 p.m.": Subscribe(times=(time(12),)),
    "subscribe at 5pm": Subscribe(times=(EVENING,)),
    "subscribe at noon": Subscribe(times=(time(12),)),
    "subscribe at 17:00,08:30": Subscribe(times=(HALF_NINE, EVENING)),
    "subscribe at 8:30 and 17:00": Subscribe(times=(HALF_NINE, EVENING)),
    "subscribe at 8:30 at 17:00": Subscribe(times=(HALF_NINE, EVENING)),
    "subscribe in Europe/Tallinn": Subscribe(zone="Europe/Tallinn"),
    "subscribe in europe/tallinn": Subscribe(zone="Europe/Tallinn"),
    "subscribe in tallinn": Subscribe(zone="Europe/Tallinn"),
    "subscribe in New York at 9": Subscribe(zone="America/New_York", times=(time(9),)),
    "subscribe 8:30 Europe/Tallinn": Subscribe(times=(HALF_NINE,), zone="Europe/Tallinn"),
    "subscribe every morning at 7": Subscribe(days=EVERY_DAY, times=(time(7),)),
    "subscribe in utc": Subscribe(zone="UTC"),
    "subscribe top 3": Subscribe(top=3),
    "subscribe top five": Subscribe(top=5),
    "subscribe <#C12|news> daily": Subscribe(channel="C12", days=EVERY_DAY),
    "subscribe about ukraine, nato": Subscribe(topics=("ukraine", "nato")),
    "subscribe about Ukraine, ukraine": Subscribe(topics=("ukraine",)),
    "subscribe about ukraine, nato top 5": Subscribe(topics=("ukraine", "nato"), top=5),
    "subscribe about nato in Europe/Tallinn top 2": Subscribe(
        topics=("nato",), zone="Europe/Tallinn", top=2
    ),
    "subscribe about nato top 2 in Europe/Tallinn": Subscribe(
        topics=("nato",), zone="Europe/Tallinn", top=2
    ),
    "subscribe about nato at 8:30": Subscribe(topics=("nato",), times=(HALF_NINE,)),
    "subscribe about floods in Iran": Subscribe(topics=("floods in Iran",)),
    "subscribe about mayors in London": Subscribe(topics=("mayors in London",)),
    "subscribe about war at sea": Subscribe(topics=("war at sea",)),
    "subscribe about top gun": Subscribe(topics=("top gun",)),
    "subscribe about “the top 5”, “bread, butter”": Subscribe(
        topics=("the top 5", "bread, butter")
    ),
    "subscribe about salt &amp; pepper": Subscribe(topics=("salt & pepper",)),
    "subscribe about everything": Subscribe(topics=()),
    "subscribe me weekdays at 08:30,17:00 in Europe/Tallinn about ukraine, nato top 5": Subscribe(
        me=True,
        days=WEEKDAYS,
        times=(HALF_NINE, EVENING),
        zone="Europe/Tallinn",
        topics=("ukraine", "nato"),
        top=5,
    ),
}

MISTAKES = {
    "subscrbe": "/digest subscribe",
    "subscrbe weekdys at 8:30": "/digest subscribe weekdays at 08:30",
    "weekdays at 8:30": "/digest subscribe weekdays at 08:30",
    "grain exports": "/digest search grain exports",
    "who": "/digest who Kallas",
    "who ?": "/digest who Kallas",
    "search": "/digest search grain exports",
    "read": "/digest read https://example.org/article",
    "read me": "/digest read https://example.org/article",
    "read file:///etc/hosts": "/digest read https://example.org/article",
    "feeds ad https://paper.example/rss": "/digest feeds add https://paper.example/rss",
    "feeds remove": "/digest feeds remove 1",
    "feeds remove all": "/digest feeds remove 1",
    "feeds list all": "/digest feeds",
    "pause now": "/digest pause",
    "list all": "/digest list",
    "help subscrib": "/digest help subscribe",
    "subscribe weekdys": "/digest subscribe weekdays",
    "subscribe weekly": "/digest subscribe mon",
    "subscribe every 30s": "/digest subscribe every 1m",
    "subscribe every 0h": "/digest subscribe every 1m",
    "subscribe every 3 days": "/digest subscribe daily",
    "subscribe every 36h about nato": "/digest subscribe daily about nato",
    "subscribe at 25:00": "/digest subscribe at 08:30",
    "subscribe at 8:75": "/digest subscribe at 08:30",
    "subscribe at 13pm": "/digest subscribe at 08:30",
    "subscribe at dawn": "/digest subscribe at 08:30",
    "subscribe in Talinn": "/digest subscribe in Europe/Tallinn",
    "subscribe daily in Evrope/Tallinn": "/digest subscribe daily in Europe/Tallinn",
    "subscribe daily in Qqqqqq": "/digest subscribe daily",
    "subscribe at 9 in PST": "/digest subscribe at 09:00 in America/Los_Angeles",
    "subscribe about nato in Europe/Talinn": "/digest subscribe in Europe/Tallinn about nato",
    "subscribe in UTC+2": "/digest subscribe",
    "subscribe ukraine, nato top 3": "/digest subscribe about ukraine, nato top 3",
    "subscribe daily 9": "/digest subscribe daily at 09:00",
    "subscribe Evrope/Tallinn": "/digest subscribe in Europe/Tallinn",
    "subscribe about": "/digest subscribe about ukraine, nato",
    "subscribe top 0": "/digest subscribe top 1",
    "subscribe top 99": "/digest subscribe top 10",
    "subscribe about nato top 99": "/digest subscribe about nato top 10",
    "subscribe top many": "/digest subscribe top 5",
    "subscribe every 4h at 8:30": "/digest subscribe every 4h",
    "subscribe every other monday": "/digest subscribe mon",
    "subscribe every other day at 9": "/digest subscribe daily at 09:00",
    "subscribe every second week": "/digest subscribe mon",
    "subscribe fortnightly": "/digest subscribe mon",
    "subscribe every month": "/digest subscribe mon",
    "subscribe first monday of the month": "/digest subscribe mon",
    "subscribe twice a day": "/digest subscribe at 08:30,17:00",
    "subscribe daily in the evening": "/digest subscribe daily at 18:00",
    "subscribe hourly from 9 to 9": "/digest subscribe hourly around the clock",
    "subscribe at 8:30 from 9 to 17": "/digest subscribe at 08:30",
    "subscribe hourly frm 9 to 17": "/digest subscribe hourly from 09:00 to 17:00",
    "weekdays 8am": "/digest subscribe weekdays at 08:00",
    "subscribe in UTC in Europe/Tallinn": "/digest subscribe in UTC",
    "subscribe #news daily": "/digest subscribe daily",
    "unfollow": "/digest unfollow Kallas",
    "chart wek": "/digest chart week",
    "chart ferries": "/digest chart about ferries",
    "nwo": "/digest now",
}


@pytest.mark.parametrize(("typed", "meant"), SAYINGS.items(), ids=SAYINGS.keys())
def test_what_people_type_is_understood(typed: str, meant: Command):
    """Every right form, and many a sloppy one, gives the command that was meant."""
    assert parse_command(typed) == meant


@pytest.mark.parametrize(("typed", "hint"), MISTAKES.items(), ids=MISTAKES.keys())
def test_mistakes_are_answered_with_the_nearest_right_form(typed: str, hint: str):
    """A mistake names its trouble and offers one line, and that line works."""
    with pytest.raises(UsageError) as caught:
        parse_command(typed)
    assert caught.value.hint == hint
    assert caught.value.problem
    parse_command(hint)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.word)
def test_examples_in_the_table_work(spec: CommandSpec):
    """Each example that help shows is understood, and means its own command."""
    for line in spec.examples:
        assert type(parse_command(line)) is spec.command
        assert render_command(parse_command(line)).startswith("/digest")


def test_what_is_too_long_is_refused():
    """A text beyond any command's length is refused without being searched."""
    with pytest.raises(UsageError, match="longer"):
        parse_command("subscribe about " + "a" * 5_000)


WORDS = st.text(
    st.characters(
        exclude_characters='"`&<>', exclude_categories=["C", "Z", "Pi", "Pf", "Po", "Ps"]
    ),
    min_size=1,
)
LINES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).filter(lambda line: len(line) <= 60)
TOPICS = st.lists(
    LINES
    | st.sampled_from(["the top 5", "war in Europe/Paris", "tea at 8:30", "all", "bread, butter"]),
    max_size=4,
    unique_by=str.casefold,
).map(tuple)
NAMES = st.lists(
    LINES.filter(lambda line: len(line) <= 40), max_size=3, unique_by=str.casefold
).map(tuple)
TIMES = st.lists(
    st.builds(time, st.integers(0, 23), st.integers(0, 59)), min_size=1, max_size=5, unique=True
)
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
HOURS = st.builds(Hours, MINUTES, MINUTES).filter(lambda hours: hours.first != hours.last)
CADENCES = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"at_once": st.just(True)},
        optional={
            "days": DAYS,
            "hours": HOURS,
            "min_interval": st.integers(1, 1440).map(lambda n: timedelta(minutes=n)),
        },
    ),
    st.fixed_dictionaries({}, optional={"all_day": st.just(True)}),
    st.fixed_dictionaries({}, optional={"days": DAYS, "times": TIMES.map(sorted).map(tuple)}),
    st.fixed_dictionaries(
        {"interval": st.integers(1, 24 * 60).map(lambda n: timedelta(minutes=n))},
        optional={"days": DAYS, "hours": HOURS},
    ),
)
ORDERS = st.builds(
    lambda cadence, rest: Subscribe(**cadence, **rest),
    CADENCES,
    st.fixed_dictionaries(
        {},
        optional={
            "me": st.just(True),
            "channel": st.from_regex(r"[CDG][A-Z0-9]{8}", fullmatch=True),
            "zone": st.sampled_from(
                ["UTC", "Europe/Tallinn", "America/Argentina/Buenos_Aires", "Asia/Kolkata"]
            ),
            "topics": TOPICS,
            "excluded": NAMES,
            "sources": NAMES,
            "excluded_sources": NAMES,
            "top": st.integers(1, 10),
        },
    ),
)
ANY_COMMAND = st.one_of(
    ORDERS,
    st.sampled_from(
        [
            PreviewDigest(),
            PostNow(),
            ListSubscriptions(),
            PauseDigest(),
            PauseDigest(me=True),
            ResumeDigest(),
            Unsubscribe(),
            ManageFeeds(),
            ShowHelp(),
        ]
    ),
    st.builds(ManageFeeds, number=st.integers(0, 10**8)),
    st.builds(
        ShowChart,
        st.sampled_from([7, 30]),
        st.sampled_from([None, "nato", "about the sea", "week"]),
    ),
    st.sampled_from(["nato", "grain exports"]).flatmap(
        lambda words: st.sampled_from(
            [
                PostNow(words),
                ShowActor(words),
                SearchArticles(words),
                FollowActor(words),
                MuteActor(words),
            ]
        )
    ),
)


@settings(deadline=None)
@given(ANY_COMMAND)
@example(Subscribe(topics=("all",)))
@example(Subscribe(topics=("tea at 8:30",)))
def test_what_is_rendered_is_parsed_back(command: Command):
    """Any command written out is understood as the very same command."""
    assert parse_command(render_command(command)) == command


STANDING: st.SearchStrategy[Cadence] = st.one_of(
    st.builds(AtTimes, DAYS, TIMES.map(sorted).map(tuple)),
    st.builds(
        AtIntervals,
        st.integers(1, 24 * 60).map(lambda n: timedelta(minutes=n)),
        DAYS,
        st.none() | HOURS,
    ),
    st.builds(
        AtOnce, st.integers(1, 24 * 60).map(lambda n: timedelta(minutes=n)), DAYS, st.none() | HOURS
    ),
)


@settings(deadline=None)
@given(
    STANDING, st.sampled_from(["UTC", "Asia/Kathmandu", "Australia/Lord_Howe"]), st.integers(1, 10)
)
def test_the_words_of_a_schedule_are_understood(cadence: Cadence, zone: str, top: int):
    """What an answer says of a schedule, typed back, makes the very same schedule."""
    told = Subscription("T1", "C1", "U1", cadence, zone, top=top)
    order = parse_command(f"subscribe {schedule(told)}")
    assert isinstance(order, Subscribe)
    made = apply_changes(order, None, team="T1", channel="C1", user="U1", zone=zone)
    assert (made.cadence, made.zone, made.top) == (cadence, zone, top)


def test_every_form_that_help_shows_is_understood():
    """The table of phrases shows nothing that does not work."""
    for phrase in PHRASES:
        for line in phrase.examples:
            assert isinstance(parse_command(f"subscribe {line}"), Subscribe)


PIECES = st.sampled_from(
    [
        *(
            "subscribe",
            "me",
            "weekdays",
            "daily",
            "every",
            "4h",
            "hourly",
            "at",
            "once",
            "8:30",
            "25:00",
            ",",
            "and",
        ),
        *(
            "in",
            "Europe/Tallinn",
            "about",
            "top",
            "5",
            "who",
            "read",
            "feeds",
            "add",
            "remove",
            "now",
            "help",
            "<#C1|x>",
        ),
        *(
            "<https://e.example/a|b>",
            "“",
            "”",
            "’",
            "-",
            "mon",
            "thu",
            "İ",
            "ß",
            "&amp;",
            "٣",
            "²",
            "0",
            "99999999999",
        ),
    ]
)


@settings(deadline=None)
@given(st.text() | st.lists(PIECES | st.text(max_size=4)).map(" ".join))
@example("subscribe every ٣h")
@example("subscribe top ²")
@example("subscribe at ٣٣:٣٣")
@example("feeds remove ٣")
@example("in ,")
def test_any_text_is_a_command_or_a_usage_error(text: str):
    """Nothing that can be typed raises anything but UsageError, whose hint is itself understood."""
    try:
        line = render_command(parse_command(text))
    except UsageError as e:
        line = e.hint or ""
    assert line.startswith("/digest")
    parse_command(line)
