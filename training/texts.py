"""Texts to count and to typeset: paragraphs of law, and invented people, places and forms.

Used by the other scripts of this folder only.  A record is `(key, text)`; one in twenty is held out by its key.
"""

import hashlib
import json
import lzma
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digitizer.text import canonical, nfc

WORDS = re.compile(r"[^\W\d_]+|[\d][\w./,-]*")
HELD_OUT_IN = 20
GRAM = 8
"""Words in a row that two texts must share to count as copied from each other."""

_FAMILIES = (
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Trịnh Trương Lâm Mai Đào Cao Hà "
    "Tạ Lương Tô Châu Chu Thái Quách La Lưu Kiều Tống Phùng Vương Từ Hứa Quan Mạc Giang Tăng Nông Hoa Lại Triệu Khổng "
    "Nghiêm Thạch Ông Lục Đàm Vi Ma Bế Hà Lò Quàng Cầm Tòng Giàng Sùng Vàng Thào Hạng Ksor Rơ Siu Kpă Điểu Danh Sơn Kim"
)
_MIDDLES = (
    "Văn Thị Hữu Đức Minh Ngọc Thanh Quốc Công Đình Xuân Hoàng Gia Bảo Thu Kim Mỹ Như Phương Anh Tuấn Quang Trọng Bá "
    "Duy Khánh Hải Tiến Mạnh Viết Huy Việt Tấn Thành Thế Hồng Bích Diệu Tuyết Cẩm Tường Trung Nhật Hoài Ánh Thùy Thuỳ "
    "Thúy Vĩnh Phúc Đăng Chí Sỹ Thiện Trí Khắc Danh Đăng Phước Tú Lan Mai Bội Hạnh Thái Phi Kiều Ái Yến Châu"
)
_GIVENS = (
    "Anh Bình Cường Dũng Dung Duy Đạt Đức Giang Hà Hải Hạnh Hằng Hiền Hiếu Hoa Hòa Hoà Hoàng Hồng Huệ Hùng Huy Huyền "
    "Hương Hường Khánh Khoa Kiên Lan Liên Linh Loan Long Lộc Lợi Mai Mạnh Minh My Mỹ Nam Nga Ngân Nghĩa Ngọc Nguyên "
    "Nguyệt Nhàn Nhân Nhung Oanh Phong Phúc Phương Phượng Quân Quang Quyên Quỳnh Quý Sáng Sơn Tài Tâm Tân Thanh Thành "
    "Thảo Thắng Thịnh Thoa Thơ Thu Thuận Thủy Thuỷ Thúy Thuý Thư Thương Tiến Tình Toàn Trang Trâm Trí Trinh Trung Tú "
    "Tuấn Tùng Tuyết Uyên Vân Việt Vinh Vũ Vy Xuân Yến Ý Bảo Châu Chi Chính Danh Diễm Diệp Dương Đào Định Đông Hảo Hậu "
    "Hiệp Hoài Học Huân Hưng Hữu Kha Khải Khang Khôi Kiệt Lâm Lệ Lực Lương Ly Mẫn Nghi Nhi Như Phát Phi Phú Phước Quế "
    "Quyết Sang Tấn Thái Thạch Thi Thiện Thọ Thông Thùy Thủy Tín Toản Tố Triết Triều Trọng Trúc Trường Tường Vĩ Vượng"
)
FAMILIES, MIDDLES, GIVENS = _FAMILIES.split(), _MIDDLES.split(), _GIVENS.split()


def words(text: str) -> list[str]:
    """The syllables of the text as the model counts them: lower case, canonical tone placement; `0` for any number."""
    return ["0" if word[0].isdigit() else canonical(word) for word in WORDS.findall(nfc(text))]


def records(path: Path) -> Iterator[tuple[str, str]]:
    """(key, text) of each line of a `.jsonl.xz`; the text is every long string found in it."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            text = "\n".join(_strings(row))
            key = str(row.get("number") or row.get("ma_thu_tuc") or row.get("of") or number)
            yield f"{path.name}:{key}", text


def _strings(row: Any) -> Iterator[str]:
    if isinstance(row, dict):
        for name, value in row.items():
            if name not in ("of", "number", "detail_url", "raw_text", "_repo_path"):
                yield from _strings(value)
    elif isinstance(row, list):
        for value in row:
            yield from _strings(value)
    elif isinstance(row, str) and len(row) > 20 and "http" not in row[:10]:
        yield row


def held_out(key: str) -> bool:
    """True for one record in twenty: never counted, kept to tune and to measure."""
    return hashlib.blake2b(key.encode(), digest_size=4).digest()[0] % HELD_OUT_IN == 0


def grams(tokens: list[str]) -> set[int]:
    """Fingerprints of every run of `GRAM` words."""
    return {hash(tuple(tokens[i : i + GRAM])) for i in range(len(tokens) - GRAM + 1)}


def person(rng: random.Random) -> str:
    """An invented full name; frequent family names come up more often."""
    family = FAMILIES[min(int(rng.expovariate(0.12)), len(FAMILIES) - 1)]
    middle = rng.choice(MIDDLES[:2]) if rng.random() < 0.4 else rng.choice(MIDDLES)
    given = rng.choice(GIVENS)
    return f"{family} {middle} {given}" if rng.random() < 0.9 else f"{family} {rng.choice(MIDDLES)} {middle} {given}"


def places(folder: Path) -> list[tuple[str, ...]]:
    """Every ward with the units above it: (ward, district, province) before July 2025, (ward, province) after."""
    found: list[tuple[str, ...]] = []
    for province in json.loads((folder / "units_before_2025-07.json").read_text(encoding="utf-8")):
        for district in province.get("District") or []:
            found.extend(
                (ward["FullName"], district["FullName"], province["FullName"]) for ward in district.get("Ward") or []
            )
    for province in json.loads((folder / "units_after_2025-07.json").read_text(encoding="utf-8")):
        found.extend((ward["FullName"], province["FullName"]) for ward in province.get("Wards") or [])
    return [tuple(name for name in place if name) for place in found]


def forms(folder: Path) -> list[str]:
    """Our own lines of forms, letters and certificates (`forms.txt`), with `{person}` and `{place}` to fill in."""
    lines = (folder / "forms.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def fill(line: str, rng: random.Random, wards: list[tuple[str, ...]]) -> str:
    """A line of a form filled with an invented person, place, dates and numbers."""
    line = re.sub(r"\{person\}", lambda _: person(rng), line)
    line = re.sub(r"\{place\}", lambda _: ", ".join(rng.choice(wards)), line)
    line = re.sub(r"\{d\}", lambda _: str(rng.randint(10, 31)), line)
    return re.sub(r"\{n\}", lambda _: str(rng.randint(1, 9999)), line)
