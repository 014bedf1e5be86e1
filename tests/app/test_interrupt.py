"""Ctrl-C ends Dateline without a traceback, whatever it is at."""

import asyncio
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest

import bot.cli
from bot.__main__ import main
from tests.service import PATIENCE, environment

# What shells give for a process that Ctrl-C ended.
INTERRUPTED = 130


def test_while_modules_load_it_just_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's handler, whose traceback would show, is away until the command line has loaded."""
    handlers = []

    class CommandLine(ModuleType):
        @property
        def main(self) -> object:
            handlers.append(signal.getsignal(signal.SIGINT))
            return lambda: handlers.append(signal.getsignal(signal.SIGINT))

    monkeypatch.setitem(sys.modules, "bot.cli", CommandLine("bot.cli"))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert handlers == [signal.SIG_DFL, signal.default_int_handler]


def test_what_interrupts_a_command_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt that the command did not handle becomes an exit code."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bot.cli, "app", interrupted)
    monkeypatch.setattr("gc.set_threshold", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        bot.cli.main()
    assert ended.value.code == INTERRUPTED


async def test_the_playground_says_what_to_open_and_ends_clean(tmp_path: Path) -> None:
    """`dateline run` prints its address for a browser; Ctrl-C ends it then, too."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=tmp_path,
        env=environment(tmp_path, PORT="0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        process.send_signal(signal.SIGINT)
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert line.decode().startswith("Open http://127.0.0.1:")
    assert b"Traceback" not in err
    assert process.returncode == INTERRUPTED
