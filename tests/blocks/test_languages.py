"""Where statements are not looked for, a reader is told so, and in which language an article is."""

import json

from bot.blocks.digest import digest_messages, digest_text
from bot.blocks.languages import coverage_note, language_names
from bot.blocks.lookup import actor_not_found, article_contents, search_results
from bot.model import StoredArticle
from tests.builders import NOON, article, digest_of, stored, story

NOTE = "Statements aren't extracted from Finnish articles."


def told_in(language: str) -> StoredArticle:
    """Return an article in a language, with no statement in it."""
    return stored(article("The wall is done. Nobody came.", language=language))


def test_names_and_notes() -> None:
    """English needs no name; languages are told once; fully read ones need no note."""
    assert language_names(["en", "de", "de", None]) == "German"
    assert coverage_note(["fi"]) == NOTE
    assert coverage_note(["fi", "hu"]) == (
        "Statements aren't extracted from Finnish and Hungarian articles."
    )
    assert coverage_note(["en", "de", None]) == ""


def test_lookups_say_what_was_not_looked_for() -> None:
    """`read`, `search` and `who` tell so; an English article without statements does not."""
    finnish = told_in("fi")
    assert NOTE in json.dumps(article_contents([finnish], NOON).blocks)
    assert NOTE in json.dumps(search_results("wall", [finnish], NOON).blocks)
    assert NOTE in actor_not_found("Ilves", (), ["fi"]).text
    assert NOTE not in json.dumps(article_contents([told_in("en")], NOON).blocks)
    assert "Finnish" in json.dumps(article_contents([finnish], NOON).blocks)


def test_a_digest_says_so_and_names_the_language() -> None:
    """In the channel, in the notification's text and on a terminal."""
    digest = digest_of(story(article("The wall is done. Nobody came.", language="fi")))
    message, *_ = digest_messages(digest, channel_title="harbour")
    for told in (json.dumps(message.blocks, ensure_ascii=False), message.text, digest_text(digest)):
        assert NOTE in told
        assert "Finnish · " in told
