"""Makes a JPEG that is as hard to decode as a photograph: photo.py WIDTH HEIGHT MAXIMUM_BYTES FILE.

Colour gradients, soft shapes and the grain of a sensor; the best quality that fits MAXIMUM_BYTES.
"""

import io
import sys

from PIL import Image, ImageChops, ImageFilter


def channel(size: tuple[int, int], turn: int) -> Image.Image:
    gradient = Image.linear_gradient("L").rotate(turn).resize(size, Image.BICUBIC)
    shapes = Image.effect_noise((size[0] // 250, size[1] // 250), 60).resize(size, Image.BICUBIC)
    grain = Image.effect_noise(size, 24).filter(ImageFilter.GaussianBlur(0.8))
    return ImageChops.add(Image.blend(gradient, shapes, 0.4), grain, 1, -128)


def main() -> None:
    width, height, maximum, path = sys.argv[1:]
    picture = Image.merge("RGB", [channel((int(width), int(height)), turn) for turn in (0, 90, 180)])
    for quality in range(97, 20, -1):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality)
        if file.tell() <= int(maximum):
            open(path, "wb").write(file.getvalue())
            return
    sys.exit(f"no quality makes the picture smaller than {maximum} bytes")


main()
