"""What is wrong with a scan by the rules for digitised paper, though it can be read: told, never blocking."""

from dataclasses import replace

from digitizer.model import Level, Page, Problem, TextSource

_LOWEST_DPI = 200  # NĐ 30/2020 Phụ lục I, Phần II.I: colour image, at least 200 dpi
_MESSAGES = {
    "bilevel": "Bản quét đen trắng; quy định là ảnh màu / black-and-white scan; colour is prescribed (NĐ 30/2020)",
    "low-dpi": "Bản quét dưới 200 dpi / scanned at under 200 dpi (NĐ 30/2020)",
}


def noticed(page: Page) -> Page:
    """The page with a notice for each rule that its scan breaks; those of an earlier look are replaced."""
    found = []
    if page.source is TextSource.OCR and page.looks.bilevel:
        found.append("bilevel")
    if page.source is TextSource.OCR and page.dpi is not None and page.dpi < _LOWEST_DPI:
        found.append("low-dpi")
    others = tuple(problem for problem in page.problems if problem.code not in _MESSAGES)
    told = tuple(Problem(code=code, level=Level.NOTICE, message=_MESSAGES[code], page=page.number) for code in found)
    return replace(page, problems=(*others, *told))
