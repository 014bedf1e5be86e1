"""No unsigned byte reaches a parser or the log, through whichever door it comes."""

import asyncio
import io
import json
import logging
import re
import time
from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import web
from bot.app.bolt import create_bolt
from bot.app.web import (
    MAX_AGE_SECONDS,
    MAX_BODY_BYTES,
    BodySignature,
    SignatureVerifier,
    create_app,
)
from bot.playground.request_sender import sign_body
from tests.log_file import written

__all__ = ["written"]

SECRET = "signing-made-up"
PATH = "/slack/events"
MARK = "mallardnoise"
FORM = "application/x-www-form-urlencoded"
Headers = dict[str, str]


class OneWorkspace(AsyncAuthorize):
    """Authorizes everybody, without asking anybody."""

    async def __call__(self, **_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="U1", bot_token="xoxb-1"
        )


def new_bolt() -> AsyncApp:
    """Bolt as the service makes it."""
    return create_bolt(AsyncWebClient(), OneWorkspace())


async def ready() -> dict[str, str]:
    """Nothing is wrong."""
    return {}


def app_for(bolt: AsyncApp) -> Any:
    """The service's app over this Bolt."""
    return create_app(bolt, signing_secret=SECRET, ready=ready, lifespan=None)


def sign(body: bytes, *, secret: str = SECRET, age: float = 0, kind: str = FORM) -> Headers:
    """Headers as Slack sends them."""
    timestamp = str(int(time.time() - age))
    signed = sign_body(secret, timestamp, body)
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signed,
        "content-type": kind,
    }


async def post(bolt: AsyncApp, body: bytes, headers: Headers) -> httpx.Response:
    """Send one request; what the app raises, the test does."""
    transport = httpx.ASGITransport(app_for(bolt))
    async with httpx.AsyncClient(transport=transport, base_url="http://dateline.example") as client:
        return await client.post(PATH, content=body, headers=headers)


def without(name: str) -> Callable[[bytes], Headers]:
    """Leave one header out."""
    return lambda body: {key: value for key, value in sign(body).items() if key != name}


def with_header(name: str, value: str) -> Callable[[bytes], Headers]:
    """Give one header another value."""
    return lambda body: sign(body) | {name: value}


FAULTS: dict[str, Callable[[bytes], Headers]] = {
    "nothing": lambda _: {"content-type": FORM},
    "no timestamp": without("x-slack-request-timestamp"),
    "no signature": without("x-slack-signature"),
    "a signature of words": with_header("x-slack-signature", f"v0={MARK}"),
    "an empty signature": with_header("x-slack-signature", ""),
    "a timestamp of words": with_header("x-slack-request-timestamp", MARK),
    "another version": lambda body: (
        sign(body) | {"x-slack-signature": "v1" + sign(body)["x-slack-signature"][2:]}
    ),
    "too old": lambda body: sign(body, age=MAX_AGE_SECONDS + 5),
    "too early": lambda body: sign(body, age=-MAX_AGE_SECONDS - 5),
    "another secret": lambda body: sign(body, secret="another"),
    "another body's": lambda body: sign(body + b" "),
    "another time's": lambda body: (
        sign(body) | {"x-slack-request-timestamp": str(int(time.time()) - 7)}
    ),
}
BEFORE_THE_BODY = sorted(set(FAULTS) - {"another secret", "another body's", "another time's"})

