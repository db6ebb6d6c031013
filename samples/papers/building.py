# ruff: noqa: E501 - sentences of papers stand on one line
"""Xây dựng: application, licence and commitment for a house."""

from samples import house
from samples.paper import Case, Paper
from samples.papers.citizen import me, opened


def don_giay_phep_xay_dung(case: Case) -> Paper:
    """Đơn đề nghị cấp giấy phép xây dựng nhà ở riêng lẻ."""
    sheet, paper, form = opened(case, "don_giay_phep_xay_dung")
    random, land = case.random, case.land
    house.national(sheet, random)
    house.title(sheet, paper, "ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP XÂY DỰNG", rule=False)
    sheet.para("<i>(Sử dụng cho nhà ở riêng lẻ)</i>", size=12.5, align="centre", after=6)
    sheet.para(
        f"Kính gửi: {case.office('district').issuer.replace('UBND', 'Ủy ban nhân dân')}",
        align="centre",
        size=13,
        after=8,
    )
    form.head("1. Thông tin về chủ đầu tư")
    form.line("- Tên chủ đầu tư (chủ hộ)", case.owner.name, "person")
    form.line("- Địa chỉ liên hệ", case.owner.address, "address")
    form.line(f"- Số {case.id_word}", case.id_number(case.owner), "citizen_id")
    form.line("- Số điện thoại", case.owner.phone)
    form.head("2. Thông tin công trình")
    paper.put("parcel", land.parcel)
    paper.put("map_sheet", land.sheet)
    form.pair(("- Thửa đất số", land.parcel), ("Tờ bản đồ số", land.sheet))
    form.line("- Diện tích thửa đất", f"{land.size} m²", "area", None, land.metres)
    form.line("- Địa điểm xây dựng", land.address)
    form.head("3. Nội dung đề nghị cấp phép")
    floor, floors = random.randint(48, 140), random.randint(1, 4)
    form.line("- Cấp công trình", "Cấp III" if floors > 2 else "Cấp IV")
    form.line("- Diện tích xây dựng tầng 1", f"{floor},{random.randint(0, 9)} m²")
    form.line("- Tổng diện tích sàn", f"{floor * floors},0 m²")
    form.line("- Chiều cao công trình", f"{3.4 * floors + 1.2:.1f} m".replace(".", ","))
    form.line("- Số tầng", f"{floors:02d}")
    form.text("4. Dự kiến thời gian hoàn thành công trình: " + str(random.randint(5, 14)) + " tháng.", first=0.0)
    form.text(
        "5. Cam kết: tôi xin cam đoan làm theo đúng giấy phép được cấp, nếu sai tôi xin hoàn toàn chịu trách nhiệm và bị xử lý theo quy định của pháp luật.",
        first=0.0,
    )
    house.applicant_signature(sheet, case, case.owner.name, "NGƯỜI LÀM ĐƠN", case.day, case.office("unit").town)
    paper.leaves = sheet.leaves
    return paper


