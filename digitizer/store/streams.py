"""Copies image streams between PDFs as they are coded, keeping only what PDF/A-2 allows (ISO 19005-2, 6.2)."""

import contextlib
import zlib
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from digitizer.store import jpeg
from digitizer.store.pdfa import profile_fits
from digitizer.store.picture import NotCopied, Shelf

_FILTERS = frozenset(
    [
        "/FlateDecode",
        "/DCTDecode",
        "/CCITTFaxDecode",
        "/JBIG2Decode",
        "/JPXDecode",
        "/RunLengthDecode",
        "/ASCII85Decode",
        "/ASCIIHexDecode",
    ]
)
_PARMS = frozenset(
    [
        "/Predictor",
        "/Colors",
        "/BitsPerComponent",
        "/Columns",
        "/K",
        "/EndOfLine",
        "/EncodedByteAlign",
        "/Rows",
        "/EndOfBlock",
        "/BlackIs1",
        "/DamagedRowsBeforeError",
        "/ColorTransform",
    ]
)
_DEVICES = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}
_UNPACK_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class _Coded:
    data: bytes
    filters: tuple[str, ...]
    parms: tuple[Object | None, ...]

    def inner(self) -> bytes:
        """What the last filter reads; raises NotCopied behind anything but Flate."""
        if len(self.filters) == 1:
            return self.data
        if self.filters[0] == "/FlateDecode" and len(self.filters) == 2:
            with contextlib.suppress(zlib.error):
                return zlib.decompressobj().decompress(self.data, _UNPACK_LIMIT)
        raise NotCopied("an image behind several codings")


def copied(image: Object, resources: Any, shelf: Shelf) -> Object:
    """The image XObject on the shelf, its bytes untouched (LZW, which PDF/A forbids, becomes Flate); raises NotCopied.

    `resources`: those of the page, whose Default colour spaces count.
    """
    try:
        return _copied(image, resources, shelf)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError) as error:
        raise NotCopied("a broken image") from error


def _copied(image: Object, resources: Any, shelf: Shelf) -> Object:
    coded = _coded(image)
    stencil = bool(image.get("/ImageMask", False))
    keys: dict[str, Any] = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": _size(image.Width),
        "Height": _size(image.Height),
        **_filters(coded, shelf),
    }
    if "/Decode" in image:
        keys["Decode"] = Array([float(value) for value in image.Decode])
    last = coded.filters[-1] if coded.filters else ""
    if stencil:
        keys["ImageMask"], keys["BitsPerComponent"] = True, 1
    elif last == "/JPXDecode":
        _jpx(coded.inner(), image)
        if "/ColorSpace" in image:
            keys["ColorSpace"], _ = _space(image.ColorSpace, resources, shelf)
    else:
        keys["ColorSpace"], components = _space(image.ColorSpace, resources, shelf)
        keys["BitsPerComponent"] = int(image.BitsPerComponent)
        if keys["BitsPerComponent"] not in (1, 2, 4, 8, 16):
            raise NotCopied("an odd number of bits")
        if last == "/DCTDecode" and jpeg.frame(coded.inner())[2] != components:
            raise NotCopied("a JPEG that differs from its colour space")
    keys |= _masks(image, shelf)
    return shelf.stream(coded.data, **keys)


def _size(value: Any) -> int:
    if int(value) < 1:
        raise NotCopied("an image without pixels")
    return int(value)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def _coded(image: Object) -> _Coded:
    if "/F" in image or image.get("/SMaskInData", 0) != 0:
        raise NotCopied("an image in another file")
    filters = tuple(str(name) for name in _listed(image.get("/Filter")))
    if "/LZWDecode" in filters or not filters:
        if len(set(filters) - _FILTERS - {"/LZWDecode"}):
            raise NotCopied("a coding that PDF/A does not know")
        return _Coded(zlib.compress(image.read_bytes(), 6), ("/FlateDecode",), (None,))
    if not set(filters) <= _FILTERS:
        raise NotCopied("a coding that PDF/A does not know")
    parms = [one if isinstance(one, Dictionary) else None for one in _listed(image.get("/DecodeParms"))]
    parms = (parms + [None] * len(filters))[: len(filters)]
    data = image.read_raw_bytes()
    if not data:
        raise NotCopied("an empty image")
    return _Coded(data, filters, tuple(parms))


def _filters(coded: _Coded, shelf: Shelf) -> dict[str, Any]:
    keys: dict[str, Any] = {"Filter": Array([Name(name) for name in coded.filters])}
    if len(coded.filters) == 1:
        keys["Filter"] = Name(coded.filters[0])
    cleaned: list[Any] = []
    for parms in coded.parms:
        kept = {} if parms is None else {key: _value(parms[key]) for key in parms.keys() if key in _PARMS}  # noqa: SIM118
        if parms is not None and "/JBIG2Globals" in parms:
            kept["/JBIG2Globals"] = shelf.stream(parms["/JBIG2Globals"].read_bytes())
        cleaned.append(Dictionary(kept) if kept else None)
    if any(one is not None for one in cleaned):
        keys["DecodeParms"] = cleaned[0] if len(cleaned) == 1 else Array(cleaned)
    return keys


