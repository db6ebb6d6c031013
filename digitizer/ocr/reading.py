"""How good a reading is, judged without knowing the truth."""

from dataclasses import dataclass

from digitizer.model import Line
from digitizer.text import is_syllable


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Lines and two opinions of them.

    `quality`, 0–1: of what was read, how much looks right.  `worth`: how many letters that look right there are; the
    better of two readings of one page has more.
    """

    lines: tuple[Line, ...]
    quality: float
    worth: float


def judge(lines: tuple[Line, ...]) -> Reading:
    """The reading with noise dropped and judged by confidence and by the share of Vietnamese syllables."""
    kept = tuple(line for line in lines if not _noise(line))
    words = [word for line in kept for word in line.words]
    letters = sum(len(word.text) for word in words)
    if not letters:
        return Reading(lines=kept, quality=0.0, worth=0.0)
    worth = 0.0
    for word in words:
        bare = word.text.strip(".,;:!?()[]\"'“”‘’-–/…")
        plausible = not bare or not bare.isalpha() or len(bare) < 2 or is_syllable(bare)
        worth += len(word.text) * word.confidence * (1.0 if plausible else 0.5)
    return Reading(lines=kept, quality=worth / letters, worth=worth)


def _noise(line: Line) -> bool:
    """Specks, rules and scrawl that an engine took for text."""
    text = "".join(word.text for word in line.words)
    solid = sum(char.isalnum() for char in text)
    if solid == 0:
        return True
    return line.confidence < 0.30 and solid < 12
