"""The piece of a page that shows why it was found."""

import re

from digitizer.store.query import Term, numbers_of
from digitizer.text import fold

_BEFORE, _AFTER = 60, 140
"""Characters of a snippet before and after the start of its match."""


def snippet(page: str, terms: list[Term]) -> str:
    """The piece of the page with most of the terms in it, each match in square brackets, on one line."""
    folded = fold(page)  # as long as the page: a place in one is the place in the other
    spans = sorted({span for term in terms for span in _spans(page, folded, term)})
    if not spans:
        return " ".join(page[: _BEFORE + _AFTER].split())
    start = max(spans, key=lambda span: len({folded[s:e] for s, e in spans if span[0] <= s < span[0] + _AFTER}))[0]
    begin, end = max(0, start - _BEFORE), min(len(page), start + _AFTER)
    begin = page.rfind(" ", 0, begin) + 1 if begin else 0
    out, place = [], begin
    for first, last in _touching(page, spans):
        if first >= place and last <= end:
            out += [page[place:first], "[", page[first:last], "]"]
            place = last
    out.append(page[place:end])
    text = " ".join("".join(out).split())
    return f"{'… ' if begin else ''}{text}{' …' if end < len(page) else ''}"


def _touching(page: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those with nothing but blanks between them made one."""
    whole: list[tuple[int, int]] = []
    for first, last in spans:
        if whole and not page[whole[-1][1] : first].strip():
            whole[-1] = (whole[-1][0], max(last, whole[-1][1]))
        else:
            whole.append((first, last))
    return whole


def _spans(page: str, folded: str, term: Term) -> list[tuple[int, int]]:
    pattern = r"\W+".join(re.escape(fold(word)) for word in term.words)
    end = "" if term.prefix else r"(?!\w)"
    spans = [match.span() for match in re.finditer(rf"(?<!\w){pattern}{end}", folded)]
    if term.number and not spans:
        for found, token in numbers_of(page):
            if token == term.number:
                place = page.index(found)
                spans.append((place, place + len(found)))
    return spans
