"""Lists of procedures as they are published: JSON, JSON lines (also .xz), CSV and XLSX, one row a procedure.

Columns go by their meaning, however they are named: as the national list names them (`ma_thu_tuc`), as offices do (`Mã
thủ tục`), or as config/procedures.csv does (`code`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from digitizer.classify.rows import BROKEN, MOST_BYTES, rows, text_of
from digitizer.classify.words import letters
from digitizer.errors import Refused
from digitizer.model import Way
from digitizer.text import HIDDEN, squeeze

NATIONAL = re.compile(r"^\d\.\d{6}$")
_LOCAL = re.compile(r"^[A-ZĐ][A-Z0-9Đ]*(?:[.\-/][A-Z0-9Đ]+){1,8}$")
"""Codes of procedures inside the offices, which have no national one: letters first, `NB-SNV-012`."""
_SUFFIX = re.compile(r"^(\d\.\d{6})\.\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}$")
_NONE = "Không có thông tin"
_COLUMNS = {
    "code": "code|ma thu tuc|ma tthc|ma|thu tuc id|ma so",
    "name": "name|ten thu tuc|ten tthc|ten thu tuc hanh chinh",
    "sector": "sector|linh vuc|nganh linh vuc",
    "levels": "level|levels|cap thuc hien|cap",
    "authority": "authority|co quan co tham quyen|co quan thuc hien|co quan giai quyet",
    "decision": "decision|so quyet dinh|quyet dinh cong bo",
    "components": "components|thanh phan ho so|thanh phan|ho so gom",
    "result": "result|ket qua xu ly|ket qua|ket qua thuc hien",
    "ways": "ways|cach thuc thuc hien|thoi han giai quyet|phi le phi",
    "source": "source|nguon",
    "valid_from": "valid from|ngay hieu luc|hieu luc tu|tu ngay",
    "valid_to": "valid to|het hieu luc|hieu luc den|den ngay",
    "replaces": "replaces|thay the|thay the thu tuc",
}
_BY_HEAD = {head: name for name, heads in _COLUMNS.items() for head in heads.split("|")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a list says of one procedure, in its own words.  `components`, `ways`: glued or a line each."""

    code: str
    name: str
    sector: str = ""
    levels: str = ""
    authority: str = ""
    decision: str = ""
    components: str = ""
    result: str = ""
    ways: str = ""
    source: str = ""
    valid_from: str = ""
    valid_to: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a list: what it publishes, or why not (`refused`), and what is odd about it.

    `number`: the line of a text file or sheet, the place in a JSON array; from 1.
    """

    number: int
    published: Published | None = None
    refused: str = ""
    odd: tuple[str, ...] = ()
    odd_columns: tuple[str, ...] = ()


def read(file: Path) -> Iterator[Row]:
    """The rows of a list; raises Refused when the file is none that we know."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _refused(file, "tệp quá lớn", "the file is too large")
        head: list[str] | None = None
        for number, row in rows(file, _are_heads):
            if isinstance(row, str):
                yield Row(number=number, refused=row)
                continue
            flat = _flat(row)
            if head is None:
                head = list(flat)
                if not _are_heads(head):
                    raise _refused(file, "không có cột mã và tên thủ tục", "no columns of code and name")
            found = _checked(number, flat)
            if "metadata" in row:
                found = replace(
                    found, odd=(*found.odd, "dòng dạng khác (thu_tuc_id, metadata) / a row of another shape")
                )
            yield found
    except BROKEN as error:
        raise _refused(file, "không đọc được danh mục", f"not a list that can be read ({error})") from error
    if head is None:
        raise _refused(file, "không có thủ tục nào", "no procedure in it")


def _refused(file: Path, vi: str, en: str) -> Refused:
    return Refused("not-a-catalogue", f"{file.name}: {vi}", f"{file.name}: {en}")


def _are_heads(texts: list[str]) -> bool:
    return {"code", "name"} <= {_meaning(text) for text in texts if text}


def _flat(row: dict[str, Any]) -> dict[str, str]:
    """The row as texts; the nested shape (`metadata`, `content`, `tables`) is laid out as the flat one."""
    if "metadata" not in row:
        return {str(key): text_of(value) if _meaning(str(key)) else "" for key, value in row.items()}
    flat = {"thu_tuc_id": text_of(row.get("thu_tuc_id"))}
    for part in (row.get("metadata"), row.get("content")):
        if isinstance(part, dict):
            flat |= {key: text_of(value) for key, value in part.items() if _meaning(key) != "ways"}
    tables = row.get("tables")
    if isinstance(tables, dict):
        flat["thanh_phan_ho_so"] = "\n".join(_papers(tables.get("thanh_phan_ho_so")))
        flat["cach_thuc_thuc_hien"] = "\n".join(
            " | ".join(squeeze(text_of(way.get(key))) for key in ("hinh_thuc", "thoi_han_giai_quyet", "phi_le_phi"))
            for way in tables.get("hinh_thuc_nop") or ()
            if isinstance(way, dict)
        )
    return flat


def _papers(rows: Any) -> Iterator[str]:  # JSON from outside
    """Papers of the nested shape; its columns are shifted: the form's file stands where the count should."""
    for row in rows or ():
        if isinstance(row, dict) and row.get("ten_giay_to"):
            counts = re.findall(r"(?:Bản chính|Bản sao): (\d+)", text_of(row.get("ghi_chu")))
            many = f" @{counts[0]}+{counts[1]}" if len(counts) == 2 else ""
            yield squeeze(text_of(row["ten_giay_to"])) + many


