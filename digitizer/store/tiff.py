"""Takes G4 and JPEG out of a TIFF as they are coded (TIFF 6.0, Technical Note 2)."""

from pathlib import Path
from typing import Any, BinaryIO

from PIL.TiffImagePlugin import TiffImageFile

from digitizer.store import jpeg
from digitizer.store.picture import EXIF_TURNS, NotCopied, Picture

_WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, _FILL = 256, 257, 259, 262, 266
_OFFSETS, _ORIENTATION, _PER_PIXEL, _ROWS, _COUNTS = 273, 274, 277, 278, 279
_ACROSS, _DOWN, _UNIT, _TILES, _TABLES, _PLANAR, _PROFILE = 282, 283, 296, 322, 347, 284, 34675
_G4, _JPEG = 4, 7
_BACKWARDS = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def picture(path: Path, number: int) -> Picture:
    """The image of page `number` (from 1) as it is coded in the file; raises NotCopied where that can't be."""
    with path.open("rb") as file:
        # Not Image.open: its limit on pixels guards decoding, and nothing is decoded here.
        try:
            tiff = TiffImageFile(file)
            tiff.seek(number - 1)
            tags: dict[int, Any] = dict(tiff.tag_v2)
            size = int(tags[_WIDTH]), int(tags[_HEIGHT])  # not `tiff.size`, which is already turned
        except (OSError, EOFError, SyntaxError, ValueError, TypeError, KeyError, OverflowError) as error:
            raise NotCopied("the TIFF can't be opened") from error
        if _TILES in tags or tags.get(_PLANAR, 1) != 1:
            raise NotCopied("tiles or planes")
        strips = _strips(file, tags)
    if tags.get(_COMPRESSION) == _G4:
        return _fax(strips, size, tags)
    if tags.get(_COMPRESSION) == _JPEG:
        return _photo(strips, size, tags)
    raise NotCopied("a coding that PDF does not know")


def _strips(file: BinaryIO, tags: dict[int, Any]) -> list[bytes]:
    found = []
    for offset, count in zip(_many(tags.get(_OFFSETS)), _many(tags.get(_COUNTS)), strict=False):
        file.seek(offset)
        strip = file.read(count)
        if len(strip) != count or not count:
            raise NotCopied("the TIFF is cut short")
        found.append(strip)
    if not found:
        raise NotCopied("TIFF without strips")
    return found


def _many(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, tuple) else (value,)


def shown(tags: dict[int, Any]) -> dict[str, Any]:
    """`turn`, `mirrored` and `dpi` of a Picture as the tags state them."""
    turn, mirrored = EXIF_TURNS.get(tags.get(_ORIENTATION, 1), (0, False))
    scale = {2: 1.0, 3: 2.54}.get(tags.get(_UNIT, 2))
    try:
        across, down = float(tags.get(_ACROSS, 0)), float(tags.get(_DOWN, 0))
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = 0.0
    dpi = (across * scale, down * scale) if scale and across > 0 and down > 0 else None
    return {"turn": turn, "mirrored": mirrored, "dpi": dpi}


def _fax(strips: list[bytes], size: tuple[int, int], tags: dict[int, Any]) -> Picture:
    if len(strips) != 1 or tags.get(_PHOTOMETRIC) not in (0, 1) or tags.get(_PER_PIXEL, 1) != 1:
        raise NotCopied("several strips, each coded on its own")
    data = strips[0].translate(_BACKWARDS) if tags.get(_FILL, 1) == 2 else strips[0]
    # Photometric 1 says that 0 is black: the colours of the fax code are then inside out.
    parms: dict[str, int | bool] = {"K": -1, "Columns": size[0], "Rows": size[1]}
    if tags[_PHOTOMETRIC] == 1:
        parms["BlackIs1"] = True
    return Picture(
        data=data,
        width=size[0],
        height=size[1],
        filter="CCITTFaxDecode",
        space="gray",
        bits=1,
        parms=parms,
        copied=True,
        **shown(tags),
    )


