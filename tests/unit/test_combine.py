"""Readings of one line, combined word by word; all lines are invented."""

from pathlib import Path

import pytest

from digitizer.model import Word
from digitizer.ocr import language
from digitizer.ocr.combine import combined
from digitizer.ocr.ngrams import Ngrams
from digitizer.ocr.regions import box_quad


@pytest.fixture(scope="module")
def grams() -> Ngrams:
    return Ngrams(Path(language.__file__).with_name("language.bin"))


def line(text: str, sure: float = 0.9, *, doubted: str = "", shift: int = 0) -> tuple[Word, ...]:
    """Words on a grid of 10 pixels a letter; `_` is a letter's room without a word; `doubted` words have 0.3."""
    words, x = [], shift
    for part in text.split(" "):
        box = (x, 5, x + 10 * len(part), 25)
        if part.strip("_"):
            confidence = 0.3 if part in doubted.split() else sure
            words.append(Word(text=part, read=part, box=box, quad=box_quad(box), confidence=confidence))
        x += 10 * (len(part) + 1)
    return tuple(words)


def said(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def test_a_doubted_word_gives_way_to_a_sure_one_of_another_reading(grams: Ngrams) -> None:
    words = combined(
        [line("đánh bía mức độ hoàn thành", doubted="bía"), line("đánh giá mức độ hoàn thành", shift=3)], grams
    )
    assert said(words) == "đánh giá mức độ hoàn thành"
    assert words[1].confidence == 0.9


def test_a_lost_blank_comes_back_from_the_reading_that_has_it(grams: Ngrams) -> None:
    readings = [line("Ủy bannhân dân xã", doubted="bannhân"), line("Ủy ban nhân dân xã")]
    assert said(combined(readings, grams)) == "Ủy ban nhân dân xã"


def test_two_of_three_readings_that_are_equally_sure_win(grams: Ngrams) -> None:
    readings = [line("tổ tổng nghệ số", 0.6), line("tổ công nghệ số", 0.6), line("tổ công nghệ số", 0.6)]
    assert said(combined(readings, grams)) == "tổ công nghệ số"


def test_sure_words_stay_whatever_a_doubtful_reading_says(grams: Ngrams) -> None:
    assert said(combined([line("Hứa Đức Thịnh", 0.95), line("Hứa Đúc Thỉnh", 0.5)], grams)) == "Hứa Đức Thịnh"


@pytest.mark.parametrize(
    ("first", "other"),
    [("số 1905/TTr", "số 1906/TTr"), ("mục II.", "mục H."), ("xã Tân", "xã Tñn")],
)
def test_digits_numerals_and_good_syllables_are_not_voted_away(grams: Ngrams, first: str, other: str) -> None:
    assert said(combined([line(first, 0.3), line(other, 0.99)], grams)) == first


def test_a_word_passed_over_is_put_in_when_it_is_sure_and_vietnamese(grams: Ngrams) -> None:
    assert said(combined([line("Thường ____ Đảng"), line("Thường trực Đảng")], grams)) == "Thường trực Đảng"
    assert said(combined([line("Thường ____ Đảng"), line("Thường xq~z Đảng")], grams)) == "Thường Đảng"


def test_one_reading_alone_comes_back_as_it_is(grams: Ngrams) -> None:
    words = line("Căn cứ Luật Lưu trữ")
    assert combined([words, ()], grams) == words
    assert combined([(), words], grams) == ()
