"""Manifests, matching, what a page says of its number, and office hours."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from digitizer.app.campaign.evidence import leaf, same_sheet
from digitizer.app.campaign.manifest import Unit, paper_name, read_manifest, units_of_names
from digitizer.app.campaign.matching import Matcher, code
from digitizer.app.hours import read_hours
from digitizer.errors import BadSettings, Conflict
from digitizer.model import Line, Looks, Page, RunFile, Scan, Word


class TestManifest:
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_a_list_as_excel_saves_it(self, tmp_path: Path, separator: str, encoding: str) -> None:
        rows = [
            ["Hộp", "HỒ SƠ", "Số tờ", "ghi gì đó"],
            ["12", "0034", "5", "x"],
            ["", "", "", ""],
            ["12", "0035", "", ""],
        ]
        path = tmp_path / "danh mục.csv"
        path.write_text("\n".join(separator.join(row) for row in rows), encoding=encoding)
        first, second = read_manifest(path)
        assert (first.line, first.box, first.dossier, first.sheets) == (2, "12", "0034", 5)
        assert (second.line, second.sheets) == (4, None)
        assert first.name == "hộp 12, hồ sơ 0034"

    @pytest.mark.parametrize(
        ("text", "line", "why"),
        [
            ("hộp,số tờ\n1,2\n", 1, "cần cột"),
            ("hồ sơ,số tờ\n1,hai\n", 2, "không phải là số"),
            ("hồ sơ,hồ sơ\n1,2\n", 1, "hai lần"),
            ("hồ sơ\n1\n\n1\n", 4, "đã có ở dòng 2"),
            ("quyển,số đầu,số cuối\n1,9,3\n", 2, "nhỏ trước"),
            ("quyển,số đầu,số cuối\n1,9,\n", 2, "cần cả hai"),
            ("hồ sơ\n", 1, "không có dòng nào"),
            ("", 1, "cần cột"),
        ],
    )
    def test_a_wrong_list_is_named_with_file_and_line(self, tmp_path: Path, text: str, line: int, why: str) -> None:
        path = tmp_path / "dm.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Conflict, match=rf"dm\.csv, dòng / line {line}: .*{why}"):
            read_manifest(path)

    def test_a_list_in_an_old_encoding_says_how_to_save_it(self, tmp_path: Path) -> None:
        path = tmp_path / "dm.csv"
        path.write_bytes("hồ sơ\n1\n".encode().replace("ồ".encode(), b"\xf4\xcc"))
        with pytest.raises(Conflict, match="CSV UTF-8"):
            read_manifest(path)

    def test_names_after_the_circular_tell_dossier_and_paper(self) -> None:
        assert paper_name("H09.15.2009.034.0000012.pdf") == ("H09.15.2009.034", 12)
        assert paper_name("IMG_0012.jpg") is None
        names = ["A.01.0000001.pdf", "A.01.0000003.pdf", "A.02.0000001.pdf"]
        units = units_of_names(names, Path("names.txt"))
        assert [(unit.dossier, unit.papers) for unit in units] == [("A.01", 3), ("A.02", 1)]
        with pytest.raises(Conflict, match=r"names\.txt, dòng / line 2"):
            units_of_names(["A.01.0000001.pdf", "scan.pdf"], Path("names.txt"))


UNITS = [
    Unit(line=2, box="12", dossier="0034"),
    Unit(line=3, box="13", dossier="0034"),
    Unit(line=4, box="13", dossier="0035"),
    Unit(line=5, book="Sổ khai sinh", volume="01/2009", first_number=1, last_number=90),
    Unit(line=6, book="Sổ khai tử", volume="01/2009", first_number=1, last_number=40),
    Unit(line=7, book="Sổ khai tử", volume="02/2010", first_number=41, last_number=80),
    Unit(line=8, folder="tủ 1/ngăn 2/hồ sơ đất"),
    Unit(line=9, dossier="H09.15.034"),
]


class TestMatching:
    @pytest.mark.parametrize(
        ("labels", "file", "line"),
        [
            (("2009", "Hộp số 12", "Hồ sơ 34"), "a.pdf", 2),
            (("hop_13", "hs-0034"), "a.pdf", 3),
            (("hộp 13", "35"), "a.pdf", 4),
            (("HS 35",), "a.pdf", 4),
            (("hồ sơ 34",), "a.pdf", None),  # there are two
            (("Sổ khai sinh", "Quyển 01-2009"), "a.pdf", 5),
            (("So khai tu", "quyen so 1.2009"), "a.pdf", 6),
            (("quyển 01/2009",), "a.pdf", None),
            (("Kho", "Tủ 1", "Ngăn 2", "Hồ sơ đất"), "a.pdf", 8),
            ((), "H09.15.034.0000007.pdf", 9),
            (("hộp 77", "hồ sơ 1"), "a.pdf", None),
        ],
    )
    def test_by_folder_and_name(self, labels: tuple[str, ...], file: str, line: int | None) -> None:
        found = Matcher(enumerate(UNITS)).by_place(labels, file)
        assert (UNITS[found].line if found is not None else None) == line

    @pytest.mark.parametrize(
        ("book", "number", "line"), [("2/2010", 44, 7), ("01/2009", 60, 5), ("01/2009", 20, None), ("", 44, None)]
    )
    def test_by_what_was_read(self, book: str, number: int, line: int | None) -> None:
        found = Matcher(enumerate(UNITS)).by_reading(book, number)
        assert (UNITS[found].line if found is not None else None) == line

    def test_codes_are_compared_without_marks_and_zeros(self) -> None:
        assert code("Hồ sơ 0034") == code("ho so 34")
        assert code("01/2009") == code("1-2009") != code("12009")


def page(*lines: tuple[str, tuple[int, int, int, int]], phash: str = "f0f0f0f0f0f0f0f0") -> Page:
    made = tuple(
        Line(box=box, words=tuple(Word(text=w, read=w, box=box, quad=(0.0,) * 8, confidence=0.9) for w in text.split()))
        for text, box in lines
    )
    return Page(number=1, width=1000, height=1400, lines=made, looks=Looks(phash=phash), step="correct")


SCAN = Scan(id="s1", arrival="a1", file="x/quét 0007.pdf", sha256="a" * 64, media="application/pdf", count=1)
CORNER, BODY = (900, 60, 940, 90), (100, 400, 800, 430)


class TestEvidence:
    @pytest.mark.parametrize(
        ("text", "box", "number"),
        [
            ("Tờ số: 12", CORNER, 12),
            ("Tờ 012/45", BODY, 12),
            ("12", CORNER, 12),
            ("12", BODY, None),  # a number somewhere says nothing
            ("Thửa đất số 12, tờ bản đồ số 7", BODY, None),
            ("Tờ bản đồ số: 7", BODY, None),
        ],
    )
    def test_a_sheets_number_on_paper(self, text: str, box: tuple[int, int, int, int], number: int | None) -> None:
        assert leaf(SCAN, page((text, box)), []).printed == number

    @pytest.mark.parametrize(
        ("name", "number"), [("tờ 012.jpg", 12), ("To-7.pdf", 7), ("IMG_0012.jpg", None), ("toan 3.pdf", None)]
    )
    def test_a_sheets_number_in_a_name(self, name: str, number: int | None) -> None:
        assert leaf(replace(SCAN, file=f"hồ sơ 1/{name}"), page(), []).named == number
        run = replace(SCAN, files=(RunFile(name=name, sha256="b" * 64), RunFile(name="z", sha256="c" * 64)), count=2)
        assert leaf(run, page(), []).named == number

    def test_register_numbers_and_book_pages(self) -> None:
        one = leaf(SCAN, page(("Số: 120 Quyển số: 01/2009", BODY), ("Số: 12/QĐ-UBND", BODY), ("Trang 45", BODY)), [])
        assert (one.entries, one.page) == ((120,), 45)

    def test_the_same_sheet_again_and_another_on_the_same_form(self) -> None:
        words = "Tờ khai đăng ký của ông Nguyễn Văn An sinh ngày 12/03/1980 tại xã An Thử số 4512"
        one = leaf(SCAN, page((words, BODY)), [])
        again = leaf(SCAN, page((words.replace("Thử", "Thứ"), BODY), phash="f0f0f0f0f0f0f0f3"), [])
        other = leaf(SCAN, page((words.replace("12/03/1980", "30/04/1971").replace("4512", "4513"), BODY)), [])
        apart = [replace(one, sha256="1"), replace(again, sha256="2"), replace(other, sha256="3")]
        assert same_sheet(apart[0], apart[1])
        assert not same_sheet(apart[0], apart[2])
        assert not same_sheet(replace(apart[0], printed=3), replace(apart[1], printed=4))
        blank = [replace(leaf(SCAN, page(), []), sha256=name) for name in "12"]
        assert not same_sheet(*blank)


class TestOfficeHours:
    @pytest.mark.parametrize(
        ("at", "within"),
        [
            ("2026-11-23T08:00", True),  # a Monday
            ("2026-11-23T12:00", False),
            ("2026-11-23T17:00", False),
            ("2026-11-28T08:00", True),
            ("2026-11-28T14:00", False),
            ("2026-11-29T08:00", False),
        ],
    )
    def test_within_or_not(self, at: str, within: bool) -> None:
        hours = read_hours("Mon-Fri 07:30-11:30 13:30-17:00; Sat 07:30-11:30")
        assert hours.holds(datetime.fromisoformat(at)) == within

    def test_none_and_wrong_ones(self) -> None:
        assert not read_hours("").spans
        for wrong in ("Mon", "Mon 8-11", "Mon-Xyz 08:00-11:00", "Mon 11:00-08:00", "Mon 25:00-26:00"):
            with pytest.raises(BadSettings, match="office_hours"):
                read_hours(wrong)
