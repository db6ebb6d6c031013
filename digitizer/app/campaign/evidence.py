"""Which sheet a page is, and whether two pages are the same sheet scanned twice.

A sheet's number is what stands on the paper (`Tờ số 12`, or the lone number that archivists put into the top right
corner) or what its file's name says (`tờ 012.jpg`).  The counter of a scanner in a name (`IMG_0012.jpg`) says nothing
of the sheet.  A book's page bears `Trang 45` or a lone number at its edge; an entry `Số: 120` at a line's beginning,
else the register number among its paper's fields.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from digitizer.model import Document, Line, LineRole, Page, Scan
from digitizer.text import fold

_SHEET = re.compile(r"(?:to|so to|to so)\s*(?:so\b)?\s*[:.]?\s*0*(\d{1,4})(?:\s*/\s*\d+)?")
_PAGE = re.compile(r"[-–—.\s]*(?:trang|tr)\s*(?:so\b)?\s*[:.]?\s*0*(\d{1,4})(?:\s*/\s*\d+)?[-–—.\s]*")
_ALONE = re.compile(r"[-–—.\s]*0*(\d{1,4})[-–—.\s]*")
_IN_NAME = re.compile(r"(?:^|[^a-z])(?:to|sheet)[\s._-]*(?:so\b)?[\s._-]*0*(\d{1,4})(?!\d)")
_ENTRY = re.compile(r"so(?: dang ky| vao so| thu tu)?\s*[:.]?\s*0*(\d{1,6})(?!\d|\s*/\s*[a-z])")
_TOKEN = re.compile(r"\w+")
_LEADING = re.compile(r"\D*0*(\d{1,7})")
_NEAR_BITS = 10
"""Of 64: the same sheet scanned again, slightly shifted or paler, differs in up to this many."""
_ALIKE = 0.85
_FEW_WORDS = 5
_SURE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page that is not blank, as evidence: its numbers, what it looks like, and what it says.

    `printed`, `named`: the sheet's number on the paper, in the file's name.  `page`: of a book.  `entries`: register
    numbers of the papers that begin on it.  `bits`: perceptual hash.  `sha256`: of the file, or of this image of a run.
    """

    scan: str
    file: str
    at: int
    sha256: str
    printed: int | None = None
    named: int | None = None
    page: int | None = None
    entries: tuple[int, ...] = ()
    bits: int = 0
    words: frozenset[str] = frozenset()
    figures: frozenset[str] = frozenset()

    @property
    def sheet(self) -> int | None:
        """Its sheet's number: what the paper says, else what the file's name says."""
        return self.printed if self.printed is not None else self.named

    @property
    def where(self) -> str:
        """`hồ sơ 7/qd.pdf, trang 3`."""
        return f"{self.file}, trang {self.at}"


def leaf(scan: Scan, page: Page, documents: Iterable[Document]) -> Leaf:
    """The page as evidence; `documents`: those that begin on it."""
    file = scan.files[page.number - 1] if scan.files else None
    name = file.name if file else (scan.member or scan.file).rpartition("/")[2]
    alone = scan.count == 1 or file is not None
    text = fold(page.text)
    words = frozenset(_TOKEN.findall(text))
    return Leaf(
        scan=scan.id,
        file=f"{scan.member or scan.file}/{name}" if file else scan.member or scan.file,
        at=page.number,
        sha256=file.sha256 if file else f"{scan.sha256}/{page.number}",
        printed=_printed(page),
        named=_found(_IN_NAME, fold(name.rpartition(".")[0])) if alone else None,
        page=_page(page),
        entries=_entries(page) or tuple(number for one in documents if (number := entry(one)) is not None),
        bits=int(page.looks.phash or "0", 16),
        words=words,
        figures=frozenset(word for word in words if any(char.isdigit() for char in word)),
    )


def same_sheet(one: Leaf, other: Leaf) -> bool:
    """True when both are the same side of the same sheet: the same bytes, or alike to look at and in what they say.

    Two filled copies of one form look alike; their dates and numbers tell them apart.  Sheets that bear different
    numbers are two, however alike.  Pages with hardly a word are only the same by their bytes.
    """
    if one.sha256 == other.sha256:
        return True
    if one.sheet != other.sheet and None not in (one.sheet, other.sheet):
        return False
    if min(len(one.words), len(other.words)) < _FEW_WORDS or (one.bits ^ other.bits).bit_count() > _NEAR_BITS:
        return False
    return _share(one.words, other.words) >= _ALIKE and _share(one.figures, other.figures) >= _ALIKE


def entry(document: Document) -> int | None:
    """The register number of a paper: its `Số vào sổ`, else its `Số` where a book is named beside it; or None."""
    field = document.field("register_number") or (document.field("number") if document.field("book") else None)
    return _found(_LEADING, field.normalised) if field else None


def _entries(page: Page) -> tuple[int, ...]:
    """Register numbers that stand at the beginning of a line: `Số: 120  Quyển số: 01/2009`, and no `12/QĐ-UBND`."""
    found = (_ENTRY.match(fold(line.text).strip()) for line in page.lines)
    return tuple(dict.fromkeys(int(match[1]) for match in found if match))


def _printed(page: Page) -> int | None:
    """The sheet's number on the paper: said in words anywhere, else a lone number in the top right corner."""
    for line in page.lines:
        match = _SHEET.fullmatch(fold(line.text).strip(" .-–—"))
        if match and line.confidence >= _SURE:
            return int(match[1])
    for line in page.lines:
        match = _ALONE.fullmatch(line.text.strip())
        if match and line.confidence >= _SURE and _in_corner(line, page):
            return int(match[1])
    return None


def _page(page: Page) -> int | None:
    """A book's page number: said in words, else a lone number at the edge."""
    said = (_PAGE.fullmatch(fold(line.text).strip()) for line in page.lines)
    alone = (_ALONE.fullmatch(line.text.strip()) for line in page.lines if line.role is LineRole.PAGE_NUMBER)
    match = next(filter(None, said), None) or next(filter(None, alone), None)
    return int(match[1]) if match else None


def _in_corner(line: Line, page: Page) -> bool:
    """In the top right corner of the page as it is read (the delivered image may lie on its side)."""
    a, b, c, d, e, f, g, h, i = page.matrix

    def turned(x: float, y: float) -> tuple[float, float]:
        deep = g * x + h * y + i
        return (a * x + b * y + c) / deep, (d * x + e * y + f) / deep

    corners = [turned(x, y) for x in (0, page.width) for y in (0, page.height)]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    wide, high = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
    x, y = turned((line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2)
    return bool(wide and high) and (x - left) / wide > 0.8 and (y - top) / high < 0.12


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """Words in common of all words; 1 when there are none."""
    return len(one & other) / len(one | other) if one or other else 1.0


def _found(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match else None
