"""What happens to a page between the printer and the scanner's file: the levels of wear of docs/accuracy.md.

Every step that moves ink also moves the truth: a `Shot` keeps the homography from the drawn page to the picture, and
the boxes of the words are mapped by it.
"""

import io
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from samples import wear
from samples.draw import DPI, Drawn

LEVELS = ("clean", "office", "worn", "phone", "fax")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page as delivered.  `matrix`: 3×3 from the drawn page (300 dpi) to `image`.  `turned`: degrees clockwise that
    make it upright; `skew`: degrees, positive clockwise, of the page once upright.  `dpi`: (x, y).  `quality`: of its
    JPEG, 0 = lossless.
    """

    image: Image.Image
    matrix: NDArray[np.float64]
    dpi: tuple[float, float] = (DPI, DPI)
    turned: int = 0
    skew: float = 0.0
    quality: int = 0


def mapped(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (…, 2) through a homography."""
    flat = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1) @ matrix.T
    moved: NDArray[np.float64] = flat[..., :2] / flat[..., 2:]
    return moved


def warp(shot: Shot, change: NDArray[np.float64], size: tuple[int, int], fill: tuple[int, int, int]) -> Shot:
    """The picture moved by `change` (3×3, from the present pixels to the new ones) into a picture of `size`."""
    # Pillow addresses pixel corners, so its coordinates and ours are the same; it wants the way back.
    back = np.linalg.inv(change)
    back /= back[2, 2]
    coefficients = tuple(back.flatten()[:8])
    image = shot.image.transform(
        size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=fill
    )
    return replace(shot, image=image, matrix=change @ shot.matrix)


def shifted(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], dtype=np.float64)


def rotated(degrees: float, width: int, height: int) -> NDArray[np.float64]:
    """Turns clockwise about the middle of a page of that size."""
    a = np.radians(degrees)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    matrix: NDArray[np.float64] = shifted(width / 2, height / 2) @ turn @ shifted(-width / 2, -height / 2)
    return matrix


def scaled(shot: Shot, x: float, y: float | None = None) -> Shot:
    """The picture at other resolutions: factors in x and y."""
    y = x if y is None else y
    size = max(1, round(shot.image.width * x)), max(1, round(shot.image.height * y))
    change = np.diag([size[0] / shot.image.width, size[1] / shot.image.height, 1.0])
    image = shot.image.resize(size, Image.Resampling.LANCZOS)
    return replace(shot, image=image, matrix=change @ shot.matrix, dpi=(shot.dpi[0] * x, shot.dpi[1] * y))


def skewed(shot: Shot, degrees: float, fill: tuple[int, int, int]) -> Shot:
    """The picture slanted by `degrees` clockwise, its size kept."""
    turned = warp(shot, rotated(degrees, *shot.image.size), shot.image.size, fill)
    return replace(turned, skew=shot.skew + degrees)


def turned(shot: Shot, clockwise: int) -> Shot:
    """The picture lying so that it must be turned `clockwise` (90, 180, 270) degrees to be upright."""
    width, height = shot.image.size
    how, change = {
        90: (Image.Transpose.ROTATE_90, [[0, 1, 0], [-1, 0, width], [0, 0, 1]]),
        180: (Image.Transpose.ROTATE_180, [[-1, 0, width], [0, -1, height], [0, 0, 1]]),
        270: (Image.Transpose.ROTATE_270, [[0, -1, height], [1, 0, 0], [0, 0, 1]]),
    }[clockwise]
    return replace(
        shot,
        image=shot.image.transpose(how),
        matrix=np.array(change, dtype=np.float64) @ shot.matrix,
        turned=clockwise,
        dpi=shot.dpi if clockwise == 180 else (shot.dpi[1], shot.dpi[0]),
    )


def encoded(shot: Shot) -> Shot:
    """The shot after its JPEG, so that what is measured is what is read."""
    if not shot.quality:
        return shot
    out = io.BytesIO()
    shot.image.save(out, "JPEG", quality=shot.quality, optimize=True)
    return replace(shot, image=Image.open(io.BytesIO(out.getvalue())))


def aged(
    drawn: Drawn, level: str, random: Random, *, behind: Image.Image | None = None, grey: bool | None = None
) -> Shot:
    """The page at a level of wear (`turned` is put on afterwards).  `behind`: what is printed on the back."""
    shot = Shot(image=drawn.image, matrix=np.eye(3))
    made: Shot = {"clean": _clean, "office": _office, "worn": _worn, "phone": _phone, "fax": _fax}[level](
        shot, random, behind, random.random() < 0.5 if grey is None else grey
    )
    return made


def _clean(shot: Shot, random: Random, behind: Image.Image | None, grey: bool) -> Shot:
    del random, behind, grey
    return shot


