"""Sheets with nothing on them, however dirty, and sheets with next to nothing: what `look` must tell apart."""

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from samples import age, draw, marks, wear
from samples.age import Shot
from samples.leaf import A4, BLACK, BLUE, RED, Colour, Leaf, Picture, Text

Blank: TypeAlias = Callable[[Random, Image.Image], Shot]
"""(chance, what is printed on the back) → the page as delivered."""
Put: TypeAlias = Callable[[Random, Leaf], None]
"""Puts one thing on an empty leaf."""

_MM = 72 / 25.4


# ---- nothing on them


def _paper(random: Random, level: int, dpi: float = 200) -> Shot:
    """An empty sheet as a scanner gives it: one shade and grain."""
    size = round(A4[0] / 72 * dpi), round(A4[1] / 72 * dpi)
    image = wear.noisy(Image.new("L", size, level), random, random.uniform(1, 3.5), grain=1.0)
    return Shot(image=image, matrix=np.eye(3), dpi=(dpi, dpi), quality=60)


def _white(random: Random) -> Shot:
    return _paper(random, random.randint(238, 253))


def _clean(random: Random, _back: Image.Image) -> Shot:
    return Shot(image=Image.new(random.choice(("RGB", "L", "1")), (2480, 3508), "white"), matrix=np.eye(3))


def _grey(random: Random, _back: Image.Image) -> Shot:
    return _paper(random, random.randint(150, 225))


def _bleed(random: Random, back: Image.Image) -> Shot:
    shot = _white(random)
    return replace(shot, image=wear.bleed(shot.image, back, random))


def _holes(random: Random, _back: Image.Image) -> Shot:
    shot = _white(random)
    shot = replace(shot, image=wear.punched(shot.image, random, shot.dpi[0]))
    return age.turned(shot, 180) if random.random() < 0.5 else shot


def _borders(random: Random, _back: Image.Image) -> Shot:
    """The lid was open: black along edges, and black where the sheet lies aslant."""
    shot = _white(random)
    shot = age.skewed(replace(shot, image=shot.image.convert("RGB")), random.uniform(-4, 4), (20, 20, 20))
    return replace(shot, image=wear.bordered(shot.image.convert("L"), random))


def _dust(random: Random, _back: Image.Image) -> Shot:
    shot = _white(random)
    return replace(shot, image=wear.speckled(shot.image, random, random.randint(40, 200)))


def _yellowed(random: Random, _back: Image.Image) -> Shot:
    """Old paper: yellow, darker towards its edges, with foxing."""
    shot = _white(random)
    width, height = shot.image.size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    edge = np.minimum(np.minimum(x, width - x) / width, np.minimum(y, height - y) / height)
    shade = np.asarray(shot.image, dtype=np.float32) * (0.82 + 0.18 * np.clip(edge / 0.2, 0, 1))
    tint = np.array([1.0, random.uniform(0.92, 0.97), random.uniform(0.68, 0.86)])
    image = Image.fromarray(np.clip(shade[..., None] * tint, 0, 255).astype(np.uint8))
    spots = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(spots)
    for _ in range(random.randint(5, 40)):
        px, py, r = random.uniform(0, width), random.uniform(0, height), random.uniform(2, 14)
        pen.ellipse([px - r, py - r, px + r, py + r], fill=random.randint(20, 70))
    spots = spots.filter(ImageFilter.GaussianBlur(4))
    return replace(shot, image=Image.composite(Image.new("RGB", image.size, (120, 80, 30)), image, spots))


def _folds(random: Random, _back: Image.Image) -> Shot:
    shot = _white(random)
    return replace(shot, image=wear.stained(wear.folded(shot.image, random), random))


def _worn_down(level: str) -> Blank:
    """An empty sheet through a level of wear."""

    def made(random: Random, back: Image.Image) -> Shot:
        empty = draw.picture(Leaf(width=A4[0], height=A4[1]))
        return age.encoded(age.aged(empty, level, random, behind=back))

    return made


BLANKS: dict[str, Blank] = {
    "clean": _clean,
    "grey": _grey,
    "bleed-through": _bleed,
    "punch holes": _holes,
    "black borders": _borders,
    "dust": _dust,
    "yellowed": _yellowed,
    "folds and stains": _folds,
    "all of it (office)": _worn_down("office"),
    "all of it (worn)": _worn_down("worn"),
    "all of it (phone)": _worn_down("phone"),
    "all of it (fax)": _worn_down("fax"),
}


# ---- next to nothing on them


def _somewhere(random: Random, wide: float, high: float) -> tuple[float, float]:
    """A corner for a box of that size, 20 mm off the sheet's edges."""
    rim = 20 * _MM
    return random.uniform(rim, A4[0] - rim - wide), random.uniform(rim, A4[1] - rim - high)


