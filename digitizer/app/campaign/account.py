"""What a campaign found, unit by unit, against what its manifest expects."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from digitizer.app import face
from digitizer.app.campaign.evidence import Leaf, entry, leaf, same_sheet
from digitizer.app.campaign.manifest import Unit, paper_name
from digitizer.app.campaign.matching import Matcher
from digitizer.app.campaign.sequence import Difference, Kind, Numbered, compare
from digitizer.ingest.walk import natural
from digitizer.model import Arrival, Document, Scan, ScanState
from digitizer.store import campaigns
from digitizer.store.records import Records

UNIT = TypeAdapter(Unit)
_FINISHED = (ScanState.DONE, ScanState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A difference in a unit, for people: `what` is numbered (`tờ`, `trang`, `số`, `văn bản`), `where` shows it."""

    kind: Kind
    what: str
    number: int | None
    where: tuple[str, ...] = ()
    bears: int | None = None
    among: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAccount:
    """A unit of the manifest and what was found of it.

    `evidence`: how its sheets were told apart (`số tờ`, `trang`, `số đăng ký`, `tên tệp`, `chỉ đếm`).  `sheets`: found,
    without doubled ones; None when only sides could be counted.  `pages`: sides with something on them, doubled ones
    too.  `waiting`: files not read yet; then nothing is called missing.  `failed`: files or pages nobody could read.
    """

    unit: Unit
    files: int = 0
    pages: int = 0
    papers: int = 0
    sheets: int | None = None
    evidence: str = ""
    waiting: int = 0
    failed: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def complete(self) -> bool:
        """Everything is there, once, and could be read."""
        return bool(self.files) and not (self.waiting or self.failed or self.findings)


@dataclass
class Account:
    """The account of a campaign.  Iterate over `units()` to the end; then the rest is known."""

    records: Records
    name: str
    step: Callable[[int], None] = lambda _done: None
    foreign: list[Scan] = field(default_factory=list)
    refused: list[Arrival] = field(default_factory=list)
    twice: list[tuple[str, ...]] = field(default_factory=list)

    def units(self) -> Iterator[UnitAccount]:
        """Every unit in the order of the manifest.  One unit's pages are in memory at a time."""
        with self.records.reading() as db:
            given = [(ordinal, UNIT.validate_python(noun)) for ordinal, noun in campaigns.units(db, self.name)]
            fed = list(campaigns.scans_of(db, self.name))
            self.refused = list(campaigns.refused(db, self.name))
        members = self._members(Matcher(given), fed)
        for ordinal, unit in given:
            self.step(ordinal)
            yield self._unit(unit, members.get(ordinal, []))

    def _members(self, matcher: Matcher, fed: list[Scan]) -> dict[int, list[Scan]]:
        """Unit → its scans; notes those without a unit, and files that lie in several units."""
        members: dict[int, list[Scan]] = defaultdict(list)
        bytes_: dict[str, dict[int | None, str]] = defaultdict(dict)
        for scan in fed:
            name = face.file_of(scan)
            unit = matcher.by_place(scan.labels, name.rpartition("/")[2])
            if unit is None and scan.state is ScanState.DONE:
                unit = self._by_reading(matcher, scan)
            if unit is None:
                self.foreign.append(scan)
            else:
                members[unit].append(scan)
            bytes_[scan.sha256].setdefault(unit, name)
        self.twice = [tuple(places.values()) for places in bytes_.values() if len(places) > 1]
        return members

    def _by_reading(self, matcher: Matcher, scan: Scan) -> int | None:
        for document in self.records.scan(scan.id).documents:
            book = document.field("book")
            found = matcher.by_reading(book.normalised if book else "", entry(document))
            if found is not None:
                return found
        return None

    def _unit(self, unit: Unit, members: list[Scan]) -> UnitAccount:
        members = sorted(members, key=lambda scan: natural(face.file_of(scan)))
        waiting = sum(scan.state not in _FINISHED for scan in members)
        failed = [face.file_of(scan) for scan in members if scan.state is ScanState.FAILED]
        leaves: list[Leaf] = []
        papers: dict[str, Document] = {}
        for scan in (self.records.scan(one.id) for one in members if one.state is ScanState.DONE):
            failed += [f"{face.file_of(scan)}, trang {page.number}" for page in scan.pages if page.failed]
            papers |= {document.id: document for document in scan.documents}
            leaves += self._leaves(scan)
        told = _told(unit, leaves, members)
        return UnitAccount(
            unit=unit,
            files=len(members),
            pages=len(leaves),
            papers=sum(document.duplicate_of not in papers for document in papers.values()),
            sheets=told.sheets,
            evidence=told.evidence if leaves else "",
            waiting=waiting,
            failed=tuple(failed),
            findings=() if waiting or not members else told.findings,
        )

    def _leaves(self, scan: Scan) -> Iterator[Leaf]:
        begins: dict[int, list[Document]] = defaultdict(list)
        for document in scan.documents:
            if document.pages[0].scan == scan.id:
                begins[document.pages[0].page].append(document)
        for page in scan.pages:
            if not (page.blank or page.failed or page.step is None):
                yield leaf(scan, self.records.page(scan.id, page.number), begins[page.number])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    sheets: int | None
    evidence: str
    findings: tuple[Finding, ...]


