"""Scans with pages and documents, put into records without reading any paper."""

from dataclasses import replace

from digitizer.ids import new_id
from digitizer.model import Arrival, By, Document, Field, Line, Page, PageRef, Scan, Word
from digitizer.store import dossiers, leases
from digitizer.store import search as searching
from digitizer.store.events import timestamp
from digitizer.store.records import Records


def arrive(
    records: Records,
    pages: int = 3,
    folder: str | None = None,
    key: str = "/in/a.pdf",
    sha256: str = "ab" * 32,
    lane: str = "live",
) -> Scan:
    """A new arrival of one scan with so many pages, none of them read."""
    about = {"file": "a.pdf", "sha256": sha256, "size": 10, "received": timestamp(), "operator": "na", "lane": lane}
    arrival = Arrival(id=new_id("a"), source="run", **about)  # type: ignore[arg-type]
    scan = Scan(id=new_id("s"), arrival=arrival.id, file="a.pdf", sha256=sha256, media="application/pdf", count=pages)
    records.add(arrival, key, [(scan, folder)])
    return scan


def page(number: int, text: str) -> Page:
    """A page that was read and says this."""
    lines = []
    for row, line in enumerate(text.split("\n")):
        words = tuple(
            Word(
                text=word, read=word, box=(9 * at, 20 * row, 9 * at + 8, 20 * row + 9), quad=(0.0,) * 8, confidence=0.9
            )
            for at, word in enumerate(line.split())
        )
        lines.append(Line(words=words, box=(0, 20 * row, 100, 20 * row + 9)))
    return Page(number=number, width=100, height=100, lines=tuple(lines), step="correct")


def read_all(records: Records, scan: Scan, texts: list[str], owner: str = "me") -> Scan:
    """Read every page of the scan, and claim its stages."""
    for one in leases.claim_pages(records, scan.id, owner, 9999, 60, 9):
        assert leases.save_page(records, scan.id, page(one.number, texts[one.number - 1]), owner, 60)
    claimed = leases.claim_stages(records, scan.id, owner, 60)
    assert claimed is not None
    return claimed


def shelve(records: Records, scan: Scan, *documents: Document, owner: str = "me") -> None:
    """Finish the scan with these documents, which can be found afterwards."""
    done = replace(scan, documents=documents, passed=("split",))
    records.save_scan(done, "split")
    dossiers.finish(records, done, owner)
    with records.begin() as db:
        for document in documents:
            searching.index(db, document, [records.page(ref.scan, ref.page) for ref in document.pages])


def document(scan: Scan, *numbers: int, **more: object) -> Document:
    """A new document of these pages of the scan."""
    pages = tuple(PageRef(scan=scan.id, page=number) for number in numbers)
    return replace(Document(id=new_id("d"), pages=pages), **more)  # type: ignore[arg-type]


def field(name: str, value: str) -> Field:
    """A field that a rule found."""
    return Field(name=name, value=value, normalised=value, by=By.RULE)
