"""A statement of captions keeps its time code, and is linked to that place of the recording."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.blocks import modals
from bot.blocks.agent_answers import statement_fields
from bot.blocks.block_kit import format_time_code, time_code_url
from bot.blocks.lookup import ActorQuery, actor_statements
from bot.blocks.story import SpanReference
from bot.language.analysis import analyse
from bot.model import StoredArticle
from bot.model.stories import SourcedStatement
from bot.reading import read
from bot.stories.citations import cite_statement
from bot.stories.people import Person
from tests.builders import NOON

CAPTIONS = Path(__file__).parent.parent / "reading" / "data" / "talk.vtt"
EPISODE = "https://pier-radio.example/evening"


@pytest.fixture(scope="module")
def talk() -> StoredArticle:
    """Return the sample captions, as an episode's."""
    (article,) = read(CAPTIONS.read_bytes()).articles
    article = replace(article, url=EPISODE, headline="Pier evening")
    return StoredArticle(1, 1, None, NOON, article, analyse(article))


def test_each_statement_has_the_time_of_its_first_word(talk: StoredArticle) -> None:
    """In seconds, of several voices in a cue too."""
    told = {s.content[0].text: s.seconds for s in talk.analysis.statements}
    assert told["The pier will be closed until May & painted in June."] == 1.0
    assert told["It is."] == 7.5


def test_show_in_text_opens_the_recording_at_the_words(talk: StoredArticle) -> None:
    """The label has the time, the address a media fragment."""
    late = max(talk.analysis.statements, key=lambda s: s.seconds or 0)
    place = SpanReference.of(cite_statement(late, talk.id).content)
    modal = json.dumps(modals.in_text_modal([(talk, place)], NOON))
    assert f"{EPISODE}#t={int(late.seconds or 0)}" in modal
    assert f"Open the recording at {format_time_code(late.seconds or 0)}" in modal


def test_what_a_speaker_said_is_linked_to_its_time(talk: StoredArticle) -> None:
    """In the answers to people and to agents."""
    first = min(talk.analysis.statements, key=lambda s: s.seconds or 0)
    person = Person("Ida Roe", None, (SourcedStatement(first, talk),))
    assert f"{EPISODE}#t=1|" in json.dumps(actor_statements(person, NOON, ActorQuery("")).blocks)
    assert statement_fields(first, talk)["line"]


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        (EPISODE, f"{EPISODE}#t=3729"),
        (f"{EPISODE}#notes", f"{EPISODE}#t=3729"),
        ("https://www.youtube.com/watch?v=abc", "https://www.youtube.com/watch?v=abc&t=3729s"),
        ("https://youtu.be/abc", "https://youtu.be/abc?t=3729s"),
        ("mailto:desk@pier-radio.example", None),
    ],
)
def test_a_time_code_is_a_media_fragment(url: str, linked: str | None) -> None:
    """YouTube has it in its query; what is no page has none."""
    assert time_code_url(url, 3729.6) == linked
