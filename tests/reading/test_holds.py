"""What must wait is held by the words of desks and press offices, in every format."""

import json
from datetime import UTC, datetime

import pytest

from bot.model import Article, Status
from bot.reading import read
from bot.reading.holds import find_hold, hold_article

EVENING = datetime(2026, 5, 12, 18, 0, tzinfo=UTC)
NEXT_DAY = datetime(2026, 5, 13, tzinfo=UTC)
TEXT = (
    "The water board of Ormvik has decided to drain the upper lake before the winter, its head"
    " Ulla Brandt said on Monday. “The dam holds,” she told a meeting in the school."
)


@pytest.mark.parametrize(
    ("line", "until", "rest"),
    [
        ("EMBARGOED UNTIL 18:00 ON 12 MAY 2026", EVENING, ""),
        ("Strictly embargoed until 1800 hours, Tuesday 12 May 2026", EVENING, ""),
        ("*** EMBARGO *** 12 May 2026, 6 pm GMT ***", EVENING, ""),
        ("EMBARGOED to 18:00 Tuesday 12 May 2026: Lake drained", EVENING, "Lake drained"),
        ("Lake drained (embargoed until 12 May 2026, 18:00)", EVENING, "Lake drained"),
        ("NEWS RELEASE – EMBARGOED UNTIL 12.05.2026 18:00 UTC", EVENING, ""),
        ("Not for publication before 12 May 2026, 18:00", EVENING, ""),
        ("FOR RELEASE 2:00 P.M. EDT, TUESDAY, MAY 12, 2026", EVENING, ""),
        ("Sperrfrist: Dienstag, 12. Mai 2026, 18 Uhr", EVENING, ""),
        ("Nicht vor dem 12. Mai 2026, 18.00 Uhr veröffentlichen", EVENING, ""),
        ("Sous embargo jusqu'au 12 mai 2026 à 18h", EVENING, ""),
        ("Embargado hasta el 12 de mayo de 2026, 18:00", EVENING, ""),
        ("Ембарго до 18:00 12 травня 2026", EVENING, ""),
        ("***STRICTLY EMBARGOED UNTIL 1800HRS TUESDAY 12TH MAY 2026***", EVENING, ""),
        ("This news release is strictly embargoed until 12 May 2026 at 18:00.", EVENING, ""),
        ("Hold for 6 p.m., May 12, 2026, release", EVENING, ""),
        ("Bitte Sperrfrist beachten: 12.05.2026, 18 Uhr", EVENING, ""),
        ("Advance for use Tuesday, May 12, 2026, and thereafter", NEXT_DAY, ""),
        ("EMBARGOED UNTIL 12 MAY 2026", NEXT_DAY, ""),
        ("EMBARGO", None, ""),
        ("Embargo: Lake drained", None, "Lake drained"),
        ("EMBARGO - Lake drained", None, "Lake drained"),
        ("EMBARGO - LAKE DRAINED", None, "LAKE DRAINED"),
        ("EMBARGOED UNTIL FRIDAY - LAKE DRAINED", None, "LAKE DRAINED"),
        ("HOLD FOR RELEASE", None, ""),
        ("Embargo: 12 May 2026, 18:00 (Ormvik time)", None, "Ormvik time"),
        ("(Sperrfrist 18 Uhr)", None, ""),
        ("EMBARGOED UNTIL 18:00 ON 12 MAY", None, ""),
        ("Embargoed until 18:00 Ormvik time, 12 May 2026", None, "Ormvik time, 12 May 2026"),
        ("Embargoed until noon, 12 May 2026", None, ""),
        ("EMBARGOED UNTIL FURTHER NOTICE", None, ""),
        ("Embargoed: check against delivery", None, ""),
        ("EMBARGOED UNTIL 12 MAY 2026 18:00 QRT", None, "QRT"),
        ("The information in this release is embargoed until 18:00 on 12 May 2026.", EVENING, ""),
        ("Please respect the embargo of 12 May 2026, 18:00", EVENING, ""),
        ("Not to be used before 18:00 GMT 12 May 2026", EVENING, ""),
        ("For publication on or after 12 May 2026", NEXT_DAY, ""),
        ("This text must not be published before 12 May 2026, 18:00.", EVENING, ""),
        ("The contents of this document must not be used before 18:00, 12 May 2026", EVENING, ""),
        ("Nothing in this release may be shared before 18:00 GMT, 12 May 2026", EVENING, ""),
        ("Under embargo until the start of the speech", None, ""),
        ("FOR RELEASE SUNDAY", None, ""),
        ("Embargo: 1800 Tuesday 12 May 2026", EVENING, ""),
        ("SOUS EMBARGO JUSQU'AU MARDI 12 MAI 2026, 18 HEURES", EVENING, ""),
        ("Communiqué sous embargo jusqu’à mardi soir", None, ""),
        ("Publication interdite avant le 12 mai 2026 à 18 heures", EVENING, ""),
        ("Prohibida su difusión hasta las 18.00 horas del 12 de mayo de 2026", EVENING, ""),
        ("Veröffentlichung nicht vor 12. Mai 2026, 18 Uhr", EVENING, ""),
        ("Strictly private and confidential until 12 May 2026", NEXT_DAY, ""),
        ("Embargo t.o.m. 12 maj 2026 kl 18.00", EVENING, ""),
        ("DO NOT USE UNTIL FRIDAY", None, ""),
        ("Embargoed until publication of the report", None, "report"),
        ("Embargoed copy: Lake drained", None, "Lake drained"),
        ("Check against delivery. Embargoed until delivery", None, ""),
        ("FOR RELEASE ON DELIVERY", None, ""),
        ("EMBARGOED FOR SUNDAY PAPERS", None, ""),
        ("Sperrfrist bis zum Beginn der Rede", None, ""),
        ("HOLD: Lake drained", None, "Lake drained"),
        ("エンバーゴ：5月12日18時", None, "：5月12日18時"),
        ("*HOLD* Lake drained", None, "Lake drained"),
    ],
)
def test_words_of_a_hold(line: str, until: datetime | None, rest: str) -> None:
    """A hold ends at the hour it names, a day at its end; what cannot be read has no end."""
    hold = find_hold(line, "UTC")
    assert hold is not None
    assert (hold.until, hold.rest) == (until, rest)


