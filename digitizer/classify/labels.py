"""Values that stand behind printed labels, as on forms: `Họ, chữ đệm, tên: NGUYỄN VĂN A`.

A label is found in the folded text of a row, at a word's beginning; the longest one at a place wins.  What stands
between a label and its colon says whose value it is (`Họ, chữ đệm, tên người mẹ:`).  The value ends where the next
label begins; when nothing is left, it stands to the right or in the next line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digitizer.classify import values
from digitizer.classify.found import Found, from_words
from digitizer.classify.layout import Row, Sheet
from digitizer.classify.tables import Kind, Tables
from digitizer.model import PageRef
from digitizer.text import fold

_LIST = re.compile(r"^\W*(?:\(?\d{1,2}(?:\.\d)*\s?[.)]|[a-eđ]\s?[.)]|[-–+•*])?\s*")
STOP = ""
"""The name of a label whose value is none of ours."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label at a place in a row: `start`…`end` in characters; the value begins at `value`."""

    name: str
    start: int
    end: int
    value: int
    part: str | None
    colon: bool


class Labels:
    """All labels of the tables, ready to be looked for."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        names: dict[str, list[str]] = {}
        for field in tables.fields.values():
            for label in field.labels:
                names.setdefault(_key(label), []).append(field.name)
        for label in tables.stops:
            names.setdefault(_key(label), []).append(STOP)
        self._names = names
        alternatives = sorted(names, key=len, reverse=True)
        # `_key` joins words by one blank; papers print commas, slashes and brackets between them.
        patterns = [re.escape(label).replace(r"\ ", r"[\s,/().:\-]{1,4}") for label in alternatives]
        self._pattern = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(patterns)})(?![a-z0-9])")
        self._marks = sorted(
            ((fold(mark), part.name) for part in tables.parts for mark in part.marks), key=lambda item: -len(item[0])
        )

    def read(self, pages: Sequence[tuple[Sheet, PageRef]], kind: Kind) -> Iterator[Found]:
        """Every labelled value that such a paper has, in reading order."""
        wanted = {entry.partition("/")[0] for entry in kind.fields}
        part: str | None = None
        for page, at in pages:
            for row in page.rows:
                labels = self._in(row, wanted)
                if not any(label.name for label in labels):
                    part = self._part(row.key) or part
                    continue
                for index, label in enumerate(labels):
                    part = label.part or (self._part(row.key[: label.start]) if index == 0 else None) or part
                    if label.name:
                        limit = labels[index + 1].start if index + 1 < len(labels) else len(row.text)
                        yield from self._value(page, row, label, limit, part, kind, at)

    def _in(self, row: Row, wanted: set[str]) -> list[Label]:
        found: list[Label] = []
        start_of_text = _LIST.match(row.key)
        first = start_of_text.end() if start_of_text else 0
        for match in self._pattern.finditer(row.key):
            names = self._names[_key(match.group())]
            name = next((name for name in names if name in wanted), STOP)
            tail = row.key[match.end() : match.end() + 60]
            colon = re.match(r"[^:;]{0,48}?\s?[:;]", tail)
            between = tail[: colon.end() - 1] if colon else ""
            if not self._fits(
                match.start() <= first + 1, colon is not None, between, match.group(), row, match.start()
            ):
                continue
            value = match.end() + (colon.end() if colon and self._belongs(between) else 0)
            part = self._part(match.group() + " " + between) if colon else None
            found.append(Label(name, match.start(), match.end(), value, part, colon is not None))
        return found

    def _fits(self, first: bool, colon: bool, between: str, label: str, row: Row, start: int) -> bool:
        """A label opens its row or is followed by a colon; short words in running text are no labels."""
        if colon and self._belongs(between):
            return True
        if len(label) < 5:
            return first and bool(re.match(r"\s*[.…_]{2,}", row.key[start + len(label) :]))
        return first or (
            label[0].isalpha()
            and (
                row.key[max(start - 2, 0) : start].strip() in (",", ";", "-", ".", ")", "(", ":", "") or len(label) >= 8
            )
        )

    def _belongs(self, between: str) -> bool:
        """What stands between label and colon only says more about the label: a bracket, whose, how written."""
        plain = re.sub(r"\([^)]*\)|\[[^\]]*\]|\d", "", between).strip(" ,./")
        return len(plain) < 4 or plain in _QUALIFIERS or (self._part(plain) is not None and len(plain) < 40)

    def _part(self, key: str) -> str | None:
        for mark, part in self._marks:
            at = key.find(mark)
            if at >= 0 and not key[at - 1 : at].isalnum() and not key[at + len(mark) : at + len(mark) + 1].isalnum():
                return part
        return None

    def _value(
        self, page: Sheet, row: Row, label: Label, limit: int, part: str | None, kind: Kind, at: PageRef
    ) -> Iterator[Found]:
        whose = kind.parts(label.name)
        chosen = (
            part
            if part in whose
            else (None if None in whose else (whose[0] if len(whose) == 1 and part is None else STOP))
        )
        if chosen == STOP:
            return
        reader = values.READERS[self._tables.fields[label.name].value]
        trust = 1.0 if label.colon else 0.85
        for source, start, end in self._places(page, row, label, limit):
            raw = source.text[start:end]
            found = reader(raw)
            if found is None:
                if sum(char.isalnum() for char in raw) > 1 and source is row:
                    return
                continue
            offset = source.text.find(found.text.split()[0], start) if found.text else start
            words = source.words_at(max(offset, start), max(offset, start) + len(found.text))
            yield from_words(label.name, found.text, found.normalised, words, at, found.trust * trust, chosen)
            return

    def _places(self, page: Sheet, row: Row, label: Label, limit: int) -> Iterator[tuple[Row, int, int]]:
        """Where the value may stand: behind the label, to its right, below."""
        yield row, label.value, limit
        beside = page.beside(row) if limit == len(row.text) else None
        if beside is not None and not self._pattern.match(beside.key):
            yield beside, 0, len(beside.text)
        below = page.below(row)
        if below is not None and label.colon and not self._pattern.match(_LIST.sub("", below.key)):
            yield below, 0, len(below.text)


_QUALIFIERS = frozenset(
    [
        "ghi bang so",
        "ghi bang chu",
        "viet bang chu hoa",
        "viet chu in hoa",
        "chu in hoa",
        "in hoa",
        "neu co",
        "cua",
        "so",
        "la",
        "full name",
        "sex",
        "date of birth",
        "nu",
        "ghi theo giay to tuy than",
        "khai sinh",
        "viet hoa",
        "dat",
        "thua dat",
        "place of residence",
        "thuong tru",
        "nguoi nop",
        "du kien",
        "lien he",
        "hien nay",
        "giai quyet ho so",
        "cua ho kinh doanh",
        "ho kinh doanh",
        "nguoi su dung dat",
        "cap gcn",
        "cap",
        "tai",
        "no",
        "so gcn",
    ]
)


def _key(label: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(label)))
