"""Single traits of a page: bilevel, its paper, hash, seals, rulings, codes."""

from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp

from digitizer.contracts import Image
from digitizer.model import Box, Code
from digitizer.ocr import filters, glance

_BARCODES = zxingcpp.barcode_formats_from_str("Code128,Code39,DataMatrix")
_SMALLEST_CODE = 40  # pixels
_QR = zxingcpp.barcode_formats_from_str("QRCode")


def is_bilevel(image: Image) -> bool:
    """Black and white only (a coloured stamp drawn over a 1-bit page does not count)."""
    sample = image[::3, ::3]
    extremes = np.count_nonzero((sample == 0) | (sample == 255))
    return bool(extremes > 0.985 * sample.size)


def paper(width: int, height: int, dpi: float | None, aspect: float) -> tuple[float, float] | None:
    """(width, height) of the sheet in mm, one decimal; None when the dpi is unknown."""
    if not dpi:
        return None
    return round(width / dpi * 25.4, 1), round(height / (dpi / aspect) * 25.4, 1)


def perceptual_hash(grey: Image) -> str:
    """64 bits as 16 hex digits: signs of the lowest frequencies, so that two scans of one sheet differ in few."""
    tiny = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = np.asarray(cv2.dct(tiny))[:8, :8].reshape(-1)
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def colours(small: Image) -> tuple[tuple[Box, ...], float]:
    """(boxes of red seals in pixels of `small`, share of coloured pixels)."""
    if small.ndim == 2:
        return (), 0.0
    tiny = cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    red, green, blue = cv2.split(tiny)
    others = cv2.max(green, blue)
    spread = cv2.subtract(cv2.max(red, others), cv2.min(red, cv2.min(green, blue)))
    coloured = float(np.count_nonzero(spread > 48)) / spread.size
    light = float(np.percentile(tiny[::4, ::4], 90)) / 255
    red = np.asarray(cv2.subtract(red, others) > 40 * light, dtype=np.uint8)  # on a dim photograph all levels are lower
    if np.count_nonzero(red) < 100:
        return (), coloured
    closed = cv2.morphologyEx(red, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11)))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    boxes = [_doubled(part) for part in stats[1:].tolist() if _seal_like(part, red.shape)]
    return tuple(box for box in boxes if not any(_inside(box, other) for other in boxes)), coloured


def _inside(box: Box, other: Box) -> bool:
    """True for the inner ring of a seal."""
    return box != other and box[0] >= other[0] and box[1] >= other[1] and box[2] <= other[2] and box[3] <= other[3]


def _seal_like(part: list[int], shape: tuple[int, ...]) -> bool:
    """About as wide as high, and between 20 and 55 mm on A4 (seals of offices are 36 mm, TT 07/2010/TT-BCA)."""
    _, _, wide, high, area = part
    side = max(shape) / 297  # pixels a mm, for A4
    return 18 * side < wide < 60 * side and 0.6 < wide / high < 1.67 and area > 0.08 * wide * high


def _doubled(part: list[int]) -> Box:
    x, y, wide, high, _ = part
    return (2 * x, 2 * y, 2 * (x + wide), 2 * (y + high))


def find_rulings(mask: glance.Mask) -> tuple[Box, ...]:
    """Straight lines longer than an eighth of the sheet, in pixels of the mask."""
    found: list[Box] = []
    length = max(mask.shape) // 8
    for shape in ((length, 1), (1, length)):
        lines = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8))
        lines = cv2.dilate(lines, np.ones((5, 5), np.uint8))
        for outline in cv2.findContours(lines, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            x, y, wide, high = cv2.boundingRect(outline)
            found.append((x, y, x + wide, y + high))
    return tuple(found)


def find_codes(image: Image, small: Image, across: float, down: float) -> tuple[Code, ...]:
    """QR codes (searched at full size: those of identity cards are fine-grained) and barcodes, in delivered pixels."""
    found = list(zxingcpp.read_barcodes(small, formats=_BARCODES, try_invert=False))
    codes = [_code(one, across, down) for one in found]
    return (*codes, *_squares(filters.grey(image)))


def _squares(grey: Image) -> Iterator[Code]:
    """QR codes; one whose corners were seen but whose modules were not is cut out and tried again, crisper."""
    for one in zxingcpp.read_barcodes(grey, formats=_QR, try_invert=False, return_errors=True):
        if one.valid:
            yield _code(one, 1.0, 1.0)
            continue
        box = _box(one, 1.0, 1.0)
        pad = 12 + max(box[2] - box[0], box[3] - box[1]) // 4
        left, top = max(0, box[0] - pad), max(0, box[1] - pad)
        again = _crisper(grey[top : box[3] + pad, left : box[2] + pad])
        if again is not None:
            yield Code(type="qr", value=again, box=box)


def _crisper(cut: Image) -> str | None:
    """What the code says once the blur is taken out, larger where that is not enough (measured: `bench.codes`)."""
    if min(cut.shape) < _SMALLEST_CODE:
        return None
    for factor in (1, 2, 3):
        large = cv2.resize(cut, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        crisp = cv2.addWeighted(large, 2.5, cv2.GaussianBlur(large, (0, 0), factor * 1.3), -1.5, 0)
        for found in zxingcpp.read_barcodes(np.ascontiguousarray(crisp), formats=_QR, try_invert=False):
            return str(found.text)
    return None


def _code(one: zxingcpp.Barcode, across: float, down: float) -> Code:
    square = one.format == zxingcpp.BarcodeFormat.QRCode
    return Code(type="qr" if square else "barcode", value=one.text, box=_box(one, across, down))


def _box(one: zxingcpp.Barcode, across: float, down: float) -> Box:
    corners = (one.position.top_left, one.position.top_right, one.position.bottom_right, one.position.bottom_left)
    xs, ys = [corner.x / across for corner in corners], [corner.y / down for corner in corners]
    return (round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys)))
