"""Printed values are normalised, mended only where a digit must stand, and checked by their own rules."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.classify import prose, values
from digitizer.classify.bodies import body_name
from digitizer.classify.numbers import read_number
from digitizer.classify.tables import Tables


@pytest.mark.parametrize(
    ("printed", "normalised"),
    [
        ("Bàu Sen, ngày 05 tháng 01 năm 2023", "2023-01-05"),
        ("ngày l5 tháng ]] năm 2O24", "2024-11-15"),
        ("ngày 1 I tháng 4 năm 2024", "2024-04-11"),
        ("09/3/2021", "2021-03-09"),
        ("ngày Ø7 tháng 10 năm.2016", "2016-10-07"),
        ("17//10/2022", "2022-10-17"),
        ("04.07. I975", "1975-07-04"),
        ("20-07-7982", "1982-07-20"),
        ("16 giờ 30, ngày 1.12.2020", "2020-12-01"),
        ("05/1987", "1987-05"),
        ("sinh năm 1987", "1987"),
        ("ngày 37 tháng 01 năm 2015", "2015-01"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_real(printed: str, normalised: str) -> None:
    found = values.date(printed)
    assert found is not None
    assert found.normalised == normalised


def test_a_date_left_blank_is_none() -> None:
    assert values.date("ngày … tháng … năm …") is None


def test_mended_and_unpadded_dates_are_trusted_less() -> None:
    firm, mended = values.date("ngày 15 tháng 11 năm 2024"), values.date("ngày 15 tháng ]] năm 2024")
    bare = values.date("ngày 5 tháng 11 năm 2024")
    assert firm is not None
    assert mended is not None
    assert bare is not None
    assert mended.trust < bare.trust < firm.trust == 1.0


def test_what_is_left_of_a_torn_date_is_hardly_trusted() -> None:
    torn = [values.date(text) for text in ("ngày XX tháng #7 năm 2000", "3 # 1987", "ngày tháng 04 năm 2017")]
    assert all(one is not None and one.trust < 0.5 for one in torn)


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_every_day_is_read_back_as_written(day) -> None:
    written = values.date(f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}")
    figures = values.date(f"{day.day:02d}/{day.month:02d}/{day.year}")
    assert written is not None
    assert figures is not None
    assert written.normalised == figures.normalised == day.isoformat()


@pytest.mark.parametrize(
    ("printed", "normalised"),
    [
        ("Mã hồ sơ: 000.00.15.H09-231103-0012", "000.00.15.H09-231103-0012"),
        ("000.0O.15.H09 - 231103 - 0012", "000.00.15.H09-231103-0012"),
        ("H09.15-231103-00123", "H09.15-231103-00123"),
    ],
)
def test_dossier_codes_of_both_grammars_are_read(printed: str, normalised: str) -> None:
    found = values.dossier_code(printed)
    assert found is not None
    assert found.normalised == normalised


def test_a_dossier_code_with_an_impossible_day_is_doubted() -> None:
    found = values.dossier_code("000.00.15.H09-231399-0012")
    assert found is not None
    assert found.trust < 0.5


def test_a_procedure_code_drops_the_province() -> None:
    found = values.procedure_code("1.000656.000.00.00.H29")
    assert found is not None
    assert found.normalised == "1.000656"


def test_a_tax_code_is_trusted_only_when_its_check_digit_holds() -> None:
    right, wrong = values.tax_code("0100109106"), values.tax_code("0100109107")
    assert right is not None
    assert wrong is not None
    assert right.trust == 1.0
    assert wrong.trust < 0.5
    branch = values.tax_code("MST: 0100109106-001")
    assert branch is not None
    assert branch.normalised == "0100109106-001"


@given(st.integers(min_value=0, max_value=999_999_999))
def test_at_most_one_check_digit_holds(nine: int) -> None:
    assert sum(values.tax_code_holds(f"{nine:09d}{last}") for last in range(10)) <= 1


@pytest.mark.parametrize(
    ("number", "told"), [("074093001234", ("1993", "nam")), ("079301005678", ("2001", "nữ")), ("280123456", None)]
)
def test_a_citizen_id_tells_sex_and_year(number: str, told: tuple[str, str] | None) -> None:
    assert values.born(number) == told


def test_a_citizen_id_is_mended_and_a_telephone_is_none() -> None:
    found = values.citizen_id("O74 O93 001 234")
    assert found is not None
    assert found.normalised == "074093001234"
    assert values.citizen_id("0981722397") is None


@pytest.mark.parametrize(
    ("printed", "normalised"),
    [("1.250,5 m²", "1250.5"), ("306,6m2", "306.6"), ("80 m²", "80"), ("1,2 ha", "12000"), ("125.5 m2", "125.5")],
)
def test_areas_are_in_square_metres_with_a_point(printed: str, normalised: str) -> None:
    found = values.area(printed)
    assert found is not None
    assert found.normalised == normalised


@pytest.mark.parametrize(
    ("printed", "normalised"), [("AN 276270", "AN276270"), ("SOAN 276270", "AN276270"), ("DL 01234567", "DL01234567")]
)
def test_certificate_serials_are_parted_from_a_glued_label(printed: str, normalised: str) -> None:
    found = values.certificate_serial(printed)
    assert found is not None
    assert found.normalised == normalised


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Ông (bà): Lê Thị Út", "Lê Thị Út"),
        ("NGUYỄN VĂN BÌNH ..........", "NGUYỄN VĂN BÌNH"),
        ("Đại tá Phan Văn Giỏi", "Phan Văn Giỏi"),
        ("Trương Thị Ánh, sinh năm 1970", "Trương Thị Ánh"),
        ("Công ty TNHH Một thành viên Bàu Sen", "Công ty TNHH Một thành viên Bàu Sen"),
    ],
)
def test_names_are_parted_from_what_stands_around_them(printed: str, name: str) -> None:
    found = values.person(printed)
    assert found is not None
    assert found.normalised == name


@pytest.mark.parametrize("printed", ["Người tiếp nhận", "ủy ban nhân dân xã", "Giám Đốc", "2024", "UBND Phường Hai"])
def test_what_is_no_name_is_none(printed: str) -> None:
    assert values.person(printed) is None


@pytest.mark.parametrize(("printed", "sex"), [("Nam", "nam"), ("Nữ", "nữ"), ("Nu", "nữ"), ("Nam [x] Nữ [ ]", "nam")])
def test_sex_is_nam_or_nu(printed: str, sex: str) -> None:
    found = values.sex(printed)
    assert found is not None
    assert found.normalised == sex


def test_a_form_with_both_sexes_printed_says_nothing() -> None:
    assert values.sex("Nam  Nữ") is None


@pytest.mark.parametrize(
    ("printed", "text", "kind"),
    [
        ("Số: 123/QĐ-UBND", "123/QĐ-UBND", "quyet_dinh"),
        ("Số: 123 / QD - UBND", "123/QĐ-UBND", "quyet_dinh"),
        ("Số: 05/TTr-SNV", "05/TTr-SNV", "to_trinh"),
        ("Sô: 28/2023/QĐ-UBND", "28/2023/QĐ-UBND", "quyet_dinh"),
        ("Số: 55GGT-SXD", "55/GGT-SXD", "giay_gioi_thieu"),
        ("Số: 12/UBND-VX", "12/UBND-VX", None),
        ("Số: 225/TTg-NN", "225/TTg-NN", None),
        ("Số: 686/STTT-CNTT&BCVT", "686/STTT-CNTT&BCVT", None),
        ("Số: 33/2024/QH15", "33/2024/QH15", None),
        ("Số: 51/CĐĐĐ-SXD", "51/CĐ-SXD", "cong_dien"),  # letters said twice and thrice
        ("Số: 36/GCNATTTP", "36/GCNATTP", "gcn_an_toan_thuc_pham"),
        ("Số: 49/GXÑ-UBND", "49/GXN-UBND", None),  # letters that Vietnamese doesn't have
        ("Số: 13/TB-UBNI", "13/TB-UBND", "thong_bao"),
        ("Số: 07/TTT-P1", "07/TTT-P1", None),
        *((f"Số: 5/QĐ-{council}", f"5/QĐ-{council}", "quyet_dinh") for council in ("HĐTD", "HĐGD", "HĐQL")),
        ("Số: 12/HĐLĐ", "12/HĐLĐ", None),
    ],
)
def test_numbers_are_spelled_as_the_decree_does(tables: Tables, printed: str, text: str, kind: str | None) -> None:
    found = read_number(printed, tables)
    assert found is not None
    assert (found.text, found.kind) == (text, kind)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("459 /GBT", "459/GBT"),
        ("459/ GBT-SYT", "459/GBT-SYT"),
        ("12/2016 ngày 3", "12/2016"),
        ("Số 31 .", "31"),
        ("12/ Ngày 3", "12"),
    ],
)
def test_a_certificate_s_number_keeps_its_letters_behind_a_blank(printed: str, number: str) -> None:
    found = values.number(printed)
    assert found
    assert found.normalised == number


def test_a_number_with_look_alikes_is_doubted(tables: Tables) -> None:
    clear, torn = read_number("Số: 153/TB-UBND", tables), read_number("——S%6:-L53/TB-UBND", tables)
    assert clear is not None
    assert torn is not None
    assert torn.text == "153/TB-UBND"
    assert torn.trust < 0.7 < clear.trust


def test_a_line_without_a_number_has_none(tables: Tables) -> None:
    assert read_number("Số: ........", tables) is None


def test_specks_and_slanted_letters_in_names_are_mended() -> None:
    mended = [values.person(text) for text in ("Lương Đình.Khải", "Trần 7hị Bảy")]
    assert [one.normalised for one in mended if one] == ["Lương Đình Khải", "Trần Thị Bảy"]


@pytest.mark.parametrize(
    ("printed", "normalised"),
    [
        ("cư trú cuối cùng: số 76/21, ấp I, xã An Thử", "số 76/21, ấp 1, xã An Thử"),
        ("tổ 2, .thị trấn An Thử; huyện Bàu Sen, tỉnh-Tây Ninh", "tổ 2, thị trấn An Thử, huyện Bàu Sen, tỉnh Tây Ninh"),
        ("phường An Thử, thành:phố Bà Rịa - Vũng Tàu", "phường An Thử, thành phố Bà Rịa - Vũng Tàu"),
    ],
)
def test_specks_in_addresses_are_mended(printed: str, normalised: str) -> None:
    found = prose.address(printed)
    assert found is not None
    assert found.normalised == normalised


@pytest.mark.parametrize(
    ("whole", "torn"),
    [
        ("tổ 8, khu phố 8, xã An Thử", "8, khu phố 8, xã An Thử"),
        ("tổ 26, xã An Thử", "/26, xã An Thử"),
        ("tổ 27, khu phố 8, phường An Thử", "tổ 27, khu phố phường An Thử"),
        ("tổ 15, ấp 8, xã An Thử", "tổ, ấp 8, xã An Thử"),
    ],
)
def test_an_address_that_lost_its_beginning_or_a_figure_is_trusted_less(whole: str, torn: str) -> None:
    one, other = prose.address(whole), prose.address(torn)
    assert one is not None
    assert other is not None
    assert other.trust < 0.7 < one.trust


def test_a_blank_lost_before_a_figure_is_put_back() -> None:
    glued = prose.address("tổ26, ấp 7, xã An Thử")
    assert glued is not None
    assert glued.normalised == "tổ 26, ấp 7, xã An Thử"


@pytest.mark.parametrize(
    ("read", "meant"), [("rổ 3", "tổ 3"), ("ổ 3", "tổ 3"), ("ấb 4", "ấp 4"), ("số 8", "số 8"), ("khu 5", "khu 5")]
)
def test_a_torn_word_before_a_figure_is_mended_where_one_alone_is_a_letter_away(read: str, meant: str) -> None:
    found = prose.address(f"{read}, xã An Thử, huyện An Mẫu")
    assert found is not None
    assert found.normalised == f"{meant}, xã An Thử, huyện An Mẫu"


@pytest.mark.parametrize(
    ("printed", "name", "likely"),
    [
        (
            "UBND phường An Thử thành phố Biên Hòa, tỉnh Đồng Nai",
            "UBND phường An Thử, thành phố Biên Hòa, tỉnh Đồng Nai",
            True,
        ),
        ("THUÊ CƠ SỞ 23", "Thuế cơ sở 23", True),
        ("BỘ PHẬN TIẾP NHẬN.. VÀ TRẢ KẾT QUẢ", "Bộ phận tiếp nhận và trả kết quả", True),
        ("UBND xã An Thử, huyện Phú Giáo, tỉnh Bình", "UBND xã An Thử, huyện Phú Giáo, tỉnh Bình", False),
        ("Văn phòng đăng ký đất-đail Chi nhánh An Thử", "Văn phòng đăng ký đất-đail Chi nhánh An Thử", False),
        ("Sở Tư pháp tipf12 iˆh2i", "Sở Tư pháp tipf12 iˆh2i", False),
        ("UBND thành phố Thuận An", "UBND thành phố Thuận An", True),
    ],
)
def test_bodies_are_spelled_and_trusted_as_bodies_are(tables: Tables, printed: str, name: str, likely: bool) -> None:
    assert body_name(printed, tables.office) == (name, pytest.approx(1.0) if likely else pytest.approx(0.66, abs=0.07))


def test_a_lone_sign_in_running_text_tells_of_a_misreading() -> None:
    assert prose.plain("chuyển nhượng, . thừa kế") < 0.7 < prose.plain("kinh tế - xã hội, thừa kế")


def test_quarters_have_roman_figures() -> None:
    assert prose.quarters("tổng kết quý HI năm 2021, quý lV") == "tổng kết quý III năm 2021, quý IV"
    assert prose.quarters("các quý ông") == "các quý ông"


def test_a_serial_of_a_series_that_was_never_printed_is_misread() -> None:
    told = [values.certificate_serial(text) for text in ("CQ 270559", "GQ 270559", "QC 270559", "H 270559")]
    assert [(one.normalised, one.trust) for one in told if one] == [
        ("CQ270559", 1.0),
        ("CQ270559", 0.6),
        ("QC270559", 0.6),
        ("H270559", 0.6),
    ]


@pytest.mark.parametrize(("printed", "parcel"), [("/377", "1377"), ("46/", "461"), ("46/.", "461"), ("845", "845")])
def test_a_slanted_1_at_either_end_of_a_parcel_s_number_is_one(printed: str, parcel: str) -> None:
    found = values.READERS["parcel"](printed)
    assert found is not None
    assert (found.normalised, found.trust < 0.7) == (parcel, "/" in printed)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Tổ.chức giải . bóng", "Tổ chức giải bóng"),
        ("giai đoạn 2016:2021", "giai đoạn 2016-2021"),
        ("hết thời hạn sử dụngquý I", "hết thời hạn sử dụng quý I"),
        ("kinh tế - xã hội, TP.HCM", "kinh tế - xã hội, TP.HCM"),
    ],
)
def test_specks_and_lost_blanks_of_running_text_are_mended(read: str, meant: str) -> None:
    assert prose.mended(read) == meant
