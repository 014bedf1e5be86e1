"""Bylines, captions, promos and credits are recognized, and datelines cut off."""

import pytest

from bot.language.readability import needs_context
from bot.language.trimming import news_sentences, strip_dateline
from bot.model import Span
from tests.timing import processor_seconds

NOTHING = """
Harborough striker Otto Odell rides the challenge of Wexley defender Peter Kranz (left) on Saturday
By Ann Lee
By Ann Lee and Omar Diaz
Von Anna Weber
Read more: the harbour in pictures.
Date: 2026-05-04 12:00 UTC.
Published on: 4 May 2026, 9.30 a.m.
Here are five things to know about the strike.
Q: Will the crane hold through the winter?
A: It will hold if its bolts are changed.
READ ALSO: What the strike means.
Related: Ferries through the ages.
Photo: The quay at dawn.
Watch: the moment the mast broke.
Sign up for our morning letter.
Follow us for more.
Click here to see the map.
(Tidings)
Editor's note: an earlier version named the wrong ship.
Copyright 2026 Tidings.
Additional reporting by Omar Diaz.
Omar Diaz contributed to this report.
CORRECTION (May 4): A previous version of this story gave the ferry a wrong age.
Clarification: The harbour office says it paid for the crane itself.
In an earlier version of this article, we said the ferry was late.
(This May 4 story has been corrected to fix the spelling of Tarr.)
(Updates with quote from minister, adds detail)
Last updated: 4 May 2026.
MORE: How the strike began.
Get the best of the Tidings in your inbox each Friday.
Got a story? Email our news desk.
Have you been affected by the strike? Get in touch with us.
You can email the author at ann@example.org.
Good evening and welcome back to our live page.
That's it from us for tonight.
Thank you for reading.
This live page is now closed.
A ferry lies at the quay on Tuesday. Photo: Ann Lee/Tidings
The mayor at the quay, May 4, 2026. TIDINGS/Omar Diaz
BYLINE: Ann Lee.
FILE PHOTO: The mayor arrives at the quay.
Mayor Rita Coll (left) and her deputy Jonas Vik opened the quay in March.
Mayor Rita Coll, left, and her deputy open the quay.
Rita Coll, second from right, with the crew of the ferry in 2019.
The new quay (top) and the old one (bottom) before the storm.
In this May 3, 2026, file photo, Mayor Rita Coll speaks at the quay.
In this photo provided by the coast guard, a ferry lies on its side.
An undated handout photo shows the quay before the fire.
Coach Ann Lee looks on during the match against Skarn on Sunday.
Rita Coll waves to supporters after the vote in Velm on Monday, May 3, 2026.
The ferry is seen near the quay in Port Vale on May 3.
A girl poses with her prize goose at the county fair on Saturday.
Protesters march through Port Vale on Monday, May 3, 2026.
Prime Minister Mara Ilves arrives at the summit on 3 May 2026 in Port Vale.
Ann Lee reported from Velm, Omar Diaz from Norrmark.
Ann Lee is a reporter based in Velm covering ferries.
You can follow Ann Lee on Bluesky.
The Tidings has approached the ministry for comment.
Article continues after advertisement.
This is a breaking news story. More to follow.
The post Mayor resigns appeared first on Tidings.
Lesen Sie auch: Der Hafen im Winter.
Lire aussi : le port en hiver.
What comes next
***
12
""".strip().splitlines()

NEWS = """
The mayor (pictured) sank the ferry, a court in Port Vale was told on Monday morning, and fled.
The harbour closed on Monday.
By Monday the harbour had closed.
Photographs of the quay were found in the archive.
Watchmen saw the mast break.
This photograph is the proof, the court ruled on Monday, that had been missing for years.
A photo shows the mate asleep on the day of the crash.
The ferry was seen near the quay on Monday.
Norland looks on course for a record harvest after the rains that fell on Monday.
Two heat waves killed 40 people by Monday.
The court sits on Monday.
Staff walk out on Monday.
The ministry holds talks with the union on Monday.
The lease ends on May 3, 2026.
Twelve teachers are on leave, two of them since the strike on May 3, 2026.
She is seen as the likely winner of the vote on Sunday.
The left, right and center voted for the ferry.
The party moved left, and its voters moved right, in the spring.
Relatedness is no crime, the judge said.
Following the vote, the council went home.
Signs of rust were found on the hull.
An earlier version of the bill named no sum.
Correction of the charts took a year, the harbour office said.
"Good morning and welcome," the mayor said.
"Thanks for following the rules," she told the crews.
The Tidings has contacted three crews, who said the ferry leaked.
Ann Lee reported from Velm that the port was shut.
Ann Lee is a reporter who was held for two years, and her sister said she was well.
Last updated in 2019, the chart shows no pier.
Do you know what he told the crew? He said the pier was safe.
Three in four said no (Tidings/Norrdata poll).
The mayor regrets the loss of the ferry.
Welcome rain fell on Monday.
More details emerged on Monday.
Read aloud, the letter took an hour.
(The mayor was ill, and nobody had told the council until the evening of the vote itself.)
The council voted by 12 to 3 to close the quay for the winter while engineers test the wall
""".strip().splitlines()


