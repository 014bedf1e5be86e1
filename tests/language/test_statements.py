"""Statements of whole articles of our own are found and credited."""

import pytest

from bot.language.sentences import split_sentences
from bot.language.statements.english.extraction import find_statements
from bot.model import ActorKind, QuotationType, Stance, Statement
from bot.stories.composition import key_statements
from tests.statement_cases import statements_of as said

# A news day about troops, retold: the names are public, the words are ours.
TROOPS = """\
Estonian Prime Minister Kaja Kallas stated that nobody in the alliance was planning \
to send soldiers. The answer came at a short meeting with the press. (Reuters)

Former NATO Secretary General Anders Fogh Rasmussen came with bolder thoughts. He suggested that \
Poland and the Baltic states might form a coalition of the willing if the summit disappointed \
Kyiv. Rasmussen framed his words as hypothetical. Analysts noted that such debates have a long \
history in the alliance, according to Reuters.

A day earlier, Ukrainian Foreign Minister Dmitry Kuleba said he had met Jens Stoltenberg. \
Kuleba stated Kyiv was not \
asking for foreign soldiers on its soil (Reuters).

Observers emphasize that any such coalition would need a mandate (Reuters).
"""


def by(body: str, name: str) -> list[Statement]:
    """Return what one actor of a text said."""
    return [s for s in said(body) if s.actor and s.actor.name.text == name]


@pytest.mark.parametrize(
    ("name", "role", "words"),
    [
        ("Kaja Kallas", "Estonian Prime Minister", ["nobody in the alliance was planning"]),
        (
            "Anders Fogh Rasmussen",
            "Former NATO Secretary General",
            ["a coalition of the willing", "as hypothetical"],
        ),
        (
            "Dmitry Kuleba",
            "Ukrainian Foreign Minister",
            ["he had met Jens Stoltenberg", "Kyiv was not"],
        ),
        ("Analysts", None, ["such debates have a long history"]),
        ("Observers", None, ["any such coalition would need a mandate"]),
    ],
)
def test_every_speaker_is_named(name: str, role: str | None, words: list[str]) -> None:
    """Each speaker has a name and title even behind pronouns, and the right words."""
    statements = by(TROOPS, name)
    assert len(statements) == len(words)
    for statement, expected in zip(statements, words, strict=True):
        assert expected in " ".join(span.text for span in statement.content)
        assert (statement.actor.role.text if statement.actor.role else None) == role
        assert statement.via.text == "Reuters"
        assert statement.form is QuotationType.INDIRECT


def test_a_pronoun_speaker_is_resolved() -> None:
    """The speaker stays "He", as in the text; the actor is the man it refers to."""
    he = next(s for s in said(TROOPS) if s.speaker and s.speaker.text == "He")
    assert he.actor.name.text == "Anders Fogh Rasmussen"
    assert he.cue.text == "suggested"


def test_key_statements_have_named_people_first() -> None:
    """The three key statements are by the three people with a name and an office."""
    keys = key_statements(find_statements(TROOPS, split_sentences(TROOPS)))
    assert {s.actor.name.text for s in keys} == {
        "Kaja Kallas",
        "Anders Fogh Rasmussen",
        "Dmitry Kuleba",
    }


def test_every_span_slices_the_body() -> None:
    """Speaker, cue, content, actor, role, via and sentence all slice the body."""
    for s in said(TROOPS):
        spans = [
            *s.content,
            s.sentence,
            s.speaker,
            s.cue,
            s.via,
            s.actor and s.actor.name,
            s.actor and s.actor.role,
        ]
        assert all(span.holds_in(TROOPS) for span in spans if span)


