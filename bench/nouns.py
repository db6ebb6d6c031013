"""What is compared: the truth of a set, and what one system made of its pages."""

from dataclasses import dataclass, field
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A page: `file` relative to its set (inside a ZIP `x.zip/member`), `page` counts from 1 in the file."""

    file: str
    page: int

    def __str__(self) -> str:
        return f"{self.file} p{self.page}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthPage:
    """`text` is None where nobody typed it; `words` (text, box in delivered pixels) where their places are known.

    `turned` (degrees clockwise that make it upright), `skew` and `blank` are None where the set doesn't say.
    """

    key: Key
    level: str
    text: str | None = None
    words: tuple[tuple[str, Box], ...] = ()
    size: tuple[int, int] | None = None
    turned: int | None = None
    skew: float | None = None
    blank: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A field as normalised, and whose it is.  `doubtful`: the truth itself isn't sure; such a value isn't judged.
    `unsure`: ours is marked so.  `by_hand`: ours is said to be written by hand.
    """

    normalised: str
    part: str | None = None
    doubtful: bool = False
    unsure: bool = False
    by_hand: bool = False


Fields: TypeAlias = dict[str, list[Value]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthDocument:
    """`dossier`: the code of its case, None where the set doesn't say."""

    kind: str
    pages: tuple[Key, ...]
    fields: Fields
    dossier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A folder with truth.  `pages` in reading order of the files; `shortened`: its subjects are abridged.

    `split`: the truth says where documents begin and end.  `complete`: every field that stands on a paper is in the
    truth, so that a value which is not there is a wrong one.
    """

    name: str
    pages: tuple[TruthPage, ...]
    documents: tuple[TruthDocument, ...] = ()
    shortened: bool = False
    split: bool = True
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One line read: `box` in delivered pixels for ours and Tesseract, in `size` of its page for OCRmyPDF."""

    text: str
    box: Box
    role: str = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """What a system read on a page, lines in its reading order.  `upright`: boxes are of the turned, deskewed page."""

    lines: tuple[ReadLine, ...] = ()
    size: tuple[int, int] = (0, 0)
    upright: bool = False
    turned: int = 0
    skew: float = 0.0
    blank: bool = False

    @property
    def text(self) -> str:
        """All lines, one a row."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    """`unsure`: a person shall look at its kind; `group`: whatever is the same for papers of one dossier."""

    kind: str
    pages: tuple[Key, ...]
    fields: Fields
    ready: bool
    unsure: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """`wall` and `cpu` seconds of the whole job; `peak` bytes of its largest process; `pages` it went through."""

    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0
    pages: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            wall=self.wall + other.wall,
            cpu=self.cpu + other.cpu,
            peak=max(self.peak, other.peak),
            pages=self.pages + other.pages,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one system made of a set.  `failures`: files it gave nothing for, with its last words."""

    system: str
    pages: dict[Key, ReadPage]
    cost: Cost
    documents: tuple[FoundDocument, ...] = ()
    failures: dict[str, str] = field(default_factory=dict)
