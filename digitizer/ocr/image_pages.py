"""Pages of image files: TIFF, JPEG, PNG, WebP, BMP, GIF, HEIC, JPEG 2000, whatever Pillow reads."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image as Pil
from PIL import ImageFile, ImageOps, UnidentifiedImageError

from digitizer.contracts import Image, Sight
from digitizer.errors import PageFailed, PageMemory
from digitizer.model import Level, Line, Problem
from digitizer.settings import Limits

BYTES_A_PIXEL = 24
"""What a page costs from decoder to engine, in bytes for each pixel of its image (measured, generous)."""
_BAD = (OSError, ValueError, SyntaxError, TypeError, struct.error, EOFError, IndexError, KeyError, ZeroDivisionError,
        OverflowError, RuntimeError, AttributeError)  # what Pillow's decoders raise on broken files  # fmt: skip
_TURNED_EXIF = (5, 6, 7, 8)
_DRAFTS = ("JPEG", "MPO")  # formats that decode at 1/2, 1/4, 1/8 for less memory
TRUNCATED = "truncated"


def most_pixels(limits: Limits) -> int:
    """How many pixels a page image may have so that the work on it stays within `limits.page_memory_mb`."""
    return limits.page_memory_mb * 1_000_000 // BYTES_A_PIXEL


class RunPages:
    """One image file with its frames as pages (`framed`), or a run of files with one page each."""

    def __init__(self, files: tuple[Path, ...], limits: Limits, *, framed: bool) -> None:
        self._files = files
        self._limits = limits
        self._framed = framed
        pillow_heif.register_heif_opener()

    def sight(self, number: int) -> Sight:
        """The page `number` (from 1)."""
        return self._sight(number)

    def render(self, number: int, dpi: float) -> Image:
        """The page at `dpi`, or at its own size when its resolution is unknown; raises PageFailed."""
        sight = self._sight(number)
        image = sight.image()
        if not sight.dpi:
            return image
        across, down = dpi / sight.dpi, dpi / sight.dpi * sight.aspect
        size = (max(1, round(image.shape[1] * across)), max(1, round(image.shape[0] * down)))
        return np.asarray(Pil.fromarray(image).resize(size, Pil.Resampling.BICUBIC, reducing_gap=2.0))

    def _sight(self, number: int) -> "ImageSight":
        if self._framed:
            return ImageSight(self._files[0], number - 1, self._limits)
        return ImageSight(self._files[number - 1], 0, self._limits)

    def close(self) -> None:
        """Nothing is held open."""


class ImageSight:
    """One frame of an image file, decoded once."""

    def __init__(self, path: Path, frame: int, limits: Limits) -> None:
        self._path = path
        self._frame = frame
        self._limits = limits
        self._image: Image | None = None
        self._dpi: tuple[float, float] | None = None
        self._problems: tuple[Problem, ...] = ()

    def image(self) -> Image:
        """The frame, EXIF applied; raises PageFailed, PageMemory."""
        if self._image is None:
            self._image = self._decode()
        return self._image

    @property
    def dpi(self) -> float | None:
        """Pixels an inch across; None when the file does not say, or says nonsense."""
        self.image()
        return self._dpi[0] if self._dpi else None

    @property
    def aspect(self) -> float:
        """Height of a pixel over its width: 1, or 2 for a coarse fax."""
        self.image()
        return self._dpi[0] / self._dpi[1] if self._dpi else 1.0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """A notice when the file is cut off and only its beginning could be decoded."""
        self.image()
        return self._problems

    def layer(self) -> tuple[Line, ...]:
        """Images have no text layer."""
        return ()

    def _decode(self) -> Image:
        with _pillow_as_we_need_it():
            try:
                return self._load()
            except PageFailed:
                raise
            except MemoryError as error:
                raise PageMemory from error
            except UnidentifiedImageError as error:
                raise PageFailed("the image is of no known format, or its header is broken") from error
            except _BAD:
                ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                image = self._load()
            except _BAD as error:
                raise PageFailed(f"the image can't be decoded ({type(error).__name__})") from error
        message = "Tệp ảnh bị cắt cụt, chỉ đọc được một phần. / The image file is cut off; only a part could be read."
        self._problems = (Problem(code=TRUNCATED, level=Level.NOTICE, message=message),)
        return image

    def _load(self) -> Image:
        with Pil.open(self._path) as file:
            if self._frame:
                file.seek(self._frame)
            width, height = file.size
            if width < 1 or height < 1:
                raise PageFailed("the image has no pixels")
            self._check(file)
            most = most_pixels(self._limits)
            if width * height > most and file.format in _DRAFTS:
                shrink = (most / (width * height)) ** 0.5
                file.draft(None, (int(width * shrink), int(height * shrink)))
            found = _resolution(file, width, height)
            orientation = file.getexif().get(0x0112, 1)
            eight = _eight_bit(file)
            if eight.width * eight.height > most:
                shrink = (most / (eight.width * eight.height)) ** 0.5
                eight = eight.resize((int(eight.width * shrink), int(eight.height * shrink)), Pil.Resampling.BOX)
            if orientation in range(2, 9):
                eight = _upright(eight, orientation)
            if found:
                shrunk = (eight.width if orientation not in _TURNED_EXIF else eight.height) / width
                found = (found[0] * shrunk, found[1] * shrunk)
                self._dpi = found[::-1] if orientation in _TURNED_EXIF else found
            return plain(np.array(eight))

    def _check(self, file: Pil.Image) -> None:
        pixels = file.width * file.height
        if pixels > self._limits.page_pixels:
            raise PageMemory(
                f"the image has {pixels} pixels, more than limits.page_pixels = {self._limits.page_pixels}"
            )
        if file.format not in _DRAFTS and pixels * len(file.getbands()) > self._limits.page_memory_mb * 600_000:
            raise PageMemory("the image unpacks to more than limits.page_memory_mb allows")


@contextmanager
def _pillow_as_we_need_it() -> Iterator[None]:
    """Pillow's two switches are global: set for a moment, and put back.  Our own limit replaces its bomb guard."""
    before = Pil.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Pil.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = None, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about odd metadata: not our concern, the pixels are
            yield
    finally:
        Pil.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


