"""Who sealed this?  The text of round seals, red ones and those of grey and 1-bit scans, read on its own.

It is no part of the page's text: it lies over other words and says nothing that a reader would read there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Box, Line, LineRole, Page, Word
from digitizer.ocr.regions import as_array, box_quad, move, quad_box
from digitizer.ocr.rings import Circle, dark_ink, find_circle, red_ink, rolled, unrolled
from digitizer.ocr.shapes import Shapes, whole

_RADIUS = (95.0, 195.0)  # of a seal of 36 mm on a prepared image, whose small letters of 11 to 14 points are 17 high
_PART = (75, 400)  # sides of what may hold a seal, in pixels of `Shapes`
_OPEN = 0.5  # of its box that is inked, at most
_AROUND = 45  # pixels looked at beside what may be a seal
_MOST = 3  # seals read on one page
_FRAME = 12
_SQUEEZED = 0.72  # a name of few letters is set wide: then engines see no words
_SIGNS = "„-_—–~|`'‘’“”\"ˆ^:*•‹›<>{}[]()\\.,;#@&?!«»=+"
_KEEP = 0.35  # a word read with less is a ring or a stroke


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """`circle`: its outer ring on the prepared image; `ink`: its ink, 255, in a cut that begins at (left, top)."""

    circle: Circle
    ink: Image
    left: int
    top: int


def read_seals(seals: Iterable[Seal], page: Page, engine: Engine) -> tuple[Line, ...]:
    """A line for each seal, in pixels of the delivered image; without words where nothing could be read."""
    return tuple(_line(seal, page, engine) for seal in seals)


def find_seals(image: Image, prepared: Image, page: Page, shapes: Shapes) -> Iterator[Seal]:
    """The round seals of a page: red ones, and those of grey and 1-bit scans.  `image`: as delivered."""
    height, width = prepared.shape
    quads = move([box_quad(box) for box in page.looks.seals], as_array(page.matrix))
    red = [quad_box(quad, width, height) for quad in quads]
    grey = [whole(box) for box, area in zip(shapes.parts, shapes.areas, strict=True) if _may_be_one(box, area)]
    cuts = [(_cut(box, prepared), True) for box in red] + [(_cut(box, prepared), False) for box in grey]
    done: list[tuple[float, float]] = []
    for (x0, y0, x1, y1), coloured in cuts:
        if len(done) == _MOST:
            return
        ink = _red(image, page, (x0, y0, x1, y1)) if coloured else dark_ink(prepared[y0:y1, x0:x1])
        circle = find_circle(ink, *_RADIUS)
        if circle is None:
            continue
        x, y = circle.x + x0, circle.y + y0
        if all(abs(x - a) + abs(y - b) > circle.radius for a, b in done):
            done.append((x, y))
            yield Seal(circle=replace(circle, x=x, y=y), ink=ink, left=x0, top=y0)


def _may_be_one(box: Box, area: int) -> bool:
    """A part as large as a seal, alone or with a signature over it, and open."""
    wide, high = box[2] - box[0], box[3] - box[1]
    return min(wide, high) > _PART[0] and max(wide, high) < _PART[1] and area < _OPEN * wide * high


def _cut(box: Box, image: Image) -> Box:
    height, width = image.shape
    return (
        max(0, box[0] - _AROUND),
        max(0, box[1] - _AROUND),
        min(width, box[2] + _AROUND),
        min(height, box[3] + _AROUND),
    )


def _red(image: Image, page: Page, box: Box) -> Image:
    """The red ink in a box of the prepared image, which itself has none left."""
    to_cut = np.array([[1, 0, -box[0]], [0, 1, -box[1]], [0, 0, 1]]) @ as_array(page.matrix)
    size = (box[2] - box[0], box[3] - box[1])
    cut = cv2.warpPerspective(image, to_cut, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    ink = np.asarray(cut, dtype=np.uint8)
    return red_ink(ink) if ink.ndim == 3 else dark_ink(ink)


def _line(seal: Seal, page: Page, engine: Engine) -> Line:
    circle = seal.circle
    strip = unrolled(seal.ink, replace(circle, x=circle.x - seal.left, y=circle.y - seal.top))
    readings = [_read(strip, across, engine) for across in (1.0, _SQUEEZED)]
    words = max(readings, key=lambda each: sum(len(word.text) * (word.confidence - 0.4) for word in each))
    back = np.linalg.inv(as_array(page.matrix))
    x, y, r = circle.x, circle.y, circle.radius
    around = (round(x - r), round(y - r), round(x + r), round(y + r))
    quads = move([box_quad(around), *(rolled(word.box, circle) for word in words)], back)
    placed = tuple(
        replace(word, quad=quad, box=quad_box(quad, page.width, page.height))
        for word, quad in zip(words, quads[1:], strict=True)
    )
    return Line(role=LineRole.STAMP, words=placed, box=quad_box(quads[0], page.width, page.height))


def _read(strip: Image, across: float, engine: Engine) -> list[Word]:
    """The words of the unrolled ring, read at a width of `across`; boxes in pixels of the strip."""
    f = _FRAME
    shrunk = strip if across == 1 else cv2.resize(strip, None, fx=across, fy=1, interpolation=cv2.INTER_AREA)
    framed = np.asarray(cv2.copyMakeBorder(shrunk, f, f, f, f, cv2.BORDER_CONSTANT, value=250), dtype=np.uint8)
    words = []
    for word in (word for line in engine.read(framed, Hint(layout="line")) for word in line.words):
        text = word.text.strip(_SIGNS)
        if word.confidence >= _KEEP and any(map(str.isalnum, text)):
            x0, y0, x1, y1 = word.box
            box = (round((x0 - f) / across), y0 - f, round((x1 - f) / across), y1 - f)
            words.append(replace(word, text=text, read=text, box=box, quad=box_quad(box)))
    return words
