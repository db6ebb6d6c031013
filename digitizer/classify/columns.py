"""Tables with a column for each person, such as BÊN NỮ and BÊN NAM on a marriage declaration."""

from collections.abc import Iterator
from dataclasses import dataclass

from digitizer.classify.layout import Row, Sheet
from digitizer.classify.parts import Parts
from digitizer.model import Word


@dataclass(frozen=True, slots=True)
class Columns:
    """`parts`: (part, left edge, right edge) of each column, fractions of the page; `top`: where the heads stand."""

    parts: tuple[tuple[str, float, float], ...]
    top: float

    def holds(self, label: Row) -> bool:
        """The row is one of the table: it begins left of the first person's column, under its head."""
        return bool(self.parts) and label.level > self.top and label.x0 < self.parts[0][1] - 0.02

    def right_of(self, page: Sheet, label: Row, bare: frozenset[int]) -> Iterator[tuple[str, list[Word]]]:
        """For each column, its words from the label's line down to where the next label of the first column begins."""
        if label.level < self.top:
            return
        below = [
            row.y0
            for row in page.rows
            if row.x0 < self.parts[0][1] - 0.02 and row.y0 > label.y1 and id(row) not in bare
        ]
        end = min(below, default=label.y1 + 0.1) - 0.2 * label.height
        for part, left, right in self.parts:
            words: list[Word] = []
            for row in sorted(page.rows, key=lambda row: row.level):
                above = label.level - 0.6 * max(label.height, row.height)
                if row.level > above and row.y0 < end and row.x1 > left:
                    words.extend(row.between(left, right))
            if words:
                yield part, words


def columns(page: Sheet, parts: Parts) -> Columns:
    """The columns of the page's table of persons; none when it has no such table."""
    heads = [(row, part) for row in page.rows if (part := parts.alone(row)) is not None]
    for row, part in heads:
        level = sorted(
            (
                (other, name)
                for other, name in heads
                if name != part and abs(other.level - row.level) < 0.8 * row.height
            ),
            key=lambda item: item[0].x0,
        )
        if level and level[0][0].x0 > row.x1:
            both = [(row, part), *level]
            cuts = [both[k][0].x1 / 2 + both[k + 1][0].x0 / 2 for k in range(len(both) - 1)]
            edges = [_labels_end(page, row), *cuts, 1.0]
            return Columns(tuple((name, edges[k], edges[k + 1]) for k, (_, name) in enumerate(both)), row.y1)
    return Columns((), 0.0)


def _labels_end(page: Sheet, head: Row) -> float:
    """Where the labels left of the first person's column end: just before the leftmost values under its head.

    Values are set flush left, so several rows share that edge; labels that ran together with a value don't.
    """
    under = [row for row in page.rows if head.level < row.level < head.level + 0.35]
    left = min((row.x0 for row in under), default=0.0)
    starts = sorted(row.x0 for row in under if left + 0.06 < row.x0 < head.x1)
    shared = [x for x in starts if sum(abs(x - other) < 0.015 for other in starts) > 1]
    return (shared[0] if shared else head.x0 - 0.1) - 0.01
