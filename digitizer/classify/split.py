"""Where one paper ends and the next begins; which pages belong to none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from digitizer.classify.heading import Head, read_head
from digitizer.classify.kind import titles
from digitizer.classify.layout import Row, Sheet, sheet
from digitizer.classify.order import backwards, brought_home, ordered
from digitizer.classify.signature import signature_rows
from digitizer.classify.tables import SEPARATOR, Tables
from digitizer.contracts import LoadPage
from digitizer.ids import new_id
from digitizer.model import By, Document, LeftOut, Page, PageRef, Scan
from digitizer.text import number_token, numbers_in

# A page begins a paper when the points for it, less those against it, reach this.
_BEGINS = 2.0
# The weight of a title that alone can begin a paper.
_FIRM = 2.5
_ATTACHED = re.compile(
    r"(?:ban hanh )?kem theo (quyet dinh|thong tu|nghi dinh|cong van|ke hoach|to trinh|nghi quyet|thong bao)"
    r"|ban hanh kem theo"
)
_APPENDIX = re.compile(r"^\W*(?:phu luc|bieu mau|bieu so|danh muc kem)\b")
_FORM = re.compile(r"^\W*(?:mau|phu luc|bieu)\s+(?:so\s*)?[:.]?\s*[a-z]{0,4}\d{0,3}\b")
_ENDINGS = ("noi nhan", "nguoi khai", "nguoi lam don", "nguoi de nghi", "nguoi viet don")
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
    form_of: str | None
    form: bool
    cites: tuple[str, ...]
    ends: bool
    signed: bool
    blank: bool
    separator: bool

    @property
    def number(self) -> int | None:
        """The page number printed on it; under a national title only 1 is one (NĐ 30/2020 numbers from the second)."""
        number = self.sheet.number
        return number if self.head.nation is None or number == 1 else None

    @property
    def first(self) -> bool:
        """It bears a head or a title of its own, as first pages do."""
        return not self.attached and (self.head.opens or self.titled_weight > 3)

    @property
    def back(self) -> bool:
        """It is the back of a card."""
        return _is_back(self)


class Split:
    """The stage `split`: Scan → Scan with its documents, each page in one of them or left out."""

    def __init__(self, load_page: LoadPage, tables: Tables) -> None:
        self._load = load_page
        self._tables = tables
        self._titles = titles(tables)
        self._cards = {kind.slug for kind in tables.kinds.values() if kind.layout == "card"}

    def __call__(self, scan: Scan) -> Scan:
        held = [document for document in scan.documents if _is_laid(document, scan)]
        laid = {ref.page for document in held for ref in document.pages if ref.scan == scan.id}
        deleted = {page.number for page in scan.pages if page.left_out is LeftOut.DELETED}
        free = [page for page in scan.pages if page.number not in deleted]
        glances = [None if page.number in laid else self._glance(self._load(scan.id, page.number)) for page in free]
        reverse = backwards([glance for glance in glances if glance is not None])
        left = dict.fromkeys(deleted, LeftOut.DELETED)
        groups: list[list[int]] = []
        for is_free, run in groupby(glances[::-1] if reverse else glances, key=lambda glance: glance is not None):
            if is_free:
                more, out = self._parts([glance for glance in run if glance is not None])
                groups += more
                left |= out
        pages = tuple(replace(page, left_out=left.get(page.number)) for page in scan.pages)
        papers = [tuple(PageRef(scan=scan.id, page=number) for number in group) for group in groups]
        found = inherit(papers, [document for document in scan.documents if document not in held])
        return replace(scan, pages=pages, documents=_in_order(scan.id, found, held, reverse=reverse))

    def _glance(self, page: Page) -> Glance:
        seen = sheet(page)
        head = read_head(seen)
        cues = self._titles.title(seen, head)
        codes = self._titles.cues(seen, head) if not cues else []
        best = max([*cues, *(cue for cue in codes if cue.weight >= 2)], key=lambda cue: cue.weight, default=None)
        separator = _is_separator(page, seen) or (best is not None and best.kind == SEPARATOR and len(seen.rows) < 12)
        # `Mẫu CT01 ban hành kèm theo Thông tư …` above the head of a form names the form; it attaches nothing else.
        high = [row.key for row in seen.rows if row.level < 0.3]
        forms = [key for key in high if head.nation and _FORM.match(key)]
        top = " ".join(key for key in high if key not in forms)
        form_of = _ATTACHED.search(" ".join(forms))
        bare = replace(page, lines=())  # a scan may have thousands of pages: none keeps its words
        return Glance(
            page=bare,
            sheet=Sheet(page=bare, rows=tuple(replace(row, words=()) for row in seen.rows), number=seen.number),
            head=head,
            titled=best.kind if best else None,
            titled_weight=best.weight if best else 0.0,
            attached=bool(_ATTACHED.search(top))
            or any(_APPENDIX.match(row.key) for row in seen.rows if row.level < 0.2),
            form_of=form_of[1].replace(" ", "_") if form_of and form_of[1] else None,
            form=any(_FORM.match(row.key) and len(row.text) < 24 for row in seen.rows if row.level < 0.12),
            cites=_cites(seen, head),
            ends=(signed := _signed(seen, self._tables)) or _closes(seen),
            signed=signed,
            blank=page.blank and not page.failed,
            separator=separator,
        )

    def _parts(self, glances: Sequence[Glance]) -> tuple[list[list[int]], dict[int, LeftOut]]:
        """Page numbers of each paper, and what is left out: separators, blanks between papers and at the ends."""
        left: dict[int, LeftOut] = {}
        groups: list[list[Glance]] = []
        waiting: list[Glance] = []
        parted = True
        for one in glances:
            glance = _beside(groups[-1], one) if groups else one
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
        groups = [ordered(group) for group in brought_home(groups)]
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
        # Without a head, a firm title, another size or the number 1 a page begins nothing, whatever else it lacks.
        can = page.first or page.number == 1 or page.titled_weight > _FIRM or _resized(last.page, page.page)
        return points >= _BEGINS and (can or page.head.nation is not None)

    def _card(self, paper: Sequence[Glance], page: Glance) -> float:
        """Front and back of a card stay together; a third side opens another card."""
        first = paper[0].titled in self._cards
        if len(paper) == 1 and paper[0].back and not page.back and page.titled in self._cards:
            return -5.0
        if first and page.titled == paper[0].titled and len(paper) == 1:
            return -3.0 if _is_back(page) or not page.head.nation else 0.0
        if first and page.titled != paper[0].titled:
            return 1.5 if not _small(page.page) else 0.0
        return 0.0


def _is_laid(document: Document, scan: Scan) -> bool:
    """A clerk laid its pages, or they lie in several scans, of which this one alone can't tell: it stays as it is."""
    return document.pages_by is By.CLERK or any(ref.scan != scan.id for ref in document.pages)


