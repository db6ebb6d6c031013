"""Values that stand behind labels: to the end of the row or the next label, to the right, below, over several lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from digitizer.classify import values
from digitizer.classify.bodies import body_name, is_province
from digitizer.classify.columns import Columns, columns
from digitizer.classify.found import Found, from_words
from digitizer.classify.labels import STRICT, Label, labels
from digitizer.classify.layout import Row, Sheet
from digitizer.classify.parts import Parts
from digitizer.classify.tables import Kind, Tables
from digitizer.classify.value import Value
from digitizer.classify.words import LABEL_START
from digitizer.model import PageRef, Word
from digitizer.text import fold

_BROKEN = STRICT - {"parcel", "map_sheet", "area"}
_LONG = frozenset(("text", "address", "office"))
_PARCEL = re.compile(
    r"^\W*th[ửu]a\s+(?:đất\s+)?(?:số\s*)?:?\s*\w+\s*,?\s*t[ờo]\s+bản\s+đồ\s+(?:số\s*)?:?\s*[\w-]+\s*[,;]?\s*",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"(?:tỉnh|thành phố|tp\.?|quận|huyện|thị xã)(?!\w)", re.IGNORECASE)
"""Units above the commune, before their names."""
_FOREIGN = -1
"""The part of a value that is nobody's whom such a paper tells of."""


def _opens_entry(row: Row) -> bool:
    """The row begins with a list's number or with a label, be it one that we don't know."""
    listed = LABEL_START.match(row.key.lstrip(" .,'`"))
    return (listed is not None and listed.end() > 0) or re.match(r"^[^:,]{3,40}:\s", row.text) is not None


_PERSONS_NUMBER = re.compile(r"^\s*0\d{2}[0-3]\d{8}\s*$")
_NUMBERED = re.compile(r"^(?:\W*\d{1,2}\s?[.)])?[^:\d]{2,30}:\s?(?=\S{12,14}$)")
_PERSONAL = frozenset(("person", "birth_date", "sex", "citizen_id", "address"))
_OTHERS = frozenset(("householder", "applicant", "mother", "father"))
"""Parts whose values are not those of the person that a paper without parts tells of."""


def form_fields(pages: Sequence[tuple[Sheet, PageRef]], kind: Kind, tables: Tables) -> Iterator[Found]:
    """Every labelled value that such a paper has, in reading order."""
    known = labels(tables)
    reading = _Reading(tables, known.parts, kind)
    for page, at in pages:
        labelled = [(row, known.find(page, row, kind)) for row in page.rows]
        bare = frozenset(id(row) for row, found in labelled if not found)
        beside = columns(page, known.parts)
        for row, found in labelled:
            yield from reading.row(page, row, found, bare, beside, at)


