"""Marks of age on a picture: none of them moves ink, so none of them touches the truth."""

from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter


def _rng(random: Random) -> np.random.Generator:
    return np.random.default_rng(random.getrandbits(32))


def _picture(values: NDArray[np.floating[Any]]) -> Image.Image:
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def paper(random: Random) -> tuple[int, int, int]:
    """The colour of office paper under a scanner."""
    level = random.randint(246, 254)
    return level, level, level - random.randint(0, 4)


def tinted(image: Image.Image, random: Random, strength: float) -> Image.Image:
    """Each channel weighted a little differently."""
    gains = [1 - random.uniform(0, strength) for _ in range(3)]
    bands = [
        band.point([round(value * gain) for value in range(256)])
        for band, gain in zip(image.split(), gains, strict=True)
    ]
    return Image.merge("RGB", bands)


def noisy(image: Image.Image, random: Random, sigma: float, grain: float) -> Image.Image:
    """Gaussian noise of the sensor, the same in all channels, its grain about `grain` pixels."""
    rng = _rng(random)
    width, height = image.size
    small = rng.normal(0, 1, (max(1, int(height / grain)), max(1, int(width / grain)))).astype(np.float32)
    noise = (
        np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BILINEAR)) if grain != 1 else small
    )
    values = np.asarray(image, dtype=np.float32)
    return _picture(values + sigma * (noise[..., None] if values.ndim == 3 else noise))


def whitened(image: Image.Image) -> Image.Image:
    """Everything lighter than 94 % becomes white."""
    return image.point([min(255, round(value / 0.94)) for value in range(256)] * len(image.getbands()))


def _patches(size: tuple[int, int], random: Random, cells: int, low: float, high: float) -> NDArray[np.float32]:
    """Smooth unevenness between `low` and `high`, in patches of 1/`cells` of the page."""
    small = _rng(random).uniform(low, high, (cells, cells)).astype(np.float32)
    return np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC), dtype=np.float32)


def faded(image: Image.Image, random: Random, contrast: float) -> Image.Image:
    """Toner at `contrast` of its black, unevenly, on greyish paper."""
    strength = np.clip(_patches(image.size, random, 7, contrast * 0.88, contrast * 1.12), 0.45, 1)
    values = np.asarray(image, dtype=np.float32)
    base = random.uniform(228, 245)
    return _picture(base - (255 - values) * strength * base / 255)


def bleed(image: Image.Image, behind: Image.Image, random: Random) -> Image.Image:
    """What is printed on the back shows through, mirrored and blurred."""
    back = behind.convert("L").resize(image.size).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    back = back.filter(ImageFilter.GaussianBlur(2.2))
    strength = random.uniform(0.12, 0.26)
    through = np.asarray(image, dtype=np.float32) - (255 - np.asarray(back, dtype=np.float32)) * strength
    return _picture(through)


def folded(image: Image.Image, random: Random) -> Image.Image:
    """One or two folds: a bright crease between darker flanks."""
    values = np.asarray(image, dtype=np.float32).copy()
    height = values.shape[0]
    for part in random.sample((1 / 3, 1 / 2, 2 / 3), random.randint(1, 2)):
        middle = int(height * (part + random.uniform(-0.02, 0.02)))
        for offset in range(-9, 10):
            row = min(max(middle + offset, 0), height - 1)
            values[row] += 26 if abs(offset) < 2 else -14 * (1 - abs(offset) / 10)
    return _picture(values)


def stained(image: Image.Image, random: Random) -> Image.Image:
    """A ring of tea or a damp patch."""
    mask = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(mask)
    width, height = image.size
    for _ in range(random.randint(1, 2)):
        x, y, r = random.uniform(0, width), random.uniform(0, height), random.uniform(0.07, 0.18) * width
        pen.ellipse(
            [x - r, y - r * 0.8, x + r, y + r * 0.8],
            fill=random.randint(3, 9),
            outline=random.randint(30, 60),
            width=7,
        )
    mask = mask.filter(ImageFilter.GaussianBlur(3))
    return ImageChops.subtract(image, mask)


