"""Uploads in parts."""

from __future__ import annotations

import hashlib
import re
import threading
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import unquote

from ..errors import (
    Aborted,
    UnreadableAnswer,
    ConnectionFailed,
    GamingPlatformError,
    NotFound,
    SocialServiceError,
)
from ..operation import Operation
from ..transport.answer import Answer
from ..transport.caller import Caller, wait
from ..transport.retry_policy import RetryPolicy
from . import operations
from .form import Progress
from .source import UploadFile

_LOCKED = 423
"""The service still makes the file of a request whose answer was lost."""

_MOST_LOCKS = 60
"""It says so once a second; a file is made in far less time."""

_PASSING = frozenset({409, _LOCKED, 460})
"""Statuses that pass: another offset, the lock, and bytes that arrived damaged."""


class NotResumable(Exception):
    """The service has no resumable uploads."""


class ResumableUpload:
    """Uploads files in parts by tus 1.0, with the extensions creation, checksum and expiration."""

    _VERSION = {"Tus-Resumable": "1.0.0"}
    _ONCE = RetryPolicy(0)
    """What follows a failure is the offset of the service, not the same request."""

    def __init__(self, caller: Caller, retry_policy: RetryPolicy, chunk_bytes: int) -> None:
        self._caller = caller
        self._retry_policy = retry_policy
        self._chunk_bytes = chunk_bytes

    def create(self, file: UploadFile, abort: threading.Event | None) -> str:
        """Begins an upload and returns its address. Raises :class:`NotResumable`."""
        headers = {"Upload-Length": str(file.size), "Upload-Metadata": file.metadata}
        try:
            answer = self._caller.call(
                operations.CREATE_UPLOAD, headers=self._VERSION | headers, abort=abort
            )
        except SocialServiceError as error:
            # 404 may also mean the track of a cover.
            is_about_track = "trackId" in file.fields and "track" in error.message.lower()
            if error.status in {404, 405, 501} and not is_about_track:
                raise NotResumable from None
            raise
        location: str | None = answer.headers.get("Location")
        if location is None:
            raise UnreadableAnswer("The answer names no upload")
        return location

    def send(
        self,
        upload_id: str,
        file: UploadFile,
        on_progress: Progress,
        abort: threading.Event | None,
    ) -> bool:
        """Sends what an upload lacks, and asks for its offset after each failure.

        Returns ``False`` if the upload does not exist any more.
        """
        offset: int | None = None
        failures = 0
        locks = 0
        while True:
            if abort is not None and abort.is_set():
                raise Aborted("The caller gave up")
            try:
                if offset is None:
                    offset = self._offset(upload_id, file)
                on_progress(offset, file.size)
                if offset == file.size:
                    return True
                offset = self._append(upload_id, file, offset)
                failures = 0
            except NotFound:
                return False
            except (SocialServiceError, ConnectionFailed) as failure:
                pause = self._pause_after(failure, failures)
                if pause is None:
                    raise
                is_locked = isinstance(failure, SocialServiceError) and failure.status == _LOCKED
                if is_locked and locks < _MOST_LOCKS:
                    locks += 1
                else:
                    failures += 1
                offset = None
                wait(pause, abort)

    def delete(self, upload_id: str) -> None:
        """Ends an upload, and deletes what the service has of it."""
        self._call(operations.DELETE_UPLOAD, upload_id, {})

    def _offset(self, upload_id: str, file: UploadFile) -> int:
        answer = self._call(operations.READ_UPLOAD, upload_id, {})
        if answer.headers.get("Upload-Length", str(file.size)) != str(file.size):
            raise ValueError("The upload was begun with a file of another size")
        return _offset_of(answer)

    def _append(self, upload_id: str, file: UploadFile, offset: int) -> int:
        chunk = file.chunk(offset, self._chunk_bytes)
        # Every service with checksums knows SHA-1; it finds what a connection damages.
        digest = b64encode(hashlib.sha1(chunk, usedforsecurity=False).digest()).decode("ascii")
        headers = {
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha1 {digest}",
            "Content-Type": "application/offset+octet-stream",
        }
        return _offset_of(self._call(operations.APPEND_TO_UPLOAD, upload_id, headers, chunk))

    def _call(
        self,
        operation: Operation,
        upload_id: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Answer:
        return self._caller.call(
            operation,
            parts={"uploadId": upload_id},
            headers=self._VERSION | dict(headers),
            body=body,
            retry_policy=self._ONCE,
        )

    def _pause_after(self, failure: GamingPlatformError, failures: int) -> float | None:
        operation = operations.APPEND_TO_UPLOAD
        if isinstance(failure, SocialServiceError):
            return self._retry_policy.pause_after_error(operation, failure, failures, _PASSING)
        return self._retry_policy.pause_after_failure(operation, ConnectionFailed(""), failures)


def upload_id_of(url: str) -> str:
    """The upload's id, the last segment of its address. Raises ``ValueError`` for another one."""
    match = re.search(r"/media/uploads/([^/?#]+)$", url)
    if match is None:
        raise ValueError("upload_url must be the address of an upload")
    return unquote(match[1])


def _offset_of(answer: Answer) -> int:
    text = answer.headers.get("Upload-Offset", "")
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise UnreadableAnswer("The answer has no Upload-Offset")
    return int(text)
