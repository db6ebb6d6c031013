# ruff: noqa: E501 - sentences of papers stand on one line
"""Certificates and forms that are a title and labelled lines: what each prints is what its kind has (tables)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from samples import house, wording
from samples.form import Form
from samples.offices import Office
from samples.paper import Case, Paper, checked, long_date, slashed
from samples.people import Person
from samples.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One kind.  `titles`: of the stacks that rules may be written after, then of the held-out ones; `head`: `office`
    (ô 1–4), `national` or `none`; `dated`, `signed`: its day at the foot, its signer are fields of the kind; `lines`: fields by name, or `label = text` of lines that are none; `words`: what such
    papers say.
    """

    slug: str
    titles: tuple[tuple[str, ...], tuple[str, ...]]
    head: str
    lines: tuple[str, ...]
    words: tuple[str, ...] = ()
    level: str = "unit"
    symbol: str = ""
    role: str = "component"
    ends: str = "Người khai"
    dated: bool = False
    signed: bool = True


_ME = ("person", "birth_date", "sex", "citizen_id", "address")
_SLIPS = (
    Slip(slug="trich_luc_ket_hon", titles=(("TRÍCH LỤC KẾT HÔN",), ("TRÍCH LỤC KẾT HÔN (BẢN SAO)",)), head="office", symbol="TLKH-BS", role="result",
         lines=("person/wife", "birth_date/wife", "citizen_id/wife", "address/wife", "person/husband", "birth_date/husband", "citizen_id/husband", "address/husband", "Nơi đăng ký kết hôn = {unit}")),
    Slip(slug="giay_bao_tu", titles=(("GIẤY BÁO TỬ",), ("GIẤY BÁO TỬ",)), head="office", symbol="GBT", level="hospital",
         lines=("person/deceased", "birth_date/deceased", "sex/deceased", "citizen_id/deceased", "address/deceased", "Đã chết vào lúc = 05 giờ 20 phút", "Nguyên nhân chết = Bệnh lý tuổi già")),
    Slip(slug="trich_luc_ho_tich", titles=(("TRÍCH LỤC CẢI CHÍNH HỘ TỊCH", "TRÍCH LỤC GIÁM HỘ"), ("TRÍCH LỤC THAY ĐỔI HỘ TỊCH", "TRÍCH LỤC ĐĂNG KÝ NHẬN CHA, MẸ, CON")), head="office", symbol="TLHT", role="result", lines=(*_ME, "Nội dung = Theo sổ đăng ký đã lưu")),
    Slip(slug="nhan_con_nuoi", titles=(("GIẤY CHỨNG NHẬN NUÔI CON NUÔI",), ("GIẤY CHỨNG NHẬN NUÔI CON NUÔI",)), head="office", symbol="GCN", role="result",
         lines=("person/father", "person/mother", "person/child", "birth_date/child", "sex/child"), words=("Cha nuôi và mẹ nuôi thực hiện đầy đủ quyền, nghĩa vụ đối với con nuôi.",)),
    Slip(slug="don_dang_ky_dat", titles=(("ĐƠN ĐĂNG KÝ ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT",), ("ĐƠN ĐĂNG KÝ, CẤP GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",)), head="national",
         lines=("person", "citizen_id", "address", "parcel", "map_sheet", "area", "Nguồn gốc sử dụng đất = Nhận thừa kế của cha mẹ"), words=("Tôi đề nghị được đăng ký và cấp Giấy chứng nhận đối với thửa đất nêu trên.",)),
    Slip(slug="lay_y_kien_dan_cu", titles=(("PHIẾU LẤY Ý KIẾN KHU DÂN CƯ",), ("PHIẾU LẤY Ý KIẾN CỦA KHU DÂN CƯ",)), head="national", lines=("person", "address", "parcel", "map_sheet", "Thời điểm sử dụng đất = Trước năm 1993")),
    Slip(slug="thua_ke", dated=True, titles=(("VĂN BẢN THỎA THUẬN PHÂN CHIA DI SẢN THỪA KẾ",), ("VĂN BẢN KHAI NHẬN DI SẢN THỪA KẾ", "DI CHÚC")), head="national", lines=("person",),
         words=("Người để lại di sản không để lại nghĩa vụ tài sản nào chưa thực hiện.", "Những người thuộc hàng thừa kế thứ nhất cùng thống nhất phần được hưởng.")),
    Slip(slug="thong_bao_nop_tien", titles=(("THÔNG BÁO NỘP TIỀN",), ("THÔNG BÁO NỘP LỆ PHÍ TRƯỚC BẠ", "THÔNG BÁO NỘP THUẾ THU NHẬP CÁ NHÂN")), head="office", level="tax", symbol="TB", role="internal",
         lines=("person", "tax_code", "parcel", "map_sheet", "Số tiền phải nộp = 4.350.000 đồng", "due")),
    Slip(slug="phieu_chuyen_thong_tin", titles=(("PHIẾU CHUYỂN THÔNG TIN", "PHIẾU CHUYỂN THÔNG TIN ĐỊA CHÍNH"), ("PHIẾU CHUYỂN THÔNG TIN ĐỂ XÁC ĐỊNH NGHĨA VỤ TÀI CHÍNH",)), head="office", level="registry", symbol="PCTT", role="internal",
         lines=("dossier_code", "person", "citizen_id", "parcel", "map_sheet", "area", "address", "Nghĩa vụ tài chính = Thuế, lệ phí trước bạ")),
    Slip(slug="giay_nop_tien", dated=True, titles=(("GIẤY NỘP TIỀN VÀO NGÂN SÁCH NHÀ NƯỚC",), ("GIẤY NỘP TIỀN VÀO NSNN",)), head="none", lines=("person", "tax_code", "address", "Kho bạc nhà nước = Khu vực II", "Tổng số tiền ghi bằng chữ = Bốn triệu đồng chẵn"), role="internal", ends="Người nộp tiền"),
    Slip(slug="bien_lai", dated=True, titles=(("BIÊN LAI THU TIỀN PHÍ, LỆ PHÍ",), ("BIÊN LAI THU TIỀN", "BIÊN LAI THU PHÍ, LỆ PHÍ")), head="none", lines=("number", "person", "address", "Số tiền viết bằng chữ = Một trăm nghìn đồng", "Lý do thu = Lệ phí cấp bản sao"), role="internal", ends="Người thu tiền"),
    Slip(slug="gcn_doanh_nghiep", titles=(("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP",), ("GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP CÔNG TY CỔ PHẦN",)), head="office", level="sector", role="result",
         lines=("Tên công ty = CÔNG TY TNHH MỘC VIỆT 12", "tax_code", "address", "Vốn điều lệ = 2.000.000.000 đồng", "Người đại diện theo pháp luật =", "person")),
    Slip(slug="gcn_dau_tu", titles=(("GIẤY CHỨNG NHẬN ĐĂNG KÝ ĐẦU TƯ",), ("GIẤY CHỨNG NHẬN ĐẦU TƯ",)), head="office", level="province", role="result", symbol="GCN", lines=("Nhà đầu tư =", "person", "address", "Tên dự án = Nhà máy chế biến gỗ")),
    Slip(slug="de_xuat_du_an", dated=True, titles=(("VĂN BẢN ĐỀ NGHỊ THỰC HIỆN DỰ ÁN ĐẦU TƯ",), ("ĐỀ XUẤT DỰ ÁN ĐẦU TƯ",)), head="national", lines=("person", "Địa điểm = Cụm công nghiệp", "Quy mô = 2 ha"), words=("Nhà đầu tư đề nghị thực hiện dự án với các nội dung sau.",)),
    Slip(slug="giay_phep_lao_dong", titles=(("GIẤY PHÉP LAO ĐỘNG",), ("GIẤY PHÉP LAO ĐỘNG",)), head="office", level="sector", symbol="GPLĐ", role="result", lines=("person", "sex", "birth_date", "Quốc tịch = Hàn Quốc", "Vị trí công việc = Chuyên gia", "valid_to")),
    Slip(slug="giay_phep_kinh_doanh", titles=(("GIẤY PHÉP BÁN LẺ RƯỢU",), ("GIẤY PHÉP KINH DOANH", "GIẤY PHÉP BÁN LẺ SẢN PHẨM THUỐC LÁ")), head="office", level="division", symbol="GP", role="result", lines=("person", "address", "tax_code", "Được phép kinh doanh = Bán lẻ tại địa điểm đăng ký")),
    Slip(slug="tro_giup_xa_hoi", titles=(("TỜ KHAI ĐỀ NGHỊ TRỢ GIÚP XÃ HỘI",), ("TỜ KHAI ĐỀ NGHỊ HỖ TRỢ CHI PHÍ MAI TÁNG",)), head="national", lines=_ME, words=("Hiện tôi chưa hưởng chế độ trợ cấp xã hội nào và thuộc diện đối tượng bảo trợ.",)),
    Slip(slug="gcn_ho_ngheo", titles=(("GIẤY CHỨNG NHẬN HỘ NGHÈO",), ("GIẤY CHỨNG NHẬN HỘ CẬN NGHÈO",)), head="office", symbol="GCN-HN.HCN", role="result", lines=("person", "address", "Số nhân khẩu = 5"), words=("Chủ hộ có tên trên được công nhận theo kết quả rà soát.",)),
    Slip(slug="nguoi_co_cong", signed=False, titles=(("GIẤY CHỨNG NHẬN GIA ĐÌNH LIỆT SĨ",), ("GIẤY CHỨNG NHẬN NGƯỜI CÓ CÔNG", "GIẤY CHỨNG NHẬN THƯƠNG BINH")), head="office", level="sector", role="result", symbol="GCN", lines=("person", "birth_date", "address")),
    Slip(slug="hoc_ba", titles=(("HỌC BẠ TRUNG HỌC PHỔ THÔNG", "HỌC BẠ TIỂU HỌC"), ("HỌC BẠ TRUNG HỌC CƠ SỞ", "HỌC BẠ")), head="national", lines=("person", "sex", "birth_date", "address", "Hạnh kiểm = Tốt", "Kết quả học tập = Khá"), ends="Giáo viên chủ nhiệm"),
    Slip(slug="chung_chi_hanh_nghe", titles=(("CHỨNG CHỈ HÀNH NGHỀ HOẠT ĐỘNG XÂY DỰNG",), ("CHỨNG CHỈ HÀNH NGHỀ", "GIẤY PHÉP HÀNH NGHỀ KHÁM BỆNH, CHỮA BỆNH")), head="office", level="sector", symbol="CCHN", role="result", lines=("person", "birth_date", "citizen_id", "address", "Phạm vi hoạt động chuyên môn = Giám sát công trình")),
    Slip(slug="giay_kham_suc_khoe", signed=False, titles=(("GIẤY KHÁM SỨC KHỎE",), ("GIẤY KHÁM SỨC KHỎE",)), head="office", level="hospital", symbol="GKSK", lines=("person", "sex", "birth_date", "citizen_id", "address", "Tiền sử bệnh = Không", "Khám thể lực = Loại II", "Khám lâm sàng = Bình thường")),
    Slip(slug="gcn_an_toan_thuc_pham", titles=(("GIẤY CHỨNG NHẬN CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM",), ("GIẤY CHỨNG NHẬN CƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM",)), head="office", level="sector", symbol="GCNATTP", role="result", lines=("person", "address", "valid_to")),
    Slip(slug="phong_chay_chua_chay", titles=(("GIẤY CHỨNG NHẬN THẨM DUYỆT THIẾT KẾ VỀ PHÒNG CHÁY VÀ CHỮA CHÁY",), ("GIẤY CHỨNG NHẬN VỀ PHÒNG CHÁY VÀ CHỮA CHÁY",)), head="office", level="police", symbol="TD-PCCC", role="result", lines=("person", "address"), words=("Công trình đã được thẩm duyệt thiết kế về PCCC theo hồ sơ kèm theo.",)),
    Slip(slug="hop_dong", dated=True, titles=(("HỢP ĐỒNG THUÊ NHÀ", "HỢP ĐỒNG MUA BÁN"), ("HỢP ĐỒNG DỊCH VỤ", "HỢP ĐỒNG LAO ĐỘNG")), head="national", lines=("BÊN A (Bên cho thuê) =", "person/party_a", "citizen_id/party_a", "address/party_a", "BÊN B (Bên thuê) =", "person/party_b", "citizen_id/party_b", "address/party_b"),
         words=("Điều 1. Hai bên thống nhất ký kết hợp đồng với các điều khoản dưới đây.", "Điều 2. Thời hạn của hợp đồng là 24 tháng kể từ ngày ký."), ends="BÊN B"),
)  # fmt: skip


