"""Run the real program for tests, as a process of its own or a command in this one."""

import asyncio
import io
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, redirect_stderr, redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import cli
from tests.slack_server import SlackServer, texts

ROOT = Path(__file__).parent.parent
ALLIANCE = (ROOT / "seeds" / "press-review" / "nato-ukraine.txt").read_text(encoding="utf-8")

HARBOUR = """Harbour lights to go out for a week

The lights on the east pier will be dark from Monday, harbour master Ines Valcourt said. \
"We cannot mend them while they burn," Valcourt told reporters.
"""

KEY = "bm90IGEgc2VjcmV0LCBidXQga2VwdCBsaWtlIG9uZSE="  # a DATELINE_TOKEN_KEY: 32 bytes

# Seconds. What is awaited comes within a minute on a busy machine; only what hangs takes longer.
PATIENCE = 150.0


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment without the developer's settings.

    Data and feed folder are below `folder`, and the port is any free one.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return {
        **kept,
        "MALLOC_ARENA_MAX": "1",  # as the Procfile has it
        "PYTHONPATH": str(ROOT),
        "DATELINE_DATA": str(folder / "var"),
        "DATELINE_FEED_FOLDER": str(folder / "feed"),
        "PORT": "0",
        **more,
    }


def credentials(slack: SlackServer) -> dict[str, str]:
    """Return the settings that point the bot at the fake Slack."""
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }


class Service:
    """A running Dateline, whose log lines are kept and can be waited for."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder = process, folder
        self.lines: list[dict[str, Any]] = []
        self._line_added = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())
        self.address = ""

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for raw in self.process.stderr:
            try:
                line = json.loads(raw)
            except ValueError:
                line = {"event": raw.decode().rstrip()}
            async with self._line_added:
                self.lines.append(line)
                self._line_added.notify_all()
        async with self._line_added:
            self.lines.append({"event": "process ended"})
            self._line_added.notify_all()

    async def wait_for_line(
        self, wanted: Callable[[dict[str, Any]], bool], within: float = PATIENCE
    ) -> dict[str, Any]:
        """Wait for a log line; return the first match, past or future."""
        async with asyncio.timeout(within), self._line_added:
            while True:
                for line in self.lines:
                    if wanted(line):
                        return line
                ended = any(line["event"] == "process ended" for line in self.lines)
                assert not ended, f"Dateline ended: {self.lines}"
                await self._line_added.wait()

    async def wait_until_ready(self) -> None:
        """Wait until it serves requests."""
        line = await self.wait_for_line(lambda line: line["event"] == "ready")
        self.address = line["address"]

    def drop_file(self, name: str, text: str) -> None:
        """Put a complete file into the feed folder."""
        path = self.folder / "feed" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.rename(path)

    async def wait_until_taken(self, name: str) -> None:
        """Wait until a dropped file was taken in."""
        await self.wait_for_line(
            lambda line: line["event"] == "file taken" and line.get("file") == name
        )

    def environments(self) -> list[bytes]:
        """Return the environment of each child process; none but on Linux."""
        if not Path("/proc/self/environ").exists():
            return []
        return [Path(f"/proc/{pid}/environ").read_bytes() for pid in _descendants(self.process.pid)]

    async def find_leaks(self, *secrets: str) -> list[str]:
        """Return the secrets found in child environments, log lines and public pages."""
        async with httpx.AsyncClient(base_url=self.address, timeout=PATIENCE) as machine:
            pages = [
                (await machine.get(path)).content
                for path in ("/healthz", "/readyz", "/metrics", "/")
            ]
        everything = b"\n".join([*self.environments(), repr(self.lines).encode(), *pages])
        return [secret for secret in secrets if secret.encode() in everything]

    async def kill(self) -> None:
        """Kill it and its children, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        await self._reading

    async def stop(self) -> None:
        """Stop it in order; fail if it logs an error on the way."""
        line_count = len(self.lines)
        if self.process.returncode is None:
            self.process.terminate()
        await asyncio.wait_for(self.process.wait(), PATIENCE)
        await self._reading
        assert not [
            line for line in self.lines[line_count:] if line.get("level") in {"error", "critical"}
        ], self.lines


def _descendants(pid: int) -> list[int]:
    """Return the children that any thread of a process started, their children, and so on."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for path in lists for child in path.read_text(encoding="ascii").split()]
    return [member for child in children for member in (child, *_descendants(child))]


def thread_heaps(pid: int) -> int:
    """Count glibc's heaps of threads in a process: 64 MiB each, aligned to it, mostly unused."""
    size, parts = 64 << 20, []
    for line in Path(f"/proc/{pid}/maps").read_text(encoding="ascii").splitlines():
        addresses, access, *_ = line.split()
        parts.append((*(int(end, 16) for end in addresses.split("-")), access))
    return sum(
        locks == "rw-p"
        and rest == "---p"
        and start % size == 0
        and middle == begun
        and end - start == size
        for (start, middle, locks), (begun, end, rest) in pairwise(parts)
    )


@asynccontextmanager
async def running(folder: Path, role: str = "run", **settings: str) -> AsyncIterator[Service]:
    """Run Dateline for a block, and wait until it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        role,
        cwd=folder,
        env=environment(folder, **settings),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=2**24,
    )
    service = Service(process, folder)
    try:
        await service.wait_until_ready()
        yield service
    finally:
        if process.returncode is None:
            await service.stop()


def command(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run a command in this process; return exit code, standard output and standard error.

    A process of its own would show the same, and takes a second of a processor to begin.
    """
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)
    )
    with ExitStack() as stack:
        outside = stack.enter_context(pytest.MonkeyPatch.context())
        outside.chdir(folder)
        outside.setattr("os.environ", environment(folder, **settings))
        outside.setattr(sys, "argv", ["dateline", *arguments])
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        with pytest.raises(SystemExit) as ended:
            cli.main()
    printed, complained = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
    return int(ended.value.code or 0), printed, complained


async def dateline(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run a command in a thread, while this event loop may have to answer it."""
    return await asyncio.to_thread(command, folder, *arguments, **settings)


async def dateline_process(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run a command in a process of its own, to prove that it ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=environment(folder, **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:  # a command that should have ended must not outlive its test
            process.kill()
            await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def message_text(message: dict[str, Any]) -> str:
    """Return all the text of a message, in one line."""
    return " ".join(texts(message.get("blocks", [])))
