
"""Other words for the same things: labels, dates and topics of the held-out stacks, which no rule was written after."""

import re
from datetime import date
from random import Random

RELABEL = {
    "Họ, chữ đệm, tên": ("Họ và tên", "Họ tên"),
    "Họ và tên": ("Họ, chữ đệm, tên", "Họ tên"),
    "Ngày, tháng, năm sinh": ("Ngày sinh", "Sinh ngày"),
    "Sinh ngày": ("Ngày, tháng, năm sinh", "Ngày sinh"),
    "Nơi cư trú": ("Nơi thường trú", "Nơi ở hiện tại", "Địa chỉ cư trú"),
    "Địa chỉ thường trú": ("Nơi đăng ký thường trú", "Hộ khẩu thường trú", "Nơi thường trú"),
    "Nơi đăng ký thường trú": ("Nơi thường trú", "Địa chỉ thường trú"),
    "Nơi thường trú": ("Địa chỉ thường trú", "Nơi đăng ký thường trú"),
    "Số định danh cá nhân": ("Mã định danh cá nhân", "Số định danh/CCCD"),
    "Thửa đất số": ("Số thửa", "Số hiệu thửa đất"),
    "Tờ bản đồ số": ("Số tờ bản đồ", "Tờ bản đồ"),
    "Diện tích": ("Tổng diện tích", "Diện tích thửa đất"),
    "Số phát hành giấy chứng nhận": ("Số phát hành", "Số phát hành GCN"),
    "Nội dung yêu cầu giải quyết": ("Thủ tục yêu cầu giải quyết", "Tên thủ tục hành chính"),
    "Mã thủ tục hành chính": ("Mã TTHC", "Mã số thủ tục"),
    "Mã hồ sơ": ("Mã số hồ sơ", "Số hồ sơ"),
    "Họ và tên người nộp hồ sơ": ("Người nộp hồ sơ", "Tổ chức, cá nhân nộp hồ sơ"),
    "Thời gian trả kết quả": ("Ngày hẹn trả kết quả", "Thời gian hẹn trả kết quả"),
    "Số căn cước công dân": ("Số CCCD", "Số thẻ CCCD", "Căn cước công dân số"),
    "Số chứng minh nhân dân": ("Số CMND", "CMND số"),
    "Số căn cước": ("Số thẻ căn cước", "Căn cước số"),
}
"""Labels of the committed samples → what other forms print instead."""

LABELS = {
    "person": (("Họ và tên", "Họ, chữ đệm, tên"), ("Họ tên", "Ông (bà)", "Họ và tên (chữ in hoa)")),
    "birth_date": (("Ngày, tháng, năm sinh", "Sinh ngày"), ("Ngày sinh", "Sinh ngày", "Ngày/tháng/năm sinh")),
    "sex": (("Giới tính",), ("Giới tính", "Phái")),
    "citizen_id": (
        ("Số định danh cá nhân", "Số căn cước công dân"),
        ("Số CCCD/CMND", "CCCD số", "Số thẻ căn cước", "Mã số định danh cá nhân"),
    ),
    "address": (
        ("Nơi cư trú", "Địa chỉ thường trú", "Địa chỉ"),
        ("Chỗ ở hiện nay", "Hộ khẩu thường trú", "Nơi đăng ký thường trú", "Địa chỉ liên hệ"),
    ),
    "tax_code": (("Mã số thuế",), ("MST", "Mã số thuế (nếu có)")),
    "parcel": (("Thửa đất số",), ("Số thửa", "Thửa số")),
    "map_sheet": (("Tờ bản đồ số",), ("Số tờ bản đồ", "Tờ bản đồ")),
    "area": (("Diện tích",), ("Diện tích thửa đất", "Tổng diện tích")),
    "dossier_code": (("Mã hồ sơ",), ("Mã số hồ sơ", "Số hồ sơ")),
    "due": (("Thời hạn", "Ngày trả kết quả"), ("Hạn cuối", "Ngày hẹn trả")),
    "valid_to": (("Có giá trị đến",), ("Có giá trị đến ngày", "Giá trị đến", "Thời hạn đến")),
    "number": (("Số",), ("Số hiệu", "Số")),
}
"""Labels before fields: of the stacks that rules may be written after, and of the held-out ones."""

