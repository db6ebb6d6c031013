"""What the papers of stacks come to, beside the bars that they must reach; pages come from a cache (bench.stored).

python -m bench.stacks make DIR --seed dev --count 12     invented stacks at office and worn level (samples/stacks.py)
python -m bench.stored CACHE DIR                           reads them, once
python -m bench.stacks score CACHE DIR                     cuts, names, fills in and scores them, in seconds
"""

import argparse
import itertools
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.nouns import FoundDocument, Key, Set, Value
from bench.papers import Count, Papers, pair, score
from bench.stored import kept_at, pages_of
from bench.truth import REAL, read_set
from digitizer.classify.fields import Fields
from digitizer.classify.gazetteer import UNITS, gazetteer
from digitizer.classify.kind import SURE, Kinds
from digitizer.classify.places import Places
from digitizer.classify.procedure import Procedures
from digitizer.classify.split import Split
from digitizer.classify.tables import Tables, load
from digitizer.contracts import Stage
from digitizer.model import Document, Page, Scan
from digitizer.settings import config_folder
from digitizer.store.cases import cases
from digitizer.text import canonical

EXACT = ("number", "issued", "issuer", "dossier_code", "citizen_id", "parcel", "certificate_serial")
NAMED = ("subject", "person", "signer")


@dataclass(slots=True)
class Bars:
    """Counts of one level of wear; `names`: (right kinds, of truth, of ours) by kind for the macro-F1."""

    papers: Papers = field(default_factory=Papers)
    kinds: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    by_kind: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    pairs: Count = field(default_factory=Count)
    subjects: list[float] = field(default_factory=list)
    seconds: float = 0.0
    found: int = 0

    def add(self, one: Set, found: Sequence[FoundDocument], seconds: float) -> None:
        """Count one file's papers."""
        self.papers.add(score(one, found))
        self.seconds += seconds
        self.found += len(found)
        pairs = pair(one.documents, found)
        for told, ours in pairs:
            self.kinds[told.kind == ours.kind, ours.unsure] += 1
            self.by_kind[told.kind].right += told.kind == ours.kind
            self.by_kind[ours.kind].given += 1
            if one.shortened and told.fields.get("subject"):
                given = ours.fields.get("subject") or [Value(normalised="")]
                self.subjects.append(words_found(told.fields["subject"][0].normalised, given[0].normalised))
        for told in one.documents:
            self.by_kind[told.kind].told += 1
        for (told, ours), (other, theirs) in itertools.combinations(pairs, 2):
            together, put = told.dossier == other.dossier, ours.group == theirs.group
            self.pairs.add(Count(right=together and put, given=put, told=together))

    def rows(self) -> list[tuple[str, float]]:
        """(bar, what it came to), shares of 1; the last in ms."""
        papers, every = self.papers, self.papers.fields()
        told = [count for count in self.by_kind.values() if count.told]
        wrong, right = (self.kinds[one, True] + self.kinds[one, False] for one in (False, True))
        subjects = [("words of the subject found", _share(sum(self.subjects), len(self.subjects)))]
        return [
            ("page-boundary F1", papers.boundaries.f1),
            ("same pages", _share(papers.exact, papers.documents)),
            ("kind accuracy", _share(papers.kinds, papers.documents)),
            ("kind macro-F1", _share(sum(count.f1 for count in told), len(told))),
            ("wrong kinds marked unsure", _share(self.kinds[False, True], wrong)),
            ("right kinds marked unsure", _share(self.kinds[True, True], right)),
            ("wrong values marked unsure", _share(every.unsure - every.unsure_right, every.given - every.right)),
            ("right values marked unsure", _share(every.unsure_right, every.right)),
            ("READY", _share(papers.ready, papers.documents)),
            ("wrong values in READY", _share(papers.ready_wrong, papers.ready_values)),
            ("missing values in READY", _share(papers.ready_missing, papers.ready_values)),
            *((f"{name} F1", papers.fields([name]).f1) for name in (*EXACT, *NAMED)),
            ("all fields F1", every.f1),
            ("dossier grouping F1", self.pairs.f1),
            *(subjects if self.subjects else []),
            ("ms a document", 1000 * self.seconds / max(self.found, 1)),
        ]


def words_found(told: str, given: str) -> float:
    """Share of the words of an abridged subject that stand in ours; dots and abbreviations (PTTg, TT) are left out."""
    words = [word for word in re.findall(r"[\w/]+", told) if not re.fullmatch(r"[A-ZĐ]{2,}[a-z]?|V/v", word)]
    left = Counter(canonical(word) for word in re.findall(r"[\w/]+", given))
    return sum((Counter(map(canonical, words)) & left).values()) / len(words) if words else 1.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


