"""Reads the header of a JPEG without decoding it (ITU-T T.81, JFIF, EXIF, Adobe APP14)."""

import struct
from collections.abc import Iterator

from PIL import Image

from digitizer.store.picture import EXIF_TURNS, NotCopied, Picture

_SPACES = {1: "gray", 3: "rgb", 4: "cmyk"}
_ORIENTATION, _ACROSS, _DOWN, _UNIT = 0x0112, 0x011A, 0x011B, 0x0128


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment's payload up to the first scan; raises NotCopied on broken headers."""
    if data[:2] != b"\xff\xd8":
        raise NotCopied("not a JPEG")
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise NotCopied("broken JPEG header")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            raise NotCopied("broken JPEG header")
        yield marker, at + 4, at + 2 + length
        if marker == 0xDA:
            return
        at += 2 + length
    raise NotCopied("JPEG without image data")


def frame(data: bytes) -> tuple[int, int, int]:
    """(width, height, components) of a JPEG that PDF readers decode; raises NotCopied for others and for cut ones."""
    found: tuple[int, int, int] | None = None
    for marker, start, end in segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if end - start < 6:
                raise NotCopied("broken JPEG header")
            bits, height, width, components = struct.unpack(">BHHB", data[start : start + 6])
            if marker > 0xC2 or bits != 8 or components not in _SPACES or not width or not height:
                raise NotCopied("a JPEG of a sort that PDF does not know")
            found = width, height, components
    if found is None:
        raise NotCopied("JPEG without a frame")
    if b"\xff\xd9" not in data[-65536:]:
        raise NotCopied("the JPEG is cut short")
    return found


def picture(data: bytes) -> Picture:
    """The file as it came, byte for byte; raises NotCopied."""
    width, height, components = frame(data)
    adobe, profile, turn, dpi = False, b"", (0, False), None
    for marker, start, end in segments(data):
        head = data[start : min(start + 14, end)]
        if marker == 0xEE and head[:5] == b"Adobe":
            adobe = True
        elif marker == 0xE0 and head[:5] == b"JFIF\0" and len(head) >= 12:
            dpi = _density(*struct.unpack(">BHH", head[7:12]))
        elif marker == 0xE1 and head[:6] == b"Exif\0\0":
            turn, stated = exif(data[start:end])
            dpi = dpi or stated
        elif marker == 0xE2 and head[:12] == b"ICC_PROFILE\0":
            profile += data[start + 14 : end]
    return Picture(
        data=data,
        width=width,
        height=height,
        filter="DCTDecode",
        space=_SPACES[components],
        profile=profile or None,
        # Adobe writes CMYK inside out, and everybody who writes the Adobe marker follows.
        inverted=components == 4 and adobe,
        turn=turn[0],
        mirrored=turn[1],
        dpi=dpi,
        copied=True,
    )


def _density(unit: int, across: float, down: float) -> tuple[float, float] | None:
    scale = {1: 1.0, 2: 2.54}.get(unit)
    return (across * scale, down * scale) if scale and across and down else None


def exif(data: bytes) -> tuple[tuple[int, bool], tuple[float, float] | None]:
    """((turn, mirrored), dpi or None) that an EXIF block states; upright and None when it is absent or broken."""
    if not data:
        return (0, False), None
    tags = Image.Exif()
    try:
        tags.load(data)
        turn = EXIF_TURNS.get(int(tags.get(_ORIENTATION, 1)), (0, False))
        across, down = float(tags.get(_ACROSS, 0)), float(tags.get(_DOWN, 0))
        dpi = _density({2: 1, 3: 2}.get(int(tags.get(_UNIT, 2)), 0), across, down)
    except (SyntaxError, ValueError, TypeError, KeyError, OverflowError, ZeroDivisionError, struct.error):
        return (0, False), None
    else:
        return turn, dpi
