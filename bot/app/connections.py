"""Connections to us: who does not say what they want is let go."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Slack, and whoever stands before us, sends a request's head at once.
HEAD_SECONDS = 10.0
# For the rest of a body whose request was answered before all of it had arrived.
REST_SECONDS = 10.0


class HeadTimeoutProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1, which would wait without end for a head, or for a body nobody reads."""

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self._giving_up: asyncio.TimerHandle | None = None
        self._awaits_rest = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Wait no more once what is expected is whole; begin anew with the next head's first byte."""
        super().data_received(data)
        self._expect()

    def on_response_complete(self) -> None:
        """Begin to wait for the rest of a body that was answered before its end."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._expect_nothing()
        super().connection_lost(exc)

    def _expect(self) -> None:
        rest = self.conn.their_state is h11.SEND_BODY and self.conn.our_state is h11.DONE
        if rest is not self._awaits_rest or not (rest or self.conn.their_state is h11.IDLE):
            self._expect_nothing()
        if self._giving_up is None and (rest or self.conn.their_state is h11.IDLE):
            seconds = REST_SECONDS if rest else HEAD_SECONDS
            self._giving_up = self.loop.call_later(seconds, self.transport.abort)
        self._awaits_rest = rest

    def _expect_nothing(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None
