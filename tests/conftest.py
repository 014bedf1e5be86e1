"""Configure the test run, and provide the database fixtures to every test."""

import gc
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests.databases import (
    database_url,
    empty_postgresql_url,
    migrated_postgresql_url,
    postgresql_server,
    postgresql_url,
    sqlite_template,
    sqlite_url,
    store,
)

# A laws' test proves what is computed, not how fast: a busy machine must not fail it.
settings.register_profile("dateline", deadline=None, max_examples=60)
settings.load_profile("dateline")

# The sweeper looks through all that was ever imported and collected, again and again: a tenth of
# the whole suite.
gc.set_threshold(50_000, 20, 50)

# What starts processes of its own and waits for them, the longest first; a worker has every third.
_LONG = (
    *("tests/test_browser.py", "tests/app/test_service.py", "chaos/test_kills.py"),
    *("tests/app/test_running.py", "intake/test_workers.py", "playground/test_page.py"),
    *("tests/app/test_roles.py", "tests/test_architecture.py"),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start each worker with its share of the slow tests, so that no worker ends alone with them.

    Shares are cut as xdist's worksteal cuts them; otherwise the order stays random.
    """
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    rest = [item for item in items if not item.path.as_posix().endswith(_LONG)]
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        share = (len(items) - len(ordered)) // (workers - worker)
        long = [
            item
            for name in _LONG[worker::workers]
            for item in items
            if item.path.as_posix().endswith(name)
        ]
        short = max(0, share - len(long))
        ordered += long + rest[:short]
        rest = rest[short:]
    items[:] = ordered + rest


def pytest_collection_finish() -> None:
    """Exclude the collected tests themselves from garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _reset_logging() -> Iterator[None]:
    """Reset the log configuration that a command run in this process has set."""
    yield
    structlog.reset_defaults()


__all__ = [
    "database_url",
    "empty_postgresql_url",
    "migrated_postgresql_url",
    "postgresql_server",
    "postgresql_url",
    "sqlite_template",
    "sqlite_url",
    "store",
]
