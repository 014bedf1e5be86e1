"""Statements of odd texts: no errors, spans that slice, linear time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.mentions import find_mentions
from bot.language.quotations import find_quotations
from bot.language.sentences import split_sentences
from bot.language.statements.english import readings
from bot.language.statements.english.extraction import find_statements
from bot.language.statements.english.models import load_models
from bot.language.statements.english.outlets import Credits
from bot.language.statements.english.parsing import ParsedText, parse
from bot.language.statements.english.readings import find_cue_windows
from bot.language.statements.english.token_features import find_token_features
from bot.language.statements.spans import statement_to_json
from bot.model import Span, Statement
from bot.stories.composition import key_statements
from tests.timing import processor_seconds, takes_no_longer

PIECES = st.sampled_from(
    [
        "Karen Lee", "the minister", "he", "said", "says", "denied that", "according to", "“",
        "”", '"', "'", "‘", "’",
        "«", "»", "„", ",", ".", ":", " — ", "\n\n", "\n", "the pier is safe", "(Reuters)",
        "told the BBC", "who",
        "\u00a0", "Ünal", "в", "猫", "\u202e", "\x00", "😀", "e\u0301", "Dr.", "U.S.", "I",
        "claim that", "will resign",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join))


def spans_of(s: Statement) -> list[Span]:
    """Return every span that a statement shows."""
    found = [
        *s.content,
        s.sentence,
        s.speaker,
        s.cue,
        s.via,
        s.actor and s.actor.name,
        s.actor and s.actor.role,
    ]
    return [span for span in found if span]


def find(text: str) -> tuple[Statement, ...]:
    """Find statements as the bot does."""
    return find_statements(text, split_sentences(text))


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_any_text_is_answered_and_every_span_slices_it(text: str) -> None:
    """Every shown span of any text is a slice of it, and scores descend from 1 to 0."""
    statements = find(text)
    assert all(span.holds_in(text) for s in statements for span in spans_of(s))
    scores = [s.score for s in statements]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@given(TEXTS)
@settings(max_examples=15, deadline=None)
def test_the_same_text_gives_the_same_statements(text: str) -> None:
    """No state is kept between texts but caches that do not change results."""
    assert find(text) == find(text)


@given(TEXTS)
@settings(max_examples=15, deadline=None)
def test_key_statements_are_a_few_of_them(text: str) -> None:
    """Key statements are a subset, no more than a digest shows, without repeats."""
    statements = find(text)
    keys = key_statements(statements)
    assert len(keys) <= 3
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(statements)


@given(st.text(alphabet="ab .\"'“”‘’«»„`\n", max_size=120))
@settings(deadline=None)
def test_quotations_are_in_order_and_apart(text: str) -> None:
    """Quotation marks in any number and order give quotations that do not overlap."""
    at = 0
    for quotation in find_quotations(text, split_sentences(text)):
        assert at <= quotation.start < quotation.end <= len(text)
        at = quotation.end


REPEATED = {
    "quote marks": '"',
    "quote marks apart": '" ',
    "single marks": "'a ",
    "nested marks": "“‘",
    "words on one line": "said he was ",
    "claims on claims": "he said that ",
    "names": "Karen Lee ",
    "sentences": "Karen Lee said it was so. ",
    "pronouns": "He said she said it. ",
    "colons": "A: ",
    "dashes": "— ",
    "paragraphs": '"So," he said.\n\n',
    "outlets": "(Reuters) ",
}


@pytest.mark.parametrize("piece", REPEATED.values(), ids=REPEATED.keys())
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    """Four times as much text takes about four times as long."""
    small, large = piece * (500 // len(piece)), piece * (2_000 // len(piece))
    find(
        f"Karen Lee said it was so. {piece * 40}"
    )  # grammar and weights are loaded when first asked for
    assert takes_no_longer(
        lambda: find(large), lambda: 8 * processor_seconds(lambda: find(small)) + 0.1
    )


NAMES_WITHOUT_END = ["K. ", "Mr. ", "A.", "Karen-", "Karen and ", "Karen's ", "Karen of the ", "A&"]


@pytest.mark.parametrize("piece", NAMES_WITHOUT_END)
def test_endless_names_take_time_by_their_length(piece: str) -> None:
    """A name is judged by a few words around it, however long the run of capitals is."""

    def find_names(chars: int) -> None:
        text = piece * (chars // len(piece))
        sentences = [Span.of(text, 0, len(text))]
        find_mentions(text, sentences)
        Credits(text, sentences)

    assert takes_no_longer(
        lambda: find_names(20_000), lambda: 8 * processor_seconds(lambda: find_names(5_000)) + 0.05
    )


def test_cues_are_read_as_far_as_the_length_allows() -> None:
    """Of cues that each reach far the surest are read, a few words for each word of the text."""
    piece = "Karen Lee, the minister, said “no” — and "
    parsed = parse_text(piece * 200)
    windows = find_cue_windows(find_token_features(parsed), load_models().network)
    assert sum(len(window.label) for window in windows) <= max(
        readings._MIN_PAIRS, readings._MAX_PAIRS_PER_WORD * len(parsed)
    )
    assert windows[0].score == max(window.score for window in windows)


def test_marks_without_words_are_not_parsed() -> None:
    """A line of marks and letters, which no grammar fits, costs no parse."""
    assert not any(parse_text("“a " * 500).tag)
    assert any(parse_text("Karen Lee said: “A, B, C, D, E, F, G, H, I.” " * 40).tag)


def parse_text(text: str) -> ParsedText:
    """Parse a text as `find_statements` does."""
    sentences = split_sentences(text)
    return parse(text, sentences, find_quotations(text, sentences))


def test_statements_are_written_as_plain_data() -> None:
    """The JSON form has text and place of each span, the actor's words and the outlet."""
    text = "Harbour master Karen Lee told the BBC on Monday that the pier was safe."
    written = [statement_to_json(s) for s in find(text)]
    assert [w["actor"] for w in written] == [
        {"name": "Karen Lee", "role": "Harbour master", "kind": "person"}
    ]
    assert written[0]["via"] == "BBC"
    assert written[0]["form"] == "indirect"
    content = written[0]["content"][-1]
    assert text[content["start"] : content["end"]] == content["text"]
