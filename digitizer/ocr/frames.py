"""Frames as stamps print them: 6 to 11 mm high, 14 to 50 mm long, slanted or not, their lines broken by wear and print.

Level and steep lines are found apart; two of them that fit tell where the others must be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image
from digitizer.ocr.glance import Mask

HIGH = (5.0, 11.0)  # mm of a frame
LONG = (14.0, 52.0)
_USUAL = 8.3  # mm of height
_ASKEW = 4.0  # degrees between the lines of a frame
_DRAWN = 2.2  # of its four lines, at least; of one long line and of one side
_LEVEL, _STEEP = 0.8, 0.35
_BEYOND, _GOES_ON = 3.0, 0.9  # mm beyond a corner, and how much of that is inked where a line goes on
_LARGER = 0.03  # what a millimetre of height counts beside a side drawn
_CELL = 3  # such ends that a cell of a table has, at least
SLANTED = 17.0  # degrees
_STRAIGHT = 0.9  # of a line's ink that lies along it
_RUN, _SHORT_RUN = 7, 5  # pixels of half the prepared image that a line has inked along it: a level and a steep one
_THICK = 7  # and more than it has across
_DARKER = 20  # levels by which it is darker than what lies beside it
_FEW = 10 * 65_536  # pixels that hold fewer lines than 16 bits can number
INKED = 215

Corners = NDArray[np.float64]
"""(4, 2): top left, top right, bottom right, bottom left."""
Point = NDArray[np.float64]
Line = NDArray[np.float64]
"""x, y of its left end, x, y of its right end."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of line, in mm: `least` and `most` that is seen of it, of what `piece`s with what `gap`s between them."""

    least: float
    most: float
    piece: float
    gap: float


_ALONG = Sort(least=7.0, most=52.0, piece=2.5, gap=7.0)
_UPRIGHT = Sort(least=4.5, most=11.0, piece=3.6, gap=2.5)  # letters are lower


def find_frames(copy: Image, mm: float) -> list[Corners]:
    """Frames of a stamp's size in a grey image on even paper, the best drawn first; `mm` in pixels."""
    kept: list[Corners] = []
    for _, corners in sorted(_drawn(copy, mm), key=lambda one: -one[0]):
        middle = corners.mean(axis=0)
        if all(np.abs(middle - other.mean(axis=0)).max() > 3 * mm for other in kept):
            kept.append(corners)
    return kept


def _drawn(copy: Image, mm: float) -> Iterator[tuple[float, Corners]]:
    """(how well its four sides are drawn, its corners) of frames: lines that stand out, completed by any ink."""
    across = _lines(_ridges(copy, _RUN), mm, _ALONG)
    down = [line[[1, 0, 3, 2]] for line in _lines(_ridges(copy.T, _SHORT_RUN), mm, _UPRIGHT)]
    dark = np.asarray(copy < INKED, dtype=np.uint8)
    masks = _wide(_runs(dark, 1, _SHORT_RUN), 5, 1), _wide(_runs(dark, _SHORT_RUN, 1), 1, 5)
    for corners in (*_from_edges(across, mm), *_from_sides(down, mm), *_from_corners(across, down, mm)):
        level = [_covered(corners[at], corners[(at + 1) % 4], masks[0]) for at in (0, 2)]
        if max(level) < _LEVEL or sum(level) < _DRAWN - 2:  # most fail here
            continue
        sides = [*level, *(_covered(corners[at], corners[(at + 1) % 4], masks[1]) for at in (1, 3))]
        if sum(sides) < _DRAWN or max(sides[2:]) < _STEEP:
            continue
        if sum(_goes_on(corners[at], corners[(at + 1) % 4], masks[at % 2], mm) for at in range(4)) < _CELL:
            # Of the two frames of a double line the outer one.
            yield sum(sides) + _LARGER * float(np.hypot(*(corners[3] - corners[0]))) / mm, corners


def _goes_on(start: Point, end: Point, mask: Mask, mm: float) -> int:
    """At how many of its two ends the line of a frame runs on beyond it, as those of tables do."""
    beyond = (end - start) / np.hypot(*(end - start)) * _BEYOND * mm
    return sum(_covered(at, at + beyond, mask) > _GOES_ON for at in (end, start - beyond))


