"""Dotted lines of forms (leaders): they make engines lose whole blocks of text, so the reading copy goes without."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image

_DOT = 7  # pixels across, at most, on a prepared image (x-height 17–20)
_GAP = 17  # pixels from dot to dot, at most
_LONG = 60  # pixels; an ellipsis has 25
_DOTS = 6  # of one leader, at least
_OFF = 2.0  # pixels from the leader's line, at most
_ALIKE = 1.7  # times the median area of a leader's dots, at most
_DARK = 190
_WHITE = 255


def drop_leaders(image: Image) -> Image:
    """The prepared image (grey) with rows of small dots painted white; single dots and marks of letters stay."""
    dark = cv2.threshold(image, _DARK, 255, cv2.THRESH_BINARY_INV)[1]
    _, found, stats, middles = cv2.connectedComponentsWithStats(dark, connectivity=8)
    labels = np.asarray(found, dtype=np.int32)
    small = (stats[:, cv2.CC_STAT_WIDTH] <= _DOT) & (stats[:, cv2.CC_STAT_HEIGHT] <= _DOT)
    small[0] = False
    if small.sum() < _DOTS:
        return image
    gone = np.zeros(len(stats), dtype=bool)
    area = stats[:, cv2.CC_STAT_AREA]
    for mine in _rows(small.astype(np.uint8)[labels], labels):
        # Letters break a leader in pieces: all dots on its line go, but for larger ones, which belong to ạ or ị.
        line = np.polyfit(middles[mine, 0], middles[mine, 1], 1)
        on_line = np.abs(np.polyval(line, middles[:, 0]) - middles[:, 1]) <= _OFF
        gone |= small & on_line & (area <= _ALIKE * np.median(area[mine]))
    halo = cv2.dilate(gone[labels].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    result = image.copy()
    result[halo & (gone[labels] | (labels == 0))] = _WHITE
    return result


def _rows(dots: NDArray[np.uint8], labels: NDArray[np.int32]) -> Iterator[NDArray[np.int32]]:
    """The labels of the dots of each piece of a leader that is long enough to be sure of."""
    # Dots of one row become one stroke; a column of three lets a row slant a little.
    strokes = cv2.dilate(dots, np.ones((3, 1), np.uint8))
    strokes = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((1, _GAP), np.uint8))
    _, rows, shapes, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    long = (shapes[:, cv2.CC_STAT_WIDTH] >= _LONG) & (shapes[:, cv2.CC_STAT_HEIGHT] <= 2 * _DOT)
    long[0] = False
    row_of, dot = np.unique(np.stack([rows[dots > 0], labels[dots > 0]]), axis=1)
    for row in np.flatnonzero(long):
        mine = dot[row_of == row]
        if len(mine) >= _DOTS:
            yield mine
