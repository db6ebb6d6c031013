"""What is known, in a database: SQLite or PostgreSQL, by SQLAlchemy Core.

Every method is one transaction.  A noun lies whole as JSON in its row; columns beside it are for finding it.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Table, func, select, update

from digitizer.errors import NotFound
from digitizer.model import (
    Arrival,
    Document,
    DocumentState,
    Dossier,
    Page,
    PageRef,
    Record,
    Scan,
    ScanState,
)
from digitizer.store import events, nouns
from digitizer.store.database import Database, retried
from digitizer.store.rows import (
    admit,
    arrival_of,
    change_document,
    load_page,
    load_scan,
    require,
    retire,
    store_scan,
)
from digitizer.store.schema import (
    arrivals,
    campaign_arrivals,
    documents,
    dossiers,
    pages,
    records,
    scans,
)

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
