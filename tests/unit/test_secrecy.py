"""The guard between reading and keeping: marks in the text always, marks in stamps where the settings say so."""

from dataclasses import replace
from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image as Images
from PIL import ImageDraw

from digitizer.contracts import Hint, Image
from digitizer.errors import Suspected
from digitizer.model import Box, Line, Page, Word
from digitizer.ocr.engines import tesseract
from digitizer.ocr.frames import find_frames
from digitizer.ocr.look import Look
from digitizer.ocr.regions import box_quad
from digitizer.ocr.secrecy import Guarded, said, unread
from digitizer.ocr.stamps import upper
from samples import faces, marks
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
        (("MẶT",), False),
        (("BÁO", "MẤT"), False),
        (("MẬT", "ĐỘ"), False),
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


def _ruled(*lines: tuple[int, int, int, int]) -> Image:
    image = np.full((500, 800), 250, np.uint8)
    for x0, y0, x1, y1 in lines:
        cv2.line(image, (x0, y0), (x1, y1), 60, 2)
    return image


def test_frames_of_a_stamp_s_size_are_found_slanted_or_broken_and_cells_of_tables_are_none() -> None:
    slanted = _ruled((200, 200, 316, 220), (316, 220, 311, 251), (311, 251, 195, 231), (195, 231, 200, 200))
    broken = _ruled((200, 200, 318, 200), (200, 200, 200, 232), (318, 200, 318, 232), (200, 232, 230, 232))
    table = _ruled(*((100, y, 700, y) for y in (200, 232, 264)), *((x, 150, x, 300) for x in (100, 220, 340, 460)))
    assert [len(find_frames(image, 3.94)) for image in (slanted, broken, table)] == [1, 1, 0]


def test_a_frame_over_print_is_found_by_what_stands_out_of_it() -> None:
    image = _ruled((200, 200, 280, 205), (280, 205, 278, 237), (278, 237, 198, 232), (198, 232, 200, 200))
    cv2.line(image, (205, 200), (420, 200), 90, 2)  # a heading underlined across its upper edge
    for x in range(150, 420, 14):
        cv2.putText(image, "n", (x, 238), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 110, 2)
    (frame,) = find_frames(image, 3.94)
    assert np.abs(frame.mean(axis=0) - (239, 218)).max() < 8


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("MẬT", "MẬT"),
        ("MÂT", "MẬT"),
        ("TUYỆT MẬT", "TUYỆT MẬT"),
        ("; TỐI MẬT 5", "TỐI MẬT"),
        ("MẪU 01", None),
        ("MẶT TRẬN", None),
        ("ĐÃ THU TIỀN", None),
        ("HỎA TỐC", None),
        ("Mật", None),
    ],
)
@pytest.mark.parametrize("again", [False, True])
def test_an_engine_tells_how_likely_words_stand_in_a_box(text: str, mark: str | None, again: bool) -> None:
    engine = tesseract.open(tesseract.Options())
    sheet = Images.new("L", (500, 90), 255)
    ImageDraw.Draw(sheet).text((20, 20), text, fill=60, font=faces.font("tinos", 40, bold=True))
    asked = Hint(boxes=((5, 5, 495, 85),), again=again, words=tuple(MARKS))
    ((word,),) = (line.words for line in engine.read(np.asarray(sheet), asked))
    assert word.box == asked.boxes[0]
    assert word.confidence < 0.15 if mark is None else (word.text, word.confidence > 0.5) == (mark, True)


def test_a_lone_word_that_reading_passed_over_is_read() -> None:
    engine = tesseract.open(tesseract.Options())
    sheet = Images.new("L", (1654, 2339), 255)
    ImageDraw.Draw(sheet).text((250, 160), "MẬT", fill=20, font=faces.font("tinos", 36, bold=True))
    page = Page(number=1, width=1654, height=2339, dpi=200.0)
    view = upper(page, np.asarray(sheet))
    assert view
    assert unread(page, view, engine)
    read = line("MẬT", 160)
    assert not unread(replace(page, lines=(replace(read, words=_at(read.words, (230, 140, 400, 220))),)), view, engine)


@pytest.mark.parametrize(("below", "secret"), [("ĐỘ", False), ("SỐ", True), ("độ", True)])
def test_a_word_that_goes_on_below_is_no_mark(below: str, secret: bool) -> None:
    engine = tesseract.open(tesseract.Options())
    sheet = Images.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(sheet)
    for text, y in (("MẬT", 160), (below, 206)):
        draw.text((250, y), text, fill=20, font=faces.font("tinos", 36, bold=True))
    read = line(below, 206)
    page = Page(number=1, width=1654, height=2339, dpi=200.0)
    view = upper(page, np.asarray(sheet))
    assert view
    lines = (replace(read, words=_at(read.words, (250, 208, 320, 246))),)
    assert unread(replace(page, lines=lines), view, engine) is secret


def _at(words: tuple[Word, ...], box: Box) -> tuple[Word, ...]:
    return tuple(replace(word, quad=box_quad(box)) for word in words)
