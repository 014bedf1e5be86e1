"""What another workspace has is seen through no command, button or window of this one."""

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
    """Every example of every command, and every question about the other's news."""
    for spec in COMMANDS:
        yield from (line for line in spec.examples if not line.startswith(("read", "feeds add")))
    for question in ABOUT:
        yield from (f"{question} {query}" for query in QUERIES)
    yield "feeds remove 1"
    yield "what did Solberg say?"
    yield "chart month about tunnel"
    yield "subscribe daily at 7 in UTC about tunnel"


def leaked(shown: str, line: str) -> list[str]:
    """What the answer tells beyond the words of the question, however they are written."""
    return [word for word in TELLING if word in shown and word.lower() not in line.lower()]


@pytest.fixture
async def beside(env: SlackEnv) -> SlackEnv:
    """Share the database with another workspace's article, digest, feed and preferences."""
    await add_foreign_data(env.store)
    return env


async def test_no_command_tells_of_another_workspace(beside: SlackEnv) -> None:
    """No command and no look-up in the other's words shows anything of theirs."""
    for line in lines():
        answers = await beside.type(line)
        assert [leaked(words(answer) + str(answer), line) for answer in answers] == [[]] * len(
            answers
        ), line
    for message in beside.slack.messages(CHANNEL):
        assert "stays closed" not in words(message)
        assert "Runa Solberg said" not in words(message)
        assert "tunnel.example" not in words(message)
    [feed] = await beside.store.feeds.get_all(THEIRS)
    assert feed.url == "https://tunnel.example/feed"
    assert len(await beside.store.subscriptions.get_all(THEIRS)) == 1


async def test_the_same_questions_find_what_is_ours(beside: SlackEnv) -> None:
    """If the article were ours, search, `who` and a digest would show it."""
    ours = new_article(article(SECRET, guid="o", headline="Tunnel closed"), seen=later(hours=-1))
    await beside.store.articles.put(ours, choose_new_story)
    for line in ("search tunnel", "who Solberg", "who Solburg", ""):
        assert any(leaked(words(answer), line) for answer in await beside.type(line)), line
