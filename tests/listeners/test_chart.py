"""`/digest chart` posts a picture with a description, or a table if it cannot."""

import gc
from typing import Any

import aiohttp
import pytest

from bot.listeners import chart
from tests.builders import BODY
from tests.listeners.conftest import SlackEnv, words
from tests.slack_server import CHANNEL


async def test_a_picture_is_posted_with_its_description(env: SlackEnv):
    """The channel sees a picture whose description has the same figures."""
    pytest.importorskip("matplotlib")
    await env.publish(
        BODY.replace("tomorrow", "for $5 & <!here> $6"), headline="Harbour $1 to $2 <!channel>"
    )
    *_, answer = await env.type("chart")
    assert "Posted in" in words(answer)
    [post] = env.slack.posted()
    [shown] = post["files"]
    assert shown["mimetype"] == "image/png"
    assert "Mara Ilves: 1, mostly on “Harbour $1 to $2 <!channel>”" in shown["alt_txt"]
    assert "2 statements by 2 people and organizations" in post["text"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{env.slack.base_url}{shown['url_private']}") as file,
    ):
        assert (await file.read()).startswith(b"\x89PNG")


async def test_without_the_extra_it_is_a_table(env: SlackEnv, monkeypatch: pytest.MonkeyPatch):
    """Without Matplotlib a table has the same figures, and the command to install it."""
    await env.publish()
    monkeypatch.setattr(chart, "find_spec", lambda _: None)
    await env.type("chart month about harbour")
    [post] = env.slack.posted()
    [table] = [block for block in post["blocks"] if block["type"] == "table"]
    cells = [cell["text"] for row in table["rows"] for cell in row]
    assert cells[:4] == ["Who", "Statements", "Most on", "Mostly about"]
    assert "Mara Ilves" in cells
    assert "dateline[chart]" in words(post)
    assert "Mara Ilves: 1" in post["text"]


async def test_letters_that_no_font_has_are_shown_in_a_table(env: SlackEnv):
    """Letters without a font give a table in place of empty boxes, and the log has the cure."""
    pytest.importorskip("matplotlib")
    await env.publish(headline="Harbour \N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED} \u0378")
    await env.type("chart")
    [post] = env.slack.posted()
    assert "table" in [block["type"] for block in post["blocks"]]
    assert "no font" in words(post)


async def test_without_the_scope_it_is_a_table(env: SlackEnv):
    """With a token that may not upload files, a table has the same figures."""
    pytest.importorskip("matplotlib")
    await env.publish()
    env.slack.workspace.scopes = env.slack.workspace.scopes - {"files:write"}
    await env.type("chart")
    [post] = env.slack.posted(CHANNEL)
    assert "files:write" in words(post)


async def test_a_chart_leaves_no_figure_in_the_service(env: SlackEnv):
    """Nothing of a picture stays in this process, however seldom garbage is collected."""
    pytest.importorskip("matplotlib")
    await env.publish()
    gc.collect()
    gc.disable()
    try:
        await env.type("chart")
        kept = [each for each in gc.get_objects() if type(each).__name__ == "Figure"]
    finally:
        gc.enable()
    assert len(env.slack.posted()[0]["files"]) == 1
    assert kept == []


async def test_a_picture_that_cannot_be_drawn_is_a_table(
    env: SlackEnv, monkeypatch: pytest.MonkeyPatch
):
    """Where drawing takes too long a table has the same figures."""
    pytest.importorskip("matplotlib")
    await env.publish()
    monkeypatch.setattr(chart, "_DRAWING_SECONDS", 0.001)
    await env.type("chart")
    [post] = env.slack.posted()
    assert "couldn't be drawn" in words(post)


@pytest.mark.parametrize("line", ["chart", "chart about cheese"])
async def test_no_statements_is_an_answer(env: SlackEnv, line: str):
    """Without statements there is no empty picture, but a hint how to look further back."""
    if "about" in line:
        await env.publish()
    *_, answer = await env.type(line)
    assert "Nobody was quoted by name" in words(answer)
    assert "/digest chart month" in words(answer)
    posted: list[dict[str, Any]] = env.slack.posted()
    assert posted == []
