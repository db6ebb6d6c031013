"""Blank or not: dirt of every sort is nothing, and the least thing that somebody wrote is something."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from digitizer.contracts import Image
from digitizer.ocr.blank import is_blank
from digitizer.ocr.glance import find_ink
from tests.sheets import LETTER, sheet


def blank(page: Image) -> bool:
    return is_blank(find_ink(page), page)


def paper(level: int = 244) -> Image:
    grain = np.random.default_rng(5).normal(level, 2.5, (1754, 1240))
    return np.clip(grain, 0, 255).astype(np.uint8)


def shone_through(page: Image) -> Image:
    back = cv2.GaussianBlur(np.ascontiguousarray(sheet(LETTER * 4)[:, ::-1]), (0, 0), 1.7)
    return cv2.subtract(page, np.asarray((255 - back) * 0.25, dtype=np.uint8))


def punched(page: Image) -> Image:
    for y in (640, 1112):
        cv2.circle(page, (66, y), 18, 30, -1, cv2.LINE_AA)
    return page


def bordered(page: Image) -> Image:
    cv2.fillPoly(page, [np.array([[0, 0], [22, 0], [9, 1754], [0, 1754]], np.int32)], 15)
    cv2.fillPoly(page, [np.array([[0, 1754], [1240, 1754], [1240, 1650]], np.int32)], 15)
    return page


def dusty(page: Image) -> Image:
    rng = np.random.default_rng(3)
    for x, y in rng.integers([20, 20], [1220, 1734], (200, 2)):
        cv2.circle(page, (int(x), int(y)), int(rng.integers(0, 3)), 50, -1)
    return page


def folded(page: Image) -> Image:
    page[700:708] = cv2.subtract(page[700:708], 14)
    page[708:711] = cv2.add(page[708:711], 11)
    return page


def on_a_desk(page: Image) -> Image:
    around = np.full((1754, 1240), 96, np.uint8)
    around[60:1700, 55:1190] = page[60:1700, 55:1190]
    return cv2.GaussianBlur(around, (0, 0), 0.8)


@pytest.mark.parametrize("dirty", [punched, bordered, dusty, folded, shone_through, on_a_desk])
def test_dirt_is_no_writing(dirty: Callable[[Image], Image]) -> None:
    assert blank(dirty(paper()))


def test_all_sorts_of_dirt_together_are_no_writing() -> None:
    assert blank(punched(bordered(folded(shone_through(paper())))))


def page_number(page: Image) -> Image:
    return np.minimum(page, sheet(("2",), size=27, left=612, top=66))


def pencil(page: Image) -> Image:
    points = np.array([[700 + 3 * i, 900 + round(16 * np.sin(i / 2))] for i in range(30)], np.int32)
    cv2.polylines(page, [points], False, 202, 2, cv2.LINE_AA)
    return page


def small_stamp(page: Image) -> Image:
    cv2.rectangle(page, (300, 1300), (420, 1345), 150, 3, cv2.LINE_AA)
    return page


def cut_off(page: Image) -> Image:
    """A signature that runs off the sheet."""
    points = np.array([[900 + 4 * i, 1200 + round(30 * np.sin(i / 4))] for i in range(90)], np.int32)
    cv2.polylines(page, [points], False, 90, 3, cv2.LINE_AA)
    return page


@pytest.mark.parametrize("written", [page_number, pencil, small_stamp, cut_off])
@pytest.mark.parametrize("dirty", [lambda page: page, lambda page: punched(bordered(shone_through(page)))])
def test_the_least_writing_is_found_on_clean_and_on_dirty_sheets(
    dirty: Callable[[Image], Image], written: Callable[[Image], Image]
) -> None:
    assert not blank(written(dirty(paper())))
