"""Files to upload."""

from __future__ import annotations

import math
import struct
import zlib


def png(side: int) -> bytes:
    """A PNG of one colour, so many pixels square."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x60" * 3 * side) * side
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def wave_head(byte_count: int) -> bytes:
    """The head of a WAV with so many bytes of samples, 8,000 of 16 bits a second."""
    form = struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + byte_count)
        + b"WAVEfmt "
        + struct.pack("<I", len(form))
        + form
        + b"data"
        + struct.pack("<I", byte_count)
    )


def wave(seconds: int) -> bytes:
    """A WAV of a tone."""
    samples = [round(8_000 * math.sin(at / 3)) for at in range(8_000 * seconds)]
    return wave_head(2 * len(samples)) + struct.pack(f"<{len(samples)}h", *samples)
