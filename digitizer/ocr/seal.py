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
from digitizer.ocr.regions import as_array, box_quad, enclosing, grown, in_any, move, quad_box, shared
from digitizer.ocr.shapes import HALF, find_shapes, whole
from digitizer.text import fold, is_syllable

Parts: TypeAlias = NDArray[np.int32]
_DARK = 150
_INKED = 200
_USUAL = 30.0  # level of print where nothing was read
_PALER = 0.52  # of the way from print to paper: seals scanned grey lie above, if not always, and all of print below
_PALEST = 0.38  # here no seal is left, and of faint print not all
_TALL = (9, 48)  # of letters, in pixels of the prepared image (x-height 17)
_LETTER = 13  # from which a component is a letter, not its mark or a speck
_GAP = 14  # half of the widest gap between the words of a line
_BIG, _HUGE = 60, 700  # from which a component is no letter, and no seal
_NEAR = 90  # pixels around a seal or signature in which text suffers: three lines
_WIDE, _CLOSE = 40, 4  # pixels cut out beside a row of letters
_ABOVE, _BELOW = 10, 8  # above (where marks are, too small to count as letters) and below
_MOST = 8  # lines read again on one page
_FEWEST = 4  # letters that make a line
_SURE = 0.75  # a word read with more stays as it is
_FIRM = 0.9  # of one that a seal or signature crosses
_SIGNS = ".,;:!?()[]\"'“”‘’-–/…|_~*§"
_KEEP = 0.55  # a word read with less is not taken


def read_under(lines: tuple[Line, ...], image: Image, page: Page, engine: Engine, dpi: int) -> tuple[Line, ...]:
    """The lines of a prepared image, completed where seals and signatures lie; raises PageFailed.

    Words read with confidence stay; others there may be replaced by surer ones.
    """
    marks = _marks(image, page)
    if not marks:
        return lines
    places = [(x0 - _NEAR, y0 - _NEAR, x1 + _NEAR, y1 + _NEAR) for x0, y0, x1, y1 in marks]
    ink = print_level(lines, image)
    black = separated(image, ink, _PALEST)
    sure = [word.box for line in lines for word in line.words if word.confidence >= _SURE and not _torn(word, marks)]
    bands = list(_passed_over(sure, black, places))
    for readings in _readings(image, black, ink, bands, engine, dpi):
        found = _voted(readings)
        lines = _merged(
            lines,
            [word for word in found if _plausible(word) and (in_any(word.box, places) or _fills(word, lines))],
            marks,
        )
    return lines


def _torn(word: Word, marks: list[Box]) -> bool:
    """A seal or signature crosses it, and it reads like what is left of a name or title: `giyễn`, `6ô`, `kiếu`.

    Those begin with a capital; where a stroke runs through it, the engine may be sure of a small letter or a figure.
    """
    whole = _capital(word) and word.confidence >= _FIRM
    return not whole and any(shared(word.box, mark) > 0 for mark in marks)


def _capital(word: Word) -> bool:
    """A syllable that begins with a capital, as all of a name do."""
    bare = word.text.strip(_SIGNS)
    return len(bare) > 1 and bare[0].isupper() and is_syllable(bare)


def _fills(word: Word, lines: tuple[Line, ...]) -> bool:
    """Nothing was read where it stands."""
    return not any(shared(word.box, old.box) > 0 for line in lines for old in line.words)


def print_level(lines: tuple[Line, ...], image: Image) -> float:
    """How dark print is on a prepared image, 0 (black) to 250 (paper), told from the words read surely."""
    dark = [image[y0:y1:2, x0:x1:2] for x0, y0, x1, y1 in _sure_boxes(lines)[:60]]
    pixels = np.concatenate([part[part < _INKED] for part in dark]) if dark else np.empty(0, np.uint8)
    return float(np.percentile(pixels, 30)) if len(pixels) > 500 else _USUAL


def separated(image: Image, ink: float, paler: float) -> Image:
    """The prepared image with paler ink than print (of level `ink`) taken to paper: seals, even when scanned grey.

    `paler`: share of the way from print to paper from which ink is no print.
    """
    span = 250 - ink
    levels = np.interp(np.arange(256), [0, ink + 0.15 * span, ink + paler * span, 255], [0, 40, 250, 255])
    return np.asarray(cv2.LUT(image, levels.astype(np.uint8)), dtype=np.uint8)


