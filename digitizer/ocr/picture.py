"""A page before and after its preparation, side by side, with what was found drawn on it: for people, never for OCR."""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pil
from PIL import ImageDraw, ImageFont

from digitizer.contracts import Image
from digitizer.model import Line, LineRole, Page, Quad, Word
from digitizer.ocr import filters, glance, traits
from digitizer.ocr.regions import as_array, box_quad, move
from digitizer.pipeline import apply

_TALL, _WIDE = 1200, 1100  # pixels that a page may take up
_LEGEND = 430
_GAP = 20
_SIZE = 17
_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
)

Colour = tuple[int, int, int]
_UP: Colour = (0, 150, 60)
_SEAL: Colour = (220, 0, 60)
_CODE: Colour = (170, 0, 200)
_RULING: Colour = (0, 160, 190)
_CELL: Colour = (0, 130, 90)
_ROLES: dict[LineRole, tuple[Colour, str]] = {
    LineRole.BODY: ((40, 90, 230), "Dòng chữ / text lines"),
    LineRole.PAGE_NUMBER: ((130, 130, 130), "Số trang / page number"),
    LineRole.STAMP: ((240, 130, 0), "Dấu đến, dấu chữ / stamps"),
    LineRole.SIGNATURE: ((150, 90, 20), "Chữ ký / signatures"),
    LineRole.HANDWRITING: ((150, 150, 0), "Chữ viết tay / handwriting"),
}


def picture(image: Image, page: Page, aspect: float = 1.0) -> bytes:
    """A PNG: the page as delivered, the image that is read, a legend (Vietnamese first).

    `image`: as delivered; `page`: after `look` and `read`; `aspect`: height of a pixel over its width.
    """
    rulings = _rulings(image, aspect)
    before = _before(image, page, aspect, rulings)
    after = _after(image, page)
    width = before.width + after.width + _LEGEND + 4 * _GAP
    sheet = Pil.new("RGB", (width, max(before.height, after.height, 640) + 2 * _GAP), (225, 228, 232))
    sheet.paste(before, (_GAP, _GAP))
    sheet.paste(after, (before.width + 2 * _GAP, _GAP))
    _write_legend(sheet, before.width + after.width + 3 * _GAP, list(_legend(page, len(rulings))))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _rulings(image: Image, aspect: float) -> list[Quad]:
    """Long straight lines, in delivered pixels."""
    if min(image.shape[:2]) < 24:
        return []
    small, across, down = glance.reduced(filters.grey(image), aspect)
    boxes = traits.find_rulings(glance.find_ink(small).mask)
    return move([box_quad(box) for box in boxes], np.diag([1 / across, 1 / down, 1.0]))


def _before(image: Image, page: Page, aspect: float, rulings: Sequence[Quad]) -> Pil.Image:
    height, width = image.shape[:2]
    scale = min(_TALL / (height * aspect), _WIDE / width)
    shown = _shrunk(image, scale, scale * aspect)
    pen, fit = ImageDraw.Draw(shown), np.diag([scale, scale * aspect, 1.0])
    _outline(pen, move(rulings, fit), _RULING, 1)
    seals = [seal.box for seal in page.seals] or page.looks.seals  # beside a text layer they are seen, not read
    _outline(pen, move([box_quad(box) for box in seals], fit), _SEAL, 4)
    _outline(pen, move([word.quad for seal in page.seals for word in seal.words], fit), _SEAL, 1)
    _outline(pen, move([box_quad(code.box) for code in page.codes], fit), _CODE, 4)
    _outline(pen, move([box_quad(cell.box) for table in page.tables for cell in table.cells], fit), _CELL, 3)
    for line in page.lines:
        _outline(pen, move([_line_quad(line)], fit), _ROLES[line.role][0], 2)
    _outline(pen, move([word.quad for word in _by_hand(page)], fit), _ROLES[LineRole.HANDWRITING][0], 4)
    _arrow(pen, page, fit)
    return shown


def _after(image: Image, page: Page) -> Pil.Image:
    prepared = apply(filters.for_page(page), image)
    height, width = prepared.shape[:2]
    scale = min(_TALL / height, _WIDE / width)
    shown = _shrunk(prepared, scale, scale)
    matrix = np.diag([scale, scale, 1.0]) @ as_array(page.matrix)
    for line in page.lines:
        _outline(ImageDraw.Draw(shown), move([_line_quad(line)], matrix), _ROLES[line.role][0], 1)
    return shown


def _by_hand(page: Page) -> list[Word]:
    return [word for line in page.lines for word in line.words if word.handwritten]


