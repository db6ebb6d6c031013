"""Fields are read by place on office papers, by label on forms, from codes on cards, and checked against each other."""

from dataclasses import replace

import pytest

from digitizer.classify.fields import Fields
from digitizer.classify.tables import Tables
from digitizer.model import By, Code, Document, Field, Line, Page, PageRef, Scan
from tests.typed import body, decision, head, left, line, loader, middle, national, page, signature


def documents_of(tables: Tables, kind: str, *pages: Page) -> tuple[Document, ...]:
    """Each page a paper of its own, all of one scan."""
    documents = tuple(
        Document(id=f"d{number}", pages=(PageRef(scan="s1", page=number),), kind=kind, confidence=0.97, unsure=False)
        for number in range(1, len(pages) + 1)
    )
    scan = Scan(id="s1", arrival="a1", file="x", sha256="", media="", count=len(pages), documents=documents)
    return Fields(loader(*pages), tables)(scan).documents


def document_of(tables: Tables, kind: str, *pages: Page, fields: tuple[Field, ...] = ()) -> Document:
    refs = tuple(PageRef(scan="s1", page=number) for number in range(1, len(pages) + 1))
    document = Document(id="d1", pages=refs, kind=kind, confidence=0.97, unsure=False, fields=fields)
    scan = Scan(id="s1", arrival="a1", file="x", sha256="", media="", count=len(pages), documents=(document,))
    return Fields(loader(*pages), tables)(scan).documents[0]


def read(tables: Tables, kind: str, *pages: Page) -> dict[str, str]:
    """`name` or `name/part` → normalised value."""
    fields = document_of(tables, kind, *pages).fields
    return {f"{field.name}/{field.part}" if field.part else field.name: field.normalised for field in fields}


def form(title: str, *lines: Line | str) -> Page:
    rows = [left(text, 620 + 75 * k) if isinstance(text, str) else text for k, text in enumerate(lines)]
    return page(*national(), middle(title, 450), *rows)


def test_an_office_paper_is_read_by_its_places(tables: Tables) -> None:
    assert read(tables, "quyet_dinh", decision()) == {
        "number": "17/QĐ-UBND",
        "issued": "2023-01-05",
        "issuer": "UBND huyện Bàu Sen",
        "subject": "Về việc trồng cây xanh trên tuyến đường liên xã",
        "signer": "Lê Thị Út",
        "signer_title": "PHÓ CHỦ TỊCH",
    }


def test_every_field_tells_where_it_stands(tables: Tables) -> None:
    paper = decision()
    words = {word.text: word.box for one in paper.lines for word in one.words}
    number = document_of(tables, "quyet_dinh", paper).field("number")
    assert number is not None
    assert number.at == PageRef(scan="s1", page=1)
    assert number.box == words["17/QĐ-UBND"]


def test_a_letter_s_subject_stands_under_its_number(tables: Tables) -> None:
    letter = page(
        *head("Số: 12/UBND-VX", about=("V/v trồng cây xanh", "trên đường liên xã")),
        middle("Kính gửi: Phòng Kinh tế.", 800),
        *body(),
    )
    assert read(tables, "cong_van", letter)["subject"] == "trồng cây xanh trên đường liên xã"


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        (("ỦY BAN NHÂN DÂN", "TỈNH BÀU SEN", "SỞ TÀI NGUYÊN VÀ", "MÔI TRƯỜNG"), "Sở Tài nguyên và Môi trường"),
        (("BỘ CÔNG THƯƠNG",), "Bộ Công Thương"),
        (("THỦ TƯỚNG CHÍNH PHỦ",), "Thủ tướng Chính phủ"),
        (("UBND HUYỆN BÀU SEN", "PHÒNG QUẢN LÝ ĐÔ THỊ"), "Phòng Quản lý đô thị"),
        (("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "CHI NHÁNH BÀU SEN"), "Văn phòng Đăng ký đất đai Chi nhánh Bàu Sen"),
        (("HỘI ĐỒNG NHÂN DÂN", "XÃ AN THỬ"), "HĐND xã An Thử"),
    ],
)
def test_the_last_body_named_is_the_issuer(tables: Tables, lines: tuple[str, ...], issuer: str) -> None:
    paper = page(*head(issuer=lines), middle("QUYẾT ĐỊNH", 620), *body())
    assert read(tables, "quyet_dinh", paper)["issuer"] == issuer


