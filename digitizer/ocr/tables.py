"""Ruled tables: the frames that rulings draw on a prepared image, and where each of their cells stands.

A cell is what rulings enclose, so merged cells need no rule of their own and a slant does no harm; its row and column
come from its edges, which the cells of a row (column) share.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from digitizer.model import Box
from digitizer.ocr.glance import Mask
from digitizer.ocr.regions import enclosing
from digitizer.ocr.shapes import HALF, whole

# Pixels are those of half a prepared image, in which small letters are 8 to 9 high.
_LONG, _TALL = 45, 24  # of a ruling, at least: four small letters' heights, one row of text
_BRIDGE = 15  # gap in a ruling, at most, where a letter crosses it or an end falls short
_LOST = 40  # the same, of a ruling across, which a slanted fax breaks up; merged cells are wider
_SMALL = 9  # side of a cell, at least
_SAME_EDGE = 7  # between edges that are one: half a row's height is more
_FILLED = 0.6  # of a table's area that lies in its cells: a frame with something in it is no table
_LARGEST_CELL = 0.85  # of the area: the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cell: the first row and column that it takes, from 0, how many it takes, and its box."""

    row: int
    column: int
    rows: int
    columns: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table's frame in pixels of the prepared image; `places` row by row."""

    box: Box
    rows: int
    columns: int
    places: tuple[Place, ...]


def find_grids(dark: Mask) -> tuple[Grid, ...]:
    """The ruled tables of a page, from top to bottom, in pixels of the prepared image; `dark` as in `Shapes`."""
    across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, _LONG), np.uint8))
    if not across.any():
        return ()
    down = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((_TALL, 1), np.uint8))
    if not down.any():
        return ()
    across = cv2.morphologyEx(across, cv2.MORPH_CLOSE, np.ones((1, _LOST), np.uint8))
    across = cv2.dilate(across, np.ones((2, _BRIDGE), np.uint8))
    down = cv2.dilate(down, np.ones((_BRIDGE, 2), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_or(across, down), connectivity=8)
    found = [
        _grid(np.asarray(labels[y : y + high, x : x + wide] == at, dtype=np.uint8), x, y)
        for at, (x, y, wide, high, _) in enumerate(stats.tolist())
        if at and wide > 2 * _LONG and high > 2 * _TALL
    ]
    return tuple(sorted((grid for grid in found if grid), key=lambda grid: grid.box[1]))


def _grid(lines: Mask, left: int, top: int) -> Grid | None:
    """The table that one connected frame of rulings makes; None when it is none."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(1 - cv2.copyMakeBorder(lines, 1, 1, 1, 1, 0), connectivity=4)
    inside = [
        (x - 1, y - 1, x - 1 + wide, y - 1 + high)
        for x, y, wide, high, _ in stats[1:].tolist()
        if x and y and min(wide, high) >= _SMALL
    ]
    if len(inside) < 4:
        return None
    area = [(box[2] - box[0]) * (box[3] - box[1]) for box in inside]
    whole = enclosing(inside)
    size = (whole[2] - whole[0]) * (whole[3] - whole[1])
    if sum(area) < _FILLED * size or max(area) > _LARGEST_CELL * size:
        return None
    return _placed([_moved(box, left, top) for box in inside])


def _moved(box: Box, left: int, top: int) -> Box:
    return whole((box[0] + left, box[1] + top, box[2] + left, box[3] + top))


def _placed(boxes: list[Box]) -> Grid | None:
    """The cells with their rows and columns; None when there are fewer than two of either."""
    columns = _edges([edge for box in boxes for edge in (box[0], box[2])])
    rows = _edges([edge for box in boxes for edge in (box[1], box[3])])
    places = []
    for box in boxes:
        column, row = columns[box[0]], rows[box[1]]
        wide, tall = max(1, columns[box[2]] - column), max(1, rows[box[3]] - row)
        places.append(Place(row=row, column=column, rows=tall, columns=wide, box=box))
    high = max(place.row + place.rows for place in places)
    wide = max(place.column + place.columns for place in places)
    if high < 2 or wide < 2:
        return None
    places.sort(key=lambda place: (place.row, place.column))
    return Grid(box=enclosing(boxes), rows=high, columns=wide, places=tuple(places))


def _edges(values: list[int]) -> dict[int, int]:
    """For each value the number of its edge: values closer than the two sides of a ruling may be are one edge."""
    ordered = sorted(set(values))
    number = {ordered[0]: 0}
    for before, after in pairwise(ordered):
        number[after] = number[before] + (after - before > _SAME_EDGE * HALF)
    return number
