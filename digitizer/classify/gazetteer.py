"""Administrative units then and now: what a place as printed names, and what became of it on 2025-07-01.

NQ 202/2025/QH15 merged provinces, districts are gone, wards were merged and some divided: a divided ward has several
units now.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from digitizer.classify.unit_names import bare, blurred, tail, units_named, ward_key, with_marks
from digitizer.classify.words import letters
from digitizer.errors import BadSettings
from digitizer.model import Place, Unit
from digitizer.text import canonical, fold, squeeze

UNITS = "units.tsv"
"""The table's file in `config/`."""
CHANGED = "2025-07-01"
_ALIKE = 82.0
_MOST_NOW = 40
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
        # A text is asked about more than once: where its units are, and how they are spelled.
        self._named = lru_cache(maxsize=64)(lambda text: tuple(units_named(text, self._known)))

    def place(self, text: str, day: str = "", near: str = "") -> Place | None:
        """The units that a text names; None when it names none.

        `day`: the ISO day of the paper, which tells old units from new ones of the same name.  `near`: another place
        of the same paper, for what this one leaves out.
        """
        named = self._named(text)
        found = self._resolved(named, day) or self._resolved(tail(named, self._known), day)
        if near and len(found) != 1:
            said = {level for level, _ in named}
            more = [one for one in self._named(near) if one[0] not in said]
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
        names = {with_marks(part) for unit in units for part in unit.full.split(", ")}
        return all(canonical(squeeze(name)) in names for level, name in self._named(text) if level)

    def torn(self, text: str) -> bool:
        """A unit that the text names by its level is none, but would be one with other marks, a word more or less."""
        strange = (name for level, name in self._named(text) if level and canonical(name) not in self._names)
        keys = [letters(name) for name in strange]
        return any(key in self._known or key in self._begun or self._goes_on(key.split()) for key in keys)

    def _goes_on(self, words: Sequence[str]) -> bool:
        """A name of two words or more that has others behind it: a line of something else was read with it."""
        return any(" ".join(words[:end]) in self._known for end in range(2, len(words)))

    def unglued(self, text: str) -> str:
        """The text with the blanks of units' names that were read without: `xã Ansơn` is `xã An Sơn`."""
        for level, name in self._named(text):
            whole = self._whole.get(canonical(name)) if level and " " not in name else None
            text = text.replace(name, whole) if whole else text
        return text

    def bare(self, text: str, near: str) -> str:
        """The text with the level of the unit that it names without saying so: the district or province of `near`."""
        key = letters(text)
        for level, name in self._named(near):
            if level and letters(name) == key:
                return f"{level} {text}"
        return text

    def _resolved(self, named: Sequence[tuple[str, str]], day: str) -> list[int]:
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

    def _highest(self, named: Sequence[tuple[str, str]]) -> tuple[list[int], int]:
        """The province named, and where it stands among the names."""
        for at in reversed(range(len(named))):
            level, name = named[at]
            if level in ("tinh", "thanh pho") or (level == "" and at == len(named) - 1):
                found = self._those(0, name)
                if found:
                    return found, at
        return [], len(named)

    def _districts(self, named: Sequence[tuple[str, str]], provinces: list[int], first: int) -> tuple[list[int], int]:
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
        key = ward_key(name)
        everywhere = self._by_key.get((2, key), [])
        mine = [at for at in everywhere if not above or above & set(self._above(at))]
        mine = mine or [at for at in everywhere if above & set(self._once_above(at))]
        if not mine and above:
            below = [at for up in above for at in self._wards_below(up)]
            mine = self._nearest(key, below) if not key.isdigit() else []
        elif not mine and len(key) > 5:
            mine = self._alike(key, 2)
        mine = [at for at in mine if with_marks(self._rows[at].unit.name) == canonical(squeeze(name))] or mine
        return [at for at in mine if fold(self._rows[at].unit.name).startswith(level)] or mine

    def _alike(self, key: str, level: int) -> list[int]:
        """Units of a level whose name is clearly nearer than all others."""
        near = process.extract(blurred(key), self._keys[level], scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2)
        if not near or (len(near) > 1 and near[0][1] - near[1][1] < 2):
            return []
        return self._by_key[level, near[0][2]]

    def _nearest(self, key: str, among: list[int]) -> list[int]:
        """Those of few units whose name is nearest, when it is near."""
        names = {at: self._blurs[at] for at in among}
        near = process.extract(blurred(key), names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=4)
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
        return frozenset(with_marks(row.unit.name) for row in self._rows)

    @cached_property
    def _begun(self) -> frozenset[str]:
        """Names without their last word."""
        return frozenset(row.key.rpartition(" ")[0] for row in self._rows)

    @cached_property
    def _whole(self) -> dict[str, str]:
        """Names of several syllables by their letters and marks without blanks, as far as one name alone has these."""
        names = {bare(row.unit.name) for row in self._rows}
        glued = Counter(canonical(name).replace(" ", "") for name in names)
        return {key: name for name in names if glued[key := canonical(name).replace(" ", "")] == 1 and " " in name}

    @cached_property
    def _keys(self) -> list[dict[str, str]]:
        """By level: key → the same blurred."""
        return [{key: blurred(key) for level, key in self._by_key if level == wanted} for wanted in range(3)]

    @cached_property
    def _blurs(self) -> list[str]:
        return [blurred(row.key) for row in self._rows]


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
        rows.append(_Row(unit, level, ward_key(with_marks(name)), up, old=mark.islower()))
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
