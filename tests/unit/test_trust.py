"""Text layers that may not stand for their page: the page is read instead."""

import numpy as np
import pytest

from digitizer.contracts import Engine
from digitizer.model import Line, Page, Word
from digitizer.ocr import trust
from digitizer.ocr.engines import tesseract
from digitizer.ocr.regions import box_quad, enclosing
from samples import faces
from tests.sheets import LETTER, sheet

IMAGE = sheet(LETTER * 3)
PAGE = Page(number=1, width=IMAGE.shape[1], height=IMAGE.shape[0])


@pytest.fixture(scope="module")
def engine() -> Engine:
    return tesseract.open(tesseract.Options())


def layer(lines: tuple[str, ...] = LETTER * 3, *, right: int = 0, down: int = 0) -> tuple[Line, ...]:
    """The words of the page where `sheet` draws them, or moved."""
    made = []
    for number, text in enumerate(lines):
        top = 200 + round(1.6 * 38) * number + down
        words, x = [], 120 + right
        for part in text.split():
            wide = round(faces.width(part, "tinos", 38))
            box = (x, top, x + wide, top + 42)
            words.append(Word(text=part, read=part, box=box, quad=box_quad(box), confidence=1.0))
            x += round(faces.width(part + " ", "tinos", 38))
        made.append(Line(words=tuple(words), box=enclosing([word.box for word in words])))
    return tuple(made)


def test_a_layer_that_reads_well_and_lies_on_the_ink_is_trusted(engine: Engine) -> None:
    assert trust.trusted(layer(), IMAGE, PAGE, engine)


def test_a_layer_whose_letters_were_taken_for_windows_1252_is_not(engine: Engine) -> None:
    mojibake = tuple(text.encode().decode("cp1252", "replace") for text in LETTER * 3)
    assert not trust.trusted(layer(mojibake), IMAGE, PAGE, engine)


def test_a_layer_of_foreign_reading_is_not(engine: Engine) -> None:
    garbage = ("Cdn ct Quy6t dinh s6 123/QD-UBND ngdy 05 thdng 01 ndm 2023 cria Uy ban nhdn ddn xd",) * 21
    assert not trust.trusted(layer(garbage), IMAGE, PAGE, engine)


def test_a_layer_without_marks_is_not(engine: Engine) -> None:
    bare = ("Can cu Quyet dinh so 123/QD-UBND ngay 05 thang 01 nam 2023",) * 21
    assert not trust.trusted(layer(bare), IMAGE, PAGE, engine)


@pytest.mark.parametrize(("right", "down"), [(0, 300), (0, 33), (500, 0)])
def test_a_layer_moved_away_from_the_ink_is_not(engine: Engine, right: int, down: int) -> None:
    assert not trust.trusted(layer(right=right, down=down), IMAGE, PAGE, engine)


def test_a_layer_with_half_of_the_lines_missing_is_not(engine: Engine) -> None:
    assert not trust.trusted(layer()[:11], IMAGE, PAGE, engine)


def test_a_layer_with_every_fifth_word_missing_is_not(engine: Engine) -> None:
    holed = tuple(
        Line(words=tuple(word for at, word in enumerate(line.words) if at % 5), box=line.box) for line in layer()
    )
    assert not trust.trusted(holed, IMAGE, PAGE, engine)


def test_a_layer_of_nothing_but_a_signature_stamp_is_not(engine: Engine) -> None:
    stamp = layer(("Người ký: Ủy ban nhân dân xã An Thử", "Thời gian ký: 12.05.2023 10:11:12 +07:00"))
    assert not trust.trusted(stamp, IMAGE, PAGE, engine)


def test_a_conversion_by_a_wrong_table_shows_by_letters_that_vietnamese_has_not() -> None:
    right, wrong = layer(LETTER), layer(tuple(text.replace("ế", "‰").replace("ộ", "ÿ") for text in LETTER))
    assert trust.strays(_converted(right)) == 0.0
    assert trust.strays(_converted(wrong)) > 0.05


def _converted(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    words = [
        Word(text=word.text, read="©", box=word.box, quad=word.quad, confidence=1.0)
        for line in lines
        for word in line.words
    ]
    return (Line(words=tuple(words), box=(0, 0, 1, 1)),)


def test_ink_without_words_over_it_counts() -> None:
    assert trust.covered(layer(), IMAGE) > 0.97
    assert trust.covered((), IMAGE) == 0.0
    assert trust.covered((), np.full_like(IMAGE, 255)) == 1.0
