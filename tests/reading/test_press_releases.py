"""What press offices set around a release is neither its headline nor its text."""

import pytest

from bot.model import Article
from bot.reading import read

HEADLINE = "Council shuts north quay"
LEAD = (
    "LOWHAVEN – The council of Lowhaven closed its north quay on Friday, after two of its posts"
    " gave way."
)
QUOTE = "“Nobody goes out there before we have looked at every post,” said Rina Moll, who runs it."
BODY = f"{LEAD}\n\n{QUOTE}"


def release(text: str) -> Article:
    """Read the one article of a text."""
    return read(text.encode()).articles[0]


@pytest.mark.parametrize(
    "top",
    [
        "FOR IMMEDIATE RELEASE\n\n",
        "For Immediate Release: Friday, 1 May 2026\n\n",
        "FOR IMMEDIATE RELEASE                    Contact: Ida Orr, 555 0100\n\n",
        "FOR IMMEDIATE RELEASE\nContact: Ida Orr\n+1 555 010 0100\nida@lowhaven.example\n\n",
        "PRESS RELEASE\nNo. 12/2026\n\n",
        "Press Release No. 12/2026\n",
        "MEDIA RELEASE PR67276\n\n",
        "P R E S S   R E L E A S E\n\n",
        "*** NEWS RELEASE ***\n\nMedia contact:\nIda Orr\nLowhaven\nTel: 555 0100\n\n",
        "Joint Press Statement\nFOR IMMEDIATE RELEASE\n\n",
        "Pressemitteilung Nr. 7 vom 1. Mai 2026\n\n",
        "COMMUNIQUÉ DE PRESSE\nPour diffusion immédiate\n\n",
        "Comunicado de prensa – Para publicación inmediata\n\n",
        "Press Release: ",
        "PRESSMEDDELANDE 2026-05-01\n\n",
        "Прес-реліз\n\n",
    ],
)
@pytest.mark.parametrize("end", ["", "\n\n###\n\nContact: Ida Orr, 555 0100", "\n\nENDS"])
def test_marks_above_a_release_are_no_headline(top: str, end: str) -> None:
    """The headline below the marks and contacts is the headline, and the text begins below it."""
    article = release(f"{top}{HEADLINE}\n\n{BODY}{end}")
    assert (article.headline, article.body) == (HEADLINE, BODY)


def test_a_headline_of_two_lines_is_joined() -> None:
    """A headline that was broken at the margin is one; a line in other type below it is not."""
    first, second = "Council Shuts North Quay of Lowhaven After Two of Its", "Posts Give Way"
    broken = release(f"Source: Lowhaven\nPRESS RELEASE 4\n{first} \n{second}\n\n{BODY}")
    assert (broken.headline, broken.source) == (f"{first} {second}", "Lowhaven")
    loud = "COUNCIL SHUTS NORTH QUAY AFTER TWO POSTS GIVE WAY"
    parted = release(f"PRESS RELEASE\n\n{loud}\n\nDivers to look at all others\n\n{BODY}")
    assert parted.headline == loud


@pytest.mark.parametrize(
    "end",
    [
        "###", "# # #", "#####", "-30-", "— 30 —", "ENDS", "-ends-", "- Ends -", "End of release",
        "[ENDS]", "Notes to editors:", "Note for Editors", "Editors' notes", "ENDE",
        "Hinweis an die Redaktionen:",
    ],
)  # fmt: skip
def test_what_is_for_editors_is_no_text(end: str) -> None:
    """The mark of the end, and contacts and notes below it, are left out."""
    below = f"{end}\n\nLowhaven has 900 people.\n\nTel.: 555 0100"
    assert release(f"{HEADLINE}\n\n{BODY}\n\n{below}").body == BODY
    assert release(f"PRESS RELEASE\n\n{HEADLINE}\n\n{BODY}\n{below}").body == BODY


def test_what_a_sender_says_of_itself_is_no_text() -> None:
    """Below a release "About X" begins with X; news that tells about something keeps its parts."""
    about = "About Velm Lines\n\nVelm Lines says it is the fastest line.\n\nTel.: 555 0100"
    assert release(f"PRESS RELEASE\n\n{HEADLINE}\n\n{BODY}\n\n{about}").body == BODY
    news = f"{BODY}\n\nAbout Posts\n\nMost of them are of oak."
    assert release(f"{HEADLINE}\n\n{news}").body == news


def test_of_a_text_that_goes_on_only_the_mark_is_left_out() -> None:
    """Marks between parts of a text take nothing of it: most of it stands below the first one."""
    text = "\n\n###\n\n".join((BODY, QUOTE.replace("Nobody", "No one"), LEAD + " " + QUOTE, QUOTE))
    body = release(f"{HEADLINE}\n\n{text}").body
    assert "#" not in body
    assert "No one goes" in body
    assert LEAD + " " + QUOTE in body


@pytest.mark.parametrize(
    "headline",
    [
        "Press release row shakes council", "Immediate release of hostages demanded",
        "Media statement by mayor angers council", "For general release film fans wait",
        "News releases fall by half", "Contact lost with ferry", "The end of an era",
    ],
)  # fmt: skip
def test_news_of_releases_are_no_marks(headline: str) -> None:
    """Words of a mark inside a headline are its words."""
    assert release(f"{headline}\n\n{BODY}").headline == headline


def test_a_release_that_only_quotes_the_words_keeps_them() -> None:
    """Inside a text the words of a mark are words."""
    body = f"{LEAD}\n\nThe press release said nothing of it. The end was near.\n\n{QUOTE}"
    assert release(f"{HEADLINE}\n\n{body}").body == body


def test_the_date_of_a_mark_is_when_it_was_published() -> None:
    """A mark such as "For immediate release: 1 May 2026" dates a text that has no other date."""
    article = release(f"For immediate release: 1 May 2026\n\n{HEADLINE}\n\n{BODY}")
    assert article.published is not None
    assert article.published.isoformat() == "2026-05-01T00:00:00+00:00"


def test_marks_are_taken_out_of_mail_and_pages() -> None:
    """A subject keeps its words behind the mark; a page's first paragraph heads it in its place."""
    mail = (
        "From: Lowhaven <press@lowhaven.example>\nTo: desk@post.example\n"
        f"Date: Fri, 1 May 2026 08:00 +0000\nSubject: PRESS RELEASE: {HEADLINE}\n\n"
        f"FOR IMMEDIATE RELEASE\n\n{BODY}\n\n###"
    )
    html = "".join(f"<p>{each}</p>" for each in ("PRESS RELEASE", HEADLINE, LEAD, QUOTE, "# # #"))
    page = f"<html><head><title>Press release</title></head><body>{html}</body></html>"
    for text in (mail, page):
        article = release(text)
        assert (article.headline, article.body) == (HEADLINE, BODY)
