"""Two worker processes against one, compared with two bare reading processes against one, with the same servers up."""

import multiprocessing
import time
from pathlib import Path

from bench.scale import office, paper
from bench.scale.hosts import namespaces
from digitizer import settings
from digitizer.app.originals import Original
from digitizer.app.pages import read_page
from digitizer.model import Page
from tests.faults.ground import Ground, Hosts, Parts


def measure(folder: Path, parts: Parts, pages: int, rounds: int, *, hosts: bool) -> str:
    """A paragraph; each round measures bare and ours, with one and two processes, on as many pages."""
    rows = []
    for number in range(rounds):
        here = folder / f"{number}"
        if hosts:
            with namespaces(2) as at:
                rows.append(_round(here, parts, pages, at))
        else:
            rows.append(_round(here, parts, pages, None))
    best = [min(row[at] for row in rows) for at in range(4)]
    bare, ours = best[0] / best[1], best[2] / best[3]
    where = "each on a host of its own (network namespaces)" if hosts else "on one host"
    return (
        f"{pages} office pages (200 dpi grey, Tesseract), {parts}, {where}, best of {rounds}:\n\n"
        "| | 1 process | 2 processes | gain |\n| --- | --- | --- | --- |\n"
        f"| bare reading | {best[0]:.1f} s | {best[1]:.1f} s | {bare:.2f} |\n"
        f"| Digitizer's workers, from page to record | {best[2]:.1f} s | {best[3]:.1f} s | {ours:.2f} |\n\n"
        f"Gain of workers over gain of bare processes: **{ours / bare:.3f}** (bar: 0.95).\n"
    )


def _round(folder: Path, parts: Parts, pages: int, hosts: Hosts | None) -> tuple[float, float, float, float]:
    """Seconds: bare with one process, with two; ours with one, with two."""
    images = list(paper.jpegs(3 * pages + 8))
    groups = [[paper.pdf(folder / f"in/{at}.pdf", images[at : at + 5]) for at in range(first, first + pages, 5)]
              for first in (0, pages)]  # fmt: skip
    warming = [paper.pdf(folder / f"in/w{at}.pdf", images[-1 - at : len(images) - at]) for at in range(6)]
    with Ground(folder / "ground", parts, None, lease_seconds=300, hosts=hosts, lines=hosts is not None) as ground:
        bare = [_bare(ground, groups[0], processes) for processes in (1, 2)]
        ours = [
            _workers(ground, groups[at], warming[3 * at : 3 * at + 2 + at], workers)
            for at, workers in enumerate((1, 2))
        ]
    return bare[0], bare[1], ours[0], ours[1]


def _bare(ground: Ground, files: list[Path], processes: int) -> float:
    """Seconds for reading all pages of the files, by so many processes with nothing between them but a start."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(processes + 1)
    shares = [files[at::processes] for at in range(processes)]
    running = [context.Process(target=_read, args=(ground.folder / "straight.toml", share, start)) for share in shares]
    for one in running:
        one.start()
    start.wait()
    begun = time.monotonic()
    for one in running:
        one.join()
    return time.monotonic() - begun


def _read(file: Path, files: list[Path], start: "multiprocessing.synchronize.Barrier") -> None:
    chosen = settings.load(file)
    read_page(chosen, Original(media="application/pdf", path=files[0]), Page(number=1))  # opens engine and models
    start.wait()
    for path in files:
        for number in range(1, 6):
            read_page(chosen, Original(media="application/pdf", path=path), Page(number=number))


def _workers(ground: Ground, files: list[Path], warming: list[Path], workers: int) -> float:
    with office.warm(ground, workers, warming):
        ids = office.take(ground.app, files)
        begun = time.monotonic()
        ground.app.queue_scans(ids)
        office.wait(ground, lambda: office.done(ground.app, ids))
        return time.monotonic() - begun
