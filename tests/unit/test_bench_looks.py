"""The measuring of `look`: every page can be made again from its name, and no broken promise is told as kept."""

from random import Random

import numpy as np
import pytest
from PIL import Image

from bench.empties import BLANKS, WRITTEN, blank, nearly_blank
from bench.looks import Verdict, report

BACK = Image.new("RGB", (620, 877), "white")


def verdict(group: str, off: float | None = None, *, right: bool = True) -> Verdict:
    return Verdict(name=f"{group}/7", group=group, right=right, off=off, seconds=0.1, told="as seen")


@pytest.mark.parametrize("kind", ["clean", "black borders", "punch holes"])
def test_a_blank_is_the_same_each_time_it_is_made(kind: str) -> None:
    one, two = (np.asarray(blank(kind, Random("1/x"), BACK).image) for _ in range(2))
    assert np.array_equal(one, two)
    assert kind in BLANKS


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_a_nearly_blank_sheet_has_something_on_it(kind: str) -> None:
    image = np.asarray(nearly_blank(kind, "clean", Random("3/y"), BACK).image.convert("L"))
    assert 30 < np.count_nonzero(image < 160) < 0.01 * image.size


def test_all_promises_kept_are_told_as_kept() -> None:
    told = report([verdict("office", 0.1), verdict("phone", 3.0), verdict("blank: dust"), verdict("written: seal")])
    assert told.count("| yes |") == 4
    assert "No failures" in told


@pytest.mark.parametrize(
    "broken",
    [
        verdict("office", 0.0, right=False),
        verdict("office", -0.3),
        verdict("blank: dust", right=False),
        verdict("written: seal", right=False),
    ],
    ids=["lies wrong", "aslant", "blank kept", "page lost"],
)
def test_a_broken_promise_is_told_with_the_name_of_its_page(broken: Verdict) -> None:
    told = report([verdict("office", 0.1), verdict("blank: grey"), verdict("written: line"), broken])
    assert told.count("| NO |") == 1
    assert f"- `{broken.name}`: as seen" in told