def _office(shot: Shot, random: Random, behind: Image.Image | None, grey: bool) -> Shot:
    """±1.5° skew, slight noise and blur, JPEG 75, small shift of colour."""
    del behind
    shot = skewed(shot, random.uniform(-1.5, 1.5), wear.paper(random))
    image = shot.image.filter(ImageFilter.GaussianBlur(random.uniform(0.8, 1.3)))
    image = wear.tinted(image, random, 0.03)
    image = wear.noisy(image, random, random.uniform(1.0, 2.2), grain=1.0)
    if random.random() < 0.8:  # most scanners take the paper to white by themselves
        image = wear.whitened(image)
    if grey:
        image = image.convert("L")
    return replace(shot, image=image, quality=75)


def _worn(shot: Shot, random: Random, behind: Image.Image | None, grey: bool) -> Shot:
    """200 dpi grey, ±4°, faded toner, bleed-through, punch holes, black borders, folds, stains, speckle, JPEG 50."""
    del grey
    shot = scaled(shot, 200 / DPI)
    image = shot.image.convert("L")
    image = wear.faded(image, random, random.uniform(0.5, 0.8))
    if behind is not None:
        image = wear.bleed(image, behind, random)
    if random.random() < 0.6:
        image = wear.folded(image, random)
    if random.random() < 0.5:
        image = wear.stained(image, random)
    if random.random() < 0.6:
        image = wear.punched(image, random, shot.dpi[0])
    image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.4, 0.8)))
    fill = 20 if random.random() < 0.4 else 235
    shot = skewed(replace(shot, image=image.convert("RGB")), random.uniform(-4, 4), (fill, fill, fill))
    image = shot.image.convert("L")
    if random.random() < 0.5:
        image = wear.bordered(image, random)
    image = wear.noisy(wear.speckled(image, random, 90), random, 3.0, grain=1.0)
    return replace(shot, image=image, quality=50)


def _phone(shot: Shot, random: Random, behind: Image.Image | None, grey: bool) -> Shot:
    """Perspective up to 12°, shadow, glare, blur, colour cast, 150–250 dpi, JPEG 60."""
    del behind, grey
    dpi = random.uniform(165, 230)
    shot = scaled(shot, dpi / DPI)
    width, height = shot.image.size
    edge = round(0.05 * width)
    size = (width + 2 * edge, height + 2 * edge)
    turn = random.uniform(-3, 3)
    change = shifted(edge, edge) @ _tilt(random, width, height, dpi) @ rotated(turn, width, height)
    desk = tuple(random.randint(*span) for span in ((70, 130), (55, 105), (40, 90)))
    shot = warp(shot, change, size, (desk[0], desk[1], desk[2]))
    image = wear.tinted(shot.image, random, 0.10)
    image = wear.shaded(image, random)
    if random.random() < 0.6:
        image = wear.glare(image, random)
    if random.random() < 0.4:
        image = wear.shaken(image, random)
    image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.8, 1.5) * dpi / 200))
    image = wear.noisy(image, random, 3.0, grain=1.3)
    return replace(shot, image=image, quality=60, dpi=(dpi, dpi), skew=turn)


def _tilt(random: Random, width: int, height: int, dpi: float) -> NDArray[np.float64]:
    """A camera some 45 cm over the middle, tilted by up to 12° about both axes."""
    far = 17.7 * dpi  # 45 cm in pixels
    a, b = np.radians(random.uniform(-9, 9)), np.radians(random.uniform(-8, 8))
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    turn = about_x @ about_y
    lens = np.array([[far, 0, 0], [0, far, 0], [0, 0, 1.0]])
    plane = np.column_stack([turn[:, 0], turn[:, 1], np.array([0, 0, far])])
    matrix: NDArray[np.float64] = shifted(width / 2, height / 2) @ lens @ plane @ shifted(-width / 2, -height / 2)
    matrix /= matrix[2, 2]
    return matrix


def _fax(shot: Shot, random: Random, behind: Image.Image | None, grey: bool) -> Shot:
    """1-bit at 204×196 or 204×98 dpi, lost lines, broken and filled letters."""
    del behind, grey
    shot = skewed(
        replace(shot, image=shot.image.convert("L").convert("RGB")), random.uniform(-0.8, 0.8), (255, 255, 255)
    )
    fine = random.random() < 0.75
    shot = scaled(shot, 204 / DPI, (196 if fine else 98) / DPI)
    image = wear.noisy(shot.image.convert("L"), random, 7.0, grain=0.7)
    cut = random.randint(140, 185)
    bits = image.point([255 if value > cut else 0 for value in range(256)])
    bits = wear.lost_lines(wear.speckled(bits, random, 40, dark=0), random)
    return replace(shot, image=bits.convert("1", dither=Image.Dither.NONE))
