# ruff: noqa: E501 - sentences of papers stand on one line
"""What citizens write and get: đơn, ủy quyền, judicial record, disability, diplomas."""

from datetime import date, timedelta

from samples import house
from samples.form import Form
from samples.leaf import Picture
from samples.marks import photo
from samples.paper import Case, Paper, long_date, slashed
from samples.papers.civil import ground
from samples.sheet import Sheet


def opened(case: Case, kind: str, role: str = "component", **style: object) -> tuple[Sheet, Paper, Form]:
    sheet, paper = Sheet(case.style(**style)), Paper(kind=kind, role=role)
    return sheet, paper, Form(sheet, paper, case)


def me(case: Case, paper: Paper, form: Form, *, name: str = "Tôi tên là", sex: bool = False) -> None:
    """Name, birth, identity, residence: how one says who one is."""
    one = case.owner
    form.line(name, one.name, "person")
    form.day("Sinh ngày", one.born, "birth_date")
    if sex:
        paper.put("sex", one.sex, one.sex.lower())
        form.pair(("Giới tính", one.sex), ("Dân tộc", one.people))
    form.line(f"{case.id_word.capitalize()} số", case.id_number(one), "citizen_id")
    form.line("Địa chỉ thường trú", one.address, "address")


def don(case: Case) -> Paper:
    """Đơn đề nghị, đơn xin xác nhận, đơn xin chuyển trường."""
    sheet, paper, form = opened(case, "don")
    random, office = case.random, case.office(case.random.choice(("unit", "school")))
    name, about, plea = random.choice(
        (
            (
                "ĐƠN XIN XÁC NHẬN",
                "nơi cư trú và hoàn cảnh gia đình",
                "Nay tôi làm đơn này kính mong quý cơ quan xác nhận gia đình tôi có hoàn cảnh khó khăn, thu nhập bấp bênh, hiện đang nuôi hai con nhỏ trong độ tuổi đi học.",
            ),
            (
                "ĐƠN ĐỀ NGHỊ",
                "sửa chữa đường nước sinh hoạt",
                "Từ đầu mùa khô đến nay, đường ống cấp nước vào tổ dân phố bị rò rỉ nhiều nơi, nước chảy yếu vào giờ cao điểm khiến việc sinh hoạt của các hộ rất bất tiện.",
            ),
            (
                "ĐƠN XIN CHUYỂN TRƯỜNG",
                "cho con theo nơi ở mới",
                "Do gia đình chuyển chỗ ở, việc đưa đón cháu rất xa và mất nhiều thời gian, nên tôi làm đơn này đề nghị nhà trường cho cháu được chuyển đến trường gần nhà.",
            ),
            (
                "ĐƠN ĐỀ NGHỊ",
                "cấp bản sao giấy tờ từ sổ gốc",
                "Trong lúc dọn nhà, gia đình tôi đã để thất lạc giấy tờ gốc và đã tìm kiếm nhiều lần nhưng không thấy; nay cần bản sao để bổ túc hồ sơ xin việc làm.",
            ),
        )
    )
    house.national(sheet, random)
    house.title(sheet, paper, name, f"V/v {about}" if random.random() < 0.6 else "", rule=False)
    paper.fields.pop("subject", None)
    sheet.para(f"Kính gửi: {office.issuer.replace('UBND', 'Ủy ban nhân dân')}", align="centre", size=13, after=8)
    me(case, paper, form)
    form.line("Nghề nghiệp", case.owner.trade)
    form.line("Số điện thoại", case.owner.phone)
    form.text(plea)
    form.text(
        f"Sự việc trên đã được {random.choice(('tổ trưởng tổ dân phố', 'trưởng khu phố', 'giáo viên chủ nhiệm'))} biết và đồng ý để tôi làm đơn. Kèm theo đơn có {random.randint(2, 5):02d} loại giấy tờ liên quan."
    )
    form.text(
        "Tôi xin cam đoan những lời trình bày trên là đúng sự thật, nếu sai tôi xin chịu trách nhiệm. Kính mong được xem xét, giải quyết. Tôi xin chân thành cảm ơn."
    )
    paper.put("issued", long_date(case.day), case.day.isoformat())
    house.applicant_signature(sheet, case, case.owner.name, "Người làm đơn", case.day, case.office("unit").town)
    paper.leaves = sheet.leaves
    return paper


