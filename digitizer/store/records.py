"""What is known, in a database: SQLite or PostgreSQL, by SQLAlchemy Core.

Every method is one transaction.  A noun lies whole as JSON in its row; columns beside it are for finding it.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from digitizer.errors import LeaseLost, NotFound
from digitizer.model import (
    Arrival,
    By,
    Document,
    DocumentState,
    Dossier,
    Page,
    PageRef,
    Problem,
    Record,
    Scan,
    ScanState,
)
from digitizer.store import events, nouns
from digitizer.store.database import Database, retried
from digitizer.store.schema import (
    arrivals,
    campaign_arrivals,
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
_AT_ONCE = 200
_ANY: Mapping[str, tuple[PageRef, ...]] = {}
_Noun = TypeVar("_Noun")


class Records(Database):
    """The record store; safe to use from several threads and processes."""

    # ---- arrivals

    def seen(self, source: str, key: str, sha256: str, *, moved_too: bool) -> Arrival | None:
        """The arrival that this delivery already is, or None.

        `moved_too`: also those whose source file was put away (for `run`, which moves nothing).
        """
        keys = arrivals.c.key.in_((key, nouns.hidden_key(key)))
        query = select(arrivals.c.noun).where(arrivals.c.source == source, keys, arrivals.c.sha256 == sha256)
        if not moved_too:
            query = query.where(arrivals.c.waiting)
        with self.reading() as db:
            row = db.execute(query.order_by(arrivals.c.received.desc())).first()
        return nouns.ARRIVAL.validate_python(row.noun) if row else None

    @retried
    def add(self, arrival: Arrival, key: str, given: Sequence[tuple[Scan, str | None]]) -> None:
        """A new arrival with its scans (each with the key of the folder that is its dossier, or None) and pages."""
        with self.begin() as db:
            db.execute(
                arrivals.insert().values(
                    id=arrival.id,
                    source=arrival.source,
                    key=key,
                    sha256=arrival.sha256,
                    state=arrival.state,
                    waiting=True,
                    received=arrival.received,
                    noun=nouns.ARRIVAL.dump_python(arrival, mode="json"),
                )
            )
            if arrival.campaign:
                db.execute(campaign_arrivals.insert().values(campaign=arrival.campaign, arrival=arrival.id))
            for ordinal, (scan, folder) in enumerate(given):
                db.execute(
                    scans.insert().values(
                        id=scan.id,
                        arrival=arrival.id,
                        ordinal=ordinal,
                        state=scan.state,
                        lane=arrival.lane,
                        folder=folder,
                        office=scan.office,
                        sha256=scan.sha256,
                        turn=time.time(),
                        noun=nouns.scan_row(scan),
                    )
                )
                admit(db, arrival.lane, scan.office)
                numbers = [{"scan": scan.id, "number": number, "pending": True} for number in range(1, scan.count + 1)]
                if numbers:  # a member of a ZIP that can't be read has none
                    db.execute(pages.insert(), numbers)
            about = {"file": arrival.file, "sha256": arrival.sha256, "size": arrival.size}
            events.append(db, arrival.id, arrival.operator, arrival.state.lower(), about)

    @retried
    def put_away(self, arrival: str) -> None:
        """The source file has been moved: the same bytes under the same name are a new arrival from now on."""
        with self.begin() as db:
            db.execute(update(arrivals).where(arrivals.c.id == arrival).values(waiting=False))

    def arrival(self, arrival: str) -> Arrival:
        """The arrival; raises NotFound."""
        return self._noun(arrivals, nouns.ARRIVAL, arrival)

    def history(self, arrival: str) -> list[dict[str, Any]]:
        """The events of an arrival, oldest first."""
        with self.reading() as db:
            return events.history(db, arrival)

    # ---- scans and pages

    def scans_of(self, arrival: str) -> list[str]:
        """The ids of its scans, in order."""
        query = select(scans.c.id).where(scans.c.arrival == arrival).order_by(scans.c.ordinal)
        with self.reading() as db:
            return list(db.execute(query).scalars())

    def scan(self, scan: str) -> Scan:
        """The scan with page summaries and the documents that have pages in it; raises NotFound."""
        with self.reading() as db:
            return load_scan(db, scan)

    def page(self, scan: str, number: int) -> Page:
        """The page with its lines; raises NotFound when there is no such page or it was not read yet."""
        with self.reading() as db:
            return load_page(db, scan, number)

    @retried
    def save_scan(self, scan: Scan, what: str, about: dict[str, Any] | None = None, actor: str = "digitizer") -> None:
        """Save state, summaries and documents of a scan, with the event that it was done."""
        with self.alone() as db:
            store_scan(db, scan)
            events.append(db, scan.arrival, actor, what, {"scan": scan.id, **(about or {})})

    # ---- documents, records, dossiers

    def document(self, document: str) -> Document:
        """The document; raises NotFound."""
        return self._noun(documents, nouns.DOCUMENT, document)

    def home_scan(self, document: str) -> str:
        """The scan that the document was found in; raises NotFound."""
        with self.reading() as db:
            found = db.execute(select(documents.c.scan).where(documents.c.id == document)).scalar()
        if found is None:
            raise NotFound(f"there is no document {document}")
        return str(found)

    @retried
    def save_records(self, made: Sequence[Record], pages: Mapping[str, tuple[PageRef, ...]] = _ANY) -> None:
        """Save records of document versions, in place of what was made of those versions before.

        `pages`: those of each document that its record was made of.  Raises LeaseLost, and saves none, when one of the
        documents has left the records or has others by now.
        """
        with self.alone() as db:
            homes = [require(db, record.document, pages.get(record.document)) for record in made]
            for record, home in zip(made, homes, strict=True):
                retire(db, record.document, home, record.version)
            rows = [
                {
                    "document": record.document,
                    "version": record.version,
                    "created": record.created,
                    "scan": home,
                    "noun": nouns.RECORD.dump_python(record, mode="json"),
                }
                for record, home in zip(made, homes, strict=True)
            ]
            db.execute(records.insert(), rows)

    def record(self, document: str) -> Record:
        """The newest record of a document; raises NotFound."""
        query = select(records.c.noun).where(records.c.document == document).order_by(records.c.version.desc())
        with self.reading() as db:
            row = db.execute(query).first()
        if row is None:
            raise NotFound(f"there is no record of {document} yet")
        return nouns.RECORD.validate_python(row.noun)

    def dossier(self, dossier: str) -> Dossier:
        """The dossier; raises NotFound."""
        return self._noun(dossiers, nouns.DOSSIER, dossier)

    @retried
    def change(self, document: Document, what: str, actor: str, about: dict[str, Any]) -> None:
        """Save a document that a person or a rule changed, with the event in its arrival's history."""
        with self.alone() as db:
            change_document(db, document)
            events.append(db, arrival_of(db, document.id), actor, what, {"document": document.id, **about})

    def documents_in(self, state: DocumentState) -> Iterator[Document]:
        """The documents in this state, in order, a few at a time; nothing is held open between."""
        last = ""
        while True:
            query = select(documents.c.id, documents.c.noun).where(documents.c.state == state, documents.c.id > last)
            with self.reading() as db:
                rows = db.execute(query.order_by(documents.c.id).limit(_AT_ONCE)).all()
            if not rows:
                return
            yield from (nouns.DOCUMENT.validate_python(row.noun) for row in rows)
            last = rows[-1].id

    def releasable(self) -> list[str]:
        """The READY documents, copies left out, whose scan is done and whose dossier, if any, is gathered."""
        dirty = select(dossiers.c.id).where(dossiers.c.dirty)
        query = (
            select(documents.c.id)
            .join(scans, scans.c.id == documents.c.scan)
            .where(
                documents.c.state == DocumentState.READY,
                documents.c.duplicate_of.is_(None),
                scans.c.state == ScanState.DONE,
                documents.c.dossier.is_(None) | documents.c.dossier.not_in(dirty),
            )
        )
        with self.reading() as db:
            return list(db.execute(query).scalars())

    def _noun(self, table: Table, adapter: TypeAdapter[_Noun], id_: str) -> _Noun:
        with self.reading() as db:
            row = db.execute(select(table.c.noun).where(table.c.id == id_)).first()
        if row is None:
            raise NotFound(f"there is no {id_} among the {table.name}")
        return adapter.validate_python(row.noun)

    def counts(self) -> dict[str, dict[str, int]]:
        """How many arrivals, scans and documents are in each state."""
        with self.reading() as db:
            return {
                name: {
                    str(state): number
                    for state, number in db.execute(select(table.c.state, func.count()).group_by(table.c.state))
                }
                for name, table in (("arrivals", arrivals), ("scans", scans), ("documents", documents))
            }


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
