"""Which lines are no body text: page numbers, and stamps that say so themselves."""

import re
from dataclasses import replace

import numpy as np

from digitizer.model import Line, LineRole, Page
from digitizer.ocr.regions import as_array

_NUMBER = re.compile(r"[-–—.\s]*(?:(?:trang|tr\.?)\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–—.\s]*", re.IGNORECASE)
# What the stamps of digital signatures say (NĐ 30/2020 leaves the wording to the software), each on a line of its own.
_SIGNED = re.compile(r"(?:người ký|ký bởi|email|cơ quan|tổ chức|thời gian ký|ngày ký)\s*:", re.IGNORECASE)
_RECEIVED = re.compile(r"^(?:công văn\s+)?đến\b|^(?:giờ|số đến|ngày đến)\s*[:.…]|^chuyển\s*:\s*[.…]", re.IGNORECASE)
_URGENT = re.compile(r"(?:ho[ảả]\s*tốc|hỏa\s*tốc|thượng\s*khẩn|khẩn|mật|tối\s*mật|tuyệt\s*mật)", re.IGNORECASE)
_EDGE = 0.10  # share of the page's height in which a page number stands, above or below (NĐ 30/2020: in the top margin)


def with_roles(lines: tuple[Line, ...], page: Page) -> tuple[Line, ...]:
    """The lines, each with its role, as they stand on the upright page."""
    if not lines:
        return lines
    tops, lefts = _places(lines, page)
    return tuple(
        replace(line, role=_role(line, top, left)) for line, top, left in zip(lines, tops, lefts, strict=True)
    )


def _places(lines: tuple[Line, ...], page: Page) -> tuple[list[float], list[float]]:
    """Middles of the lines on the upright page: shares of its height and of its width."""
    matrix = as_array(page.matrix)
    corners = matrix @ np.array(
        [[0, page.width, page.width, 0], [0, 0, page.height, page.height], [1, 1, 1, 1]], dtype=np.float64
    )
    middles = np.array([[(b[0] + b[2]) / 2, (b[1] + b[3]) / 2, 1.0] for b in (line.box for line in lines)]).T
    moved = matrix @ middles
    low, span = corners[:2].min(axis=1), np.ptp(corners[:2], axis=1)
    return ((moved[1] - low[1]) / span[1]).tolist(), ((moved[0] - low[0]) / span[0]).tolist()


def _role(line: Line, top: float, left: float) -> LineRole:
    text = line.text.strip()
    if (top < _EDGE or top > 1 - _EDGE) and _NUMBER.fullmatch(text) and (0.35 < left < 0.65 or left > 0.8):
        return LineRole.PAGE_NUMBER
    if top < 0.15 and _SIGNED.match(text):
        return LineRole.STAMP
    if top < 0.45 and len(line.words) <= 6 and (_RECEIVED.search(text) or _URGENT.fullmatch(text)):
        return LineRole.STAMP
    return line.role
