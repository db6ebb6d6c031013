"""The head of a paper, ô 1–5 of NĐ 30/2020 Phụ lục I: national title, issuer, number, place and date, V/v, titles."""

import re
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from digitizer.classify.layout import Row, Sheet

_NATION = "cong hoa xa hoi chu nghia viet nam"
_MOTTO = "doc lap - tu do - hanh phuc"
_ABOUT = re.compile(r"^\W{0,3}(?:v\s?[/1il|,.]?\s?v|wv|ve viec)\b")
_NUMBERED = re.compile(r"^\W{0,6}(?:s\S{0,2}|number)\s?[:;.,]|^\W{0,4}so\s+\S*\d|^\W{0,3}/?\d{1,5}\s?/\s?[a-z]")
_DATED = re.compile(r"ngay\s*[^,\s].{0,7}thang.{0,7}nam")


@dataclass(frozen=True, slots=True)
class Title:
    """Neighbouring lines in capitals that read as one title."""

    rows: tuple[Row, ...]
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of a page; empty where the page has no head.

    `top`: where the head begins, `bottom`: where its last line ends, fractions of the page height.
    """

    nation: Row | None
    issuer: tuple[Row, ...]
    number: Row | None
    dated: Row | None
    about: tuple[Row, ...]
    titles: tuple[Title, ...]
    top: float
    bottom: float
    centred: bool

    @property
    def opens(self) -> bool:
        """A paper begins here: the national title, or an issuer with a number."""
        return self.nation is not None or (self.number is not None and bool(self.issuer))


def read_head(sheet: Sheet) -> Head:
    """The head of the page, as far as it can be made out."""
    rows = list(sheet.rows)
    at, nation = _nation(rows)
    if nation is not None:
        rows[at : at + 1] = _parted(rows[at], nation)
    top = nation.y0 - 0.03 if nation else 0.0
    edge = nation.x0 - 0.01 if nation else 0.5
    centred = nation is not None and abs(nation.middle - 0.5) < 0.07 and nation.x0 < 0.42
    zone = [row for row in rows if row.y0 >= top and row.y0 < top + 0.32 and row is not nation]
    left = sorted((row for row in zone if row.middle < max(edge, 0.42)), key=lambda row: row.level)
    number = _first(left, _NUMBERED, top + 0.25) or (
        _first(zone, _NUMBERED, top + 0.25) if nation is None or centred else None
    )
    dated = next((row for row in zone if _dated(row) and row.level < top + 0.25), None)
    issuer = () if centred else _issuer(left, number, dated, nation)
    about = _about(left, number)
    bottom = max([top, *(row.y1 for row in (nation, number, dated) if row), *(row.y1 for row in about)])
    used = {id(row) for row in (nation, number, dated, *issuer, *about)}
    rest = [row for row in rows if row.y0 >= top and id(row) not in used]
    return Head(nation, issuer, number, dated, about, _titles(rest), top, bottom, centred)


def _dated(row: Row) -> bool:
    """`Bàu Sen, ngày … tháng … năm …`; behind a colon it is another day, `Ngày sinh: ngày …`."""
    found = _DATED.search(row.key)
    return found is not None and not row.key[: found.start()].rstrip().endswith(":")


def _nation(rows: list[Row]) -> tuple[int, Row | None]:
    """The national title (or the motto below it when that alone can be read), cut out of its line."""
    for phrase, score in ((_NATION, 78.0), (_MOTTO, 82.0)):
        for index, row in enumerate(rows):
            if row.y0 > 0.4 or len(row.key) < len(phrase) - 6:
                continue
            found = fuzz.partial_ratio_alignment(phrase, row.key, score_cutoff=score)
            if found is not None:
                words = row.words_at(found.dest_start + 2, found.dest_end)
                first = row.words.index(words[0])
                return index, piece(row, first, first + len(words))
    return -1, None


def piece(row: Row, first: int, last: int) -> Row:
    """Words `first` up to `last` of a row as a row of their own."""
    words = row.words[first:last]
    text = " ".join(word.text for word in words)
    start = sum(len(word.text) + 1 for word in row.words[:first])
    # Half a letter's width beyond the middles of the outer words is near enough for telling columns apart.
    letter = (row.x1 - row.x0) / max(len(row.text), 1)
    x0 = row.x0 if first == 0 else row.middles[first] - letter * len(words[0].text) / 2
    x1 = row.x1 if last == len(row.words) else row.middles[last - 1] + letter * len(words[-1].text) / 2
    return replace(
        row,
        text=text,
        key=row.key[start : start + len(text)],
        words=words,
        x0=x0,
        x1=x1,
        middles=row.middles[first:last],
    )


def _parted(row: Row, nation: Row) -> list[Row]:
    """The row without the national title: what stands left of it, then the title itself."""
    first = row.words.index(nation.words[0])
    return [*([piece(row, 0, first)] if first else []), nation]


def _first(rows: list[Row], pattern: re.Pattern[str], below: float) -> Row | None:
    return next(
        (row for row in rows if row.level < below and pattern.search(row.key) and any(map(str.isdigit, row.key))), None
    ) or next((row for row in rows if row.level < below and pattern.search(row.key) and "/" in row.key), None)


def _issuer(left: list[Row], number: Row | None, dated: Row | None, nation: Row | None) -> tuple[Row, ...]:
    """Lines of ô 2: above the number, in capitals."""
    if nation is None and number is None:
        return ()
    limit = number.y0 if number else (dated.y0 if dated else (nation.y1 + 0.06 if nation else 0.2))
    return tuple(
        row
        for row in left
        if row.level < limit and row is not number and row.capital > 0.6 and sum(map(str.isalpha, row.text)) >= 3
    )


def _about(left: list[Row], number: Row | None) -> tuple[Row, ...]:
    """Ô 5b, `V/v …` under the number, with the lines that go on with it."""
    after = [row for row in left if number is None or row.level > number.level + 0.3 * number.height]
    start = next((index for index, row in enumerate(after) if _ABOUT.search(row.key)), None)
    if start is None:
        return ()
    found = [after[start]]
    for row in after[start + 1 :]:
        last = found[-1]
        near = row.y0 - last.y1 < 0.9 * max(last.height, 0.011)
        if (
            not near
            or "kinh gui" in row.key
            or sum(map(str.isalnum, row.text)) < 3
            or row.capital > 0.8
            or row.x0 > last.x1
        ):
            break
        found.append(row)
    return tuple(found)


def _titles(rows: list[Row]) -> tuple[Title, ...]:
    """Runs of lines in capitals, in order from the top; each may be a title broken over lines."""
    found: list[list[Row]] = []
    for row in rows:
        if row.capital < 0.7 or sum(map(str.isalpha, row.text)) < 3:
            continue
        last = found[-1][-1] if found else None
        if (
            last is not None
            and -0.3 * last.height < row.y0 - last.y1 < 1.6 * max(last.height, row.height)
            and row.x0 < last.x1
            and row.x1 > last.x0
            and len(found[-1]) < 6
            and not any(
                last.level < other.level < row.level and other.x0 < row.x1 and other.x1 > row.x0 for other in rows
            )
        ):
            found[-1].append(row)
        else:
            found.append([row])
    return tuple(
        Title(tuple(run), " ".join(row.text for row in run), " ".join(row.key for row in run)) for run in found
    )
