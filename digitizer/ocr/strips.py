"""From boxes of words on a page to images of lines for the network, and from its letters back to words with boxes.

Layout analysis tells where words stand; what stands close together on one line is read as one strip.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from digitizer.contracts import Image
from digitizer.model import Box, Line, Word
from digitizer.ocr.network import POOL, Floats, Network
from digitizer.ocr.regions import box_quad, enclosing, grown
from digitizer.text import fold

_RULE = 0.4  # share of a row that is ink, from which it is a ruling
_GAP = 1.2  # between words of one strip, in heights of the higher one
_HIGHEST = 160  # pixels of a word on a prepared image (x-height 17)
_TALL = 1.8  # times the usual height of a line's words: no word of it
_ABOVE, _BELOW = (8, 0.18), (4, 0.1)  # pixels, or share of its height, in which ink may belong to a line
_PAD = 4  # pixels of paper around a strip, as the network was trained
_SHARP = 0.4  # Tesseract scales lines by Leptonica, which sharpens them so
_REACH = 30  # columns that a letter's ink may lie off the step that tells it, at most
_LEAST = 6  # pixels of a box, both ways, in which a letter may stand
_PAPER = 250
_NEARER, _FAINT = 0.5, 160  # of the way from ink to paper; no ink is paler
_BLANK = 0.5  # probability from which a step is blank
_LEGIBLE = 0.7  # share of a strip's letters in words that are no noise, from which it is a line of text
_DOUBTED = 3  # letters of a word in a line of text that is kept though it looks like noise: a digit written by hand
_SPECKS, _CERTAIN = ".,:;'’", 0.99
_STROKES = frozenset("_⁄|~ˆ^`‹›«»¬¡¿ƒ\\")
_SCALE = 7 / 20  # of ln probability to what Tesseract calls confidence: thresholds elsewhere are in its terms
_WIDEST = 48_000  # columns read at once, so that memory stays small


@dataclass(frozen=True, slots=True)
class Strip:
    """An `image` of a part of a line, as high as the network wants; it lies at `left`, `top`, enlarged by `scale`."""

    image: Image
    left: int
    top: int
    scale: float


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter read: the steps of the network at which it stands, and its probability."""

    text: str
    first: int
    last: int
    sure: float


def read_lines(grey: Image, lines: Sequence[Sequence[Box]], network: Network) -> list[Line]:
    """The lines with what the network reads in them; `lines` are boxes of words.  Lines without text are left out."""
    strips = [
        (number, cut(grey, with_paper(grey, _band(part)), network.height))
        for number, boxes in enumerate(lines)
        for part in close(boxes)
    ]
    rows = [sorted(words, key=lambda word: word.box[0]) for words in _read(strips, len(lines), network)]
    return [Line(words=tuple(words), box=enclosing([word.box for word in words])) for words in rows if words]


def read_each(grey: Image, boxes: Sequence[Box], network: Network) -> list[Line]:
    """One Line for each box, without words where nothing is read."""
    strips = [(number, cut(grey, box, network.height)) for number, box in enumerate(boxes)]
    read = _read(strips, len(boxes), network)
    return [Line(words=tuple(words), box=box) for words, box in zip(read, boxes, strict=True)]


def _read(strips: list[tuple[int, Strip]], lines: int, network: Network) -> list[list[Word]]:
    """The words of each line, whose strips bear its number."""
    found: list[list[Word]] = [[] for _ in range(lines)]
    for group in _groups(strips):
        for (number, strip), read in zip(group, network.read([strip.image for _, strip in group]), strict=True):
            found[number].extend(words_of(letters_of(read, network), read.max(axis=1), strip))
    return found


def _groups(strips: list[tuple[int, Strip]]) -> list[list[tuple[int, Strip]]]:
    groups: list[list[tuple[int, Strip]]] = []
    width = _WIDEST
    for one in strips:
        width += one[1].image.shape[1]
        if width > _WIDEST:
            groups.append([])
            width = one[1].image.shape[1]
        groups[-1].append(one)
    return groups


