"""Cases fed one after the other without sheets between them are told apart by their codes, and by whose papers lie
between two.
"""

from dataclasses import replace

import pytest

from digitizer.model import Document, Field
from digitizer.store.cases import cases

A, B = "000.00.15.H09-231103-0012", "000.00.15.H09-231103-0044"
AN, BINH = "Trần Thị An", "Lê Văn Bình"


def paper(
    person: str | None, *, unsure: bool = False, kind: str = "don", id_: str = "d", land: str | None = None
) -> Document:
    told = (("person", person, unsure), ("parcel", land, False))
    fields = tuple(Field(name=name, value=text, normalised=text, unsure=doubt) for name, text, doubt in told if text)
    return Document(id=id_, pages=(), kind=kind, fields=fields)


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


RECEIPT = "giay_tiep_nhan"


@pytest.mark.parametrize(
    ("first", "third", "own"),
    [
        pytest.param(paper(AN), paper(BINH), True, id="somebody-else"),
        pytest.param(paper(AN), paper(AN), False, id="the-same"),
        pytest.param(paper(AN), paper(None), False, id="nobody-read"),
        pytest.param(paper(None), paper(BINH), False, id="nothing-to-hold-it-against"),
        pytest.param(paper(AN), paper(None, land="12"), False, id="nothing-that-both-tell"),
    ],
)
def test_a_receipt_of_somebody_else_without_a_sure_code_begins_a_case(
    first: Document, third: Document, *, own: bool
) -> None:
    documents = [replace(first, kind=RECEIPT), paper(None), replace(third, kind=RECEIPT), paper(BINH)]
    assert cases(documents, [A, None, None, None])[:3] == ([A, A, "?d"] if own else [A, None, None])


def test_a_receipt_of_whom_another_paper_of_the_case_tells_is_of_that_case() -> None:
    documents = [paper(None, kind=RECEIPT, land="12"), paper(BINH, land="12"), paper(BINH, kind=RECEIPT)]
    assert cases(documents, [A, None, None]) == [A, None, None]


def test_two_receipts_of_one_person_are_one_case() -> None:
    receipts = [paper(BINH, kind=RECEIPT, id_="e"), paper(BINH, kind=RECEIPT, id_="f")]
    assert cases([paper(AN, kind=RECEIPT), *receipts], [A, None, None]) == [A, "?e", "?e"]


def test_papers_without_code_in_a_stack_without_codes_have_none() -> None:
    assert cases([paper(AN), paper(BINH)], [None, None]) == [None, None]
