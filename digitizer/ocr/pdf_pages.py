"""Pages of PDFs through PDFium.

A page that is one picture is rendered at exactly that picture's size: at 1:1 PDFium gives the very pixels (a test holds
it to that), and /Rotate, crop box, masks, decode arrays, colour spaces and form widgets are met on the way, at the
price of a plain extraction.  Everything else is rendered at 300 dpi.  Poppler steps in where PDFium gives up.
"""

import contextlib
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pdf2image
import pypdfium2 as pdfium
from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError
from pypdfium2 import raw

from digitizer.contracts import Image, Sight
from digitizer.errors import PageFailed, PageMemory
from digitizer.model import Line, Problem
from digitizer.ocr.image_pages import most_pixels, plain
from digitizer.ocr.layer import read_layer
from digitizer.settings import Limits

RENDER_DPI = 300
_COVERS = 0.9  # share of the page's sides that a picture must cover to be the page
_SIGHTS = 32
"""Pages looked at before the file is opened anew: PDFium keeps the streams of every page it has drawn until then."""
_MANY_OBJECTS = 3000  # a drawing: no use in looking for a scan among them


class PdfPages:
    """An open PDF."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self.document: Any = None
        self._sights = 0
        logging.getLogger("pypdfium2").setLevel(logging.ERROR)  # its advice on XFA builds is none of a clerk's business
        self._open()

    def _open(self) -> None:
        with contextlib.suppress(pdfium.PdfiumError):
            self.document = pdfium.PdfDocument(self.path)
            self.document.init_forms()

    def sight(self, number: int) -> Sight:
        """The page `number` (from 1)."""
        self._sights += 1
        if self._sights % _SIGHTS == 0:
            self.close()
            self._open()
        return PdfSight(self, number)

    def render(self, number: int, dpi: float) -> Image:
        """The page at `dpi`, or as near as the limits allow, widgets drawn; raises PageFailed."""
        try:
            page = self.page(number)
            size = tuple(round(points / 72 * dpi) for points in page.get_size())
            return self.draw(page, (size[0], size[1]), grey=False)
        except pdfium.PdfiumError:
            return by_poppler(self.path, number, dpi, self.limits)

    def page(self, number: int) -> Any:
        """PDFium's page; raises PdfiumError."""
        if self.document is None:
            raise pdfium.PdfiumError("not opened")
        return self.document[number - 1]

    def draw(self, page: Any, size: tuple[int, int], *, grey: bool) -> Image:
        """The page on white paper, `size` = (width, height) in pixels, form widgets on top."""
        width, height = _fitting(size, self.limits)
        kind = raw.FPDFBitmap_Gray if grey else raw.FPDFBitmap_BGR
        # RGB at once; on a grey bitmap the same flag makes PDFium draw nothing.
        flags = raw.FPDF_ANNOT if grey else raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
        bitmap = pdfium.PdfBitmap.new_native(width, height, kind)
        try:
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
            raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
            if self.document.formenv:
                raw.FPDF_FFLDraw(self.document.formenv, bitmap, page, 0, 0, width, height, 0, flags)
            array = np.array(bitmap.to_numpy(), dtype=np.uint8)
        finally:
            bitmap.close()
        return array.reshape(height, width) if grey else plain(array)

    def close(self) -> None:
        """Let the file go."""
        if self.document is not None:
            self.document.close()
            self.document = None


class PdfSight:
    """One page of a PDF, rendered once."""

    def __init__(self, pages: PdfPages, number: int) -> None:
        self._pages = pages
        self._number = number
        self._image: Image | None = None
        self._dpi = (float(RENDER_DPI), float(RENDER_DPI))

    def image(self) -> Image:
        """The page as a reader of PDFs shows it; raises PageFailed, PageMemory."""
        if self._image is None:
            try:
                self._image = self._take()
            except pdfium.PdfiumError:
                self._image = by_poppler(self._pages.path, self._number, RENDER_DPI, self._pages.limits)
            except MemoryError as error:
                raise PageMemory from error
        return self._image

    @property
    def dpi(self) -> float | None:
        """Pixels an inch across."""
        self.image()
        return self._dpi[0]

    @property
    def aspect(self) -> float:
        """Height of a pixel over its width."""
        self.image()
        return self._dpi[0] / self._dpi[1]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """None: what PDFium can't show, fails."""
        return ()

    def layer(self) -> tuple[Line, ...]:
        """The words of the text layer, boxes in pixels of `image()`; () when there are none."""
        height, width = self.image().shape[:2]
        try:
            page = self._pages.page(self._number)
            return read_layer(page, width, height)
        except pdfium.PdfiumError:
            return ()

    def _take(self) -> Image:
        page = self._pages.page(self._number)
        try:
            width, height = page.get_size()
            size, grey = _picture_size(page, width, height, self._pages.limits)
            if size is None:
                size = (round(width / 72 * RENDER_DPI), round(height / 72 * RENDER_DPI))
            image = self._pages.draw(page, size, grey=grey)
        finally:
            page.close()
        self._dpi = (image.shape[1] / width * 72, image.shape[0] / height * 72)
        return image


