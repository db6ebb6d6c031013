"""Which lines are no body text: page numbers, and stamps that say so themselves."""

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitizer.model import Line, LineRole, Page
from digitizer.ocr.regions import as_array
from digitizer.text import fold

_NUMBER = re.compile(r"[-–—.\s]*(?:(?:trang|tr\.?)\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–—.\s]*", re.IGNORECASE)
_URGENT = re.compile(r"ho[aả]\s*toc|hoa\s*toc|thuong\s*khan|khan|mat|toi\s*mat|tuyet\s*mat")
_EDGE = 0.10  # share of the page's height in which a page number stands, above or below (NĐ 30/2020: in the top margin)
# Stamps of digital signatures: the wording is the signing software's, nearly always these four, one a line.
_SIGNED = re.compile(r"nguoi ky|ky boi|e-?mail ?:|@|co quan ?:|to chuc ?:|thoi gian ky|ngay ky|\d\d:\d\d:\d\d")
# The stamp of papers received (NĐ 30/2020, Phụ lục IV): name of the office, ĐẾN, Số, Ngày or Giờ, Chuyển.
_RECEIVED = re.compile(
    r"^den\b.{0,60}$|^(?:gio|so den|ngay den)\s*[:.…]|^ngay\s*[:.…]+\s*[\d.…]|^chuyen\s*:?\s*[.…]{2}"
)

_Places = NDArray[np.float64]


def with_roles(lines: tuple[Line, ...], page: Page) -> tuple[Line, ...]:
    """The lines, each with its role, as they stand on the upright page."""
    if not lines:
        return lines
    places = _places(lines, page)
    roles = [_alone(line, place) for line, place in zip(lines, places, strict=True)]
    texts = [fold(line.text) for line in lines]
    signed = [i for i, text in enumerate(texts) if _SIGNED.search(text)]
    received = [i for i, text in enumerate(texts) if _RECEIVED.search(text) and places[i][3] < 0.5]
    if any("ky" in texts[i] or ":" in texts[i] for i in signed):
        _spread(signed, places, roles, above=1.0, least=2)
    if any(texts[i].startswith("den") for i in received):
        _spread(received, places, roles, above=2.2, least=1)
    return tuple(replace(line, role=role) for line, role in zip(lines, roles, strict=True))


def _places(lines: tuple[Line, ...], page: Page) -> _Places:
    """A row for each line: left, top, right, bottom on the upright page, as shares of its width and height."""
    matrix = as_array(page.matrix)
    frame = np.array([[0, page.width, page.width, 0], [0, 0, page.height, page.height], [1, 1, 1, 1]], dtype=np.float64)
    corners = matrix @ frame
    corners = corners[:2] / corners[2]
    low, span = corners.min(axis=1), np.ptp(corners, axis=1)
    places = []
    for line in lines:
        quads = np.array([word.quad for word in line.words], dtype=np.float64).reshape(-1, 2)
        moved = matrix @ np.column_stack([quads, np.ones(len(quads))]).T
        moved = moved[:2] / moved[2]
        first, last = (moved.min(axis=1) - low) / span, (moved.max(axis=1) - low) / span
        places.append([*first, *last])
    return np.array(places)


def _alone(line: Line, place: _Places) -> LineRole:
    """What a line says of itself."""
    text = line.text.strip()
    middle = (place[0] + place[2]) / 2
    at_edge = place[3] < _EDGE or place[1] > 1 - _EDGE
    if at_edge and _NUMBER.fullmatch(text) and (0.35 < middle < 0.65 or middle > 0.8):
        return LineRole.PAGE_NUMBER
    if place[3] < 0.45 and len(line.words) <= 2 and text.isupper() and _URGENT.fullmatch(fold(text).strip(" .")):
        return LineRole.STAMP
    return line.role


def _spread(anchors: list[int], places: _Places, roles: list[LineRole], *, above: float, least: int) -> None:
    """Make the lines of a stamp STAMP: its anchors, and what stands among them or up to `above` lines over them."""
    if len(anchors) < least:
        return
    for i in anchors:
        near = [j for j in anchors if abs(places[j][1] - places[i][1]) < 0.06]
        if len(near) < least:
            continue
        box = places[near]
        left, top, right, bottom = box[:, 0].min(), box[:, 1].min(), box[:, 2].max(), box[:, 3].max()
        tall = float(np.median(box[:, 3] - box[:, 1]))
        for j, place in enumerate(places):
            middle_x, middle_y = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
            if left <= middle_x <= right and top - above * tall <= middle_y <= bottom + 0.5 * tall:
                roles[j] = LineRole.STAMP
