"""What media answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ..decoding import JSON_NAME


@dataclass(frozen=True, slots=True)
class Loudness:
    """The loudness of a recording by EBU R 128, in LUFS, LU and dBTP."""

    integrated: float | None = None
    range: float | None = None
    true_peak: float | None = None


@dataclass(frozen=True, slots=True)
class MediaMetadata:
    """What a worker found in a file: ``duration`` in seconds, ``bitrate`` in kbit/s, ``width`` and
    ``height`` in pixels, ``sample_rate`` in Hz. ``placeholder`` is a ThumbHash in Base64, ``color``
    such as ``#a0b1c2``.
    """

    duration: float | None = None
    bitrate: float | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    codec: str | None = None
    sample_rate: int | None = None
    channels: int | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    year: int | None = None
    loudness: Loudness | None = None
    placeholder: str | None = None
    color: str | None = None


@dataclass(frozen=True, slots=True)
class MediaFile:
    """An uploaded file. ``type`` is ``avatar``, ``track``, ``cover`` or ``other``; ``size`` is in
    bytes, ``url`` absolute.
    """

    file_id: str
    user_id: str
    type: str
    original_name: str
    file_name: str
    mime_type: str
    size: int
    url: str
    metadata: MediaMetadata | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediaStatus:
    """The state of an upload: ``pending`` until a worker has read the file, then ``ready`` or
    ``failed``, with a ``reason``.
    """

    file: MediaFile
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Waveform:
    """The waveform of a track: the JSON of audiowaveform, version 2. ``data`` has the minimum and
    the maximum of each pixel, in turn.
    """

    version: int
    channels: int
    bits: int
    length: int
    data: tuple[int, ...]
    sample_rate: int = field(default=0, metadata={JSON_NAME: "sample_rate"})
    samples_per_pixel: int = field(default=0, metadata={JSON_NAME: "samples_per_pixel"})


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The answer to an upload."""

    file: MediaFile
