# ruff: noqa: E501, ARG001 - sentences of papers stand on one line; frames take the same arguments
"""Office papers that differ in title, abbreviation and frame only: chỉ thị, hướng dẫn, đề án, thông tư, giấy phép, …"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from samples import house, prose
from samples.form import Form
from samples.offices import Office
from samples.paper import Case, Paper, slashed
from samples.papers.office import numbered, started, written
from samples.sheet import Sheet

_STATE = {
    "government": (("CHÍNH PHỦ",), "Chính phủ", "CP", ("TM. CHÍNH PHỦ", "THỦ TƯỚNG")),
    "prime_minister": (("THỦ TƯỚNG CHÍNH PHỦ",), "Thủ tướng Chính phủ", "TTg", ("KT. THỦ TƯỚNG", "PHÓ THỦ TƯỚNG")),
    "ministry": (("BỘ NỘI VỤ",), "Bộ Nội vụ", "BNV", ("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG")),
    "ministry2": (("BỘ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG"), "Bộ Nông nghiệp và Môi trường", "BNNMT", ("BỘ TRƯỞNG",)),
    "assembly": (("QUỐC HỘI",), "Quốc hội", "QH15", ("CHỦ TỊCH QUỐC HỘI",)),
    "standing": (
        ("ỦY BAN THƯỜNG VỤ", "QUỐC HỘI"), "Ủy ban Thường vụ Quốc hội", "UBTVQH15", ("TM. ỦY BAN THƯỜNG VỤ QUỐC HỘI", "CHỦ TỊCH"),
    ),
    "president": (("CHỦ TỊCH NƯỚC",), "Chủ tịch nước", "CTN", ("CHỦ TỊCH NƯỚC",)),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One kind.  `abbreviation`: its type group; `levels`: offices that issue it; `frame`: how its body is built;
    `opens`: what its subject begins with.
    """

    slug: str
    title: str
    abbreviation: str
    levels: tuple[str, ...] = ("unit", "district", "province", "sector")
    frame: str = "parts"
    opens: tuple[str, ...] = ("Về việc ",)
    year: bool = False


_ACTS = (
    Act(slug="chi_thi", title="CHỈ THỊ", abbreviation="CT", levels=("province", "district", "prime_minister")),
    Act(slug="quy_che", title="QUY CHẾ", abbreviation="QC", frame="articles", opens=("Phối hợp trong việc ", "Về ")),
    Act(slug="quy_dinh", title="QUY ĐỊNH", abbreviation="QyĐ", frame="articles", opens=("Về ", "Một số nội dung về ")),
    Act(slug="thong_cao", title="THÔNG CÁO", abbreviation="TC", levels=("province", "district")),
    Act(slug="huong_dan", title="HƯỚNG DẪN", abbreviation="HD", levels=("sector", "division", "province"), opens=("", "Về ")),
    Act(slug="chuong_trinh", title="CHƯƠNG TRÌNH", abbreviation="CTr", opens=("Công tác về ", "Phối hợp ", "Về ")),
    Act(slug="phuong_an", title="PHƯƠNG ÁN", abbreviation="PA", opens=("", "Về ")),
    Act(slug="de_an", title="ĐỀ ÁN", abbreviation="ĐA", opens=("", "Về ")),
    Act(slug="du_an", title="DỰ ÁN", abbreviation="DA", opens=("",)),
    Act(slug="cong_dien", title="CÔNG ĐIỆN", abbreviation="CĐ", levels=("province", "prime_minister", "sector")),
    Act(slug="ban_ghi_nho", title="BẢN GHI NHỚ", abbreviation="BGN", levels=("sector", "province")),
    Act(slug="ban_thoa_thuan", title="BẢN THỎA THUẬN", abbreviation="BTT", levels=("sector", "unit"), frame="articles"),
    Act(slug="phieu_bao", title="PHIẾU BÁO", abbreviation="PB", frame="letter", levels=("unit", "sector", "division")),
    Act(slug="phieu_gui", title="PHIẾU GỬI", abbreviation="PG", frame="letter", levels=("unit", "sector"), opens=()),
    Act(slug="giay_nghi_phep", title="GIẤY NGHỈ PHÉP", abbreviation="GNP", frame="leave", levels=("unit", "sector", "division"), opens=()),
    Act(slug="thu_cong", title="THƯ CHÚC MỪNG", abbreviation="", frame="greeting", levels=("unit", "district", "province"), opens=()),
    Act(slug="nghi_dinh", title="NGHỊ ĐỊNH", abbreviation="NĐ", levels=("government",), frame="articles", opens=("Quy định chi tiết về ", "Về "), year=True),
    Act(slug="thong_tu", title="THÔNG TƯ", abbreviation="TT", levels=("ministry", "ministry2"), frame="articles", opens=("Quy định về ", "Hướng dẫn "), year=True),
    Act(slug="thong_tu_lien_tich", title="THÔNG TƯ LIÊN TỊCH", abbreviation="TTLT", levels=("ministry",), frame="articles", opens=("Hướng dẫn ",), year=True),
    Act(slug="luat", title="LUẬT", abbreviation="", levels=("assembly",), frame="articles", opens=("",), year=True),
    Act(slug="phap_lenh", title="PHÁP LỆNH", abbreviation="", levels=("standing",), frame="articles", opens=("",), year=True),
    Act(slug="lenh", title="LỆNH", abbreviation="L", levels=("president",), frame="letter", opens=("Về việc công bố Luật ",), year=True),
    Act(slug="giay_phep_moi_truong", title="GIẤY PHÉP MÔI TRƯỜNG", abbreviation="GPMT", levels=("province", "district"), frame="licence", opens=()),
    Act(slug="giay_phep_hoat_dong", title="GIẤY PHÉP HOẠT ĐỘNG", abbreviation="GPHĐ", levels=("sector",), frame="licence", opens=()),
)  # fmt: skip


