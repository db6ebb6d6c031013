"""Scans, pages and documents as rows, inside a transaction of the caller."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from digitizer.errors import LeaseLost, NotFound
from digitizer.model import (
    By,
    Document,
    DocumentState,
    Page,
    PageRef,
    Problem,
    Scan,
    ScanState,
)
from digitizer.store import events, nouns
from digitizer.store.schema import (
    document_marks,
    document_pages,
    documents,
    dossiers,
    pages,
    records,
    scans,
    superseded,
    turns,
)

DUPLICATE = "duplicate"
"""The code of the problem that a copy of another document has; it is blocking until a clerk has decided."""


def require(db: Connection, document: str, pages: tuple[PageRef, ...] | None = None) -> str:
    """The scan that it was found in; raises LeaseLost when the document has left the records, or has other pages.

    Nobody takes it away before the commit.
    """
    here = select(documents.c.scan, documents.c.noun).where(documents.c.id == document).with_for_update(read=True)
    found = db.execute(here).first()
    if found is None:
        raise LeaseLost(f"{document} has left the records")
    if pages is not None and [(one["scan"], one["page"]) for one in found.noun["pages"]] != [
        (ref.scan, ref.page) for ref in pages
    ]:
        raise LeaseLost(f"{document} was given other pages meanwhile")
    return str(found.scan)


def retire(db: Connection, document: str, home: str, version: int | None = None) -> None:
    """Take the records of a document away, or that of one version, and remember their outputs until they are swept."""
    mine = [records.c.document == document, *([] if version is None else [records.c.version == version])]
    before = db.execute(delete(records).where(*mine).returning(records.c.noun)).scalars().all()
    if before:
        known = set(db.execute(select(superseded.c.sha256).where(superseded.c.scan == home)).scalars())
        for sha256 in {noun.get(name) for noun in before for name in ("pdf", "json", "text")} - known - {None, ""}:
            db.execute(superseded.insert().values(scan=home, sha256=sha256))


def load_scan(db: Connection, scan: str) -> Scan:
    """The scan with page summaries and documents; raises NotFound."""
    row = db.execute(select(scans.c.noun, scans.c.state).where(scans.c.id == scan)).first()
    if row is None:
        raise NotFound(f"there is no scan {scan}")
    summaries = db.execute(select(pages.c.number, pages.c.noun).where(pages.c.scan == scan).order_by(pages.c.number))
    here = select(document_pages.c.document).where(document_pages.c.scan == scan)
    found = select(documents.c.noun).where(documents.c.id.in_(here)).order_by(documents.c.scan, documents.c.ordinal)
    return replace(
        nouns.SCAN.validate_python(row.noun),
        state=ScanState(row.state),
        pages=tuple(
            nouns.PAGE.validate_python(page.noun) if page.noun else Page(number=page.number) for page in summaries
        ),
        documents=tuple(nouns.DOCUMENT.validate_python(document.noun) for document in db.execute(found)),
    )


def load_page(db: Connection, scan: str, number: int) -> Page:
    """The page with its lines; raises NotFound when there is no such page or it was not read yet."""
    mine = pages.c.scan == scan, pages.c.number == number
    row = db.execute(select(pages.c.noun, pages.c.lines).where(*mine)).first()
    if row is None or row.noun is None:
        raise NotFound(f"there is no page {number} of {scan}")
    return nouns.page_from_row(row.noun, row.lines)


def arrival_of(db: Connection, document: str) -> str:
    """The arrival that the document came with; raises NotFound."""
    query = select(scans.c.arrival).join(documents, documents.c.scan == scans.c.id).where(documents.c.id == document)
    found = db.execute(query).scalar()
    if found is None:
        raise NotFound(f"there is no document {document}")
    return str(found)


def gather_again(db: Connection, ids: Iterable[str | None]) -> None:
    """These dossiers changed: somebody is to gather them."""
    changed = set(ids) - {None}
    if changed:
        db.execute(update(dossiers).where(dossiers.c.id.in_(changed)).values(dirty=True, attempts=0))


def beside_copy(document: Document) -> tuple[Problem, ...]:
    """Its problems, without the one of being a copy of another document."""
    return tuple(problem for problem in document.problems if problem.code != DUPLICATE)


def admit(db: Connection, lane: str, office: str) -> None:
    """From now on the office takes part in the lane (store/turns.py)."""
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    db.execute(insert(turns).values(lane=lane, office=office).on_conflict_do_nothing())


def store_scan(db: Connection, scan: Scan) -> None:
    """Write a scan's row, and what the stages changed in its page summaries and in the documents they ran for."""
    row = nouns.scan_row(replace(scan, again=None) if scan.state is ScanState.DONE else scan)
    db.execute(update(scans).where(scans.c.id == scan.id).values(state=scan.state, noun=row))
    _store_summaries(db, scan)
    _store_documents(db, scan)


