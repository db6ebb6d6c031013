"""Born-digital PDFs as offices made them before Unicode: fonts whose letters sit at TCVN3 or VNI bytes.

The fonts are Tinos with its letters moved to those bytes and the old fonts' names; text is drawn as it should look,
and extracts as the bytes.  Beside them, in the same page, Unicode text composed, decomposed, or as Windows-1258 has it.
"""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pikepdf
from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from samples import faces

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
"""The 67 marked letters and their plain neighbours, lower case."""
_TCVN3 = {
    **dict(zip("àáảãạ", (0xB5, 0xB8, 0xB6, 0xB7, 0xB9), strict=True)),
    **dict(zip("ăằắẳẵặ", (0xA8, 0xBB, 0xBE, 0xBC, 0xBD, 0xC6), strict=True)),
    **dict(zip("âầấẩẫậ", (0xA9, 0xC7, 0xCA, 0xC8, 0xC9, 0xCB), strict=True)),
    **dict(zip("đèéẻẽẹ", (0xAE, 0xCC, 0xD0, 0xCE, 0xCF, 0xD1), strict=True)),
    **dict(zip("êềếểễệ", (0xAA, 0xD2, 0xD5, 0xD3, 0xD4, 0xD6), strict=True)),
    **dict(zip("ìíỉĩị", (0xD7, 0xDD, 0xD8, 0xDC, 0xDE), strict=True)),
    **dict(zip("òóỏõọ", (0xDF, 0xE3, 0xE1, 0xE2, 0xE4), strict=True)),
    **dict(zip("ôồốổỗộ", (0xAB, 0xE5, 0xE8, 0xE6, 0xE7, 0xE9), strict=True)),
    **dict(zip("ơờớởỡợ", (0xAC, 0xEA, 0xED, 0xEB, 0xEC, 0xEE), strict=True)),
    **dict(zip("ùúủũụ", (0xEF, 0xF3, 0xF1, 0xF2, 0xF4), strict=True)),
    **dict(zip("ưừứửữự", (0xAD, 0xF5, 0xF8, 0xF6, 0xF7, 0xF9), strict=True)),
    **dict(zip("ỳýỷỹỵ", (0xFA, 0xFD, 0xFB, 0xFC, 0xFE), strict=True)),
    **dict(zip("ĂÂĐÊÔƠƯ", (0xA1, 0xA2, 0xA7, 0xA3, 0xA4, 0xA5, 0xA6), strict=True)),
}
"""TCVN 5712-1 (ABC); capitals with a tone have no byte, they are set in the …H font."""
_VNI_MARKS = {
    "\u0301": 0xF9, "\u0300": 0xF8, "\u0309": 0xFB, "\u0303": 0xF5, "\u0323": 0xEF,
    "\u0302": 0xE2, "\u0302\u0301": 0xE1, "\u0302\u0300": 0xE0, "\u0302\u0309": 0xE5, "\u0302\u0303": 0xE3,
    "\u0302\u0323": 0xE4,
    "\u0306": 0xEA, "\u0306\u0301": 0xE9, "\u0306\u0300": 0xE8, "\u0306\u0309": 0xFA, "\u0306\u0303": 0xFC,
    "\u0306\u0323": 0xEB,
}  # fmt: skip
_VNI_WHOLE = {"đ": 0xF1, "ơ": 0xF4, "ư": 0xF6, "í": 0xED, "ì": 0xEC, "ỉ": 0xE6, "ĩ": 0xF3, "ị": 0xF2, "ỵ": 0xEE}
_CAPITAL = 0x20  # VNI's capitals and the marks over them lie this much below the small ones
NAMES = {"tcvn3": ".VnTime", "tcvn3-caps": ".VnTimeH", "vni": "VNI-Times", "unicode": "Tinos"}
EMBEDDINGS = ("winansi", "bytes", "latin", "cid")
"""`winansi`: one byte a letter, said to be Windows-1252; `bytes`: no word on what it means; `latin`: with a table that
calls it Latin-1; `cid`: two bytes a glyph with such a table, as Word writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text in one font: `tcvn3`, `vni`, or `unicode` set as NFC, NFD or, composed but for the tone, `cp1258`."""

    text: str
    font: str
    form: str = "NFC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Runs from (x, y), y being the baseline, in points from the top left of an A4 page."""

    x: float
    y: float
    runs: tuple[Run, ...]
    size: float = 13.0


