"""From a file to its pages: each one taken out or rendered once, and only when its pixels are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from digitizer.contracts import Image, Sight
from digitizer.ocr.image_pages import RunPages
from digitizer.ocr.pdf_pages import PdfPages
from digitizer.settings import Limits

PDF = "application/pdf"


class Pages(Protocol):
    """An open file.  For one thread at a time."""

    def sight(self, number: int) -> Sight:
        """The pixels and text layer of page `number` (from 1); what fails, fails when it is asked for an image."""

    def render(self, number: int, dpi: float) -> Image:
        """The page at that resolution, upright as the file says, widgets drawn; raises PageFailed."""

    def close(self) -> None:
        """Let the file go."""


@contextmanager
def open_pages(path: Path, media: str, limits: Limits, parts: tuple[Path, ...] = ()) -> Iterator[Pages]:
    """The pages of a file of that MIME type, or of a run of images (`parts`, in order); raises PageFailed.

    Memory stays that of one page, and a page is reduced as far as `limits.page_memory_mb` demands.
    """
    pages: Pages = PdfPages(path, limits) if media == PDF else RunPages(parts or (path,), limits, framed=not parts)
    try:
        yield pages
    finally:
        pages.close()


def render_page(path: Path, media: str, number: int, dpi: int) -> Image:
    """One page of a file at `dpi` (pixels of an image of unknown dpi are kept), widgets drawn; raises PageFailed."""
    with open_pages(path, media, Limits()) as pages:
        return pages.render(number, dpi)


def preview(image: Image, longest_px: int, quality: int) -> bytes:
    """A JPEG of the image, no side longer than `longest_px`; `quality` 1–95."""
    height, width = image.shape[:2]
    scale = longest_px / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if image.ndim == 3:
        image = np.ascontiguousarray(image[:, :, ::-1])
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])
    return bytes(data)
