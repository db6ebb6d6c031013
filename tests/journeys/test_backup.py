"""Backups made while files come in and are read, and restored into other stores than they come from."""

import random
import secrets
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.backfill import NAME, digitize, make, wrong
from digitizer import settings
from digitizer.app import App
from digitizer.app.audit import Audit
from digitizer.app.backup import Manifest, backup, restore
from digitizer.app.campaign.account import Account
from digitizer.cli.commands import program
from digitizer.errors import Conflict, Corrupt
from digitizer.settings import Plugged, Settings
from digitizer.store import copying
from tests.servers import MinioAt

Stores = Callable[[Path], Settings]


@pytest.fixture
def one_machine() -> Stores:
    return lambda home: settings.load(home=home)


@pytest.fixture
def many_machines(database: str, minio: MinioAt, tmp_path: Path) -> Stores:
    """PostgreSQL and a bucket."""
    options = {**minio.keys(), "bucket": f"backup-{secrets.token_hex(4)}", "cache": str(tmp_path / "cache")}
    changed = {"records_url": database, "blobs": Plugged(use="bucket", options=options)}
    return lambda home: settings.load(home=home).model_copy(update=changed)


def quiet(_what: str, _done: int, _total: int | None) -> None:
    pass


def faults(app: App) -> list[tuple[str, str]]:
    return [(fault.code, fault.about) for fault in Audit(app=app).faults()]


@pytest.mark.parametrize(("here", "there"), [("one_machine", "many_machines"), ("many_machines", "one_machine")])
def test_backups_made_while_work_goes_on_are_whole_and_come_back_elsewhere(
    here: str, there: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    truth = make(tmp_path, 8, random.Random(2))
    from_, to = (request.getfixturevalue(name) for name in (here, there))
    pool, made = tmp_path / "pool", []
    with App(from_(tmp_path / "home")) as app:
        assert app.records.counts()["arrivals"] == {}  # made here: two threads can't make tables at once
        work = threading.Thread(target=digitize, args=(app, tmp_path), kwargs={"whole": False})
        work.start()
        while work.is_alive():
            made.append(backup(app, pool, quiet))
            work.join(0.5)
        made.append(backup(app, pool, quiet))
        after = app.records.counts()
    arrivals = [manifest.rows["arrivals"] for _, manifest in made]
    assert arrivals == sorted(arrivals)
    assert made[-1][1].copied < made[-1][1].blobs, "what was there is not copied again"
    assert all(not manifest.missing for _, manifest in made)
    middle = next((one for one in made if 0 < one[1].rows["arrivals"] < arrivals[-1]), made[0])
    for (chosen, manifest), home in ((middle, "middle"), (made[-1], "last")):
        given = settings.load(home=tmp_path / home) if home == "middle" else to(tmp_path / home)
        with App(given) as app:
            assert restore(app, pool, quiet, chosen.name)[0] == manifest
            assert faults(app) == []
            assert sum(app.records.counts()["arrivals"].values()) == manifest.rows["arrivals"]
    with App(to(tmp_path / "last")) as app:
        assert app.records.counts() == after
        assert list(wrong(Account(app.records, NAME), truth)) == []


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home and a backup of it."""
    folder = tmp_path_factory.mktemp("kept")
    make(folder, 2, random.Random(3))
    with App(settings.load(home=folder / "home")) as app:
        digitize(app, folder, whole=False)
        backup(app, folder / "pool", quiet)
    return folder


def test_a_damaged_backup_says_so(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept / "pool", tmp_path / "pool")
    spoilt = next((tmp_path / "pool" / "blobs").glob("??/??/*"))
    spoilt.chmod(0o640)
    spoilt.write_bytes(b"?")
    with App(settings.load(home=tmp_path / "home")) as app:
        assert restore(app, tmp_path / "pool", quiet)[1].lost == {spoilt.name}
        assert [code for code, _ in faults(app)] == ["original-missing"]
    records = next((tmp_path / "pool" / "snapshots").glob("*/records.sqlite"))
    records.write_bytes(records.read_bytes()[:-1] + b"?")
    with App(settings.load(home=tmp_path / "other")) as app, pytest.raises(Corrupt, match="not what was backed up"):
        restore(app, tmp_path / "pool", quiet)


def test_a_restore_that_was_interrupted_goes_on_and_nothing_is_restored_over_something(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with App(settings.load(home=kept / "home")) as app, pytest.raises(Conflict, match="holds records already"):
        restore(app, kept / "pool", quiet)

    def stop(what: str, _done: int, _total: int | None) -> None:
        if "pages" in what:
            raise KeyboardInterrupt

    with App(settings.load(home=tmp_path / "home")) as app, pytest.raises(KeyboardInterrupt):
        restore(app, kept / "pool", stop)
    with App(settings.load(home=tmp_path / "home")) as app:
        manifest, moved = restore(app, kept / "pool", quiet)
        assert isinstance(manifest, Manifest)
        assert moved.lost == set()
        assert faults(app) == []
        assert copying.moving(app.records) is None


def test_the_commands_tell_what_they_did(kept: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    done = run(program, ["--home", str(kept / "home"), "backup", str(tmp_path / "pool")])
    assert done.exit_code == 0, done.output
    assert "dòng / rows" in done.stdout
    done = run(program, ["--home", str(tmp_path / "home"), "restore", str(tmp_path / "pool")])
    assert done.exit_code == 0, done.output
    assert "digitizer audit" in done.stdout
