"""Cheap files to take in, with what must become of them: tiny typed pages, whose reading is recorded once.

A picture's pixels are drawn a few times only; files differ by a number in their metadata, so that each has its own
SHA-256 and costs nothing to make.
"""

import hashlib
import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from digitizer import settings
from digitizer.contracts import Hint
from digitizer.contracts import Image as Pixels
from digitizer.model import Line, Page
from digitizer.ocr.engines import replay
from digitizer.ocr.language import open_language
from digitizer.ocr.recognise import steps
from digitizer.ocr.render import open_pages
from digitizer.pipeline import through_steps
from tests import typed

_WIDTH, _HEIGHT, _DPI = 413, 585, 50
_IMAGE_DESCRIPTION = 270


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Files that are one offer: their paths below the intake folder with their bytes, and what they must become.

    `pages`: of each scan; () for what must be refused.
    """

    files: tuple[tuple[str, bytes], ...]
    pages: tuple[int, ...]

    @property
    def sha256(self) -> str:
        """Of the file, or of the list of the hashes of a run's files."""
        hashes = [hashlib.sha256(data).hexdigest() for _, data in self.files]
        return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()


class Mill:
    """Makes deliveries; what its pages read as lies in `folder`, for the replay engine."""

    def __init__(self, folder: Path, pictures: int = 6) -> None:
        """Draw the pictures and record how each reads, alone, in a PDF and in a TIFF."""
        self.folder = folder
        self._pictures = [_Picture(17 + number) for number in range(pictures)]
        self._made = 0
        folder.mkdir(parents=True, exist_ok=True)
        options = settings.load(home=folder / "home")
        language = open_language()
        for picture in self._pictures:
            seen = steps(_Recorder(folder, picture), options, language.correct, language.ngrams)
            for media, data in (("image/png", _png), ("application/pdf", _pdf), ("image/tiff", _tiff)):
                file = folder / "page"
                file.write_bytes(data([picture.image.copy()], "0"))
                with open_pages(file, media, options.limits) as found:
                    page = through_steps(seen, Page(number=1), found.sight(1))
                assert sorted(line.text for line in page.lines) == sorted(picture.lines), f"{media} is read otherwise"
                file.unlink()

    def deliveries(self, number: int, chance: random.Random, long: int = 12) -> Iterator[Delivery]:
        """So many, mixed as offices mix them: dossiers in folders, loose files, runs, ZIPs, long scans, broken ones."""
        for place in range(number):
            folder = f"hồ sơ {place // 6}/" if place % 6 < 5 else ""
            kind = chance.choices(("png", "pdf", "tiff", "run", "zip", "long", "broken"), (46, 20, 12, 6, 6, 5, 5))[0]
            yield self._delivery(kind, folder, chance, long)

    def pages(self, number: int, kind: str = "pdf") -> bytes:
        """One file of so many pages."""
        self._made += 1
        make = {"pdf": _pdf, "tiff": _tiff, "png": _png}[kind]
        # Copies: Pillow leaves settings of one format's encoder on an image, at which the next one's stumbles.
        images = [self._pictures[(self._made + at) % len(self._pictures)].image.copy() for at in range(number)]
        return make(images, str(self._made))

    def _delivery(self, kind: str, folder: str, chance: random.Random, long: int) -> Delivery:
        name = f"{folder}đơn {_letters(self._made)}"  # numbers would make them pages of a run
        if kind == "broken":
            self._made += 1
            return Delivery(files=((f"{name} hỏng.pdf", f"%PDF-1.7\nno more {self._made}".encode()),), pages=())
        if kind == "run":
            count = chance.randint(2, 3)
            run = [(f"{name} tập/{at:03d}.png", self.pages(1, "png")) for at in range(1, count + 1)]
            return Delivery(files=tuple(run), pages=(count,))
        if kind == "zip":
            counts = tuple(chance.randint(1, 2) for _ in range(2))
            members = [(f"giấy {letter}.pdf", self.pages(count)) for letter, count in zip("ab", counts, strict=True)]
            return Delivery(files=((f"{name}.zip", _zip(members)),), pages=counts)
        count = {"png": 1, "pdf": 1, "tiff": chance.randint(2, 4), "long": long}[kind]
        ending = "pdf" if kind == "long" else kind
        return Delivery(files=((f"{name}.{ending}", self.pages(count, ending)),), pages=(count,))


class _Picture:
    """A decision with a number of its own, as pixels and as an engine reads it."""

    def __init__(self, number: int) -> None:
        page = typed.page(
            *typed.head(f"Số: {number}/QĐ-UBND"),
            typed.middle("QUYẾT ĐỊNH", 620),
            typed.middle(f"Về việc trồng cây xanh trên tuyến đường số {number}", 690),
            *typed.body(2, 800 + 31 * (number % 7)),
        )
        self.lines = [line.text for line in page.lines]
        self.read = page.lines
        self.image = Image.new("L", (_WIDTH, _HEIGHT), 255)
        draw, face = ImageDraw.Draw(self.image), ImageFont.truetype("DejaVuSans.ttf", 6)
        for word in (word for line in page.lines for word in line.words):
            x0, y0, _, _ = _scaled(word.box, _WIDTH / typed.WIDTH)
            draw.text((x0, y0), word.text, font=face, fill=0)


class _Recorder:
    """An engine that knows what stands on the picture, and writes it down for every image that it is asked about."""

    def __init__(self, folder: Path, picture: _Picture) -> None:
        self._folder = folder
        self._picture = picture

    def read(self, image: Pixels, hint: Hint) -> tuple[Line, ...]:
        if hint.boxes:  # nothing is known of parts, as in `replay`
            return tuple(Line(words=(), box=box) for box in hint.boxes)
        scale = image.shape[1] / typed.WIDTH
        lines = tuple(_line(line, scale) for line in self._picture.read) if hint.layout != "line" else ()
        replay.record(self._folder, image, lines)
        return lines


def _letters(number: int) -> str:
    """A number in letters, `aaaa` the first."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(3, -1, -1))


def _line(line: Line, scale: float) -> Line:
    words = []
    for word in line.words:
        x0, y0, x1, y1 = box = _scaled(word.box, scale)
        words.append(replace(word, box=box, quad=(x0, y0, x1, y0, x1, y1, x0, y1)))
    return replace(line, words=tuple(words), box=_scaled(line.box, scale))


def _scaled(box: Sequence[int], scale: float) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = (round(value * scale) for value in box)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)


def _png(images: Sequence[Image.Image], note: str) -> bytes:
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", note)
    return _saved(lambda out: images[0].save(out, "PNG", dpi=(_DPI, _DPI), pnginfo=about))


def _pdf(images: Sequence[Image.Image], note: str) -> bytes:
    first, *rest = images
    return _saved(
        lambda out: first.save(out, "PDF", resolution=float(_DPI), save_all=True, append_images=rest, title=note)
    )


def _tiff(images: Sequence[Image.Image], note: str) -> bytes:
    first, *rest = images
    tags = {_IMAGE_DESCRIPTION: note}
    return _saved(
        lambda out: first.save(
            out, "TIFF", dpi=(_DPI, _DPI), compression="tiff_lzw", save_all=True, append_images=rest, tiffinfo=tags
        )
    )


def _zip(members: Sequence[tuple[str, bytes]]) -> bytes:
    def save(out: io.BytesIO) -> None:
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in members:
                archive.writestr(name, data)

    return _saved(save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()
