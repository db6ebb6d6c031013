"""`digitizer audit` over a home that is whole, and over copies of it with one thing wrong each."""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from digitizer import settings
from digitizer.app import App
from digitizer.cli.commands import program
from tests import papers
from tests.journeys.test_run import Desk, Row

Spoil = Callable[[Path, sqlite3.Connection], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two papers, a blank page and a refused file, sealed."""
    folder = tmp_path_factory.mktemp("audit")
    papers.pdf(folder / "in" / "hồ sơ" / "qd.pdf", papers.decision("501"))
    papers.pdf(folder / "in" / "hồ sơ" / "qd2.pdf", papers.decision("502"))
    papers.blank_png(folder / "in" / "trắng.png")
    (folder / "in" / "hỏng.pdf").write_bytes(b"%PDF-1.7 and no more")
    Desk(folder / "home")("run", str(folder / "in"), code=4)
    Desk(folder / "home")("audit", "--seal")
    return folder / "home"


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "home")
    return tmp_path / "home"


def told(home: Path, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(program, ["--home", str(home), "audit", *arguments])
    assert done.exit_code == code, done.output
    return done.stdout


def audit(home: Path, *arguments: str, code: int = 0) -> tuple[set[str], list[Row]]:
    rows = [json.loads(line) for line in told(home, "--json", *arguments, code=code).splitlines()]
    return {row["code"] for row in rows if row["type"] == "fault"}, rows


def blob(home: Path, column: str) -> Path:
    with sqlite3.connect(home / "records.sqlite") as db:
        (sha256,) = db.execute(column).fetchone()
    return home / "blobs" / sha256[:2] / sha256[2:4] / sha256


ORIGINAL = "SELECT json_extract(noun, '$.sha256') FROM scans LIMIT 1"
RECORD = "SELECT json_extract(noun, '$.pdf') FROM records LIMIT 1"
PREVIEW = "SELECT json_extract(noun, '$.preview') FROM pages LIMIT 1"


def corrupt(path: Path) -> None:
    path.chmod(0o640)
    path.write_bytes(path.read_bytes()[:-1] + b"?")


SPOILT: dict[str, tuple[set[str], Spoil]] = {
    "an original is gone": ({"original-missing"}, lambda home, _: blob(home, ORIGINAL).unlink()),
    "an original has changed": ({"original-corrupt"}, lambda home, _: corrupt(blob(home, ORIGINAL))),
    "a record's file is gone": ({"record-missing"}, lambda home, _: blob(home, RECORD).unlink()),
    "a record's file has changed": ({"record-corrupt"}, lambda home, _: corrupt(blob(home, RECORD))),
    "a preview is gone": ({"preview-missing"}, lambda home, _: blob(home, PREVIEW).unlink()),
    "an event was changed": (
        {"chain-broken"},
        lambda _, db: db.execute("UPDATE events SET actor='x' WHERE sequence=0"),
    ),
    "a page lost its document": (
        {"page-not-once", "sums-differ"},
        lambda _, db: db.execute("DELETE FROM document_pages WHERE document IN (SELECT id FROM documents LIMIT 1)"),
    ),
    "a page is in a document and left out": (
        {"page-not-once", "sums-differ"},
        lambda _, db: db.execute(
            "UPDATE pages SET noun=json_set(noun, '$.left_out', 'blank') WHERE scan IN (SELECT scan FROM documents)"
        ),
    ),
    "an arrival's state is none": (
        {"sums-differ"},
        lambda _, db: db.execute("UPDATE arrivals SET state='' WHERE state='REFUSED'"),
    ),
    "seals are gone": ({"seal-missing"}, lambda home, _: shutil.rmtree(home / "seals")),
}


def test_a_whole_home_has_no_fault_and_its_sums_are_told(home: Path) -> None:
    found, rows = audit(home)
    assert found == set()
    (sums,) = [row for row in rows if row["type"] == "sums"]
    assert (sums["arrivals"], sums["taken"], sums["refused"], sums["balanced"]) == (4, 3, 1, True)
    assert (sums["pages"], sums["in_documents"], sums["left_out"]) == (3, 2, 1)
    assert rows[-1]["looked"]["original"] == 3
    assert rows[-1]["looked"]["read"] == 3 + 6
    words = told(home)
    assert "✓ không mất gì" in words
    assert rows[-1]["seal"]["root"] in words


@pytest.mark.parametrize("name", SPOILT)
def test_each_thing_that_is_wrong_is_named_and_nothing_else(home: Path, name: str) -> None:
    codes, spoil = SPOILT[name]
    with sqlite3.connect(home / "records.sqlite") as db:
        spoil(home, db)
    db.close()
    found, _ = audit(home, code=8)
    assert found == codes


def test_orphans_are_listed_when_they_are_old_and_swept_when_asked(home: Path) -> None:
    with App(settings.load(home=home)) as app:
        young, old = app.blobs.put_bytes(b"young"), app.blobs.put_bytes(b"old")
    path = home / "blobs" / old[:2] / old[2:4] / old
    os.utime(path, (time.time() - 30 * 86400,) * 2)
    found, rows = audit(home)
    assert [(row["code"], row["about"]) for row in rows if row["type"] == "fault"] == [("orphan", old)]
    for stored in (home / "blobs").glob("??/??/*"):  # however old what is needed is, it stays
        if stored.name != young:
            os.utime(stored, (time.time() - 30 * 86400,) * 2)
    found, rows = audit(home, "--sweep")
    assert [(row["code"], row["about"]) for row in rows if row["type"] == "fault"] == [("orphan-swept", old)]
    assert not path.exists()
    found, rows = audit(home)
    assert found == set()
    assert (home / "blobs" / young[:2] / young[2:4] / young).exists()


def test_a_sample_reads_less_and_a_date_looks_at_less(home: Path) -> None:
    assert audit(home, "--sample", "2")[1][-1]["looked"]["read"] == 2
    _, rows = audit(home, "--since", "2999-01-01")
    assert rows[-1]["looked"]["original"] == 0


def test_a_root_noted_on_paper_is_looked_for(home: Path) -> None:
    root = audit(home)[1][-1]["seal"]["root"]
    assert audit(home, "--root", root)[0] == set()
    assert audit(home, "--root", "0" * 64, code=8)[0] == {"root-unknown"}
