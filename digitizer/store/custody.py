"""Quarantine in the records: what is suspected of secrecy leaves them whole, and comes back when it was cleared.

What leaves is written down in a file of the quarantine folder, durable before the transaction commits; the database
keeps ids, states, checksums and the chain of hashes, and no word of any paper, file or clerk (design §4.7).
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update
from sqlalchemy import text as sql

from digitizer.errors import Conflict, NotFound
from digitizer.ids import new_id
from digitizer.model import Arrival, ArrivalState, LeftOut, Page, Reason, ScanState
from digitizer.store import events, nouns, search
from digitizer.store.database import retried
from digitizer.store.events import timestamp
from digitizer.store.records import Records
from digitizer.store.rows import let_go
from digitizer.store.schema import (
    arrivals,
    changed,
    changes,
    document_marks,
    document_pages,
    documents,
    dossiers,
    pages,
    quarantined_bytes,
    quarantines,
    records,
    scans,
    search_pages,
    superseded,
)
from digitizer.store.schema import events as schema_events

SUSPECTED, CONFIRMED, CLEARED = "SUSPECTED", "CONFIRMED", "CLEARED"
REASON = Reason(
    code="secret",
    vi="Nghi là tài liệu bí mật nhà nước: không số hóa. Bản gốc đã được cách ly; báo cho người phụ trách bảo mật, và "
    "xóa tệp khỏi máy quét, thư mục dùng chung và máy của mình.",
    en="Suspected state secret: not digitized.  The original is in quarantine; tell the person in charge of secrets, "
    "and delete the file from the scanner, shared folders and your own machine.",
)
_GIVEN = "run"  # what a person gave to `run` stays where it is
Papers = dict[str, Any]
"""All rows that leave, by table, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """One suspicion: `blobs` are the SHA-256 of all that lies in its folder on `host`."""

    id: str
    state: str
    host: str
    moved: bool
    since: str
    arrivals: tuple[str, ...]
    blobs: tuple[str, ...]
    sources: tuple[dict[str, Any], ...] = ()


def word_on(store: Records, bytes_: Iterable[str]) -> str | None:
    """CONFIRMED or SUSPECTED when any of these bytes is, else CLEARED when all of them were, else None."""
    with store.reading() as db:
        return _word(db, set(bytes_))


def _word(db: Connection, wanted: set[str]) -> str | None:
    query = select(quarantined_bytes.c.state).where(quarantined_bytes.c.sha256.in_(wanted))
    found = list(db.execute(query).scalars())
    for state in (CONFIRMED, SUSPECTED):
        if state in found:
            return state
    return CLEARED if found and len(found) == len(wanted) else None


@retried
def seize(store: Records, scan: str, keep: Callable[[str, Papers], None]) -> Quarantine | None:
    """Quarantine the arrival of a suspected scan and every other one of the same bytes; None when it is gone already.

    `keep(id, papers)` writes down what leaves, and is called before the commit.
    """
    with store.alone() as db:
        _hold_writers(db)
        own = db.execute(select(scans.c.arrival, scans.c.noun).where(scans.c.id == scan)).first()
        if own is None:
            return None
        whole = db.execute(select(arrivals.c.sha256).where(arrivals.c.id == own.arrival)).scalar_one()
        suspects = {own.noun["sha256"], whole}
        seized = _holding(db, suspects)
        papers = _papers(db, seized)
        made = Quarantine(
            id=new_id("q"),
            state=CONFIRMED if _word(db, suspects) == CONFIRMED else SUSPECTED,
            host=socket.gethostname(),
            moved=False,
            since=timestamp(),
            arrivals=tuple(seized),
            blobs=tuple(sorted(_blobs(papers))),
            sources=tuple(_delivered(papers)),
        )
        keep(made.id, papers)
        _take_out(db, papers)
        for row in papers["arrivals"]:
            _empty(db, row, made.id)
        _note(db, made, suspects)
    return made


