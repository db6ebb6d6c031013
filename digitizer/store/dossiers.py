"""Dossiers in the records: which documents belong together, and who gathers them."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, delete, select, update

from digitizer.ids import new_id
from digitizer.model import Document, Dossier, Scan, ScanState
from digitizer.store import events, leases, nouns
from digitizer.store.cases import UNSURE, cases
from digitizer.store.database import retried
from digitizer.store.records import Records
from digitizer.store.rows import add_document, gather_again, let_go, remove_documents, store_scan
from digitizer.store.schema import arrivals, documents, dossiers, scans
from digitizer.text import number_token

_BACKFILL = "backfill"
Gatherer = Callable[[Dossier, list[Document]], tuple[Dossier, list[Document]]]
"""(the dossier, its documents) → both with procedure, roles, slots and states decided; may leave documents out that
it joined to another one."""


@retried
def finish(
    records: Records, scan: Scan, owner: str, recognise: Callable[[Connection, Scan], None] = lambda _db, _scan: None
) -> None:
    """The scan is DONE: its documents go into their dossiers, which are marked for gathering; raises LeaseLost.

    `recognise` marks, in the same transaction, which of them are copies of others.
    """
    with records.alone() as db:
        leases.hold(db, scan.id, owner, owner=None, until=0, attempts=0)
        store_scan(db, replace(scan, state=ScanState.DONE))
        events.append(db, scan.arrival, "digitizer", "done", {"scan": scan.id})
        recognise(db, scan)
        _attach(db, scan)


@retried
def claim_dirty(records: Records, owner: str, seconds: float, attempts: int) -> str | None:
    """A dossier to gather, leased to `owner`, none of whose folder's scans is still under way; None when there is none.

    Waiting for the last scan of a folder keeps a folder of n files from being gathered n times.  One that was begun
    `attempts` times and never finished waits until one of its papers changes.
    """
    now = records.now()
    mate = scans.alias()
    underway = (
        select(mate.c.id)
        .select_from(documents)
        .join(scans, scans.c.id == documents.c.scan)
        .join(mate, mate.c.folder == scans.c.folder)
        .where(documents.c.dossier == dossiers.c.id, mate.c.state.in_((ScanState.RECEIVED, ScanState.WORKING)))
        .correlate(dossiers)
    )
    query = (
        select(dossiers.c.id)
        .where(
            dossiers.c.dirty,
            dossiers.c.attempts < attempts,
            leases.unleased(dossiers, now, seconds),
            ~underway.exists(),
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with records.begin() as db:
        found = db.execute(query).scalar()
        if found is not None:
            db.execute(
                update(dossiers)
                .where(dossiers.c.id == found)
                .values(owner=owner, until=now + seconds, attempts=dossiers.c.attempts + 1)
            )
    return found


@retried
def gather(records: Records, dossier: str, gatherer: Gatherer) -> list[str]:
    """Decide what the dossier is from all its papers, in one transaction.

    Gives the scans whose documents gained pages of another scan: their stages after `split` are to be run again.
    """
    with records.alone() as db:
        # First, so that who marks it meanwhile waits for this transaction, and his mark stays.
        db.execute(update(dossiers).where(dossiers.c.id == dossier).values(dirty=False))
        before = {one.id: one for one in _members(db, dossier)}
        row = db.execute(select(dossiers.c.noun).where(dossiers.c.id == dossier)).first()
        if row is None:  # another worker, after this one's lease, found it empty
            return []
        noun = nouns.DOSSIER.validate_python(row.noun)
        after, papers = gatherer(noun, list(before.values()))
        places = {
            id_: (scan, ordinal)
            for id_, scan, ordinal in db.execute(
                select(documents.c.id, documents.c.scan, documents.c.ordinal).where(documents.c.dossier == dossier)
            )
        }
        changed = [one for one in papers if one != before[one.id]]
        gone = before.keys() - {one.id for one in papers}
        remove_documents(db, [*gone, *(one.id for one in changed)])
        let_go(db, gone)
        for paper in changed:
            add_document(db, paper, *places[paper.id])
        if papers:
            values = {"noun": nouns.DOSSIER.dump_python(after, mode="json"), "owner": None, "until": 0, "attempts": 0}
            db.execute(update(dossiers).where(dossiers.c.id == dossier).values(**values))
        else:
            db.execute(delete(dossiers).where(dossiers.c.id == dossier))
        grown = [one for one in papers if one.pages != before[one.id].pages]
        for one in grown:
            leases.send_back(db, places[one.id][0], passed=("split",), only=[one.id])
    return list(dict.fromkeys(places[one.id][0] for one in grown))


def _members(db: Connection, dossier: str) -> list[Document]:
    query = (
        select(documents.c.noun).where(documents.c.dossier == dossier).order_by(documents.c.scan, documents.c.ordinal)
    )
    return [nouns.DOCUMENT.validate_python(row.noun) for row in db.execute(query)]


def _attach(db: Connection, scan: Scan) -> None:
    """Set the dossier of the scan's documents: by their own code, else the folder's one code, else the folder, else in
    the backfill by what tells a lone paper from others.

    Papers of a scan that holds several codes go with the code that `cases` gives them; those of a receipt whose code
    isn't sure have a dossier of their own, until a clerk says the code.
    """
    came = select(scans.c.folder, arrivals.c.noun["lane"].as_string())  # a clerk's change goes through another lane
    folder, lane = db.execute(came.join(arrivals, arrivals.c.id == scans.c.arrival).where(scans.c.id == scan.id)).one()
    codes: set[str] = set()
    if folder is not None:
        mates = select(scans.c.id).where(scans.c.folder == folder)
        found = select(documents.c.code).where(documents.c.scan.in_(mates), documents.c.code.is_not(None)).distinct()
        codes = set(db.execute(found).scalars())
    own_codes = {
        row.id: row.code
        for row in db.execute(select(documents.c.id, documents.c.code).where(documents.c.scan == scan.id))
    }
    of_cases = cases(scan.documents, [own_codes.get(document.id) for document in scan.documents])
    for document, case in zip(scan.documents, of_cases, strict=True):
        unsure = case is not None and case.startswith(UNSURE)
        own = None if unsure else case or (next(iter(codes)) if len(codes) == 1 else None)
        key = f"code:{scan.office}:{own}" if own else f"folder:{folder}" if folder is not None else None
        key = f"receipt:{scan.office}:{case}" if unsure else key
        if key is None and lane == _BACKFILL:
            key = paper_key(scan.office, document)
        if key is None:
            _move(db, document.id, None)
            continue
        label = "/".join(scan.labels) or None
        _move(db, document.id, _dossier(db, key, Dossier(id="", office=scan.office, code=own, label=label)))
    if folder is not None and len(codes) == 1:
        _follow_code(db, folder, scan.office, next(iter(codes)))


def paper_key(office: str, document: Document) -> str | None:
    """The dossier's key for a paper without code and folder: its kind, number, date, issuer and owner.

    None when too little of it is known for sure: a misread value must not draw papers into another's dossier.
    """

    def sure(*names: str) -> str:
        found = (
            field.normalised
            for name in names
            for field in document.fields
            if field.name == name and field.normalised and field.sure
        )
        return number_token(next(found, ""))

    number, issued, issuer = sure("number", "register_number", "certificate_serial"), sure("issued"), sure("issuer")
    owner = sure("citizen_id", "person")
    told = (number and (issued or issuer or owner)) or (issued and owner)
    if document.kind == "khong_ro" or not told:
        return None
    return f"paper:{office}:{document.kind}:{number}:{issued}:{issuer}:{owner}"


def _follow_code(db: Connection, folder: str, office: str, code: str) -> None:
    """Papers that came before their folder's code was known join the code's dossier now."""
    key = f"folder:{folder}"
    left = db.execute(select(dossiers.c.id).where(dossiers.c.key == key)).scalar()
    if left is None:
        return
    target = _dossier(db, f"code:{office}:{code}", Dossier(id="", office=office, code=code))
    for document in _members(db, left):
        _move(db, document.id, target)


def _dossier(db: Connection, key: str, blank: Dossier) -> str:
    """The id of the dossier with this key, made when there is none, marked for gathering."""
    found = db.execute(select(dossiers.c.id).where(dossiers.c.key == key)).scalar()
    if found is not None:
        gather_again(db, [found])
        return str(found)
    made = replace(blank, id=new_id("h"))
    db.execute(
        dossiers.insert().values(id=made.id, key=key, dirty=True, noun=nouns.DOSSIER.dump_python(made, mode="json"))
    )
    return made.id


def _move(db: Connection, document: str, dossier: str | None) -> None:
    row = db.execute(select(documents.c.noun, documents.c.dossier).where(documents.c.id == document)).one()
    if row.dossier == dossier:
        return
    gather_again(db, [row.dossier])
    db.execute(
        update(documents)
        .where(documents.c.id == document)
        .values(dossier=dossier, noun={**row.noun, "dossier": dossier})
    )
