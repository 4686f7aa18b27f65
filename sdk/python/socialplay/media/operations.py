"""Every operation of media that this package can call."""

from __future__ import annotations

from ..operation import Operation

UPLOAD_AVATAR = Operation("POST", "/media/upload/avatar")
UPLOAD_TRACK = Operation("POST", "/media/upload/track")
UPLOAD_COVER = Operation("POST", "/media/upload/cover")
UPLOAD_FILE = Operation("POST", "/media/upload/file")
READ_AVATAR = Operation("GET", "/media/avatar/{userId}")
READ_TRACK = Operation("GET", "/media/track/{trackId}")
READ_WAVEFORM = Operation("GET", "/media/track/{trackId}/waveform")
READ_COVER = Operation("GET", "/media/cover/{trackId}")
READ_FILE = Operation("GET", "/media/file/{fileId}")
DELETE_FILE = Operation("DELETE", "/media/file/{fileId}")
DELETE_TRACK = Operation("DELETE", "/media/track/{trackId}")
READ_STATUS = Operation("GET", "/media/file/{fileId}/status")

ALL: tuple[Operation, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Operation)
)
"""The operations above."""

# Resumable uploads, by tus 1.0 (https://tus.io/protocols/resumable-upload). What is created twice
# expires unused; the offset in a request makes a second PATCH harmless.
CREATE_UPLOAD = Operation("POST", "/media/uploads", is_harmless_twice=True)
READ_UPLOAD = Operation("HEAD", "/media/uploads/{uploadId}")
APPEND_TO_UPLOAD = Operation("PATCH", "/media/uploads/{uploadId}")
DELETE_UPLOAD = Operation("DELETE", "/media/uploads/{uploadId}")

UPLOADS: tuple[Operation, ...] = (CREATE_UPLOAD, READ_UPLOAD, APPEND_TO_UPLOAD, DELETE_UPLOAD)
"""The operations of resumable uploads."""