def _resolution(file: Pil.Image, width: int, height: int) -> tuple[float, float] | None:
    """(across, down) in dpi, when said and believable for a sheet of paper.

    Cameras write 72 or 96 whatever they photographed: no A4 sheet scanned at such a resolution is over 1,600 pixels.
    """
    found: Any = file.info.get("dpi")
    try:
        across, down = float(found[0]), float(found[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    if not (40 <= across <= 4800 and 40 <= down <= 4800):
        return None
    if max(across, down) < 100 and max(width / across, height / down) > 17:  # inches: longer than A3
        return None
    return across, down


def _upright(picture: Pil.Image, orientation: int) -> Pil.Image:
    picture.getexif()[0x0112] = orientation
    return ImageOps.exif_transpose(picture)


def _eight_bit(file: Pil.Image) -> Pil.Image:
    """Mode L or RGB; transparency lies on white paper."""
    if file.mode in ("L", "RGB"):
        if "transparency" in file.info:
            return _on_paper(file)
        file.load()
        return file
    if file.mode == "1":
        return file.convert("L")
    if file.mode.startswith("I") or file.mode == "F":
        return Pil.fromarray(_stretch(np.array(file)))
    if file.mode == "P":
        picture = file.convert("RGBA") if "transparency" in file.info else file.convert("RGB")
        return _on_paper(picture) if picture.mode == "RGBA" else picture
    if file.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        return _on_paper(file.convert("RGBA"))
    return file.convert("RGB")


def _on_paper(picture: Pil.Image) -> Pil.Image:
    picture = picture.convert("RGBA")
    paper = Pil.new("RGBA", picture.size, "white")
    return Pil.alpha_composite(paper, picture).convert("RGB")


def _stretch(deep: NDArray[Any]) -> Image:
    """16 or 32 bits a pixel as 8: by the range of the type, or by the range in use when that is far smaller."""
    low, high = float(deep.min()), float(deep.max())
    if low >= 0 and high > 16383:  # all of 16 bits in use
        low, high = 0.0, max(65535.0, high)
    elif low >= 0 and 255 < high <= 4095:  # 12 bits in 16
        low, high = 0.0, 4095.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    scaled = (deep.astype(np.float32) - low) * (255.0 / max(high - low, 1e-6))
    return np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8)


def plain(array: Image) -> Image:
    """Grey in one channel when the three are the same: a third of the memory for all that follows."""
    if array.ndim == 3:
        sample = array[:: max(1, array.shape[0] // 64), :: max(1, array.shape[1] // 64)]
        same = np.ptp(sample, axis=2).max() == 0 and (array[..., 0] == array[..., 1]).all()
        if same and (array[..., 0] == array[..., 2]).all():
            return np.ascontiguousarray(array[..., 0])
    return array
