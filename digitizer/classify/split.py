"""Where one paper ends and the next begins; which pages belong to none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from digitizer.classify.heading import Head, read_head
from digitizer.classify.kind import titles
from digitizer.classify.layout import Row, Sheet, sheet
from digitizer.classify.signature import signature_rows
from digitizer.classify.tables import SEPARATOR, Tables
from digitizer.contracts import LoadPage
from digitizer.ids import new_id
from digitizer.model import By, Document, LeftOut, Page, PageRef, Scan

# A page begins a paper when the points for it, less those against it, reach this.
_BEGINS = 2.0
_ATTACHED = re.compile(
    r"ban hanh kem theo|kem theo (?:quyet dinh|thong tu|nghi dinh|cong van|ke hoach|to trinh|nghi quyet|thong bao)"
)
_APPENDIX = re.compile(r"^\W*(?:phu luc|bieu mau|bieu so|danh muc kem)\b")
_FORM = re.compile(r"^\W*(?:mau|phu luc|bieu)\s+(?:so\s*)?[:.]?\s*[a-z]{0,4}\d{0,3}\b")
_SHEET_CODES = ("patcht", "patch t", "separator", "to ngan", "phan cach")


@dataclass(frozen=True, slots=True)
class Glance:
    """What one page tells about beginnings and ends."""

    page: Page
    sheet: Sheet
    head: Head
    titled: str | None
    titled_weight: float
    attached: bool
    form: bool
    ends: bool
    blank: bool
    separator: bool

    @property
    def number(self) -> int | None:
        """The page number printed on it."""
        return self.sheet.number


class Split:
    """The stage `split`: Scan → Scan with its documents, each page in one of them or left out."""

    def __init__(self, load_page: LoadPage, tables: Tables) -> None:
        self._load = load_page
        self._tables = tables
        self._titles = titles(tables)
        self._cards = {kind.slug for kind in tables.kinds.values() if kind.layout == "card"}

    def __call__(self, scan: Scan) -> Scan:
        deleted = {page.number for page in scan.pages if page.left_out is LeftOut.DELETED}
        kept = [page for page in scan.pages if page.number not in deleted]
        glances = [self._glance(self._load(scan.id, page.number)) for page in kept]
        groups, left = self._parts(glances)
        left |= dict.fromkeys(deleted, LeftOut.DELETED)
        pages = tuple(replace(page, left_out=left.get(page.number)) for page in scan.pages)
        papers = [tuple(PageRef(scan=scan.id, page=number) for number in group) for group in groups]
        return replace(scan, pages=pages, documents=inherit(papers, scan.documents))

    def _glance(self, page: Page) -> Glance:
        seen = sheet(page)
        head = read_head(seen)
        cues = self._titles.title(seen, head)
        codes = self._titles.cues(seen, head) if not cues else []
        best = max([*cues, *(cue for cue in codes if cue.weight >= 2)], key=lambda cue: cue.weight, default=None)
        separator = _is_separator(page, seen) or (best is not None and best.kind == SEPARATOR and len(seen.rows) < 12)
        top = " ".join(row.key for row in seen.rows if row.level < 0.3)
        return Glance(
            page=page,
            sheet=seen,
            head=head,
            titled=best.kind if best else None,
            titled_weight=best.weight if best else 0.0,
            attached=bool(_ATTACHED.search(top))
            or any(_APPENDIX.match(row.key) for row in seen.rows if row.level < 0.2),
            form=any(_FORM.match(row.key) and len(row.text) < 24 for row in seen.rows if row.level < 0.12),
            ends=_ends(seen, self._tables),
            blank=page.blank and not page.failed,
            separator=separator,
        )

    def _parts(self, glances: Sequence[Glance]) -> tuple[list[list[int]], dict[int, LeftOut]]:
        """Page numbers of each paper, and what is left out: separators, blanks between papers and at the ends."""
        left: dict[int, LeftOut] = {}
        groups: list[list[Glance]] = []
        waiting: list[Glance] = []
        parted = True
        for glance in glances:
            if glance.separator:
                left[glance.page.number] = LeftOut.SEPARATOR
                parted = True
            elif glance.blank:
                waiting.append(glance)
                continue
            elif parted or not groups or self._begins(groups[-1], glance, len(waiting)):
                groups.append([glance])
                parted = False
            else:
                groups[-1].extend((*waiting, glance))
                waiting = []
            left.update({blank.page.number: LeftOut.BLANK for blank in waiting})
            waiting = []
        left.update({blank.page.number: LeftOut.BLANK for blank in waiting})
        return [[glance.page.number for glance in group] for group in groups], left

    def _begins(self, paper: Sequence[Glance], page: Glance, blanks: int) -> bool:
        """Points for and against: does a paper begin on this page?"""
        last = paper[-1]
        points = _by_number(paper, page)
        if page.head.nation is not None and not page.attached:
            points += 3.0
        elif page.head.opens and page.head.dated is not None:
            points += 2.0
        if page.titled and page.titled_weight > 3:
            points += 2.2 if page.titled != paper[0].titled or page.head.nation else 1.2
        elif page.titled:
            points += 1.0
        if page.attached:
            points -= 2.5
        elif page.form and any(glance.attached for glance in paper):
            # The printed forms behind an appendix belong to the act that issued them.
            points -= 5.0
        points += (0.5 if last.ends else -0.4) + min(0.4 * blanks, 0.8)
        points += 1.0 if _resized(last.page, page.page) else 0.0
        points -= 2.0 if _goes_on(last, page) else 0.0
        points += self._card(paper, page)
        return points >= _BEGINS

    def _card(self, paper: Sequence[Glance], page: Glance) -> float:
        """Front and back of a card stay together; a third side opens another card."""
        first = paper[0].titled in self._cards
        if first and page.titled == paper[0].titled and len(paper) == 1:
            return -3.0 if _is_back(page) or not page.head.nation else 0.0
        if first and page.titled != paper[0].titled:
            return 1.5 if not _small(page.page) else 0.0
        return 0.0


def inherit(papers: Sequence[tuple[PageRef, ...]], old: Sequence[Document]) -> tuple[Document, ...]:
    """Documents for these papers: each old one lives on in the paper with which it shares most pages, keeping its id,
    state and what a clerk said; the other papers get new ids.
    """
    shared = sorted(
        (-len(set(pages) & set(document.pages)), index, place)
        for place, pages in enumerate(papers)
        for index, document in enumerate(old)
    )
    heirs: dict[int, Document] = {}
    given: set[int] = set()
    for common, index, place in shared:
        if common and place not in heirs and index not in given:
            heirs[place] = old[index]
            given.add(index)
    return tuple(
        _renewed(heirs[place], pages) if place in heirs else Document(id=new_id("d"), pages=pages)
        for place, pages in enumerate(papers)
    )


def _renewed(document: Document, pages: tuple[PageRef, ...]) -> Document:
    fields = tuple(field for field in document.fields if field.by is By.CLERK)
    return replace(document, pages=pages, fields=fields)


def _by_number(paper: Sequence[Glance], page: Glance) -> float:
    """NĐ 30 numbers pages from the second on: a number above 1 goes on, above all the next one."""
    if page.number is None:
        # The paper before had come to bear numbers, and this page bears none.
        return 0.6 if any(glance.number for glance in paper[1:]) else 0.0
    if page.number == 1:
        return 1.0
    before = next((glance.number + len(paper) - at for at, glance in enumerate(paper) if glance.number), len(paper) + 1)
    return -4.0 if page.number == before else -2.0


def _ends(seen: Sheet, tables: Tables) -> bool:
    """A signature block, the recipients, or `./.` on the page: a paper may end here."""
    lines = [row for row in seen.rows if row.level > 0.15]
    if any(
        row.key.startswith(("noi nhan", "nguoi khai", "nguoi lam don", "nguoi de nghi", "nguoi viet don"))
        for row in lines
    ):
        return True
    return any(row.text.rstrip().endswith("./.") for row in lines) or bool(signature_rows(seen, tables.office))


def _goes_on(last: Glance, page: Glance) -> bool:
    """The last line before has no end and the first line here no beginning."""
    before, after = _body(last.sheet.rows), _body(page.sheet.rows)
    if not before or not after or last.ends:
        return False
    return before[-1].text.rstrip()[-1:] not in ".;:!?/" and after[0].text[:1].islower()


def _body(rows: Iterable[Row]) -> list[Row]:
    """Lines that are long enough to be running text."""
    return [row for row in rows if row.x1 - row.x0 > 0.35 and len(row.words) > 4]


def _resized(one: Page, other: Page) -> bool:
    """The paper changes its size, turned or not, by more than a tenth."""
    if one.looks.paper_mm is None or other.looks.paper_mm is None:
        return False
    pairs = zip(sorted(one.looks.paper_mm), sorted(other.looks.paper_mm), strict=True)
    return any(abs(a - b) > 0.1 * max(a, b) for a, b in pairs)


def _small(page: Page) -> bool:
    """A card, not a sheet: below 150 mm."""
    return page.looks.paper_mm is not None and max(page.looks.paper_mm) < 150


def _is_back(glance: Glance) -> bool:
    text = " ".join(row.key for row in glance.sheet.rows)
    return "<<" in text or "dac diem nhan dang" in text or "personal identification" in text or "ngon tro" in text


def _is_separator(page: Page, seen: Sheet) -> bool:
    """A sheet put between papers: its code or its few words say so."""
    for code in page.codes:
        value = code.value.casefold()
        if any(fuzz.partial_ratio(word, value) > 95 for word in _SHEET_CODES):
            return True
    words = " ".join(row.key for row in seen.rows)
    return 0 < len(words) < 160 and any(
        word in words for word in ("to phan cach", "trang phan cach", "to ngan", "separator sheet", "patch t")
    )
