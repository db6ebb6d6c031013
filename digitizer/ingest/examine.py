"""Finds out what a file is, or refuses it with a reason that a clerk understands."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from digitizer.errors import lacking
from digitizer.ingest.pdf import examine_pdf
from digitizer.ingest.pictures import examine_picture
from digitizer.ingest.refusals import refused
from digitizer.ingest.sniff import ARCHIVE, HEAD, IMAGES, OFFICE, PDF, ZIP, sniff
from digitizer.model import Problem
from digitizer.settings import Limits

_CHUNK = 1 << 20
_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a file is.

    `media`: MIME type of its bytes.  `pages`: 0 for a ZIP, whose members are examined one by one.  `size`: bytes.
    `signed`: a PDF that holds a digital signature.  `problems`: notices, each with Vietnamese / English.
    """

    media: str
    pages: int
    size: int
    sha256: str
    signed: bool = False
    problems: tuple[Problem, ...] = ()


def examine(path: Path, limits: Limits) -> Found:
    """What the file is, from its bytes; raises Refused (codes: `refusals.CODES`).

    Nothing is rendered.  Run it where time and memory are bounded: parsers meet foreign bytes here.
    """
    try:
        size = path.stat().st_size
        if size > limits.file_mb * _MB:
            raise refused("too-large", size_mb=-(-size // _MB), limit_mb=limits.file_mb)
        sha256, size, head = _read_once(path)
        media = _known(sniff(head), size)
        pages, signed, problems = _inside(path, media, limits)
    except OSError as error:
        if lacking(error):
            raise
        raise refused("unreadable") from error
    if pages > limits.pages:
        raise refused("too-many-pages", pages=pages, limit=limits.pages)
    return Found(media=media, pages=pages, size=size, sha256=sha256, signed=signed, problems=problems)


def checksum(path: Path) -> tuple[str, int]:
    """(SHA-256 in hex, size in bytes) of any file, also one that is refused; raises OSError."""
    sha256, size, _ = _read_once(path)
    return sha256, size


def _read_once(path: Path) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:HEAD]
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size, head


def _known(media: str, size: int) -> str:
    if size == 0:
        raise refused("empty")
    if media == OFFICE:
        raise refused("office-document")
    if media == ARCHIVE:
        raise refused("other-archive")
    if media not in (PDF, ZIP) and media not in IMAGES:
        raise refused("unknown-type")
    return media


def _inside(path: Path, media: str, limits: Limits) -> tuple[int, bool, tuple[Problem, ...]]:
    if media == ZIP:
        return 0, False, ()
    if media == PDF:
        return examine_pdf(path)
    pages, problems = examine_picture(path, media, limits)
    return pages, False, problems
