"""Small scans of every sort that the writer of searchable PDFs must take, made from nothing."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from fpdf import FPDF
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageCms, ImageDraw, ImageFile, ImageOps

from digitizer.contracts import Image as Pixels
from digitizer.errors import PageFailed
from digitizer.model import Line, Page, Word
from digitizer.store.searchable import Leaf

TEXT = (("Cộng", "hòa", "xã", "hội"), ("Số:", "12/QĐ-UBND", "ngày", "05"), ("Đường", "Nguyễn", "Thị", "Thúy"))


@dataclass(frozen=True, kw_only=True)
class Case:
    """A scan of one page.  `stream`: what must stand in the PDF unchanged.  `like`: the page before we turn it."""

    path: Path
    media: str
    page: Page
    like: Image.Image | None = None
    stream: bytes | None = None
    rendered: bool = False
    lost: bool = False
    tolerance: float = 4.0
    size_mm: tuple[float, float] | None = None

    @property
    def leaf(self) -> Leaf:
        return Leaf(page=self.page, path=self.path, media=self.media, number=1)


def render(path: Path, media: str, number: int, dpi: int) -> Pixels:
    """A page drawn by PDFium with its form widgets, or an image decoded as far as it goes."""
    if media != "application/pdf":
        return decoded(path)
    document = pdfium.PdfDocument(str(path))
    try:
        document.init_forms()
        return document[number - 1].render(scale=dpi / 72, rev_byteorder=True).to_numpy()[..., :3].copy()
    finally:
        document.close()


def decoded(path: Path) -> Pixels:
    try:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB")).copy()
    except OSError as error:
        raise PageFailed(str(error)) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def drawing(width: int = 620, height: int = 877, colour: bool = True) -> Image.Image:
    """A page that looks different from every side: dark bars, a red corner, a grey ramp."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for row in range(6):
        draw.rectangle((60, 120 + 60 * row, 60 + 70 * (row + 1), 135 + 60 * row), fill="black")
    draw.rectangle((width - 130, 30, width - 30, 110), fill=(200, 30, 40) if colour else (90, 90, 90))
    for step in range(16):
        draw.rectangle((60 + 30 * step, height - 120, 90 + 30 * step, height - 60), fill=(step * 16,) * 3)
    return image


def words(width: int, height: int, slant: float = 0.0, turned: int = 0) -> tuple[Line, ...]:
    """TEXT as it stands on a page of that size that must be `turned` clockwise to be upright.

    `slant`: radians clockwise that its lines then run downhill.
    """
    if turned % 180:
        width, height = height, width
    lines = []
    for row, texts in enumerate(TEXT):
        x, y, found = 0.1 * width, (0.2 + 0.08 * row) * height, []
        for text in texts:
            wide, high = 13 * len(text), 24
            along, down = np.array([np.cos(slant), np.sin(slant)]), np.array([-np.sin(slant), np.cos(slant)])
            start = np.array([x, y])
            points = [start, start + wide * along, start + wide * along + high * down, start + high * down]
            quad = tuple(float(value) for point in points for value in as_delivered(point, width, height, turned))
            box = (int(min(quad[::2])), int(min(quad[1::2])), int(max(quad[::2])), int(max(quad[1::2])))
            found.append(Word(text=text, read=text, box=box, quad=quad, confidence=0.9))
            x, y = np.array([x, y]) + (wide + 10) * along
        box = (found[0].box[0], found[0].box[1], found[-1].box[2], found[-1].box[3])
        lines.append(Line(words=tuple(found), box=box))
    return tuple(lines)


def as_delivered(point: np.ndarray, width: int, height: int, turned: int) -> tuple[float, float]:
    """The point of an upright page of that size, where it lies before the page is turned."""
    x, y = point
    return {0: (x, y), 90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}[turned]