def giay_uy_quyen(case: Case) -> Paper:
    """Giấy ủy quyền between two people."""
    sheet, paper, form = opened(case, "giay_uy_quyen")
    random = case.random
    house.national(sheet, random)
    house.title(sheet, paper, "GIẤY ỦY QUYỀN", rule=False, size=16)
    day = case.day - timedelta(days=random.randint(1, 9))
    form.text(f"Hôm nay, {paper.day('issued', day, long_date(day))}, chúng tôi gồm:")
    for head, one, part in (
        ("BÊN ỦY QUYỀN (BÊN A)", case.owner, "party_a"),
        ("BÊN ĐƯỢC ỦY QUYỀN (BÊN B)", case.spouse, "party_b"),
    ):
        form.head(head)
        form.line("Họ và tên", one.name, "person", part)
        form.day("Ngày, tháng, năm sinh", one.born, "birth_date", part)
        form.line(f"Số {case.id_word}", case.id_number(one), "citizen_id", part)
        form.line("Nơi cư trú", one.address, "address", part)
    form.head("NỘI DUNG ỦY QUYỀN")
    what = random.choice(
        (
            "nộp hồ sơ, bổ sung giấy tờ và nhận kết quả giải quyết thủ tục hành chính",
            "quản lý, sử dụng và làm thủ tục đăng ký biến động đối với thửa đất đứng tên Bên A",
            "nhận tiền trợ cấp hằng tháng tại điểm chi trả",
        )
    )
    form.text(
        f"Bên A ủy quyền cho Bên B thay mặt Bên A {what}. Trong phạm vi ủy quyền, Bên B được ký tên vào các giấy tờ cần thiết và nộp các khoản phí, lệ phí theo quy định."
    )
    form.text(
        f"Thời hạn ủy quyền: {random.choice(('sáu tháng', 'một năm', 'cho đến khi hoàn thành công việc'))} kể từ ngày ký. Việc ủy quyền này không có thù lao. Hai bên cam kết thực hiện đúng nội dung đã ghi và tự chịu trách nhiệm trước pháp luật."
    )
    house.two_signatures(sheet, case, ("BÊN ỦY QUYỀN", case.owner.name), ("BÊN ĐƯỢC ỦY QUYỀN", case.spouse.name))
    paper.leaves = sheet.leaves
    return paper


def phieu_ly_lich_tu_phap(case: Case) -> Paper:
    """Phiếu lý lịch tư pháp số 1."""
    sheet, paper, form = opened(case, "phieu_ly_lich_tu_phap", "result")
    random, office, day = case.random, case.office("sector", "tu_phap"), case.later(5, 15)
    form.dots = False
    house.header(sheet, paper, office, case, f"{random.randint(20, 9000)}/{office.symbol}-LLTP", day)
    house.title(sheet, paper, "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", rule=False, size=15)
    form.text(f"{office.issuer} xác nhận:")
    form.line("1. Họ và tên", case.owner.name.upper(), "person")
    form.line("2. Giới tính", case.owner.sex, "sex", None, case.owner.sex.lower())
    form.day("3. Ngày, tháng, năm sinh", case.owner.born, "birth_date")
    form.line("4. Nơi sinh", case.owner.birthplace)
    form.line("5. Quốc tịch", "Việt Nam")
    form.line("6. Nơi thường trú", case.owner.address, "address")
    form.line(
        f"7. Giấy {case.id_word}",
        f"{paper.put('citizen_id', case.id_number(case.owner))}, cấp ngày {slashed(case.owner.id_given)}",
    )
    form.line("8. Tình trạng án tích", "Không có án tích")
    form.line("9. Thông tin về cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp, hợp tác xã", "Không có")
    house.signature(sheet, paper, case, office)
    paper.leaves = sheet.leaves
    return paper


