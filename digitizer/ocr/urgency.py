"""Stamps HỎA TỐC, THƯỢNG KHẨN and KHẨN in a frame or an arrow that lies askew: straightened, read, and taken for what
they are (NĐ 30/2020 Phụ lục I, ô 10b).
"""

import re

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Box, Line, LineRole, Word
from digitizer.ocr.regions import box_quad
from digitizer.text import fold

_MARKS = {"hoa toc": "HỎA TỐC", "thuong khan": "THƯỢNG KHẨN", "khan": "KHẨN"}
_INKED = 200
_INSIDE = 0.16  # of the frame's height on each side that holds the frame itself
_SHORT = 14  # letters that such a stamp has, at most, noise of the frame included


def read_urgent(image: Image, box: Box, engine: Engine) -> Line | None:
    """The stamp in a box of the prepared image, as a line of one word; None when it is none."""
    x0, y0, x1, y1 = box
    cut = image[y0:y1, x0:x1]
    _, labels, stats, _ = cv2.connectedComponentsWithStats((cut < _INKED).astype(np.uint8), connectivity=8)
    if len(stats) < 2:
        return None
    frame = labels == 1 + int(np.argmax(stats[1:, 2] * stats[1:, 3]))
    straight = _straightened(cut, np.argwhere(frame)[:, ::-1].astype(np.float32))
    inner = straight[round(_INSIDE * len(straight)) : round((1 - _INSIDE) * len(straight))]
    if min(inner.shape) < 16:
        return None
    framed = np.asarray(cv2.copyMakeBorder(inner, 12, 12, 12, 12, cv2.BORDER_CONSTANT, value=250), dtype=np.uint8)
    words = [word for line in engine.read(framed, Hint(layout="line")) for word in line.words]
    said = re.sub(r"[^a-z ]", "", fold(" ".join(word.text for word in words)))
    mark = next((mark for key, mark in _MARKS.items() if key in said and len(said) <= _SHORT), None)
    if mark is None:
        return None
    sure = sum(word.confidence for word in words) / len(words)
    word = Word(text=mark, read=" ".join(one.text for one in words), box=box, quad=box_quad(box), confidence=sure)
    return Line(role=LineRole.STAMP, words=(word,), box=box)


def _straightened(cut: Image, points: NDArray[np.float32]) -> Image:
    """What the slanted frame drawn by these points (x, y) holds, its long side level."""
    (x, y), (wide, high), angle = cv2.minAreaRect(points)
    if wide < high:
        wide, high, angle = high, wide, angle - 90 if angle > 0 else angle + 90
    turn = cv2.getRotationMatrix2D((x, y), angle, 1.0)
    turn[:, 2] += np.array([wide / 2 - x, high / 2 - y])
    size = (max(1, round(wide)), max(1, round(high)))
    return np.asarray(cv2.warpAffine(cut, turn, size, flags=cv2.INTER_CUBIC, borderValue=250), dtype=np.uint8)
