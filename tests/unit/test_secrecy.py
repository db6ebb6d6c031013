"""The guard between reading and keeping: marks in the text always, marks in stamps where the settings say so."""

from random import Random

import numpy as np
import pytest
from PIL import Image as Images

from digitizer.contracts import Image
from digitizer.errors import Suspected
from digitizer.model import Line, Page, Word
from digitizer.ocr.engines import tesseract
from digitizer.ocr.look import Look
from digitizer.ocr.regions import box_quad
from digitizer.ocr.secrecy import Guarded, said
from samples import marks
from samples.leaf import RED
from samples.secret import MARKS, URGENT, stamp
from samples.sheet import MM
from tests.unit.test_look import Seen


def line(text: str, top: int) -> Line:
    words, left = [], 200
    for word in text.split():
        box = (left, top, left + 20 * len(word), top + 30)
        words.append(Word(text=word, read=word, box=box, quad=box_quad(box), confidence=0.9))
        left = box[2] + 10
    return Line(words=tuple(words), box=(200, top, left, top + 30))


@pytest.mark.parametrize(
    ("lines", "is_mark"),
    [
        (("MẬT",), True),
        (("TUYỆT MẬT",), True),
        (("TÔI MẬT",), True),
        (("BẢO", "MẬT"), False),
        (("BÍ MẬT",), False),
        (("Mật",), False),
        (("QUY CHẾ BẢO MẬT",), False),
        (("HỎA TỐC",), False),
    ],
)
def test_only_a_mark_that_stands_alone_in_capitals_is_one(lines: tuple[str, ...], is_mark: bool) -> None:
    read = tuple(line(text, 300 + 60 * at) for at, text in enumerate(lines))
    assert said(Page(number=1, width=1654, height=2339, lines=read)) is is_mark


def _sheet(word: str, wide: float) -> Image:
    paper = Images.new("RGB", (1654, 2339), "white")
    image = stamp(word, wide, RED, Random(3))
    scale = 200 / 25.4 / MM / marks.SCALE
    small = image.resize((round(image.width * scale), round(image.height * scale)), Images.Resampling.LANCZOS)
    paper.paste(small, (220, 330), small)
    return np.asarray(paper)


@pytest.mark.parametrize(("word", "is_mark"), [("TỐI MẬT", True), ("HỎA TỐC", False)])
def test_stamps_are_read_only_where_the_settings_say_so(word: str, is_mark: bool) -> None:
    engine = tesseract.open(tesseract.Options())
    seen = Seen(_sheet(word, (MARKS | URGENT)[word]))
    page = Look(engine)(Page(number=1), seen)
    assert Guarded(lambda page, _: page, engine, stamps=False)(page, seen) == page
    watchful = Guarded(lambda page, _: page, engine, stamps=True)
    if is_mark:
        with pytest.raises(Suspected):
            watchful(page, seen)
    else:
        assert watchful(page, seen) == page