TOPICS = (
    "cải tạo vỉa hè, cây xanh và chiếu sáng tuyến phố trung tâm",
    "bố trí lực lượng trực phòng, chống bão lũ trong mùa mưa",
    "tổ chức giải bóng chuyền chào mừng ngày thành lập ngành",
    "lấy ý kiến nhân dân về dự thảo quy ước khu dân cư",
    "cho phép tổ chức lễ hội truyền thống đình làng",
    "thanh lý tài sản công đã hết thời hạn sử dụng",
    "cấp kinh phí sửa chữa trụ sở làm việc",
    "tiếp nhận viên chức ngành thú y về công tác tại địa phương",
    "xử phạt vi phạm hành chính trong lĩnh vực chăn nuôi",
    "thành lập đoàn kiểm tra liên ngành về văn hóa phẩm",
    "giao chỉ tiêu bảo hiểm y tế hộ gia đình",
    "bãi bỏ một số văn bản không còn phù hợp",
    "rà soát quỹ đất công xen kẹt trong khu dân cư",
    "cung cấp thông tin quy hoạch khu tái định cư",
    "xin ý kiến về phương án giá nước sạch nông thôn",
    "thi đua nước rút hoàn thành chỉ tiêu kinh tế - xã hội",
)
BODY = (
    "Căn cứ tình hình thực tế và đề xuất của các bên, nội dung nêu trên được thống nhất triển khai từ tháng {month}.",
    "Mỗi đơn vị cử một đầu mối theo dõi, cập nhật số liệu lên hệ thống chậm nhất vào thứ Năm hằng tuần.",
    "Tổng số hộ được khảo sát là {n}, số hộ đồng thuận chiếm trên {p} phần trăm, còn lại tiếp tục được vận động.",
    "Nguồn vốn gồm ngân sách cấp trên hỗ trợ, ngân sách địa phương và phần đóng góp tự nguyện của nhân dân.",
    "Nếu phát sinh vấn đề ngoài thẩm quyền thì báo cáo ngay bằng văn bản để xem xét, quyết định.",
    "Công tác nghiệm thu thực hiện theo từng hạng mục, có biên bản và ảnh chụp hiện trường kèm theo.",
    "Những trường hợp đặc biệt khó khăn được ưu tiên xem xét trước và thông tin rộng rãi tại nơi ở.",
    "Sau {k} tháng thực hiện, kết quả bước đầu cho thấy thời gian chờ đợi của người dân giảm rõ rệt.",
    "Các tổ chức có liên quan chịu trách nhiệm bảo quản hiện vật, hồ sơ, sổ sách cho đến khi bàn giao xong.",
    "Việc thực hiện được đánh giá hai lần mỗi năm và là cơ sở để bình xét danh hiệu của tập thể.",
    "Lịch cụ thể được gửi đến từng hộ qua tổ trưởng và niêm yết tại bảng tin công cộng.",
    "Đề xuất điều chỉnh (nếu có) phải nêu rõ lý do, dự kiến kinh phí và thời gian hoàn thành.",
)


def relabelled(random: Random, label: str) -> str:
    """The label in other words where some are known: `1. Họ và tên người cha` → `1. Họ tên người cha`."""
    for known in sorted(RELABEL, key=len, reverse=True):
        if re.search(rf"(?:^|[\s.)]){re.escape(known)}(?![^\s(/])", label):
            return label.replace(known, random.choice(RELABEL[known]), 1)
    return label


def label(random: Random, field: str, *, other: bool) -> str:
    """A label that forms print before this field."""
    return random.choice(LABELS[field][other])


def day(random: Random, when: date) -> str:
    """A date as other forms write it."""
    if random.random() < 0.3:
        return f"ngày {when.day:02d} tháng {when.month:02d} năm {when.year}"
    sign = random.choice("/-.")
    return f"{when.day:02d}{sign}{when.month:02d}{sign}{when.year}"


def sentence(random: Random) -> str:
    """A sentence of running text."""
    return random.choice(BODY).format(
        month=random.randint(1, 12), n=random.randint(20, 900), p=random.randint(70, 98), k=random.randint(2, 11)
    )
