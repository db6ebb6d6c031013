"""Writes the searchable PDF/A-2b of a document: page images as they came, words invisibly where they stand.

Each leaf becomes a sheet: its images are copied; where that can't be, it is rendered; where even that fails, a page
says so.  Stamps are laid over it, words into it, and the book binds the sheets.
"""

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pikepdf
from pikepdf import Pdf

from digitizer.contracts import Image
from digitizer.errors import DigitizerError
from digitizer.model import Level, Line, Page, Problem
from digitizer.store import nouns, pictures, taken
from digitizer.store.book import Book
from digitizer.store.notice import NOT_SHOWN, notice
from digitizer.store.overlay import has_stamps, stamps
from digitizer.store.pdfa import About
from digitizer.store.picture import NotCopied, Picture, Shelf
from digitizer.store.sheet import Paint, Sheet, fitting

Render: TypeAlias = Callable[[Path, str, int, int], Image]
"""(file, media, page number in it, dpi) → the page as delivered, stamps drawn; raises PageFailed."""

RENDER_DPI = 300
MOST_PIXELS = 40_000_000
"""Larger pages are rendered at fewer dpi (A1 at 300 dpi is 70 million pixels)."""
_BROKEN = (pikepdf.PdfError, pikepdf.PasswordError, LookupError)
_TROUBLE = (DigitizerError, *_BROKEN, OSError, ValueError, RuntimeError, MemoryError)
_A4 = 595.276, 841.89