def page(width: int = 620, height: int = 877, *, dpi: float | None = 75, turned: int = 0, slant: float = 0.0) -> Page:
    return Page(number=1, width=width, height=height, dpi=dpi, turned=turned, lines=words(width, height, slant, turned))


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def scanned_pdf(path: Path, jpeg: bytes, size: tuple[int, int], **extra: object) -> Pdf:
    """A PDF page of 595 × 842 points filled by one JPEG, as scanners write it; open, so that a case can add to it."""
    pdf = Pdf.new()
    image = Stream(
        pdf,
        jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB,
        Filter=Name.DCTDecode,
    )
    pdf.add_blank_page(page_size=(595.2, 841.92))
    sheet = pdf.pages[0]
    sheet.Resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(image)))
    sheet.Contents = Stream(pdf, b"q 595.2 0 0 841.92 0 0 cm /Im0 Do Q")
    for key, value in extra.items():
        sheet[f"/{key}"] = value
    pdf.save(path)
    return pdf


class Cases:
    """Writes each case's file into `folder`; `all()` gives them by name."""

    def __init__(self, folder: Path, font: Path) -> None:
        self.folder = folder
        self.font = font
        self.image = drawing()
        self.jpeg = encoded(self.image, "JPEG", quality=85, dpi=(75, 75))

    def all(self) -> dict[str, Case]:
        makers: list[Callable[[], dict[str, Case]]] = [self.photos, self.tiffs, self.lossless, self.pdfs, self.damaged]
        return {name: case for maker in makers for name, case in maker().items()}

    def _file(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def _image(self, name: str, data: bytes, media: str, like: Image.Image | None = None, **more: object) -> Case:
        options: dict[str, object] = {"page": page(), **more}
        return Case(path=self._file(name, data), media=media, like=like or self.image, **options)

    def photos(self) -> dict[str, Case]:
        grey = self.image.convert("L")
        grey_jpeg = encoded(grey, "JPEG", quality=85)
        exif = Image.Exif()
        exif[0x0112] = 6  # shown after a quarter turn clockwise
        sideways = encoded(self.image.rotate(90, expand=True), "JPEG", quality=85, exif=exif)
        exif[0x0112] = 5  # mirrored, too
        mirrored = encoded(self.image.transpose(Image.Transpose.TRANSPOSE), "JPEG", quality=85, exif=exif)
        inks = encoded(self.image.convert("CMYK"), "JPEG", quality=85)
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        with_profile = encoded(self.image, "JPEG", quality=85, icc_profile=profile, dpi=(75, 75))
        found = {
            "jpeg": self._image("a.jpg", self.jpeg, "image/jpeg", stream=self.jpeg, size_mm=(210, 297)),
            "jpeg-grey": self._image("grey.jpg", grey_jpeg, "image/jpeg", grey, stream=grey_jpeg),
            "jpeg-exif-turned": self._image("exif.jpg", sideways, "image/jpeg", stream=sideways),
            "jpeg-exif-mirrored": self._image("mirror.jpg", mirrored, "image/jpeg", stream=mirrored),
            "jpeg-cmyk": self._image("cmyk.jpg", inks, "image/jpeg", stream=inks, tolerance=9),
            "jpeg-profile": self._image("icc.jpg", with_profile, "image/jpeg", stream=with_profile),
            "jpeg-no-dpi": self._image(
                "nodpi.jpg", grey_jpeg, "image/jpeg", grey, page=page(dpi=None), size_mm=(52, 74)
            ),
        }
        for turned in (90, 180, 270):
            found[f"jpeg-turned-{turned}"] = self._image(
                f"t{turned}.jpg", self.jpeg, "image/jpeg", stream=self.jpeg, page=page(turned=turned)
            )
        found["jpeg-skewed"] = self._image("skew.jpg", self.jpeg, "image/jpeg", page=page(slant=0.035))
        return found

    def tiffs(self) -> dict[str, Case]:
        black, one = self.image.convert("1"), {278: self.image.height}
        whole = encoded(black, "TIFF", compression="group4", tiffinfo=one, dpi=(75, 75))
        tags = Image.open(io.BytesIO(whole)).tag_v2
        strip = whole[tags[273][0] : tags[273][0] + tags[279][0]]
        striped = encoded(black, "TIFF", compression="group4", tiffinfo={278: 100})
        uneven = encoded(black.resize((620, 438)), "TIFF", compression="group4", dpi=(150, 75))
        photo = encoded(self.image, "TIFF", compression="jpeg", quality=85)
        exif = Image.Exif()
        exif[0x0112] = 8
        turned = encoded(self.image.rotate(-90, expand=True), "TIFF", compression="tiff_lzw", exif=exif)
        return {
            "g4-one-strip": self._image("g4.tif", whole, "image/tiff", black, stream=strip, tolerance=9),
            "g4-many-strips": self._image("g4s.tif", striped, "image/tiff", black, tolerance=9),
            "g4-fax-dpi": self._image(
                "fax.tif", uneven, "image/tiff", black, page=page(height=438), size_mm=(105, 148.5), tolerance=15
            ),
            "jpeg-tiff": self._image("photo.tif", photo, "image/tiff"),
            "lzw-tiff-turned": self._image("lzw.tif", turned, "image/tiff"),
            "cmyk-tiff": self._image("cmyk.tif", encoded(self.image.convert("CMYK"), "TIFF"), "image/tiff"),
        }

    def lossless(self) -> dict[str, Case]:
        grey, clear = self.image.convert("L"), self.image.copy()
        clear.putalpha(Image.fromarray(np.where(np.asarray(grey) == 255, 0, 255).astype(np.uint8)))
        sixteen = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
        palette = self.image.quantize(32)
        turned_palette = palette.convert("RGB")
        return {
            "png": self._image("a.png", encoded(self.image, "PNG", dpi=(75, 75)), "image/png"),
            "png-alpha": self._image("alpha.png", encoded(clear, "PNG"), "image/png"),
            "png-palette": self._image("pal.png", encoded(palette, "PNG"), "image/png", turned_palette),
            "png-16": self._image("16.png", encoded(sixteen, "PNG"), "image/png", grey),
            "png-1": self._image(
                "1.png", encoded(self.image.convert("1"), "PNG"), "image/png", self.image.convert("1"), tolerance=9
            ),
            "webp": self._image("a.webp", encoded(self.image, "WEBP", lossless=True), "image/webp"),
            "bmp": self._image("a.bmp", encoded(self.image, "BMP"), "image/bmp"),
        }

    def _pdf(self, name: str, change: Callable[[Pdf], None] | None = None, **more: object) -> Case:
        path = self.folder / name
        with scanned_pdf(path, self.jpeg, self.image.size) as pdf:
            if change is not None:
                change(pdf)
                pdf.save(path)
        options: dict[str, object] = {"page": page(), "like": self.image, "stream": self.jpeg, **more}
        if options["like"] is None:
            options["like"] = Image.fromarray(render(path, "application/pdf", 1, 75))
        return Case(path=path, media="application/pdf", **options)

    def pdfs(self) -> dict[str, Case]:
        stamped = self.image.copy()
        ImageDraw.Draw(stamped).rectangle((310, 690, 410, 730), fill=(0, 0, 255))
        quarter = page(877, 620)
        return {
            "pdf-jpeg": self._pdf("scan.pdf", size_mm=(210, 297)),
            "pdf-widget": self._pdf("widget.pdf", _stamp, like=stamped),
            "pdf-rotate": self._pdf("rotate.pdf", _rotate, page=quarter, like=self.image.rotate(-90, expand=True)),
            "pdf-old-layer": self._pdf("layer.pdf", _old_layer),
            "pdf-form": self._pdf("form.pdf", _into_form),
            "pdf-stencil": self._pdf("stencil.pdf", _stencil, like=_with_stencil(self.image)),
            "pdf-cmyk": self._pdf("inks.pdf", _inks, like=None, stream=None, tolerance=15),
            "pdf-lzw": self._pdf("lzw.pdf", _run_length, like=None, stream=None),
            "pdf-inline": self._pdf("inline.pdf", _inline, like=None, stream=None, rendered=True),
            "pdf-born-digital": self.born_digital(),
        }

    def born_digital(self) -> Case:
        pdf = FPDF(format="A4", unit="pt")
        pdf.add_font("tinos", fname=self.font)
        pdf.add_page()
        pdf.set_font("tinos", size=14)
        for row, texts in enumerate(TEXT):
            pdf.text(60, 180 + 67 * row, " ".join(texts))
        path = self.folder / "born.pdf"
        pdf.output(str(path))
        like = Image.fromarray(render(path, "application/pdf", 1, 75))
        return Case(path=path, media="application/pdf", page=page(), like=like, rendered=True)

    def _locked(self) -> Path:
        path = self.folder / "locked.pdf"
        with scanned_pdf(self.folder / "open.pdf", self.jpeg, self.image.size) as pdf:
            pdf.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))
        return path

    def damaged(self) -> dict[str, Case]:
        cut = self.jpeg[: len(self.jpeg) // 2]
        png = encoded(self.image, "PNG")
        spoiled = png[: len(png) // 2] + b"spoiled!" + png[len(png) // 2 + 8 :]
        broken = Page(number=7, failed=True)
        return {
            "jpeg-cut": self._image("cut.jpg", cut, "image/jpeg", self.image, tolerance=80, rendered=True),
            "png-damaged": Case(path=self._file("bad.png", spoiled), media="image/png", page=page(), rendered=True),
            "not-an-image": Case(path=self._file("bad.jpg", b"no"), media="image/jpeg", page=broken, lost=True),
            "not-opened": Case(path=self._locked(), media="application/pdf", page=broken, lost=True),
            "not-a-pdf": Case(path=self._file("bad.pdf", b"no"), media="application/pdf", page=broken, lost=True),
        }


def _stamp(pdf: Pdf) -> None:
    looks = Stream(
        pdf, b"0 0 1 rg 0 0 96 38.4 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 96, 38.4])
    )
    widget = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T="Signature1",
        F=132,
        Rect=Array([297.6, 141.12, 393.6, 179.52]),
        AP=Dictionary(N=pdf.make_indirect(looks)),
    )
    made = pdf.make_indirect(widget)
    pdf.pages[0].Annots = Array([made])
    pdf.Root.AcroForm = Dictionary(Fields=Array([made]), SigFlags=3)


def _rotate(pdf: Pdf) -> None:
    pdf.pages[0].Rotate = 90


def _old_layer(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].Resources.Font = Dictionary(F1=pdf.make_indirect(font))
    old = b"q 595.2 0 0 841.92 0 0 cm /Im0 Do Q BT 3 Tr /F1 12 Tf 50 700 Td (OLD LAYER) Tj ET"
    pdf.pages[0].Contents = Stream(pdf, old)


def _into_form(pdf: Pdf) -> None:
    page = pdf.pages[0]
    form = Stream(
        pdf,
        b"/Im0 Do",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 1, 1]),
        Matrix=Array([595.2, 0, 0, 841.92, 0, 0]),
        Resources=page.Resources,
    )
    page.Resources = Dictionary(XObject=Dictionary(Fm0=pdf.make_indirect(form)))
    page.Contents = Stream(pdf, b"q /Fm0 Do Q")


