"""The real program for tests: `python -m bot run` in its own process, its log lines as events."""

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
from tests.slack_server import SlackServer

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
    """Return an environment without foreign settings: folders below `folder`, any free port."""
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
    """Give the settings that point the bot at the stand-in."""
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }


class Service:
    """A running Dateline. Every line that it logs is kept; waiting is for a line."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder = process, folder
        self.lines: list[dict[str, Any]] = []
        self._came = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())
        self.address = ""

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for raw in self.process.stderr:
            try:
                line = json.loads(raw)
            except ValueError:
                line = {"event": raw.decode().rstrip()}
            async with self._came:
                self.lines.append(line)
                self._came.notify_all()
        async with self._came:
            self.lines.append({"event": "process ended"})
            self._came.notify_all()

    async def logged(
        self, wanted: Callable[[dict[str, Any]], bool], within: float = PATIENCE
    ) -> dict[str, Any]:
        """Wait for a log line; the first that there is."""
        async with asyncio.timeout(within), self._came:
            while True:
                for line in self.lines:
                    if wanted(line):
                        return line
                ended = any(line["event"] == "process ended" for line in self.lines)
                assert not ended, f"Dateline ended: {self.lines}"
                await self._came.wait()

    async def ready(self) -> None:
        """Wait until it serves."""
        line = await self.logged(lambda line: line["event"] == "ready")
        self.address = line["address"]

    def drop(self, name: str, text: str) -> None:
        """Put a file into the feed folder, whole at once."""
        path = self.folder / "feed" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}")
        beside.write_text(text, encoding="utf-8")
        beside.rename(path)

    async def taken(self, name: str) -> None:
        """Wait until a dropped file was taken in."""
        await self.logged(lambda line: line["event"] == "file taken" and line.get("file") == name)

    def environments(self) -> list[bytes]:
        """What each process below it was given (none but on Linux)."""
        if not Path("/proc/self/environ").exists():
            return []
        return [Path(f"/proc/{pid}/environ").read_bytes() for pid in _below(self.process.pid)]

    async def gives_away(self, *secrets: str) -> list[str]:
        """Give the secrets that processes below it, its log, or what it tells machines holds."""
        async with httpx.AsyncClient(base_url=self.address, timeout=PATIENCE) as machine:
            pages = [
                (await machine.get(path)).content
                for path in ("/healthz", "/readyz", "/metrics", "/")
            ]
        told = b"\n".join([*self.environments(), repr(self.lines).encode(), *pages])
        return [secret for secret in secrets if secret.encode() in told]

    async def kill(self) -> None:
        """End it as a power cut would, children too."""
        os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        await self._reading

    async def stop(self) -> None:
        """Stop it; no service that a test runs may log an error on the way."""
        told = len(self.lines)
        if self.process.returncode is None:
            self.process.terminate()
        await asyncio.wait_for(self.process.wait(), PATIENCE)
        await self._reading
        assert not [
            line for line in self.lines[told:] if line.get("level") in {"error", "critical"}
        ], self.lines


def _below(pid: int) -> list[int]:
    """Give the children of a process, theirs, and so on."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [member for child in map(int, children) for member in (child, *_below(child))]


def thread_heaps(pid: int) -> int:
    """Count glibc's heaps of threads in a process: 64 MiB each, aligned to it, mostly unused."""
    size, parts = 64 << 20, []
    for line in Path(f"/proc/{pid}/maps").read_text(encoding="ascii").splitlines():
        place, locks, *_ = line.split()
        parts.append((*(int(end, 16) for end in place.split("-")), locks))
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
        await service.ready()
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
    """Run one command beside this event loop, which may have to answer it."""
    return await asyncio.to_thread(command, folder, *arguments, **settings)


async def dateline_alone(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run one command in a process of its own: that it ends is a part of what is to be proved."""
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


def words(message: dict[str, Any]) -> str:
    """Everything that a message shows, in one line."""

    def texts(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["text"]] if isinstance(node.get("text"), str) else []
            return own + [
                word
                for key, value in node.items()
                if key != "text" or not own
                for word in texts(value)
            ]
        return [word for item in node for word in texts(item)] if isinstance(node, list) else []

    return " ".join(texts(message.get("blocks", [])))
