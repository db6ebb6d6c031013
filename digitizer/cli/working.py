"""What several commands do: work on scans and wait, print JSON."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from digitizer.app import App
from digitizer.app.crew import Crew
from digitizer.cli import printing
from digitizer.cli.taking import resumable

AsJson = Annotated[bool, typer.Option("--json", help="In ra JSON, mỗi dòng một đối tượng / one JSON object a line.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Mã của lượt nhận a…, tệp quét s…, giấy tờ d…, hồ sơ h…")]


def work(app: App, scans: Sequence[str], only: Sequence[str] | None = None) -> None:
    """Do the scans' work now (or wait for the workers), then say what their documents, or `only` some, have become."""
    with resumable(), printing.Pages(quiet=False) as progress, Crew(app, progress.one) as crew:
        progress.expect(app.pages_waiting(scans))
        app.queue_scans(scans)
        crew.wait(scans, progress.tick)
    if only is None:
        only = [document.id for scan in scans for document in app.records.scan(scan).documents]
    for document in (app.records.document(id_) for id_ in dict.fromkeys(only)):
        print(f"{document.id} {document.kind} {document.state}")


def print_json(rows: Iterable[dict[str, Any]]) -> None:
    """One line an object."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()