def _in_order(
    scan: str, found: tuple[Document, ...], held: Sequence[Document], *, reverse: bool
) -> tuple[Document, ...]:
    """Papers found and papers held, in the order of the stack."""

    def top(document: Document) -> int:
        return min(ref.page for ref in document.pages if ref.scan == scan)

    return tuple(sorted((*found, *held), key=top, reverse=reverse)) if held else found


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


def _beside(paper: Sequence[Glance], page: Glance) -> Glance:
    """The page as it looks after this paper: attached when its form is one of that act, or its heading cites the act's
    number, `(Kèm theo Quyết định số 28/2023/QĐ-UBND …)`, of which a seal may leave the number alone.
    """
    own = paper[0].cites[:1] if paper[0].head.number else ()
    cited = page.head.nation is None and any(
        len(number) > 5 and Levenshtein.distance(number, other) < 2 for number in own for other in page.cites
    )
    of_act = page.form_of is not None and page.form_of == paper[0].titled
    return replace(page, attached=True) if cited or of_act else page


def _by_number(paper: Sequence[Glance], page: Glance) -> float:
    """NĐ 30 numbers pages from the second on: a number above 1 goes on, above all the next one."""
    if page.number is None:
        # The paper before had come to bear numbers, and this page bears none.
        return 0.6 if any(glance.number for glance in paper[1:]) else 0.0
    if page.number == 1:
        return 1.0
    before = next((glance.number + len(paper) - at for at, glance in enumerate(paper) if glance.number), len(paper) + 1)
    return -4.0 if page.number == before else -2.0


def _cites(seen: Sheet, head: Head) -> tuple[str, ...]:
    """Numbers of papers at the top of the page, as search tokens; its own first."""
    rows = [*([head.number] if head.number else []), *(row for row in seen.rows if row.level < 0.25)]
    return tuple(number_token(number) for row in rows for number in numbers_in(row.text))


def _signed(seen: Sheet, tables: Tables) -> bool:
    """A signature block, or the recipients beside it, on the page."""
    low = [row for row in seen.rows if row.level > 0.15]
    return any("ghi ro ho ten" in row.key or row.key.startswith(_ENDINGS) for row in low) or bool(
        signature_rows(seen, tables.office)
    )


def _closes(seen: Sheet) -> bool:
    """`./.` closes the text; the signature may have gone to the next page."""
    return any(row.text.rstrip().endswith("./.") for row in seen.rows if row.level > 0.15)


def _goes_on(last: Glance, page: Glance) -> bool:
    """The last line before has no end and the first line here no beginning."""
    before, after = _body(last.sheet.rows), _body(page.sheet.rows)
    if not before or not after or last.ends:
        return False
    return before[-1].text.rstrip()[-1:] not in ".;:!?/" and after[0].text[:1].islower()


def _body(rows: Iterable[Row]) -> list[Row]:
    """Lines that are long enough to be running text."""
    return [row for row in rows if row.x1 - row.x0 > 0.35 and len(row.middles) > 4]


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