@pytest.mark.parametrize(
    ("sentence", "stance"),
    [
        ("The mayor denied that the bridge was closed.", Stance.DENIES),
        ("The mayor warned that the bridge would fall.", Stance.WARNS),
        ("The mayor promised that the bridge would open.", Stance.PROMISES),
        ("The mayor accused the builders of fraud.", Stance.ACCUSES),
        ("The mayor urged drivers to wait.", Stance.ASKS),
        ("For the port Ann Lee called the plan reckless.", Stance.SAYS),
        ("The mayor said that the bridge was safe.", Stance.SAYS),
        ("The mayor did not promise that the bridge would open.", Stance.SAYS),
    ],
)
def test_the_verb_gives_the_stance(sentence: str, stance: Stance) -> None:
    """What the speaker does by speaking follows the verb; a negated verb does nothing of it."""
    assert [s.stance for s in said(sentence)] == [stance]


def test_texts_without_statements() -> None:
    """Empty text, quotation marks alone and plain narration give no statement or error."""
    for body in ("", " ", '"' * 50, "The river rose overnight.", "\n\n\n"):
        assert said(body) == []


def test_kinds_of_actors() -> None:
    """People, organisations, groups and unnamed speakers are distinguished."""
    speakers = ("Karen Lee", "The ministry", "Fishermen", "Two officials")
    body = " ".join(f"{speaker} said it rained." for speaker in speakers)
    kinds = [s.actor.kind for s in said(body)]
    assert kinds == [ActorKind.PERSON, ActorKind.ORGANISATION, ActorKind.GROUP, ActorKind.UNNAMED]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Karen Lee told the harbour board that the pier was safe.", "told the harbour board"),
        ("Karen Lee assured reporters that the pier was safe.", "assured reporters"),
        ("Karen Lee told: the pier is safe.", "told"),
    ],
)
def test_who_was_told_stays_with_the_verb(text: str, cue: str) -> None:
    """Of "told the harbour board" the addressee is part of the cue."""
    (statement,) = said(text)
    assert statement.cue.text == cue
    assert "the pier" in statement.content[0].text
    assert "board" not in statement.content[0].text


def test_an_outlet_named_after_the_words_is_no_part_of_them():
    """A final ", according to Reuters" is the credit, not content."""
    found = said(
        "Analysts noted that the talks reflect an old quarrel, rather than a new policy, "
        "according to Reuters."
    )
    (analysts,) = [s for s in found if s.speaker and s.speaker.text == "Analysts"]
    assert [span.text for span in analysts.content] == [
        "that the talks reflect an old quarrel, rather than a new policy"
    ]
    assert analysts.via is not None
    assert analysts.via.text == "Reuters"


def test_a_credit_in_brackets_is_nobodys_words() -> None:
    """A final "(Reuters)" is the outlet's credit, not content."""
    (statement,) = said("Karen Lee said the pier was safe (Reuters).")
    assert statement.content[-1].text.endswith("the pier was safe")
    assert statement.via.text == "Reuters"


@pytest.mark.parametrize("mark", ["“I will go”, said Karen Lee.", "«I will go», said Karen Lee."])
def test_a_mark_that_follows_the_closing_one_is_not_quoted(mark: str) -> None:
    """Marks of another style end where they close: the comma behind them is the article's."""
    (statement,) = said(mark)
    assert statement.content[0].text[-1] in "”»"


@pytest.mark.parametrize(
    ("text", "speaker", "pieces"),
    [
        (
            "The fault, explained Karen Lee, lies in the pump.",
            "Karen Lee",
            ["The fault", "lies in the pump"],
        ),
        (
            "The fault, said Karen Lee, is in the pump.",
            "Karen Lee",
            ["The fault", "is in the pump"],
        ),
        (
            "The fault, explained the engineer, lies in the pump.",
            "the engineer",
            ["The fault", "lies in the pump"],
        ),
        (
            "Rents in Dunmere, warned Oskar Lind, will double by spring.",
            "Oskar Lind",
            ["Rents in Dunmere", "will double by spring"],
        ),
        (
            "The fault in the pumps, added the roads minister, was found on Monday.",
            "the roads minister",
            ["The fault in the pumps", "was found on Monday"],
        ),
    ],
)
def test_a_report_in_the_middle_takes_the_clause_around_it(
    text: str, speaker: str, pieces: list[str]
) -> None:
    """A verb and its speaker between commas split a clause, whose subject is no speaker."""
    (statement,) = said(text)
    assert statement.speaker.text == speaker
    assert [span.text for span in statement.content] == pieces