@pytest.mark.parametrize(
    "line",
    [
        "Embargo on salt from Ormvik to start in May",
        "Embargoed lorries wait at the border",
        "Embargo until 2027 worries the port",
        "EMBARGO UNTIL 2027 WORRIES PORT",
        "SALT: EMBARGO UNTIL 2027",
        "Salt – embargo until 2027 likely",
        "EMBARGO LIFTED: Lake drained",
        "Embargo: none",
        "FOR IMMEDIATE RELEASE",
        "For release of the prisoners, talks go on",
        "Hold the line, says mayor",
        "Hold: how a dam is built",
        "Confidential until now, report shows spending",
        "Do not use bridge, police warn",
        "Advance for the rebels in Ormvik",
        "The embargo is the story",
        "Nothing in this house may be used before dinner, she said.",
        "Prices may not be published before the vote, the court said.",
        "Under embargo for years, Ormvik sells its salt at home",
        "The following information is not for publication",
        "Release date: 12 May 2026",
        "Sperrfrist entfällt",
        "Do not publish names, court says",
        "Ембарго на сіль триває",
    ],
)
def test_news_of_an_embargo_is_no_hold(line: str) -> None:
    """Neither news about embargoes holds an article, nor the word that there is none."""
    assert find_hold(line, "UTC") is None


def only_article(data: str) -> Article:
    """Read a file with one article."""
    (article,) = read(data.encode(), zone="Europe/Berlin").articles
    return article


def g2(head: str) -> str:
    """Return a NewsML-G2 item with these elements in its head."""
    meta = f"<itemMeta>{head}<title>Lake drained</title></itemMeta>"
    text = f"<contentSet><inlineData>{TEXT}</inlineData></contentSet>"
    return f"<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='g'>{meta}{text}</newsItem>"


def ninjs(**fields: str) -> str:
    """Return a ninjs item with these fields."""
    return json.dumps({"uri": "urn:x:1", "headline": "Lake drained", "body_text": TEXT, **fields})


