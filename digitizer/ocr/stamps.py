"""Frames as stamps print them: two parallel lines 6 to 11 mm apart and 15 to 50 mm long, slanted or not, with ink
between them.  Found in the upper part of the upright page and cut out straight, their lines taken away, to be read.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image
from digitizer.model import Page
from digitizer.ocr.filters import flatten, grey, prepared_size, shrunk_first
from digitizer.ocr.regions import as_array

_MM = 200 / 25.4
"""Pixels a millimetre of the prepared image: letters of 13 pt are what sets its scale."""
UPPER = 0.45
"""Of the page: ô số 10a lies above."""
_HIGH = (5.0 * _MM, 12.5 * _MM)
_LONG = (14.0 * _MM, 55.0 * _MM)
_LONGEST = 43 * _MM  # of the frames of ô số 10a
_USUAL = 8.3 * _MM
_PIECE = 4.5 * _MM  # of a frame's line, broken by text
_SLANTED = 17.0  # degrees
_RED = 45  # levels of redness
_MOST = 8  # frames read on one page
_TALL = 72  # pixels of a cut-out frame
_INKED = 190
_RIM = 40  # inked pixels that a frame's lines have at least
_DARKER = 45  # levels between a stamp's ink and the print under it

Segments = NDArray[np.float64]


def framed(page: Page, image: Image) -> Iterator[Image]:
    """Cut-outs of what may be stamps, red ones first, each straight and without its frame's lines.

    A frame over print is cut out twice: as it is, and without the print, which is darker.
    """
    if page.width < 1 or page.height < 1 or image.size == 0:
        return
    top = _upper(image, page)
    if top.ndim == 3 and page.looks.coloured > 0:
        red = _redness(top)
        for corners in (_blots(red) + _frames(red))[:_MOST]:
            yield _cut(red, corners)
    plain = flatten(grey(top))
    for corners in _frames(plain)[:_MOST]:
        yield _cut(plain, corners)
        yield from _without_print(plain, corners)


def _blots(red: Image) -> list[NDArray[np.float64]]:
    """Corners of red spots as large as a stamp, the largest first."""
    reach = round(1.6 * _MM) | 1
    mask = cv2.morphologyEx(np.asarray(red < 255 - 3 * _RED, dtype=np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach)))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outline in outlines:
        middle, size, angle = cv2.minAreaRect(outline)
        if size[0] < size[1]:
            size, angle = (size[1], size[0]), angle - 90
        angle = (angle + 90) % 180 - 90
        if _LONG[0] * 0.6 < size[0] < _LONG[1] and 3 * _MM < size[1] < 1.3 * _HIGH[1] and abs(angle) < _SLANTED:
            turn = np.radians(angle)
            along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
            x, y = along * size[0] / 2, across * size[1] / 2
            found.append((size[0], np.array(middle) + np.array([-x - y, x - y, x + y, y - x])))
    return [corners for _, corners in sorted(found, key=lambda one: -one[0])]


def _without_print(copy: Image, corners: NDArray[np.float64]) -> Iterator[Image]:
    """The cut-out with all that is clearly darker than the frame's own lines painted over, narrowly and widely."""
    inside = _straight(copy, corners)
    rims = np.concatenate([inside[:5], inside[-5:]])
    inked = rims[rims < _INKED]
    if len(inked) < _RIM:
        return
    dark = np.asarray(inside < float(np.percentile(inked, 30)) - _DARKER, dtype=np.uint8)
    if not dark.any():
        return
    for reach in (3, 5):
        grown = cv2.dilate(dark, np.ones((reach, reach), np.uint8))
        yield _framed_off(np.asarray(cv2.inpaint(inside, grown, 3, cv2.INPAINT_TELEA), dtype=np.uint8))


