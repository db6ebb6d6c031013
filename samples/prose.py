# ruff: noqa: E501 - sentences of papers stand on one line
"""Administrative prose of our own: topics, legal grounds, tasks and sentences that combine freely."""

from dataclasses import dataclass
from datetime import date
from random import Random

from samples import wording
from samples.paper import Case, long_date


@dataclass(frozen=True, slots=True)
class Topic:
    """What a paper is about: `what` finishes `về việc …`, `work` is the field, `things` what is done."""

    what: str
    work: str
    sector: str
    things: tuple[str, ...]


_WHAT = {
    "số hóa": (
        "thong_tin",
        (
            "đẩy mạnh số hóa hồ sơ, kết quả giải quyết thủ tục hành chính",
            "rà soát dữ liệu hồ sơ đã số hóa tại bộ phận một cửa",
            "bố trí máy quét và nhân lực số hóa tài liệu lưu trữ",
            "kết nối kho dữ liệu điện tử của tổ chức, cá nhân",
        ),
        ("quét và ký số bản điện tử", "kiểm tra chất lượng hình ảnh", "cập nhật kho dữ liệu", "đối soát hồ sơ giấy"),
    ),
    "đất đai": (
        "dat",
        (
            "chuyển mục đích sử dụng đất của hộ gia đình, cá nhân",
            "đo đạc, chỉnh lý bản đồ địa chính khu vực ven sông",
            "xử lý hồ sơ cấp giấy chứng nhận quyền sử dụng đất còn tồn đọng",
            "công khai kế hoạch sử dụng đất hằng năm",
        ),
        ("kiểm tra hiện trạng thửa đất", "xác minh nguồn gốc sử dụng đất", "đo đạc lại ranh giới", "niêm yết kết quả"),
    ),
    "xây dựng": (
        "xay_dung",
        (
            "tăng cường quản lý trật tự xây dựng trên địa bàn",
            "nâng cấp đường liên khu phố và hệ thống thoát nước",
            "kiểm tra an toàn các công trình nhà ở nhiều tầng",
            "thẩm định thiết kế công trình trường học",
        ),
        ("kiểm tra giấy phép xây dựng", "đo vẽ hiện trạng", "lập dự toán", "giám sát thi công"),
    ),
    "giáo dục": (
        "giao_duc",
        (
            "tuyển sinh các lớp đầu cấp năm học mới",
            "tổ chức hội thi giáo viên dạy giỏi cấp cơ sở",
            "sửa chữa phòng học xuống cấp trước mùa mưa",
            "miễn, giảm học phí cho học sinh có hoàn cảnh khó khăn",
        ),
        ("lập danh sách học sinh", "bố trí giáo viên", "rà soát cơ sở vật chất", "thông báo đến phụ huynh"),
    ),
    "y tế": (
        "y_te",
        (
            "phòng, chống dịch sốt xuất huyết trong mùa mưa",
            "khám sức khỏe định kỳ cho người cao tuổi",
            "kiểm tra an toàn thực phẩm tại các bếp ăn tập thể",
            "tiêm chủng mở rộng cho trẻ em dưới năm tuổi",
        ),
        (
            "phun hóa chất diệt muỗi",
            "lập danh sách đối tượng",
            "lấy mẫu kiểm nghiệm",
            "tuyên truyền qua loa truyền thanh",
        ),
    ),
    "xã hội": (
        "lao_dong",
        (
            "chi trả trợ cấp xã hội hằng tháng cho đối tượng bảo trợ",
            "rà soát hộ nghèo, hộ cận nghèo cuối năm",
            "tặng quà gia đình chính sách nhân dịp tết cổ truyền",
            "hỗ trợ học nghề cho lao động nông thôn",
        ),
        ("thẩm tra hoàn cảnh từng hộ", "lập danh sách chi trả", "niêm yết công khai", "cấp phát tại nhà văn hóa"),
    ),
    "cán bộ": (
        "noi_vu",
        (
            "kiện toàn Tổ công tác cải cách hành chính",
            "cử công chức tham gia lớp bồi dưỡng nghiệp vụ văn thư, lưu trữ",
            "điều động công chức phụ trách bộ phận một cửa",
            "khen thưởng tập thể, cá nhân có thành tích xuất sắc",
        ),
        ("phân công nhiệm vụ", "theo dõi tiến độ", "tổng hợp kết quả", "đánh giá hằng quý"),
    ),
    "môi trường": (
        "dat",
        (
            "thu gom, xử lý rác thải sinh hoạt tại các khu nhà trọ",
            "kiểm tra việc xả nước thải của cơ sở sản xuất",
            "trồng cây xanh và chỉnh trang tuyến đường kiểu mẫu",
            "nạo vét kênh, rạch tiêu thoát nước",
        ),
        ("đo lưu lượng nước thải", "lập biên bản kiểm tra", "vận động người dân", "bố trí điểm tập kết"),
    ),
    "tư pháp": (
        "tu_phap",
        (
            "tuyên truyền pháp luật về hộ tịch, chứng thực",
            "cập nhật dữ liệu hộ tịch điện tử",
            "chấn chỉnh công tác chứng thực bản sao từ bản chính",
            "công nhận hòa giải viên ở cơ sở",
        ),
        ("đối chiếu sổ hộ tịch", "nhập dữ liệu còn thiếu", "lập biên bản hòa giải", "mở lớp tập huấn"),
    ),
    "kinh tế": (
        "cong_thuong",
        (
            "sắp xếp lại các hộ kinh doanh tại chợ truyền thống",
            "hỗ trợ hợp tác xã tiêu thụ nông sản sau thu hoạch",
            "kiểm tra giá cả hàng hóa thiết yếu cuối năm",
            "phát triển làng nghề sơn mài, gốm sứ",
        ),
        ("khảo sát nhu cầu", "ký cam kết bình ổn giá", "kẻ vạch phân lô sạp", "tổ chức phiên chợ"),
    ),
}
_SCOPE = (
    "",
    "",
    "",
    " trên địa bàn {unit}",
    " tại {unit}",
    " quý {quarter} năm {year}",
    " năm {year}",
    " giai đoạn {year}-{next}",
)
_GROUNDS = (
    ("Luật Tổ chức chính quyền địa phương", (date(2015, 6, 19), date(2025, 6, 16))),
    ("Luật Đất đai", (date(2013, 11, 29), date(2024, 1, 18))),
    ("Luật Xây dựng", (date(2014, 6, 18),)),
    ("Luật Hộ tịch", (date(2014, 11, 20),)),
    ("Luật Lưu trữ", (date(2011, 11, 11), date(2024, 6, 21))),
    ("Luật Bảo vệ môi trường", (date(2014, 6, 23), date(2020, 11, 17))),
    ("Luật Ngân sách nhà nước", (date(2015, 6, 25),)),
)
_OPEN = (
    "Thực hiện chương trình công tác năm {year}, {office} đã phối hợp với các đơn vị liên quan triển khai {what}.",
    "Thời gian qua, {what} được các cấp, các ngành quan tâm và bước đầu đạt kết quả tích cực.",
    "Qua theo dõi, kiểm tra thực tế, {office} nhận thấy {what} còn một số khó khăn, vướng mắc cần được tháo gỡ kịp thời.",
    "Nhằm nâng cao chất lượng phục vụ người dân và doanh nghiệp, {office} nhận thấy cần sớm thực hiện {what}.",
    "Sau khi xem xét ý kiến của các phòng, ban chuyên môn tại cuộc họp ngày {past}, {office} thống nhất nội dung về {what}.",
)
_BODY = (
    "Giao {body} chủ trì, phối hợp với các đơn vị liên quan {thing}, hoàn thành trước ngày {soon}.",
    "Đề nghị {body} {thing} theo đúng trình tự, thủ tục quy định và chịu trách nhiệm về số liệu báo cáo.",
    "Đến ngày {past}, toàn địa bàn đã tiếp nhận {n} hồ sơ, trong đó {m} hồ sơ được giải quyết đúng hạn, đạt tỷ lệ {p}%.",
    "Tuy nhiên, việc {thing} ở một vài nơi còn chậm; nguyên nhân chủ yếu do thiếu trang thiết bị và cán bộ kiêm nhiệm nhiều việc.",
    "Kinh phí thực hiện là {money} đồng, được bố trí từ nguồn chi thường xuyên năm {year} và các nguồn hợp pháp khác.",
    "Hằng tuần, {body} tổng hợp tình hình, gửi về {office} trước 16 giờ 00 phút ngày thứ Sáu để theo dõi, chỉ đạo.",
    "Các tổ dân phố, khu dân cư tích cực vận động nhân dân tham gia {thing}, giữ gìn vệ sinh và trật tự chung.",
    "Trường hợp có khó khăn, vướng mắc, các đơn vị kịp thời phản ánh về {body} qua số điện thoại {phone} để được hướng dẫn.",
    "Kết quả {thing} là một trong các tiêu chí xem xét, đánh giá mức độ hoàn thành nhiệm vụ của người đứng đầu.",
    "Việc {thing} phải bảo đảm tiết kiệm, công khai, minh bạch, tránh gây phiền hà cho tổ chức và cá nhân.",
    "Trong {n} trường hợp được kiểm tra có {k} trường hợp chưa đủ giấy tờ, đã hướng dẫn bổ sung ngay trong ngày.",
    "Thời gian thực hiện từ ngày {past} đến hết ngày {soon}, chia thành hai đợt, mỗi đợt không quá mười lăm ngày làm việc.",
    "Bộ phận văn thư có trách nhiệm sắp xếp, đóng quyển và giao nộp tài liệu vào lưu trữ cơ quan theo đúng thời hạn.",
    "Người dân có thể tra cứu tình trạng hồ sơ bằng mã số in trên giấy tiếp nhận hoặc liên hệ trực tiếp để được trả lời.",
    "So với cùng kỳ năm trước, số lượng hồ sơ tăng {k}%, tập trung nhiều vào các tháng cuối năm và dịp trước tết.",
    "Đối với các hồ sơ đã quá hạn, phải có văn bản xin lỗi, nêu rõ lý do và hẹn lại thời gian trả kết quả.",
    "Lực lượng tham gia gồm {k} cán bộ, công chức và {n} cộng tác viên ở các khu dân cư, được tập huấn trước khi thực hiện.",
    "Mọi chi phí phát sinh ngoài dự toán phải được chấp thuận bằng văn bản trước khi thực hiện thanh toán.",
)
_BODIES = (
    "Văn phòng",
    "Bộ phận một cửa",
    "công chức tư pháp - hộ tịch",
    "công chức địa chính",
    "Ban điều hành khu phố",
    "Đội quản lý trật tự đô thị",
    "Tổ công nghệ số cộng đồng",
    "Trạm Y tế",
    "Ban Chỉ huy Quân sự",
    "Hội Liên hiệp Phụ nữ",
    "Đoàn Thanh niên",
    "Phòng chuyên môn",
    "Trung tâm Văn hóa - Thể thao",
)


