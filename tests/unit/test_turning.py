"""A page that a clerk turns is read again, unless its words stand right that way."""

from dataclasses import replace

import pytest

from digitizer.app.turning import set_back, set_upright
from digitizer.model import Line, Page, PageRef, Word
from digitizer.ocr.recognise import quarter_turned

AT = PageRef(scan="s1", page=1)


def running(down: bool) -> Page:
    """A page of 100 × 200 pixels with two words one after another, across it or down it."""
    words = []
    for text, start in (("Quyết", 10), ("định", 60)):
        a, b = (start, start + 40)
        quad = (30.0, a, 30.0, b, 20.0, b, 20.0, a) if down else (a, 20.0, b, 20.0, b, 30.0, a, 30.0)
        words.append(Word(text=text, read=text, box=(0, 0, 1, 1), quad=quad, confidence=0.9))
    return Page(number=1, width=100, height=200, lines=(Line(words=tuple(words), box=(0, 0, 1, 1)),), step="correct")


@pytest.mark.parametrize(("down", "right"), [(False, 0), (True, 270)])
def test_only_words_that_do_not_stand_right_are_read_again(down: bool, right: int) -> None:
    page = running(down)
    for degrees in (0, 90, 180, 270):
        turn = set_upright(AT, page, degrees)
        assert turn.again == (degrees != right)
        assert (turn.after.upright, turn.after.turned) == (degrees, degrees)
    assert set_upright(AT, replace(page, step=None), right).again, "what is there is not what will be read"
    assert set_upright(AT, replace(page, lines=()), right).again, "a page that says nothing may say something turned"


def test_the_matrix_turns_with_the_page() -> None:
    turn = set_upright(AT, running(down=True), 270)
    a, b, c, d, e, f, *_ = turn.after.matrix
    placed = [(a * x + b * y + c, d * x + e * y + f) for x, y in ((30, 10), (30, 60))]
    assert placed == [(10, 70), (60, 70)], "across the turned page, of which the words' top is uppermost"
    whole = quarter_turned(running(down=False), 4)
    assert (whole.turned, whole.matrix) == (0, running(down=False).matrix)


def test_a_turn_taken_back_is_as_it_was() -> None:
    page = running(down=False)
    turn = set_upright(AT, page, 180)
    reread = replace(page, turned=180, upright=180, lines=running(down=True).lines)
    back = set_back(AT, reread, turn.before)
    assert (back.after, back.again) == (turn.before, True)
    kept = set_back(AT, replace(page, upright=180), turn.before)
    assert not kept.again, "its words stand as they did before"