def _picture_size(page: Any, width: float, height: float, limits: Limits) -> tuple[tuple[int, int] | None, bool]:
    """((width, height) in pixels to render a scanned page at, or None; whether grey is enough)."""
    count = raw.FPDFPage_CountObjects(page)
    if not 0 < count <= _MANY_OBJECTS:
        return None, False
    others = raw.FPDFPage_GetAnnotCount(page)
    best: tuple[int, Any] | None = None
    for thing in page.get_objects(max_depth=3):
        if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            across, down = _pixels(thing)
            if best is None or across * down > best[0]:
                others += best is not None
                best = (across * down, thing)
            else:
                others += 1
        elif not _invisible(thing):
            others += thing.type != raw.FPDF_PAGEOBJ_FORM
    if best is None:
        return None, False
    size = _on_page(best[1], width, height)
    if size is None:
        return None, False
    if size[0] * size[1] > limits.page_pixels:
        raise PageMemory(f"the page's image has {size[0] * size[1]} pixels, more than limits.page_pixels allows")
    if others and not 150 <= size[0] / width * 72 <= 600:  # printing beside a coarse picture wants its own resolution
        return None, False
    return size, not others and _grey(best[1])


def _pixels(picture: Any) -> tuple[int, int]:
    try:
        across, down = picture.get_px_size()
    except pdfium.PdfiumError:
        return 0, 0
    return int(across), int(down)


def _on_page(picture: Any, width: float, height: float) -> tuple[int, int] | None:
    """The picture's pixels along the page's sides when it covers the page, not slanted; None otherwise."""
    across, down = _pixels(picture)
    matrix = picture.get_matrix()
    sideways = abs(matrix.b) + abs(matrix.c) > abs(matrix.a) + abs(matrix.d)
    wide, high = (abs(matrix.c), abs(matrix.b)) if sideways else (abs(matrix.a), abs(matrix.d))
    slant = max(abs(matrix.a), abs(matrix.d)) if sideways else max(abs(matrix.b), abs(matrix.c))
    if across < 2 or down < 2 or slant > 0.01 * max(wide, high) or picture.container is not None:
        return None
    if sideways:
        across, down = down, across
    if picture.page.get_rotation() in (90, 270):
        across, down, wide, high = down, across, high, wide
    if wide < _COVERS * width or high < _COVERS * height:
        return None
    # A picture larger than the page is cropped by it, a smaller one leaves a margin: its own resolution either way.
    return max(1, round(across * width / wide)), max(1, round(down * height / high))


def _grey(picture: Any) -> bool:
    """Black and white or grey by its colour space."""
    try:
        about = picture.get_metadata()
    except pdfium.PdfiumError:
        return False
    return bool(about.colorspace == raw.FPDF_COLORSPACE_DEVICEGRAY and about.bits_per_pixel <= 8)


def _invisible(thing: Any) -> bool:
    if thing.type != raw.FPDF_PAGEOBJ_TEXT:
        return False
    return bool(raw.FPDFTextObj_GetTextRenderMode(thing) == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _fitting(size: tuple[int, int], limits: Limits) -> tuple[int, int]:
    """The size, made smaller where the limits ask for it; raises PageFailed when there is nothing to draw."""
    width, height = size
    if width < 1 or height < 1:
        raise PageFailed("the page has no area")
    shrink = min(1.0, (most_pixels(limits) / (width * height)) ** 0.5)
    return max(1, int(width * shrink)), max(1, int(height * shrink))


def by_poppler(path: Path, number: int, dpi: float, limits: Limits) -> Image:
    """The page drawn by poppler, widgets too; raises PageFailed."""
    try:
        pictures = pdf2image.convert_from_path(
            path, dpi=int(dpi), first_page=number, last_page=number, timeout=limits.page_seconds, use_cropbox=True
        )
    except (PDFPageCountError, PDFSyntaxError, PDFPopplerTimeoutError, OSError, ValueError, KeyError) as error:
        raise PageFailed("the page can't be drawn: neither PDFium nor poppler can open it") from error
    if not pictures:
        raise PageFailed("the page can't be drawn: neither PDFium nor poppler can open it")
    return plain(np.array(pictures[0].convert("RGB")))