def test_an_unreadable_day_gives_no_date_and_sends_the_paper_to_a_person(tables: Tables) -> None:
    torn = page(
        *head(dated="Bàu Sen, ngày 37 tháng 01 năm 2023"), middle("QUYẾT ĐỊNH", 620), *body(), *signature("CHỦ TỊCH")
    )
    done = document_of(tables, "quyet_dinh", torn)
    assert done.field("issued") is None
    assert done.unsure


def test_a_clear_paper_needs_no_person_and_a_faint_number_does(tables: Tables) -> None:
    clear = decision()
    faint = page(*(line("Số: 17/QĐ-UBND", 500, 440, 0.2) if "Số:" in one.text else one for one in clear.lines))
    assert not document_of(tables, "quyet_dinh", clear).unsure
    assert document_of(tables, "quyet_dinh", faint).unsure


def test_a_number_whose_group_is_not_the_title_s_is_doubted(tables: Tables) -> None:
    right = document_of(tables, "quyet_dinh", decision()).field("number")
    wrong = document_of(tables, "quyet_dinh", decision("Số: 17/TB-UBND")).field("number")
    assert right is not None
    assert wrong is not None
    assert wrong.unsure
    assert wrong.confidence < right.confidence


def test_values_behind_labels_know_whose_they_are(tables: Tables) -> None:
    found = read(
        tables,
        "to_khai_khai_sinh",
        form(
            "TỜ KHAI ĐĂNG KÝ KHAI SINH",
            "Họ, chữ đệm, tên người yêu cầu: Lê Văn Mẫu ............",
            "Nơi cư trú: ấp 3, xã An Thử",
            "Đề nghị đăng ký khai sinh cho người dưới đây:",
            "Họ, chữ đệm, tên: LÊ THỊ BÉ",
            "Ngày, tháng, năm sinh: 09/3/2021",
            "Giới tính: Nữ Dân tộc: Kinh",
            "Họ, chữ đệm, tên người mẹ: Trần Thị Bưởi",
            "Năm sinh: 1990",
            "Họ, chữ đệm, tên người cha: Lê Văn Mẫu",
        ),
    )
    assert found == {
        "person/applicant": "Lê Văn Mẫu",
        "address/applicant": "ấp 3, xã An Thử",
        "person/child": "LÊ THỊ BÉ",
        "birth_date/child": "2021-03-09",
        "sex/child": "nữ",
        "person/mother": "Trần Thị Bưởi",
        "birth_date/mother": "1990",
        "person/father": "Lê Văn Mẫu",
    }


def test_an_address_runs_on_over_lines_and_ends_at_the_next_label(tables: Tables) -> None:
    long = "Nơi cư trú: số 5, đường Ven Rạch, tổ 7, khu phố 2, phường An Thử, thành phố Bàu Sen, tỉnh Lục"
    found = read(
        tables, "don", form("ĐƠN XIN XÁC NHẬN", "Tôi tên là: Trần Văn Thử", long, "Bình", "Quê quán: xã An Thử")
    )
    assert found["address"] == long.removeprefix("Nơi cư trú: ") + " Bình"


def test_an_address_does_not_run_on_into_an_entry_that_has_no_name_here(tables: Tables) -> None:
    full = "Nơi cư trú: số 5, đường Ven Rạch, tổ 7, khu phố 2, phường An Thử, thành phố Bàu Sen, tỉnh Tây Ninh"
    found = read(tables, "don", form("ĐƠN XIN XÁC NHẬN", "Tôi tên là: Trần Văn Thử", full, "Màu mắt: nâu"))
    assert found["address"] == full.removeprefix("Nơi cư trú: ")


def test_a_subject_between_two_lines_in_capitals_is_found(tables: Tables) -> None:
    paper = page(
        *head(),
        middle("QUYẾT ĐỊNH", 620),
        middle("V/v trồng cây xanh", 680),
        middle("ỦY BAN NHÂN DÂN HUYỆN BÀU SEN", 740),
        *body(),
    )
    assert read(tables, "quyet_dinh", paper)["subject"] == "trồng cây xanh"


