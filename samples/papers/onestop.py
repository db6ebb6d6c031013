# ruff: noqa: E501 - sentences of papers stand on one line
"""Một cửa: the forms of TT 01/2018/TT-VPCP on A5, with a QR code of the dossier code."""

from datetime import timedelta

from samples import house, marks
from samples.form import Form
from samples.leaf import A5, Picture
from samples.offices import Office
from samples.paper import Case, Paper, long_date, slashed, workday
from samples.sheet import Sheet

PROCEDURES = {
    "1.001193": "Đăng ký khai sinh",
    "1.000894": "Đăng ký kết hôn",
    "1.000656": "Đăng ký khai tử",
    "1.004873": "Cấp Giấy xác nhận tình trạng hôn nhân",
    "1.004222": "Đăng ký thường trú",
    "1.013831": "Đăng ký biến động quyền sử dụng đất do chuyển nhượng, thừa kế, tặng cho",
    "1.012783": "Cấp đổi Giấy chứng nhận quyền sử dụng đất",
    "1.009994": "Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ",
    "2.000720": "Thay đổi nội dung đăng ký hộ kinh doanh",
    "1.001699": "Xác định, xác định lại mức độ khuyết tật và cấp Giấy xác nhận khuyết tật",
}
_PARTS = {
    "1.001193": ("Tờ khai đăng ký khai sinh", "Giấy chứng sinh", "Căn cước công dân của cha, mẹ (xuất trình)"),
    "1.000894": ("Tờ khai đăng ký kết hôn", "Giấy xác nhận tình trạng hôn nhân"),
    "1.013831": (
        "Đơn đăng ký biến động",
        "Hợp đồng chuyển nhượng",
        "Giấy chứng nhận đã cấp (bản gốc)",
        "Tờ khai thuế, lệ phí",
    ),
    "1.009994": (
        "Đơn đề nghị cấp giấy phép xây dựng",
        "Giấy chứng nhận quyền sử dụng đất (bản sao)",
        "Bản cam kết",
        "Bản vẽ thiết kế (02 bộ)",
    ),
}


def _procedure(case: Case) -> tuple[str, str]:
    case.procedure = case.procedure or case.random.choice(list(PROCEDURES))
    return case.procedure, PROCEDURES[case.procedure]


def _small(
    case: Case, kind: str, number: str, day_after: int = 0, *, beside: bool = False
) -> tuple[Sheet, Paper, Form, Office]:
    random = case.random
    style = case.style(size=10.5, margins=(42.0, 30.0, 28.0, 26.0), indent=22.0, gap=2.0, lead=1.16)
    sheet, paper = Sheet(style, A5), Paper(kind=kind, role="internal")
    office = case.office("centre")
    house.header(sheet, paper, office, case, number, workday(case.day + timedelta(days=day_after)), scale=0.72)
    code = marks.qr(case.code)
    side = random.uniform(46, 54)
    sheet.lay(
        Picture(image=code, x=sheet.left + 2, y=sheet.y - 2, width=side, height=side, role="code", text=case.code)
    )
    sheet.y += 12 if beside else side + 6
    return sheet, paper, Form(sheet, paper, case, size=10.5), office


def _applicant(case: Case, form: Form) -> None:
    one, (code, name) = case.owner, _procedure(case)
    form.line("Mã hồ sơ", case.code, "dossier_code")
    form.line("Họ và tên người nộp hồ sơ", one.name, "person")
    form.line(f"Số {case.id_word}", case.id_number(one), "citizen_id")
    form.line("Địa chỉ", one.address, "address")
    form.line("Số điện thoại", one.phone)
    form.line("Nội dung yêu cầu giải quyết", name, "procedure_name")
    form.line("Mã thủ tục hành chính", code, "procedure_code")


