"""A page before it is drawn: words, lines and pictures at points (1/72 inch), origin top left."""

from dataclasses import dataclass, field
from typing import TypeAlias

from PIL import Image

A4 = (595.28, 841.89)
A5 = (419.53, 595.28)
A5_WIDE = (595.28, 419.53)
A3_WIDE = (1190.55, 841.89)
CARD = (242.65, 153.0)
"""ISO/IEC 7810 ID-1, 85.6 × 54 mm."""

Colour: TypeAlias = tuple[int, int, int]
BLACK: Colour = (12, 12, 14)
BLUE: Colour = (28, 44, 130)
RED: Colour = (206, 24, 36)
GREY: Colour = (120, 120, 120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One word with its baseline at (x, y).  `line` counts the text lines of the page in reading order."""

    word: str
    x: float
    y: float
    size: float
    family: str
    bold: bool = False
    italic: bool = False
    colour: Colour = BLACK
    line: int = 0
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A straight line; dotted when `dots` is the distance of its dots in points."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.6
    colour: Colour = BLACK
    dots: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An RGBA picture laid over the page like ink.  `role`: `seal`, `signature`, `stamp`, `code`, `photo` or
    `ground`; `text`: what a stamp says (not part of the page's text).
    """

    image: Image.Image
    x: float
    y: float
    width: float
    height: float
    role: str
    text: str = ""


@dataclass(slots=True, kw_only=True)
class Leaf:
    """One side of paper of `width` × `height` points."""

    width: float
    height: float
    texts: list[Text] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    paper: Colour = (255, 255, 255)
    lines: int = 0

    @property
    def blank(self) -> bool:
        """Nothing is printed on it."""
        return not (self.texts or self.strokes or self.pictures)
