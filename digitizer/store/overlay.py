"""Stamps on a scanned page: form widgets and other annotations, drawn once and laid over the untouched image.

A digitally signed letter shows its number, date and seal as widgets.  The page is rendered with and without them, and
only the pixels that differ go into the copy, so the scan below keeps its own bytes and sharpness.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from pikepdf import Pdf
from PIL import Image

from digitizer.contracts import Image as Pixels
from digitizer.store import pictures
from digitizer.store.picture import NotCopied, Shelf
from digitizer.store.sheet import Paint, Sheet, at

_HIDDEN = 2 | 32  # Hidden, NoView: ISO 32000-1, table 165
_WITHOUT_LOOKS = ("/Popup", "/Link")


def has_stamps(page: Any) -> bool:
    """True when an annotation of the page may show."""
    annotations = page.get("/Annots")
    return isinstance(annotations, pikepdf.Array) and any(_shows(one) for one in annotations)


def _shows(annotation: Any) -> bool:
    if not isinstance(annotation, pikepdf.Dictionary) or str(annotation.get("/Subtype")) in _WITHOUT_LOOKS:
        return False
    flags = annotation.get("/F", 0)
    if isinstance(flags, int) and flags & _HIDDEN:
        return False
    return "/AP" in annotation or "/V" in annotation


def stamps(
    pdf: Pdf, number: int, sheet: Sheet, shelf: Shelf, draw: Callable[[Path | None], Pixels], folder: Path
) -> Paint | None:
    """What the annotations of page `number` add to it, or None when they add nothing.

    `draw`: renders the page of the original (None) or page 1 of the PDF given, both at the same resolution.
    """
    bare = folder / "bare.pdf"
    _without(pdf, number, bare)
    full, empty = _rgb(draw(None)), _rgb(draw(bare))
    if full.shape != empty.shape:
        raise NotCopied("the page changes its size without its annotations")
    changed = np.any(full != empty, axis=2)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not rows.size:
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    part, seen = full[top:bottom, left:right].copy(), changed[top:bottom, left:right]
    part[~seen] = 255
    mask = shelf.stencil(pictures.from_image(Image.fromarray(np.where(seen, 0, 255).astype(np.uint8)).convert("1")))
    image = shelf.picture(pictures.from_pixels(part), mask)
    to_page = replace(sheet, area=None).delivered(full.shape[1], full.shape[0])
    (x, y), (x1, y1), (x2, y2) = (at(to_page, *point) for point in ((left, bottom), (right, bottom), (left, top)))
    return Paint(image=image, matrix=(x1 - x, y1 - y, x2 - x, y2 - y, x, y))


def _without(pdf: Pdf, number: int, out: Path) -> None:
    with Pdf.new() as bare:
        bare.pages.append(pdf.pages[number - 1])
        page = bare.pages[0].obj
        for key in ("/Annots", "/AA"):
            if key in page:
                del page[key]
        bare.save(out)


def _rgb(pixels: Pixels) -> Pixels:
    return np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels
