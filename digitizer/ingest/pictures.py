"""What an image file holds: frames and sizes from its headers, and whether there is anything to show."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import pillow_heif
from PIL import Image, ImageFile

from digitizer.ingest.refusals import refused
from digitizer.ingest.sniff import IMAGES, JPEG, TIFF
from digitizer.ingest.tiff import directories_of
from digitizer.ingest.whole import whole
from digitizer.model import Level, Problem
from digitizer.settings import Limits

TRIAL_PIXELS = 4_000_000
"""Images up to this are decoded at once; larger ones only when they don't end as they should.  JPEG at an eighth."""
_TRIALS = 8  # pages of a TIFF tried before it is called damaged
_BAD = (OSError, ValueError, SyntaxError, TypeError, struct.error, EOFError, IndexError, KeyError, ZeroDivisionError,
        OverflowError, RuntimeError, AttributeError, MemoryError)  # what Pillow's decoders raise  # fmt: skip
_ANIMATED = ("image/gif", "image/webp", "image/png")


def examine_picture(path: Path, media: str, limits: Limits) -> tuple[int, tuple[Problem, ...]]:
    """(pages, problems); raises Refused: damaged, too-many-pages, too-many-pixels, OSError from the disk."""
    ends = whole(path)
    with _pillow_as_we_need_it():
        sizes, animated = _sizes(path, media, limits)
        for page, (width, height) in enumerate(sizes, 1):
            if width * height > limits.page_pixels:
                raise refused("too-many-pixels", page=page, width=width, height=height, limit=limits.page_pixels)
        shown = _first_shown(path, media, sizes, ends)
    if shown is _Shown.NOTHING:
        raise refused("damaged")
    problems = []
    if shown is _Shown.PART or (media == TIFF and ends is False):  # of a TIFF only one page was tried
        problems.append(_notice("truncated", "Tệp ảnh bị cắt cụt, có thể thiếu phần cuối.",
                                "The image file is cut off; its end may be missing."))  # fmt: skip
    if animated:
        problems.append(_notice("animated", "Ảnh động: chỉ lấy hình đầu tiên.",
                                "An animation: only its first picture is taken."))  # fmt: skip
    return len(sizes), tuple(problems)


def _sizes(path: Path, media: str, limits: Limits) -> tuple[tuple[tuple[int, int], ...], bool]:
    """((width, height) of each page, animated?); empty when the headers can't be read."""
    if media == TIFF:
        sizes = directories_of(path, limits.pages).sizes
        if len(sizes) > limits.pages:
            raise refused("too-many-pages", pages=f"> {limits.pages}", limit=limits.pages)
        return sizes, False
    try:
        with Image.open(path, formats=IMAGES[media]) as image:
            size = image.size
            bomb = image.width * image.height > limits.page_pixels  # looking for a second frame would decode it
            animated = media in _ANIMATED and not bomb and bool(getattr(image, "is_animated", False))
    except _BAD:
        return (), False
    return (size,), animated


class _Shown(Enum):
    NOTHING = 0
    PART = 1
    ALL = 2


def _first_shown(path: Path, media: str, sizes: tuple[tuple[int, int], ...], ends: bool | None) -> _Shown:
    """What can be seen of the first page of which anything can."""
    for frame, (width, height) in enumerate(sizes[:_TRIALS]):
        if media != JPEG and ends and width * height > TRIAL_PIXELS:
            return _Shown.ALL  # nothing speaks against it
        shown = _shows(path, media, frame)
        if shown is not _Shown.NOTHING:
            return shown
    return _Shown.NOTHING


def _shows(path: Path, media: str, frame: int) -> _Shown:
    try:
        _decode(path, media, frame).close()
    except _BAD:
        pass
    else:
        return _Shown.ALL
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with _decode(path, media, frame) as image:
            return _Shown.PART if _has_ink(image) else _Shown.NOTHING
    except _BAD:
        return _Shown.NOTHING
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _decode(path: Path, media: str, frame: int) -> Image.Image:
    image = Image.open(path, formats=IMAGES[media])
    if frame:
        image.seek(frame)
    if media == JPEG:
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
    image.load()
    return image


def _has_ink(image: Image.Image) -> bool:
    """False when every pixel is the same: of a cut-off file nothing was decoded."""
    extremes = image.getextrema()
    pairs = extremes if isinstance(extremes[0], tuple) else (extremes,)
    return any(pair[0] != pair[1] for pair in pairs)


@contextmanager
def _pillow_as_we_need_it() -> Iterator[None]:
    """Pillow's switches are global: set for a moment, and put back.  `limits.page_pixels` replaces its bomb guard."""
    pillow_heif.register_heif_opener()
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = None, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd metadata
            yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


def _notice(code: str, vi: str, en: str) -> Problem:
    return Problem(code=code, level=Level.NOTICE, message=f"{vi} / {en}")