MAIL = "From: a@ormvik.example\nTo: b@x.example\nDate: Mon, 11 May 2026 08:00:00 +0000\n"
PAGE = "<html><head><title>Lake drained</title></head><body>{}</body></html>"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"EMBARGOED UNTIL FRIDAY\n\nLake drained\n\n{TEXT}\n", id="text"),
        pytest.param(f"Lake drained\nSperrfrist 18 Uhr\n\n{TEXT}\n", id="below the headline"),
        pytest.param(
            f"---\ntitle: Lake drained\nembargo: friday\n---\n{TEXT}\n", id="front matter"
        ),
        pytest.param(f"---\ntitle: Lake drained\n---\nEMBARGO!\n\n{TEXT}\n", id="Markdown"),
        pytest.param(f"{MAIL}Subject: EMBARGO: Lake drained\n\n{TEXT}\n", id="mail subject"),
        pytest.param(f"{MAIL}Subject: Lake drained\n\nUNDER EMBARGO\n\n{TEXT}\n", id="mail"),
        pytest.param(
            PAGE.format(f"<article><h1>Lake drained</h1><b>EMBARGO!</b><p>{TEXT}</p></article>"),
            id="article on a page",
        ),
        pytest.param(
            PAGE.format(
                f"<header>Embargoed until Friday, 6 pm</header><article><h1>Lake drained</h1>"
                f"<p>{TEXT}</p><p>{TEXT[::-1]}</p></article>"
            ),
            id="head of a page",
        ),
        pytest.param(
            "<rss><channel><item><title>Embargo: Lake drained</title>"
            f"<description>{TEXT}</description></item></channel></rss>",
            id="feed",
        ),
        pytest.param(g2("<embargoed/>"), id="empty in G2"),
        pytest.param(g2("<embargoed>on Friday</embargoed>"), id="unreadable in G2"),
        pytest.param(g2("<edNote>Lake. Hold for release on Friday.</edNote>"), id="note in G2"),
        pytest.param(ninjs(embargoed="Friday"), id="unreadable in ninjs"),
        pytest.param(ninjs(ednote="EMBARGOED UNTIL FRIDAY"), id="note in ninjs"),
        pytest.param(
            "<nitf><head><docdata><ed-msg info='Embargoed to 0001 Friday'/></docdata></head><body>"
            f"<body.head><hedline><hl1>Lake drained</hl1></hedline></body.head>"
            f"<body.content><p>{TEXT}</p></body.content></body></nitf>",
            id="note in NITF",
        ),
        pytest.param(
            "\x16\x16\x01a0001\x1f\r\nr a BC-Lake\x02^BC-Lake,90<\r\n^Hold for release Friday 6 p."
            f"m.<\r\n^Lake drained<\r\n   {TEXT}\r\n\x03",
            id="ANPA",
        ),
        pytest.param(
            f"\x01orm0001 4 pl 90 orm 0001\n\n\x02(Sperrfrist 18 Uhr)\nLake drained =\n\n{TEXT}\x03"
            "121100 Mai 26",
            id="IPTC 7901",
        ),
        pytest.param(
            f"\x01orm0001 4 pl 90 orm 0001\n\n\x02Lake drained =\n\n{TEXT}\n\n# Notizblock\n"
            "## Sperrfrist: Freitag 18 Uhr\x03121100 Mai 26",
            id="notes in IPTC 7901",
        ),
    ],
)
def test_an_hour_that_cannot_be_read_withholds(data: str) -> None:
    """In every format an embargo without a readable hour withholds, and is in no word shown."""
    article = only_article(data)
    assert (article.status, article.embargoed) == (Status.WITHHELD, None)
    assert article.headline == "Lake drained"
    assert article.body.startswith(TEXT[:40])


def test_an_hour_that_can_be_read_holds_until_then() -> None:
    """The hour is that of the source's zone; of several, in field and words, the last counts."""
    line = "EMBARGOED UNTIL 20:00 ON 12 MAY 2026"
    article = only_article(f"{MAIL}Subject: {line}: Lake drained\n\nEMBARGO\n\n{TEXT}\n")
    assert (article.status, article.embargoed) == (Status.USABLE, EVENING)
    assert article.headline == "Lake drained"
    both = g2(f"<embargoed>2026-05-10T10:00:00Z</embargoed><edNote>{line}</edNote>")
    assert only_article(both).embargoed == EVENING


def test_an_embargo_may_end_in_another_century() -> None:
    """A year that no article is dated with is still the end of an embargo."""
    line = "EMBARGOED UNTIL 18:00 GMT ON 12 MAY 2126"
    late = EVENING.replace(year=2126)
    for data in (f"{line}\n\nLake drained\n\n{TEXT}\n", ninjs(embargoed=late.isoformat())):
        article = only_article(data)
        assert (article.status, article.embargoed) == (Status.USABLE, late)


