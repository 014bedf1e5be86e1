"""Who answers in an interview without names in its marks: in bold type, with numbers or roles."""

from collections.abc import Sequence

import pytest

from bot.language.analysis import analyse
from bot.reading import read

INTRO = "Ida Roe runs the port at Velm. In this interview with the Gull Herald she looks back."
Q1, A1 = "Will the pier hold?", "It will hold for ten years, I think. I had it tested in May."
Q2, A2 = "And who pays for it?", "We do. The town pays for all of it out of our harbor dues."
TOLD = [("Ida Roe", A1), ("Ida Roe", A2)]

Told = list[tuple[str | None, str]]


def told_in(text: str) -> Told:
    """Return who is told to have said what, in text order."""
    (article,) = read(text.encode()).articles
    statements = sorted(analyse(article).statements, key=lambda one: one.content[0].start)
    return [
        (one.actor.name.text if one.actor else None, " ".join(span.text for span in one.content))
        for one in statements
    ]


def page(*paragraphs: str, title: str = "The pier at Velm", intro: str = INTRO) -> str:
    """Return a page with these paragraphs of HTML below its headline and an introduction."""
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    head = f"<html lang='en'><head><title>{title}</title></head><body><article>"
    return f"{head}<h1>{title}</h1><p>{intro}</p>{text}</article></body></html>"


def bold(*paragraphs: str) -> tuple[str, ...]:
    """Return the paragraphs, every other one in bold type."""
    return tuple(f"<b>{each}</b>" if k % 2 == 0 else each for k, each in enumerate(paragraphs))


def marked(question: str, answer: str) -> str:
    """Return the interview as text, with a mark before questions and one before answers."""
    turns = (f"{question} {Q1}", f"{answer} {A1}", f"{question} {Q2}", f"{answer} {A2}")
    return "\n\n".join(["The pier at Velm", INTRO, *turns])


PAGE = page(*bold(Q1, A1, Q2, A2))
MARKS = (
    ("Q:", "A:"),
    ("Interviewer:", "Respondent:"),
    ("Interviewer:", "Ida Roe:"),
    ("Reporter:", "Ida Roe:"),
    ("Host:", "Guest:"),
    ("INTERVIEWER:", "RESPONDENT:"),
    ("HOST:", "GUEST:"),
    ("Gull Herald:", "Ida Roe:"),
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PAGE, id="bold"),
        pytest.param(PAGE.replace("b>", "strong>"), id="strong"),
        pytest.param(PAGE.replace("<p><b>", "<h3>").replace("</b></p>", "</h3>"), id="headings"),
        pytest.param(page(f"<b>{Q1}</b> {A1}", f"<b>{Q2}</b> {A2}"), id="in one paragraph"),
        pytest.param(
            PAGE.replace("the pier hold", "the pier</b> <b>hold"), id="bold in two pieces"
        ),
        pytest.param(
            page(*bold(Q1, A1, "That is a long time. Who pays?", A2)), id="a question that tells"
        ),
        pytest.param(
            f"# The pier at Velm\n\n{INTRO}\n\n**{Q1}**\n\n{A1}\n\n**{Q2}**\n\n{A2}", id="Markdown"
        ),
        pytest.param(
            f"The pier at Velm\n\n{INTRO}\n\n1. {Q1}\n\n{A1}\n\n2. {Q2}\n\n{A2}", id="numbers"
        ),
        *(pytest.param(marked(*marks), id=" ".join(marks)) for marks in MARKS),
        pytest.param(
            page(
                *(
                    f"<b>{m}</b> {p}"
                    for m, p in zip(["Herald:", "Ida Roe:"] * 2, [Q1, A1, Q2, A2], strict=True)
                )
            ),
            id="names in bold",
        ),
    ],
)
def test_answers_are_the_interviewees(text: str) -> None:
    """Whoever is named above answers; what asks is nobody's."""
    assert told_in(text) == TOLD


def test_marked_answers_need_no_first_person_where_the_text_tells_of_an_interview() -> None:
    """The marks and the text say who speaks; answers of facts are somebody's, too."""
    text = (
        "Ida Roe runs the pump works at Velm. She spoke to the Herald.\n\n"
        "Q: Will the pump hold?\n\nA: It will hold for twenty winters.\n\n"
        "Q: Who pays?\n\nA: The town pays for all of it."
    )
    assert told_in(text) == [
        ("Ida Roe", "It will hold for twenty winters."),
        ("Ida Roe", "The town pays for all of it."),
    ]


def test_the_headline_tells_who_of_two_answers() -> None:
    """The other one is talked of."""
    intro = "Tom Hale built the pier, and Ida Roe runs it. She spoke to us on Monday."
    text = page(*bold(Q1, A1, Q2, A2), title="Roe: the pier will hold", intro=intro)
    assert told_in(text) == TOLD


