"""Mends blanks that the engine lost or saw inside a syllable, only where it is certain."""

from collections import Counter
from dataclasses import replace

from digitizer.model import Box, Line, LineRole, Quad, Word
from digitizer.ocr.ngrams import UNKNOWN, Ngrams
from digitizer.text import canonical, fold

_LONGEST = 7
"""Letters of the longest Vietnamese syllable (nghiêng)."""


def mend(lines: tuple[Line, ...], grams: Ngrams) -> tuple[Line, ...]:
    """The lines with certain joins and splits made; `read` and boxes are joined and split alike.

    A word without blank that stands on the page twice was printed so (`rơmoóc`), and is left.
    """
    seen = Counter(_core(word.text).lower() for line in lines for word in line.words)
    once = {text for text, count in seen.items() if count == 1}
    return tuple(
        line if line.role is LineRole.HANDWRITING else replace(line, words=_mended(line.words, grams, once))
        for line in lines
    )


def _mended(words: tuple[Word, ...], grams: Ngrams, once: set[str]) -> tuple[Word, ...]:
    out: list[Word] = []
    for word in words:
        if out and _one_syllable(out[-1], word, grams):
            out[-1] = _joined(out[-1], word)
        else:
            out.append(word)
    return tuple(part for word in out for part in _split(word, grams, once))


def _core(text: str) -> str:
    return text.rstrip(".,;:)")


def _plain(text: str) -> bool:
    """Letters of running text only: no digit, no mark of punctuation, not all in capitals."""
    return text.isalpha() and not (text.isupper() and len(text) > 1)


def _known(text: str, grams: Ngrams) -> bool:
    return canonical(text) in grams.ids


def _one_syllable(left: Word, right: Word, grams: Ngrams) -> bool:
    """True when two words are no syllables on their own and together one, and stand close."""
    core = _core(right.text)
    if not (_plain(left.text) and core and _plain(core) and core.islower()):
        return False
    if len(left.text) + len(core) > _LONGEST or _known(core, grams) or fold(core) in grams.by_fold:
        return False
    gap = right.box[0] - left.box[2]
    height = max(left.box[3] - left.box[1], 1)
    return gap * 3 < height and _known(left.text + core, grams) and not _known(left.text, grams)


def _joined(left: Word, right: Word) -> Word:
    box = _around(left.box, right.box)
    quad: Quad = (*left.quad[:2], *right.quad[2:6], *left.quad[6:])
    return Word(
        text=left.text + right.text,
        read=f"{left.read} {right.read}",
        box=box,
        quad=quad,
        confidence=min(left.confidence, right.confidence),
    )


def _around(a: Box, b: Box) -> Box:
    return (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))


def _split(word: Word, grams: Ngrams, once: set[str]) -> tuple[Word, ...]:
    """The word as two, when it is no syllable, and exactly two that often follow each other."""
    core = _core(word.text)
    if (
        len(core) < 4
        or not _plain(core)
        or core.lower() not in once
        or fold(canonical(core)) in grams.by_fold
        or core.isascii()
    ):
        return (word,)
    best, at = -7.0, 0
    for i in range(1, len(core)):
        left, right = grams.ids.get(canonical(core[:i]), UNKNOWN), grams.ids.get(canonical(core[i:]), UNKNOWN)
        row = -1 if UNKNOWN in (left, right) else grams.row(left, right)
        score = grams.two(left, right)
        if row >= 0 and score > best:
            best, at = score, i
    return _cut(word, at) if at else (word,)


def _cut(word: Word, at: int) -> tuple[Word, ...]:
    """Two words, the box cut where the letters say."""
    x0, y0, x1, y1 = word.box
    share = at / len(word.text)
    x = round(x0 + (x1 - x0) * share)
    q = word.quad
    top = (q[0] + (q[2] - q[0]) * share, q[1] + (q[3] - q[1]) * share)
    low = (q[6] + (q[4] - q[6]) * share, q[7] + (q[5] - q[7]) * share)
    start, end = (*q[:2], *top, *low, *q[6:]), (*top, *q[2:6], *low)
    left = replace(word, text=word.text[:at], read=word.read[:at], box=(x0, y0, x, y1), quad=start)
    right = replace(word, text=word.text[at:], read=word.read[at:], box=(x, y0, x1, y1), quad=end)
    return (left, right)
