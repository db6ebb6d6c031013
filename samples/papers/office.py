# ruff: noqa: E501 - sentences of papers stand on one line
"""Administrative papers with the full frame of NĐ 30/2020: quyết định, công văn, tờ trình, báo cáo, …"""

from samples import house, prose
from samples.offices import Office
from samples.paper import Case, Paper
from samples.prose import Topic
from samples.sheet import Sheet


def started(
    case: Case, kind: str, levels: tuple[str, ...], role: str = "internal"
) -> tuple[Sheet, Paper, Office, Topic]:
    about = prose.topic(case)
    level = case.random.choice(levels)
    office = case.office(level, about.sector if level == "sector" else "")
    return Sheet(case.style()), Paper(kind=kind, role=role), office, about


def numbered(case: Case, office: Office, abbreviation: str) -> str:
    number = case.random.choice((case.random.randint(1, 60), case.random.randint(60, 3800)))
    tail = f"{abbreviation}-{office.symbol}" if abbreviation else f"{office.symbol}-{office.department}"
    return f"{number:02d}/{tail}"


def finished(sheet: Sheet, paper: Paper) -> Paper:
    paper.leaves = sheet.leaves
    return paper


def written(office: Office) -> str:
    return office.issuer.replace("UBND", "Ủy ban nhân dân")


def quyet_dinh(case: Case) -> Paper:
    """Quyết định cá biệt: căn cứ, Điều 1–4."""
    sheet, paper, office, about = started(case, "quyet_dinh", ("unit", "district", "province", "sector"), "result")
    random = case.random
    day = case.later(2, 40)
    house.header(sheet, paper, office, case, numbered(case, office, "QĐ"), day)
    opener = random.choice(("Về việc {}", "V/v {}", "Về {}"))
    house.title(sheet, paper, "QUYẾT ĐỊNH", opener.format(about.what))
    paper.fields["subject"] = []
    text = opener.format(about.what)
    paper.put("subject", text, text.removeprefix("V/v "))
    who = f"{office.head.upper()} {written(office).upper()}" if random.random() < 0.4 else written(office).upper()
    sheet.para(f"<b>{who}</b>", align="centre", after=8)
    slanted = random.random() < 0.9
    for line in prose.grounds(case, random.randint(3, 6)):
        sheet.para(line, italic=slanted)
    proposer = random.choice(("Chánh Văn phòng", "Trưởng phòng chuyên môn", "công chức phụ trách lĩnh vực"))
    sheet.para(
        f"Theo đề nghị của {proposer} tại Tờ trình số {random.randint(3, 400)}/TTr-{random.choice(('VP', 'PNV', 'KT'))}.",
        italic=True,
    )
    sheet.para("<b>QUYẾT ĐỊNH:</b>", align="centre", after=6)
    tasks = prose.body(case, about, written(office), 14)
    sheet.para(
        f"<b>Điều 1.</b> Nay {random.choice(('phê duyệt', 'thống nhất', 'ban hành kèm theo Quyết định này nội dung', 'chấp thuận'))} {about.what}, cụ thể như sau:"
    )
    for k in range(random.randint(2, 4)):
        sheet.para(f"{k + 1}. {tasks.pop()}")
    if random.random() < 0.6:
        for letter in "abcdđ"[: random.randint(2, 5)]:
            sheet.para(f"{letter}) {tasks.pop()}")
    sheet.para(f"<b>Điều 2.</b> Tổ chức thực hiện. {tasks.pop()}")
    if random.random() < 0.5:
        sheet.para(f"<b>Điều 3.</b> {tasks.pop()}")
        last = 4
    else:
        last = 3
    sheet.para(
        f"<b>Điều {last}.</b> Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng, thủ trưởng các đơn vị và cá nhân "
        f"có liên quan chịu trách nhiệm thi hành Quyết định này./."
    )
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department, f"Như Điều {last}"))
    return finished(sheet, paper)


def cong_van(case: Case) -> Paper:
    """Công văn: no type word, `V/v` under the number, Kính gửi."""
    sheet, paper, office, about = started(case, "cong_van", ("unit", "district", "province", "sector", "registry"))
    random = case.random
    day = case.later(1, 60)
    house.header(sheet, paper, office, case, numbered(case, office, ""), day, about=f"V/v {about.what}")
    paper.put("subject", f"V/v {about.what}", about.what)
    to = random.sample(
        (
            "Các phòng, ban, ngành;",
            "Trưởng các khu phố;",
            "Hiệu trưởng các trường học;",
            "Trạm Y tế;",
            "Các hộ kinh doanh.",
        ),
        random.randint(1, 3),
    )
    if len(to) == 1:
        sheet.para(f"Kính gửi: {to[0].rstrip(';.')}.", align="centre", after=8)
    else:
        sheet.para("Kính gửi:", left=90, first=0.0, after=0)
        for line in to:
            sheet.para(
                f"- {line.rstrip(';.')}{'.' if line is to[-1] else ';'}", left=140, first=0.0, align="left", after=0
            )
        sheet.y += 8
    sheet.para(prose.opening(case, about, written(office)))
    in_points = random.random() < 0.6
    lines = prose.body(case, about, written(office), random.randint(4, 8))
    for k, line in enumerate(lines, 1):
        sheet.para(f"{k}. {line}" if in_points else line)
    sheet.para(f"{written(office)} đề nghị các đơn vị quan tâm, triển khai thực hiện./.")
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department))
    return finished(sheet, paper)


