"""Any installed Tesseract, through its command (pytesseract): slower than `tesseract`, works with every version."""

import os
from dataclasses import dataclass

import pytesseract
from PIL import Image as Pil

from digitizer.contracts import Engine, Hint, Image
from digitizer.errors import BadSettings, PageFailed, PageTimeout
from digitizer.model import Line, Word
from digitizer.ocr.crops import read_boxes
from digitizer.ocr.engines.tesseract import SEGMENTATION, as_word, group


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`lang`: models to read with, joined by `+`.  `seconds`: the most that one image may take."""

    lang: str = "vie"
    seconds: int = 120


def open(options: Options) -> Engine:  # noqa: A001 - the name that every plug has
    """The engine; raises BadSettings that says what to install."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        installed = pytesseract.get_languages()
    except (pytesseract.TesseractNotFoundError, OSError) as error:
        raise BadSettings(
            "the command tesseract is missing: apt-get install tesseract-ocr tesseract-ocr-vie"
        ) from error
    for lang in options.lang.split("+"):
        if lang not in installed:
            raise BadSettings(f"Tesseract has no model {lang!r}: apt-get install tesseract-ocr-{lang}")
    return TesseractCommand(options)


class TesseractCommand:
    """The command, run once an image."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def read(self, image: Image, hint: Hint) -> tuple[Line, ...]:
        """The lines that Tesseract finds, in its reading order; raises PageFailed, PageTimeout."""
        if hint.boxes:
            return read_boxes(self.read, image, hint)
        config = f"--oem 1 --psm {SEGMENTATION[hint.layout]} --dpi {hint.dpi} -c tessedit_do_invert=0"
        try:
            table = pytesseract.image_to_data(
                Pil.fromarray(image),
                lang=self._options.lang,
                config=config,
                output_type=pytesseract.Output.DICT,
                timeout=self._options.seconds,
            )
        except pytesseract.TesseractError as error:
            raise PageFailed(f"Tesseract gave up on this image (exit code {error.status})") from error
        except RuntimeError as error:  # how pytesseract says that time is up
            raise PageTimeout from error
        words: list[tuple[bool, Word]] = []
        before: tuple[int, ...] = ()
        for i in range(len(table["text"])):
            if table["level"][i] != 5:
                continue
            x, y = table["left"][i], table["top"][i]
            box = (x, y, x + table["width"][i], y + table["height"][i])
            word = as_word(table["text"][i], box, float(table["conf"][i]))
            line = (table["block_num"][i], table["par_num"][i], table["line_num"][i])
            if word is not None:
                words.append((line != before, word))
                before = line
        return group(words)
