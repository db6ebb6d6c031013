"""Words into the cells of tables: each line of a table stands in one cell, and cells are read row by row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, groupby
from statistics import median
from typing import Protocol, TypeAlias

import cv2
import numpy as np

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Box, Cell, Line, Table, Word
from digitizer.ocr.regions import box_quad, centred_in, enclosing, shared
from digitizer.ocr.tables import Grid

_MOST = 40  # cells read alone on one page
_DOUBTFUL = 0.6  # a cell with a word read with less is read again
_SURE = 0.9  # a word read with more was not torn by the ruling that it goes over
_SAME = 0.4  # of the smaller of two words, shared by both, that makes them the same ink
_BETTER = 1.1  # times the worth that another reading must have
_BARE = 0.15  # of a cell's letters that may lie under no word
_RULING = 6  # pixels inside a cell's box that may still be its ruling
_FRAME = 10  # pixels of paper around a cell: Tesseract loses what touches the edge of its image
_RULES = "|¦_ˆ`~"  # what rulings are read as, beside words or alone
_SCALE = 1.4
_DARK = 150
_FIGURE, _LETTER = 12, 60  # height of a figure, at least; sides of a letter, at most
_ROW = 75  # height of a cell, up to which it holds one line

At: TypeAlias = tuple[int, int]
"""Which grid, and which of its places."""


class Complete(Protocol):
    """Gives the lines of a cell, told its box and those read; `torn`: one of the words there went over its ruling."""

    def __call__(self, box: Box, lines: list[Line], *, torn: bool) -> list[Line]: ...


def as_read(box: Box, lines: list[Line], *, torn: bool) -> list[Line]:  # noqa: ARG001 - the shape of Complete
    """What was read there, and no more."""
    return lines


def in_cells(
    lines: Sequence[Line], grids: Sequence[Grid], complete: Complete = as_read
) -> tuple[tuple[Line, ...], tuple[Table, ...]]:
    """(the lines, those in tables cut at their cells and in the order of these; the tables, whose cells name them).

    A table stands where its first line stood; boxes in pixels of the prepared image, as given.
    """
    parts = [part for line in lines for part in _cut(line, grids)]
    unsure = (word for line in lines for word in line.words if word.confidence < _SURE)
    torn = {at for word in unsure for at in _across(word.box, grids)}
    inside: dict[At, list[Line]] = {}
    for at, line in parts:
        if at is not None:
            inside.setdefault(at, []).append(line)
    ordered: list[Line] = []
    tables: dict[int, Table] = {}
    for at, line in parts:
        if at is None:
            ordered.append(line)
        elif at[0] not in tables:
            grid = grids[at[0]]
            cells = ((place.box, (at[0], n)) for n, place in enumerate(grid.places))
            found = [complete(box, inside.get(cell, []), torn=cell in torn) for box, cell in cells]
            tables[at[0]] = _table(grid, found, ordered)
    return tuple(ordered), tuple(tables[number] for number in sorted(tables))


def _cut(line: Line, grids: Sequence[Grid]) -> Iterator[tuple[At | None, Line]]:
    """The line in pieces: what stands in one cell together, in the order given."""
    for at, words in groupby(line.words, key=lambda word: _where(word.box, grids)):
        part = tuple(words)
        if at is not None:
            part = tuple(_bare(part))
        if part:
            yield at, replace(line, words=part, box=enclosing([word.box for word in part]))


def _bare(words: Iterable[Word]) -> Iterator[Word]:
    """The words of a cell without its rulings, which were read as signs."""
    for word in words:
        text = word.text.strip(_RULES)
        if text:
            yield word if text == word.text else replace(word, text=text)


def _where(box: Box, grids: Sequence[Grid]) -> At | None:
    for number, grid in enumerate(grids):
        if centred_in(box, grid.box):
            for at, place in enumerate(grid.places):
                if centred_in(box, place.box):
                    return number, at
    return None


def _across(box: Box, grids: Sequence[Grid]) -> list[At]:
    """The cells that a word reaches into, when they are more than one."""
    at = _where(box, grids)
    if at is None:
        return []
    grid = grids[at[0]]
    own = grid.places[at[1]].box
    if box[0] > own[0] - _RULING and box[2] < own[2] + _RULING:
        return []
    y = (box[1] + box[3]) // 2
    level = [(n, place.box) for n, place in enumerate(grid.places) if place.box[1] <= y < place.box[3]]
    return [(at[0], n) for n, other in level if min(box[2], other[2]) - max(box[0], other[0]) > _RULING]


def _table(grid: Grid, found: list[list[Line]], ordered: list[Line]) -> Table:
    """The table; the lines found in its places are put at the end of `ordered`."""
    cells = []
    for place, lines in zip(grid.places, found, strict=True):
        written = _levels(lines)
        span = tuple(range(len(ordered), len(ordered) + len(written)))
        ordered += written
        cells.append(
            Cell(row=place.row, column=place.column, rows=place.rows, columns=place.columns, box=place.box, lines=span)
        )
    return Table(box=grid.box, rows=grid.rows, columns=grid.columns, cells=tuple(cells))


def _levels(parts: list[Line]) -> list[Line]:
    """The lines of one cell from top to bottom, pieces on one level joined."""
    lines: list[Line] = []
    for part in sorted(parts, key=_level):
        if lines and _level(part) - _level(lines[-1]) < 0.5 * min(_height(part), _height(lines[-1])):
            words = tuple(sorted((*lines[-1].words, *part.words), key=lambda word: word.box[0]))
            lines[-1] = replace(part, words=words, box=enclosing([word.box for word in words]))
        else:
            lines.append(part)
    return lines


def _level(line: Line) -> float:
    """Where its words' middles lie: not its box, since a ruling read as a letter makes that higher."""
    return median((word.box[1] + word.box[3]) / 2 for word in line.words)


