"""Are papers that were scanned twice known again, and others left alone?  Pages come from a cache (bench.stored).

python -m bench.duplicates make DIR --seed dev --count 60    papers, their twins and near misses (samples/twins.py)
python -m bench.duplicates read CACHE DIR                    reads them, once
python -m bench.duplicates score CACHE DIR                   delivers them to empty records, and tells what they became

Every paper is delivered first, then all near misses of all papers, then the other scans of the papers.  With
`--among 1000000` they come to an archive of so many other papers (their marks), in the records of `--records URL`.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from bench.stacks import Classifier
from bench.stored import kept_at, pages_of
from digitizer.classify.duplicate import SamePaper
from digitizer.classify.tables import load
from digitizer.ids import new_id
from digitizer.model import Arrival, Document, Page, Scan
from digitizer.settings import config_folder
from digitizer.settings import load as settings
from digitizer.store import dossiers, duplicates, leases, search
from digitizer.store.events import timestamp
from digitizer.store.records import Records
from digitizer.store.schema import document_marks
from samples import twins

FIRST = "first"
_OWNER = "bench"


@dataclass(frozen=True, slots=True)
class Given:
    """A file of the set: the folder of its paper, its name (`again`, `worn`, `people`, …) and its kind of paper."""

    paper: str
    name: str
    kind: str

    @property
    def is_twin(self) -> bool:
        """It is another scan of the paper."""
        return self.name in twins.TWINS


@dataclass(slots=True)
class Outcome:
    """How many files of each name there are and were marked; `right`: of their own paper; what went wrong; CPU seconds
    that looking for copies took, and `before`, that all stages before it took.
    """

    files: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    before: float = 0.0
    documents: int = 0


class Office:
    """Empty records to which files are delivered one by one, as `digitizer run` does, their pages read already."""

    def __init__(self, url: str) -> None:
        self.records = Records(url)
        self._classify = Classifier(load(config_folder()))
        self.seconds = self.before = 0.0

    def deliver(self, name: str, pages: Sequence[Page]) -> list[str]:
        """The ids of the documents that became of it, those with most pages first."""
        scan = self._arrive(name, len(pages))
        for blank in leases.claim_pages(self.records, scan.id, _OWNER, len(pages), 600, 9):
            leases.save_page(self.records, scan.id, replace(pages[blank.number - 1], preview=None), _OWNER, 600)
        claimed = leases.claim_stages(self.records, scan.id, _OWNER, 600)
        assert claimed is not None
        done = replace(claimed, documents=tuple(self._documents(scan.id, pages)), passed=("split",))
        self.records.save_scan(done, "split")
        with self.records.begin() as db:
            for document in done.documents:
                search.index(db, document, [pages[ref.page - 1] for ref in document.pages])
        dossiers.finish(self.records, done, _OWNER, self._recognise)
        return [one.id for one in sorted(done.documents, key=lambda one: -len(one.pages))]

    def crowd(self, papers: int) -> None:
        """Fill the index with marks of other papers: each has ten of its own, and four of two thousand common ones."""
        random = np.random.default_rng(7)
        own = random.integers(2000, 2**63 - 1, size=(papers, 10))
        common = random.integers(0, 500, size=(papers, 4)) + np.arange(0, 2000, 500)
        marks = np.hstack([own, common]).ravel()
        order = np.argsort(marks)
        for some in np.array_split(order, max(1, len(order) // 50_000)):
            rows = [{"mark": int(marks[at]), "document": f"d{at // 14:014d}"} for at in some]
            with self.records.begin() as db:
                db.execute(document_marks.insert(), rows)

    def _recognise(self, db: Connection, scan: Scan) -> None:
        began = time.process_time()
        duplicates.recognise(db, scan, SamePaper())
        self.seconds += time.process_time() - began

    def _documents(self, scan: str, pages: Sequence[Page]) -> list[Document]:
        """What the stages make of the pages, with the scan's own id."""
        found, seconds = self._classify(pages)
        self.before += seconds
        moved = []
        for one in found.documents:
            refs = tuple(replace(ref, scan=scan) for ref in one.pages)
            moved.append(replace(one, id=new_id("d"), pages=refs))
        return moved

    def _arrive(self, name: str, count: int) -> Scan:
        arrival = Arrival(id=new_id("a"), source="bench", file=name, sha256=name, size=1, received=timestamp())
        scan = Scan(id=new_id("s"), arrival=arrival.id, file=name, sha256=name, media="application/pdf", count=count)
        self.records.add(arrival, name, [(scan, None)])
        return scan


