"""Page order repaired: a stack fed last page first, sheets whose back came before their front, cards turned over."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol, TypeVar


class Side(Protocol):
    """What is known of a page for putting it in order (split.Glance)."""

    @property
    def number(self) -> int | None:
        """The page number printed on it."""

    @property
    def first(self) -> bool:
        """It bears a head or a title, as first pages do."""

    @property
    def ends(self) -> bool:
        """It bears a signature block or another end."""

    @property
    def signed(self) -> bool:
        """It bears a signature block: its paper has no further page but enclosures."""

    @property
    def back(self) -> bool:
        """It is the back of a card."""

    @property
    def blank(self) -> bool:
        """Nothing stands on it."""


S = TypeVar("S", bound=Side)


def backwards(sides: Sequence[S]) -> bool:
    """The stack was fed last page first: two more printed numbers count down than up, or where none say so, its papers
    lack beginnings and ends in at least three places more than they would the other way round.

    A page with an end of its own is followed by none of its paper, whatever number comes next.
    """
    printed = [side for side in sides if not side.blank]
    points = 0
    for one, other in pairwise(printed):
        before, after = _place(one), _place(other)
        if before and after and max(before, after) > 1:
            points += (after - before == 1 and not one.ends) - (before - after == 1 and not other.ends)
    return points < -1 or (points <= 0 and _torn(printed) > _torn(printed[::-1]) + 2)


def _torn(sides: Sequence[Side]) -> int:
    """Places where a page without a beginning follows an end, or a paper without an end is followed by a beginning."""
    starts = sum(not other.first and (one is None or one.signed) for one, other in pairwise((None, *sides)) if other)
    ends = sum(not one.signed and (other is None or other.first) for one, other in pairwise((*sides, None)) if one)
    return starts + ends


def _place(side: Side) -> int | None:
    return side.number or (1 if side.first else None)


def brought_home(groups: Sequence[Sequence[S]]) -> list[list[S]]:
    """Each page that came before the first page of its paper, given back to it.

    Such a page has no head, stands last in a paper that it doesn't go on with, and the paper after it begins where this
    page would go on: by its printed number, or because that paper lacks an end which this page has.
    """
    out = [list(group) for group in groups]
    for here, after in pairwise(out):
        stray = here[-1] if here else None
        if stray is None or stray.first or stray.blank or not after or not after[0].first:
            continue
        # The paper before is complete without it, and the paper after is not.
        completes = any(side.signed for side in here[:-1]) and stray.signed and not any(side.signed for side in after)
        if stray.number is not None:
            wanted = completes or any(side.number == 3 for side in after)
            strays = wanted or len(here) == 1 or _follows(here[:-1]) != stray.number
            belongs = strays and stray.number == 2 and all(side.number != 2 for side in after)
        else:
            belongs = completes or (len(here) == 1 and stray.signed and not any(side.signed for side in after))
        if belongs:
            after.insert(1, here.pop())
    return [group for group in out if group]


def _follows(group: Sequence[S]) -> int:
    """The number that the page after these should bear; blank backs have none."""
    group = [side for side in group if not side.blank]
    last = next(((side.number or 0, at) for at, side in reversed(list(enumerate(group))) if side.number), (0, -1))
    return last[0] + len(group) - last[1]


def ordered(group: Sequence[S]) -> list[S]:
    """The pages of one paper by their printed numbers; as they came where these say nothing against it."""
    if len(group) == 2 and group[0].back and not group[1].back:
        return [group[1], group[0]]
    numbers = [side.number for side in group if side.number]
    if len(set(numbers)) < len(numbers) or not numbers or max(numbers) > len(group) + 2:
        return list(group)
    heads = [side for side in group if side.first and not side.number]
    keys, key = [], 0.0
    for side in group:
        head = len(heads) == 1 and side is heads[0] and 1 not in numbers
        key = float(side.number) if side.number else 1.0 if head else key + 0.01
        keys.append(key)
    return [side for _, _, side in sorted(zip(keys, range(len(group)), group, strict=True), key=lambda item: item[:2])]