def decide(store: Records, quarantine: str, state: str, actor: str, papers: Papers | None = None) -> Quarantine:
    """Confirm it, or clear it with the papers that left: TAKEN, its scans RECEIVED.  Raises NotFound, Conflict."""
    known = find(store, quarantine)
    if known.state == CLEARED:
        raise Conflict(f"{quarantine} was cleared already")
    with store.begin() as db:
        if papers is not None:
            _put_back(db, papers)
        for arrival in known.arrivals:
            events.append(db, arrival, actor, state.lower(), {"quarantine": quarantine})
        db.execute(update(quarantines).where(quarantines.c.id == quarantine).values(state=state, sources=[]))
        bytes_ = set(db.execute(select(arrivals.c.sha256).where(arrivals.c.id.in_(known.arrivals))).scalars())
        if papers is not None:
            bytes_ |= {row["noun"]["sha256"] for row in papers["scans"]}
        for sha256 in bytes_:
            _say(db, sha256, state)
    return replace(known, state=state)


def find(store: Records, quarantine: str) -> Quarantine:
    """The quarantine; raises NotFound."""
    with store.reading() as db:
        row = db.execute(select(quarantines).where(quarantines.c.id == quarantine)).first()
    if row is None:
        raise NotFound(f"there is no quarantine {quarantine}")
    return _quarantine(row)


def every(store: Records) -> list[Quarantine]:
    """All of them, the oldest first."""
    with store.reading() as db:
        return [_quarantine(row) for row in db.execute(select(quarantines).order_by(quarantines.c.id))]


def settle(store: Records, quarantine: str, **values: Any) -> None:
    """Note that its bytes were `moved`, or which `sources` are left."""
    with store.begin() as db:
        db.execute(update(quarantines).where(quarantines.c.id == quarantine).values(**values))


def scrub(store: Records) -> bool:
    """Leave nothing of deleted rows in the database's files; False when somebody reads too long: try again.

    SQLite: the index is rewritten without its tombstones and the log emptied (freed pages are zeroed by
    `secure_delete`).  PostgreSQL: the tables that held text are rewritten; they are locked meanwhile.
    """
    if store.engine.dialect.name == "sqlite":
        with store.begin() as db:
            db.execute(sql("INSERT INTO search_words(search_words) VALUES('optimize')"))
        raw = store.engine.raw_connection()  # outside of any transaction, which SQLAlchemy would begin
        try:
            busy = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            raw.close()
        return not busy
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        texts = (pages, documents, document_marks, records, scans, arrivals, dossiers, changes, schema_events)
        for table in (*texts, search_pages):
            db.execute(sql(f"VACUUM FULL {table.name}"))
    return True


# ---- what leaves, and how it comes back


def _hold_writers(db: Connection) -> None:
    if db.dialect.name == "postgresql":
        db.execute(sql("LOCK TABLE arrivals, scans, pages, documents, records IN SHARE ROW EXCLUSIVE MODE"))


def _holding(db: Connection, suspects: set[str]) -> list[str]:
    """The arrivals of these bytes, or with a scan of them."""
    whole = select(arrivals.c.id).where(arrivals.c.sha256.in_(suspects), arrivals.c.state == ArrivalState.TAKEN)
    within = select(scans.c.arrival).where(scans.c.sha256.in_(suspects))
    return list(dict.fromkeys([*db.execute(whole).scalars(), *db.execute(within).scalars()]))


def _papers(db: Connection, seized: Sequence[str]) -> Papers:
    def rows(table: Table, *where: Any) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in db.execute(select(table).where(*where))]  # noqa: SLF001  # public name

    found: Papers = {"arrivals": rows(arrivals, arrivals.c.id.in_(seized))}
    found["scans"] = rows(scans, scans.c.arrival.in_(seized))
    mine = [row["id"] for row in found["scans"]]
    looked = select(pages.c.scan, pages.c.number, pages.c.noun).where(pages.c.scan.in_(mine))
    found["pages"] = [{"scan": row.scan, "number": row.number, "noun": row.noun} for row in db.execute(looked)]
    touching = select(document_pages.c.document).where(document_pages.c.scan.in_(mine)).distinct()
    here = [*db.execute(touching).scalars()]
    found["documents"] = rows(documents, documents.c.id.in_(here))
    found["document_pages"] = rows(document_pages, document_pages.c.document.in_(here))
    found["records"] = rows(records, records.c.document.in_(here) | records.c.scan.in_(mine))
    found["superseded"] = rows(superseded, superseded.c.scan.in_(mine))
    about = select(changed.c.number).where(changed.c.id.in_(mine))
    found["changes"] = rows(changes, changes.c.number.in_(about))
    found["changed"] = rows(changed, changed.c.number.in_(about))
    found["events"] = [event for arrival in seized for event in events.history(db, arrival)]
    return found