def giay_tiep_nhan(case: Case) -> Paper:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả (mẫu 01)."""
    random = case.random
    sheet, paper, form, office = _small(case, "giay_tiep_nhan", f"{random.randint(3, 4000):02d}/TNHS", beside=True)
    sheet.para("<b>GIẤY TIẾP NHẬN HỒ SƠ</b>", size=13, align="centre", after=0)
    sheet.para("<b>VÀ HẸN TRẢ KẾT QUẢ</b>", size=13, align="centre", after=14)
    form.text(f"{office.issuer} đã tiếp nhận hồ sơ của:", first=0.0)
    _applicant(case, form)
    form.text("Thành phần hồ sơ nộp gồm:", first=0.0, after=0)
    parts = _PARTS.get(
        case.procedure or "", ("Đơn đề nghị", "Căn cước công dân (bản sao)", "Giấy tờ chứng minh kèm theo")
    )
    for k, part in enumerate(parts, 1):
        form.text(f"{k}. {part};", left=14, first=0.0, align="left", after=0)
    form.line("Số lượng hồ sơ", "01 (bộ)")
    days = random.choice((3, 5, 10, 15, 20))
    form.line("Thời gian giải quyết theo quy định", f"{days:02d} ngày làm việc")
    form.line(
        "Thời gian nhận hồ sơ",
        f"{random.randint(7, 16):02d} giờ {random.randint(0, 59):02d} phút, ngày {slashed(case.day)}",
    )
    due = workday(case.day + timedelta(days=days + days // 5 * 2))
    printed = f"16 giờ 30 phút, ngày {slashed(due)}"
    form.line("Thời gian trả kết quả", printed)
    paper.put("due", slashed(due), due.isoformat())
    form.line("Đăng ký nhận kết quả tại", office.issuer)
    _hands(sheet, paper, case, office)
    return paper


def _hands(sheet: Sheet, paper: Paper, case: Case, office: Office) -> None:
    house.two_signatures(
        sheet, case, ("NGƯỜI NỘP HỒ SƠ", case.owner.name), ("NGƯỜI TIẾP NHẬN", office.signer), size=10.5
    )
    paper.leaves = sheet.leaves


def phieu_bo_sung(case: Case) -> Paper:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ (mẫu 02)."""
    random = case.random
    sheet, paper, form, office = _small(case, "phieu_bo_sung", f"{random.randint(3, 900):02d}/HDHS", 2)
    sheet.para("<b>PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ</b>", size=12.5, align="centre", after=14)
    _applicant(case, form)
    form.text("Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:", first=0.0)
    for k, line in enumerate(
        random.sample(
            (
                "Bổ sung bản sao giấy tờ tùy thân còn thời hạn;",
                "Ghi rõ địa chỉ theo đơn vị hành chính hiện nay;",
                "Bổ sung chữ ký của người đồng sử dụng;",
                "Nộp lại bản vẽ có kích thước rõ ràng;",
                "Bổ sung văn bản ủy quyền có chứng thực.",
            ),
            3,
        ),
        1,
    ):
        form.text(f"{k}. {line}", left=12, first=0.0, align="left", after=0)
    form.line("Lý do", "Hồ sơ chưa đủ thành phần theo quy định của thủ tục hành chính")
    form.text(
        "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, đề nghị liên hệ với bộ phận tiếp nhận để được hướng dẫn."
    )
    _hands(sheet, paper, case, office)
    return paper


def phieu_xin_loi(case: Case) -> Paper:
    """Phiếu xin lỗi và hẹn lại ngày trả kết quả (mẫu 04)."""
    random = case.random
    sheet, paper, form, office = _small(case, "phieu_xin_loi", f"{random.randint(3, 200):02d}/PXL", 12)
    sheet.para("<b>PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ</b>", size=12.5, align="centre", after=14)
    sheet.para(f"Kính gửi: {case.owner.title.lower().capitalize()} {case.owner.name}", align="centre", size=10.5)
    code, name = _procedure(case)
    form.line("Mã hồ sơ", case.code, "dossier_code")
    form.line("Nội dung yêu cầu giải quyết", name, "procedure_name")
    form.line("Mã thủ tục hành chính", code, "procedure_code")
    paper.put("person", case.owner.name)
    old, due = workday(case.day + timedelta(days=10)), workday(case.day + timedelta(days=random.randint(15, 30)))
    form.text(
        f"Thời gian hẹn trả kết quả: ngày {slashed(old)}. Tuy nhiên, đến nay {office.issuer} chưa trả kết quả giải quyết đúng thời hạn. Lý do: {random.choice(('cần xác minh thêm thực địa', 'chờ ý kiến của cơ quan thuế', 'hệ thống thông tin bị gián đoạn'))}."
    )
    form.text(
        f"Sự chậm trễ này đã gây phiền hà, tốn kém cho ông (bà). Chúng tôi xin lỗi và hẹn lại thời gian trả kết quả vào ngày {slashed(due)}."
    )
    paper.put("due", slashed(due), due.isoformat())
    house.signature(sheet, paper, case, office)
    paper.fields.pop("signer_title")
    paper.leaves = sheet.leaves
    return paper


def phieu_kiem_soat(case: Case) -> Paper:
    """Phiếu kiểm soát quá trình giải quyết hồ sơ (mẫu 05): a table of handing over."""
    random = case.random
    sheet, paper, form, office = _small(case, "phieu_kiem_soat", "", 0)
    sheet.para("<b>PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ</b>", size=12, align="centre", after=14)
    form.line("Mã hồ sơ", case.code, "dossier_code")
    form.line("Cơ quan giải quyết hồ sơ", case.office("unit").issuer)
    rows = [("Tên cơ quan", "Thời gian giao, nhận hồ sơ", "Kết quả", "Ghi chú")]
    day = case.day
    for who in ("Bộ phận tiếp nhận", "Bộ phận chuyên môn", "Lãnh đạo", "Văn thư", "Trả kết quả"):
        rows.append(
            (
                who,
                f"{random.randint(7, 16)} giờ {random.randint(0, 59):02d} phút, {long_date(day)}",
                random.choice(("Trước hạn", "Đúng hạn")),
                "",
            )
        )
        day = workday(day + timedelta(days=random.randint(1, 3)))
    sheet.table((2.4, 3.6, 1.7, 1.3), rows, size=10, aligns="llcl")
    _hands(sheet, paper, case, office)
    return paper


KINDS = {
    "giay_tiep_nhan": giay_tiep_nhan,
    "phieu_bo_sung": phieu_bo_sung,
    "phieu_xin_loi": phieu_xin_loi,
    "phieu_kiem_soat": phieu_kiem_soat,
}
