"""Figures are read a second time: no word is there to tell a misread one by, and the engine is sure of most of them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Line, Word
from digitizer.ocr.regions import grown

_MOST = 40  # words on one page
_PAPER = 3  # pixels around a word, and a sixth of its height beside it
_FIGURE = re.compile(r"\d")
_CLEAN = re.compile(r"\d{5,}|\d{1,4}(?:[/.-]\d{1,4}){0,2}")
_STROKES = re.compile(r"[\d/Il|!\[\]§$]+")
"""What figures are read as among others: strokes for a 1, signs for an 8."""
_NUMBERED = re.compile(r"\[\d{1,3}\]")  # `[05]`, before a line of a form
_SIGNS = ".,:;"


def figures_again(lines: Sequence[Line], image: Image, engine: Engine, dpi: int) -> tuple[Line, ...]:
    """The lines of a prepared image, their figures held against a second reading, by another model where there is one.

    A word that mixes figures and strokes (`28/754264`, `07108/1997`) gives way to one that doesn't.  Where as many
    figures are read, but others, `Word.other` says so.  Of 1,115 values whose figures were read right that is said of
    8, and of 6 of the 7 that were surely wrong (stacks of docs/papers.md).  `dpi` of the image.
    """
    places = ((i, k) for i, line in enumerate(lines) for k, word in enumerate(line.words) if _FIGURE.search(word.text))
    chosen = list(islice(places, _MOST))
    if not chosen:
        return tuple(lines)
    boxes = tuple(_around(lines[i].words[k], image) for i, k in chosen)
    again = engine.read(image, Hint(dpi=dpi, boxes=boxes, again=True))
    words = [list(line.words) for line in lines]
    for (i, k), line in zip(chosen, again, strict=True):
        words[i][k] = _held(words[i][k], line)
    return tuple(replace(line, words=tuple(row)) for line, row in zip(lines, words, strict=True))


def _around(word: Word, image: Image) -> tuple[int, int, int, int]:
    beside = max(_PAPER, (word.box[3] - word.box[1]) // 6)
    return grown(word.box, beside, _PAPER, _PAPER, image.shape)


def _held(word: Word, again: Line) -> Word:
    """The word, held against what was read there now."""
    said = again.text
    if _is_clearer(said, word.text):
        return replace(word, text=said, confidence=min(other.confidence for other in again.words))
    first, second = (_FIGURE.findall(text) for text in (word.text, said))
    return replace(word, other=said) if len(first) == len(second) and first != second else word


def _is_clearer(said: str, text: str) -> bool:
    """Clean figures for a mixture of as many signs, whose figures they hold in their order; a 1 may be a stroke."""
    said, text = said.strip(_SIGNS), text.strip(_SIGNS)
    mixed = _STROKES.fullmatch(text) and not _CLEAN.fullmatch(text) and not _NUMBERED.fullmatch(text)
    if not mixed or not _CLEAN.fullmatch(said) or len(said) > len(text):
        return False
    rest = iter(said)
    return all(figure in rest for figure in _FIGURE.findall(text.replace("§", "8")) if figure != "1")
