"""Turns of interviews and transcripts are their speakers' words; headings are nobody's."""

import pytest

from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements
from bot.model import QuotationType


def told(text: str) -> list[tuple[str | None, str]]:
    """Return who said what, in text order."""
    statements = find_statements(text, split_sentences(text))
    statements = sorted(statements, key=lambda s: s.content[0].start)
    return [(s.actor.name.text if s.actor else None, s.content[0].text) for s in statements]


INTERVIEW = """Ida Roe runs the port at Velm. She met the Gull Herald.

Q{mark} Will the pier hold?

A{mark} It will hold for ten years, I think. We had it tested.

Q{mark} Who pays?

A{mark} The town pays for all of it.

Roe said later that the crane was new."""


@pytest.mark.parametrize("mark", [":", "."])
def test_answers_are_the_interviewees(mark: str):
    """A is who was named before, Q says nothing, and the prose around is read as ever."""
    assert told(INTERVIEW.format(mark=mark)) == [
        ("Ida Roe", "It will hold for ten years, I think. We had it tested."),
        ("Ida Roe", "The town pays for all of it."),
        ("Ida Roe", "that the crane was new"),
    ]


def test_an_answer_of_one_of_several_is_nobodys():
    """Where two were named as often, who answers is left open."""
    text = "Ida Roe met Jonas Feld.\n\nQ: Will it hold?\n\nA: It will hold for years."
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            (
                "Herald: Will the pier hold?\n\nIda Roe: It will hold for years.\n\n"
                "Herald: And then?\n\nRoe: Then we build another."
            ),
            [("Ida Roe", "It will hold for years."), ("Ida Roe", "Then we build another.")],
        ),
        (
            (
                "QUESTION: Will you run?\n\nMR. FELD: I will not run again.\n\n"
                "MS. ROE: He told the board so."
            ),
            [("FELD", "I will not run again."), ("ROE", "He told the board so.")],
        ),
        (
            "IDA ROE, PORT ANALYST: The pier is ours.\n\nROE: It was built by us.",
            [("IDA ROE", "The pier is ours."), ("IDA ROE", "It was built by us.")],
        ),
        (
            (
                "Ida Roe (Greens, Velm): I ask him to resign.\n\n"
                "Jonas Feld (Labour, Norrmark): I will not resign."
            ),
            [("Ida Roe", "I ask him to resign."), ("Jonas Feld", "I will not resign.")],
        ),
        (
            (
                "Ida Roe leads the port of Velm.\n\nGULL: Tell us of the pier.\n\n"
                "Ida: I built it with my own hands.\n\nGULL: Will it hold?\n\nIda: We hope so."
            ),
            [
                ("GULL", "Tell us of the pier."),
                ("Ida", "I built it with my own hands."),
                ("Ida", "We hope so."),
            ],
        ),
        (
            "Mrs ROE (Velm—Minister for Ports) (4.05 pm)—I thank the house for it.",
            [("ROE", "I thank the house for it.")],
        ),
    ],
)
def test_a_label_names_whose_turn_it_is(text: str, expected: list[tuple[str, str]]):
    """Names in full, alone, in capitals, with title, office, party or time; first names."""
    assert told(text) == expected


def test_a_turn_is_direct_and_its_mark_the_cue():
    """What stands in a turn is word for word."""
    text = "MS. ROE: The pier is ours.\n\nMR. FELD: It was never hers."
    for statement in find_statements(text, split_sentences(text)):
        assert statement.form is QuotationType.DIRECT
        assert statement.cue
        assert statement.cue.text == ":"


@pytest.mark.parametrize(
    "text",
    [
        "Sport: Velm lose the cup again.\n\nWeather: Rain falls in the west.",
        "Monday: Rain falls in Velm.\n\nMonday: Rain falls in Norrmark.\n\nVelm Bay: Fog stays.",
        "Ida Roe: 1,769.\n\nJonas Feld: 1,501.\n\nRoe: 547.\n\nFeld: 46.",
        (
            "Reaching Gull Island: The boat leaves at nine.\n\nReaching Pell: Take the train.\n\n"
            "Reaching Seal Island: Ask the fishermen."
        ),
        "Gull Pier opens.\n\nPier: Rain falls in May.\n\nMonday: Fog stays.\n\nPier: Fog goes.",
        "Address: 4 Quay Road in Velm.\n\nTickets: 5 crowns at the door.",
    ],
)
def test_headings_and_tables_are_no_turns(text: str):
    """What stands before their colon says nothing."""
    assert told(text) == []