def _office(case: Case, level: str, sector: str) -> Office:
    if level not in _STATE:
        return case.office(level, sector if level == "sector" else "")
    name, issuer, symbol, authority = _STATE[level]
    base = case.office("province")
    return Office(
        parent=(), name=name, issuer=issuer, symbol=symbol, town="Hà Nội", head=authority[-1], authority=authority,
        signer=base.signer, signer_title=authority[-1], seal=issuer, department="TH",
    )  # fmt: skip


def _number(case: Case, act: Act, office: Office) -> str:
    if act.slug == "thu_cong":
        return ""
    if not act.year:
        return numbered(case, office, act.abbreviation)
    count = f"{case.random.randint(1, 180):02d}/{case.day.year}"
    return f"{count}/{act.abbreviation}-{office.symbol}" if act.abbreviation else f"{count}/{office.symbol}"


def act(one: Act, case: Case) -> Paper:
    """A paper of that kind."""
    random = case.random
    sheet, paper, _, about = started(case, one.slug, ("unit",))
    office = _office(case, random.choice(one.levels), about.sector)
    house.header(sheet, paper, office, case, _number(case, one, office), case.later(1, 40))
    subject = random.choice(one.opens) + about.what if one.opens else ""
    house.title(sheet, paper, one.title, subject[:1].upper() + subject[1:])
    _FRAMES[one.frame](sheet, paper, case, office, about)
    house.signature(sheet, paper, case, office, prose.recipients(case, office.department))
    paper.leaves = sheet.leaves
    return paper


def _parts(sheet: Sheet, paper: Paper, case: Case, office: Office, about: prose.Topic) -> None:
    random = case.random
    for line in prose.grounds(case, random.randint(0, 3)):
        sheet.para(line, italic=True)
    sheet.para(prose.opening(case, about, written(office)))
    heads = random.sample(("MỤC TIÊU", "NỘI DUNG", "GIẢI PHÁP", "KINH PHÍ", "TỔ CHỨC THỰC HIỆN"), random.randint(2, 4))
    for roman, head in zip(("I", "II", "III", "IV"), heads, strict=False):
        sheet.para(f"<b>{roman}. {head}</b>")
        for k, line in enumerate(prose.paragraphs(case, about, written(office), random.randint(1, 4)), 1):
            sheet.para(f"{k}. {line}")
    sheet.para("Yêu cầu các đơn vị, cá nhân có liên quan tổ chức thực hiện./.")


