"""The yardsticks: OCRmyPDF as its users call it, and plain Tesseract a page."""

import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pypdf import PdfReader

from bench import measure
from bench.hocr import read_hocr
from bench.nouns import Cost, Key, Reading, Set
from bench.stage import as_pdf, member_path, page_images

OCRMYPDF = "OCRmyPDF"
TESSERACT = "Tesseract"
OPTIONS = ("-l", "vie", "--rotate-pages", "--deskew", "--force-ocr", "--output-type", "pdfa-2")
_SIGNED = b"/ByteRange"


def find_ocrmypdf(given: str | None) -> str:
    """The command: as given, of PATH, or of `.venv-bench`; raises SystemExit saying how to get it."""
    for command in (given, shutil.which("ocrmypdf"), ".venv-bench/bin/ocrmypdf"):
        if command and Path(command).is_file():
            return command
    raise SystemExit(
        "no ocrmypdf: python3 -m venv .venv-bench && .venv-bench/bin/pip install ocrmypdf==17.13.0 "
        "(and Debian's ghostscript), or --ocrmypdf PATH, or --no-yardstick"
    )


def find_img2pdf(ocrmypdf: str) -> str:
    """img2pdf comes with OCRmyPDF, in the same folder."""
    beside = Path(ocrmypdf).resolve().with_name("img2pdf")
    return str(beside) if beside.is_file() else shutil.which("img2pdf") or "img2pdf"


def files_of(one: Set) -> list[str]:
    """The files of a set in order, members of ZIPs singly."""
    return list(dict.fromkeys(page.key.file for page in one.pages))


def by_ocrmypdf(one: Set, stage: Path, command: str, processes: int) -> Reading:
    """OCRmyPDF on each file; what it reads is taken from the hOCR that it keeps with `-k` (same words as its PDF)."""
    with tempfile.TemporaryDirectory(prefix="bench-ocrmypdf-") as work:
        folder = Path(work)
        img2pdf = find_img2pdf(command)
        inputs = {
            file: as_pdf(member_path(stage, file), folder / "in" / f"{number:04}.pdf", img2pdf)
            for number, file in enumerate(files_of(one))
        }
        counts = {file: len(PdfReader(pdf).pages) for file, pdf in inputs.items()}
        began = time.monotonic()
        ended = _all_files(inputs, counts, command, folder, processes)
        wall = time.monotonic() - began
        pages = {
            Key(file, page): read_hocr(kept / f"{page:06}_ocr_hocr.hocr", upright=True)
            for file, (_, kept) in ended.items()
            for page in range(1, counts[file] + 1)
        }
    failures = {
        file: f"status {done.status}: {' '.join(done.err.split()[-30:])}"
        for file, (done, _) in ended.items()
        if done.status
    }
    cost = sum((done.cost for done, _ in ended.values()), Cost())
    total = Cost(wall=wall, cpu=cost.cpu, peak=cost.peak, pages=len(pages))
    return Reading(system=OCRMYPDF, pages=pages, cost=total, failures=failures)


def _all_files(
    inputs: dict[str, Path], counts: dict[str, int], command: str, folder: Path, processes: int
) -> dict[str, tuple[measure.Ended, Path]]:
    """Each run with the folder that it kept.

    A file of several pages has all the processes; of single pages as many files are done at the same time, which is
    the most that a user gets out of the machine.
    """
    ended = {}
    with ThreadPoolExecutor(processes) as pool:
        singles = {}
        for number, (file, pdf) in enumerate(inputs.items()):
            job = _ocrmypdf(pdf, command, min(processes, counts[file]))
            own = folder / f"out{number:04}"
            if counts[file] > 1:
                ended[file] = _in_own_folder(job, own)
            else:
                singles[file] = (job, own)
        runs = {file: pool.submit(_in_own_folder, job, own) for file, (job, own) in singles.items()}
        return ended | {file: run.result() for file, run in runs.items()}


def _ocrmypdf(pdf: Path, command: str, jobs: int) -> list[str]:
    # A signed PDF is refused without this flag; the product reads it, so the yardstick must.
    signed = ["--invalidate-digital-signatures"] if _SIGNED in pdf.read_bytes() else []
    return [command, *OPTIONS, "--jobs", str(jobs), "-k", *signed, str(pdf)]


def _in_own_folder(job: list[str], folder: Path) -> tuple[measure.Ended, Path]:
    folder.mkdir()
    env = {**os.environ, "OMP_THREAD_LIMIT": "1", "TMPDIR": str(folder)}
    ended = measure.run([*job, str(folder / "out.pdf")], env=env)
    kept = [path for path in folder.iterdir() if path.name.startswith("ocrmypdf.")]
    return ended, kept[0] if kept else folder


def by_tesseract(one: Set, stage: Path, processes: int) -> Reading:
    """`tesseract -l vie` on each page's image, as many pages at a time as there are processes."""
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with tempfile.TemporaryDirectory(prefix="bench-tesseract-") as work:
        images: dict[Key, Path] = {}
        for number, file in enumerate(files_of(one)):
            images |= page_images(member_path(stage, file), Path(work) / f"{number:04}", file)
        began = time.monotonic()
        with ThreadPoolExecutor(processes) as pool:
            runs = {
                key: pool.submit(
                    measure.run, ["tesseract", str(image), str(image.with_suffix("")), "-l", "vie", "hocr"], env=env
                )
                for key, image in images.items()
            }
        wall = time.monotonic() - began
        ended = {key: run.result() for key, run in runs.items()}
        pages = {key: read_hocr(image.with_suffix(".hocr")) for key, image in images.items()}
    failures = {str(key): done.err.strip()[-200:] for key, done in ended.items() if done.status}
    cost = sum((done.cost for done in ended.values()), Cost())
    total = Cost(wall=wall, cpu=cost.cpu, peak=cost.peak, pages=len(pages))
    return Reading(system=TESSERACT, pages=pages, cost=total, failures=failures)
