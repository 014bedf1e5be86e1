"""What people type after /digest is parsed, or answered with the nearest right line."""

from datetime import time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.blocks.answers import schedule_markup
from bot.listeners.command_line import parse_command
from bot.listeners.commands import COMMANDS, Command, CommandSpec, render_command
from bot.listeners.schedule_parser import PHRASE_HELP, SubscriptionChange
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

UNDERSTOOD: dict[str, Command | SubscriptionChange] = {
    "": Command("preview"),
    "   ": Command("preview"),
    "preview": Command("preview"),
    "now": Command("now"),
    "NOW": Command("now"),
    "now grain exports": Command("now", "grain exports"),
    "now about “grain exports”": Command("now", "grain exports"),
    "list": Command("list"),
    "pause": Command("pause"),
    "pause me": Command("pause", me=True),
    "pause here": Command("pause"),
    "resume": Command("resume"),
    "unsubscribe": Command("unsubscribe"),
    "unsub me": Command("unsubscribe", me=True),
    "who Maret Kask": Command("who", "Maret Kask"),
    "who is Maret Kask?": Command("who", "Maret Kask"),
    "who <@U12|maret>": Command("who", "maret"),
    "search  grain   exports": Command("search", "grain exports"),
    "find grain": Command("search", "grain"),
    "read <https://paper.example/a?b=1&amp;c=2>": Command(
        "read", "https://paper.example/a?b=1&c=2"
    ),
    "read <https://paper.example/a|paper.example/a>": Command("read", "https://paper.example/a"),
    "read paper.example/a": Command("read", "https://paper.example/a"),
    "<https://paper.example/a>": Command("read", "https://paper.example/a"),
    "feeds": Command("feeds"),
    "feeds list": Command("feeds"),
    "feeds add <https://paper.example/rss>": Command("feeds", "https://paper.example/rss"),
    "feeds https://paper.example/rss": Command("feeds", "https://paper.example/rss"),
    "feeds remove 3": Command("feeds", number=3, remove=True),
    "feeds delete #3": Command("feeds", number=3, remove=True),
    "feeds remove <https://paper.example/rss|paper.example>": Command(
        "feeds", "https://paper.example/rss", remove=True
    ),
    "feeds add feed://paper.example/rss": Command("feeds", "https://paper.example/rss"),
    "<feed:http://paper.example/rss>": Command("feeds", "http://paper.example/rss"),
    "follow Maret Kask": Command("follow", "Maret Kask"),
    "mute Maret Kask": Command("mute", "Maret Kask"),
    "follow": Command("follow"),
    "mute list": Command("mute"),
    'follow ""': Command("follow"),
    "unmute Maret Kask": Command("unfollow", "Maret Kask"),
    "chart": Command("chart"),
    "chart month": Command("chart", days=30),
    "chart week about ferries": Command("chart", "ferries"),
    "chart about grey island": Command("chart", "grey island"),
    "settings": Command("settings"),
    "history": Command("history"),
    "status": Command("status"),
    "help": Command("help"),
    "?": Command("help"),
    "help sub": Command("help", "subscribe"),
    "/digest list": Command("list"),
    "`list`": Command("list"),
    "subscribe": SubscriptionChange(),
    "subscribe me": SubscriptionChange(me=True),
    "subscribe to me daily": SubscriptionChange(me=True, days=EVERY_DAY),
    "subscribe weekdays": SubscriptionChange(days=WEEKDAYS),
    "SUBSCRIBE WEEKDAYS AT 8:30": SubscriptionChange(days=WEEKDAYS, times=(HALF_NINE,)),
    "subscribe daily": SubscriptionChange(days=EVERY_DAY),
    "subscribe every day": SubscriptionChange(days=EVERY_DAY),
    "subscribe mon,thu": SubscriptionChange(days=frozenset({0, 3})),
    "subscribe mon, thu and saturdays": SubscriptionChange(days=frozenset({0, 3, 5})),
    "subscribe mon/thu at 9": SubscriptionChange(days=frozenset({0, 3}), times=(time(9),)),
    "subscribe mon-fri": SubscriptionChange(days=WEEKDAYS),
    "subscribe fri to mon": SubscriptionChange(days=frozenset({4, 5, 6, 0})),
    "subscribe weekends": SubscriptionChange(days=frozenset({5, 6})),
    "subscribe every monday at 9": SubscriptionChange(days=frozenset({0}), times=(time(9),)),
    "subscribe weekdays at 8:30 and 17:00": SubscriptionChange(
        days=WEEKDAYS, times=(HALF_NINE, EVENING)
    ),
    "subscribe every monday": SubscriptionChange(days=frozenset({0})),
    "subscribe mondays and thursdays": SubscriptionChange(days=frozenset({0, 3})),
    "subscribe monday mornings at 7": SubscriptionChange(days=frozenset({0}), times=(time(7),)),
    "subscribe every weekday at 8 o'clock": SubscriptionChange(days=WEEKDAYS, times=(time(8),)),
    "subscribe noon": SubscriptionChange(times=(time(12),)),
    "subscribe once a day at noon": SubscriptionChange(days=EVERY_DAY, times=(time(12),)),
    "subscribe every two hours": SubscriptionChange(interval=timedelta(hours=2)),
    "subscribe every other hour": SubscriptionChange(interval=timedelta(hours=2)),
    "subscribe every half hour": SubscriptionChange(interval=timedelta(minutes=30)),
    "subscribe hourly from 9 to 17": SubscriptionChange(
        interval=timedelta(hours=1), hours=Hours(time(9), EVENING)
    ),
    "subscribe hourly 9-17": SubscriptionChange(
        interval=timedelta(hours=1), hours=Hours(time(9), EVENING)
    ),
    "subscribe every 30m, 9am-5pm, weekdays": SubscriptionChange(
        interval=timedelta(minutes=30), hours=Hours(time(9), EVENING), days=WEEKDAYS
    ),
    "subscribe hourly between 9 and 5": SubscriptionChange(
        interval=timedelta(hours=1), hours=Hours(time(9), EVENING)
    ),
    "subscribe hourly from 1-5pm": SubscriptionChange(
        interval=timedelta(hours=1), hours=Hours(time(13), EVENING)
    ),
    "subscribe hourly 22:00 to 6:00": SubscriptionChange(
        interval=timedelta(hours=1), hours=Hours(time(22), time(6))
    ),
    "subscribe at once quiet 22:00 to 7:00": SubscriptionChange(
        at_once=True, hours=Hours(time(7), time(22))
    ),
    "subscribe quiet hours from 10 to 7": SubscriptionChange(hours=Hours(time(7), time(22))),
    "subscribe at once, quiet from 10pm to 7am": SubscriptionChange(
        at_once=True, hours=Hours(time(7), time(22))
    ),
    "subscribe at once, quiet at night": SubscriptionChange(
        at_once=True, hours=Hours(time(7), time(22))
    ),
    "subscribe hourly, not at weekends": SubscriptionChange(
        interval=timedelta(hours=1), days=WEEKDAYS
    ),
    "subscribe around the clock": SubscriptionChange(all_day=True),
    "subscribe at once on weekdays": SubscriptionChange(at_once=True, days=WEEKDAYS),
    "subscribe at once daily": SubscriptionChange(at_once=True, days=EVERY_DAY),
    "subscribe at once at most one every 10m": SubscriptionChange(
        at_once=True, min_interval=timedelta(minutes=10)
    ),
    "subscribe as stories arrive, at most every 10 minutes": SubscriptionChange(
        at_once=True, min_interval=timedelta(minutes=10)
    ),
    "subscribe as they come in, at most once every 2 hours": SubscriptionChange(
        at_once=True, min_interval=timedelta(hours=2)
    ),
    "subscribe at most 3 stories": SubscriptionChange(top=3),
    "subscribe at once about NATO from 7 to 22": SubscriptionChange(
        at_once=True, topics=("NATO",), hours=Hours(time(7), time(22))
    ),
    'subscribe about "roads from Rome to Riga"': SubscriptionChange(
        topics=("roads from Rome to Riga",)
    ),
    "subscribe about ukraine, “grain exports”, not sport from reuters": SubscriptionChange(
        topics=("ukraine", "grain exports"), excluded=("sport",), sources=("reuters",)
    ),
    "subscribe daily not sport, weather at 9": SubscriptionChange(
        days=EVERY_DAY, excluded=("sport", "weather"), times=(time(9),)
    ),
    "subscribe from reuters, example.org hourly": SubscriptionChange(
        sources=("reuters", "example.org"), interval=timedelta(hours=1)
    ),
    "subscribe not from tass but not sport": SubscriptionChange(
        excluded_sources=("tass",), excluded=("sport",)
    ),
    "subscribe about nato except drills top 3": SubscriptionChange(
        topics=("nato",), excluded=("drills",), top=3
    ),
    "subscribe about nato not at night": SubscriptionChange(
        topics=("nato",), hours=Hours(time(7), time(22))
    ),
    "subscribe about nato on weekdays at 9": SubscriptionChange(
        topics=("nato",), days=WEEKDAYS, times=(time(9),)
    ),
    "subscribe from anywhere, not nothing, not from nowhere": SubscriptionChange(
        sources=(), excluded=(), excluded_sources=()
    ),
    "subscribe from monday to friday from reuters": SubscriptionChange(
        days=WEEKDAYS, sources=("reuters",)
    ),
    "subscribe hourly": SubscriptionChange(interval=timedelta(hours=1)),
    "subscribe every hour": SubscriptionChange(interval=timedelta(hours=1)),
    "subscribe every 4h": SubscriptionChange(interval=timedelta(hours=4)),
    "subscribe every 4 hours": SubscriptionChange(interval=timedelta(hours=4)),
    "subscribe every 30m weekdays": SubscriptionChange(
        interval=timedelta(minutes=30), days=WEEKDAYS
    ),
    "subscribe every 1m": SubscriptionChange(interval=timedelta(minutes=1)),
    "subscribe at once": SubscriptionChange(at_once=True),
    "subscribe at once about NATO": SubscriptionChange(at_once=True, topics=("NATO",)),
    "subscribe at 08:30": SubscriptionChange(times=(HALF_NINE,)),
    "subscribe 8:30": SubscriptionChange(times=(HALF_NINE,)),
    "subscribe 8.30": SubscriptionChange(times=(HALF_NINE,)),
    "subscribe at 0830": SubscriptionChange(times=(HALF_NINE,)),
    "subscribe 8:30 am": SubscriptionChange(times=(HALF_NINE,)),
    "subscribe 8am": SubscriptionChange(times=(time(8),)),
    "subscribe at 12am": SubscriptionChange(times=(time(0),)),
    "subscribe at 12 p.m.": SubscriptionChange(times=(time(12),)),
    "subscribe at 5pm": SubscriptionChange(times=(EVENING,)),
    "subscribe at noon": SubscriptionChange(times=(time(12),)),
    "subscribe at 17:00,08:30": SubscriptionChange(times=(HALF_NINE, EVENING)),
    "subscribe at 8:30 and 17:00": SubscriptionChange(times=(HALF_NINE, EVENING)),
    "subscribe at 8:30 at 17:00": SubscriptionChange(times=(HALF_NINE, EVENING)),
    "subscribe in Europe/Tallinn": SubscriptionChange(zone="Europe/Tallinn"),
    "subscribe in europe/tallinn": SubscriptionChange(zone="Europe/Tallinn"),
    "subscribe in tallinn": SubscriptionChange(zone="Europe/Tallinn"),
    "subscribe daily\u200b at\xa09 a.m. in CET": SubscriptionChange(
        days=EVERY_DAY, times=(time(9),), zone="CET"
    ),
    "subscribe in New York at 9": SubscriptionChange(zone="America/New_York", times=(time(9),)),
    "subscribe 8:30 Europe/Tallinn": SubscriptionChange(times=(HALF_NINE,), zone="Europe/Tallinn"),
    "subscribe every morning at 7": SubscriptionChange(days=EVERY_DAY, times=(time(7),)),
    "subscribe in utc": SubscriptionChange(zone="UTC"),
    "subscribe top 3": SubscriptionChange(top=3),
    "subscribe top five": SubscriptionChange(top=5),
    "subscribe <#C12|news> daily": SubscriptionChange(channel="C12", days=EVERY_DAY),
    "subscribe about ukraine, nato": SubscriptionChange(topics=("ukraine", "nato")),
    "subscribe about Ukraine, ukraine": SubscriptionChange(topics=("ukraine",)),
    "subscribe about ukraine, nato top 5": SubscriptionChange(topics=("ukraine", "nato"), top=5),
    "subscribe about nato in Europe/Tallinn top 2": SubscriptionChange(
        topics=("nato",), zone="Europe/Tallinn", top=2
    ),
    "subscribe about nato top 2 in Europe/Tallinn": SubscriptionChange(
        topics=("nato",), zone="Europe/Tallinn", top=2
    ),
    "subscribe about nato at 8:30": SubscriptionChange(topics=("nato",), times=(HALF_NINE,)),
    "subscribe about floods in Iran": SubscriptionChange(topics=("floods in Iran",)),
    "subscribe about mayors in London": SubscriptionChange(topics=("mayors in London",)),
    "subscribe about war at sea": SubscriptionChange(topics=("war at sea",)),
    "subscribe about top gun": SubscriptionChange(topics=("top gun",)),
    "subscribe about “the top 5”, “bread, butter”": SubscriptionChange(
        topics=("the top 5", "bread, butter")
    ),
    "subscribe about salt &amp; pepper": SubscriptionChange(topics=("salt & pepper",)),
    "subscribe about everything": SubscriptionChange(topics=()),
    "subscribe me weekdays at 08:30,17:00 in Europe/Tallinn about nato top 5": SubscriptionChange(
        me=True,
        days=WEEKDAYS,
        times=(HALF_NINE, EVENING),
        zone="Europe/Tallinn",
        topics=("nato",),
        top=5,
    ),
}

