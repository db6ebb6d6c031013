"""Reads a PDF page that is nothing but placed images, so that they can be taken over without drawing anything.

Whatever is not surely that (visible text, lines, shadings, blending, inline images, layers) makes the page composite,
and it is rendered.  Invisible text (an old OCR layer) is left behind, and so is all that a later opaque image covers.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from pikepdf import Name, Pdf
from pikepdf.models import PdfParsingError

from digitizer.store.picture import NotCopied, Shelf
from digitizer.store.sheet import UNIT, Paint, Point, Rect, Sheet, Six, around, corners, fitting, number, times
from digitizer.store.streams import copied

A4: Rect = (0.0, 0.0, 595.276, 841.89)
_MOST_BYTES, _MOST_PAINTS, _DEEPEST = 400_000, 400, 6
_QUIET = frozenset(
    [
        "BT",
        "ET",
        "Tc",
        "Tw",
        "Tz",
        "TL",
        "Tf",
        "Ts",
        "Td",
        "TD",
        "Tm",
        "T*",
        "w",
        "J",
        "j",
        "M",
        "d",
        "ri",
        "i",
        "MP",
        "DP",
        "BMC",
        "EMC",
        "BX",
        "EX",
        "K",
        "G",
        "RG",
        "CS",
        "SC",
        "SCN",
    ]
)
_SHOWS = frozenset(["Tj", "TJ", "'", '"'])
_ENDS = frozenset(["n", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*"])
_PATHS = _ENDS | frozenset(["re", "W", "W*", "m", "l", "c", "v", "y", "h"])


@dataclass(frozen=True, slots=True)
class _Ink:
    """The graphics state that matters: `colour` None when it is not plain grey or RGB."""

    matrix: Six = UNIT
    clips: tuple[tuple[Point, ...], ...] = ()
    colour: str | None = ""
    mode: int = 0


@dataclass(slots=True)
class _Found:
    box: Rect
    images: list[tuple[Any, Any, _Ink]] = field(default_factory=list)
    composite: bool = False

    def paint(self, image: Any, resources: Any, ink: _Ink) -> None:
        if _opaque(image) and not ink.clips and _covers(ink.matrix, self.box):
            self.images.clear()
            self.composite = False
        self.images.append((image, resources, ink))
        self.composite |= len(self.images) > _MOST_PAINTS


def inherited(page: Any, key: str) -> Any:
    """The page's own or inherited attribute, or None."""
    node = page
    for _ in range(50):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def visible_box(page: Any) -> Rect:
    """CropBox within MediaBox in user space; A4 when both are nonsense."""
    media = _box(inherited(page, "/MediaBox")) or A4
    crop = _box(inherited(page, "/CropBox")) or media
    both = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return both if both[2] - both[0] > 0.5 and both[3] - both[1] > 0.5 else media


def _box(value: Any) -> Rect | None:
    try:
        a, b, c, d = (float(part) for part in value)
    except (TypeError, ValueError):
        return None
    box = min(a, c), min(b, d), max(a, c), max(b, d)
    return box if box[2] - box[0] > 0.5 and box[3] - box[1] > 0.5 else None


def turn_of(page: Any) -> int:
    """/Rotate as 0, 90, 180 or 270; 0 for nonsense."""
    value = inherited(page, "/Rotate")
    try:
        degrees = int(value) if value is not None else 0
    except (TypeError, ValueError):
        return 0
    return degrees % 360 if degrees % 90 == 0 else 0


def unit_of(page: Any) -> float:
    """Points to one user space unit."""
    try:
        unit = float(page.get("/UserUnit", 1))
    except (TypeError, ValueError):
        return 1.0
    return unit if 0.01 < unit < 10000 else 1.0


def sheet_of(page: Any) -> Sheet:
    """The page's size and turn, nothing painted yet."""
    x0, y0, x1, y1 = visible_box(page)
    unit = unit_of(page)
    return Sheet(width=(x1 - x0) * unit, height=(y1 - y0) * unit, turn=turn_of(page))


