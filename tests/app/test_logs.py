"""No secret reaches a log line, whichever library writes it."""

import json
import logging
import subprocess
import sys

import pytest

from bot.app.logs import hide_secrets

LINES = """
import logging, structlog
from bot.app.logs import configure
configure("info")
structlog.get_logger("ours").info("hello", token="xoxb-1-made-up")
logging.getLogger("theirs").warning("cannot reach %s", "postgresql://someone:made-up@db/dateline")
try:
    raise RuntimeError("xapp-1-made-up was refused")
except RuntimeError:
    structlog.get_logger("ours").exception("failed")
"""


@pytest.mark.parametrize(
    "secret",
    ["xoxb-12-abc-DEF", "xoxe.xoxb-1-abc", "xapp-1-A-2-b", "xoxp-9", "postgres://a:b@host/x"],
)
def test_tokens_and_passwords_are_masked(secret: str) -> None:
    """Each kind of secret is replaced by stars."""
    line = hide_secrets(logging.getLogger(), "info", f"before {secret} after")
    assert "***" in line
    assert line.startswith("before ")
    assert line.endswith(" after")
    assert secret.rsplit("/", 1)[0] not in line


def test_lines_are_json_without_secrets_off_a_terminal() -> None:
    """Our lines, a library's lines and a traceback are JSON objects without secrets."""
    done = subprocess.run([sys.executable, "-c", LINES], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines][::2] == ["hello", "failed"]
    assert "made-up" not in done.stderr
    assert done.stdout == ""


def test_no_level_lets_a_library_write_whole_requests() -> None:
    """At "debug", slack_sdk does not log the messages it posts, which hold articles' words."""
    ask = "from bot.app.logs import configure; import logging; configure('debug')\n"
    ask += "libraries = 'slack_sdk', 'slack_bolt', 'httpx'\n"
    ask += "print([logging.getLogger(f'{name}.web').isEnabledFor(10) for name in libraries])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[False, False, False]"


THEIRS = """
import logging
from bot.app.logs import configure
configure("debug")
server = logging.getLogger("uvicorn.error")
try:
    int("made-up")
except ValueError as e:
    server.error("Exception in ASGI application\\n", exc_info=e)
    message = "Task exception was never retrieved\\nfuture: %r"
    logging.getLogger("asyncio").error(message, e, exc_info=e)
logging.getLogger("theirs").warning("%d bytes", "made-up")
"""


def test_a_librarys_exception_is_logged_without_its_message() -> None:
    """A library's exception is logged by type and place.

    A line that cannot be formatted, not at all.
    """
    done = subprocess.run(
        [sys.executable, "-c", THEIRS], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "Exception in ASGI application",
        "Task exception was never retrieved",
    ]
    assert {line["error"] for line in lines} == {"ValueError"}
    assert all("line 7, in <module>" in line["trace"] for line in lines)
    assert "made-up" not in done.stderr
