"""The kind of a paper is told by its title, its number, its form code and its words, through errors of reading."""

from dataclasses import replace

import pytest

from digitizer.classify.kind import SURE, Kinds
from digitizer.classify.tables import Tables
from digitizer.model import By, Code, Document, Line, Page, PageRef, Scan
from tests.typed import body, decision, head, left, loader, middle, national, page


def decide(tables: Tables, *pages: Page) -> tuple[str, float, tuple[str, ...]]:
    return Kinds(loader(*pages), tables).decide(list(pages))


def titled(*title: str, number: str = "", lines: tuple[Line, ...] = ()) -> Page:
    """A paper with an office's head when it has a number, else a form."""
    start = head(number) if number else national()
    return page(*start, *(middle(text, 600 + 70 * k) for k, text in enumerate(title)), *lines, *body())


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (("QUYẾT ĐỊNH",), "quyet_dinh"),
        (("TỜ KHAI ĐĂNG KÝ KHAI SINH",), "to_khai_khai_sinh"),
        (("TỜ KHAI", "ĐĂNG KÝ KẾT HÔN"), "to_khai_ket_hon"),
        (("GIẤY CHỨNG NHẬN", "QUYỀN SỬ DỤNG ĐẤT", "QUYỀN SỞ HỮU NHÀ Ở"), "gcn_quyen_su_dung_dat"),
        (("GIẤY CHỨNG NHẬN KẾT HÔN",), "giay_ket_hon"),
        (("GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",), "gcn_ho_kinh_doanh"),
        (("THÔNG BÁO NỘP TIỀN",), "thong_bao_nop_tien"),
        (("TRÍCH LỤC KHAI SINH (BẢN SAO)",), "trich_luc_khai_sinh"),
        (("HỢP ĐỒNG CHUYỂN NHƯỢNG", "QUYỀN SỬ DỤNG ĐẤT"), "hop_dong_dat"),
        (("HỢP ĐỒNG THUÊ NHÀ",), "hop_dong"),
        (("QUYẾT ĐỊNH CÔNG NHẬN VIỆC NUÔI CON NUÔI",), "nhan_con_nuoi"),
        (("ĐƠN XIN XÁC NHẬN",), "don"),
        (("GIẤY PHÉP XÂY DỰNG",), "giay_phep_xay_dung"),
    ],
)
def test_the_longest_title_wins(tables: Tables, title: tuple[str, ...], kind: str) -> None:
    found, confidence, _ = decide(tables, titled(*title))
    assert found == kind
    assert confidence >= SURE


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("QUYET ĐỊNH", "quyet_dinh"),
        ("| THÔNG BẢO", "thong_bao"),
        ("IEU YEU CẤU BO SUNG, HOÀN THIỆN HỒ SƠ", "phieu_bo_sung"),
        ("GIẤY UỶ QUYỀN", "giay_uy_quyen"),
        ("TỞ KHAI LỆ PHÍ TRƯỚC BA", "to_khai_thue"),
    ],
)
def test_titles_are_known_through_errors_of_reading(tables: Tables, title: str, kind: str) -> None:
    assert decide(tables, titled(title))[0] == kind


def test_the_word_in_a_subject_is_no_title(tables: Tables) -> None:
    subject = (middle("Về việc phê duyệt Báo cáo đánh giá tác động môi trường", 690),)
    assert decide(tables, titled("QUYẾT ĐỊNH", number="Số: 17/QĐ-UBND", lines=subject))[0] == "quyet_dinh"


def test_an_official_letter_has_no_title_but_v_v(tables: Tables) -> None:
    letter = page(
        *head("Số: 12/UBND-VX", about=("V/v trồng cây xanh", "trên đường liên xã")),
        middle("Kính gửi: Phòng Kinh tế.", 800),
        *body(),
    )
    kind, confidence, cues = decide(tables, letter)
    assert kind == "cong_van"
    assert confidence >= SURE
    assert any("V/v" in cue for cue in cues)


def test_number_and_title_that_contradict_each_other_leave_a_doubt(tables: Tables) -> None:
    agreeing = decide(tables, titled("QUYẾT ĐỊNH", number="Số: 17/QĐ-UBND"))
    contradicting = decide(tables, titled("CHỈ THỊ", number="Số: 17/QĐ-UBND"))
    assert contradicting[1] < agreeing[1]


def test_the_number_speaks_when_the_title_cannot_be_read(tables: Tables) -> None:
    kind, confidence, _ = decide(tables, titled("Q#Y#T Đ##H", number="Số: 17/TTr-UBND"))
    assert kind == "to_trinh"
    assert 0 < confidence < 0.99


def test_a_form_code_speaks_when_there_is_no_title(tables: Tables) -> None:
    assert decide(tables, page(left("Mẫu CT01", 150), *national(), *body()))[0] == "to_khai_cu_tru"


def test_a_card_s_back_is_known_by_its_machine_readable_line(tables: Tables) -> None:
    back = page(left("IDVNM0930012347074093001234<<0", 2500), codes=[Code(type="qr", value="x", box=(0, 0, 9, 9))])
    assert decide(tables, back)[0] == "can_cuoc"


@pytest.mark.parametrize("pages", [(page(*body()),), (page(),)])
def test_nothing_decides_and_the_kind_is_left_open(tables: Tables, pages: tuple[Page, ...]) -> None:
    kind, confidence, _ = decide(tables, *pages)
    assert kind == "khong_ro"
    assert confidence < SURE


def test_a_turned_page_is_read_upright(tables: Tables) -> None:
    upright = decision()

    def upside_down(line: Line) -> Line:
        words = tuple(
            replace(word, box=(2480 - word.box[2], 3508 - word.box[3], 2480 - word.box[0], 3508 - word.box[1]))
            for word in line.words
        )
        return replace(line, words=words)

    turned = replace(upright, turned=180, lines=tuple(upside_down(line) for line in upright.lines))
    assert decide(tables, turned) == decide(tables, upright)


def test_the_stage_keeps_a_clerk_s_word(tables: Tables) -> None:
    refs = (PageRef(scan="s1", page=1),)
    documents = (Document(id="d1", pages=refs), Document(id="d2", pages=refs, kind="bao_cao", kind_by=By.CLERK))
    scan = Scan(id="s1", arrival="a1", file="x", sha256="", media="", count=1, documents=documents)
    ours, clerks = Kinds(loader(decision()), tables)(scan).documents
    assert (ours.kind, ours.unsure) == ("quyet_dinh", False)
    assert (clerks.kind, clerks.unsure) == ("bao_cao", False)
