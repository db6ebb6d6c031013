"""Scans that break the rules for digitised paper say so."""

from dataclasses import replace

from digitizer.model import Looks, Page, TextSource
from digitizer.ocr.notices import noticed


def codes(page: Page) -> list[str]:
    return [problem.code for problem in page.problems]


def test_a_black_and_white_scan_of_few_dpi_is_told_once() -> None:
    page = noticed(Page(number=3, dpi=150.0, looks=Looks(bilevel=True)))
    assert codes(page) == ["bilevel", "low-dpi"]
    assert codes(noticed(page)) == ["bilevel", "low-dpi"]
    assert {problem.page for problem in page.problems} == {3}


def test_a_scan_by_the_rules_and_a_born_digital_page_are_not() -> None:
    assert codes(noticed(Page(number=1, dpi=200.0))) == []
    page = Page(number=1, dpi=72.0, looks=Looks(bilevel=True))
    assert codes(noticed(replace(page, source=TextSource.TEXT_LAYER))) == []
