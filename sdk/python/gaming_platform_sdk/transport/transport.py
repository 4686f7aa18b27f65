"""One request, one answer."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

from ..errors import AnswerUnusable, ConnectionFailed
from .answer import Answer
from .base_url import BaseURL
from .connection_pool import ConnectionPool
from .request import Request


class Transport:
    """Sends a request once and reads what comes back.

    Redirects are not followed: they could carry tokens away.
    """

    LONGEST_ANSWER = 8 * 1024 * 1024
    """Bytes of a body; a longer one does not come from the service."""

    _CHUNK = 64 * 1024

    def __init__(self, base_url: BaseURL, timeout: float) -> None:
        """``timeout`` is in seconds, for connecting and for each wait for the next bytes."""
        self._base_url = base_url
        self._pool = ConnectionPool(base_url, timeout)

    def send(self, request: Request) -> Answer:
        """Raises :class:`ConnectionFailed`, and :class:`AnswerUnusable` for an answer that is too
        long.
        """
        try:
            connection = self._pool.take()
        except OSError as error:
            raise self._failure("cannot be reached", error, may_have_arrived=False) from error
        is_reusable = False
        try:
            connection.request(
                request.operation.method,
                self._base_url.path + request.target,
                body=request.body,
                headers=request.headers,
            )
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, self._read(response))
            is_reusable = not response.will_close
        except (OSError, http.client.HTTPException) as error:
            raise self._failure(
                "did not answer to the end", error, may_have_arrived=True
            ) from error
        finally:
            if not is_reusable:
                connection.close()
        self._pool.give_back(connection)
        return answer

    def close(self) -> None:
        """Closes all connections; whatever is sent afterwards raises ``RuntimeError``."""
        self._pool.close()

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        if response.length is not None and response.length > self.LONGEST_ANSWER:
            raise self._too_long()
        expected = response.length
        body = bytearray()
        while chunk := response.read1(self._CHUNK):
            body += chunk
            if len(body) > self.LONGEST_ANSWER:
                raise self._too_long()
        if expected is not None and len(body) < expected:
            raise http.client.IncompleteRead(b"", expected - len(body))
        # The connection takes no further request before its last answer is closed.
        response.close()
        return bytes(body)

    def _too_long(self) -> AnswerUnusable:
        return AnswerUnusable(f"The answer is longer than {self.LONGEST_ANSWER} bytes")

    def _failure(self, what: str, error: Exception, *, may_have_arrived: bool) -> ConnectionFailed:
        return ConnectionFailed(
            f"{self._base_url} {what} ({type(error).__name__})", may_have_arrived=may_have_arrived
        )