def _blobs(papers: Papers) -> set[str]:
    found = {row["sha256"] for row in papers["arrivals"]}
    for row in papers["scans"]:
        noun = row["noun"]
        found |= {file["sha256"] for file in noun["files"]} or {noun["sha256"]}
    found |= {row["noun"]["preview"] for row in papers["pages"] if row["noun"]}
    found |= {row["noun"][name] for row in papers["records"] for name in ("pdf", "json", "text")}
    found |= {row["sha256"] for row in papers["superseded"]}
    return {sha256 for sha256 in found if sha256}


def _delivered(papers: Papers) -> Iterable[dict[str, Any]]:
    """What a source has to find and delete: its name, the file, and the SHA-256 of what was delivered."""
    for row in (row for row in papers["arrivals"] if row["source"] != _GIVEN):
        runs = [scan["noun"] for scan in papers["scans"] if scan["arrival"] == row["id"] and not scan["noun"]["member"]]
        parts = {file["sha256"] for noun in runs for file in noun["files"]}
        yield {"source": row["source"], "file": row["noun"]["file"], "bytes": sorted(parts or {row["sha256"]})}


def _take_out(db: Connection, papers: Papers) -> None:
    for arrival in (row["id"] for row in papers["arrivals"]):
        events.seal_off(db, arrival)
    gone = [row["id"] for row in papers["documents"]]
    mine = [row["id"] for row in papers["scans"]]
    for document in gone:
        search.unindex(db, document)
    neighbours = {row["scan"] for row in papers["document_pages"]} - set(mine)
    db.execute(delete(records).where(records.c.document.in_([row["document"] for row in papers["records"]])))
    db.execute(delete(superseded).where(superseded.c.scan.in_(mine)))
    known = [row["number"] for row in papers["changes"]]
    db.execute(delete(changed).where(changed.c.number.in_(known)))
    # Their numbers stay taken, for when they come back.
    db.execute(update(changes).where(changes.c.number.in_(known)).values(noun={}, actor="", undone_by=None))
    db.execute(delete(document_pages).where(document_pages.c.document.in_(gone)))
    db.execute(delete(documents).where(documents.c.id.in_(gone)))
    let_go(db, gone)
    db.execute(delete(pages).where(pages.c.scan.in_(mine)))
    db.execute(delete(scans).where(scans.c.id.in_(mine)))
    _leave_dossiers(db, {row["dossier"] for row in papers["documents"] if row["dossier"]})
    for scan in neighbours:  # it shared a paper with a suspected one: its own pages become papers anew
        noun = db.execute(select(scans.c.noun).where(scans.c.id == scan)).scalar_one()
        again = {**noun, "passed": [], "again": None, "state": ScanState.RECEIVED}
        fresh = {"owner": None, "until": 0, "attempts": 0}
        db.execute(update(scans).where(scans.c.id == scan).values(state=ScanState.RECEIVED, noun=again, **fresh))


def _leave_dossiers(db: Connection, left: set[str]) -> None:
    """Dossiers that are empty now are gone; the others are gathered again."""
    full = set(db.execute(select(documents.c.dossier).where(documents.c.dossier.in_(left)).distinct()).scalars())
    db.execute(delete(dossiers).where(dossiers.c.id.in_(left - full)))
    db.execute(update(dossiers).where(dossiers.c.id.in_(full)).values(dirty=True))


