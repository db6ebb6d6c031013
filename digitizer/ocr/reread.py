"""Lines with doubtful words are read again, each alone and somewhat larger, and the readings are combined."""

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Box, Line, Word
from digitizer.ocr.combine import combined, is_left_to_right
from digitizer.ocr.ngrams import Ngrams
from digitizer.ocr.regions import box_quad, enclosing
from digitizer.text import is_syllable

_DOUBTFUL = 0.70  # a word of lower confidence, or no Vietnamese and below _SURE, is read again
_SURE = 0.90
_POOR = 0.01  # share of doubtful words from which a page is worth the time
_MOST = 0.4  # of the ink of all lines may be read again on one page
_SCALE = 1.4
_EDGE = 10  # pixels of paper around a line; Tesseract loses what touches the edge of its image
_SIGNS = ".,;:!?()[]\"'“”‘’-–/…"


def read_again(lines: tuple[Line, ...], image: Image, engine: Engine, grams: Ngrams, dpi: int) -> tuple[Line, ...]:
    """The lines of a prepared image (grey, dark on even paper), the most doubtful ones combined of two readings.

    A page with few doubtful words comes back as it is; `dpi` of the image.
    """
    doubts = {i: _doubt(line) for i, line in enumerate(lines)}
    words = sum(len(line.words) for line in lines)
    if not words or sum(doubts.values()) < _POOR * words:
        return lines
    left = _MOST * sum(_area(line) for line in lines)
    result = list(lines)
    for i in sorted(doubts, key=lambda i: -doubts[i] / len(lines[i].words)):
        left -= _area(lines[i])
        if not doubts[i] or left < 0:
            break
        result[i] = _again(lines[i], image, engine, grams, dpi)
    return tuple(result)


def _doubt(line: Line) -> int:
    """How many of its words are doubtful."""
    return sum(_doubtful(word) for word in line.words) if is_left_to_right(line.words) else 0


def _doubtful(word: Word) -> bool:
    bare = word.text.strip(_SIGNS)
    strange = bare.isalpha() and len(bare) > 1 and not is_syllable(bare)
    return word.confidence < (_SURE if strange else _DOUBTFUL)


def _area(line: Line) -> int:
    return (line.box[2] - line.box[0]) * (line.box[3] - line.box[1])


def _again(line: Line, image: Image, engine: Engine, grams: Ngrams, dpi: int) -> Line:
    x0, y0, x1, y1 = line.box
    high = y1 - y0
    left, top = max(0, x0 - high // 3), max(0, y0 - high // 6)
    cut = image[top : y1 + high // 6, left : x1 + high // 3]
    large = cv2.resize(cut, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(large, _EDGE, _EDGE, _EDGE, _EDGE, cv2.BORDER_CONSTANT, value=250)
    found = engine.read(np.asarray(framed, dtype=np.uint8), Hint(dpi=round(dpi * _SCALE), layout="line"))
    again = tuple(_placed(word, left, top) for one in found for word in one.words)
    if not is_left_to_right(again):
        return line
    words = combined([line.words, _inside(again, line.box)], grams)
    return replace(line, words=words, box=enclosing([word.box for word in words])) if words else line


def _inside(words: Iterable[Word], box: Box) -> tuple[Word, ...]:
    return tuple(word for word in words if box[0] <= (word.box[0] + word.box[2]) / 2 <= box[2])


def _placed(word: Word, left: int, top: int) -> Word:
    """The word in pixels of the image that the line was cut out of."""
    x0, y0, x1, y1 = (round((value - _EDGE) / _SCALE) for value in word.box)
    box = (max(0, x0 + left), max(0, y0 + top), max(0, x1 + left), max(0, y1 + top))
    return replace(word, box=box, quad=box_quad(box))
