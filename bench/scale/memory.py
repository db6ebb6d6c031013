"""A scan of a thousand pages: memory of each worker all along, a kill on the way, two workers at it."""

import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from bench.scale import office, paper
from digitizer import settings
from digitizer.contracts import Engine, Hint, Image
from digitizer.model import Line, Page
from digitizer.ocr.engines import replay, tesseract
from digitizer.ocr.language import open_language
from digitizer.ocr.recognise import steps
from digitizer.ocr.render import open_pages
from digitizer.pipeline import through_steps
from digitizer.store.schema import documents, pages
from tests.faults.ground import Ground, Parts

_AGAIN = 1
"""At most so many pages are begun and not saved when a worker is killed."""


def measure(folder: Path, parts: Parts, number: int, kill_at: int) -> str:
    """A paragraph; real rendering of dense 200 dpi pages, text recorded from Tesseract beforehand."""
    first, *others = images = paper.report(folder)
    recordings = folder / "recordings"
    _record(folder, images, recordings)
    long = paper.pdf(folder / "in" / "long.pdf", [first, *(others[at % len(others)] for at in range(number - 1))])
    with Ground(folder / "ground", parts, recordings, lease_seconds=300, lines=False) as ground:
        ids = office.take(ground.app, [long])
        ground.start("worker-0", "worker-1")
        ground.app.queue_scans(ids)
        series, owners, killed = [], Counter[str](), 0
        begun = time.monotonic()
        while not ground.wait(1.0, lambda: office.done(ground.app, ids)):
            at = office.read(ground.app, ids)
            series.append((at, {name: resident(ground, name) for name in ("worker-0", "worker-1")}))
            owners.update(_holders(ground))
            if not killed and at >= kill_at:
                killed = at
                ground.programs["worker-0"].kill()
                ground.app.resume()
        seconds = time.monotonic() - begun
        with ground.app.records.reading() as db:
            papers = db.execute(select(func.count()).select_from(documents)).scalar_one()
            attempts = list(db.execute(select(pages.c.attempts).where(pages.c.scan == ids[0])).scalars())
        ground.stop()
    again = sum(attempts) - number
    most = max(max(held.values()) for _, held in series)
    return (
        f"One PDF of {number} pages ({long.stat().st_size / 2**20:.0f} MB), real rendering and preparation, {parts}, "
        f"{papers} document(s), two workers, one killed at page {killed}: {seconds:.0f} s, {again} page(s) begun again "
        f"(bound: {_AGAIN}), shared by {len(owners)} processes. The most that a worker with its page process held: "
        f"**{most:.0f} MB** (bar: 600).\n\n"
        "| pages read | worker 0 | worker 1 |\n| --- | --- | --- |\n" + _table(series)
    )


def resident(ground: Ground, name: str) -> float:
    """MB that a program's processes hold, what they share counted once (PSS)."""
    total = 0
    for pid in ground.programs[name].family():
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _holders(ground: Ground) -> set[str]:
    with ground.app.records.reading() as db:
        owners = db.execute(select(pages.c.owner).where(pages.c.owner.is_not(None)).distinct()).scalars()
        return {owner.split("/")[1] for owner in owners}


def _table(series: list[tuple[int, dict[str, float]]]) -> str:
    chosen = series[:: max(1, len(series) // 12)] + series[-1:]
    return "".join(f"| {at} | {held['worker-0']:.0f} MB | {held['worker-1']:.0f} MB |\n" for at, held in chosen)


def _record(folder: Path, images: list[bytes], recordings: Path) -> None:
    """Read each image once with Tesseract, and keep every answer for the replay engine."""
    chosen = settings.load(home=folder / "home")
    language = open_language()
    recorder = _Recorder(tesseract.open(tesseract.Options()), recordings)
    seen = steps(recorder, chosen, language.correct, language.ngrams)
    file = paper.pdf(folder / "in" / "each.pdf", images)
    with open_pages(file, "application/pdf", chosen.limits, ()) as found:
        for number in range(1, len(images) + 1):
            through_steps(seen, Page(number=number), found.sight(number))


class _Recorder:
    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def read(self, image: Image, hint: Hint) -> tuple[Line, ...]:
        lines = self._engine.read(image, hint)
        replay.record(self._folder, image, lines)
        return lines
