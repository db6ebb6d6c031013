"""The invisible text layer: a font without ink, and words set so that they cover what they name.

One blank glyph stands for every character (CIDToGIDMap), as wide as half its height; ToUnicode says what it means.
Characters get their codes in order of first use, so the same words give the same bytes.
"""

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from digitizer.model import Line
from digitizer.store.setting import Placed, placed
from digitizer.store.sheet import Six, number, numbers
from digitizer.text import nfc

ADVANCE = 0.5
"""Width of every character, in text heights."""
_NAME = "DGTZAA+Glyphless"
_EPOCH = 2082844800 + 1_700_000_000  # head.created counts from 1904; any fixed moment makes the font the same each time


def font_program() -> bytes:
    """A TrueType font of two glyphs: `.notdef`, which PDF/A forbids to use, and one without ink, of ADVANCE.

    Its outline is a line there and back: no area, so no ink even where a reader overlooks mode 3, but a box.
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
        words = placed((_cleaned(line) for line in lines), to_page)
        if not words:
            return b""
        return ("BT\n3 Tr\n" + "".join(map(self._written, words)) + "ET\n").encode("ascii")

    def _written(self, word: Placed) -> str:
        """The word, and a space as wide as the gap to the next one."""
        unit = ADVANCE * word.height / 100
        stretch, gap = word.width / (len(word.text) * unit), word.gap / unit
        return (
            f"/T {number(word.height)} Tf\n"
            f"{numbers((word.cos, word.sin, -word.sin, word.cos, word.x, word.y))} Tm\n"
            f"{number(stretch)} Tz\n<{self._hex(word.text)}> Tj\n{number(gap)} Tz\n<{self._hex(' ')}> Tj\n"
        )

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


def _cleaned(line: Line) -> Line:
    return replace(line, words=tuple(replace(word, text=_visible(word.text)) for word in line.words))


def _visible(text: str) -> str:
    """NFC without control characters, lone surrogates and byte order marks, which ToUnicode may not name."""
    return "".join(char for char in nfc(text).strip() if not _nameless(char))


def _nameless(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs") or char in "\ufeff\ufffe\uffff"