def test_a_table_with_a_column_for_each_person_is_read_by_columns(tables: Tables) -> None:
    rows = [("Họ, chữ đệm, tên", "Trần Thị Bưởi", "Lê Văn Mẫu"), ("Ngày, tháng, năm sinh", "01/02/1995", "03/04/1993")]
    lines = [line("Bên nữ", 1100, 620), line("Bên nam", 1800, 620)]
    for k, cells in enumerate(rows):
        lines += [line(text, x, 700 + 75 * k) for text, x in zip(cells, (350, 1000, 1700), strict=True)]
    assert read(tables, "to_khai_ket_hon", form("TỜ KHAI ĐĂNG KÝ KẾT HÔN", *lines)) == {
        "person/wife": "Trần Thị Bưởi",
        "birth_date/wife": "1995-02-01",
        "person/husband": "Lê Văn Mẫu",
        "birth_date/husband": "1993-04-03",
    }


def test_land_in_running_text_needs_no_colons(tables: Tables) -> None:
    found = read(
        tables,
        "hop_dong_dat",
        form(
            "HỢP ĐỒNG CHUYỂN NHƯỢNG QUYỀN SỬ DỤNG ĐẤT",
            "Hôm nay, ngày 09 tháng 12 năm 2023, chúng tôi gồm có:",
            "BÊN CHUYỂN NHƯỢNG (BÊN A)",
            "Ông: Trần Văn Thử, sinh năm 1970",
            "BÊN NHẬN CHUYỂN NHƯỢNG (BÊN B)",
            "Bà: Lê Thị Mẫu, sinh năm 1981",
            "Thửa đất số 845, tờ bản đồ số 95, diện tích 306,6 m² theo Giấy chứng nhận số CQ 484722.",
        ),
    )
    assert found == {
        "issued": "2023-12-09",
        "person/party_a": "Trần Văn Thử",
        "birth_date/party_a": "1970",
        "person/party_b": "Lê Thị Mẫu",
        "birth_date/party_b": "1981",
        "parcel": "845",
        "map_sheet": "95",
        "area": "306.6",
        "certificate_serial": "CQ484722",
    }


def test_the_card_s_code_gives_its_seven_fields(tables: Tables) -> None:
    code = Code(
        type="qr", value="074093001234|280123456|Lê Văn Mẫu|05011993|Nam|ấp 3, xã An Thử|01022021", box=(0, 0, 9, 9)
    )
    found = document_of(tables, "can_cuoc", page(left("CĂN CƯỚC CÔNG DÂN", 300), codes=[code])).fields
    assert {field.by for field in found} == {By.QR}
    assert {field.name: field.normalised for field in found} == {
        "citizen_id": "074093001234",
        "old_citizen_id": "280123456",
        "person": "Lê Văn Mẫu",
        "birth_date": "1993-01-05",
        "sex": "nam",
        "address": "ấp 3, xã An Thử",
        "issued": "2021-02-01",
    }


ZONE = (left("IDVNM0930012348074093001234<<3", 400), left("9301054M3301052VNM<<<<<<<<<<<6", 500))


def test_machine_readable_lines_count_only_when_their_check_digits_hold(tables: Tables) -> None:
    bad = page(left("IDVNM0930012345074093001234<<3", 400), left("9301050M3301050VNM<<<<<<<<<<<6", 500))
    found = document_of(tables, "can_cuoc", page(*ZONE))
    assert {field.name: field.normalised for field in found.fields} == {
        "citizen_id": "074093001234",
        "birth_date": "1993-01-05",
        "sex": "nam",
        "valid_to": "2033-01-05",
    }
    assert {field.by for field in found.fields} == {By.MRZ}
    names = {field.name for field in document_of(tables, "can_cuoc", bad).fields}
    assert not names & {"birth_date", "valid_to"}


def test_zeros_that_were_read_as_sixes_are_told_by_the_check_digits(tables: Tables) -> None:
    found = read(
        tables, "can_cuoc", page(left("TDVNM0936012348074093001234<<3", 400), left("9361054M3301052VNM<<<8", 500))
    )
    assert (found["citizen_id"], found["birth_date"]) == ("074093001234", "1993-01-05")


