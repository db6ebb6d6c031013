"""Sets text into leaves: paragraphs, rows, tables, dotted lines; breaks pages; counts text lines in reading order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from samples import faces
from samples.leaf import A4, BLACK, Colour, Leaf, Picture, Stroke, Text

_MARKUP = re.compile(r"(</?[bif]>)")
MM = 72 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a paper is set: sizes in points, margins (left, top, right, bottom) in points.  `filled`: how values look
    that were filled into a form.
    """

    family: str = "tinos"
    size: float = 14.0
    lead: float = 1.12
    gap: float = 4.0
    indent: float = 36.0
    margins: tuple[float, float, float, float] = (85.0, 57.0, 50.0, 57.0)
    filled_italic: bool = False
    filled_bold: bool = False
    filled_colour: Colour = BLACK
    numbered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word and how it looks."""

    word: str
    bold: bool
    italic: bool
    filled: bool


def tokens(text: str, *, bold: bool = False, italic: bool = False) -> list[Token]:
    """The words of a text with `<b>`, `<i>`, `<f>` (filled in) marks; what touches a
    marked word without a blank takes that word's look.
    """
    out: list[Token] = []
    on = {"b": bold, "i": italic, "f": False}
    open_end = False  # the text before ended within a word, so what follows belongs to that word
    for part in _MARKUP.split(text):
        if _MARKUP.fullmatch(part):
            on[part.strip("</>")] = not part.startswith("</")
            continue
        words = [word for word in part.split(" ") if word]
        if out and words and open_end and not part.startswith(" "):
            out[-1] = replace(out[-1], word=out[-1].word + words.pop(0))
        out += [Token(word=word, bold=on["b"], italic=on["i"], filled=on["f"]) for word in words]
        open_end = bool(part) and not part.endswith(" ")
    return out


class Sheet:
    """One paper in the making.  `y` is the top of what comes next, in points from the top of the current leaf."""

    def __init__(self, style: Style, size: tuple[float, float] = A4) -> None:
        self.style = style
        self.size = size
        self.leaves: list[Leaf] = []
        self.y = 0.0
        self.leaf = self.turn()

    @property
    def left(self) -> float:
        return self.style.margins[0]

    @property
    def right(self) -> float:
        return self.size[0] - self.style.margins[2]

    @property
    def bottom(self) -> float:
        return self.size[1] - self.style.margins[3]

    def turn(self) -> Leaf:
        """Start a new leaf; from the second on its number stands top centre (NĐ 30/2020, Phụ lục I)."""
        self.leaf = Leaf(width=self.size[0], height=self.size[1])
        self.leaves.append(self.leaf)
        self.y = self.style.margins[1]
        if len(self.leaves) > 1 and self.style.numbered:
            number = str(len(self.leaves))
            middle = self.size[0] / 2 - self.wide(number, 13) / 2
            self._put([(number, middle, False, False, BLACK)], self.style.margins[1] * 0.68, 13)
        return self.leaf

    def need(self, height: float) -> None:
        """Go to a new leaf when `height` points don't fit on this one."""
        if self.y + height > self.bottom:
            self.turn()

    def wide(self, word: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
        return faces.width(word, self.style.family, size, bold=bold, italic=italic)

    def _look(self, token: Token) -> tuple[bool, bool, Colour]:
        style = self.style
        if token.filled:
            return token.bold or style.filled_bold, token.italic or style.filled_italic, style.filled_colour
        return token.bold, token.italic, BLACK

    def _put(self, run: Sequence[tuple[str, float, bool, bool, Colour]], baseline: float, size: float) -> None:
        """One text line: (word, x, bold, italic, colour) in reading order."""
        for place, (word, x, bold, italic, colour) in enumerate(run):
            self.leaf.texts.append(
                Text(
                    word=word,
                    x=x,
                    y=baseline,
                    size=size,
                    family=self.style.family,
                    bold=bold,
                    italic=italic,
                    colour=colour,
                    line=self.leaf.lines,
                    last=place == len(run) - 1,
                )
            )
        self.leaf.lines += 1

    def broken(self, run: Sequence[Token], size: float, room: float, first: float = 0.0) -> list[list[Token]]:
        """The tokens in lines no wider than `room` points, the first one indented by `first`."""
        space = self.wide(" ", size)
        lines: list[list[Token]] = [[]]
        used = first
        for token in run:
            bold, italic, _ = self._look(token)
            width = self.wide(token.word, size, bold=bold, italic=italic)
            if lines[-1] and used + space + width > room:
                lines.append([])
                used = 0.0
            used += width + (space if lines[-1] else 0.0)
            lines[-1].append(token)
        return lines

    def placed(
        self, line: Sequence[Token], size: float, x0: float, room: float, align: str
    ) -> list[tuple[str, float, bool, bool, Colour]]:
        """A line with the x of each word; `align`: left, centre, right or justify."""
        looks = [self._look(token) for token in line]
        widths = [
            self.wide(token.word, size, bold=look[0], italic=look[1]) for token, look in zip(line, looks, strict=True)
        ]
        space = self.wide(" ", size)
        spare = room - sum(widths) - space * (len(line) - 1)
        if align == "justify" and len(line) > 1 and spare > -0.5:
            space += spare / (len(line) - 1)
        x = x0 + {"centre": spare / 2, "right": spare}.get(align, 0.0)
        run = []
        for token, look, width in zip(line, looks, widths, strict=True):
            run.append((token.word, x, *look))
            x += width + space
        return run

    def para(
        self,
        text: str,
        *,
        size: float | None = None,
        bold: bool = False,
        italic: bool = False,
        align: str = "justify",
        first: float | None = None,
        left: float = 0.0,
        right: float = 0.0,
        after: float | None = None,
        dots: bool = False,
    ) -> None:
        """A paragraph.  `first`, `left`, `right`, `after` in points; `dots`: a dotted line fills what is left of the
        last line, and runs under what was filled in.
        """
        size = size or self.style.size
        first = (self.style.indent if align == "justify" else 0.0) if first is None else first
        x0, room = self.left + left, self.right - self.left - left - right
        lines = self.broken(tokens(text, bold=bold, italic=italic), size, room, first)
        for number, line in enumerate(lines):
            self.need(size * self.style.lead)
            indent = first if number == 0 else 0.0
            last = number == len(lines) - 1
            how = "left" if align == "justify" and last else align
            run = self.placed(line, size, x0 + indent, room - indent, how)
            baseline = self.y + size * 0.9
            self._put(run, baseline, size)
            if dots:
                self._dots(line, run, baseline, size, x0 + room, to_end=last)
            self.y += size * self.style.lead
        self.y += self.style.gap if after is None else after

    def _dots(
        self,
        line: Sequence[Token],
        run: Sequence[tuple[str, float, bool, bool, Colour]],
        baseline: float,
        size: float,
        end: float,
        *,
        to_end: bool,
    ) -> None:
        for token, (word, x, bold, italic, _) in zip(line, run, strict=True):
            if token.filled:
                width = self.wide(word, size, bold=bold, italic=italic)
                self.dotted(x, x + width, baseline + 2.4)
        word, x, bold, italic, _ = run[-1]
        start = x + self.wide(word, size, bold=bold, italic=italic) + 3
        if to_end and start < end - 4:
            self.dotted(start, end, baseline + (2.4 if line[-1].filled else 0.0))

    def dotted(self, x0: float, x1: float, y: float) -> None:
        """A dotted line to write on."""
        self.leaf.strokes.append(Stroke(x0=x0, y0=y, x1=x1, y1=y, width=0.55, dots=2.6))

    def rule(self, x0: float, x1: float, y: float, width: float = 0.7) -> None:
        """A straight line across."""
        self.leaf.strokes.append(Stroke(x0=x0, y0=y, x1=x1, y1=y, width=width))

    def box(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6, colour: Colour = BLACK) -> None:
        """A frame."""
        for ends in ((x0, y0, x1, y0), (x1, y0, x1, y1), (x0, y1, x1, y1), (x0, y0, x0, y1)):
            self.leaf.strokes.append(Stroke(x0=ends[0], y0=ends[1], x1=ends[2], y1=ends[3], width=width, colour=colour))

    def cells(
        self, parts: Sequence[tuple[str, float, float, str]], *, size: float | None = None, lead: float | None = None
    ) -> None:
        """One text line across the page: (text, x0, x1, align) for each part, read from left to right."""
        size = size or self.style.size
        baseline = self.y + size * 0.9
        run = []
        for text, x0, x1, align in parts:
            run += self.placed(tokens(text), size, x0, x1 - x0, align) if text else []
        if run:
            self._put(run, baseline, size)
        self.y += size * (lead or self.style.lead)

    def at(self, text: str, x0: float, x1: float, y: float, *, size: float, align: str = "left") -> float:
        """Text broken into x0–x1 from `y` down, outside the flow; gives the y below it."""
        for line in self.broken(tokens(text), size, x1 - x0):
            how = "left" if align == "justify" else align
            self._put(self.placed(line, size, x0, x1 - x0, how), y + size * 0.9, size)
            y += size * self.style.lead
        return y

    def table(
        self, widths: Sequence[float], rows: Sequence[Sequence[str]], *, size: float = 12.0, aligns: str = ""
    ) -> None:
        """A ruled table: `widths` as shares of the text width, the first row is its head; `aligns`: one of `lcr` a
        column.  It is read row by row, and in a row cell by cell.
        """
        room = self.right - self.left
        total = sum(widths)
        edges = [self.left]
        for width in widths:
            edges.append(edges[-1] + room * width / total)
        how = {"l": "left", "c": "centre", "r": "right"}
        for number, row in enumerate(rows):
            cells = [
                self.broken(tokens(cell, bold=number == 0), size, edges[i + 1] - edges[i] - 8) if cell else []
                for i, cell in enumerate(row)
            ]
            depth = max(1, *(len(cell) for cell in cells))
            height = depth * size * 1.15 + 6
            self.need(height)
            top = self.y
            for i, cell in enumerate(cells):
                align = "centre" if number == 0 else how[(aligns + "l" * 20)[i]]
                for k, line in enumerate(cell):
                    run = self.placed(line, size, edges[i] + 4, edges[i + 1] - edges[i] - 8, align)
                    self._put(run, top + 3 + size * (0.9 + 1.15 * k), size)
            for i in range(len(cells)):
                self.box(edges[i], top, edges[i + 1], top + height)
            self.y = top + height
        self.y += 8

    def lay(self, picture: Picture) -> None:
        """Put a picture on the current leaf."""
        self.leaf.pictures.append(picture)
