"""A reading of the same bytes may be reused: no page is read twice because it was delivered twice (design §1.3)."""

from collections.abc import Sequence

from sqlalchemy import select

from digitizer.model import Page, Scan
from digitizer.store import events, nouns
from digitizer.store.database import retried
from digitizer.store.records import Records
from digitizer.store.schema import pages, scans


def known_reading(records: Records, scan: Scan, number: int) -> Page | None:
    """The page of these bytes as it was read for another scan, or None; whose scan it was plays no part."""
    query = (
        select(pages.c.noun, pages.c.lines)
        .join(scans, scans.c.id == pages.c.scan)
        .where(
            scans.c.sha256 == scan.sha256,
            scans.c.id != scan.id,
            pages.c.number == number,
            ~pages.c.pending,
            pages.c.failed.is_(None),
        )
        .order_by(scans.c.id.desc())
        .limit(1)
    )
    with records.reading() as db:
        row = db.execute(query).first()
    return nouns.page_from_row(row.noun, row.lines) if row else None


@retried
def tell(records: Records, scan: Scan, numbers: Sequence[int]) -> None:
    """Note in the scan's history that these pages were not read but taken from another reading."""
    with records.begin() as db:
        events.append(db, scan.arrival, "digitizer", "reused", {"scan": scan.id, "pages": list(numbers)})
