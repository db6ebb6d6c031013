"""The invisible text layer: a font without ink, and words set so that they cover what they name.

One blank glyph stands for every character (CIDToGIDMap), as wide as half its height; ToUnicode says what it means.
Characters get their codes in order of first use, so the same words give the same bytes.
"""

import io
import math
import unicodedata
from collections.abc import Iterable

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from digitizer.model import Line, Quad, Word
from digitizer.store.sheet import Point, Six, at, number, numbers
from digitizer.text import nfc

ADVANCE = 0.5
"""Width of every character, in text heights."""
_NAME = "DGTZAA+Glyphless"
_EPOCH = 2082844800 + 1_700_000_000  # head.created counts from 1904; any fixed moment makes the font the same each time


def font_program() -> bytes:
    """A TrueType font of two glyphs: `.notdef`, which PDF/A forbids to use, and one without ink, of ADVANCE.

    Its outline is a line there and back: no area, so no ink even where a reader overlooks the invisible mode, but a box.
    PDFium passes over text that runs upwards or downwards when its glyphs have no box.
    """
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((round(1000 * ADVANCE), 1000))
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.font["head"].created = builder.font["head"].modified = _EPOCH
    builder.font.recalcTimestamp = False
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    builder.setupGlyf({".notdef": Glyph(), "blank": pen.glyph()})
    builder.setupHorizontalMetrics({name: (round(1000 * ADVANCE), 0) for name in (".notdef", "blank")})
    builder.setupHorizontalHeader(ascent=1000, descent=-1)
    builder.setupPost(keepGlyphNames=False)
    out = io.BytesIO()
    builder.font.save(out)
    return out.getvalue()


class TextLayer:
    """Writes the words of pages as content streams and, at the end, the font that they share."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def content(self, lines: Iterable[Line], to_page: Six) -> bytes:
        """The content stream of a page's words in reading order; empty when there are none.

        `to_page`: the map from delivered pixels to user space.
        """
        rows = [row for line in lines for row in self._line(line, to_page)]
        if not rows:
            return b""
        return ("BT\n3 Tr\n" + "".join(rows) + "ET\n").encode("ascii")

    def _line(self, line: Line, to_page: Six) -> Iterable[str]:
        words = [(_visible(word.text), _corners(word, to_page)) for word in line.words]
        words = [(text, spot) for text, spot in words if text]
        for index, (text, spot) in enumerate(words):
            after = words[index + 1][1] if index + 1 < len(words) else None
            yield self._word(text, spot, after)

    def _word(self, text: str, spot: tuple[Point, ...], after: tuple[Point, ...] | None) -> str:
        """The word, and the space to the next one as wide as the gap between them."""
        (left, bottom), (right, slope), _, _ = spot
        width, height = _span(spot[0], spot[1]), (_span(spot[0], spot[3]) + _span(spot[1], spot[2])) / 2
        width, height = max(width, 0.1), max(height, 0.1)
        cos, sin = ((right - left) / width, (slope - bottom) / width) if width > 0.1 else (1.0, 0.0)
        stretch = 100 * width / (len(text) * ADVANCE * height)
        row = f"/T {number(height)} Tf\n{number(stretch)} Tz\n"
        row += f"{numbers((cos, sin, -sin, cos, left, bottom))} Tm\n<{self._hex(text)}> Tj\n"
        # A line ends with a space too: readers that only join what stands in the stream then keep words apart.
        gap = height / 4
        if after is not None:
            gap = (after[0][0] - right) * cos + (after[0][1] - slope) * sin
        gap = min(max(gap, 0.01 * height), 100 * height)
        return row + f"{number(100 * gap / (ADVANCE * height))} Tz\n<{self._hex(' ')}> Tj\n"

    def _hex(self, text: str) -> str:
        return "".join(f"{self._codes.setdefault(char, len(self._codes) + 1):04X}" for char in text)

    def font(self, pdf: Pdf, into: pikepdf.Object) -> None:
        """Fill the indirect dictionary `into` with the font of every character used so far."""
        program = font_program()
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + _NAME),
            Flags=4,  # symbolic: its characters are not those of a standard Latin set
            FontBBox=Array([0, 0, 500, 1000]),
            ItalicAngle=0,
            Ascent=1000,
            Descent=-1,  # 0 reads as "not stated" to poppler, which then takes a third of the height
            CapHeight=1000,
            StemV=80,
            FontFile2=pdf.make_indirect(Stream(pdf, program, Length1=len(program))),
        )
        below = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + _NAME),
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            DW=round(1000 * ADVANCE),
            CIDToGIDMap=pdf.make_indirect(Stream(pdf, b"\0\0" + b"\0\1" * len(self._codes))),
            FontDescriptor=pdf.make_indirect(descriptor),
        )
        into.Type, into.Subtype, into.BaseFont = Name.Font, Name.Type0, Name("/" + _NAME)
        into.Encoding = Name("/Identity-H")
        into.DescendantFonts = Array([pdf.make_indirect(below)])
        into.ToUnicode = pdf.make_indirect(Stream(pdf, self._to_unicode()))

    def _to_unicode(self) -> bytes:
        pairs = [f"<{code:04X}> <{char.encode('utf-16-be').hex().upper()}>" for char, code in self._codes.items()]
        blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]  # 100 is the limit of a block
        body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")


def _visible(text: str) -> str:
    """NFC without control characters, lone surrogates and byte order marks, which ToUnicode may not name."""
    return "".join(char for char in nfc(text).strip() if not _nameless(char))


def _nameless(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs") or char in "\ufeff\ufffe\uffff"


def _corners(word: Word, to_page: Six) -> tuple[Point, Point, Point, Point]:
    """Bottom left, bottom right, top right, top left of the word in user space, as the text runs."""
    quad: Quad = word.quad
    flat = _span((quad[6], quad[7]), (quad[4], quad[5])) < 1 or _span((quad[0], quad[1]), (quad[6], quad[7])) < 1
    if flat or not all(math.isfinite(value) for value in quad):
        x0, y0, x1, y1 = word.box
        x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
        quad = (x0, y0, x1, y0, x1, y1, x0, y1)
    return at(to_page, *quad[6:8]), at(to_page, *quad[4:6]), at(to_page, *quad[2:4]), at(to_page, *quad[0:2])


def _span(one: Point, other: Point) -> float:
    return math.hypot(other[0] - one[0], other[1] - one[1])
