"""Administrative units then and now: what a place as printed names, and what became of it on 2025-07-01.

The text of a paper is never rewritten; the units are noted beside it.  NQ 202/2025/QH15 merged provinces, districts are
gone, wards were merged and some divided: a divided ward has several units now.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from digitizer.classify.words import letters
from digitizer.contracts import LoadPage
from digitizer.errors import BadSettings
from digitizer.model import By, Check, Document, Field, Place, Scan, Unit
from digitizer.text import canonical, fold, squeeze

UNITS = "units.tsv"
"""The table's file in `config/`."""
CHANGED = "2025-07-01"
_ALIKE = 82.0
_MOST_NOW = 40
_ISSUED_LINES = 14
_PLACED = ("address", "issuer")
_OWN_BODY = re.compile(r"(?:ubnd|hdnd|cong an) (?:tinh|thanh pho|quan|huyen|thi xa|phuong|thi tran|xa)\b")
_DATED = re.compile(r"^\W*([^\d,]{2,40}?)\s*,\s*ngay\b")
# A marker of a unit's level, written out or short, before its name.
_MARK = re.compile(
    r"(?<![a-z0-9])(?:(tinh|quan|huyen|thi xa|thanh pho|dac khu|phuong|thi tran|xa)(?![a-z0-9])|"
    r"(tp|tx|tt|t|q|h|p|x)(?:\s?[.,](?=\s?[a-z0-9])|(?<=[pq])(?=\s?\d)|(?<=t[pxt])(?=\s)))\s*"
)
_SHORT = {
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "t": "tinh",
    "q": "quan",
    "h": "huyen",
    "p": "phuong",
    "x": "xa",
}
_MARKED = ("tỉnh", "quận", "huyện", "thị xã", "thành phố", "đặc khu", "phường", "thị trấn", "xã")
_FIRST_WORDS = frozenset(word.split()[0] for word in (*_SHORT.values(), "tp", "tx", "h", "q", "t"))
_BLUR = str.maketrans({"l": "i", "1": "i", "0": "o", "q": "g", "c": "e", "b": "h", "f": "t", "u": "n"})
_BODIES = re.compile(r"\b(?:ubnd|nhan dan|cong an|hdnd|tai|thuoc)\s+")
_BODY = re.compile(_BODIES.pattern + "$")
_LONG_MARKS = {
    _key.replace("rn", "m").replace("ri", "n").translate(_BLUR): _key
    for _key in ("tinh", "quan", "huyen", "thi xa", "thanh pho", "phuong", "thi tran")
}
_WARDS = ("phuong", "xa", "thi tran", "dac khu")
_CITY = {"tphcm": "ho chi minh", "hcm": "ho chi minh", "sai gon": "ho chi minh", "tp hcm": "ho chi minh"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One unit of the table.

    `level`: 0 province, 1 district, 2 ward.  `up`, `new`: indexes of the unit above and of the units now.
    """

    unit: Unit
    level: int
    key: str
    up: int | None
    new: tuple[int, ...] = ()
    old: bool = False


class Gazetteer:
    """All units, ready to be looked for."""

    def __init__(self, rows: list[_Row]) -> None:
        self._rows = rows
        self._by_key: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._below: dict[int, list[int]] = defaultdict(list)
        self._were: dict[int, list[int]] = defaultdict(list)
        for at, row in enumerate(rows):
            self._by_key[row.level, row.key].append(at)
            if row.up is not None:
                self._below[row.up].append(at)
            for new in row.new:
                self._were[new].append(at)

    def place(self, text: str, day: str = "", near: str = "") -> Place | None:
        """The units that a text names; None when it names none.

        `day`: the ISO day of the paper, which tells old units from new ones of the same name.  `near`: another place
        of the same paper, for what this one leaves out.
        """
        named = _named(text, self._known)
        found = self._resolved(named, day) or self._resolved(_tail(named, self._known), day)
        if near and len(found) != 1:
            said = {level for level, _ in named}
            more = [one for one in _named(near, self._known) if one[0] not in said]
            found = self._resolved([*named, *more], day) or found
        if not found:
            return None
        then = tuple(dict.fromkeys(self._unit(at) for at in found))
        now = tuple(dict.fromkeys(self._unit(new) for at in found for new in self._now(at)))
        were = tuple(dict.fromkeys(self._unit(old) for at in found if not self._rows[at].old for old in self._were[at]))
        return Place(text=squeeze(text), then=then, now=now[:_MOST_NOW], were=were[:_MOST_NOW])

    def spelled(self, text: str, place: Place | None) -> bool:
        """Every unit that the text names by its level is one of the place's, or of those above, with the same marks."""
        units = (*place.then, *place.now, *place.were) if place else ()
        names = {canonical(_marked(part)) for unit in units for part in unit.full.split(", ")}
        return all(canonical(squeeze(name)) in names for level, name in _named(text, self._known) if level)

    def torn(self, text: str) -> bool:
        """A unit that the text names by its level is none, but would be one with other marks, or with a word more."""
        unknown = [letters(name) for level, name in _named(text, self._known) if level and not self._is_name(name)]
        return any(key in self._known or key in self._begun for key in unknown)

    def _is_name(self, name: str) -> bool:
        return canonical(squeeze(name)) in self._names

    def unglued(self, text: str) -> str:
        """The text with the blanks of units' names that were read without: `xã Ansơn` is `xã An Sơn`."""
        for level, name in _named(text, self._known):
            whole = self._whole.get(canonical(name)) if level and " " not in name else None
            text = text.replace(name, whole) if whole else text
        return text

    def bare(self, text: str, near: str) -> str:
        """The text with the level of the unit that it names without saying so: the district or province of `near`."""
        key = letters(text)
        for level, name in _named(near, self._known):
            if level and letters(name) == key:
                return f"{level} {text}"
        return text

    def _resolved(self, named: list[tuple[str, str]], day: str) -> list[int]:
        """The units of the lowest level named, as far as those above let tell."""
        provinces, first = self._highest(named)
        districts, first = self._districts(named, provinces, first)
        above = set(districts) or set(provinces)
        asked = [(level, name) for level, name in named if level in _WARDS]
        wards: list[int] = []
        for level, name in asked:
            wards = self._wards(level, name, above)
        if asked and not wards and provinces and districts:  # the district was misread, or is of another province
            wards = [at for level, name in asked for at in self._wards(level, name, set(provinces))]
        if not asked and above and first > 0 and named[first - 1][0] == "" and not named[first - 1][1].isdigit():
            wards = self._wards("", named[first - 1][1], above)
        if wards:
            return self._of_day(wards, day, districts)
        return self._of_day(districts or provinces, day, districts) if not asked else []

    def _highest(self, named: list[tuple[str, str]]) -> tuple[list[int], int]:
        """The province named, and where it stands among the names."""
        for at in reversed(range(len(named))):
            level, name = named[at]
            if level in ("tinh", "thanh pho") or (level == "" and at == len(named) - 1):
                found = self._those(0, name)
                if found:
                    return found, at
        return [], len(named)

    def _districts(self, named: list[tuple[str, str]], provinces: list[int], first: int) -> tuple[list[int], int]:
        """The district named, inside the province when there is one, and where the lowest unit found stands."""
        for at in reversed(range(min(first, len(named)))):
            level, name = named[at]
            if level in _WARDS or (level == "" and at < first - 2):
                continue
            found = self._those(1, name, exact=level == "")
            if provinces:
                found = [one for one in found if self._province(one) in provinces]
                if not found:
                    below = [one for up in provinces for one in self._below[up]]
                    found = self._nearest(letters(name), [one for one in below if self._rows[one].level == 1])
            if found:
                return found, at
        return [], first

    def _those(self, level: int, name: str, *, exact: bool = False) -> list[int]:
        key = _CITY.get(letters(name), letters(name))
        found = self._by_key.get((level, key), [])
        if not found and not exact and len(key) > 4:
            found = self._alike(key, level)
        return list(found)

    def _wards(self, level: str, name: str, above: set[int]) -> list[int]:
        """Wards of that name below one of these units; by name alone when none is given."""
        key = _ward_key(name)
        everywhere = self._by_key.get((2, key), [])
        mine = [at for at in everywhere if not above or above & set(self._above(at))]
        mine = mine or [at for at in everywhere if above & set(self._once_above(at))]
        if not mine and above:
            below = [at for up in above for at in self._wards_below(up)]
            mine = self._nearest(key, below) if not key.isdigit() else []
        elif not mine and len(key) > 5:
            mine = self._alike(key, 2)
        mine = [at for at in mine if _marked(self._rows[at].unit.name) == canonical(squeeze(name))] or mine
        return [at for at in mine if fold(self._rows[at].unit.name).startswith(level)] or mine

    def _alike(self, key: str, level: int) -> list[int]:
        """Units of a level whose name is clearly nearer than all others."""
        near = process.extract(_blurred(key), self._keys[level], scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2)
        if not near or (len(near) > 1 and near[0][1] - near[1][1] < 2):
            return []
        return self._by_key[level, near[0][2]]

    def _nearest(self, key: str, among: list[int]) -> list[int]:
        """Those of few units whose name is nearest, when it is near."""
        names = {at: self._blurs[at] for at in among}
        near = process.extract(_blurred(key), names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=4)
        return [at for _, score, at in near if score >= near[0][1] - 0.5]

    def _of_day(self, found: list[int], day: str, districts: list[int]) -> list[int]:
        """Those that there were on that day, when that leaves any; below a district only the old ones."""
        rows = self._rows
        if districts:
            found = [at for at in found if rows[at].old] or found
        elif day:
            found = [at for at in found if rows[at].old == (day < CHANGED)] or found
        return list(dict.fromkeys(found))

    def _above(self, at: int) -> Iterator[int]:
        up = self._rows[at].up
        while up is not None:
            yield up
            up = self._rows[up].up

    def _once_above(self, at: int) -> Iterator[int]:
        """The provinces before or after: papers mix old and new names for a while."""
        for up in self._above(at):
            yield from self._rows[up].new if self._rows[up].old else self._were[up]

    def _province(self, at: int) -> int:
        up = self._rows[at].up
        return at if up is None else self._province(up)

    def _wards_below(self, at: int) -> Iterator[int]:
        for below in self._below[at]:
            if self._rows[below].level == 2:
                yield below
            else:
                yield from self._wards_below(below)

    def _now(self, at: int) -> tuple[int, ...]:
        """What became of a unit; of a district: what became of its wards."""
        row = self._rows[at]
        if not row.old:
            return (at,)
        return row.new or tuple(dict.fromkeys(new for below in self._below[at] for new in self._rows[below].new))

    def _unit(self, at: int) -> Unit:
        return self._rows[at].unit

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(key for _, key in self._by_key if not key.isdigit())

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(_marked(row.unit.name) for row in self._rows)

    @cached_property
    def _begun(self) -> frozenset[str]:
        """Names without their last word."""
        return frozenset(row.key.rpartition(" ")[0] for row in self._rows)

    @cached_property
    def _whole(self) -> dict[str, str]:
        """Names of several syllables by their letters and marks without blanks, as far as one name alone has these."""
        names = {_NAME.sub("", row.unit.name) for row in self._rows}
        glued = Counter(canonical(name).replace(" ", "") for name in names)
        return {key: name for name in names if glued[key := canonical(name).replace(" ", "")] == 1 and " " in name}

    @cached_property
    def _keys(self) -> list[dict[str, str]]:
        """By level: key → the same blurred."""
        return [{key: _blurred(key) for level, key in self._by_key if level == wanted} for wanted in range(3)]

    @cached_property
    def _blurs(self) -> list[str]:
        return [_blurred(row.key) for row in self._rows]


def _named(text: str, known: Container[str] = ()) -> list[tuple[str, str]]:
    """(level, name) of the units that a text names, in its order; level `""` for a part that doesn't say which."""
    found: list[tuple[str, str]] = []
    for part in _parts(squeeze(text), known):
        key = fold(part)
        marks = [] if letters(part) in known else _marks(part, key, known)
        if not marks and len(key.strip(" .")) > 1:
            found.append(("", part.strip(" .")))
        for at, (_, end, level) in enumerate(marks):
            name = part[end : marks[at + 1][0] if at + 1 < len(marks) else len(key)].strip(" .:()")
            if name:
                found.append((level, name))
    return found


def _tail(named: list[tuple[str, str]], known: Container[str]) -> list[tuple[str, str]]:
    """The unit that an office's name ends in, `Sở Tư pháp Bình Dương`; [] when it ends in none."""
    words = named[-1][1].split() if named and not named[-1][0] else []
    tails = (" ".join(words[-size:]) for size in (4, 3, 2) if size < len(words))
    return [("", tail) for tail in tails if letters(tail) in known][:1]


def _parts(text: str, known: Container[str]) -> list[str]:
    """The text parted at commas and dashes; a dash inside a name (`Phan Rang - Tháp Chàm`) parts nothing."""
    parts: list[str] = []
    for piece in re.split(r"[,;]", text):
        first, *more = re.split(r"\s[-–—]\s", piece)
        parts.append(first)
        for one in more:
            words = letters(f"{parts[-1]} {one}").split()
            whole = any(" ".join(words[at:]) in known for at in range(min(3, len(words))))
            parts[-1:] = [f"{parts[-1]} - {one}"] if whole else [parts[-1], one]
    return parts


def _marks(part: str, key: str, known: Container[str]) -> list[tuple[int, int, str]]:
    """(start, end, level) of the words that say which unit follows.

    `Xá`, `Quan`, `Phương` are names, not `xã`, `quận`, `phường`: inside a part such a word must have its own marks, or
    the name of a unit behind it.
    """
    found: list[tuple[int, int, str]] = []
    for mark in _MARK.finditer(key):
        own = canonical(part[mark.start() : mark.end()]).strip() in _MARKED
        at_once = bool(found) and mark.start() <= found[-1][1]
        if mark.end() >= len(key.rstrip()) or (at_once and (len(found) == 1 or not own)):
            continue  # a name may end or begin so: `Xã Tứ Xã`, `Phường Phương Mai`
        if at_once:
            found.pop()  # `Xã Tứ Xã Huyện Lâm Thao`: the mark before was the end of a name
        first = not key[: mark.start()].strip() or _BODY.search(key[: mark.start()]) is not None
        if mark[2] or first or own or _begins_known(key[mark.end() :], known):
            found.append((mark.start(), mark.end(), mark[1] or _SHORT[mark[2]]))
    if not found or not (found[0][0] == 0 or _BODY.search(key[: found[0][0]])):
        found = [*_misread_mark(key, found[0][0] if found else len(key)), *found]
    return found


def _begins_known(key: str, known: Container[str]) -> bool:
    words = letters(key).split()
    return any(
        " ".join(words[:size]) in known and (size == len(words) or words[size] in _FIRST_WORDS)
        for size in range(1, min(5, len(words) + 1))
    )


def _misread_mark(key: str, before: int) -> list[tuple[int, int, str]]:
    """The word that says the level at the beginning, when it was misread: `phườnq`."""
    begin = _BODIES.search(key)
    at = begin.end() if begin else len(key) - len(key.lstrip())
    for size in (1, 2):
        words = re.match(r"\S+\s+" * size, key[at:])
        if words and at + words.end() <= before:
            word = _blurred(words.group().strip())
            near = process.extractOne(word, list(_LONG_MARKS), scorer=fuzz.ratio, score_cutoff=80)
            if near:
                return [(at, at + words.end(), _LONG_MARKS[near[0]])]
    return []


def _blurred(key: str) -> str:
    """The letters that OCR takes for each other made one."""
    return key.replace("rn", "m").replace("ri", "n").translate(_BLUR)


def _ward_key(name: str) -> str:
    key = letters(name)
    return key.lstrip("0") or key if key.isdigit() else key


_NAME = re.compile(r"^(?:Phường|Xã|xã|Thị trấn|Đặc khu|Quận|Huyện|Thị xã|Thành phố|Tỉnh) ")


def _marked(name: str) -> str:
    """The name without the word for its level, with marks."""
    return canonical(_NAME.sub("", name))


def load(file: Path) -> Gazetteer:
    """The table of units; raises BadSettings naming file and line."""
    try:
        return Gazetteer(_rows(file))
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise BadSettings(f"{file.name}: {error}") from error


def _rows(file: Path) -> list[_Row]:
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "")]
    rows: list[_Row] = []
    place: dict[tuple[str, str], int] = {}
    kept: dict[int, int] = {}
    above: list[int] = []
    for line in sorted(lines, key=lambda line: line[0].islower()):
        mark, code, name = line[:3]
        level = "pdw".index(mark.lower()) if mark != "W" else 2
        above = above[: 1 if mark == "W" else level]
        up = above[-1] if above else None
        full = ", ".join([name, *(rows[at].unit.name for at in reversed(above))])
        since, until = (CHANGED, "") if mark.isupper() else ("", "2025-06-30")
        unit = Unit(code=code, name=name, full=full, since=since, until=until)
        place[mark, code] = kept[id(line)] = len(rows)
        rows.append(_Row(unit, level, _ward_key(_marked(name)), up, old=mark.islower()))
        above.append(len(rows) - 1)
    for line in lines:
        if line[0] in "pw":
            new = tuple(place[line[0].upper(), one] for one in line[3].split())
            rows[kept[id(line)]] = replace(rows[kept[id(line)]], new=new)
    return rows


