"""Born-digital pages in TCVN3, VNI and Unicode fonts come out word by word without any reading."""

from pathlib import Path

import pytest

from digitizer.contracts import Hint, Image
from digitizer.model import Line, Page, TextSource
from digitizer.ocr.legacy import coding
from digitizer.ocr.look import Look
from digitizer.ocr.recognise import Read
from digitizer.ocr.render import open_pages
from digitizer.settings import Limits
from samples import oldfonts
from samples.oldfonts import LETTERS, Row, Run

PROSE = (
    "Căn cứ Quyết định số 123/QĐ-UBND ngày 05 tháng 01 năm 2003 như",
    "sau: Ủy ban nhân dân xã An Thử, Ấp Thượng, về việc tiếp nhận hồ sơ thư từ",
    "- Xét đề nghị của ông Trần Ngưỡng Đức, bà Hứa Thị Ỷ, công chức địa chính -",
    "hộ tịch: ưu tiên sửa chữa đường vào xóm Giếng (đoạn qua thửa đất số 7);",
    "ỦY BAN NHÂN DÂN XÃ THÔNG BÁO ĐỂ CÁC HỘ ĐƯỢC BIẾT VÀ THỰC HIỆN.",
)


class Nobody:
    """An engine that must not be needed."""

    def read(self, image: Image, hint: Hint) -> tuple[Line, ...]:
        raise AssertionError(f"a page of {image.shape} was given to the engine as {hint.layout}")


def rows(font: str, form: str = "NFC", lines: tuple[str, ...] = PROSE * 4) -> list[Row]:
    return [
        Row(x=60, y=80 + 20 * number, runs=(Run(text=line, font=font, form=form),)) for number, line in enumerate(lines)
    ]


def taken(path: Path) -> Page:
    with open_pages(path, "application/pdf", Limits()) as pages:
        sight = pages.sight(1)
        engine = Nobody()
        return Read(engine)(Look(engine)(Page(number=1), sight), sight)


@pytest.mark.parametrize("embedding", ["winansi", "latin", "cid"])
@pytest.mark.parametrize("font", ["tcvn3", "vni"])
def test_every_word_of_a_legacy_page_is_right_and_nothing_is_read(tmp_path: Path, font: str, embedding: str) -> None:
    page = taken(oldfonts.pdf(tmp_path / "a.pdf", [rows(font)], embedding))
    assert page.source is TextSource.CONVERTED
    assert page.text == "\n".join(PROSE * 4)
    assert page.confidence == 1.0
    assert not page.blank


def test_what_was_extracted_is_kept_beside_what_it_means(tmp_path: Path) -> None:
    page = taken(oldfonts.pdf(tmp_path / "a.pdf", [rows("tcvn3")], "cid"))
    words = {word.text: word.read for line in page.lines for word in line.words}
    assert words["Quyết"] == "QuyÕt"
    assert words["123/QĐ-UBND"] == "123/Q§-UBND"


def test_boxes_lie_on_the_ink(tmp_path: Path) -> None:
    path = oldfonts.pdf(tmp_path / "a.pdf", [rows("vni")], "latin")
    with open_pages(path, "application/pdf", Limits()) as pages:
        image = pages.sight(1).image()
    ink = image.min(axis=2) < 128 if image.ndim == 3 else image < 128
    words = [word for line in taken(path).lines for word in line.words]
    covered = 0
    for word in words:
        x0, y0, x1, y1 = word.box
        assert ink[y0:y1, x0:x1].any()
        assert y1 - y0 < 90
        covered += int(ink[y0 - 1 : y1 + 1, x0 - 1 : x1 + 1].sum())
    assert covered > 0.98 * ink.sum()


def test_fonts_mixed_in_one_line_are_told_apart(tmp_path: Path) -> None:
    runs = (
        Run(text="Ủy ban nhân dân ", font="tcvn3"),
        Run(text="xã Thượng Đức ", font="vni"),
        Run(text="được ưu tiên ", font="unicode", form="NFD"),
        Run(text="tiếp nhận như ", font="unicode", form="cp1258"),
        Run(text="Ấp Đông", font="tcvn3"),
    )
    mixed = [Row(x=50, y=70 + 24 * number, runs=runs) for number in range(20)]
    page = taken(oldfonts.pdf(tmp_path / "a.pdf", [mixed], "winansi"))
    assert page.source is TextSource.CONVERTED
    assert page.text == "\n".join(["".join(run.text for run in runs)] * 20)


def test_cells_far_apart_stay_apart(tmp_path: Path) -> None:
    table = [
        Row(x=x, y=90 + 22 * number, runs=(Run(text=text, font="vni"),))
        for number in range(20)
        for x, text in ((50, "Nguyễn Thị Ước"), (260, "thửa đất số 15"), (430, "hẻm Đồng Khởi"))
    ]
    page = taken(oldfonts.pdf(tmp_path / "a.pdf", [table], "latin"))
    assert [word.text for line in page.lines for word in line.words] == [
        word for row in table for run in row.runs for word in run.text.split()
    ]


@pytest.mark.parametrize(
    ("font", "name"), [("tcvn3", ".VnTime"), ("vni", "ABCDEF+VNI-Times"), ("vni", "VNI-Helve,Bold")]
)
def test_every_letter_is_converted(font: str, name: str) -> None:
    codes = b"".join(code for _, code in oldfonts.written(LETTERS, font)).decode("latin-1")
    assert coding(name, codes)(codes) == LETTERS


@pytest.mark.parametrize("name", [".VnTimeH", "ABCDEF+.VnArialH", ".VnTimeH-Bold", ".VnTimeH,Bold", ".VnArial NarrowH"])
def test_every_capital_of_a_capitals_font_is_converted(name: str) -> None:
    codes = b"".join(code for _, code in oldfonts.written(LETTERS, "tcvn3-caps")).decode("latin-1")
    assert coding(name, codes)(codes) == LETTERS.upper()


def test_vni_has_capitals_of_its_own() -> None:
    codes = b"".join(code for _, code in oldfonts.written(LETTERS.upper(), "vni")).decode("latin-1")
    assert coding("VNI-Times", codes)(codes) == LETTERS.upper()


def test_symbol_fonts_show_their_bytes_above_f000() -> None:
    codes = "".join(chr(0xF000 + ord(char)) for char in "QuyÕt®Þnh")
    assert coding(".VnTime", codes)(codes) == "Quyếtđịnh"


def test_text_that_is_unicode_already_keeps_its_letters_whatever_the_font_is_called() -> None:
    said = "Ủy ban nhân dân xã"
    assert coding(".VnTimeH", said)(said) == said


def test_a_font_without_a_telling_name_is_known_by_how_it_reads() -> None:
    said = "Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc"
    assert coding("TT12Ao00", said)(said) == "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"
    french = "Le président de la République française a été élu à la majorité des suffrages exprimés"
    assert coding("Times", french)(french) == french


def test_hyphens_are_told_from_the_letter_that_extracts_as_one() -> None:
    said = "Thèng nhÊt d-íi sù l·nh ®¹o - Hµ Nam-Nam §Þnh, B×nh D-¬ng, HD-VP"
    assert coding(".VnTime", said)(said) == "Thống nhất dưới sự lãnh đạo - Hà Nam-Nam Định, Bình Dương, HD-VP"