@pytest.mark.parametrize(
    ("first", "second", "number", "birth"),
    [
        ("TDVNMô6930012348074693001234<<3", "9301054M33010526VWNM<<<<<<<<<<<6", "074093001234", "1993-01-05"),
        ("IDVNM0930012348074093001284<<3", "9301054M3301052VNM<<<<<<<<<<<6", "074093001234", "1993-01-05"),
        ("IDVNM0930012348074093001284<<3", "9301054M3301052VNM<<<<<<<<<<<7", None, "1993-01-05"),  # which copy?
        ("IDVNM0930012348074093001234<<3", "93010564M3301152VNM<<<<<<<<<<<6", "074093001234", None),  # no birthday
    ],
)
def test_a_zone_tells_its_number_and_days_twice_so_that_letters_too_many_are_mended(
    tables: Tables, first: str, second: str, number: str | None, birth: str | None
) -> None:
    found = read(tables, "can_cuoc", page(left(first, 400), left(second, 500)))
    assert (found.get("citizen_id"), found.get("birth_date")) == (number, birth)


@pytest.mark.parametrize(
    ("printed", "confidence", "holds", "unsure"),
    [
        ("000.00.15.H09-231103-0012", 0.99, True, False),
        ("000.00.15.H09-231103-0017", 0.99, False, True),
        ("000.00.15.H09-231103-0017", 0.30, None, False),  # a guess contradicts nothing
    ],
)
def test_the_qr_code_of_a_slip_is_held_against_its_print(
    tables: Tables, printed: str, confidence: float, holds: bool | None, unsure: bool
) -> None:
    code = Code(type="qr", value="000.00.15.H09-231103-0012", box=(0, 0, 9, 9))
    slip = page(middle("GIẤY TIẾP NHẬN", 400), left(f"Mã hồ sơ: {printed}", 600, confidence), codes=[code])
    field = document_of(tables, "giay_tiep_nhan", slip).field("dossier_code")
    assert field is not None
    assert (field.normalised, field.by, field.unsure) == (code.value, By.QR, unsure)
    assert next((check.passed for check in field.checks if check.code == "qr"), None) is holds
    assert field.alternatives == (() if holds else (printed,))


def test_a_number_that_check_digits_prove_is_no_question_though_print_says_otherwise(tables: Tables) -> None:
    printed = left("Số / No.: 074093001284", 300)
    field = document_of(tables, "can_cuoc", page(printed, *ZONE)).field("citizen_id")
    assert field is not None
    assert (field.normalised, field.by, field.alternatives) == ("074093001234", By.MRZ, ("074093001284",))
    assert not field.unsure


def test_a_name_is_held_against_the_letters_of_the_zone(tables: Tables) -> None:
    def told(name: str) -> bool | None:
        zone = (*ZONE, left("LE<<VAN<MAU<<<<<<<<<<<<<<<<<<<", 600))
        card = page(left("Họ và tên / Full name:", 200), left(name, 260), *zone)
        field = document_of(tables, "can_cuoc", card).field("person")
        assert field is not None
        return next((check.passed for check in field.checks if check.code == "mrz"), None)

    assert (told("LÊ VĂN MẪU"), told("TRẦN THỊ ÚT")) == (True, False)


def test_an_id_that_contradicts_the_birth_year_makes_both_doubtful(tables: Tables) -> None:
    def told(year: int) -> Document:
        return document_of(
            tables,
            "don",
            form("ĐƠN ĐỀ NGHỊ", "Tôi tên là: Lê Văn Mẫu", f"Ngày sinh: 05/01/{year}", "Số CCCD: 074093001234"),
        )

    agreeing, contradicting = told(1993), told(1980)
    assert not any(field.unsure for field in agreeing.fields)
    assert {field.name for field in contradicting.fields if field.unsure} == {"birth_date", "citizen_id"}


def test_a_number_and_a_day_of_other_years_are_both_doubted(tables: Tables) -> None:
    def unsure(number: str, year: int) -> set[str]:
        dated = f"Bàu Sen, ngày 05 tháng 01 năm {year}"
        paper = page(*head(number, dated), middle("QUYẾT ĐỊNH", 620), *body(), *signature("CHỦ TỊCH"))
        return {one.name for one in document_of(tables, "quyet_dinh", paper).fields if one.unsure}

    assert unsure("Số: 12/2023/QĐ-UBND", 2023) == unsure("Số: 12/2022/QĐ-UBND", 2023) == set()
    assert unsure("Số: 12/2023/QĐ-UBND", 2016) == {"number", "issued"}


