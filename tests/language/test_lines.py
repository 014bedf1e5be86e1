"""The line a reader sees of a statement: the source's words, whole, with all that governs them."""

import json
import re
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks.statement import statement_line
from bot.language.quotations import find_quotations
from bot.language.sentences import split_sentences
from bot.language.statements.english.parsing import ParsedText, parse
from bot.model import Statement
from bot.model.batches import batched
from bot.reading import read
from bot.stories.citations import cite_statement
from tests.statement_cases import statements_of as said

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
# Independent of the program's own lists: what turns a statement round or leaves it open.
NEGATIONS = frozenset(["not", "n't", "n’t", "never", "no", "nor", "neither"])
CONDITIONS = frozenset(["if", "unless", "whether", "lest"])
CHAINED = frozenset(["xcomp", "pcomp", "prep", "acomp", "attr", "oprd"])
ENDS_OPEN = re.compile(r"[\s(](?:a|an|the|of|to|and|or|but|with|by|from|which|whose|my|our|,)$")


def corpus() -> list[str]:
    """Return our own texts: the news day, and the cases of naming and of what is needed."""
    texts = [
        article.body
        for file in sorted(ROOT.glob("seeds/*/*"))
        for article in read(file.read_bytes()).articles
    ]
    cases = (DATA / "naming.jsonl").read_text(encoding="utf-8").splitlines()
    texts += [json.loads(case)["text"] for case in cases]
    for name in ("naming.txt", "needed.txt", "needed_hard.txt"):
        blocks = (DATA / name).read_text(encoding="utf-8").split("\n\n")
        texts += [
            "\n".join(line for line in block.splitlines() if line[:1].isalnum() or line[:1] in '"“')
            for block in blocks
        ]
    # Read as one, they take a tenth of the time.
    return ["\n\n".join(some) for some in batched(texts, 20)]


def lines(text: str) -> list[str]:
    """Return the lines that a reader is shown."""
    return [statement_line(cite_statement(statement, 1), 1000) for statement in said(text)]


def governors(parsed: ParsedText, statement: Statement) -> list[int]:
    """Return the negations, modals and conditions on the verbs that the words hang on."""
    assert statement.cue is not None
    cue = statement.cue
    words = [i for i in range(len(parsed)) if cue.start <= parsed.start[i] < cue.end]
    content = {
        i
        for i in range(len(parsed))
        for piece in statement.content
        if piece.start <= parsed.start[i] < piece.end
    }
    verbs = {i for i in words if parsed.tag[i][:1] == "V"}
    for verb in sorted(verbs):
        above = verb
        while parsed.dep[above] in CHAINED and parsed.head[above] not in content:
            above = parsed.head[above]
            verbs.add(above)
    return [
        k
        for verb in verbs
        for k in parsed.children[verb]
        if k not in content
        and (
            (parsed.lower[k] in NEGATIONS and parsed.dep[k] in {"neg", "preconj", "cc", "advmod"})
            or parsed.tag[k] == "MD"
            or (parsed.lower[k] in CONDITIONS and parsed.dep[k] == "mark")
        )
    ]


def missing(text: str, statements: Iterable[Statement]) -> list[str]:
    """Return the governing words that the line of a statement does not show."""
    sentences = split_sentences(text)
    parsed = parse(text, sentences, find_quotations(text, sentences))
    return [
        f"{parsed.word[k]} in {[span.text for span in statement.shown]}"
        for statement in statements
        for k in governors(parsed, statement)
        if not any(span.start <= parsed.start[k] < span.end for span in statement.shown)
    ]


@pytest.mark.parametrize("text", corpus(), ids=lambda text: text[:30])
def test_a_line_shows_all_that_governs_its_words_and_is_whole(text: str) -> None:
    """No negation, modal or condition of the parse is lost; every piece slices the text.

    No participle or conjunction stands after a colon, and no line breaks off in a phrase.
    """
    statements = said(text)
    assert missing(text, statements) == []
    for statement in statements:
        assert all(span.holds_in(text) for span in statement.shown)
        first, last = statement.shown[0].text, statement.shown[-1].text
        assert (
            not re.match(r"(?!according)\w+ing\b", first, re.IGNORECASE)
            or statement.introduction is None
        )
        if statement.introduction:
            assert not re.match(r"(?:that|to)\b", statement.line[0].text)
        assert not ENDS_OPEN.search(last)


