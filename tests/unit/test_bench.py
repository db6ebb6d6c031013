"""The measuring itself: known distances, nothing that only one side loses, cuts and values counted as told."""

import json
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from bench import measure
from bench.body import bodies
from bench.compare import Comparison
from bench.hocr import read_hocr
from bench.nouns import Cost, FoundDocument, Key, Reading, ReadLine, ReadPage, Set, TruthDocument, TruthPage, Value
from bench.ours import parse
from bench.papers import boundaries, match, pair, same_value, score
from bench.report import render
from bench.stage import lay_out, member_path, page_images
from bench.truth import choose, read_set, slug, unit
from bench.words import bag_distance, count_errors, strict


def test_word_errors_are_substitutions_deletions_and_insertions() -> None:
    errors = count_errors("Ủy ban nhân dân xã Tân An", "Ủy ban nhấn dân Tân An !")
    assert (errors.words, errors.strict) == (7, 3)
    assert errors.loose == 2  # the exclamation mark is no word
    assert errors.folded == 1  # nhấn = nhân without marks
    assert errors.wer == pytest.approx(3 / 7)


def test_character_errors_count_blanks() -> None:
    errors = count_errors("hộ tịch", "hộtịch")
    assert (errors.chars, errors.char_errors) == (7, 1)


def test_what_typists_do_differently_is_no_error() -> None:
    assert strict("Họ tên:……………… “A” – B\u00a0C\n____") == 'Họ tên: "A" - B C'
    assert count_errors("đi", "đi").strict == 0  # decomposed and composed


def test_order_free_errors_show_what_order_costs() -> None:
    errors = count_errors("một hai ba bốn", "ba bốn một hai")
    assert errors.strict == 4
    assert errors.order_free == 0
    assert bag_distance(["a", "a", "b"], ["a", "c"]) == 2


def _page(*lines: tuple[str, str], upright: bool = False, turned: int = 0) -> ReadPage:
    """Lines 20 pixels high under each other on a page of 100 × 200."""
    read = tuple(
        ReadLine(text=text, role=role, box=(10, 20 * number, 90, 20 * number + 18))
        for number, (text, role) in enumerate(lines)
    )
    return ReadPage(lines=read, size=(100, 200), upright=upright, turned=turned)


def _truth(text: str, words: tuple[tuple[str, tuple[float, float, float, float]], ...] = ()) -> TruthPage:
    return TruthPage(key=Key("a.pdf", 1), level="office", text=text, words=words, size=(100, 200))


def test_both_sides_lose_a_stamp_that_the_truth_does_not_have() -> None:
    ours = _page(("2", "page_number"), ("Kính gửi các phòng", "body"))
    theirs = _page(("Z", "body"), ("Kính gửi các phòng", "body"))
    body = bodies(_truth("Kính gửi các phòng"), ours, {"other": theirs})
    assert body[""].text == body["other"].text == "Kính gửi các phòng"


def test_a_wrong_role_of_ours_does_not_take_right_words_from_others() -> None:
    ours = _page(("Đièu khoàn thl hànk", "stamp"))
    theirs = _page(("Điều khoản thi hành", "body"))
    body = bodies(_truth("Điều khoản thi hành"), ours, {"other": theirs})
    assert body["other"].text == "Điều khoản thi hành"


def test_where_words_have_places_the_place_decides() -> None:
    ours = _page(("CONG VAN DEN", "stamp"))
    there = (("CÔNG", (20.0, 2.0, 40.0, 14.0)),)
    assert bodies(_truth("CÔNG VĂN", there), ours, {})[""].lines
    assert not bodies(_truth("CÔNG VĂN", (("CÔNG", (20.0, 102.0, 40.0, 114.0)),)), ours, {})[""].lines


def test_boxes_of_a_turned_page_are_taken_back_to_the_delivered_one() -> None:
    # Delivered 100 × 200, to be turned 90° clockwise: the delivered left edge becomes the top.
    stamp = ReadLine(text="DEN", role="stamp", box=(0, 90, 10, 110))
    ours = ReadPage(lines=(stamp,), size=(100, 200), turned=90)
    theirs = ReadPage(lines=(ReadLine(text="ĐẾN", box=(90, 0, 110, 10)),), size=(200, 100), upright=True)
    assert not bodies(_truth("Kính gửi"), ours, {"other": theirs})["other"].lines


