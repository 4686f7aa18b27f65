"""What is uploaded."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from contextlib import contextmanager
from collections.abc import Iterator
from io import SEEK_END, BytesIO
from typing import BinaryIO, Union

from ..errors import GamingPlatformError

Source = Union[str, "os.PathLike[str]", bytes, BinaryIO]
"""A path, bytes, or an open file that can be read from any position."""


class UploadFile:
    """A file to be uploaded, and what is said of it. It is read piece by piece."""

    PIECE = 128 * 1024

    def __init__(
        self,
        purpose: str,
        source: Source,
        name: str | None,
        track_id: str | None = None,
        is_profile_cover: bool = False,
    ) -> None:
        """Raises ``OSError`` for a path that cannot be read, ``ValueError`` for another source."""
        self.purpose = purpose
        self._source = source
        self.name = name or self._own_name() or "file"
        self.fields: dict[str, str] = {}
        if track_id is not None:
            # It stands in a form and in a header, whose parts it must not end.
            if not re.fullmatch(r"[\x21-\x7e]+", track_id):
                raise ValueError("track_id must be an id")
            self.fields["trackId"] = track_id
        if is_profile_cover:
            self.fields["type"] = "profile"
        with self._opened() as file:
            self.size = file.seek(0, SEEK_END)

    @property
    def metadata(self) -> str:
        """``Upload-Metadata`` of tus: names and values in Base64."""
        members = {"filename": self.name, "purpose": self.purpose} | self.fields
        return ",".join(
            f"{name} {b64encode(value.encode('utf-8', 'replace')).decode('ascii')}"
            for name, value in members.items()
        )

    def pieces(self) -> Iterator[bytes]:
        """All bytes."""
        rest = self.size
        with self._opened() as file:
            _seek(file, 0)
            while rest > 0:
                piece = _read(file, min(rest, self.PIECE))
                rest -= len(piece)
                yield piece

    def chunk(self, start: int, count: int) -> bytes:
        """At most ``count`` bytes from a position on."""
        with self._opened() as file:
            _seek(file, start)
            return _read(file, min(count, self.size - start))

    def _own_name(self) -> str | None:
        name = getattr(self._source, "name", None)
        if isinstance(self._source, (str, os.PathLike)):
            name = os.fspath(self._source)
        return os.path.basename(name) if isinstance(name, str) else None

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        if isinstance(self._source, (str, os.PathLike)):
            with open(self._source, "rb") as file:
                yield file
        elif isinstance(self._source, (bytes, bytearray, memoryview)):
            yield BytesIO(self._source)
        elif hasattr(self._source, "read") and hasattr(self._source, "seek"):
            yield self._source
        else:
            raise ValueError("A source is a path, bytes or an open file")


def _seek(file: BinaryIO, position: int) -> None:
    try:
        file.seek(position)
    except OSError as error:
        raise GamingPlatformError(f"The file cannot be read ({error})") from error


def _read(file: BinaryIO, count: int) -> bytes:
    """Exactly so many bytes."""
    pieces: list[bytes] = []
    rest = count
    while rest > 0:
        try:
            piece = file.read(rest)
        except OSError as error:
            raise GamingPlatformError(f"The file cannot be read ({error})") from error
        if not piece:
            raise GamingPlatformError("The file has become shorter while it was read")
        pieces.append(piece)
        rest -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
