"""What it costs to believe that the engine misread the marks of a syllable, and by which mark."""

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"


@lru_cache(maxsize=65536)
def marks(key: str) -> tuple[str, tuple[str, ...]]:
    """(tone, mark of each letter) of a syllable in lower case: `điều` → ("\u0300", ("d", "", "\u0302", "")).

    đ counts as a mark of d.  Two syllables with the same fold have the same number of letters.
    """
    tone, shapes = "", []
    for char in unicodedata.normalize("NFD", key):
        if char in _TONES:
            tone = char
        elif unicodedata.combining(char) and shapes:
            shapes[-1] = char
        else:
            shapes.append("d" if char == "đ" else "")
    return tone, tuple(shapes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Habits of the engine, learned by training/fit.py.

    `tone["true>read"]` and `shape["true>read"]`: nats that a mark read as another costs, given that the word is wrong.
    `other`: nats for a pair never seen.  `doubt`: intercept and slope of the log-odds that a word is wrong in its
    marks, over the log-odds of its confidence.
    """

    tone: dict[str, float]
    shape: dict[str, float]
    other: float
    doubt: tuple[float, float]

    def wrong(self, confidence: float) -> float:
        """Probability, 0–1, that a word of this confidence is wrong in its marks."""
        sure = min(max(confidence, 0.01), 0.995)
        return 1 / (1 + math.exp(-(self.doubt[0] + self.doubt[1] * math.log(sure / (1 - sure)))))

    def misread(self, true: str, read: str) -> float:
        """ln p(read | true, wrong), for two syllables with the same letters; 0 when they are the same."""
        tone, shapes = marks(true)
        read_tone, read_shapes = marks(read)
        cost = 0.0 if tone == read_tone else self.tone.get(f"{tone}>{read_tone}", self.other)
        if len(shapes) != len(read_shapes):
            return -(cost + 2 * self.other)
        for shape, read_shape in zip(shapes, read_shapes, strict=True):
            if shape != read_shape:
                cost += self.shape.get(f"{shape}>{read_shape}", self.other)
        return -cost