ANYHOW = {
    "ferries": "search ferries",
    "is the pier safe?": "search pier safe",
    "catch me up": "",
    "What happened today?": "",
    "show me the news": "",
    "what did Ilves say about the pier this week?": "who Ilves about pier this week",
    "what did Ilves say since Monday": "who Ilves since monday",
    "What has Ilves said lately?": "who Ilves",
    "who said the pier is safe?": "search pier safe",
    "news about ferries in March": "search ferries in march",
    "tell me about the strike": "search strike",
    "now about the ferry strike": "now ferry strike",
    "give me the latest": "",
    "who said what today?": "",
    "show me what Ilves said this week": "who Ilves this week",
    "quotes by Mara Ilves": "who Mara Ilves",
    "has anyone said anything about the strike?": "search strike",
    "I want the ferry news every day at 8": "subscribe me daily at 08:00 about ferry",
    "send me the news every morning at 7": "subscribe me daily at 07:00",
    "stop sending me news": "pause me",
    "I'd like a digest every day at 8": "subscribe me daily at 08:00",
    "turn it off": "pause",
    "turn off the digest": "pause",
    "pause this for now": "pause",
    "we don't want these digests any more": "pause",
    "no more news here please": "pause",
    "shut up": "pause",
    "cancel my subscription": "unsubscribe",
    "remove the digest from this channel": "unsubscribe",
    "turn it back on": "resume",
    "start again": "resume",
    "post the news here every weekday at 9": "subscribe weekdays at 09:00",
    "send us the news on Mondays at 8": "subscribe mon at 08:00",
    "make it 10am": "subscribe at 10:00",
    "keep me posted on the pier": "subscribe me at once about pier",
    "let us know if there's anything on fares": "subscribe me at once about fares",
    "I want only news about fares": "subscribe about fares",
    "less sport please": "subscribe not sport",
    "mute Ilves please": "mute Ilves",
    "don't show me Ilves": "mute Ilves",
    "who do we follow here?": "follow",
    "what am I subscribed to": "list",
    "when is the next digest?": "list",
    "which sources do you read": "feeds",
    "add this feed https://example.com/rss": "feeds add https://example.com/rss",
    "open my settings": "settings",
    "send the digest now": "now",
    "read this: https://example.com/a": "read https://example.com/a",
    "can you read https://example.com/a for me": "read https://example.com/a",
    "what's the latest on the strike": "search strike",
    "catch me up on the pier": "search pier",
    "who's talking about ferries": "search ferries",
    "did anyone say the pier is safe": "search pier safe",
    "search for harbour dues in March": "search harbour dues in march",
    "find articles about the pier since Monday": "search pier since monday",
    "show me everything Ilves said": "who Ilves",
    "what has Ilves been saying about the pier": "who Ilves about pier",
    "has Ilves said anything today": "who Ilves today",
    "quotes by Ilves from last week": "who Ilves last week",
    "who talks the most": "chart",
    "who talks a lot about ferries?": "chart about ferries",
    "who gets quoted most this week": "chart",
    "who said the most about the ferries": "chart about the ferries",
    "who are the most quoted people here?": "chart",
    "which politicians are quoted the most?": "chart",
    "whose words are quoted most": "chart",
    "who do the papers quote most?": "chart",
    "most quoted last month": "chart month",
    "top speakers": "chart",
    "has somebody claimed that the lights were safe today?": "search lights safe today",
    "is anyone saying the lights are safe": "search lights safe",
    "did anyone talk about the lights": "search lights",
    "did the mayor say that the pier is safe?": "search mayor pier safe",
    "did anybody say US troops will leave on Monday?": "search US troops leave on monday",
    "who thinks the pier is safe?": "search pier safe",
    "who denied the strike": "search denied strike",
    "what about the strike?": "search strike",
    "who said it?": "search it",
    "search what the dean said": "search what the dean said",
    "chart for last month": "chart month",
    "good morning": "help",
    "cheers!": "help",
    "follow the ferry strike every morning": "subscribe daily about ferry strike",
    "can you post the digest every morning at 8?": "subscribe daily at 08:00",
    "stop": "pause",
    "please stop this": "pause",
    "delete": "unsubscribe",
    "end it please": "unsubscribe",
    "hello there": "help",
    "thanks a lot!": "help",
    "what is Dateline?": "help",
    "help me": "help",
    "what's new here?": "",
    "What happened in this channel this week?": "",
    "what happened today in Orsland?": "search Orsland today",
    "what's going on with the ferries?": "search ferries",
    "what did people say about the pier?": "search pier",
    "did Ilves say anything about the pier?": "who Ilves about pier",
    "who was quoted most this month about ferries?": "chart month about ferries",
    "*status*": "status",
    "/digest *now* _grain_": "now grain",
    "who *Ilves*?": "who Ilves",
    "search M*A*S*H": "search M*A*S*H",
    "&gt; status": "status",
    ">>> status": "status",
    "• status": "status",
    "“status”": "status",
    "anything on the pier since Tuesday?": "search pier since tuesday",
    "anything from Ilves yesterday": "search Ilves yesterday",
    "tell me more about the pier": "search pier",
    "any updates on the ferries?": "search ferries",
    "who's been talking about the ferries": "search ferries",
    "who sad the pier is safe": "search pier safe",
    "the mayor on the pier": "search mayor pier",
    "whats new": "",
    "wats going on today": "",
    "give me todays headlines": "",
    "what is the biggest story today": "",
    "top stories": "",
    "what else did Ilves say": "who Ilves",
    "has Ilves commented on the pier": "who Ilves about pier",
    "what's Ilves's position on the pier": "who Ilves about pier",
    "give me every quote from Ilves": "who Ilves",
    "stop sending me this": "pause me",
    "mute this": "pause",
    "enough already": "pause",
    "stop following Ilves": "unfollow Ilves",
    "come back": "resume",
    "how do I turn this off": "help pause",
    "how can I unsubscribe?": "help unsubscribe",
    "send it on weekdays only": "subscribe weekdays",
    "can I get this at noon instead": "subscribe at 12:00",
    "just on Fridays": "subscribe fri",
    "send this at 9 instead": "subscribe at 09:00",
    "give me the news at 7am": "subscribe me at 07:00",
    "dont post at night": "subscribe from 07:00 to 22:00",
    "no weekends please": "subscribe weekdays",
    "only about ferries": "subscribe about ferries",
    "I don't care about football": "subscribe not football",
    "too many messages": "settings",
    "not so often": "settings",
    "where does this come from?": "feeds",
    "subscribe at 8：30": "subscribe at 08:30",
    "search <#C0HARB|harbour>": "search harbour",
    "subscribe about <#C0HARB|harbour>, ferries": "subscribe about harbour, ferries",
    "search <mailto:desk@courier.example|desk@courier.example>": "search desk@courier.example",
    "search <!subteam^S1|@editors>": "search editors",
}


