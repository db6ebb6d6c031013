"""Shots → what a scanner gives: PDF of page images, TIFF, JPEG, ZIP.  The bytes depend on nothing but the shots."""

import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from PIL import Image

from samples.age import Shot

_EXIF_TURN = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
"""EXIF orientation → how the stored pixels lie, so that a reader who obeys it sees the shot."""


def jpeg(shot: Shot, out: Path, orientation: int = 1) -> None:
    """One JPEG; with an EXIF orientation of 3, 6 or 8 the stored pixels are turned accordingly."""
    image = shot.image if orientation == 1 else shot.image.transpose(_EXIF_TURN[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    dpi = round(shot.dpi[0]), round(shot.dpi[1])
    image.save(out, "JPEG", quality=shot.quality or 90, optimize=True, dpi=dpi, exif=exif if orientation != 1 else b"")


def png(shot: Shot, out: Path) -> None:
    """One PNG."""
    shot.image.save(out, "PNG", optimize=True, dpi=(round(shot.dpi[0]), round(shot.dpi[1])))


def tiff(shots: Sequence[Shot], out: Path, compression: str) -> None:
    """One TIFF with a directory for each shot; `compression`: group4, jpeg or tiff_lzw."""
    images = [shot.image for shot in shots]
    if compression == "jpeg":  # as scanners do: half the bytes of RGB
        images = [image.convert("YCbCr") if image.mode == "RGB" else image for image in images]
    first, *rest = images
    dpi = round(shots[0].dpi[0]), round(shots[0].dpi[1])
    more = {"quality": shots[0].quality or 80} if compression == "jpeg" else {}
    first.save(out, "TIFF", save_all=True, append_images=rest, compression=compression, dpi=dpi, **more)


def scan_pdf(shots: Sequence[Shot], out: Path) -> None:
    """A PDF whose pages are one image each, as scanners make it."""
    pdf = pikepdf.new()
    for shot in shots:
        width, height = (shot.image.width * 72 / shot.dpi[0], shot.image.height * 72 / shot.dpi[1])
        image = _image(pdf, shot)
        content = f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do Q".encode()
        pdf.add_blank_page(page_size=(width, height))
        page = pdf.pages[-1]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        page.Contents = pdf.make_stream(content)
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def _image(pdf: pikepdf.Pdf, shot: Shot) -> pikepdf.Stream:
    """The shot as an image object: its JPEG as it is, or the deflated rows of its PNG."""
    image = shot.image
    common = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": image.width, "Height": image.height}
    buffer = io.BytesIO()
    if shot.quality:
        image.save(buffer, "JPEG", quality=shot.quality, optimize=True)
        grey = image.mode == "L"
        return pikepdf.Stream(
            pdf,
            buffer.getvalue(),
            **common,
            ColorSpace=pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
    bits, channels = 8, 3
    colours: pikepdf.Object = pikepdf.Name.DeviceRGB
    if image.mode == "1":
        bits, channels = 1, 1
        colours = pikepdf.Name.DeviceGray
    elif image.mode == "L":
        colours, channels = pikepdf.Name.DeviceGray, 1
    elif image.mode == "P":
        palette = bytes(image.getpalette() or b"")
        colours = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, len(palette) // 3 - 1, palette])
        channels = 1
    image.save(buffer, "PNG", optimize=image.mode != "P", **({"bits": 8} if image.mode == "P" else {}))
    parameters = pikepdf.Dictionary(Predictor=15, Colors=channels, BitsPerComponent=bits, Columns=image.width)
    return pikepdf.Stream(
        pdf,
        _idat(buffer.getvalue()),
        **common,
        ColorSpace=colours,
        BitsPerComponent=bits,
        Filter=pikepdf.Name.FlateDecode,
        DecodeParms=parameters,
    )


def _idat(data: bytes) -> bytes:
    """The deflated rows of a PNG."""
    at, rows = 8, []
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if name == b"IDAT":
            rows.append(data[at + 8 : at + 8 + length])
        at += 12 + length
    return b"".join(rows)


def pack(files: Sequence[Path], out: Path) -> None:
    """A ZIP of the files under their own names, which are then removed."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name, (2026, 11, 2, 8, 0, 0)), file.read_bytes())
            file.unlink()
