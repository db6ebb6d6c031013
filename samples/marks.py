"""What is put on paper beside its text: round seals, signatures, arrival stamps, QR codes, photos, guilloche."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from samples import faces
from samples.leaf import Colour

SCALE = 4
"""Pixels a point, drawn finer than any page."""


def seal(around: str, middle: str, ink: Colour, random: Random) -> Image.Image:
    """A round seal of 36 mm: two rings, the office around, a star or a word in the middle; worn unevenly."""
    side = 102 * SCALE
    image = Image.new("RGBA", (side, side), (*ink, 0))
    pen = ImageDraw.Draw(image)
    c = side / 2
    for radius, width in ((0.485, 0.013), (0.335, 0.008)):
        r = radius * side
        pen.ellipse([c - r, c - r, c + r, c + r], outline=(*ink, 235), width=round(width * side))
    _around(image, around.upper(), 0.41 * side, 0.062 * side, ink)
    if middle:
        _centre(pen, middle, c, side, ink)
    else:
        _star(pen, c, 0.2 * side, ink)
    image = image.rotate(random.uniform(-14, 14), Image.Resampling.BICUBIC)
    return _worn(image, random)


def _around(image: Image.Image, text: str, radius: float, size: float, ink: Colour) -> None:
    font = faces.font("arimo", size, bold=True)
    text += "  "
    widths = [max(font.getlength(char), size * 0.3) * 1.08 for char in text]
    span = min(2 * math.pi * 0.97, sum(widths) / radius)
    squeeze = span / (sum(widths) / radius)
    angle = -math.pi / 2 - span / 2
    c = image.width / 2
    for char, width in zip(text, widths, strict=True):
        step = width / radius * squeeze
        angle += step / 2
        glyph = Image.new("RGBA", (round(size * 2), round(size * 2)), (*ink, 0))
        ImageDraw.Draw(glyph).text((size, size), char, fill=(*ink, 235), font=font, anchor="mm")
        glyph = glyph.rotate(-math.degrees(angle) - 90, Image.Resampling.BICUBIC)
        at = round(c + radius * math.cos(angle) - size), round(c + radius * math.sin(angle) - size)
        image.alpha_composite(glyph, (max(0, at[0]), max(0, at[1])))
        angle += step / 2


def _centre(pen: ImageDraw.ImageDraw, text: str, c: float, side: float, ink: Colour) -> None:
    font = faces.font("arimo", 0.07 * side, bold=True)
    lines = text.upper().split("|")
    for number, line in enumerate(lines):
        y = c + (number - (len(lines) - 1) / 2) * 0.095 * side
        pen.text((c, y), line, fill=(*ink, 235), font=font, anchor="mm")


def _star(pen: ImageDraw.ImageDraw, c: float, radius: float, ink: Colour) -> None:
    points = []
    for k in range(10):
        r = radius if k % 2 == 0 else radius * 0.382
        a = -math.pi / 2 + k * math.pi / 5
        points.append((c + r * math.cos(a), c + r * math.sin(a)))
    pen.polygon(points, outline=(*ink, 235), width=SCALE * 2)


def _worn(image: Image.Image, random: Random) -> Image.Image:
    """Ink lies unevenly: its opacity varies in patches of some millimetres."""
    rng = np.random.default_rng(random.getrandbits(32))
    patches = Image.fromarray((rng.uniform(0.62, 1.0, (9, 9)) * 255).astype(np.uint8)).resize(
        image.size, Image.Resampling.BICUBIC
    )
    alpha = np.asarray(image.getchannel("A"), dtype=np.float32) * np.asarray(patches, dtype=np.float32) / 255
    image.putalpha(Image.fromarray(alpha.astype(np.uint8)))
    return image


def signature(ink: Colour, random: Random) -> Image.Image:
    """A scribbled signature, about 3 : 1."""
    width, height = 130 * SCALE, 46 * SCALE
    image = Image.new("RGBA", (width, height), (*ink, 0))
    pen = ImageDraw.Draw(image)
    count = random.randint(6, 10)
    knots = []
    for k in range(count):
        x = width * (0.06 + 0.8 * k / (count - 1)) + random.uniform(-0.07, 0.05) * width
        y = height * (0.5 + random.uniform(-0.42, 0.42) * (1 - 0.4 * k / count))
        knots.append((x, y))
    knots.append((width * random.uniform(0.2, 0.5), height * random.uniform(0.6, 0.9)))
    knots.append((width * random.uniform(0.9, 0.98), height * random.uniform(0.55, 0.8)))
    path = _spline(knots)
    for (x0, y0), (x1, y1) in pairwise(path):
        speed = math.hypot(x1 - x0, y1 - y0)
        pen.line([x0, y0, x1, y1], fill=(*ink, 240), width=max(3, round(9 - speed * 0.45)))
    return image


def _spline(knots: Sequence[tuple[float, float]], steps: int = 24) -> list[tuple[float, float]]:
    """Catmull-Rom through the knots."""
    points = [knots[0], *knots, knots[-1]]
    path = []
    for a, b, c, d in zip(points, points[1:], points[2:], points[3:], strict=False):
        for k in range(steps):
            t = k / steps
            path.append(
                (
                    _catmull(a[0], b[0], c[0], d[0], t),
                    _catmull(a[1], b[1], c[1], d[1], t),
                )
            )
    return path


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def arrival_stamp(office: str, number: str, date: str, ink: Colour, random: Random) -> Image.Image:
    """The stamp CÔNG VĂN ĐẾN of an office: a frame of 52 × 20 mm with Số and Ngày written in."""
    width, height = 148 * SCALE, 57 * SCALE
    image = Image.new("RGBA", (width, height), (*ink, 0))
    pen = ImageDraw.Draw(image)
    line = (*ink, 235)
    pen.rectangle([3, 3, width - 4, height - 4], outline=line, width=2 * SCALE)
    pen.line([3, 17 * SCALE, width - 4, 17 * SCALE], fill=line, width=SCALE)
    size = min(9.0, 9.0 * 138 / (faces.width(office.upper(), "arimo", 9.0, bold=True) or 1))
    pen.text(
        (width / 2, 9.5 * SCALE),
        office.upper(),
        fill=line,
        font=faces.font("arimo", size * SCALE, bold=True),
        anchor="mm",
    )
    pen.text((8 * SCALE, 38 * SCALE), "ĐẾN", fill=line, font=faces.font("arimo", 13.0 * SCALE, bold=True), anchor="lm")
    small = faces.font("arimo", 8.5 * SCALE)
    hand = faces.font("liberation", 12.0 * SCALE, italic=True)
    for y, label, value in ((29, "Số: ................", number), (47, "Ngày: ................", date)):
        pen.text((48 * SCALE, y * SCALE), label, fill=line, font=small, anchor="lm")
        pen.text((80 * SCALE, (y - 2) * SCALE), value, fill=(30, 40, 120, 235), font=hand, anchor="lm")
    return _worn(image.rotate(random.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True), random)


def frame_stamp(text: str, ink: Colour, random: Random) -> Image.Image:
    """A word in a frame (KHẨN, HỎA TỐC, BẢN SAO)."""
    font = faces.font("tinos", 15.0 * SCALE, bold=True)
    width = round(font.getlength(text)) + 14 * SCALE
    image = Image.new("RGBA", (width, 25 * SCALE), (*ink, 0))
    pen = ImageDraw.Draw(image)
    pen.rectangle([2, 2, width - 3, 25 * SCALE - 3], outline=(*ink, 235), width=2 * SCALE)
    pen.text((width / 2, 12.5 * SCALE), text, fill=(*ink, 235), font=font, anchor="mm")
    return _worn(image.rotate(random.uniform(-3, 3), Image.Resampling.BICUBIC, expand=True), random)


def qr(value: str) -> Image.Image:
    """A QR code of the value, one module 8 pixels, with its quiet zone."""
    code = zxingcpp.create_barcode(value, zxingcpp.QRCode)
    dark = np.array(zxingcpp.write_barcode_to_image(code)) < 128
    side = np.kron(dark, np.ones((8, 8), dtype=bool))
    rgba = np.zeros((*side.shape, 4), dtype=np.uint8)
    rgba[..., 3] = np.where(side, 255, 0)
    return Image.fromarray(rgba, "RGBA")


def photo(random: Random) -> Image.Image:
    """A portrait that is nobody: head and shoulders as flat shapes, 3 : 4."""
    width, height = 300, 400
    back = random.choice(((70, 120, 190), (225, 228, 232), (150, 190, 225)))
    image = Image.new("RGBA", (width, height), (*back, 255))
    pen = ImageDraw.Draw(image)
    skin = random.choice(((226, 186, 156), (214, 170, 138), (236, 200, 172)))
    coat = random.choice(((245, 245, 245), (50, 60, 90), (120, 40, 50)))
    pen.ellipse([40, 275, 260, 560], fill=(*coat, 255))
    pen.rectangle([125, 235, 175, 300], fill=(*skin, 255))
    pen.ellipse([88, 70, 212, 205], fill=(28, 24, 24, 255))
    pen.ellipse([97, 95, 203, 258], fill=(*skin, 255))
    pen.ellipse([88, 64, 212, 135], fill=(28, 24, 24, 255))
    for x in (125, 175):
        pen.ellipse([x - 9, 160, x + 9, 170], fill=(40, 30, 30, 255))
    pen.arc([130, 200, 170, 225], 20, 160, fill=(150, 70, 70, 255), width=4)
    return image


def guilloche(colour: Colour, size: tuple[int, int], random: Random) -> Image.Image:
    """The fine pale waves printed under certificates and cards."""
    image = Image.new("RGBA", size, (*colour, 0))
    pen = ImageDraw.Draw(image)
    width, height = size
    for k in range(0, height + 60, 13):
        phase, swing = random.uniform(0, 6.3), random.uniform(6, 14)
        points = [(x, k - 20 + swing * math.sin(x / 60 + phase)) for x in range(0, width + 20, 20)]
        pen.line(points, fill=(*colour, 46), width=2)
    return image
