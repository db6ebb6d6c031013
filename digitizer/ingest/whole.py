"""Does a file end as its type says it must?  Files copied over a network look settled while half-written."""

import zipfile
from pathlib import Path

from digitizer.ingest.sniff import HEAD, JPEG, OFFICE, PDF, TIFF, ZIP, sniff
from digitizer.ingest.tiff import directories_of

_TAIL = 4096  # scanners and signers append a few bytes after the end mark
_MOST_DIRECTORIES = 100_000


def whole(path: Path) -> bool | None:
    """True: it has its end.  False: it is empty or cut off.  None: its type has no end mark.  Raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
    media = sniff(head)
    if not head:
        return False
    if media == PDF:
        return b"%%EOF" in tail
    if media == JPEG:
        return b"\xff\xd9" in tail
    if media == TIFF:
        found = directories_of(path, _MOST_DIRECTORIES)
        return found.complete and bool(found.sizes) and found.end <= size
    if media in (ZIP, OFFICE):
        return zipfile.is_zipfile(path) if head.startswith(b"PK") else None
    return _declared(media, head, tail, size)


def _declared(media: str, head: bytes, tail: bytes, size: int) -> bool | None:
    """For types that end with a mark or say their length in the head."""
    if media == "image/png":
        return b"IEND" in tail
    if media == "image/gif":
        return tail.rstrip(b"\0").endswith(b";")
    if media == "image/webp":
        return size >= int.from_bytes(head[4:8], "little") + 8
    if media == "image/bmp":
        return size >= int.from_bytes(head[2:6], "little")
    if media == "image/jp2" and head.startswith(b"\xff\x4f"):
        return b"\xff\xd9" in tail
    return None
