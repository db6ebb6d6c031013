"""The searchable PDF: conforms, looks as its source, keeps its bytes, and has its words where they stand."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from digitizer.model import Level, Line, Page, Word
from digitizer.store import book
from digitizer.store.searchable import About, Leaf, Written, write
from tests.unit.searchable_cases import TEXT, Cases, page, render
from tests.verapdf import verdicts

ABOUT = About(
    title="Quyết định số 12/QĐ-UBND <thử> & duyệt",
    created="2026-11-23T10:00:00+07:00",
    issuer="UBND xã Bình Thử",
    subject="Về việc cấp phép",
    identifier="d01",
    kind="quyet_dinh",
    keywords=("cấp phép", "đất đai"),
    sources=("ab" * 32,),
    software="Digitizer 0.1",
)
SIGNED = About(title="Công văn", created=ABOUT.created, subject="Về việc thử", signed_original=True)
SENTENCE = [word for line in TEXT for word in line]


class Made:
    """Every case written, with the verdicts of one run of veraPDF."""

    def __init__(self, folder: Path) -> None:
        font = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
        assert font is not None, "install fonts-dejavu-core (make test does)"
        self.cases = Cases(folder, font).all()
        self.files: dict[str, Path] = {}
        self.written: dict[str, Written] = {}
        for name, case in self.cases.items():
            self.files[name] = folder / f"{name}.out.pdf"
            self.written[name] = write([case.leaf], ABOUT, self.files[name], render)
        self.files["all"] = folder / "all.out.pdf"
        self.written["all"] = write([case.leaf for case in self.cases.values()], ABOUT, self.files["all"], render)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(book, "_HELD_BYTES", 1)
            self.files["parts"] = folder / "parts.out.pdf"
            write([case.leaf for case in self.cases.values()], ABOUT, self.files["parts"], render)
        self.files["signed"] = folder / "signed.pdf"
        write([self.cases["pdf-widget"].leaf], SIGNED, self.files["signed"], render)
        self.files["odd"] = folder / "odd.pdf"
        write([odd_leaf(folder / "odd.png")], ABOUT, self.files["odd"], render)
        self.verdicts = verdicts(list(self.files.values()))


def odd_leaf(picture: Path) -> Leaf:
    """Flat boxes, no text, control characters, signs beyond the basic plane, decomposed marks, a box off the page."""
    Image.new("L", (200, 200), 255).save(picture)
    texts = ["Nguye\u0302\u0303n", "", "\x07", "𠀀", "a\ud800b", "ok"]
    odd = [
        Word(text=text, read=text, box=(9 + 60 * index, 5, 9, 5), quad=(float("nan"),) * 8, confidence=0)
        for index, text in enumerate(texts)
    ]
    quad = (-50, 900, 400, 900, 400, 990, -50, 990)
    off = Word(text="xa", read="xa", box=(-50, 900, 400, 990), quad=quad, confidence=1)
    lines = (
        Line(words=tuple(odd), box=(0, 0, 1, 1)),
        Line(words=(off,), box=off.box),
        Line(words=(), box=(0, 0, 0, 0)),
    )
    return Leaf(page=Page(number=1, width=200, height=200, lines=lines), path=picture, media="image/png")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("searchable"))


SHOWN = [
    *(
        f"jpeg{sort}"
        for sort in ("", "-grey", "-exif-turned", "-exif-mirrored", "-cmyk", "-profile", "-no-dpi", "-cut")
    ),
    *(f"jpeg-{sort}" for sort in ("turned-90", "turned-180", "turned-270", "skewed", "tiff")),
    *(f"g4-{sort}" for sort in ("one-strip", "many-strips", "fax-dpi")),
    *(f"png{sort}" for sort in ("", "-alpha", "-palette", "-16", "-1")),
    *(f"pdf-{sort}" for sort in ("jpeg", "widget", "rotate", "old-layer", "form", "stencil", "cmyk", "lzw", "inline")),
    *("pdf-born-digital", "lzw-tiff-turned", "cmyk-tiff", "webp", "bmp"),
]
NAMES = [*SHOWN, "png-damaged", "not-an-image", "not-opened", "not-a-pdf"]


def test_every_case_is_tested(made: Made) -> None:
    assert set(NAMES) == set(made.cases)


@pytest.mark.parametrize("name", [*NAMES, "all", "parts", "signed", "odd"])
def test_verapdf_passes(made: Made, name: str) -> None:
    assert made.verdicts[made.files[name].name] == "PASS"


@pytest.mark.parametrize("name", SHOWN)
def test_page_looks_as_its_source(made: Made, name: str) -> None:
    case = made.cases[name]
    like = case.like.rotate(-case.page.turned, expand=True).convert("RGB")
    with pdfium.PdfDocument(str(made.files[name])) as document:
        seen = document[0].render(scale=like.width / document[0].get_size()[0]).to_pil().convert("RGB")
    assert abs(seen.width - like.width) <= 1
    assert seen.height / seen.width == pytest.approx(like.height / like.width, rel=0.01) or case.size_mm is not None
    grid = 124, 124
    one, other = (np.asarray(image.resize(grid, Image.Resampling.BOX)).astype(int) for image in (seen, like))
    assert np.abs(one - other).mean() < case.tolerance


@pytest.mark.parametrize("name", NAMES)
def test_image_bytes_are_the_source_s(made: Made, name: str) -> None:
    case = made.cases[name]
    with pikepdf.open(made.files[name]) as pdf:
        streams = [image.read_raw_bytes() for image in pdf.pages[0].Resources.XObject.values()]
    if case.stream is not None:
        assert case.stream in streams
    assert made.written[name].rendered == ((1,) if case.rendered else ())


def test_rows_of_a_png_go_in_as_they_are(made: Made) -> None:
    source = made.cases["png"].path.read_bytes()
    with pikepdf.open(made.files["png"]) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        coded = image.read_raw_bytes()
    assert coded[:1000] in source


def test_joined_strips_of_a_jpeg_tiff_decode_to_the_same_pixels(made: Made) -> None:
    with Image.open(made.cases["jpeg-tiff"].path) as tiff:
        assert len(tiff.tag_v2[273]) > 1
        source = np.asarray(tiff.convert("RGB")).astype(int)
    with pikepdf.open(made.files["jpeg-tiff"]) as pdf:
        (image,) = pdf.pages[0].Resources.XObject.values()
        assert image.Filter == "/DCTDecode"
        seen = np.asarray(pikepdf.PdfImage(image).as_pil_image().convert("RGB")).astype(int)
    assert np.abs(seen - source).max() <= 3


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("not-")])
def test_words_come_out_in_order_and_in_nfc(made: Made, name: str) -> None:
    with pdfium.PdfDocument(str(made.files[name])) as document:
        read = document[0].get_textpage().get_text_range()
    assert read.split() == SENTENCE
    said = subprocess.run(["pdftotext", made.files[name], "-"], check=True, capture_output=True, text=True).stdout
    assert said.split() == SENTENCE


def test_lines_copy_as_lines_with_spaces(made: Made) -> None:
    with pdfium.PdfDocument(str(made.files["pdf-jpeg"])) as document:
        lines = document[0].get_textpage().get_text_range().splitlines()
    assert [line.strip() for line in lines] == [" ".join(line) for line in TEXT]


def shown_box(word: Word, of: Page) -> np.ndarray:
    """The word's upright box in pixels of the page as shown, after our turn."""
    points = np.array(word.quad).reshape(4, 2)
    x, y = points[:, 0], points[:, 1]
    x, y = {
        0: (x, y),
        90: (of.height - y, x),
        180: (of.width - x, of.height - y),
        270: (y, of.width - x),
    }[of.turned]
    return np.array([x.min(), y.min(), x.max(), y.max()])


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("not-")])
def test_boxes_lie_on_the_words(made: Made, name: str) -> None:
    case = made.cases[name]
    command = ["pdftotext", "-bbox", made.files[name], "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with pdfium.PdfDocument(str(made.files[name])) as document:
        across, down = document[0].get_size()
    wide, high = (case.page.width, case.page.height)[:: -1 if case.page.turned % 180 else 1]
    scale = np.array([wide / across, high / down] * 2)
    boxes = re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)"', said)
    found = [np.array(box, float) * scale for box in boxes]
    wanted = [shown_box(word, case.page) for line in case.page.lines for word in line.words]
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert np.abs(one - other).max() <= 4


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("slant", [-0.07, 0.0, 0.05])
def test_words_are_found_where_they_stand_however_the_page_lies(tmp_path: Path, degrees: int, slant: float) -> None:
    """What PDFium selects around the middle of each word's quad is that word: dragging over it copies it."""
    upright = degrees % 180 == 0
    size = (620, 877) if upright else (877, 620)
    Image.new("L", size, 255).save(tmp_path / "a.png")
    leaf = Leaf(page=page(*size, turned=degrees, slant=slant), path=tmp_path / "a.png", media="image/png")
    write([leaf], ABOUT, tmp_path / "out.pdf", render)
    with pdfium.PdfDocument(str(tmp_path / "out.pdf")) as document:
        text = document[0].get_textpage()
        assert text.get_text_range().split() == SENTENCE
        for word in (word for line in leaf.page.lines for word in line.words):
            middle = np.array(word.quad).reshape(4, 2).mean(axis=0)
            x, y = middle[0] * 72 / 75, (size[1] - middle[1]) * 72 / 75
            half = 0.3 * len(word.text) * 13 * 72 / 75
            along = half * np.array([1, 0]) if upright else half * np.array([0, 1])
            left, right = sorted((x - along[0], x + along[0]))
            bottom, top = sorted((y - along[1], y + along[1]))
            selected = (
                text.get_text_bounded(left, bottom - 1, right, top + 1)
                if upright
                else text.get_text_bounded(left - 1, bottom, right + 1, top)
            )
            assert selected.strip()
            assert selected.strip() in word.text


