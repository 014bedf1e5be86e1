"""No unsigned byte reaches a parser or the log, however the request is built."""

import asyncio
import io
import json
import logging
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import web
from bot.app.web import (
    MAX_AGE_SECONDS,
    MAX_BODY_BYTES,
    SignatureVerifier,
    create_app,
)
from tests.log_file import written
from tests.signed_requests import (
    FORM,
    PATH,
    SECRET,
    Headers,
    all_ready,
    app_for,
    call_app,
    client_of,
    new_bolt,
    post,
    sign,
)

__all__ = ["written"]

MARK = "mallardnoise"


def without(name: str) -> Callable[[bytes], Headers]:
    """Return a signer that leaves one header out."""
    return lambda body: {key: value for key, value in sign(body).items() if key != name}


def with_header(name: str, value: str) -> Callable[[bytes], Headers]:
    """Return a signer that replaces one header's value."""
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
    """Record what reaches a body parser, ours or Bolt's."""
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
    """Any body with any wrong signature gets 401, and nothing of it is parsed or logged."""
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
    """A signed body is parsed, which also shows that `parsed` records."""
    assert (await post(new_bolt(), b"a=1", sign(b"a=1"))).status_code == 404
    assert parsed == [(b"a=1", FORM), ("a=1", FORM)]


@pytest.mark.parametrize("fault", BEFORE_THE_BODY)
async def test_a_body_is_not_read_after_bad_headers(fault: str) -> None:
    """Without a fresh, well-formed signature the answer comes before the body is read."""
    headers = [(name.encode(), value.encode()) for name, value in FAULTS[fault](b"x").items()]
    assert await call_app(app_for(new_bolt()), headers) == 401


@pytest.mark.parametrize("timestamp", ["nan", "1e9", "9" * 400, "-5", "\u0663"], ids=len)
async def test_odd_timestamps_and_signatures_are_refused(
    timestamp: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A timestamp or signature that Slack never writes gets 401 and no traceback in the log."""
    headers = [
        (b"x-slack-request-timestamp", timestamp.encode()),
        (b"x-slack-signature", b"v0=\xe9" + b"a" * 64),
    ]
    for given_headers in (headers, headers[:1], headers[1:]):
        assert (await post(new_bolt(), COMMAND, given_headers)).status_code == 401
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("name", ["x-slack-signature", "x-slack-request-timestamp"])
async def test_a_repeated_header_is_refused(name: str) -> None:
    """Two signatures or timestamps are refused, even if the first is right."""
    headers = [*sign(b"a=1").items(), (name, sign(b"b=2")[name])]
    assert (await post(new_bolt(), b"a=1", headers)).status_code == 401


async def test_a_large_unsigned_form_is_hashed_and_not_parsed(
    monkeypatch: pytest.MonkeyPatch, parsed: list[object]
) -> None:
    """Each byte of a 1 MiB form is hashed once, and none is parsed."""
    hashed: list[int] = []
    is_valid = SignatureVerifier.is_valid

    def counting(self: SignatureVerifier, signature: str, timestamp: str, body: bytes) -> bool:
        hashed.append(len(body))
        return is_valid(self, signature, timestamp, body)

    monkeypatch.setattr(SignatureVerifier, "is_valid", counting)
    form = b"a=1&" * (MAX_BODY_BYTES // 4)
    assert (await post(new_bolt(), form, sign(form, secret="another"))).status_code == 401
    assert hashed == [MAX_BODY_BYTES]
    assert parsed == []


async def test_a_body_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte over the limit gets 413, signed or not; a body at the limit is read."""
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
async def test_a_malformed_signed_body_is_400(written: io.StringIO, body: bytes, kind: str) -> None:
    """A malformed body gets a plain answer; no traceback and no word of it is logged."""
    bolt = new_bolt()
    bolt.event("app_mention")(_ignore)
    bolt.action(re.compile("press-[a-z]+"))(_ignore)
    answer = await post(bolt, body, sign(body, kind=kind))
    assert answer.status_code == 400
    assert answer.text.startswith("Neither a form nor JSON")
    assert MARK not in written.getvalue()
    assert "Traceback" not in written.getvalue()
    assert '"trace"' not in written.getvalue()


async def _ignore() -> None:
    """Do nothing."""


async def test_nesting_too_deep_to_parse_is_400(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body nested too deeply for the parser gets 400, and no traceback."""

    def give_up(*_: object) -> dict[str, Any]:
        raise RecursionError

    monkeypatch.setattr("slack_bolt.request.async_request.parse_body", give_up)
    assert (
        await post(new_bolt(), b"[[1]]", sign(b"[[1]]", kind="application/json"))
    ).status_code == 400


async def test_query_and_headers_do_not_reach_bolt(written: io.StringIO) -> None:
    """Bolt gets no query and no header but the content type: only the body is signed."""
    bolt, seen = new_bolt(), []

    @bolt.middleware
    async def look(req: Any, next: Callable[[], Any]) -> None:  # noqa: A002 -- Bolt gives it by this name
        seen.append((req.query, dict(req.headers)))
        await next()

    async with client_of(app_for(bolt)) as client:
        headers = sign(b"a=1") | {"x-slack-bolt-lazy-only": "1", "cookie": MARK}
        await client.post(f"{PATH}?a={MARK}", content=b"a=1", headers=headers)
    assert seen == [({}, {"content-type": [FORM]})]
    assert MARK not in written.getvalue()


@pytest.mark.parametrize("secret", ["", "  ", "\n"])
def test_there_is_no_http_without_a_signing_secret(secret: str) -> None:
    """Without a signing secret the app cannot be created, so it never accepts everybody."""
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        create_app(new_bolt(), signing_secret=secret, ready=all_ready, lifespan=None)
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        SignatureVerifier(secret)


async def test_an_unsigned_ssl_check_is_refused(
    parsed: list[object],
) -> None:
    """Slack's `ssl_check` comes unsigned and gets 401, unread; signed it would get 200."""
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
async def test_bolt_logs_no_word_of_a_request(
    written: io.StringIO, body: bytes, kind: str, status: int, lines: int
) -> None:
    """An unhandled or failing request is logged in one line, without a word of it."""
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
    """A thousand refused requests are logged in three lines, one for each reason, in a minute."""
    app = app_for(new_bolt())

    async def flood() -> None:
        async with client_of(app) as client:
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
def test_loggers_that_quote_requests_are_masked(written: io.StringIO, name: str) -> None:
    """Even at DEBUG, these libraries' loggers write only the place in their code."""
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
    assert all("test_loggers_that_quote" in line["event"] for line in entries)
    assert entries[2]["error"] == "ValueError"
    assert MARK not in written.getvalue()
