"""From pixels or a text layer to lines of words in delivered pixels."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitizer import pipeline
from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Line, LineRole, Page, TextSource, Word
from digitizer.ocr import filters, layout, legacy, recognise, roles, trust
from digitizer.ocr.engines import tesseract
from digitizer.ocr.figures import figures_again
from digitizer.ocr.reading import judge
from digitizer.ocr.regions import as_array, box_quad, move
from digitizer.ocr.render import open_pages
from digitizer.settings import Limits, Settings
from tests.sheets import LETTER, sheet, turned
from tests.unit.test_look import Seen
from tests.unit.test_render import born_digital


@pytest.fixture(scope="module")
def engine() -> Engine:
    return tesseract.open(tesseract.Options())


def read(engine: Engine, seen: object, settings: Settings) -> Page:
    return pipeline.through_steps(recognise.steps(engine, settings), Page(number=1), seen)  # type: ignore[arg-type]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def right_words(page: Page) -> float:
    said = " ".join(LETTER).split()
    got = {word.text for line in page.lines for word in line.words}
    return sum(word in got for word in said) / len(said)


@pytest.mark.parametrize(("quarters", "degrees"), [(0, 1.2), (1, -0.8), (2, 0.0), (3, 0.5)])
def test_a_turned_and_slanted_page_is_read_and_boxes_lie_on_the_delivered_ink(
    engine: Engine, settings: Settings, quarters: int, degrees: float
) -> None:
    image = np.ascontiguousarray(np.rot90(turned(sheet(LETTER * 2), degrees), -quarters))
    page = read(engine, Seen(image), settings)
    assert page.step == "correct"
    assert page.source is TextSource.OCR
    assert right_words(page) > 0.93
    assert page.confidence is not None
    assert page.confidence > 0.85
    for word in (word for line in page.lines for word in line.words):
        x0, y0, x1, y1 = word.box
        assert image[y0:y1, x0:x1].min() < 110
    quad = next(word.quad for line in page.lines for word in line.words if word.text == "123/QĐ-UBND")
    along = np.array([quad[2] - quad[0], quad[3] - quad[1]])
    angle = np.rad2deg(np.arctan2(along[1], along[0]))
    assert angle == pytest.approx({0: 0, 1: 90, 2: 180, 3: -90}[quarters] + degrees, abs=1) or quarters == 2


def test_the_matrix_goes_there_and_back(engine: Engine, settings: Settings) -> None:
    page = read(engine, Seen(turned(sheet(LETTER), 2.0)), settings)
    there = as_array(page.matrix)
    quad = box_quad((100, 200, 300, 260))
    again = move(move([quad], there), np.linalg.inv(there))[0]
    assert again == pytest.approx(quad, abs=1e-6)


def test_blank_pages_cost_no_reading(engine: Engine, settings: Settings) -> None:
    page = read(engine, Seen(np.full((1754, 1240), 255, np.uint8)), settings)
    assert page.blank
    assert page.lines == ()
    assert page.confidence is None


def test_a_faded_page_under_a_shadow_is_read(engine: Engine, settings: Settings) -> None:
    ink = 255 - (255 - sheet(LETTER * 2).astype(np.float32)) * 0.4
    shade = np.linspace(0.45, 1.0, ink.shape[1], dtype=np.float32)[None, :]
    page = read(engine, Seen(np.asarray(ink * shade, dtype=np.uint8)), settings)
    assert right_words(page) > 0.9


def test_text_under_a_red_seal_is_read(engine: Engine, settings: Settings) -> None:
    colour = np.repeat(sheet(LETTER * 2)[:, :, None], 3, axis=2)
    seal = np.full_like(colour, 255)
    for radius in range(60, 220, 12):
        cv2.circle(seal, (500, 420), radius, (225, 60, 70), 5, cv2.LINE_AA)
    page = read(engine, Seen(np.minimum(colour, seal)), settings)
    assert right_words(page) > 0.9


def test_born_digital_text_is_taken_from_its_layer(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    born_digital(tmp_path / "a.pdf")
    with open_pages(tmp_path / "a.pdf", "application/pdf", Limits()) as pages:
        page = read(engine, pages.sight(1), settings)
    assert page.source is TextSource.TEXT_LAYER
    assert page.text == "\n".join(LETTER)
    assert page.confidence == 1.0


def word(text: str, box: tuple[int, int, int, int], confidence: float = 0.95) -> Word:
    return Word(text=text, read=text, box=box, quad=box_quad(box), confidence=confidence)


def line(text: str, box: tuple[int, int, int, int] = (100, 100, 900, 130), confidence: float = 0.95) -> Line:
    each = (box[2] - box[0]) // max(1, len(text.split()))
    words = tuple(
        word(part, (box[0] + i * each, box[1], box[0] + (i + 1) * each - 8, box[3]), confidence)
        for i, part in enumerate(text.split())
    )
    return Line(words=words, box=box)


class Layered(Seen):
    """A scan with somebody's text layer over it."""

    lines: tuple[Line, ...] = ()

    def layer(self) -> tuple[Line, ...]:
        return self.lines


