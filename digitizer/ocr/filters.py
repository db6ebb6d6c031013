"""Image → Image: what makes a page easier to read.  For the reading copy only; the preserved image is never touched."""

from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Filter, Image
from digitizer.model import Matrix, Page
from digitizer.ocr.glance import background, off_sheet
from digitizer.ocr.leaders import drop_leaders
from digitizer.ocr.regions import as_array

_INKED = 215  # on paper made 250, what is darker is ink, faded or not
_COLOURED = 0.0002  # share of coloured pixels that is worth looking at: a seal of a worn pad has 0.0009
_SHRUNK = 0.75
_PALE = np.interp(np.arange(256), [0, 70, 150, 255], [0, 70, 255, 255]).astype(np.uint8)
"""Red ink's red channel → paper; black under it is below 70 and stays."""


def for_page(page: Page) -> list[Filter]:
    """The filters that this page needs, cheapest list first: colour out, warp, then what its looks ask for."""
    red = page.looks.coloured > _COLOURED or page.looks.seals
    chosen: list[Filter] = [drop_colour if red else grey]
    if page.looks.bilevel:
        chosen.append(partial(soften, sigma=0.7))
    chosen.append(partial(warp, matrix=page.matrix))
    if not page.looks.bilevel:
        chosen.append(flatten)
    chosen.append(drop_leaders)
    return chosen


def grey(image: Image) -> Image:
    """One channel."""
    if image.ndim == 2:
        return image
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def drop_colour(image: Image) -> Image:
    """Grey in which red ink is pale and black ink under it stays black.

    Red ink is bright in the red channel, black ink is dark in all: where a pixel is clearly red, its red channel
    counts, elsewhere its luminance (so blue signatures stay readable).
    """
    if image.ndim == 2:
        return image
    red, green, blue = cv2.split(image)
    plain = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    redness = cv2.subtract(red, cv2.max(green, blue))
    # From 20 to 60 levels of redness the red channel takes over gradually, so that no edge of its own appears.
    weight = np.clip((redness.astype(np.int16) - 20) * 6, 0, 255).astype(np.uint8)
    lifted = cv2.max(plain, cv2.LUT(red, _PALE))
    mixed = cv2.add(
        cv2.multiply(plain, cv2.bitwise_not(weight), scale=1 / 255), cv2.multiply(lifted, weight, scale=1 / 255)
    )
    return np.asarray(mixed, dtype=np.uint8)


def soften(image: Image, *, sigma: float) -> Image:
    """A light blur: rounds the stairs of 1-bit scans before they are scaled."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), dtype=np.uint8)


def warp(image: Image, *, matrix: Matrix) -> Image:
    """The prepared image: turned, straightened and scaled in one go, white where the page ends."""
    full = as_array(matrix)
    width, height = prepared_size(image.shape[1], image.shape[0], matrix)
    scale = float(np.sqrt(abs(np.linalg.det(full[:2, :2]))))
    if np.allclose(full, np.diag([full[0, 0], full[1, 1], 1.0])) and full[0, 0] > 0:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(image, (width, height), interpolation=how), dtype=np.uint8)
    image, full = _shrunk_first(image, full, scale)
    how = cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC
    full = _moved(-0.5) @ full @ _moved(0.5)  # ours counts from the edge of the first pixel, OpenCV from its middle
    warped = cv2.warpPerspective(image, full, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, dtype=np.uint8)


def _shrunk_first(image: Image, full: NDArray[np.float64], scale: float) -> tuple[Image, NDArray[np.float64]]:
    """(the image, the matrix) to warp with.

    Linear sampling would skip pixels where the image becomes much smaller: it is shrunk before, every pixel counted.
    """
    if scale >= _SHRUNK:
        return image, full
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sx, sy = image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]
    return np.asarray(small, dtype=np.uint8), full @ np.diag([sx, sy, 1.0])


def _moved(by: float) -> NDArray[np.float64]:
    return np.array([[1, 0, by], [0, 1, by], [0, 0, 1]], dtype=np.float64)


def prepared_size(width: int, height: int, matrix: Matrix) -> tuple[int, int]:
    """(width, height) of the image that `warp` gives."""
    corners = as_array(matrix) @ np.array(
        [[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]], dtype=np.float64
    )
    placed = corners[:2] / corners[2]
    return max(1, round(float(placed[0].max()))), max(1, round(float(placed[1].max())))


def flatten(image: Image) -> Image:
    """Even white paper: shadows, yellowing and black beyond the sheet divided out, ink stretched to black."""
    paper = background(image, 96)
    flat = np.asarray(cv2.divide(image, np.maximum(paper, 32), scale=250), dtype=np.uint8)
    flat[off_sheet(paper)] = 250
    counts = np.bincount(flat[::2, ::2].reshape(-1), minlength=256)[:_INKED]
    if counts.sum() < 50:
        return flat
    ink = int(np.searchsorted(np.cumsum(counts), 0.2 * counts.sum()))  # not the darkest speck: the body of the letters
    if ink < 100:
        return flat
    levels = np.interp(np.arange(256), [0, ink * 0.8, 250, 255], [0, 40, 250, 255])  # faded: ink down, paper stays
    return np.asarray(cv2.LUT(flat, levels.astype(np.uint8)), dtype=np.uint8)


def drop_rulings(image: Image) -> Image:
    """Long straight lines of tables and forms painted over, letters that cross them kept as far as can be."""
    dark = cv2.threshold(image, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    length = max(40, max(image.shape) // 20)
    result = image.copy()
    for shape, grow in (((1, length), (5, 1)), ((length, 1), (1, 5))):
        lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        lines = cv2.dilate(lines, np.ones(grow, np.uint8))
        result[lines > 0] = 255
    return result


def clean_borders(image: Image) -> Image:
    """Dark regions that touch the image's edges painted white."""
    dark = cv2.threshold(image, 100, 255, cv2.THRESH_BINARY_INV)[1]
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    height, width = image.shape
    x, y, wide, high = stats[:, 0], stats[:, 1], stats[:, 2], stats[:, 3]
    edge = (x == 0) | (y == 0) | (x + wide == width) | (y + high == height)
    edge[0] = False
    if not edge.any():
        return image
    region = cv2.dilate(edge[labels].astype(np.uint8), np.ones((13, 13), np.uint8))
    result = image.copy()
    result[region > 0] = 255
    return result