def _sure_boxes(lines: tuple[Line, ...]) -> list[Box]:
    return [word.box for line in lines for word in line.words if word.confidence >= 0.85]


def _marks(image: Image, page: Page) -> list[Box]:
    """What may cross text on the prepared image: red seals, and large open shapes of any ink."""
    height, width = image.shape
    quads = move([box_quad(box) for box in page.looks.seals], as_array(page.matrix))
    boxes = [quad_box(quad, width, height) for quad in quads]
    shapes = find_shapes(image)
    for part, area in zip(shapes.parts, shapes.areas, strict=True):
        x0, y0, x1, y1 = whole(part)
        longer, shorter = max(x1 - x0, y1 - y0), min(x1 - x0, y1 - y0)
        if shorter > 0.7 * _BIG and _BIG < longer < _HUGE and area * HALF * HALF < 0.4 * longer * shorter:
            boxes.append((x0, y0, x1, y1))
    return boxes


def _passed_over(sure: list[Box], black: Image, places: list[Box]) -> Iterator[Box]:
    """Boxes of rows of letters of which some lie under no word read surely."""
    letters = letters_of(np.asarray((black < _DARK) * np.uint8(255), dtype=np.uint8))
    high = letters[:, 3]
    letters = letters[(high >= _TALL[0]) & (high <= _TALL[1]) & (letters[:, 2] <= _BIG)]
    near = np.zeros(len(letters), dtype=bool)
    for box in places:
        near |= _within(_middles(letters), box)
    missed = near & (letters[:, 3] >= _LETTER)
    for box in sure:
        missed &= ~_within(_middles(letters), box)
    if not missed.any():
        return
    done: list[Box] = []
    for seed in _rows(letters[missed], black.shape):
        if len(done) < _MOST and not any(shared(seed, other) > 0.5 for other in done):
            band, count = _extended(seed, letters)
            if count >= _FEWEST:
                done.append(band)
                yield band


def _rows(letters: Parts, shape: tuple[int, ...]) -> list[Box]:
    """The boxes of letters that stand beside each other, those of the most letters first."""
    canvas = np.zeros(shape, np.uint8)
    for x, y, wide, tall, _ in letters.tolist():
        canvas[y : y + tall, max(0, x - _GAP) : x + wide + _GAP] = 255
    _, labels, stats, _ = cv2.connectedComponentsWithStats(canvas, connectivity=8)
    middles = _middles(letters)
    counts = np.bincount(labels[middles[:, 1], middles[:, 0]], minlength=len(stats))
    rows = [at for at in range(1, len(stats)) if stats[at][3] <= 1.6 * _TALL[1]]
    boxes = [stats[at].tolist() for at in sorted(rows, key=lambda at: -counts[at])]
    return [(x + _GAP, y, x + wide - _GAP, y + tall) for x, y, wide, tall, _ in boxes]


def _extended(seed: Box, letters: Parts) -> tuple[Box, int]:
    """(the seed with the rest of its line, letters in it)."""
    level = _middles(letters)[:, 1]
    line = letters[(level >= seed[1]) & (level < seed[3])]
    x0, y0, x1, y1 = seed
    count = 0
    for x, y, wide, tall, _ in line[np.argsort(line[:, 0])].tolist():
        if x0 <= x <= x1 + 2 * _GAP:
            x1, y0, y1, count = max(x1, x + wide), min(y0, y), max(y1, y + tall), count + 1
    for x, y, wide, tall, _ in line[np.argsort(-line[:, 0])].tolist():
        if x < x0 and x + wide >= x0 - 2 * _GAP:
            x0, y0, y1, count = x, min(y0, y), max(y1, y + tall), count + 1
    return (x0, y0, x1, y1), count