def layered(image: Image, lines: tuple[Line, ...]) -> Layered:
    seen = Layered(image)
    seen.lines = lines
    return seen


def test_a_foreign_text_layer_is_ignored_and_the_page_read(engine: Engine, settings: Settings) -> None:
    garbage = tuple(line("CONG HOA xA HQI CHU NGHIA VIET NAM", (120, y, 1100, y + 40)) for y in range(200, 600, 60))
    page = read(engine, layered(sheet(LETTER), garbage), settings)
    assert page.source is TextSource.OCR
    assert right_words(page) > 0.9


def test_a_layer_that_holds_only_the_signature_stamp_is_ignored(engine: Engine, settings: Settings) -> None:
    stamp = (line("Người ký: Ủy ban nhân dân xã An Thử, ngày mười hai tháng năm", (700, 40, 1200, 60)),)
    page = read(engine, layered(sheet(LETTER), stamp), settings)
    assert page.source is TextSource.OCR


def test_a_layer_of_another_page_is_ignored(engine: Engine, settings: Settings) -> None:
    other = tuple(
        line("Giấy chứng nhận quyền sử dụng đất cấp cho hộ gia đình", (120, y, 1150, y + 45))
        for y in range(195, 620, 61)
    )
    page = read(engine, layered(sheet(LETTER), other), settings)
    assert page.source is TextSource.OCR


def to_unicode(text: str, font: str) -> str:
    return legacy.coding(font, text)(text)


def test_texts_of_tcvn3_and_vni_fonts_are_converted() -> None:
    assert (
        to_unicode("Céng hßa x· héi chñ nghÜa ViÖt Nam", "ABCDEF+.VnTime")
        == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    )
    assert to_unicode("QuyÕt ®Þnh", ".VnTimeH") == "QUYẾT ĐỊNH"
    assert to_unicode("B×nh D\u00ad¬ng", ".VnTime") == "Bình Dương"
    assert to_unicode("Ñoäc laäp Töï do höôùng", "VNI-Times") == "Độc lập Tự do hướng"
    assert to_unicode("COÄNG HOØA XAÕ HOÄI", "VNI-Times,Bold") == "CỘNG HÒA XÃ HỘI"
    assert to_unicode("Xin chào é", "TimesNewRoman") == "Xin chào é"


def test_vietnamese_is_told_from_what_only_looks_like_it() -> None:
    assert trust.reads_as_vietnamese(tuple(map(line, LETTER)))
    assert not trust.reads_as_vietnamese((line("The quick brown fox jumps over the lazy dog and runs away"),))
    assert not trust.reads_as_vietnamese((line("Cá»ng hÃ²a xÃ£ há»i chá»§ nghÄ©a Viá»t Nam Ä á»c láº­p"),))
    assert not trust.reads_as_vietnamese(())


def test_what_stands_side_by_side_becomes_two_lines() -> None:
    left = [word(text, (100 + 90 * i, 50, 180 + 90 * i, 80)) for i, text in enumerate(("ỦY", "BAN", "NHÂN", "DÂN"))]
    right = [word(text, (520 + 90 * i, 50, 600 + 90 * i, 80)) for i, text in enumerate(("CỘNG", "HÒA", "XÃ", "HỘI"))]
    lines = layout.split_columns((Line(words=(*left, *right), box=(100, 50, 870, 80)),))
    assert [each.text for each in lines] == ["ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI"]
    assert lines[1].box == (520, 50, 870, 80)


def test_the_foot_of_a_letter_is_read_column_by_column() -> None:
    mixed = (
        line("nội dung của văn bản dài hết cả trang giấy này./.", (100, 100, 1000, 130)),
        line("Nơi nhận:", (100, 200, 250, 225)),
        line("TM. ỦY BAN NHÂN DÂN", (600, 195, 950, 225)),
        line("- Như trên;", (100, 230, 250, 255)),
        line("CHỦ TỊCH", (700, 235, 850, 260)),
        line("- Lưu: VT.", (100, 260, 250, 285)),
    )
    assert [each.text.split()[0] for each in layout.in_order(mixed)] == ["nội", "Nơi", "-", "-", "TM.", "CHỦ"]


