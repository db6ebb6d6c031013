"""Is there any writing on a page?  A blank kept costs a moment; a written page dropped is lost."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image
from digitizer.ocr import glance

Parts = NDArray[np.int32]
Flags = NDArray[np.bool_]
_LETTERS = 150  # of a letter's size are no dirt
_CONTRAST = 0.35  # and of this contrast don't shine through
_CLEAR, _FAINT = 50, 26  # levels below its paper
_LETTER_MM = 1.8  # the smallest figures that are printed; dust is smaller
_STROKE_MM = 5.0  # what a pencil draws; dust on what shines through is smaller
_CRISP_CLEAR, _CRISP_FAINT = 0.30, 0.35  # measured: writing 0.33 at least, what shines through 0.26, with dust 0.30
_HOLE_MM = (3.5, 10.0)  # ISO 838: 6 mm
_RING_MM = (5.0, 7.5)
_HOLE_RIM_MM = 26.0
_INWARD = 0.15  # of the width: black wedges beside slanted sheets reach no further
_EDGE = 0.10  # of the width: where borders, desks and the sheet's own edges draw lines


def is_blank(ink: glance.Ink, grey: Image) -> bool:
    """No writing: no text, stamp, signature or pencil note.  `grey` as reduced by `glance`.

    What shines through from the other side is blurred by the paper, as are stains and folds; dust is small; holes are
    round and near an edge; borders and desks touch the picture's frame or draw lines along it.
    """
    tall = ink.letters[:, 2:4].max(axis=1, initial=0) >= _LETTER_MM * _millimetre(grey)
    if np.count_nonzero(tall) > _LETTERS and ink.contrast > _CONTRAST:
        return False
    flat = _flat(grey)
    clear = _drawn(flat, _CLEAR, _LETTER_MM, _CRISP_CLEAR)
    return not clear and not _drawn(flat, _FAINT, _STROKE_MM, _CRISP_FAINT)


def _flat(grey: Image) -> Image:
    """The page on white paper, and white where no paper is and close by."""
    paper = glance.background(grey, 48)
    flat = np.asarray(cv2.divide(grey, np.maximum(paper, 32), scale=255), dtype=np.uint8)
    off = cv2.dilate(glance.off_sheet(paper).astype(np.uint8), np.ones((25, 25), np.uint8))
    flat[off > 0] = 255
    return flat


def _drawn(flat: Image, dark: int, smallest_mm: float, crisp: float) -> bool:
    """True when a hand or a printer made any of the shapes that are `dark` levels below white.

    `crisp`: how steep their outline is at least: levels from pixel to pixel over the shape's own levels below white.
    """
    mask = np.asarray(flat <= 255 - dark, dtype=np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    parts = np.asarray(stats[1:], dtype=np.int32)
    good = np.maximum(parts[:, 2], parts[:, 3]) >= smallest_mm * _millimetre(flat)
    good &= ~_at_the_edge(parts, flat) & ~_holes(parts, flat)
    if dark < _CLEAR:
        good &= ~_line(parts)  # folds
    if not good.any():
        return False
    outline = (mask > cv2.erode(mask, np.ones((3, 3), np.uint8))).nonzero()
    of = labels[outline] - 1
    steep = np.bincount(of, cv2.dilate(_steepness(flat), np.ones((3, 3), np.uint8))[outline], count - 1)
    depth = np.bincount(of, cv2.dilate(255 - flat, np.ones((5, 5), np.uint8))[outline], count - 1)
    return bool((good & (steep >= crisp * depth)).any())


def _steepness(flat: Image) -> NDArray[np.float32]:
    across, down = (cv2.Sobel(flat, cv2.CV_32F, *order, ksize=3, scale=1 / 8) for order in ((1, 0), (0, 1)))
    return np.asarray(cv2.magnitude(across, down), dtype=np.float32)


def _line(parts: Parts) -> Flags:
    thin, long = parts[:, 2:4].min(axis=1), parts[:, 2:4].max(axis=1)
    return np.asarray(long >= 6 * thin, dtype=np.bool_)


def _at_the_edge(parts: Parts, flat: Image) -> Flags:
    """Hangs on the picture's frame, is a line near it, or runs around the sheet as a desk does."""
    height, width = flat.shape
    x, y, wide, high, area = parts.T
    sides = (x <= 2) | (x + wide >= width - 2), (y <= 2) | (y + high >= height - 2)
    # A stroke that comes far in is no border: a signature cut off by the scanner.
    inward = np.where(sides[0], np.where(sides[1], np.minimum(wide, high), wide), high)
    thin, long = np.minimum(wide, high), np.maximum(wide, high)
    solid = area > 10 * long
    hanging = (sides[0] | sides[1]) & (solid | (inward < _INWARD * min(width, height)))
    rim = _EDGE * min(width, height)
    near = (x + wide < rim) | (x > width - rim) | (y + high < rim) | (y > height - rim)
    line = _line(parts) | (thin <= 0.6 * _millimetre(flat))
    reached = sum(side.astype(int) for side in (x < rim, y < rim, x + wide > width - rim, y + high > height - rim))
    return np.asarray(hanging | (near & line) | ((reached >= 2) & solid), dtype=np.bool_)


def _holes(parts: Parts, flat: Image) -> Flags:
    """Round, as large as a punch makes them, near an edge; solid, or hollow where white lay behind."""
    height, width = flat.shape
    millimetre = _millimetre(flat)
    x, y, wide, high, area = parts.T
    rim = _HOLE_RIM_MM * millimetre
    middle_x, middle_y = x + wide / 2, y + high / 2
    near = (middle_x < rim) | (middle_x > width - rim) | (middle_y < rim) | (middle_y > height - rim)
    small, large = np.minimum(wide, high) / millimetre, np.maximum(wide, high) / millimetre
    solid = (small > _HOLE_MM[0]) & (large < _HOLE_MM[1]) & (small > 0.75 * large) & (area > 0.6 * wide * high)
    hollow = (small > _RING_MM[0]) & (large < _RING_MM[1]) & (small > 0.9 * large) & (area < 0.25 * wide * high)
    return np.asarray(near & (solid | hollow), dtype=np.bool_)


def _millimetre(image: Image) -> float:
    """In pixels, as if the sheet were A4."""
    return float(max(image.shape)) / 297
