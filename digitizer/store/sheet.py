"""One page of a PDF in the making: what is painted where, and how pixels of the delivered image meet its points.

User space has its origin at the bottom left of the unturned page, 1/72 inch a unit; `turn` is the /Rotate with which
the source shows it.  The delivered image (`model.Page`) is what a reader saw before any turning of ours.
"""

from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

Six: TypeAlias = tuple[float, float, float, float, float, float]
"""An affine map as PDF writes it: x' = a·x + c·y + e, y' = b·x + d·y + f."""
Point: TypeAlias = tuple[float, float]
Rect: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points, x0 < x1, y0 < y1."""

UNIT: Six = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
SMALLEST, LARGEST = 3.0, 14400.0
"""Sides that a page may have, in points (ISO 19005-2, 6.1.13)."""


def times(first: Six, then: Six) -> Six:
    """The map that does `first`, then `then`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def at(matrix: Six, x: float, y: float) -> Point:
    """Where the map takes the point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def corners(matrix: Six, rect: Rect = (0.0, 0.0, 1.0, 1.0)) -> tuple[Point, Point, Point, Point]:
    """The corners of a mapped rectangle, in its own order around."""
    x0, y0, x1, y1 = rect
    return at(matrix, x0, y0), at(matrix, x1, y0), at(matrix, x1, y1), at(matrix, x0, y1)


def around(points: tuple[Point, ...]) -> Rect:
    """The upright rectangle around the points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def number(value: float) -> str:
    """A PDF number: at most four decimals, never an exponent, never `-0`."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def numbers(values: tuple[float, ...]) -> str:
    """PDF numbers with blanks between them."""
    return " ".join(number(value) for value in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """An image XObject and where it stands: the unit square goes through `matrix`.

    `clips`: polygons it is cut to; `colour`: operators that set the ink of a stencil.
    """

    image: Any
    matrix: Six
    clips: tuple[tuple[Point, ...], ...] = ()
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`width`, `height`: points, unturned.  `area`: where the delivered image lies (None: all of the page).

    `rendered`: the image was drawn from the page, not copied.
    """

    width: float
    height: float
    turn: int = 0
    paints: tuple[Paint, ...] = field(default_factory=tuple)
    area: Rect | None = None
    rendered: bool = False

    def delivered(self, pixels_wide: float, pixels_high: float) -> Six:
        """The map from pixels of the delivered image to user space."""
        x0, y0, x1, y1 = self.area or (0.0, 0.0, self.width, self.height)
        wide, high = max(pixels_wide, 1), max(pixels_high, 1)
        w, h = x1 - x0, y1 - y0
        return {
            0: (w / wide, 0.0, 0.0, -h / high, x0, y1),
            90: (0.0, h / wide, w / high, 0.0, x0, y0),
            180: (-w / wide, 0.0, 0.0, h / high, x1, y0),
            270: (0.0, -h / wide, -w / high, 0.0, x1, y1),
        }[self.turn % 360]

    def content(self, names: tuple[str, ...]) -> bytes:
        """The content stream that paints the images under these resource names."""
        rows = []
        for name, paint in zip(names, self.paints, strict=True):
            cuts = "".join(_cut(clip) for clip in paint.clips)
            rows.append(f"q\n{cuts}{paint.colour}{numbers(paint.matrix)} cm\n/{name} Do\nQ\n")
        return "".join(rows).encode("ascii")


def _cut(polygon: tuple[Point, ...]) -> str:
    (x, y), *others = polygon
    return f"{numbers((x, y))} m\n" + "".join(f"{numbers(point)} l\n" for point in others) + "h W n\n"


def fitting(sheet: Sheet) -> Sheet:
    """The sheet, shrunk or grown to the sides that PDF/A allows; nearly always the sheet itself."""
    scale = min(1.0, LARGEST / max(sheet.width, sheet.height))
    scale = max(scale, SMALLEST / max(min(sheet.width, sheet.height), 1e-6)) if scale == 1.0 else scale
    if scale == 1.0:
        return sheet
    zoom: Six = (scale, 0.0, 0.0, scale, 0.0, 0.0)
    return replace(
        sheet,
        width=min(max(sheet.width * scale, SMALLEST), LARGEST),
        height=min(max(sheet.height * scale, SMALLEST), LARGEST),
        area=None if sheet.area is None else around((at(zoom, *sheet.area[:2]), at(zoom, *sheet.area[2:]))),
        paints=tuple(
            replace(
                paint,
                matrix=times(paint.matrix, zoom),
                clips=tuple(tuple(at(zoom, *point) for point in clip) for clip in paint.clips),
            )
            for paint in sheet.paints
        ),
    )