def punched(image: Image.Image, random: Random, dpi: float) -> Image.Image:
    """Two holes of 6 mm, 80 mm apart, at the left edge (ISO 838), dark under the lid."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    mm = dpi / 25.4
    x, shade = 12 * mm + random.uniform(-2, 2) * mm, random.choice((25, 60, 200))
    for side in (-40, 40):
        y = image.height / 2 + side * mm
        pen.ellipse([x - 3 * mm, y - 3 * mm, x + 3 * mm, y + 3 * mm], fill=shade, outline=max(0, shade - 20), width=2)
    return image


def bordered(image: Image.Image, random: Random) -> Image.Image:
    """Black where the lid was open: bands along one to three edges."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    width, height = image.size
    for side in random.sample(("left", "right", "top", "bottom"), random.randint(1, 3)):
        a, b = random.uniform(0.004, 0.02) * width, random.uniform(0.004, 0.02) * width
        corners: dict[str, list[tuple[float, float]]] = {
            "left": [(0, 0), (a, 0), (b, height), (0, height)],
            "right": [(width, 0), (width - a, 0), (width - b, height), (width, height)],
            "top": [(0, 0), (0, a), (width, b), (width, 0)],
            "bottom": [(0, height), (0, height - a), (width, height - b), (width, height)],
        }
        pen.polygon(corners[side], fill=random.randint(8, 30))
    return image


def speckled(image: Image.Image, random: Random, count: int, dark: int | None = None) -> Image.Image:
    """Dust and toner specks of one to three pixels."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    for _ in range(random.randint(count // 2, count * 2)):
        x, y, r = random.uniform(0, image.width), random.uniform(0, image.height), random.choice((0.5, 0.5, 1.0, 1.6))
        pen.ellipse([x - r, y - r, x + r, y + r], fill=random.randint(30, 140) if dark is None else dark)
    return image


def shaded(image: Image.Image, random: Random) -> Image.Image:
    """The light falls off to one side, and a soft shadow lies across the page."""
    width, height = image.size
    light = _patches(image.size, random, 2, 0.78, 1.0)
    mask = Image.new("L", (width // 4, height // 4), 255)
    pen = ImageDraw.Draw(mask)
    x = random.uniform(0.1, 0.9) * mask.width
    slant = random.uniform(-0.4, 0.4) * mask.width
    edge = 0 if random.random() < 0.5 else mask.width
    pen.polygon([(edge, 0), (x, 0), (x + slant, mask.height), (edge, mask.height)], fill=random.randint(165, 205))
    soft = mask.filter(ImageFilter.GaussianBlur(random.uniform(10, 24))).resize(image.size, Image.Resampling.BICUBIC)
    light = light * np.asarray(soft, dtype=np.float32) / np.float32(255)
    return _picture(np.asarray(image, dtype=np.float32) * light[..., None])


def glare(image: Image.Image, random: Random) -> Image.Image:
    """A lamp mirrored on the page: a bright soft spot that thins the ink."""
    mask = Image.new("L", (image.width // 4, image.height // 4), 0)
    pen = ImageDraw.Draw(mask)
    x, y = random.uniform(0.15, 0.85) * mask.width, random.uniform(0.1, 0.9) * mask.height
    r = random.uniform(0.08, 0.16) * mask.width
    pen.ellipse([x - r, y - r * 1.4, x + r, y + r * 1.4], fill=random.randint(60, 120))
    soft = mask.filter(ImageFilter.GaussianBlur(r * 0.6)).resize(image.size, Image.Resampling.BICUBIC)
    amount = np.asarray(soft, dtype=np.float32)[..., None] / 255
    values = np.asarray(image, dtype=np.float32)
    return _picture(values + (255 - values) * amount)


def shaken(image: Image.Image, random: Random) -> Image.Image:
    """Blur of a moving hand, two or three pixels along one direction."""
    kernel = np.zeros((5, 5))
    direction = random.choice(((0, 1), (1, 0), (1, 1), (1, -1)))
    for step in (-1, 0, 1):
        kernel[2 + step * direction[0], 2 + step * direction[1]] = 1
    return image.filter(ImageFilter.Kernel((5, 5), kernel.flatten().tolist(), scale=3))


def lost_lines(image: Image.Image, random: Random) -> Image.Image:
    """Scan lines that didn't come through: the one before is repeated, or it is white."""
    values = np.asarray(image).copy()
    for _ in range(random.randint(6, 26)):
        row = random.randrange(1, values.shape[0] - 1)
        values[row] = values[row - 1] if random.random() < 0.6 else 255
    return Image.fromarray(values)
