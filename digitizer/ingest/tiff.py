"""Walks the directories of a TIFF without decoding anything (TIFF 6.0; BigTIFF).

Works on a `read(offset, size)`, so that a file in a bucket can be walked by small ranged reads.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Read = Callable[[int, int], bytes]
"""(offset, size) → up to that many bytes; fewer at the end."""

_WIDTH, _HEIGHT, _SUBFILE = 256, 257, 254
_REDUCED = 1  # bit 0 of NewSubfileType: a reduced-resolution version of another image in this file
_NUMBERS = {3: "H", 4: "I", 16: "Q"}
_MOST_ENTRIES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Directories:
    """`sizes`: (width, height) in pixels of each page, 0 when not said.  `complete`: the chain came to its end.

    Reduced-resolution copies at the end of the chain are no pages; the number of a page is that of its directory.
    """

    sizes: tuple[tuple[int, int], ...]
    complete: bool


def directories(read: Read, most: int) -> Directories:
    """The pages of a TIFF, at most `most` + 1 of them; a loop in the chain ends it, as readers do."""
    head = read(0, 16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    try:
        offset = struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)[0]
    except struct.error:
        return Directories(sizes=(), complete=False)
    seen: set[int] = set()
    found: list[tuple[int, int, bool]] = []
    complete = True
    while offset and offset not in seen and len(found) <= most:
        seen.add(offset)
        entry = _directory(read, offset, order, big=big)
        if entry is None:
            complete = False
            break
        width, height, reduced, offset = entry
        found.append((width, height, reduced))
    while len(found) > 1 and found[-1][2]:
        found.pop()
    return Directories(sizes=tuple((width, height) for width, height, _ in found), complete=complete)


def directories_of(path: Path, most: int) -> Directories:
    """`directories` of a file; raises OSError."""
    with path.open("rb") as file:

        def read(offset: int, size: int) -> bytes:
            try:
                file.seek(offset)
            except (OSError, OverflowError, ValueError):
                return b""
            return file.read(size)

        return directories(read, most)


def _directory(read: Read, offset: int, order: str, *, big: bool) -> tuple[int, int, bool, int] | None:
    """(width, height, reduced, offset of the next), or None when it is cut off or no directory."""
    counter, entry, link = ("Q", 20, "Q") if big else ("H", 12, "I")
    start = read(offset, struct.calcsize(counter))
    if len(start) < struct.calcsize(counter):
        return None
    count = struct.unpack(order + counter, start)[0]
    if not 0 < count <= _MOST_ENTRIES:
        return None
    body = read(offset + len(start), count * entry + struct.calcsize(link))
    if len(body) < count * entry:
        return None
    values = dict(_entry(body[at : at + entry], order, big=big) for at in range(0, count * entry, entry))
    rest = body[count * entry :]
    following = struct.unpack(order + link, rest)[0] if len(rest) == struct.calcsize(link) else 0
    reduced = bool(values.get(_SUBFILE, 0) & _REDUCED)
    return values.get(_WIDTH, 0), values.get(_HEIGHT, 0), reduced, following


def _entry(raw: bytes, order: str, *, big: bool) -> tuple[int, int]:
    """(tag, its number); 0 for what is no single number."""
    tag, kind = struct.unpack_from(order + "HH", raw)
    code = _NUMBERS.get(kind)
    if code is None or (code == "Q" and not big):
        return tag, 0
    return tag, struct.unpack_from(order + code, raw, 12 if big else 8)[0]
