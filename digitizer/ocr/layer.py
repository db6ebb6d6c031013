"""The text layer of a PDF page: its characters put together to words and lines, in pixels of the page image."""

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdfium2 import raw

from digitizer.model import Line, Word
from digitizer.ocr.legacy import to_unicode
from digitizer.ocr.regions import box_quad, enclosing

_MOST = 60_000  # characters of one page; more is no page of text


@dataclass(slots=True)
class _Run:
    """Characters of one word: text, box in points (left, bottom, right, top), font."""

    font: str
    chars: list[str] = field(default_factory=list)
    left: float = 1e9
    bottom: float = 1e9
    right: float = -1e9
    top: float = -1e9


def read_layer(page: Any, width: int, height: int) -> tuple[Line, ...]:
    """Words of the page with boxes on its `width` × `height` image, legacy fonts converted; () when there are none."""
    textpage = page.get_textpage()
    try:
        lines = []
        for runs in _lines(textpage, min(textpage.count_chars(), _MOST)):
            words = tuple(word for run in runs for word in _words(page, run, width, height))
            if words:
                lines.append(Line(words=words, box=enclosing([word.box for word in words])))
        return tuple(lines)
    finally:
        textpage.close()


def _lines(textpage: Any, count: int) -> Iterator[list[_Run]]:
    line: list[_Run] = []
    word: _Run | None = None
    for index in range(count):
        code = raw.FPDFText_GetUnicode(textpage, index)
        char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if char in "\r\n":
            if line:
                yield line
            line, word = [], None
        elif char.isspace():
            word = None
        else:
            box = _box(textpage, index)
            if word is not None and line and _elsewhere(word, box):
                yield line
                line, word = [], None
            if word is None:
                word = _Run(_font(textpage, index))
                line.append(word)
            _extend(word, char, box)
    if line:
        yield line


def _elsewhere(word: _Run, box: tuple[float, float, float, float]) -> bool:
    """A character far off the word's line or gap: PDFium has joined what lies apart."""
    size = max(word.top - word.bottom, box[3] - box[1], 1.0)
    apart = box[1] > word.top or box[3] < word.bottom
    return (apart and abs(box[1] - word.bottom) > 1.5 * size) or box[0] > word.right + 3 * size


def _extend(word: _Run, char: str, box: tuple[float, float, float, float]) -> None:
    word.chars.append(char)
    word.left, word.bottom = min(word.left, box[0]), min(word.bottom, box[1])
    word.right, word.top = max(word.right, box[2]), max(word.top, box[3])


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


def _words(page: Any, run: _Run, width: int, height: int) -> Iterator[Word]:
    text = unicodedata.normalize("NFC", to_unicode("".join(run.chars), run.font))
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf"))
    if not text:
        return
    first, second = (_pixel(page, x, y, width, height) for x, y in ((run.left, run.top), (run.right, run.bottom)))
    box = (
        max(0, min(first[0], second[0])),
        max(0, min(first[1], second[1])),
        min(width, max(first[0], second[0])),
        min(height, max(first[1], second[1])),
    )
    if box[2] > box[0] and box[3] > box[1]:  # else off the page: nobody sees it
        yield Word(text=text, read=text, box=box, quad=box_quad(box), confidence=1.0)


def _pixel(page: Any, x: float, y: float, width: int, height: int) -> tuple[int, int]:
    """Points on the page → pixels of its image: /Rotate and crop box are PDFium's business."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
    return across.value, down.value