def _somebody(case: Case, part: str) -> Person:
    return case.spouse if part in ("husband", "party_b", "father") else case.owner


def _tax(case: Case) -> str:
    return next(code for n in range(1000) if (code := checked(f"37{(case.owner.born.toordinal() * 7 + n) % 10**7:07d}")))


def _value(case: Case, paper: Paper, form: Form, entry: str) -> None:
    """Print one field with a label of the kind of wording at hand, and note it."""
    name, _, part = entry.partition("/")
    random, one = case.random, _somebody(case, part)
    suffix = {"wife": " vợ", "husband": " chồng", "father": " cha nuôi", "mother": " mẹ nuôi", "child": " con nuôi", "deceased": " người chết"}.get(part, "") if name == "person" else ""
    label = wording.label(random, name, other=case.other) + suffix
    later = case.later(30, 400)
    printed: dict[str, tuple[str, str]] = {
        "person": (one.name, one.name),
        "birth_date": (slashed(one.born), one.born.isoformat()),
        "sex": (one.sex, one.sex.lower()),
        "citizen_id": (case.id_number(one), case.id_number(one)),
        "address": (one.address, one.address),
        "tax_code": (_tax(case), _tax(case)),
        "parcel": (case.land.parcel, case.land.parcel),
        "map_sheet": (case.land.sheet, case.land.sheet),
        "area": (f"{case.land.size} m²", case.land.metres),
        "dossier_code": (case.code, case.code),
        "due": (slashed(later), later.isoformat()),
        "valid_to": (slashed(later), later.isoformat()),
    }
    if name == "number":
        serial = f"{random.randint(10**5, 10**7 - 1):07d}"
        printed["number"] = (serial, serial)
    value, normalised = printed[name]
    if case.other and name in ("birth_date", "due", "valid_to"):
        value = wording.day(random, date.fromisoformat(normalised))
    form.sheet.para(f"{label}: <f>{paper.put(name, value, normalised, part or None)}</f>", size=form.size, align="left", dots=form.dots, after=form.sheet.style.gap)


