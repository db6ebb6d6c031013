"""The catalogue of procedures: every version of every code, which one held on a day, and finding one by its name."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from digitizer.classify.words import letters
from digitizer.model import Procedure

# A word counts as read when it is so like one of the name's, 0-100.
_WORD_ALIKE = 70.0
_LONG_WORD = 5
_CLEAR = 1.5
_CUT_AT_LEAST = 45
"""Letters that a name must have to be taken for the beginning of a longer one: only long names are cut."""
_UNSAID = 1
"""Words that matter which a name cut short may lack: one is seldom what tells two procedures apart, two are."""
_SHARED = 0.55
_MOST_LOOKED_AT = 30
MOST_TOLD = 5
"""Procedures that are offered to choose from."""
_PROCEDURE = re.compile(r"^(?:t\w{1,2} tuc|thu \wuc) ")
"""`Thủ tục`, in which a letter may be misread."""
_OPENERS = ("dang ky viec ", "ve viec ", "yeu cau ", "de nghi ")
# Words that names have or lack without meaning another procedure.
_FILLERS = frozenset(
    """
    thu tuc viec cua cac tai theo ve va cho la do duoc o tren mot so nhung khi den tu thuc hien
    """.split()  # noqa: SIM905  # a list of quoted words is no better to read
)
# What is done to the thing: a name without one of these names another procedure.
_DEEDS = frozenset("lai doi moi han chinh sung sua xoa ngung dung khoi giam tang huy tam gia".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Named:
    """The procedure that a name names, how sure that is (0–1); None in doubt.  `perhaps`: others that it may mean."""

    code: str | None = None
    sure: float = 0.0
    perhaps: tuple[str, ...] = ()


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

    def by_name(self, name: str, day: str = "", level: str = "") -> Named:
        """The procedure of that name, given nearly in full.

        Of several alike, those in force on `day` and done at `level` (`xã`, `tỉnh`, `bộ`) go before the others.
        """
        wanted = bare(name).split()
        whole: list[tuple[float, str]] = []
        begun: list[tuple[float, str]] = []
        for code in self._near(wanted):
            lacking, left = self._unmatched(wanted, self._names[code])
            if not lacking and not left:
                whole.append((self._likeness(wanted, code), code))
            elif len(name) >= _CUT_AT_LEAST and self._begins(wanted, code):
                begun.append((self._likeness(wanted, code), code))
        begun = self._fitting(begun, day, level)
        if not whole:
            return self._meant(wanted, begun)
        named = self._chosen(whole, day, level)
        return replace(named, perhaps=(*named.perhaps, *(code for _, code in begun))[:MOST_TOLD])

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
        lacking, left = self._unmatched(wanted, self._names[code][: len(wanted)])
        return not lacking and not left

    def _chosen(self, same: Sequence[tuple[float, str]], day: str, level: str) -> Named:
        same = self._fitting(same, day, level)
        if len(same) > 1 and same[0][0] - same[1][0] < _CLEAR:
            return _doubted(same)
        return Named(same[0][1], 0.97 if len(same) == 1 else 0.873)

    def _meant(self, wanted: list[str], begun: Sequence[tuple[float, str]]) -> Named:
        """What a name cut short means: the one that begins so, when hardly a word of it is left out.

        With more left out it may be the beginning of a procedure that is not in the catalogue.
        """
        if len(begun) != 1:
            return _doubted(begun)
        unsaid = [word for word in self._names[begun[0][1]][len(wanted) :] if word not in _FILLERS]
        return Named(begun[0][1], 0.85) if len(unsaid) <= _UNSAID else _doubted(begun)

    def _fitting(self, same: Sequence[tuple[float, str]], day: str, level: str) -> list[tuple[float, str]]:
        """Those in force on that day and done at that level, when there are any; the likeliest first."""
        same = [one for one in same if self.in_force(one[1], day)] or same
        return sorted([one for one in same if self._done_at(one[1], level)] or same, reverse=True)

    def _unmatched(self, wanted: list[str], name: list[str]) -> tuple[list[str], list[str]]:
        """The words of either that the other lacks, misread ones taken as read and fillers left out."""
        left, right = Counter(wanted), Counter(name)
        lacking = list((left - right).elements())
        spare = list((right - left).elements())
        for word in list(lacking):
            near = _read_as(word, spare, self._by_word)
            if near:
                lacking.remove(word)
                spare.remove(near)
        return [word for word in lacking if word not in _FILLERS], [word for word in spare if word not in _FILLERS]

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
    key = _PROCEDURE.sub("", letters(name).replace(" doi voi ", " ").replace(" truong hop ", " "))
    for opener in _OPENERS:
        key = key.removeprefix(opener)
    return key


def _doubted(same: Sequence[tuple[float, str]]) -> Named:
    return Named(perhaps=tuple(code for _, code in same[:MOST_TOLD]))


def _read_as(word: str, spare: Iterable[str], known: Container[str]) -> str | None:
    """Which of these words was misread as `word`; None for none.  What is no word of any name may be off by more.

    A number is never taken for another.
    """
    spare = [one for one in spare if not (one.isdigit() or word.isdigit() or (one in _DEEDS and word in _DEEDS))]
    near = process.extractOne(word, spare, scorer=fuzz.ratio, score_cutoff=_WORD_ALIKE if len(word) > 2 else 50)
    if near or word in known:
        return near[0] if near else None
    shape, most = _shape(word), 1 if len(word) < _LONG_WORD else 2
    return min((one for one in spare if Levenshtein.distance(shape, _shape(one)) <= most), default=None)


def _shape(word: str) -> str:
    """The word with letters alike that OCR takes for each other."""
    return word.replace("ri", "n").replace("rn", "m").replace("0", "o")
