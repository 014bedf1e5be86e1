"""Whatever the deployment, what must happen again and again does, in one of its processes."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot import service


class Named:
    """Stands for anything: only the names of the ticks are looked at."""

    def __getattr__(self, name: str) -> Any:
        return Named()

    def __gt__(self, other: object) -> bool:
        return False


class Ticks:
    """Takes ticks down, and runs none."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def every(self, _seconds: object, name: str, _work: object) -> None:
        """As bot.schedule.Ticks."""
        self.names.add(name)


@pytest.mark.parametrize("name", ["count what waits", "forget what is kept no longer"])
def test_house_is_kept_in_one_process_and_in_many(name: str) -> None:
    """`run` does it itself; of three roles the clock does."""
    one, many = Ticks(), Ticks()
    service._do_all_here(SimpleNamespace(ticks=one, settings=Named(), rooms=Named(), digests=Named()))  # type: ignore[arg-type]
    service._offer_all(SimpleNamespace(ticks=many, settings=Named(), rooms=Named(), digests=Named()), Named(), Named())  # type: ignore[arg-type]
    assert name in one.names & many.names
