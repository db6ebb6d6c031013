"""Places and offices before and after the merger of July 2025: real unit names, invented streets and office staff."""

from dataclasses import dataclass
from datetime import date
from random import Random

MERGER = date(2025, 7, 1)

STREETS = [
    "Bờ Sông",
    "Cây Sao",
    "Đồng Cỏ Xanh",
    "Bến Đò Cũ",
    "Vườn Trầu",
    "Cầu Tre",
    "Lò Gốm",
    "Xóm Dừa",
    "Giếng Nước",
    "Mười Hai Tháng Ba",
    "Hoa Mai",
    "Hoa Sứ",
    "Suối Đá",
    "Gò Dầu Nhỏ",
    "Nhà Thờ Cũ",
    "Chợ Chiều",
    "Ven Rạch",
    "Sân Banh",
    "Lúa Vàng",
    "Thợ Tiện",
    "Đình Làng",
    "Bạch Đàn",
    "Tân Lập",
    "Bàu Sen",
    "Cây Khế",
    "Nam Hải",
    "Đê Bao",
    "Xưởng Mộc",
    "Trường Học",
    "Vành Đai Trong",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """A province before the merger: number of identity cards, agency code, districts with wards, and its new name
    with commune-level units after July 2025.
    """

    name: str
    number: str
    agency: str
    tax: str
    districts: dict[str, tuple[str, ...]]
    new_name: str
    new_agency: str
    new_units: tuple[str, ...]


PROVINCES = (
    Province(
        name="tỉnh Bình Dương",
        number="074",
        agency="H09",
        tax="37",
        districts={
            "thành phố Thủ Dầu Một": (
                "phường Phú Cường",
                "phường Hiệp Thành",
                "phường Chánh Nghĩa",
                "phường Phú Hòa",
                "phường Định Hòa",
                "phường Tương Bình Hiệp",
            ),
            "thành phố Thuận An": ("phường Lái Thiêu", "phường An Phú", "phường Bình Chuẩn", "xã An Sơn"),
            "thành phố Dĩ An": ("phường Dĩ An", "phường Đông Hòa", "phường Tân Bình"),
            "huyện Bàu Bàng": ("thị trấn Lai Uyên", "xã Hưng Hòa", "xã Long Nguyên", "xã Trừ Văn Thố"),
            "huyện Phú Giáo": ("thị trấn Phước Vĩnh", "xã An Linh", "xã Phước Hòa", "xã Vĩnh Hòa"),
            "huyện Dầu Tiếng": ("thị trấn Dầu Tiếng", "xã Thanh Tuyền", "xã Minh Hòa", "xã Định Hiệp"),
        },
        new_name="Thành phố Hồ Chí Minh",
        new_agency="H29",
        new_units=(
            "phường Thủ Dầu Một",
            "phường Phú Lợi",
            "phường Chánh Hiệp",
            "phường Bình Dương",
            "phường Lái Thiêu",
            "phường Tân Đông Hiệp",
            "xã Bàu Bàng",
            "xã Phú Giáo",
            "xã Dầu Tiếng",
            "xã Trừ Văn Thố",
            "xã Phước Hòa",
        ),
    ),
    Province(
        name="tỉnh Đồng Nai",
        number="075",
        agency="H19",
        tax="36",
        districts={
            "thành phố Biên Hòa": ("phường Tam Hiệp", "phường Trảng Dài", "phường Long Bình"),
            "huyện Trảng Bom": ("thị trấn Trảng Bom", "xã Hố Nai 3", "xã Bàu Hàm"),
            "huyện Long Thành": ("thị trấn Long Thành", "xã Phước Thái", "xã Bình Sơn"),
        },
        new_name="tỉnh Đồng Nai",
        new_agency="H19",
        new_units=("phường Trấn Biên", "phường Tam Hiệp", "xã Trảng Bom", "xã Long Thành"),
    ),
    Province(
        name="tỉnh Tây Ninh",
        number="072",
        agency="H53",
        tax="39",
        districts={
            "thành phố Tây Ninh": ("phường Ninh Sơn", "phường Ninh Thạnh", "xã Thạnh Tân"),
            "huyện Dương Minh Châu": ("thị trấn Dương Minh Châu", "xã Chà Là", "xã Truông Mít"),
        },
        new_name="tỉnh Tây Ninh",
        new_agency="H53",
        new_units=("phường Tân Ninh", "phường Bình Minh", "xã Dương Minh Châu", "xã Truông Mít"),
    ),
    Province(
        name="tỉnh Quảng Ninh",
        number="022",
        agency="H49",
        tax="57",
        districts={
            "thành phố Hạ Long": ("phường Hà Tu", "phường Bãi Cháy", "xã Sơn Dương"),
            "thành phố Uông Bí": ("phường Vàng Danh", "phường Quang Trung", "xã Thượng Yên Công"),
        },
        new_name="tỉnh Quảng Ninh",
        new_agency="H49",
        new_units=("phường Hà Tu", "phường Bãi Cháy", "phường Vàng Danh", "phường Uông Bí"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a case happens, on its day: `district` is empty after the merger."""

    province: Province
    district: str
    unit: str
    merged: bool

    @property
    def province_name(self) -> str:
        return self.province.new_name if self.merged else self.province.name

    @property
    def agency(self) -> str:
        return self.province.new_agency if self.merged else self.province.agency

    @property
    def whole(self) -> str:
        """`phường Phú Cường, thành phố Thủ Dầu Một, tỉnh Bình Dương`."""
        return ", ".join(part for part in (self.unit, self.district, self.province_name) if part)

    def short(self, name: str) -> str:
        """A place as it stands before `ngày … tháng … năm …`: without its type (NĐ 30/2020, ô số 4)."""
        return bare(name)


def bare(name: str) -> str:
    """A unit's name without its type."""
    for kind in ("thành phố ", "Thành phố ", "tỉnh ", "huyện ", "thị trấn ", "thị xã ", "phường ", "xã ", "quận "):
        if name.startswith(kind):
            return name[len(kind) :]
    return name


def place(random: Random, day: date, *, home: bool = False) -> Place:
    """A place as it was on `day`; `home`: in the first province."""
    province = PROVINCES[0] if home or random.random() < 0.6 else random.choice(PROVINCES)
    if day >= MERGER:
        return Place(province=province, district="", unit=random.choice(province.new_units), merged=True)
    district = random.choice(list(province.districts))
    return Place(province=province, district=district, unit=random.choice(province.districts[district]), merged=False)


def address(random: Random, at: Place) -> str:
    """A house in the place: number, street, khu phố or ấp, unit."""
    house = random.choice(
        (
            f"{random.randint(2, 480)}",
            f"{random.randint(2, 90)}/{random.randint(1, 40)}",
            f"{random.randint(2, 99)}{random.choice('ABC')}",
        )
    )
    part = "ấp" if at.unit.startswith("xã") else "khu phố"
    area = random.choice(
        (f"{part} {random.randint(1, 9)}", f"tổ {random.randint(1, 40)}, {part} {random.randint(1, 9)}")
    )
    if random.random() < 0.7:
        return f"số {house}, đường {random.choice(STREETS)}, {area}, {at.whole}"
    return f"{area}, {at.whole}"