def close(boxes: Sequence[Box]) -> list[list[Box]]:
    """The words of a line in runs without wide gaps, left to right; seals and drawings taken for words are left out."""
    ordered = sorted(box for box in boxes if box[3] - box[1] <= _HIGHEST)
    if not ordered:
        return []
    runs = [ordered[:1]]
    for before, box in pairwise(ordered):
        high = max(box[3] - box[1], before[3] - before[1])
        if box[0] - before[2] > _GAP * high:
            runs.append([])
        runs[-1].append(box)
    return runs


def _band(boxes: Sequence[Box]) -> Box:
    """The box around the words; what is far higher than most (ink of a seal or signature) has no say in its height."""
    usual = sorted(box[3] - box[1] for box in boxes)[len(boxes) // 2]
    fitting = [box for box in boxes if box[3] - box[1] <= _TALL * usual]
    x0, _, x1, _ = enclosing(boxes)
    _, y0, _, y1 = enclosing(fitting)
    return (x0, y0, x1, y1)


def with_paper(grey: Image, box: Box) -> Box:
    """The box with some paper around it, and as much above and below as ink there may belong to it: marks of letters.

    Layout analysis leaves marks out of the boxes of words, mostly above; but more paper makes the letters smaller.
    """
    x0, y0, x1, y1 = box
    above, below = (max(least, round(share * (y1 - y0))) for least, share in (_ABOVE, _BELOW))
    top = max(0, y0 - above)
    inside = grey[top : y1 + below, x0:x1]
    ink = inside < ink_level(inside)
    inked = top + np.flatnonzero(ink.any(axis=1) & (ink.mean(axis=1) < _RULE))
    if len(inked):
        y0, y1 = min(y0, int(inked[0])), max(y1, int(inked[-1]) + 1)
    return grown((x0, y0, x1, y1), _PAD, _PAD, _PAD, grey.shape)


def ink_level(part: Image) -> float:
    """Below it is ink: a little nearer to the paper (made 250) than to the darkest of a sample of the pixels."""
    darkest = float(part[::2, ::2].min(initial=_PAPER))
    return min(_FAINT, darkest + _NEARER * (_PAPER - darkest))


def cut(grey: Image, box: Box, height: int) -> Strip:
    """The strip of a page that lies in the box, scaled to that height as Tesseract does it.

    It begins and ends with ink: beside wide paper the network takes the blanks between words for nothing.
    """
    left, top = max(0, box[0]), max(0, box[1])
    inside = grey[top : box[3], left : box[2]]
    if min(inside.shape) < _LEAST:
        return Strip(np.full((height, POOL), _PAPER, np.uint8), left, top, 1.0)
    inked = np.flatnonzero((inside < ink_level(inside)).any(axis=0))
    right = min(box[2], left + int(inked[-1]) + 1 + _PAD) if len(inked) else box[2]
    left = max(left, left + int(inked[0]) - _PAD) if len(inked) else left
    part = grey[top : box[3], left:right]
    scale = height / part.shape[0]
    size = (max(POOL, round(part.shape[1] * scale)), height)
    image = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 0.7 else cv2.INTER_LINEAR))
    if scale < 1.4:
        image = cv2.addWeighted(image, 1 + _SHARP, cv2.blur(image, (5, 5)), -_SHARP, 0)
    return Strip(np.asarray(image, dtype=np.uint8), left, top, scale)


def letters_of(read: Floats, network: Network) -> list[Letter]:
    """The letters of the likeliest path (connectionist temporal classification: repeats and blanks fall away).

    Where marks are in doubt the letters that differ in them share the probability, and each may have less than the
    blank: a step counts as blank only when it is likelier than all letters together.
    """
    blank = read[:, network.null]
    letters = read.copy()
    letters[:, network.null] = 0
    best = np.where(blank > _BLANK, network.null, letters.argmax(axis=1))
    turns = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(turns[1:], len(best))
    found: list[Letter] = []
    for first, end, code in zip(turns.tolist(), ends.tolist(), best[turns].tolist(), strict=True):
        text = network.letters[code]
        if code == network.null or not text:
            continue
        letter = Letter(text, first, end - 1, float(read[first:end, code].max()))
        if found and found[-1].last == first - 1 and _shape(found[-1].text) == _shape(text):  # one letter, in doubt
            letter = replace(max(found.pop(), letter, key=lambda one: one.sure), last=end - 1)
        found.append(letter)
    return found