RAGGED = [
    "các",
    "hộ",
    "dân",
    "ở",
    "xã",
    "Đặng",
    "Ngữ",
    "-",
    "nay",
    "là",
    "phường",
    "Quyết",
    "Thắng",
    "được",
    "cấp",
    "giấy",
]


@pytest.mark.parametrize("slant", [0.0, 0.04])
def test_ragged_boxes_still_copy_as_whole_lines(tmp_path: Path, slant: float) -> None:
    """Words as an engine boxes them: low, high or deep, some touching, on slanted lines too."""
    Image.new("L", (1240, 800), 255).save(tmp_path / "a.png")
    lines = []
    for row in range(3):
        x, found = 100.0, []
        for index, text in enumerate(RAGGED):
            wide, y = 16.0 * len(text), 200 + 60 * row + slant * x
            top, bottom = y - 4 * (index % 3), y + 22 + 7 * (index % 2)
            quad = (x, top, x + wide, top + slant * wide, x + wide, bottom + slant * wide, x, bottom)
            box = (int(x), int(top), int(x + wide), int(bottom))
            found.append(Word(text=text, read=text, box=box, quad=quad, confidence=1))
            x += wide + (1 if index == 4 else 9)
        lines.append(Line(words=tuple(found), box=(100, 200, int(x), 240)))
    leaf = Leaf(
        page=Page(number=1, width=1240, height=800, lines=tuple(lines)), path=tmp_path / "a.png", media="image/png"
    )
    write([leaf], ABOUT, tmp_path / "out.pdf", render)
    with pdfium.PdfDocument(str(tmp_path / "out.pdf")) as document:
        read = document[0].get_textpage().get_text_range()
    assert [line.split() for line in read.splitlines()] == [RAGGED] * 3
    # By default poppler orders words by height, which a slanted page defeats; `-raw` keeps the order of the file.
    command = ["pdftotext", *(["-raw"] if slant else []), tmp_path / "out.pdf", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert [line.split() for line in said.splitlines() if line.strip("\f")] == [RAGGED] * 3


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("not-")])
def test_a_page_that_cannot_be_shown_says_so(made: Made, name: str) -> None:
    (problem,) = made.written[name].problems
    assert (problem.code, problem.level, problem.page) == ("page-not-shown", Level.BLOCKING, 7)
    with pdfium.PdfDocument(str(made.files[name])) as document:
        assert (document[0].render().to_numpy() < 128).any()


