"""Finds the most probable row of syllables among the ways to read each piece, and weighs each piece on it again."""

from dataclasses import dataclass
from typing import Any

from digitizer.ocr.ngrams import UNKNOWN, Ngrams

WIDTH = 5
"""Rows of syllables kept at each step."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to read a piece: index of the word in the model, its key, and ln p(reading | it)."""

    index: int
    key: str
    cost: float


def best(grams: Ngrams, weight: float, choices: list[list[Choice]]) -> list[int]:
    """For each piece the number of the choice on the best row of syllables."""
    beam: list[tuple[float, int, int, Any]] = [(0.0, UNKNOWN, UNKNOWN, None)]
    for options in choices:
        found: dict[tuple[int, int], tuple[float, int, int, Any]] = {}
        for score, first, second, trail in beam:
            row = grams.row(first, second)
            for number, option in enumerate(options):
                total = score + option.cost + weight * grams.three(row, second, option.index)
                state = (second, option.index)
                known = found.get(state)
                if known is None or known[0] < total:
                    found[state] = (total, second, option.index, (trail, number))
        beam = sorted(found.values(), key=lambda one: -one[0])[:WIDTH]
    path = []
    trail = beam[0][3]
    while trail is not None:
        trail, number = trail
        path.append(number)
    return path[::-1]


def weigh(
    grams: Ngrams, weight: float, around: tuple[int, int, int, int], options: list[Choice], *, last: int
) -> tuple[list[float], list[float]]:
    """For each choice: ln score between its neighbours, and the model's mean ln probability a neighbour.

    `around`: indices of the two words before and the two after.  `last`: how many pieces are left, this one included.
    """
    before, previous, following, after = around
    row = grams.row(before, previous)
    scores, fits = [], []
    for option in options:
        index = option.index
        fit = grams.three(row, previous, index)
        if last > 1:
            fit += grams.three(grams.row(previous, index), index, following)
        if last > 2:
            fit += grams.three(grams.row(index, following), following, after)
        scores.append(option.cost + weight * fit)
        fits.append(fit / min(last, 3))
    return scores, fits
