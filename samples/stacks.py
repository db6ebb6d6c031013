"""Stacks as they come off a feeder: the papers of one or two cases in one file, without sheets between them.

Made for measuring (`python -m bench.stacks make`), never committed.  `other`: other wording of labels, titles and
topics than the committed samples have (samples/wording.py), which no rule was written after.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from samples import folder, papers
from samples.folder import Folder, Side, Wear
from samples.paper import Paper, new_case

_CARDS = ("can_cuoc",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one stack is made: the kinds of its cases, its wear, and how it went through the feeder."""

    cases: tuple[tuple[str, ...], ...]
    level: str
    other: bool
    feeding: str


FEEDINGS = ("plain", "plain", "plain", "backs", "duplex", "reversed", "swapped")
"""`backs`: blank backs are scanned too; `duplex`: every second page lies upside down; `reversed`: last page first;
`swapped`: sheets of papers of several pages came out back before front.
"""


def write(out: Path, seed: str, levels: Sequence[str], count: int, *, other: bool) -> None:
    """`count` stacks a level under `out/<level>-<number>/`; those that are there already are kept."""
    deck = _Deck(Random(f"{seed}/deck"))
    for number in range(count):
        for level in levels:
            random = Random(f"{seed}/{level}/{number}")
            two = random.random() < 0.2
            cases = tuple(deck.deal(random.randint(3, 5 if two else 7)) for _ in range(2 if two else 1))
            plan = Plan(cases=cases, level=level, other=other, feeding=random.choice(FEEDINGS))
            path = out / f"{level}-{number:03d}"
            if (path / "expected.json").is_file():
                continue
            shutil.rmtree(path, ignore_errors=True)
            _stack(path, random, plan)


class _Deck:
    """Kinds dealt so that each comes equally often."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._left: list[str] = []

    def deal(self, count: int) -> tuple[str, ...]:
        dealt: list[str] = []
        while len(dealt) < count:
            if not self._left:
                self._left = self._random.sample(sorted(papers.kinds()), len(papers.kinds()))
            dealt.append(self._left.pop())
        return tuple(dealt)


def _stack(path: Path, random: Random, plan: Plan) -> None:
    wear = Wear(level=plan.level, duplex=plan.feeding == "duplex")
    day = date(2012, 3, 1) + timedelta(days=random.randrange(5200))
    some: list[Side] = []
    made: Folder | None = None
    for kinds in plan.cases:
        case = new_case(random, day, home=random.random() < 0.4)
        case.other = plan.other
        made = made or folder.start(path, case)
        slip = random.random() < 0.5 or len(plan.cases) > 1
        for kind in ("giay_tiep_nhan", *kinds) if slip else kinds:
            paper = papers.kinds()[kind](case)
            paper.dossier = case.code
            some += _sides(paper, plan, random)
    assert made is not None
    if plan.feeding == "reversed":
        some.reverse()
    made.pdf("xap.pdf", some, wear)
    made.in_reading_order(some)
    made.finish()


def _sides(paper: Paper, plan: Plan, random: Random) -> list[Side]:
    """The sides of a paper as they went through the feeder."""
    some = folder.sides(paper)
    if plan.feeding == "swapped" and len(some) > 2:
        for k in range(0, len(some) - 1, 2):
            some[k], some[k + 1] = some[k + 1], some[k]
    if plan.feeding == "backs" and len(some) % 2 and paper.kind not in _CARDS and random.random() < 0.5:
        some.append(folder.blank())
    return some