def _articles(sheet: Sheet, paper: Paper, case: Case, office: Office, about: prose.Topic) -> None:
    random = case.random
    for line in prose.grounds(case, random.randint(1, 4)):
        sheet.para(line, italic=True)
    for number in range(1, random.randint(4, 9)):
        if random.random() < 0.3:
            sheet.para(f"<b>Chương {('I', 'II', 'III', 'IV')[number % 4]}</b>", align="centre", after=0)
            sheet.para(f"<b>{random.choice(('QUY ĐỊNH CHUNG', 'QUY ĐỊNH CỤ THỂ', 'ĐIỀU KHOẢN THI HÀNH'))}</b>", align="centre")
        sheet.para(f"<b>Điều {number}. {random.choice(about.things).capitalize()}</b>")
        for k, line in enumerate(prose.body(case, about, written(office), random.randint(1, 4)), 1):
            sheet.para(f"{k}. {line}")
    sheet.para("Văn bản này có hiệu lực kể từ ngày ký./.")


def _letter(sheet: Sheet, paper: Paper, case: Case, office: Office, about: prose.Topic) -> None:
    sheet.para(f"Kính gửi: {written(case.office('province'))}", align="centre", after=8)
    for line in prose.body(case, about, written(office), case.random.randint(2, 4)):
        sheet.para(line)


def _leave(sheet: Sheet, paper: Paper, case: Case, office: Office, about: prose.Topic) -> None:
    form = Form(sheet, paper, case)
    form.text(f"Xét đơn đề nghị nghỉ phép của ông (bà) {case.owner.name}, {written(office)} cấp cho:")
    form.line("Ông (bà)", case.owner.name)
    form.line("Chức vụ", case.random.choice(("Chuyên viên", "Kế toán", "Văn thư")))
    form.line("Nghỉ phép trong thời gian", f"{case.random.randint(2, 12):02d} ngày, từ ngày {slashed(case.later(2, 9))}")
    form.line("Nơi nghỉ phép", case.place.whole)


def _greeting(sheet: Sheet, paper: Paper, case: Case, office: Office, about: prose.Topic) -> None:
    sheet.para(f"Thân gửi: {case.random.choice(('các thầy giáo, cô giáo', 'cán bộ, chiến sĩ', 'bà con nhân dân'))}", align="centre")
    sheet.para(f"Thay mặt lãnh đạo {written(office)}, tôi gửi đến các đồng chí lời chúc mừng tốt đẹp nhất.")
    for line in prose.body(case, about, written(office), 3):
        sheet.para(line)


def _licence(sheet: Sheet, paper: Paper, case: Case, office: Office, about: prose.Topic) -> None:
    random, form = case.random, Form(sheet, paper, case, dots=False)
    for line in prose.grounds(case, 2):
        sheet.para(line, italic=True)
    shop = f"Công ty TNHH {random.choice(('Phát Đạt', 'Hương Lúa', 'Mộc Việt', 'Tân Tiến'))} {random.randint(2, 99)}"
    held = paper.kind == "giay_phep_hoat_dong"
    sheet.para("<b>CẤP PHÉP:</b>", align="centre")
    form.line("1. Tên cơ sở", shop, "person" if held else "")
    form.line("2. Địa chỉ", case.owner.address, "address" if held else "")
    form.line("3. Lĩnh vực hoạt động", random.choice(("Khám bệnh, chữa bệnh", "Chế biến gỗ", "Dịch vụ kiểm định")))
    for line in prose.body(case, about, written(office), 3):
        sheet.para(line)


_FRAMES = {
    "parts": _parts,
    "articles": _articles,
    "letter": _letter,
    "leave": _leave,
    "greeting": _greeting,
    "licence": _licence,
}

KINDS: dict[str, Callable[[Case], Paper]] = {one.slug: partial(act, one) for one in _ACTS}
