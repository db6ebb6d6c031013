"""What can be replaced, and what a replacement must do.  One file each, opened by `plug.load`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from digitizer.model import Box, Line, Page, Paper, Problem, Reason, Scan

Image: TypeAlias = NDArray[np.uint8]
"""Grey (height, width) or RGB (height, width, 3), 0 = black."""

Filter: TypeAlias = Callable[[Image], Image]
Stage: TypeAlias = Callable[[Scan], Scan]
LoadPage: TypeAlias = Callable[[str, int], Page]
"""(scan id, page number) → the page with its lines; raises NotFound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What an engine should know about an image: `dpi`, and its `layout`.

    `page`: anything; `column`: rows that run across, as in tables and forms; `block`: one block of lines; `line`: one
    line; `sparse`: bits of text here and there.  `boxes`: where lines are known to stand, each a box with its paper
    around; nothing else is read then.  `again`: that was read already; another model is welcome, if the engine has one.
    `words`: what may stand in the boxes, in capitals.  An engine that can gives for each box the one of them that fits
    best, as confident as it is likely compared with whatever else may stand there; another reads as ever.
    """

    dpi: int = 300
    layout: str = "page"
    boxes: tuple[Box, ...] = ()
    again: bool = False
    words: tuple[str, ...] = ()


class Engine(Protocol):
    """Reads text.  One method, because every method of a contract is work for every engine to come."""

    def read(self, image: Image, hint: Hint) -> tuple[Line, ...]:
        """The lines in reading order, boxes and quads in pixels of `image`, `read == text`, NFC; () when none.

        With `hint.boxes` one Line for each of them, in their order, without words where nothing was read.
        """


class Sight(Protocol):
    """The pixels and the text layer of one page, taken out once and only when asked for."""

    def image(self) -> Image:
        """The page as delivered: EXIF applied, form widgets drawn, not turned; raises PageFailed."""

    @property
    def dpi(self) -> float | None:
        """Resolution of `image()`, None when unknown."""

    @property
    def aspect(self) -> float:
        """Height of a pixel of `image()` over its width: 1, or about 2 for a coarse fax."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file's image of this page, such as that it is cut off; () mostly."""

    def layer(self) -> tuple[Line, ...]:
        """The text layer, boxes in pixels of `image()`; () when there is none."""


Step: TypeAlias = Callable[[Page, Sight], Page]


class Blobs(Protocol):
    """Bytes under their SHA-256, once."""

    def put(self, path: Path, sha256: str) -> None:
        """Store the file's bytes, durable and verified when this returns; raises Corrupt, Unreachable."""

    def put_bytes(self, data: bytes) -> str:
        """Store bytes; gives their SHA-256."""

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound, Corrupt."""

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """A path on this machine to read the bytes from while the context is open; raises NotFound."""

    def has(self, sha256: str) -> bool:
        """True when the bytes are stored."""

    def delete(self, sha256: str) -> None:
        """Remove the bytes, with all versions; no error when absent; raises Conflict when they are held."""

    def hold(self, sha256: str) -> None:
        """Guard the original of a RELEASED document against `delete`, where store and settings offer it."""

    def forget(self, sha256: str) -> None:
        """Throw away copies that this machine keeps of bytes stored elsewhere."""

    def list(self, *, before: float | None = None) -> Iterator[str]:
        """Every SHA-256 stored; with `before` (seconds since 1970) only what was stored before that time."""

    def verify(self, sha256: str) -> int:
        """Read the bytes back from where they lie; gives their number; raises NotFound, Corrupt, Unreachable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A whole file (or run of page images) that a source has to give.

    `file`: the name as the user knows it.  `key`: what makes it the same delivery when seen again.  `labels`: folders
    it lay in.  `parts`: for a run of images, their names in order; () otherwise.
    """

    source: str
    file: str
    key: str
    labels: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class Source(Protocol):
    """Where files come from."""

    def offers(self) -> Iterator[Offer]:
        """What is whole and waiting now.  Half-written files are left for the next time."""

    def fetch(self, offer: Offer, folder: Path) -> tuple[Path, ...]:
        """The offer's files as local paths to read (may be copies in `folder`); raises Unreachable, NotFound."""

    def done(self, offer: Offer) -> None:
        """Called after the commit: put the source file away (`processed/`)."""

    def refuse(self, offer: Offer, reason: Reason) -> None:
        """Put the source file into `refused/` beside a `.txt` with the reason."""

    def soon(self) -> float | None:
        """In how many seconds something that was half-written may be whole; None when nothing is."""

    def news(self, ended: Event) -> Iterator[None]:
        """Something each time that there may be more to offer, until `ended`; ends at once where nobody can tell."""

    def forget(self, source: str, file: str, bytes_: frozenset[str]) -> bool:
        """Delete what is left of a delivery that came from here, put away or not, with all versions.

        `source`, `file`: as in its Offer.  Only files with these SHA-256 are deleted.  False for another's delivery.
        """


class Likeness(Protocol):
    """Tells whether two documents are scans of the same paper."""

    def marks(self, paper: Paper) -> frozenset[str]:
        """What another scan of it would say too, and hardly another paper; a few, the rarest."""

    def same(self, one: Paper, other: Paper) -> float:
        """How alike they are, above 0 up to 1, when both are scans of the same paper; 0 when they are not."""


class Queue(Protocol):
    """Hints that a scan has work.  Losing a hint loses nothing: the records know what should move."""

    def put(self, scan: str, *, copies: int, lane: str) -> None:
        """Ask `copies` workers to look at this scan; raises Unreachable."""

    def waiting(self, lane: str) -> int:
        """How many hints nobody has taken yet; raises Unreachable."""

    def close(self) -> None:
        """Let go of connections."""
