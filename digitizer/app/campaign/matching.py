"""Which unit of the manifest a file belongs to: by its folders, by its name, else by what was read on it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from digitizer.app.campaign.manifest import Unit, paper_name
from digitizer.text import fold

_CODE = r"[\s._:-]*(?:so\b)?[\s._:-]*(\w[\w./-]*)"
_BOX = re.compile(rf"\b(?:hop|thung|box){_CODE}")
_DOSSIER = re.compile(rf"\b(?:ho\s?so|hs|dvbq|don vi bao quan|dossier){_CODE}")
_VOLUME = re.compile(rf"\b(?:quyen|volume){_CODE}")
_RUN = re.compile(r"[a-z]+|\d+")

Key = tuple[str, ...]


class Matcher:
    """Finds units; a key that means two of them means none."""

    def __init__(self, units: Iterable[tuple[int, Unit]]) -> None:
        """`units`: each with its ordinal, which is what is found."""
        self._by: dict[Key, set[int]] = defaultdict(set)
        self._numbers: dict[int, tuple[int, int]] = {}
        for ordinal, unit in units:
            for key in _keys(unit):
                self._by[key].add(ordinal)
            if unit.first_number is not None and unit.last_number is not None:
                self._numbers[ordinal] = unit.first_number, unit.last_number

    def by_place(self, labels: Sequence[str], file: str) -> int | None:
        """The unit that the folders (outermost first) or the file's name mean, or None."""
        for end in range(len(labels), 0, -1):
            for start in range(end):
                found = self._one(("folder", *map(code, labels[start:end])))
                if found is not None:
                    return found
        path = fold(" / ".join((*labels, file)))
        box, dossier, volume = (_last(pattern, path) for pattern in (_BOX, _DOSSIER, _VOLUME))
        tries: list[Key] = [("dossier", box, dossier), ("dossier", dossier)] if dossier else []
        if volume:
            tries += [("volume", code(label), volume) for label in reversed(labels)]
            tries += [("volume", box, volume), ("volume", volume)]
        tries += [("dossier", box, code(label)) for label in reversed(labels)]
        tries += [("dossier", code(label)) for label in reversed(labels)]
        named = paper_name(file)
        tries += [("dossier", code(named[0]))] if named else []
        return next((found for key in tries if (found := self._one(key)) is not None), None)

    def by_reading(self, book: str, number: int | None) -> int | None:
        """The unit that a book's volume and the number of an entry in it mean, as read on a paper, or None."""
        among = self._by.get(("volume", code(book)), set()) if book else set()
        fitting = {one for one in among if number is not None and self._holds(one, number)}
        return next(iter(fitting or among)) if len(fitting or among) == 1 else None

    def _holds(self, ordinal: int, number: int) -> bool:
        first, last = self._numbers.get(ordinal, (1, 0))
        return first <= number <= last

    def _one(self, key: Key) -> int | None:
        found = self._by.get(key, set())
        return next(iter(found)) if len(found) == 1 else None


def code(text: str) -> str:
    """A code or label as it is compared, without marks and leading zeros: `0034` → `34`, `01/2009` → `1-2009`."""
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in _RUN.findall(fold(text)))


def _keys(unit: Unit) -> Iterable[Key]:
    box = code(unit.box)
    if unit.folder:
        yield ("folder", *(code(part) for part in unit.folder.replace("\\", "/").split("/") if part))
    if unit.dossier:
        yield "dossier", box, code(unit.dossier)
        yield "dossier", code(unit.dossier)
    if unit.volume:
        yield "volume", box, code(unit.volume)
        yield "volume", code(unit.book), code(unit.volume)
        yield "volume", code(unit.volume)


def _last(pattern: re.Pattern[str], path: str) -> str:
    found = [match[1] for match in pattern.finditer(path)]
    return code(found[-1]) if found else ""