def test_what_tells_of_the_interviewee_is_not_said_by_her() -> None:
    """Between answers an article describes; below the last one it goes on."""
    aside, below = "Roe gets up and looks at the ships.", "The talk was cut for length."
    text = page(f"<b>{Q1}</b>", A1, aside, f"<b>{Q2}</b>", A2, below)
    assert told_in(text) == TOLD


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            page(*bold(Q1, A1, Q2, A2), intro="Ida Roe and Tom Hale spoke to the Gull Herald."),
            id="two may answer",
        ),
        pytest.param(
            page(*bold(Q1, A1, Q2, A2), intro="The port is old, and the pier is older than it."),
            id="nobody is named",
        ),
        pytest.param(
            page(
                *bold(
                    "How do I book?", "You book.", "Can I bring my dog?", "We let dogs on board."
                ),
                title="Ferries: your questions",
            ),
            id="readers' questions",
        ),
        pytest.param(
            page(
                *bold("What happened?", "The pier sank.", "And now?", "Divers look at it today."),
                title="What we know of the pier",
            ),
            id="an explainer",
        ),
        pytest.param(
            page(
                *bold(
                    "What happened?",
                    "The pier sank. “I saw it, and we ran,” a guard recalls.",
                    "Who pays?",
                    "The town. “We always do, and I pay most,” a clerk says.",
                )
            ),
            id="an explainer with quotations",
        ),
        pytest.param(
            f"Pier FAQ\n\n{INTRO}\n\nQ: Who books?\n\nA: You do.\n\nQ: May I?\n\nA: We say no.",
            id="an FAQ",
        ),
        pytest.param(
            "Fish soup\n\nIda Roe cooks at the port of Velm.\n\n1. What do you need?\n\n"
            "Two fish and a leek.\n\n2. How long does it cook?\n\nFor an hour.",
            id="a recipe",
        ),
        pytest.param(
            "The Velm quiz\n\nIda Roe asks, you answer.\n\n1. Who built the pier?\n\n"
            "Tom Hale did.\n\n2. When did it sink?\n\nIn May.",
            id="a quiz",
        ),
    ],
)
def test_nobody_answers_where_it_is_not_certain(text: str) -> None:
    """Two who may, nobody named, pages of questions and answers, recipes, quizzes."""
    assert [each for each in told_in(text) if each[0] == "Ida Roe"] == []


def test_an_interview_in_bold_type_has_turns_and_an_extract_that_names_its_person() -> None:
    """A question goes with its answer. Answers do not tell whose they are; what is above does."""
    (article,) = read(PAGE.encode()).articles
    analysis = analyse(article)
    assert [turn.kind.value for turn in analysis.turns] == ["question", "answer"] * 2
    assert "Ida Roe" in analysis.extract[0].text


ABOVE = (
    "The new harbor chief, Ida Berg, spoke to the Herald's Jo Roe about the nine piers of the town."
)
TALK = (
    ("Jo Roe", "Will the north pier stay open in winter?"),
    ("Ida Berg", "We will keep it open until May."),
    ("Jo Roe", "And who pays for the gates?"),
    ("Ida Berg", "The town does. I have asked for nine million."),
)


def bold_page(paragraphs: Sequence[str]) -> bytes:
    """Return a page with an article of these paragraphs of HTML below what it is about."""
    told = "".join(f"<p>{paragraph}</p>" for paragraph in (ABOVE, *paragraphs))
    return f"<html><body><article><h1>The pier: a talk</h1>{told}</article></body></html>".encode()


@pytest.mark.parametrize(
    "page",
    [
        bold_page([f"<b>{name}</b> {words}" for name, words in TALK]),
        bold_page([f"<strong>{name.upper()}</strong> {words}" for name, words in TALK]),
        bold_page([f"<strong>{name.split()[1]}</strong> {words}" for name, words in TALK]),
        bold_page([f"<b>{name}</b><br>{words}" for name, words in TALK]),
        bold_page([text for name, words in TALK for text in (f"<b>{name}</b>", words)]),
        f"# The pier: a talk\n\n{ABOVE}\n\n".encode()
        + "\n\n".join(f"**{name}** {words}" for name, words in TALK).encode(),
    ],
    ids=["full", "capitals", "last name", "line below", "paragraph below", "markdown"],
)
def test_names_in_bold_that_take_turns_are_marks(page: bytes) -> None:
    """They need no colon; answers tell most, and an article may go on below the last."""
    (article,) = read(page).articles
    found = [each for each in analyse(article).statements if each.found_by == "turn"]
    best = sorted(found, key=lambda each: -each.score)[:2]
    assert {(s.actor.name.text.title(), s.content[0].text) for s in best if s.actor} == {
        ("Ida Berg", "We will keep it open until May."),
        ("Ida Berg", "The town does. I have asked for nine million."),
    }


@pytest.mark.parametrize(
    "paragraphs",
    [
        # One name alone; each once; a directory; places.
        ["<b>Ida Berg</b> We know it.", "<b>Ida Berg</b> I do.", "<b>Ida Berg</b> We all do."],
        ["<b>Ida Berg</b> I like it.", "<b>Jo Roe</b> We hate it.", "<b>Bo Kern</b> I do not."],
        [
            "<b>Ida Berg</b> Chairs the harbor board.",
            "<b>Jo Roe</b> Writes for the Herald.",
            "<b>Ida Berg</b> Also runs the museum.",
            "<b>Jo Roe</b> Also paints boats.",
        ],
        ["<b>Ida Berg</b> Chair", "<b>Jo Roe</b> Clerk, we hear", "<b>Ida Berg</b> Our host"],
        ["<b>Skarn</b> We had fish.", "<b>Velm</b> We slept.", "<b>Skarn</b> We left."],
    ],
)
def test_names_in_bold_of_a_list_are_no_marks(paragraphs: list[str]) -> None:
    """Two must take turns, one of them named in full above, and talk."""
    (article,) = read(bold_page(paragraphs)).articles
    assert article.turns == ()


def test_questions_in_a_numbered_list_in_bold_are_asked() -> None:
    """The number stands before the bold type; the headline names who of two answers."""
    text = (
        "# Interview with Ida Roe, Pier Team Member\n\nAuthors: Jo Tarn, Ida Roe\n\n"
        "Ida Roe joined the Pier Team in September. In this interview, learn more about her.\n\n"
        "1. __Tell us about yourself.__\n\n    I grew up in Velm and work for the port.\n\n"
        f"1. __{Q1}__\n\n    {A1}\n\n1. __{Q2}__\n\n    {A2}\n"
    )
    found = [words for name, words in told_in(text) if name == "Ida Roe"]
    assert found == ["I grew up in Velm and work for the port.", A1, A2]