def _photo(strips: list[bytes], size: tuple[int, int], tags: dict[int, Any]) -> Picture:
    """One JPEG of the strips: they share tables, and each starts anew as after a restart marker (T.81, F.1.2.3)."""
    tables = tags.get(_TABLES) or b""
    data = _whole(strips, bytes(tables), size, int(tags.get(_ROWS, size[1])))
    width, height, components = jpeg.frame(data)
    photometric = tags.get(_PHOTOMETRIC)
    fits = {1: (1,), 2: (3,), 6: (3,)}.get(photometric if isinstance(photometric, int) else -1, ())
    if (width, height) != size or components not in fits:
        raise NotCopied("JPEG strips of an odd sort")
    profile = tags.get(_PROFILE)
    return Picture(
        data=data,
        width=width,
        height=height,
        filter="DCTDecode",
        space="gray" if components == 1 else "rgb",
        profile=bytes(profile) if isinstance(profile, bytes) else None,
        parms={"ColorTransform": int(photometric == 6)} if components == 3 else {},
        copied=True,
        **shown(tags),
    )


def _whole(strips: list[bytes], tables: bytes, size: tuple[int, int], rows: int) -> bytes:
    parts = [_parted(strip) for strip in strips]
    heads, bodies = [head for head, _ in parts], [body for _, body in parts]
    shared = tables[2:-2] if tables[:2] == b"\xff\xd8" and tables[-2:] == b"\xff\xd9" else b""
    if len(strips) == 1:
        return b"\xff\xd8" + shared + strips[0][2:]
    frame, sampling = _frame(heads[0])
    high, wide = 8 * sampling[1], 8 * sampling[0]
    alike = all(_frame(head)[0][5:] == frame[5:] for head in heads)  # all but the height
    if not alike or rows % high or any(b"\xff\xdd" in head for head in heads):
        raise NotCopied("JPEG strips that do not join")
    interval = -(-size[0] // wide) * (rows // high)
    if interval > 0xFFFF:
        raise NotCopied("JPEG strips that do not join")
    head = heads[0].replace(frame, frame[:3] + size[1].to_bytes(2, "big") + frame[5:], 1)
    if any(_tables(other) != _tables(heads[0]) for other in heads):
        raise NotCopied("JPEG strips with tables of their own")
    restart = b"\xff\xdd\x00\x04" + interval.to_bytes(2, "big")
    scan = b"".join(body + bytes((0xFF, 0xD0 + index % 8)) for index, body in enumerate(bodies[:-1])) + bodies[-1]
    return b"\xff\xd8" + shared + restart + head + scan + b"\xff\xd9"


def _parted(strip: bytes) -> tuple[bytes, bytes]:
    """A strip's segments after SOI, and its coded data before EOI."""
    end = [stop for marker, _, stop in jpeg.segments(strip) if marker == 0xDA]
    tail = strip.rfind(b"\xff\xd9")
    if not end or tail < end[0]:
        raise NotCopied("the TIFF is cut short")
    return strip[2 : end[0]], strip[end[0] : tail]


def _frame(head: bytes) -> tuple[bytes, tuple[int, int]]:
    """The payload of the baseline frame segment, and the (across, down) sampling of its first component."""
    for marker, start, stop in jpeg.segments(b"\xff\xd8" + head):
        if marker in (0xC0, 0xC1):
            frame = (b"\xff\xd8" + head)[start - 2 : stop]
            factors = [frame[9 + 3 * index] for index in range(frame[7])]
            most = max(value >> 4 for value in factors), max(value & 15 for value in factors)
            # A single component is coded without interleaving: its block is 8 by 8 whatever it states.
            return frame, (1, 1) if len(factors) == 1 else most
    raise NotCopied("JPEG strips that are not baseline")


def _tables(head: bytes) -> list[bytes]:
    whole = b"\xff\xd8" + head
    return [whole[start:stop] for marker, start, stop in jpeg.segments(whole) if marker in (0xDB, 0xC4)]
