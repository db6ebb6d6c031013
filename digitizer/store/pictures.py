"""From an image file to a Picture: as it came wherever PDF can take it so, else coded again without loss."""

import io
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, TiffImagePlugin
from PIL.TiffImagePlugin import TiffImageFile

from digitizer.contracts import Image as Pixels
from digitizer.store import jpeg, png, tiff
from digitizer.store.picture import EXIF_TURNS, NotCopied, Picture

MOST_PIXELS = 120_000_000
"""Largest image that is decoded here (an A2 at 600 dpi); a larger one that can't be copied is rendered smaller."""
_TROUBLE = (OSError, EOFError, SyntaxError, ValueError, TypeError, KeyError, OverflowError, IndexError, MemoryError)


def from_file(path: Path, number: int) -> Picture:
    """The image of page `number` (from 1) of the file; raises NotCopied when it is damaged or too large to decode."""
    with path.open("rb") as file:
        magic = file.read(12)
    try:
        if magic[:3] == b"\xff\xd8\xff" and number == 1:
            return jpeg.picture(path.read_bytes())
        if magic[:8] == png.MAGIC and number == 1:
            return png.picture(path.read_bytes())
        if magic[:4] in (b"II*\0", b"MM\0*"):
            return tiff.picture(path, number)
    except NotCopied:
        pass
    return _decoded(path, number)


def _decoded(path: Path, number: int) -> Picture:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes and odd tags; both are judged here
            with Image.open(path) as opened:
                if number > 1:
                    opened.seek(number - 1)
                if opened.width * opened.height > MOST_PIXELS:
                    raise NotCopied("too large to decode")
                turn, mirrored, dpi = _shown(opened)
                opened.load()
                image = plain(opened)
    except (*_TROUBLE, Image.DecompressionBombError) as error:
        raise NotCopied("the image is damaged") from error
    coded = from_image(image)
    return replace(coded, turn=turn, mirrored=mirrored, dpi=dpi, copied=False)


def _shown(image: Image.Image) -> tuple[int, bool, tuple[float, float] | None]:
    if isinstance(image, TiffImageFile):
        stored = tiff.shown(dict(image.tag_v2))
        dpi = stored["dpi"]
        return 0, False, dpi[::-1] if dpi and stored["turn"] % 180 else dpi  # Pillow turns a TIFF as it loads it
    turn, mirrored = EXIF_TURNS.get(int(image.getexif().get(0x0112, 1)), (0, False))
    stated = image.info.get("dpi")
    dpi = (float(stated[0]), float(stated[1])) if isinstance(stated, tuple) and len(stated) == 2 else None
    return turn, mirrored, dpi


def plain(image: Image.Image) -> Image.Image:
    """The image as mode 1, L, P or RGB: 16 bits brought to 8, transparency laid on white, other colours to sRGB."""
    mode = image.mode
    if mode.startswith("I") or mode == "F":
        return _eight_bits(image)
    if mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        flat = Image.alpha_composite(paper, clear).convert("RGB")
        return flat.getchannel(0) if mode in ("LA", "La", "L", "1") else flat
    if mode in ("1", "L", "P", "RGB"):
        return image
    if mode == "CMYK" and image.info.get("icc_profile"):
        converted = _by_profile(image, image.info["icc_profile"])
        if converted is not None:
            return converted
    return image.convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        return ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _eight_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.float32)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    # Sixteen bits are brought down as they are; what lies outside (floats, 32 bits, signed) is stretched.
    if image.mode.startswith("I") and low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    high = max(high, low + 1e-6)
    scaled = np.nan_to_num((values - low) * (255.0 / (high - low)))
    return Image.fromarray(scaled.round().astype(np.uint8))


def from_image(image: Image.Image) -> Picture:
    """Coded without loss: mode 1 by G4, L, P and RGB by Flate with PNG's predictors."""
    return _fax(image) if image.mode == "1" else _rows(image)


def from_pixels(pixels: Pixels) -> Picture:
    """A rendered page coded without loss, as small as it allows: 1-bit when black and white, grey when not coloured."""
    if pixels.ndim == 3 and np.array_equal(pixels[..., :2], pixels[..., 1:]):
        pixels = np.ascontiguousarray(pixels[..., 0])
    image = Image.fromarray(pixels)
    if pixels.ndim == 2 and not np.any((pixels != 0) & (pixels != 255)):
        image = image.convert("1", dither=Image.Dither.NONE)
    return from_image(image)


def _rows(image: Image.Image) -> Picture:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6, icc_profile=None, exif=b"")
    return png.picture(out.getvalue())


def _fax(image: Image.Image) -> Picture:
    out = io.BytesIO()
    image.save(out, "TIFF", compression="group4", tiffinfo=_one_strip(image))
    tags = TiffImageFile(io.BytesIO(out.getvalue())).tag_v2
    (start,), (count,) = tags[273], tags[279]
    parms: dict[str, int | bool] = {"K": -1, "Columns": image.width, "Rows": image.height, "BlackIs1": tags[262] == 1}
    return Picture(
        data=out.getvalue()[start : start + count],
        width=image.width,
        height=image.height,
        filter="CCITTFaxDecode",
        space="gray",
        bits=1,
        parms=parms,
    )


def _one_strip(image: Image.Image) -> TiffImagePlugin.ImageFileDirectory_v2:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[278] = image.height
    return tags