@pytest.mark.parametrize("name", [*NAMES, "all"])
def test_size_stays_within_the_bar(made: Made, name: str) -> None:
    written = made.written[name]
    assert written.size == made.files[name].stat().st_size
    assert written.size <= 1.1 * written.image_bytes + 12_000 * written.pages + 30_000


@pytest.mark.parametrize("name", NAMES)
def test_scale_is_a_hundred_percent(made: Made, name: str) -> None:
    size = made.cases[name].size_mm
    with pdfium.PdfDocument(str(made.files[name])) as document:
        millimetres = [side / 72 * 25.4 for side in document[0].get_size()]
    if size is None:
        assert min(millimetres) > 1
    else:
        assert millimetres == pytest.approx(size, abs=1)


def test_a_book_bound_from_parts_on_disk_is_the_same_book(made: Made) -> None:
    with (
        pdfium.PdfDocument(str(made.files["all"])) as whole,
        pdfium.PdfDocument(str(made.files["parts"])) as parts,
    ):
        assert len(whole) == len(parts) == len(made.cases)
        for one, other in zip(whole, parts, strict=True):
            assert one.get_textpage().get_text_bounded() == other.get_textpage().get_text_bounded()
            assert (one.render().to_numpy() == other.render().to_numpy()).all()


def test_same_input_gives_same_bytes(made: Made, tmp_path: Path) -> None:
    for name in ("pdf-widget", "png-16", "g4-many-strips"):
        write([made.cases[name].leaf], ABOUT, tmp_path / "again.pdf", render)
        assert (tmp_path / "again.pdf").read_bytes() == made.files[name].read_bytes()


