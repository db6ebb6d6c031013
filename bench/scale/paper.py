"""Office pages in any number, each with bytes and pixels of its own, so that nothing is stored or read once only."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from tests import papers

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_FILES = ("van-ban-di-2023/02_CV.pdf", "cap-phep-xay-dung-2021/giay-phep.pdf", "khai-sinh-2023/ket-qua.pdf")
_DPI = 200


def distinct() -> list[Image.Image]:
    """The pages of a few samples: grey, 200 dpi."""
    pages = []
    for name in _FILES:
        with pypdfium2.PdfDocument(SAMPLES / name) as pdf:
            pages += [page.render(scale=_DPI / 72).to_pil().convert("L") for page in pdf]
    return pages


def report(folder: Path, dense: int = 6) -> list[bytes]:
    """A report as a scanner packs it: its first page, and after it pages full of text (about 450 words each)."""
    line = "Ủy ban nhân dân xã tiếp tục chỉ đạo các thôn, các đơn vị sự nghiệp rà soát số liệu của năm"
    full = ["\n".join(f"{at}.{row} {line} {2000 + row}" for row in range(1, 30)) for at in range(1, dense + 1)]
    path = papers.pdf(folder / "report.pdf", papers.HEAD + "\nBÁO CÁO\nKết quả công tác năm 2023\n" + line, *full)
    with pypdfium2.PdfDocument(path) as pdf:
        return [_jpeg(page.render(scale=_DPI / 72).to_pil().convert("L")) for page in pdf]


def jpegs(number: int) -> Iterator[bytes]:
    """So many pages; a small number at the edge makes each another one."""
    pages = distinct()
    face = ImageFont.truetype("DejaVuSans.ttf", 14)
    for at in range(number):
        page = pages[at % len(pages)].copy()
        ImageDraw.Draw(page).text((20, page.height - 30), f"{at:06d}", font=face, fill=120)
        yield _jpeg(page)


def _jpeg(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=75, dpi=(_DPI, _DPI))
    return out.getvalue()


def pdf(path: Path, pages: Iterator[bytes] | list[bytes]) -> Path:
    """A scanned PDF: each page one JPEG, as it is."""
    with pikepdf.Pdf.new() as book:
        for data in pages:
            with Image.open(io.BytesIO(data)) as image:
                wide, high = image.size
            picture = pikepdf.Stream(book, data)
            picture.stream_dict = pikepdf.Dictionary(
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=wide,
                Height=high,
                ColorSpace=pikepdf.Name.DeviceGray,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
            width, height = wide * 72 / _DPI, high * 72 / _DPI
            page = book.add_blank_page(page_size=(width, height))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=book.make_indirect(picture)))
            page.Contents = book.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do Q".encode())
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
    return path
