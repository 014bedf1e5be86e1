"""No command, button or window of one workspace shows anything of another's."""

from collections.abc import Iterator

import pytest

from bot.listeners.commands import COMMANDS
from tests.builders import article, choose_new_story, later, new_article
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL
from tests.test_two_workspaces import SECRET, THEIRS, add_foreign_data

# Asked in the other's own words, and in words near to them: a suggestion would give a name away.
QUERIES = ("tunnel", "tunel", "Solburg", "Runa Solberg")
ABOUT = ("search", "who", "now", "follow", "mute", "unfollow")
TELLING = ("Tunnel", "tunnel", "Solberg", "Runa", "stays closed", "tunnel.example", THEIRS)


def lines() -> Iterator[str]:
    """Return every example of every command, and look-ups in the other workspace's words."""
    for spec in COMMANDS:
        yield from (line for line in spec.examples if not line.startswith(("read", "feeds add")))
    for question in ABOUT:
        yield from (f"{question} {query}" for query in QUERIES)
    yield "feeds remove 1"
    yield "what did Solberg say?"
    yield "chart month about tunnel"
    yield "subscribe daily at 7 in UTC about tunnel"


def leaked(shown: str, line: str) -> list[str]:
    """Return the words of the answer that are the other's and not in the question."""
    return [word for word in TELLING if word in shown and word.lower() not in line.lower()]


@pytest.fixture
async def with_foreign_data(env: SlackEnv) -> SlackEnv:
    """Add another workspace's article, digest, feed and preferences to the database."""
    await add_foreign_data(env.store)
    return env


async def test_no_command_shows_another_workspaces_data(with_foreign_data: SlackEnv) -> None:
    """No command, and no look-up in the other's words, shows anything of theirs."""
    for line in lines():
        answers = await with_foreign_data.type(line)
        assert [leaked(words(answer) + str(answer), line) for answer in answers] == [[]] * len(
            answers
        ), line
    for message in with_foreign_data.slack.messages(CHANNEL):
        assert "stays closed" not in words(message)
        assert "Runa Solberg said" not in words(message)
        assert "tunnel.example" not in words(message)
    [feed] = await with_foreign_data.store.feeds.get_all(THEIRS)
    assert feed.url == "https://tunnel.example/feed"
    assert len(await with_foreign_data.store.subscriptions.get_all(THEIRS)) == 1


async def test_the_same_lines_find_our_own_data(with_foreign_data: SlackEnv) -> None:
    """With the article in our workspace, search, `who` and a digest do show it."""
    ours = new_article(article(SECRET, guid="o", headline="Tunnel closed"), seen=later(hours=-1))
    await with_foreign_data.store.articles.put(ours, choose_new_story)
    for line in ("search tunnel", "who Solberg", "who Solburg", ""):
        assert any(leaked(words(answer), line) for answer in await with_foreign_data.type(line)), (
            line
        )
