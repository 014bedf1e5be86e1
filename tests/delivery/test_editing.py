"""What was posted is edited when a source sends a new version, and says so.

The proof holds before and after.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Article, Delivery, Digest, NewArticle, Placement, SourceChange, StoredArticle
from bot.stories.citations import find_mismatches
from tests.builders import HARBOUR, analysis, statement
from tests.delivery_env import TEAM, ZONE, DeliveryEnv
from tests.slack_server import CHANNEL

# Says another thing than before, at other places.
CORRECTED = HARBOUR.replace("two of the six cranes", "three of the six cranes").replace(
    "Mayor Ilse", "The mayor, Ilse"
)


async def post(env: DeliveryEnv) -> Delivery:
    """Post the news to the channel."""
    return await env.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)


async def send_again(
    env: DeliveryEnv, stored: StoredArticle, identity: str, **fields: Any
) -> StoredArticle:
    """Let the source send a newer version of the harbour story."""
    article = replace(stored.article, **fields)
    body = article.body
    words = "three of the six cranes" if "three" in body else "two of the six cranes"
    statements = (
        statement(
            body,
            "Ilse Varga",
            "the new harbour wall would be finished before the winter storms",
            score=0.9,
        ),
        statement(body, "Tomas Brandt", f"{words} had failed inspection", cue="warned", score=0.7),
    )
    new = NewArticle(
        identity, str(fields), article, analysis(body, *statements), None, env.clock.now()
    )
    return await env.store.articles.put(new, lambda _: None)


async def proved(env: DeliveryEnv, digest: Digest) -> bool:
    """Whether every span of a digest stands in the store."""
    numbers = {citation.article for citation in digest.citations()}
    return not find_mismatches(
        digest, {n: (await env.store.articles.get(n)).article for n in numbers}
    )


async def test_a_new_version_edits_channel_and_thread(env: DeliveryEnv) -> None:
    """The new words stand where the old ones stood, with a line that says so.

    Other stories stay as they are.
    """
    await env.news()
    delivery = await post(env)
    stored = await env.store.articles.get(1)
    env.clock.forward(hours=1)
    await send_again(env, stored, "article-1", body=CORRECTED)
    untouched = env.slack.messages(user=None)[2]
    assert await env.digests.correct() == 2
    parent, thread, other = env.slack.messages(user=None)
    for message in (parent, thread):
        assert "three of the six cranes" in json.dumps(message)
        assert "two of the six cranes" not in json.dumps(message)
        assert "published a new version on 22 November 2026, 15:00" in json.dumps(message)
    assert "Updated: Sund" in parent["text"]
    assert other == untouched
    after = await env.store.deliveries.get(delivery.id)
    assert after.digest == delivery.digest
    assert after.edited is not None
    assert await proved(env, after.edited)
    assert after.digest is not None
    assert await proved(env, after.digest)
    assert await env.digests.correct() == 0


async def test_an_edited_headline_is_nothing_new(env: DeliveryEnv) -> None:
    """A headline that its source rewrites, with a later date, is not posted a second time."""
    await env.news()
    await post(env)
    posted = len(env.slack.posted())
    stored = await env.store.articles.get(1)
    env.clock.forward(hours=1)
    again = {"headline": "Wall to be ready before the storms", "published": env.clock.now()}
    await send_again(env, stored, "article-1", body=stored.article.body, **again)
    delivery = await env.digests.post_now(TEAM, CHANNEL, key="c2", zone=ZONE)
    assert delivery.digest is None or not delivery.digest.entries
    assert len(env.slack.posted()) == posted


async def test_a_correction_is_called_one(env: DeliveryEnv) -> None:
    """What a source marks as a correction says "corrected"."""
    await env.news()
    await post(env)
    stored = await env.store.articles.get(1)
    await send_again(env, stored, "article-1", body=CORRECTED, correction=True)
    await env.digests.correct()
    parent, thread, _ = env.slack.messages(user=None)
    assert "Northern Wire corrected the article on" in json.dumps(parent)
    assert "correction, 22 November" in json.dumps(thread)


async def test_a_version_that_reads_the_same_is_not_announced(env: DeliveryEnv) -> None:
    """Its buttons lead to the version that stands now; no line says that something changed."""
    await env.news()
    await post(env)
    stored = await env.store.articles.get(1)
    said_before = env.slack.messages(user=None)[0]["text"]
    new = NewArticle(
        "article-1",
        "x",
        replace(stored.article, version="2"),
        stored.analysis,
        None,
        env.clock.now(),
    )
    again = await env.store.articles.put(new, lambda _: None)
    await env.digests.correct()
    parent = env.slack.messages(user=None)[0]
    assert parent["text"] == said_before
    assert f"show:{again.id}:" in json.dumps(parent["blocks"])


async def test_a_source_that_polishes_is_followed_now_and_then(env: DeliveryEnv) -> None:
    """Within some minutes one edit is enough; what came meanwhile is in the next one.

    Days later there is none.
    """
    await env.news()
    await post(env)
    stored = await env.store.articles.get(1)
    await send_again(env, stored, "article-1", body=CORRECTED)
    assert await env.digests.correct() == 2
    env.clock.forward(minutes=1)
    await send_again(env, stored, "article-1", body=CORRECTED, headline="Wall by winter")
    assert await env.digests.correct() == 0
    env.clock.forward(minutes=10)
    assert await env.digests.correct() == 2
    assert "Wall by winter" in env.slack.messages(user=None)[0]["text"]
    env.clock.forward(days=4)
    await send_again(env, stored, "article-1", body=CORRECTED, headline="Wall at last")
    assert await env.digests.correct() == 0


async def test_a_kill_is_followed_at_once_and_however_late(env: DeliveryEnv) -> None:
    """Words that were withdrawn never wait for their turn."""
    await env.news()
    await post(env)
    stored = await env.store.articles.get(1)
    await send_again(env, stored, "article-1", body=CORRECTED)
    await env.digests.correct()
    env.clock.forward(days=9)
    assert await env.store.articles.withdraw(None, "article-1")
    assert await env.digests.correct() == 2
    assert "Varga" not in json.dumps(env.slack.messages(user=None))


@pytest.mark.parametrize("code", ["cant_update_message", "message_not_found", "edit_window_closed"])
async def test_what_slack_will_never_edit_is_let_be(env: DeliveryEnv, code: str) -> None:
    """A message that cannot be edited is passed over, and not tried again and again."""
    await env.news()
    await post(env)
    stored = await env.store.articles.get(1)
    await send_again(env, stored, "article-1", body=CORRECTED)
    env.slack.fail("chat.update", code, times=2)
    assert await env.digests.correct() == 0
    env.clock.forward(hours=1)
    assert await env.digests.correct() == 0
    assert len(env.slack.calls_of("chat.update")) == 2


async def test_a_story_that_loses_one_of_its_articles_says_so(env: DeliveryEnv) -> None:
    """The outlet that took its article back is named."""
    first = await env.file(env.builder.harbour())
    await env.file(env.builder.harbour(source="Sund Courier", hours=2), story=first.story)
    delivery = await post(env)
    assert await env.store.articles.withdraw(None, "article-1")
    await env.digests.correct()
    assert "Northern Wire withdrew an article on" in json.dumps(env.slack.messages(user=None)[0])
    edited = (await env.store.deliveries.get(delivery.id)).edited
    assert edited is not None
    [entry] = edited.entries
    assert entry.revision is not None
    assert entry.revision.change is SourceChange.WITHDRAWN
    assert entry.revision.at - env.clock.now() < timedelta(seconds=5)


async def test_an_article_that_is_only_counted(env: DeliveryEnv) -> None:
    """Withdrawn, it is counted no more, once.

    None of its words stood there, so nothing else is said.
    """
    now, chosen = env.clock.now(), None
    for number in range(50):
        body = f"The harbour wall of Lower Sund fell, Ilse Varga said. Reporter {number} saw it."
        told = analysis(
            body, statement(body, "Ilse Varga", "The harbour wall of Lower Sund fell", score=0.5)
        )
        article = Article(
            body, f"Wall falls, by {number}", source=f"Outlet {number}", published=now
        )
        new = NewArticle(f"wall-{number}", f"{number}", article, told, None, now)
        put = await env.store.articles.put(new, lambda _, place=chosen: place)  # type: ignore[misc]
        chosen = Placement(put.story)
    delivery = await post(env)
    assert delivery.digest is not None
    [entry] = delivery.digest.entries
    assert len(entry.articles) == 50
    assert await env.store.articles.withdraw(None, f"wall-{entry.unlisted[-1] - 1}")
    await env.digests.correct()
    after = await env.store.deliveries.get(delivery.id)
    assert after.edited is not None
    assert after.edited.entries[0].articles == entry.articles[:-1]
    assert after.edited.entries[0].revision is None
    assert "49 articles" in json.dumps(env.slack.messages(user=None)[0])
    assert await env.digests.find_outdated() == ()


async def test_a_version_of_more_words_keeps_within_the_messages_that_stand(
    env: DeliveryEnv,
) -> None:
    """No new message is posted for it: what has no room is left to "All statements"."""
    await env.news()
    delivery = await post(env)
    stored = await env.store.articles.get(1)
    people = [f"Witness Number{n:02}" for n in range(40)]
    body = (
        CORRECTED
        + " "
        + " ".join(f"{name} said {'the sea rose again ' * 30}that day." for name in people)
    )
    statements = [
        statement(body, name, f"said {'the sea rose again ' * 30}".strip()[5:], score=0.5)
        for name in people
    ]
    new = NewArticle(
        "article-1",
        "long",
        replace(stored.article, body=body),
        analysis(body, *statements),
        None,
        env.clock.now(),
    )
    await env.store.articles.put(new, lambda _: None)
    await env.digests.correct()
    messages = env.slack.messages(user=None)
    assert [message["ts"] for message in messages] == list(delivery.part_timestamps)
    assert "Witness" in json.dumps(messages[1])


async def test_an_edited_update_shows_nothing_that_was_shown_before(env: DeliveryEnv) -> None:
    """What a new version of an article repeats of the first post of its story stays out."""
    harbour = await env.file(env.builder.harbour())
    await post(env)
    env.clock.forward(hours=1)
    body = "Engineer Tomas Brandt said the third crane had failed too. " + HARBOUR
    crane = statement(body, "Tomas Brandt", "the third crane had failed too", score=0.9)
    wall = statement(
        body,
        "Ilse Varga",
        "the new harbour wall would be finished before the winter storms",
        score=0.9,
    )
    made = env.builder.article(body, crane, wall, headline="Third crane fails", source="Sund Post")
    later = await env.file(made, story=harbour.story)
    update = await env.digests.post_now(TEAM, CHANNEL, key="c2", zone=ZONE)
    env.clock.forward(hours=1)
    mended = replace(later.article, headline="Third crane fails at Sund")
    again = NewArticle(
        f"article-{later.id}", "2", mended, analysis(body, crane, wall), None, env.clock.now()
    )
    await env.store.articles.put(again, lambda _: Placement(harbour.story))
    await env.digests.correct()
    shown = (await env.store.deliveries.get(update.id)).shown
    assert shown is not None
    [entry] = shown.entries
    assert entry.headline.span.text == "Third crane fails at Sund"
    quotes = [*entry.statements, *entry.rest]
    assert [quote.content[0].span.text for quote in quotes] == ["the third crane had failed too"]