def _upper(image: Image, page: Page) -> Image:
    """The upper part of the page, upright, in its colours."""
    width, height = prepared_size(page.width, page.height, page.matrix)
    full = as_array(page.matrix)
    scale = float(np.sqrt(abs(np.linalg.det(full[:2, :2]))))
    image, full = shrunk_first(image, full, scale)
    size = (width, max(1, round(UPPER * height)))
    top = cv2.warpPerspective(image, full, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(top, dtype=np.uint8)


def _redness(image: Image) -> Image:
    """Red ink black on white paper, all else white."""
    red, green, blue = cv2.split(image)
    amount = cv2.subtract(red, cv2.max(green, blue))
    return np.asarray(255 - np.minimum(amount.astype(np.uint16) * 3, 255), dtype=np.uint8)


def _frames(copy: Image) -> list[NDArray[np.float64]]:
    """Corners (4, 2) of frames: top left, top right, bottom right, bottom left; the likeliest first."""
    lines = _joined(_segments(copy))
    found: list[tuple[float, NDArray[np.float64]]] = []
    for at, upper in enumerate(lines):
        for lower in lines[at + 1 :]:
            pair = _pair(upper, lower)
            if pair is not None:
                found.append(pair)
    found += [guess for line in lines for guess in _guesses(line)]
    found.sort(key=lambda one: -one[0])
    kept: list[NDArray[np.float64]] = []
    for _, corners in found:
        middle = corners.mean(axis=0)
        if all(np.abs(middle - other.mean(axis=0)).max() > 3 * _MM for other in kept):
            kept.append(corners)
    return kept


def _segments(copy: Image) -> Segments:
    """Nearly level straight edges (n, 4), longer than a piece of a frame's line."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE, 0.8)
    found = detector.detect(copy)[0]
    if found is None:
        return np.zeros((0, 4))
    lines = np.asarray(found, dtype=np.float64).reshape(-1, 4)
    lines = np.where((lines[:, 0] > lines[:, 2])[:, None], lines[:, [2, 3, 0, 1]], lines)
    across, down = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    level = np.abs(np.degrees(np.arctan2(down, across))) < _SLANTED
    return np.asarray(lines[level & (np.hypot(across, down) > _PIECE)], dtype=np.float64)


def _joined(lines: Segments) -> list[NDArray[np.float64]]:
    """Lines made of the edges that continue each other, of a stamp's length, from top to bottom."""
    order = np.argsort(-np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]))
    rest = [lines[at] for at in order]
    whole: list[NDArray[np.float64]] = []
    while rest:
        line, grown = rest.pop(0), True
        while grown:
            grown = False
            for at, other in enumerate(rest):
                if _continues(line, other):
                    points = np.vstack([line.reshape(2, 2), other.reshape(2, 2)])
                    points = points[np.argsort(points[:, 0])]
                    line, grown = np.concatenate([points[0], points[-1]]), True
                    del rest[at]
                    break
        if _LONG[0] * 0.8 < np.hypot(line[2] - line[0], line[3] - line[1]) < _LONG[1]:
            whole.append(line)
    return sorted(whole, key=lambda line: float(line[1] + line[3]))


def _continues(line: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """The other lies along the line, not farther from its ends than text that crosses a frame is wide."""
    along = (line[2:] - line[:2]) / np.hypot(*(line[2:] - line[:2]))
    ends = other.reshape(2, 2) - line[:2]
    off = np.abs(ends @ np.array([-along[1], along[0]]))
    places = ends @ along
    length = np.hypot(*(line[2:] - line[:2]))
    gap = max(places.min() - length, -places.max(), 0.0)
    return bool(off.max() < 0.45 * _MM and gap < 7 * _MM)


def _pair(upper: NDArray[np.float64], lower: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]] | None:
    """(how well they make a frame, its corners), or None."""
    slants = [np.arctan2(line[3] - line[1], line[2] - line[0]) for line in (upper, lower)]
    if abs(slants[0] - slants[1]) > np.radians(2.5):
        return None
    slant = float(np.mean(slants))
    along, across = np.array([np.cos(slant), np.sin(slant)]), np.array([-np.sin(slant), np.cos(slant)])
    ends = np.vstack([upper.reshape(2, 2), lower.reshape(2, 2)])
    places, depths = ends @ along, ends @ across
    high = float(depths[2:].mean() - depths[:2].mean())
    starts, stops = (places[0], places[2]), (places[1], places[3])
    common, whole = min(stops) - max(starts), max(stops) - min(starts)
    if not (
        _HIGH[0] < high < _HIGH[1]
        and _LONG[0] < whole < _LONG[1]
        and common > 0.5 * min(stop - start for start, stop in zip(starts, stops, strict=True))
    ):
        return None
    top, bottom = depths[:2].mean(), depths[2:].mean()
    corners = [(min(starts), top), (max(stops), top), (max(stops), bottom), (min(starts), bottom)]
    points = np.array([place * along + depth * across for place, depth in corners])
    return float(common / whole), points


def _guesses(line: NDArray[np.float64]) -> Iterator[tuple[float, NDArray[np.float64]]]:
    """Frames above and below a line whose partner text has broken."""
    if np.hypot(line[2] - line[0], line[3] - line[1]) > _LONGEST:
        return
    along = (line[2:] - line[:2]) / np.hypot(*(line[2:] - line[:2]))
    down = np.array([-along[1], along[0]]) * _USUAL
    left, right = line[:2], line[2:]
    yield 0.1, np.array([left - down, right - down, right, left])
    yield 0.0, np.array([left, right, right + down, left + down])


def _cut(copy: Image, corners: NDArray[np.float64]) -> Image:
    """The frame's inside, straight, `_TALL` pixels high, its lines painted over."""
    return _framed_off(_straight(copy, corners))


def _straight(copy: Image, corners: NDArray[np.float64]) -> Image:
    wide, high = np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0]))
    width = max(_TALL, round(float(wide / high * _TALL)))
    target = np.array([[0, 0], [width, 0], [width, _TALL], [0, _TALL]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(
        cv2.warpPerspective(copy, matrix, (width, _TALL), flags=cv2.INTER_CUBIC, borderValue=255), dtype=np.uint8
    )


def _framed_off(inside: Image) -> Image:
    """Without the frame: whatever long thing runs along an edge is painted over, and white put around."""
    inside = inside.copy()
    edge = _TALL // 8
    inside[:edge], inside[-edge:], inside[:, :edge], inside[:, -edge:] = 255, 255, 255, 255
    return np.asarray(cv2.copyMakeBorder(inside, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=255), dtype=np.uint8)
