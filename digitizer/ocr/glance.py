"""What can be seen of a page at a reduced size: ink, letters, slant, which way up.  Pure functions over arrays."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Image

Mask = NDArray[np.uint8]
Floats = NDArray[np.float64]
Parts = NDArray[np.int32]
LONG_SIDE = 1754
"""Pixels of the longer side that everything is judged at: A4 at 150 dpi."""
_STEEPEST = 5.0  # degrees of slant that a feeder gives
_STEEPEST_PHOTO = 16.0  # and a hand
_FAINTEST = 28  # levels below its paper from which something is ink
_DESK = 0.42  # of the paper's brightness
_BANDS = 4
_FLAT = 0.35  # degrees between the first and the last line of a flat sheet, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """`mask`: 255 where ink is.  `contrast`: paper minus ink, 0–1.  `letters`: rows of x, y, width, height, area."""

    mask: Mask
    contrast: float
    letters: Parts


def reduced(image: Image, aspect: float) -> tuple[Image, float, float]:
    """The image with square pixels, at most LONG_SIDE long, and its scale across and down."""
    height, width = image.shape[:2]
    scale = min(1.0, LONG_SIDE / max(width, height * aspect))
    size = (max(1, round(width * scale)), max(1, round(height * scale * aspect)))
    small = image if size == (width, height) else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8), size[0] / width, size[1] / height


def background(grey: Image, reach: int) -> Image:
    """The paper under the ink: what is left when everything narrower than `reach` pixels is bright."""
    factor = max(1, reach // 6)
    size = (max(1, grey.shape[1] // factor), max(1, grey.shape[0] // factor))
    tiny = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    tiny = cv2.morphologyEx(tiny, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    tiny = cv2.GaussianBlur(tiny, (0, 0), 3)
    return np.asarray(cv2.resize(tiny, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def off_sheet(paper: Image) -> NDArray[np.bool_]:
    """Where a background is no paper: a desk, a black border, a photo.  A shadow leaves more than half of the light."""
    return np.asarray(paper < _DESK * np.percentile(paper[::8, ::8], 90), dtype=np.bool_)


def find_ink(grey: Image) -> Ink:
    """Ink against its own paper, so that shadows, yellowed sheets and faded toner don't matter."""
    paper = background(grey, 48)
    flat = cv2.divide(grey, np.maximum(paper, 32), scale=255)
    flat[off_sheet(paper)] = 255
    # How dark are strokes?  What a small closing fills in: neither punch holes nor borders, which are solid.
    strokes = cv2.morphologyEx(flat, cv2.MORPH_BLACKHAT, np.ones((9, 9), np.uint8))
    counts = np.bincount(strokes.reshape(-1), minlength=256)[_FAINTEST:]
    depth = _FAINTEST + int(np.searchsorted(np.cumsum(counts), 0.9 * counts.sum()))
    threshold = 255 - max(_FAINTEST, round(0.6 * depth))
    mask = np.asarray((flat < threshold) * np.uint8(255), dtype=np.uint8)
    return Ink(mask=mask, contrast=depth / 255, letters=letters_of(mask))


def letters_of(mask: Mask) -> Parts:
    """Components that may be letters or parts of them: not specks, rules, borders, pictures."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    parts = np.asarray(stats[1:], dtype=np.int32)
    wide, high, area = parts[:, 2], parts[:, 3], parts[:, 4]
    longest = max(mask.shape) // 16
    solid = (np.minimum(wide, high) > 14) & (area > 0.7 * wide * high)  # punch holes
    good = (
        (area >= 6)
        & ~solid
        & (np.maximum(wide, high) <= longest)
        & (np.maximum(wide, high) >= 4)
        & (area > 0.12 * wide * high)
    )
    return np.asarray(parts[good], dtype=np.int32)


def text_mask(ink: Ink) -> Mask:
    """The mask of the letters' boxes only."""
    only = np.zeros_like(ink.mask)
    for x, y, wide, high, _ in ink.letters.tolist():
        only[y : y + high, x : x + wide] = ink.mask[y : y + high, x : x + wide]
    return only


