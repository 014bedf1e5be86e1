"""The HTTP server: uvicorn on a socket of ours, with time limits and an orderly shutdown."""

import asyncio
import errno
import socket
from typing import Any

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.app import messages
from bot.model.errors import SettingsError
from bot.playground.server import Playground

# Slack, and any proxy before us, sends the head of a request at once.
HEAD_TIMEOUT_SECONDS = 10.0
# For the rest of a body whose request was answered before all of it had arrived.
REST_TIMEOUT_SECONDS = 10.0
SHUTDOWN_SECONDS = 3


class TimeLimitedProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1, which has no time limit for a head, or for a body that nobody reads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None
        self._awaits_rest = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first head."""
        super().connection_made(transport)
        self._set_timer()

    def data_received(self, data: bytes) -> None:
        """Stop the timer once what it waits for is complete; start it with the next head."""
        super().data_received(data)
        self._set_timer()

    def on_response_complete(self) -> None:
        """Start to wait for the rest of a body that was answered before its end."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._set_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        self._stop_timer()
        super().connection_lost(exc)

    def _set_timer(self) -> None:
        awaits_head = self.conn.their_state is h11.IDLE
        awaits_rest = self.conn.their_state is h11.SEND_BODY and self.conn.our_state is h11.DONE
        if awaits_rest is not self._awaits_rest or not (awaits_rest or awaits_head):
            self._stop_timer()
        if self._timer is None and (awaits_rest or awaits_head):
            seconds = REST_TIMEOUT_SECONDS if awaits_rest else HEAD_TIMEOUT_SECONDS
            self._timer = self.loop.call_later(seconds, self.transport.abort)
        self._awaits_rest = awaits_rest

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Server(uvicorn.Server):
    """Uvicorn that first ends the playground's event streams, which would hold up the shutdown."""

    def __init__(self, app: Starlette, playground: Playground | None) -> None:
        config = uvicorn.Config(
            app,
            http=TimeLimitedProtocol,
            log_config=None,
            access_log=False,
            ws="none",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        super().__init__(config)
        self._playground = playground

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then shut down as uvicorn does."""
        if self._playground:
            self._playground.workspace.end_watches()
        await super().shutdown(sockets)


def bind_address(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address, to any free port for 0; raise SettingsError.

    It does not listen yet: while the service starts, connections are refused, which Slack takes
    for a service that is down. In a queue they would wait for their ack longer than Slack does.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if listener.family is socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as e:
        listener.close()
        fault = messages.text("cannot_listen", host=host, port=port, reason=e.strerror)
        if e.errno == errno.EADDRINUSE:
            fault = messages.text("port_in_use", port=port)
        raise SettingsError([fault]) from e
    # Accepted sockets inherit this. asyncio sets it only where the protocol is named as TCP, and
    # Nagle's algorithm then delays each answer on a kept connection by 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def format_address(host: str, port: int) -> str:
    """Return the URL of a service that listens there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
