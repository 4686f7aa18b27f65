"""Makes the product's three variants with another program, two processes at a time.

peers.py vipsthumbnail|pillow FILE COUNT FOLDER prints its name, pictures a second and milliseconds of CPU a picture.
"""

import multiprocessing
import os
import resource
import subprocess
import sys
import time

from PIL import Image, ImageOps

SLOTS = 2
QUALITY = 80
EFFORT = 2


def vipsthumbnail(path: str, folder: str) -> None:
    square = ["--smartcrop", "centre"]
    for size, more in (("1200x1200", []), ("512x512", square), ("256x256", square)):
        output = f"{folder}/peer-{os.getpid()}-{size}.webp[Q={QUALITY},effort={EFFORT},strip]"
        subprocess.run(["vipsthumbnail", path, "--size", size, *more, "-o", output], check=True)


def pillow(path: str, folder: str) -> None:
    with Image.open(path) as picture:
        # Decodes at a fraction of the size, as libjpeg can.
        picture.thumbnail((1200, 1200), Image.LANCZOS)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    variants = [upright] + [ImageOps.fit(upright, (size, size), Image.LANCZOS) for size in (512, 256)]
    for number, variant in enumerate(variants):
        variant.save(f"{folder}/peer-{os.getpid()}-{number}.webp", "WEBP", quality=QUALITY, method=EFFORT)


def repeat(make, path: str, folder: str, count: int) -> None:
    for _ in range(count):
        make(path, folder)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    name, path, count, folder = sys.argv[1:]
    make = {"vipsthumbnail": vipsthumbnail, "pillow": pillow}[name]
    share = int(count) // SLOTS
    begun, used = time.monotonic(), cpu_seconds()
    processes = [multiprocessing.Process(target=repeat, args=(make, path, folder, share)) for _ in range(SLOTS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        sys.exit(f"{name} failed")
    made = share * SLOTS
    print(name, made / (time.monotonic() - begun), (cpu_seconds() - used) * 1000 / made)


main()