class _Reading:
    """One paper being read: remembers whose values are being told."""

    def __init__(self, tables: Tables, parts: Parts, kind: Kind) -> None:
        self._tables = tables
        self._parts = parts
        self._kind = kind
        self._part: str | None = None
        self._titles = {fold(title) for title in tables.office.titles}

    def row(
        self, page: Sheet, row: Row, labels: Sequence[Label], bare: frozenset[int], beside: Columns, at: PageRef
    ) -> Iterator[Found]:
        """The values behind the labels of one row.  `bare`: rows without labels, where a value may go on."""
        if not labels:
            self._part = self._parts.heading(row) or self._part
            yield from self._unlabelled(row, at)
            return
        lasting = self._part
        for index, label in enumerate(labels):
            before = self._parts.first(row.key[: label.start]) if index == 0 else None
            self._part = label.part or before or lasting
            # Of the head of the household one line tells, not the lines after it.
            lasting = lasting if self._part == "householder" else self._part
            if label.name is None:
                continue
            if beside.holds(row) and index == 0:
                yield from self._in_columns(page, row, label.name, beside, bare, at)
                continue
            # An address may begin with the parcel: `Vị trí xây dựng: thửa đất số 5, tờ bản đồ số 8, xã …`.
            land = ("parcel", "map_sheet") if label.name == "address" else ()
            ends = [other.start for other in labels[index + 1 :] if other.name not in land]
            yield from self._value(page, row, label, ends[0] if ends else len(row.text), bare, at)
        self._part = lasting

    def _unlabelled(self, row: Row, at: PageRef) -> Iterator[Found]:
        """A số định danh behind words that can't be read, `ŒCCCD số: 074…`: its form alone tells it."""
        told = _NUMBERED.match(row.text)
        number = values.citizen_id(row.text[told.end() :]) if told and self._kind.parts("citizen_id") else None
        part = self._whose("citizen_id") if number and len(number.normalised) == 12 and number.trust > 0.5 else _FOREIGN
        if number and not isinstance(part, int):
            words = row.words_at(len(row.text) - len(number.text.strip()), len(row.text))
            yield from_words("citizen_id", number.text, number.normalised, words, at, 0.8 * number.trust, part)

    def _whose(self, name: str) -> str | int | None:
        """The part that the value is for, `_FOREIGN` when such a paper holds none for it."""
        whose = self._kind.parts(name)
        if self._part == "householder" and self._kind.sector != "cư trú":
            self._part = None  # elsewhere the head of the household is the one meant
        if self._part in whose:
            return self._part
        if None in whose:
            return _FOREIGN if self._part in _OTHERS and name in _PERSONAL else None
        # A certificate begins with the one it is for; an office's paper names many people.
        return whose[0] if self._part is None and self._kind.layout != "office" else _FOREIGN

    def _value(
        self, page: Sheet, row: Row, label: Label, limit: int, bare: frozenset[int], at: PageRef
    ) -> Iterator[Found]:
        name = label.name or ""
        if name == "number" and _PERSONS_NUMBER.match(row.text[label.value : limit]):
            name = "citizen_id"  # `Căn cước công tiân số: 074…`
        part = self._whose(name)
        if isinstance(part, int):
            return
        kind = self._tables.fields[name].value
        trust = (1.0 if label.colon else 0.9) * (0.85 if len(label.key) < 3 else 1.0)
        for source, start, end in _places(page, row, label, limit, bare):
            pieces = _pieces(page, source, start, end, bare) if kind in _LONG else [(source, start, end)]
            text = " ".join(piece.text[one:other] for piece, one, other in pieces)
            if kind == "address":
                text = _PARCEL.sub("", text)
            elif kind in _BROKEN and end == len(row.text) and end - start < 12 and any(map(str.isalnum, text)):
                below = page.below(source)  # `số CQ` at the end of a line, `484722` on the next
                text += f" {below.text[:20]}" if below is not None else ""
            found = values.READERS[kind](text)
            if found is not None and kind == "person" and fold(found.normalised) in self._titles:
                found = None
            if found is not None:
                yield self._found(name, found, pieces, at, trust, part)
                return
            if sum(char.isalnum() for char in text) > 1 and source is row:
                return

    def _in_columns(
        self, page: Sheet, row: Row, name: str, beside: Columns, bare: frozenset[int], at: PageRef
    ) -> Iterator[Found]:
        """A table with a column for each person: the row's label stands left of both values."""
        kind = self._tables.fields[name].value
        for part, words in beside.right_of(page, row, bare):
            found = values.READERS[kind](" ".join(word.text for word in words))
            if found is not None and part in self._kind.parts(name):
                kept = [word for word in words if word.text.strip(".,:;") in found.text]
                yield from_words(name, found.text, found.normalised, kept, at, 0.95 * found.trust, part)

    def _found(
        self,
        name: str,
        found: Value,
        pieces: Sequence[tuple[Row, int, int]],
        at: PageRef,
        trust: float,
        part: str | None,
    ) -> Found:
        kind = self._tables.fields[name].value
        if kind == "office":
            written, known = body_name(found.text, self._tables.office)
            found = replace(found, normalised=written, trust=known)
        if kind == "address" and not self._whole(found.normalised):
            found = replace(found, trust=0.6 * found.trust)
        return from_words(name, found.text, found.normalised, _words(pieces, found.text), at, found.trust * trust, part)

    def _whole(self, address: str) -> bool:
        """An address ends in a province that there is or was; one that ends in a district lost its end.  Those of the
        own province end in a commune at times.
        """
        last = address.rpartition(",")[2].strip()
        level = _ABOVE.match(last)
        return level is None or is_province(last[level.end() :], self._tables.office)


def _words(pieces: Sequence[tuple[Row, int, int]], text: str) -> list[Word]:
    """The words of the pieces that hold the text."""
    if len(pieces) > 1:
        return [
            word for row, start, end in pieces for word in row.words_at(start, end) if any(map(str.isalnum, word.text))
        ]
    row, start, end = pieces[0]
    at = row.text.find(text, start)
    first = text.split(maxsplit=1)[0] if text.split() else ""
    at = at if at >= 0 else max(row.text.find(first, start), start)
    return list(row.words_at(at, min(at + len(text), end)))


def _places(page: Sheet, row: Row, label: Label, limit: int, bare: frozenset[int]) -> Iterator[tuple[Row, int, int]]:
    """Where the value may stand: behind the label, to its right, below."""
    yield row, label.value, limit
    if limit < len(row.text):
        return
    beside, below = page.beside(row), page.below(row)
    if beside is not None and id(beside) in bare:
        yield beside, 0, len(beside.text)
    if below is not None and label.colon and id(below) in bare:
        yield below, 0, len(below.text)


_LEADER = re.compile(r"[.…_·]{3,}\s*$|[.;]\s*$")


def _pieces(page: Sheet, row: Row, start: int, end: int, bare: frozenset[int]) -> list[tuple[Row, int, int]]:
    """The value with the lines it runs on over: each line before is full, each next one begins at the margin."""
    found = [(row, start, end)]
    if end < len(row.text) or not any(map(str.isalnum, row.text[start:end])):
        return found
    # Where full lines end: the head of a page and its stamps reach further than its text.
    edge = max((one.x1 for one in page.rows if abs(one.x0 - row.x0) < 0.06), default=row.x1)
    while len(found) < 4:
        last = found[-1][0]
        if last.x1 < edge - 0.13 or _LEADER.search(last.text):
            break
        below = page.below(last)
        if below is None or id(below) not in bare or below.x0 > row.x0 + 0.03 or _opens_entry(below):
            break
        if below.capital > 0.7 and row.capital < 0.5:  # a heading
            break
        found.append((below, 0, len(below.text)))
    return found
