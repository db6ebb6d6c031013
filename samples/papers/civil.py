# ruff: noqa: E501 - sentences of papers stand on one line
"""Hộ tịch and cư trú: declarations, certificates and extracts of civil status, residence."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from samples import house
from samples.form import Form, say_date
from samples.leaf import Picture
from samples.marks import guilloche
from samples.offices import Office
from samples.paper import Case, Paper, long_date, slashed
from samples.people import Person, person
from samples.sheet import Sheet


def _whole(case: Case, office: Office) -> str:
    """The office as civil-status papers write it out."""
    at = case.place
    where = ", ".join(part for part in (at.unit, at.district, at.province_name) if part)
    return f"Ủy ban nhân dân {where}" if office.issuer.endswith(at.unit) else office.issuer


def _child(case: Case) -> Person:
    father = case.owner if not case.owner.woman else case.spouse
    born = case.day - timedelta(days=case.random.randint(5, 50))
    surname = father.name.split()[0]
    made = person(
        case.random,
        case.place.province.number,
        case.owner.address,
        case.place.whole,
        surname=surname,
        born=(born.year, born.year),
    )
    return replace(made, born=born)


def _parents(case: Case) -> tuple[Person, Person]:
    """(mother, father)."""
    return (case.owner, case.spouse) if case.owner.woman else (case.spouse, case.owner)


def child(case: Case) -> Person:
    """The child of the case, the same on each of its papers."""
    if case.child is None:
        case.child = _child(case)
    return case.child


def _opened(case: Case, kind: str, role: str, **style: object) -> tuple[Sheet, Paper, Form]:
    sheet = Sheet(case.style(**style))
    paper = Paper(kind=kind, role=role)
    return sheet, paper, Form(sheet, paper, case)


def _done(sheet: Sheet, paper: Paper) -> Paper:
    paper.leaves = sheet.leaves
    return paper


def to_khai_khai_sinh(case: Case) -> Paper:
    """Tờ khai đăng ký khai sinh: applicant, child, mother, father."""
    sheet, paper, form = _opened(case, "to_khai_khai_sinh", "component")
    mother, father = _parents(case)
    baby, office = child(case), case.office("unit")
    house.national(sheet, case.random)
    house.title(sheet, paper, "TỜ KHAI ĐĂNG KÝ KHAI SINH", rule=False)
    sheet.para(f"Kính gửi: {_whole(case, office)}", align="centre", size=13, after=8)
    form.line("Họ, chữ đệm, tên người yêu cầu", case.owner.name, "person", "applicant")
    form.line("Nơi cư trú", case.owner.address, "address", "applicant")
    form.line(
        "Giấy tờ tùy thân",
        f"{case.id_word.capitalize()} số {paper.put('citizen_id', case.id_number(case.owner), part='applicant')}",
    )
    form.line("Quan hệ với người được khai sinh", "Mẹ" if case.owner.woman else "Cha")
    form.text("<b>Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:</b>", first=0.0)
    form.line("Họ, chữ đệm, tên", baby.name, "person", "child")
    form.line("Ngày, tháng, năm sinh", slashed(baby.born), "birth_date", "child", baby.born.isoformat())
    form.line("Ghi bằng chữ", say_date(baby.born))
    paper.put("sex", baby.sex, baby.sex.lower(), "child")
    form.pair(("Giới tính", baby.sex), ("Dân tộc", baby.people))
    form.line("Nơi sinh", f"{case.office('hospital').issuer}, {case.place.province_name}")
    form.line("Quê quán", father.birthplace)
    for who, part, suffix in ((mother, "mother", " người mẹ"), (father, "father", " người cha")):
        form.line(f"Họ, chữ đệm, tên{suffix}", who.name, "person", part)
        form.line("Ngày, tháng, năm sinh", slashed(who.born), "birth_date", part, who.born.isoformat())
        form.pair(("Dân tộc", who.people), ("Quốc tịch", "Việt Nam"))
        form.line("Nơi cư trú", who.address, "address", part)
    form.text(
        "Tôi cam đoan nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về lời khai của mình."
    )
    house.applicant_signature(sheet, case, case.owner.name, "Người yêu cầu", case.day, f"Làm tại: {office.town}")
    return _done(sheet, paper)


def giay_chung_sinh(case: Case) -> Paper:
    """Giấy chứng sinh of a hospital."""
    sheet, paper, form = _opened(case, "giay_chung_sinh", "component")
    mother, _ = _parents(case)
    baby, office, random = child(case), case.office("hospital"), case.random
    day = baby.born + timedelta(days=random.randint(1, 3))
    house.header(sheet, paper, office, case, f"{random.randint(20, 4000)}/GCS", None)
    house.title(sheet, paper, "GIẤY CHỨNG SINH", rule=False, size=16)
    form.line("Họ và tên mẹ/người nuôi dưỡng", mother.name, "person", "mother")
    form.day("Ngày, tháng, năm sinh", mother.born, "birth_date", "mother")
    form.line("Nơi đăng ký thường trú", mother.address, "address", "mother")
    form.line(f"Số {case.id_word}", case.id_number(mother), "citizen_id", "mother")
    form.pair(("Dân tộc", mother.people), ("Mã số BHXH/Thẻ BHYT", f"{random.randrange(10**9, 10**10)}"))
    hour = random.randint(0, 23)
    printed = f"{hour:02d} giờ {random.randint(0, 59):02d} phút, {long_date(baby.born)}"
    form.line("Đã sinh con vào lúc", printed)
    paper.put("birth_date", long_date(baby.born), baby.born.isoformat(), "child")
    form.line("Tại", office.issuer)
    paper.put("sex", baby.sex, baby.sex.lower(), "child")
    form.pair(("Số con trong lần sinh này", "01"), ("Giới tính của con", baby.sex))
    form.pair(("Cân nặng", f"{random.randint(2400, 3900)} gam"), ("Hiện trạng", "Khỏe mạnh"))
    form.line("Dự định đặt tên con là", baby.name, "person", "child")
    form.line("Người đỡ đẻ", f"{case.office('sector', 'y_te').signer}")
    form.text(
        "<i>Lưu ý: Giấy này dùng để đi đăng ký khai sinh cho trẻ trong thời hạn 60 ngày kể từ ngày sinh.</i>", first=0.0
    )
    paper.day("issued", day, long_date(day))
    right = f"{office.town}, {long_date(day)}"
    sheet.para(f"<i>{right}</i>", align="right", size=12.5, after=0)
    house.signature(sheet, paper, case, office, authority=("THỦ TRƯỞNG CƠ SỞ Y TẾ",))
    return _done(sheet, paper)


def giay_khai_sinh(case: Case, kind: str = "giay_khai_sinh") -> Paper:
    """Giấy khai sinh or Trích lục khai sinh, on patterned paper."""
    extract = kind == "trich_luc_khai_sinh"
    sheet, paper, form = _opened(case, kind, "result", numbered=False)
    form.dots = False
    random, office = case.random, case.office("unit")
    mother, father = _parents(case)
    baby, day = child(case), case.later(1, 6)
    number = f"{random.randint(1, 900):02d}/{day.year}"
    ground(sheet, case)
    if extract:
        house.header(sheet, paper, office, case, f"{random.randint(3, 800):02d}/TLKS-BS", day)
        paper.fields.clear()  # they are the copy's; the registration's own follow
    else:
        house.national(sheet, random)
        form.pair(("Số", number), ("Quyển số", f"{paper.put('book', f'01/{day.year}')}"))
    house.title(sheet, paper, "TRÍCH LỤC KHAI SINH" if extract else "GIẤY KHAI SINH", size=18, rule=False)
    paper.put("number", number)
    form.line("Họ, chữ đệm, tên", f"<b>{baby.name.upper()}</b>")
    paper.put("person", baby.name.upper(), part="child")
    form.day("Ngày, tháng, năm sinh", baby.born, "birth_date", "child")
    form.line("Ghi bằng chữ", say_date(baby.born))
    paper.put("sex", baby.sex, baby.sex.lower(), "child")
    form.pair(("Giới tính", baby.sex), ("Dân tộc", baby.people))
    form.line("Quốc tịch", "Việt Nam")
    form.line("Nơi sinh", f"{case.office('hospital').issuer}, {case.place.province_name}")
    form.line("Quê quán", father.birthplace)
    if case.day.year >= 2016:
        form.line("Số định danh cá nhân", baby.citizen_id, "citizen_id", "child")
    for who, part, suffix in ((mother, "mother", " người mẹ"), (father, "father", " người cha")):
        form.line(f"Họ, chữ đệm, tên{suffix}", who.name, "person", part)
        year = random.random() < 0.4
        form.line(
            "Năm sinh" if year else "Ngày, tháng, năm sinh",
            str(who.born.year) if year else slashed(who.born),
            "birth_date",
            part,
            str(who.born.year) if year else who.born.isoformat(),
        )
        form.pair(("Dân tộc", who.people), ("Quốc tịch", "Việt Nam"))
        form.line("Nơi cư trú", who.address, "address", part)
    paper.fields.pop("issuer", None)
    where = _whole(case, office)
    form.line("Nơi đăng ký khai sinh", where, "issuer", None, where.replace("Ủy ban nhân dân", "UBND"))
    form.day("Ngày, tháng, năm đăng ký", day, "issued")
    if extract:
        form.line("Số đăng ký", number)
    house.signature(sheet, paper, case, office)
    return _done(sheet, paper)


def ground(sheet: Sheet, case: Case) -> None:
    """The patterned ground of certificates, on the present leaf."""
    colour = Random(case.code).choice(((190, 120, 130), (120, 160, 190), (170, 150, 90), (130, 170, 130)))
    width, height = sheet.size
    sheet.lay(
        Picture(
            image=guilloche(colour, (round(width * 2), round(height * 2)), case.random),
            x=0,
            y=0,
            width=width,
            height=height,
            role="ground",
        )
    )
    for inset in (20, 24):
        sheet.box(inset, inset, width - inset, height - inset, 1.1, colour)


def trich_luc_khai_sinh(case: Case) -> Paper:
    """Trích lục khai sinh (bản sao)."""
    return giay_khai_sinh(case, "trich_luc_khai_sinh")


def _couple(case: Case) -> tuple[Person, Person]:
    """(husband, wife)."""
    return (case.spouse, case.owner) if case.owner.woman else (case.owner, case.spouse)


def to_khai_ket_hon(case: Case) -> Paper:
    """Tờ khai đăng ký kết hôn: a table with bên nữ and bên nam."""
    sheet, paper, form = _opened(case, "to_khai_ket_hon", "component")
    husband, wife = _couple(case)
    office = case.office("unit")
    house.national(sheet, case.random)
    house.title(sheet, paper, "TỜ KHAI ĐĂNG KÝ KẾT HÔN", rule=False)
    sheet.para(f"Kính gửi: {_whole(case, office)}", align="centre", size=13, after=8)
    rows = [("Thông tin", "Bên nữ", "Bên nam")]
    for label, pick in (
        ("Họ, chữ đệm, tên", lambda one: one.name),
        ("Ngày, tháng, năm sinh", lambda one: slashed(one.born)),
        ("Dân tộc", lambda one: one.people),
        ("Quốc tịch", lambda _: "Việt Nam"),
        ("Nơi cư trú", lambda one: one.address),
        ("Giấy tờ tùy thân", lambda one: f"{case.id_word.capitalize()} số {case.id_number(one)}"),
        ("Kết hôn lần thứ mấy", lambda _: "Lần thứ nhất"),
    ):
        rows.append((label, pick(wife), pick(husband)))
    sheet.table((2.2, 3.4, 3.4), rows, size=12.5)
    for one, part in ((wife, "wife"), (husband, "husband")):
        paper.put("person", one.name, part=part)
        paper.put("birth_date", slashed(one.born), one.born.isoformat(), part)
        paper.put("address", one.address, part=part)
        paper.put("citizen_id", case.id_number(one), part=part)
    form.text(
        "Chúng tôi cam đoan những lời khai trên đây là đúng sự thật, việc kết hôn của chúng tôi là tự nguyện, không vi phạm "
        "quy định của pháp luật về hôn nhân và gia đình. Đề nghị cơ quan đăng ký."
    )
    form.pair(("Đề nghị cấp bản sao", "Có"), ("Số lượng", f"{case.random.randint(1, 5):02d} bản"))
    sheet.para(f"<i>{office.town}, {long_date(case.day)}</i>", align="right", size=12.5)
    house.two_signatures(sheet, case, ("Bên nữ", wife.name), ("Bên nam", husband.name))
    return _done(sheet, paper)


def giay_ket_hon(case: Case) -> Paper:
    """Giấy chứng nhận kết hôn on patterned paper."""
    sheet, paper, form = _opened(case, "giay_ket_hon", "result", numbered=False)
    form.dots = False
    husband, wife = _couple(case)
    office, random, day = case.office("unit"), case.random, case.later(1, 8)
    ground(sheet, case)
    house.national(sheet, random)
    number = f"{random.randint(1, 400):02d}/{day.year}"
    paper.put("number", number)
    form.pair(("Số", number), ("Quyển số", paper.put("book", f"{random.randint(1, 3):02d}/{day.year}")))
    house.title(sheet, paper, "GIẤY CHỨNG NHẬN KẾT HÔN", size=18, rule=False)
    for one, part, label in ((wife, "wife", "vợ"), (husband, "husband", "chồng")):
        form.line(f"Họ, chữ đệm, tên {label}", f"<b>{one.name}</b>")
        paper.put("person", one.name, part=part)
        form.line("Ngày, tháng, năm sinh", slashed(one.born), "birth_date", part, one.born.isoformat())
        form.pair(("Dân tộc", one.people), ("Quốc tịch", "Việt Nam"))
        form.line("Nơi cư trú", one.address, "address", part)
        form.line("Giấy tờ tùy thân", f"{case.id_word.capitalize()} số {case.id_number(one)}")
        paper.put("citizen_id", case.id_number(one), part=part)
    where = _whole(case, office)
    form.line("Nơi đăng ký kết hôn", where, "issuer", None, where.replace("Ủy ban nhân dân", "UBND"))
    form.day("Ngày, tháng, năm đăng ký", day, "issued")
    house.signature(sheet, paper, case, office)
    return _done(sheet, paper)


def xac_nhan_hon_nhan(case: Case) -> Paper:
    """Giấy xác nhận tình trạng hôn nhân."""
    sheet, paper, form = _opened(case, "xac_nhan_hon_nhan", "result")
    office, random, day, one = case.office("unit"), case.random, case.later(1, 8), case.owner
    house.header(sheet, paper, office, case, f"{random.randint(1, 900):02d}/UBND-XNTTHN", day)
    house.title(sheet, paper, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", rule=False, size=15)
    sheet.para(f"<b>{office.issuer.replace('UBND', 'Ủy ban nhân dân').upper()}</b>", align="centre", size=13)
    form.text(f"Căn cứ hồ sơ hộ tịch lưu tại địa phương và đề nghị của {one.title.lower()} {one.name}, xác nhận:")
    form.line("Họ, chữ đệm, tên", one.name, "person")
    form.day("Ngày, tháng, năm sinh", one.born, "birth_date")
    paper.put("sex", one.sex, one.sex.lower())
    form.pair(("Giới tính", one.sex), ("Dân tộc", one.people))
    form.line(
        "Giấy tờ tùy thân", f"{case.id_word.capitalize()} số {case.id_number(one)}, cấp ngày {slashed(one.id_given)}"
    )
    paper.put("citizen_id", case.id_number(one))
    form.line("Nơi cư trú", one.address, "address")
    state = random.choice(
        ("Chưa đăng ký kết hôn với ai", "Đã ly hôn theo Bản án số 27/2019/HNGĐ-ST, hiện chưa đăng ký kết hôn lại")
    )
    form.line("Tình trạng hôn nhân", state)
    form.line(
        "Giấy này được cấp để",
        random.choice(
            ("làm thủ tục đăng ký kết hôn", "bổ túc hồ sơ vay vốn ngân hàng", "chuyển nhượng quyền sử dụng đất")
        ),
    )
    form.text("Giấy này có giá trị sử dụng trong thời hạn sáu tháng, kể từ ngày cấp.", first=0.0)
    house.signature(sheet, paper, case, office, ("Người được cấp;", "Lưu: VT."))
    return _done(sheet, paper)


def trich_luc_khai_tu(case: Case) -> Paper:
    """Trích lục khai tử."""
    sheet, paper, form = _opened(case, "trich_luc_khai_tu", "result")
    office, random, day = case.office("unit"), case.random, case.later(1, 8)
    one = person(random, case.place.province.number, case.owner.address, case.owner.birthplace, born=(1930, 1955))
    house.header(sheet, paper, office, case, f"{random.randint(1, 300):02d}/TLKT", day)
    house.title(sheet, paper, "TRÍCH LỤC KHAI TỬ", size=16, rule=False)
    form.line("Họ, chữ đệm, tên", one.name.upper(), "person", "deceased")
    form.day("Ngày, tháng, năm sinh", one.born, "birth_date", "deceased")
    paper.put("sex", one.sex, one.sex.lower(), "deceased")
    form.pair(("Giới tính", one.sex), ("Dân tộc", one.people))
    form.line("Nơi cư trú cuối cùng", one.address, "address", "deceased")
    form.line("Giấy tờ tùy thân", f"{case.id_word.capitalize()} số {case.id_number(one)}")
    paper.put("citizen_id", case.id_number(one), part="deceased")
    died = case.day - timedelta(days=random.randint(1, 12))
    form.line("Đã chết vào lúc", f"{random.randint(0, 23)} giờ {random.randint(0, 59):02d} phút, {long_date(died)}")
    form.line("Ghi bằng chữ", say_date(died))
    form.line("Nơi chết", one.address)
    form.line(
        "Nguyên nhân chết", random.choice(("Bệnh già", "Bệnh tim", "Tai nạn giao thông", "Tai biến mạch máu não"))
    )
    form.line("Đăng ký khai tử tại", _whole(case, office))
    house.signature(sheet, paper, case, office)
    return _done(sheet, paper)


def to_khai_cu_tru(case: Case) -> Paper:
    """Tờ khai thay đổi thông tin cư trú (CT01)."""
    sheet, paper, form = _opened(case, "to_khai_cu_tru", "component")
    random, one = case.random, case.owner
    sheet.para("<i>Mẫu CT01 ban hành kèm theo Thông tư của Bộ trưởng Bộ Công an</i>", size=10, align="right", after=4)
    house.national(sheet, random)
    house.title(sheet, paper, "TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ", rule=False)
    sheet.para(f"Kính gửi: Công an {case.place.unit}", align="centre", size=13, after=8)
    form.line("1. Họ, chữ đệm và tên", one.name, "person")
    form.day("2. Ngày, tháng, năm sinh", one.born, "birth_date")
    form.line("3. Giới tính", one.sex, "sex", None, one.sex.lower())
    form.line("4. Số định danh cá nhân/CMND", one.citizen_id, "citizen_id")
    form.pair(("5. Số điện thoại liên hệ", one.phone), ("6. Email", ""))
    form.line("7. Họ, chữ đệm và tên chủ hộ", case.spouse.name)
    form.pair(("8. Mối quan hệ với chủ hộ", "Vợ" if one.woman else "Chồng"), ("", ""))
    form.line("9. Số định danh cá nhân/CMND của chủ hộ", case.spouse.citizen_id)
    form.line(
        "10. Nội dung đề nghị",
        random.choice(("Đăng ký thường trú tại địa chỉ", "Đăng ký tạm trú tại địa chỉ", "Tách hộ tại địa chỉ"))
        + f" {one.address}",
    )
    paper.put("address", one.address)
    form.text("11. Những thành viên trong hộ gia đình cùng thay đổi:", first=0.0)
    rows = [("TT", "Họ, chữ đệm và tên", "Ngày sinh", "Giới tính", "Số định danh cá nhân", "Quan hệ")]
    for k in range(1, random.randint(2, 4)):
        member = person(random, case.place.province.number, one.address, one.birthplace, born=(2004, 2019))
        rows.append((str(k), member.name, slashed(member.born), member.sex, member.citizen_id, "Con"))
    sheet.table((0.7, 3.2, 1.9, 1.3, 2.6, 1.5), rows, size=11, aligns="clcccc")
    house.applicant_signature(sheet, case, one.name, "NGƯỜI KÊ KHAI", case.day, case.office("unit").town)
    return _done(sheet, paper)


def giay_xac_nhan_cu_tru(case: Case) -> Paper:
    """Giấy xác nhận thông tin về cư trú (CT07)."""
    sheet, paper, form = _opened(case, "giay_xac_nhan_cu_tru", "component")
    office, random, day, one = case.office("police"), case.random, case.later(1, 8), case.owner
    sheet.para("<i>Mẫu CT07</i>", size=10, align="right", after=2)
    house.header(sheet, paper, office, case, f"{random.randint(10, 5000)}/XN", day)
    house.title(sheet, paper, "GIẤY XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ", rule=False)
    form.text(f"{office.issuer} xác nhận các thông tin về cư trú của công dân như sau:")
    form.line("1. Họ, chữ đệm và tên", one.name, "person")
    form.day("2. Ngày, tháng, năm sinh", one.born, "birth_date")
    form.line("3. Giới tính", one.sex, "sex", None, one.sex.lower())
    form.line("4. Số định danh cá nhân", one.citizen_id, "citizen_id")
    form.pair(("5. Dân tộc", one.people), ("6. Tôn giáo", one.faith))
    form.line("7. Quê quán", one.birthplace)
    form.line("8. Nơi thường trú", one.address, "address")
    form.line("9. Nơi ở hiện tại", one.address)
    form.line("10. Chủ hộ", case.spouse.name)
    until = date(day.year + 1, day.month, min(day.day, 28))
    form.text(f"Giấy này có giá trị đến hết ngày {slashed(until)}.", first=0.0)
    house.signature(sheet, paper, case, office)
    return _done(sheet, paper)


KINDS = {
    "to_khai_khai_sinh": to_khai_khai_sinh,
    "giay_chung_sinh": giay_chung_sinh,
    "giay_khai_sinh": giay_khai_sinh,
    "trich_luc_khai_sinh": trich_luc_khai_sinh,
    "to_khai_ket_hon": to_khai_ket_hon,
    "giay_ket_hon": giay_ket_hon,
    "xac_nhan_hon_nhan": xac_nhan_hon_nhan,
    "trich_luc_khai_tu": trich_luc_khai_tu,
    "to_khai_cu_tru": to_khai_cu_tru,
    "giay_xac_nhan_cu_tru": giay_xac_nhan_cu_tru,
}