def topic(case: Case) -> Topic:
    """Something that offices write about."""
    random = case.random
    work = random.choice(list(_WHAT))
    sector, whats, things = _WHAT[work]
    scope = random.choice(_SCOPE).format(
        unit=case.place.unit,
        quarter=random.choice(("I", "II", "III", "IV")),
        year=case.day.year,
        next=case.day.year + random.randint(2, 5),
    )
    what = random.choice(wording.TOPICS if case.other else whats)
    if "năm" in what and "năm" in scope:
        scope = ""
    return Topic(what + scope, work, sector, things)


def _fill(text: str, case: Case, about: Topic, office: str) -> str:
    random = case.random
    n = random.randint(24, 1900)
    body = random.choice(_BODIES)
    soon = case.later(8, 90)
    filled = text.format(
        year=case.day.year,
        office=office,
        what=about.what,
        past=short(random, case.day.replace(day=max(1, case.day.day - 3))),
        soon=short(random, soon),
        body=body,
        thing=random.choice(about.things),
        n=f"{n:,}".replace(",", "."),
        m=f"{round(n * random.uniform(0.8, 0.99)):,}".replace(",", "."),
        p=f"{random.randint(80, 99)},{random.randint(0, 99):02d}",
        k=random.randint(3, 24),
        money=f"{random.randint(12, 900) * 500_000:,}".replace(",", "."),
        phone=f"02{random.randint(10, 99)} 3{random.randint(100, 999)} {random.randint(100, 999)}",
    )
    return filled[0].upper() + filled[1:]


