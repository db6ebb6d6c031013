"""Two scans of one paper are known as such, however they were read; what only looks like it is not."""

from dataclasses import replace

import pytest

from digitizer.classify.completeness import slots
from digitizer.classify.duplicate import SamePaper
from digitizer.model import By, Component, Document, Field, PageRef, Paper, Procedure, Role
from digitizer.store.dossiers import paper_key

HEAD = "ỦY BAN NHÂN DÂN XÃ TÂN THỬ\nSố: 41/QĐ-UBND\nTân Thử, ngày 09 tháng 3 năm 2021\nQUYẾT ĐỊNH\n"
BODY = (
    "Về việc công nhận tổ hòa giải ở ấp Giếng Cạn nhiệm kỳ 2021 - 2026. Căn cứ Luật Tổ chức chính quyền địa phương "
    "ngày 19 tháng 6 năm 2015; xét đề nghị của công chức Tư pháp - Hộ tịch. Điều 1. Công nhận ông Lê Thử Nghiệm, sinh "
    "ngày 12/05/1979, số căn cước 074079001234, làm tổ trưởng tổ hòa giải. Điều 2. Quyết định có hiệu lực từ ngày ký.\n"
)
CERTIFIED = "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH\nSố chứng thực: 2880 Quyển số: 02-SCT/BS\n"
SAME = SamePaper()


def paper(*texts: str, kind: str = "quyet_dinh", unsure: bool = False, **values: str) -> Paper:
    fields = tuple(Field(name=name, value=value, normalised=value, unsure=unsure) for name, value in values.items())
    pages = tuple(PageRef(scan="s", page=number) for number in range(1, len(texts) + 1))
    return Paper(document=Document(id="d", pages=pages, kind=kind, fields=fields), texts=texts)


def test_a_second_reading_with_marks_and_letters_misread_is_the_same_paper() -> None:
    again = (HEAD + BODY).replace("ấp", "âp").replace("Nghiệm", "Nghiêm").replace("công chức", "cóng chúc")
    first, second = paper(HEAD + BODY, number="41/QĐ-UBND"), paper(again, number="41/QĐ-UBND")
    assert SAME.same(first, second) > 0.95
    assert len(SAME.marks(first) & SAME.marks(second)) > 3


def test_marks_are_few_however_long_a_paper_is() -> None:
    text = " ".join(f"{number * 7919} chữ{number} thử nghiệm số" for number in range(2000))
    assert len(SAME.marks(paper(text))) < 24


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param(HEAD.replace("41/", "42/") + BODY, {"number": "42/QĐ-UBND"}, id="another number"),
        pytest.param(HEAD + BODY.replace("2021", "2026"), {"issued": "2026-03-09"}, id="another day"),
        pytest.param(
            HEAD + BODY.replace("Lê Thử Nghiệm", "Võ Văn Khác").replace("074079001234", "074188005678"),
            {"person": "Võ Văn Khác"},
            id="another person",
        ),
        pytest.param(HEAD + BODY + CERTIFIED, {}, id="a certified copy"),
        pytest.param("BẢN SAO\n" + HEAD + BODY, {}, id="a copy whose stamp covers the rest"),
        pytest.param(HEAD, {}, id="a part of it"),
    ],
)
def test_what_only_looks_like_it_is_another_paper(text: str, values: dict[str, str]) -> None:
    known = {"number": "41/QĐ-UBND", "issued": "2021-03-09", "person": "Lê Thử Nghiệm"}
    assert SAME.same(paper(HEAD + BODY, **known), paper(text, **{**known, **values})) == 0.0


@pytest.mark.parametrize(
    ("read", "unsure", "same"),
    [
        ("4", True, True),  # the rest was not read
        ("410/QĐ-UBND", True, True),
        ("41/QĐ-UBNO", True, True),
        ("42/QĐ-UBND", True, False),  # numbers of an office follow each other
        ("410/QĐ-UBND", False, False),
        ("41/KH-UBND", True, False),
    ],
)
def test_a_doubted_number_may_be_a_part_of_the_other_and_never_another(read: str, unsure: bool, same: bool) -> None:
    again = paper(HEAD + BODY, unsure=unsure, number=read)
    assert (SAME.same(paper(HEAD + BODY, number="41/QĐ-UBND"), again) > 0) is same