def _checked(number: int, flat: dict[str, str]) -> Row:
    values: dict[str, str] = {}
    unknown = []
    for key, value in flat.items():
        name = _meaning(key)
        if name is None:
            unknown.append(key)
        elif not values.get(name) and value.strip() != _NONE:
            values[name] = value.strip()
    odd: list[str] = []
    code = values.get("code", "")
    suffixed = _SUFFIX.match(code)
    if suffixed:
        code = suffixed.group(1)
        odd.append("mã có đuôi của tỉnh / the code has a province's suffix")
    name = squeeze(values.get("name", ""))
    if "\n" in values.get("name", "").strip():
        odd.append("tên thủ tục bị xuống dòng / the name is broken over lines")
    try:
        published = Published(
            **{one.name: values.get(one.name, "") for one in fields(Published)}
            | {"code": code, "name": name}
            | {key: _day(values.get(key, "")) for key in ("valid_from", "valid_to")}
        )
    except ValueError as error:
        return Row(number=number, refused=f"{code}: {error}")
    wrong = _wrong(published)
    if wrong:
        return Row(number=number, refused=f"{code}: {wrong}")
    return Row(number=number, published=published, odd=(*odd, *_odd(published)), odd_columns=tuple(unknown))


def _day(text: str) -> str:
    """An ISO day, of `2025-07-01` or `01/07/2025`; raises ValueError."""
    if not text:
        return ""
    parts = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    iso = f"{parts[3]}-{int(parts[2]):02}-{int(parts[1]):02}" if parts else text[:10]
    try:
        return date.fromisoformat(iso).isoformat()
    except ValueError:
        raise ValueError(f"không phải ngày / no day: {text!r}") from None


def _wrong(row: Published) -> str:
    if not (NATIONAL.match(row.code) or _LOCAL.match(row.code)):
        return "không phải mã thủ tục (1.001193, hoặc mã nội bộ NB-SNV-012) / no code of a procedure"
    if sum(map(str.isalpha, row.name)) < 4:
        return f"không có tên thủ tục / no name: {row.name!r}"
    if row.valid_from and row.valid_to and row.valid_from > row.valid_to:
        return "ngày hiệu lực sau ngày hết hiệu lực / valid_from lies after valid_to"
    bad = [code for code in codes(row.replaces) if not (NATIONAL.match(code) or _LOCAL.match(code))]
    return f"mã bị thay thế không đúng / replaces no code: {bad[0]}" if bad else ""


def _odd(row: Published) -> Iterator[str]:
    if not any(map(str.isalnum, row.components)):
        yield "không có thành phần hồ sơ / no components"
    if not row.result:
        yield "không có kết quả / no result"
    if not row.sector:
        yield "không có lĩnh vực / no sector"
    if not row.levels:
        yield "không có cấp thực hiện / no level"
    if not re.search(r"\d+\s*/|/\d+", row.decision) and NATIONAL.match(row.code):
        yield "số quyết định công bố không rõ / an odd number of its decision"
    if HIDDEN.search(row.name + row.components):
        yield "có ký tự ẩn / hidden characters in it"


def codes(text: str) -> tuple[str, ...]:
    """The codes in a cell, parted by blanks, commas or semicolons."""
    return tuple(part for part in re.split(r"[\s,;]+", text) if part)


_WAY = re.compile(r"(Trực tiếp|Trực tuyến|Dịch vụ bưu chính)")
_TIME = re.compile(r"^(\d+(?:[.,]\d+)?\s*(?:Ngày làm việc|Ngày|Giờ làm việc|Giờ|Tháng|Phút|Năm)?)", re.IGNORECASE)
_FEE = re.compile(r"^(Miễn phí|[\d.,]+\s*(?:Việt Nam Đồng|VNĐ|đồng|USD|%))", re.IGNORECASE)


def ways(text: str) -> tuple[Way, ...]:
    """How a case may be handed in, with time and fee; the glued table or `how | time | fee` lines."""
    heads = "Hình thức nộpThời gianPhí, lệ phíMô tả"
    if not text.startswith(heads):
        cells = ([*map(squeeze, line.split("|")), "", ""] for line in text.split("\n"))
        return tuple(Way(how=how, time=time, fee=fee[:200]) for how, time, fee, *_ in cells if how)
    _, *parts = _WAY.split(text.removeprefix(heads))
    return tuple(_way(how, rest) for how, rest in zip(parts[::2], parts[1::2], strict=False) if _begins_a_row(rest))


def _begins_a_row(rest: str) -> bool:
    return bool(_TIME.match(rest)) or rest.startswith(_NONE)


def _way(how: str, rest: str) -> Way:
    time = _TIME.match(rest)
    left = (rest[time.end() :] if time else rest.removeprefix(_NONE)).strip()
    fee = _FEE.match(left)
    return Way(how=how, time=squeeze(time.group(1)) if time else "", fee=squeeze(fee.group(1)) if fee else "")


def result_of(text: str) -> str:
    """The results as published, without the portal's own words that are glued behind."""
    plain = re.sub(r"(Từ khóa|Mô tả)Không có thông tin|Chọn cơ quan.*", " ", text, flags=re.DOTALL)
    return squeeze(re.sub(r"Mã: (KQ\.\w+(?:\.\w+)?)", r" (\1)", plain))


def levels_of(text: str) -> tuple[str, ...]:
    """`Cấp tỉnh, Cấp xã` → (`tỉnh`, `xã`)."""
    return tuple(
        re.sub(r"^cấp\s+", "", part.strip(), flags=re.IGNORECASE).lower() for part in text.split(",") if part.strip()
    )


@lru_cache(maxsize=1024)
def _meaning(head: str) -> str | None:
    """Which of our columns a heading means."""
    return _BY_HEAD.get(letters(head.replace("_", " ")))
