"""What the playground is sent is bounded, and what is malformed is refused in words."""

import io
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.playground import server
from bot.playground.page import parse_action
from bot.playground.server import create_playground
from bot.playground.workspace import Workspace
from tests.log_file import written

__all__ = ["written"]

MARK = "mallardnoise"
DEEDS = ("say", "act", "submit", "close", "home", "invite", "options", "shortcut", "dismiss")
JSON = {"content-type": "application/json"}


def app() -> Starlette:
    """The stand-in, with no bot behind it."""
    return create_playground(
        Workspace(),
        bot_url="http://127.0.0.1:9/slack/events",
        base_url="http://127.0.0.1",
        signing_secret="made-up",
        bot_token="xoxb-made-up",
        retries=(),
    ).app


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """Something on this machine; what the app raises, the test does."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app()), base_url="http://127.0.0.1"
    ) as client:
        yield client


async def _answer_unread(method: str, path: str, headers: dict[str, str]) -> int:
    """Give the status of a request whose body may not be read."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": raw,
        "query_string": b"",
        "root_path": "",
    }
    await app()(scope, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    "path", ["/api/chat.postMessage", "/page/say", "/response/x", "/upload/x", "/", "/nowhere"]
)
async def test_who_may_not_call_is_refused_unread(path: str) -> None:
    """Another name in Host, or another site's page, is refused with the body unread."""
    assert await _answer_unread("POST", path, {"host": "elsewhere.example"}) == 421
    assert await _answer_unread("POST", path, {}) == 421
    assert (
        await _answer_unread(
            "POST", path, {"host": "127.0.0.1", "origin": "http://elsewhere.example"}
        )
        == 403
    )


@pytest.mark.parametrize("path", ["/api/auth.test", "/page/say", "/response/x", "/upload/x"])
async def test_more_than_is_needed_is_not_read(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A body is counted as it comes; one that is too long is 413, whatever it is sent as."""
    monkeypatch.setattr(server, "MAX_BODY_BYTES", 100)
    monkeypatch.setattr(server, "MAX_FILE_BYTES", 100)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"a=1&a=1&a="

    for headers in (JSON, {"content-type": "application/x-www-form-urlencoded"}):
        assert (await browser.post(path, content=pieces(), headers=headers)).status_code == 413


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"17", b'"x"', b"\xff", b'{"user": ["U0WREN"]}']
)
@pytest.mark.parametrize("deed", DEEDS)
async def test_a_deed_that_is_none_is_400(
    browser: httpx.AsyncClient, deed: str, body: bytes
) -> None:
    """Not JSON, or not of a page's making: words for it, and nothing raised."""
    answer = await browser.post(f"/page/{deed}", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["problem"] in {"invalid_json", "invalid_field", "user_not_found"}


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed != "home"])
async def test_a_deed_without_what_it_needs_is_400(browser: httpx.AsyncClient, deed: str) -> None:
    """What is missing, or names nothing that there is, is told."""
    for given_ in (
        {"user": "U0WREN"},
        {"user": "U0WREN", "channel": MARK, "text": "x", "ts": "1.2", "where": {}},
    ):
        answer = await browser.post(f"/page/{deed}", json=given_)
        assert answer.status_code == 400 or answer.json()["problem"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=60)
    | VALUES.map(lambda value: httpx.Request("POST", "http://x", json=value).content)
)
def test_reading_a_deed_raises_nothing_else(body: bytes) -> None:
    """Whatever the body, it is a deed or a ValueError."""
    with pytest.raises(ValueError, match=r"^(invalid_json|invalid_field|user_not_found)$"):
        parse_action(body)


async def test_deep_nesting_is_malformed(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the parser gives up on depth the answer is a word, as for any other fault."""

    def give_up(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("json.loads", give_up)
    deed = await browser.post("/page/say", content=b"[[1]]", headers=JSON)
    call = await browser.post("/api/auth.test", content=b"[[1]]", headers=JSON)
    later = await browser.post("/response/x", content=b"[[1]]")
    assert (deed.status_code, call.status_code, later.status_code) == (400, 200, 400)
    assert b"invalid_json" in call.content


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "application/json"]
)
@pytest.mark.parametrize(
    "path", ["/api/chat.postMessage", "/page/say", "/response/x", "/upload/x", f"/{MARK}"]
)
async def test_a_malformed_body_leaves_no_word_in_the_log(
    written: io.StringIO, browser: httpx.AsyncClient, path: str, kind: str
) -> None:
    """Neither we nor the form parser write what was sent, at any level."""
    answer = await browser.post(
        path, content=f"{MARK}\xff".encode("latin-1"), headers={"content-type": kind}
    )
    assert answer.status_code < 500
    assert MARK not in written.getvalue()
    assert "boundary character" not in written.getvalue()