@pytest.mark.parametrize(("text", "line"), ANYHOW.items(), ids=ANYHOW)
def test_wishes_are_understood_as_people_put_them(text: str, line: str) -> None:
    """A question, a topic alone or a thank-you does what the person expects."""
    assert render_command(parse_command(text)) == f"/digest {line}".strip()


@pytest.mark.parametrize(
    ("text", "line"),
    {
        "make it mornings only": "subscribe at 08:30",
        "do evenings instead": "subscribe at 18:00",
        "just once a week": "subscribe mon",
        "evry morning at 8": "subscribe daily at 08:00",
        "what else did she say": "who Kallas",
        "serach pier": "search pier",
    }.items(),
)
def test_what_is_not_clear_is_asked_with_a_line_that_works(text: str, line: str) -> None:
    """A time that was not named, a misspelling, a person whom nobody named: one step more."""
    with pytest.raises(UsageError) as asked:
        parse_command(text)
    assert asked.value.hint == f"/digest {line}"


@pytest.mark.parametrize("word", ["posting", "poste", "stp", "unsubscribed", "quit posting"])
def test_nobody_is_offered_to_post(word: str) -> None:
    """Whoever mistypes may want that it stops."""
    try:
        line = render_command(parse_command(word))
    except UsageError as e:
        line = e.hint or ""
    assert not line.startswith("/digest now")


