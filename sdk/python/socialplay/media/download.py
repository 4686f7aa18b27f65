"""Files as they arrive."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType

from ..errors import Aborted, ConnectionFailed
from ..operation import Operation
from ..transport.caller import wait
from ..transport.open_answer import OpenAnswer
from ..transport.retry_policy import RetryPolicy


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The first and last byte of a range, and the bytes of the whole file."""

    start: int
    end: int
    total: int


class Download:
    """A file, or a range of one: iterate over it, or :meth:`read` or :meth:`save` it.

    Use it in a ``with``, or read it to its end. A connection that breaks is made again, and the
    rest is asked for, as long as the file does not change. ``size`` is in bytes, ``type`` the media
    type, ``range`` there if one was asked for.
    """

    def __init__(
        self,
        answer: OpenAnswer,
        operation: Operation,
        retry_policy: RetryPolicy,
        continued: Callable[[int, str], OpenAnswer],
        abort: threading.Event | None,
    ) -> None:
        """``continued`` asks for the bytes from a position on, if the file has this ETag still."""
        headers = answer.headers
        length = headers.get("Content-Length")
        self.size = None if length is None else int(length)
        self.type: str = headers.get("Content-Type", "application/octet-stream")
        self.etag: str | None = headers.get("ETag")
        self.range = _range(headers.get("Content-Range", ""))
        self._answer = answer
        self._operation = operation
        self._retry_policy = retry_policy
        self._continued = continued
        self._abort = abort

    def __iter__(self) -> Iterator[bytes]:
        """The bytes, one piece in memory at a time. Raises :class:`ConnectionFailed` and
        :class:`Aborted`.
        """
        position = self.range.start if self.range else 0
        failures = 0
        while True:
            try:
                for piece in self._answer.pieces():
                    if self._abort is not None and self._abort.is_set():
                        raise Aborted("The caller gave up")
                    position += len(piece)
                    failures = 0
                    yield piece
                return
            except ConnectionFailed as failure:
                pause = self._retry_policy.pause_after_failure(self._operation, failure, failures)
                if pause is None or self.etag is None:
                    raise
                failures += 1
                wait(pause, self._abort)
                self._answer = self._continued(position, self.etag)
                if self._answer.status != 206:
                    # The file has changed: the bytes so far belong to another one.
                    self._answer.close()
                    raise

    def read(self) -> bytes:
        """Everything, in memory."""
        return b"".join(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes everything into a file, which is replaced if there is one."""
        with open(path, "wb") as file:
            for piece in self:
                file.write(piece)

    def close(self) -> None:
        """Gives up what was not read."""
        self._answer.close()

    def __enter__(self) -> Download:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _range(header: str) -> ByteRange | None:
    match = re.fullmatch(r"bytes ([0-9]+)-([0-9]+)/([0-9]+)", header)
    return ByteRange(*map(int, match.groups())) if match else None
