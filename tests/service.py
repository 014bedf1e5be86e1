"""The real program for tests: `python -m bot run` in a process of its own, its log lines as events."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Give an environment without anybody's settings: data and feed folder below `folder`, any free port."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "DATELINE_DATA": str(folder / "var"),
        "DATELINE_FEED_FOLDER": str(folder / "feed"),
        "PORT": "0",
        **more,
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

    async def logged(self, wanted: Callable[[dict[str, Any]], bool], within: float = 60.0) -> dict[str, Any]:
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

    async def kill(self) -> None:
        """End it as a power cut would, children too."""
        os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        await self._reading

    async def stop(self) -> int:
        """End it politely, and give its exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        code = await asyncio.wait_for(self.process.wait(), 60)
        await self._reading
        return code


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[Service]:
    """Run Dateline for a block, and wait until it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
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
