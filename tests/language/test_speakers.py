"""Who said it is told by the grammar, not by whose name stands nearest."""

import pytest

from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements
from bot.model import Statement

NOT_FOR_SALE = (
    "The owner of Kestrel Motors said on Monday that the car maker was not for sale, a day"
    " after the Sunday Ledger reported that Hanover had offered 3 billion crowns."
)


def statements(text: str) -> list[Statement]:
    """Return the statements of a text in text order."""
    return sorted(find_statements(text, split_sentences(text)), key=lambda s: s.content[0].start)


def speakers(text: str, words: str) -> list[str | None]:
    """Return who is told to have said some words."""
    return [
        s.actor.name.text if s.actor else None
        for s in statements(text)
        if any(words in span.text for span in s.content)
    ]


@pytest.mark.parametrize(
    "text",
    [
        'Dana Orr was angry with Jonas Feld for saying "the ferry is a wreck".',
        "Dana Orr is livid at Jonas Feld for telling the board that the ferry is a wreck.",
        'Dana Orr was disappointed in Jonas Feld for claiming that "the ferry is a wreck".',
        'Jonas Feld drew the ire of Dana Orr for saying "the ferry is a wreck".',
        "Jonas Feld came under fire from Dana Orr for saying that the ferry is a wreck.",
        "Jonas Feld was criticised by Dana Orr for saying that the ferry is a wreck.",
        'Jonas Feld was criticised for saying "the ferry is a wreck".',
        'Jonas Feld apologised to Dana Orr for saying that "the ferry is a wreck".',
        "Jonas Feld was quoted by the Gull Herald as saying the ferry is a wreck.",
        'Dana Orr quoted Jonas Feld as saying "the ferry is a wreck".',
        '"It leaks, and the ferry is a wreck," Dana Orr cited Jonas Feld as saying.',
        "Dana Orr was told by Jonas Feld that the ferry is a wreck.",
        'Jonas Feld stood up and said: "We know the ferry is a wreck," he said.',
    ],
)
def test_what_another_is_blamed_or_cited_for_is_that_others(text: str):
    """Neither who is angry, who cites nor who is told has said it."""
    assert speakers(text, "the ferry is a wreck") == ["Jonas Feld"]


def test_praise_and_blame_stay_their_speakers():
    """Who mocks another for saying something says all of it."""
    [statement] = statements('Dana Orr mocked Jonas Feld for saying that "nobody was hurt".')
    assert statement.actor
    assert statement.actor.name.text == "Dana Orr"
    assert statement.content[0].text.startswith("Jonas Feld for saying")


@pytest.mark.parametrize(
    "text",
    [
        'Dana Orr was told: "The ferry is yours."',
        "Dana Orr was told that the ferry had been sold.",
        "Told that the ferry had been sold, Dana Orr wept.",
        "Dana Orr was asked whether the ferry was safe.",
        'Dana Orr carried a placard that read "Save our ferry".',
        'The cap on Dana Orr\'s head said "Ferries forever".',
        'Dana Orr has a tattoo that says "Born on a ferry".',
        'Dana Orr wrote a book called "The Ferry That Never Came".',
        'In one scene an actor playing Dana Orr shouts "Sink the ferry!"',
        'In a fabricated post, Dana Orr says "Sink the ferry".',
    ],
)
def test_what_somebody_hears_wears_or_is_made_to_say_is_not_theirs(text: str):
    """The only person in the sentence did not say it."""
    assert "Dana Orr" not in [s.actor.name.text for s in statements(text) if s.actor]


