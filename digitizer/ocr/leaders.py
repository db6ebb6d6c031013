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
_HALO = 2  # pixels around a dot that are grey with it
_DARK = 190
_WHITE = 255


def drop_leaders(image: Image) -> Image:
    """The prepared image (grey) with rows of small dots painted white; single dots and marks of letters stay."""
    dark = cv2.threshold(image, _DARK, 255, cv2.THRESH_BINARY_INV)[1]
    _, labels, stats, middles = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = (stats[:, cv2.CC_STAT_WIDTH] <= _DOT) & (stats[:, cv2.CC_STAT_HEIGHT] <= _DOT)
    small[0] = False
    dots = np.flatnonzero(small)
    area, places = stats[dots, cv2.CC_STAT_AREA], np.asarray(middles[dots], dtype=np.float64)
    gone = np.zeros(len(dots), dtype=bool)
    for mine in _rows(places, image.shape[:2]):
        # Letters break a leader in pieces: all dots on its line go, but for larger ones, which belong to ạ or ị.
        line = np.polyfit(places[mine, 0], places[mine, 1], 1)
        on_line = np.abs(np.polyval(line, places[:, 0]) - places[:, 1]) <= _OFF
        gone |= on_line & (area <= _ALIKE * np.median(area[mine]))
    if not gone.any():
        return image
    result = image.copy()
    for dot in dots[gone]:
        x, y, width, height = stats[dot, :4]
        around = np.s_[max(0, y - _HALO) : y + height + _HALO, max(0, x - _HALO) : x + width + _HALO]
        nobody_else = (labels[around] == 0) | (labels[around] == dot)
        result[around][nobody_else] = _WHITE
    return result


def _rows(places: NDArray[np.float64], shape: tuple[int, ...]) -> Iterator[NDArray[np.intp]]:
    """The dots (by their place in `places`, x and y) of each piece of a leader that is long enough to be sure of."""
    if len(places) < _DOTS:
        return
    x, y = np.rint(places[:, 0]).astype(int), np.rint(places[:, 1]).astype(int)
    drawn = np.zeros(shape, dtype=np.uint8)
    drawn[y, x] = 1
    # Dots of one row become one stroke; a column of three lets a row slant a little.
    strokes = cv2.dilate(drawn, np.ones((3, 1), np.uint8))
    strokes = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((1, _GAP), np.uint8))
    _, rows, shapes, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    long = (shapes[:, cv2.CC_STAT_WIDTH] >= _LONG) & (shapes[:, cv2.CC_STAT_HEIGHT] <= 2 * _DOT)
    long[0] = False
    row_of = rows[y, x]
    for row in np.flatnonzero(long):
        mine = np.flatnonzero(row_of == row)
        if len(mine) >= _DOTS:
            yield mine