class Classifier:
    """The stages after reading, over pages that were read before."""

    def __init__(self, tables: Tables) -> None:
        self._pages: Mapping[int, Page] = {}
        self.stages: tuple[Stage, ...] = (
            *(stage(self._load, tables) for stage in (Split, Kinds, Fields)),
            Places(self._load, gazetteer(config_folder() / UNITS)),
            Procedures(self._load, tables),
        )

    def _load(self, _scan: str, number: int) -> Page:
        return self._pages[number]

    def __call__(self, pages: Sequence[Page]) -> tuple[Scan, float]:
        """(the scan with its documents, CPU seconds)."""
        self._pages = {page.number: page for page in pages}
        blanks = tuple(replace(page, lines=()) for page in pages)
        scan = Scan(id="s", arrival="a", file="", sha256="", media="", count=len(pages), pages=blanks)
        began = time.process_time()
        for stage in self.stages:
            scan = stage(scan)
        return scan, time.process_time() - began


def found_documents(scan: Scan, file: str) -> list[FoundDocument]:
    """The documents of a scan as the machine face tells them; their dossiers as `gather` makes them of one folder."""
    return [_found(document, file, group) for document, group in zip(scan.documents, _groups(scan), strict=True)]


def _groups(scan: Scan) -> list[str | None]:
    own = [one.code for one in scan.documents]
    codes = set(filter(None, own))
    return [case or (next(iter(codes)) if len(codes) == 1 else None) for case in cases(scan.documents, own)]


def _found(document: Document, file: str, group: str | None) -> FoundDocument:
    values: dict[str, list[Value]] = defaultdict(list)
    for one in document.fields:
        by_hand = any(check.code == "printed" and not check.passed for check in one.checks)
        value = Value(normalised=one.normalised, part=one.part, unsure=one.unsure, by_hand=by_hand)
        values[one.name].append(value)
    return FoundDocument(
        kind=document.kind,
        pages=tuple(Key(file, ref.page) for ref in document.pages),
        fields=dict(values),
        ready=not document.unsure,
        unsure=document.confidence < SURE,
        group=group,
    )


def each_file(folder: Path, cache: Path) -> Iterator[tuple[str, Set, tuple[Page, ...]]]:
    """(its name, its part of the set, its pages) for every file of the set that was read."""
    whole = read_set(folder)
    for file in dict.fromkeys(page.key.file for page in whole.pages):
        if not kept_at(folder / file, cache).is_file():
            print(f"{file}: not read yet, left out", file=sys.stderr)
            continue
        one = replace(
            whole,
            pages=tuple(page for page in whole.pages if page.key.file == file),
            documents=tuple(paper for paper in whole.documents if paper.pages[0].file == file),
        )
        yield file, one, pages_of(folder / file, cache)


def measure(folder: Path, cache: Path) -> dict[str, Bars]:
    """The bars by level of wear."""
    classify = Classifier(load(config_folder()))
    found: dict[str, Bars] = defaultdict(Bars)
    for file, one, pages in each_file(folder, cache):
        scan, seconds = classify(pages)
        level = REAL if one.pages[0].level == REAL else file.split("-")[0]
        found[level].add(one, found_documents(scan, file), seconds)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Make stacks, or score them."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.stacks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="write invented stacks")
    make.add_argument("folder", type=Path)
    make.add_argument("--seed", default="dev")
    make.add_argument("--count", type=int, default=10, help="stacks a level")
    make.add_argument("--levels", nargs="+", default=["office", "worn"])
    make.add_argument("--other", action="store_true", help="held-out wording")
    rate = commands.add_parser("score", help="score stacks whose pages are in the cache")
    rate.add_argument("cache", type=Path)
    rate.add_argument("folder", type=Path)
    rate.add_argument("--wrong", action="store_true", help="list what is not right")
    asked = parser.parse_args(arguments)
    if asked.command == "make":
        from samples import stacks

        stacks.write(asked.folder, asked.seed, asked.levels, asked.count, other=asked.other)
        return
    _print(measure(asked.folder, asked.cache), wrong=asked.wrong)


def _print(found: dict[str, Bars], *, wrong: bool) -> None:
    levels = sorted(found)
    print("| bar |", " | ".join(f"{level} ({found[level].papers.documents})" for level in levels), "|")
    print("| --- |", " | ".join("---:" for _ in levels), "|")
    for rows in zip(*(found[level].rows() for level in levels), strict=True):
        print(f"| {rows[0][0]} |", " | ".join(f"{value:.3f}" for _, value in rows), "|")
    if wrong:
        for level in levels:
            papers = found[level].papers
            for (told, ours), count in papers.wrong_kinds.most_common():
                print(f"{level} kind {told} → {ours} {count}")
            for line in papers.wrong_values:
                print(level, line)


if __name__ == "__main__":
    main()
