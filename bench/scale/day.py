"""A simulated office day: scans of clerks over a backfill of many pages, and how long each of them waits."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import or_, select

from bench.scale import office, paper
from digitizer.store.schema import pages, scans
from tests.faults.deliveries import Mill
from tests.faults.ground import Ground, Parts

_LIVE_PAGES = 5
_BACKFILL_PAGES = 50


@dataclass(kw_only=True)
class _Live:
    """One scan of a clerk: when its file was whole, when its first page was taken up, when it was done (monotonic)."""

    path: Path
    whole: float
    begun: float | None = None
    done: float | None = None


def measure(folder: Path, parts: Parts, backfill: int, live: int, minutes: float, *, engine: bool) -> str:
    """A paragraph; `backfill` pages wait from the beginning, `live` scans of five pages come by chance in `minutes`.

    `engine`: with Tesseract on real pages, else the replay engine on tiny ones.
    """
    mill = Mill(folder / "recordings")
    images = paper.jpegs(backfill + live * _LIVE_PAGES) if engine else None

    def file(name: str, number: int) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if images is not None:
            return paper.pdf(path, [next(images) for _ in range(number)])
        path.write_bytes(mill.pages(number))
        return path

    with Ground(folder / "ground", parts, None if engine else mill.folder, lease_seconds=300, lines=False) as ground:
        old = [file(f"old/{at}.pdf", _BACKFILL_PAGES) for at in range(-(-backfill // _BACKFILL_PAGES))]
        fresh = [file(f"new/{at}.pdf", _LIVE_PAGES) for at in range(live)]
        ids = office.take(ground.app, old, lane="backfill")
        ground.app.queue_scans(ids)
        ground.start()
        office.wait(ground, lambda: office.read(ground.app) > 2 * _LIVE_PAGES)  # the workers are at it
        before = office.read(ground.app)
        begun = time.monotonic()
        found = _day(ground, fresh, minutes)
        seconds = time.monotonic() - begun
        aside = office.read(ground.app) - before - live * _LIVE_PAGES
        ground.stop()
    first = [one.begun - one.whole for one in found if one.begun is not None]
    last = [one.done - one.whole for one in found if one.done is not None]
    what = "real pages and Tesseract" if engine else "tiny pages and the replay engine"
    return (
        f"{live} live scans of {_LIVE_PAGES} pages in {seconds / 60:.0f} minutes over a backfill of "
        f"{len(old) * _BACKFILL_PAGES} pages ({what}), {parts}, two workers; {aside} pages of the backfill were read "
        "meanwhile.\n\n"
        "| from file whole to | p50 | p95 | most | bar (p95) |\n| --- | --- | --- | --- | --- |\n"
        f"| first page being read | {_row(first)} | 5 s |\n| READY or REVIEW | {_row(last)} | 30 s |\n"
    )


def _row(values: list[float]) -> str:
    return " | ".join(
        f"{value:.1f} s" for value in (office.percentile(values, 0.5), office.percentile(values, 0.95), max(values))
    )


def _day(ground: Ground, files: list[Path], minutes: float) -> list[_Live]:
    """Drop the files into the intake folder at moments drawn by chance, and look five times a second what they do."""
    chance = random.Random(1)
    begun = time.monotonic()
    moments = sorted(chance.uniform(0, minutes * 60) for _ in files)
    found: list[_Live] = []
    while len(found) < len(files) or any(one.done is None for one in found):
        if len(found) < len(files) and time.monotonic() - begun >= moments[len(found)]:
            source = files[len(found)]
            path = ground.intake / f"quầy {len(found)}" / source.name
            path.parent.mkdir()
            path.write_bytes(source.read_bytes())
            found.append(_Live(path=path, whole=time.monotonic()))
        _look(ground, [one for one in found if one.done is None])
        ground.wait(0.2)
    return found


def _look(ground: Ground, waiting: list[_Live]) -> None:
    now = time.monotonic()
    names = {str(one.path): one for one in waiting}
    taken_up = select(pages.c.scan).where(or_(pages.c.owner.is_not(None), ~pages.c.pending))
    query = select(scans.c.id, scans.c.state, scans.c.noun, scans.c.id.in_(taken_up).label("begun"))
    with ground.app.records.reading() as db:
        for row in db.execute(query.where(scans.c.lane == "live")):
            one = names.get(row.noun["file"])
            if one is not None and row.begun and one.begun is None:
                one.begun = now
            if one is not None and row.state in ("DONE", "FAILED"):
                one.done = now
