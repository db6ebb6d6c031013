"""Pages come out in reading order, however the stack went through the feeder."""

from dataclasses import dataclass

from digitizer.classify.order import backwards, brought_home, ordered


@dataclass(frozen=True)
class One:
    """A page as order sees it."""

    name: str
    number: int | None = None
    first: bool = False
    ends: bool = False
    signed: bool = False
    back: bool = False
    blank: bool = False


A1, A2, A3 = One("a1", first=True), One("a2", 2), One("a3", 3, ends=True, signed=True)
B1, B2 = One("b1", first=True), One("b2", 2, ends=True, signed=True)
C = One("c", first=True, ends=True, signed=True)


def names(groups: list[list[One]]) -> list[list[str]]:
    return [[side.name for side in group] for group in groups]


def test_a_stack_fed_last_page_first_is_known_by_its_numbers() -> None:
    assert backwards([C, A3, A2, A1])
    assert backwards([C, B2, B1, C, B2, B1])
    assert not backwards([A1, A2, A3, C])
    assert not backwards([C, B1, C])


def test_a_stack_without_numbers_fed_last_page_first_is_known_by_what_its_papers_lack() -> None:
    body = One("body", first=True, ends=True)  # its text closes with ./., its signature stands on the next page
    feet = One("foot", ends=True, signed=True)
    assert backwards([feet, body, C, feet, body])
    assert not backwards([body, feet, C, body, feet])
    assert not backwards([C, feet, body, C])  # one paper alone was turned


def test_a_back_that_came_before_its_front_is_given_back() -> None:
    assert names(brought_home([[C, B2], [B1]])) == [["c"], ["b1", "b2"]]
    assert names(brought_home([[A2], [A1, A3]])) == [["a1", "a2", "a3"]]
    assert names(brought_home([[A1, A2, A3], [C]])) == [["a1", "a2", "a3"], ["c"]]


def test_a_page_without_number_goes_to_the_paper_that_lacks_an_end() -> None:
    inside = One("inside", ends=True, signed=True)
    assert names(brought_home([[C, inside], [One("cover", first=True)]])) == [["c"], ["cover", "inside"]]
    assert names(brought_home([[C, inside], [One("text", first=True, ends=True)]])) == [["c"], ["text", "inside"]]
    assert names(brought_home([[C, inside], [C]])) == [["c", "inside"], ["c"]]


def test_pages_of_a_paper_stand_by_their_numbers() -> None:
    assert [side.name for side in ordered([A1, A3, A2])] == ["a1", "a2", "a3"]
    assert [side.name for side in ordered([A1, One("blank", blank=True), A2])] == ["a1", "blank", "a2"]
    assert [side.name for side in ordered([A1, One("x", 2), One("y", 2)])] == ["a1", "x", "y"]


def test_the_front_of_a_card_comes_first() -> None:
    front, back = One("front", first=True), One("back", back=True)
    assert [side.name for side in ordered([back, front])] == ["front", "back"]