def written(text: str, font: str) -> list[tuple[str, bytes]]:
    """(font, bytes) pieces that make up the text: TCVN3 goes to its capitals' font for what has no byte."""
    if font == "vni":
        return [("vni", b"".join(_vni(char) for char in unicodedata.normalize("NFC", text)))]
    pieces: list[tuple[str, bytes]] = []
    for char in unicodedata.normalize("NFC", text):
        capital = char not in _TCVN3 and char.lower() in _TCVN3
        face = "tcvn3-caps" if font == "tcvn3-caps" or capital else "tcvn3"
        small = char.lower() if face == "tcvn3-caps" else char
        code = bytes([_TCVN3[small]]) if small in _TCVN3 else small.encode("ascii")
        if pieces and pieces[-1][0] == face:
            pieces[-1] = face, pieces[-1][1] + code
        else:
            pieces.append((face, code))
    return pieces


def _vni(char: str) -> bytes:
    if char.isascii():
        return char.encode("ascii")
    down = _CAPITAL if char.isupper() else 0
    if char.lower() in _VNI_WHOLE:
        return bytes([_VNI_WHOLE[char.lower()] - down])
    base, *marks = unicodedata.normalize("NFD", char)
    if "\u031b" in marks:  # the horn stays with its letter
        marks.remove("\u031b")
        base = unicodedata.normalize("NFC", base + "\u031b")
    order = sorted(marks, key=lambda mark: mark not in "\u0302\u0306")
    return _vni(base) + bytes([_VNI_MARKS["".join(order)] - down])


def pdf(path: Path, pages: Sequence[Sequence[Row]], embedding: str = "winansi") -> Path:
    """Write the pages; `embedding` is one of EMBEDDINGS, for all of their fonts (Unicode ones always `cid`)."""
    out = pikepdf.new()
    fonts = {name: _embed(out, name, "cid" if name == "unicode" else embedding) for name in NAMES}
    names = {name: f"/F{number}" for number, name in enumerate(NAMES)}
    for rows in pages:
        page = out.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary({names[name]: fonts[name] for name in NAMES}))
        shown = "\n".join(
            f"{names[name]} {row.size} Tf {codes}" for row in rows for name, codes in _shown(row, embedding)
        )
        page.Contents = out.make_stream(shown.encode("ascii"))
    out.save(path)
    return path


def _shown(row: Row, embedding: str) -> Iterator[tuple[str, str]]:
    at = f"BT 1 0 0 1 {row.x} {842 - row.y} Tm"
    first = True
    for run in row.runs:
        for name, codes in _pieces(run):
            glyphs = _glyphs(name)
            whole = embedding == "cid" or name == "unicode"
            text = "".join(f"{glyphs.number(code):04X}" if whole else f"{code:02X}" for code in codes)
            yield name, f"{at if first else ''} <{text}> Tj"
            first = False


def _pieces(run: Run) -> list[tuple[str, Sequence[int]]]:
    if run.font != "unicode":
        return [(name, list(codes)) for name, codes in written(run.text, run.font)]
    return [("unicode", [ord(char) for char in _formed(run.text, run.form)])]


def _formed(text: str, form: str) -> str:
    if form != "cp1258":
        return unicodedata.normalize("NFD" if form == "NFD" else "NFC", text)
    return "".join(map(_toned_apart, unicodedata.normalize("NFC", text)))


def _toned_apart(char: str) -> str:
    """ế → ê + acute: Windows-1258 has letters with their shape, and tones that combine."""
    base, *marks = unicodedata.normalize("NFD", char)
    shape = [mark for mark in marks if mark in "\u0302\u0306\u031b"]
    tones = [mark for mark in marks if mark not in shape]
    return unicodedata.normalize("NFC", base + "".join(shape)) + "".join(tones)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Glyphs:
    """A font file and, for each of its codes, the glyph: its number and width in thousandths of the size."""

    file: bytes
    codes: dict[int, tuple[int, int]]

    def number(self, code: int) -> int:
        return self.codes[code][0]


@cache
def _glyphs(name: str) -> _Glyphs:
    """Tinos with its letters at the codes of the old font `name`, or as it is for `unicode`."""
    font = TTFont(faces.path("tinos"))
    known = font.getBestCmap()
    cmap: dict[int, str] = {code: known[code] for code in range(0x20, 0x7F)}
    if name == "unicode":
        marked = LETTERS + LETTERS.upper() + unicodedata.normalize("NFD", LETTERS + LETTERS.upper()) + "–’“”"
        cmap |= {ord(char): known[ord(char)] for char in marked}
    elif name == "vni":
        cmap |= _vni_glyphs(font, known)
    else:
        letters = {code: char.upper() if name == "tcvn3-caps" else char for char, code in _TCVN3.items()}
        cmap |= {code: known[ord(char)] for code, char in letters.items()}
        if name == "tcvn3-caps":
            cmap |= {code: known[code - 0x20] for code in range(ord("a"), ord("z") + 1)}
    return _built(font, cmap)


