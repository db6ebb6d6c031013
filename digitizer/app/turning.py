"""How a page is turned and left out, before and after a clerk says so, and whether it must be read again for it."""

import math
from collections import Counter
from dataclasses import dataclass, replace

from digitizer.model import LeftOut, Page, PageRef
from digitizer.ocr.recognise import quarter_turned
from digitizer.pipeline import STEPS
from digitizer.store.changes import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A page before and after; `again`: it is to be read again."""

    before: Side
    after: Side
    again: bool = False

    @property
    def settled(self) -> bool:
        """It is turned, and its words stand right already."""
        return self.before.upright != self.after.upright and not self.again


def pose(page: Page) -> int:
    """Degrees clockwise that the page is shown turned by, or will be once it is read again."""
    return page.turned if page.upright is None else page.upright


def set_aside(at: PageRef, page: Page, why: LeftOut | None) -> Turn:
    """The page left out, or no more."""
    before = _side(at, page)
    return Turn(before=before, after=replace(before, left_out=why))


def set_upright(at: PageRef, page: Page, degrees: int) -> Turn:
    """The page (with its lines) turned so many degrees clockwise from how it was delivered."""
    there = quarter_turned(page, (degrees - page.turned) // 90)
    after = Side(at=at, left_out=page.left_out, turned=degrees, upright=degrees, matrix=there.matrix)
    return Turn(before=_side(at, page), after=after, again=not _reads_right(page, degrees))


def set_back(at: PageRef, page: Page, to: Side) -> Turn:
    """The page (with its lines) as it was."""
    before = _side(at, page)
    return Turn(before=before, after=to, again=before.upright != to.upright and not _reads_right(page, to.turned))


def _side(at: PageRef, page: Page) -> Side:
    return Side(at=at, left_out=page.left_out, turned=page.turned, upright=page.upright, matrix=page.matrix)


def _reads_right(page: Page, turned: int) -> bool:
    """Most of its letters run from left to right once the page is turned so; False for a page that says nothing."""
    if page.step != STEPS[-1]:  # it waits to be read
        return False
    letters: Counter[int] = Counter()
    for word in (word for line in page.lines for word in line.words):
        x0, y0, x1, y1 = word.quad[:4]
        letters[round(math.degrees(math.atan2(y1 - y0, x1 - x0)) / 90) * 90 % 360] += len(word.text)
    return bool(letters) and (letters.most_common(1)[0][0] + turned) % 360 == 0
