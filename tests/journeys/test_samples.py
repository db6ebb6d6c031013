"""The main job on the committed samples with real Tesseract: pages accounted for, accuracy kept, every PDF a PDF/A."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.compare import Comparison
from bench.nouns import Cost, Reading, Set
from bench.ours import parse
from bench.papers import Papers
from bench.truth import read_set
from bench.words import total
from digitizer import settings
from digitizer.app import App
from tests.verapdf import verdicts

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
COMMAND = str(Path(sys.executable).with_name("digitizer"))
GOOD_LEVELS = ("clean", "office")


class Done:
    """The samples, digitized once for all tests here."""

    def __init__(self, home: Path) -> None:
        self.home = home
        done = subprocess.run(
            [COMMAND, "--home", str(home), "run", str(SAMPLES), "--json"],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
        self.lines = done.stdout.splitlines()
        self.rows = [json.loads(line) for line in self.lines]
        self.truth: Set = read_set(SAMPLES)
        self.reading: Reading = parse(self.lines, SAMPLES, Cost())
        self.found = Comparison()
        self.found.add(self.truth, [self.reading])

    def papers(self, *levels: str) -> Papers:
        total = Papers()
        for level in levels:
            total.add(self.found.levels[self.truth.name][level])
        return total


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return Done(tmp_path_factory.mktemp("home"))


def test_every_file_ends_ready_or_in_review(done: Done) -> None:
    states = Counter((row["type"], row["state"]) for row in done.rows if "state" in row)
    assert {state for kind, state in states if kind == "arrival"} == {"TAKEN"}
    assert {state for kind, state in states if kind == "scan"} == {"DONE"}
    assert {state for kind, state in states if kind == "document"} <= {"READY", "REVIEW"}


def test_every_page_is_in_one_document_or_left_out(done: Done) -> None:
    placed = Counter(
        (page["scan"], page["page"]) for row in done.rows if row["type"] == "document" for page in row["pages"]
    )
    for scan in (row for row in done.rows if row["type"] == "scan"):
        for page in scan["pages"]:
            assert placed[scan["id"], page["number"]] == (0 if page["left_out"] else 1)
    assert len(done.reading.pages) == len(done.truth.pages)


@pytest.mark.parametrize(
    ("level", "most"), [("clean", 1.2), ("office", 3.5), ("worn", 5.0), ("fax", 4.5), ("turned", 4.0), ("phone", 13.5)]
)
def test_words_are_read_about_as_well_as_published(done: Done, level: str, most: float) -> None:
    """The gate: strict word errors of the body in %, a little above docs/accuracy.md."""
    errors = total(page.body["Digitizer"] for page in done.found.pages if page.level == level)
    assert 100 * errors.wer <= most


def test_the_documents_are_the_right_ones(done: Done) -> None:
    papers = done.papers(*GOOD_LEVELS)
    assert papers.boundaries.f1 >= 0.95
    assert papers.kinds >= 0.9 * papers.documents, papers.wrong_kinds


def test_number_date_and_issuer_are_found(done: Done) -> None:
    assert done.papers(*GOOD_LEVELS).fields(("number", "issued", "issuer")).f1 >= 0.9


def test_at_least_half_is_ready_untouched_and_hardly_any_of_it_wrong(done: Done) -> None:
    papers = done.papers("office")
    assert papers.ready >= 0.5 * papers.documents
    assert papers.ready_wrong <= 0.02 * papers.ready_values, papers.wrong_values


@pytest.mark.parametrize(("level", "most"), [("clean", 0.02), ("office", 0.03)])
def test_hardly_a_word_is_wrong(done: Done, level: str, most: float) -> None:
    """A gate against slipping; the figures themselves are in docs/accuracy.md."""
    pages = [page for page in done.found.pages if page.level == level]
    wrong = sum(page.body[done.reading.system].loose for page in pages)
    assert wrong <= most * sum(page.body[done.reading.system].loose_words for page in pages)


def test_pages_are_turned_right_and_blanks_known(done: Done) -> None:
    sides = done.found.sides
    assert sides.wrong == []
    assert sides.turned_told > 50
    flat = [page for page in done.truth.pages if page.level != "phone" and page.skew is not None and not page.blank]
    assert max(abs(page.skew - done.reading.pages[page.key].skew) for page in flat) < 0.5


def test_every_record_is_pdf_a(done: Done, tmp_path: Path) -> None:
    files = []
    with App(settings.load(home=done.home)) as app:
        for row in done.rows:
            if row["type"] == "document":
                files.append(tmp_path / f"{row['id']}.pdf")
                files[-1].write_bytes(app.blobs.get(app.records.record(row["id"]).pdf))
    assert verdicts(files) == {file.name: "PASS" for file in files}
