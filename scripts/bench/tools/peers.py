"""Makes the product's three variants with another program, two processes at a time.

peers.py vipsthumbnail|pyvips|pillow|codecs FILE COUNT FOLDER prints its name, pictures a second and milliseconds of CPU
a picture. "codecs" is what no program can avoid: djpeg at half the size and cwebp of the three sizes, which Pillow has
made before, as processes less their start.
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


def pyvips(path: str, folder: str) -> None:
    import pyvips as library

    whole = library.Image.thumbnail(path, 1200, height=1200, size="down").copy_memory()
    square = [library.Image.thumbnail(path, size, height=size, crop="centre") for size in (512, 256)]
    for number, variant in enumerate([whole, *square]):
        variant.webpsave(f"{folder}/peer-{os.getpid()}-{number}.webp", Q=QUALITY, effort=EFFORT, strip=True)


def prepare_codecs(path: str, folder: str) -> None:
    with Image.open(path) as picture:
        picture.thumbnail((1200, 1200), Image.LANCZOS)
        whole = picture.convert("RGB")
    for size in (512, 256):
        ImageOps.fit(whole, (size, size), Image.LANCZOS).save(f"{folder}/codecs-{size}.ppm")
    whole.save(f"{folder}/codecs-1200.ppm")
    tiny = Image.new("RGB", (16, 16))
    tiny.save(f"{folder}/codecs-tiny.ppm")
    tiny.save(f"{folder}/codecs-tiny.jpg")


def run_codecs(picture: str, sources: list[str], folder: str) -> None:
    output = f"{folder}/peer-{os.getpid()}"
    subprocess.run(["djpeg", "-scale", "1/2", "-outfile", f"{output}.ppm", picture], check=True)
    for source in sources:
        options = ["-quiet", "-m", str(EFFORT), "-q", str(QUALITY)]
        subprocess.run(["cwebp", *options, source, "-o", f"{output}.webp"], check=True)


def codecs(path: str, folder: str) -> None:
    run_codecs(path, [f"{folder}/codecs-{size}.ppm" for size in (1200, 512, 256)], folder)


def starts(path: str, folder: str) -> None:
    run_codecs(f"{folder}/codecs-tiny.jpg", [f"{folder}/codecs-tiny.ppm"] * 3, folder)


def repeat(make, path: str, folder: str, count: int) -> None:
    for _ in range(count):
        make(path, folder)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(make, path: str, count: int, folder: str) -> tuple[float, float]:
    share = count // SLOTS
    begun, used = time.monotonic(), cpu_seconds()
    processes = [multiprocessing.Process(target=repeat, args=(make, path, folder, share)) for _ in range(SLOTS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        sys.exit(f"{make.__name__} failed")
    made = share * SLOTS
    return made / (time.monotonic() - begun), (cpu_seconds() - used) * 1000 / made


def main() -> None:
    name, path, count, folder = sys.argv[1:]
    make = {"vipsthumbnail": vipsthumbnail, "pyvips": pyvips, "pillow": pillow, "codecs": codecs}[name]
    if make is codecs:
        prepare_codecs(path, folder)
    rate, cpu = measure(make, path, int(count), folder)
    if make is codecs:
        cpu -= measure(starts, path, int(count), folder)[1]
    print(name, rate, cpu)


main()
