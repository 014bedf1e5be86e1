"""A PostgreSQL that can be restarted, and a cable to it that can be cut."""

import asyncio
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.databases import _answers, _die_with_parent, _free_port, _programs, _unprivileged_user


class Server:
    """One server on one port, through all its restarts."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._user, self._programs = (
            folder,
            _unprivileged_user(folder),
            _programs(folder),
        )
        self.port = _free_port()
        self.address = f"postgresql://dateline@127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        initdb = [
            self._programs / "initdb",
            "-A",
            "trust",
            "-U",
            "dateline",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run(
            [*initdb, "-D", folder / "data"],
            check=True,
            capture_output=True,
            cwd=folder,
            user=self._user,
        )

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = ["-F", "-p", str(self.port), "-c", "max_connections=300"]
        settings += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._folder / "data", *settings],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._user,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
            )
        assert _answers(self._process, f"{self.address}/postgres")

    def stop(self, how: int = signal.SIGQUIT) -> None:
        """SIGQUIT as a crash would, SIGINT as an administrator who does not wait."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait()


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    """A server for a block."""
    with tempfile.TemporaryDirectory(
        prefix="dateline-chaos-", ignore_cleanup_errors=True
    ) as folder:
        running = Server(Path(folder))
        running.start()
        try:
            yield running
        finally:
            running.stop()


class Proxy:
    """Bytes go through, until it is cut; then through again."""

    def __init__(self, port: int) -> None:
        self._port, self._ends = port, set[asyncio.StreamWriter]()
        self.cuts = 0

    @asynccontextmanager
    async def opened_port(self) -> AsyncIterator[int]:
        """Lay it for a block; the port of its near end."""
        near = await asyncio.start_server(self._join, "127.0.0.1", 0)
        try:
            yield near.sockets[0].getsockname()[1]
        finally:
            near.close()
            self.cut()

    def cut(self) -> int:
        """Break every connection, in both directions, without a word; how many."""
        broken = len(self._ends)
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()
        self.cuts += 1
        return broken

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
        self._ends.discard(sink)
