"""A clerk puts a badly parted stack right: what is found, shown and written follows, and all of it can be undone."""

import json
from pathlib import Path

import pikepdf
import pytest

from tests import papers
from tests.journeys.test_run import Desk, Row

ANNEX = "PHỤ LỤC\nDanh sách hộ được cấp phép sửa chữa đường vào xóm Giếng, mã riêng phulucbay.\n"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A dossier of one stack, two decisions and an annex of the first, and a file of its own."""
    folder = tmp_path_factory.mktemp("pages")
    papers.pdf(folder / "in" / "hồ sơ 9" / "tập.pdf", papers.decision("601"), papers.decision("602"), ANNEX)
    papers.pdf(folder / "in" / "hồ sơ 9" / "rời.pdf", papers.decision("603"))
    desk = Desk(folder / "home")
    desk("run", str(folder / "in"))
    return desk


def rows(desk: Desk, *arguments: str) -> list[Row]:
    return [json.loads(line) for line in desk(*arguments, "--json").splitlines()]


def laid(desk: Desk, target: str) -> dict[str, list[tuple[str, int]]]:
    """Document → its pages, as `pages list` tells."""
    found: dict[str, list[tuple[str, int]]] = {}
    for row in rows(desk, "pages", "list", target):
        if row["type"] == "page":
            found.setdefault(row["document"], []).append((Path(row["file"]).name, row["page"]))
    return found


def number_of(desk: Desk, document: str) -> str:
    (row,) = rows(desk, "show", document)
    return str(row["fields"]["number"][0]["normalised"])


def found(desk: Desk, words: str) -> list[tuple[str, int]]:
    return [(row["document"], row["page"]) for row in rows(desk, "search", words)]


def pdf_of(desk: Desk, document: str) -> Path:
    (row,) = rows(desk, "show", document)
    return Path(row["files"]["pdf"])


def test_a_clerk_puts_a_stack_right(done: Desk) -> None:
    (loose,) = [row["document"] for row in rows(done, "search", "thu603")]
    (first, _), *_ = found(done, "thu601")
    (second, _), *_ = found(done, "thu602")
    dossier = rows(done, "show", first)[0]["dossier"]
    before = laid(done, dossier)
    assert before == {
        first: [("tập.pdf", 1)],
        second: [("tập.pdf", 2), ("tập.pdf", 3)],
        loose: [("rời.pdf", 1)],
    }
    done("correct", second, "signer=Mai Thị Na")

    told = done("pages", "move", second, "2", "--to", first)
    assert "hoàn tác" in told
    assert found(done, "phulucbay") == [(first, 3)]
    with pikepdf.open(pdf_of(done, first)) as pdf:
        assert len(pdf.pages) == 2
    assert number_of(done, second) == "602/QĐ-UBND"

    done("pages", "turn", first, "2", "90")
    with pikepdf.open(pdf_of(done, first)) as pdf:
        assert pdf.pages[1].obj.get("/Rotate") == 90
    done("pages", "join", loose, second)
    assert laid(done, dossier) == {first: [("tập.pdf", 1), ("tập.pdf", 3)], loose: [("rời.pdf", 1), ("tập.pdf", 2)]}
    assert number_of(done, loose) == "603/QĐ-UBND"
    assert rows(done, "show", dossier)[0]["documents"].count(second) == 0
    done("pages", "delete", loose, "2")
    assert found(done, "thu602") == []
    done("audit")

    told = done("pages", "split", loose, "2", code=5) + done.told
    assert "trang" in told
    scan = next(row["scan"] for row in rows(done, "pages", "list", dossier) if row["type"] == "left_out")
    done("redo", scan, "--from", "split")
    assert laid(done, dossier)[first] == [("tập.pdf", 1), ("tập.pdf", 3)], "the machine leaves a clerk's work alone"
    done("pages", "restore", scan, "2")
    assert laid(done, dossier)[loose] == [("rời.pdf", 1), ("tập.pdf", 2)]

    done("pages", "undo", dossier, "--times", "5")
    assert laid(done, dossier) == before
    assert rows(done, "show", second)[0]["fields"]["signer"][0]["normalised"] == "Mai Thị Na"
    assert found(done, "phulucbay") == [(second, 3)]
    changes = [row for row in rows(done, "pages", "list", dossier) if row["type"] == "change"]
    assert [row["what"] for row in changes] == ["restore", "delete", "join", "turn", "move"]
    assert all(row["undone_by"] for row in changes)
    done("audit")
