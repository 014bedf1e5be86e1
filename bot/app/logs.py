"""One log for us and for the libraries: lines for people at a terminal, JSON elsewhere, never a secret."""

import logging
import re
import sys

import structlog
from structlog.typing import Processor, WrappedLogger

# Slack's token prefixes (https://docs.slack.dev/authentication/tokens), and the password of an address.
_SECRET = re.compile(r"\b(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]+|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)")
_QUIET = (
    "httpx",
    "httpcore",
    "apscheduler",
    "aiosqlite",
    "alembic",
    "procrastinate",
    "psycopg.pool",
    "trafilatura",
    "htmldate",
    "charset_normalizer",
    # Its debug lines hold whole requests: an article's words, a person's.
    "slack_sdk",
    "slack_bolt",
    "uvicorn",
)


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
            foreign_pre_chain=shared,
            # mypy: the one processor after the renderer takes its text
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(),
                hide_secrets,  # type: ignore[list-item]
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def hide_secrets(_logger: WrappedLogger, _method: str, line: str) -> str:
    """Strike out tokens and passwords, wherever in a line they stand; the last step before it is written."""
    return _SECRET.sub("***", line)


def _rendering() -> list[Processor]:
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
