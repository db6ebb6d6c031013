# ruff: noqa: E501 - sentences of papers stand on one line
"""Kinh doanh: application and certificate of a household business."""

from samples import house
from samples.offices import Office
from samples.paper import Case, Paper, checked, long_date, slashed
from samples.papers.citizen import opened

_TRADES = (
    "Bán lẻ lương thực, thực phẩm",
    "May gia công quần áo",
    "Sửa chữa xe máy",
    "Quán ăn, giải khát",
    "Cắt tóc, gội đầu",
    "Sản xuất đồ gỗ mỹ nghệ",
    "Bán buôn vật liệu xây dựng",
)


def giay_de_nghi_dang_ky_kinh_doanh(case: Case) -> Paper:
    """Giấy đề nghị đăng ký hộ kinh doanh."""
    sheet, paper, form = opened(case, "giay_de_nghi_dang_ky_kinh_doanh")
    random, one = case.random, case.owner
    house.national(sheet, random)
    house.title(sheet, paper, "GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH", rule=False)
    sheet.para(
        f"Kính gửi: Phòng {'Kinh tế' if case.place.merged else 'Tài chính - Kế hoạch'} {case.place.unit if case.place.merged else case.place.district}",
        align="centre",
        size=13,
        after=8,
    )
    form.line("Tôi là (ghi họ tên bằng chữ in hoa)", one.name.upper(), "person")
    paper.put("sex", one.sex, one.sex.lower())
    paper.put("birth_date", slashed(one.born), one.born.isoformat())
    form.pair(("Giới tính", one.sex), ("Sinh ngày", slashed(one.born)))
    form.line(f"Số {case.id_word}", case.id_number(one), "citizen_id")
    form.line("Nơi thường trú", one.address, "address")
    form.line("Điện thoại", one.phone)
    form.text("<b>Đăng ký hộ kinh doanh do tôi làm chủ với các nội dung sau:</b>", first=0.0)
    form.line("1. Tên hộ kinh doanh", f"HỘ KINH DOANH {_shop(case)}")
    form.line("2. Địa điểm kinh doanh", one.address)
    trade = random.choice(_TRADES)
    form.line("3. Ngành, nghề kinh doanh", trade)
    form.line("4. Vốn kinh doanh", f"{random.randint(3, 60) * 10}.000.000 đồng")
    form.line("5. Số lao động (dự kiến)", f"{random.randint(1, 9):02d} người")
    form.line("6. Chủ thể thành lập hộ kinh doanh", "Cá nhân")
    form.text(
        "Tôi xin cam kết bản thân không thuộc diện pháp luật cấm kinh doanh, không đồng thời là chủ hộ kinh doanh khác, địa điểm kinh doanh thuộc quyền sử dụng hợp pháp của tôi và được sử dụng đúng mục đích."
    )
    house.applicant_signature(sheet, case, one.name, "CHỦ HỘ KINH DOANH", case.day, case.office("unit").town)
    paper.leaves = sheet.leaves
    return paper


def _shop(case: Case) -> str:
    return (
        case.random.choice(("PHÁT ĐẠT", "HƯƠNG LÚA", "MỘC VIỆT", "CÂY KHẾ", "NGỌC NỮ", "TÂN TIẾN"))
        + f" {case.random.randint(2, 99)}"
    )


def gcn_ho_kinh_doanh(case: Case) -> Paper:
    """Giấy chứng nhận đăng ký hộ kinh doanh, with a tax code that passes its check."""
    sheet, paper, form = opened(case, "gcn_ho_kinh_doanh", "result")
    random, one, day = case.random, case.owner, case.later(3, 9)
    office = _finance(case)
    form.dots = False
    house.header(sheet, paper, office, case, "", None)
    house.title(sheet, paper, "GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH", rule=False)
    code = ""
    while not code:
        code = checked(f"{case.place.province.tax}{random.randrange(10**6, 10**7)}")
    if random.random() < 0.5:
        code += "-001"
    number = f"{case.place.province.tax}{random.choice('ABCDEG')}8{random.randrange(10**6, 10**7):07d}"
    sheet.para(f"Số: {paper.put('number', number)}", size=13, align="centre", after=0)
    sheet.para(f"<i>Đăng ký lần đầu, {paper.day('issued', day, long_date(day))}</i>", size=13, align="centre", after=8)
    form.line("1. Tên hộ kinh doanh", f"<b>HỘ KINH DOANH {_shop(case)}</b>")
    form.line("2. Mã số thuế", code, "tax_code")
    form.line("3. Địa điểm kinh doanh", one.address, "address")
    form.line("4. Ngành, nghề kinh doanh", random.choice(_TRADES))
    form.line("5. Vốn kinh doanh", f"{random.randint(3, 60) * 10}.000.000 đồng")
    form.line("6. Họ và tên chủ hộ kinh doanh", one.name.upper(), "person")
    paper.put("sex", one.sex, one.sex.lower())
    paper.put("birth_date", slashed(one.born), one.born.isoformat())
    form.pair(("Giới tính", one.sex), ("Sinh ngày", slashed(one.born)))
    form.pair(("Dân tộc", one.people), ("Quốc tịch", "Việt Nam"))
    form.line(f"Số {case.id_word}", case.id_number(one), "citizen_id")
    form.line("Nơi thường trú", one.address)
    house.signature(sheet, paper, case, office)
    paper.leaves = sheet.leaves
    return paper


def _finance(case: Case) -> Office:
    base = case.office("district")
    over = case.place.unit if case.place.merged else case.place.district
    name = "Phòng Kinh tế" if case.place.merged else "Phòng Tài chính - Kế hoạch"
    return Office(
        parent=("ỦY BAN NHÂN DÂN", over.upper()),
        name=(name.upper(),),
        issuer=name,
        symbol="PKT",
        town=base.town,
        head="Trưởng phòng",
        authority=("TRƯỞNG PHÒNG",),
        signer=base.signer,
        signer_title="TRƯỞNG PHÒNG",
        seal=name,
        department="KT",
    )


KINDS = {
    "giay_de_nghi_dang_ky_kinh_doanh": giay_de_nghi_dang_ky_kinh_doanh,
    "gcn_ho_kinh_doanh": gcn_ho_kinh_doanh,
}
