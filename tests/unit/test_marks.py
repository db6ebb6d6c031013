"""Seals are read, signatures found, numbers filled in by hand told from print, stamps that lie askew read."""

from functools import cache
from random import Random

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitizer.classify.found import from_words
from digitizer.contracts import Engine
from digitizer.model import Line, LineRole, Looks, Page, PageRef, Word
from digitizer.ocr.engines import tesseract
from digitizer.ocr.hands import held_down, with_hands
from digitizer.ocr.layout import in_order
from digitizer.ocr.regions import box_quad, enclosing
from digitizer.ocr.rings import dark_ink, find_circle
from digitizer.ocr.seal_text import find_seals, read_seals
from digitizer.ocr.shapes import HALF, find_shapes, whole
from digitizer.ocr.signatures import find_signatures
from digitizer.ocr.urgency import read_urgent
from samples import faces, marks
from samples.leaf import BLACK, RED

SIDE = 290  # pixels of a seal on a prepared image


@cache
def engine() -> Engine:
    return tesseract.open(tesseract.Options())


def sheet(mark: Image.Image | None = None, size: tuple[int, int] = (0, 0)) -> Image.Image:
    """A sheet as prepared, with a mark on it at (500, 400)."""
    page = Image.new("RGB", (1200, 1000), (250, 250, 250))
    if mark is not None:
        small = mark.resize(size, Image.Resampling.LANCZOS)
        page.paste(small, (500, 400), small)
    return page


def grey(page: Image.Image) -> np.ndarray:
    return np.asarray(page.convert("L"))


def word(text: str, box: tuple[int, int, int, int], confidence: float = 0.95) -> Word:
    return Word(text=text, read=text, box=box, quad=box_quad(box), confidence=confidence)


def line(*words: Word) -> Line:
    return Line(words=words, box=enclosing([one.box for one in words]))


def text(words: str, x: int, y: int) -> Line:
    return line(word(words, (x, y, x + 15 * len(words), y + 30)))


@pytest.mark.parametrize("colour", [True, False])
def test_a_seal_says_who_issued_a_paper(colour: bool) -> None:
    seal = marks.seal("Sở Tài nguyên và Môi trường", "", RED if colour else BLACK, Random(3))
    image = sheet(seal, (SIDE, SIDE))
    prepared = np.full((1000, 1200), 250, np.uint8) if colour else grey(image)
    looks = Looks(seals=((500, 400, 500 + SIDE, 400 + SIDE),) if colour else ())
    page = Page(number=1, width=1200, height=1000, looks=looks)
    found = list(find_seals(np.asarray(image), prepared, page, find_shapes(prepared)))
    (told,) = read_seals(found, page, engine())
    assert told.text == "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG"
    assert told.role is LineRole.STAMP
    assert np.allclose(told.box, (500, 400, 500 + SIDE, 400 + SIDE), atol=15)
    assert told.words[0].box[0] < told.words[-1].box[0]


def test_print_is_no_seal() -> None:
    page = sheet()
    pen = ImageDraw.Draw(page)
    for row in range(12):
        pen.text((60, 60 + 60 * row), "Ủy ban nhân dân xã thông báo để được biết", font=faces.font("tinos", 40), fill=0)
    assert find_circle(dark_ink(grey(page)), 95, 195) is None


@pytest.mark.parametrize("seed", range(4))
def test_a_signature_is_found_where_it_is(seed: int) -> None:
    drawn = marks.signature(BLACK, Random(seed))
    shapes = find_shapes(grey(sheet(drawn, (300, 106))))
    (box,) = find_signatures(shapes.dark, shapes.parts, (), ())
    x0, y0, x1, y1 = whole(box)
    assert x0 > 480
    assert y0 > 380
    assert x1 < 820
    assert y1 < 520
    assert x1 - x0 > 180


def test_frames_rules_seals_and_print_are_no_signatures() -> None:
    page = sheet(marks.seal("Sở Tư pháp", "", BLACK, Random(1)), (SIDE, SIDE))
    pen = ImageDraw.Draw(page)
    pen.rectangle((60, 60, 460, 200), outline=0, width=3)
    pen.line((60, 300, 460, 310), fill=0, width=3)
    pen.text((60, 800), "KT. CHỦ TỊCH PHÓ CHỦ TỊCH", font=faces.font("tinos", 44, bold=True), fill=0)
    image = grey(page)
    shapes = find_shapes(image)
    seals = find_seals(image, image, Page(number=1, width=1200, height=1000), shapes)
    rings = [seal.circle.scaled(1 / HALF) for seal in seals]
    assert find_signatures(shapes.dark, shapes.parts, rings, ()) == ()