SPEAKERS = ("Ilse Bram", "The harbour council", "Toll collector Olav Trent", "Two ferrymen")
GROUPS = (
    "said", "did not say", "never said", "refused to say", "denied", "has denied", "hardly said",
    "would not say", "could not confirm", "cannot say", "will say", "might argue",
    "no longer claims",
    "was careful not to say", "has yet to say", "could neither confirm nor deny", "almost admitted",
    "told reporters", "did not tell the board", "went on to warn", "was forced to admit",
    "stopped short of saying", "is expected to announce", "did not deny", "reportedly said",
    "neither confirmed nor denied", "has still not explained", "would only say", "denies saying",
)  # fmt: skip
CLAUSES = (
    "that the tollhouse burned",
    "that nobody would pay for the new gate",
    "that the ferry, which is old, must not sail in fog",
    "that “the gate was never safe”",
)
FRAMES = (
    "{speaker} {group} {clause}.",
    "On Friday {speaker} {group} {clause}, a day after the fire.",
    "If {speaker} {group} {clause}, the gate will close.",
    "It is unclear whether {speaker} {group} {clause}.",
)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(list(product(SPEAKERS, GROUPS))),
    st.sampled_from(CLAUSES),
    st.sampled_from(FRAMES),
)
def test_any_verb_group_is_shown_whole(pair: tuple[str, str], clause: str, frame: str) -> None:
    """Speakers, verb groups, clauses and frames in any combination lose no governing word."""
    speaker, group = pair
    text = frame.format(speaker=speaker, group=group, clause=clause)
    statements = said(text)
    assert missing(text, statements) == []
    for statement in statements:
        shown = " ".join(span.text for span in statement.shown)
        if statement.speaker and statement.speaker.text in speaker:
            assert group in shown


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "Ilse Bram denied that the gate has a hidden lock.",
            "Ilse Bram denied that the gate has a hidden lock",
        ),
        (
            "Ilse Bram told reporters on Friday that the gate was shut.",
            "Ilse Bram told reporters on Friday that the gate was shut",
        ),
        (
            "Olav Trent said the guild wanted 9 crowns a trip.",
            "Olav Trent said the guild wanted 9 crowns a trip",
        ),
        ("“The gate is shut,” Ilse Bram said.", "Ilse Bram said: “The gate is shut,”"),
        (
            "The gate was shut, Ilse Bram said.",
            "Ilse Bram said: The gate was shut (reported)",
        ),
        (
            "“The gate,” Ilse Bram said, “is shut.”",
            "Ilse Bram said: “The gate,” … “is shut.”",
        ),
        (
            "As Ilse Bram noted, the gate was shut.",
            "Ilse Bram noted: the gate was shut (reported)",
        ),
        (
            "Ilse Bram rejected the plan, saying the gate was shut.",
            "Ilse Bram rejected the plan, saying the gate was shut",
        ),
        (
            "According to Ilse Bram, the gate was shut.",
            "According to Ilse Bram: the gate was shut (reported)",
        ),
        (
            "Ilse Bram on Friday called on Olav Trent to open the gate.",
            "Ilse Bram called on Olav Trent to open the gate",
        ),
        (
            "Olav Trent pleaded not guilty to burning the gate.",
            "Olav Trent pleaded not guilty to burning the gate",
        ),
        (
            "Olav Trent could neither confirm nor deny that the gate was shut.",
            "Olav Trent could neither confirm nor deny that the gate was shut",
        ),
    ],
)
def test_a_line_reads_as_its_source(text: str, line: str) -> None:
    """From the verb on as in the source; a colon only where the source parts verb and words."""
    assert line in lines(text)


def test_an_aside_between_two_quotations_is_cut_out() -> None:
    """The reporter's words between quoted ones are nobody's statement."""
    text = "“The gate,” said Ilse Bram, “is old,” and then, after a while, “but it holds.”"
    assert "Ilse Bram said: “The gate,” … “is old,” … “but it holds.”" in lines(text)


def test_who_announces_a_quotation_says_it() -> None:
    """A verb before the quotation and another after it are one statement, of the named one."""
    text = "Olav Trent got up and said: “The gate is old and it holds,” he said."
    assert "Olav Trent said: “The gate is old and it holds,”" in lines(text)


def test_in_doubt_the_whole_sentence_is_shown() -> None:
    """A claim that somebody owns, and does not tell, is shown where it stands."""
    text = "Ilse Bram’s claim that the gate was shut angered the ferrymen."
    assert f"Ilse Bram (whole sentence): {text}" in lines(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("President Varga said the pier was safe.", "President Varga said the pier was safe"),
        (
            "According to President Varga, the pier was safe.",
            "According to President Varga: the pier was safe (reported)",
        ),
        (
            "Mayor Ilse Varga said the pier was safe.",
            "Ilse Varga, Mayor, said the pier was safe",
        ),
    ],
    ids=["one name", "according to", "first and last name"],
)
def test_an_office_stands_before_a_lone_last_name(text: str, line: str) -> None:
    """The source has "President Varga"; "Varga, President" is nothing that anybody writes."""
    assert lines(text) == [line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            '"The pier is old," Roe said, and unless it is mended, "it will fall."',
            'said "The pier is old," unless it is mended, "it will fall."',
        ),
        (
            '"The pump is worn," Karen Lee said, and provided that the board pays, "it will hold."',
            'said "The pump is worn," provided that the board pays, "it will hold."',
        ),
        (
            '"The pump leaks," Karen Lee said, but once it is mended, "nobody will notice."',
            'said "The pump leaks," once it is mended, "nobody will notice."',
        ),
    ],
)
def test_words_keep_the_condition_told_before_them(text: str, line: str):
    """What is said of a case is never shown as said outright."""
    [statement] = said(text)
    assert " ".join(span.text for span in statement.shown) == line
