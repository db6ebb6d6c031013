"""Tesseract in this process (tesserocr): no start, no files in between, half the time of the command line."""

import math
import os
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitizer.contracts import Engine, Hint, Image
from digitizer.errors import BadSettings, PageFailed
from digitizer.model import Box, Line, Word
from digitizer.ocr import filters
from digitizer.ocr.crops import read_boxes
from digitizer.ocr.network import Network, UnknownNetworkError
from digitizer.ocr.regions import box_quad, enclosing
from digitizer.ocr.spotting import read_words
from digitizer.ocr.strips import read_each, read_lines

_PLACES = ("share/tesseract-ocr/*/tessdata", "share/tessdata", "local/share/tessdata")  # below /usr: Debian, others
SEGMENTATION = {"page": 3, "column": 4, "block": 6, "line": 7, "sparse": 11}
"""Tesseract's page segmentation mode for each `Hint.layout`."""
_LAYOUT = 0.8  # of the prepared image's size: enough to find words, in less time
# Off by default in the library but not for us: debug output goes nowhere, inverted text (none on paper) isn't tried.
VARIABLES = {"debug_file": os.devnull, "tessedit_do_invert": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`lang`: models to read with, joined by `+`.  `tessdata`: the folder of models; found when empty.

    `second`: the model that doubtful lines are read with again, where it is installed; empty: the first one.
    """

    lang: str = "vie"
    second: str = "Vietnamese"
    tessdata: str = ""


def open(options: Options) -> Engine:  # noqa: A001 - the name that every plug has
    """The engine; raises BadSettings that says what to install."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # one process a core beats threads within a page; before the import
    import tesserocr

    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
    folder = find_tessdata(options)
    try:
        api = tesserocr.PyTessBaseAPI(path=folder, lang=options.lang, oem=tesserocr.OEM.LSTM_ONLY, variables=VARIABLES)
    except RuntimeError as error:
        raise BadSettings(f"Tesseract can't load {options.lang!r} from {folder}: {error}") from error
    first, second = (_network(Path(folder) / f"{lang}.traineddata") for lang in (options.lang, options.second))
    return Tesseract(api, tesserocr.RIL, first, second)


def _network(file: Path) -> Network | None:
    """The line network of the model, when it is one that we can run."""
    try:
        return Network(file)
    except (UnknownNetworkError, struct.error, OSError):
        return None


def find_tessdata(options: Options) -> str:
    """The folder that holds every model of `options.lang`; raises BadSettings that says what to install."""
    told = [options.tessdata] if options.tessdata else [os.environ.get("TESSDATA_PREFIX", ""), *_found()]
    for folder in filter(None, told):
        if all((Path(folder) / f"{lang}.traineddata").is_file() for lang in options.lang.split("+")):
            return folder
    raise BadSettings(f"Tesseract has no model {options.lang!r}: apt-get install tesseract-ocr tesseract-ocr-vie")


def _found() -> list[str]:
    return [str(folder) for place in _PLACES for folder in sorted(Path("/usr").glob(place), reverse=True)]


class Tesseract:
    """One loaded model.  For one thread at a time.

    Tesseract finds the words; its network, run by us, reads them (`ocr/network.py`).  A model that is of another sort,
    or several together, are left to Tesseract as a whole.
    """

    def __init__(self, api: Any, levels: Any, network: Network | None, second: Network | None = None) -> None:
        self._api = api
        self._levels = levels
        self._network = network
        self._second = second or network

    def read(self, image: Image, hint: Hint) -> tuple[Line, ...]:
        """The lines that Tesseract finds, in its reading order; raises PageFailed."""
        grey = filters.grey(image)
        if hint.boxes and self._network and self._second:
            network = self._second if hint.again else self._network
            if hint.words:
                return tuple(read_words(grey, hint.boxes, hint.words, network))
            return tuple(read_each(grey, hint.boxes, network))
        if hint.boxes:
            return read_boxes(self.read, grey, hint)
        try:
            self._api.SetPageSegMode(SEGMENTATION[hint.layout])
            if self._network:
                return tuple(read_lines(grey, self._places(grey, hint.dpi), self._network))
            self._show(grey, hint.dpi)
            if not self._api.Recognize():
                raise PageFailed("Tesseract gave up on this image")
            return group(list(self._words()))
        finally:
            self._api.Clear()

    def _show(self, grey: Image, dpi: int) -> None:
        height, width = grey.shape
        self._api.SetImageBytes(np.ascontiguousarray(grey).tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(dpi)

    def _places(self, grey: Image, dpi: int) -> list[list[Box]]:
        """The boxes of the words of every line, found on a reduced image: letters are not to be read there."""
        size = (max(1, round(grey.shape[1] * _LAYOUT)), max(1, round(grey.shape[0] * _LAYOUT)))
        small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        self._show(small, round(dpi * _LAYOUT))
        found = self._api.AnalyseLayout()
        lines: list[list[Box]] = []
        if found is None:
            return lines
        level, line = self._levels.WORD, self._levels.TEXTLINE
        while True:
            if found.IsAtBeginningOf(line) or not lines:
                lines.append([])
            box = found.BoundingBox(level)
            if not found.Empty(level) and box is not None:
                x0, y0, x1, y1 = box
                lines[-1].append(
                    (int(x0 / _LAYOUT), int(y0 / _LAYOUT), math.ceil(x1 / _LAYOUT), math.ceil(y1 / _LAYOUT))
                )
            if not found.Next(level):
                return [boxes for boxes in lines if boxes]

    def _words(self) -> Iterator[tuple[bool, Word]]:
        found = self._api.GetIterator()
        if found is None:
            return
        level, line = self._levels.WORD, self._levels.TEXTLINE
        begins = False
        while True:
            begins = begins or found.IsAtBeginningOf(line)
            box = found.BoundingBox(level)
            if not found.Empty(level) and box is not None:
                word = as_word(found.GetUTF8Text(level), box, found.Confidence(level))
                if word is not None:
                    yield begins, word
                    begins = False
            if not found.Next(level):
                return


def as_word(text: str, box: tuple[int, int, int, int], percent: float) -> Word | None:
    """A word as engines of Tesseract give it, in NFC; None when it is empty."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text or box[2] <= box[0] or box[3] <= box[1]:
        return None
    sure = min(1.0, max(0.0, percent / 100))
    return Word(text=text, read=text, box=box, quad=box_quad(box), confidence=sure)


def group(words: list[tuple[bool, Word]]) -> tuple[Line, ...]:
    """Lines out of words, each with whether it begins a line."""
    lines: list[list[Word]] = []
    for begins, word in words:
        if begins or not lines:
            lines.append([])
        lines[-1].append(word)
    return tuple(Line(words=tuple(line), box=enclosing([word.box for word in line])) for line in lines)