def so_yeu_ly_lich(case: Case) -> Paper:
    """Sơ yếu lý lịch with a photo and the family in a table."""
    sheet, paper, form = opened(case, "so_yeu_ly_lich")
    random, one = case.random, case.owner
    house.national(sheet, random)
    sheet.lay(Picture(image=photo(random), x=sheet.left, y=sheet.y - 10, width=72, height=96, role="photo"))
    sheet.y += 20
    house.title(sheet, paper, "SƠ YẾU LÝ LỊCH", "TỰ THUẬT", rule=False, size=17)
    paper.fields.pop("subject")
    sheet.y += 44
    me(case, paper, form, name="1. Họ và tên", sex=True)
    form.pair(("Tôn giáo", one.faith), ("Trình độ văn hóa", random.choice(("9/12", "12/12"))))
    form.line("Nghề nghiệp hiện nay", one.trade)
    form.line("Ngày vào Đoàn", f"26/3/{one.born.year + 16}")
    form.head("QUÁ TRÌNH HOẠT ĐỘNG CỦA BẢN THÂN")
    year = one.born.year + 6
    rows = [("Từ năm đến năm", "Làm gì, ở đâu")]
    for span, what in (
        (5, "Học sinh tiểu học tại địa phương"),
        (4, "Học sinh trung học cơ sở"),
        (3, "Học sinh trung học phổ thông"),
        (4, "Học nghề, làm việc tại xưởng mộc gia đình"),
    ):
        rows.append((f"{year} - {year + span}", what))
        year += span
    sheet.table((2, 6), rows, size=12, aligns="cl")
    form.head("HOÀN CẢNH GIA ĐÌNH")
    form.line("Họ và tên vợ (chồng)", case.spouse.name)
    form.line("Nghề nghiệp", case.spouse.trade)
    form.text(
        "Tôi xin cam đoan những lời khai trên đây là đúng sự thật, nếu có điều gì sai tôi xin chịu trách nhiệm trước pháp luật về lời khai của mình."
    )
    house.applicant_signature(sheet, case, one.name, "Người khai", case.day, case.office("unit").town)
    paper.leaves = sheet.leaves
    return paper


def xac_nhan_khuyet_tat(case: Case) -> Paper:
    """Giấy xác nhận khuyết tật."""
    sheet, paper, form = opened(case, "xac_nhan_khuyet_tat", "result")
    random, office, day = case.random, case.office("unit"), case.later(8, 25)
    house.header(sheet, paper, office, case, f"{random.randint(1, 200):02d}/GXN-{office.symbol}", day)
    house.title(sheet, paper, "GIẤY XÁC NHẬN KHUYẾT TẬT", rule=False, size=16)
    form.text(f"{office.issuer.replace('UBND', 'Ủy ban nhân dân')} xác nhận:", first=0.0)
    me(case, paper, form, name="Họ và tên", sex=True)
    form.line("Dạng khuyết tật", random.choice(("Vận động", "Nghe, nói", "Nhìn", "Trí tuệ")))
    form.line("Mức độ khuyết tật", random.choice(("Nặng", "Đặc biệt nặng", "Nhẹ")))
    form.text(
        "Giấy này được cấp theo kết luận của Hội đồng xác định mức độ khuyết tật và là căn cứ để thực hiện các chế độ, chính sách đối với người khuyết tật."
    )
    house.signature(sheet, paper, case, office, ("Người được cấp;", "Lưu: VT, hồ sơ."))
    paper.leaves = sheet.leaves
    return paper