def test_letters_read_out_of_patterned_paper_tell_nothing() -> None:
    assert SAME.same(paper(HEAD + BODY), paper(HEAD + BODY + " y s y e" * 30)) == 1.0


def test_a_form_of_other_people_is_another_paper_though_no_field_was_found() -> None:
    form = "TỜ KHAI ĐĂNG KÝ KHAI SINH\nHọ, chữ đệm, tên người khai: {}\nSố định danh: {}\nNơi cư trú: {}\nSinh: {}"
    one = form.format("Trần Thử Một", "074079001234", "ấp 3, xã Tân Thử", "12/05/1979")
    other = form.format("Hồ Giả Định", "079188005678", "khu phố 7, phường Nghĩ Ra", "30/11/1988")
    assert SAME.same(paper(one, kind="to_khai_khai_sinh"), paper(other, kind="to_khai_khai_sinh")) == 0.0


def test_papers_of_twins_are_two_though_all_else_is_the_same() -> None:
    text = BODY + "Họ tên con: {}, cha: Lê Thử Nghiệm, mẹ: Trần Thử Một"
    papers = [
        replace(paper(text.format(name)).document, fields=(named("child", name), named("father", "Lê Thử Nghiệm")))
        for name in ("Lê Thử Na", "Lê Thử Nga")
    ]
    one, other = (Paper(document=document, texts=(text,)) for document in papers)
    assert SAME.same(one, one) == 1.0
    assert SAME.same(one, other) == 0.0


def named(part: str, name: str) -> Field:
    return Field(name="person", part=part, value=name, normalised=name)


def test_a_card_is_told_by_its_number_and_day_though_little_of_its_back_was_read() -> None:
    front = "CĂN CƯỚC CÔNG DÂN\nSố / No.: 074069596888\nHọ và tên: LÊ THỬ NGHIỆM\nNgày sinh: 12/05/1979\n" * 2
    backs = "Đặc điểm nhận dạng: sẹo chấm trước đầu lông mày\n", "CỤC TRƯỞNG CỤC CẢNH SÁT ngón trỏ\n"
    known = {"citizen_id": "074069596888", "issued": "2013-11-23"}
    one, other = (paper(front, back, kind="can_cuoc", **known) for back in backs)
    assert SAME.same(one, other) > 0.0
    anew = paper(front, backs[1], kind="can_cuoc", **{**known, "issued": "2018-05-03"})
    assert SAME.same(one, anew) == 0.0
    unread = paper(front, backs[1], kind="can_cuoc", citizen_id="074069596888")
    assert SAME.same(one, unread) == 0.0


def test_hardly_a_word_tells_nothing() -> None:
    assert SAME.same(paper("ẢNH CHÂN DUNG"), paper("ẢNH CHÂN DUNG")) == 0.0


# ---- what follows from it


def test_a_copy_is_left_out_of_its_dossier_but_counts_in_another() -> None:
    row = Procedure(code="1", name="x", components=(Component(name="Giấy chứng sinh", kinds=("giay_chung_sinh",)),))
    copy = replace(
        paper("", kind="giay_chung_sinh").document, id="d2", role=Role.COMPONENT, duplicate_of="d1", kind_by=By.RULE
    )
    first = replace(copy, id="d1", duplicate_of=None)
    assert [slot.documents for slot in slots([first, copy], row, {}).present] == [("d1",)]
    assert [slot.documents for slot in slots([copy], row, {}).present] == [("d2",)]
    assert slots([copy], row, {}).missing == []


def test_a_lone_paper_of_the_backfill_is_told_by_kind_number_day_issuer_and_owner() -> None:
    known = {"number": "41/QĐ-UBND", "issued": "2021-03-09", "issuer": "UBND xã Tân Thử", "person": "Lê Thử Nghiệm"}
    key = paper_key("H09", paper("", **known).document)
    assert key == paper_key("H09", paper("", **{**known, "number": "41 / qd-ubnd"}).document)
    others = [
        paper_key("H10", paper("", **known).document),
        *(paper_key("H09", paper("", **{**known, name: "9"}).document) for name in known),
        paper_key("H09", paper("", kind="cong_van", **known).document),
    ]
    assert key is not None
    assert key not in others
    assert paper_key("H09", paper("", unsure=True, **known).document) is None
    assert paper_key("H09", paper("", person="Lê Thử Nghiệm").document) is None