def to_trinh(case: Case) -> Paper:
    """Tờ trình with numbered parts and, often, a table of costs."""
    sheet, paper, office, about = started(case, "to_trinh", ("unit", "district", "sector", "division"), "component")
    random = case.random
    house.header(sheet, paper, office, case, numbered(case, office, "TTr"), case.later(1, 20))
    subject = f"{random.choice(('Về việc', 'Đề nghị phê duyệt nội dung'))} {about.what}"
    house.title(sheet, paper, "TỜ TRÌNH", subject)
    above = case.office("province")
    sheet.para(f"Kính gửi: {written(above)}.", align="centre", after=8)
    slanted = random.random() < 0.5
    for line in prose.grounds(case, random.randint(2, 3)):
        sheet.para(line, italic=slanted)
    for roman, head in zip(("I", "II", "III"), ("SỰ CẦN THIẾT", "NỘI DUNG CHỦ YẾU", "KIẾN NGHỊ"), strict=False):
        sheet.para(f"<b>{roman}. {head}</b>")
        for line in prose.paragraphs(case, about, written(office), random.randint(1, 3)):
            sheet.para(line)
        if roman == "II":
            _costs(sheet, case, about)
    sheet.para(f"{written(office)} kính trình cấp có thẩm quyền xem xét, quyết định./.")
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department))
    return finished(sheet, paper)


def _costs(sheet: Sheet, case: Case, about: Topic) -> None:
    random = case.random
    rows = [("STT", "Nội dung", "Đơn vị tính", "Số lượng", "Thành tiền (đồng)")]
    whole = 0
    for k, thing in enumerate(random.sample(about.things, random.randint(3, 4)), 1):
        money = random.randint(4, 400) * 250_000
        whole += money
        rows.append(
            (
                str(k),
                thing.capitalize(),
                random.choice(("lần", "bộ", "người", "ngày")),
                str(random.randint(1, 60)),
                f"{money:,}".replace(",", "."),
            )
        )
    rows.append(("", "<b>Tổng cộng</b>", "", "", f"<b>{whole:,}</b>".replace(",", ".")))
    sheet.table((0.9, 5, 2, 1.8, 3), rows, aligns="clccr")


def bao_cao(case: Case) -> Paper:
    """Báo cáo of two or more pages with results in a table."""
    sheet, paper, office, about = started(case, "bao_cao", ("unit", "district", "sector", "division"))
    random = case.random
    house.header(sheet, paper, office, case, numbered(case, office, "BC"), case.later(5, 90))
    subject = f"{random.choice(('Kết quả thực hiện việc', 'Tình hình thực hiện việc', 'Về kết quả'))} {about.what}"
    house.title(sheet, paper, "BÁO CÁO", subject)
    sheet.para(prose.opening(case, about, written(office)))
    for roman, head in (("I", "KẾT QUẢ ĐẠT ĐƯỢC"), ("II", "KHÓ KHĂN, HẠN CHẾ"), ("III", "PHƯƠNG HƯỚNG THỜI GIAN TỚI")):
        sheet.para(f"<b>{roman}. {head}</b>")
        for k, line in enumerate(prose.paragraphs(case, about, written(office), random.randint(2, 4)), 1):
            sheet.para(f"{k}. {line}")
        if roman == "I":
            _results(sheet, case)
    sheet.para(f"Trên đây là báo cáo của {written(office)}, kính trình cấp trên xem xét, chỉ đạo./.")
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department))
    return finished(sheet, paper)


def _results(sheet: Sheet, case: Case) -> None:
    random = case.random
    rows = [("TT", "Lĩnh vực", "Tiếp nhận", "Đúng hạn", "Quá hạn", "Tỷ lệ")]
    for k, work in enumerate(
        random.sample(("Hộ tịch", "Chứng thực", "Đất đai", "Xây dựng", "Bảo trợ xã hội", "Cư trú", "Kinh doanh"), 5), 1
    ):
        n = random.randint(20, 900)
        late = random.randint(0, 12)
        rows.append((str(k), work, str(n), str(n - late), str(late), f"{(n - late) * 100 / n:.2f}%".replace(".", ",")))
    sheet.table((0.8, 3.4, 2, 2, 2, 2), rows, aligns="clcccc")


def thong_bao(case: Case) -> Paper:
    """Thông báo of one or two pages."""
    sheet, paper, office, about = started(case, "thong_bao", ("unit", "district", "province", "sector"))
    random = case.random
    house.header(sheet, paper, office, case, numbered(case, office, "TB"), case.later(1, 40))
    house.title(
        sheet,
        paper,
        "THÔNG BÁO",
        f"{random.choice(('Về việc', 'Kết luận cuộc họp về', 'Lịch triển khai'))} {about.what}",
    )
    sheet.para(prose.opening(case, about, written(office)))
    sheet.para(f"{written(office)} thông báo một số nội dung như sau:")
    for k, line in enumerate(prose.paragraphs(case, about, written(office), random.randint(3, 5)), 1):
        sheet.para(f"{k}. {line}")
    sheet.para("Đề nghị các đơn vị, tổ chức và cá nhân biết, thực hiện./.")
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department))
    return finished(sheet, paper)