def short(random: Random, day: date) -> str:
    """A date within a sentence, long or with slashes."""
    if random.random() < 0.5:
        return long_date(day).removeprefix("ngày ")
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def opening(case: Case, about: Topic, office: str) -> str:
    """A first sentence."""
    return _fill(case.random.choice(_OPEN), case, about, office)


def body(case: Case, about: Topic, office: str, count: int) -> list[str]:
    """`count` different sentences."""
    if case.other:
        return [wording.sentence(case.random) for _ in range(count)]
    return [_fill(text, case, about, office) for text in case.random.sample(_BODY, min(count, len(_BODY)))]


def paragraphs(case: Case, about: Topic, office: str, count: int) -> list[str]:
    """`count` paragraphs of two or three sentences, no sentence frame used twice within one run of frames."""
    random, out, pool = case.random, [], list[str]()
    if case.other:
        return [f"{wording.sentence(random)} {wording.sentence(random)}" for _ in range(count)]
    for _ in range(count):
        some = []
        for _ in range(random.randint(2, 3)):
            if not pool:
                pool = random.sample(_BODY, len(_BODY))
            some.append(_fill(pool.pop(), case, about, office))
        out.append(" ".join(some))
    return out


def grounds(case: Case, count: int) -> list[str]:
    """`Căn cứ …` lines that were in force on the day of the case."""
    random = case.random
    lines = []
    for name, days in random.sample(_GROUNDS, len(_GROUNDS)):
        past = [day for day in days if day < case.day]
        if past:
            lines.append(f"Căn cứ {name} {long_date(past[-1])};")
    year = case.day.year - random.randint(0, 2)
    decree = date(year - 1, random.randint(1, 12), random.randint(1, 28))
    lines.insert(
        1,
        f"Căn cứ Nghị định số {random.randint(10, 160)}/{decree.year}/NĐ-CP {long_date(decree)} của Chính phủ quy định chi "
        f"tiết một số điều và biện pháp thi hành;",
    )
    return lines[:count]


def recipients(case: Case, office_department: str, first: str = "Như trên") -> list[str]:
    """Nơi nhận lines, the last one `Lưu: VT, …`."""
    random = case.random
    middle = random.sample(
        (
            "UBND cấp trên (để báo cáo);",
            "Thường trực Đảng ủy;",
            "Thường trực HĐND;",
            "Chủ tịch, các Phó Chủ tịch;",
            "Các phòng, ban chuyên môn;",
            "Các khu phố;",
            "Cổng thông tin điện tử;",
            "Ủy ban MTTQ Việt Nam;",
            "Các đoàn thể chính trị - xã hội;",
        ),
        random.randint(1, 4),
    )
    keeper = f"{random.choice(MEN_SHORT)}" if random.random() < 0.3 else ""
    return [f"{first};", *middle, f"Lưu: VT, {office_department}{' (' + keeper + ')' if keeper else ''}."]


MEN_SHORT = ("An", "Bình", "Hạnh", "Khoa", "Lan", "My", "Phúc", "Thảo", "Vy")
