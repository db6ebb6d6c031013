"""Sets the words of a page for the invisible layer: where they stand, but evenly, so that readers keep lines together.

Boxes of single words are ragged (`an` is low, `Đặng` is high and deep), and readers take letters of another size for
another line: poppler allows 5 % within a block, and breaks a word whose letters rise by half a point.  So the words of
a line share its bottom and height, lines of nearly the same height share it too, and slightly slanted words are set
level, each in its own place.  From left to right a word keeps its own extent; only where it touches the next is it cut
short, because readers join words without a gap (poppler below 15 % of their height).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, repeat

from digitizer.model import Line, Quad, Word
from digitizer.store.sheet import Point, Six, at

LEVEL_DEGREES = 8.0
"""Words slanted less than this against the page are set level; more is written as it slants."""
_ALIKE = 1.15
"""Lines whose heights differ by less than this factor share one height."""
_OUTSIZED, _OFF_LINE = 1.7, 0.6
"""In line heights: a word higher than the first, or with its middle further off than the second, keeps its own box."""
_LEAST_GAP, _MOST_CUT = 0.2, 0.4
"""In line heights and in word widths: the gap kept between words, and how much of a word may be cut for it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A word to write: bottom left corner in points, direction, width and height, and the gap to the next word."""

    text: str
    x: float
    y: float
    cos: float
    sin: float
    width: float
    height: float
    gap: float


@dataclass(frozen=True, slots=True)
class _Span:
    """A word in the frame of its line: along from `start` to `end`, up from `bottom` to `top`."""

    text: str
    start: float
    end: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class _Row:
    angle: float
    bottom: float
    height: float
    spans: tuple[_Span, ...]


def placed(lines: Iterable[Line], to_page: Six) -> list[Placed]:
    """The words of all lines in order; those without text are left out.  `to_page`: delivered pixels to points."""
    rows = [row for row in (_row(line, to_page) for line in lines) if row.spans]
    return [word for row in _evened(rows) for word in _words(row)]


def _row(line: Line, to_page: Six) -> _Row:
    words = [(word.text, _corners(word, to_page)) for word in line.words if word.text]
    across = [(right[0] - left[0], right[1] - left[1]) for _, (left, right, _, _) in words]
    angle = math.atan2(sum(y for _, y in across), sum(x for x, _ in across))
    spans = tuple(_span(text, points, angle) for text, points in words)
    bottom = _middle([(span.bottom, len(span.text)) for span in spans])
    height = _middle([(span.top - span.bottom, len(span.text)) for span in spans])
    return _Row(angle, bottom, max(height, 0.1), spans)


def _span(text: str, points: tuple[Point, Point, Point, Point], angle: float) -> _Span:
    cos, sin = math.cos(angle), math.sin(angle)
    along = [x * cos + y * sin for x, y in points]
    up = [y * cos - x * sin for x, y in points]
    return _Span(text, (along[0] + along[3]) / 2, (along[1] + along[2]) / 2, (up[0] + up[1]) / 2, (up[2] + up[3]) / 2)


def _middle(weighted: Sequence[tuple[float, int]]) -> float:
    """The weighted median; 0 for none."""
    left = sum(weight for _, weight in weighted) / 2
    for value, weight in sorted(weighted):
        left -= weight
        if left <= 0:
            return value
    return 0.0


def _evened(rows: list[_Row]) -> list[_Row]:
    """The rows with heights that are nearly the same made the same: the weighted median of each group."""
    groups: list[list[_Row]] = []
    for row in sorted(rows, key=lambda row: row.height):
        if groups and row.height <= groups[-1][0].height * _ALIKE:
            groups[-1].append(row)
        else:
            groups.append([row])
    shared = {
        id(row): _middle([(other.height, sum(len(span.text) for span in other.spans)) for other in group])
        for group in groups
        for row in group
    }
    return [replace(row, height=shared[id(row)]) for row in rows]


def _words(row: _Row) -> Iterable[Placed]:
    spans = [*map(_cut, row.spans, row.spans[1:], repeat(_LEAST_GAP * row.height)), row.spans[-1]]
    gaps = [after.start - before.end for before, after in pairwise(spans)]
    # A line ends with a space too: readers that only join what stands in the stream then keep words apart.
    for span, gap in zip(spans, [*gaps, row.height / 4], strict=True):
        bottom, height = row.bottom, row.height
        own = span.top - span.bottom
        off = abs((span.top + span.bottom) / 2 - (bottom + height / 2))
        if own > _OUTSIZED * height or off > _OFF_LINE * height:
            bottom, height = span.bottom, max(own, 0.1)
        yield _levelled(row.angle, span, bottom, height, gap)


def _cut(span: _Span, after: _Span, gap: float) -> _Span:
    """The word, cut short where it would touch the one after it."""
    width = span.end - span.start
    return replace(span, end=min(span.end, max(after.start - gap, span.end - _MOST_CUT * width)))


def _levelled(angle: float, span: _Span, bottom: float, height: float, gap: float) -> Placed:
    """The word around its own middle, level with the page when it nearly is."""
    cos, sin = math.cos(angle), math.sin(angle)
    middle, rise = (span.start + span.end) / 2, bottom + height / 2
    x, y = middle * cos - rise * sin, middle * sin + rise * cos
    upright = round(angle / (math.pi / 2)) * math.pi / 2
    if abs(angle - upright) <= math.radians(LEVEL_DEGREES):
        cos, sin = round(math.cos(upright)), round(math.sin(upright))
    width = max(span.end - span.start, 0.1)
    x, y = x - cos * width / 2 + sin * height / 2, y - sin * width / 2 - cos * height / 2
    return Placed(span.text, x, y, cos, sin, width, height, min(max(gap, 0.01 * height), 100 * height))


def _corners(word: Word, to_page: Six) -> tuple[Point, Point, Point, Point]:
    """Bottom left, bottom right, top right, top left of the word in points, as the text runs."""
    quad: Quad = word.quad
    flat = math.dist(quad[6:8], quad[4:6]) < 1 or math.dist(quad[0:2], quad[6:8]) < 1
    if flat or not all(math.isfinite(value) for value in quad):
        x0, y0, x1, y1 = word.box
        x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
        quad = (x0, y0, x1, y0, x1, y1, x0, y1)
    return at(to_page, *quad[6:8]), at(to_page, *quad[4:6]), at(to_page, *quad[2:4]), at(to_page, *quad[0:2])
