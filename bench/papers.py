"""Documents: are they cut, named and filled in right?  Only ours has any."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from bench.nouns import FoundDocument, Key, Set, TruthDocument, Value
from bench.truth import unit
from digitizer.text import canonical, squeeze

MAIN = ("number", "issued", "issuer")
_ENDS = " .,;:"
_SUBJECT_WORDS = 0.6  # of a subject's words found, where the truth has it abridged
_SAME_PAPER = 0.5  # shared of all pages (Jaccard), above which two documents are the same paper


@dataclass(slots=True)
class Count:
    """Right, given and told (= in the truth), and right with the right part, of some values; of those given and of
    those right, how many were marked unsure.
    """

    right: int = 0
    given: int = 0
    told: int = 0
    right_part: int = 0
    unsure: int = 0
    unsure_right: int = 0

    def add(self, other: "Count") -> None:
        """Sum up in place."""
        for one in fields(Count):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def precision(self) -> float:
        """Right of given; 1 when nothing was given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Right of told; 1 when there was nothing to find."""
        return self.right / self.told if self.told else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both: 2·right / (given + told)."""
        return 2 * self.right / (self.given + self.told) if self.given + self.told else 1.0


@dataclass(slots=True)
class Papers:
    """What the documents of some sets came to.  `wrong_kinds`: (truth, ours) of those told apart wrongly."""

    documents: int = 0
    kinds: int = 0
    exact: int = 0
    ready: int = 0
    ready_values: int = 0
    ready_wrong: int = 0
    ready_missing: int = 0
    boundaries: Count = field(default_factory=Count)
    by_name: dict[str, Count] = field(default_factory=dict)
    wrong_kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong_values: list[str] = field(default_factory=list)

    def add(self, other: "Papers") -> None:
        """Sum up in place."""
        for name in ("documents", "kinds", "exact", "ready", "ready_values", "ready_wrong", "ready_missing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.boundaries.add(other.boundaries)
        for name, count in other.by_name.items():
            self.by_name.setdefault(name, Count()).add(count)
        self.wrong_kinds.update(other.wrong_kinds)
        self.wrong_values += other.wrong_values

    def fields(self, names: Iterable[str] | None = None) -> Count:
        """The sum over field names, all of them by default."""
        total = Count()
        for name in self.by_name if names is None else names:
            total.add(self.by_name.get(name, Count()))
        return total


def same_value(name: str, truth: str, ours: str, *, shortened: bool = False) -> bool:
    """Equal when case, tone placement and final punctuation don't count (design.md, The machine face).

    With `shortened`: a subject counts when 60 % of its words are there, `UBND` is `Ủy ban nhân dân`.
    """
    one, other = _key(truth, shortened=shortened), _key(ours, shortened=shortened)
    if not shortened or name != "subject":
        return one == other
    told = re.findall(r"\w+", one)
    got = Counter(re.findall(r"\w+", other))
    return sum((Counter(told) & got).values()) >= _SUBJECT_WORDS * len(told)


def _key(value: str, *, shortened: bool) -> str:
    key = canonical(squeeze(value)).strip(_ENDS)
    if shortened:
        key = re.sub(r"\bubnd\b", "ủy ban nhân dân", key)
        key = key.removeprefix("v/v ")
    return key


def pair(truth: Sequence[TruthDocument], ours: Sequence[FoundDocument]) -> list[tuple[TruthDocument, FoundDocument]]:
    """Each paper of the truth with that of ours which shares most pages, one to one, best pairs first."""
    shares = []
    for left, told in enumerate(truth):
        for right, found in enumerate(ours):
            common = len(set(told.pages) & set(found.pages))
            share = common / len(set(told.pages) | set(found.pages))
            if common and share >= _SAME_PAPER:
                shares.append((-share, left, right))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    pairs = []
    for _, left, right in sorted(shares):
        if left not in taken_left and right not in taken_right:
            taken_left.add(left)
            taken_right.add(right)
            pairs.append((truth[left], ours[right]))
    return pairs


def score(one: Set, ours: Sequence[FoundDocument]) -> Papers:
    """The figures of one set.

    Values are judged for the names that the set's truth knows, paper by paper; a paper of the truth that we have not
    has all its values missing, a READY one of ours that is no paper of the truth has all its values wrong.
    """
    papers = Papers(documents=len(one.documents))
    known = {name for told in one.documents for name in told.fields}
    wanted = {key for told in one.documents for key in told.pages}
    ours = [found for found in ours if wanted.intersection(found.pages)]
    pairs = pair(one.documents, ours)
    partners = {id(told): found for told, found in pairs}
    for told in one.documents:
        found = partners.get(id(told))
        if found is None:
            papers.wrong_kinds[told.kind, "(no such document)"] += 1
        elif found.kind != told.kind:
            papers.wrong_kinds[told.kind, found.kind] += 1
        else:
            papers.kinds += 1
        papers.exact += found is not None and found.pages == told.pages
        _judge(told, found, known, papers, one)
    paired = {id(found) for _, found in pairs}
    for found in ours:
        if id(found) not in paired and found.ready and one.split:
            values = sum(len(found.fields.get(name, ())) for name in known)
            papers.ready_values += values
            papers.ready_wrong += values
    if one.split:
        papers.boundaries = boundaries(one, ours)
    return papers


def _judge(told: TruthDocument, found: FoundDocument | None, known: set[str], papers: Papers, one: Set) -> None:
    """Count the values of one paper.  Doubtful ones of the truth count neither for nor against."""
    ready = found is not None and found.ready
    papers.ready += ready
    for name in known:
        truth = told.fields.get(name, [])
        given = found.fields.get(name, []) if found else []
        if any(value.doubtful for value in truth) or (not truth and not one.complete):
            continue
        count = match(name, truth, given, shortened=one.shortened)
        papers.by_name.setdefault(name, Count()).add(count)
        if ready:
            papers.ready_values += count.given
            papers.ready_wrong += count.given - count.right
            papers.ready_missing += max(0, count.told - count.given)
        if count.right < max(count.given, count.told):
            papers.wrong_values.append(
                f"{told.pages[0]} {told.kind}{' READY' if ready else ''} {name}: {_list(truth)} → {_list(given)}"
            )


def _list(values: Sequence[Value]) -> str:
    return " | ".join(value.normalised + " (by hand)" * value.by_hand for value in values) or "—"


def match(name: str, truth: Sequence[Value], given: Sequence[Value], *, shortened: bool = False) -> Count:
    """One to one; a value of the right part is preferred.  The same value given twice counts once."""
    left = list(truth)
    unique = list({(_key(v.normalised, shortened=shortened), v.part): v for v in given}.values())
    count = Count(given=len(unique), told=len(truth), unsure=sum(value.unsure for value in unique))
    for same_part in (True, False):
        for value in list(unique):
            for other in left:
                if same_part and other.part != value.part:
                    continue
                if same_value(name, other.normalised, value.normalised, shortened=shortened):
                    count.right += 1
                    count.right_part += other.part == value.part
                    count.unsure_right += value.unsure
                    left.remove(other)
                    unique.remove(value)
                    break
    return count


def boundaries(one: Set, ours: Sequence[FoundDocument]) -> Count:
    """Right, given and told cuts between neighbouring pages of one file (or folder of images).

    Blank pages and separators, which are in no document of the truth, are passed over on both sides.
    """
    owner_told = {key: number for number, told in enumerate(one.documents) for key in told.pages}
    owner_found = {key: number for number, found in enumerate(ours) for key in found.pages}
    pages = [page.key for page in one.pages if page.key in owner_told]
    count = Count()
    for before, after in itertools.pairwise(pages):
        if unit(before.file) != unit(after.file) or (before.file != after.file and _in_zip(before)):
            continue
        told = owner_told[before] != owner_told[after]
        given = owner_found.get(before, before) != owner_found.get(after, after)
        count.right += told and given
        count.given += given
        count.told += told
    return count


def _in_zip(key: Key) -> bool:
    return ".zip/" in key.file.lower()