__all__ = ["About", "Leaf", "Render", "Written", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page to write: its words, and page `number` (from 1) of the original file at `path`.

    `packed`: its lines as `nouns.pack_lines` packs them, not the page's: a thousand pages of them fit in memory.
    """

    page: Page
    path: Path
    media: str
    number: int = 1
    packed: bytes | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the page."""
        return self.page.lines if self.packed is None else nouns.unpack_lines(self.packed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written.  `rendered`: places in the PDF, from 1, of the pages that were drawn instead of copied.

    `size`: bytes of the file; `image_bytes`: of the images in it.  A problem's `page` counts in the scan, as always.
    """

    pages: int
    size: int
    image_bytes: int
    rendered: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


def write(leaves: Sequence[Leaf], about: About, out: Path, render: Render) -> Written:
    """Write the PDF/A of these pages to `out`, the same bytes for the same input; raises OSError, ValueError (no page).

    `render` is asked only for pages that can't be copied and for stamps.
    """
    if not leaves:
        raise ValueError("a PDF needs a page")
    rendered, problems = [], []
    with tempfile.TemporaryDirectory(prefix=".searchable-", dir=out.parent) as name:
        press = _Press(Path(name), render)
        try:
            for place, leaf in enumerate(leaves, start=1):
                sheet, problem = press.sheet(leaf)
                press.book.add(sheet, press.words(leaf, sheet, problem), leaf.page.turned)
                rendered += [place] if sheet.rendered else []
                problems += [problem] if problem else []
            press.book.save(out, about)
        finally:
            press.close()
        return Written(
            pages=len(leaves),
            size=out.stat().st_size,
            image_bytes=press.book.image_bytes,
            rendered=tuple(rendered),
            problems=tuple(problems),
        )


class _Press:
    """Makes sheets of leaves, keeping the last PDF open for the pages that follow."""

    def __init__(self, folder: Path, render: Render) -> None:
        self.book = Book(folder)
        self._folder = folder
        self._render = render
        self._open: tuple[Path, Pdf] | None = None

    def close(self) -> None:
        if self._open:
            self._open[1].close()
        self.book.close()

    def words(self, leaf: Leaf, sheet: Sheet, problem: Problem | None) -> bytes:
        """The text layer of the page."""
        lines = leaf.lines
        if problem is not None and not lines:
            return b""
        return self.book.text.content(lines, sheet.delivered(leaf.page.width, leaf.page.height))

    def sheet(self, leaf: Leaf) -> tuple[Sheet, Problem | None]:
        """The page's images: copied, else rendered, else a note in their place and a blocking problem."""
        try:
            return (self._from_pdf(leaf) if leaf.media == "application/pdf" else self._from_image(leaf)), None
        except (NotCopied, *_TROUBLE):
            pass
        try:
            return self._rendered(leaf), None
        except (NotCopied, *_TROUBLE):
            message = " ".join(NOT_SHOWN)
            problem = Problem(code="page-not-shown", level=Level.BLOCKING, message=message, page=leaf.page.number)
            return _placed(notice(), self.book.shelf, _A4), problem

    def _pdf(self, path: Path) -> Pdf:
        if self._open is None or self._open[0] != path:
            if self._open is not None:
                self._open[1].close()
                self._open = None
            self._open = path, Pdf.open(path, access_mode=pikepdf.AccessMode.stream)
        return self._open[1]

    def _from_pdf(self, leaf: Leaf) -> Sheet:
        pdf = self._pdf(leaf.path)
        sheet = taken.take(pdf, leaf.number, self.book.shelf, (leaf.page.width, leaf.page.height))
        if not has_stamps(pdf.pages[leaf.number - 1].obj):
            return sheet
        dpi = _dpi(sheet)

        def draw(path: Path | None) -> Image:
            if path is None:
                return self._render(leaf.path, leaf.media, leaf.number, dpi)
            return self._render(path, leaf.media, 1, dpi)

        stamp = stamps(pdf, leaf.number, sheet, self.book.shelf, draw, self._folder)
        return sheet if stamp is None else replace(sheet, paints=(*sheet.paints, stamp))

    def _from_image(self, leaf: Leaf) -> Sheet:
        picture = pictures.from_file(leaf.path, leaf.number)
        return _placed(picture, self.book.shelf, points((picture.width, picture.height), picture.dpi, leaf.page.dpi))

    def _rendered(self, leaf: Leaf) -> Sheet:
        """The page drawn, as delivered: never turned by its source any more."""
        if leaf.media == "application/pdf":
            try:
                bare = fitting(taken.sheet_of(self._pdf(leaf.path).pages[leaf.number - 1].obj))
            except _BROKEN:
                bare = Sheet(width=_A4[0], height=_A4[1])
            size = (bare.width, bare.height) if bare.turn % 180 == 0 else (bare.height, bare.width)
            pixels = self._render(leaf.path, leaf.media, leaf.number, _dpi(bare))
        else:
            pixels = self._render(leaf.path, leaf.media, leaf.number, _image_dpi(leaf.page))
            wide, high = leaf.page.width or pixels.shape[1], leaf.page.height or pixels.shape[0]
            size = points((wide, high), None, leaf.page.dpi)
        return replace(_placed(pictures.from_pixels(pixels), self.book.shelf, size), rendered=True)


def _placed(picture: Picture, shelf: Shelf, size: tuple[float, float]) -> Sheet:
    """A sheet of `size` points filled by the picture."""
    width, height = size
    matrix = (-width, 0.0, 0.0, height, width, 0.0) if picture.mirrored else (width, 0.0, 0.0, height, 0.0, 0.0)
    paint = Paint(image=shelf.picture(picture), matrix=matrix)
    return fitting(Sheet(width=width, height=height, turn=picture.turn, paints=(paint,)))


def _dpi(sheet: Sheet) -> int:
    inches = sheet.width * sheet.height / 72**2
    return max(1, min(RENDER_DPI, math.floor(math.sqrt(MOST_PIXELS / inches))))


def _image_dpi(page: Page) -> int:
    """The image's own resolution, less when it is too large."""
    own = page.dpi or RENDER_DPI
    pixels = page.width * page.height
    return max(1, round(own if pixels <= MOST_PIXELS else own * math.sqrt(MOST_PIXELS / pixels)))


def points(pixels: tuple[int, int], stated: tuple[float, float] | None, known: float | None) -> tuple[float, float]:
    """Width and height in points at 100 % scale.

    `stated`: dpi across and down as the file says; `known`: dpi as the page was looked at.  Where these are missing or
    absurd (a photo "at 72 dpi" would be a metre high), 300 dpi if that fits on A4, else as large as fits on A4.
    """
    even: tuple[float, float] | None = (known, known) if known else None
    for choice in (stated, even) if _uneven(stated) else (even, stated):
        across, down = choice or (0.0, 0.0)
        if across and down and _likely(pixels[0], across) and _likely(pixels[1], down):
            return pixels[0] * 72 / across, pixels[1] * 72 / down
    short, long = sorted(pixels)
    dpi = max(RENDER_DPI, short * 72 / _A4[0], long * 72 / _A4[1])
    return pixels[0] * 72 / dpi, pixels[1] * 72 / dpi


def _uneven(stated: tuple[float, float] | None) -> bool:
    return stated is not None and abs(stated[0] - stated[1]) > 0.01 * stated[1]


def _likely(pixels: int, dpi: float) -> bool:
    """True for a resolution and side that a scanner or large plan has; screen resolutions only up to A3's length."""
    inches = pixels / dpi if dpi > 0 else math.inf
    return 50 <= dpi <= 4800 and 0.2 <= inches <= (17 if dpi < 100 else 120)
