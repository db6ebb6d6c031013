"""What queue, database and bucket add to a page: the same tiny pages with and without anything to wait for."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event

from bench.scale import office
from digitizer import settings
from digitizer.app import App
from digitizer.app.crew import Crew
from digitizer.settings import Plugged
from tests.faults.deliveries import Mill
from tests.faults.ground import Ground, Parts

_FAST = Path("/dev/shm")


def measure(folder: Path, parts: Parts, scans: int, pages: int, rounds: int) -> str:
    """A paragraph; one worker, `scans` PDFs of `pages` pages, read by the replay engine."""
    mill = Mill(folder / "recordings")
    files = []
    for at in range(rounds * scans + 1):
        path = folder / "in" / f"{at:04d}.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(mill.pages(pages))
        files.append(path)
    with Ground(folder / "ground", parts, mill.folder, lease_seconds=300, workers=1, lines=False) as ground:
        rows = []
        with office.warm(ground, 1, files[-1:]):
            for number in range(rounds):
                some = files[number * scans : (number + 1) * scans]
                ids = office.take(ground.app, some)
                begun = time.monotonic()
                ground.app.queue_scans(ids)
                office.wait(ground, lambda ids=ids: office.done(ground.app, ids))  # type: ignore[misc]
                there = time.monotonic() - begun
                rows.append((there, _alone(mill.folder, some, files[-1:])))
    ours, alone = (min(row[at] for row in rows) / scans / pages * 1000 for at in (0, 1))
    statements = _statements(ground.parts, mill.folder, files[: min(2, scans)], pages)
    return (
        f"{scans} PDFs of {pages} tiny pages (replay engine), {parts}, one worker, best of {rounds}: "
        f"{ours:.0f} ms a page; the same work in one process with SQLite and blobs in memory {alone:.0f} ms. "
        f"Queue, database and store add **{ours - alone:.0f} ms a page** (bar: 30). {statements}\n"
    )


def _alone(recordings: Path, files: list[Path], warming: list[Path]) -> float:
    """Seconds for the same work with nobody to wait for: one thread, everything in memory."""
    with tempfile.TemporaryDirectory(dir=_FAST) as home, App(_in_memory(Path(home), recordings)) as app, Crew(app) as c:
        for some in (warming, files):
            ids = office.take(app, some)
            begun = time.monotonic()
            app.queue_scans(ids)
            c.wait(ids)
        return time.monotonic() - begun


def _statements(parts: Parts, recordings: Path, files: list[Path], pages: int) -> str:
    """How many transactions and statements a page takes, counted at the engine."""
    counted = {"commit": 0, "before_cursor_execute": 0}
    with tempfile.TemporaryDirectory(dir=_FAST) as home, App(_in_memory(Path(home), recordings)) as app:
        ids = office.take(app, files)
        for name in counted:
            event.listen(app.records.engine, name, _counter(counted, name))
        app.queue_scans(ids)
        with Crew(app) as crew:
            while not office.done(app, ids):
                crew.check()
                time.sleep(0.5)
    each = len(files) * pages
    return (
        f"A page takes {counted['commit'] / each:.1f} transactions of {counted['before_cursor_execute'] / each:.1f} "
        f"statements together, its share of the stages included ({parts.database} counts alike)."
    )


def _counter(counted: dict[str, int], name: str) -> Callable[..., None]:
    def count(*_: object) -> None:
        counted[name] += 1

    return count


def _in_memory(home: Path, recordings: Path) -> settings.Settings:
    replay = Plugged(use="replay", options={"folder": str(recordings)})
    return settings.load(home=home).model_copy(update={"engine": replay, "processes": 1})
