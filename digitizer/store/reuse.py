"""A reading of the same bytes may be reused: no page is read twice because it was delivered twice (design §1.3)."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select

from digitizer.model import Page, Scan
from digitizer.store import events, nouns
from digitizer.store.database import retried
from digitizer.store.records import Records
from digitizer.store.schema import pages, scans


def known_readings(records: Records, scan: Scan, numbers: Sequence[int]) -> dict[int, Page]:
    """Those of the pages of these bytes that were read for another scan, by number; whose scan it was plays no part."""
    newest = (
        select(pages.c.number, func.max(scans.c.id).label("scan"))
        .join(scans, scans.c.id == pages.c.scan)
        .where(
            scans.c.sha256 == scan.sha256,
            scans.c.id != scan.id,
            pages.c.number.in_(numbers),
            ~pages.c.pending,
            pages.c.failed.is_(None),
        )
        .group_by(pages.c.number)
        .subquery()
    )
    here = and_(pages.c.scan == newest.c.scan, pages.c.number == newest.c.number)
    query = select(pages.c.number, pages.c.noun, pages.c.lines).join(newest, here)
    with records.reading() as db:
        return {row.number: nouns.page_from_row(row.noun, row.lines) for row in db.execute(query)}


@retried
def tell(records: Records, scan: Scan, numbers: Sequence[int]) -> None:
    """Note in the scan's history that these pages were not read but taken from another reading."""
    with records.begin() as db:
        events.append(db, scan.arrival, "digitizer", "reused", {"scan": scan.id, "pages": list(numbers)})
