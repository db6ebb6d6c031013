"""What the learned model sees of a paper: words with their place, the letters of its number, its layout and looks.

A feature is a short string, `place:what`, so that the model can say what decided in words: `title:dieu le`, `body:von
dieu`, `number:ggt`, `looks:card`.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from digitizer.classify.heading import Head, read_head
from digitizer.classify.layout import Row, Sheet

_WORD = re.compile(r"[a-z]{2,}")
_MOST_ROWS = 70
_PLACES = {
    "title": "ở chỗ tên loại / where titles stand",
    "body": "trong nội dung / in the text",
    "number": "trong số ký hiệu / in the number",
    "looks": "hình thức / looks",
}


def features(sheets: Sequence[Sheet], head: Head | None = None) -> list[str]:
    """The features of a paper whose first pages these are, each once, in no order that matters."""
    if not sheets:
        return []
    first = sheets[0]
    head = head or read_head(first)
    found = dict.fromkeys(_title_words(first))
    found.update(dict.fromkeys(_body_words(first)))
    if head.number is not None:
        letters = re.findall(r"[a-z]{1,6}", head.number.key.rpartition("/")[2])
        found.update(dict.fromkeys(f"number:{group}" for group in letters[:3]))
    found.update(dict.fromkeys(f"looks:{one}" for one in _looks(sheets, head)))
    return list(found)


def shown(feature: str) -> str:
    """The feature for a person: `từ “dieu le” ở chỗ tên loại / where titles stand`."""
    place, _, what = feature.partition(":")
    return f"“{what.replace('_', ' ')}” {_PLACES[place]}"


def _pairs(row: Row, place: str) -> Iterator[str]:
    words = _WORD.findall(row.key)
    yield from (f"{place}:{one}_{other}" for one, other in pairwise(words))


def _title_words(page: Sheet) -> Iterator[str]:
    """Words and pairs of short lines in capitals in the upper half, the national title left out."""
    for row in page.rows:
        if row.level > 0.5 or row.capital < 0.7 or "chu nghia" in row.key:
            continue
        yield from (f"title:{word}" for word in _WORD.findall(row.key))
        yield from _pairs(row, "title")


def _body_words(page: Sheet) -> Iterator[str]:
    """Pairs of neighbouring words; single syllables say little in Vietnamese."""
    for row in page.rows[:_MOST_ROWS]:
        yield from _pairs(row, "body")


def _looks(sheets: Sequence[Sheet], head: Head) -> Iterator[str]:
    first = sheets[0]
    looks = first.page.looks
    yield "national_title" if head.nation else "no_national_title"
    if head.nation and head.centred:
        yield "national_title_centred"
    if head.issuer:
        yield "issuer"
    if head.about:
        yield "about"
    if looks.paper_mm is not None:
        longer, shorter = max(looks.paper_mm), min(looks.paper_mm)
        yield "card" if longer < 150 else "a5" if longer < 260 else "a4" if longer < 330 else "large"
        if looks.paper_mm[0] > looks.paper_mm[1] and shorter > 100:
            yield "landscape"
    rows = len(first.rows)
    yield f"rows_{min(rows // 12, 5)}"
    colons = sum(":" in row.text for row in first.rows)
    yield f"colons_{min(colons // 4, 4)}"
    if looks.rulings > 8:
        yield "ruled"
    yield from (code.type for code in first.page.codes)