def _height(line: Line) -> float:
    return median(word.box[3] - word.box[1] for word in line.words)


class Again:
    """Reads cells alone where the reading of the page passed something over, or was unsure; at most so many a page."""

    def __init__(self, image: Image, engine: Engine, dpi: int) -> None:
        self._image, self._engine, self._dpi = image, engine, dpi
        self._left = _MOST

    def __call__(self, box: Box, lines: list[Line], *, torn: bool) -> list[Line]:
        """The cell's lines, those of the better reading."""
        inner = (box[0] + _RULING, box[1] + _RULING, box[2] - _RULING, box[3] - _RULING)
        unsure = any(word.confidence < _DOUBTFUL for line in lines for word in line.words)
        torn = torn or _doubled(lines)
        if not self._left or not (torn or unsure or self._missed(inner, lines)):
            return lines
        self._left -= 1
        found = self._read(inner)
        same = _solid(found) == _solid(lines)  # then only signs differ, and those get lost sooner than they are made up
        better = _worth(found) > (0 if torn else _BETTER * _worth(lines))
        return found if better and not same else lines

    def _missed(self, box: Box, lines: list[Line]) -> bool:
        """True when a good part of the letters in the cell lies under no word."""
        x0, y0, x1, y1 = box
        cut = self._image[y0:y1, x0:x1]
        if min(cut.shape, default=0) < _FIGURE:
            return False
        parts = cv2.connectedComponentsWithStats((cut < _DARK).astype(np.uint8), connectivity=8)[2][1:]
        high = parts[:, 3]
        letters = parts[(high >= _FIGURE) & (high <= _LETTER) & (parts[:, 2] <= _LETTER)]
        under = np.zeros(cut.shape, np.uint8)
        for a, b, c, d in (word.box for line in lines for word in line.words):
            under[max(0, b - y0) : max(0, d - y0), max(0, a - x0) : max(0, c - x0)] = 1
        bare = under[letters[:, 1] + letters[:, 3] // 2, letters[:, 0] + letters[:, 2] // 2] == 0
        return bool(np.count_nonzero(bare) > _BARE * len(letters))

    def _read(self, box: Box) -> list[Line]:
        """The lines of what is in the box, enlarged: single figures and their commas are lost sooner than text."""
        x0, y0, x1, y1 = box
        f = _FRAME
        large = cv2.resize(self._image[y0:y1, x0:x1], None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
        cut = np.asarray(cv2.copyMakeBorder(large, f, f, f, f, cv2.BORDER_CONSTANT, value=250), dtype=np.uint8)
        hint = Hint(dpi=round(self._dpi * _SCALE), layout="line" if y1 - y0 <= _ROW else "block")
        found = [tuple(_placed(word, x0, y0) for word in _bare(line.words)) for line in self._engine.read(cut, hint)]
        return [Line(words=words, box=enclosing([word.box for word in words])) for words in found if words]


def _doubled(lines: Sequence[Line]) -> bool:
    """Two words were read of the same ink."""
    boxes = [word.box for line in lines for word in line.words]
    return any(shared(one, other) > _SAME for one, other in combinations(boxes, 2))


def _placed(word: Word, left: int, top: int) -> Word:
    """The word in pixels of the image that its cell was cut out of."""
    x0, y0, x1, y1 = (max(0, round((value - _FRAME) / _SCALE)) for value in word.box)
    box = (x0 + left, y0 + top, x1 + left, y1 + top)
    return replace(word, box=box, quad=box_quad(box))


def _solid(lines: Sequence[Line]) -> str:
    return "".join(sign for line in lines for word in line.words for sign in word.text if sign.isalnum())


def _worth(lines: Sequence[Line]) -> float:
    """Signs by how sure they are; what is less than half sure counts against a reading."""
    return sum(len(word.text) * (2 * word.confidence - 1) for line in lines for word in line.words)
