"""The command line as its users use it: from a folder of scans to records that are found, corrected and handed out."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from PIL import Image, ImageDraw

from samples import faces
from tests import papers

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = str(Path(sys.executable).with_name("digitizer"))
FACE = Draft202012Validator(json.loads((ROOT / "docs" / "face.schema.json").read_text(encoding="utf-8")))

Row = dict[str, Any]


class Desk:
    """A home folder and the command."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.told = ""

    def __call__(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [COMMAND, "--home", str(self.home), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "NO_COLOR": "1"},
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        self.told = done.stderr
        return done.stdout

    def rows(self, *arguments: str, code: int = 0) -> list[Row]:
        rows = [json.loads(line) for line in self(*arguments, "--json", code=code).splitlines()]
        for row in rows:
            FACE.validate(row)
        return rows


@pytest.fixture(scope="module")
def incoming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an office has it: a dossier, a ZIP, loose pages, a card's two sides, and what is no paper."""
    folder = tmp_path_factory.mktemp("in")
    papers.pdf(folder / "hồ sơ 7" / "qd.pdf", papers.decision("301"))
    papers.pdf(folder / "hồ sơ 7" / "qd2.pdf", papers.decision("302"))
    inside = papers.pdf(folder.parent / "zipped.pdf", papers.decision("303"))
    with zipfile.ZipFile(folder / "hồ sơ 8.zip", "w") as archive:
        archive.write(inside, "thành phần/qđ 303.pdf")
        archive.writestr("thành phần/hỏng.pdf", b"%PDF-1.4 broken")
    for number in (1, 2):
        papers.blank_png(folder / "ảnh" / f"trang {number}.png")
    (folder / "thư.docx").write_bytes(b"PK\x03\x04 this is no zip at all")
    (folder / "Thumbs.db").write_bytes(b"x")
    return folder


@pytest.fixture(scope="module")
def desk(incoming: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("home"))
    desk("run", str(incoming), code=1)
    return desk


@pytest.fixture(scope="module")
def found(desk: Desk, incoming: Path) -> list[Row]:
    return desk.rows("run", str(incoming), code=1)


def of(rows: list[Row], kind: str) -> list[Row]:
    return [row for row in rows if row["type"] == kind]


def by_number(rows: list[Row], number: str) -> Row:
    """The paper of that number, not another scan of it: which of two comes first is the workers' doing."""
    return next(
        row
        for row in of(rows, "document")
        if row["duplicate_of"] is None and any(f["normalised"] == number for f in row["fields"].get("number", []))
    )


def test_the_report_has_every_file_in_order_and_keeps_the_schema(found: list[Row], incoming: Path) -> None:
    order = [row["type"] for row in found]
    assert order == sorted(order, key=["arrival", "scan", "document", "dossier"].index)
    files = {row["file"].removeprefix(f"{incoming}/"): row["state"] for row in of(found, "arrival")}
    assert files == {
        "hồ sơ 7/qd.pdf": "TAKEN",
        "hồ sơ 7/qd2.pdf": "TAKEN",
        "hồ sơ 8.zip": "TAKEN",
        "ảnh": "TAKEN",
        "thư.docx": "REFUSED",
    }


def test_running_again_takes_nothing_twice(found: list[Row], desk: Desk, incoming: Path) -> None:
    assert {row["id"] for row in desk.rows("run", str(incoming), code=1)} == {row["id"] for row in found}
    again = desk.rows("run", str(incoming / "hồ sơ 7" / "qd.pdf"), "--again")
    assert of(again, "arrival")[0]["id"] not in {row["id"] for row in found}
    assert of(again, "arrival")[0]["sha256"] in {row["sha256"] for row in of(found, "arrival")}


def test_a_refusal_says_why_in_both_languages(found: list[Row]) -> None:
    refused = next(row for row in of(found, "arrival") if row["state"] == "REFUSED")
    assert refused["reason"]["vi"]
    assert refused["reason"]["en"]
    assert refused["scans"] == []


def test_a_bad_member_of_a_zip_fails_alone(found: list[Row]) -> None:
    archive = next(row for row in of(found, "arrival") if row["file"].endswith(".zip"))
    states = {row["member"]: row["state"] for row in of(found, "scan") if row["arrival"] == archive["id"]}
    assert states == {"thành phần/hỏng.pdf": "FAILED", "thành phần/qđ 303.pdf": "DONE"}


def test_a_run_of_images_is_one_scan_and_its_blank_pages_are_left_out(found: list[Row]) -> None:
    scan = next(row for row in of(found, "scan") if row["file"].endswith("/ảnh"))
    assert [(page["file"], page["left_out"]) for page in scan["pages"]] == [
        ("trang 1.png", "blank"),
        ("trang 2.png", "blank"),
    ]


def test_the_papers_of_a_folder_are_one_dossier_and_a_zip_is_a_folder(found: list[Row]) -> None:
    one, two, three = (by_number(found, f"{number}/QĐ-UBND") for number in (301, 302, 303))
    assert one["dossier"] == two["dossier"] is not None
    assert three["dossier"] not in (None, one["dossier"])
    assert {row["id"]: set(row["documents"]) for row in of(found, "dossier")}[one["dossier"]] == {one["id"], two["id"]}


def test_kind_and_fields_are_read_and_every_value_has_its_place(found: list[Row]) -> None:
    paper = by_number(found, "301/QĐ-UBND")
    assert (paper["kind"], paper["fields"]["issued"][0]["normalised"]) == ("quyet_dinh", "2023-05-12")
    for values in paper["fields"].values():
        for value in values:
            assert value["page"] == 1
            assert value["file"].endswith("qd.pdf")


@pytest.mark.parametrize(
    "query", ["quyết định cấp phép", "quyet dinh cap phep", '"xom gieng"', "303 qđ ubnd", "thu30*"]
)
def test_search_finds_with_and_without_marks(desk: Desk, found: list[Row], query: str) -> None:
    hits = desk.rows("search", query)
    assert by_number(found, "303/QĐ-UBND")["id"] in [hit["document"] for hit in hits]
    assert all("[" in hit["snippet"] for hit in hits)


def test_a_correction_survives_every_redo_and_is_found(desk: Desk, found: list[Row], incoming: Path) -> None:
    paper = by_number(found, "302/QĐ-UBND")
    desk("correct", paper["id"], "kind=thong_bao", "signer=Lê Thị Sửa")
    for step in ("read", "split", "fields", "gather"):
        desk("redo", paper["id"], "--from", step)
        after = next(row for row in of(desk.rows("run", str(incoming), code=1), "document") if row["id"] == paper["id"])
        assert after["kind"] == "thong_bao"
        assert [(one["value"], one["by"]) for one in after["fields"]["signer"]] == [("Lê Thị Sửa", "clerk")]
    assert [hit["document"] for hit in desk.rows("search", "le thi sua")] == [paper["id"]]
    history = [event["what"] for event in json.loads(desk("show", paper["id"], "--json"))["history"]]
    assert history.count("corrected") == 2


def test_a_released_record_is_official_until_it_is_corrected(desk: Desk, found: list[Row]) -> None:
    paper = by_number(found, "301/QĐ-UBND")["id"]
    desk("release", paper, "--reviewed")
    shown = json.loads(desk("show", paper, "--json"))
    assert (shown["state"], shown["record"]["official"], shown["version"]) == ("RELEASED", True, 1)
    desk("correct", paper, "signer=Phạm Văn Khác")
    shown = json.loads(desk("show", paper, "--json"))
    assert (shown["state"] != "RELEASED", shown["record"]["official"], shown["version"]) == (True, False, 2)


def test_ready_documents_are_released_by_rule_when_the_settings_say_so(tmp_path: Path) -> None:
    papers.pdf(tmp_path / "in" / "qd.pdf", papers.decision("401"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("release_ready = true\n")
    rows = Desk(tmp_path / "home").rows("run", str(tmp_path / "in"))
    assert [row["state"] for row in of(rows, "document")] == ["RELEASED"]


def test_a_scan_that_nobody_can_read_fails_alone_and_a_retry_mends_it(tmp_path: Path) -> None:
    papers.blank_png(tmp_path / "in" / "trắng.png")
    picture = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(picture).text((150, 300), "QUYẾT ĐỊNH về việc thử", font=faces.font("tinos", 40), fill=0)
    picture.save(tmp_path / "in" / "ảnh.png", dpi=(150, 150))
    home = tmp_path / "home"
    home.mkdir()
    empty = f"[engine]\nuse = 'replay'\noptions = {{ folder = '{tmp_path / 'nothing'}' }}\n"
    (home / "settings.toml").write_text(empty)
    rows = Desk(home).rows("run", str(tmp_path / "in"), code=1)
    states = {Path(row["file"]).name: row["state"] for row in of(rows, "scan")}
    assert states == {"trắng.png": "DONE", "ảnh.png": "FAILED"}
    failed = next(row for row in of(rows, "scan") if row["state"] == "FAILED")
    assert [problem["code"] for problem in failed["pages"][0]["problems"]] == ["page-failed"]
    (home / "settings.toml").unlink()
    Desk(home)("retry", failed["id"])
    assert len(Desk(home).rows("search", "quyết định về việc thử")) == 1


def test_export_gives_record_and_untouched_original(
    desk: Desk, found: list[Row], incoming: Path, tmp_path: Path
) -> None:
    paper = by_number(found, "303/QĐ-UBND")
    names = [Path(line) for line in desk("export", paper["id"], str(tmp_path / "out")).splitlines()]
    assert sorted(path.suffix for path in names) == [".json", ".pdf", ".pdf", ".txt"]
    original = next(path for path in names if path.parent.name == "originals")
    assert original.read_bytes() == (incoming.parent / "zipped.pdf").read_bytes()
    text = next(path for path in names if path.suffix == ".txt").read_text(encoding="utf-8")
    assert "Cho phép thôn Mẫu sửa chữa con đường" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "d1nothing"), 3),
        (("correct", "d1nothing", "kind=quyet_dinh"), 3),
        (("redo", "x1", "--from", "read"), 3),
        (("run", "/there/is/no/such/file"), 3),
        (("retry", "s1nothing"), 3),
        (("--settings", "/no/such/settings.toml", "status"), 2),
    ],
)
def test_mistakes_are_one_clear_line_and_an_exit_code(desk: Desk, arguments: tuple[str, ...], code: int) -> None:
    desk(*arguments, code=code)
    assert desk.told.startswith("digitizer: ")
    assert "Traceback" not in desk.told


def test_check_says_that_this_machine_is_ready(desk: Desk) -> None:
    told = desk("check")
    assert "✗" not in told
    assert "Tesseract" in told


def test_every_command_has_help_in_vietnamese(desk: Desk) -> None:
    listed = desk("--help")
    for command in ("run", "watch", "search", "show", "redo", "retry", "correct", "release", "check", "export"):
        assert command in listed
        assert re.search("[\u1ea0-\u1ef9đ]", desk(command, "--help"))
