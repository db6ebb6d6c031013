"""`kill -9` at any moment of `run`, then the same command again: every file once, none lost or doubled.

`watch` and the workers are killed by `test_faults.py`.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from digitizer import settings
from digitizer.app import App
from digitizer.model import ArrivalState, ScanState
from digitizer.store import events
from digitizer.store.schema import arrivals, document_pages, pages, records, scans
from digitizer.store.search import Filters, search
from tests import papers

COMMAND = str(Path(sys.executable).with_name("digitizer"))
LAST_MOMENT = 5.0
"""Seconds after the start; an undisturbed run of these files takes about three."""


def intake(folder: Path) -> dict[str, str]:
    """Six papers in two folders, one file of two pages, one that is broken; name → SHA-256."""
    for number in range(1, 5):
        papers.pdf(folder / "hồ sơ 1" / f"qd {number}.pdf", papers.decision(str(100 + number)))
    papers.pdf(folder / "hồ sơ 2" / "hai trang.pdf", papers.decision("201"), "2\nTrang sau nói tiếp việc trên.")
    papers.blank_png(folder / "trắng.png")
    (folder / "hỏng.pdf").write_bytes(b"%PDF-1.7 and no more")
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def killed_after(seconds: float, *arguments: str) -> int:
    """The exit code of the command, killed with its children when it takes longer; -9 then."""
    process = subprocess.Popen(
        [COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)  # its children must notice by themselves
        return process.wait()


def account(home: Path, files: dict[str, str]) -> None:
    """Every file is there exactly once, whole, and found by its words."""
    with App(settings.load(home=home)) as app, app.records.reading() as db:
        assert sorted(db.execute(select(arrivals.c.sha256)).scalars()) == sorted(files.values())
        states = Counter(db.execute(select(arrivals.c.state)).scalars())
        assert states == {ArrivalState.TAKEN: len(files) - 1, ArrivalState.REFUSED: 1}
        assert Counter(db.execute(select(scans.c.state)).scalars()) == {ScanState.DONE: len(files) - 1}
        for sha256 in files.values():
            broken = sha256 == files["hỏng.pdf"]
            assert broken or hashlib.sha256(app.blobs.get(sha256)).hexdigest() == sha256
        placed = Counter((row.scan, row.page) for row in db.execute(select(document_pages)))
        assert set(placed.values()) == {1}
        for row in db.execute(select(pages.c.scan, pages.c.number, pages.c.noun)):
            assert ((row.scan, row.number) in placed) != (row.noun["left_out"] is not None)
        assert len(set(db.execute(select(records.c.document)).scalars())) == 5
        for arrival in db.execute(select(arrivals.c.id)).scalars():
            assert list(events.broken(db, arrival)) == []
    for number in (101, 102, 103, 104, 201):
        with App(settings.load(home=home)) as app:
            assert len(search(app.records, f"thu{number}", Filters(), 9)) == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_run_killed_again_and_again_ends_with_every_file_once(tmp_path: Path, seed: int) -> None:
    files, home = intake(tmp_path / "in"), tmp_path / "home"
    moments = random.Random(seed)
    command = ("--home", str(home), "run", str(tmp_path / "in"))
    for _ in range(6):
        killed_after(moments.uniform(0.5, LAST_MOMENT), *command)
    assert killed_after(180, *command) == 4, "one file is refused"
    account(home, files)


def test_an_interrupted_run_hands_everything_back_and_goes_on(tmp_path: Path) -> None:
    files, home = intake(tmp_path / "in"), tmp_path / "home"
    command = [COMMAND, "--home", str(home), "run", str(tmp_path / "in")]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # children of what runs in the background ignore it
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not any((home / "blobs").glob("*/*/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "chạy lại cùng lệnh" in told
    with App(settings.load(home=home)) as app, app.records.reading() as db:
        assert set(db.execute(select(pages.c.owner)).scalars()) <= {None}
        assert set(db.execute(select(scans.c.owner)).scalars()) <= {None}
    assert subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 4
    account(home, files)