def _ridges(copy: Image, run: int) -> Mask:
    """Level lines: darker than what lies above and below them, be it print or paper."""
    stands_out = cv2.morphologyEx(np.ascontiguousarray(copy), cv2.MORPH_BLACKHAT, np.ones((_THICK, 1), np.uint8))
    return _runs(np.asarray(stands_out > _DARKER, dtype=np.uint8), 1, run)


def _runs(dark: Mask, high: int, wide: int) -> Mask:
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((high, wide), np.uint8)), dtype=np.uint8)


def _wide(lines: Mask, high: int, wide: int) -> Mask:
    """Lines spread, so that one that is drawn some pixels off is met."""
    return np.asarray(cv2.dilate(lines, np.ones((high, wide), np.uint8)), dtype=np.uint8)


def _lines(mask: Mask, mm: float, like: Sort) -> list[Line]:
    """Nearly level straight lines in a mask of them, pieces put together, from top to bottom."""
    mask = np.ascontiguousarray(mask)
    labels, stats = pieces(mask)
    wide, high = stats[:, 2], stats[:, 3]
    fit = (wide >= like.piece * mm) & (wide <= like.most * mm) & (high <= 0.4 * wide + 3)
    fit[0] = False
    if not fit.any():
        return []
    places = cv2.findNonZero(mask).reshape(-1, 2)
    part = labels[places[:, 1], places[:, 0]]
    places, part = places[fit[part]], part[fit[part]]
    across, down = places[:, 0], places[:, 1]
    count = np.maximum(1, np.bincount(part, minlength=len(stats)))
    x, y = (np.bincount(part, at, len(stats)) / count for at in (across, down))
    along, off = across - x[part], down - y[part]
    slope = np.bincount(part, along * off, len(stats)) / np.maximum(1, np.bincount(part, along**2, len(stats)))
    near = np.bincount(part, np.abs(slope[part] * along - off) < 0.5 * mm, len(stats)) / count
    straight = fit & (np.abs(slope) < np.tan(np.radians(SLANTED))) & (near > _STRAIGHT)
    left = stats[:, 0]
    right = left + wide - 1
    ends = np.stack([left, y + slope * (left - x), right, y + slope * (right - x)], axis=1)
    found = list(ends[straight])
    whole = [line for line in _joined(found, mm, like.gap) if like.least < _length(line) / mm < like.most]
    return sorted(whole, key=lambda line: float(line[1] + line[3]))