KEYS = tuple(Key("a.pdf", number) for number in range(1, 6))


def _told(kind: str, *pages: int, **values: str) -> TruthDocument:
    fields = {name: [Value(normalised=value)] for name, value in values.items()}
    return TruthDocument(kind=kind, pages=tuple(KEYS[page - 1] for page in pages), fields=fields)


def _found(kind: str, *pages: int, ready: bool = False, **values: str) -> FoundDocument:
    fields = {name: [Value(normalised=value)] for name, value in values.items()}
    return FoundDocument(kind=kind, pages=tuple(KEYS[page - 1] for page in pages), fields=fields, ready=ready)


def _set(*documents: TruthDocument) -> Set:
    pages = tuple(TruthPage(key=key, level="office", text="") for key in KEYS)
    return Set(name="set", pages=pages, documents=documents)


def test_cuts_are_counted_between_pages_and_blanks_passed_over() -> None:
    truth = _set(_told("to_trinh", 1, 2), _told("bao_cao", 4), _told("thong_bao", 5))  # 3 is blank
    count = boundaries(truth, [_found("to_trinh", 1), _found("to_trinh", 2), _found("bao_cao", 4, 5)])
    assert (count.right, count.given, count.told) == (1, 2, 2)
    assert count.f1 == pytest.approx(0.5)


def test_a_paper_is_paired_with_the_one_that_shares_most_of_its_pages() -> None:
    long, short = _told("bao_cao", 1, 2, 3), _told("to_trinh", 4)
    pairs = pair([long, short], [_found("x", 4, 5), _found("bao_cao", 1, 2), _found("y", 3)])
    assert [(told.kind, found.pages) for told, found in pairs] == [("bao_cao", KEYS[:2]), ("to_trinh", KEYS[3:])]


def test_values_match_whatever_the_case_the_tone_place_and_the_final_stop() -> None:
    assert same_value("issuer", "Ủy ban nhân dân xã Hòa An", "Uỷ ban nhân dân xã Hoà An".upper() + ".")
    assert not same_value("number", "12/QĐ-UBND", "12/QD-UBND")
    assert same_value("subject", "V/v cấp giấy phép xây dựng", "cấp giấy phép xây dựng tạm", shortened=True)
    assert same_value("issuer", "UBND tỉnh Phú Thọ", "Ủy ban nhân dân tỉnh Phú Thọ", shortened=True)


def test_values_are_matched_one_to_one_and_doubles_count_once() -> None:
    truth = [Value(normalised="Lê An", part="father"), Value(normalised="Lê Bình", part="child")]
    given = [
        Value(normalised="LÊ AN", part="mother"),
        Value(normalised="Lê Bình", part="child"),
        Value(normalised="lê bình", part="child"),
    ]
    count = match("person", truth, given)
    assert (count.right, count.given, count.told, count.right_part) == (2, 2, 2, 1)


def test_wrong_and_invented_values_of_ready_papers_are_seen() -> None:
    truth = _set(
        _told("to_trinh", 1, 2, number="5/TTr-UBND", issued="2021-03-04"), _told("bao_cao", 3), _told("thong_bao", 5)
    )
    found = [
        _found("to_trinh", 1, 2, ready=True, number="5/TTr-UBND", issued="2021-03-01"),
        _found("to_trinh", 3, ready=True, number="7/BC-UBND"),
    ]
    papers = score(truth, found)
    assert (papers.documents, papers.kinds, papers.exact, papers.ready) == (3, 1, 2, 2)
    assert (papers.ready_values, papers.ready_wrong) == (3, 2)
    assert papers.fields(["number"]).f1 == pytest.approx(2 / 3)
    assert papers.wrong_kinds == {("bao_cao", "to_trinh"): 1, ("thong_bao", "(no such document)"): 1}


