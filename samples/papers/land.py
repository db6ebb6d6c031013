# ruff: noqa: E501 - sentences of papers stand on one line
"""Đất đai: application, certificate, contract, map extract, tax papers."""

from datetime import timedelta

from samples import house
from samples.form import Form, say
from samples.leaf import Stroke
from samples.paper import Case, Paper, long_date, slashed
from samples.papers.civil import ground
from samples.people import Person
from samples.sheet import Sheet


def _money(case: Case) -> tuple[int, str]:
    amount = case.random.randint(180, 4800) * 1_000_000
    return amount, f"{amount:,}".replace(",", ".")


def _in_words(amount: int) -> str:
    """Whole millions in words."""
    thousands, millions = divmod(amount // 1_000_000, 1000)
    words = ([say(thousands), "tỷ"] if thousands else []) + ([say(millions), "triệu"] if millions else [])
    return " ".join(words).capitalize() + " đồng"


def _parcel(case: Case, paper: Paper, form: Form, *, numbered: str = "") -> None:
    """The lines on the parcel, as forms have them."""
    land = case.land
    paper.put("parcel", land.parcel)
    paper.put("map_sheet", land.sheet)
    form.pair((f"{numbered}Thửa đất số", land.parcel), ("Tờ bản đồ số", land.sheet))
    form.line("Diện tích", f"{land.size} m²", "area", None, land.metres)
    form.line("Mục đích sử dụng đất", land.use)
    form.line("Địa chỉ thửa đất", land.address)


def don_bien_dong_dat(case: Case) -> Paper:
    """Đơn đăng ký biến động đất đai, tài sản gắn liền với đất."""
    sheet, paper = Sheet(case.style()), Paper(kind="don_bien_dong_dat")
    form, random, one = Form(sheet, paper, case), case.random, case.owner
    sheet.para(f"<i>Mẫu số {random.choice(('09/ĐK', '11/ĐK', '18'))}</i>", size=11, align="right", after=2)
    house.national(sheet, random)
    house.title(sheet, paper, "ĐƠN ĐĂNG KÝ BIẾN ĐỘNG", rule=False)
    sheet.y -= 10
    house.title(sheet, paper, "ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT", rule=False)
    sheet.para(f"Kính gửi: {case.office('registry').issuer}", align="centre", size=13, after=8)
    form.head("I. PHẦN KÊ KHAI CỦA NGƯỜI ĐĂNG KÝ")
    form.line("1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất", "")
    form.line("a) Họ và tên", one.name, "person")
    form.line(f"b) {case.id_word.capitalize()} số", case.id_number(one), "citizen_id")
    form.line("c) Địa chỉ thường trú", one.address, "address")
    form.pair(("d) Điện thoại liên hệ", one.phone), ("Email", ""))
    form.line("2. Giấy chứng nhận đã cấp", "")
    form.line(
        "Số phát hành giấy chứng nhận", case.land.serial, "certificate_serial", None, case.land.serial.replace(" ", "")
    )
    form.line("Số vào sổ cấp giấy chứng nhận", case.land.book, "register_number")
    _parcel(case, paper, form)
    form.head("3. Nội dung biến động")
    change = random.choice(
        (
            "Nhận chuyển nhượng quyền sử dụng đất",
            "Nhận tặng cho quyền sử dụng đất",
            "Thay đổi địa chỉ thửa đất do sắp xếp đơn vị hành chính",
            "Tách một phần thửa đất để tặng cho con",
        )
    )
    form.text(
        f"{change}; lý do: {random.choice(('thỏa thuận giữa các bên', 'gia đình thống nhất', 'theo nhu cầu sử dụng'))}. Đề nghị cấp mới giấy chứng nhận."
    )
    form.head("4. Giấy tờ nộp kèm theo đơn này gồm có")
    for line in (
        "Giấy chứng nhận quyền sử dụng đất bản gốc;",
        "Hợp đồng đã được công chứng, chứng thực;",
        "Tờ khai lệ phí trước bạ, tờ khai thuế thu nhập cá nhân.",
    ):
        form.text(f"- {line}", align="left", left=16, after=0)
    form.text(
        "Tôi xin cam đoan nội dung kê khai trên đơn là đúng sự thật, nếu sai tôi hoàn toàn chịu trách nhiệm trước pháp luật."
    )
    house.applicant_signature(sheet, case, one.name, "Người viết đơn", case.day, case.office("unit").town)
    paper.leaves = sheet.leaves
    return paper


def gcn_quyen_su_dung_dat(case: Case) -> Paper:
    """Giấy chứng nhận quyền sử dụng đất: a cover with holder and serial, a second page with the parcel and its map."""
    sheet, paper = Sheet(case.style(numbered=False, family="tinos")), Paper(kind="gcn_quyen_su_dung_dat")
    form, random, land, one = Form(sheet, paper, case, dots=False), case.random, case.land, case.owner
    office = case.office("province") if random.random() < 0.3 else case.office("sector", "dat")
    ground(sheet, case)
    sheet.y += 40
    house.national(sheet, random)
    sheet.y += 40
    sheet.para("<b>GIẤY CHỨNG NHẬN</b>", size=26, align="centre", after=4)
    sheet.para("<b>QUYỀN SỬ DỤNG ĐẤT</b>", size=17, align="centre", after=0)
    sheet.para("<b>QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT</b>", size=14, align="centre", after=26)
    form.head("I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất")
    form.text(
        f"{one.title}: <f>{paper.put('person', one.name)}</f>, sinh năm <f>{paper.put('birth_date', str(one.born.year))}</f>, "
        f"{case.id_word} số <f>{paper.put('citizen_id', case.id_number(one))}</f>",
        first=0.0,
        align="left",
    )
    form.text(f"Địa chỉ thường trú: <f>{one.address}</f>.", first=0.0, align="left")
    sheet.y = sheet.bottom - 50
    sheet.para(
        f"<b>{paper.put('certificate_serial', land.serial, land.serial.replace(' ', ''))}</b>", size=17, align="right"
    )
    sheet.turn()
    ground(sheet, case)
    form.head("II. Thửa đất, nhà ở và tài sản khác gắn liền với đất")
    form.line("1. Thửa đất", "")
    paper.put("parcel", land.parcel)
    paper.put("map_sheet", land.sheet)
    form.text(
        f"a) Thửa đất số: <f>{land.parcel}</f>, tờ bản đồ số: <f>{land.sheet}</f>,", first=0.0, align="left", after=2
    )
    form.line("b) Địa chỉ", land.address, "address")
    form.line("c) Diện tích", f"{land.size} m²", "area", None, land.metres)
    form.line("d) Hình thức sử dụng", "Sử dụng riêng")
    form.line("đ) Mục đích sử dụng", land.use)
    form.line(
        "e) Thời hạn sử dụng",
        "Lâu dài" if "ở" in land.use else f"Đến ngày 15 tháng 10 năm {random.randint(2043, 2065)}",
    )
    form.line(
        "g) Nguồn gốc sử dụng",
        random.choice(
            (
                "Nhận chuyển nhượng đất được Nhà nước giao đất có thu tiền sử dụng đất",
                "Công nhận quyền sử dụng đất như giao đất có thu tiền sử dụng đất",
                "Nhận tặng cho đất được công nhận quyền sử dụng đất",
            )
        ),
    )
    for line in ("2. Nhà ở: -/-", "3. Công trình xây dựng khác: -/-", "4. Ghi chú: Không."):
        form.text(line, first=0.0, align="left", after=2)
    form.head("III. Sơ đồ thửa đất, nhà ở và tài sản khác gắn liền với đất")
    _map(sheet, case)
    day = case.day - timedelta(days=random.randint(200, 3000))
    paper.put("issuer", " ".join(office.name), office.issuer)
    sheet.para(f"<i>{office.town}, {paper.day('issued', day, long_date(day))}</i>", align="right", size=12.5, after=0)
    sheet.para(f"<b>{' '.join(office.name)}</b>", align="right", size=12, after=0)
    house.signature(sheet, paper, case, office)
    sheet.y = min(sheet.y, sheet.bottom - 20)
    form.text(f"Số vào sổ cấp GCN: <f>{paper.put('register_number', land.book)}</f>", first=0.0, align="left")
    paper.leaves = sheet.leaves
    return paper


def _map(sheet: Sheet, case: Case) -> None:
    """The outline of the parcel with its corners, sides and neighbours."""
    random = case.random
    sheet.need(190)
    x, y = sheet.left + 130, sheet.y + 22
    points = [
        (x + random.uniform(0, 30), y + random.uniform(0, 20)),
        (x + 150 + random.uniform(0, 30), y + random.uniform(0, 20)),
        (x + 160 + random.uniform(0, 30), y + 120 + random.uniform(0, 20)),
        (x + random.uniform(0, 30), y + 120 + random.uniform(0, 20)),
    ]
    for k, (a, b) in enumerate(zip(points, points[1:] + points[:1], strict=True)):
        sheet.leaf.strokes.append(Stroke(x0=a[0], y0=a[1], x1=b[0], y1=b[1], width=1.1))
        sheet.at(str(k + 1), a[0] - 10, a[0] + 20, a[1] - 14, size=9)
    sheet.at(f"{case.land.parcel}", x + 70, x + 130, y + 48, size=12)
    sheet.at(f"{case.land.size}", x + 62, x + 140, y + 64, size=10)
    sheet.at("Đường bê tông", x + 40, x + 150, y + 142, size=10)
    sheet.y = y + 172


def hop_dong_dat(case: Case) -> Paper:
    """Hợp đồng chuyển nhượng or tặng cho quyền sử dụng đất, two to four pages, with the notary's words at the end."""
    sheet, paper = Sheet(case.style()), Paper(kind="hop_dong_dat")
    form, random, land = Form(sheet, paper, case, dots=False), case.random, case.land
    giver, taker = case.spouse, case.owner
    gift = random.random() < 0.35
    deed, a, b = (
        ("TẶNG CHO", "TẶNG CHO", "ĐƯỢC TẶNG CHO") if gift else ("CHUYỂN NHƯỢNG", "CHUYỂN NHƯỢNG", "NHẬN CHUYỂN NHƯỢNG")
    )
    house.national(sheet, random)
    house.title(sheet, paper, f"HỢP ĐỒNG {deed} QUYỀN SỬ DỤNG ĐẤT", rule=False)
    day = case.day - timedelta(days=random.randint(2, 25))
    town = case.office("unit").town
    form.text(
        f"Hôm nay, {paper.day('issued', day, long_date(day))}, tại {random.choice(('Văn phòng công chứng Bàu Sen', 'Phòng Công chứng số 2', 'trụ sở Ủy ban nhân dân ' + case.place.unit))}, {town}, chúng tôi gồm có:"
    )
    for head, one, part in ((f"BÊN {a} (BÊN A)", giver, "party_a"), (f"BÊN {b} (BÊN B)", taker, "party_b")):
        form.head(head)
        _party(form, paper, case, one, part)
    amount, money = _money(case)
    form.text("Hai bên tự nguyện thỏa thuận, lập hợp đồng với các điều khoản sau đây:")
    paper.put("parcel", land.parcel)
    paper.put("map_sheet", land.sheet)
    paper.put("area", f"{land.size} m²", land.metres)
    paper.put("certificate_serial", land.serial, land.serial.replace(" ", ""))
    clauses = (
        (
            "ĐỐI TƯỢNG CỦA HỢP ĐỒNG",
            f"Quyền sử dụng đất của Bên A đối với thửa đất theo Giấy chứng nhận số {land.serial}, số vào sổ {land.book}, cụ thể: thửa đất số {land.parcel}, tờ bản đồ số {land.sheet}, địa chỉ tại {land.address}, diện tích {land.size} m², mục đích sử dụng: {land.use.lower()}, nguồn gốc rõ ràng, không bị kê biên để bảo đảm thi hành án.",
        ),
        (
            "GIÁ VÀ PHƯƠNG THỨC THANH TOÁN",
            "Việc tặng cho không kèm điều kiện; giá trị quyền sử dụng đất do hai bên ước tính."
            if gift
            else f"Giá chuyển nhượng là {money} đồng ({_in_words(amount)}), trả một lần bằng chuyển khoản sau khi hợp đồng được công chứng; việc giao nhận tiền do hai bên tự thực hiện và chịu trách nhiệm.",
        ),
        (
            "VIỆC GIAO ĐẤT VÀ ĐĂNG KÝ",
            f"Bên A giao đất cùng bản gốc giấy tờ cho Bên B trong thời hạn {random.randint(3, 30)} ngày kể từ ngày ký. Bên B có nghĩa vụ đăng ký quyền sử dụng đất tại cơ quan có thẩm quyền.",
        ),
        (
            "TRÁCH NHIỆM NỘP THUẾ, LỆ PHÍ",
            "Thuế thu nhập cá nhân do Bên A nộp; lệ phí trước bạ và phí thẩm định hồ sơ do Bên B nộp, trừ trường hợp hai bên có thỏa thuận khác bằng văn bản.",
        ),
        (
            "PHƯƠNG THỨC GIẢI QUYẾT TRANH CHẤP",
            "Trong quá trình thực hiện, nếu phát sinh tranh chấp, hai bên cùng nhau thương lượng trên tinh thần tôn trọng quyền lợi của nhau; nếu không giải quyết được thì một trong hai bên có quyền yêu cầu tòa án giải quyết.",
        ),
        (
            "CAM ĐOAN CỦA CÁC BÊN",
            "Những thông tin về nhân thân, về thửa đất ghi trong hợp đồng này là đúng sự thật; thửa đất không có tranh chấp; hợp đồng được giao kết hoàn toàn tự nguyện, không bị lừa dối, không bị ép buộc; hai bên đã đọc lại và hiểu rõ quyền, nghĩa vụ của mình.",
        ),
    )
    for k, (head, text) in enumerate(clauses, 1):
        sheet.para(f"<b>ĐIỀU {k}. {head}</b>", size=13, align="left", after=2)
        form.text(text)
    house.two_signatures(sheet, case, (f"BÊN {a}", giver.name), (f"BÊN {b}", taker.name))
    paper.leaves = sheet.leaves
    return paper


def _party(form: Form, paper: Paper, case: Case, one: Person, part: str) -> None:
    paper.put("person", one.name, part=part)
    paper.put("birth_date", str(one.born.year), part=part)
    paper.put("citizen_id", case.id_number(one), part=part)
    paper.put("address", one.address, part=part)
    form.text(f"{one.title}: <b>{one.name}</b>, sinh năm {one.born.year}", first=0.0, align="left", after=1)
    form.text(
        f"{case.id_word.capitalize()} số: {case.id_number(one)}, cấp ngày {slashed(one.id_given)}",
        first=0.0,
        align="left",
        after=1,
    )
    form.text(f"Thường trú tại: {one.address}", first=0.0, align="left")


def to_khai_thue(case: Case) -> Paper:
    """Tờ khai lệ phí trước bạ nhà, đất (01/LPTB)."""
    sheet, paper = Sheet(case.style()), Paper(kind="to_khai_thue")
    form, random, land, one = Form(sheet, paper, case), case.random, case.land, case.owner
    sheet.para("<b>Mẫu số: 01/LPTB</b>", size=11, align="right", after=2)
    house.national(sheet, random)
    house.title(sheet, paper, "TỜ KHAI LỆ PHÍ TRƯỚC BẠ", rule=False)
    sheet.para("<i>(Áp dụng đối với nhà, đất)</i>", size=12, align="centre")
    form.line("[01] Kỳ tính thuế: theo từng lần phát sinh ngày", slashed(case.day))
    form.line("[04] Tên người nộp thuế", one.name.upper(), "person")
    form.line("[05] Mã số thuế (nếu có)", case.tax_code(one), "tax_code")
    form.line("[06] Địa chỉ", one.address, "address")
    form.pair(("[09] Điện thoại", one.phone), ("[10] Email", ""))
    form.head("ĐẶC ĐIỂM NHÀ ĐẤT:")
    paper.put("parcel", land.parcel)
    paper.put("map_sheet", land.sheet)
    form.line("1.1. Địa chỉ thửa đất", land.address)
    form.pair(("1.2. Thửa đất số", land.parcel), ("Tờ bản đồ số", land.sheet))
    form.line("1.5. Diện tích (m²)", land.size, "area", None, land.metres)
    form.line("1.6. Mục đích sử dụng đất", land.use)
    form.line("1.7. Nguồn gốc nhà đất", f"Nhận chuyển nhượng của {case.spouse.name}")
    amount, money = _money(case)
    form.line("1.8. Giá trị thực tế chuyển giao", f"{money} đồng")
    rows = [
        ("STT", "Loại tài sản", "Giá trị tính lệ phí", "Mức thu", "Số tiền phải nộp (đồng)"),
        ("1", "Quyền sử dụng đất", money, "0,5%", f"{amount // 200:,}".replace(",", ".")),
    ]
    sheet.table((0.8, 3, 2.6, 1.4, 2.8), rows, aligns="clrcr")
    form.text("Tôi cam đoan số liệu khai trên là đúng và chịu trách nhiệm trước pháp luật về số liệu đã khai.")
    house.applicant_signature(sheet, case, one.name, "NGƯỜI NỘP THUẾ", case.day, case.office("unit").town)
    paper.leaves = sheet.leaves
    return paper


def trich_do_dia_chinh(case: Case) -> Paper:
    """Trích lục bản đồ địa chính with the parcel and the lengths of its sides."""
    sheet, paper = Sheet(case.style()), Paper(kind="trich_do_dia_chinh")
    form, random, land, office = Form(sheet, paper, case, dots=False), case.random, case.land, case.office("registry")
    house.header(sheet, paper, office, case, f"{random.randint(20, 2000)}/TL-{office.symbol}", case.later(1, 10))
    house.title(sheet, paper, "TRÍCH LỤC BẢN ĐỒ ĐỊA CHÍNH", rule=False)
    form.text(
        f"1. Số thứ tự thửa đất: {land.parcel}; tờ bản đồ số: {land.sheet}; {land.address}", first=0.0, align="left"
    )
    paper.put("parcel", land.parcel)
    paper.put("map_sheet", land.sheet)
    form.line("2. Diện tích", f"{land.size} m²", "area", None, land.metres)
    form.line("3. Mục đích sử dụng đất", land.use)
    form.line("4. Tên người sử dụng đất", case.owner.name, "person")
    form.line("5. Địa chỉ thường trú", case.owner.address)
    form.text("6. Bản vẽ thửa đất", first=0.0, align="left")
    _map(sheet, case)
    rows = [("Số hiệu điểm", "X (m)", "Y (m)", "Cạnh (m)")]
    rows += [
        (
            str(k),
            f"12{random.randint(10000, 99999)},{random.randint(10, 99)}",
            f"6{random.randint(10000, 99999)},{random.randint(10, 99)}",
            f"{random.randint(5, 60)},{random.randint(10, 99)}",
        )
        for k in range(1, 5)
    ]
    sheet.table((1.6, 2.4, 2.4, 1.6), rows, size=11, aligns="cccc")
    sheet.para(f"Tỷ lệ 1:{random.choice((200, 500, 1000))}", align="centre", size=12)
    house.signature(sheet, paper, case, office)
    paper.fields.pop("signer")
    paper.fields.pop("signer_title")
    paper.leaves = sheet.leaves
    return paper


KINDS = {
    "don_bien_dong_dat": don_bien_dong_dat,
    "gcn_quyen_su_dung_dat": gcn_quyen_su_dung_dat,
    "hop_dong_dat": hop_dong_dat,
    "to_khai_thue": to_khai_thue,
    "trich_do_dia_chinh": trich_do_dia_chinh,
}
