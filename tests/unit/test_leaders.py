"""Dotted lines go from the reading copy; dots of letters and sentences stay."""

import numpy as np
from PIL import Image, ImageDraw

from digitizer.ocr.leaders import drop_leaders
from samples import faces


def drawn(text: str, dots: list[tuple[int, int, int]]) -> np.ndarray:
    """A line of text, and dots (x, y, size) drawn over it."""
    sheet = Image.new("L", (1000, 60), 250)
    draw = ImageDraw.Draw(sheet)
    draw.text((20, 10), text, font=faces.font("tinos", 36), fill=0)
    for x, y, size in dots:
        draw.rectangle((x, y, x + size - 1, y + size - 1), fill=40)
    return np.asarray(sheet).copy()


LEADER = [(x, 48, 2) for x in range(10, 990, 8)]


def test_a_leader_under_text_goes_and_the_text_stays() -> None:
    text = "Họ và tên: Mai Thị Nở"
    clean = drop_leaders(drawn(text, LEADER))
    assert (clean[46:52, 600:] < 200).sum() == 0
    alone = drawn(text, [])
    lost = (alone < 100) & (clean > 200)
    assert lost.sum() < 0.01 * (alone < 100).sum()


def test_marks_full_stops_and_an_ellipsis_stay() -> None:
    text = "Việc sẽ được giải quyết... tại bộ phận một cửa. Vị trí: thị xã."
    alone = drawn(text, [])
    assert np.array_equal(drop_leaders(alone), alone)


def test_a_page_without_dots_is_given_back_as_it_is() -> None:
    blank = np.full((40, 40), 255, np.uint8)
    assert drop_leaders(blank) is blank
