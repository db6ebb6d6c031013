"""What papers consist of, page by page, what was left out, and what clerks changed: rows for people and programs."""

from collections.abc import Iterator
from typing import Any

from digitizer.app import face
from digitizer.app.sheets import about
from digitizer.app.turning import pose
from digitizer.contracts import LoadPage
from digitizer.errors import NotFound
from digitizer.model import Document, Page, PageRef, Scan
from digitizer.pipeline import STEPS
from digitizer.store import changes
from digitizer.store.changes import Change
from digitizer.store.records import Records

Row = dict[str, Any]
_WORDS = 60


def contents(records: Records, target: str) -> Iterator[Row]:
    """Rows of `type` `page` (in a document), `left_out` and `change` (the newest first); raises NotFound.

    `place` counts the pages of a document from 1; `page` those of a file.  `waits`: it is being read again.
    """
    ids = about(records, target)
    documents = _documents(records, target, ids)
    scans = {ref.scan: records.scan(ref.scan) for one in documents for ref in one.pages}
    scans |= {id_: records.scan(id_) for id_ in ids if id_.startswith("s")}
    pages = {PageRef(scan=scan.id, page=page.number): page for scan in scans.values() for page in scan.pages}
    for document in documents:
        for place, ref in enumerate(document.pages, 1):
            row = _page_row(scans[ref.scan], pages[ref], records.page)
            yield {"type": "page", "document": document.id, "kind": document.kind, "place": place} | row
    for ref, page in pages.items():
        if page.left_out is not None:
            row = _page_row(scans[ref.scan], page, records.page)
            yield {"type": "left_out", "why": page.left_out.value} | row
    yield from map(change_row, changes.of(records, ids))


def change_row(change: Change) -> Row:
    """A change: number, what, by whom and when, the documents that it made or touched, by whom and when undone."""
    touched = dict.fromkeys(one.document.id for one in (*change.before, *change.after))
    return {
        "type": "change",
        "number": change.number,
        "what": change.what,
        "at": change.at,
        "actor": change.actor,
        "documents": list(touched),
        "undone_at": change.undone_at,
        "undone_by": change.undone_by,
    }


def _documents(records: Records, target: str, ids: list[str]) -> list[Document]:
    """The documents meant; none for one that a change took away, which can be undone."""
    if target[:1] in "dh":
        found = []
        for id_ in ids:
            try:
                found.append(records.document(id_))
            except NotFound:
                if not changes.of(records, [id_]):
                    raise
        return found
    return list({one.id: one for scan in ids for one in records.scan(scan).documents}.values())


def _page_row(scan: Scan, page: Page, load: LoadPage) -> Row:
    read = page.step is not None
    text = " ".join(load(scan.id, page.number).text.split()) if read else ""
    return {
        "scan": scan.id,
        "file": page.file or face.file_of(scan),
        "page": page.number,
        "turned": pose(page),
        "blank": page.blank,
        "waits": page.step != STEPS[-1],
        "begins": text if len(text) <= _WORDS else f"{text[:_WORDS]}…",
    }
