"""Keeps what clients were answered."""

from __future__ import annotations

import threading

from socialplay.transport.exchange import Exchange


class Recorder:
    """An observer of clients that remembers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            self._exchanges.append(exchange)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was heard so far, in order."""
        with self._lock:
            return tuple(self._exchanges)
