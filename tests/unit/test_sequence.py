"""Numbers expected against numbers found."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from digitizer.app.campaign.sequence import Difference, Kind, Numbered, compare

M, D, N, E, U = Kind.MISSING, Kind.DOUBLED, Kind.MISNUMBERED, Kind.EXTRA, Kind.UNREAD


def told(expected: int, found: str, *, ordered: bool = True) -> set[tuple[Kind, int | None, int | None]]:
    """Found as `1 2 2= 3`: a number, `-` for none; `=` marks the same thing again (as the last of that text)."""
    things = []
    for at, word in enumerate(found.split()):
        text = word.rstrip("=")
        things.append(Numbered(None if text == "-" else int(text), text if word.endswith("=") else f"{text}#{at}"))

    def same(one: str, other: str) -> bool:
        return other == one.partition("#")[0]

    differences: list[Difference[str]] = compare(range(1, expected + 1), things, same, ordered=ordered)
    return {(one.kind, one.number, one.bears) for one in differences}


@pytest.mark.parametrize(
    ("expected", "found", "differences"),
    [
        (5, "1 2 3 4 5", set()),
        (5, "1 2 4 5", {(M, 3, None)}),
        (5, "2 3 4", {(M, 1, None), (M, 5, None)}),
        (5, "1 2 2= 3 4 5", {(D, 2, None)}),
        (5, "1 2 3 9 5", {(N, 4, 9)}),
        (5, "1 2 3 3 5", {(N, 4, 3)}),  # two sheets bear 3, and differ
        (5, "1 2 5 4 5", {(N, 3, 5)}),
        (5, "9 2 3 4 5", {(N, 1, 9)}),
        (5, "1 2 3 4 4", {(N, 5, 4)}),
        (5, "1 3 2 4 5", set()),  # only out of order
        (5, "1 2 3 4 5 6", {(E, 6, 6)}),
        (8, "1 2 2= 4 9 6 7 8", {(D, 2, None), (M, 3, None), (N, 5, 9)}),
        (5, "1 2 - 4 5", {(U, 3, None)}),
        (5, "1 - 2 - 3 - 4 - 5 -", set()),  # backs
        (5, "1 - 2 - 4 - 5 -", {(M, 3, None)}),
        (3, "", {(M, 1, None), (M, 2, None), (M, 3, None)}),
    ],
)
def test_by_place(expected: int, found: str, differences: set[tuple[Kind, int | None, int | None]]) -> None:
    assert told(expected, found) == differences


@pytest.mark.parametrize(
    ("expected", "found", "differences"),
    [
        (5, "1 2 3 5 7", {(N, 4, 7)}),  # sorted by name, a wrong name tells nothing of the place
        (5, "1 3 3 4 5", {(N, 2, 3)}),
        (5, "1 2 3 4 5 6", {(E, 6, 6)}),
        (5, "1 2 5", {(M, 3, None), (M, 4, None)}),
    ],
)
def test_by_name(expected: int, found: str, differences: set[tuple[Kind, int | None, int | None]]) -> None:
    assert told(expected, found, ordered=False) == differences


def test_where_it_cant_be_told_which_is_missing_both_are_named() -> None:
    things = [Numbered(number, number) for number in (1, 2, 9, 5)]
    differences = compare(range(1, 6), things, lambda one, other: one == other, ordered=True)
    assert {(one.kind, one.bears, one.among) for one in differences} == {(N, 9, (3, 4)), (M, None, (3, 4))}


@given(some.integers(3, 60), some.randoms(use_true_random=False))
@settings(max_examples=300)
def test_faults_with_good_numbers_between_are_all_named_and_nothing_else(last: int, chance: random.Random) -> None:
    words, truth, number = [], set(), 1
    while number <= last:
        fault = chance.choice(["good", "left out", "doubled", "misnumbered"]) if number % 2 == 0 else "good"
        if fault == "good":
            words.append(str(number))
        elif fault == "left out":
            truth.add((M, number, None))
        elif fault == "doubled":
            words += [str(number), f"{number}="]
            truth.add((D, number, None))
        else:
            # 13 15 15 with 16 left out has two explanations of two faults each: nobody can tell 14 from 16 there.
            bears = chance.choice([one for one in range(1, last + 30) if abs(one - number) > 2])
            words.append(str(bears))
            truth.add((N, number, bears))
        number += 1
    assert told(last, " ".join(words)) == truth
