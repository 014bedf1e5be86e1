"""Who said what in German, on cases of our own."""

import re
from itertools import takewhile
from pathlib import Path

import pytest

from bot.language.quotations import find_quotations
from bot.language.sentences import split_sentences
from bot.language.statements.finding import find_statements
from bot.language.statements.german.lexicon import NEGATIONS, VERBS
from bot.language.statements.german.words import read_words
from bot.model import Statement

CASES = Path(__file__).parent / "data" / "german.txt"


def read_blocks() -> list[tuple[str, str, list[list[str]]]]:
    """Return each case: what it tests, its text, and the fields of each expected statement."""
    blocks = CASES.read_text(encoding="utf-8").split("\n## ")[1:]
    cases = []
    for block in blocks:
        name, *lines = block.strip().split("\n")
        text = " ".join(takewhile(lambda line: not line.startswith(">"), lines))
        fields = [line[2:].split(" | ") for line in lines if line.startswith(">")]
        cases.append((name, text, fields))
    return cases


def find(text: str) -> list[Statement]:
    """Return a German text's statements in text order."""
    found = find_statements(text, split_sentences(text), None, "de")
    return sorted(found, key=lambda s: s.content[0].start)


def seen(statement: Statement) -> str:
    """Return what a reader sees after the name."""
    if not statement.line:
        return "="
    words = " … ".join(span.text for span in statement.line)
    return f"{statement.introduction.text}: {words}" if statement.introduction else words


def fields_of(statement: Statement) -> list[str]:
    """Return a statement's fields as a case writes them."""
    actor = statement.actor
    return [
        " ".join(span.text for span in statement.content),
        actor.name.text if actor else "-",
        actor.role.text if actor and actor.role else "-",
        actor.kind.value if actor else "-",
        statement.stance.value,
        seen(statement),
    ]


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(t, e, id=n) for n, t, e in read_blocks()]
)
def test_statements(text: str, expected: list[list[str]]) -> None:
    """Each statement is found, with its speaker, its stance and its line; nothing else is."""
    found = [fields_of(statement) for statement in find(text.removeprefix("! "))]
    assert len(found) == len(expected), found
    for fields, wanted in zip(found, expected, strict=True):
        assert fields[0].removeprefix("dass ") == wanted[0]
        assert fields[1:] == wanted[1:]


def test_spans_slice_the_text_whatever_it_is() -> None:
    """Every span of every statement slices the text, also where texts are cut anywhere."""
    whole = "\n\n".join(text.removeprefix("! ") for _, text, _ in read_blocks())
    for end in range(0, len(whole), 97):
        text = whole[max(0, end - 1500) : end]
        for statement in find(text):
            spans = [*statement.content, *statement.line, statement.sentence]
            optional = [statement.speaker, statement.cue, statement.via, statement.introduction]
            spans += [span for span in optional if span]
            spans += [statement.actor.name] if statement.actor else []
            assert all(span.holds_in(text) for span in spans)


def count_denials(text: str) -> int:
    """Count the words that deny in a text."""
    return sum(word in NEGATIONS for word in re.findall(r"\w+", text.lower()))


def test_no_line_leaves_a_denial_out() -> None:
    """What is shown of a statement has each "nicht" and "kein" of its sentence that governs it."""
    for _, text, _ in read_blocks():
        for statement in find(text.removeprefix("! ")):
            shown = count_denials(" ".join(span.text for span in statement.shown))
            assert shown == count_denials(statement.sentence.text)


@pytest.mark.parametrize(
    ("form", "verb"),
    [
        ("mitgeteilt", "mitteilen"), ("teilte", "mitteilen"), ("mitzuteilen", "mitteilen"),
        ("sprach", "sprechen"), ("erwiderte", "erwidern"), ("dementiert", "dementieren"),
        ("antworteten", "antworten"), ("wies", "zurückweisen"), ("sage", "sagen"),
        ("angekündigt", "ankündigen"), ("versprochen", "versprechen"),
    ],
)  # fmt: skip
def test_forms_of_verbs(form: str, verb: str) -> None:
    """A verb is known by its weak and strong forms, whole and without its particle."""
    assert verb in {reading.verb for reading in VERBS[form]}


def test_words_and_clauses() -> None:
    """Dates, abbreviations, numbers and brackets part no clause; commas and dashes do."""
    text = "Am 3. Oktober, so Dr. Ida Roth (SPD), stieg der Preis um 2,5 Prozent auf 1.200 Euro."
    sentences = split_sentences(text)
    words = read_words(text, sentences, find_quotations(text, sentences))
    clauses = [words.span(run).text for run in words.clauses(words.sentences[0])]
    assert clauses == [
        "Am 3. Oktober",
        "so Dr. Ida Roth (SPD)",
        "stieg der Preis um 2,5 Prozent auf 1.200 Euro.",
    ]


def test_a_sentence_without_end_is_read_in_pieces() -> None:
    """Tokens of one endless sentence are parted, so that reading stays linear in its length."""
    text = "Der Steg halte, sagte Ida Roth, " * 400
    sentences = split_sentences(text)
    words = read_words(text, sentences, find_quotations(text, sentences))
    assert max(end - first for first, end in words.sentences) <= 300
    assert words.sentences[-1][1] == len(words.word)
    assert len(find(text)) > 5


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    """A paragraph that is quoted as a whole goes on with the quotation that ended the last one."""
    text = "„Es ist ernst.“ Das sagte Jonas Vik. „Es eilt.“\n\n„Wir brauchen heute jede Hand.“"
    assert [(s.content[0].text, s.speaker and s.speaker.text) for s in find(text)][-1] == (
        "„Wir brauchen heute jede Hand.“", "Jonas Vik",
    )  # fmt: skip