def _shrunk(image: Image, across: float, down: float) -> Pil.Image:
    size = (max(1, round(image.shape[1] * across)), max(1, round(image.shape[0] * down)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if down < 1 else cv2.INTER_LINEAR)
    return Pil.fromarray(small).convert("RGB")


def _line_quad(line: Line) -> Quad:
    """From the first word's left to the last word's right, as the text runs; its box where it has none."""
    if not line.words:
        return box_quad(line.box)
    first, last = line.words[0].quad, line.words[-1].quad
    return (*first[:2], *last[2:6], *first[6:8])


def _outline(pen: ImageDraw.ImageDraw, quads: Sequence[Quad], colour: Colour, width: int) -> None:
    for quad in quads:
        pen.line([*quad, *quad[:2]], fill=colour, width=width)


def _arrow(pen: ImageDraw.ImageDraw, page: Page, fit: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> None:
    """From the middle of the page as delivered to where its top is."""
    matrix = as_array(page.matrix)
    middle = matrix @ np.array([page.width / 2, page.height / 2, 1.0])
    middle /= middle[2]
    reach = 0.12 * filters.prepared_size(page.width, page.height, page.matrix)[1]
    ends = np.array([[0, 0], [0, -reach], [-reach / 6, -reach * 0.75], [reach / 6, -reach * 0.75]]) + middle[:2]
    moved = fit @ np.linalg.inv(matrix) @ np.column_stack([ends, np.ones(4)]).T
    tail, tip, left, right = [(float(x), float(y)) for x, y in (moved[:2] / moved[2]).T]
    pen.line([tail, tip], fill=_UP, width=6)
    pen.line([left, tip, right], fill=_UP, width=6)


def _legend(page: Page, rulings: int) -> Iterator[tuple[Colour | None, str]]:
    """Colour and words, a row each."""
    looks = page.looks
    yield None, f"Trang {page.number} / page {page.number}"
    yield None, f"{page.width} × {page.height} điểm ảnh / pixels, {f'{page.dpi:g}' if page.dpi else '?'} dpi"
    if looks.paper_mm:
        yield None, f"Khổ giấy / paper: {looks.paper_mm[0]:g} × {looks.paper_mm[1]:g} mm"
    yield None, f"Trang trắng / blank: {'CÓ / YES' if page.blank else 'không / no'}"
    yield _UP, f"Phía trên / up; đã xoay / turned: {page.turned}°"
    yield None, f"Nghiêng / skew: {page.skew:+.2f}°"
    tall = f"{looks.text_height:.1f} điểm ảnh / px" if looks.text_height else "không rõ / unknown"
    yield None, f"Cỡ chữ thường / x-height: {tall}"
    yield None, f"Tương phản / contrast: {100 * looks.contrast:.0f} %"
    yield None, "Ảnh đen trắng 1 bit / 1-bit" if looks.bilevel else f"Có màu / coloured: {100 * looks.coloured:.1f} %"
    yield _SEAL, f"Con dấu / seals: {len(page.seals or looks.seals)}"
    for seal in page.seals:
        yield None, f"  {seal.text or '(không đọc được / not readable)'}"
    yield _RULING, f"Đường kẻ / rulings: {rulings}"
    cells = sum(len(table.cells) for table in page.tables)
    yield _CELL, f"Bảng, ô / tables, cells: {len(page.tables)}, {cells}"
    yield _CODE, f"Mã QR, mã vạch / codes: {len(page.codes)}"
    for role, (colour, words) in _ROLES.items():
        count = sum(line.role is role for line in page.lines)
        count += len(_by_hand(page)) if role is LineRole.HANDWRITING else 0
        if count or role is LineRole.BODY:
            yield colour, f"{words}: {count}"
    if page.confidence is not None:
        yield None, f"Độ tin cậy / confidence: {page.confidence:.2f}"
    yield None, "Trái: như khi quét / left: as scanned"
    yield None, "Phải: ảnh để đọc / right: as it is read"


def _write_legend(sheet: Pil.Image, left: int, rows: Sequence[tuple[Colour | None, str]]) -> None:
    pen = ImageDraw.Draw(sheet)
    font, accented = _font()
    for number, (colour, words) in enumerate(rows):
        top = _GAP + number * round(1.7 * _SIZE)
        if colour is not None:
            pen.rectangle([left, top + 2, left + 14, top + _SIZE], fill=colour)
        pen.text((left + 22, top), words if accented else _unaccented(words), fill=(20, 20, 20), font=font)


def _font(places: Sequence[str] = _FONTS) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, bool]:
    """(a font, can it write Vietnamese?): a bare machine has none of Debian's, then Pillow's own must do."""
    for place in places:
        if Path(place).is_file():
            return ImageFont.truetype(place, _SIZE), True
    return ImageFont.load_default(_SIZE), False


def _unaccented(words: str) -> str:
    plain = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D").replace("×", "x"))
    return "".join(char for char in plain if ord(char) < 128 or char == "°")
