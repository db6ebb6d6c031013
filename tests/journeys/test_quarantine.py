"""Secret papers: caught before their text is kept, gone without a trace, brought back when cleared (design §4.7)."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from digitizer import settings
from digitizer.app import App, sheets
from digitizer.app.crew import Crew
from digitizer.app.intake import Given
from digitizer.app.watching import Watcher
from digitizer.cli.commands import program
from digitizer.errors import Forbidden
from digitizer.model import ArrivalState, ScanState
from digitizer.settings import Watch, Watched
from digitizer.store.schema import metadata
from tests import papers

SECRET = (f"{papers.HEAD}\n  MẬT\n\n{papers.decision('78')}",)


def digitizer(home: Path, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    """The rows that the command prints; what it tells people and logs says nothing of a paper's text."""
    told = CliRunner().invoke(program, ["--home", str(home), *arguments])
    assert told.exit_code == code, told.output
    assert "Giếng" not in told.stderr
    return [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]


def traces(place: Path, *words: str) -> list[str]:
    """Files under the folder, the quarantine left out, whose raw bytes or names hold one of the words."""
    return [
        f"{path}: {word}"
        for path in place.rglob("*")
        for word in words
        if path.is_file() and "quarantine" not in path.relative_to(place).parts
        if word.encode() in path.read_bytes() or word in path.name
    ]


def tables_on_disk(app: App) -> Path:
    """Where the database keeps its tables: its file's folder, or below PostgreSQL's data directory, all written out."""
    engine = app.records.engine
    if engine.dialect.name == "sqlite":
        return Path(str(engine.url.database)).parent
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("CHECKPOINT"))
        return Path(str(db.execute(text("SHOW data_directory")).scalar_one())) / "base"


def test_a_secret_paper_leaves_no_trace_and_comes_back_when_cleared(tmp_path: Path, records_url: str) -> None:
    """Its second page bears the mark: the first was read, saved and previewed before."""
    home, given = tmp_path / "home", tmp_path / "given"
    home.mkdir()
    url = records_url.replace(str(tmp_path), str(home))
    (home / "settings.toml").write_text(f'records_url = "{url}"\n', encoding="utf-8")
    one = papers.pdf(given / "ho-so" / "phòng thủ.pdf", papers.decision("77"), *SECRET)
    papers.pdf(given / "ho-so" / "thuong.pdf", papers.decision("41").replace("Giếng", "Đình"))
    (given / "lan-hai.pdf").write_bytes(one.read_bytes())

    rows = digitizer(home, "run", str(given), "--json", code=4)
    states = {Path(row["file"]).name: row["state"] for row in rows if row["type"] == "arrival"}
    assert states == {one.name: "QUARANTINED", "thuong.pdf": "TAKEN", "lan-hai.pdf": "QUARANTINED"}
    assert [Path(row["file"]).name for row in rows if row["type"] == "scan"] == ["thuong.pdf"]
    with App(settings.load(home=home)) as app:
        kept = tables_on_disk(app)
    for place in (home, kept):
        assert traces(place, "Giếng", "giếng", "gieng", "thu77", "phòng thủ", "lan-hai") == []
    assert traces(kept, "thu41")  # so that finding nothing means something
    assert [digitizer(home, "search", word, "--json") for word in ("giếng", "gieng", "thu77")] == [[], [], []]
    assert digitizer(home, "search", "thu41", "--json")
    (listed,) = digitizer(home, "quarantine", "list", "--json")
    assert (listed["state"], len(listed["arrivals"]), listed["settled"]) == ("SUSPECTED", 2, True)
    folder = Path(listed["folder"])
    assert one.read_bytes() in [path.read_bytes() for path in folder.iterdir()]
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}
    digitizer(home, "audit")
    assert digitizer(home, "run", str(one), "--json", code=4)[0]["id"] in listed["arrivals"]  # known again

    digitizer(home, "quarantine", "clear", listed["id"])
    with App(settings.load(home=home)) as app:
        for arrival in listed["arrivals"]:
            assert app.records.arrival(arrival).state is ArrivalState.TAKEN
            (scan,) = app.records.scans_of(arrival)
            assert app.records.scan(scan).state is ScanState.DONE
            assert any("pdf" in event["about"].get("file", "") for event in app.records.history(arrival))
    assert not folder.exists()
    digitizer(home, "audit")


