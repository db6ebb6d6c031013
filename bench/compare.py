"""Puts every system's pages beside the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bench.body import bodies
from bench.nouns import Cost, Reading, ReadPage, Set, TruthPage
from bench.papers import Count, Papers, score
from bench.words import Errors, count_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """The errors of each system on one page: all of it, and its body.  `group`: the document or file it is of.

    `texts`: what each read, all of it, for who looks into a page in the JSON file.
    """

    name: str
    group: str
    level: str
    whole: dict[str, Errors]
    body: dict[str, Errors]
    texts: dict[str, str]


@dataclass(slots=True, kw_only=True)
class Sides:
    """How pages were found to lie: `turned_right` of `turned_told`, skew errors in degrees, blanks."""

    turned_told: int = 0
    turned_right: int = 0
    skews: list[float] = field(default_factory=list)
    blanks: Count = field(default_factory=Count)
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Comparison:
    """Everything measured in one run.

    `systems`: names, ours first.  By the name of a set: `papers`, `levels` (papers by level), `costs` (by system).
    """

    systems: list[str] = field(default_factory=list)
    pages: list[PageScore] = field(default_factory=list)
    papers: dict[str, Papers] = field(default_factory=dict)
    levels: dict[str, dict[str, Papers]] = field(default_factory=dict)
    sides: Sides = field(default_factory=Sides)
    costs: dict[str, dict[str, Cost]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def add(self, one: Set, readings: Sequence[Reading]) -> None:
        """Score a set; the first reading is ours."""
        ours = readings[0]
        self.systems += [reading.system for reading in readings if reading.system not in self.systems]
        self.costs[one.name] = {reading.system: reading.cost for reading in readings}
        for reading in readings:
            self.failures += [f"{reading.system}: {one.name}/{file}: {why}" for file, why in reading.failures.items()]
        groups = {key: f"{told.pages[0].file} {told.kind}" for told in one.documents for key in told.pages}
        for page in one.pages:
            mine = ours.pages.get(page.key, ReadPage())
            if page.key not in ours.pages:
                self.failures.append(f"{ours.system}: {one.name}/{page.key}: no such page")
            self._side(one.name, page, mine)
            if page.text is None:
                continue
            whole = {reading.system: reading.pages.get(page.key, ReadPage()) for reading in readings}
            others = {name: read for name, read in whole.items() if name != ours.system}
            body = bodies(page, mine, others)
            body[ours.system] = body.pop("")
            self.pages.append(
                PageScore(
                    name=f"{one.name}/{page.key}",
                    group=f"{one.name}/{groups.get(page.key, page.key.file)}",
                    level=page.level,
                    whole={name: count_errors(page.text, read.text) for name, read in whole.items()},
                    body={name: count_errors(page.text, body[name].text) for name in whole},
                    texts={"truth": page.text, **{name: read.text for name, read in whole.items()}},
                )
            )
        if one.documents:
            self.papers[one.name] = score(one, ours.documents)
            self.levels[one.name] = by_level(one, ours)

    def _side(self, name: str, truth: TruthPage, mine: ReadPage) -> None:
        if truth.blank is not None:
            self.sides.blanks.add(Count(right=truth.blank and mine.blank, given=int(mine.blank), told=int(truth.blank)))
            if truth.blank != mine.blank:
                self.sides.wrong.append(f"{name}/{truth.key}: blank {mine.blank}, truth {truth.blank}")
        if truth.blank:
            return
        if truth.turned is not None:
            right = truth.turned % 360 == mine.turned % 360
            self.sides.turned_told += 1
            self.sides.turned_right += right
            if not right:
                self.sides.wrong.append(f"{name}/{truth.key}: turned {mine.turned}, truth {truth.turned}")
        if truth.skew is not None:
            self.sides.skews.append(abs(truth.skew - mine.skew))


def by_level(one: Set, ours: Reading) -> dict[str, Papers]:
    """The figures of papers for each level of wear; a paper is of the level of its first page."""
    levels = {page.key: page.level for page in one.pages}
    figures = {}
    for level in dict.fromkeys(levels.values()):
        documents = tuple(told for told in one.documents if levels[told.pages[0]] == level)
        if documents:
            figures[level] = score(replace(one, documents=documents), ours.documents)
    return figures
