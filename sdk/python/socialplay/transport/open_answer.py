"""An answer whose head has arrived."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from email.message import Message

from ..errors import UnreadableAnswer, ConnectionFailed
from .answer import Answer


class OpenAnswer:
    """Status and headers; the body is read by :meth:`read` or :meth:`pieces`, or given up by
    :meth:`close`.
    """

    LONGEST_ANSWER = 8 * 1024 * 1024
    """Bytes of a body in memory; a longer one does not come from the service."""

    _CHUNK = 64 * 1024

    def __init__(
        self,
        connection: http.client.HTTPConnection,
        response: http.client.HTTPResponse,
        give_back: Callable[[http.client.HTTPConnection], None],
        failure: Callable[[Exception], ConnectionFailed],
    ) -> None:
        self.status = response.status
        self.headers: Message = response.headers
        self._connection = connection
        self._response = response
        self._give_back = give_back
        self._failure = failure
        self._is_over = False

    def read(self) -> Answer:
        """The whole answer. Raises :class:`ConnectionFailed`, and :class:`UnreadableAnswer` for one
        that is too long.
        """
        if self._response.length is not None and self._response.length > self.LONGEST_ANSWER:
            self.close()
            raise self._too_long()
        body = bytearray()
        for piece in self.pieces():
            body += piece
            if len(body) > self.LONGEST_ANSWER:
                self.close()
                raise self._too_long()
        return Answer(self.status, self.headers, bytes(body))

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives. Raises :class:`ConnectionFailed` when it ends too early."""
        rest = self._response.length
        try:
            while piece := self._response.read1(self._CHUNK):
                if rest is not None:
                    rest -= len(piece)
                yield piece
            if rest:
                raise http.client.IncompleteRead(b"", rest)
            # The connection takes no further request before its last answer is closed.
            self._response.close()
            if not self._response.will_close:
                self._is_over = True
                self._give_back(self._connection)
        except (OSError, http.client.HTTPException) as error:
            raise self._failure(error) from error
        finally:
            self.close()

    def close(self) -> None:
        """Closes the connection, unless the body was read to its end."""
        if not self._is_over:
            self._is_over = True
            self._connection.close()

    def _too_long(self) -> UnreadableAnswer:
        return UnreadableAnswer(f"The answer is longer than {self.LONGEST_ANSWER} bytes")