MISTAKES = {
    "subscrbe": "/digest subscribe",
    "subscrbe weekdys at 8:30": "/digest subscribe weekdays at 08:30",
    "weekdays at 8:30": "/digest subscribe weekdays at 08:30",
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
    "subscribe 99 in UTC": "/digest subscribe at 08:30 in UTC",
    "subscribe at 0am": "/digest subscribe at 08:30",
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
    "subscribe every fortnight": "/digest subscribe mon",
    "subscribe each fortnight at 9": "/digest subscribe mon at 09:00",
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


@pytest.mark.parametrize(("typed", "meant"), UNDERSTOOD.items(), ids=UNDERSTOOD.keys())
def test_what_people_type_is_understood(typed: str, meant: Command | SubscriptionChange):
    """Every right form, and many a sloppy one, gives the intended command."""
    command = meant if isinstance(meant, Command) else Command("subscribe", change=meant)
    assert parse_command(typed) == command


@pytest.mark.parametrize(("typed", "hint"), MISTAKES.items(), ids=MISTAKES.keys())
def test_mistakes_are_answered_with_the_nearest_right_form(typed: str, hint: str):
    """A mistake is named and answered with one line that works."""
    with pytest.raises(UsageError) as caught:
        parse_command(typed)
    assert caught.value.hint == hint
    assert caught.value.problem
    parse_command(hint)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.word)