def slip(one: Slip, case: Case) -> Paper:
    """A paper of that kind."""
    sheet, paper = Sheet(case.style()), Paper(kind=one.slug, role=one.role)
    form, random = Form(sheet, paper, case), case.random
    office = case.office(one.level, "")
    day = case.day + timedelta(days=random.randint(0, 20))
    _head(one, sheet, paper, case, office, day)
    house.title(sheet, paper, random.choice(one.titles[case.other]), rule=False, size=random.choice((14.0, 15.0, 16.0)))
    for entry in one.lines:
        if "=" in entry:
            label, _, text = (part.strip() for part in entry.partition("="))
            form.line(label, text.format(unit=office.issuer))
        else:
            _value(case, paper, form, entry)
    for line in one.words:
        form.text(line)
    for _ in range(random.randint(0, 2)):
        form.text(wording.sentence(random) if case.other else "Những thông tin trên được ghi theo hồ sơ, giấy tờ do người đề nghị xuất trình.")
    if one.head == "office":
        house.signature(sheet, paper, case, office, ("Như trên;", "Lưu: VT.") if random.random() < 0.5 else (), noted=one.signed)
    else:
        house.applicant_signature(sheet, case, case.owner.name, one.ends, day, office.town)
        if one.dated:
            paper.put("issued", long_date(day), day.isoformat())
    paper.leaves = sheet.leaves
    return paper


def _head(one: Slip, sheet: Sheet, paper: Paper, case: Case, office: Office, day: date) -> None:
    if one.head == "office":
        number = f"{case.random.randint(2, 900):02d}/{one.symbol}" if one.symbol else ""
        house.header(sheet, paper, office, case, number, day)
    elif one.head == "national":
        house.national(sheet, case.random)


KINDS: dict[str, Callable[[Case], Paper]] = {one.slug: partial(slip, one) for one in _SLIPS}
