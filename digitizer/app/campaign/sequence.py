"""Numbers expected against numbers found, in the order in which they were found.

First the doubled are set aside (the same sheet again).  In what is left, numbers that rise as they should are anchors,
chosen so that the fewest faults remain; whatever stands between two of them and bears another number (or none) takes
the place of one that is missing there, and is called misnumbered (or unread).  A number left over is missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """What is wrong with a number."""

    MISSING = "missing"
    DOUBLED = "doubled"
    MISNUMBERED = "misnumbered"
    EXTRA = "extra"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Difference(Generic[T]):
    """One difference.  `number`: the one expected (missing, unread, what a misnumbered one should be: None when that
    can't be told), or the one that came again or was not expected.  `items`: what shows it.
    `bears`: the number that a misnumbered one bears.  `among`: it is one of these, and which can't be told.
    """

    kind: Kind
    number: int | None
    items: tuple[T, ...] = ()
    bears: int | None = None
    among: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbered(Generic[T]):
    """A thing found and the number that it bears, None when none could be read."""

    number: int | None
    item: T


def compare(
    expected: range, found: Sequence[Numbered[T]], same: Callable[[T, T], bool], *, ordered: bool
) -> list[Difference[T]]:
    """The differences, by number.

    `same`: are these two the same thing?  `ordered`: they come as they lie on the shelf, not sorted by their names:
    then one that bears a wrong number is known by its place, and by nothing else.

    Things without a number that stand only where numbers are missing are those, unread; when there are others too,
    things without a number belong to the one before them, as the backs of sheets do.
    """
    doubled, single = _doubles(found, same)
    left = single if _unread_only(single, expected) else [one for one in single if one.number is not None]
    anchors = _anchors([one.number for one in left], expected)
    bounds = [-1, *anchors, len(left)]
    differences = list(doubled)
    late: list[Numbered[T]] = []
    missing: list[int] = []
    for begin, end in pairwise(bounds):
        low = left[begin].number if begin >= 0 else expected.start - 1
        high = left[end].number if end < len(left) else expected.stop
        assert low is not None
        assert high is not None
        told, open_, over = _fill(list(range(low + 1, high)), left[begin + 1 : end])
        differences += told
        missing += open_
        late += over
    differences += _leftover(missing, late, pairs=not ordered)
    return sorted(differences, key=lambda one: (one.number or one.bears or 0, one.kind))


def _doubles(
    found: Sequence[Numbered[T]], same: Callable[[T, T], bool]
) -> tuple[list[Difference[T]], list[Numbered[T]]]:
    """Those that are another one again, named by the first one's number, and the rest."""
    doubled: dict[int | None, list[T]] = {}
    single: list[Numbered[T]] = []
    at: int | None = None
    numbers: list[int | None] = []
    for one in found:
        at = one.number if one.number is not None else at
        first = next((place for place, other in enumerate(single) if same(other.item, one.item)), None)
        if first is None:
            single.append(one)
            numbers.append(at)
        else:
            doubled.setdefault(numbers[first], [single[first].item]).append(one.item)
    return [Difference(Kind.DOUBLED, number, tuple(items)) for number, items in doubled.items()], single


def _anchors(numbers: Sequence[int | None], expected: range) -> list[int]:
    """Places of a rising run of expected numbers that leaves the fewest faults between them; of several the longest.

    Between two of them stand things, and numbers are absent: as many faults as the more of the two.
    """
    nodes = [(-1, expected.start - 1), *((at, n) for at, n in enumerate(numbers) if n is not None and n in expected)]
    nodes.append((len(numbers), expected.stop))
    best: list[tuple[int, int]] = [(0, 0)]
    before = [0]
    for here, (place, number) in enumerate(nodes[1:], 1):
        costs = [
            (best[at][0] + max(place - nodes[at][0], number - nodes[at][1]) - 1, best[at][1] - 1, at)
            for at in range(here - 1, -1, -1)
            if nodes[at][1] < number
        ]
        cost, length, at = min(costs)
        best.append((cost, length))
        before.append(at)
    run = []
    at = before[-1]
    while at:
        run.append(nodes[at][0])
        at = before[at]
    return run[::-1]


def _fill(gap: list[int], between: Sequence[Numbered[T]]) -> tuple[list[Difference[T]], list[int], list[Numbered[T]]]:
    """(what is told of this gap, numbers still missing, things that found no place)."""
    if len(between) < len(gap) and between:
        told = [_placed(None, one, tuple(gap)) for one in between]
        few = len(gap) - len(between)
        told += [Difference(Kind.MISSING, None, (), None, tuple(gap)) for _ in range(few)]
        return told, [], []
    placed = [_placed(number, one) for number, one in zip(gap, between, strict=False)]
    return placed, gap[len(between) :], list(between[len(gap) :])


def _placed(number: int | None, one: Numbered[T], among: tuple[int, ...] = ()) -> Difference[T]:
    kind = Kind.UNREAD if one.number is None else Kind.MISNUMBERED
    return Difference(kind, number, (one.item,), one.number, among)


def _leftover(missing: list[int], late: list[Numbered[T]], *, pairs: bool) -> list[Difference[T]]:
    """Missing numbers, and things without a place: out of order, misnumbered where as many are missing, or too many."""
    wanted = set(missing)
    strays = []
    for one in late:
        if one.number in wanted:
            wanted.discard(one.number)  # only out of order
        else:
            strays.append(one)
    gone = sorted(wanted)
    if pairs and strays and len(strays) == len(gone) and all(one.number is not None for one in strays):
        return [_placed(number, one) for number, one in zip(gone, strays, strict=True)]
    told: list[Difference[T]] = [Difference(Kind.MISSING, number) for number in gone]
    told += [Difference(Kind.EXTRA, one.number, (one.item,), one.number) for one in strays]
    return told


def _unread_only(single: Sequence[Numbered[T]], expected: range) -> bool:
    """True when every thing without a number stands where a number is missing."""
    before = expected.start - 1
    blanks = 0
    for number in (*(one.number for one in single), expected.stop):
        if number is None:
            blanks += 1
            continue
        if blanks > max(number - before - 1, 0):
            return False
        before, blanks = number, 0
    return True
