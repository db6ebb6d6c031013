"""Signatures: large open strokes, no letters, frames, seals or drawings.  They are found, not guessed at."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from digitizer.model import Box
from digitizer.ocr.glance import Mask
from digitizer.ocr.regions import enclosing
from digitizer.ocr.rings import Circle

# Pixels are those of half a prepared image, in which small letters are 8 to 9 high.
_LONG, _HIGH = 45, 22  # of a signature, at least
_LARGEST = 0.45  # of the page's width
_BROKEN = 5  # gap in an outline, up to which it counts as closed
_OPEN = 0.45  # of its box that its outline encloses, at most: frames, seals and arrows enclose more
_THIN = 0.3  # of its box that is inked, at most
_READ = 0.35  # of its box that lies under sure words, at most
_WITHIN, _FEW = 0.9, 3  # share of a word that makes it one within; how many of those a signature may cross
_RING = 1.08  # of a seal's radius, up to which what is inked belongs to the seal
_NEAR = 15  # between pieces of one signature


def find_signatures(dark: Mask, parts: Sequence[Box], seals: Sequence[Circle], sure: Sequence[Box]) -> tuple[Box, ...]:
    """Boxes of signatures and initials.

    `dark`: 1 where there is ink; `parts`: boxes of its connected parts; `sure`: boxes of words read surely, which a
    signature may cross but not be.  All in pixels of `shapes.Shapes.dark`.
    """
    found: list[Box] = []
    for x0, y0, x1, y1 in parts:
        if x1 - x0 < _LONG or y1 - y0 < _HIGH:
            continue
        cut = dark[y0:y1, x0:x1].copy()
        for seal in seals:
            centre = (round(seal.x - x0), round(seal.y - y0))
            cv2.circle(cut, centre, round(seal.radius * _RING), 0, -1)
        found += [box for box in _open_strokes(cut, x0, y0, dark.shape[1]) if not _printed(box, sure)]
    return _joined(found)


def _open_strokes(cut: Mask, left: int, top: int, width: int) -> Iterator[Box]:
    """The parts of a cut that are large, thin and open, in pixels of the image that it begins in."""
    closed = cv2.morphologyEx(cut, cv2.MORPH_CLOSE, np.ones((_BROKEN, _BROKEN), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for outline in outlines:
        x, y, wide, high = cv2.boundingRect(outline)
        if wide < _LONG or high < _HIGH or wide > _LARGEST * width:
            continue
        inked = np.count_nonzero(cut[y : y + high, x : x + wide])
        if inked < _THIN * wide * high and cv2.contourArea(outline) < _OPEN * wide * high:
            yield left + x, top + y, left + x + wide, top + y + high


def _joined(boxes: list[Box]) -> tuple[Box, ...]:
    """Boxes that touch or nearly do as one: a seal cuts a signature in pieces."""
    done: list[Box] = []
    for box in boxes:
        near = [other for other in done if _apart(box, other) < _NEAR]
        done = [other for other in done if other not in near] + [enclosing([box, *near])]
    return tuple(done)


def _apart(box: Box, other: Box) -> int:
    return max(box[0] - other[2], other[0] - box[2], box[1] - other[3], other[1] - box[3])


def _printed(box: Box, words: Sequence[Box]) -> bool:
    """True when much of it lies under words, or it frames some: stamps do, and a name has no four words in it."""
    shared = inside = 0
    for word in words:
        wide = min(box[2], word[2]) - max(box[0], word[0])
        high = min(box[3], word[3]) - max(box[1], word[1])
        part = max(0, wide) * max(0, high)
        shared += part
        inside += part > _WITHIN * (word[2] - word[0]) * (word[3] - word[1])
    return inside > _FEW or shared > _READ * (box[2] - box[0]) * (box[3] - box[1])
