# ruff: noqa: E501 - sentences of papers stand on one line
"""Shorter office papers: giấy mời, giấy giới thiệu, phiếu chuyển, and the nghị quyết of a council."""

from samples import house, prose
from samples.offices import Office
from samples.paper import Case, Paper, slashed
from samples.papers.office import finished, numbered, started, written


def giay_moi(case: Case) -> Paper:
    """Giấy mời of one page."""
    sheet, paper, office, about = started(case, "giay_moi", ("unit", "district", "sector", "division"))
    random = case.random
    house.header(sheet, paper, office, case, numbered(case, office, "GM"), case.later(1, 40))
    house.title(sheet, paper, "GIẤY MỜI", f"{random.choice(('Họp', 'Dự hội nghị', 'Làm việc'))} về {about.what}")
    sheet.para(f"{written(office)} trân trọng kính mời:")
    for line in random.sample(
        (
            "Đại diện lãnh đạo các phòng, ban;",
            "Trưởng các khu phố, ấp;",
            f"{case.owner.title} {case.owner.name};",
            "Chủ các cơ sở kinh doanh;",
        ),
        3,
    ):
        sheet.para(f"- {line}", align="left", left=36, after=0)
    sheet.y += 6
    sheet.para(
        f"<b>Thời gian:</b> {random.randint(7, 15)} giờ {random.choice(('00', '30'))} phút, ngày {prose.short(random, case.later(41, 60))}."
    )
    sheet.para(f"<b>Địa điểm:</b> Hội trường số {random.randint(1, 4)}, trụ sở {written(office)}.")
    sheet.para("<b>Nội dung:</b> " + prose.opening(case, about, written(office)))
    for line in prose.body(case, about, written(office), 2):
        sheet.para(f"- {line}")
    sheet.para("Đề nghị các đại biểu sắp xếp thời gian tham dự đầy đủ, đúng thành phần./.")
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department, "Như thành phần mời"))
    return finished(sheet, paper)


def giay_gioi_thieu(case: Case) -> Paper:
    """Giấy giới thiệu of half a page."""
    sheet, paper, office, about = started(
        case, "giay_gioi_thieu", ("unit", "sector", "division", "school"), "component"
    )
    random = case.random
    day = case.later(1, 15)
    house.header(sheet, paper, office, case, numbered(case, office, "GGT"), day)
    house.title(sheet, paper, "GIẤY GIỚI THIỆU", rule=False)
    person = case.owner
    sheet.para(f"{written(office)} trân trọng giới thiệu:")
    sheet.para(
        f"Ông (bà): <f>{person.name}</f>",
        dots=True,
        align="left",
    )
    sheet.para(
        f"Chức vụ: <f>{random.choice(('Chuyên viên', 'Văn thư', 'Kế toán', 'Phó Trưởng phòng'))}</f>",
        dots=True,
        align="left",
    )
    sheet.para(f"Được cử đến: <f>{case.office('province').issuer}</f>", dots=True, align="left")
    sheet.para(f"Về việc: <f>{about.what}</f>", dots=True, align="left")
    until = case.later(20, 60)
    sheet.para("Đề nghị quý cơ quan tạo điều kiện để người có tên ở trên hoàn thành nhiệm vụ.")
    sheet.para(f"Giấy này có giá trị đến hết ngày {slashed(until)}./.")
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department))
    return finished(sheet, paper)


def nghi_quyet(case: Case) -> Paper:
    """Nghị quyết of a people's council."""
    sheet, paper, _, about = started(case, "nghi_quyet", ("unit",))
    random = case.random
    base = case.office("unit")
    where = case.place.unit if random.random() < 0.5 or case.place.merged else case.place.district
    office = Office(
        parent=(),
        name=("HỘI ĐỒNG NHÂN DÂN", where.upper()),
        issuer=f"HĐND {where}",
        symbol="HĐND",
        town=base.town if where == case.place.unit else where.split(" ", 2)[-1],
        head="Chủ tịch",
        authority=("CHỦ TỊCH",),
        signer=base.signer,
        signer_title="CHỦ TỊCH",
        seal=f"Hội đồng nhân dân {where}",
        department="VP",
    )
    house.header(sheet, paper, office, case, numbered(case, office, "NQ"), case.later(5, 60))
    house.title(sheet, paper, "NGHỊ QUYẾT", f"Về {about.what}")
    sheet.para(f"<b>HỘI ĐỒNG NHÂN DÂN {where.upper()}</b>", align="centre", after=0)
    sheet.para(
        f"<b>KHÓA {random.choice(('IX', 'X', 'XI', 'XII'))} - KỲ HỌP THỨ {random.choice(('HAI', 'NĂM', 'CHÍN', 'MƯỜI BA'))}</b>",
        align="centre",
        after=8,
    )
    for line in prose.grounds(case, random.randint(2, 4)):
        sheet.para(line, italic=True)
    sheet.para("<b>QUYẾT NGHỊ:</b>", align="centre", after=6)
    for k, line in enumerate(prose.paragraphs(case, about, f"Ủy ban nhân dân {where}", random.randint(3, 4)), 1):
        sheet.para(f"<b>Điều {k}.</b> {line}")
    sheet.para(f"Nghị quyết này đã được Hội đồng nhân dân {where} thông qua và có hiệu lực từ ngày ký./.")
    house.signature(sheet, paper, case, office, prose.recipients(case, "VP", "Như Điều 2"))
    return finished(sheet, paper)


def phieu_chuyen(case: Case) -> Paper:
    """Phiếu chuyển of half a page."""
    sheet, paper, office, about = started(case, "phieu_chuyen", ("unit", "district", "sector", "division"))
    random = case.random
    house.header(sheet, paper, office, case, numbered(case, office, "PC"), case.later(1, 15))
    house.title(
        sheet, paper, "PHIẾU CHUYỂN", f"Hồ sơ {random.choice(('đề nghị', 'kiến nghị', 'phản ánh'))} về {about.what}"
    )
    other = case.office("sector", about.sector)
    sheet.para(f"Kính chuyển: {other.issuer}.", align="centre", after=8)
    person = case.owner
    sheet.para(
        f"{written(office)} nhận được đơn của {person.title.lower()} {person.name}, thường trú tại {person.address}. "
        + prose.opening(case, about, written(office))
    )
    sheet.para(
        "Qua xem xét, nội dung đơn thuộc thẩm quyền giải quyết của quý cơ quan. Kính chuyển để xem xét, giải quyết và thông báo kết quả cho người gửi đơn theo quy định./."
    )
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department))
    return finished(sheet, paper)


KINDS = {
    "giay_moi": giay_moi,
    "giay_gioi_thieu": giay_gioi_thieu,
    "nghi_quyet": nghi_quyet,
    "phieu_chuyen": phieu_chuyen,
}
