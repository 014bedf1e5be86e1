"""Capture the service's log as it is written, for tests of what must not be in it.

In a test module: `from tests.log_file import written` and `__all__ = ["written"]`.
"""

import io
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.app import logs


@pytest.fixture(params=["info", "debug"])
def written(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[io.StringIO]:
    """Capture what is logged at this level; use it before what creates loggers, such as Bolt."""
    stream, root, before = io.StringIO(), logging.getLogger(), structlog.get_config()
    handlers, level, levels = (
        root.handlers[:],
        root.level,
        {name: logging.getLogger(name).level for name in logs._QUIET},
    )
    monkeypatch.setattr(logging, "raiseExceptions", True)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure(request.param)
    # Of which loop it uses, at "debug".
    monkeypatch.setattr(logging.getLogger("asyncio"), "disabled", True)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, value in levels.items():
        logging.getLogger(name).setLevel(value)
    structlog.configure(**before)
