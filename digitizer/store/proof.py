"""What must be true of the records, asked in SQL so that millions of rows stay in the database."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, select

from digitizer.model import ArrivalState, ScanState
from digitizer.store.events import breaks
from digitizer.store.schema import arrivals, document_pages, events, pages, scans

_STREAM = {"yield_per": 1000}


class Fault(NamedTuple):
    """Something that is not as it must be: a stable code, the id (or checksum, or file) it is about, and details."""

    code: str
    about: str
    detail: str = ""


class Sums(NamedTuple):
    """The two sums of one source, office and day (design: arrivals = taken + refused + quarantined; pages of DONE)."""

    source: str
    office: str
    day: str
    arrivals: int
    taken: int
    refused: int
    quarantined: int
    scans: int
    received: int
    working: int
    done: int
    failed: int
    pages: int
    in_documents: int
    left_out: int

    @property
    def balanced(self) -> bool:
        """Both sums hold, and each DONE scan's page is in one document or left out."""
        return (
            self.arrivals == self.taken + self.refused + self.quarantined
            and self.scans == self.received + self.working + self.done + self.failed
            and self.pages == self.in_documents + self.left_out
        )


def chain_faults(db: Connection, since: str) -> Iterator[Fault]:
    """Chains that are broken, cut off from their arrival, or not there at all."""
    for arrival, sequence in breaks(db, since=since):
        yield Fault("chain-broken", arrival, f"event {sequence}")
    without = select(arrivals.c.id).where(~select(events.c.arrival).where(events.c.arrival == arrivals.c.id).exists())
    for id_ in db.execute(_recent(without, since).execution_options(**_STREAM)).scalars():
        yield Fault("chain-missing", id_)
    known = select(arrivals.c.id).where(arrivals.c.id == events.c.arrival).exists()
    gone = select(events.c.arrival, events.c.at).where(events.c.sequence == 0, events.c.at >= since, ~known)
    for row in db.execute(gone.execution_options(**_STREAM)):
        yield Fault("arrival-gone", row.arrival, row.at)


def page_faults(db: Connection, since: str) -> Iterator[Fault]:
    """Pages of DONE scans that are in no document and not left out, in two, or in one and left out; lost pages too."""
    left_out = pages.c.noun["left_out"].as_string()
    here = and_(document_pages.c.scan == pages.c.scan, document_pages.c.page == pages.c.number)
    of_done = (
        select(pages.c.scan, pages.c.number, func.count(document_pages.c.document).label("papers"), left_out)
        .join(scans, and_(scans.c.id == pages.c.scan, scans.c.state == ScanState.DONE))
        .join(arrivals, arrivals.c.id == scans.c.arrival)
        .outerjoin(document_pages, here)
        .group_by(pages.c.scan, pages.c.number, left_out)
        .having(func.count(document_pages.c.document) != case((left_out.is_(None), 1), else_=0))
        .order_by(pages.c.scan, pages.c.number)
    )
    for scan, number, papers, why in db.execute(_recent(of_done, since).execution_options(**_STREAM)):
        told = f"page {number}: in {papers} documents" + (f" and left out as {why}" if why else "")
        yield Fault("page-not-once", scan, told)
    count = scans.c.noun["count"].as_integer()
    kept = select(func.count()).where(pages.c.scan == scans.c.id).correlate(scans).scalar_subquery()
    lost = select(scans.c.id, count, kept).join(arrivals, arrivals.c.id == scans.c.arrival).where(count != kept)
    for scan, given, found in db.execute(_recent(lost, since).execution_options(**_STREAM)):
        yield Fault("pages-lost", scan, f"{found} of {given} pages are recorded")


def scan_faults(db: Connection, since: str) -> Iterator[Fault]:
    """Taken arrivals that gave no scan."""
    none = ~select(scans.c.id).where(scans.c.arrival == arrivals.c.id).exists()
    empty = select(arrivals.c.id).where(arrivals.c.state == ArrivalState.TAKEN, none)
    for id_ in db.execute(_recent(empty, since)).scalars():
        yield Fault("arrival-without-scan", id_)


def sums(db: Connection, since: str) -> Iterator[Sums]:
    """The sums of each source, office and day, in this order."""
    key = (arrivals.c.source, arrivals.c.noun["office"].as_string(), func.substr(arrivals.c.received, 1, 10))
    taken: dict[tuple[str, str, str], list[int]] = {}
    for of, place in ((_arrival_counts(key), 0), (_scan_counts(key), 4), (_page_counts(key), 9)):
        for source, office, day, *numbers in db.execute(_recent(of, since)):
            row = taken.setdefault((source, office or "", day), [0] * 12)
            row[place : place + len(numbers)] = [int(number or 0) for number in numbers]
    for group in sorted(taken):
        yield Sums(*group, *taken[group])


_Key = tuple[ColumnElement[str], ColumnElement[str], ColumnElement[str]]


def _arrival_counts(key: _Key) -> Select[*tuple[Any, ...]]:
    states = (_of(arrivals.c.state == state) for state in ArrivalState)
    return select(*key, func.count(), *states).group_by(*key)


def _scan_counts(key: _Key) -> Select[*tuple[Any, ...]]:
    states = (_of(scans.c.state == state) for state in ScanState)
    return select(*key, func.count(), *states).join(scans, scans.c.arrival == arrivals.c.id).group_by(*key)


def _page_counts(key: _Key) -> Select[*tuple[Any, ...]]:
    placed = (
        select(literal(1))
        .where(document_pages.c.scan == pages.c.scan, document_pages.c.page == pages.c.number)
        .correlate(pages)
        .exists()
    )
    left_out = pages.c.noun["left_out"].as_string().is_not(None)
    return (
        select(*key, func.count(), _of(placed), _of(left_out))
        .join(scans, and_(scans.c.arrival == arrivals.c.id, scans.c.state == ScanState.DONE))
        .join(pages, pages.c.scan == scans.c.id)
        .group_by(*key)
    )


def _of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _recent(query: Select[*tuple[Any, ...]], since: str) -> Select[*tuple[Any, ...]]:
    return query.where(arrivals.c.received >= since) if since else query
