"""`/digest chart` posts a picture with a description, or a table if it cannot."""

import gc
from typing import Any

import aiohttp
import pytest

from bot.listeners import chart
from bot.model import NewBlock
from tests.builders import BODY
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL


@pytest.fixture
def older(env: SlackEnv) -> SlackEnv:
    """A workspace whose Slack takes no new blocks."""
    env.slack.workspace.refused_blocks = set(NewBlock)
    return env


async def test_slack_draws_the_chart_itself(env: SlackEnv):
    """Where Slack takes charts and tables of data, one message has both, with the same figures."""
    await env.publish()
    await env.type("chart")
    [post] = env.slack.posted()
    [shown] = [block for block in post["blocks"] if block["type"] == "data_visualization"]
    counts = {
        each["name"]: sum(point["value"] for point in each["data"])
        for each in shown["chart"]["series"]
    }
    assert counts == {"Mara Ilves": 1, "Olen Tarr": 1}
    [table] = [block for block in post["blocks"] if block["type"] == "data_table"]
    assert [row[1]["text"] for row in table["rows"][1:]] == ["1", "1"]
    assert "Mara Ilves: 1" in post["text"]


async def test_a_month_has_fewer_points_than_days(env: SlackEnv):
    """A chart takes twenty points: two days of a month stand in one, and none is lost."""
    await env.publish()
    await env.publish("Kai Lund said the nets are torn.", headline="Nets", hours_ago=24 * 20)
    await env.type("chart month")
    [shown] = [b for b in env.slack.posted()[0]["blocks"] if b["type"] == "data_visualization"]
    assert shown["chart"]["type"] == "line"
    assert len(shown["chart"]["axis_config"]["categories"]) == 15
    assert {each["name"] for each in shown["chart"]["series"]} >= {"Mara Ilves", "Kai Lund"}


async def test_a_picture_is_posted_with_its_description(older: SlackEnv):
    """The channel sees a picture whose description has the same figures."""
    pytest.importorskip("matplotlib")
    await older.publish(
        BODY.replace("tomorrow", "for $5 & <!here> $6"), headline="Harbour $1 to $2 <!channel>"
    )
    *_, answer = await older.type("chart")
    assert "Posted in" in words(answer)
    [post] = older.slack.posted()
    [shown] = post["files"]
    assert shown["mimetype"] == "image/png"
    assert "Mara Ilves: 1, mostly on “Harbour $1 to $2 <!channel>”" in shown["alt_txt"]
    assert "2 statements by 2 people and organizations" in post["text"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{older.slack.base_url}{shown['url_private']}") as file,
    ):
        assert (await file.read()).startswith(b"\x89PNG")


async def test_without_the_extra_it_is_a_table(older: SlackEnv, monkeypatch: pytest.MonkeyPatch):
    """Without Matplotlib a table has the same figures, and the command to install it."""
    await older.publish()
    monkeypatch.setattr(chart, "find_spec", lambda _: None)
    await older.type("chart month about harbour")
    [post] = older.slack.posted()
    [table] = [block for block in post["blocks"] if block["type"] == "table"]
    cells = [cell["text"] for row in table["rows"] for cell in row]
    assert cells[:4] == ["Who", "Statements", "Most on", "Mostly about"]
    assert "Mara Ilves" in cells
    assert "dateline[chart]" in words(post)
    assert "Mara Ilves: 1" in post["text"]


async def test_letters_that_no_font_has_are_shown_in_a_table(older: SlackEnv):
    """Letters without a font give a table in place of empty boxes, and the log has the cure."""
    pytest.importorskip("matplotlib")
    await older.publish(headline="Harbour \N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED} \u0378")
    await older.type("chart")
    [post] = older.slack.posted()
    assert "table" in [block["type"] for block in post["blocks"]]
    assert "no font" in words(post)


async def test_without_the_scope_it_is_a_table(older: SlackEnv):
    """With a token that may not upload files, a table has the same figures."""
    pytest.importorskip("matplotlib")
    await older.publish()
    older.slack.workspace.scopes = older.slack.workspace.scopes - {"files:write"}
    await older.type("chart")
    [post] = older.slack.posted(CHANNEL)
    assert "files:write" in words(post)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_what_slack_does_not_take_as_a_picture_is_a_table(older: SlackEnv, method: str):
    """A Slack that refuses the file still shows the figures."""
    pytest.importorskip("matplotlib")
    await older.publish()
    older.slack.fail(method, "unknown_method")
    await older.type("chart")
    [post] = older.slack.posted(CHANNEL)
    assert "table" in [block["type"] for block in post["blocks"]]
    assert "didn't take the picture" in words(post)


async def test_a_chart_leaves_no_figure_in_the_service(older: SlackEnv):
    """Nothing of a picture stays in this process, however seldom garbage is collected."""
    pytest.importorskip("matplotlib")
    await older.publish()
    gc.collect()
    gc.disable()
    try:
        await older.type("chart")
        kept = [each for each in gc.get_objects() if type(each).__name__ == "Figure"]
    finally:
        gc.enable()
    assert len(older.slack.posted()[0]["files"]) == 1
    assert kept == []


async def test_a_picture_that_cannot_be_drawn_is_a_table(
    older: SlackEnv, monkeypatch: pytest.MonkeyPatch
):
    """Where drawing takes too long a table has the same figures."""
    pytest.importorskip("matplotlib")
    await older.publish()
    monkeypatch.setattr(chart, "_DRAWING_SECONDS", 0.001)
    await older.type("chart")
    [post] = older.slack.posted()
    assert "couldn't be drawn" in words(post)


@pytest.mark.parametrize("line", ["chart", "chart about cheese"])
async def test_no_statements_is_an_answer(older: SlackEnv, line: str):
    """Without statements there is no empty picture, but a hint how to look further back."""
    if "about" in line:
        await older.publish()
    *_, answer = await older.type(line)
    assert "Nobody was quoted by name" in words(answer)
    assert "/digest chart month" in words(answer)
    posted: list[dict[str, Any]] = older.slack.posted()
    assert posted == []
