"""Who works on what: pages, the stages of a scan and dossiers are claimed by a lease, so that no work is done twice.

A lease ends by itself, when its owner gives it up, or when its owner is a process of this machine that is gone.  Times
are `Records.now()`; a lease that ends later than any that is given now is none: the clock was set back or began anew.
Whoever saves work says who he is, and nothing is saved for one who lost his lease meanwhile.  Leases and the pages read
need not outlast a power cut: the work is done again.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Case, ColumnElement, Connection, ScalarSelect, Table, and_, case, func, or_, select, update

from digitizer.errors import LeaseLost
from digitizer.model import DocumentState, Level, Page, Problem, Scan, ScanState
from digitizer.store import events, nouns
from digitizer.store.database import retried
from digitizer.store.lots import lots
from digitizer.store.records import Records
from digitizer.store.rows import admit, change_document, load_scan, store_scan
from digitizer.store.schema import dossiers, pages, scans

_LEASED = (pages, scans, dossiers)
_UNFINISHED = (ScanState.RECEIVED, ScanState.WORKING)
_MOST_VALUES = 500


class Movable(NamedTuple):
    """A scan with work left: its id, lane, and how many of its pages wait."""

    scan: str
    lane: str
    waiting: int


def owner_name() -> str:
    """This thread's name as an owner of leases: host, process, the process's start time, thread."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{_started(pid)}/{threading.get_ident()}"


