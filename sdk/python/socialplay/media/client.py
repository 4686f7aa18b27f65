"""The client of media."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from ..decoding import decode
from ..errors import UnreadableAnswer, NotFound
from ..operation import Operation
from ..transport.connected_client import ConnectedClient
from ..transport.credentials import TokenProvider
from ..transport.exchange import Exchange
from ..transport.open_answer import OpenAnswer
from . import operations
from .download import Download
from .form import Form, Progress
from .models import MediaFile, MediaStatus, Uploaded, Waveform
from .resumable import NotResumable, ResumableUpload, upload_id_of
from .source import Source, UploadFile

_UPLOADS = {
    "avatar": operations.UPLOAD_AVATAR,
    "track": operations.UPLOAD_TRACK,
    "cover": operations.UPLOAD_COVER,
    "other": operations.UPLOAD_FILE,
}


class MediaClient(ConnectedClient):
    """Uploads with progress that can be resumed, downloads and ranges.

    Errors and retries are those of :class:`SocialServiceClient`. One client may be used by many
    threads at once. No file is held in memory as a whole. Every upload takes:

    - ``file_name``: the name that others see; the source's if left out.
    - ``on_progress``: called with the bytes that were sent so far and the bytes of the file. It
      restarts lower after a failure.
    - ``abort``: ends the call when it is set; it then raises :class:`Aborted`.
    - ``resumable``: whether it can be resumed after a failure: in parts, by tus. If left out, files
      above one part are uploaded so, if the service can.
    - ``upload_url``: the address of an upload that was begun before: what it has is not sent again.
    - ``on_upload_url``: called with the address of a resumable upload, to be kept for
      ``upload_url``.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | TokenProvider | None = None,
        *,
        timeout: float = 30.0,
        retries: int = 3,
        chunk_bytes: int = 4 * 1024 * 1024,
        observer: Callable[[Exchange], None] | None = None,
    ) -> None:
        """Sends nothing yet.

        ``base_url`` is what stands in front of ``/media``, such as ``http://localhost:3000``.
        ``api_key`` is a user's bearer token, or what provides it, such as ``session.token``; public
        files need none. ``timeout`` is in seconds, for connecting and for each wait for bytes.
        ``chunk_bytes`` is the size of each part of a resumable upload, of which one is in memory.

        Raises ``ValueError`` for what cannot be right.
        """
        super().__init__(base_url, api_key, None, timeout, retries, observer)
        if chunk_bytes < 1:
            raise ValueError("chunk_bytes must be above 0")
        self._resumable = ResumableUpload(self._caller, self._retry_policy, chunk_bytes)
        self._chunk_bytes = chunk_bytes

    def upload_avatar(
        self,
        source: Source,
        *,
        file_name: str | None = None,
        on_progress: Progress | None = None,
        abort: threading.Event | None = None,
        resumable: bool | None = None,
        upload_url: str | None = None,
        on_upload_url: Callable[[str], None] | None = None,
    ) -> MediaFile:
        """Replaces the caller's avatar: JPEG, PNG or WebP."""
        file = UploadFile("avatar", source, file_name)
        return self._upload(file, on_progress, abort, resumable, upload_url, on_upload_url)

    def upload_track(
        self,
        source: Source,
        *,
        file_name: str | None = None,
        on_progress: Progress | None = None,
        abort: threading.Event | None = None,
        resumable: bool | None = None,
        upload_url: str | None = None,
        on_upload_url: Callable[[str], None] | None = None,
    ) -> MediaFile:
        """Publishes a track: MP3, WAV, Ogg Vorbis, Opus, FLAC, M4A or AAC."""
        file = UploadFile("track", source, file_name)
        return self._upload(file, on_progress, abort, resumable, upload_url, on_upload_url)

    def upload_cover(
        self,
        source: Source,
        *,
        track_id: str | None = None,
        is_profile_cover: bool = False,
        file_name: str | None = None,
        on_progress: Progress | None = None,
        abort: threading.Event | None = None,
        resumable: bool | None = None,
        upload_url: str | None = None,
        on_upload_url: Callable[[str], None] | None = None,
    ) -> MediaFile:
        """Sets the cover of a track, or of the profile; with neither of the newest track."""
        file = UploadFile("cover", source, file_name, track_id, is_profile_cover)
        return self._upload(file, on_progress, abort, resumable, upload_url, on_upload_url)

    def upload_file(
        self,
        source: Source,
        *,
        file_name: str | None = None,
        on_progress: Progress | None = None,
        abort: threading.Event | None = None,
        resumable: bool | None = None,
        upload_url: str | None = None,
        on_upload_url: Callable[[str], None] | None = None,
    ) -> MediaFile:
        """Stores any other file."""
        file = UploadFile("other", source, file_name)
        return self._upload(file, on_progress, abort, resumable, upload_url, on_upload_url)

    def delete_upload(self, upload_url: str) -> None:
        """Ends a resumable upload that is not complete, and deletes what the service has of it."""
        self._resumable.delete(upload_id_of(upload_url))

    def download(self, file_id: str, *, abort: threading.Event | None = None) -> Download:
        """Opens any file."""
        return self._open(operations.READ_FILE, {"fileId": file_id}, abort)

    def download_range(
        self,
        file_id: str,
        start: int,
        end: int | None = None,
        *,
        abort: threading.Event | None = None,
    ) -> Download:
        """Opens a part of any file, from its first to its last byte; one beyond the end is the end.

        Raises :class:`RangeNotSatisfiable` if the file has no byte at ``start``.
        """
        if start < 0 or (end is not None and end < start):
            raise ValueError("start and end must be whole numbers from 0 on, in order")
        return self._open(operations.READ_FILE, {"fileId": file_id}, abort, span=(start, end))

    def download_track(self, track_id: str, *, abort: threading.Event | None = None) -> Download:
        """Opens a track as it was uploaded, which counts as a play."""
        return self._open(operations.READ_TRACK, {"trackId": track_id}, abort)

    def download_avatar(
        self, user_id: str, *, size: int | None = None, abort: threading.Event | None = None
    ) -> Download:
        """Opens a user's avatar: a square of 256 or 512 pixels, or the whole picture."""
        return self._open(operations.READ_AVATAR, {"userId": user_id}, abort, {"size": size})

    def download_cover(
        self, track_id: str, *, size: int | None = None, abort: threading.Event | None = None
    ) -> Download:
        """Opens a track's cover, as an avatar."""
        return self._open(operations.READ_COVER, {"trackId": track_id}, abort, {"size": size})

    def waveform(self, track_id: str) -> Waveform:
        """The waveform of a track. Raises :class:`NotFound` until a worker has computed it."""
        answer = self._caller.call(operations.READ_WAVEFORM, parts={"trackId": track_id})
        return decode(Waveform, answer.json())

    def status(self, file_id: str) -> MediaStatus:
        """The state of an upload, for its owner."""
        answer = self._caller.call(operations.READ_STATUS, parts={"fileId": file_id})
        return decode(MediaStatus, answer.json())

    def delete_file(self, file_id: str) -> None:
        """Deletes a file, and with a track its covers."""
        self._caller.call(operations.DELETE_FILE, parts={"fileId": file_id})

    def delete_track(self, track_id: str) -> None:
        """As :meth:`delete_file`, for tracks alone."""
        self._caller.call(operations.DELETE_TRACK, parts={"trackId": track_id})

    def _upload(
        self,
        file: UploadFile,
        on_progress: Progress | None,
        abort: threading.Event | None,
        resumable: bool | None,
        upload_url: str | None,
        on_upload_url: Callable[[str], None] | None,
    ) -> MediaFile:
        progress = _changes(on_progress)
        is_resumable = file.size > self._chunk_bytes if resumable is None else resumable
        if file.size > 0 and (is_resumable or upload_url is not None):
            try:
                return self._upload_in_parts(file, progress, abort, upload_url, on_upload_url)
            except NotResumable:
                pass
        form = Form(file, progress, abort)
        answer = self._caller.call(
            _UPLOADS[file.purpose], body=form.pieces, headers=form.headers, abort=abort
        )
        progress(file.size, file.size)
        return decode(Uploaded, answer.json()).file

    def _upload_in_parts(
        self,
        file: UploadFile,
        on_progress: Progress,
        abort: threading.Event | None,
        url: str | None,
        on_upload_url: Callable[[str], None] | None,
    ) -> MediaFile:
        while True:
            is_new = url is None
            if url is None:
                url = self._resumable.create(file, abort)
                if on_upload_url is not None:
                    on_upload_url(url)
            upload_id = upload_id_of(url)
            is_complete = self._resumable.send(upload_id, file, on_progress, abort)
            try:
                # An upload that is complete does not exist any more: the file has its id.
                stored = self.status(upload_id).file
            except NotFound:
                if is_complete or is_new:
                    raise UnreadableAnswer("The upload does not exist any more") from None
                # It has expired: the file is uploaded from its begin.
                url = None
                continue
            on_progress(file.size, file.size)
            return stored

    def _open(
        self,
        operation: Operation,
        parts: Mapping[str, str],
        abort: threading.Event | None,
        query: Mapping[str, int | None] | None = None,
        span: tuple[int, int | None] | None = None,
    ) -> Download:
        end = "" if span is None or span[1] is None else span[1]

        def opened(headers: Mapping[str, str]) -> OpenAnswer:
            return self._caller.open(
                operation,
                parts=parts,
                query=query,
                headers={"Accept": "*/*"} | dict(headers),
                abort=abort,
            )

        answer = opened({} if span is None else {"Range": f"bytes={span[0]}-{end}"})
        if span is not None and answer.status != 206:
            answer.close()
            raise UnreadableAnswer("The answer is not the range")
        return Download(
            answer,
            operation,
            self._retry_policy,
            lambda start, etag: opened({"Range": f"bytes={start}-{end}", "If-Range": etag}),
            abort,
        )


def _changes(on_progress: Progress | None) -> Progress:
    """Reports each change once."""
    last = -1

    def progress(sent: int, total: int) -> None:
        nonlocal last
        if sent != last and on_progress is not None:
            on_progress(sent, total)
        last = sent

    return progress
