"""Cases fed one after the other without sheets between them are told apart by their codes, and by whose papers lie
between two.
"""

import pytest

from digitizer.model import Document, Field
from digitizer.store.cases import cases

A, B = "000.00.15.H09-231103-0012", "000.00.15.H09-231103-0044"
AN, BINH = "Trần Thị An", "Lê Văn Bình"


def paper(person: str | None, *, unsure: bool = False, kind: str = "don") -> Document:
    fields = (Field(name="person", value=person, normalised=person, unsure=unsure),) if person else ()
    return Document(id="d", pages=(), kind=kind, fields=fields)


@pytest.mark.parametrize(
    ("people", "codes", "expected"),
    [
        pytest.param([AN, None, BINH, None], [A, None, B, None], [A, A, B, B], id="slips-on-top"),
        pytest.param([AN, None, BINH, BINH, None], [None, A, None, None, B], [A, A, B, B, B], id="last-paper-first"),
        pytest.param([None, None, None, None], [None, A, None, B], [A, A, B, B], id="nothing-told-last-paper-first"),
        pytest.param([AN, AN, None, BINH, BINH, BINH], [A, None, None, None, B, None],
                     [A, A, A, B, B, B], id="one-above-its-slip"),
        pytest.param([AN, BINH, AN, AN, BINH], [A, None, None, None, B], [A, A, A, A, B], id="one-astray"),
        pytest.param(["Hồ Nam", None, AN, None, BINH, None], [None, None, A, None, B, None],
                     [None, None, A, A, B, B], id="before-the-first-case"),
        pytest.param([AN, BINH, BINH], [None, None, A], [None, None, A], id="one-code"),
    ],
)  # fmt: skip
def test_papers_go_with_the_code_whose_people_they_share(
    people: list[str | None], codes: list[str | None], expected: list[str | None]
) -> None:
    assert cases([paper(person) for person in people], codes) == expected


def test_a_doubtful_name_draws_no_paper_into_another_case() -> None:
    documents = [paper(AN), paper(BINH, unsure=True), paper(BINH)]
    assert cases(documents, [A, None, B]) == [A, A, B]


@pytest.mark.parametrize(
    ("person", "own"),
    [
        pytest.param(BINH, True, id="somebody-else"),
        pytest.param(AN, False, id="the-same"),
        pytest.param(None, False, id="nobody-read"),
    ],
)
def test_a_receipt_of_somebody_else_without_a_sure_code_begins_a_case(person: str | None, *, own: bool) -> None:
    documents = [paper(AN, kind="giay_tiep_nhan"), paper(AN), paper(person, kind="giay_tiep_nhan"), paper(BINH)]
    assert cases(documents, [A, None, None, None]) == ([A, A, "?d", "?d"] if own else [A, None, None, None])


def test_papers_without_code_in_a_stack_without_codes_have_none() -> None:
    assert cases([paper(AN), paper(BINH)], [None, None]) == [None, None]