def header(*, tall: float, low: int = 0, colour: tuple[int, int, int] = (0, 0, 0)) -> tuple[np.ndarray, Line]:
    """`Số: 34/QĐ-UBND`, its number `tall` times as high as the rest and `low` pixels lower, and the line as read."""
    page = Image.new("RGB", (1200, 1000), (250, 250, 250))
    pen = ImageDraw.Draw(page)
    pen.text((100, 200), "Số:", font=faces.font("tinos", 38), fill=0, anchor="ls")
    pen.text((175, 200 + low), "34", font=faces.font("tinos", round(38 * tall)), fill=colour, anchor="ls")
    pen.text((240, 200), "/QĐ-UBND", font=faces.font("tinos", 38), fill=0, anchor="ls")
    words = (("Số:", (100, 170, 155, 200)), ("34", (175, 160, 225, 205)), ("/QĐ-UBND", (240, 165, 420, 205)))
    return np.asarray(page), line(*(word(*one) for one in words))


def test_a_number_filled_in_by_hand_is_told_from_print_and_never_sure() -> None:
    page = Page(number=1, width=1200, height=1000)
    for how, by_hand in (
        ({"tall": 1.0}, False),
        ({"tall": 1.05}, False),
        ({"tall": 1.35}, True),
        ({"tall": 1.0, "colour": (20, 40, 150)}, True),
    ):
        image, read = header(**how)
        plain = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        (told,) = with_hands((read,), plain, image, page)
        assert [one.handwritten for one in told.words] == [False, by_hand, False], how
        assert (told.words[1].confidence <= 0.5) is by_hand


def test_what_a_hand_wrote_is_said_of_the_field_and_a_person_is_asked() -> None:
    by_hand = Word(text="34/QĐ", read="34/QĐ", box=(0, 0, 9, 9), quad=(0.0,) * 8, confidence=0.9, handwritten=True)
    field = from_words("number", "34/QĐ", "34/QĐ", [by_hand], PageRef(scan="s1", page=1)).field()
    assert field.unsure
    assert [(check.code, check.passed) for check in field.checks] == [("printed", False)]
    assert held_down(line(by_hand)).words[0].confidence == 0.5


def test_urgency_stamped_aslant_is_read() -> None:
    stamp = Image.new("RGBA", (300, 96), (0, 0, 0, 0))
    pen, ink = ImageDraw.Draw(stamp), (0, 0, 0, 255)
    pen.polygon([(4, 4), (220, 20), (220, 4), (294, 48), (220, 90), (220, 76), (4, 90), (30, 48)], outline=ink, width=4)
    pen.text((130, 48), "HỎA TỐC", font=faces.font("arimo", 38), fill=ink, anchor="mm")
    page = sheet()
    aslant = stamp.rotate(30, Image.Resampling.BICUBIC, expand=True)
    page.paste(aslant, (200, 300), aslant)
    image = grey(page)
    told = read_urgent(image, (195, 295, 210 + aslant.width, 310 + aslant.height), engine())
    assert told is not None
    assert (told.text, told.role) == ("HỎA TỐC", LineRole.STAMP)
    scribble = grey(sheet(marks.signature(BLACK, Random(2)), (300, 106)))
    assert read_urgent(scribble, (490, 390, 810, 520), engine()) is None


def test_two_who_sign_beside_each_other_are_read_across_and_columns_of_text_down() -> None:
    left = [text("BÊN BÁN", 100, 100), text("(Ký, ghi rõ họ tên)", 80, 140), text("Mai Thị Bưởi", 90, 330)]
    right = [text("BÊN MUA", 700, 104), text("(Ký, ghi rõ họ tên)", 690, 143), text("Trần Văn Na", 700, 334)]
    told = [one.text for one in in_order((*left, *right))]
    assert told == [one.text for pair in zip(left, right, strict=True) for one in pair]
    columns = [text(f"dòng {row}", x, 100 + 40 * row) for x in (100, 700) for row in range(6)]
    assert in_order(tuple(columns)) == tuple(columns)


def test_issuer_and_national_title_are_read_across() -> None:
    left = [text("ỦY BAN NHÂN DÂN", 100, 100), text("XÃ AN THỬ", 130, 140), text("Số: 12/UBND", 120, 190)]
    right = [text("CỘNG HÒA XÃ HỘI", 600, 100), text("Độc lập - Tự do", 620, 140), text("An Thử, ngày 5", 620, 190)]
    told = [one.text for one in in_order((*left, *right, text("QUYẾT ĐỊNH", 400, 300)))]
    assert told[:4] == ["ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI", "XÃ AN THỬ", "Độc lập - Tự do"]
    assert told[-1] == "QUYẾT ĐỊNH"
