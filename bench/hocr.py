"""Reads the hOCR that Tesseract writes, alone and inside OCRmyPDF."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from bench.nouns import Box, ReadLine, ReadPage

_LINES = ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat")
_SPACE = "{http://www.w3.org/1999/xhtml}"
_BOX = re.compile(r"\bbbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")


def read_hocr(file: Path, *, upright: bool = False) -> ReadPage:
    """The lines of the one page in it, in Tesseract's order; an empty page when the file is missing or empty."""
    if not file.is_file() or not file.stat().st_size:
        return ReadPage(upright=upright)
    root = ET.parse(file).getroot()  # written by our own run of Tesseract a moment ago
    size = (0, 0)
    lines = []
    for element in root.iter():
        role = element.get("class", "")
        if role == "ocr_page":
            box = _box(element)
            size = (int(box[2] - box[0]), int(box[3] - box[1]))
        elif role in _LINES:
            words = ["".join(word.itertext()).strip() for word in element.iter(f"{_SPACE}span") if _is_word(word)]
            text = " ".join(word for word in words if word)
            if text:
                lines.append(ReadLine(text=text, box=_box(element)))
    return ReadPage(lines=tuple(lines), size=size, upright=upright)


def _is_word(element: "ET.Element[str]") -> bool:
    return element.get("class") == "ocrx_word"


def _box(element: "ET.Element[str]") -> Box:
    match = _BOX.search(element.get("title", ""))
    if match is None:
        return (0.0, 0.0, 0.0, 0.0)
    x0, y0, x1, y1 = (float(number) for number in match.groups())
    return (x0, y0, x1, y1)
