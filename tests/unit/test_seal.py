"""Names and titles that a seal or a signature touches are found on a second look, and nothing sure is touched."""

import cv2
import numpy as np
import pytest

from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Line, Looks, Page, Word
from digitizer.ocr import filters, seal
from digitizer.ocr.engines import tesseract
from digitizer.ocr.regions import box_quad, enclosing
from tests.sheets import LETTER, sheet

BLOCK = ("PHÓ CHỦ TỊCH", "", "", "", "Huỳnh Thanh Tùng")
DPI = 200


@pytest.fixture(scope="module")
def engine() -> Engine:
    return tesseract.open(tesseract.Options())


def signed(ink: int) -> Image:
    """A letter with a signature block at the lower right and a ring of grey ink through title and name."""
    page = np.minimum(sheet(LETTER, top=120, size=37), sheet(BLOCK, top=800, size=37, left=620))
    ring = np.full_like(page, 255)
    for radius in (168, 118):
        cv2.circle(ring, (580, 945), radius, ink, 5, cv2.LINE_AA)
    return np.asarray(cv2.multiply(page, ring, scale=1 / 255), dtype=np.uint8)


def word(text: str, box: tuple[int, int, int, int], confidence: float) -> Word:
    return Word(text=text, read=text, box=box, quad=box_quad(box), confidence=confidence)


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [line.text for line in lines]


def read_body(engine: Engine, page: Image) -> tuple[Line, ...]:
    """What a first reading gives that takes the signature block for a picture."""
    return engine.read(np.ascontiguousarray(page[:700]), Hint(dpi=DPI, layout="block"))


@pytest.mark.parametrize("ink", [120, 150, 190])
def test_title_and_name_under_a_grey_seal_are_found(engine: Engine, ink: int) -> None:
    page = signed(ink)
    lines = read_body(engine, page)
    after = seal.read_under(lines, page, Page(number=1), engine, DPI)
    assert after[: len(lines)] == lines
    assert texts(after[len(lines) :]) == ["PHÓ CHỦ TỊCH", "Huỳnh Thanh Tùng"]
    x0, y0, x1, y1 = after[-1].box
    assert page[y0:y1, x0:x1].min() < 60
    assert 600 < x0 < 640


def test_where_no_seal_lies_nothing_is_read_again() -> None:
    class Nobody:
        def read(self, image: Image, hint: Hint) -> tuple[Line, ...]:
            raise AssertionError(f"{image.shape} read as {hint.layout}")

    page = np.minimum(sheet(LETTER, top=120, size=37), sheet(BLOCK, top=800, size=37, left=620))
    assert seal.read_under((), page, Page(number=1), Nobody(), DPI) == ()


def test_sure_words_stay_unless_they_are_remains_of_a_whole_one(engine: Engine) -> None:
    page = signed(150)
    whole = dict(zip(("PHÓ", "CHỦ", "TỊCH"), _boxes(engine, page), strict=True))
    first = Line(
        words=(word("HÓ", whole["PHÓ"], 0.9), word("CHÚ", whole["CHỦ"], 0.97), word("TỊCH", whole["TỊCH"], 0.5)),
        box=enclosing(list(whole.values())),
    )
    narrow = (whole["PHÓ"][0] + 24, *whole["PHÓ"][1:])
    first = Line(words=(word("HÓ", narrow, 0.9), *first.words[1:]), box=first.box)
    after = seal.read_under((first,), page, Page(number=1), engine, DPI)
    assert texts(after)[0] == "PHÓ CHÚ TỊCH"
    assert after[0].words[2].confidence > 0.5


@pytest.mark.parametrize(("remains", "sure"), [("uynh", 0.9), ("6", 0.85), ("huỳnh", 0.8)])
def test_what_is_left_of_a_name_that_a_seal_crosses_gives_way_however_sure(
    engine: Engine, remains: str, sure: float
) -> None:
    page = signed(150)
    places = _boxes(engine, page, "Huỳnh Thanh Tùng")
    x0, y0, x1, y1 = places[0]
    first = Line(
        words=(
            word(remains, (x0 + 12, y0 - 6, x1, y1 + 6), sure),
            word("Thanh", places[1], 0.99),
            word("Tùng", places[2], 0.99),
        ),
        box=enclosing(places),
    )
    after = seal.read_under((*read_body(engine, page), first), page, Page(number=1), engine, DPI)
    assert "Huỳnh Thanh Tùng" in texts(after)


def test_a_figure_that_a_seal_crosses_gives_way_to_no_small_word(engine: Engine) -> None:
    page = np.minimum(
        sheet(LETTER, top=120, size=37), sheet(("", "", "", "", "theo tờ trình"), top=800, size=37, left=620)
    )
    ring = np.full_like(page, 255)
    cv2.circle(ring, (580, 945), 168, 150, 5, cv2.LINE_AA)
    page = np.asarray(cv2.multiply(page, ring, scale=1 / 255), dtype=np.uint8)
    x0, y0, x1, y1 = _boxes(engine, page, "theo tờ trình")[0]
    first = Line(words=(word("12", (x0, y0, x1, y1), 0.85),), box=(x0, y0, x1, y1))
    after = seal.read_under((*read_body(engine, page), first), page, Page(number=1), engine, DPI)
    assert any(each.text == "12" for line in after for each in line.words)


def _boxes(engine: Engine, page: Image, text: str = "PHÓ CHỦ TỊCH") -> list[tuple[int, int, int, int]]:
    after = seal.read_under(read_body(engine, page), page, Page(number=1), engine, DPI)
    return [each.box for line in after if line.text == text for each in line.words]


def test_the_place_of_a_red_seal_counts_when_its_ink_is_gone(engine: Engine) -> None:
    page = np.minimum(sheet(LETTER, top=120, size=37), sheet(BLOCK, top=800, size=37, left=620))
    sealed = Page(number=1, looks=Looks(seals=((410, 770, 750, 1110),)))
    after = seal.read_under(read_body(engine, page), page, sealed, engine, DPI)
    assert "Huỳnh Thanh Tùng" in texts(after)


def test_paler_ink_than_print_goes_and_print_stays_however_faded() -> None:
    for ink, ring in ((20, 150), (110, 190)):
        image = np.full((40, 90), 250, np.uint8)
        image[:, 10:30], image[:, 50:70] = ink, ring
        apart = seal.separated(image, ink, 0.38)
        assert apart[20, 20] <= 40
        assert apart[20, 60] >= 250


def test_red_ink_on_worn_pads_turns_to_paper_and_black_over_it_stays() -> None:
    image = np.full((20, 30, 3), 250, np.uint8)
    image[:, 10:20] = (170, 100, 108)
    image[8:12] = (35, 22, 25)
    grey = filters.drop_colour(image)
    assert grey[2, 15] > 235
    assert grey[10, 15] < 45