def _store_summaries(db: Connection, scan: Scan) -> None:
    query = select(pages.c.number, pages.c.noun).where(pages.c.scan == scan.id)
    stored = {row.number: row.noun for row in db.execute(query)}
    rows = {page.number: nouns.page_row(page) for page in scan.pages if page.step is not None}
    changed = [{"at": number, "row": row} for number, row in rows.items() if row != stored.get(number)]
    if changed:
        mine = update(pages).where(pages.c.scan == scan.id, pages.c.number == bindparam("at"))
        db.execute(mine.values(noun=bindparam("row", type_=pages.c.noun.type)), changed)


def _store_documents(db: Connection, scan: Scan) -> None:
    here = select(document_pages.c.document).where(document_pages.c.scan == scan.id)
    mine = documents.c.id.in_(here if scan.again is None else scan.again)
    stored = {row["id"]: dict(row) for row in db.execute(select(documents).where(mine)).mappings()}
    given = [(place, one) for place, one in enumerate(scan.documents) if scan.again is None or one.id in scan.again]
    wanted = {}
    for ordinal, document in given:
        home, place = scan.id, ordinal
        known = stored.get(document.id)
        if known and (scan.again is not None or known["scan"] != scan.id):  # it has its place, here or elsewhere
            home, place = known["scan"], known["ordinal"]
        wanted[document.id] = nouns.document_row(document, home, place)
    kept = {
        id_ for id_, row in wanted.items() if id_ in stored and row["noun"]["pages"] == stored[id_]["noun"]["pages"]
    }
    remove_documents(db, stored.keys() - kept)  # first: no page may be in two documents
    let_go(db, stored.keys() - wanted.keys())
    changed = []
    for _, document in given:
        row = wanted[document.id]
        if document.id not in kept:
            add_document(db, document, row["scan"], row["ordinal"])
        elif any(stored[document.id][name] != value for name, value in row.items()):
            changed.append({"at": document.id, **row})
    if changed:
        db.execute(update(documents).where(documents.c.id == bindparam("at")), changed)


def add_document(db: Connection, document: Document, home: str, ordinal: int) -> None:
    """Write a document and which pages it has."""
    db.execute(documents.insert().values(**nouns.document_row(document, home, ordinal)))
    rows = [
        {"document": document.id, "ordinal": place, "scan": page.scan, "page": page.page}
        for place, page in enumerate(document.pages)
    ]
    if rows:
        db.execute(document_pages.insert(), rows)


def change_document(db: Connection, document: Document) -> None:
    """Write what changed in a document; its pages stay."""
    row = nouns.document_row(document, "", 0)
    changed = {name: value for name, value in row.items() if name not in ("id", "scan", "ordinal")}
    db.execute(update(documents).where(documents.c.id == document.id).values(**changed))


def remove_documents(db: Connection, ids: Iterable[str]) -> None:
    """Take documents and their claims on pages away."""
    for document in ids:
        db.execute(delete(document_pages).where(document_pages.c.document == document))
        db.execute(delete(documents).where(documents.c.id == document))


def let_go(db: Connection, gone: Iterable[str]) -> None:
    """Documents are gone for good: nothing is known again by their marks, and what was a copy of them is looked at."""
    for document in gone:
        db.execute(delete(document_marks).where(document_marks.c.document == document))
        here = select(documents.c.noun, scans.c.arrival).join(scans, scans.c.id == documents.c.scan)
        for row in db.execute(here.where(documents.c.duplicate_of == document)).all():
            copy = nouns.DOCUMENT.validate_python(row.noun)
            alone = replace(copy, duplicate_of=None, duplicate_by=By.RULE, problems=beside_copy(copy))
            change_document(db, replace(alone, state=DocumentState.REVIEW))
            events.append(db, row.arrival, "digitizer", "no-duplicate", {"document": copy.id, "of": document})
