"""Numbers and dates filled in by hand: told from the print of their own line, and said to be so, not guessed.

The number before the `/` of `Số: …/QĐ-UBND`, day and month between `ngày`, `tháng` and `năm` (NĐ 30/2020, ô 3 and 4)
are where offices write by hand.  What is printed there is as high and stands on the same line as what follows; what a
hand wrote does not, or is blue on a black paper.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitizer.contracts import Image
from digitizer.model import Box, Line, Page, Word
from digitizer.ocr.regions import as_array, box_quad, enclosing, move, quad_box
from digitizer.text import fold

_NUMBER = re.compile(r"so\b")
_DATE = ("ngay", "thang", "nam")
_TOP = 0.45  # of the page: where number and date stand
_FIGURES = 4  # signs that a day or month has, at most, however it was read
_DARK = 150
_FIGURE = (12, 70)  # heights of figures on a prepared image
_WHOLE = 0.8  # of the highest: what is lower is a piece of a figure
_HIGHER, _FARTHER = 0.13, 0.12  # of the printed height: print differs by 0.08 and 0.06 at most (12 real letters)
_MUCH_HIGHER = 0.16
_UNSURE = 0.6  # a word read with less bears witness too
_BLUE = 25  # levels of blue over red that ink has and toner has not
_AT_MOST = 0.5  # how sure one may be of a word that was written by hand

Slot = tuple[tuple[int, ...], Box, Box]
"""Which words of a line, where their ink is, and where print of the same line is to compare it with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """Middle and greatest height of the figures in a box, and the row on which they stand."""

    height: float
    highest: float
    bottom: float


def with_hands(lines: tuple[Line, ...], prepared: Image, image: Image, page: Page) -> tuple[Line, ...]:
    """The lines of a prepared image; words of numbers and dates written by hand are marked, and less sure.

    `image`: the page as delivered, asked for the colour of the ink.
    """
    return tuple(
        _marked(line, prepared, image, page) if line.box[3] < _TOP * prepared.shape[0] else line for line in lines
    )


def held_down(line: Line) -> Line:
    """The line with no word written by hand surer than such words may be."""
    if not any(word.handwritten for word in line.words):
        return line
    words = (replace(w, confidence=min(w.confidence, _AT_MOST)) if w.handwritten else w for w in line.words)
    return replace(line, words=tuple(words))


def _marked(line: Line, prepared: Image, image: Image, page: Page) -> Line:
    slots = list(_slots(line))
    if not slots:
        return line
    by_hand = {at for at, slot in enumerate(slots) if _by_hand(line, slot, prepared, image, page)}
    if by_hand:  # who wrote the day by hand wrote the month too, unless it reads like print
        by_hand |= {at for at, (words, _, _) in enumerate(slots) if _least(line, words) < _UNSURE}
    written = {word for at in by_hand for word in slots[at][0]}
    words = (replace(word, handwritten=True) if at in written else word for at, word in enumerate(line.words))
    return held_down(replace(line, words=tuple(words)))


def _slots(line: Line) -> Iterator[Slot]:
    """The places of a line that are filled in."""
    names = [fold(word.text).strip(".,:") for word in line.words]
    slash = next((at for at, word in enumerate(line.words) if "/" in word.text), None)
    if slash is not None and names and _NUMBER.match(names[0]):
        before, after = _halves(line.words[slash])
        words = tuple(range(1, slash + 1)) if line.words[slash].text.index("/") else tuple(range(1, slash))
        rest = [after, *(word.box for word in line.words[slash + 1 :])]
        mine = [word.box for word in line.words[1:slash]] + ([before] if words and words[-1] == slash else [])
        if mine:
            yield words, enclosing(mine), enclosing(rest)
        return
    if not all(name in names for name in _DATE):
        return
    day, month, year = (names.index(name) for name in _DATE)
    if not day < month < year < len(names) - 1:
        return
    printed = line.words[year + 1].box
    if not any(map(str.isdigit, line.words[year + 1].text)):
        return
    for start, end in ((day, month), (month, year)):
        before, after = line.words[start].box, line.words[end].box
        box = (before[2] + 2, min(before[1], after[1]), after[0] - 2, max(before[3], after[3]))
        words = tuple(range(start + 1, end))
        if sum(len(line.words[at].text) for at in words) <= _FIGURES:
            yield words, box, printed


def _halves(word: Word) -> tuple[Box, Box]:
    """The boxes of what stands before and behind the slash, by the count of letters."""
    x0, y0, x1, y1 = word.box
    wide = (x1 - x0) / len(word.text)
    slash = word.text.index("/")
    return (x0, y0, round(x0 + wide * slash), y1), (round(x0 + wide * (slash + 1)), y0, x1, y1)


def _by_hand(line: Line, slot: Slot, prepared: Image, image: Image, page: Page) -> bool:
    words, box, printed = slot
    mine, other = _figures(prepared, box), _figures(prepared, printed)
    if mine is None or other is None:
        return False
    if image.ndim == 3 and _blueness(image, box, page) > _BLUE + _blueness(image, printed, page):
        return True
    higher = mine.highest / other.height - 1
    farther = abs(mine.bottom - other.bottom) / other.height
    witnesses = (higher > _HIGHER) + (farther > _FARTHER) + (_least(line, words) < _UNSURE)
    return higher > _MUCH_HIGHER or witnesses >= 2


def _least(line: Line, words: tuple[int, ...]) -> float:
    return min((line.words[at].confidence for at in words), default=0.0)


def _figures(prepared: Image, box: Box) -> _Figures | None:
    top = max(0, box[1] - 6)
    cut = (prepared[top : box[3] + 6, max(0, box[0]) : box[2]] < _DARK).astype(np.uint8)
    if not cut.size:
        return None
    parts = cv2.connectedComponentsWithStats(cut, connectivity=8)[2][1:]
    parts = parts[(parts[:, 3] >= _FIGURE[0]) & (parts[:, 3] <= _FIGURE[1])]
    if not len(parts):
        return None
    whole = parts[parts[:, 3] >= _WHOLE * parts[:, 3].max()]
    parts = whole if len(whole) > 1 else parts  # a Q or g alone is higher than the rest
    high, bottoms = parts[:, 3], parts[:, 1] + parts[:, 3] + top
    return _Figures(height=float(np.median(high)), highest=float(high.max()), bottom=float(np.median(bottoms)))


def _blueness(image: Image, box: Box, page: Page) -> float:
    """Levels of blue over red of the ink in a box of the prepared image, over those of the paper."""
    quad = move([box_quad(box)], np.linalg.inv(as_array(page.matrix)))[0]
    x0, y0, x1, y1 = quad_box(quad, page.width, page.height)
    cut = image[y0:y1, x0:x1].reshape(-1, 3).astype(np.int16)
    if len(cut) < 50:
        return 0.0
    grey = cut.sum(axis=1)
    ink = cut[grey <= np.percentile(grey, 10)]
    paper = cut[grey >= np.percentile(grey, 60)]
    return float(np.mean(ink[:, 2] - ink[:, 0]) - np.mean(paper[:, 2] - paper[:, 0]))
