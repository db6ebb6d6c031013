"""After a run: every file exactly once, every checksum right, every chain whole, nothing left over, nothing waiting."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from digitizer.app import App
from digitizer.errors import DigitizerError
from digitizer.model import ArrivalState, ScanState
from digitizer.store import events, nouns
from digitizer.store.schema import arrivals, document_pages, documents, dossiers, pages, records, scans, search_pages
from tests.faults.deliveries import Delivery
from tests.faults.ground import Ground


def faulty(ground: Ground, deliveries: Sequence[Delivery]) -> list[str]:
    """What is wrong, in words; nothing when all is well."""
    app = ground.app
    with app.records.reading() as db:
        return [
            *_arrivals(db, ground, deliveries),
            *_scans(db, deliveries),
            *_sums(db),
            *_records(db, app),
            *_history(db),
            *_left(db),
            *_files(ground, deliveries),
        ]


def _arrivals(db: Connection, ground: Ground, deliveries: Sequence[Delivery]) -> Iterator[str]:
    """Each delivery is one arrival with the right checksum and state."""
    expected = Counter(
        (
            str(ground.intake / _name(one)),
            one.sha256,
            ArrivalState.TAKEN.value if one.pages else ArrivalState.REFUSED.value,
        )
        for one in deliveries
    )
    rows = db.execute(select(arrivals.c.noun, arrivals.c.sha256, arrivals.c.state)).all()
    found = Counter((row.noun["file"], row.sha256, row.state) for row in rows)
    why = {row.noun["file"]: row.noun["reason"]["code"] for row in rows if row.noun["reason"]}
    yield from (f"lost or wrong: {one} × {number}" for one, number in (expected - found).items())
    yield from (
        f"doubled or wrong: {one} × {number} {why.get(one[0], '')}" for one, number in (found - expected).items()
    )


def _scans(db: Connection, deliveries: Sequence[Delivery]) -> Iterator[str]:
    """Each scan is DONE once, with all its pages read and nothing blocking."""
    expected = Counter(count for one in deliveries for count in one.pages)
    found: Counter[int] = Counter()
    for row in db.execute(select(scans.c.id, scans.c.state, scans.c.noun)):
        found[row.noun["count"]] += 1
        blocking = [problem["code"] for problem in row.noun["problems"] if problem["level"] == "blocking"]
        if row.state != ScanState.DONE or blocking:
            yield f"scan {row.id} is {row.state}: {blocking}"
    if found != expected:
        yield f"scans by their number of pages: {dict(found)} instead of {dict(expected)}"
    for row in db.execute(select(pages.c.scan, pages.c.number, pages.c.noun).where(pages.c.noun.is_not(None))):
        if row.noun["failed"] or any(problem["level"] == "blocking" for problem in row.noun["problems"]):
            yield f"page {row.number} of {row.scan} failed: {row.noun['problems']}"


def _sums(db: Connection) -> Iterator[str]:
    """Each page of a DONE scan is in one document, or left out for a reason; and in the index as often."""
    placed = Counter((row.scan, row.page) for row in db.execute(select(document_pages)))
    indexed = Counter((row.scan, row.page) for row in db.execute(select(search_pages.c.scan, search_pages.c.page)))
    if placed != indexed:
        yield f"pages in documents and in the index differ by {len((placed - indexed) + (indexed - placed))}"
    for row in db.execute(select(pages.c.scan, pages.c.number, pages.c.pending, pages.c.noun)):
        left_out = row.noun is not None and row.noun["left_out"] is not None
        if row.pending or placed[row.scan, row.number] + left_out != 1:
            yield f"page {row.number} of {row.scan}: in {placed[row.scan, row.number]} documents, {left_out=}"


def _records(db: Connection, app: App) -> Iterator[str]:
    """Each document has its record, no record is without document; every blob gives its bytes and is spoken of."""
    spoken = _spoken_of(db)
    yield from (f"orphan blob {one}" for one in set(app.blobs.list()) - spoken)
    of = {row.document for row in db.execute(select(records.c.document))}
    papers = set(db.execute(select(documents.c.id)).scalars())
    yield from (f"document {one} has no record" for one in papers - of)
    yield from (f"record without document: {one}" for one in of - papers)
    for sha256 in spoken:
        try:
            good = hashlib.sha256(app.blobs.get(sha256)).hexdigest() == sha256
        except DigitizerError as error:
            yield f"blob {sha256}: {error}"
        else:
            if not good:
                yield f"blob {sha256} is other bytes"


def _spoken_of(db: Connection) -> set[str]:
    """Every blob that a row names."""
    found = set(db.execute(select(arrivals.c.sha256).where(arrivals.c.state == ArrivalState.TAKEN)).scalars())
    for row in db.execute(select(scans.c.noun)):
        members = {file["sha256"] for file in row.noun["files"]}
        found |= members or {row.noun["sha256"]}
        if members:
            found.discard(row.noun["sha256"])  # the hash of a list of hashes is no blob
    found |= {row.noun["preview"] for row in db.execute(select(pages.c.noun)) if row.noun}
    for record in (nouns.RECORD.validate_python(row.noun) for row in db.execute(select(records.c.noun))):
        found |= {record.pdf, record.json, record.text}
    return found - {"", None}  # type: ignore[arg-type]


def _history(db: Connection) -> Iterator[str]:
    """Chains are whole, and begin with the arrival; each scan came to its end once more than it was gathered anew."""
    for arrival in db.execute(select(arrivals.c.id)).scalars():
        broken = list(events.broken(db, arrival))
        if broken:
            yield f"the chain of {arrival} breaks at {broken}"
        what = [event["what"] for event in events.history(db, arrival)]
        if what[:1] not in (["taken"], ["refused"]) or what.count("taken") + what.count("refused") != 1:
            yield f"the history of {arrival} begins {what[:2]}"


def _left(db: Connection) -> Iterator[str]:
    """Nobody holds anything, and no dossier waits."""
    for table in (pages, scans, dossiers):
        held = db.execute(select(func.count()).select_from(table).where(table.c.owner.is_not(None))).scalar_one()
        if held:
            yield f"{held} {table.name} are held by somebody"
    waiting: Any = db.execute(select(func.count()).select_from(dossiers).where(dossiers.c.dirty)).scalar_one()
    if waiting:
        yield f"{waiting} dossiers wait to be gathered"


def _files(ground: Ground, deliveries: Sequence[Delivery]) -> Iterator[str]:
    """Every file was put away once, whole, and nothing else lies beside them."""
    for folder, taken in (("in-processed", True), ("in-refused", False)):
        root = ground.folder / folder
        expected = Counter(
            (name, hashlib.sha256(data).hexdigest())
            for one in deliveries
            for name, data in one.files
            if bool(one.pages) is taken
        )
        found = Counter(
            (str(path.relative_to(root)), hashlib.sha256(path.read_bytes()).hexdigest())
            for path in root.rglob("*")
            if path.is_file() and not path.name.endswith(".pdf.txt")
        )
        if found != expected:
            yield f"{folder}: missing {list(expected - found)[:3]}, more {list(found - expected)[:3]}"


def _name(delivery: Delivery) -> str:
    """As an arrival names it: the folder of a run."""
    first = delivery.files[0][0]
    return str(Path(first).parent) if len(delivery.files) > 1 else first
