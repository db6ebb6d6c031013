"""Round seals read on their own: the circle found, its ring of text unrolled into a line and given to the engine.

Seals of offices are round, 36 mm wide, with the office's name along the ring (TT 07/2010/TT-BCA).
"""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image
from digitizer.model import Box, Quad

_EDGE = 40.0  # steepness from which a pixel lies on an outline
_INKED = 45  # level from which a place on a circle is inked
_ANGLES = 120
_PALE_RED = 12.0  # levels of red over the other colours: half of it here, all at twice this
_VOTES = 30_000  # outline pixels that vote, at most
_COVERED = 0.8  # of a circle's outline that is inked: real seals have 0.95, text 0.65 at most
_INNER, _OUTER = 0.66, 0.965  # of the radius: where the ring of text begins and ends
_MIDDLE = 0.82  # of the radius: where the letters' middles stand
_CAPITALS = 0.16  # height of capitals, of the radius
_TALL = 34.0  # pixels that capitals are unrolled to

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """In pixels of the image that it was found in; `covered`: the share of its outline that is inked."""

    x: float
    y: float
    radius: float
    covered: float

    def scaled(self, by: float) -> "Circle":
        """The same on an image of another size."""
        return replace(self, x=self.x * by, y=self.y * by, radius=self.radius * by)


def find_circle(ink: Image, smallest: float, largest: float) -> Circle | None:
    """The ring of a seal with a radius between the two; `ink`: 0 = paper, 255 = ink.

    Each outline pixel votes for the places that lie a radius away along its steepest way: rings of one centre agree.
    """
    factor = max(1.0, largest / 70)
    size = (max(1, round(ink.shape[1] / factor)), max(1, round(ink.shape[0] / factor)))
    small = np.asarray(cv2.GaussianBlur(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), (0, 0), 0.6), np.uint8)
    across, down = (cv2.Sobel(small, cv2.CV_32F, *order, ksize=3) for order in ((1, 0), (0, 1)))
    steep = cv2.magnitude(across, down)
    y, x = np.nonzero(steep > _EDGE)
    if len(x) < 4 * smallest / factor:
        return None
    step = max(1, len(x) // _VOTES)
    y, x = y[::step], x[::step]
    dx, dy = across[y, x] / steep[y, x], down[y, x] / steep[y, x]
    votes = np.zeros(small.shape, np.float32)
    for radius in np.arange(smallest, largest, factor) / factor:
        for sign in (-1, 1):
            at = np.rint(x + sign * radius * dx).astype(int), np.rint(y + sign * radius * dy).astype(int)
            good = (at[0] >= 0) & (at[1] >= 0) & (at[0] < small.shape[1]) & (at[1] < small.shape[0])
            votes += np.bincount(at[1][good] * small.shape[1] + at[0][good], minlength=votes.size).reshape(votes.shape)
    blurred = np.asarray(cv2.GaussianBlur(votes, (0, 0), 1.2))
    top = np.unravel_index(int(np.argmax(blurred)), votes.shape)
    return _fitted(small, float(top[1]), float(top[0]), smallest / factor, largest / factor, factor)


def _fitted(small: Image, x: float, y: float, smallest: float, largest: float, factor: float) -> Circle | None:
    """The outermost well inked circle about there, moved to where it is inked best."""
    moves = np.arange(-2.0, 2.1, 0.5)
    radii = np.arange(smallest, largest + 0.1, 0.5)
    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    xs = x + moves[:, None, None, None] + radii[:, None] * np.cos(angles)  # by x, y, radius and angle
    ys = y + moves[:, None, None] + radii[:, None] * np.sin(angles)
    xs, ys = np.rint(xs).astype(int), np.rint(ys).astype(int)
    inside = (xs >= 0) & (xs < small.shape[1]) & (ys >= 0) & (ys < small.shape[0])
    inked = small[np.clip(ys, 0, small.shape[0] - 1), np.clip(xs, 0, small.shape[1] - 1)] > _INKED
    covered = np.mean(inked & inside, axis=-1)
    worth = covered + 0.002 * radii  # of two rings the outer one
    a, b, c = np.unravel_index(int(np.argmax(worth)), worth.shape)
    if covered[a, b, c] < _COVERED:
        return None
    cx, cy = (x + moves[a] + 0.5) * factor, (y + moves[b] + 0.5) * factor
    return Circle(x=float(cx), y=float(cy), radius=float(radii[c] * factor), covered=float(covered[a, b, c]))


def red_ink(colour: Image) -> Image:
    """How much red ink, 0–255, at every pixel of a colour image: as dark as it is, where it is red.

    JPEG keeps colours at half the resolution, so they only say where; the outline is that of the brightness.
    """
    red, green, blue = cv2.split(colour)
    redness = cv2.GaussianBlur(cv2.subtract(red, cv2.max(green, blue)), (0, 0), 1.5)
    where = np.clip((redness.astype(np.float32) - _PALE_RED) / _PALE_RED, 0, 1)
    return _stretched(dark_ink(np.asarray(green, dtype=np.uint8)) * where)


def dark_ink(grey: Image) -> Image:
    """How much ink, 0–255, against the paper around."""
    paper = float(np.percentile(grey, 75))
    return _stretched(np.clip(paper - 12 - grey.astype(np.float32), 0, 255))


def _stretched(ink: NDArray[np.float32]) -> Image:
    inked = ink[ink > 8]
    most = float(np.percentile(inked, 80)) if len(inked) else 255.0
    return np.asarray(np.clip(ink * (255 / max(most, 16.0)), 0, 255), dtype=np.uint8)


def unrolled(ink: Image, circle: Circle) -> Image:
    """The ring of text of an upright seal as one line, dark on white, read clockwise from the circle's lowest point."""
    long, high = _strip(circle)
    at = _places(circle, np.arange(long), np.arange(high)[:, None])
    across, down = (part.astype(np.float32) for part in at)
    line = np.asarray(255 - cv2.remap(ink, across, down, cv2.INTER_CUBIC), dtype=np.uint8)
    rulings = cv2.morphologyEx(255 - line, cv2.MORPH_OPEN, np.ones((1, long // 16), np.uint8))
    line[cv2.dilate(rulings, np.ones((3, 3), np.uint8)) > 100] = 255  # the rings on both sides of it
    return line


def rolled(box: Box, circle: Circle) -> Quad:
    """Where a box of the unrolled line stands in the image: its corners as the text runs."""
    x0, y0, x1, y1 = box
    across, down = _places(circle, np.array([x0, x1, x1, x0]), np.array([y0, y0, y1, y1]))
    a, b, c, d = zip(across.tolist(), down.tolist(), strict=True)
    return (*a, *b, *c, *d)


def _strip(circle: Circle) -> tuple[int, int]:
    """Length and height of the unrolled line."""
    scale = _TALL / (_CAPITALS * circle.radius)
    return round(2 * np.pi * _MIDDLE * circle.radius * scale), round((_OUTER - _INNER) * circle.radius * scale)


def _places(circle: Circle, along: Floats, under: Floats) -> tuple[Floats, Floats]:
    """(x, y) in the image of places on the unrolled line: pixels along it from its left, and under its top."""
    long, high = _strip(circle)
    angles = np.pi / 2 + 2 * np.pi * along / long
    radii = circle.radius * (_OUTER - (_OUTER - _INNER) * under / high)
    return circle.x + radii * np.cos(angles), circle.y + radii * np.sin(angles)