LINES = [
    {"type": "arrival", "id": "a1", "file": "{stage}/hs/a.pdf", "sha256": "", "state": "TAKEN", "reason": None},
    {
        "type": "arrival", "id": "a2", "file": "{stage}/hs/b.doc", "sha256": "", "state": "REFUSED",
        "reason": {"code": "not-a-scan", "vi": "", "en": ""},
    },
    {
        "type": "scan", "id": "s1", "arrival": "a1", "file": "{stage}/hs/a.pdf", "member": None, "state": "DONE",
        "problems": [],
        "pages": [
            {
                "number": 1, "width": 100, "height": 200, "turned": 180, "skew": 0.5, "blank": False,
                "lines": [{"role": "body", "box": [1, 2, 3, 4], "text": "Tờ trình", "confidence": 0.9}],
            }
        ],
    },
    {
        "type": "scan", "id": "s2", "arrival": "a3", "file": "{stage}/anh", "member": None, "state": "DONE",
        "problems": [],
        "pages": [
            {
                "number": 2, "file": "002.jpg", "width": 1, "height": 1, "turned": 0, "skew": 0, "blank": True,
                "lines": [],
            }
        ],
    },
    {
        "type": "document", "id": "d1", "pages": [{"scan": "s1", "file": "a.pdf", "page": 1}], "kind": "to_trinh",
        "fields": {"number": [{"normalised": "5/TTr-UBND", "part": None}]}, "state": "READY",
    },
]  # fmt: skip


def test_the_machine_face_becomes_pages_and_documents(tmp_path: Path) -> None:
    rows = [json.dumps(line).replace("{stage}", str(tmp_path)) for line in LINES]
    reading = parse(rows, tmp_path, Cost(wall=1.0))
    assert reading.pages[Key("hs/a.pdf", 1)].text == "Tờ trình"
    assert reading.pages[Key("anh/002.jpg", 1)].blank
    assert reading.documents[0].pages == (Key("hs/a.pdf", 1),)
    assert reading.documents[0].ready
    assert reading.failures == {"hs/b.doc": "REFUSED not-a-scan"}


def test_truth_is_read_from_all_folders_with_an_expected_json(tmp_path: Path) -> None:
    for name, level in (("mot", "clean"), ("hai", "fax")):
        (tmp_path / name).mkdir()
        page = {"number": 1, "blank": False, "turned": 0, "skew": 0, "width": 9, "height": 9, "text": "Điều 1",
                "words": [["Điều", 0, 0, 4, 4]]}  # fmt: skip
        told = {
            "files": [{"file": "a.pdf", "level": level, "pages": [page]}],
            "documents": [{"kind": "luat", "pages": [{"file": "a.pdf", "page": 1}], "fields": {}}],
        }
        (tmp_path / name / "expected.json").write_text(json.dumps(told), encoding="utf-8")
    one = read_set(tmp_path)
    assert [str(page.key) for page in one.pages] == ["hai/a.pdf p1", "mot/a.pdf p1"]
    fax = choose(one, ["fax"], 0)
    assert [page.key.file for page in fax.pages] == ["hai/a.pdf"]
    assert len(fax.documents) == 1


def test_a_table_of_metadata_is_truth_with_its_doubts_kept_out(tmp_path: Path) -> None:
    head = "file\tpages\tkind\tnumber\tissuer\tissued\tsubject\tfeatures\n"
    (tmp_path / "metadata.tsv").write_text(
        head + "a.tif\t2\tCông văn\t5/SNV-TC\tSở Nội vụ\t2024-04-08?\tV/v họp\t\n", encoding="utf-8"
    )
    (tmp_path / "a.tif").write_bytes(b"")
    one = read_set(tmp_path)
    assert one.documents[0].kind == slug("Công văn") == "cong_van"
    assert one.documents[0].fields["issued"][0].doubtful
    found = FoundDocument(
        kind="cong_van", pages=one.documents[0].pages, fields={"issued": [Value(normalised="1999-01-01")]}, ready=True
    )
    assert "issued" not in score(one, [found]).by_name


def test_images_of_a_folder_and_members_of_a_zip_are_given_together() -> None:
    assert unit("x/1.jpg") == unit("x/2.JPG") != unit("y/1.jpg")
    assert unit("x/hs.zip/1.pdf") == "x/hs.zip"
    assert unit("x/1.pdf") == "x/1.pdf"


