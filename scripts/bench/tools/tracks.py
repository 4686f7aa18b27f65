"""Makes the MP3s of the benchmark with ffmpeg: tracks.py FOLDER COVER prints the true length of each in seconds.

whole.mp3 has a Xing header, a variable bit rate, tags and a picture; unmarked.mp3 is the same without the header,
truncated.mp3 its first half, and the header of lying.mp3 claims three times the frames.
"""

import subprocess
import sys

SECONDS = 180
RATE = 44100
FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
# A third is nearly silent, a third a tone, a third noise, so that the bit rate varies.
SOUND = (
    f"aevalsrc=0.3*sin(600*t)*gt(mod(t\\,60)\\,20)+0.3*(random(0)-0.5)*gt(mod(t\\,60)\\,40):s={RATE}:d={SECONDS}"
)


def frame_length(header: bytes) -> int:
    """The bytes of a frame of MPEG 1, layer III."""
    rates = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    return 144000 * rates[header[2] >> 4] // RATE + (header[2] >> 1 & 1)


def tag_of(cover: bytes) -> bytes:
    def frame(name: str, content: bytes) -> bytes:
        return name.encode() + len(content).to_bytes(4, "big") + b"\0\0" + content

    text = lambda value: b"\1" + value.encode("utf-16")
    body = frame("TIT2", text("Night")) + frame("TPE1", text("Ava")) + frame("TALB", text("Album"))
    body += frame("TCON", b"\0(17)") + frame("TYER", b"\x002019") + frame("TRCK", b"\x003/12")
    body += frame("APIC", b"\0image/jpeg\0\3\0" + cover) + frame("APIC", b"\0image/jpeg\0\4\0" + cover)
    size = bytes(len(body) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + body


def decoded_seconds(path: str) -> float:
    samples = subprocess.run(
        [*FFMPEG, "-i", path, "-map", "0:a", "-f", "s16le", "-ac", "1", "-"], check=True, capture_output=True
    ).stdout
    return len(samples) / 2 / RATE


def main() -> None:
    folder, cover = sys.argv[1:]
    options = ["-ac", "2", "-c:a", "libmp3lame", "-q:a", "2", "-id3v2_version", "0", "-map_metadata", "-1"]
    subprocess.run([*FFMPEG, "-f", "lavfi", "-i", SOUND, *options, f"{folder}/sound.mp3"], check=True)
    sound = open(f"{folder}/sound.mp3", "rb").read()
    tag = tag_of(open(cover, "rb").read())
    header = sound[: frame_length(sound[:4])]
    marker = header.index(b"Xing") + 8
    frames = int.from_bytes(header[marker : marker + 4], "big")
    lying = header[:marker] + (3 * frames).to_bytes(4, "big") + header[marker + 4 :]
    audio = sound[len(header) :]
    whole = tag + sound
    files = {
        "whole": whole,
        "unmarked": tag + audio,
        "truncated": whole[: len(tag) + len(sound) // 2],
        "lying": tag + lying + audio,
    }
    for name, content in files.items():
        with open(f"{folder}/{name}.mp3", "wb") as file:
            file.write(content)
        # A header that lies changes no sample. Without the header a decoder plays what the encoder added.
        truth = SECONDS if name in ("whole", "lying") else decoded_seconds(f"{folder}/{name}.mp3")
        print(name, truth)


main()