def test_metadata_agree_in_xmp_and_info(made: Made) -> None:
    with pikepdf.open(made.files["jpeg"]) as pdf:
        with pdf.open_metadata(update_docinfo=False) as xmp:
            assert xmp["dc:title"] == str(pdf.docinfo["/Title"]) == ABOUT.title
            assert xmp["dc:creator"] == [str(pdf.docinfo["/Author"])] == [ABOUT.issuer]
            assert xmp["dc:identifier"] == "d01"
            assert xmp["pdfaid:part"] == "2"
            assert xmp["xmp:CreateDate"] == ABOUT.created
            assert "ab" * 32 in xmp["dc:source"]
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261123100000+07'00'"
        assert not pdf.is_encrypted
        assert pdf.pdf_version == "1.7"


def test_copy_of_a_signed_original_says_that_it_is_for_reading(made: Made) -> None:
    with pikepdf.open(made.files["signed"]) as pdf:
        assert "chữ ký chỉ có giá trị trên tệp gốc" in str(pdf.docinfo["/Subject"])
        assert "valid on the original file only" in pdf.Root.Metadata.read_bytes().decode()
        assert "/AcroForm" not in pdf.Root


def test_odd_words_do_no_harm(made: Made) -> None:
    with pdfium.PdfDocument(str(made.files["odd"])) as document:
        read = document[0].get_textpage().get_text_range()
    assert "Nguyễn" in read
    assert "ab" in read


def test_a_large_page_is_rendered_at_fewer_dpi(tmp_path: Path) -> None:
    asked = []

    def drawn(path: Path, media: str, number: int, dpi: int) -> np.ndarray:
        asked.append(dpi)
        return render(path, media, number, 10)

    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(2384, 3370))
        pdf.pages[0].Contents = pikepdf.Stream(pdf, b"0 0 100 100 re f")
        pdf.save(tmp_path / "a0.pdf")
    written = write(
        [Leaf(page=page(), path=tmp_path / "a0.pdf", media="application/pdf")], ABOUT, tmp_path / "out.pdf", drawn
    )
    assert written.rendered == (1,)
    assert asked[0] < 300
    assert asked[0] ** 2 * 2384 * 3370 / 72**2 <= 40_000_000


def test_a_document_needs_a_page(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="page"):
        write([], ABOUT, tmp_path / "out.pdf", render)
