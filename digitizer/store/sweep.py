"""Removes blobs that nothing needs, so that nobody who begins to need one at this moment loses it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy import text as sql

from digitizer.contracts import Blobs
from digitizer.model import ArrivalState
from digitizer.store.ledger import references
from digitizer.store.records import Records
from digitizer.store.schema import arrivals


def sweep(store: Records, blobs: Blobs, orphans: Sequence[str], since: str) -> list[str]:
    """Delete the blobs, except those that something has come to need; gives what was deleted.

    `since`: a time before the orphans were told from the rest.  Whoever would write down that a blob is needed waits
    meanwhile, and intake looks after its commit whether its originals are there still.
    """
    with store.begin() as db:  # on SQLite nobody else writes from here on
        if db.dialect.name == "postgresql":
            db.execute(sql("LOCK TABLE arrivals, scans, pages, records IN SHARE MODE"))
        needed = {one.sha256 for one in references(db, since)}
        kept = arrivals.c.sha256.in_(orphans), arrivals.c.state != ArrivalState.QUARANTINED
        needed.update(db.execute(select(arrivals.c.sha256).where(*kept)).scalars())
        gone = [sha256 for sha256 in orphans if sha256 not in needed]
        for sha256 in gone:
            blobs.delete(sha256)
    return gone
