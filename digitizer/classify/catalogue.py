"""The catalogue of procedures: every version of every code, which one held on a day, and finding one by its name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from rapidfuzz import fuzz, process

from digitizer.model import Procedure
from digitizer.text import fold

# Names differ in single words (cấp, cấp lại, gia hạn), so a name must be nearly the same to count.
_ALIKE = 88.0
_CLEAR = 1.5
_CUT_AT_LEAST = 24
_OPENERS = ("thu tuc ", "dang ky viec ", "ve viec ", "yeu cau ", "de nghi ")
# What is done to the thing: names that differ in one of these name two procedures, however alike they are.
_DEEDS = frozenset(
    """
    lai doi moi han chinh hoi dut bo sung sua xoa ngung dung khoi dau tang giam chuyen tach hop huy cham tam thu gia
    dieu lan khong ngoai trong nuoc luu dong
    """.split()  # noqa: SIM905  # a list of quoted words is no better to read
)


class Catalogue:
    """Procedures, made ready to be found.  Never changed: a new import makes a new one."""

    def __init__(self, versions: Iterable[Procedure]) -> None:
        self._versions: dict[str, list[Procedure]] = defaultdict(list)
        for one in sorted(versions, key=lambda one: one.valid_from):
            self._versions[one.code].append(one)

    def __contains__(self, code: object) -> bool:
        return code in self._versions

    def __len__(self) -> int:
        return len(self._versions)

    def __iter__(self) -> Iterator[Procedure]:
        """The newest version of each code."""
        return (versions[-1] for versions in self._versions.values())

    def versions(self, code: str) -> tuple[Procedure, ...]:
        """All versions of a code, oldest first; () when there is none."""
        return tuple(self._versions.get(code, ()))

    def at(self, code: str, day: str = "") -> Procedure | None:
        """The version in force on an ISO day, else the nearest one; without a day the newest; None for no such code."""
        versions = self._versions.get(code)
        if not versions:
            return None
        if not day:
            return versions[-1]
        begun = [one for one in versions if one.valid_from <= day]
        return begun[-1] if begun else versions[0]

    def in_force(self, code: str, day: str) -> bool:
        """True when a version held on that day (any day, when it is not known)."""
        return any(holds(one, day) for one in self._versions.get(code, ()))

    def by_name(self, name: str, day: str = "", level: str = "") -> tuple[str | None, float]:
        """The procedure of that name, given nearly in full, and how sure that is, 0–1; (None, 0) when in doubt.

        Of several alike, those in force on `day` and done at `level` (`xã`, `tỉnh`, `bộ`) go before the others.
        """
        wanted = bare(name)
        near = process.extract(wanted, self._names, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, limit=8)
        deeds = _deeds(wanted)
        same = [(score, code) for _, score, code in near if _deeds(self._names[code]) == deeds]
        return self._chosen(same, day, level) if same else self._beginning(wanted, day, level)

    def _beginning(self, wanted: str, day: str, level: str) -> tuple[str | None, float]:
        """Long names are cut short on slips: the one procedure whose name begins so."""
        if len(wanted) < _CUT_AT_LEAST:
            return None, 0.0
        size = len(wanted)
        begun = [(fuzz.ratio(name[:size], wanted), code) for code, name in self._names.items() if len(name) > size]
        return self._chosen([(score - 4, code) for score, code in begun if score >= 94], day, level)

    def _chosen(self, same: list[tuple[float, str]], day: str, level: str) -> tuple[str | None, float]:
        same = [one for one in same if self.in_force(one[1], day)] or same
        same = sorted([one for one in same if self._done_at(one[1], level)] or same, reverse=True)
        if not same or (len(same) > 1 and same[0][0] - same[1][0] < _CLEAR):
            return None, 0.0
        lead = same[0][0] - same[1][0] if len(same) > 1 else 10.0
        return same[0][1], round(min(0.97, same[0][0] / 100 - 0.02) * (1.0 if lead > 4 else 0.9), 3)

    def _done_at(self, code: str, level: str) -> bool:
        row = self.at(code)
        return not level or row is None or not row.levels or any(level in one for one in row.levels)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {code: bare(versions[-1].name) for code, versions in self._versions.items()}


def holds(version: Procedure, day: str) -> bool:
    """True when this version is in force on an ISO day; without a day, when it has not ended."""
    if not day:
        return not version.valid_to
    return version.valid_from <= day and (not version.valid_to or day <= version.valid_to)


def bare(name: str) -> str:
    """A name as it is compared: folded, without punctuation and without the words that say that it is a procedure."""
    key = " ".join(re.findall(r"[a-z0-9]+", fold(name)))
    for opener in _OPENERS:
        key = key.removeprefix(opener)
    return key


def _deeds(key: str) -> list[str]:
    return sorted(word for word in key.split() if word in _DEEDS)
