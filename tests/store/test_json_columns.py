"""What the store keeps as JSON comes back equal: analyses, digests, cadences."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from bot.model import (
    Analysis,
    AtIntervals,
    AtOnce,
    AtTimes,
    Cadence,
    Citation,
    Digest,
    DigestEntry,
    Quote,
    SourceArticle,
    Span,
    Statement,
    codec,
)
from bot.model.errors import SourceUnreadable
from bot.store import article_rows
from bot.store.tables import PackedTerms
from tests.builders import analysis_of, article
from tests.builders import statement as build_statement

# Half characters are cleaned away by the reading room; NUL too.
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
st.register_type_strategy(
    Span, st.builds(Span, st.integers(0, 2**31), st.integers(0, 2**31), words)
)
st.register_type_strategy(
    datetime,
    st.datetimes(
        min_value=datetime.fromisoformat("0001-01-02"),
        max_value=datetime.fromisoformat("9999-12-30"),
        timezones=st.just(UTC),
    ),
)


def few(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """None, one or two of them: a digest is deep enough without long lists."""
    return st.lists(strategy, max_size=2).map(tuple)


citation = st.from_type(Citation)
quote = st.builds(Quote, content=few(citation))
entry = st.builds(
    DigestEntry,
    extract=few(citation),
    statements=few(quote),
    rest=few(quote),
    sources=few(st.from_type(SourceArticle)),
)
digest = st.builds(Digest, entries=few(entry))
scores = st.floats(0, 1)
statement = st.builds(Statement, score=scores, found_by=words, content=few(st.from_type(Span)))
analysis = st.builds(
    Analysis,
    language=words,
    sentences=few(st.from_type(Span)),
    extract=few(st.from_type(Span)),
    statements=few(statement),
    terms=few(st.tuples(words, scores)),
)
cadence = st.one_of(
    st.builds(
        AtTimes,
        days=st.frozensets(st.integers(0, 6)),
        times=st.lists(st.times(), max_size=3).map(tuple),
    ),
    st.builds(
        AtIntervals,
        days=st.frozensets(st.integers(0, 6)),
        interval=st.timedeltas(timedelta(minutes=1), timedelta(days=1)),
    ),
    st.builds(AtOnce, min_interval=st.timedeltas(timedelta(0), timedelta(days=1))),
)


def through_json(data: dict[str, Any]) -> dict[str, Any]:
    """What a JSON column gives back."""
    back: dict[str, Any] = json.loads(json.dumps(data))
    return back


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(value=digest)
def test_a_digest_comes_back_equal(value: Digest) -> None:
    """Times to the microsecond, every citation in its place."""
    assert codec.load(Digest, through_json(codec.dump(value))) == value


@given(value=cadence)
def test_a_cadence_comes_back_equal_and_of_its_kind(value: Cadence) -> None:
    """Each of the three kinds is known again."""
    back = codec.load_cadence(through_json(codec.dump(value)))
    assert (type(back), back) == (type(value), value)


@pytest.mark.parametrize(
    "data", [{}, {"days": [0]}, {"step": "soon"}, {"times": ["25:00"], "days": [0]}]
)
def test_what_is_no_cadence_is_refused(data: dict[str, Any]) -> None:
    """A row that nobody wrote raises an error of ours, without its content."""
    with pytest.raises(SourceUnreadable):
        codec.load_cadence(data)


@given(value=analysis, body=words)
def test_an_analysis_is_kept_without_the_words_of_its_body(value: Analysis, body: str) -> None:
    """Whether its spans hold in the body or not, it comes back equal."""
    moved = replace(value, title=Span.of(body, 0, len(body)))
    packed = article_rows.pack_analysis(moved, body)
    assert article_rows.unpack_analysis(packed, body) == moved


def test_statements_from_before_there_were_lines_are_shown_in_their_sentences() -> None:
    """What an earlier version stored lacks the last three fields of a statement."""
    original = article("Mara Ilves denied that the ferry sails.")
    told = build_statement(original.body, "Mara Ilves", "that the ferry sails", cue="denied")
    analysis = replace(analysis_of(original), statements=(told,))
    packed = json.loads(article_rows.pack_analysis(analysis, original.body))
    packed["statements"] = [fields[:-3] for fields in packed["statements"]]
    [held] = article_rows.unpack_analysis(json.dumps(packed), original.body).statements
    assert held == replace(told, line=(), introduction=None)
    assert held.shown == (told.sentence,)


def test_words_of_the_body_are_not_written_twice() -> None:
    """A real analysis loses them all."""
    original = article()
    packed = article_rows.pack_analysis(analysis_of(original), original.body)
    assert "ferries sail" not in packed
    assert article_rows.unpack_analysis(packed, original.body) == analysis_of(original)


@pytest.mark.parametrize("terms", [(), (("ferri", 0.8), ("über", 0.0371), ("tide", 1.0))])
def test_terms_come_back_equal_also_those_stored_as_pairs(
    terms: tuple[tuple[str, float], ...],
) -> None:
    """An earlier version stored a list of pairs; both ways keep the order and the weights."""
    column, dialect = PackedTerms(), sqlite.dialect()
    for stored in (column.process_bind_param(terms, dialect), [list(pair) for pair in terms]):
        held = column.process_result_value(json.loads(json.dumps(stored)), dialect)
        assert tuple(held.items()) == terms
