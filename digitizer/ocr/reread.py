"""Lines with doubtful words are read again, by a second model where there is one, and the readings are combined."""

from collections.abc import Sequence
from dataclasses import replace

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Box, Line, Word
from digitizer.ocr.combine import combined, is_left_to_right
from digitizer.ocr.ngrams import Ngrams
from digitizer.ocr.regions import enclosing, grown
from digitizer.text import is_syllable

_DOUBTFUL = 0.72  # a word of lower confidence, or no Vietnamese and below _SURE, is read again
_SURE = 0.92
_POOR = 0.01  # share of doubtful words from which a page is worth the time
_MOST = 0.25  # of the ink of all lines may be read again on one page
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
    chosen = []
    for i in sorted(doubts, key=lambda i: -doubts[i] / len(lines[i].words)):
        left -= _area(lines[i])
        if not doubts[i] or left < 0:
            break
        chosen.append(i)
    if not chosen:
        return lines
    again = engine.read(image, Hint(dpi=dpi, boxes=tuple(_around(lines[i].box, image) for i in chosen), again=True))
    result = list(lines)
    for i, other in zip(chosen, again, strict=True):
        result[i] = _combined(lines[i], other.words, grams)
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


def _around(box: Box, image: Image) -> Box:
    """The box with more paper around it: another cut is another chance."""
    high = box[3] - box[1]
    return grown(box, high // 3, high // 6, high // 6, image.shape)


def _combined(line: Line, again: Sequence[Word], grams: Ngrams) -> Line:
    """The line, its words combined with those of another reading of the same place."""
    inside = tuple(word for word in again if line.box[0] <= (word.box[0] + word.box[2]) / 2 <= line.box[2])
    if not is_left_to_right(inside):
        return line
    words = combined([line.words, inside], grams)
    return replace(line, words=words, box=enclosing([word.box for word in words])) if words else line
