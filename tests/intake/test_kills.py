"""A kill reaches the article it means, in whatever file and with whatever address it comes."""

import json
from dataclasses import replace

import pytest

from bot.intake.dedup import IntakeDecision, identify
from bot.intake.intake import Intake
from bot.model import Article, Status
from bot.store import Store
from tests.builders import BODY
from tests.intake.test_intake import ingest, visible_headlines

STORY = {"uri": "urn:dam:7", "type": "text", "version": "1", "pubstatus": "usable"}
STORY |= {"headline": "Dam holds", "body_text": BODY, "url": "https://dam.example/7"}
KILL = {"uri": "urn:dam:7", "type": "text", "version": "2", "pubstatus": "canceled"}
KILL |= {"headline": "Kill"}


@pytest.mark.parametrize(
    "items",
    [
        [STORY, KILL],
        [KILL, STORY],
        [STORY, KILL | {"url": "https://dam.example/kills/7"}],
    ],
    ids=["story first", "kill first", "kill at an address of its own"],
)
async def test_a_story_and_its_kill_in_one_file(
    intake: Intake, archive: Store, items: list[dict[str, str]]
) -> None:
    """A file that holds a story and its kill leaves nothing to show, whatever their addresses."""
    await ingest(intake, json.dumps(items).encode(), name="page.json", source="dam")
    assert await visible_headlines(archive) == []


def test_a_newsml_identifier_without_a_date_has_revisions_too() -> None:
    """Revisions of an item are one article, also where the identifier names no day."""
    first = Article(body=BODY, guid="urn:newsml:wire.example:4711:1N")
    kill = replace(first, guid="urn:newsml:wire.example:4711:2A", status=Status.CANCELED)
    other = replace(first, guid="urn:newsml:wire.example:20260512:4711")
    own, killed, apart = (identity for identity, _ in identify([first, kill, other], "w"))
    assert own == killed != apart


async def test_a_newsml_revision_without_content_withdraws(intake: Intake, archive: Store) -> None:
    """A revision that only sets the status Withheld takes the story back."""

    def item(revision: int, update: str, status: str, content: str) -> bytes:
        guid = f"urn:newsml:wire.example:20260512:DAM:{revision}{update}"
        names = f"<RevisionId Update='{update}'>{revision}</RevisionId>"
        names += f"<PublicIdentifier>{guid}</PublicIdentifier>"
        head = f"<Identification><NewsIdentifier>{names}</NewsIdentifier></Identification>"
        head += f"<NewsManagement><Status FormalName='{status}'/></NewsManagement>"
        return f"<NewsML><NewsItem>{head}{content}</NewsItem></NewsML>".encode()

    lines = "<NewsLines><HeadLine>Dam holds</HeadLine></NewsLines>"
    text = f"<ContentItem><DataContent>{BODY}</DataContent></ContentItem>"
    content = f"<NewsComponent>{lines}{text}</NewsComponent>"
    await ingest(intake, item(1, "N", "Usable", content), name="1.xml", source="wire")
    assert await visible_headlines(archive) == ["Dam holds"]
    result = await ingest(intake, item(2, "A", "Withheld", ""), name="2.xml", source="wire")
    assert [outcome.decision for outcome in result.outcomes] == [IntakeDecision.WITHDRAW]
    assert await visible_headlines(archive) == []
