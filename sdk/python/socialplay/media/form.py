"""Uploads in one request."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator

from ..errors import Aborted
from .source import UploadFile

Progress = Callable[[int, int], None]
"""Hears the bytes that were sent so far, and the bytes of the file."""


class Form:
    """A ``multipart/form-data`` body (RFC 7578) whose file is read piece by piece."""

    def __init__(
        self, file: UploadFile, on_progress: Progress, abort: threading.Event | None
    ) -> None:
        self._file = file
        self._on_progress = on_progress
        self._abort = abort
        boundary = f"socialplay-{uuid.uuid4().hex}"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in file.fields.items()
        ]
        # As browsers escape names (https://html.spec.whatwg.org/#multipart-form-data).
        name = file.name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        self._head = "".join(parts).encode("utf-8", "replace")
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(self._head) + file.size + len(self._tail)),
        }

    def pieces(self) -> Iterator[bytes]:
        """The body of one attempt. Raises :class:`Aborted`."""
        sent = 0
        self._on_progress(0, self._file.size)
        yield self._head
        for piece in self._file.pieces():
            if self._abort is not None and self._abort.is_set():
                raise Aborted("The caller gave up")
            yield piece
            # The next piece is asked for when this one was handed to the connection.
            sent += len(piece)
            self._on_progress(sent, self._file.size)
        yield self._tail