def _value(value: Any) -> Any:
    """A number or truth value; raises NotCopied for anything deeper."""
    if isinstance(value, bool):
        return value
    return int(value)


def _space(space: Object, resources: Any, shelf: Shelf, depth: int = 0) -> tuple[Object, int]:
    """(the colour space rebuilt, its number of components); raises NotCopied for those that PDF/A or we can't take."""
    if depth > 2:
        raise NotCopied("colour spaces within colour spaces")
    if isinstance(space, Name):
        name = str(space)
        default = resources.get("/ColorSpace", {}).get(name.replace("/Device", "/Default")) if depth == 0 else None
        if default is not None and name in _DEVICES:
            return _space(default, resources, shelf, depth + 1)
        if name not in _DEVICES:
            raise NotCopied("a colour space that we don't know")
        return shelf.space({1: "gray", 3: "rgb", 4: "cmyk"}[_DEVICES[name]]), _DEVICES[name]
    family = str(space[0])
    if family == "/ICCBased":
        return _icc(space[1], shelf)
    if family in ("/CalGray", "/CalRGB", "/Lab"):
        rebuilt = pikepdf.Object.parse(space.unparse(resolved=True))
        return rebuilt, 1 if family == "/CalGray" else 3
    if family == "/Indexed":
        base, components = _space(space[1], resources, shelf, depth + 1)
        lookup = space[3].read_bytes() if isinstance(space[3], pikepdf.Stream) else bytes(space[3])
        high = min(int(space[2]), 255)
        lookup = lookup[: (high + 1) * components].ljust((high + 1) * components, b"\0")
        return Array([Name.Indexed, base, high, pikepdf.String(lookup)]), 1
    if family in _DEVICES and len(space) == 1:
        return _space(space[0], resources, shelf, depth)
    raise NotCopied("a colour space that we don't know")


def _icc(stream: Object, shelf: Shelf) -> tuple[Object, int]:
    components = int(stream.N)
    if components not in (1, 3, 4):
        raise NotCopied("a profile of an odd number of inks")
    profile = b""
    with contextlib.suppress(pikepdf.PdfError):
        profile = stream.read_bytes()
    if profile_fits(profile, components):
        return shelf.icc(profile, components), components
    # A broken profile is no loss: readers fall back to the device colours as well.
    return shelf.space({1: "gray", 3: "rgb", 4: "cmyk"}[components]), components


def _masks(image: Object, shelf: Shelf) -> dict[str, Any]:
    soft, hard = image.get("/SMask"), image.get("/Mask")
    if isinstance(soft, pikepdf.Stream):
        if "/SMask" in soft or "/Mask" in soft:
            raise NotCopied("a mask with a mask")
        mask = _copied(soft, {}, shelf)
        if "/Matte" in soft:
            mask["/Matte"] = Array([float(value) for value in soft.Matte])
        return {"SMask": mask}
    if isinstance(hard, pikepdf.Stream):
        return {"Mask": _copied(hard, {}, shelf)}
    if isinstance(hard, Array):
        return {"Mask": Array([int(value) for value in hard])}
    return {}


def _jpx(data: bytes, image: Object | None) -> tuple[int, int, int]:
    """(width, height, components) of a JPEG 2000 file that PDF/A-2 takes (6.2.8.3); raises NotCopied for others."""
    if data[4:12] != b"jP  \r\n\x87\n":
        raise NotCopied("a bare JPEG 2000 codestream")
    header = _boxes(data).get(b"jp2h", b"")
    boxes = _boxes(header)
    head, colour = boxes.get(b"ihdr", b""), boxes.get(b"colr", b"")
    if len(head) != 14 or head[10] != 7 or header.count(b"colr") != 1 or {b"pclr", b"cdef", b"cmap"} & set(boxes):
        raise NotCopied("a JPEG 2000 with palette, transparency or odd bits")
    components = int.from_bytes(head[8:10], "big")
    known = colour[:1] == b"\1" and {16: 3, 17: 1}.get(int.from_bytes(colour[3:7], "big")) == components
    profiled = colour[:1] == b"\2" and profile_fits(colour[3:], components)
    if components not in (1, 3) or not (known or profiled or (image is not None and "/ColorSpace" in image and known)):
        raise NotCopied("a JPEG 2000 of an odd colour space")
    return int.from_bytes(head[4:8], "big"), int.from_bytes(head[:4], "big"), components


def _boxes(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if length == 0:
            length = len(data) - at
        if length < 8:  # 64-bit lengths and nonsense
            break
        found.setdefault(name, data[at + 8 : at + length])
        at += length
    return found
