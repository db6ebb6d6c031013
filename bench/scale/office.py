"""What every measurement does: take files in, wait for their pages and ends, ask when things happened."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from digitizer.app import App
from digitizer.app.intake import Given
from digitizer.model import ScanState
from digitizer.store.schema import pages, scans
from tests.faults.ground import Ground

_LONGEST = 4 * 3600.0


def take(app: App, files: Sequence[Path], lane: str = "live") -> list[str]:
    """The scans of these files, taken in and not yet queued."""
    intake = app.intake(operator="bench", lane=lane)
    source = Given(files, ())
    return [
        scan for offer in source.offers() for scan in app.records.scans_of(intake.take(source, offer, moves=False).id)
    ]


def read(app: App, ids: Sequence[str] | None = None) -> int:
    """How many pages (of these scans) are read."""
    query = select(func.count()).where(~pages.c.pending)
    with app.records.reading() as db:
        return int(db.execute(query if ids is None else query.where(pages.c.scan.in_(ids))).scalar_one())


def done(app: App, ids: Sequence[str]) -> bool:
    """True when all these scans are at their end; raises RuntimeError when one FAILED."""
    with app.records.reading() as db:
        states = set(db.execute(select(scans.c.state).where(scans.c.id.in_(ids))).scalars())
    if ScanState.FAILED in states:
        raise RuntimeError("a scan failed: this measures nothing")
    return states <= {ScanState.DONE}


def wait(ground: Ground, until: Callable[[], bool]) -> float:
    """Seconds until it is so; raises TimeoutError after hours."""
    begun = time.monotonic()
    if not ground.wait(_LONGEST, until):
        raise TimeoutError(ground.describe())
    return time.monotonic() - begun


@contextmanager
def warm(ground: Ground, workers: int, files: Sequence[Path]) -> Iterator[None]:
    """So many workers that have read a scan each, started and stopped."""
    names = [f"worker-{number}" for number in range(workers)]
    ids = take(ground.app, files)
    ground.start(*names)
    ground.app.queue_scans(ids)
    wait(ground, lambda: done(ground.app, ids))
    yield
    ground.stop(*names)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