def pieces(mask: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Labels and statistics of what hangs together in a mask of lines, which are at least 5 pixels long."""
    # Labels of half the size cost a third of the time.
    short = cv2.CV_16U if mask.size < _FEW else cv2.CV_32S
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=short)
    return np.asarray(labels), np.asarray(stats)


def _joined(lines: list[Line], mm: float, gap: float) -> list[Line]:
    """Lines made of the pieces that continue each other."""
    rest = np.array(sorted(lines, key=lambda line: -_length(line))).reshape(-1, 4)
    whole: list[Line] = []
    while len(rest):
        line, rest = rest[0], rest[1:]
        while (at := _continued(line, rest, mm, gap)) is not None:
            points = np.vstack([line.reshape(2, 2), rest[at].reshape(2, 2)])
            points = points[np.argsort(points[:, 0])]
            line, rest = np.concatenate([points[0], points[-1]]), np.delete(rest, at, axis=0)
        whole.append(line)
    return whole


def _length(line: Line) -> float:
    return float(np.hypot(line[2] - line[0], line[3] - line[1]))


def _continued(line: Line, others: NDArray[np.float64], mm: float, gap: float) -> int | None:
    """Which of the others is the first that lies along the line, not farther from its ends than `gap` mm."""
    length = _length(line)
    along = (line[2:] - line[:2]) / length
    ends = others.reshape(-1, 2, 2) - line[:2]
    off = np.abs(ends @ np.array([-along[1], along[0]])).max(axis=1, initial=0)
    places = ends @ along
    apart = np.maximum(places.min(axis=1, initial=np.inf) - length, -places.max(axis=1, initial=-np.inf))
    found = np.flatnonzero((off < 0.45 * mm) & (apart < gap * mm))
    return int(found[0]) if len(found) else None


def _from_edges(lines: list[Line], mm: float) -> Iterator[Corners]:
    """Frames of which both long lines were seen, in part at least, or one."""
    for at, upper in enumerate(lines):
        for lower in lines[at + 1 :]:
            frame = _between(upper, lower)
            if frame is not None and _sized(frame, mm):
                yield frame
        if LONG[0] < _length(upper) / mm < LONG[1]:
            along = (upper[2:] - upper[:2]) / _length(upper)
            down = np.array([-along[1], along[0]]) * _USUAL * mm
            left, right = upper[:2], upper[2:]
            yield np.array([left - down, right - down, right, left])
            yield np.array([left, right, right + down, left + down])


def _from_sides(lines: list[Line], mm: float) -> Iterator[Corners]:
    """Frames of which both short lines were seen, in part at least.  A line here: its upper end, its lower end."""
    lines = sorted(lines, key=lambda line: float(line[0] + line[2]))
    for at, left in enumerate(lines):
        for right in lines[at + 1 :]:
            turned = _between(left[[1, 0, 3, 2]], right[[1, 0, 3, 2]])
            if turned is None:
                continue
            frame = turned[[0, 3, 2, 1]][:, ::-1]
            if not _sized(frame, mm):
                continue
            yield frame
            down = frame[3] - frame[0]
            lacking = down * max(0.0, _USUAL * mm / float(np.hypot(*down)) - 1)
            yield frame + np.array([0 * down, 0 * down, lacking, lacking])
            yield frame - np.array([lacking, lacking, 0 * down, 0 * down])


def _from_corners(level: list[Line], steep: list[Line], mm: float) -> Iterator[Corners]:
    """Frames of which one long and one short line were seen."""
    for edge in level:
        for side in steep:
            along = (edge[2:] - edge[:2]) / _length(edge)
            down = np.array([-along[1], along[0]])
            if np.dot(side[2:] - side[:2], down) < np.cos(np.radians(_ASKEW)) * _length(side):
                continue
            ends = np.vstack([edge.reshape(2, 2), side.reshape(2, 2)])
            frame = _rectangle(ends @ along, ends @ down, along, down)
            if _sized(frame, mm):
                yield frame


def _rectangle(places: Point, depths: Point, along: Point, down: Point) -> Corners:
    """The corners of what reaches along and down between the least and the largest of these."""
    first, last, top, bottom = places.min(), places.max(), depths.min(), depths.max()
    corners = ((first, top), (last, top), (last, bottom), (first, bottom))
    return np.array([place * along + depth * down for place, depth in corners])


def _between(upper: Line, lower: Line) -> Corners | None:
    """The corners of the rectangle with the two lines on its long edges; None when they are not parallel."""
    slants = [np.arctan2(line[3] - line[1], line[2] - line[0]) for line in (upper, lower)]
    if abs(slants[0] - slants[1]) > np.radians(_ASKEW):
        return None
    slant = float(np.average(slants, weights=[_length(upper), _length(lower)]))
    along, across = np.array([np.cos(slant), np.sin(slant)]), np.array([-np.sin(slant), np.cos(slant)])
    ends = np.vstack([upper.reshape(2, 2), lower.reshape(2, 2)])
    depths = ends @ across
    return _rectangle(ends @ along, np.array([depths[:2].mean(), depths[2:].mean()]), along, across)


def _sized(frame: Corners, mm: float) -> bool:
    """As long and as high as stamps are."""
    long, high = np.hypot(*(frame[1] - frame[0])) / mm, np.hypot(*(frame[3] - frame[0])) / mm
    return bool(LONG[0] < long < LONG[1] and HIGH[0] < high < HIGH[1])


def _covered(start: Point, end: Point, mask: Mask) -> float:
    """The share of a line that is inked; none of it is where the image ends."""
    count = max(2, int(np.hypot(*(end - start))))
    x, y = np.rint(start[:, None] + (end - start)[:, None] * np.linspace(0, 1, count)).astype(np.intp)
    inside = (x >= 0) & (y >= 0) & (x < mask.shape[1]) & (y < mask.shape[0])
    return float(mask[y[inside], x[inside]].sum()) / count