def sideways(mask: Mask, letters: Parts) -> bool:
    """True when lines of text run down the page, not across.

    Letters grown by half their size melt into words and lines: those are wide, or else they are high.  (Measured on
    pages flat, slanted and photographed: wide to high is at least 1.4, where profiles of rows and columns can tie.)
    """
    if len(letters) == 0:
        return False
    size = float(np.median(letters[:, 2:4].max(axis=1)))
    reach = max(3, round(size * 0.5)) | 1
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(mask, np.ones((reach, reach), np.uint8)))
    blobs = stats[1:][stats[1:, 4] > 3 * size * size]
    return bool((blobs[:, 3] - reach).sum() > (blobs[:, 2] - reach).sum())


def slant(mask: Mask, *, sideways: bool) -> float:
    """How far lines of text fall to the right, in degrees: where rows of ink and of paper are told apart best."""
    y, x = _inked_places(mask, 40_000)
    if len(y) < 200:
        return 0.0
    if sideways:
        y, x = x, -y
    angle = _best_angle(y, x, _STEEPEST)
    return angle if abs(angle) < _STEEPEST - 0.6 else _best_angle(y, x, _STEEPEST_PHOTO)


def fan(mask: Mask) -> tuple[float, float]:
    """(how much steeper lines of text get from row to row, in radians a pixel; slant in the middle, in degrees).

    Of a straightened mask, and zeroes for flat paper.

    On a sheet photographed aslant all lines meet in one far point, so their slant grows evenly down the page.
    """
    height = mask.shape[0]
    tops = range(0, height - height // _BANDS + 1, max(1, height // (2 * _BANDS)))
    ends = [band for top in (tops[0], tops[-1]) if (band := _band(mask, top))]
    if len(ends) == 2 and abs(ends[0][1] - ends[1][1]) < 0.5 * _FLAT:  # the first and the last say it: a flat sheet
        return 0.0, 0.0
    bands = [band for top in tops if (band := _band(mask, top))]
    full = [band for band in bands if band[2] > 0.1 * max(each[2] for each in bands)]
    if len(full) < _BANDS:
        return 0.0, 0.0
    middles, angles, inks = (np.array(column, dtype=np.float64) for column in zip(*full, strict=True))
    steepening, level = np.polyfit(middles, angles, 1, w=np.sqrt(inks))
    off = np.abs(np.polyval([steepening, level], middles) - angles)
    apart = abs(steepening) * float(np.ptp(middles))
    if not _FLAT < apart < _STEEPEST or float(np.max(off)) > 0.5 * apart:
        return 0.0, 0.0
    return float(np.deg2rad(steepening)), float(level)


def _band(mask: Mask, top: int) -> tuple[float, float, int] | None:
    """(middle from the middle of the page, angle in degrees, ink) of a band of the page; None with too little ink."""
    height = mask.shape[0]
    part = mask[top : top + height // _BANDS]
    ink = int(np.count_nonzero(part))
    if ink <= 600:
        return None
    y, x = _inked_places(part, 12_000)
    return top + float(np.mean(y)) - height / 2, _best_angle(y, x, 4.0), ink


def _inked_places(mask: Mask, most: int) -> tuple[Floats, Floats]:
    """(down, across) of at most some `most` inked pixels, evenly chosen."""
    places = cv2.findNonZero(mask)
    if places is None:
        return np.empty(0), np.empty(0)
    few = places.reshape(-1, 2)[:: max(1, len(places) // most)].astype(np.float64)
    return few[:, 1], few[:, 0]


def _best_angle(y: Floats, x: Floats, reach: float) -> float:
    """The best angle in degrees; `y` runs down the lines' stack, `x` along the lines."""
    angles = np.arange(-reach, reach + 0.01, 0.5)
    scores = [_sharpness(y, x, angle) for angle in angles]
    middle = float(angles[int(np.argmax(scores))])
    fine = np.arange(middle - 0.5, middle + 0.51, 0.1)
    fine_scores = [_sharpness(y, x, angle) for angle in fine]
    top = int(np.argmax(fine_scores))
    return float(fine[top]) + 0.1 * _peak(fine_scores, top)


def _sharpness(y: Floats, x: Floats, degrees: float) -> float:
    radians = np.deg2rad(degrees)
    rows = np.rint(y * np.cos(radians) - x * np.sin(radians)).astype(np.int64)
    profile = np.bincount(rows - rows.min()).astype(np.float64)
    return float(np.sum(np.diff(profile) ** 2)) / len(y)


def _peak(scores: list[float], top: int) -> float:
    """Where between its neighbours the peak really is, −0.5 to 0.5 steps."""
    if not 0 < top < len(scores) - 1:
        return 0.0
    before, at, after = scores[top - 1 : top + 2]
    bend = before - 2 * at + after
    return 0.0 if bend == 0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))


def straighten(mask: Mask, degrees: float, quarter_turns: int) -> Mask:
    """The mask turned clockwise by quarters, then its slant of `degrees` taken out (paper stays within the frame)."""
    turned = np.ascontiguousarray(np.rot90(mask, -quarter_turns))
    if abs(degrees) < 0.05:
        return turned
    height, width = turned.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(turned, matrix, (width, height), flags=cv2.INTER_NEAREST), dtype=np.uint8)


def x_height(letters: Parts, *, sideways: bool = False) -> float | None:
    """Height in pixels of small letters without ascender; None when there are too few letters to tell."""
    wide, high = letters[:, 2], letters[:, 3]
    if sideways:
        wide, high = high, wide
    shaped = (wide > 0.3 * high) & (wide < 2.5 * high)
    high = high[shaped]
    if len(high) < 25:
        return None
    weights = (
        np.bincount(high).astype(np.float64) * np.arange(high.max() + 1) ** 1.5
    )  # marks and dots are many and small
    smooth = np.convolve(weights, [0.5, 1.0, 0.5], mode="same")
    good = np.nonzero(smooth >= 0.5 * smooth.max())[0]
    first = int(good[0])
    top = first + int(np.argmax(smooth[first : first + 1 + max(2, first // 4)]))
    near = slice(max(0, top - 1), top + 2)
    return float(np.sum(weights[near] * np.arange(len(weights))[near]) / np.sum(weights[near]))


def upright_evidence(mask: Mask, letters: Parts, height: float) -> tuple[float, int]:
    """(−1 to 1, letters asked): more ink above than below the small letters of a line says upright.

    Vietnamese writes nearly all its marks above, and Latin has more ascenders than descenders.
    """
    fits = letters[(abs(letters[:, 3] - height) <= max(1.0, 0.15 * height)) & (letters[:, 2] < 2.2 * height)]
    if len(fits) == 0:
        return 0.0, 0
    pad = int(height) + 2
    framed = cv2.copyMakeBorder(mask, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    sums = np.asarray(cv2.integral(framed) // 255, dtype=np.int32)
    x0, y0 = fits[:, 0] + pad, fits[:, 1] + pad
    x1, y1 = x0 + fits[:, 2], y0 + fits[:, 3]
    reach, gap = max(2, round(0.65 * height)), 1
    above = _inked(sums, x0, y0 - gap - reach, x1, y0 - gap)
    below = _inked(sums, x0, y1 + gap, x1, y1 + gap + reach)
    more = int(np.sum(above > below)) - int(np.sum(below > above))
    told = int(np.sum(above != below))
    return (more / told if told else 0.0), told


def _inked(sums: Parts, x0: Parts, y0: Parts, x1: Parts, y1: Parts) -> Parts:
    return np.asarray(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0], dtype=np.int32)