def test_a_birth_date_near_the_head_is_no_day_of_issue(tables: Tables) -> None:
    lines = [left("Ngày sinh: ngày 18 tháng 02 năm 1984", 770), middle("Bàu Sen, ngày 24 tháng 8 năm 2002", 1500, 1730)]
    paper = page(*national(), middle("BẰNG TỐT NGHIỆP", 450), left("Cho: Lê Văn Mẫu", 690), *lines)
    assert read(tables, "van_bang", paper)["issued"] == "2002-08-24"


def test_of_two_days_of_return_the_later_one_holds(tables: Tables) -> None:
    found = read(
        tables,
        "phieu_xin_loi",
        form(
            "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
            "Thời gian trả kết quả: 07/12/2022",
            "Hẹn lại ngày trả kết quả: 14/12/2022",
        ),
    )
    assert found["due"] == "2022-12-14"


def test_a_clerk_s_values_are_kept_and_not_doubled(tables: Tables) -> None:
    said = Field(name="number", value="18/QĐ-UBND", normalised="18/QĐ-UBND", by=By.CLERK)
    old = Field(name="subject", value="cũ", normalised="cũ")
    done = document_of(tables, "quyet_dinh", decision(), fields=(said, old))
    assert [field for field in done.fields if field.name == "number"] == [said]
    assert [field.normalised for field in done.fields if field.name == "subject"] != ["cũ"]


def test_of_a_blank_paper_nothing_is_read(tables: Tables) -> None:
    assert document_of(tables, "quyet_dinh", page()).fields == ()


def declaration(name: str, number: str = "", confidence: float = 0.99) -> Page:
    lines = [left(number, 770)] if number else []
    return form("ĐƠN ĐỀ NGHỊ", line(f"Tôi tên là: {name}", 350, 620, confidence), *lines)


def test_a_name_that_other_papers_give_with_other_marks_is_doubted(tables: Tables) -> None:
    names = ("Đỗ Lan Hiếu", "Đỗ Lan Hiểu", "Trần Văn Thử", "Trần Văn Thử", "Trần Thị Bé")
    found = [one.field("person") for one in documents_of(tables, "don", *map(declaration, names))]
    assert [one.unsure for one in found if one] == [True, True, False, False, False]
    assert [one.alternatives for one in found[:2] if one] == [("Đỗ Lan Hiểu",), ("Đỗ Lan Hiếu",)]


def test_a_given_name_that_nobody_bears_is_put_right_and_doubted_unless_another_paper_has_it(tables: Tables) -> None:
    papers = documents_of(
        tables, "don", declaration("Đỗ Lan Chỉ"), declaration("Đỗ Lan Chi"), declaration("Lê Thị Báy")
    )
    found = [one.field("person") for one in papers]
    assert [(one.normalised, one.unsure, one.alternatives) for one in found if one] == [
        ("Đỗ Lan Chi", False, ("Đỗ Lan Chỉ",)),
        ("Đỗ Lan Chi", False, ()),
        ("Lê Thị Bảy", True, ("Lê Thị Báy",)),
    ]


def test_a_faint_reading_gives_way_to_firm_ones_and_is_kept_beside_them(tables: Tables) -> None:
    papers = (declaration("Đỗ Lan Chi"), declaration("Đỗ Lan Chỉ", confidence=0.5), declaration("Đỗ Lan Chi"))
    mended = documents_of(tables, "don", *papers)[1].field("person")
    assert mended is not None
    assert (mended.normalised, mended.alternatives) == ("Đỗ Lan Chi", ("Đỗ Lan Chỉ",))


def test_a_personal_number_behind_a_label_that_cannot_be_read_is_told_by_its_form(tables: Tables) -> None:
    for label in ("ŒCCCD số", "Căn cước công tiân số"):
        found = read(tables, "don", declaration("Lê Văn Mẫu", f"{label}: 074093001234"))
        assert found["citizen_id"] == "074093001234"
        assert "number" not in found


def test_an_issuer_that_its_number_and_its_signer_contradict_is_doubted(tables: Tables) -> None:
    def checks(*issuer: str) -> dict[str, bool]:
        paper = page(*head("Số: 17/QĐ-UBND", issuer=issuer), middle("QUYẾT ĐỊNH", 620), *body(), *signature("CHỦ TỊCH"))
        found = document_of(tables, "quyet_dinh", paper).field("issuer")
        return {check.code: check.passed for check in found.checks} if found else {}

    both = {"agency_letters", "signing_office"}
    assert both <= {code for code, passed in checks("ỦY BAN NHÂN DÂN", "HUYỆN BÀU SEN").items() if passed}
    assert both <= {code for code, passed in checks("SỞ NỘI VỤ").items() if not passed}