def measure(folder: Path, cache: Path, among: int = 0, url: str = "") -> Outcome:
    """What became of the set, `among` so many other papers; files that were not read are left out, as are those of a
    paper whose first scan was not.
    """
    read = {one for one in _given(folder) if kept_at(_file(folder, one), cache).is_file()}
    ready = [one for one in _given(folder) if {one, replace(one, name=FIRST)} <= read]
    order = sorted(ready, key=lambda one: (one.name != FIRST, one.is_twin))
    owners: dict[str, Given] = {}
    found = Outcome()
    with tempfile.TemporaryDirectory() as home:
        office = Office(url or f"sqlite:///{home}/records.sqlite")
        if among:
            office.crowd(among)
        for one in order:
            ids = office.deliver(f"{one.paper}/{one.name}", pages_of(_file(folder, one), cache))
            found.files[one.name] += 1
            owners |= dict.fromkeys(ids, one)
        for one in order:
            _judge(found, office.records, [id_ for id_, owner in owners.items() if owner == one], owners)
        office.records.close()
    found.seconds, found.before, found.documents = office.seconds, office.before, len(owners)
    return found


def _judge(found: Outcome, records: Records, documents: Sequence[str], owners: dict[str, Given]) -> None:
    """A file is known again when all that became of it is; one paper wrongly marked makes it wrong."""
    if not documents:
        return
    one = owners[documents[0]]
    firsts = [owners[first] if (first := records.document(id_).duplicate_of) else None for id_ in documents]
    right = [first is not None and one.is_twin and _same(first, one) for first in firsts]
    marked = [first for first in firsts if first is not None]
    found.marked[one.name] += bool(marked)
    found.right[one.name] += all(right)
    if not all(right) and (marked or one.is_twin):
        what = ", ".join(f"taken for {first.paper}/{first.name}" for first in marked) or "not known again"
        found.wrong.append(f"{one.paper} {one.kind}: {one.name} {what}")


def _same(one: Given, other: Given) -> bool:
    return one.paper == other.paper and (one.is_twin or one.name == FIRST)


def _given(folder: Path) -> list[Given]:
    found = []
    for told in sorted(folder.glob("*/told.json")):
        row = json.loads(told.read_text(encoding="utf-8"))
        names = [*row["twins"], *row["others"]]
        found += [Given(told.parent.name, name, row["kind"]) for name in names]
    return found


def _file(folder: Path, one: Given) -> Path:
    return folder / one.paper / f"{one.name}.pdf"


def _print(found: Outcome) -> None:
    print("| scan | files | marked | of the right paper |\n| --- | ---: | ---: | ---: |")
    for name, files in found.files.items():
        print(f"| {name} | {files} | {found.marked[name]} | {found.right[name]} |")
    others = sum(found.marked[name] for name in found.files if name not in twins.TWINS)
    for name, level in twins.TWINS.items():
        marked = found.marked[name] + others
        if found.files[name]:
            recall, precision = found.right[name] / found.files[name], found.right[name] / max(marked, 1)
            print(f"{level}: recall {recall:.3f}, precision {precision:.3f} (of {marked} marked)")
    each, before = (1000 * spent / max(found.documents, 1) for spent in (found.seconds, found.before))
    print(f"{each:.1f} ms a document ({found.documents}), {each + before:.1f} with all stages after reading")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the set, read it, or score it."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.duplicates", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="write invented papers")
    make.add_argument("folder", type=Path)
    make.add_argument("--seed", default="dev")
    make.add_argument("--count", type=int, default=60)
    make.add_argument("--kinds", nargs="+", default=[], help="only papers of these kinds")
    make.add_argument("--scans", nargs="+", default=list(twins.TWINS), choices=twins.TWINS, help="the other scans")
    for name, told in (("read", "read what is not in the cache"), ("score", "deliver what is in the cache")):
        command = commands.add_parser(name, help=told)
        command.add_argument("cache", type=Path)
        command.add_argument("folder", type=Path)
        if name == "score":
            command.add_argument("--wrong", action="store_true", help="list what is not right")
            command.add_argument("--among", type=int, default=0, help="so many other papers are there already")
            command.add_argument("--records", default="", help="an empty database, by its URL; else SQLite")
    asked = parser.parse_args(arguments)
    if asked.command == "make":
        twins.write(asked.folder, asked.seed, asked.count, asked.kinds, asked.scans)
    elif asked.command == "read":
        for one in sorted(_given(asked.folder), key=lambda one: not (one.is_twin or one.name == FIRST)):
            pages_of(_file(asked.folder, one), asked.cache, settings())
    else:
        found = measure(asked.folder, asked.cache, asked.among, asked.records)
        _print(found)
        print("\n".join(found.wrong) if asked.wrong else "")


if __name__ == "__main__":
    main()
