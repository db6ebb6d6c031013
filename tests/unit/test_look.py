"""What is seen on a page: blank or not, which way up, how slanted, how large the letters, seals, codes."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest
import zxingcpp

from digitizer.contracts import Engine, Image
from digitizer.model import Line, Page, Problem
from digitizer.ocr import filters
from digitizer.ocr.engines import tesseract
from digitizer.ocr.look import Look
from digitizer.ocr.regions import as_array
from tests.sheets import LETTER, sheet, turned


@dataclass
class Seen:
    """A page that is pixels and nothing else."""

    pixels: Image
    dpi: float | None = 150.0
    aspect: float = 1.0
    problems: tuple[Problem, ...] = ()

    def image(self) -> Image:
        return self.pixels

    def layer(self) -> tuple[Line, ...]:
        return ()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return tesseract.open(tesseract.Options())


@pytest.fixture(scope="module")
def look(engine: Engine) -> Look:
    return Look(engine)


def seen(look: Look, image: Image, **about: float | None) -> Page:
    return look(Page(number=1), Seen(image, **about))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("lines", [LETTER * 2, LETTER[:2]], ids=["full", "short"])
def test_turned_pages_are_found_and_set_upright(look: Look, quarters: int, lines: tuple[str, ...]) -> None:
    upright = sheet(lines)
    page = seen(look, np.ascontiguousarray(np.rot90(upright, -quarters)))
    assert page.turned == (360 - 90 * quarters) % 360
    prepared = filters.warp(np.ascontiguousarray(np.rot90(upright, -quarters)), matrix=page.matrix)
    small = cv2.resize(upright, prepared.shape[::-1], interpolation=cv2.INTER_AREA)
    assert float(np.mean(np.abs(prepared.astype(int) - small))) < 4


@pytest.mark.parametrize("upright", [0, 90, 180, 270])
def test_a_page_stands_as_a_clerk_said_whatever_its_letters_say(look: Look, upright: int) -> None:
    image = turned(sheet(LETTER * 2), 1.2)
    page = look(Page(number=1, upright=upright), Seen(image))
    assert page.turned == upright
    assert upright % 180 or abs(page.skew - 1.2) < 0.2
    prepared = filters.warp(image, matrix=page.matrix)
    assert (prepared.shape[0] > prepared.shape[1]) == (upright % 180 == 0)


@pytest.mark.parametrize("degrees", [-3.7, -0.6, 0.0, 0.4, 2.3])
def test_slant_is_measured_within_a_fifth_of_a_degree(look: Look, degrees: float) -> None:
    assert seen(look, turned(sheet(LETTER * 3), degrees)).skew == pytest.approx(degrees, abs=0.2)


def test_letters_come_out_at_the_height_that_the_engine_likes(look: Look) -> None:
    for size in (26, 52):
        page = seen(look, sheet(LETTER * 2, size=size, width=1800, height=2400))
        assert page.looks.text_height == pytest.approx(0.46 * size, rel=0.12)
        assert as_array(page.matrix)[0, 0] * page.looks.text_height == pytest.approx(17, rel=0.02)


def test_pixels_that_are_not_square_are_squared_in_the_prepared_image(look: Look) -> None:
    squeezed = cv2.resize(sheet(LETTER * 3), (1240, 877), interpolation=cv2.INTER_AREA)
    page = seen(look, squeezed, dpi=150, aspect=2.0)
    matrix = as_array(page.matrix)
    assert page.turned == 0
    assert matrix[1, 1] / matrix[0, 0] == pytest.approx(2.0, rel=0.01)
    assert page.looks.paper_mm == pytest.approx((210, 297), abs=0.3)


def test_an_empty_sheet_is_blank_even_with_dust_holes_and_grain(look: Look) -> None:
    rng = np.random.default_rng(7)
    grain = np.clip(rng.normal(240, 3, (1754, 1240)), 0, 255).astype(np.uint8)
    for _ in range(40):
        x, y = rng.integers(100, 1100), rng.integers(100, 1600)
        grain[y : y + 2, x : x + 2] = 60
    for y in (500, 1250):
        cv2.circle(grain, (35, y), 20, 30, -1)
    assert seen(look, grain).blank
    assert seen(look, np.full((1754, 1240), 255, np.uint8)).blank


def test_what_shines_through_from_the_other_side_is_no_writing(look: Look) -> None:
    back = cv2.GaussianBlur(np.ascontiguousarray(sheet(LETTER * 3)[:, ::-1]), (0, 0), 2.5)
    assert seen(look, np.asarray(255 - (255 - back) // 6, dtype=np.uint8)).blank


def pencil() -> Image:
    page = np.full((1754, 1240), 250, np.uint8)
    points = np.array([[300 + 6 * i, 900 + round(40 * np.sin(i / 3))] for i in range(60)], np.int32)
    cv2.polylines(page, [points], False, 150, 2, cv2.LINE_AA)
    return page


def stamp() -> Image:
    page = np.full((1754, 1240, 3), 252, np.uint8)
    cv2.circle(page, (800, 1200), 105, (210, 40, 50), 5, cv2.LINE_AA)
    cv2.circle(page, (800, 1200), 75, (210, 40, 50), 3, cv2.LINE_AA)
    return page


@pytest.mark.parametrize("mark", [pencil, stamp, lambda: sheet(LETTER[:1])], ids=["pencil", "stamp", "one line"])
def test_a_sheet_with_one_mark_of_a_hand_is_not_blank(look: Look, mark: object) -> None:
    assert callable(mark)
    assert not seen(look, mark()).blank


def test_red_seals_are_found_where_they_are(look: Look) -> None:
    page = seen(look, stamp())
    assert len(page.looks.seals) == 1
    assert np.abs(np.array(page.looks.seals[0]) - [692, 1092, 908, 1308]).max() < 12
    assert 0 < page.looks.coloured < 0.01
    assert seen(look, sheet(LETTER)).looks.seals == ()


def test_the_looks_tell_one_bit_scans_rulings_and_paper(look: Look) -> None:
    page = np.where(sheet(LETTER * 2) > 128, 255, 0).astype(np.uint8)
    for y in (1400, 1450, 1500):
        page[y : y + 3, 120:1100] = 0
    looks = seen(look, page).looks
    assert looks.bilevel
    assert looks.rulings == 3
    assert looks.contrast > 0.95
    assert looks.paper_mm == pytest.approx((210, 297), abs=0.3)
    assert seen(look, page, dpi=None).looks.paper_mm is None


def test_two_scans_of_one_sheet_have_nearly_the_same_hash(look: Look) -> None:
    one = sheet(LETTER * 2)
    noisy = np.clip(one + np.random.default_rng(1).normal(0, 12, one.shape), 0, 255).astype(np.uint8)
    first, second, other = (
        int(seen(look, image).looks.phash, 16) for image in (one, noisy, sheet(LETTER[::-1] * 3, top=700))
    )
    assert (first ^ second).bit_count() <= 6
    assert (first ^ other).bit_count() >= 12


def test_codes_are_read_in_delivered_pixels(look: Look) -> None:
    page = sheet(LETTER)
    qr = np.array(
        zxingcpp.create_barcode("079301000012||Trần Thị Bưởi", zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
    )
    page = page.copy()
    page[1200 : 1200 + qr.shape[0], 300 : 300 + qr.shape[1]] = qr
    codes = seen(look, page).codes
    assert [(code.type, code.value) for code in codes] == [("qr", "079301000012||Trần Thị Bưởi")]
    assert 295 < codes[0].box[0] < 330
    assert 1195 < codes[0].box[1] < 1230


def test_a_cut_off_file_is_noted_on_its_page(look: Look) -> None:
    from digitizer.model import Level

    problem = Problem(code="truncated", level=Level.NOTICE, message="cắt cụt")
    page = look(Page(number=4), Seen(sheet(LETTER), problems=(problem,)))
    assert [(each.code, each.page) for each in page.problems] == [("truncated", 4)]


def test_lines_of_a_sheet_photographed_aslant_are_made_parallel(look: Look) -> None:
    flat = sheet(LETTER * 4, top=150)
    corners = np.array([[0, 0], [1240, 0], [1240, 1754], [0, 1754]], np.float32)
    far = np.array([[60, 40], [1180, 20], [1230, 1740], [10, 1640]], np.float32)
    photo = cv2.warpPerspective(flat, cv2.getPerspectiveTransform(corners, far), (1240, 1754), borderValue=255.0)
    page = seen(look, np.asarray(photo, dtype=np.uint8))
    straight = as_array(page.matrix) @ cv2.getPerspectiveTransform(corners, far).astype(np.float64)
    for y in (200.0, 900.0, 1600.0):  # a line of text in the flat sheet, seen in the prepared image
        ends = straight @ np.array([[130.0, 1100.0], [y, y], [1, 1]])
        (x0, x1), (y0, y1) = ends[:2] / ends[2]
        assert abs(np.rad2deg(np.arctan2(y1 - y0, x1 - x0))) < 0.45


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (9, 9, 3), (400, 23)])
def test_images_too_small_for_a_line_are_blank(look: Look, shape: tuple[int, ...]) -> None:
    assert seen(look, np.zeros(shape, np.uint8)).blank