@pytest.mark.parametrize(
    "text",
    [
        "The deal, announced Friday, will last four years.",
        "The firm, warned Tuesday, shut its doors in June.",
    ],
)
def test_a_day_between_commas_speaks_nothing(text: str) -> None:
    """A deal "announced Friday" was not announced by Friday."""
    assert not any(s.speaker and s.speaker.text in {"Friday", "Tuesday"} for s in said(text))


@pytest.mark.parametrize(
    ("line", "speaker", "words"),
    [
        ("Pier safe, mayor says", "mayor", "Pier safe"),
        ("Pump failed twice, board admits", "board", "Pump failed twice"),
        (
            "Harbour to close for winter, port authority says",
            "port authority",
            "Harbour to close for winter",
        ),
        (
            "Rents may double by spring, Oskar Lind warns",
            "Oskar Lind",
            "Rents may double by spring",
        ),
    ],
)
def test_a_headline_that_ends_with_who_says_so(line: str, speaker: str, words: str) -> None:
    """A line that ends with an office or a name and its verb reports what stands before."""
    found = said(f"{line}\n\nThe weather over Dunmere was mild.")
    assert [(s.speaker.text, s.content[0].text) for s in found] == [(speaker, words)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Wages, which rose 6.1 percent, were “the last guest who has not left”, she said.",
            "Wages, which rose 6.1 percent, were “the last guest who has not left”",
        ),
        (
            "The plan, which failed, is “a gamble”, the mayor warned.",
            "The plan, which failed, is “a gamble”",
        ),
        (
            "The tower, built in 1911, had “outlived its purpose”, she said.",
            "The tower, built in 1911, had “outlived its purpose”",
        ),
    ],
)
def test_a_clause_keeps_its_subject(text: str, words: str) -> None:
    """Reported words never begin with a verb whose subject stands right before it."""
    (statement,) = said(text)
    assert statement.content[0].text == words


@pytest.mark.parametrize(
    ("text", "speaker", "content"),
    [
        (
            "Transport Minister Maren Oduya ruled out emergency powers.",
            "Transport Minister Maren Oduya",
            "emergency powers",
        ),
        ("The court ruled that the pier was safe.", "The court", "that the pier was safe"),
        ("The mayor called the decision cowardly.", "The mayor", "the decision cowardly"),
        (
            "Simon Landau was quoted as saying the base would close.",
            "Simon Landau",
            "the base would close",
        ),
    ],
)
def test_a_verb_of_two_words_tells_all_it_takes(text: str, speaker: str, content: str) -> None:
    """Verbs like "ruled out", "called cowardly" and "quoted as saying" report all they take."""
    (statement,) = said(text)
    assert (statement.speaker.text, [span.text for span in statement.content]) == (
        speaker,
        [content],
    )


@pytest.mark.parametrize(
    "text",
    [
        "The king ruled the island for nine years.",
        "The regiment answered to no one.",
        "Ida Berg ended her season by claiming the title in Velm with a narrow win.",
        "Ida Berg grilled the ferry's owner Otto Lind for his role in the fire at the pier.",
    ],
)
def test_who_rules_or_answers_to_somebody_says_nothing(text: str) -> None:
    """Reporting verbs in another sense are no statements."""
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "According to a new poll, 27 percent of islanders believe that the pier will sink.",
        "A long study carried out on the shore shows how swiftly the island is sinking.",
        "For years research has revealed how swiftly the old pier of the island is sinking.",
    ],
)
def test_data_without_a_name_are_never_shown(text: str) -> None:
    """What polls and research show is nobody's statement."""
    assert all(s.score == 0 for s in find_statements(text, split_sentences(text)))


def test_a_poll_with_a_name_may_be_shown() -> None:
    """Who asked whom is worth knowing, where it is told."""
    text = "The pier will sink within two years, according to a Velm Courier poll of islanders."
    (statement,) = find_statements(text, split_sentences(text))
    assert statement.score > 0