def _empty(db: Connection, row: dict[str, Any], quarantine: str) -> None:
    """The arrival stays, without names."""
    held = _blank(nouns.ARRIVAL.validate_python(row["noun"]))
    noun = nouns.ARRIVAL.dump_python(held, mode="json")
    values = {"state": held.state, "key": nouns.hidden_key(row["key"]), "noun": noun}
    db.execute(update(arrivals).where(arrivals.c.id == row["id"]).values(**values))
    events.append(db, row["id"], "digitizer", "quarantined", {"quarantine": quarantine})


def _blank(arrival: Arrival) -> Arrival:
    return replace(arrival, file="", labels=(), state=ArrivalState.QUARANTINED, reason=REASON)


def _put_back(db: Connection, papers: Papers) -> None:
    """The rows as they were; every scan is to be read from its first page on, a clerk's words on its papers kept."""
    for row in papers["arrivals"]:
        mine = arrivals.c.id == row["id"]
        noun = {**row["noun"], "state": ArrivalState.TAKEN, "reason": None}
        db.execute(update(arrivals).where(mine).values(state=ArrivalState.TAKEN, key=row["key"], noun=noun))
    events.tell_again(db, papers["events"])
    fresh = {"owner": None, "until": 0, "attempts": 0}
    for row in papers["scans"]:
        failed = not row["noun"]["media"]  # a member of a ZIP that is no paper
        state = ScanState.FAILED if failed else ScanState.RECEIVED
        noun = row["noun"] | {"passed": [], "again": None, "state": state} | ({} if failed else {"problems": []})
        db.execute(scans.insert().values(**{**row, **fresh, "sha256": noun["sha256"], "state": state, "noun": noun}))
    if papers["pages"]:
        db.execute(pages.insert(), [_unread(row) for row in papers["pages"]])
    for row in papers.get("changes", ()):
        db.execute(update(changes).where(changes.c.number == row["number"]).values(**row))
    if papers.get("changed"):
        db.execute(changed.insert(), papers["changed"])
    wanted = {row["scan"] for row in (*papers["documents"], *papers["document_pages"])}
    known = set(db.execute(select(scans.c.id).where(scans.c.id.in_(wanted))).scalars())
    placed = select(document_pages.c.scan, document_pages.c.page).where(document_pages.c.scan.in_(wanted))
    taken = {(row.scan, row.page) for row in db.execute(placed)}
    for row in papers["documents"]:
        places = [place for place in papers["document_pages"] if place["document"] == row["id"]]
        whole = all(place["scan"] in known and (place["scan"], place["page"]) not in taken for place in places)
        if whole and row["scan"] in known:
            noun = {**row["noun"], "dossier": None}
            db.execute(documents.insert().values(**{**row, "dossier": None, "noun": noun}))
            db.execute(document_pages.insert(), places)
            for record in (record for record in papers["records"] if record["document"] == row["id"]):
                db.execute(records.insert().values(**record))


def _unread(row: dict[str, Any]) -> dict[str, Any]:
    """The page, to be read anew, with what a clerk decided about it."""
    known = nouns.PAGE.validate_python(row["noun"] or {"number": row["number"]})
    deleted = known.left_out if known.left_out is LeftOut.DELETED else None
    page = Page(number=known.number, left_out=deleted, upright=known.upright)
    return {"scan": row["scan"], "number": page.number, "pending": True, "noun": nouns.page_row(page)}


def _note(db: Connection, made: Quarantine, suspects: Iterable[str]) -> None:
    values = {name: getattr(made, name) for name in ("id", "state", "host", "moved", "since")}
    lists = {name: list(getattr(made, name)) for name in ("arrivals", "blobs", "sources")}
    db.execute(quarantines.insert().values(**values, **lists))
    for sha256 in suspects:
        _say(db, sha256, made.state)


def _say(db: Connection, sha256: str, state: str) -> None:
    db.execute(delete(quarantined_bytes).where(quarantined_bytes.c.sha256 == sha256))
    db.execute(quarantined_bytes.insert().values(sha256=sha256, state=state))


def _quarantine(row: Row[Any]) -> Quarantine:
    return Quarantine(
        id=row.id,
        state=row.state,
        host=row.host,
        moved=row.moved,
        since=row.since,
        arrivals=tuple(row.arrivals),
        blobs=tuple(row.blobs),
        sources=tuple(row.sources),
    )
