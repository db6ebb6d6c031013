"""How good a reading is, judged without knowing the truth."""

from dataclasses import dataclass

import cv2
import numpy as np

from digitizer.contracts import Image
from digitizer.model import Line
from digitizer.ocr.glance import letters_of
from digitizer.text import is_syllable

_DARK = 165  # at half the size, where thin strokes are paler


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Lines and what to think of them.

    `quality`, 0–1: of what was read, how much looks right.  `sure`, 0–1: what the engine thinks of it.  `worth`: how
    many letters that look right there are; the better of two readings of one page has more.
    """

    lines: tuple[Line, ...]
    quality: float
    worth: float
    sure: float


def coverage(lines: tuple[Line, ...], image: Image) -> float:
    """Share of the letters on a prepared image (dark on even paper) that lie under words read, by area; 1 when none."""
    small = cv2.resize(image, (max(1, image.shape[1] // 2), max(1, image.shape[0] // 2)), interpolation=cv2.INTER_AREA)
    letters = letters_of(np.asarray((small < _DARK) * np.uint8(255), dtype=np.uint8))
    if len(letters) == 0:
        return 1.0
    under = np.zeros(small.shape, np.uint8)
    for x0, y0, x1, y1 in (word.box for line in lines for word in line.words):
        under[max(0, y0 // 2 - 1) : y1 // 2 + 2, max(0, x0 // 2 - 1) : x1 // 2 + 2] = 1
    found = under[letters[:, 1] + letters[:, 3] // 2, letters[:, 0] + letters[:, 2] // 2]
    return float(np.average(found, weights=letters[:, 4]))


def judge(lines: tuple[Line, ...]) -> Reading:
    """The reading with noise dropped and judged by confidence and by the share of Vietnamese syllables."""
    kept = tuple(line for line in lines if not _noise(line))
    words = [word for line in kept for word in line.words]
    letters = sum(char.isalnum() for word in words for char in word.text)
    if not letters:
        return Reading(lines=kept, quality=0.0, worth=0.0, sure=0.0)
    worth = 0.0
    for word in words:
        bare = word.text.strip(".,;:!?()[]\"'“”‘’-–/…")
        plausible = not bare or not bare.isalpha() or len(bare) < 2 or is_syllable(bare)
        worth += sum(map(str.isalnum, word.text)) * word.confidence * (1.0 if plausible else 0.5)
    sure = sum(sum(map(str.isalnum, word.text)) * word.confidence for word in words) / letters
    return Reading(lines=kept, quality=worth / letters, worth=worth, sure=sure)


def _noise(line: Line) -> bool:
    """Specks, rules and scrawl that an engine took for text."""
    text = "".join(word.text for word in line.words)
    solid = sum(char.isalnum() for char in text)
    if solid == 0:
        return True
    return line.confidence < 0.30 and solid < 12
