"""The step `look`: what is on this page, and how it must be turned, straightened and scaled to be read.

Everything is measured once, at the size of `glance.LONG_SIDE`, and kept in the Page; no later step needs the pixels to
know.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitizer.contracts import Engine, Hint, Image, Sight
from digitizer.model import Box, Looks, Page
from digitizer.ocr import filters, glance, traits
from digitizer.ocr.blank import is_blank
from digitizer.ocr.regions import as_matrix

TARGET_X_HEIGHT = 17.0
"""Height of small letters in the prepared image, in pixels: what Tesseract's line network reads best (design §5)."""
_SURE = 0.45  # of `upright_evidence`: real pages lie between 0.6 and 0.9
_ASKED = 40
_TINY = 24  # pixels: no line of text fits in
_LARGEST_SCALE = 3.0
_ROOMY = 12_000_000  # pixels up to which a prepared image may be larger than the delivered one


class Look:
    """The step.  The engine is asked only when the letters don't tell which way is up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, page: Page, sight: Sight) -> Page:
        """The page with size, dpi, looks, codes, blank, turned, skew and matrix; raises PageFailed."""
        image = sight.image()
        height, width = image.shape[:2]
        problems = (*page.problems, *(replace(each, page=page.number) for each in sight.problems))
        page = replace(page, width=width, height=height, dpi=round(sight.dpi, 2) if sight.dpi else None)
        if min(width, height) < _TINY:
            return replace(page, blank=True, problems=problems)
        small, across, down = glance.reduced(image, sight.aspect)
        grey = filters.grey(small)
        ink = glance.find_ink(grey)
        pose = self._pose(ink, grey, page.upright)
        seals, coloured = traits.colours(small)
        letters = None if pose.height is None else pose.height / down
        looks = Looks(
            phash=traits.perceptual_hash(grey),
            paper_mm=traits.paper(width, height, sight.dpi, sight.aspect),
            text_height=letters,
            seals=tuple(_delivered(box, across, down, width, height) for box in seals),
            rulings=len(traits.find_rulings(ink.mask)),
            bilevel=traits.is_bilevel(image),
            coloured=coloured,
            ink=float(np.count_nonzero(ink.mask)) / ink.mask.size,
            contrast=ink.contrast,
        )
        return replace(
            page,
            turned=pose.quarters * 90,
            skew=round(pose.skew, 2),
            matrix=preparation(width, height, sight.aspect, pose, letters, sight.dpi),
            blank=is_blank(ink, grey),
            codes=traits.find_codes(image, grey, across, down),
            looks=looks,
            problems=problems,
        )

    def _pose(self, ink: glance.Ink, grey: Image, upright: int | None) -> "Pose":
        """`upright`: the turn that a clerk chose; then only the slant is looked for."""
        mask = glance.text_mask(ink)
        sideways = glance.sideways(mask, ink.letters) if upright is None else upright % 180 == 90
        skew = glance.slant(mask, sideways=sideways)
        # For lines that run down the page: first try, 90° anticlockwise.
        quarters = upright // 90 if upright is not None else 3 if sideways else 0
        straight = glance.straighten(mask, skew, quarters)
        letters = glance.letters_of(straight) if quarters or skew else ink.letters
        height = glance.x_height(letters)
        evidence = 0.0
        if height and upright is None:
            evidence, asked = glance.upright_evidence(straight, letters, height)
            if asked < _ASKED or abs(evidence) < _SURE:
                seen = glance.straighten(grey, skew, quarters)
                evidence = self._read_both_ways(seen, straight, letters, height, evidence)
        fan, level = glance.fan(straight) if height else (0.0, 0.0)
        if evidence < 0:
            quarters, fan = (quarters + 2) % 4, -fan
        return Pose(quarters=quarters, skew=skew + level, height=height, fan=fan)

    def _read_both_ways(
        self, grey: Image, mask: glance.Mask, letters: NDArray[np.int32], height: float, evidence: float
    ) -> float:
        """Above 0 when a few lines read better upright than upside down."""
        strip = _densest_strip(grey, mask, letters, height)
        scale = TARGET_X_HEIGHT / height
        strip = np.asarray(cv2.resize(strip, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
        hint = Hint(layout="block")
        upright = _legible(self._engine, strip, hint)
        turned = _legible(self._engine, np.ascontiguousarray(strip[::-1, ::-1]), hint)
        return upright - turned if upright != turned else evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a page lies: `quarters` of a turn clockwise that set it upright, then `skew` degrees clockwise to take out.

    `height`: of small letters, in pixels of the reduced image, None without text.  `fan`: see `glance.fan`.
    """

    quarters: int
    skew: float
    height: float | None
    fan: float = 0.0


def _legible(engine: Engine, image: Image, hint: Hint) -> float:
    """How much was read, each letter counting by its word's confidence."""
    words = [word for line in engine.read(image, hint) for word in line.words]
    return sum(len(word.text) * max(0.0, word.confidence - 0.3) for word in words)


def _densest_strip(grey: Image, mask: glance.Mask, letters: NDArray[np.int32], height: float) -> Image:
    """Some five lines' height of the page where most letters are."""
    tall = min(mask.shape[0], round(height * 14))
    rows = np.bincount(np.minimum(letters[:, 1], mask.shape[0] - 1), minlength=mask.shape[0])
    sums = np.concatenate([[0], np.cumsum(rows)])
    top = int(np.argmax(sums[tall:] - sums[: len(sums) - tall]))
    return np.ascontiguousarray(grey[top : top + tall])


def preparation(
    width: int, height: int, aspect: float, pose: Pose, letters: float | None, dpi: float | None
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """The matrix delivered → prepared: square pixels, upright, straight, letters TARGET_X_HEIGHT high, from (0, 0).

    `letters`: x-height in delivered pixels (measured down the text), None = unknown, then the dpi decides.
    """
    scale = TARGET_X_HEIGHT / (letters * aspect) if letters else (200 / dpi if dpi else 1.0)
    room = (max(_ROOMY, width * height * aspect) / (width * height * aspect)) ** 0.5
    scale = min(_LARGEST_SCALE, room, max(1 / 6, scale))
    degrees = pose.quarters * 90 - pose.skew
    radians = np.deg2rad(degrees)
    cos, sin = np.cos(radians) * scale, np.sin(radians) * scale
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]]) @ np.diag([1.0, aspect, 1.0])
    turn = _centred(turn, width, height)
    if pose.fan and pose.height:  # lines that meet in a point made parallel: that point moved to infinity
        turn = np.array([[1, 0, 0], [0, 1, 0], [pose.fan * pose.height / TARGET_X_HEIGHT, 0, 1]]) @ turn
    frame = np.array([[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]], dtype=np.float64)
    corners = turn @ frame
    low = (corners[:2] / corners[2]).min(axis=1)
    return as_matrix(np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ turn)


def _centred(turn: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """The same turn, with the middle of the delivered image at (0, 0)."""
    middle = turn @ np.array([width / 2, height / 2, 1.0])
    return np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]]) @ turn


def _delivered(box: Box, across: float, down: float, width: int, height: int) -> Box:
    return (
        max(0, round(box[0] / across)),
        max(0, round(box[1] / down)),
        min(width, round(box[2] / across)),
        min(height, round(box[3] / down)),
    )
