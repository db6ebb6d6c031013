"""A leaf → its picture with the exact box of every word; the same leaf → a born-digital PDF page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from fpdf import FPDF
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from samples import faces
from samples.leaf import Leaf, Picture, Stroke, Text

DPI = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A page as drawn.  `words` in reading order; `boxes`: (n, 4, 2) corners in pixels of `image`; `line`: the text
    line of each word; `marks`: (role, text, corners (4, 2)) of what isn't the page's text.
    """

    image: Image.Image
    words: tuple[str, ...]
    line: tuple[int, ...]
    boxes: NDArray[np.float64]
    marks: tuple[tuple[str, str, NDArray[np.float64]], ...]


def corners(x0: float, y0: float, x1: float, y1: float) -> NDArray[np.float64]:
    """(4, 2): top left, top right, bottom right, bottom left."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float64)


def picture(leaf: Leaf, dpi: int = DPI) -> Drawn:
    """The leaf in colour at `dpi`, with the box of the ink of every word."""
    scale = dpi / 72
    image = Image.new("RGB", (round(leaf.width * scale), round(leaf.height * scale)), leaf.paper)
    for one in leaf.pictures:
        if one.role in ("ground", "photo", "code"):
            _lay(image, one, scale)
    pen = ImageDraw.Draw(image)
    for stroke in leaf.strokes:
        _stroke(pen, stroke, scale)
    texts = sorted(leaf.texts, key=lambda text: text.line)
    boxes = [_write(pen, text, scale) for text in texts]
    for one in leaf.pictures:
        if one.role not in ("ground", "photo", "code"):
            _lay(image, one, scale)
    return Drawn(
        image=image,
        words=tuple(text.word for text in texts),
        line=tuple(text.line for text in texts),
        boxes=np.array(boxes, dtype=np.float64).reshape(-1, 4, 2),
        marks=tuple(
            (one.role, one.text, corners(one.x, one.y, one.x + one.width, one.y + one.height) * scale)
            for one in leaf.pictures
            if one.role != "ground"
        ),
    )


def _write(pen: ImageDraw.ImageDraw, text: Text, scale: float) -> NDArray[np.float64]:
    font = faces.font(text.family, round(text.size * scale, 2), bold=text.bold, italic=text.italic)
    x, y = round(text.x * scale), round(text.y * scale)
    pen.text((x, y), text.word, fill=text.colour, font=font, anchor="ls")
    x0, y0, x1, y1 = font.getbbox(text.word, anchor="ls")
    return corners(x + x0, y + y0, x + x1, y + y1)


def _stroke(pen: ImageDraw.ImageDraw, stroke: Stroke, scale: float) -> None:
    width = max(1, round(stroke.width * scale))
    if not stroke.dots:
        pen.line(
            [stroke.x0 * scale, stroke.y0 * scale, stroke.x1 * scale, stroke.y1 * scale],
            fill=stroke.colour,
            width=width,
        )
        return
    x = stroke.x0
    while x < stroke.x1:
        at = x * scale, stroke.y0 * scale
        pen.ellipse([at[0], at[1] - width, at[0] + width, at[1]], fill=stroke.colour)
        x += stroke.dots


def _lay(image: Image.Image, one: Picture, scale: float) -> None:
    size = max(1, round(one.width * scale)), max(1, round(one.height * scale))
    x, y = round(one.x * scale), round(one.y * scale)
    ink = one.image.resize(size, Image.Resampling.LANCZOS)
    white = Image.new("RGB", size, (255, 255, 255))
    white.paste(ink, (0, 0), ink)
    under = image.crop((x, y, x + size[0], y + size[1]))
    image.paste(ImageChops.multiply(under, white), (x, y))


def born_digital(leaves: Sequence[Leaf], out: Path, title: str) -> None:
    """Write the leaves as a PDF with real text, as an office program exports it."""
    pdf = FPDF(unit="pt")
    pdf.set_title(title)
    pdf.set_creator("samples/make.py")
    pdf.set_creation_date(datetime(2026, 11, 2, tzinfo=UTC))
    pdf.set_auto_page_break(auto=False)
    for leaf in leaves:
        pdf.add_page(format=(leaf.width, leaf.height))
        for one in leaf.pictures:
            if one.role in ("ground", "photo", "code"):
                pdf.image(one.image, one.x, one.y, one.width, one.height)
        for stroke in leaf.strokes:
            _pdf_stroke(pdf, stroke)
        for text in sorted(leaf.texts, key=lambda text: text.line):
            _pdf_text(pdf, text)
        for one in leaf.pictures:
            if one.role not in ("ground", "photo", "code"):
                pdf.image(one.image, one.x, one.y, one.width, one.height)
    pdf.output(str(out))


def _pdf_stroke(pdf: FPDF, stroke: Stroke) -> None:
    pdf.set_draw_color(*stroke.colour)
    pdf.set_line_width(stroke.width)
    if stroke.dots:
        pdf.set_dash_pattern(dash=stroke.width, gap=max(0.1, stroke.dots - stroke.width))
    pdf.line(stroke.x0, stroke.y0, stroke.x1, stroke.y1)
    pdf.set_dash_pattern()


def _pdf_text(pdf: FPDF, text: Text) -> None:
    key = f"{text.family}{'b' if text.bold else ''}{'i' if text.italic else ''}"
    if key not in pdf.fonts:
        pdf.add_font(key, fname=faces.path(text.family, bold=text.bold, italic=text.italic))
    pdf.set_font(key, size=text.size)
    pdf.set_text_color(*text.colour)
    pdf.text(text.x, text.y, text.word if text.last else text.word + " ")
