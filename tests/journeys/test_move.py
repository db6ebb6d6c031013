"""`move-store`: everything arrives, whatever interrupts it, and nothing is poured into what is somebody else's."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from digitizer.app import App, desk
from digitizer.app.move import Moved, move
from digitizer.errors import Conflict
from digitizer.model import DocumentState, Record
from digitizer.settings import Plugged, Settings
from digitizer.store import leases, schema
from digitizer.store.events import timestamp
from digitizer.store.search import Filters, search
from tests.records import arrive, document, field, read_all, shelve
from tests.servers import MinioAt

SCANS = 4
BLOBS = 2 * SCANS + 2


def quiet(_what: str, _done: int, _total: int | None) -> None:
    """Progress that nobody looks at."""


def fill(app: App) -> list[str]:
    """Scans of two pages, each one document with its record's files, the first RELEASED; gives the documents' ids."""
    ids = []
    for number in range(SCANS):
        original = app.blobs.put_bytes(f"%PDF {number}".encode())
        scan = arrive(app.records, 2, f"run:/in/{number // 3}", f"/in/{number}.pdf", original)
        claimed = read_all(app.records, scan, [f"Quyết định số {number}/QĐ-UBND", "trang hai"])
        paper = document(claimed, 1, 2, state=DocumentState.READY, fields=(field("number", f"{number}/QĐ-UBND"),))
        shelve(app.records, claimed, paper)
        pdf, told = app.blobs.put_bytes(f"%PDF/A {number}".encode()), app.blobs.put_bytes(b"{}")
        text = app.blobs.put_bytes(b"text")
        made = Record(document=paper.id, version=1, pdf=pdf, json=told, text=text, created=timestamp())
        app.records.save_records([made])
        ids.append(paper.id)
    desk.release(app.records, app.blobs, ids[:1], "na")
    return ids


@pytest.fixture
def small(tmp_path: Path) -> Iterator[App]:
    """An office on one machine."""
    with App(Settings(home=tmp_path / "small")) as app:
        yield app


@pytest.fixture
def large(tmp_path: Path, database: str, minio: MinioAt) -> Iterator[App]:
    """Where it grows to."""
    with App(settings_of(tmp_path, database, minio)) as app:
        yield app


def settings_of(folder: Path, database: str, minio: MinioAt) -> Settings:
    bucket = f"move-{secrets.token_hex(4)}"
    options = {**minio.keys(), "bucket": bucket, "cache": str(folder / "cache"), "lock": "hold"}
    return Settings(home=folder / "large", records_url=database, blobs=Plugged(use="bucket", options=options))


def same(one: App, other: App, ids: list[str]) -> None:
    """The same blobs, records, hits and histories on both sides."""
    assert list(one.blobs.list()) == list(other.blobs.list())
    for id_ in ids:
        assert one.records.document(id_) == other.records.document(id_)
        assert one.records.record(id_) == other.records.record(id_)
        arrival = one.records.scan(one.records.home_scan(id_)).arrival
        assert one.records.history(arrival) == other.records.history(arrival)
    for query in ("quyet dinh", "3/QĐ-UBND", "trang hai", ""):
        assert search(one.records, query, Filters(), 99) == search(other.records, query, Filters(), 99), query


def test_there_and_back(small: App, large: App, tmp_path: Path) -> None:
    ids = fill(small)
    moved = move(small, large, quiet)
    assert (moved.lost, moved.counts["blobs"], moved.counts["documents"]) == (set(), BLOBS, SCANS)
    same(small, large, ids)
    released = large.records.scan(large.records.home_scan(ids[0]))
    with pytest.raises(Conflict, match="held"):
        large.blobs.delete(released.sha256)
    with App(Settings(home=tmp_path / "again")) as again:
        move(large, again, quiet)
        same(small, again, ids)
        for app in (large, again):  # what is done next does not run into what was copied
            claimed = read_all(app.records, arrive(app.records, 1), ["giấy mới"])
            shelve(app.records, claimed, document(claimed, 1))
            assert len(search(app.records, "giay moi", Filters(), 9)) == 1


def interrupted(at: int) -> Callable[[str, int, int | None], None]:
    """Progress that stops everything at the n-th step."""
    steps = iter(range(at))

    def step(_what: str, _done: int, _total: int | None) -> None:
        if next(steps, None) is None:
            raise KeyboardInterrupt

    return step


@pytest.mark.parametrize("at", [2, BLOBS + 3, BLOBS + 9, BLOBS + 13])
def test_an_interrupted_move_goes_on_where_it_was(small: App, large: App, at: int) -> None:
    ids = fill(small)
    with pytest.raises(KeyboardInterrupt):
        move(small, large, interrupted(at))
    assert move(small, large, quiet).counts["blobs"] == BLOBS
    same(small, large, ids)


def test_the_command_goes_on_after_a_kill_and_says_what_to_change(
    small: App, tmp_path: Path, database: str, minio: MinioAt
) -> None:
    ids = fill(small)
    given = settings_of(tmp_path, database, minio)
    file = tmp_path / "large.toml"
    options = ", ".join(f"{name} = {json.dumps(value)}" for name, value in given.blobs.options.items())
    file.write_text(f'records_url = "{database}"\n[blobs]\nuse = "bucket"\noptions = {{ {options} }}\n')
    program = Path(sys.executable).parent / "digitizer"
    command = [str(program), "--home", str(small.settings.home), "move-store", str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("moving table" in line for line in process.stderr)
        os.kill(process.pid, signal.SIGKILL)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"blobs: {BLOBS}" in done.stdout
    assert given.blobs.options["bucket"] in done.stdout
    assert not {minio.secret_key, "only-for-this-test"} & set(done.stdout.replace('"', " ").split())
    with App(given) as large:
        same(small, large, ids)
        with pytest.raises(Conflict, match="holds records already"):
            move(small, large, quiet)


def test_what_is_not_empty_is_left_alone(small: App, large: App) -> None:
    fill(small)
    arrive(large.records, 1)
    with pytest.raises(Conflict, match="holds records already"):
        move(small, large, quiet)
    assert list(large.blobs.list()) == []


def test_a_bucket_that_is_not_empty_is_left_alone(small: App, large: App) -> None:
    fill(small)
    large.blobs.put_bytes(b"somebody else's")
    with pytest.raises(Conflict, match="holds blobs already"):
        move(small, large, quiet)


def test_nothing_is_moved_while_somebody_works(small: App, large: App) -> None:
    scan = arrive(small.records, 1)
    leases.claim_pages(small.records, scan.id, "elsewhere/1/2/3", 1, 60, 9)
    with pytest.raises(Conflict, match="stop all workers"):
        move(small, large, quiet)


def test_a_source_that_changed_in_between_is_noticed(small: App, large: App) -> None:
    fill(small)
    with pytest.raises(KeyboardInterrupt):
        move(small, large, interrupted(BLOBS + 9))
    with small.records.begin() as db:
        db.execute(update(schema.arrivals).values(waiting=False))
    with pytest.raises(Conflict, match="arrivals"):
        move(small, large, quiet)


def test_what_is_damaged_already_is_named_and_holds_nothing_up(small: App, large: App) -> None:
    ids = fill(small)
    spoilt = small.records.record(ids[1]).pdf
    file = small.settings.home / "blobs" / spoilt[:2] / spoilt[2:4] / spoilt
    file.chmod(0o600)
    file.write_bytes(b"rot")
    gone = small.records.record(ids[2]).pdf
    small.blobs.delete(gone)
    moved: Moved = move(small, large, quiet)
    assert moved.lost == {spoilt, gone}
    assert moved.counts["blobs"] == BLOBS - 2
