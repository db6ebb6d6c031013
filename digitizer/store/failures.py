"""What failed and waits for a person: every FAILED scan, and every page that nobody could read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from digitizer.model import Level, ScanState
from digitizer.store.records import Records
from digitizer.store.schema import arrivals, events, pages, scans


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """`page` is None when the whole scan failed.  `attempts`: how often it was begun.  `since`: ISO 8601.

    `retry`: trying again may help; False when the file itself can't be read and has to be delivered again.
    """

    scan: str
    arrival: str
    file: str
    member: str | None
    page: int | None
    code: str
    message: str
    attempts: int
    since: str
    lane: str
    retry: bool


def failures(records: Records) -> Iterator[Failure]:
    """The FAILED scans, oldest first, then the failed pages of all scans in the order in which they failed."""
    whole = (
        select(scans.c.id, scans.c.arrival, scans.c.lane, scans.c.attempts, scans.c.noun, arrivals.c.received)
        .join(arrivals, arrivals.c.id == scans.c.arrival)
        .where(scans.c.state == ScanState.FAILED)
        .order_by(scans.c.id)
    )
    single = (
        select(scans.c.id, scans.c.arrival, scans.c.lane, scans.c.noun, pages.c.number, pages.c.attempts)
        .add_columns(pages.c.noun.label("page"), pages.c.failed)
        .join(scans, scans.c.id == pages.c.scan)
        .where(pages.c.failed.is_not(None))
        .order_by(pages.c.failed, pages.c.scan, pages.c.number)
    )
    with records.reading() as db:
        when = select(events.c.arrival, events.c.at, events.c.about).where(events.c.what == "failed")
        failed = scans.c.arrival == events.c.arrival
        when = when.where(select(scans.c.id).where(failed, scans.c.state == ScanState.FAILED).exists())
        since = {row.about.get("scan"): row.at for row in db.execute(when.order_by(events.c.at))}
        for row in db.execute(whole):
            yield _failure(row, row.noun["problems"], None, since.get(row.id, row.received))
        for row in db.execute(single):
            at = datetime.fromtimestamp(row.failed).astimezone().isoformat(timespec="seconds")
            yield _failure(row, row.page["problems"], row.number, at)


def failed_scans(records: Records) -> list[str]:
    """The scans that trying again may help, oldest first."""
    return sorted({failure.scan for failure in failures(records) if failure.retry})


def _failure(row: Any, problems: Sequence[dict[str, Any]], page: int | None, since: str) -> Failure:
    blocking = [problem for problem in problems if problem["level"] == Level.BLOCKING]
    last = blocking[-1] if blocking else {"code": "failed", "message": ""}
    return Failure(
        scan=row.id,
        arrival=row.arrival,
        file=row.noun["file"],
        member=row.noun["member"],
        page=page,
        code=last["code"],
        message=last["message"],
        attempts=row.attempts,
        since=since,
        lane=row.lane,
        retry=bool(row.noun["media"]),
    )