@lru_cache(maxsize=2)
def gazetteer(file: Path) -> Gazetteer:
    """The table, read once."""
    return load(file)


class Places:
    """Notes on each document the units that its addresses, its issuer and the place before its date name."""

    def __init__(self, load_page: LoadPage, units: Gazetteer) -> None:
        self._load = load_page
        self._units = units

    def __call__(self, scan: Scan) -> Scan:
        return replace(scan, documents=tuple(self._noted(document) for document in scan.documents))

    def _noted(self, document: Document) -> Document:
        issued, issuer = document.field("issued"), document.field("issuer")
        day = issued.normalised if issued and len(issued.normalised) == 10 else ""
        home = issuer.normalised if issuer else ""
        found: list[Place] = []
        fields: list[Field] = []
        for field in map(self._unglued, document.fields):
            place = self._place(field, day, home)
            found += [replace(place, field=field.name, part=field.part)] if place else []
            fields.append(self._held(field, place))
        head = self._head(document)
        if head and (place := self._units.place(self._units.bare(head, home), day, home)):
            found.append(replace(place, field="issued", text=head))
        doubted = any(one.unsure and not before.unsure for one, before in zip(fields, document.fields, strict=True))
        unsure = document.unsure or doubted
        return replace(document, places=tuple(dict.fromkeys(found)), fields=tuple(fields), unsure=unsure)

    def _place(self, field: Field, day: str, home: str) -> Place | None:
        if field.name not in _PLACED or not field.normalised:
            return None
        return self._units.place(field.normalised, day, home if field.name == "issuer" else "")

    def _held(self, field: Field, place: Place | None) -> Field:
        """A value held against the table of units: an address whose communes and provinces are none is doubted, and a
        unit's own body whose name is a torn one; one that was gone before the table begins may be right.
        """
        own = field.name == "issuer" and _OWN_BODY.match(fold(field.normalised))
        strange = self._units.torn if own else lambda text: not self._units.spelled(text, place)
        held = own or field.name == "address"
        if not held or field.by is By.CLERK or not strange(field.normalised):
            return field
        return replace(field, unsure=True, checks=(*field.checks, Check(code="known_unit", passed=False)))

    def _unglued(self, field: Field) -> Field:
        if field.name not in _PLACED or field.by is By.CLERK or not field.normalised:
            return field
        whole = self._units.unglued(field.normalised)
        if whole == field.normalised:
            return field
        return replace(field, normalised=whole, alternatives=(field.normalised, *field.alternatives))

    def _head(self, document: Document) -> str:
        """The place before the date, ô 4 of NĐ 30/2020 Phụ lục I; empty when there is none."""
        page = self._load(document.pages[0].scan, document.pages[0].page)
        for line in page.lines[:_ISSUED_LINES]:
            match = _DATED.match(fold(line.text))
            if match:
                return line.text[match.start(1) : match.end(1)].strip()
        return ""
