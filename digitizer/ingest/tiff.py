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
_PIXELS = ((273, 279), (324, 325))  # offsets and byte counts of strips, of tiles
_NUMBERS = {3: "H", 4: "I", 16: "Q"}
_MOST_ENTRIES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Directories:
    """`sizes`: (width, height) in pixels of each page, 0 when not said.  `complete`: the chain came to its end.

    `end`: how many bytes the file must have for the last strip of every page to be in it.  Reduced-resolution copies
    at the end of the chain are no pages; the number of a page is that of its directory.
    """

    sizes: tuple[tuple[int, int], ...]
    complete: bool
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How this file writes its numbers: classic or BigTIFF, Intel or Motorola."""

    order: str
    big: bool

    def number(self, code: str, raw: bytes, at: int = 0) -> int:
        """One number; raises struct.error past the end."""
        return int(struct.unpack_from(self.order + code, raw, at)[0])


def directories(read: Read, most: int) -> Directories:
    """The pages of a TIFF, at most `most` + 1 of them; a loop in the chain ends it, as readers do."""
    head = read(0, 16)
    layout = _Layout(order="<" if head[:2] == b"II" else ">", big=head[2:4] in (b"+\0", b"\0+"))
    seen: set[int] = set()
    found: list[dict[int, int]] = []
    try:
        offset = layout.number("Q", head, 8) if layout.big else layout.number("I", head, 4)
        while offset and offset not in seen and len(found) <= most:
            seen.add(offset)
            values, offset = _directory(read, offset, layout)
            found.append(values)
        complete = True
    except struct.error:
        complete = False
    end = max((_end(values) for values in found), default=0)
    while len(found) > 1 and found[-1].get(_SUBFILE, 0) & _REDUCED:
        found.pop()
    sizes = tuple((values.get(_WIDTH, 0), values.get(_HEIGHT, 0)) for values in found)
    return Directories(sizes=sizes, complete=complete, end=end)


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


def _directory(read: Read, offset: int, layout: _Layout) -> tuple[dict[int, int], int]:
    """(tag → its last number, offset of the next directory); raises struct.error when cut off or no directory."""
    counter, entry, link = ("Q", 20, "Q") if layout.big else ("H", 12, "I")
    start = read(offset, struct.calcsize(counter))
    count = layout.number(counter, start)
    if not 0 < count <= _MOST_ENTRIES:
        raise struct.error("no directory")
    body = read(offset + len(start), count * entry + struct.calcsize(link))
    values = {}
    for at in range(0, count * entry, entry):
        values[layout.number("H", body, at)] = _last(read, body, at, layout)
    try:
        following = layout.number(link, body, count * entry)
    except struct.error:  # the file ends with its last entry: nothing follows
        following = 0
    return values, following


def _last(read: Read, body: bytes, at: int, layout: _Layout) -> int:
    """The last number of an entry, wherever its numbers lie; 0 for what is no number or can't be read."""
    kind = layout.number("H", body, at + 2)
    count = layout.number("Q" if layout.big else "I", body, at + 4)
    place = at + (12 if layout.big else 8)
    room = 8 if layout.big else 4
    code = _NUMBERS.get(kind)
    if code is None or not count:
        return 0
    size = struct.calcsize(code)
    if count * size <= room:
        return layout.number(code, body, place + (count - 1) * size)
    if layout.number("H", body, at) not in (tag for pair in _PIXELS for tag in pair):
        return 0
    array = layout.number("Q" if layout.big else "I", body, place)
    raw = read(array + (count - 1) * size, size)
    return layout.number(code, raw) if len(raw) == size else array + count * size


def _end(values: dict[int, int]) -> int:
    return max(values.get(offset, 0) + values.get(length, 0) for offset, length in _PIXELS)