def is_boilerplate(sentence: str) -> bool:
    """Tell whether a text of one sentence is no news."""
    return not news_sentences(sentence, [Span.of(sentence, 0, len(sentence))])


@pytest.mark.parametrize("sentence", NOTHING)
def test_boilerplate_is_recognized(sentence: str):
    """Bylines, captions, promos and credits are boilerplate."""
    assert is_boilerplate(sentence)


@pytest.mark.parametrize("sentence", NEWS)
def test_similar_news_is_not_boilerplate(sentence: str):
    """News that begins with the words of a promo is kept."""
    assert not is_boilerplate(sentence)


@pytest.mark.parametrize(
    "dateline",
    [
        "TALLINN, Nov 22 (Tidings) — ",
        "(TNS) -- ",
        "HARBOR CITY, Ore. (Tidings) - ",
        "PORT VALE – ",
        "BERLIN, 3. März (dpa) - ",
        "Port Vale, March 3 (Tidings) - ",
        "SANKT JOHANN, Dec. 1, 2026 (Tidings) — ",
        "- ",
        "2. ",
    ],
)
def test_a_dateline_is_cut_off(dateline: str):
    """The sentence begins after its dateline, and is still a slice."""
    text = f"{dateline}The ferry sank."
    cut = strip_dateline(text, Span.of(text, 0, len(text)))
    assert cut.text == "The ferry sank."
    assert cut.holds_in(text)


@pytest.mark.parametrize("place", ["London", "Hong Kong", "Oslo"])
@pytest.mark.parametrize("rest", ["The ferry sank.", "With no radar the ferry sank."])
def test_a_place_that_a_page_leaves_of_a_dateline_is_cut_off(place: str, rest: str):
    """Its dash and agency stood in marks of their own."""
    text = f"{place} {rest}"
    assert strip_dateline(text, Span.of(text, 0, len(text))).text == rest


def test_the_hour_of_an_entry_is_cut_off():
    """A live blog's times are no words; a ratio, a price and an hour within a sentence are."""
    for hour in ("14:20 ", "9.15am: ", "14:02 — ", "9:05 a.m. GMT: "):
        text = f"{hour}The ferry sank."
        assert strip_dateline(text, Span.of(text, 0, len(text))).text == "The ferry sank."
    for text in ("3.50 Euro is the fare.", "10:30 Uhr ist es.", "9.15 in the morning it sank."):
        assert strip_dateline(text, Span.of(text, 0, len(text))).text == text


def test_a_place_before_a_name_is_a_dateline_unless_it_is_one_name_with_it():
    """A city and a first name are two things; a city that is a first name may be part of one."""
    for text, cut in (
        ("Oslo Karin Vik sank the ferry.", "Karin Vik sank the ferry."),
        ("Paris Karin Vik sank the ferry.", "Paris Karin Vik sank the ferry."),
        ("Oslo Mayor Karin Vik sank it.", "Oslo Mayor Karin Vik sank it."),
        ("Oslo Rockets Club sank it.", "Oslo Rockets Club sank it."),
    ):
        assert strip_dateline(text, Span.of(text, 0, len(text))).text == cut


@pytest.mark.parametrize(
    "text",
    [
        "NATO — the alliance — met.",
        "The ferry - an old one - sank.",
        "Ann Lee (left) sank it.",
        "(Then) it sank.",
        "- ",
    ],
)
def test_what_is_no_dateline_stays(text: str):
    """A dash or bracket alone does not make a dateline."""
    span = Span.of(text, 0, len(text))
    assert strip_dateline(text, span) == span


@pytest.mark.parametrize(
    "piece", ["A", "A ", "Aa, ", "(", "(A", "-", '"', "'s ", "By A", "A.", "I said, ", " "]
)
def test_repetitive_sentences_cost_little(piece: str):
    """A long sentence of one repeated word is judged at once."""
    text = f"By {piece * (4_000 // len(piece))}!"

    def judging() -> None:
        is_boilerplate(text)
        strip_dateline(text, Span.of(text, 0, len(text)))
        needs_context(text)

    assert processor_seconds(judging) < 0.1
