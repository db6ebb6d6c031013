"""Whose turn it is: which scan is worked on next is decided here, never by the message that woke a worker.

A lane goes before all that is less urgent.  Within it, the office that was given the fewest pages goes next; within an
office, the scan whose turn comes first: when it arrived, and `_STEP_SECONDS` later for each page that was taken of it,
so that a long scan lets short ones pass and yet is never left behind.  Of the only scan that somebody waits for (in the
live lane), a worker takes half of what is left, so that another one shares it.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, TextClause, and_, func, or_, select, text, update

from digitizer.store.database import retried
from digitizer.store.leases import unleased, unread_pages
from digitizer.store.records import Records
from digitizer.store.schema import UNFINISHED, pages, scans, turns

LIVE = "live"
"""The lane of work that a person waits for (queue.LANES)."""
_STEP_SECONDS = 7.5
_CREDIT_PAGES = 16
"""So many pages an office may be behind the next one: who had nothing to do for long does not push all others aside."""


class Turn(NamedTuple):
    """A scan with something to do, its lane, and how many pages it was given: 0 when only its stages are left."""

    scan: str
    lane: str
    pages: int


class Backlog(NamedTuple):
    """What waits in a lane: scans and pages, and for how many seconds the oldest scan has."""

    scans: int
    pages: int
    seconds: float


@retried
def next_turn(records: Records, lanes: Sequence[str], seconds: float, chunk: int) -> Turn | None:
    """The scan to work on now, its office charged for up to `chunk` pages; None when nothing waits in the lanes.

    `lanes`: the more urgent first.  `seconds`: for how long leases are given.
    """
    with records.begin(lasting=False) as db:
        for lane in lanes:
            found = _next_in(db, lane, _claimable(records, seconds))
            if found is not None:
                scan, office, floor, only = found
                free = and_(pages.c.scan == scan, pages.c.pending, unleased(pages, records.now(), seconds))
                waiting = len(db.execute(select(pages.c.number).where(free).limit(2 * chunk)).all())
                given = _share(waiting, chunk) if only and lane == LIVE else min(waiting, chunk)
                _charge(db, lane, office, floor, max(given, 1))
                later = scans.c.turn + _STEP_SECONDS * max(given, 1)
                db.execute(update(scans).where(scans.c.id == scan).values(turn=later))
                return Turn(scan, lane, given)
    return None


def waits(records: Records, lanes: Sequence[str], seconds: float) -> bool:
    """True when something in one of these lanes waits to be worked on."""
    query = select(scans.c.id).where(scans.c.lane.in_(lanes), _claimable(records, seconds)).limit(1)
    with records.reading() as db:
        return db.execute(query).first() is not None


def hints_for(records: Records, lane: str, seconds: float, chunk: int, most: int) -> int:
    """How many workers could be busy with what waits in the lane: one a share of pages, at most `most`."""
    query = select(unread_pages()).where(scans.c.lane == lane, _claimable(records, seconds)).limit(most)
    with records.reading() as db:
        return min(most, sum(shares(lane, int(number), chunk) for number in db.execute(query).scalars()))


def shares(lane: str, waiting: int, chunk: int) -> int:
    """How many workers could be busy with so many waiting pages of one scan; 1 when only its stages are left."""
    each = _share(waiting, chunk) if lane == LIVE else chunk
    return max(1, -(-waiting // max(1, each)))


def _share(waiting: int, chunk: int) -> int:
    return min(chunk, waiting - waiting // 2)


def backlog(records: Records, lane: str) -> Backlog:
    """What is unfinished in the lane, begun or not."""
    open_ = and_(scans.c.lane == lane, _open())
    unread = select(func.count()).where(pages.c.scan == scans.c.id, pages.c.pending, open_)
    with records.reading() as db:
        number, oldest = db.execute(select(func.count(), func.min(scans.c.turn)).where(open_)).one()
        since = max(0.0, time.time() - oldest) if oldest else 0.0
        return Backlog(number, db.execute(unread).scalar_one(), since)


def _next_in(db: Connection, lane: str, claimable: ColumnElement[bool]) -> tuple[str, str, float, bool] | None:
    """(scan, its office, the least that this office is taken to have had, whether no other scan waits), or None."""
    here = and_(scans.c.lane == turns.c.lane, scans.c.office == turns.c.office)
    some = select(scans.c.id).where(here, claimable).correlate(turns)
    offices = (
        select(turns.c.office, turns.c.spent)
        .where(turns.c.lane == lane, some.exists())
        .order_by(turns.c.spent, turns.c.office)
        .limit(2)
    )
    found = db.execute(offices).all()
    if not found:
        return None
    first, *others = found
    scan = (
        select(scans.c.id)
        .where(scans.c.lane == lane, scans.c.office == first.office, claimable)
        .order_by(scans.c.turn, scans.c.id)
        .limit(2)
    )
    chosen = list(db.execute(scan).scalars())
    floor = max(first.spent, others[0].spent - _CREDIT_PAGES) if others else first.spent
    return (chosen[0], first.office, floor, not others and len(chosen) == 1) if chosen else None


def _charge(db: Connection, lane: str, office: str, floor: float, given: int) -> None:
    mine = and_(turns.c.lane == lane, turns.c.office == office)
    db.execute(update(turns).where(mine).values(spent=floor + given))


def _open() -> TextClause:
    """Neither done, failed nor held; as the index has it, which serves only a query that says the same."""
    return text(UNFINISHED)


def _claimable(records: Records, seconds: float) -> ColumnElement[bool]:
    """A page of it waits under no lease, or its stages do."""
    now = records.now()
    unread = select(pages.c.number).where(pages.c.scan == scans.c.id, pages.c.pending).correlate(scans).limit(1)
    free = unread.where(unleased(pages, now, seconds))
    # Not by EXISTS, for which PostgreSQL may look at every page that there is.
    some_free, none_left = free.scalar_subquery().is_not(None), unread.scalar_subquery().is_(None)
    return and_(_open(), unleased(scans, now, seconds), or_(some_free, none_left))