def test_a_paper_that_is_cited_still_speaks():
    """A letter, unlike a placard, makes a statement."""
    assert speakers('The letter says "the ferry is a wreck".', "wreck") == ["The letter"]


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("A letter seen by AFP says the pier is unsafe.", "AFP"),
        ("Dana Orr tells the Herald the pier is unsafe.", "Herald"),
        ("Dana Orr told Gull Radio the pier is unsafe.", "Gull Radio"),
        ('"The pier is unsafe," Dana Orr was quoted as saying by the Gull Herald.', "Gull Herald"),
        ("State news agency Norrtel quoted Dana Orr as saying the pier is unsafe.", "Norrtel"),
        ("Dana Orr told the board the pier is unsafe.", None),
    ],
)
def test_who_carried_the_words_is_credited(text: str, via: str | None):
    """An outlet that quotes, saw a paper or was spoken to carries the statement."""
    [statement] = statements(text)
    assert (statement.via.text if statement.via else None) == via


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("And from Captain Jonas Feld:\n\n“The pier is safe.”", "Jonas Feld"),
        ("From the office of Jonas Feld, mayor of Velm.\n\n“The pier is safe.”", "Jonas Feld"),
        ("Jonas Feld, in a text message:\n\n“The pier is safe.”", "Jonas Feld"),
        ("Here is what Jonas Feld said:\n\n“The pier is safe.”", "Jonas Feld"),
        ('"The pier is safe!" shout the crew of the ferry.', "the crew of the ferry"),
        ("The pier is safe, per a study by the port office.", "a study by the port office"),
        ("Per the port office, The pier is safe.", "the port office"),
        (
            "While walking through Velm, Orr was told by her brother that The pier is safe.",
            "her brother",
        ),
    ],
)
def test_announced_and_inverted_reports_are_found(text: str, speaker: str):
    """A name before a quotation, a verb that is a noun too, "per", and "was told by"."""
    [statement] = [s for s in statements(text) if "The pier is safe" in s.content[0].text]
    assert statement.speaker
    assert statement.speaker.text.endswith(speaker)


@pytest.mark.parametrize(
    "text",
    [
        'It was, in her words, "a floating barn". Dana Orr bought it in May.',
        'In Dana Orr\'s words, the ferry is "a floating barn".',
        'It was, to quote Dana Orr, "a floating barn".',
    ],
)
def test_words_are_whose_the_narrator_says_they_are(text: str):
    """In her words, in somebody's words, to quote somebody."""
    assert speakers(text, "a floating barn") == ["Dana Orr"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "'It isn't a wreck,' said Ida Roe. 'The sailors' cabins weren't wet.'",
            ["'It isn't a wreck,'", "'The sailors' cabins weren't wet.'"],
        ),
        (
            "‘The girls’ coats weren’t wet,’ said Ida Roe. ‘They’re dry.’",
            ["‘The girls’ coats weren’t wet,’", "‘They’re dry.’"],
        ),
        ("Ida Roe called it 'the sailors' tomb' and left.", ["it 'the sailors' tomb'"]),
        ("The boat left at six.“All is well,” said Ida Roe.The crew slept.", ["“All is well,”"]),
        (
            '"The pier," said Ida Roe, "is old," and then, with a sigh, "but it is ours."',
            ['"The pier,"', '"is old,"', '"but it is ours."'],
        ),
    ],
)
def test_quotations_end_where_their_speaker_does(text: str, expected: list[str]):
    """Apostrophes end no quotation, missing spaces join none, the narrator is not quoted."""
    assert [span.text for s in statements(text) for span in s.content] == expected


def test_who_is_cited_speaks_and_is_no_content():
    """A paper that a paper cites is who says it, once."""
    [statement] = statements("The Gull Herald, citing police files, said Jonas Feld owed money.")
    assert statement.actor
    assert statement.actor.name.text == "police files"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('Ida Roe sang "The Long Way Home" at the harbour.', 0),
        ('The choir sang "Grey Sea" and "Low Tide" on Friday.', 0),
        ('The crew sang: "We want our pier back."', 1),
    ],
)
def test_a_title_is_nobodys_statement(text: str, found: int):
    """Who sings a song says nothing; sung words may."""
    assert len(statements(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        (
            'The pier is closed to everybody now.\n\nKaren Lee was told: "The pier is closed to '
            'everybody now, and it will not open again before May."'
        ),
        (
            "Pier closed\n\n'The pier is closed to everybody, and nobody can open the pier now,' "
            "passengers were told."
        ),
    ],
)
def test_what_nobody_told_is_never_shown(text: str):
    """Of "X was told" the article names who heard it, and nobody who said it."""
    assert [s.score for s in statements(text)] == [0.0]


def test_a_verb_has_the_subject_that_a_phrase_between_commas_parts_from_it():
    """Not the one who spoke elsewhere, nearer to the beginning."""
    text = (
        "Dana Orr might have given such a speech in Velm, where she spoke days after several "
        "owners, led by Jonas Feld, announced that they will not sail."
    )
    assert speakers(text, "they will not sail") == ["several owners"]