def _lay(random: Random, leaf: Leaf, image: Image.Image, wide: float, role: str) -> None:
    high = wide * image.height / image.width
    x, y = _somewhere(random, wide, high)
    leaf.pictures.append(Picture(image=image, x=x, y=y, width=wide, height=high, role=role))


def _signature(random: Random, leaf: Leaf) -> None:
    ink = random.choice((BLACK, BLUE, BLUE))
    _lay(random, leaf, marks.signature(ink, random), random.uniform(70, 130), "signature")


def _seal(random: Random, leaf: Leaf) -> None:
    image = marks.seal("Ủy ban nhân dân xã An Thử ★ huyện Giếng", "", RED, random)
    _lay(random, leaf, image, 36 * _MM, "seal")


def _small_seal(random: Random, leaf: Leaf) -> None:
    """The small seal (dấu thu nhỏ) or a word in a frame."""
    if random.random() < 0.5:
        image = marks.seal("Ủy ban nhân dân xã An Thử", "", RED, random)
        _lay(random, leaf, image, random.uniform(18, 25) * _MM, "seal")
    else:
        word = random.choice(("BẢN SAO", "KHẨN", "ĐÃ THU"))
        image = marks.frame_stamp(word, random.choice((RED, BLUE)), random)
        _lay(random, leaf, image, random.uniform(16, 26) * _MM, "stamp")


def _pencil(random: Random, leaf: Leaf) -> None:
    """One to three words in a hand, thin and grey."""
    shade = random.randint(70, 135)
    words = random.randint(1, 3)
    scale, width, height = marks.SCALE, 34 * words, 24
    image = Image.new("RGBA", (width * scale, height * scale), (shade, shade, shade, 0))
    pen = ImageDraw.Draw(image)
    for word in range(words):
        pen.line(_hand(random, word * 34 * scale, 28 * scale, height * scale), (shade, shade, shade, 235), scale)
    _lay(random, leaf, image, width * random.uniform(0.9, 1.4), "handwriting")


def _hand(random: Random, x: float, wide: float, high: float) -> list[tuple[float, float]]:
    """The up and down of a written word."""
    turns, steps = random.randint(4, 7), 90
    tall = [random.uniform(0.2, 0.42) for _ in range(turns + 1)]
    points = []
    for step in range(steps):
        at = step / steps * turns
        swing = math.sin(2 * math.pi * at) * tall[int(at)] * high
        points.append(
            (x + wide * (0.05 + 0.9 * step / steps) + 0.12 * high * math.cos(2 * math.pi * at), high / 2 + swing)
        )
    return points


def _number(random: Random, leaf: Leaf) -> None:
    """A page number in the middle of the top margin (NĐ 30/2020, Phụ lục I) or at the foot."""
    number = random.randint(2, 40)
    word = random.choice((str(number), str(number), f"- {number} -"))
    y = random.choice((random.uniform(12, 18) * _MM, A4[1] - random.uniform(10, 16) * _MM))
    _text(leaf, word, A4[0] / 2 - 3 * len(word), y, random.choice((12.0, 13.0, 14.0)))


def _line(random: Random, leaf: Leaf) -> None:
    """A line of text that ran over from the sheet before."""
    text = random.choice(
        (
            "thời hạn ba mươi ngày kể từ ngày ký./.",
            "Nơi nhận: như trên; lưu VT.",
            "trả lại bản chính cho công dân",
            "(Tiếp theo trang trước)",
        )
    )
    size = random.choice((11.0, 13.0, 14.0))
    _text(leaf, text, 85, random.choice((random.uniform(60, 120), random.uniform(200, 700))), size)


def _text(leaf: Leaf, text: str, x: float, y: float, size: float) -> None:
    colour: Colour = BLACK
    leaf.texts.append(Text(word=text, x=x, y=y, size=size, family="tinos", colour=colour, last=True))


WRITTEN: dict[str, Put] = {
    "signature": _signature,
    "red seal": _seal,
    "small seal or stamp": _small_seal,
    "pencil note": _pencil,
    "page number": _number,
    "one line": _line,
}


def blank(kind: str, random: Random, back: Image.Image) -> Shot:
    """A blank of that kind as delivered."""
    return age.encoded(BLANKS[kind](random, back))


def nearly_blank(kind: str, level: str, random: Random, back: Image.Image) -> Shot:
    """A sheet with only that on it, at a level of wear."""
    leaf = Leaf(width=A4[0], height=A4[1])
    WRITTEN[kind](random, leaf)
    return age.encoded(age.aged(draw.picture(leaf), level, random, behind=back if random.random() < 0.5 else None))
