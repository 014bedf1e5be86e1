"""What was posted is edited when a source sends a new version, and says so; the proof holds before and after."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Article, Delivery, Digest, NewArticle, SourceChange, StoredArticle
from bot.stories.proof import mismatches
from tests.bureau import TEAM, ZONE, DeliveryEnv
from tests.newsdesk import HARBOUR, analysed, said
from tests.slack_server import CHANNEL

# Says another thing than before, at other places.
CORRECTED = HARBOUR.replace("two of the six cranes", "three of the six cranes").replace(
    "Mayor Ilse", "The mayor, Ilse"
)


async def post(bureau: DeliveryEnv) -> Delivery:
    """Post the news to the channel."""
    return await bureau.digests.post_now(TEAM, CHANNEL, key="c1", zone=ZONE)


async def send_again(
    bureau: DeliveryEnv, stored: StoredArticle, identity: str, **fields: Any
) -> StoredArticle:
    """Let the source send a newer version of the harbour story."""
    article = replace(stored.article, **fields)
    body = article.body
    words = "three of the six cranes" if "three" in body else "two of the six cranes"
    statements = (
        said(
            body,
            "Ilse Varga",
            "the new harbour wall would be finished before the winter storms",
            score=0.9,
        ),
        said(body, "Tomas Brandt", f"{words} had failed inspection", cue="warned", score=0.7),
    )
    new = NewArticle(
        identity, str(fields), article, analysed(body, *statements), None, bureau.hands.now()
    )
    return await bureau.store.articles.put(new, lambda _: None)


async def proved(bureau: DeliveryEnv, digest: Digest) -> bool:
    """Whether every span of a digest stands in the store."""
    numbers = {citation.article for citation in digest.citations()}
    return not mismatches(
        digest, {n: (await bureau.store.articles.get(n)).article for n in numbers}
    )


async def test_a_new_version_edits_channel_and_thread(bureau: DeliveryEnv) -> None:
    """The new words stand where the old ones stood, with a line that says so; other stories stay as they are."""
    await bureau.news()
    delivery = await post(bureau)
    stored = await bureau.store.articles.get(1)
    bureau.hands.forward(hours=1)
    await send_again(bureau, stored, "article-1", body=CORRECTED)
    untouched = bureau.slack.messages(user=None)[2]
    assert await bureau.digests.correct() == 2
    parent, thread, other = bureau.slack.messages(user=None)
    for message in (parent, thread):
        assert "three of the six cranes" in json.dumps(message)
        assert "two of the six cranes" not in json.dumps(message)
        assert "published a new version on 22 November at 13:00 UTC" in json.dumps(message)
    assert "Updated: Sund" in parent["text"]
    assert other == untouched
    after = await bureau.store.deliveries.get(delivery.id)
    assert after.digest == delivery.digest
    assert after.edited is not None
    assert await proved(bureau, after.edited)
    assert after.digest is not None
    assert await proved(bureau, after.digest)
    assert await bureau.digests.correct() == 0


async def test_a_correction_is_called_one(bureau: DeliveryEnv) -> None:
    """What a source marks as a correction says "corrected"."""
    await bureau.news()
    await post(bureau)
    stored = await bureau.store.articles.get(1)
    await send_again(bureau, stored, "article-1", body=CORRECTED, correction=True)
    await bureau.digests.correct()
    parent, thread, _ = bureau.slack.messages(user=None)
    assert "Northern Wire corrected the article on" in json.dumps(parent)
    assert "correction, 22 November" in json.dumps(thread)


async def test_a_version_that_reads_the_same_is_not_announced(bureau: DeliveryEnv) -> None:
    """Its buttons lead to the version that stands now; no line says that something changed."""
    await bureau.news()
    await post(bureau)
    stored = await bureau.store.articles.get(1)
    said_before = bureau.slack.messages(user=None)[0]["text"]
    new = NewArticle(
        "article-1",
        "x",
        replace(stored.article, version="2"),
        stored.analysis,
        None,
        bureau.hands.now(),
    )
    again = await bureau.store.articles.put(new, lambda _: None)
    await bureau.digests.correct()
    parent = bureau.slack.messages(user=None)[0]
    assert parent["text"] == said_before
    assert f"show:{again.id}:" in json.dumps(parent["blocks"])


async def test_a_source_that_polishes_is_followed_now_and_then(bureau: DeliveryEnv) -> None:
    """Within some minutes one edit is enough; what came meanwhile is in the next one; days later there is none."""
    await bureau.news()
    await post(bureau)
    stored = await bureau.store.articles.get(1)
    await send_again(bureau, stored, "article-1", body=CORRECTED)
    assert await bureau.digests.correct() == 2
    bureau.hands.forward(minutes=1)
    await send_again(bureau, stored, "article-1", body=CORRECTED, headline="Wall by winter")
    assert await bureau.digests.correct() == 0
    bureau.hands.forward(minutes=10)
    assert await bureau.digests.correct() == 2
    assert "Wall by winter" in bureau.slack.messages(user=None)[0]["text"]
    bureau.hands.forward(days=4)
    await send_again(bureau, stored, "article-1", body=CORRECTED, headline="Wall at last")
    assert await bureau.digests.correct() == 0


async def test_a_kill_is_followed_at_once_and_however_late(bureau: DeliveryEnv) -> None:
    """Words that were withdrawn never wait for their turn."""
    await bureau.news()
    await post(bureau)
    stored = await bureau.store.articles.get(1)
    await send_again(bureau, stored, "article-1", body=CORRECTED)
    await bureau.digests.correct()
    bureau.hands.forward(days=9)
    assert await bureau.store.articles.withdraw(None, "article-1")
    assert await bureau.digests.correct() == 2
    assert "Varga" not in json.dumps(bureau.slack.messages(user=None))


@pytest.mark.parametrize("code", ["cant_update_message", "message_not_found", "edit_window_closed"])
async def test_what_slack_will_never_edit_is_let_be(bureau: DeliveryEnv, code: str) -> None:
    """A message that cannot be edited is passed over, and not tried again and again."""
    await bureau.news()
    await post(bureau)
    stored = await bureau.store.articles.get(1)
    await send_again(bureau, stored, "article-1", body=CORRECTED)
    bureau.slack.fail("chat.update", code, times=2)
    assert await bureau.digests.correct() == 0
    bureau.hands.forward(hours=1)
    assert await bureau.digests.correct() == 0
    assert len(bureau.slack.calls_of("chat.update")) == 2


async def test_a_story_that_loses_one_of_its_articles_says_so(bureau: DeliveryEnv) -> None:
    """The outlet that took its article back is named."""
    first = await bureau.file(bureau.desk.harbour())
    await bureau.file(bureau.desk.harbour(source="Sund Courier", hours=2), story=first.story)
    delivery = await post(bureau)
    assert await bureau.store.articles.withdraw(None, "article-1")
    await bureau.digests.correct()
    assert "Northern Wire withdrew an article on" in json.dumps(bureau.slack.messages(user=None)[0])
    edited = (await bureau.store.deliveries.get(delivery.id)).edited
    assert edited is not None
    [entry] = edited.entries
    assert entry.revision is not None
    assert entry.revision.change is SourceChange.WITHDRAWN
    assert entry.revision.at - bureau.hands.now() < timedelta(seconds=5)


async def test_an_article_that_is_only_counted(bureau: DeliveryEnv) -> None:
    """Withdrawn, it is counted no more, once; none of its words stood there, so nothing else is said."""
    now, story = bureau.hands.now(), None
    for number in range(50):
        body = f"The harbour wall of Lower Sund fell, Ilse Varga said. Reporter {number} saw it."
        told = analysed(
            body, said(body, "Ilse Varga", "The harbour wall of Lower Sund fell", score=0.5)
        )
        article = Article(
            body, f"Wall falls, by {number}", source=f"Outlet {number}", published=now
        )
        new = NewArticle(f"wall-{number}", f"{number}", article, told, None, now)
        story = (await bureau.store.articles.put(new, lambda _, at=story: at)).story  # type: ignore[misc]
    delivery = await post(bureau)
    assert delivery.digest is not None
    [entry] = delivery.digest.entries
    assert len(entry.articles) == 50
    assert await bureau.store.articles.withdraw(None, f"wall-{entry.unlisted[-1] - 1}")
    await bureau.digests.correct()
    after = await bureau.store.deliveries.get(delivery.id)
    assert after.edited is not None
    assert after.edited.entries[0].articles == entry.articles[:-1]
    assert after.edited.entries[0].revision is None
    assert "49 articles" in json.dumps(bureau.slack.messages(user=None)[0])
    assert await bureau.digests.outdated() == ()


async def test_a_version_of_more_words_keeps_within_the_messages_that_stand(
    bureau: DeliveryEnv,
) -> None:
    """No new message is posted for it: what has no room is left to "All statements"."""
    await bureau.news()
    delivery = await post(bureau)
    stored = await bureau.store.articles.get(1)
    people = [f"Witness Number{n:02}" for n in range(40)]
    body = (
        CORRECTED
        + " "
        + " ".join(f"{name} said {'the sea rose again ' * 30}that day." for name in people)
    )
    statements = [
        said(body, name, f"said {'the sea rose again ' * 30}".strip()[5:], score=0.5)
        for name in people
    ]
    new = NewArticle(
        "article-1",
        "long",
        replace(stored.article, body=body),
        analysed(body, *statements),
        None,
        bureau.hands.now(),
    )
    await bureau.store.articles.put(new, lambda _: None)
    await bureau.digests.correct()
    messages = bureau.slack.messages(user=None)
    assert [message["ts"] for message in messages] == list(delivery.posted)
    assert "Witness" in json.dumps(messages[1])
