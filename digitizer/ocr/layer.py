"""The text layer of a PDF page: its characters put together to words and lines, in pixels of the page image."""

import ctypes
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from pypdfium2 import raw

from digitizer.model import Line, Word
from digitizer.ocr.legacy import Coding, coding, unchanged
from digitizer.ocr.regions import box_quad, enclosing

_MOST = 60_000  # characters of one page; more is no page of text
_BROKEN = "\u0002\ufffe"  # a hyphen, or TCVN3's ư, at the end of a line, as PDFium gives them
_UNSEEN = ("Cc", "Cf")


@dataclass(frozen=True, slots=True)
class _Char:
    """One character: text as extracted, box of its ink in points (left, bottom, right, top), line height, font."""

    text: str
    box: tuple[float, float, float, float]
    tall: float
    font: str


def read_layer(page: Any, width: int, height: int) -> tuple[Line, ...]:
    """Words of the page with boxes on its `width` × `height` image; () when there are none.

    Legacy fonts are converted; such words keep what was extracted as `read`.
    """
    textpage = page.get_textpage()
    try:
        chars = [_char(textpage, index) for index in range(min(textpage.count_chars(), _MOST))]
    finally:
        textpage.close()
    said: dict[str, list[str]] = {}
    for char in chars:
        said.setdefault(char.font, []).append(char.text)
    codings = {font: coding(font, "".join(texts)) for font, texts in said.items()}
    lines = []
    for runs in _lines(chars):
        words = tuple(word for run in runs for word in _words(page, run, codings, width, height))
        if words:
            lines.append(Line(words=words, box=enclosing([word.box for word in words])))
    return tuple(lines)


def _char(textpage: Any, index: int) -> _Char:
    code = raw.FPDFText_GetUnicode(textpage, index)
    text = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    loose = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, index, loose)
    return _Char(text, _box(textpage, index), abs(loose.top - loose.bottom), _font(textpage, index))


def _lines(chars: Iterable[_Char]) -> Iterator[list[list[_Char]]]:
    """Lines of words of characters."""
    line: list[list[_Char]] = []
    word: list[_Char] = []
    for char in chars:
        broken = char.text in _BROKEN
        if char.text in "\r\n" or (word and not broken and not char.text.isspace() and _elsewhere(word, char)):
            if line:
                yield line
            line, word = [], []
        if char.text.isspace():
            word = []
            continue
        if not word:
            line.append(word)
        word.append(replace(char, text="\u00ad") if broken else char)
        if broken:
            yield line
            line, word = [], []
    if line:
        yield line


def _elsewhere(word: list[_Char], char: _Char) -> bool:
    """A character far off the word's line or gap: PDFium has joined what lies apart."""
    _, bottom, right, top = _around(word)
    size = max(word[-1].tall, char.tall, top - bottom, 1.0)
    apart = char.box[1] > top or char.box[3] < bottom
    return (apart and abs(char.box[1] - bottom) > 1.2 * size) or char.box[0] > right + 3 * size


def _around(chars: list[_Char]) -> tuple[float, float, float, float]:
    """The box of all of them, without those that have none."""
    boxes = [char.box for char in chars if char.box[2] > char.box[0] or char.box[3] > char.box[1]] or [chars[0].box]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _box(textpage: Any, index: int) -> tuple[float, float, float, float]:
    """(left, bottom, right, top) in points."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(textpage, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _font(textpage: Any, index: int) -> str:
    """The font's name, '' when unknown."""
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(textpage, index, buffer, 128, flags)
    return buffer.raw[: max(0, length - 1)].decode("utf-8", "replace") if length <= 128 else ""


def _words(page: Any, run: list[_Char], codings: dict[str, Coding], width: int, height: int) -> Iterator[Word]:
    pieces = [(font, "".join(char.text for char in some)) for font, some in groupby(run, lambda char: char.font)]
    text = _clean("".join(codings[font](piece) for font, piece in pieces))
    read = _clean("".join(unchanged(piece) if codings[font] is unchanged else piece for font, piece in pieces))
    if not text:
        return
    left, bottom, right, top = _around(run)
    first, second = (_pixel(page, x, y, width, height) for x, y in ((left, top), (right, bottom)))
    box = (
        max(0, min(first[0], second[0])),
        max(0, min(first[1], second[1])),
        min(width, max(first[0], second[0])),
        min(height, max(first[1], second[1])),
    )
    if box[2] > box[0] and box[3] > box[1]:  # else off the page: nobody sees it
        yield Word(text=text, read=read, box=box, quad=box_quad(box), confidence=1.0)


def _clean(text: str) -> str:
    """NFC without what nobody sees."""
    return "".join(char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char) not in _UNSEEN)


def _pixel(page: Any, x: float, y: float, width: int, height: int) -> tuple[int, int]:
    """Points on the page → pixels of its image: /Rotate and crop box are PDFium's business."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
    return across.value, down.value
