"""Forks Dateline processes that are going to die: imported once, forked for each.

    python -m tests.chaos.fork_server

reads commands, one JSON object a line, and answers each with one:

    {"do": "start", "role": "run", "settings": {...}, "point": "after post", "nth": 2, "end": 9}
        -> {"pid": 123}
    {"do": "watch", "pid": 123, "seconds": 1.5, "cpu": 0.3}
        -> {"state": "running" | "stopped" | "dead", "cpu": 0.2}

`watch` waits until it is dead or frozen, so many seconds at most, or until it has used so much
processor time: that is the same moment of its life, however busy the machine is.

A child is the real program, but for two things: reading and analysing, which would take most of the
time, are done at once; and with `shorten_times` what takes half a minute (leaving a silent Slack
alone) takes so many seconds. `end` is the signal that it sends itself at the n-th passage of the
named point: 9 to die, 19 to freeze.
"""

import asyncio
import gc
import importlib
import json
import math
import os
import signal
import sys
import time
import traceback
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot import settings as settings_module
from bot.app import logs, service, slack
from bot.app.roles import Role
from bot.delivery import digests, rate_limiter
from bot.delivery.slack import SlackChat
from bot.intake import feed_folder
from bot.intake.workers import AnalystPool, ReaderPool
from bot.model import Analysis, Article, Format, ParsedFile
from bot.model.errors import SourceUnreadable
from bot.store import Store
from tests.bench.processes import processor_time
from tests.builders import analysis_of
from tests.chaos.clock_steps import step_clock
from tests.crash_points import CrashPointProxy, CrashPointStore

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOKS = 0.005
# What a life would load for itself, once it serves.
_LATER = ("httpcore", "uvicorn.protocols.http.h11_impl", "apscheduler.executors.asyncio")


class QuickReader:
    """Read files of one headline and a text, behind `ports.Reader`."""

    async def parse(self, data: bytes, **_: object) -> ParsedFile:
        """Take the first line as headline, and the rest as body."""
        headline, _, body = data.decode().partition("\n\n")
        if not body:
            raise SourceUnreadable("no text")
        return ParsedFile(
            Format.TEXT, (Article(body=body, headline=headline, source="The Fictional Wire"),)
        )


class QuickAnalyst:
    """Analyse without a grammar, behind `ports.Analyst`, after a pause of so many seconds."""

    def __init__(self, pause: float = 0.0) -> None:
        self._pause = pause

    async def analyse(self, article: Article) -> Analysis:
        """Return every sentence as it is."""
        await asyncio.sleep(self._pause)
        return analysis_of(article)


class SignalAtPoint:
    """Send a signal to its own process at the n-th passage of a point."""

    def __init__(self, point: str | None, nth: int, end: int, pause: float = 0.0) -> None:
        self.point, self.nth, self.end, self.pause = point, nth, end, pause
        self.passed: Counter[str] = Counter()

    def reach(self, point: str) -> None:
        """Count a passage, and send the signal at the n-th."""
        self.passed[point] += 1
        if point == self.point and self.passed[point] == self.nth:
            os.kill(os.getpid(), self.end)

    def adapted(self, adapter: Any) -> Any:
        """Return the wrapper that is wired in place of an adapter."""
        if isinstance(adapter, Store):
            return CrashPointStore(adapter, self.reach)
        if isinstance(adapter, SlackChat):
            return CrashPointProxy(adapter, self.reach)
        if isinstance(adapter, ReaderPool):
            return QuickReader()
        return QuickAnalyst(self.pause) if isinstance(adapter, AnalystPool) else adapter


def shorten_times(seconds: float) -> None:
    """Shorten the half minute after which unfinished work is retried to so many seconds."""
    digests.UNANSWERED_CALL_GRACE = timedelta(seconds=seconds)
    service.RECOVERY_SECONDS = service.UNFINISHED_SECONDS = seconds / 2
    service.DELIVERY_SECONDS = min(2.0, seconds / 4)
    slack.CALL_TIMEOUT_SECONDS = max(2, round(seconds))
    feed_folder.SETTLE_SECONDS = 0.0
    rate_limiter.MIN_INTERVAL = timedelta(seconds=min(1.0, seconds / 5))


def run_child(order: dict[str, Any]) -> None:
    """Run the program in the fresh child, and never return."""
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(log, 1)
    os.environ.update(order["settings"])
    if "shorten_times" in order:
        shorten_times(order["shorten_times"])
    end, pause = order.get("end", signal.SIGKILL), order.get("pause", 0.0)
    fate = SignalAtPoint(order.get("point"), order.get("nth", 1), end, pause)
    logs.configure(order.get("level", "warning"))
    if order.get("steps_clock"):
        step_clock()
    code = 1
    try:
        asyncio.run(service.serve(settings_module.load(), Role(order["role"]), fate.adapted))
        code = 0
    except BaseException:
        traceback.print_exc()  # nobody else would: the process ends here
        raise
    finally:
        os._exit(code)


def start_process(order: dict[str, Any]) -> dict[str, Any]:
    """Fork a process."""
    pid = os.fork()
    if pid == 0:
        run_child(order)
    return {"pid": pid}


def watch(order: dict[str, Any]) -> dict[str, Any]:
    """Wait until the process is dead or frozen, or the time is over."""
    until = time.monotonic() + order["seconds"]
    while True:
        pid, status = os.waitpid(order["pid"], os.WNOHANG | os.WUNTRACED)
        if pid:
            return {"state": "stopped" if os.WIFSTOPPED(status) else "dead"}
        used = processor_time(order["pid"])
        if time.monotonic() >= until or used >= order.get("cpu", math.inf):
            return {"state": "running", "cpu": used}
        time.sleep(_LOOKS)


def main() -> None:
    """Answer commands until the input ends."""
    for name in _LATER:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # each life would look through all of this, and copy it
    acts: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "start": start_process,
        "watch": watch,
    }
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(json.dumps(acts[order["do"]](order)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
