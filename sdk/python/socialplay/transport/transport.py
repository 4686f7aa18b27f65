"""One request, one answer."""

from __future__ import annotations

import http.client

from ..errors import ConnectionFailed
from .answer import Answer
from .base_url import BaseURL
from .connection_pool import ConnectionPool
from .open_answer import OpenAnswer
from .request import Request


class Transport:
    """Sends a request once and reads what comes back.

    Redirects are not followed: they could carry tokens away.
    """

    LONGEST_ANSWER = OpenAnswer.LONGEST_ANSWER
    """Bytes of a body; a longer one does not come from the service."""

    def __init__(self, base_url: BaseURL, timeout: float) -> None:
        """``timeout`` is in seconds, for connecting and for each wait for the next bytes."""
        self._base_url = base_url
        self._pool = ConnectionPool(base_url, timeout)

    def send(self, request: Request) -> Answer:
        """Raises :class:`ConnectionFailed`, and :class:`UnreadableAnswer` for an answer that is too
        long.
        """
        return self.open(request).read()

    def open(self, request: Request) -> OpenAnswer:
        """Returns as soon as the answer's head has arrived. Raises :class:`ConnectionFailed`."""
        try:
            connection = self._pool.take()
        except OSError as error:
            raise self._failure("cannot be reached", error, may_have_arrived=False) from error
        is_open = False
        try:
            self._send(connection, request)
            response = connection.getresponse()
            is_open = True
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(error) from error
        finally:
            if not is_open:
                connection.close()
        return OpenAnswer(connection, response, self._pool.give_back, self._broken)

    def close(self) -> None:
        """Closes all connections; whatever is sent afterwards raises ``RuntimeError``."""
        self._pool.close()

    def _send(self, connection: http.client.HTTPConnection, request: Request) -> None:
        body = request.body() if callable(request.body) else request.body
        try:
            connection.request(
                request.operation.method,
                self._base_url.path + request.target,
                body=body,
                headers=request.headers,
            )
        except (BrokenPipeError, ConnectionResetError):
            # A service that refuses an upload answers before it has all of it, and hangs up.
            if not callable(request.body):
                raise

    def _broken(self, error: Exception) -> ConnectionFailed:
        return self._failure("did not answer to the end", error, may_have_arrived=True)

    def _failure(self, what: str, error: Exception, *, may_have_arrived: bool) -> ConnectionFailed:
        return ConnectionFailed(
            f"{self._base_url} {what} ({type(error).__name__})", may_have_arrived=may_have_arrived
        )
