"""The catalogue of procedures: every version of every code, which one held on a day, and finding one by its name."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from rapidfuzz import fuzz, process

from digitizer.classify.words import letters
from digitizer.model import Procedure

# A word counts as read when it is so like one of the name's, 0-100.
_WORD_ALIKE = 70.0
_CLEAR = 1.5
_CUT_AT_LEAST = 45
"""Letters that a name must have to be taken for the beginning of a longer one: only long names are cut."""
_SHARED = 0.55
_MOST_LOOKED_AT = 30
_OPENERS = ("thu tuc ", "dang ky viec ", "ve viec ", "yeu cau ", "de nghi ")
# Words that names have or lack without meaning another procedure.
_FILLERS = frozenset(
    """
    thu tuc viec cua cac tai theo ve va cho la do duoc o tren mot so nhung khi den tu thuc hien
    """.split()  # noqa: SIM905  # a list of quoted words is no better to read
)
# What is done to the thing: a name without one of these names another procedure.
_DEEDS = frozenset("lai doi moi han chinh sung sua xoa ngung dung khoi giam tang huy tam gia".split())  # noqa: SIM905


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
        wanted = bare(name).split()
        whole: list[tuple[float, str]] = []
        begun: list[tuple[float, str]] = []
        for code in self._near(wanted):
            lacking, left = _unmatched(wanted, self._names[code])
            if not lacking and not left:
                whole.append((self._likeness(wanted, code), code))
            elif len(name) >= _CUT_AT_LEAST and self._begins(wanted, code):
                begun.append((self._likeness(wanted, code), code))
        return self._chosen(whole, day, level) if whole else self._chosen(begun, day, level, cut=True)

    def _near(self, wanted: list[str]) -> list[str]:
        """The codes whose names share most of these words, rare ones counting more; few enough to compare each."""
        points: dict[str, float] = defaultdict(float)
        total = 0.0
        for word in set(wanted):
            codes = self._by_word.get(word, ())
            weight = 1.0 if not codes else math.log(1 + len(self._names) / len(codes))
            total += weight if codes else 0.0
            for code in codes:
                points[code] += weight
        near = sorted(((got, code) for code, got in points.items() if got >= _SHARED * total), reverse=True)
        return [code for _, code in near[:_MOST_LOOKED_AT]]

    def _likeness(self, wanted: list[str], code: str) -> float:
        return fuzz.ratio(" ".join(wanted), " ".join(self._names[code]))

    def _begins(self, wanted: list[str], code: str) -> bool:
        """Long names are cut short on slips."""
        lacking, left = _unmatched(wanted, self._names[code][: len(wanted)])
        return not lacking and not left

    def _chosen(
        self, same: list[tuple[float, str]], day: str, level: str, *, cut: bool = False
    ) -> tuple[str | None, float]:
        same = [one for one in same if self.in_force(one[1], day)] or same
        same = sorted([one for one in same if self._done_at(one[1], level)] or same, reverse=True)
        if not same or (len(same) > 1 and (cut or same[0][0] - same[1][0] < _CLEAR)):
            return None, 0.0
        return same[0][1], round((0.85 if cut else 0.97) * (1.0 if len(same) == 1 else 0.9), 3)

    def _done_at(self, code: str, level: str) -> bool:
        row = self.at(code)
        return not level or row is None or not row.levels or any(level in one for one in row.levels)

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return {code: bare(versions[-1].name).split() for code, versions in self._versions.items()}

    @cached_property
    def _by_word(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code, words in self._names.items():
            for word in set(words):
                found[word].append(code)
        return found


def holds(version: Procedure, day: str) -> bool:
    """True when this version is in force on an ISO day; without a day, when it has not ended."""
    if not day:
        return not version.valid_to
    return version.valid_from <= day and (not version.valid_to or day <= version.valid_to)


def bare(name: str) -> str:
    """A name as it is compared: folded, without punctuation and without the words that say that it is a procedure."""
    key = letters(name).replace(" doi voi ", " ").replace(" truong hop ", " ")
    for opener in _OPENERS:
        key = key.removeprefix(opener)
    return key


def _unmatched(wanted: list[str], name: list[str]) -> tuple[list[str], list[str]]:
    """The words of either that the other lacks, misread ones taken as read and fillers left out."""
    left, right = Counter(wanted), Counter(name)
    lacking = list((left - right).elements())
    spare = list((right - left).elements())
    for word in list(lacking):
        near = process.extractOne(word, spare, scorer=fuzz.ratio, score_cutoff=_WORD_ALIKE if len(word) > 2 else 50)
        if near and not (near[0] in _DEEDS and word in _DEEDS):
            lacking.remove(word)
            spare.remove(near[0])
    return [word for word in lacking if word not in _FILLERS], [word for word in spare if word not in _FILLERS]