def _shape(text: str) -> str:
    """What letters share that the network tells apart badly: those of other marks, and `8` and `§`."""
    return fold(text).replace("§", "8")


def words_of(letters: Sequence[Letter], likeliest: Floats, strip: Strip) -> list[Word]:
    """The words with boxes in pixels of the page, in NFC; as sure as their least sure letter.  Noise is left out.

    `likeliest`: for every step the highest probability of any letter.
    """
    runs = _runs(letters)
    noise = [_is_noise(run, likeliest) for run in runs]
    legible = sum(len(run) for run, bad in zip(runs, noise, strict=True) if not bad) > _LEGIBLE * len(letters)
    middles = [(before[-1].last + after[0].first + 1) / 2 * POOL for before, after in pairwise(runs)]
    edges = [0, *map(round, middles), strip.image.shape[1]]
    ink = strip.image < ink_level(strip.image)
    words = []
    for run, bad, left, right in zip(runs, noise, edges, edges[1:], strict=False):
        if bad and not (legible and len(run) <= _DOUBTED):
            continue
        text = unicodedata.normalize("NFC", "".join(letter.text for letter in run))
        near = max(left, run[0].first * POOL - _REACH), min(right, (run[-1].last + 1) * POOL + _REACH)
        box = _placed(_ink_box(ink, *near), strip)
        sure = min(letter.sure for letter in run)
        confidence = min(1.0, 1 + _SCALE * math.log(max(sure, 1e-6)))
        words.append(Word(text=text, read=text, box=box, quad=box_quad(box), confidence=confidence))
    return words


def _runs(letters: Sequence[Letter]) -> list[list[Letter]]:
    """The letters of each word, without what dirt, dotted lines and rulings are read as at its ends."""
    runs: list[list[Letter]] = [[]]
    for letter in letters:
        if letter.text == " ":
            runs.append([])
        else:
            runs[-1].append(letter)
    for run in runs:
        while run and run[-1].text in _STROKES:
            run.pop()
        while run and (run[0].text in _STROKES or _is_speck(run)):
            run.pop(0)
    return [run for run in runs if run]


def _is_speck(run: Sequence[Letter]) -> bool:
    """Dirt before a word, read as a sign that none begins with."""
    return len(run) > 1 and run[0].text in _SPECKS and run[0].sure < _CERTAIN and run[1].text not in _SPECKS


def _is_noise(run: Sequence[Letter], likeliest: Floats) -> bool:
    """Strokes that are no letters.

    Measured on samples/: of 12,578 words read right none has a letter, or letters or steps in the mean, below these
    bounds, or letters so wide; of what was read where no word stands four of five do.
    """
    first, last = run[0].first, run[-1].last
    sures = [letter.sure for letter in run]
    steps = float(likeliest[first : last + 1].mean())
    return min(sures) < 0.2 or sum(sures) / len(run) < 0.55 or steps < 0.68 or (last - first + 1) / len(run) > 9


def _ink_box(ink: np.ndarray, left: int, right: int) -> Box:
    """The smallest box of the ink between two columns; all of it where there is none."""
    part = ink[:, left:right]
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    if not len(columns):
        return (left, 0, max(left + 1, right), ink.shape[0])
    return (left + int(columns[0]), int(rows[0]), left + int(columns[-1]) + 1, int(rows[-1]) + 1)


def _placed(box: Box, strip: Strip) -> Box:
    x0, y0, x1, y1 = (value / strip.scale for value in box)
    return (
        strip.left + math.floor(x0),
        strip.top + math.floor(y0),
        strip.left + max(math.floor(x0) + 1, math.ceil(x1)),
        strip.top + max(math.floor(y0) + 1, math.ceil(y1)),
    )
