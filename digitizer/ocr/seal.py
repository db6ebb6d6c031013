"""Text under and beside seals and signatures: what the first reading lost there is cut out, cleaned and read alone.

Layout analysis takes a name that touches the ring of a seal for part of a picture.  Cut out as one line, with the
paler ink gone, the same name reads well (measured by `python -m bench.seals`).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Box, Line, Page, Word
from digitizer.ocr.glance import letters_of
from digitizer.ocr.regions import as_array, box_quad, enclosing, move, quad_box
from digitizer.text import is_syllable

Parts: TypeAlias = NDArray[np.int32]
_DARK = 150
_INKED = 200
_USUAL = 30.0  # level of print where nothing was read
_PALER = 0.52  # of the way from print to paper: seals' ink, scanned grey, lies above, worn strokes of print below
_TALL = (9, 48)  # of letters, in pixels of the prepared image (x-height 17)
_BIG = 60  # from which a component is no letter
_NEAR = 90  # pixels around a seal or signature in which text suffers: three lines
_MOST = 8  # lines read again on one page
_FEWEST = 4  # letters that make a line
_SURE = 0.75  # a word read with more stays as it is
_KEEP = 0.55  # a word read with less is not taken


def read_under(lines: tuple[Line, ...], image: Image, page: Page, engine: Engine, dpi: int) -> tuple[Line, ...]:
    """The lines of a prepared image, completed where seals and signatures lie; raises PageFailed.

    Words read with confidence stay; others there may be replaced by surer ones.
    """
    places = _places(image, page)
    if not places:
        return lines
    black = separated(image, print_level(lines, image))
    for band in _passed_over(lines, black, places):
        found = _read_line(black, band, engine, dpi)
        lines = _merged(lines, [word for word in found if _plausible(word)])
    return lines


def print_level(lines: tuple[Line, ...], image: Image) -> float:
    """How dark print is on a prepared image, 0 (black) to 250 (paper), told from the words read surely."""
    dark = [image[y0:y1:2, x0:x1:2] for x0, y0, x1, y1 in _sure_boxes(lines)[:60]]
    pixels = np.concatenate([part[part < _INKED] for part in dark]) if dark else np.empty(0, np.uint8)
    return float(np.percentile(pixels, 30)) if len(pixels) > 500 else _USUAL


def separated(image: Image, ink: float) -> Image:
    """The prepared image with paler ink than print (of level `ink`) taken to paper: seals, even when scanned grey."""
    span = 250 - ink
    levels = np.interp(np.arange(256), [0, ink + 0.15 * span, ink + _PALER * span, 255], [0, 40, 250, 255])
    return np.asarray(cv2.LUT(image, levels.astype(np.uint8)), dtype=np.uint8)


def _sure_boxes(lines: tuple[Line, ...]) -> list[Box]:
    return [word.box for line in lines for word in line.words if word.confidence >= 0.85]


def _places(image: Image, page: Page) -> list[Box]:
    """Where text may suffer on the prepared image: around red seals, and around large open shapes of any ink."""
    height, width = image.shape
    quads = move([box_quad(box) for box in page.looks.seals], as_array(page.matrix))
    boxes = [quad_box(quad, width, height) for quad in quads]
    mask = np.asarray((image < _INKED) * np.uint8(255), dtype=np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for x, y, wide, high, area in stats[1:].tolist():
        if (
            max(wide, high) > _BIG
            and min(wide, high) > 0.7 * _BIG
            and max(wide, high) < 700
            and area < 0.4 * wide * high
        ):
            boxes.append((x, y, x + wide, y + high))
    return [(x0 - _NEAR, y0 - _NEAR, x1 + _NEAR, y1 + _NEAR) for x0, y0, x1, y1 in boxes]


def _passed_over(lines: tuple[Line, ...], black: Image, places: list[Box]) -> Iterator[Box]:
    """Boxes of rows of letters that no sure word lies over."""
    letters = letters_of(np.asarray((black < _DARK) * np.uint8(255), dtype=np.uint8))
    high = letters[:, 3]
    letters = letters[(high >= _TALL[0]) & (high <= _TALL[1]) & (letters[:, 2] <= _BIG)]
    middles = letters[:, :2] + letters[:, 2:4] // 2
    near = np.zeros(len(letters), dtype=bool)
    for box in places:
        near |= _within(middles, box)
    for word in (word for line in lines for word in line.words if word.confidence >= _SURE):
        near &= ~_within(middles, word.box)
    letters = letters[near]
    if len(letters) < _FEWEST:
        return
    canvas = np.zeros(black.shape, np.uint8)
    for x, y, wide, tall, _ in letters.tolist():
        canvas[y : y + tall, max(0, x - 14) : x + wide + 14] = 255
    _, labels, stats, _ = cv2.connectedComponentsWithStats(canvas, connectivity=8)
    own = labels[letters[:, 1] + letters[:, 3] // 2, letters[:, 0] + letters[:, 2] // 2]
    counts = np.bincount(own, minlength=len(stats))
    rows = [at for at in range(1, len(stats)) if counts[at] >= _FEWEST and stats[at][3] <= 1.6 * _TALL[1]]
    for at in sorted(rows, key=lambda at: -counts[at])[:_MOST]:
        x, y, wide, tall, _ = stats[at].tolist()
        yield x, y, x + wide, y + tall


def _within(middles: Parts, box: Box) -> NDArray[np.bool_]:
    x, y = middles[:, 0], middles[:, 1]
    return np.asarray((x >= box[0]) & (x < box[2]) & (y >= box[1]) & (y < box[3]), dtype=np.bool_)


def _read_line(black: Image, band: Box, engine: Engine, dpi: int) -> list[Word]:
    """The words of one line, boxes in the whole image; a letter or two that touched something is cut out with it."""
    left, top = max(0, band[0] - 40), max(0, band[1] - 12)
    cut = black[top : band[3] + 9, left : band[2] + 40]
    framed = cv2.copyMakeBorder(cut, 8, 8, 8, 8, cv2.BORDER_CONSTANT, value=250)
    found = engine.read(np.asarray(framed, dtype=np.uint8), Hint(dpi=dpi, layout="line"))
    return [_moved(word, left - 8, top - 8) for line in found for word in line.words]


def _moved(word: Word, right: int, down: int) -> Word:
    box = (word.box[0] + right, word.box[1] + down, word.box[2] + right, word.box[3] + down)
    return replace(word, box=box, quad=box_quad(box))


def _plausible(word: Word) -> bool:
    bare = word.text.strip(".,;:!?()[]\"'“”‘’-–/…|_~*")
    if not bare or word.confidence < _KEEP:
        return False
    return len(bare) < 2 or not bare.isalpha() or is_syllable(bare) or word.confidence > 0.9


def _merged(lines: tuple[Line, ...], words: list[Word]) -> tuple[Line, ...]:
    """The lines with these words, each put in place of what it overlaps, if that is less sure, or into the gap."""
    fresh = []
    for word in words:
        rivals = [(line, old) for line in lines for old in line.words if _overlap(word.box, old.box) > 0.3]
        if any(old.confidence >= min(_SURE, word.confidence) for _, old in rivals):
            continue
        gone = {id(old) for _, old in rivals}
        lines = tuple(_without(line, gone) for line in lines)
        fresh.append(word)
    lines = tuple(line for line in lines if line.words)
    return _placed(lines, fresh) if fresh else lines


def _without(line: Line, gone: set[int]) -> Line:
    return replace(line, words=tuple(word for word in line.words if id(word) not in gone))


def _placed(lines: tuple[Line, ...], words: list[Word]) -> tuple[Line, ...]:
    """The words joined to the line that they stand in, else as a line of their own below what stands above."""
    around = enclosing([word.box for word in words])
    tall = around[3] - around[1]
    for at, line in enumerate(lines):
        level = min(line.box[3], around[3]) - max(line.box[1], around[1]) > 0.5 * min(tall, line.box[3] - line.box[1])
        apart = max(line.box[0] - around[2], around[0] - line.box[2])
        if level and apart < 1.0 * tall:
            joined = tuple(sorted((*line.words, *words), key=lambda word: word.box[0]))
            whole = replace(line, words=joined, box=enclosing([word.box for word in joined]))
            return (*lines[:at], whole, *lines[at + 1 :])
    middle = (around[1] + around[3]) / 2
    above = [
        at for at, line in enumerate(lines) if (line.box[1] + line.box[3]) / 2 < middle and _beside(line.box, around)
    ]
    after = max(above, default=len(lines) - 1) + 1
    return (*lines[:after], Line(words=tuple(words), box=around), *lines[after:])


def _beside(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2]


def _overlap(one: Box, other: Box) -> float:
    """Shared area as a share of the smaller box."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * high / min(areas)