@retried
def claim_pages(records: Records, scan: str, owner: str, most: int, seconds: float, attempts: int) -> list[Page]:
    """Up to `most` pages of the scan that wait to be worked on, now leased to `owner`; the scan becomes WORKING.

    The first of them counts as begun, the others when the one before is saved.  Pages that were begun `attempts` times
    and never finished are not given again: see `give_up`.
    """
    now = records.now()
    held = select(scans.c.id).where(scans.c.id == scan, scans.c.held)
    free = and_(pages.c.scan == scan, pages.c.pending, unleased(pages, now, seconds), pages.c.attempts < attempts)
    waiting = (
        select(pages.c.number, pages.c.noun, pages.c.lines)
        .where(free, ~held.exists())
        .order_by(pages.c.number)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    with records.begin(lasting=False) as db:
        found = db.execute(waiting).all()
        if found:
            db.execute(
                update(pages)
                .where(pages.c.scan == scan, pages.c.number.in_([row.number for row in found]))
                .values(owner=owner, until=now + seconds, attempts=_begun(found[0].number))
            )
            db.execute(
                update(scans)
                .where(scans.c.id == scan, scans.c.state == ScanState.RECEIVED)
                .values(state=ScanState.WORKING)
            )
    return [nouns.page_from_row(row.noun, row.lines) if row.noun else Page(number=row.number) for row in found]


@retried
def save_page(records: Records, scan: str, page: Page, owner: str, seconds: float) -> bool:
    """Save a page that was worked on and give up its lease; False when the lease was lost meanwhile.

    The owner is alive and at work: his leases on other pages of the scan are lengthened, and the next one begins.
    """
    mine = and_(pages.c.scan == scan, pages.c.owner == owner, pages.c.pending)
    with records.begin(lasting=False) as db:
        done = db.execute(
            update(pages)
            .where(mine, pages.c.number == page.number)
            .values(
                noun=nouns.page_row(page),
                lines=nouns.pack_lines(page.lines),
                failed=time.time() if page.failed else None,
                pending=False,
                owner=None,
                until=0,
            )
        )
        following = db.execute(select(func.min(pages.c.number)).where(mine)).scalar()
        if following is not None:
            lengthened = {"until": records.now() + seconds, "attempts": _begun(following)}
            db.execute(update(pages).where(mine).values(**lengthened))
        return done.rowcount == 1


@retried
def give_up(records: Records, scan: str, seconds: float, attempts: int, problem: Problem) -> int:
    """Fail the pages that were begun `attempts` times and never finished; gives how many."""
    worn_out = and_(
        pages.c.scan == scan, pages.c.pending, unleased(pages, records.now(), seconds), pages.c.attempts >= attempts
    )
    with records.begin() as db:
        numbers = list(db.execute(select(pages.c.number).where(worn_out)).scalars())
        for number in numbers:
            mine = and_(pages.c.scan == scan, pages.c.number == number)
            known = db.execute(select(pages.c.noun).where(mine)).scalar()
            page = nouns.PAGE.validate_python(known) if known else Page(number=number)
            page = replace(page, failed=True, step="correct", problems=(problem,))
            values = {"noun": nouns.page_row(page), "lines": None, "failed": time.time()}
            db.execute(update(pages).where(mine).values(pending=False, owner=None, until=0, **values))
    return len(numbers)


@retried
def claim_stages(records: Records, scan: str, owner: str, seconds: float) -> Scan | None:
    """The scan, leased to `owner` for its stages; None when pages are still out, it is leased, or nothing is left."""
    now = records.now()
    with records.begin(lasting=False) as db:
        # Nobody may send pages back to be read between the look at them and the claim.
        db.execute(select(scans.c.id).where(scans.c.id == scan).with_for_update(key_share=True))
        if db.execute(select(pages.c.number).where(pages.c.scan == scan, pages.c.pending).limit(1)).first():
            return None
        claimed = db.execute(
            update(scans)
            .where(
                scans.c.id == scan,
                scans.c.state.in_(_UNFINISHED),
                unleased(scans, now, seconds),
                ~scans.c.held,
            )
            .values(owner=owner, until=now + seconds, attempts=scans.c.attempts + 1, state=ScanState.WORKING)
        )
        return load_scan(db, scan) if claimed.rowcount else None


def attempts_of(records: Records, scan: str) -> int:
    """How often the stages of the scan were begun."""
    with records.reading() as db:
        return int(db.execute(select(scans.c.attempts).where(scans.c.id == scan)).scalar_one())


@retried
def renew(records: Records, owner: str, seconds: float) -> None:
    """Lengthen every lease of this owner: it is alive and at work."""
    with records.begin(lasting=False) as db:
        for table in _LEASED:
            db.execute(update(table).where(table.c.owner == owner).values(until=records.now() + seconds))


def save_stage(
    records: Records, scan: Scan, owner: str, seconds: float, what: str, about: dict[str, Any] | None = None
) -> None:
    """Save what a stage made of the scan, with its event, and lengthen the lease; raises LeaseLost, saving nothing."""
    with records.alone() as db:
        hold(db, scan.id, owner, until=records.now() + seconds)
        store_scan(db, scan)
        events.append(db, scan.arrival, "digitizer", what, {"scan": scan.id, **(about or {})})


def hold(db: Connection, scan: str, by: str, /, **values: Any) -> None:
    """Set these values of the scan that is leased to `by`; raises LeaseLost when somebody else has it by now."""
    held = db.execute(update(scans).where(scans.c.id == scan, scans.c.owner == by).values(**values))
    if not held.rowcount:
        raise LeaseLost(f"{scan} is another worker's by now")


@retried
def release(records: Records, owner: str, *, counted: bool = False) -> None:
    """Hand back everything that this owner has leased; `counted`: the attempt was made and failed."""
    with records.begin(lasting=False) as db:
        for table in _LEASED:
            _free(db, table, owner, returned=not counted)


@retried
def release_dead(records: Records) -> int:
    """Free the leases of processes of this machine that are gone; gives how many owners that were."""
    with records.begin(lasting=False) as db:
        owners = {
            name
            for table in _LEASED
            for name in db.execute(select(table.c.owner).where(table.c.owner.is_not(None)).distinct()).scalars()
        }
        gone = [name for name in owners if _is_gone(name)]
        for name in gone:
            for table in _LEASED:
                _free(db, table, name, returned=False)
    return len(gone)


def working(records: Records, seconds: float) -> int:
    """How many pages, scans and dossiers are under a live lease, after those of dead processes were freed."""
    release_dead(records)
    with records.reading() as db:
        return sum(
            db.execute(
                select(func.count()).where(table.c.owner.is_not(None), ~unleased(table, records.now(), seconds))
            ).scalar_one()
            for table in _LEASED
        )


def unread_pages() -> ScalarSelect[int]:
    """In a query over scans: how many pages of each are still to be read."""
    return select(func.count()).where(pages.c.scan == scans.c.id, pages.c.pending).correlate(scans).scalar_subquery()


def movable(records: Records, ids: Sequence[str]) -> list[Movable]:
    """Those of the scans that are RECEIVED or WORKING, in the order of their ids."""
    query = select(scans.c.id, scans.c.lane, unread_pages()).where(scans.c.state.in_(_UNFINISHED)).order_by(scans.c.id)
    with records.reading() as db:
        found = (db.execute(query.where(scans.c.id.in_(some))) for some in lots(ids, _MOST_VALUES))
        return [Movable(*row) for rows in found for row in rows]


def pending(records: Records, ids: Sequence[str]) -> int:
    """How many pages of these scans wait to be worked on."""
    with records.reading() as db:
        return sum(
            db.execute(select(func.count()).where(pages.c.scan.in_(some), pages.c.pending)).scalar_one()
            for some in lots(ids, _MOST_VALUES)
        )


def unfinished(records: Records, ids: Sequence[str]) -> list[str]:
    """Those of the scans that are RECEIVED or WORKING and that nobody holds back, in the order given."""
    with records.reading() as db:
        left = {
            id_
            for some in lots(ids, _MOST_VALUES)
            for id_ in db.execute(
                select(scans.c.id).where(scans.c.id.in_(some), scans.c.state.in_(_UNFINISHED), ~scans.c.held)
            ).scalars()
        }
    return [id_ for id_ in ids if id_ in left]


@retried
def restart(
    records: Records,
    scan: str,
    what: str,
    actor: str,
    *,
    passed: tuple[str, ...] = (),
    step: str | None = None,
    which: Callable[[Page], bool] = lambda _: False,
    lane: str | None = None,
    only: Sequence[str] | None = None,
) -> None:
    """Send a scan back, as `send_back` does, with an event."""
    with records.alone() as db:
        found = send_back(db, scan, passed=passed, step=step, which=which, lane=lane, only=only)
        events.append(db, found.arrival, actor, what, {"scan": scan, "step": step, "passed": list(passed)})


def send_back(
    db: Connection,
    scan: str,
    *,
    passed: tuple[str, ...] = (),
    step: str | None = None,
    which: Callable[[Page], bool] = lambda _: False,
    lane: str | None = None,
    only: Sequence[str] | None = None,
) -> Scan:
    """Do a scan again: its stages after `passed`, and every page that `which` chooses, after page step `step`.

    `only`: documents that the stages run for; all when None.  What was left to do before is done as well.  `lane`: the
    lane that it goes in from now on; as before when None.  Gives the scan as it was.
    """
    found = load_scan(db, scan)
    if found.state is not ScanState.DONE:
        passed = min(passed, found.passed, key=len)
        only = None if only is None or found.again is None else (*found.again, *only)
    here = [one for one in found.documents if only is None or one.id in only]
    again = None if only is None else tuple(one.id for one in here)
    back = replace(found, passed=passed, again=again, state=ScanState.RECEIVED, problems=_notices(found))
    fresh = {"owner": None, "until": 0, "attempts": 0}
    values: dict[str, Any] = {"state": ScanState.RECEIVED, "turn": time.time(), "noun": nouns.scan_row(back), **fresh}
    if lane:
        values["lane"] = lane
        admit(db, lane, found.office)
    db.execute(update(scans).where(scans.c.id == scan).values(**values))
    for page in filter(which, found.pages):
        begin = None if page.failed else step  # what failed was perhaps never looked at
        once_more = replace(page, step=begin, failed=False, problems=_notices(page) if begin else ())
        mine = update(pages).where(pages.c.scan == scan, pages.c.number == page.number)
        db.execute(mine.values(pending=True, failed=None, noun=nouns.page_row(once_more), **fresh))
    for document in here:
        if document.state is DocumentState.RELEASED:
            # What was released stays in its record; whatever comes now is the next version.
            change_document(db, replace(document, state=DocumentState.REVIEW, version=document.version + 1))
    return found


def _notices(of: Scan | Page) -> tuple[Problem, ...]:
    """Its problems without those that stopped it, which may not come again."""
    return tuple(problem for problem in of.problems if problem.level is Level.NOTICE)


def unleased(table: Table, now: ColumnElement[float], seconds: float) -> ColumnElement[bool]:
    """True for rows that are under no live lease, where leases are given for `seconds`."""
    return or_(table.c.until < now, table.c.until > now + seconds)


def _begun(number: int) -> Case[int]:
    """The attempts of each page when the one of this number begins."""
    return case((pages.c.number == number, pages.c.attempts + 1), else_=pages.c.attempts)


def _free(db: Connection, table: Table, owner: str, *, returned: bool) -> None:
    begun = case((table.c.attempts > 0, table.c.attempts - 1), else_=0) if returned else table.c.attempts
    db.execute(update(table).where(table.c.owner == owner).values(owner=None, until=0, attempts=begun))


def _is_gone(owner: str) -> bool:
    host, pid, started, _ = owner.split("/")
    return host == socket.gethostname() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """The process's start in clock ticks since boot, which tells it from a later one of the same number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return "-"