def ke_hoach(case: Case) -> Paper:
    """Kế hoạch with aims, tasks and a timetable."""
    sheet, paper, office, about = started(case, "ke_hoach", ("unit", "district", "province"))
    random = case.random
    house.header(sheet, paper, office, case, numbered(case, office, "KH"), case.later(1, 40))
    house.title(sheet, paper, "KẾ HOẠCH", about.what[0].upper() + about.what[1:])
    for line in prose.grounds(case, 2):
        sheet.para(line.replace("Căn cứ", random.choice(("Căn cứ", "Thực hiện"))))
    for roman, head in (("I", "MỤC ĐÍCH, YÊU CẦU"), ("II", "NỘI DUNG THỰC HIỆN"), ("III", "TỔ CHỨC THỰC HIỆN")):
        sheet.para(f"<b>{roman}. {head}</b>")
        for k, line in enumerate(prose.paragraphs(case, about, written(office), random.randint(2, 3)), 1):
            sheet.para(f"{k}. {line}")
        if roman == "II" and random.random() < 0.7:
            rows = [("TT", "Công việc", "Đơn vị thực hiện", "Thời gian")]
            rows += [
                (
                    str(k),
                    thing.capitalize(),
                    random.choice(("Văn phòng", "Công an", "Trạm Y tế", "Khu phố")),
                    f"Tháng {random.randint(1, 12)}/{case.day.year}",
                )
                for k, thing in enumerate(about.things, 1)
            ]
            sheet.table((0.8, 4, 3, 2.4), rows, aligns="cllc")
    sheet.para(f"Trên đây là Kế hoạch của {written(office)}, yêu cầu các đơn vị nghiêm túc thực hiện./.")
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department))
    return finished(sheet, paper)


def bien_ban(case: Case) -> Paper:
    """Biên bản làm việc or xác minh: who was there, what was found, two signatures."""
    random = case.random
    sheet, paper, office, about = started(case, "bien_ban", ("unit", "registry", "division"), "component")
    day = case.later(2, 25)
    kind = random.choice(("làm việc", "xác minh hiện trạng thửa đất", "họp xét duyệt hồ sơ", "kiểm tra thực địa"))
    house.header(sheet, paper, office, case, numbered(case, office, "BB") if random.random() < 0.6 else "", day)
    house.title(sheet, paper, "BIÊN BẢN", f"{kind[0].upper()}{kind[1:]}")
    hour = random.randint(8, 16)
    sheet.para(
        f"Hôm nay, vào lúc {hour} giờ {random.choice(('00', '15', '30'))} phút, tại {case.owner.address}, chúng tôi gồm có:"
    )
    sheet.para("<b>I. Đại diện cơ quan</b>", first=0.0)
    sheet.para(f"1. Ông (bà) {office.signer}, chức vụ: {office.signer_title.capitalize()};", align="left")
    sheet.para(f"2. Ông (bà) {case.office('unit').signer}, chức vụ: Công chức địa chính.", align="left")
    sheet.para("<b>II. Người sử dụng đất</b>", first=0.0)
    person = case.owner
    sheet.para(
        f"{person.title} {person.name}, số {case.id_word} {case.id_number(person)}, thường trú tại {person.address}."
    )
    sheet.para("<b>III. Nội dung</b>", first=0.0)
    parcel = case.land
    sheet.para(
        f"Thửa đất số {parcel.parcel}, tờ bản đồ số {parcel.sheet}, diện tích "
        f"{parcel.size} m², tọa lạc tại {parcel.address}. Hiện trạng thửa đất "
        f"{random.choice(('có một căn nhà cấp bốn', 'đang trồng cây ăn trái', 'là đất trống, có hàng rào kẽm gai'))}, "
        f"ranh giới ổn định, không có tranh chấp với các hộ liền kề."
    )
    for line in prose.body(case, about, written(office), random.randint(2, 4)):
        sheet.para(line)
    sheet.para(
        f"Biên bản kết thúc vào lúc {hour + 1} giờ 30 phút cùng ngày, được lập thành {random.choice(('02 (hai)', '03 (ba)'))} "
        "bản có giá trị như nhau, đã đọc lại cho những người có tên trên cùng nghe và ký tên."
    )
    house.two_signatures(sheet, case, ("NGƯỜI SỬ DỤNG ĐẤT", person.name), ("ĐẠI DIỆN CƠ QUAN", office.signer), seal="")
    return finished(sheet, paper)


KINDS = {
    "quyet_dinh": quyet_dinh,
    "cong_van": cong_van,
    "to_trinh": to_trinh,
    "bao_cao": bao_cao,
    "thong_bao": thong_bao,
    "ke_hoach": ke_hoach,
    "bien_ban": bien_ban,
}
