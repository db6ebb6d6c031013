"""Whether a text layer may stand for the page: it must read as Vietnamese, and lie where the ink is."""

import re

import cv2
import numpy as np

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Box, Line, Page
from digitizer.ocr import filters, glance
from digitizer.text import fold, is_syllable

_SYLLABLES = 0.80  # share of words of letters that must be syllables; Latin names and acronyms stay well below the rest
_MARKED = 0.35  # share of them that must carry marks: Vietnamese prose has about 0.75, foreign OCR of it none
_COVERED = 0.85  # share of the letters on the page that must lie under words of the layer
_STRAYS = 0.05
_STRAY = re.compile("[^\\x21-\\x7eàáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝăĂđĐĩĨũŨơƠưƯ\\u1ea0-\\u1ef9‘’“”–—…°§€•«»×÷½¼¾²³]")


def trusted(layer: tuple[Line, ...], image: Image, page: Page, engine: Engine) -> bool:
    """True when the layer may be used instead of reading the page."""
    if not reads_as_vietnamese(layer):
        return False
    if covered(layer, image) < _COVERED:
        return False
    if converted(layer):  # that it reads so well proves that it is what the fonts draw
        return strays(layer) < _STRAYS
    return agrees(layer, image, page, engine)


def converted(layer: tuple[Line, ...]) -> bool:
    """True when legacy fonts were converted in it."""
    return any(word.read != word.text for line in layer for word in line.words)


def strays(layer: tuple[Line, ...]) -> float:
    """Share of the converted words with letters or signs that Vietnamese has not: decoded by a wrong table."""
    words = [word.text for line in layer for word in line.words if word.read != word.text]
    return sum(_STRAY.search(word) is not None for word in words) / len(words) if words else 0.0


def reads_as_vietnamese(layer: tuple[Line, ...]) -> bool:
    """Most words are syllables, and many carry marks."""
    words = [word.text.strip(".,;:!?()[]\"'“”‘’-–/…") for line in layer for word in line.words]
    words = [word for word in words if len(word) > 1 and word.isalpha()]
    if len(words) < 5:
        return False
    syllables = sum(map(is_syllable, words)) / len(words)
    marked = sum(fold(word) != word.lower() for word in words) / len(words)
    return syllables >= _SYLLABLES and marked >= _MARKED


def covered(layer: tuple[Line, ...], image: Image) -> float:
    """Share of what looks like letters on the image that lies under words of the layer."""
    small, across, down = glance.reduced(image, 1.0)
    letters = glance.find_ink(filters.grey(small)).letters
    if len(letters) == 0:
        return 1.0
    under = np.zeros(small.shape[:2], np.uint8)
    for box in (word.box for line in layer for word in line.words):
        corner = (round(box[0] * across) - 2, round(box[1] * down) - 2)
        cv2.rectangle(under, corner, (round(box[2] * across) + 2, round(box[3] * down) + 2), 1, -1)
    middles_x = letters[:, 0] + letters[:, 2] // 2
    middles_y = letters[:, 1] + letters[:, 3] // 2
    return float(np.mean(under[middles_y, middles_x]))


def agrees(layer: tuple[Line, ...], image: Image, page: Page, engine: Engine) -> bool:
    """True when the engine reads the same words (marks aside) on the layer's longest line as the layer has there.

    A layer of another page, or of an older state of this one, reads well and is wrong.
    """
    line = max(layer, key=lambda each: len(each.text))
    if page.turned or abs(page.skew) > 1:
        return True  # the line can't be cut out upright; what it covers must do
    strip = filters.grey(_cut(image, line.box))
    scale = 40 / max(8, line.box[3] - line.box[1])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = np.asarray(cv2.resize(strip, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)
    read = {fold(word.text) for found in engine.read(sized, Hint(layout="block")) for word in found.words}
    said = {fold(word.text) for word in line.words}
    return len(read & said) >= 0.5 * len(said)


def _cut(image: Image, box: Box) -> Image:
    margin = max(4, (box[3] - box[1]) // 4)
    x0, y0 = max(0, box[0] - margin), max(0, box[1] - margin)
    return np.ascontiguousarray(image[y0 : box[3] + margin, x0 : box[2] + margin])
