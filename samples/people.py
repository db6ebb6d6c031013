"""Invented people: names, births, identity numbers.  Nobody here exists; a likeness is chance."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SURNAMES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Trịnh",
    "Mai",
    "Lương",
    "Tô",
    "Châu",
    "Quách",
    "Lâm",
    "Đoàn",
    "Thái",
    "Hứa",
    "Tạ",
    "Kiều",
    "Cao",
    "Vương",
]
MEN = [
    "Văn An",
    "Minh Khôi",
    "Quốc Bảo",
    "Hữu Phước",
    "Thanh Tùng",
    "Đức Thịnh",
    "Trọng Nghĩa",
    "Gia Huy",
    "Công Thành",
    "Hoàng Long",
    "Tấn Phát",
    "Xuân Trường",
    "Ngọc Sơn",
    "Anh Tuấn",
    "Chí Hiếu",
    "Bá Lộc",
    "Đình Khải",
    "Nhật Quang",
    "Phúc Hậu",
    "Thế Vinh",
    "Viết Cường",
    "Duy Mạnh",
    "Kim Thạch",
    "Hồng Đăng",
    "Văn Nghĩa",
    "Thành Đạt",
    "Quang Vỹ",
    "Khắc Thuyết",
    "Mạnh Hùng",
    "Tiến Dũng",
    "Sỹ Hoạch",
    "Hải Triều",
]
WOMEN = [
    "Thị Hồng Nhung",
    "Ngọc Ánh",
    "Thị Mỹ Duyên",
    "Thanh Thúy",
    "Bích Phượng",
    "Thị Kim Loan",
    "Thùy Trang",
    "Diễm Quỳnh",
    "Thị Lệ Hằng",
    "Phương Thảo",
    "Mai Hương",
    "Thị Xuân Yến",
    "Khánh Vy",
    "Thị Cẩm Tú",
    "Minh Nguyệt",
    "Thị Tuyết Sương",
    "Hoài Thu",
    "Thị Út",
    "Như Ý",
    "Thị Ngọc Điệp",
    "Kiều Oanh",
    "Thị Bảy",
    "Hạnh Nguyên",
    "Thị Thu Hiền",
    "Bảo Trân",
    "Thị Huệ",
    "Lan Chi",
    "Thị Nở",
    "Ái Liên",
    "Thị Phụng",
]
PEOPLES = ("Kinh", "Kinh", "Kinh", "Kinh", "Kinh", "Hoa", "Khmer", "Tày", "Chăm", "Nùng")
FAITHS = ("Không", "Không", "Không", "Phật giáo", "Công giáo", "Cao Đài")
TRADES = [
    "Công nhân",
    "Nông dân",
    "Giáo viên",
    "Buôn bán",
    "Nội trợ",
    "Kế toán",
    "Lái xe",
    "Thợ may",
    "Nhân viên văn phòng",
    "Thợ mộc",
    "Thợ hồ",
    "Kỹ sư xây dựng",
    "Cán bộ hưu trí",
    "Làm vườn",
    "Thợ sơn mài",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody invented.  `citizen_id`: 12 digits after the scheme province, century and sex, year, serial;
    `old_id`: the 9 digits of the chứng minh nhân dân before it.
    """

    name: str
    woman: bool
    born: date
    citizen_id: str
    old_id: str
    id_given: date
    address: str
    birthplace: str
    people: str
    faith: str
    trade: str
    phone: str

    @property
    def sex(self) -> str:
        return "Nữ" if self.woman else "Nam"

    @property
    def title(self) -> str:
        return "Bà" if self.woman else "Ông"


def citizen_id(province: str, born: date, random: Random, *, woman: bool) -> str:
    """Số định danh cá nhân: even century digit for men, odd for women (1900s 0/1, 2000s 2/3)."""
    century = (0 if born.year < 2000 else 2) + woman
    return f"{province}{century}{born.year % 100:02d}{random.randrange(1000, 999999):06d}"


def person(
    random: Random,
    province: str,
    address: str,
    birthplace: str,
    *,
    woman: bool | None = None,
    born: tuple[int, int] = (1950, 2003),
    surname: str | None = None,
    before: date | None = None,
) -> Person:
    """Somebody born in a year of `born`; `before`: the identity card was given before that day."""
    female = random.random() < 0.5 if woman is None else woman
    day = date(random.randint(*born), random.randint(1, 12), random.randint(1, 28))
    name = f"{surname or random.choice(SURNAMES)} {random.choice(WOMEN if female else MEN)}"
    latest = min(before or date(2025, 1, 1), date(2025, 1, 1))
    given = max(min(date(2021, 2, 1), latest - timedelta(days=30)), latest - timedelta(days=random.randint(30, 900)))
    return Person(
        name=name,
        woman=female,
        born=day,
        citizen_id=citizen_id(province, day, random, woman=female),
        old_id=f"28{random.randrange(10**6, 10**7)}",
        id_given=given,
        address=address,
        birthplace=birthplace,
        people=random.choice(PEOPLES),
        faith=random.choice(FAITHS),
        trade=random.choice(TRADES),
        phone=f"0{random.choice(('90', '91', '93', '97', '98', '35', '38', '77'))}{random.randrange(10**7):07d}",
    )