def test_a_hold_may_be_the_second_sentence_of_its_line() -> None:
    """What stands before it in the line is kept, as far as it is text."""
    line = "Es gilt das gesprochene Wort. Sperrfrist: 12.05.2026, 18:00 Uhr"
    article = hold_article(Article(f"{line}\n\n{TEXT}"), "UTC")
    assert (article.status, article.embargoed) == (Status.USABLE, EVENING)
    headline = "Redemanuskript. Sperrfrist: Redebeginn"
    held = hold_article(Article(TEXT, headline=headline), "UTC")
    assert (held.status, held.headline) == (Status.WITHHELD, "Redemanuskript.")
    news = "The pier is shut. Embargo on salt, the mayor said."
    assert hold_article(Article(f"{news}\n\n{TEXT}"), "UTC").status is Status.USABLE


def test_a_field_goes_before_words_that_cannot_be_read() -> None:
    """Where a field names the hour, a note that only repeats the day withholds nothing."""
    field = "<embargoed>2026-05-12T18:00:00Z</embargoed>"
    article = only_article(g2(f"{field}<edNote>Embargoed until Tuesday.</edNote>"))
    assert (article.status, article.embargoed) == (Status.USABLE, EVENING)


@pytest.mark.parametrize("value", ["false", "no", "none"])
def test_a_field_that_says_no_embargo_holds_nothing(value: str) -> None:
    """A front matter may say that there is no embargo."""
    article = only_article(f"---\ntitle: Lake drained\nembargo: {value}\n---\n{TEXT}\n")
    assert article.status is Status.USABLE


MONDAY = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("EMBARGOED UNTIL 18:00 ON 12 MAY", EVENING),
        ("Embargoed until Tuesday, May 12, 6 p.m. GMT", EVENING),
        ("Sperrfrist: 12. Mai, 18 Uhr", EVENING),
        ("Sperrfrist: Dienstag, 12.05., 18 Uhr", EVENING),
        ("Sperrfrist: 12.5. 18.00 Uhr", EVENING),
        ("EMBARGOED UNTIL 5/12 18:00", None),
        ("Sous embargo jusqu'au 12 mai à 18h", EVENING),
        ("EMBARGOED UNTIL 12 MAY", NEXT_DAY),
        ("EMBARGO: 00:01, 3 January", datetime(2027, 1, 3, 0, 1, tzinfo=UTC)),
        ("EMBARGOED UNTIL 18:00 ON 10 MAY", datetime(2026, 5, 10, 18, tzinfo=UTC)),
        ("Embargoed until Friday, May 12, 6 p.m. GMT", None),
        ("EMBARGOED UNTIL 18:00 ON 6 MAY", None),
        ("EMBARGOED UNTIL 18:00 ON 31 APRIL", None),
        ("EMBARGOED UNTIL 18:00", None),
        ("EMBARGOED UNTIL MAY", None),
        ("Embargoed until noon, 12 May", None),
    ],
)
def test_a_day_without_a_year_is_the_next_one(line: str, until: datetime | None) -> None:
    """It is the next from the article's own time; a wrong weekday or a day just gone withholds."""
    article = hold_article(Article(f"{line}\n\n{TEXT}", published=MONDAY), "UTC")
    assert article.embargoed == until
    assert article.status is (Status.WITHHELD if until is None else Status.USABLE)


@pytest.mark.parametrize("own", [None, MONDAY.replace(year=2025), MONDAY])
def test_what_is_dated_long_ago_or_not_counts_from_its_arrival(own: datetime | None) -> None:
    """A text without a date, or with last year's, is held from when it came: never shown early."""
    line = "EMBARGOED UNTIL 18:00 ON 12 MAY"
    article = Article(f"{line}\n\n{TEXT}", published=own)
    assert hold_article(article, "UTC", arrived=MONDAY).embargoed == EVENING
    late = hold_article(article, "UTC", arrived=MONDAY.replace(day=18))
    assert late.embargoed == (EVENING if own == MONDAY else None)
    dropped = read(f"{line}\n\nLake drained\n\n{TEXT}".encode(), arrived=MONDAY).articles[0]
    assert (dropped.embargoed, dropped.headline) == (EVENING, "Lake drained")
