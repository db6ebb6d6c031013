"""From files to page images: every format, taken out once, exact where it can be."""

import io
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
import pytest
from fpdf import FPDF
from PIL import Image as Pil

from digitizer.contracts import Image
from digitizer.errors import PageFailed, PageMemory
from digitizer.ocr.render import open_pages, preview, render_page
from digitizer.settings import Limits
from samples import faces
from tests.sheets import LETTER, sheet

PDF = "application/pdf"


def pattern(width: int = 61, height: int = 43) -> Image:
    """Every pixel its own colour, so that a pixel out of place shows."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 4, y * 5, (x * 7 + y * 3) % 256], axis=2).astype(np.uint8)


def one_image_pdf(
    path: Path,
    image: Image,
    *,
    points: tuple[float, float],
    rotate: int = 0,
    widget: bool = False,
    decode: bool = False,
) -> None:
    """A PDF whose only page is this picture, stored losslessly."""
    pdf = pikepdf.new()
    height, width = image.shape[:2]
    stream = pikepdf.Stream(pdf, np.ascontiguousarray(255 - image if decode else image).tobytes())
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = width, height, 8
    stream.ColorSpace = pikepdf.Name.DeviceGray if image.ndim == 2 else pikepdf.Name.DeviceRGB
    if decode:
        stream.Decode = [1, 0] * (1 if image.ndim == 2 else 3)
    page = pdf.add_blank_page(page_size=points)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=stream))
    page.Contents = pdf.make_stream(f"q {points[0]} 0 0 {points[1]} 0 0 cm /I Do Q".encode())
    if rotate:
        page.Rotate = rotate
    if widget:
        _add_signature(pdf, page)
    pdf.save(path)


def _add_signature(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """A signature field with a green appearance over the lower left quarter."""
    green = pdf.make_stream(b"0 1 0 rg 0 0 20 10 re f")
    green.Type, green.Subtype, green.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 20, 10]
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, T="s", F=132,
            Rect=[0, 0, 20, 10], AP=pikepdf.Dictionary(N=green), P=page.obj,
        )
    )  # fmt: skip
    page.Annots = pikepdf.Array([field])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)


def first(path: Path, media: str = "image/x", limits: Limits | None = None) -> Image:
    with open_pages(path, media, limits or Limits()) as pages:
        return pages.sight(1).image()


def test_a_page_that_is_one_picture_comes_out_pixel_for_pixel(tmp_path: Path) -> None:
    one_image_pdf(tmp_path / "a.pdf", pattern(), points=(61 * 0.36, 43 * 0.36))
    with open_pages(tmp_path / "a.pdf", PDF, Limits()) as pages:
        sight = pages.sight(1)
        assert np.array_equal(sight.image(), pattern())
        assert sight.dpi == pytest.approx(200)
        assert sight.aspect == pytest.approx(1)
        assert sight.image() is sight.image()


def test_grey_pictures_stay_grey_and_decode_arrays_count(tmp_path: Path) -> None:
    grey = pattern()[..., 0]
    one_image_pdf(tmp_path / "a.pdf", grey, points=(61 * 0.36, 43 * 0.36), decode=True)
    assert np.array_equal(first(tmp_path / "a.pdf", PDF), grey)


def test_a_turned_pdf_page_comes_out_as_a_viewer_shows_it(tmp_path: Path) -> None:
    one_image_pdf(tmp_path / "a.pdf", pattern(), points=(61 * 0.36, 43 * 0.36), rotate=90)
    assert np.array_equal(first(tmp_path / "a.pdf", PDF), np.rot90(pattern(), -1))


def test_pixels_that_are_not_square_are_delivered_as_they_are(tmp_path: Path) -> None:
    one_image_pdf(tmp_path / "a.pdf", pattern(204, 98), points=(72, 72))
    with open_pages(tmp_path / "a.pdf", PDF, Limits()) as pages:
        sight = pages.sight(1)
        assert sight.image().shape == (98, 204, 3)
        assert sight.dpi == pytest.approx(204)
        assert sight.aspect == pytest.approx(204 / 98)


def test_stamps_of_digital_signatures_are_drawn_over_the_picture(tmp_path: Path) -> None:
    white = np.full((100, 200), 255, np.uint8)
    one_image_pdf(tmp_path / "a.pdf", white, points=(40, 20), widget=True)
    image = first(tmp_path / "a.pdf", PDF)
    assert image.shape == (100, 200, 3)
    assert image[75, 50].tolist() == [0, 255, 0]
    assert image[25, 150].tolist() == [255, 255, 255]
    assert render_page(tmp_path / "a.pdf", PDF, 1, 72)[15, 10].tolist() == [0, 255, 0]


def born_digital(path: Path, lines: tuple[str, ...] = LETTER) -> None:
    pdf = FPDF(unit="pt", format="A4")
    pdf.add_font("tinos", fname=faces.path("tinos"))
    pdf.add_page()
    pdf.set_font("tinos", size=14)
    for i, line in enumerate(lines):
        pdf.text(72, 100 + 24 * i, line)
    pdf.output(str(path))


def test_born_digital_pages_are_rendered_at_300_dpi_with_their_words(tmp_path: Path) -> None:
    born_digital(tmp_path / "a.pdf")
    with open_pages(tmp_path / "a.pdf", PDF, Limits()) as pages:
        sight = pages.sight(1)
        image, layer = sight.image(), sight.layer()
    assert image.shape == (3508, 2480)
    assert [line.text for line in layer] == list(LETTER)
    for word in (word for line in layer for word in line.words):
        x0, y0, x1, y1 = word.box
        assert image[y0:y1, x0:x1].min() < 60
        assert image[max(0, y0 - 3) : y0 - 1, x0:x1].min() > 200 or y1 - y0 < 40


def test_a_huge_page_is_drawn_smaller_within_the_memory_allowed(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(2384, 3370))  # A0
    pdf.save(tmp_path / "a.pdf")
    image = first(tmp_path / "a.pdf", PDF, Limits(page_memory_mb=48))
    assert 1_900_000 < image.size <= 2_000_000


def test_a_picture_beyond_the_limit_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Pil.fromarray(pattern()).save(tmp_path / "a.png")
    with pytest.raises(PageMemory, match=r"limits\.page_pixels"):
        first(tmp_path / "a.png", limits=Limits(page_pixels=1000))


def test_large_jpegs_are_decoded_smaller_and_their_resolution_follows(tmp_path: Path) -> None:
    Pil.new("RGB", (2000, 1000), "white").save(tmp_path / "a.jpg", dpi=(400, 400))
    with open_pages(tmp_path / "a.jpg", "image/jpeg", Limits(page_memory_mb=12)) as pages:
        sight = pages.sight(1)
        height, width = sight.image().shape[:2]
        assert width * height <= 500_000
        assert sight.dpi == pytest.approx(400 * width / 2000)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.png", {}), ("a.bmp", {}), ("a.tif", {}), ("b.tif", {"compression": "tiff_lzw"}),
        ("a.webp", {"lossless": True}), ("a.jp2", {"irreversible": False}),
        ("c.tif", {"compression": "tiff_adobe_deflate"}),
    ],
)  # fmt: skip
def test_lossless_formats_give_the_very_pixels(tmp_path: Path, name: str, options: dict[str, object]) -> None:
    Pil.fromarray(pattern()).save(tmp_path / name, **options)
    assert np.array_equal(first(tmp_path / name), pattern())


def test_heic_photos_are_read(tmp_path: Path) -> None:
    pillow_heif.register_heif_opener()
    Pil.new("RGB", (64, 48), (200, 30, 30)).save(tmp_path / "a.heic")
    image = first(tmp_path / "a.heic")
    assert image.shape == (48, 64, 3)
    assert abs(image.astype(int) - [200, 30, 30]).max() < 12


def test_fax_tiffs_with_many_pages_are_taken_page_by_page(tmp_path: Path) -> None:
    frames = [Pil.new("1", (40, 30), 1) for _ in range(3)]
    frames[2].putpixel((5, 7), 0)
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:], compression="group4", dpi=(204, 98))
    with open_pages(tmp_path / "a.tif", "image/tiff", Limits()) as pages:
        sight = pages.sight(3)
        image = sight.image()
        assert image.shape == (30, 40)
        assert image[7, 5] == 0
        assert np.count_nonzero(image == 255) == 40 * 30 - 1
        assert sight.aspect == pytest.approx(204 / 98)
        assert pages.sight(1).image().min() == 255


def test_sixteen_bits_keep_their_order(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 64 * 8).reshape(8, 64).astype(np.uint16)
    Pil.fromarray(ramp).save(tmp_path / "a.tif")
    assert np.abs(first(tmp_path / "a.tif") - ramp / 257).max() <= 1


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    Pil.new("CMYK", (20, 10), (0, 255, 255, 0)).save(tmp_path / "a.tif")
    red = first(tmp_path / "a.tif")[5, 5].tolist()
    assert red[0] > 200
    assert max(red[1:]) < 60


def test_transparency_lies_on_white_paper(tmp_path: Path) -> None:
    picture = Pil.new("RGBA", (20, 10), (0, 0, 0, 0))
    picture.putpixel((3, 4), (0, 0, 0, 255))
    picture.save(tmp_path / "a.png")
    image = first(tmp_path / "a.png")
    assert image[4, 3] == 0
    assert image[0, 0] == 255


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_exif_turns_the_photo_and_its_resolution(tmp_path: Path, orientation: int) -> None:
    exif = Pil.Exif()
    exif[0x0112] = orientation
    Pil.fromarray(pattern()).save(tmp_path / "a.png", exif=exif, dpi=(300, 150))
    with open_pages(tmp_path / "a.png", "image/png", Limits()) as pages:
        sight = pages.sight(1)
        turns = {3: 2, 6: -1, 8: 1}[orientation]
        assert np.array_equal(sight.image(), np.rot90(pattern(), turns))
        assert sight.dpi == pytest.approx(300 if orientation == 3 else 150, rel=0.01)


def test_cameras_that_say_72_dpi_are_not_believed(tmp_path: Path) -> None:
    Pil.new("L", (3000, 2000), 255).save(tmp_path / "a.jpg", dpi=(72, 72))
    with open_pages(tmp_path / "a.jpg", "image/jpeg", Limits()) as pages:
        assert pages.sight(1).dpi is None


def test_a_cut_off_image_gives_what_there_is_and_says_so(tmp_path: Path) -> None:
    data = io.BytesIO()
    Pil.fromarray(sheet(LETTER)).save(data, "JPEG")
    (tmp_path / "a.jpg").write_bytes(data.getvalue()[: len(data.getvalue()) // 2])
    with open_pages(tmp_path / "a.jpg", "image/jpeg", Limits()) as pages:
        sight = pages.sight(1)
        assert sight.image()[:500].min() < 60
        assert [problem.code for problem in sight.problems] == ["truncated"]


@pytest.mark.parametrize("media", [PDF, "image/png"])
def test_what_is_no_image_fails_with_a_clear_message(tmp_path: Path, media: str) -> None:
    (tmp_path / "a").write_bytes(b"not a picture at all" * 20)
    with pytest.raises(PageFailed, match=r"can't be drawn|no known format"):
        first(tmp_path / "a", media)


def test_a_run_of_images_has_one_page_a_file(tmp_path: Path) -> None:
    parts = tuple(tmp_path / f"{i}.png" for i in (1, 2))
    for i, part in enumerate(parts):
        Pil.new("L", (10 + i, 10), 255).save(part)
    with open_pages(tmp_path, "multipart/x-image-run", Limits(), parts) as pages:
        assert [pages.sight(i).image().shape for i in (1, 2)] == [(10, 10), (10, 11)]


def test_previews_are_small_jpegs_in_the_right_colours() -> None:
    red = np.zeros((400, 200, 3), np.uint8)
    red[..., 0] = 220
    with Pil.open(io.BytesIO(preview(red, 100, 80))) as small:
        assert small.format == "JPEG"
        assert small.size == (50, 100)
        pixel = small.convert("RGB").getpixel((25, 50))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert max(pixel[1:]) < 30
