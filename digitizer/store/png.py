"""Takes the compressed rows of a PNG over as they are: PDF's Flate with predictor 15 is PNG's own coding (RFC 2083)."""

import struct
import zlib
from collections.abc import Iterator

from digitizer.store.jpeg import exif
from digitizer.store.picture import NotCopied, Picture

MAGIC = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1}


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, content) of each chunk; raises NotCopied when one is cut or its checksum is wrong."""
    at = len(MAGIC)
    while at < len(data):
        if at + 12 > len(data):
            raise NotCopied("the PNG is cut short")
        length = int.from_bytes(data[at : at + 4], "big")
        name, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) < 4 or zlib.crc32(content, zlib.crc32(name)) != int.from_bytes(check, "big"):
            raise NotCopied("the PNG is damaged")
        yield name, content
        if name == b"IEND":
            return
        at += 12 + length
    raise NotCopied("the PNG is cut short")


def picture(data: bytes) -> Picture:
    """The rows as they came; raises NotCopied for interlaced, transparent, 16-bit and damaged ones."""
    parts: dict[bytes, bytes] = {}
    rows: list[bytes] = []
    for name, content in chunks(data):
        if name == b"IDAT":
            rows.append(content)
        else:
            parts.setdefault(name, content)
    head = parts.get(b"IHDR", b"")
    if len(head) != 13:
        raise NotCopied("PNG without header")
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    if colour not in _CHANNELS or bits > 8 or interlaced or b"tRNS" in parts:
        raise NotCopied("a PNG that PDF can't take as it is")
    palette = parts.get(b"PLTE") if colour == 3 else None
    if colour == 3 and (not palette or len(palette) % 3 or len(palette) > 768):
        raise NotCopied("PNG without palette")
    coded = b"".join(rows)
    _sound(coded, height * (1 + (width * _CHANNELS[colour] * bits + 7) // 8))
    (turn, mirrored), _ = exif(parts.get(b"eXIf", b""))
    parms = {"Predictor": 15, "Colors": _CHANNELS[colour], "BitsPerComponent": bits, "Columns": width}
    return Picture(
        data=coded,
        width=width,
        height=height,
        filter="FlateDecode",
        space="gray" if colour == 0 else "rgb",
        bits=bits,
        palette=palette,
        profile=_profile(parts.get(b"iCCP", b"")),
        parms=dict(parms),
        turn=turn,
        mirrored=mirrored,
        dpi=_dpi(parts.get(b"pHYs", b"")),
        copied=True,
    )


def _sound(coded: bytes, expected: int) -> None:
    """Raise NotCopied unless the rows unpack to the size that the header promises; a megabyte at a time."""
    unpacker, size, rest = zlib.decompressobj(), 0, coded
    try:
        while rest and not unpacker.eof:
            size += len(unpacker.decompress(rest, 1 << 20))
            rest = unpacker.unconsumed_tail
            if size > expected:
                break
    except zlib.error as error:
        raise NotCopied("the PNG is damaged") from error
    if size != expected or not unpacker.eof:
        raise NotCopied("the PNG is damaged")


def _dpi(content: bytes) -> tuple[float, float] | None:
    if len(content) != 9:
        return None
    across, down, unit = struct.unpack(">IIB", content)
    return (across * 0.0254, down * 0.0254) if unit == 1 and across and down else None


def _profile(content: bytes) -> bytes | None:
    _, _, coded = content.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(coded[1:], 4 << 20) or None
    except zlib.error:
        return None