def test_the_yardsticks_get_members_of_zips_and_every_page_upright_by_its_exif(tmp_path: Path) -> None:
    folder, stage = tmp_path / "set", tmp_path / "work" / "in"
    folder.mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned 90° clockwise
    Image.new("RGB", (40, 60), "white").save(tmp_path / "anh.jpg", exif=exif, dpi=(200, 200))
    Image.new("1", (40, 60)).save(folder / "fax.tif", save_all=True, append_images=[Image.new("1", (50, 60))])
    with zipfile.ZipFile(folder / "hs.zip", "w") as archive:
        archive.write(tmp_path / "anh.jpg", "mat/anh.jpg")
    keys = (Key("hs.zip/mat/anh.jpg", 1), Key("fax.tif", 1), Key("fax.tif", 2))
    lay_out(Set(name="s", pages=tuple(TruthPage(key=key, level="fax") for key in keys)), folder, stage)
    assert sorted(path.name for path in stage.iterdir()) == ["fax.tif", "hs.zip"]  # what Digitizer is given
    sizes = {}
    for file in ("hs.zip/mat/anh.jpg", "fax.tif"):
        for key, image in page_images(member_path(stage, file), tmp_path / file.replace("/", "_"), file).items():
            with Image.open(image) as opened:
                sizes[key] = opened.size
    assert sizes == dict(zip(keys, [(60, 40), (40, 60), (50, 60)], strict=True))


HOCR = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><body>
<div class='ocr_page' title='image "x.png"; bbox 0 0 1674 2347; ppageno 0'>
 <span class='ocr_header' title="bbox 10 20 300 40; baseline 0 0"><span class='ocrx_word'>Độc</span>
 <span class='ocrx_word'><strong>lập</strong></span></span>
 <span class='ocr_line' title="bbox 10 50 300 70"><span class='ocrx_word'> </span></span>
</div></body></html>"""


def test_hocr_gives_lines_with_boxes_and_an_empty_page_when_missing(tmp_path: Path) -> None:
    (tmp_path / "a.hocr").write_text(HOCR, encoding="utf-8")
    page = read_hocr(tmp_path / "a.hocr")
    assert page.size == (1674, 2347)
    assert page.lines == (ReadLine(text="Độc lập", box=(10, 20, 300, 40)),)
    assert read_hocr(tmp_path / "none.hocr").lines == ()


def test_the_cost_of_a_command_holds_its_children() -> None:
    child = "sum(range(9_000_000)); b = bytearray(80_000_000)"
    ended = measure.run(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"]
    )
    assert ended.status == 0
    assert ended.cost.cpu > 0.1
    assert ended.cost.peak > 80_000_000
    assert ended.cost.wall > 0.1


def test_the_report_lists_what_we_lose() -> None:
    truth = Set(
        name="thu",
        pages=(TruthPage(key=KEYS[0], level="fax", text="Điều 1. Phạm vi"),),
        documents=(_told("quyet_dinh", 1, number="1/QĐ-UBND"),),
    )
    line = ReadLine(text="Điêu 1. Phạm vi", box=(0, 0, 1, 1))
    ours = Reading(
        system="Digitizer",
        pages={KEYS[0]: ReadPage(lines=(line,))},
        cost=Cost(wall=1, cpu=1, peak=10**8, pages=1),
        documents=(_found("quyet_dinh", 1, number="1/QĐ-UBND"),),
    )
    right = ReadPage(lines=(ReadLine(text="Điều 1. Phạm vi", box=(0, 0, 1, 1)),))
    other = Reading(system="Other", pages={KEYS[0]: right}, cost=Cost(wall=3, cpu=2, pages=1))
    found = Comparison()
    found.add(truth, [ours, other])
    tables = render(found)
    assert "more word errors on 1 of 1 pages" in tables
    assert "| thu/a.pdf p1 | fax | 4 | 1 | 0 | — | 1 | 0 |" in tables
    assert "goes 3.00 times as fast as that of Other, for 0.50 times" in tables
