"""A campaign of forty units with faults made on purpose, from its manifest to the report that is signed."""

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from bench.backfill import NAME, Truth, digitize, make, wrong
from digitizer import settings
from digitizer.app import App
from digitizer.app.campaign.account import Account
from digitizer.app.watching import Watcher
from digitizer.cli.commands import program
from digitizer.errors import NotFound
from digitizer.model import ScanState
from digitizer.settings import Backfill, Watch, Watched
from digitizer.store import campaigns, leases
from tests import papers


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, Truth]]:
    folder = tmp_path_factory.mktemp("campaign")
    truth = make(folder, 40, random.Random(5))
    with App(settings.load(home=folder / "home")) as app:
        digitize(app, folder, whole=False)
        yield app, truth


def told(app: App, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(program, ["--home", str(app.settings.home), "backfill", *arguments])
    assert done.exit_code == code, done.output
    return done.stdout


def test_every_fault_made_on_purpose_is_named_and_nothing_else(campaign: tuple[App, Truth]) -> None:
    app, truth = campaign
    assert {kind for faults in truth.faults.values() for kind, *_ in faults} == {"missing", "doubled", "misnumbered"}
    assert list(wrong(Account(app.records, NAME), truth)) == []


def test_the_check_itself_notices_what_is_not_named(campaign: tuple[App, Truth]) -> None:
    app, truth = campaign
    line = next(iter(truth.faults))
    lied = Truth(faults={**truth.faults, line: set()}, absent=truth.absent, foreign=truth.foreign)
    assert any(f"{line} " in one for one in wrong(Account(app.records, NAME), lied))


def test_postgresql_gives_the_same_account(tmp_path: Path, database: str) -> None:
    truth = make(tmp_path, 12, random.Random(6))
    given = settings.load(home=tmp_path / "home").model_copy(update={"records_url": database})
    with App(given) as app:
        digitize(app, tmp_path, whole=False)
        assert list(wrong(Account(app.records, NAME), truth)) == []
        progress = campaigns.progress(app.records, NAME, "")
        assert set(progress.scans) == {"DONE"}
        assert progress.recent == progress.read == progress.pages == truth.sheets + 1


def test_the_report_is_a_pdf_to_sign_and_a_spreadsheet(campaign: tuple[App, Truth], tmp_path: Path) -> None:
    app, truth = campaign
    names = told(app, "report", NAME, str(tmp_path / "out"), code=8).split()
    pdf, xlsx = (Path(next(name for name in names if name.endswith(end))) for end in (".pdf", ".xlsx"))
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(pdf).pages).split())
    for words in (
        "BIÊN BẢN BÀN GIAO KẾT QUẢ SỐ HÓA",
        "BÊN GIAO",
        "BÊN NHẬN",
        "ký, ghi rõ họ tên",
        "danh-muc.csv",
        "lạc",
    ):
        assert words in text
    with closing(openpyxl.load_workbook(xlsx, read_only=True)) as book:
        rows = list(book["Sai lệch"].iter_rows(values_only=True))[1:]
    assert len(rows) == sum(map(len, truth.faults.values()))
    assert {row[0] for row in rows} == set(truth.faults)
    said = [json.loads(line) for line in told(app, "report", NAME, "--json", code=8).splitlines()]
    assert sum(len(row["findings"]) for row in said) == len(rows)


def test_status_tells_how_far_and_how_fast(campaign: tuple[App, Truth]) -> None:
    app, truth = campaign
    row = json.loads(told(app, "status", NAME, "--json"))
    assert row["progress"]["read"] == row["progress"]["pages"] == truth.sheets + 1
    assert row["an_hour"] > 0
    assert NAME in told(app, "list")


def test_a_paused_campaign_is_left_alone_until_it_is_resumed(tmp_path: Path) -> None:
    make(tmp_path, 4, random.Random(1))
    with App(settings.load(home=tmp_path / "home")) as app:
        told(app, "new", "đợt 1", str(tmp_path / "danh-muc.csv"))
        told(app, "pause", "đợt 1")
        told(app, "add", "đợt 1", str(tmp_path / "quét" / "hộp 01" / "hồ sơ 0001"))
        with app.records.reading() as db:
            (scan,) = campaigns.scans_of(db, "đợt 1")
        assert scan.state is ScanState.RECEIVED
        assert leases.claim_pages(app.records, scan.id, "me", 9, 60, 9) == []
        campaigns.pause(app.records, "đợt 1", paused=False)
        assert len(leases.claim_pages(app.records, scan.id, "me", 9, 60, 9)) == scan.count
        told(app, "new", "đợt 1", str(tmp_path / "danh-muc.csv"), code=1)
        told(app, "status", "đợt 2", code=1)


def test_a_watched_folder_feeds_its_campaign(tmp_path: Path) -> None:
    (tmp_path / "in" / "hộp 1" / "hồ sơ 1").mkdir(parents=True)
    make(tmp_path, 1, random.Random(1))
    shutil.copy(next((tmp_path / "quét").rglob("quet.pdf")), tmp_path / "in" / "hộp 1" / "hồ sơ 1" / "a.pdf")
    (tmp_path / "in" / "hỏng.pdf").write_bytes(papers.HEAD.encode())
    place = Watched(
        use="folder",
        options={"path": str(tmp_path / "in"), "settle_seconds": 0.0, "patience_seconds": 0.0},
        campaign="đợt 1",
    )
    given = settings.load(home=tmp_path / "home").model_copy(update={"watch": Watch(sources=(place,))})
    with App(given) as app:
        watcher = Watcher(app)
        with pytest.raises(NotFound, match="đợt 1"):
            list(watcher.look())
        told(app, "new", "đợt 1", str(tmp_path / "danh-muc.csv"))
        arrivals = [*watcher.look(), *watcher.look()]
        assert {arrival.lane for arrival in arrivals} == {"backfill"}
        with app.records.reading() as db:
            assert len(list(campaigns.scans_of(db, "đợt 1"))) == 1
            assert [arrival.file[-8:] for arrival in campaigns.refused(db, "đợt 1")] == ["hỏng.pdf"]


def test_in_office_hours_the_backfill_rests(tmp_path: Path) -> None:
    make(tmp_path, 1, random.Random(1))
    always = Backfill(office_hours="Mon-Sun 00:00-12:00 12:00-23:59")
    given = settings.load(home=tmp_path / "home").model_copy(update={"backfill": always})
    with App(given) as app:
        told(app, "new", "đợt 1", str(tmp_path / "danh-muc.csv"))
        told(app, "pause", "đợt 1")
        told(app, "add", "đợt 1", str(tmp_path / "quét" / "hộp 01" / "hồ sơ 0001"))
        campaigns.pause(app.records, "đợt 1", paused=False)
        assert app.work() is False
        with app.records.reading() as db:
            assert [scan.state for scan in campaigns.scans_of(db, "đợt 1")] == [ScanState.RECEIVED]
