"""One log for us and the libraries: text at a terminal, JSON elsewhere, never a secret."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor, WrappedLogger

from bot.model.errors import log_fields

# Slack's token prefixes (https://docs.slack.dev/authentication/tokens), and passwords in URLs.
_SECRET = re.compile(r"\b(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]+|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)")
# Libraries that log their daily work at level INFO.
_QUIET_CLIENTS = ("httpx", "httpcore", "slack_sdk", "slack_bolt", "mcp", "uvicorn")
_QUIET_STORAGE = ("aiosqlite", "alembic", "procrastinate", "psycopg.pool", "apscheduler")
_QUIET_PARSERS = ("trafilatura", "htmldate", "charset_normalizer")
_QUIET = (*_QUIET_CLIENTS, *_QUIET_STORAGE, *_QUIET_PARSERS)
# Their lines quote requests at every level: bodies, headers, tokens, personal messages.
_WITHHELD = frozenset(("mcp", "slack_bolt", "slack_sdk", "python_multipart"))


def configure(level: str) -> None:
    """Send every log line to standard error; called once, at the start of a command."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, withhold],
            # mypy: the one processor after the renderer takes its text
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(),
                hide_secrets,  # type: ignore[list-item]
            ],
        )
    )
    # Otherwise Python prints the arguments of a line that it fails to format.
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def withhold(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Remove from a library's line what it may quote, whatever the level.

    Of an exception the type and place are kept, never the text. Of a message the first line is
    kept; where the library quotes requests, the place in its code that logged stands for it.
    """
    record: logging.LogRecord = event["_record"]
    event.pop("stack_info", None)
    exception = event.pop("exc_info", None)
    event["event"] = str(event["event"]).partition("\n")[0]
    if record.name.partition(".")[0] in _WITHHELD:
        event["event"] = f"{record.module}.{record.funcName}:{record.lineno}"
    event["logger"] = record.name
    if exception and exception[1]:
        event.update(log_fields(exception[1]))
    return event


def hide_secrets(_logger: WrappedLogger, _method: str, line: str) -> str:
    """Replace tokens and passwords anywhere in a line; the last step before it is written."""
    return _SECRET.sub("***", line)


def _rendering() -> list[Processor]:
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
