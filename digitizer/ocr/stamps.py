"""Where a secrecy mark may stand in the upper part of a page: frames and red spots of a stamp's size, and words that
reading passed over.  Found at half the prepared image's size and cut out straight, to be read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image
from digitizer.model import Box, Page
from digitizer.ocr.filters import flatten, grey, prepared_size
from digitizer.ocr.frames import HIGH, INKED, LONG, SLANTED, Corners, find_frames, pieces
from digitizer.ocr.regions import as_array, grown, move

UPPER = 0.45
"""Of the page: ô số 10a lies above."""
_HALF = 0.5  # of the prepared image: enough to see frames
_USUAL_DPI = 200  # of a prepared image whose paper's size is not known
_SHEETS = (140.0, 460.0)  # mm of a sheet's longer side, between which the delivered dpi is believed
_RED = 45  # levels of redness
_MOST = 3  # frames read on one page
_TALL = 72  # pixels of a cut-out frame
_READ = 190  # levels below which ink is read
_LEFT = 0.22  # of the ink in a frame that is left without the print: less is the print's own edges
_PAD = 6  # pixels of paper around it
_WORDS_APART = 3.5  # mm between the words of a mark
_LETTERS_LONG, _LETTERS_HIGH = (7.0, 45.0), (2.2, 6.5)  # mm of a mark's letters
_SOLID = 0.4  # of their box, gaps filled in
_DARKER = 45  # levels between a stamp's ink and the print under it


@dataclass(frozen=True, slots=True)
class View:
    """The upper part of a page, upright: in its colours, and grey on even paper.

    `delivered`: the image it was taken from, `matrix` the way from there; `mm` in pixels.
    """

    delivered: Image
    image: Image
    even: Image
    matrix: NDArray[np.float64]
    mm: float


def framed(page: Page, view: View) -> Iterator[list[Image]]:
    """Of each of what may be stamps, red ones first, the cut-outs: straight and without the frame's lines.

    A frame over print is cut out several times: as it is, and without the print, which is darker.
    """
    if view.image.ndim == 3 and page.looks.coloured > 0:
        for corners in _blots(_redness(view.image), view.mm)[:_MOST]:
            yield [_framed_off(_redness(_straight(corners, view)))]
    for corners in find_frames(view.even, view.mm)[:_MOST]:
        inside = flatten(grey(_straight(corners, view)))
        whole, *less = map(_framed_off, (inside, *_without_print(inside)))
        enough = _LEFT * np.count_nonzero(whole < _READ)
        yield [whole, *(cut for cut in less if np.count_nonzero(cut < _READ) > enough)]


def together(cuts: Sequence[Image]) -> tuple[Image, tuple[Box, ...]]:
    """The cut-outs one below the other, to be read at once, and where ink is in each of them."""
    sheet = np.full((sum(map(len, cuts)), max(cut.shape[1] for cut in cuts)), 255, np.uint8)
    boxes, top = [], 0
    for cut in cuts:
        sheet[top : top + len(cut), : cut.shape[1]] = cut
        x0, y0, x1, y1 = _inked(cut)
        boxes.append((x0, top + y0, x1, top + y1))
        top += len(cut)
    return sheet, tuple(boxes)


def passed_over(page: Page, view: View) -> Iterator[tuple[Image, Box]]:
    """(cut-out, where in the view) of what is as large as a mark and stands alone, under no word that was read."""
    dark = np.asarray(view.even < _READ, dtype=np.uint8)
    for quad in move([word.quad for line in page.lines for word in line.words], view.matrix):
        cv2.fillConvexPoly(dark, np.rint(np.array(quad).reshape(4, 2)).astype(np.int32), 0)
    whole = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, round(_WORDS_APART * view.mm) | 1), np.uint8))
    found = pieces(whole)[1][1:].tolist()
    alone = [
        (x, y, wide, high)
        for x, y, wide, high, area in found
        if _LETTERS_LONG[0] < wide / view.mm < _LETTERS_LONG[1]
        if _LETTERS_HIGH[0] < high / view.mm < _LETTERS_HIGH[1] and area > _SOLID * wide * high
    ]
    for x, y, wide, high in alone[:_MOST]:
        edge = round(high / 3)
        left, top, right, bottom = x - edge, y - edge, x + wide + edge, y + high + edge
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        yield flatten(grey(_straight(corners, view))), (x, y, x + wide, y + high)


def upper(page: Page, image: Image) -> View | None:
    """The upper part of the page; None where there is nothing to see."""
    if page.width < 1 or page.height < 1 or image.size == 0:
        return None
    full = np.diag([_HALF, _HALF, 1.0]) @ as_array(page.matrix)
    scale = float(np.sqrt(abs(np.linalg.det(full[:2, :2]))))
    width, height = prepared_size(page.width, page.height, page.matrix)
    size = (max(1, round(width * _HALF)), max(1, round(UPPER * height * _HALF)))
    corners = np.linalg.inv(full) @ np.array([[0, size[0], size[0], 0], [0, 0, size[1], size[1]], [1, 1, 1, 1.0]])
    span = corners[:2] / corners[2]
    (left, top), (right, bottom) = (
        np.clip(edge, 0, image.shape[1::-1]).astype(int) for edge in (np.floor(span.min(1)), np.ceil(span.max(1)))
    )
    times = max(1, int(1 / scale))
    wide, high = max(1, (right - left) // times), max(1, (bottom - top) // times)
    part = image[top : top + high * times, left : left + wide * times]  # a whole number of times: far quicker
    small = cv2.resize(part, (wide, high), interpolation=cv2.INTER_AREA)
    matrix = full @ np.array([[times, 0, left], [0, times, top], [0, 0, 1.0]])
    upright = cv2.warpPerspective(small, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    longer = max(page.width, page.height) / page.dpi * 25.4 if page.dpi else 0.0
    dpi = page.dpi * scale if page.dpi and _SHEETS[0] < longer < _SHEETS[1] else _USUAL_DPI * _HALF
    colours = np.asarray(upright, dtype=np.uint8)
    return View(image, colours, flatten(grey(colours)), full, dpi / 25.4)


def _redness(image: Image) -> Image:
    """Red ink black on white paper, all else white."""
    red, green, blue = cv2.split(image)
    amount = cv2.subtract(red, cv2.max(green, blue))
    return np.asarray(255 - np.minimum(amount.astype(np.uint16) * 3, 255), dtype=np.uint8)


def _blots(red: Image, mm: float) -> list[Corners]:
    """Corners of red spots as large as a stamp, the largest first."""
    reach = round(1.6 * mm) | 1
    mask = cv2.morphologyEx(np.asarray(red < 255 - 3 * _RED, dtype=np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach)))
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outline in outlines:
        middle, size, angle = cv2.minAreaRect(outline)
        if size[0] < size[1]:
            size, angle = (size[1], size[0]), angle - 90
        angle = (angle + 90) % 180 - 90
        long, high = size[0] / mm, size[1] / mm
        if LONG[0] * 0.6 < long < LONG[1] and 3 < high < 1.3 * HIGH[1] and abs(angle) < SLANTED:
            turn = np.radians(angle)
            along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
            x, y = along * size[0] / 2, across * size[1] / 2
            found.append((size[0], np.array(middle) + np.array([-x - y, x - y, x + y, y - x])))
    return [corners for _, corners in sorted(found, key=lambda one: -one[0])]


def _straight(corners: Corners, view: View) -> Image:
    """What lies in the frame, cut from the delivered image, straight, `_TALL` pixels high."""
    wide, high = np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0]))
    width = max(_TALL, round(float(wide / high * _TALL)))
    target = np.array([[0, 0], [width, 0], [width, _TALL], [0, _TALL]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target) @ view.matrix
    how, edges = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
    cut = cv2.warpPerspective(view.delivered, matrix, (width, _TALL), flags=how, borderMode=edges)
    return np.asarray(cut, dtype=np.uint8)


def _without_print(inside: Image) -> Iterator[Image]:
    """The cut-out with all that is clearly darker than a paler stamp painted over, narrowly and widely."""
    for level in _print_levels(inside):
        dark = np.asarray(inside < level, dtype=np.uint8)
        for reach in (3, 5) if dark.any() else ():
            spread = cv2.dilate(dark, np.ones((reach, reach), np.uint8))
            yield np.asarray(cv2.inpaint(inside, spread, 3, cv2.INPAINT_TELEA), dtype=np.uint8)


def _print_levels(inside: Image) -> Iterator[float]:
    """Below which levels print may be: what is darker than the frame's lines, and the darker of two inks."""
    ink, rims = inside[inside < INKED], np.concatenate([inside[:5], inside[-5:]])
    lines = rims[rims < INKED]
    if len(lines) > _TALL // 2:
        yield float(np.percentile(lines, 30)) - _DARKER
    if len(ink) > _TALL:
        level, _ = cv2.threshold(ink.reshape(1, -1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        darker, paler = ink[ink <= level], ink[ink > level]
        if len(darker) and len(paler) and paler.mean() - darker.mean() > _DARKER:
            yield level + 1


def _framed_off(inside: Image) -> Image:
    """The cut-out with whatever runs along an edge painted over, and some paper around."""
    inside = inside.copy()
    edge = _TALL // 8
    inside[:edge], inside[-edge:], inside[:, :edge], inside[:, -edge:] = 255, 255, 255, 255
    return np.asarray(cv2.copyMakeBorder(inside, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=255), np.uint8)


def _inked(inside: Image) -> Box:
    """The box of the ink with some paper around; all of it where there is none."""
    ink = inside < _READ
    rows, columns = (np.flatnonzero(ink.sum(axis=axis) > 1) for axis in (1, 0))
    if not len(rows) or not len(columns):
        return (0, 0, inside.shape[1], inside.shape[0])
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return grown(box, _PAD, _PAD, _PAD, inside.shape)
