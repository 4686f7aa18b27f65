"""Describes an MP3 again and again with another program, two processes at a time: tags, length and the picture.

probes.py ffprobe|mutagen SECONDS FILE prints its name and descriptions a second.
probes.py length ffprobe|mutagen FILE prints its name and the length that it gives.
"""

import json
import multiprocessing
import subprocess
import sys
import time

SLOTS = 2


def ffprobe(path: str) -> float:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", path]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    if "title" not in found["format"]["tags"] or not any(s["codec_type"] == "video" for s in found["streams"]):
        raise ValueError("ffprobe found no title or no picture")
    return float(found["format"]["duration"])


def mutagen(path: str) -> float:
    from mutagen.mp3 import MP3

    found = MP3(path)
    if not str(found.tags["TIT2"]) or not found.tags.getall("APIC")[0].data:
        raise ValueError("mutagen found no title or no picture")
    return found.info.length


PROGRAMS = {"ffprobe": ffprobe, "mutagen": mutagen}


def repeat(name: str, path: str, seconds: float, counts) -> None:
    describe = PROGRAMS[name]
    describe(path)
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        describe(path)
        count += 1
    counts.put(count)


def main() -> None:
    if sys.argv[1] == "length":
        print(sys.argv[2], PROGRAMS[sys.argv[2]](sys.argv[3]))
        return
    name, seconds, path = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    counts = multiprocessing.Queue()
    processes = [
        multiprocessing.Process(target=repeat, args=(name, path, seconds, counts)) for _ in range(SLOTS)
    ]
    for process in processes:
        process.start()
    total = sum(counts.get(timeout=seconds + 60) for _ in processes)
    for process in processes:
        process.join()
    print(name, total / seconds)


main()
