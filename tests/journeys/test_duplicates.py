"""The same paper comes again: the same bytes are not read twice, another scan of it waits for a clerk's word."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from digitizer import settings
from digitizer.app import App, desk
from digitizer.app.crew import Crew
from digitizer.app.intake import Given
from digitizer.cli.commands import program
from digitizer.errors import Conflict
from digitizer.model import Document, DocumentState, Scan
from tests import papers


class Office:
    """A home folder, and an office that works in it."""

    def __init__(self, home: Path, app: App, crew: Crew) -> None:
        self.app = app
        self._home = home
        self._crew = crew

    def take(self, file: Path) -> Scan:
        """The scan that a file becomes, done."""
        given = Given([file], ())
        (offer,) = given.offers()
        arrival = self.app.intake(operator="na").take(given, offer, moves=False)
        return self.work(self.app.records.scans_of(arrival.id))

    def work(self, scans: list[str]) -> Scan:
        self.app.queue_scans(scans)
        self._crew.wait(scans)
        return self.app.records.scan(scans[0])

    def redo(self, scan: str, step: str) -> tuple[Document, ...]:
        return self.work(desk.redo(self.app.records, scan, step, "na")).documents

    def told(self, scan: Scan, *names: str) -> list[dict[str, Any]]:
        return [event for event in self.app.records.history(scan.arrival) if event["what"] in names]

    def __call__(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """The rows that the command prints."""
        told = CliRunner().invoke(program, ["--home", str(self._home), *arguments])
        assert told.exit_code == code, told.output
        return [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("home")
    with App(settings.load(home=home).model_copy(update={"processes": 1})) as app, Crew(app) as crew:
        yield Office(home, app, crew)


def test_the_same_bytes_are_read_once_and_released_once(tmp_path: Path, office: Office) -> None:
    file = papers.pdf(tmp_path / "một.pdf", papers.decision("11"), papers.decision("12"))
    first = office.take(file)
    again = office.take(file.rename(tmp_path / "hai.pdf"))
    records = office.app.records

    for page in (1, 2):
        assert records.page(again.id, page).text == records.page(first.id, page).text
    reused = office.told(again, "reused")
    assert sorted(page for event in reused for page in event["about"]["pages"]) == [1, 2]
    assert {one.duplicate_of for one in again.documents} == {one.id for one in first.documents}
    assert {one.state for one in again.documents} == {DocumentState.READY}
    with pytest.raises(Conflict, match="duplicate"):
        desk.release(records, office.app.blobs, [again.documents[0].id], "na", reviewed=True)
    desk.release(records, office.app.blobs, [first.documents[0].id], "na", reviewed=True)
    redone = office.redo(again.id, "read")  # who asks for it has it read anew
    assert office.told(again, "reused") == reused
    assert [one.duplicate_of for one in redone] == [one.duplicate_of for one in again.documents]


def test_another_scan_of_a_paper_waits_for_a_clerk_whose_word_stays(tmp_path: Path, office: Office) -> None:
    (first,) = office.take(papers.pdf(tmp_path / "a.pdf", papers.decision("41"))).documents
    (other,) = office.take(papers.pdf(tmp_path / "b.pdf", papers.decision("43"))).documents
    scan = office.take(papers.pdf(tmp_path / "c.pdf", papers.decision("41").replace("300 mét", "300 met")))
    (again,) = scan.documents
    assert (first.duplicate_of, other.duplicate_of) == (None, None)
    assert (again.duplicate_of, again.state) == (first.id, DocumentState.REVIEW)
    (waiting,) = office("duplicates", "list", "--json")
    assert (waiting["id"], waiting["duplicate_of"], waiting["number"]) == (again.id, first.id, "41/QĐ-UBND")
    (shown,) = office("show", again.id, "--json")
    assert (shown["duplicate_of"], shown["first"]["id"]) == (first.id, first.id)

    office("duplicates", "reject", again.id)
    (redone,) = office.redo(scan.id, "fields")
    assert (redone.duplicate_of, redone.state, redone.problems) == (None, DocumentState.READY, ())
    office("duplicates", "accept", again.id, "--of", first.id)
    (redone,) = office.redo(scan.id, "fields")
    assert (redone.duplicate_of, redone.state) == (first.id, DocumentState.READY)
    told = [event["what"] for event in office.told(scan, "duplicate", "no-duplicate")]
    assert told == ["duplicate", "no-duplicate", "duplicate"]
    assert office("duplicates", "list", "--json") == []