def van_bang(case: Case) -> Paper:
    """Bằng tốt nghiệp on patterned paper."""
    sheet, paper, form = opened(case, "van_bang", "component", numbered=False)
    random, office, one = case.random, case.office("sector", "giao_duc"), case.owner
    day = date(one.born.year + 18, random.choice((6, 7, 8)), random.randint(10, 28))
    ground(sheet, case)
    house.national(sheet, random)
    sheet.y += 26
    sheet.para(f"<b>GIÁM ĐỐC {office.issuer.upper()}</b>", align="centre", size=13, after=8)
    sheet.para("cấp", align="centre", size=13, after=6)
    house.title(
        sheet,
        paper,
        random.choice(("BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", "BẰNG TỐT NGHIỆP BỔ TÚC TRUNG HỌC PHỔ THÔNG")),
        rule=False,
        size=18,
    )
    form.dots = False
    form.line("Cho", one.name, "person")
    form.day("Ngày sinh", one.born, "birth_date")
    paper.put("sex", one.sex, one.sex.lower())
    form.pair(("Giới tính", one.sex), ("Dân tộc", one.people))
    form.line("Nơi sinh", one.birthplace)
    form.line("Học sinh trường", "Trường Trung học phổ thông Hoa Sứ")
    form.line("Xếp loại tốt nghiệp", random.choice(("Trung bình", "Khá", "Giỏi")))
    paper.put("issuer", office.issuer.upper(), office.issuer)
    sheet.para(f"<i>{office.town}, {paper.day('issued', day, long_date(day))}</i>", align="right", size=13, after=0)
    house.signature(sheet, paper, case, office, authority=("GIÁM ĐỐC",))
    form.line("Số hiệu", f"{random.choice('AB')}{random.randrange(10**6, 10**7)}", "number")
    form.line("Số vào sổ cấp bằng", f"{random.randint(10, 4000)}/THPT-{day.year}", "register_number")
    paper.leaves = sheet.leaves
    return paper


def to_ngan(case: Case) -> Paper:
    """A separator sheet between papers: it is left out of every document."""
    sheet, paper, _ = opened(case, "to_ngan", "internal")
    sheet.y = 300
    sheet.para("<b>TỜ PHÂN CÁCH HỒ SƠ</b>", size=34, align="centre", after=20)
    sheet.para("<i>Không xóa, không tách khỏi tập hồ sơ khi quét</i>", size=15, align="centre")
    paper.leaves = sheet.leaves
    return paper


def muc_luc_van_ban(case: Case) -> Paper:
    """Mục lục văn bản trong hồ sơ."""
    sheet, paper, _ = opened(case, "muc_luc_van_ban", "internal")
    random = case.random
    house.title(sheet, paper, "MỤC LỤC VĂN BẢN TRONG HỒ SƠ", rule=False)
    sheet.para(f"Hồ sơ số: {random.randint(10, 400)} năm {case.day.year}", align="centre", size=13)
    rows = [("STT", "Số, ký hiệu", "Ngày tháng", "Tên loại và trích yếu nội dung", "Tờ số", "Ghi chú")]
    page = 1
    for k in range(1, random.randint(7, 14)):
        kind, name = random.choice(
            (
                ("QĐ", "Quyết định về việc"),
                ("TB", "Thông báo"),
                ("TTr", "Tờ trình đề nghị"),
                ("BB", "Biên bản"),
                ("BC", "Báo cáo"),
            )
        )
        what = random.choice(
            (
                "xác minh nguồn gốc đất",
                "công khai kết quả xét duyệt",
                "bổ sung giấy tờ",
                "phê duyệt phương án",
                "kiểm tra hiện trạng",
            )
        )
        rows.append(
            (
                str(k),
                f"{random.randint(3, 900):02d}/{kind}-UBND",
                slashed(case.day - timedelta(days=200 - k * 9)),
                f"{name} {what}",
                str(page),
                "Bản chính" if random.random() < 0.7 else "Bản sao",
            )
        )
        page += random.randint(1, 4)
    sheet.table((0.8, 2.4, 2, 4.4, 0.9, 1.5), rows, size=12, aligns="cccllc")
    paper.leaves = sheet.leaves
    return paper


KINDS = {
    "don": don,
    "giay_uy_quyen": giay_uy_quyen,
    "phieu_ly_lich_tu_phap": phieu_ly_lich_tu_phap,
    "so_yeu_ly_lich": so_yeu_ly_lich,
    "xac_nhan_khuyet_tat": xac_nhan_khuyet_tat,
    "van_bang": van_bang,
    "muc_luc_van_ban": muc_luc_van_ban,
}
SEPARATOR = to_ngan
