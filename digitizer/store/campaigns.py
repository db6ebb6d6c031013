"""Backfill campaigns in the records: their units, which arrivals were fed into them, and how far they are."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, insert, select, update

from digitizer.errors import Conflict, NotFound
from digitizer.model import Arrival, Scan
from digitizer.store import nouns
from digitizer.store.events import timestamp
from digitizer.store.lots import lots
from digitizer.store.records import Records
from digitizer.store.schema import arrivals, campaign_arrivals, campaign_units, campaigns, events, pages, scans

_AT_ONCE = 500


class Campaign(NamedTuple):
    """A campaign: `about` says who made it, when, from which manifest with which checksum."""

    name: str
    paused: bool
    created: str
    about: dict[str, Any]


class Progress(NamedTuple):
    """How far a campaign is.  `arrivals`, `scans`: state → number.  Pages: of its scans, `read` of `pages`.

    `recent`: pages of scans that were done since the time asked for; `first`: when the first one was done.
    """

    arrivals: dict[str, int]
    scans: dict[str, int]
    pages: int
    read: int
    recent: int
    first: str


def create(records: Records, name: str, about: dict[str, Any], units: Iterable[dict[str, Any]]) -> None:
    """A new campaign; raises Conflict when there is one of that name."""
    with records.begin() as db:
        if db.execute(select(campaigns.c.name).where(campaigns.c.name == name)).first():
            raise Conflict(f"đã có đợt số hóa {name!r} / there is a campaign {name!r} already")
        db.execute(insert(campaigns).values(name=name, paused=False, created=timestamp(), noun=about))
        for some in lots(enumerate(units), _AT_ONCE):
            db.execute(insert(campaign_units), [{"campaign": name, "ordinal": at, "noun": unit} for at, unit in some])


def every(records: Records) -> list[Campaign]:
    """All campaigns, oldest first."""
    with records.reading() as db:
        return [Campaign(*row) for row in db.execute(select(campaigns).order_by(campaigns.c.created))]


def get(records: Records, name: str) -> Campaign:
    """The campaign; raises NotFound."""
    with records.reading() as db:
        row = db.execute(select(campaigns).where(campaigns.c.name == name)).first()
    if row is None:
        raise NotFound(f"không có đợt số hóa {name!r} / there is no campaign {name!r}: `digitizer backfill list`")
    return Campaign(*row)


def units(db: Connection, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """(ordinal, unit) in the order of the manifest."""
    query = select(campaign_units.c.ordinal, campaign_units.c.noun).where(campaign_units.c.campaign == name)
    for row in db.execute(query.order_by(campaign_units.c.ordinal).execution_options(yield_per=_AT_ONCE)):
        yield row.ordinal, row.noun


def feed(records: Records, name: str, arrival: str) -> None:
    """The arrival belongs to the campaign; nothing when it does already.  In a paused campaign its scans are held."""
    with records.begin() as db:
        paused = db.execute(select(campaigns.c.paused).where(campaigns.c.name == name)).scalar()
        if paused is None:
            raise NotFound(f"there is no campaign {name!r}")
        here = (campaign_arrivals.c.campaign == name, campaign_arrivals.c.arrival == arrival)
        if db.execute(select(campaign_arrivals.c.arrival).where(*here)).first() is None:
            db.execute(insert(campaign_arrivals).values(campaign=name, arrival=arrival))
        if paused:
            db.execute(update(scans).where(scans.c.arrival == arrival).values(held=True))


def pause(records: Records, name: str, *, paused: bool) -> None:
    """Hold all scans of the campaign that are not done, or let go of them; raises NotFound."""
    get(records, name)
    with records.begin() as db:
        db.execute(update(campaigns).where(campaigns.c.name == name).values(paused=paused))
        db.execute(update(scans).where(scans.c.arrival.in_(_fed(name))).values(held=paused))


def scans_of(db: Connection, name: str) -> Iterator[Scan]:
    """The scans fed into the campaign, without pages and documents."""
    query = select(scans.c.noun, scans.c.state).where(scans.c.arrival.in_(_fed(name))).order_by(scans.c.id)
    for noun, state in db.execute(query.execution_options(yield_per=_AT_ONCE)):
        yield nouns.SCAN.validate_python({**noun, "state": state})


def refused(db: Connection, name: str) -> Iterator[Arrival]:
    """The arrivals of the campaign that were not taken."""
    query = select(arrivals.c.noun).where(arrivals.c.id.in_(_fed(name)), arrivals.c.state != "TAKEN")
    for noun in db.execute(query.order_by(arrivals.c.id)).scalars():
        yield nouns.ARRIVAL.validate_python(noun)


def progress(records: Records, name: str, since: str) -> Progress:
    """How far the campaign is; `since`: ISO time from which on `recent` counts."""
    mine = scans.c.arrival.in_(_fed(name))
    of_mine = select(func.count()).select_from(pages).join(scans, scans.c.id == pages.c.scan).where(mine)
    done = (events.c.what == "done", events.c.arrival.in_(_fed(name)))
    late = select(events.c.about).where(*done, events.c.at >= since)
    of_arrivals = select(arrivals.c.state, func.count()).where(arrivals.c.id.in_(_fed(name)))
    with records.reading() as db:
        recent = {about["scan"] for about in db.execute(late).scalars()}
        return Progress(
            arrivals=_by(db, of_arrivals, arrivals.c.state),
            scans=_by(db, select(scans.c.state, func.count()).where(mine), scans.c.state),
            pages=db.execute(of_mine).scalar_one(),
            read=db.execute(of_mine.where(~pages.c.pending)).scalar_one(),
            recent=_pages_of(db, sorted(recent)),
            first=db.execute(select(func.min(events.c.at)).where(*done)).scalar() or "",
        )


def _pages_of(db: Connection, ids: Sequence[str]) -> int:
    count = select(func.count()).select_from(pages)
    return sum(db.execute(count.where(pages.c.scan.in_(some))).scalar_one() for some in lots(ids, _AT_ONCE))


def _by(db: Connection, query: Select[Any], column: Any) -> dict[str, int]:
    return {str(state): number for state, number in db.execute(query.group_by(column))}


def _fed(name: str) -> Select[str]:
    return select(campaign_arrivals.c.arrival).where(campaign_arrivals.c.campaign == name)