def test_a_signer_whose_office_is_covered_is_still_found(tables: Tables) -> None:
    assert read(tables, "quyet_dinh", page(*head(), middle("QUYẾT ĐỊNH", 620), *body(), *signature()))["signer"] == (
        "Lê Thị Út"
    )


@pytest.mark.parametrize(
    ("printed", "signer"),
    [
        ("6ô Khắc Thử", "Tô Khắc Thử"),
        ("giyễn Thị Thử", "Nguyễn Thị Thử"),
        ("âm Sỹ Thử", "Lâm Sỹ Thử"),
        ("Ph ấn Duy Thử", "Phan Duy Thử"),
        ("___ Đoàn Minh Thử", "Đoàn Minh Thử"),
        ("___ “Đoàn Minh Thử", "Đoàn Minh Thử"),
        ("Bích Thử", "Bích Thử"),
        ("Kim Thử", "Kim Thử"),  # also a family name, but what stands in the middle of three as often
    ],
)
def test_a_family_name_that_a_seal_tore_is_guessed_and_said_to_be_a_guess(
    tables: Tables, printed: str, signer: str
) -> None:
    lines = signature("CHỦ TỊCH", name=printed)
    paper = page(*head(), middle("QUYẾT ĐỊNH", 620), *body(), *lines)
    found = document_of(tables, "quyet_dinh", paper).field("signer")
    assert found is not None
    assert found.normalised == signer
    assert found.unsure == (printed.split(maxsplit=1)[0] != "___")


def test_a_copy_s_own_number_is_doubted(tables: Tables) -> None:
    paper = page(*head(number="Số: 500/TLKS-BS"), middle("TRÍCH LỤC KHAI SINH", 620), *body())
    found = document_of(tables, "trich_luc_khai_sinh", paper).field("number")
    assert found is not None
    assert found.unsure