def test_what_is_told_keeps_its_subject_behind_according_to():
    """The name behind "according to" ends at the comma."""
    text = "According to The Gull Herald, a leaked memo by port guards spoke of a wave of thefts."
    [statement] = statements(text)
    assert statement.speaker
    assert statement.speaker.text == "The Gull Herald"
    assert statement.content[0].text.startswith("a leaked memo by port guards spoke of")


@pytest.mark.parametrize("when", ["before", "after", "while", "as"])
def test_when_something_was_said_is_no_part_of_it(when: str):
    """The clause behind the verb is the reporter's, where a quotation stands before it."""
    text = f'"The ferry leaks and must be mended," Dana Orr said {when} the truce went into effect.'
    [statement] = statements(text)
    assert [span.text for span in statement.content] == ['"The ferry leaks and must be mended,"']


@pytest.mark.parametrize(
    ("label", "is_said"),
    [("Accommodation", False), ("Getting there", False), ("Mayor", True), ("Police", True)],
)
def test_a_label_before_a_colon_says_nothing(label: str, *, is_said: bool):
    """A person or body before a colon speaks; what a paragraph is about does not."""
    text = (
        "The old port is worth a day.\n\n"
        f"{label}: Hotel brands in Velm include Gull Inn (34 Quay Street) and Tern House."
    )
    assert bool(speakers(text, "Hotel brands")) is is_said


def test_who_is_blamed_blames_nobody():
    """A participle behind "themselves" tells what others say of them."""
    text = "The trial was about the Orslanders, themselves blamed for most of the fires in Velm."
    assert statements(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'Ida Holt, his solicitor, read a statement on his behalf: "I have lost two years of it."',
        'Ida Holt, a lawyer for Otto Lind, read a letter from him: "I am sorry for it."',
        'Ida Holt read out her daughter\'s poem: "The sea is kind."',
        "Ida Holt read aloud a letter that the fisherman Otto Lind had written to his wife.",
        "Ida Holt ordered the retreat from the pier.",
        "Norrland recalled its envoy over a map that showed the islands as its own.",
        'ATTENTION EDITORS: Please drop the story headlined "Actor Holt held in Velm".',
        'Name: Ida Holt Age: 27 City: Velm Job: Waitress: "I never know how much I make here."',
    ],
)
def test_who_reads_for_another_or_acts_says_nothing(text: str):
    """Another's letter, an order carried out and a note to editors are nobody's statement."""
    assert statements(text) == []


def test_what_was_ordered_or_recalled_in_words_is_said():
    """An order with its verb, a memory and a statement of one's own are statements."""
    assert speakers("Ida Holt ordered the crew to leave.", "the crew to leave") == ["Ida Holt"]
    assert speakers("Ida Holt recalled that her envoy had wept.", "had wept") == ["Ida Holt"]
    assert speakers('Ida Holt read a statement: "We are sorry."', "sorry") == ["Ida Holt"]


def test_who_stands_right_before_the_colon_speaks():
    """Words of a headline before the dash are nobody's name."""
    quoted = "“This is the first time in eight years.”"
    for before in ("RED TOWNS OUTNUMBER BLUE TOWNS FOR ONCE", "Media shares blame in poll"):
        assert speakers(f"{before} - Ida Holt: {quoted}", "first time") == ["Ida Holt"]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (
            "Ida Holt told the Ledger she had written a note to her son; Otto Lind was too weak.",
            "she had written a note to her son",
        ),
        ('"The pier is shut; the bridge is open," Ida Holt said.', "the bridge is open"),
        (
            NOT_FOR_SALE,
            "that the car maker was not for sale",
        ),
    ],
)
def test_content_ends_with_a_clause_and_with_a_phrase(text: str, content: str):
    """What follows a semicolon is another clause's; nothing ends with an article."""
    assert any(s.content[-1].text.rstrip(',"').endswith(content) for s in statements(text))


def test_what_another_announces_behind_a_quotation_is_that_others():
    """The words of a figure in a book are not the author's."""
    text = (
        '"I hate every page she is on," the novelist Ida Holt said of her villain, who at one'
        ' point says: "Children should be sold by weight."'
    )
    assert speakers(text, "I hate every page") == ["Ida Holt"]
    assert speakers(text, "sold by weight") == ["her villain"]
