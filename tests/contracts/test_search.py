"""Search: one contract, two databases, the same hits in the same order."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitizer.errors import Conflict
from digitizer.model import DocumentState, Hit
from digitizer.store.records import Records
from digitizer.store.search import Filters, index, search
from tests.conftest import copy_of
from tests.records import arrive, document, field, page, read_all, shelve


def test_search_finds_with_and_without_marks_and_ranks_marks_first(records: Records) -> None:
    scan = arrive(records, 2)
    claimed = read_all(records, scan, ["Quyết định cấp phép xây dựng", "Quyet dinh cap phep viết không dấu"])
    one, two = document(claimed, 1, kind="quyet_dinh"), document(claimed, 2)
    shelve(records, claimed, one, two)
    assert {hit.document for hit in search(records, "quyet dinh cap phep", Filters(), 9)} == {one.id, two.id}
    assert [hit.document for hit in search(records, "quyết định", Filters(), 9)] == [one.id, two.id]
    assert search(records, "xay", Filters(kind="thong_bao"), 9) == []
    hit = search(records, '"cấp phép xây"', Filters(), 9)[0]
    assert (hit.page, hit.snippet) == (1, "Quyết định [cấp phép xây] dựng")
    assert [one.id for hit in search(records, "xay du*", Filters(), 9)] == [one.id]


@pytest.mark.parametrize("query", ["123/QĐ-UBND", "123/qd-ubnd", "123 QĐ UBND", "123 qd ubnd cấp"])
def test_a_number_is_found_however_it_is_typed(records: Records, query: str) -> None:
    scan = arrive(records, 2)
    claimed = read_all(records, scan, ["Số: 123/QĐ-UBND\nvề việc cấp đất", "Số: 1123/QĐ-UBND ngày 123 về việc cấp"])
    papers = document(claimed, 1), document(claimed, 2)
    shelve(records, claimed, *papers)
    assert next(hit.document for hit in search(records, query, Filters(), 9)) == papers[0].id


def test_filters_narrow_by_date_issuer_number_and_status(records: Records) -> None:
    scan = arrive(records, 1)
    claimed = read_all(records, scan, ["nội dung"])
    fields = field("number", "05/TTr-SNV"), field("issued", "2023-11-03"), field("issuer", "Sở Nội vụ")
    paper = document(claimed, 1, fields=fields, state=DocumentState.READY)
    shelve(records, claimed, paper)
    for good in (
        Filters(date_from="2023-11-03", date_to="2023-11-03"),
        Filters(date_to="2023"),
        Filters(issuer="noi vu"),
        Filters(number="05/ttr-snv"),
        Filters(status="ready"),
    ):
        assert [hit.document for hit in search(records, "", good, 9)] == [paper.id], good
    for bad in (Filters(date_from="2023-11-04"), Filters(issuer="tư pháp"), Filters(status="REVIEW")):
        assert search(records, "noi dung", bad, 9) == [], bad


def test_what_is_shelved_again_is_in_the_index_once(records: Records) -> None:
    scan = arrive(records, 1)
    claimed = read_all(records, scan, ["sổ hộ khẩu"])
    paper = document(claimed, 1)
    shelve(records, claimed, paper)
    with records.begin() as db:
        index(db, paper, [page(1, "giấy khai sinh")])
    assert search(records, "hộ khẩu", Filters(), 9) == []
    assert len(search(records, "khai sinh", Filters(), 9)) == 1


def whole(records: Records, query: str, filters: Filters, most: int) -> list[Hit]:
    """All hits, asked for in pages of `most`."""
    hits: list[Hit] = []
    while more := search(records, query, filters, most, hits[-1].cursor if hits else None):
        assert len(more) <= most
        hits += more
    return hits


SYLLABLES = ["quyết", "quyet", "định", "dinh", "cấp", "cap", "phép", "phep", "đất", "dat", "hoà", "hòa", "xã", "an"]
SYLLABLES += ["án", "12/QĐ-UBND", "2023", "001099012345"]


def fill(records: Records, texts: list[list[str]]) -> list[str]:
    """A document for each list of page texts; gives their ids."""
    ids = []
    for number, pages in enumerate(texts):
        claimed = read_all(records, arrive(records, len(pages)), pages)
        kind = "quyet_dinh" if number % 2 else "thong_bao"
        paper = document(claimed, *range(1, len(pages) + 1), kind=kind)
        shelve(records, claimed, paper)
        ids.append(paper.id)
    return ids


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, postgres: str, made: str
) -> Iterator[list[tuple[Records, list[str]]]]:
    """The same 16 documents in each database, and their ids there."""
    chance = random.Random(3)
    texts = [
        [" ".join(chance.choices(SYLLABLES, k=chance.randint(0, 12))) for _ in range(chance.randint(1, 4))]
        for _ in range(16)
    ]
    with copy_of(postgres, made) as url:
        stores = [Records(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'records.sqlite'}"), Records(url)]
        yield [(store, fill(store, texts)) for store in stores]
        for store in stores:
            store.close()


WORDS = st.sampled_from(SYLLABLES)
PART = st.one_of(
    WORDS,
    WORDS.map(lambda word: f"{word[:2]}*"),
    st.lists(WORDS, min_size=2, max_size=3).map(lambda many: f'"{" ".join(many)}"'),
)


@settings(deadline=None, max_examples=60)
@given(
    query=st.lists(PART, min_size=0, max_size=3).map(" ".join),
    most=st.integers(1, 7),
    kind=st.sampled_from([None, "quyet_dinh"]),
)
def test_both_databases_give_the_same_hits_in_the_same_order(
    both: list[tuple[Records, list[str]]], query: str, most: int, kind: str | None
) -> None:
    filters = Filters(kind=kind)
    told = []
    for records, ids in both:
        hits = search(records, query, filters, 1000)
        assert whole(records, query, filters, most) == hits, "pages of a list are the list"
        assert len({hit.document for hit in hits}) == len(hits), "one hit a document"
        told.append([(ids.index(hit.document), hit.page, hit.score, hit.snippet) for hit in hits])
    assert told[0] == told[1]


def test_a_hit_that_comes_while_the_list_is_read_moves_nothing(records: Records) -> None:
    ids = fill(records, [["quyết định"]] * 4)
    first = search(records, "quyết định", Filters(), 2)
    fill(records, [["quyết định"]])
    second = search(records, "quyết định", Filters(), 2, first[-1].cursor)
    assert [hit.document for hit in (*first, *second)] == ids[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "99-d1", "1-d1;drop", "-1-d1"])
def test_a_cursor_from_elsewhere_is_refused(records: Records, cursor: str) -> None:
    with pytest.raises(Conflict):
        search(records, "quyết định", Filters(), 2, cursor)


@pytest.mark.parametrize("query", ["'", "\\", "a' | 'b", "%_", "a:b & !c", "* (", '"a" OR b', "x" * 5000, "\0a"])
def test_signs_of_the_databases_own_languages_mean_nothing(records: Records, query: str) -> None:
    fill(records, [["không có gì"]])
    try:
        assert search(records, query, Filters(issuer=query), 2) == []
    except Conflict:
        assert not any(char.isalnum() for char in query)


def test_text_that_a_database_can_not_hold_does_not_stop_a_document(records: Records) -> None:
    long = " ".join(f"từ{number}" for number in range(20_000))
    fill(records, [["đầu\0đuôi " + "a" * 5000], [long]])
    assert len(search(records, "đuôi", Filters(), 9)) == 1
    assert len(search(records, "từ16000", Filters(), 9)) == 1
