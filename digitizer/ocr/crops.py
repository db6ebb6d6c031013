"""Lines of known place, for engines that read an image at a time."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from digitizer.contracts import Hint, Image
from digitizer.model import Line, Word
from digitizer.ocr.regions import box_quad

_EDGE = 10  # pixels of paper around a line; Tesseract loses what touches the edge of its image


def read_boxes(read: Callable[[Image, Hint], tuple[Line, ...]], image: Image, hint: Hint) -> tuple[Line, ...]:
    """One Line for each of `hint.boxes`: cut out, framed with paper and read alone."""
    lines = []
    for box in hint.boxes:
        left, top = max(0, box[0]), max(0, box[1])
        cut = image[top : box[3], left : box[2]]
        framed = cv2.copyMakeBorder(cut, _EDGE, _EDGE, _EDGE, _EDGE, cv2.BORDER_CONSTANT, value=(250, 250, 250))
        found = read(np.asarray(framed, dtype=np.uint8), Hint(dpi=hint.dpi, layout="line"))
        words = tuple(_moved(word, left - _EDGE, top - _EDGE) for line in found for word in line.words)
        lines.append(Line(words=words, box=box))
    return tuple(lines)


def _moved(word: Word, right: int, down: int) -> Word:
    """The word so many pixels to the right and down, but not beyond the image's left and upper edge."""
    x0, y0, x1, y1 = word.box
    box = (max(0, x0 + right), max(0, y0 + down), max(1, x1 + right), max(1, y1 + down))
    return replace(word, box=box, quad=box_quad(box))
