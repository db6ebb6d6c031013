"""What the systems are given: copies of the chosen files, a PDF of each for OCRmyPDF, an image a page for Tesseract.

Nothing of this is timed.
"""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, ImageSequence
from pillow_heif import register_heif_opener
from pypdf import PdfReader

from bench.nouns import Key, Set

register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # the sets are ours
_AS_IS = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
_DPI = 300  # of pages without an image
_LEAST_DPI = 50  # TIFF writers put 1 where they don't know


def lay_out(one: Set, folder: Path, stage: Path) -> None:
    """Copy the files of the set into `stage`, and of a ZIP with them its members, unpacked, beside `stage`."""
    for file in dict.fromkeys(page.key.file for page in one.pages):
        inside = re.match(r"(.+?\.zip)/(.+)", file, re.IGNORECASE)
        source = inside.group(1) if inside else file
        target = stage / source
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / source, target)
        if inside:
            unpacked = member_path(stage, file)
            unpacked.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(target) as archive:
                unpacked.write_bytes(archive.read(inside.group(2)))


def member_path(stage: Path, file: str) -> Path:
    """Where the file of a Key lies for the yardsticks: in `stage`, or unpacked beside it."""
    inside = re.match(r"(.+?\.zip)/(.+)", file, re.IGNORECASE)
    return stage.with_name("members") / file if inside else stage / file


def as_pdf(source: Path, target: Path, img2pdf: str) -> Path:
    """The file itself when it is a PDF, else a PDF of the same pixels, as OCRmyPDF's users make one."""
    if source.suffix.lower() == ".pdf":
        return source
    target.parent.mkdir(parents=True, exist_ok=True)
    images = [source]
    if source.suffix.lower() not in _AS_IS or not _plain(source):
        images = list(_pngs(source, target.with_suffix("")))
    done = subprocess.run(
        [img2pdf, "--rotation=ifvalid", "-o", str(target), *map(str, images)], capture_output=True, check=False
    )
    if done.returncode:
        images = list(_pngs(source, target.with_suffix("")))
        subprocess.run([img2pdf, "-o", str(target), *map(str, images)], check=True, capture_output=True)
    return target


def _plain(source: Path) -> bool:
    """True when img2pdf takes the file as it is: no transparency, nothing deeper than 8 bits."""
    with Image.open(source) as image:
        return image.mode in ("1", "L", "RGB", "P") and min(image.info.get("dpi", (_DPI, _DPI))) >= _LEAST_DPI


def _pngs(source: Path, stem: Path) -> Iterator[Path]:
    """Every page of an image file as a PNG, EXIF turn applied, resolution kept."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(source) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image), 1):
            target = stem.with_name(f"{stem.name}-{number:03}.png")
            dpi = frame.info.get("dpi", (0, 0))
            known = {"dpi": dpi} if min(dpi) >= _LEAST_DPI else {}
            _eight_bits(ImageOps.exif_transpose(frame)).save(target, **known)
            yield target


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    return image if image.mode in ("1", "L", "RGB") else image.convert("RGB")


def page_images(source: Path, folder: Path, file: str) -> dict[Key, Path]:
    """An image of every page at its own resolution: images as they are, PDF pages as poppler draws them."""
    folder.mkdir(parents=True, exist_ok=True)
    if source.suffix.lower() != ".pdf":
        return {Key(file, number): path for number, path in enumerate(_pngs(source, folder / "page"), 1)}
    images = {}
    for number, (x_dpi, y_dpi) in enumerate(_resolutions(source), 1):
        stem = folder / f"page-{number:03}"
        subprocess.run(
            ["pdftoppm", "-png", "-singlefile", "-f", str(number), "-l", str(number), "-rx", str(x_dpi), "-ry",
             str(y_dpi), str(source), str(stem)],
            check=True, capture_output=True,
        )  # fmt: skip
        images[Key(file, number)] = stem.with_name(stem.name + ".png")
    return images


def _resolutions(pdf: Path) -> list[tuple[int, int]]:
    """Horizontal and vertical dpi of the image with the most pixels on every page."""
    listed = subprocess.run(["pdfimages", "-list", str(pdf)], check=True, capture_output=True, text=True).stdout
    largest: dict[int, tuple[int, int, int]] = {}
    for row in listed.splitlines()[2:]:
        cells = row.split()
        if cells[2] != "image":
            continue
        # Small pictures at 2,000 dpi are stamps; what covers the page decides.
        x_dpi, y_dpi = int(cells[12]), int(cells[13])
        area = int(int(cells[3]) / max(1, x_dpi) * int(cells[4]) / max(1, y_dpi) * 1000)
        largest[int(cells[0])] = max(largest.get(int(cells[0]), (0, 0, 0)), (area, x_dpi, y_dpi))
    pages = len(PdfReader(pdf).pages)
    return [largest.get(number, (0, _DPI, _DPI))[1:] for number in range(1, pages + 1)]