def _middles(letters: Parts) -> Parts:
    return np.asarray(letters[:, :2] + letters[:, 2:4] // 2, dtype=np.int32)


def _within(middles: Parts, box: Box) -> NDArray[np.bool_]:
    x, y = middles[:, 0], middles[:, 1]
    return np.asarray((x >= box[0]) & (x < box[2]) & (y >= box[1]) & (y < box[3]), dtype=np.bool_)


def _readings(
    image: Image, black: Image, ink: float, bands: list[Box], engine: Engine, dpi: int
) -> Iterator[list[list[Word]]]:
    """For each line its words, read with more ink, with less, and cut out closely: what touched it is no part of it."""
    if not bands:
        return
    wide, near = ([grown(band, by, _ABOVE, _BELOW, image.shape) for band in bands] for by in (_WIDE, _CLOSE))
    both = engine.read(black, Hint(dpi=dpi, boxes=(*wide, *near)))
    paler = engine.read(separated(image, ink, _PALER), Hint(dpi=dpi, boxes=tuple(wide)))
    for first, second, third in zip(both, paler, both[len(bands) :], strict=False):
        yield [list(line.words) for line in (first, second, third)]


def _voted(readings: list[list[Word]]) -> list[Word]:
    """The words of the best reading, each as most of them have it; less sure where they differ."""
    bare = [[word for word in map(_bare, words) if word.text] for words in readings]
    best = max(bare, key=lambda words: sum(len(word.text) * (word.confidence - 0.5) for word in words))
    ballots = [(at, one) for at, words in enumerate(bare) for one in words]
    return [_elected(word, [each for each in ballots if shared(each[1].box, word.box) > 0.6]) for word in best]


def _elected(word: Word, ballots: list[tuple[int, Word]]) -> Word:
    votes: dict[str, float] = {}
    for at, one in ballots:
        weight = (1.0 if at < 2 else 0.5) * (1.0 if _plausible(one) else 0.3)  # the third sees what the first saw
        votes[one.text] = votes.get(one.text, 0.0) + weight * max(0.05, one.confidence - 0.5)
    text = max(votes, key=lambda each: votes[each])
    surest = max((one for _, one in ballots if one.text == text), key=lambda one: one.confidence)
    share = votes[text] / sum(votes.values())
    return replace(surest, box=word.box, quad=word.quad, confidence=surest.confidence * (0.6 + 0.4 * share))


def _bare(word: Word) -> Word:
    """Without what a piece of a ring or of a stroke before or behind it was read as."""
    text = word.text.strip("„-_—–~|`'‘’“”\"ˆ^:*•‹›<>{}[]\\")
    return replace(word, text=text, read=text)


def _plausible(word: Word) -> bool:
    bare = word.text.strip(_SIGNS)
    if not bare or word.confidence < _KEEP:
        return False
    return len(bare) < 2 or not bare.isalpha() or is_syllable(bare) or word.confidence > 0.9


def _merged(lines: tuple[Line, ...], words: list[Word], marks: list[Box]) -> tuple[Line, ...]:
    """The lines with these words, each put in place of what it overlaps, if that is less sure, or into the gap."""
    fresh = []
    for word in words:
        rivals = [old for line in lines for old in line.words if shared(word.box, old.box) > 0.3]
        if any(_stays(old, word, marks) for old in rivals):
            continue
        gone = {id(old) for old in rivals}
        lines = tuple(_without(line, gone) for line in lines)
        fresh.append(word)
    lines = tuple(line for line in lines if line.words)
    return _placed(lines, fresh) if fresh else lines


def _stays(old: Word, word: Word, marks: list[Box]) -> bool:
    """True when the old word is as sure as it need be, no remains of the new one, and no piece of the seal."""
    drawn = old.box[3] - old.box[1] > 2 * (word.box[3] - word.box[1])
    if _torn(old, marks) and _capital(word):
        return old.confidence >= word.confidence and is_syllable(old.text.strip(_SIGNS))
    return old.confidence >= min(_SURE, word.confidence) and not drawn and not _completes(word, old)


def _completes(word: Word, old: Word) -> bool:
    """True when the old word is this one with letters lost that a seal touched: HÓ of PHÓ."""
    new, lost = word.text.strip(_SIGNS), old.text.strip(_SIGNS)
    whole = len(new) > len(lost) and word.confidence > _SURE and new.isalpha() and is_syllable(new)
    return whole and fold(lost) in fold(new)


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