def test_examples_in_the_table_work(spec: CommandSpec):
    """Each example in help parses, to its own command."""
    for line in spec.examples:
        assert parse_command(line).word == spec.word
        assert render_command(parse_command(line)).startswith("/digest")


def test_what_is_too_long_is_refused():
    """A text longer than any command is refused without being searched."""
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
SUBSCRIBE_COMMANDS = st.builds(
    lambda cadence, rest: Command("subscribe", change=SubscriptionChange(**cadence, **rest)),
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
    SUBSCRIBE_COMMANDS,
    st.sampled_from(
        [
            Command("preview"),
            Command("now"),
            Command("list"),
            Command("pause"),
            Command("pause", me=True),
            Command("resume"),
            Command("unsubscribe"),
            Command("feeds"),
            Command("help"),
        ]
    ),
    st.builds(Command, st.just("feeds"), number=st.integers(0, 10**8), remove=st.just(True)),
    st.builds(Command, st.just("feeds"), st.just("https://paper.example/a"), remove=st.booleans()),
    st.builds(
        Command,
        st.just("chart"),
        st.sampled_from(["", "nato", "about the sea", "week"]),
        days=st.sampled_from([7, 30]),
    ),
    st.sampled_from(["nato", "grain exports"]).flatmap(
        lambda words: st.builds(
            Command, st.sampled_from(["now", "who", "search", "follow", "mute"]), st.just(words)
        )
    ),
)


@settings(deadline=None)
@given(ANY_COMMAND)
@example(Command("subscribe", change=SubscriptionChange(topics=("all",))))
@example(Command("subscribe", change=SubscriptionChange(topics=("tea at 8:30",))))
@example(Command("subscribe", change=SubscriptionChange(topics=("__0__",))))
def test_rendered_commands_parse_back(command: Command):
    """Any command written out parses to the same command."""
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
    """An answer's words for a schedule, typed back, make the same schedule."""
    subscription = Subscription("T1", "C1", "U1", cadence, zone, top=top)
    command = parse_command(f"subscribe {schedule_markup(subscription)}")
    made = apply_changes(command.change, Subscription("T1", "C1", "U1", AtTimes(), zone))
    assert (made.cadence, made.zone, made.top) == (cadence, zone, top)


def test_every_phrase_that_help_shows_is_understood():
    """Every phrase in help's table parses."""
    for examples, _ in PHRASE_HELP:
        for line in examples:
            assert parse_command(f"subscribe {line}").word == "subscribe"


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
    """Any text parses or raises UsageError, whose hint parses itself."""
    try:
        line = render_command(parse_command(text))
    except UsageError as e:
        line = e.hint or ""
    assert line.startswith("/digest")
    parse_command(line)
