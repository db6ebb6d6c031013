"""Where the words stand: lines cut at wide gaps into rows, in fractions of the upright page."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from digitizer.model import IDENTITY, Box, Line, LineRole, Matrix, Page, Word
from digitizer.text import fold, squeeze

# A gap this wide, in heights of the text, parts two columns; blanks of justified lines stay below 2.
_GAP = 2.4
# Times the middle height of its words: what is taller is a piece of a stamp, and says nothing of where a row stands.
_TALL = 1.8
# A lone letter said with less is a speck.
_DOUBTED = 0.4


@dataclass(frozen=True, slots=True)
class Row:
    """Words that belong together on one line.

    `key`: the text folded, as long as the text.  `x0, y0, x1, y1`: fractions of the upright page, 0–1.
    `middles`: the horizontal middle of each word.
    """

    text: str
    key: str
    words: tuple[Word, ...]
    x0: float
    y0: float
    x1: float
    y1: float
    middles: tuple[float, ...]

    @property
    def height(self) -> float:
        """Height as a fraction of the page height."""
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """Horizontal centre, 0–1."""
        return (self.x0 + self.x1) / 2

    @property
    def level(self) -> float:
        """Vertical centre, 0–1."""
        return (self.y0 + self.y1) / 2

    @property
    def capital(self) -> float:
        """Share of capitals among its letters, 0–1."""
        letters = [char for char in self.text if char.isalpha()]
        return sum(char.isupper() for char in letters) / len(letters) if letters else 0.0

    def between(self, left: float, right: float) -> tuple[Word, ...]:
        """The words whose middle lies between two edges, fractions of the page."""
        return tuple(word for word, middle in zip(self.words, self.middles, strict=True) if left <= middle < right)

    def words_at(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that hold characters start…end of the text."""
        found = []
        at = 0
        for word in self.words:
            if at < end and at + len(word.text) > start:
                found.append(word)
            at += len(word.text) + 1
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as rows in reading order.  `number`: the page number printed on it, None when there is none."""

    page: Page
    rows: tuple[Row, ...]
    number: int | None

    def beside(self, row: Row) -> Row | None:
        """The nearest row to the right on the same height, or None."""
        right = [
            other
            for other in self.rows
            if other.x0 >= row.x1 - 0.01 and abs(other.level - row.level) < 0.7 * row.height
        ]
        return min(right, key=lambda other: other.x0, default=None)

    def below(self, row: Row) -> Row | None:
        """The next row under this one that shares its columns, within two lines, or None."""
        under = [
            other
            for other in self.rows
            if row.level < other.level - 0.5 * row.height
            and other.level - row.level < 2.6 * max(row.height, 0.012)
            and other.x0 < row.x1
            and other.x1 > row.x0 - 0.02
        ]
        return min(under, key=lambda other: other.level, default=None)


def sheet(page: Page) -> Sheet:
    """The page's rows; stamps and signatures are left out, and so is its own number.

    Every stage asks for it, so those of the last pages are kept, each for the very page that it was made of.
    """
    kept = _sheets.get(id(page))
    if kept is not None and kept.page is page:
        return kept
    made = _sheet(page)
    if len(_sheets) >= _KEPT:
        _sheets.pop(next(iter(_sheets)))
    _sheets[id(page)] = made
    return made


_KEPT = 64
_sheets: dict[int, Sheet] = {}


def _sheet(page: Page) -> Sheet:
    corners = _Upright(page)
    rows: list[Row] = []
    number: int | None = None
    for line in page.lines:
        if line.role in (LineRole.STAMP, LineRole.SIGNATURE) or not line.words:
            continue
        cut = _cut(line, corners)
        printed = _page_number(cut[0], line.role) if len(cut) == 1 else None
        if printed is not None:
            number = number or printed
        else:
            rows.extend(cut)
    near = _NEAR_RULED if page.looks.rulings > _RULED else _NEAR
    return Sheet(page=page, rows=tuple(_joined(rows, near, corners.aspect)), number=number)


# Pieces of one line that the engine gave as several lie within so many heights; less where rules part cells.
_NEAR, _NEAR_RULED, _RULED = 1.5, 0.6, 6


def _joined(rows: list[Row], near: float, aspect: float) -> list[Row]:
    """Rows that go on with each other on the same height, put together again, in the order of their first pieces."""
    out: list[Row] = []
    for row in rows:
        last = range(len(out) - 1, max(len(out) - 4, -1), -1)
        at = next((k for k in last if _goes_on(out[k], row, near, aspect)), None)
        if at is None:
            out.append(row)
        else:
            out[at] = _both(out[at], row)
    return out


def _goes_on(row: Row, other: Row, near: float, aspect: float) -> bool:
    tall = min(row.height, other.height)
    return abs(row.level - other.level) < 0.5 * tall and -0.1 * tall < (other.x0 - row.x1) / aspect < near * tall


def _both(row: Row, other: Row) -> Row:
    return Row(
        text=f"{row.text} {other.text}",
        key=f"{row.key} {other.key}",
        words=row.words + other.words,
        x0=row.x0,
        y0=min(row.y0, other.y0),
        x1=other.x1,
        y1=max(row.y1, other.y1),
        middles=row.middles + other.middles,
    )


def union(words: Iterable[Word]) -> Box | None:
    """The box around the words in delivered pixels; None for no words."""
    boxes = [word.box for word in words]
    if not boxes:
        return None
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _cut(line: Line, corners: "_Upright") -> list[Row]:
    """The line in pieces, parted at wide gaps."""
    placed = [(word, *corners(word.box)) for word in map(_plain, line.words) if not _stray(word)]
    placed.sort(key=lambda item: item[1])
    if not placed:
        return []
    heights = sorted(item[4] - item[2] for item in placed)
    tall = heights[len(heights) // 2] * corners.aspect
    rows: list[Row] = []
    start = 0
    for at in range(1, len(placed) + 1):
        if at == len(placed) or placed[at][1] - placed[at - 1][3] > _GAP * tall:
            rows.append(_row(placed[start:at]))
            start = at
    return rows


_MARKS = frozenset("-–—:;/.,…&()%+=<>«»[]☐☑☒✓✔□■")
_TWICE = re.compile(r"(?<=\d)//(?=\d)")
_FIGURED = str.maketrans({"⁄": "/", "∕": "/", "Ð": "Đ", "ð": "đ"})


def _plain(word: Word) -> Word:
    """The word with plain slashes and a Vietnamese Đ: engines read fraction slashes and the Icelandic letter; and among
    figures an 8 as a section sign, a slash as two.
    """
    text = word.text.translate(_FIGURED)
    text = _TWICE.sub("/", text.replace("§", "8")) if any(map(str.isdigit, text)) else text
    return word if text == word.text else replace(word, text=text)


def _stray(word: Word) -> bool:
    """Specks and strokes read as signs, and lone letters that the engine itself doubts."""
    if not any(map(str.isalnum, word.text)):
        return not all(char in _MARKS for char in word.text)
    return len(word.text) == 1 and word.text.isalpha() and word.confidence < _DOUBTED


def _row(placed: list[tuple[Word, float, float, float, float]]) -> Row:
    words = tuple(item[0] for item in placed)
    text = " ".join(word.text for word in words)
    usual = sorted(item[4] - item[2] for item in placed)[len(placed) // 2]
    fitting = [item for item in placed if item[4] - item[2] <= _TALL * usual]
    return Row(
        text=text,
        key=" ".join(fold(word.text) for word in words),
        words=words,
        x0=min(item[1] for item in placed),
        y0=min(item[2] for item in fitting),
        x1=max(item[3] for item in placed),
        y1=max(item[4] for item in fitting),
        middles=tuple((item[1] + item[3]) / 2 for item in placed),
    )


_NUMBER = re.compile(r"^[-–—.\s]*(?:trang\s*(?:so\s*)?)?(\d{1,3})(?:\s*/\s*\d{1,3})?[-–—.\s]*$")


def _page_number(row: Row, role: LineRole) -> int | None:
    """NĐ 30/2020 Phụ lục I II.5: centred in the top margin from page 2 on; others print it at the foot."""
    at_edge = row.y1 < 0.09 or row.y0 > 0.91
    if role is not LineRole.PAGE_NUMBER and not (at_edge and row.middle > 0.3):
        return None
    match = _NUMBER.match(squeeze(row.key))
    return int(match.group(1)) if match else None


class _Upright:
    """Delivered pixels → fractions of the upright page, by the page's matrix, else by how it was turned."""

    def __init__(self, page: Page) -> None:
        width, height = max(page.width, 1), max(page.height, 1)
        known = page.matrix != IDENTITY
        self._matrix = page.matrix if known else _straightened(_turn(page.turned, width, height), page.skew)
        points = [self._point(x, y) for x, y in ((0, 0), (width, 0), (width, height), (0, height))]
        self._left, self._top = min(p[0] for p in points), min(p[1] for p in points)
        self._width = max(max(p[0] for p in points) - self._left, 1e-6)
        self._height = max(max(p[1] for p in points) - self._top, 1e-6)
        self.aspect = self._height / self._width

    def __call__(self, box: Box) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 as fractions."""
        a, b = self._point(box[0], box[1]), self._point(box[2], box[3])
        xs = sorted(((a[0] - self._left) / self._width, (b[0] - self._left) / self._width))
        ys = sorted(((a[1] - self._top) / self._height, (b[1] - self._top) / self._height))
        return xs[0], ys[0], xs[1], ys[1]

    def _point(self, x: float, y: float) -> tuple[float, float]:
        m = self._matrix
        scale = m[6] * x + m[7] * y + m[8] or 1.0
        return (m[0] * x + m[1] * y + m[2]) / scale, (m[3] * x + m[4] * y + m[5]) / scale


def _straightened(m: Matrix, skew: float) -> Matrix:
    """The matrix, then a turn against a slant of `skew` degrees clockwise."""
    if not skew:
        return m
    c, s = math.cos(math.radians(skew)), math.sin(math.radians(skew))
    first = (c * m[0] + s * m[3], c * m[1] + s * m[4], c * m[2] + s * m[5])
    return (*first, c * m[3] - s * m[0], c * m[4] - s * m[1], c * m[5] - s * m[2], 0, 0, 1)


def _turn(turned: int, width: int, height: int) -> Matrix:
    """The turn clockwise by 0, 90, 180 or 270 degrees as a matrix."""
    if turned == 90:
        return (0, -1, height, 1, 0, 0, 0, 0, 1)
    if turned == 180:
        return (-1, 0, width, 0, -1, height, 0, 0, 1)
    if turned == 270:
        return (0, 1, 0, -1, 0, width, 0, 0, 1)
    return IDENTITY