TEXTS = st.text(max_size=60)
BODIES = st.one_of(
    st.binary(max_size=400),
    st.dictionaries(TEXTS, TEXTS, max_size=5).map(
        lambda fields: urlencode(fields, errors="replace").encode()
    ),
    st.dictionaries(TEXTS, st.lists(TEXTS, max_size=3), max_size=5).map(
        lambda value: json.dumps(value).encode()
    ),
    TEXTS.map(lambda text: urlencode({"payload": text}, errors="replace").encode()),
)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What reaches a parser of bodies: ours, Bolt's, Python's."""
    seen: list[object] = []

    def watch(place: str) -> None:
        module, _, name = place.rpartition(".")
        real = getattr(__import__(module, fromlist=[name]), name)

        def recording(*given_: Any, **more: Any) -> Any:
            seen.append(given_)
            return real(*given_, **more)

        monkeypatch.setattr(place, recording)

    for place in ("bot.app.web.parse_body", "slack_bolt.request.async_request.parse_body"):
        watch(place)
    return seen


def test_no_unsigned_byte_reaches_a_parser_or_the_log(
    written: io.StringIO, parsed: list[object]
) -> None:
    """Any body with any wrong signature gets 401; nothing is parsed or logged."""
    bolt = new_bolt()

    @settings(max_examples=60, deadline=None)
    @given(BODIES, st.sampled_from(sorted(FAULTS)))
    def refused(body: bytes, fault: str) -> None:
        marked = MARK.encode() + body
        headers = FAULTS[fault](marked)
        answer = asyncio.run(post(bolt, marked, headers))
        assert answer.status_code == 401
        assert MARK not in answer.text
        assert not any(value and value in written.getvalue() for value in headers.values())

    refused()
    assert parsed == []
    assert MARK not in written.getvalue()


async def test_a_signed_body_reaches_the_parser_once(parsed: list[object]) -> None:
    """What Slack signed is read, so that the recording above does record."""
    assert (await post(new_bolt(), b"a=1", sign(b"a=1"))).status_code == 404
    assert parsed == [(b"a=1", FORM), ("a=1", FORM)]


@pytest.mark.parametrize("fault", BEFORE_THE_BODY)
async def test_a_body_is_not_read_for_headers_that_cannot_be_right(fault: str) -> None:
    """Without a fresh, well-formed signature the answer comes before the body is read."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    headers = [(name.encode(), value.encode()) for name, value in FAULTS[fault](b"x").items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "headers": headers,
        "query_string": b"",
    }
    await app_for(new_bolt())(scope, receive, send)
    assert sent[0]["status"] == 401


@pytest.mark.parametrize("name", ["x-slack-signature", "x-slack-request-timestamp"])
async def test_a_header_that_came_twice_counts_for_nothing(name: str) -> None:
    """Two signatures or times are refused, even where the first is right."""
    headers = list(sign(b"a=1").items())
    transport = httpx.ASGITransport(app_for(new_bolt()))
    async with httpx.AsyncClient(transport=transport, base_url="http://dateline.example") as client:
        answer = await client.post(
            PATH, content=b"a=1", headers=[*headers, (name, sign(b"b=2")[name])]
        )
    assert answer.status_code == 401