def giay_phep_xay_dung(case: Case) -> Paper:
    """Giấy phép xây dựng (nhà ở riêng lẻ)."""
    sheet, paper, form = opened(case, "giay_phep_xay_dung", "result")
    random, land, office, day = case.random, case.land, case.office("district"), case.later(10, 30)
    form.dots = False
    house.header(sheet, paper, office, case, f"{random.randint(12, 1800)}/GPXD", day)
    house.title(sheet, paper, "GIẤY PHÉP XÂY DỰNG", rule=False, size=16)
    sheet.para("<i>(Sử dụng cho nhà ở riêng lẻ)</i>", size=12.5, align="centre", after=6)
    form.text(
        f"1. Cấp cho: <b>{case.owner.title.lower()} {paper.put('person', case.owner.name)}</b>", first=0.0, align="left"
    )
    form.text(f"Địa chỉ: {case.owner.address}.", first=0.0, align="left")
    floor, floors = random.randint(48, 140), random.randint(1, 4)
    form.text("2. Được phép xây dựng công trình: Nhà ở riêng lẻ.", first=0.0)
    form.text(
        f"Theo thiết kế có ký hiệu: KT-{random.randint(1, 40):02d}/{day.year}, do đơn vị tư vấn có đủ năng lực lập.",
        first=0.0,
    )
    paper.put("parcel", land.parcel)
    paper.put("map_sheet", land.sheet)
    form.text("Gồm các nội dung sau đây:", first=0.0, after=1)
    for line in (
        f"Vị trí xây dựng: thửa đất số {land.parcel}, tờ bản đồ số {land.sheet}, {paper.put('address', land.address)};",
        f"Cốt nền xây dựng công trình: +0,{random.randint(15, 45)} m so với mặt đường hiện hữu;",
        f"Mật độ xây dựng: {random.randint(50, 90)}%; hệ số sử dụng đất: {random.randint(1, 3)},{random.randint(0, 9)} lần;",
        f"Chỉ giới xây dựng: lùi {random.randint(2, 6)},0 m so với ranh lộ giới;",
        f"Diện tích xây dựng: {floor},{random.randint(0, 9)} m²; tổng diện tích sàn: {floor * floors} m²;",
        f"Chiều cao công trình: {3 * floors + 1},{random.randint(0, 9)} m; số tầng: {floors:02d}.",
    ):
        form.text(f"- {line}", first=0.0, left=10, after=2)
    form.text(
        f"3. Giấy tờ về đất đai: Giấy chứng nhận quyền sử dụng đất số {land.serial}, số vào sổ {land.book}, diện tích {paper.put('area', land.size + ' m²', land.metres)}.",
        first=0.0,
    )
    form.text(
        "4. Giấy phép này có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp; quá thời hạn trên thì phải đề nghị gia hạn giấy phép xây dựng.",
        first=0.0,
    )
    form.text(
        "Chủ đầu tư phải thông báo ngày khởi công bằng văn bản, che chắn công trình, không làm ảnh hưởng đến nhà liền kề và giữ vệ sinh môi trường trong suốt quá trình thi công."
    )
    house.signature(
        sheet, paper, case, office, ("Chủ đầu tư;", "Đội quản lý trật tự đô thị;", f"Lưu: VT, {office.department}.")
    )
    paper.leaves = sheet.leaves
    return paper


def ban_cam_ket(case: Case) -> Paper:
    """Bản cam kết bảo đảm an toàn cho công trình liền kề."""
    sheet, paper, form = opened(case, "ban_cam_ket")
    house.national(sheet, case.random)
    house.title(sheet, paper, "BẢN CAM KẾT", "Bảo đảm an toàn đối với công trình liền kề", rule=False)
    paper.fields.pop("subject", None)
    me(case, paper, form, name="Họ và tên chủ hộ")
    paper.fields.pop("birth_date")
    land = case.land
    form.text(
        f"Tôi là chủ đầu tư công trình nhà ở riêng lẻ tại thửa đất số {land.parcel}, tờ bản đồ số {land.sheet}, {land.address}. Tôi cam kết thực hiện các nội dung sau:"
    )
    for k, line in enumerate(
        (
            "Thi công đúng giấy phép và bản vẽ đã được duyệt, không lấn chiếm lối đi chung và khoảng không của nhà bên cạnh.",
            "Có biện pháp che chắn, chống bụi, chống ồn; không thi công vào giờ nghỉ trưa và sau 22 giờ.",
            "Nếu để xảy ra lún, nứt, thấm dột ở công trình liền kề do lỗi của bên thi công thì tôi sửa chữa, bồi thường toàn bộ thiệt hại.",
            "Vật liệu được tập kết gọn gàng trong phạm vi đất của gia đình; phế thải được vận chuyển đến nơi quy định trong ngày.",
        ),
        1,
    ):
        form.text(f"{k}. {line}")
    form.text("Bản cam kết này được lập thành hai bản, một bản lưu tại hồ sơ cấp giấy phép, một bản do gia đình giữ.")
    house.applicant_signature(sheet, case, case.owner.name, "Người cam kết", case.day, case.office("unit").town)
    paper.leaves = sheet.leaves
    return paper


KINDS = {
    "don_giay_phep_xay_dung": don_giay_phep_xay_dung,
    "giay_phep_xay_dung": giay_phep_xay_dung,
    "ban_cam_ket": ban_cam_ket,
}
