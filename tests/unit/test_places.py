"""Places as printed are mapped to the units of then and now, and either finds the paper."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench import places as bench
from digitizer.classify.gazetteer import UNITS, Gazetteer, load
from digitizer.classify.places import Places
from digitizer.errors import BadSettings
from digitizer.model import Scan
from digitizer.settings import config_folder
from digitizer.store.records import Records
from digitizer.store.search import Filters, search
from tests.records import arrive, document, field, page, read_all, shelve
from tests.typed import loader


@pytest.fixture(scope="module")
def units() -> Gazetteer:
    return load(config_folder() / UNITS)


def now(units: Gazetteer, text: str, day: str = "") -> set[str]:
    place = units.place(text, day)
    return {unit.name for unit in place.now} if place else set()


def then(units: Gazetteer, text: str, day: str = "", near: str = "") -> list[str]:
    place = units.place(text, day, near)
    return [unit.full for unit in place.then] if place else []


@pytest.mark.parametrize(
    ("text", "units_now"),
    [
        ("phường Phú Cường, thành phố Thủ Dầu Một, tỉnh Bình Dương", {"Phường Thủ Dầu Một"}),
        ("P.Hiệp Thành, TP.Thủ Dầu Một, Bình Dương", {"Phường Thủ Dầu Một", "Phường Phú Lợi"}),
        ("12/3 đường Lê Lợi, KP 2, P. Lái Thiêu, TX. Thuận An, T. Bình Dương", {"Phường Lái Thiêu"}),
        ("Tân Bình, Dĩ An, Bình Dương", {"Phường Tân Đông Hiệp"}),
        ("UBND XÃ AN LẬP HUYỆN DẦU TIẾNG TỈNH BÌNH DƯƠNG", {"Xã Thanh An", "Phường Tây Nam"}),
        ("P.5, Q.3, TP.HCM", {"Phường Bàn Cờ"}),
        ("Sở Tư pháp Bình Dương", {"Thành phố Hồ Chí Minh"}),
        ("Ủy ban nhân dân huyện Côn Đảo", {"Đặc khu Côn Đảo"}),
        ("đường Lê Lợi", set()),
        ("", set()),
    ],
)
def test_a_place_is_mapped_however_it_is_written(units: Gazetteer, text: str, units_now: set[str]) -> None:
    assert now(units, text) == units_now


def test_a_ward_and_a_province_of_one_name_are_told_apart(units: Gazetteer) -> None:
    assert then(units, "phường Bình Dương, thành phố Hồ Chí Minh") == ["Phường Bình Dương, Thành phố Hồ Chí Minh"]
    assert then(units, "UBND tỉnh Bình Dương") == ["Tỉnh Bình Dương"]


def test_the_day_or_the_district_decides_between_units_of_one_name_else_all_are_given(units: Gazetteer) -> None:
    text = "phường An Phú, thành phố Hồ Chí Minh"
    assert len(then(units, text)) == 2
    assert then(units, text, "2026-01-05") == ["Phường An Phú, Thành phố Hồ Chí Minh"]
    assert then(units, text, "2020-01-05") == ["Phường An Phú, Thành phố Thủ Đức, Thành phố Hồ Chí Minh"]
    assert then(units, "phường An Phú, TP. Thuận An") == ["Phường An Phú, Thành phố Thuận An, Tỉnh Bình Dương"]


def test_another_place_of_the_paper_fills_in_what_this_one_leaves_out(units: Gazetteer) -> None:
    assert len(then(units, "xã Tân Hiệp")) > 5
    near = "UBND huyện Phú Giáo, tỉnh Bình Dương"
    assert then(units, "xã Tân Hiệp", near=near) == ["Xã Tân Hiệp, Huyện Phú Giáo, Tỉnh Bình Dương"]


def test_a_new_unit_says_what_it_was_before(units: Gazetteer) -> None:
    place = units.place("phường Thủ Dầu Một, thành phố Hồ Chí Minh", "2025-08-01")
    assert place is not None
    assert "Phường Phú Cường, Thành phố Thủ Dầu Một, Tỉnh Bình Dương" in {unit.full for unit in place.were}


def test_of_every_ward_nearly_all_find_what_they_became(units: Gazetteer) -> None:
    some = bench.wards()[::17]
    clean, _ = bench.judge(units, some, 3, 0.0)
    worn, _ = bench.judge(units, some, 3, 0.02)
    assert clean["right"] >= 0.985 * len(some)
    assert worn["right"] >= 0.98 * len(some)


def test_a_bench_that_cannot_fail_proves_nothing(units: Gazetteer) -> None:
    other = [replace(ward, now=frozenset({"99999"})) for ward in bench.wards()[:50]]
    assert bench.judge(units, other, 3, 0.0)[0]["right"] == 0


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    (tmp_path / UNITS).write_text("p\t74\tTỉnh Bình Dương\t79\n", encoding="utf-8")
    with pytest.raises(BadSettings, match=r"units\.tsv"):
        load(tmp_path / UNITS)


# ---- on papers


def test_addresses_issuer_and_the_place_before_the_date_are_noted_and_nothing_is_rewritten(units: Gazetteer) -> None:
    fields = (
        field("issuer", "UBND phường Lái Thiêu, thành phố Thuận An"),
        field("issued", "2021-03-05"),
        field("address", "ấp 1, xã Minh Tân, huyện Dầu Tiếng"),
    )
    scan = Scan(id="s1", arrival="a1", file="x", sha256="", media="", count=1)
    scan = replace(scan, documents=(document(scan, 1, fields=fields),))
    (done,) = Places(loader(page(1, "Thuận An, ngày 05 tháng 3 năm 2021")), units)(scan).documents
    assert done.fields == fields
    assert {place.field: place.text for place in done.places} == {
        "issuer": "UBND phường Lái Thiêu, thành phố Thuận An",
        "address": "ấp 1, xã Minh Tân, huyện Dầu Tiếng",
        "issued": "Thuận An",
    }
    homes = {place.field: [unit.full for unit in place.then] for place in done.places}
    assert homes["issued"] == ["Thành phố Thuận An, Tỉnh Bình Dương"]
    assert homes["address"] == ["Xã Minh Tân, Huyện Dầu Tiếng, Tỉnh Bình Dương"]


def test_papers_are_found_by_the_units_before_and_after(units: Gazetteer, records: Records) -> None:
    scan = read_all(records, arrive(records, 2), ["giấy một", "giấy hai"])
    said = ("phường Phú Cường, thành phố Thủ Dầu Một, tỉnh Bình Dương", "phường Thủ Dầu Một, thành phố Hồ Chí Minh")
    papers = [document(scan, at, fields=(field("address", text),)) for at, text in enumerate(said, 1)]
    pages = loader(page(1, "giấy một"), page(2, "giấy hai"))
    done = Places(pages, units)(replace(scan, documents=tuple(papers))).documents
    shelve(records, scan, *done)
    for words in ('"phường Thủ Dầu Một, Thành phố Hồ Chí Minh"', '"phu cuong"'):
        assert {hit.document for hit in search(records, words, Filters(), 9)} == {one.id for one in papers}, words


def test_an_address_whose_communes_are_none_is_doubted(units: Gazetteer) -> None:
    def doubted(address: str) -> bool:
        return not units.spelled(address, units.place(address))

    assert not doubted("số 5, tổ 7, phường Phú Cường, thành phố Thủ Dầu Một, tỉnh Bình Dương")
    assert not doubted("phường Bình Dương, Thành phố Hồ Chí Minh")
    assert not doubted("12 Long Street, Springfield")
    assert doubted("số 5, tổ 7, phường Phú Cượng, thành phố Thủ Dầu Một, tỉnh Bình Dương")
    assert doubted("phường Phú Cường, thành phố Thủ Dầu Một, tỉnh Bình")


@pytest.mark.parametrize(("number", "unsure"), [("số 31/2", False), ("số 3!A", True), ("số 57-59", False)])
def test_an_address_with_a_sign_that_none_has_is_doubted(units: Gazetteer, number: str, *, unsure: bool) -> None:
    address = f"{number}, tổ 7 (cũ), phường Phú Cường, thành phố Thủ Dầu Một, tỉnh Bình Dương"
    scan = Scan(id="s1", arrival="a1", file="x", sha256="", media="", count=1)
    scan = replace(scan, documents=(document(scan, 1, fields=(field("address", address),)),))
    (done,) = Places(loader(page(1, "")), units)(scan).documents
    assert done.fields[0].unsure is unsure


@pytest.mark.parametrize(
    ("issuer", "normalised", "unsure"),
    [
        ("UBND phường Phú Cường", "UBND phường Phú Cường", False),
        ("UBND phường PhúCường", "UBND phường Phú Cường", False),
        ("UBND phường Phú", "UBND phường Phú", True),
        ("UBND phường Phú Cượng", "UBND phường Phú Cượng", True),
        ("UBND thành phố Thủ Dầu Một Tập", "UBND thành phố Thủ Dầu Một Tập", True),
        ("UBND thành phố Thuận An và trả kết quả", "UBND thành phố Thuận An và trả kết quả", True),
        ("UBND xã Đã Mất Từ Lâu", "UBND xã Đã Mất Từ Lâu", False),
        ("Sở Lao động - Thương binh và Xã Hội", "Sở Lao động - Thương binh và Xã Hội", False),
    ],
)
def test_a_body_whose_unit_lost_a_word_or_a_mark_is_doubted_and_a_lost_blank_put_back(
    units: Gazetteer, issuer: str, normalised: str, *, unsure: bool
) -> None:
    scan = Scan(id="s1", arrival="a1", file="x", sha256="", media="", count=1)
    scan = replace(scan, documents=(document(scan, 1, fields=(field("issuer", issuer),)),))
    (done,) = Places(loader(page(1, "")), units)(scan).documents
    assert [(one.normalised, one.unsure) for one in done.fields] == [(normalised, unsure)]


def test_a_ward_at_the_end_is_no_province_of_almost_its_name(units: Gazetteer) -> None:
    place = units.place("UBND phường Bình Chuẩn")
    assert place is not None
    assert [unit.full for unit in place.then] == ["Phường Bình Chuẩn, Thành phố Thuận An, Tỉnh Bình Dương"]
