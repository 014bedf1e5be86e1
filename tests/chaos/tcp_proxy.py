"""A TCP proxy to a local port, whose connections can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class TcpProxy:
    """Pass bytes on until it is cut; new connections then pass again."""

    def __init__(self, port: int) -> None:
        self._port, self._ends = port, set[asyncio.StreamWriter]()
        self.cuts = 0

    @asynccontextmanager
    async def opened_port(self) -> AsyncIterator[int]:
        """Listen during the block; yield the port."""
        listener = await asyncio.start_server(self.join, "127.0.0.1", 0)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()
            self.cut()

    def cut(self) -> int:
        """Abort every connection in both directions; return how many."""
        broken = len(self._ends)
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()
        self.cuts += 1
        return broken

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a new connection to the port."""
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends |= {writer, server_writer}
        await asyncio.gather(self._pump(reader, server_writer), self._pump(server_reader, writer))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
        self._ends.discard(sink)