def test_confirmed_bytes_are_held_whenever_they_come_and_watched_folders_are_emptied(tmp_path: Path) -> None:
    inbox, home = tmp_path / "in", tmp_path / "home"
    source = Watched(use="folder", options={"path": str(inbox), "settle_seconds": 0})
    chosen = settings.load(home=home).model_copy(update={"watch": Watch(sources=(source,)), "processes": 1})
    paper = papers.pdf(tmp_path / "ho-so.pdf", *SECRET)
    inbox.mkdir()
    with App(chosen) as app, Crew(app) as crew:
        watcher = Watcher(app)
        for name in ("mot.pdf", "hai.pdf"):
            (inbox / name).write_bytes(paper.read_bytes())
            while not (taken := list(watcher.look())):
                pass  # it has to settle
            (arrival,) = taken
            crew.wait(app.records.scans_of(arrival.id))
            app.custody.tend(app.watched)
            assert app.records.arrival(arrival.id).state is ArrivalState.QUARANTINED
            assert [path for path in tmp_path.rglob(name) if path.is_file()] == []
            app.custody.confirm(app.custody.every()[-1].id)
        assert [one.state for one in app.custody.every()] == ["CONFIRMED", "CONFIRMED"]
        assert not any(one.sources for one in app.custody.every())
    assert traces(home, "Giếng", "thu78", "mot.pdf", "hai.pdf") == []


def test_what_was_done_and_corrected_leaves_with_the_clerks_words(tmp_path: Path, records_url: str) -> None:
    """It is suspected only later; a clerk's value stands in its history, and comes back when it is cleared."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text(f'records_url = "{records_url}"\n', encoding="utf-8")
    papers.pdf(tmp_path / "in" / "x.pdf", papers.decision("55"))
    with App(settings.load(home=tmp_path / "home")) as app, Crew(app) as crew:
        arrival = app.intake(operator="test").take(Given([tmp_path / "in"], ()), *_offers(tmp_path), moves=False)
        (scan,) = app.records.scans_of(arrival.id)
        app.queue_scans([scan])
        crew.wait([scan])
        document = app.records.scan(scan).documents[0].id
        assert app.records.engine.dialect.name in records_url
        digitizer(tmp_path / "home", "correct", document, "subject=Chuyện kín của xóm")
        sheets.turn(app.records, app.records.document(document), {1: 90}, "test")
        sheets.turn(app.records, app.records.document(document), {1: 0}, "test")
        app.custody.suspect(scan)
        assert traces(tmp_path / "home", "kín của xóm", "Giếng", "x.pdf") == []
        with app.records.reading() as db:
            rows = str([db.execute(select(table)).all() for table in metadata.sorted_tables])
        assert [word for word in ("kín của xóm", "Giếng", "giếng", "gieng", "x.pdf") if word in rows] == []
        assert list(app.blobs.list()) == []
        _, scans = app.custody.clear(app.custody.every()[0].id)
        app.queue_scans(scans)
        crew.wait(scans)
        (again,) = app.records.scan(scan).documents
        assert (again.id, again.field("subject").value) == (document, "Chuyện kín của xóm")  # type: ignore[union-attr]
        assert app.records.page(scan, 1).upright == 0
        sheets.undo(app.records, document, "test")
        assert app.records.page(scan, 1).upright == 90


def _offers(folder: Path) -> list[Any]:
    return list(Given([folder / "in"], ()).offers())


def test_only_the_role_security_may_see_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with App(settings.load(home=tmp_path)) as app:
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        monkeypatch.setattr(os, "getgroups", list)
        monkeypatch.setattr(os, "getgid", lambda: 12345)
        monkeypatch.setenv("USER", "root")
        with pytest.raises(Forbidden):
            app.custody.every()