@pytest.mark.parametrize(
    ("letters", "issuer", "torn"),
    [
        ("STTT", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", True),
        ("STTTT", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG", False),
        ("SLĐTBXH", "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", False),
        ("SNN", "SỞ NÔNG NGHIỆP VÀ PHÁT TRIỂN NÔNG THÔN", False),
        ("SNV", "SỞ NỘI VỤ", False),
        ("PVHVTT", "PHÒNG VĂN HÓA VÀ THÔNG TIN", False),
    ],
)
def test_letters_that_lost_one_of_the_issuers_are_doubted(
    tables: Tables, letters: str, issuer: str, torn: bool
) -> None:
    paper = page(*head(number=f"Số: 17/QĐ-{letters}", issuer=(issuer,)), middle("QUYẾT ĐỊNH", 620), *body())
    found = document_of(tables, "quyet_dinh", paper).field("number")
    assert found is not None
    assert found.unsure is torn


@pytest.mark.parametrize(("end", "torn"), [("phường An Thử tháng", True), ("quý IV", True), ("của Việt Nam", False)])
def test_a_subject_that_breaks_off_is_doubted(tables: Tables, end: str, torn: bool) -> None:
    lines = [middle("QUYẾT ĐỊNH", 620), middle(f"Về việc sửa trụ sở làm việc {end}", 690)]
    found = document_of(tables, "quyet_dinh", page(*head(), *lines, *body())).field("subject")
    assert found is not None
    assert found.unsure is torn


def test_a_certificate_s_sign_is_mended(tables: Tables) -> None:
    paper = form("GIẤY CHỨNG NHẬN CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM", "Số: 339/GCNATTTP")
    assert read(tables, "gcn_an_toan_thuc_pham", paper)["number"] == "339/GCNATTP"


def test_a_sign_is_not_mended_into_that_of_another_kind(tables: Tables) -> None:
    paper = page(*head(number="Số: 690/GBT-UBNI"), middle("GIẤY XÁC NHẬN", 620), *body())
    assert read(tables, "xac_nhan_hon_nhan", paper)["number"] == "690/GBT-UBND"


def test_a_name_that_a_ring_cut_in_two_lines_is_one(tables: Tables) -> None:
    lines = [*signature("CHỦ TỊCH", name="Ngô"), middle("Diễm Thử", 2500 + 55 + 262, 2000)]
    paper = page(*head(), middle("QUYẾT ĐỊNH", 620), *body(), *lines)
    assert read(tables, "quyet_dinh", paper)["signer"] == "Ngô Diễm Thử"


def test_a_signer_with_a_guessed_family_name_is_the_one_who_signed_the_next_paper(tables: Tables) -> None:
    def paper(name: str) -> Page:
        return page(*head(), middle("QUYẾT ĐỊNH", 620), *body(), *signature("CHỦ TỊCH", name=name))

    papers = documents_of(tables, "quyet_dinh", *map(paper, ("6ô Khắc Thử", "Ngô Khắc Thử", "Ngô Khắc Thử")))
    found = [one.field("signer") for one in papers]
    assert [(one.normalised, one.unsure) for one in found if one] == [
        ("Ngô Khắc Thử", True),
        ("Ngô Khắc Thử", False),
        ("Ngô Khắc Thử", False),
    ]


def test_a_number_filled_in_by_hand_is_said_to_be_so(tables: Tables) -> None:
    def printed(number: str, *, day_by_hand: bool, sure: float = 0.99) -> bool | None:
        lines = [
            replace(
                one,
                words=tuple(
                    replace(
                        word,
                        handwritten=day_by_hand and word.text == "05",
                        confidence=sure if "/QĐ" in word.text else word.confidence,
                    )
                    for word in one.words
                ),
            )
            for one in head(number)
        ]
        found = document_of(tables, "quyet_dinh", page(*lines, middle("QUYẾT ĐỊNH", 620), *body())).field("number")
        return next((check.passed for check in found.checks if check.code == "printed"), None) if found else None

    assert printed("Số: 17/QĐ-UBND", day_by_hand=True) is None
    assert printed("Số: #7/QĐ-UBND", day_by_hand=True, sure=0.5) is False
    assert printed("Số: #7/QĐ-UBND", day_by_hand=False, sure=0.5) is None
    assert printed("Số: /QĐ-UBND", day_by_hand=False) is False


def test_a_subject_goes_on_in_small_letters_a_little_further_down(tables: Tables) -> None:
    title = [middle("QUYẾT ĐỊNH", 620), middle("Về việc trồng cây xanh chào mừng ngày", 675)]
    paper = page(*head(), *title, middle("thành lập ngành tại xã An Thử", 740), *body(), *signature("CHỦ TỊCH"))
    assert read(tables, "quyet_dinh", paper)["subject"] == (
        "Về việc trồng cây xanh chào mừng ngày thành lập ngành tại xã An Thử"
    )


def test_a_paper_of_no_kind_is_told_by_its_title(tables: Tables) -> None:
    title = [middle("BẢN THUYẾT MINH", 450), middle("Điều kiện sản xuất diều sáo", 505)]
    said = read(tables, "khong_ro", page(*national(), *title, *body()))
    assert said["subject"] == "BẢN THUYẾT MINH Điều kiện sản xuất diều sáo"


def test_addresses_of_two_people_on_one_paper_are_held_against_each_other(tables: Tables) -> None:
    whole = "tổ 8, khu phố 8, phường An Thử, thành phố Biên Hòa, tỉnh Đồng Nai"

    def unsure(mother: str) -> list[bool]:
        lines = ("Họ, chữ đệm, tên người mẹ: Lê Thị Bé", f"Nơi cư trú: {mother}")
        more = ("Họ, chữ đệm, tên người cha: Trần Văn Thử", f"Nơi cư trú: {whole}")
        found = document_of(tables, "to_khai_khai_sinh", form("TỜ KHAI ĐĂNG KÝ KHAI SINH", *lines, *more)).fields
        return [one.unsure for one in found if one.name == "address"]

    assert unsure(whole) == [False, False]
    assert unsure(whole.removeprefix("tổ "))[0]


def test_who_signed_without_a_name_that_can_be_read_is_a_question(tables: Tables) -> None:
    assert not document_of(tables, "quyet_dinh", decision()).unsure
    nameless = page(*decision().lines[:-1])
    assert document_of(tables, "quyet_dinh", nameless).unsure


def test_the_middle_of_a_very_long_paper_is_not_held_in_memory(tables: Tables) -> None:
    first, last = page(*head(), middle("QUYẾT ĐỊNH", 620), *body()), page(*body(), *signature())
    pages = [first, *(page(*body()) for _ in range(300)), last]
    asked: list[int] = []

    def load(scan: str, number: int) -> Page:
        asked.append(number)
        return loader(*pages)(scan, number)

    refs = tuple(PageRef(scan="s1", page=number) for number in range(1, len(pages) + 1))
    document = Document(id="d1", pages=refs, kind="quyet_dinh", confidence=0.97, unsure=False)
    scan = Scan(id="s1", arrival="a1", file="x", sha256="", media="", count=len(pages), documents=(document,))
    found = Fields(load, tables)(scan).documents[0]
    assert len(asked) < 100
    assert [field.normalised for field in found.fields if field.name in ("issuer", "signer")] == [
        "UBND huyện Bàu Sen",
        "Lê Thị Út",
    ]


def told_twice(paper: Page, said: str, other: str) -> Page:
    """The paper, of which one word was read otherwise the second time."""
    lines = (
        replace(one, words=tuple(replace(word, other=other if word.text == said else "") for word in one.words))
        for one in paper.lines
    )
    return replace(paper, lines=tuple(lines))


def test_figures_read_in_two_ways_are_asked_about_and_the_other_reading_is_offered(tables: Tables) -> None:
    issued = document_of(tables, "quyet_dinh", told_twice(decision(), "2023", "2028")).field("issued")
    assert issued is not None
    assert (issued.normalised, issued.unsure, issued.alternatives) == ("2023-01-05", True, ("2028-01-05",))
    assert any(check.code == "second_reading" and not check.passed for check in issued.checks)


def test_what_another_paper_says_settles_figures_read_in_two_ways(tables: Tables) -> None:
    receipt = page(*national(), middle("GIẤY TIẾP NHẬN HỒ SƠ", 450), left("Mã hồ sơ: 000.00.15.H09-231103-0012", 620))
    doubted = told_twice(receipt, "000.00.15.H09-231103-0012", "000.00.15.H09-231103-0072")
    first, second = documents_of(tables, "giay_tiep_nhan", doubted, replace(receipt, number=2))
    codes = [one.field("dossier_code") for one in (first, second)]
    assert [code is not None and code.unsure for code in codes] == [False, False]


def test_a_deputy_s_title_of_which_a_seal_ate_the_beginning_is_put_right(tables: Tables) -> None:
    paper = decision()
    rows = [replace(one, words=tuple(replace(word, text="Ó") if word.text == "PHÓ" else word for word in one.words))
            for one in paper.lines]  # fmt: skip
    assert read(tables, "quyet_dinh", replace(paper, lines=tuple(rows)))["signer_title"] == "PHÓ CHỦ TỊCH"


@pytest.mark.parametrize("label", ["Số CMNND:", "GMND số:", "Số CMND:"])
def test_a_misread_acronym_before_a_number_is_still_its_label(tables: Tables, label: str) -> None:
    assert read(tables, "don", form("ĐƠN ĐỀ NGHỊ", f"{label} 281253137"))["citizen_id"] == "281253137"


def test_a_deputy_whose_own_line_cannot_be_read_is_guessed_and_asked_about(tables: Tables) -> None:
    paper = decision()
    lost = replace(paper, lines=tuple(one for one in paper.lines if one.text != "PHÓ CHỦ TỊCH"))
    title = document_of(tables, "quyet_dinh", lost).field("signer_title")
    assert title is not None
    assert (title.normalised, title.unsure) == ("PHÓ CHỦ TỊCH", True)


def test_a_title_of_which_a_seal_left_the_end_is_completed_and_asked_about(tables: Tables) -> None:
    lines = [*head(), middle("QUYẾT ĐỊNH", 620), *body(), *signature("TM. ỦY BAN NHÂN DÂN", "TỊCH")]
    title = document_of(tables, "quyet_dinh", page(*lines)).field("signer_title")
    assert title is not None
    assert (title.normalised, title.unsure) == ("CHỦ TỊCH", True)


def test_a_speck_between_two_words_of_a_subject_is_none_of_its_signs(tables: Tables) -> None:
    lines = [*head(), middle("QUYẾT ĐỊNH", 620), middle("Về việc trồng.cây xanh . trên tuyến đường", 690), *body()]
    assert read(tables, "quyet_dinh", page(*lines))["subject"] == "Về việc trồng cây xanh trên tuyến đường"