def take(pdf: Pdf, number_in_file: int, shelf: Shelf, delivered: tuple[int, int]) -> Sheet:
    """The page with its images copied; raises NotCopied when it is composite or an image can't be taken.

    `delivered`: (width, height) in pixels of the image that words were read on: when it is the page's only image, words
    are placed on that image rather than on the page, which may be a little larger.
    """
    page = pdf.pages[number_in_file - 1].obj
    box, bare = visible_box(page), sheet_of(page)
    found = _Found(box)
    try:
        _walk(pikepdf.Page(page), inherited(page, "/Resources") or {}, _Ink(), found, 0)
    except (pikepdf.PdfError, PdfParsingError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise NotCopied("a page that can't be parsed") from error
    if found.composite:
        raise NotCopied("a page that is more than images")
    unit = unit_of(page)
    shift: Six = (unit, 0.0, 0.0, unit, -box[0] * unit, -box[1] * unit)
    stands: dict[tuple[int, int], Any] = {}
    paints = tuple(_placed(image, resources, ink, shift, shelf, stands) for image, resources, ink in found.images)
    return fitting(replace(bare, paints=paints, area=_area(found, shift, bare, delivered)))


def _placed(
    image: Any, resources: Any, ink: _Ink, shift: Six, shelf: Shelf, stands: dict[tuple[int, int], Any]
) -> Paint:
    if bool(image.get("/ImageMask", False)) and ink.colour is None:
        raise NotCopied("a stencil in a colour that we don't know")
    key = image.objgen
    if key == (0, 0) or key not in stands:
        stands[key] = copied(image, resources, shelf)
    clips = tuple(tuple((a * shift[0] + shift[4], b * shift[3] + shift[5]) for a, b in clip) for clip in ink.clips)
    return Paint(image=stands[key], matrix=times(ink.matrix, shift), clips=clips, colour=ink.colour or "")


def _area(found: _Found, shift: Six, bare: Sheet, delivered: tuple[int, int]) -> Rect | None:
    if len(found.images) != 1:
        return None
    image, _, ink = found.images[0]
    size = int(image.Width), int(image.Height)
    if delivered != (size if bare.turn % 180 == 0 else size[::-1]):
        return None
    return around(corners(times(ink.matrix, shift)))


def _opaque(image: Any) -> bool:
    return not ("/SMask" in image or "/Mask" in image or image.get("/ImageMask", False) or image.get("/SMaskInData", 0))


def _covers(matrix: Six, box: Rect) -> bool:
    a, b, c, d, _, _ = matrix
    straight = (abs(b) < 1e-3 and abs(c) < 1e-3) or (abs(a) < 1e-3 and abs(d) < 1e-3)
    x0, y0, x1, y1 = around(corners(matrix))
    return straight and x0 <= box[0] + 1 and y0 <= box[1] + 1 and x1 >= box[2] - 1 and y1 >= box[3] - 1


def _walk(content: Any, resources: Any, ink: _Ink, found: _Found, depth: int) -> None:
    """Go through a content stream, noting images and whether anything else shows."""
    if depth > _DEEPEST or _length(content) > _MOST_BYTES:
        raise NotCopied("a page that is drawn, not scanned")
    stack: list[_Ink] = []
    path = _Path()
    for instruction in pikepdf.parse_content_stream(content):
        name, values = str(instruction.operator), list(instruction.operands)
        if name == "q":
            stack.append(ink)
        elif name == "Q":
            ink = stack.pop() if stack else ink
        elif name in _PATHS:
            ink, path = _along(name, values, ink, path, found)
        elif name == "Do":
            _do(resources.get("/XObject", {}).get(str(values[0])), resources, ink, found, depth)
        else:
            ink = _changed(name, values, resources, ink, found)


@dataclass(frozen=True, slots=True)
class _Path:
    """The path since the last painting: `parts` holds None for what is no rectangle."""

    parts: tuple[tuple[Point, ...] | None, ...] = ()
    clips: bool = False


def _along(name: str, values: list[Any], ink: _Ink, path: _Path, found: _Found) -> tuple[_Ink, _Path]:
    """The state and path after a path operator; a drawn path makes the page composite."""
    if name == "re":
        x, y, w, h = (float(value) for value in values)
        return ink, replace(path, parts=(*path.parts, corners(ink.matrix, (x, y, x + w, y + h))))
    if name in ("W", "W*"):
        return ink, replace(path, clips=True)
    if name not in _ENDS:
        return ink, replace(path, parts=(*path.parts, None))
    found.composite |= name != "n"
    return (_clipped(ink, path.parts, found) if path.clips else ink), _Path()


def _clipped(ink: _Ink, path: tuple[tuple[Point, ...] | None, ...], found: _Found) -> _Ink:
    if len(path) != 1 or path[0] is None:
        found.composite = True
        return ink
    return ink if _within(found.box, path[0]) else replace(ink, clips=(*ink.clips, path[0]))


def _length(content: Any) -> int:
    """Bytes of a page's or form's content as stored."""
    if isinstance(content, pikepdf.Page):
        parts = content.obj.get("/Contents")
        streams = list(parts) if isinstance(parts, pikepdf.Array) else [parts]
    else:
        streams = [content]
    return sum(int(stream.get("/Length", 0)) for stream in streams if isinstance(stream, pikepdf.Stream))


def _do(thing: Any, resources: Any, ink: _Ink, found: _Found, depth: int) -> None:
    if not isinstance(thing, pikepdf.Stream):
        return  # a name that leads nowhere paints nothing
    if "/OC" in thing:
        found.composite = True
    elif thing.get("/Subtype") == Name.Image:
        found.paint(thing, resources, ink)
    elif thing.get("/Subtype") == Name.Form:
        own = thing.get("/Matrix")
        matrix: Any = tuple(float(value) for value in own) if own is not None else UNIT
        inner = replace(ink, matrix=times(matrix, ink.matrix))
        x0, y0, x1, y1 = (float(value) for value in thing.BBox)
        clip = corners(inner.matrix, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        if not _within(found.box, clip):
            inner = replace(inner, clips=(*inner.clips, clip))
        _walk(thing, thing.get("/Resources", resources), inner, found, depth + 1)
    else:
        found.composite = True


def _within(box: Rect, polygon: tuple[Point, ...]) -> bool:
    """True when an upright polygon holds the whole box, so that clipping to it changes nothing."""
    x0, y0, x1, y1 = around(polygon)
    upright = sum(abs(x - x0) < 1e-3 or abs(x - x1) < 1e-3 for x, _ in polygon) == 4
    return upright and x0 <= box[0] + 1 and y0 <= box[1] + 1 and x1 >= box[2] - 1 and y1 >= box[3] - 1


def _changed(name: str, values: list[Any], resources: Any, ink: _Ink, found: _Found) -> _Ink:
    """The graphics state after an operator that is neither path nor image; notes what shows."""
    if name == "cm":
        a, b, c, d, e, f = (float(value) for value in values)
        return replace(ink, matrix=times((a, b, c, d, e, f), ink.matrix))
    if name == "Tr":
        return replace(ink, mode=int(values[0]))
    if name in ("g", "rg"):
        return replace(ink, colour=" ".join(number(float(value)) for value in values) + f" {name}\n")
    if name in ("k", "cs", "sc", "scn"):
        return replace(ink, colour=None)
    if name in _SHOWS:
        found.composite |= ink.mode != 3
    elif name == "gs":
        state = resources.get("/ExtGState", {}).get(str(values[0]))
        found.composite |= state is not None and not _harmless(state)
    elif name == "BDC":
        found.composite |= str(values[0]) == "/OC"
    elif name not in _QUIET:
        found.composite = True
    return ink


def _harmless(state: Any) -> bool:
    """True for a graphics state dictionary that changes nothing of how an opaque image looks."""
    plain = {"/ca": (1,), "/CA": (1,), "/BM": (Name.Normal, Name("/Compatible")), "/SMask": (Name("/None"),)}
    ignored = frozenset(
        ["/Type", "/OP", "/op", "/OPM", "/SA", "/AIS", "/TK", "/LW", "/LC", "/LJ", "/ML", "/D", "/RI", "/FL", "/SM"]
    )
    return all(key in ignored or (key in plain and state[key] in plain[key]) for key in state.keys())  # noqa: SIM118
