"""Labels printed before values, as on forms: `Họ, chữ đệm, tên người mẹ: …`.

A label opens its row or stands before a colon; what stands between it and the colon says whose value it is.  Values of
a strict form, such as a parcel's number, need no colon.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from digitizer.classify import values
from digitizer.classify.layout import Row, Sheet
from digitizer.classify.parts import Parts
from digitizer.classify.tables import Kind, Tables
from digitizer.classify.words import LABEL_START, Finder, Spot, letters
from digitizer.text import canonical

# Values whose form is so strict that a label needs no colon before them: `thửa đất số 845, tờ bản đồ số 95`.
STRICT = frozenset(("parcel", "map_sheet", "area", "citizen_id", "tax_code", "certificate_serial", "register_number"))
_BORN = frozenset(("sinh nam", "sinh ngay", "nam sinh"))
_ADDRESSED = frozenset(("ong", "ba", "ong ba"))
# Said of an identity paper they tell nothing of the paper at hand.
_OF_CARDS = frozenset(("ngay cap", "cap ngay", "noi cap"))


@dataclass(frozen=True, slots=True)
class Label:
    """A label at a place in a row; its value begins at `value`.  `name` None: what follows is none of ours."""

    name: str | None
    key: str
    start: int
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
                names.setdefault(letters(label), []).append(field.name)
        for label in tables.stops:
            names.setdefault(letters(label), [])
        self._names = names
        self._finder = Finder(names)
        self.parts = Parts(tables)

    def find(self, page: Sheet, row: Row, kind: Kind) -> list[Label]:
        """The labels in this row that such a paper's fields, or none of ours, follow."""
        opening = LABEL_START.match(row.key)
        first = opening.end() if opening else 0
        wanted = {entry.partition("/")[0] for entry in kind.fields}
        found: list[Label] = []
        spots = self._finder.find(row.key)
        for index, spot in enumerate(spots):
            if found and spot.start < found[-1].value:
                continue
            spot = self._whole(page, row, spot)  # noqa: PLW2901
            name = next((name for name in self._names[spot.key] if name in wanted), None)
            if spot.key in _OF_CARDS and any(self._is_id(other) for other in spots[:index]):
                name = None
            label = self._label(page, row, spot, name, opens=spot.start <= first + 1)
            if label is not None:
                found.append(label)
        return found

    def _is_id(self, spot: Spot) -> bool:
        return "citizen_id" in self._names[spot.key]

    def _whole(self, page: Sheet, row: Row, spot: Spot) -> Spot:
        """A label broken in a table's cell: `Ngày, tháng, năm` above `sinh`."""
        below = page.below(row) if spot.start < 4 else None
        if below is not None and spot.end < len(row.key.rstrip()) and len(below.words) > 1:
            return spot
        longer = f"{spot.key} {letters(below.text)}" if below is not None else ""
        return replace(spot, key=longer) if longer in self._names else spot

    def _label(self, page: Sheet, row: Row, spot: Spot, name: str | None, *, opens: bool) -> Label | None:
        """The label, when it stands like one: at the beginning of its row, before a colon, or before a strict value."""
        end = spot.end
        if spot.key in _ADDRESSED and not _spoken_to(row.text[spot.start : spot.end]):
            return None
        twin = self._finder.at(row.key, end + 3) if row.key[end : end + 3].strip() in ("/", "|") else None
        end = twin.end if twin else end  # `Họ và tên / Full name:` is one label in two languages
        tail = row.key[end : end + 60]
        colon = re.match(r"([^:;]{0,48}?)\s?[:;](?!\d)", tail)
        if colon and self._belongs(colon[1]):
            part = self.parts.first(f"{spot.key} {colon[1]}")
            return Label(name, spot.key, spot.start, end + colon.end(), part, colon=True)
        below = page.below(row) if len(row.text) - end < 12 else None
        ahead = row.text[end:] + (" " + below.text[:20] if below is not None else "")
        if name is not None and self._begins_value(ahead, name, spot.key):
            return Label(name, spot.key, spot.start, end, None, colon=False)
        dotted = re.match(r"\s*[.…_]{2,}", tail) is not None
        strict = name is not None and self._tables.fields[name].value in STRICT
        if (
            opens
            and not (strict and any(map(str.isalnum, tail)))
            and (dotted or (len(spot.key) > 4 and spot.key not in _ADDRESSED))
        ):
            return Label(name, spot.key, spot.start, end, self.parts.first(spot.key), colon=False)
        return None

    def _begins_value(self, tail: str, name: str, key: str) -> bool:
        """What follows directly can be nothing but such a value."""
        kind = self._tables.fields[name].value
        if kind in STRICT and len(key) > 2:
            found = values.READERS[kind](tail[:40])
            return found is not None and -1 < tail.find(found.text) < 6 and found.trust > 0.5
        if kind == "date" and len(key) > 4 and re.match(r"\s*(?:ng[aà]y\s*)?\d{1,2}(?:\s?[/.-]|\s+th)", tail):
            return True
        if key in _BORN:
            return re.match(r"\s*\d", tail) is not None
        if key.endswith("tai dia chi"):
            return True
        if key in _ADDRESSED:
            found = values.person(tail)
            return found is not None and tail.lstrip()[:1].isupper() and found.trust > 0.55
        return False

    def _belongs(self, between: str) -> bool:
        """What stands between label and colon only says more about it: a bracket, whose it is, how it is written."""
        plain = re.sub(r"\([^)]*\)|\[[^\]]*\]|\d", "", between).strip(" ,./-")
        return len(plain) < 4 or plain in _QUALIFIERS or (self.parts.first(plain) is not None and len(plain) < 40)


def _spoken_to(text: str) -> bool:
    """`Ông`, `Bà`, with their own marks or none: `Bá` is part of a name."""
    return all(canonical(word) in ("ông", "bà", "ong", "ba") for word in re.findall(r"\w+", text))


@lru_cache(maxsize=4)
def labels(tables: Tables) -> Labels:
    """The labels of these tables, made ready once: a new stage is made for every scan."""
    return Labels(tables)


_QUALIFIERS = frozenset(
    (
        "ghi bang so",
        "ghi bang chu",
        "viet bang chu hoa",
        "viet chu in hoa",
        "chu in hoa",
        "in hoa",
        "ghi theo giay to tuy than",
        "khai sinh",
        "thua dat",
        "thuong tru",
        "nguoi nop",
        "nguoi nop ho so",
        "cua nguoi nop ho so",
        "nguoi nop thue",
        "nguoi su dung dat",
        "ho kinh doanh",
        "cua ho kinh doanh",
        "cua chu ho kinh doanh",
        "dai dien",
        "dang ky",
        "thua dat dang ky",
        "giai quyet",
        "giai quyet ho so",
        "du kien",
        "lien he",
        "hien nay",
        "cuoi cung",
        "vao ngay",
        "cap gcn",
        "so gcn",
        "full name",
        "date of birth",
        "place of residence",
    )
)
"""What labels say beside their own words and whose they are."""
