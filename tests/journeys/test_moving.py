"""What failed is listed with its reason and moves again; what stands still is found by `resume`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from digitizer import settings
from digitizer.app import App
from digitizer.app.intake import Given
from digitizer.model import ScanState
from tests import papers

COMMAND = str(Path(sys.executable).with_name("digitizer"))


@pytest.fixture
def app(tmp_path: Path) -> Any:
    with App(settings.load(home=tmp_path / "home")) as opened:
        yield opened


def digitizer(app: App, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "--home", str(app.settings.home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def taken(app: App, path: Path) -> str:
    source = Given([path], ())
    (offer,) = source.offers()
    (scan,) = app.records.scans_of(app.intake().take(source, offer, moves=False).id)
    return scan


def test_a_scan_whose_original_is_gone_fails_alone_says_why_and_is_tried_again(app: App, tmp_path: Path) -> None:
    path = papers.pdf(tmp_path / "tờ khai.pdf", papers.decision("7"))
    scan, other = taken(app, path), taken(app, papers.blank_png(tmp_path / "trắng.png"))
    sha256 = app.records.scan(scan).sha256
    app.blobs.delete(sha256)
    app.work()
    assert app.records.scan(other).state is ScanState.DONE

    whole, page = (json.loads(line) for line in digitizer(app, "failed", "--json").stdout.splitlines())
    assert (whole["scan"], whole["page"], whole["code"], whole["retry"]) == (scan, None, "unreadable", True)
    assert (page["scan"], page["page"], page["code"], page["attempts"]) == (scan, 1, "original-lost", 1)
    assert "Bản gốc" in page["message"]
    assert whole["since"][:4] == page["since"][:4] >= "2026"
    assert "original-lost" in digitizer(app, "failed").stdout

    app.blobs.put(path, sha256)
    assert digitizer(app, "retry", "--all").returncode == 0
    assert app.records.scan(scan).state is ScanState.DONE
    assert digitizer(app, "failed", "--json").stdout == ""
    assert digitizer(app, "retry").returncode == 2


def test_resume_does_what_nobody_was_told_of(app: App, tmp_path: Path) -> None:
    scan = taken(app, papers.pdf(tmp_path / "a.pdf", papers.decision("8")))
    done = digitizer(app, "resume")
    assert done.returncode == 0, done.stderr
    assert "0 tệp chưa xong" in done.stdout
    assert app.records.scan(scan).state is ScanState.DONE
