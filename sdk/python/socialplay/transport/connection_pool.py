"""Connections that are kept for the next request."""

from __future__ import annotations

import http.client
import selectors
import ssl
import threading
import time

from .base_url import BaseURL


class ConnectionPool:
    """Lends connections to whichever thread asks; each is in one hand at a time."""

    MOST_IDLE = 8
    """How many connections wait at most for the next request."""

    LONGEST_IDLE_SECONDS = 15.0
    """Shorter than servers and proxies wait (60 s and more), so that they do not hang up on a
    request.
    """

    def __init__(self, base_url: BaseURL, timeout: float) -> None:
        """``timeout`` is in seconds, for connecting and for each wait for the next bytes."""
        self._base_url = base_url
        self._timeout = timeout
        self._tls = ssl.create_default_context() if base_url.is_secure else None
        self._lock = threading.Lock()
        self._idle: list[tuple[float, http.client.HTTPConnection]] = []
        self._is_closed = False

    def take(self) -> http.client.HTTPConnection:
        """A connection that is open: the one used last, else a new one.

        Raises ``OSError`` when none comes about, and ``RuntimeError`` after :meth:`close`.
        """
        while (connection := self._take_idle()) is not None:
            if _is_silent(connection):
                return connection
            connection.close()
        connection = self._new()
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        return connection

    def give_back(self, connection: http.client.HTTPConnection) -> None:
        """Keeps a connection whose last answer has been read to its end."""
        with self._lock:
            if not self._is_closed and len(self._idle) < self.MOST_IDLE:
                self._idle.append((time.monotonic(), connection))
                return
        connection.close()

    def close(self) -> None:
        """Closes what waits; what is in use is closed when it is given back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _take_idle(self) -> http.client.HTTPConnection | None:
        """The one used last; closed, if it has waited for too long."""
        with self._lock:
            if self._is_closed:
                raise RuntimeError("The client is closed")
            if not self._idle:
                return None
            since, connection = self._idle.pop()
        if time.monotonic() - since > self.LONGEST_IDLE_SECONDS:
            connection.close()
        return connection

    def _new(self) -> http.client.HTTPConnection:
        host, port = self._base_url.host, self._base_url.port
        if self._tls is None:
            return http.client.HTTPConnection(host, port, timeout=self._timeout)
        return http.client.HTTPSConnection(host, port, timeout=self._timeout, context=self._tls)


def _is_silent(connection: http.client.HTTPConnection) -> bool:
    """Whether it is open with nothing to read: what an idle connection has to say is that it has
    ended.
    """
    if connection.sock is None:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return not selector.select(timeout=0)
