"""An encoded image on its way into a PDF, and the book of pages that it is put into."""

import hashlib
import zlib
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from digitizer.store.pdfa import profile_fits

COMPONENTS = {"gray": 1, "rgb": 3, "cmyk": 4}


class NotCopied(Exception):
    """This image can't go in as it came; the message says why.  Never leaves digitizer.store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`data` as `filter` wants it.  `space`: `gray`, `rgb` or `cmyk`; `palette`: RGB triples when indexed.

    `turn`: degrees clockwise, after mirroring left to right when `mirrored`, that show it upright (EXIF).  `dpi`:
    across and down, of the stored image; None when the file does not say.  `parms`: DecodeParms.  `copied`: `data` is
    coded as in the source.
    """

    data: bytes
    width: int
    height: int
    filter: str
    space: str
    bits: int = 8
    palette: bytes | None = None
    profile: bytes | None = None
    parms: dict[str, int | bool] = field(default_factory=dict)
    inverted: bool = False
    turn: int = 0
    mirrored: bool = False
    dpi: tuple[float, float] | None = None
    copied: bool = False


EXIF_TURNS = {1: (0, False), 2: (0, True), 3: (180, False), 4: (180, True)} | {
    5: (270, True),
    6: (90, False),
    7: (90, True),
    8: (270, False),
}
"""EXIF orientation → degrees clockwise to show it upright, after mirroring left to right."""

# sRGB of the sixteen full inks and their overprints on coated paper (black fastest), as PDFium shows DeviceCMYK.
_INKS = (
    "ffffff 231f20 fff101 191a00 ed028c 150000 ee1d23 170000 00aeef 000424 00a54f 000400 2e3092 000001 363539 000000"
)


@cache
def _ink_table() -> bytes:
    """RGB for each of 5⁴ mixtures of cyan, magenta, yellow, black (cyan fastest): multilinear between full inks."""
    full = [bytes.fromhex(ink) for ink in _INKS.split()]
    steps = [0.0, 0.25, 0.5, 0.75, 1.0]
    table = bytearray()
    for black, yellow, magenta, cyan in product(steps, repeat=4):
        mixed = [0.0, 0.0, 0.0]
        for (c, m, y, k), ink in zip(product((0, 1), repeat=4), full, strict=True):
            share = _part(cyan, c) * _part(magenta, m) * _part(yellow, y) * _part(black, k)
            mixed = [total + share * value for total, value in zip(mixed, ink, strict=True)]
        table.extend(round(value) for value in mixed)
    return bytes(table)


def _part(amount: float, on: int) -> float:
    return amount if on else 1.0 - amount


class Shelf:
    """Makes image streams for one PDF, and keeps what images share (profiles, ink tables) once."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.size = 0
        self._shared: dict[str, Object] = {}

    def stream(self, data: bytes, **keys: Any) -> Object:
        """An indirect stream of already encoded bytes."""
        self.size += len(data)
        return self.pdf.make_indirect(Stream(self.pdf, data, **keys))

    def picture(self, picture: Picture, mask: Object | None = None) -> Object:
        """The image XObject of a picture."""
        keys: dict[str, Any] = {
            "Type": Name.XObject,
            "Subtype": Name.Image,
            "Width": picture.width,
            "Height": picture.height,
            "BitsPerComponent": picture.bits,
            "ColorSpace": self.space(picture.space, picture.profile),
            "Filter": Name("/" + picture.filter),
        }
        if picture.palette is not None:
            keys["ColorSpace"] = self._indexed(keys["ColorSpace"], picture.palette)
        if picture.parms:
            keys["DecodeParms"] = Dictionary({"/" + key: value for key, value in picture.parms.items()})
        if picture.inverted:
            keys["Decode"] = Array([1, 0] * COMPONENTS[picture.space])
        if mask is not None:
            keys["Mask"] = mask
        return self.stream(picture.data, **keys)

    def stencil(self, picture: Picture) -> Object:
        """An explicit mask from a 1-bit picture: what is black in it is painted, what is white is left out."""
        return self.stream(
            picture.data,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=picture.width,
            Height=picture.height,
            ImageMask=True,
            BitsPerComponent=1,
            Filter=Name("/" + picture.filter),
            DecodeParms=Dictionary({"/" + key: value for key, value in picture.parms.items()}),
        )

    def space(self, space: str, profile: bytes | None = None) -> Object:
        """A colour space that PDF/A allows beside an sRGB output intent."""
        if profile is not None and profile_fits(profile, COMPONENTS[space]):
            return self.icc(profile, COMPONENTS[space])
        if space == "cmyk":
            return self.inks()
        return Name.DeviceGray if space == "gray" else Name.DeviceRGB

    def icc(self, profile: bytes, components: int) -> Object:
        """The ICCBased colour space of a profile, once."""
        key = hashlib.sha256(profile).hexdigest()
        if key not in self._shared:
            stream = self.stream(zlib.compress(profile, 9), N=components, Filter=Name.FlateDecode)
            self._shared[key] = self.pdf.make_indirect(Array([Name.ICCBased, stream]))
        return self._shared[key]

    def inks(self) -> Object:
        """Cyan, magenta, yellow, black with a way to sRGB: DeviceCMYK itself would want a second output intent."""
        if "inks" not in self._shared:
            table = self.stream(
                zlib.compress(_ink_table(), 9),
                Filter=Name.FlateDecode,
                FunctionType=0,
                Domain=Array([0, 1] * 4),
                Range=Array([0, 1] * 3),
                Size=Array([5] * 4),
                BitsPerSample=8,
            )
            names = Array([Name("/Cyan"), Name("/Magenta"), Name("/Yellow"), Name("/Black")])
            space = Array([Name("/DeviceN"), names, Name.DeviceRGB, table])
            self._shared["inks"] = self.pdf.make_indirect(space)
        return self._shared["inks"]

    def _indexed(self, base: Object, palette: bytes) -> Object:
        return Array([Name.Indexed, base, len(palette) // 3 - 1, String(palette)])