async def test_a_large_unsigned_form_costs_a_hash_alone(
    monkeypatch: pytest.MonkeyPatch, parsed: list[object]
) -> None:
    """Of 1 MiB of fields each byte is hashed once, in pieces, and none is parsed."""
    hashed: list[int] = []
    update = BodySignature.update

    def counting(self: BodySignature, piece: bytes) -> None:
        hashed.append(len(piece))
        update(self, piece)

    monkeypatch.setattr(BodySignature, "update", counting)
    form = b"a=1&" * (MAX_BODY_BYTES // 4)
    assert (await post(new_bolt(), form, sign(form, secret="another"))).status_code == 401
    assert sum(hashed) == MAX_BODY_BYTES
    assert parsed == []


async def test_a_body_over_the_bound_is_not_hashed_past_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte too many is 413, signed or not; the largest that is allowed is read."""
    longest = b"a=1&" * (MAX_BODY_BYTES // 4)
    monkeypatch.setattr(web, "MAX_BODY_BYTES", 64)
    for secret in (SECRET, "another"):
        assert (
            await post(new_bolt(), longest[:65], sign(longest[:65], secret=secret))
        ).status_code == 413
    assert (await post(new_bolt(), longest[:64], sign(longest[:64]))).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe" + MARK.encode(), FORM),
        (b"{" + MARK.encode(), "application/json"),
        (b"{" + MARK.encode(), FORM),
        (f'["{MARK}"]'.encode(), "application/json"),
        (f'"{MARK}"'.encode(), "application/json"),
        (b"null", "application/json"),
        (b"17", "application/json"),
        (b"payload=", FORM),
        (f"payload={MARK}".encode(), FORM),
        (f'payload=["{MARK}"]'.encode(), FORM),
        (b'{"a": ' + b"1" * 5000 + b"}", "application/json"),
        (f'{{"event": "{MARK}"}}'.encode(), "application/json"),
        (b'{"user": 17}', "application/json"),
        (b'{"authorizations": {"a": 1}}', "application/json"),
        (b'{"response_urls": [17]}', "application/json"),
        (
            f'{{"type": "block_actions", "actions": [], "user": {{"name": "{MARK}"}}}}'.encode(),
            "application/json",
        ),
        (f'{{"type": "workflow_step_edit", "callback_id": "{MARK}"}}'.encode(), "application/json"),
        (
            f'{{"type": "dialog_submission", "callback_id": ["{MARK}"]}}'.encode(),
            "application/json",
        ),
    ],
    ids=range(18),
)
async def test_a_signed_body_that_slack_never_sends_is_400(
    written: io.StringIO, body: bytes, kind: str
) -> None:
    """A malformed body gets a plain answer; no trace and no word of it is logged."""
    bolt = new_bolt()
    bolt.event("app_mention")(_ignore)
    bolt.action(re.compile("press-[a-z]+"))(_ignore)
    answer = await post(bolt, body, sign(body, kind=kind))
    assert (answer.status_code, answer.text) == (400, "Neither a form nor JSON as Slack sends it")
    assert MARK not in written.getvalue()
    assert "Traceback" not in written.getvalue()
    assert '"trace"' not in written.getvalue()


async def _ignore() -> None:
    """Do nothing."""


async def test_nesting_too_deep_to_parse_is_400(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the parser gives up on depth, so do we, and go on."""

    def give_up(*_: object) -> dict[str, Any]:
        raise RecursionError

    monkeypatch.setattr("slack_bolt.request.async_request.parse_body", give_up)
    assert (
        await post(new_bolt(), b"[[1]]", sign(b"[[1]]", kind="application/json"))
    ).status_code == 400


async def test_neither_query_nor_headers_go_on(written: io.StringIO) -> None:
    """The signature covers the body alone: of the headers Bolt gets the content type only."""
    bolt, seen = new_bolt(), []

    @bolt.middleware
    async def look(req: Any, next: Callable[[], Any]) -> None:  # noqa: A002 -- Bolt gives it by this name
        seen.append((req.query, dict(req.headers)))
        await next()

    transport = httpx.ASGITransport(app_for(bolt))
    async with httpx.AsyncClient(transport=transport, base_url="http://dateline.example") as client:
        headers = sign(b"a=1") | {"x-slack-bolt-lazy-only": "1", "cookie": MARK}
        await client.post(f"{PATH}?a={MARK}", content=b"a=1", headers=headers)
    assert seen == [({}, {"content-type": [FORM]})]
    assert MARK not in written.getvalue()


@pytest.mark.parametrize("secret", ["", "  ", "\n"])
def test_there_is_no_http_without_a_signing_secret(secret: str) -> None:
    """No secret never means that everybody is let in: the app is not even made."""
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        create_app(new_bolt(), signing_secret=secret, ready=ready, lifespan=None)
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        SignatureVerifier(secret)


async def test_slacks_own_check_of_the_certificate_is_held_to_the_law_too(
    parsed: list[object],
) -> None:
    """`ssl_check` comes unsigned and is answered 401, unread; signed it would be 200."""
    body = b"ssl_check=1&token=made-up"
    assert (await post(new_bolt(), body, {"content-type": FORM})).status_code == 401
    assert parsed == []
    assert (await post(new_bolt(), body, sign(body))).status_code == 200


# --- what Bolt and slack_sdk write ---


async def _raise(body: dict[str, Any]) -> None:
    raise RuntimeError(body)


async def _ack_and_raise(ack: Any, body: dict[str, Any]) -> None:
    await ack()
    # Bolt looks for the ack each ten milliseconds, and would lose it.
    await asyncio.sleep(0.1)
    raise RuntimeError(body)


def _event(name: str) -> bytes:
    return json.dumps(
        {"type": "event_callback", "token": MARK, "event": {"type": name, "text": MARK}}
    ).encode()


COMMAND = urlencode({"command": "/digest", "text": MARK, "token": MARK, "user_id": "U7"}).encode()
PRESS = urlencode(
    {"payload": json.dumps({"type": "block_actions", "actions": [{"action_id": MARK}]})}
).encode()


@pytest.mark.parametrize(
    ("body", "kind", "status", "lines"),
    [
        (COMMAND, FORM, 404, 1),
        (PRESS, FORM, 404, 1),
        (_event("star_added"), "application/json", 404, 1),
        (COMMAND.replace(b"digest", b"raise"), FORM, 500, 1),
        (COMMAND.replace(b"digest", b"late"), FORM, 200, 1),
        (_event("app_mention"), "application/json", 200, 1),
        (_event("reaction_added"), "application/json", 500, 1),
    ],
    ids=[
        "command",
        "press",
        "event",
        "raises",
        "raises after the ack",
        "raises in an event",
        "middleware raises",
    ],
)
async def test_nothing_that_bolt_tells_of_a_request_is_written(
    written: io.StringIO, body: bytes, kind: str, status: int, lines: int
) -> None:
    """An unhandled or failing request is logged in a line without a word of it."""
    bolt = new_bolt()
    bolt.command("/raise")(_raise)
    bolt.command("/late")(_ack_and_raise)
    bolt.event("app_mention")(_raise)

    @bolt.middleware
    async def stumble(body: dict[str, Any], next: Callable[[], Any]) -> None:  # noqa: A002 -- Bolt gives it by this name
        if body.get("event", {}).get("type") == "reaction_added":
            raise RuntimeError(body)
        await next()

    answer = await post(bolt, body, sign(body, kind=kind))
    assert answer.status_code == status
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
    assert len(written.getvalue().splitlines()) == lines
    assert MARK not in written.getvalue()


def test_a_flood_of_bad_signatures_writes_one_line_for_each_kind(written: io.StringIO) -> None:
    """A thousand refusals fill no disk: each kind is logged once a minute, by its kind."""
    app = app_for(new_bolt())

    async def flood() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://dateline.example"
        ) as client:
            for _ in range(100):
                for fault in FAULTS.values():
                    await client.post(PATH, content=COMMAND, headers=fault(COMMAND))

    asyncio.run(flood())
    entries = [json.loads(line) for line in written.getvalue().splitlines()]
    assert sorted(line["reason"] for line in entries) == ["stale", "unsigned", "wrong_signature"]
    assert len(written.getvalue()) < 1000
    assert MARK not in written.getvalue()


@pytest.mark.parametrize(
    "name", ["slack_bolt.AsyncRequestVerification", "slack_sdk.web.async_base_client"]
)
def test_no_level_lets_what_they_quote_through(written: io.StringIO, name: str) -> None:
    """Even at DEBUG their loggers give nothing but the place in their code."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    try:
        logger.debug(f"body: {MARK}")  # noqa: G004 -- as they write
        logger.warning("token %s", MARK, stack_info=True)
        try:
            int(MARK)
        except ValueError as e:
            logger.exception(f"failed: {e}")  # noqa: G004, TRY401 -- as they write
    finally:
        logger.setLevel(before)
    entries = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["logger"] for line in entries] == [name] * 3
    assert all("test_no_level_lets" in line["event"] for line in entries)
    assert entries[2]["error"] == "ValueError"
    assert MARK not in written.getvalue()
