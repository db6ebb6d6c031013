"""The list of what lies on the shelves: a CSV of units (hồ sơ, quyển sổ), or names of files after TT 05/2025/TT-BNV."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from digitizer.errors import Conflict
from digitizer.text import fold, nfc, squeeze

_COLUMNS = {
    "box": ("hộp", "hộp số", "box"),
    "dossier": ("hồ sơ", "hồ sơ số", "mã hồ sơ", "số hồ sơ", "dossier"),
    "book": ("sổ", "tên sổ", "book"),
    "volume": ("quyển", "quyển số", "volume"),
    "title": ("tiêu đề", "tiêu đề hồ sơ", "title"),
    "folder": ("thư mục", "folder"),
    "sheets": ("số tờ", "sheets"),
    "pages": ("số trang", "pages"),
    "papers": ("số văn bản", "số giấy tờ", "papers"),
    "first_page": ("trang đầu", "từ trang", "first page"),
    "last_page": ("trang cuối", "đến trang", "last page"),
    "first_number": ("số đầu", "từ số", "first number"),
    "last_number": ("số cuối", "đến số", "last number"),
}
"""Field of a unit → headings that mean it, compared without marks and letter case."""
_NUMBERS = frozenset(("sheets", "pages", "papers", "first_page", "last_page", "first_number", "last_number"))
_MOST = 100_000
_ENCODINGS = ("utf-8-sig", "utf-16")
_NAMED = re.compile(r"(.+?)[._-](\d{7})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit of the shelves (đơn vị bảo quản): a dossier, or a volume of a register book, and what it should hold.

    `line`: its line in the manifest.  Counts and bounds are None when the manifest doesn't say.
    """

    line: int
    box: str = ""
    dossier: str = ""
    book: str = ""
    volume: str = ""
    title: str = ""
    folder: str = ""
    sheets: int | None = None
    pages: int | None = None
    papers: int | None = None
    first_page: int | None = None
    last_page: int | None = None
    first_number: int | None = None
    last_number: int | None = None

    @property
    def name(self) -> str:
        """`hộp 12, hồ sơ 0034`, `Sổ khai sinh, quyển 01/2009`."""
        box = f"hộp {self.box}" if self.box else ""
        dossier = f"hồ sơ {self.dossier}" if self.dossier else ""
        volume = f"quyển {self.volume}" if self.volume else ""
        return ", ".join(part for part in (box, self.book, volume, dossier) if part) or self.folder


def read_manifest(path: Path) -> list[Unit]:
    """The units of a CSV with a line of headings; raises Conflict naming file, line and what to do."""
    rows = _rows(path)
    headings = next(rows, (1, []))[1]
    columns = _columns(headings, path)
    units = [_unit(line, dict(zip(columns, row, strict=False)), path) for line, row in rows if any(map(str.strip, row))]
    if not units:
        raise _wrong(path, 1, "không có dòng nào / there are no rows")
    _check_twice(units, path)
    return units


def units_of_names(names: Iterable[str], source: Path) -> list[Unit]:
    """The units that file names after TT 05/2025 tell of: `MÃ_HỒ_SƠ.0000001.pdf` is the first paper of its dossier.

    A dossier should hold every ordinal up to its last.  Raises Conflict for a name of another form.
    """
    last: dict[str, int] = defaultdict(int)
    for line, name in enumerate(names, 1):
        named = paper_name(name)
        if named is None:
            raise _wrong(source, line, f"{name!r} không theo dạng MÃ_HỒ_SƠ.0000001.pdf / is not of that form")
        last[named[0]] = max(last[named[0]], named[1])
    if not last:
        raise _wrong(source, 1, "không có tên tệp nào / there are no names")
    return [Unit(line=line, dossier=code, papers=papers) for line, (code, papers) in enumerate(last.items(), 1)]


def paper_name(name: str) -> tuple[str, int] | None:
    """(dossier's code, ordinal of the paper) of a file named after TT 05/2025 (docCode: code and 7 digits), or None."""
    match = _NAMED.match(nfc(Path(name).name))
    return (match[1], int(match[2])) if match else None


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    for encoding in _ENCODINGS:
        try:
            text = path.read_text(encoding=encoding)
        except UnicodeError:
            continue
        except OSError as error:
            raise Conflict(f"{path}: {error.strerror}") from error
        if "\0" not in text:
            break
    else:
        raise _wrong(path, 1, "lưu lại thành CSV UTF-8 / save it as CSV UTF-8")
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)  # Excel writes semicolons where the comma is the decimal sign
    reader = csv.reader(text.splitlines(), delimiter=separator)
    try:
        for row in reader:
            if reader.line_num > _MOST:
                raise _wrong(path, _MOST, "quá nhiều dòng; chia thành nhiều đợt / too many rows, make more campaigns")
            yield reader.line_num, row
    except csv.Error as error:
        raise _wrong(path, reader.line_num, str(error)) from error


def _columns(headings: list[str], path: Path) -> list[str]:
    known = {fold(heading): name for name, given in _COLUMNS.items() for heading in given}
    names = [known.get(fold(squeeze(heading)), "") for heading in headings]
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise _wrong(path, 1, f"cột {twice[0]!r} có hai lần / a column comes twice")
    if not {"dossier", "volume", "folder"} & set(names):
        needs = "cần cột 'hồ sơ', 'quyển' hoặc 'thư mục' / a column 'dossier', 'volume' or 'folder' is needed"
        raise _wrong(path, 1, f"{needs}; có / found: {', '.join(headings)}")
    return names


def _unit(line: int, values: dict[str, str], path: Path) -> Unit:
    given: dict[str, str | int | None] = {}
    for name in (field.name for field in fields(Unit)):
        text = squeeze(values.get(name, ""))
        if name in _NUMBERS and text:
            if not text.isdigit():
                raise _wrong(path, line, f"{_COLUMNS[name][0]}: {text!r} không phải là số / is no number")
            given[name] = int(text)
        elif text:
            given[name] = text
    unit = Unit(line=line, **given)  # type: ignore[arg-type]
    if not unit.name:
        raise _wrong(path, line, "không có hồ sơ, quyển hay thư mục / no dossier, volume or folder")
    for first, last in ((unit.first_page, unit.last_page), (unit.first_number, unit.last_number)):
        if (first is None) != (last is None) or (first or 0) > (last or 0):
            why = f"từ {first} đến {last}: cần cả hai, nhỏ trước / both are needed, the smaller first"
            raise _wrong(path, line, why)
    return unit


def _check_twice(units: list[Unit], path: Path) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for unit in units:
        key = tuple(fold(part) for part in (unit.box, unit.dossier, unit.book, unit.volume, unit.folder))
        if key in seen:
            raise _wrong(path, unit.line, f"{unit.name}: đã có ở dòng {seen[key]} / already in line {seen[key]}")
        seen[key] = unit.line


def _wrong(path: Path, line: int, why: str) -> Conflict:
    return Conflict(f"{path}, dòng / line {line}: {why}")