def _stencil(pdf: Pdf) -> None:
    mask = Stream(pdf, b"\x00" * 8, Type=Name.XObject, Subtype=Name.Image, Width=8, Height=8, ImageMask=True)
    page = pdf.pages[0]
    page.Resources.XObject.Im1 = pdf.make_indirect(mask)
    page.Contents = Stream(pdf, b"q 595.2 0 0 841.92 0 0 cm /Im0 Do Q q 0 0.5 0 rg 96 0 0 96 96 96 cm /Im1 Do Q")


def _with_stencil(image: Image.Image) -> Image.Image:
    painted = image.copy()
    ImageDraw.Draw(painted).rectangle((100, 677, 200, 777), fill=(0, 128, 0))
    return painted


def _inks(pdf: Pdf) -> None:
    image = pdf.pages[0].Resources.XObject.Im0
    patches = np.zeros((4, 4, 4), np.uint8)
    patches[..., 0], patches[1, :, 1], patches[2, :, 3] = 200, 180, 255
    image.write(patches.tobytes())
    image.ColorSpace, image.Width, image.Height = Name.DeviceCMYK, 4, 4


def _run_length(pdf: Pdf) -> None:
    image = pdf.pages[0].Resources.XObject.Im0
    image.write(bytes([0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01]), filter=Name.LZWDecode)
    image.ColorSpace, image.Width, image.Height = Name.DeviceGray, 3, 3  # the example of ISO 32000-1, 7.4.4.2


def _inline(pdf: Pdf) -> None:
    pdf.pages[0].Contents = Stream(pdf, b"q 200 0 0 200 100 400 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x00\xff\xff\x00 EI Q")