def _vni_glyphs(font: TTFont, known: dict[int, str]) -> dict[int, str]:
    cmap = {}
    for char, code in _VNI_WHOLE.items():
        cmap |= {code: known[ord(char)], code - _CAPITAL: known[ord(char.upper())]}
    for marks, code in _VNI_MARKS.items():
        for down, raised in ((0, 0), (_CAPITAL, 400)):
            pen = TTGlyphPen(font.getGlyphSet())
            for level, mark in enumerate(marks):
                low = mark == "\u0323"
                middle = font["glyf"][known[ord(mark)]]
                lift = 0 if low else raised + (260 if level else 0) - (430 if middle.yMin > 1400 else 100)
                pen.addComponent(known[ord(mark)], (1, 0, 0, 1, -450 - (middle.xMin + middle.xMax) // 2, lift))
            made = f"vni{code - down:02X}"
            font["glyf"][made] = pen.glyph()
            font["hmtx"][made] = (0, -500)
            cmap[code - down] = made
    return cmap


def _built(font: TTFont, cmap: dict[int, str]) -> _Glyphs:
    for table in ("GSUB", "GPOS", "GDEF", "kern", "name", "post"):
        if table in font and table not in ("name", "post"):
            del font[table]
    one_byte = max(cmap) < 0x100
    tables = [_cmap(4, 3, 1, cmap)]
    if one_byte:  # as symbol fonts are addressed too: by the byte itself
        tables.append(_cmap(6, 1, 0, cmap))
    font["cmap"].tables = tables
    options = subset.Options(glyph_names=False, notdef_outline=True, layout_features=[], hinting=False)
    options.symbol_cmap = options.legacy_cmap = True
    cutter = subset.Subsetter(options)
    cutter.populate(glyphs=list(cmap.values()))
    cutter.subset(font)
    out = io.BytesIO()
    font.save(out)
    upm = font["head"].unitsPerEm
    codes = {code: (font.getGlyphID(glyph), round(font["hmtx"][glyph][0] * 1000 / upm)) for code, glyph in cmap.items()}
    return _Glyphs(file=out.getvalue(), codes=codes)


def _cmap(form: int, platform: int, encoding: int, codes: dict[int, str]) -> CmapSubtable:
    table = CmapSubtable.newSubtable(form)
    table.platformID, table.platEncID, table.language, table.cmap = platform, encoding, 0, codes
    return table


def _embed(out: pikepdf.Pdf, name: str, embedding: str) -> pikepdf.Dictionary:
    """The font as an object of the PDF."""
    made = _glyphs(name)
    called = pikepdf.Name("/ABCDEF+" + NAMES[name])
    file = out.make_stream(made.file)
    file.Length1 = len(made.file)
    about = out.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=called, Flags=4, FontBBox=[-500, -300, 1200, 1000],
            ItalicAngle=0, Ascent=890, Descent=-216, CapHeight=660, StemV=80, FontFile2=file,
        )
    )  # fmt: skip
    if embedding != "cid":
        widths = [made.codes.get(code, (0, 250))[1] for code in range(0x20, 0x100)]
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.TrueType, BaseFont=called, FirstChar=0x20, LastChar=0xFF,
            Widths=widths, FontDescriptor=about,
        )  # fmt: skip
        if embedding == "winansi":
            about.Flags = 32
            font.Encoding = pikepdf.Name.WinAnsiEncoding
        if embedding == "latin":
            font.ToUnicode = out.make_stream(_to_unicode({code: code for code in range(0x20, 0x100)}, 1))
        return out.make_indirect(font)
    below = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType2, BaseFont=called, FontDescriptor=about, DW=250,
        CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        CIDToGIDMap=pikepdf.Name.Identity,
        W=pikepdf.Array([part for number, wide in made.codes.values() for part in (number, [wide])]),
    )  # fmt: skip
    meaning = {number: code for code, (number, _) in made.codes.items()}
    return out.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=called, Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[out.make_indirect(below)], ToUnicode=out.make_stream(_to_unicode(meaning, 2)),
        )
    )  # fmt: skip


def _to_unicode(meaning: dict[int, int], size: int) -> bytes:
    """A ToUnicode table of codes of `size` bytes."""
    rows = [f"<{code:0{2 * size}X}> <{char:04X}>" for code, char in sorted(meaning.items())]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    span = f"1 begincodespacerange\n<{'00' * size}> <{'FF' * size}>\nendcodespacerange"
    head = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Old def\n/CMapType 2 def"
    return f"{head}\n{span}\n{body}\nendcmap\nend\nend".encode("ascii")