def test_page_numbers_and_stamps_are_told_from_the_body() -> None:
    page = Page(number=2, width=1240, height=1754)
    lines = (
        line("- 2 -", (600, 60, 660, 90)),
        line("Người ký: Ủy ban nhân dân xã An Thử", (700, 10, 1100, 30)),
        line("Thời gian ký: 12.05.2023 10:11:12 +07:00", (700, 32, 1100, 52)),
        line("ĐẾN Số: 45", (150, 300, 400, 340)),
        line("Ngày: 12/5/2023", (200, 345, 400, 380)),
        line("HỎA TỐC", (200, 420, 380, 460)),
        line("Số lượng hồ sơ đã tiếp nhận trong tháng là 12", (150, 600, 1000, 640)),
        line("12", (600, 900, 640, 930)),
        line("đến ngày 30 tháng 6 năm 2023, tất cả các đơn vị phải báo cáo kết quả thực hiện", (150, 640, 1100, 680)),
    )
    assert [each.role for each in roles.with_roles(lines, page)] == [
        LineRole.PAGE_NUMBER, *[LineRole.STAMP] * 5, *[LineRole.BODY] * 3,
    ]  # fmt: skip


def test_specks_read_as_text_are_dropped_and_syllables_make_a_reading_good() -> None:
    good = judge(tuple(map(line, LETTER)))
    assert good.quality > 0.9
    assert judge((line(".,· ~"), line("ii;l", confidence=0.1))).lines == ()
    assert judge((line("Wrtg qzx Dbkn pllo frm ddg"),)).quality < 0.6


def test_the_lines_go_through_the_correction_and_keep_what_was_read(engine: Engine, settings: Settings) -> None:
    def shout(lines: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(replace(each, words=tuple(replace(w, text=w.text.upper()) for w in each.words)) for each in lines)

    steps = recognise.steps(engine, settings, shout)
    page = pipeline.through_steps(steps, Page(number=1), Seen(sheet(LETTER)))
    assert "QUYẾT ĐỊNH" in page.text
    assert any(word.read == "Quyết" for each in page.lines for word in each.words)


def test_figures_that_a_second_reading_contradicts_keep_what_it_said(engine: Engine) -> None:
    image = sheet(LETTER)
    lines = engine.read(image, Hint(dpi=150))
    misread = tuple(
        replace(line, words=tuple(replace(word, text=word.text.replace("2023", "2028")) for word in line.words))
        for line in lines
    )
    again = figures_again(misread, image, engine, 150)
    assert [word.other for line in again for word in line.words if word.text == "2028"] == ["2023"]
    assert not any(word.other for line in figures_again(lines, image, engine, 150) for word in line.words)
    assert [replace(word, other="") for line in again for word in line.words] == [
        word for line in misread for word in line.words
    ]


@pytest.mark.parametrize(("mixed", "meant"), [("0973/38044", "0973138044"), ("07108/1997", "07/08/1997")])
def test_figures_mixed_with_strokes_give_way_to_clean_ones(engine: Engine, mixed: str, meant: str) -> None:
    image = sheet((f"Số: {meant}",))
    lines = engine.read(image, Hint(dpi=150))
    misread = tuple(
        replace(line, words=tuple(replace(word, text=word.text.replace(meant, mixed)) for word in line.words))
        for line in lines
    )
    assert mixed in misread[0].text
    (again,) = figures_again(misread, image, engine, 150)
    assert again.text == f"Số: {meant}"


def test_red_ink_fades_and_black_under_it_stays() -> None:
    image = np.full((20, 30, 3), 250, np.uint8)
    image[:, 10:20] = (220, 40, 50)
    image[8:12] = (20, 20, 25)
    grey = filters.drop_colour(image)
    assert grey[2, 15] > 200
    assert grey[10, 15] < 40
    assert grey[10, 2] < 40


def test_sparse_pages_are_not_turned_inside_out_when_flattened() -> None:
    page = np.full((600, 400), 245, np.uint8)
    page[100:110, 50:60] = 120
    flat = filters.flatten(page)
    assert flat[105, 55] < 130
    assert flat[300, 200] > 240


def test_rulings_and_black_borders_can_be_taken_out() -> None:
    page = sheet(LETTER).copy()
    page[180:183, 60:1180] = 0
    page[:, :40] = 0
    without = filters.clean_borders(filters.drop_rulings(page))
    assert without[181, 300] == 255
    assert without[900, 10] == 255
    kept = tesseract.open(tesseract.Options()).read(without[150:700], Hint(layout="block"))
    assert "Quyết" in " ".join(each.text for each in kept)