def _told(unit: Unit, leaves: Sequence[Leaf], members: Sequence[Scan]) -> _Told:
    """What is known of a unit's sheets, by each way of telling them that its manifest row asks for."""
    findings: list[Finding] = []
    ways: list[str] = []
    sheets: int | None = None
    if unit.first_number is not None and unit.last_number is not None:
        ways.append("số đăng ký")
        findings += _entries(range(unit.first_number, unit.last_number + 1), leaves)
    if unit.first_page is not None and unit.last_page is not None:
        ways.append("trang")
        found = [Numbered(one.page, one) for one in leaves]
        told = compare(range(unit.first_page, unit.last_page + 1), found, same_sheet, ordered=True)
        findings += [_finding("trang", one) for one in told]
    if unit.papers is not None and any(paper_name(scan.file) for scan in members):
        ways.append("tên tệp")
        findings += _papers(unit.papers, leaves)
    if unit.sheets is not None or not ways:
        way, sheets, found_ = _sheets(unit, leaves)
        ways.append(way)
        findings += found_
    return _Told(sheets=sheets, evidence=", ".join(ways), findings=tuple(findings))


def _sheets(unit: Unit, leaves: Sequence[Leaf]) -> tuple[str, int | None, list[Finding]]:
    """By the numbers that sheets bear, when any does; else by counting sides."""
    if any(one.sheet is not None for one in leaves):
        found = [Numbered(one.sheet, one) for one in leaves]
        last = unit.sheets if unit.sheets is not None else max(one.sheet or 0 for one in leaves)
        printed = any(one.printed is not None for one in leaves)
        told = compare(range(1, last + 1), found, same_sheet, ordered=printed)
        absent = sum(one.kind is Kind.MISSING for one in told)
        more = sum(one.kind is Kind.EXTRA for one in told)
        way = "số tờ" if printed else "tên tệp"
        return way, last - absent + more, [_finding("tờ", one) for one in told]
    return "chỉ đếm", None, _counted(unit, leaves)


def _counted(unit: Unit, leaves: Sequence[Leaf]) -> list[Finding]:
    """Nothing bears a number: sides are counted, and those that come twice are told when there are too many."""
    told = compare(range(0), [Numbered(None, one) for one in leaves], same_sheet, ordered=True)
    doubled = [_finding("tờ", one) for one in told if one.kind is Kind.DOUBLED]
    spare = sum(len(one.where) - 1 for one in doubled)
    least, most = (unit.pages, unit.pages) if unit.pages is not None else (unit.sheets, 2 * (unit.sheets or 0))
    if least is None:
        return doubled
    if len(leaves) <= (most or 0):
        doubled, spare = [], 0  # the shelf holds two copies
    count = len(leaves) - spare
    fewer = [Finding(kind=Kind.MISSING, what="tờ", number=None) for _ in range(max(least - count, 0))]
    more = [Finding(kind=Kind.EXTRA, what="tờ", number=None) for _ in range(max(count - (most or 0), 0))]
    return [*doubled, *fewer, *more]


def _entries(expected: range, leaves: Sequence[Leaf]) -> list[Finding]:
    """A register's numbers: several may stand on one page, and a page without one continues an entry."""
    found = [Numbered(number, (one, number)) for one in leaves for number in one.entries]

    def same(one: tuple[Leaf, int], other: tuple[Leaf, int]) -> bool:
        return one[0] is not other[0] and one[1] == other[1] and same_sheet(one[0], other[0])

    told = compare(expected, found, same, ordered=True)
    return [_finding("số", one, lambda item: item[0].where) for one in told]


def _papers(last: int, leaves: Sequence[Leaf]) -> list[Finding]:
    """Files named by their paper's ordinal (TT 05/2025): the first page stands for its file."""
    firsts = {one.scan: one for one in reversed(leaves)}
    found = [(named[1], one) for one in firsts.values() if (named := paper_name(one.file)) is not None]
    ordered = [Numbered(number, one) for number, one in sorted(found, key=lambda pair: natural(pair[1].file))]
    return [_finding("văn bản", one) for one in compare(range(1, last + 1), ordered, same_sheet, ordered=False)]


def _finding(what: str, one: Difference[Any], where: Callable[[Any], str] = lambda item: item.where) -> Finding:
    places = tuple(map(where, one.items))
    return Finding(kind=one.kind, what=what, number=one.number, where=places, bears=one.bears, among=one.among)
