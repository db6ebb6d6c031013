"""Bad files, one table: what the whole job makes of each, and in how many seconds.

    .venv/bin/python bench/nasty.py FOLDER [--json]

Each file goes from offer to record in a home of its own kind; the limits are those of the settings.  Exit status 1 when
a file came to no end: neither a DONE scan, nor a FAILED one that says why, nor a refusal.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from digitizer import settings
from digitizer.app import App
from digitizer.app.intake import Given
from digitizer.model import Arrival, ArrivalState, ScanState


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`kind`: refused, record, failed or lost.  `detail`: the reason's code, or documents, pages and problems."""

    file: str
    kind: str
    detail: str
    seconds: float


def outcome(app: App, arrival: Arrival, seconds: float) -> Outcome:
    """What became of an arrival whose work is over."""
    if arrival.state is ArrivalState.REFUSED:
        code = arrival.reason.code if arrival.reason else "?"
        return Outcome(file=arrival.file, kind="refused", detail=code, seconds=seconds)
    found = [app.records.scan(scan) for scan in app.records.scans_of(arrival.id)]
    states = {scan.state for scan in found}
    problems = Counter(
        problem.code for scan in found for one in (scan, *scan.pages, *scan.documents) for problem in one.problems
    )
    told = ", ".join(f"{code} ×{number}" if number > 1 else code for code, number in problems.items())
    papers, pages = sum(len(scan.documents) for scan in found), sum(len(scan.pages) for scan in found)
    kind = (
        "record" if states <= {ScanState.DONE} else "failed" if states <= {ScanState.DONE, ScanState.FAILED} else "lost"
    )
    if kind == "failed" and not problems:
        kind = "lost"
    detail = f"{papers} documents, {pages} pages{': ' if told else ''}{told}"
    return Outcome(file=arrival.file, kind=kind, detail=detail, seconds=seconds)


def main() -> None:
    """Put every file of the folder through, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true", help="one line of JSON a file")
    asked = parser.parse_args()
    outcomes = []
    with tempfile.TemporaryDirectory() as home, App(settings.load(home=Path(home))) as app:
        source = Given([asked.folder], ())
        for offer in source.offers():
            began = time.monotonic()
            arrival = app.intake().take(source, offer, moves=False)
            app.work()
            one = outcome(app, arrival, time.monotonic() - began)
            outcomes.append(one)
            name = one.file.removeprefix(f"{asked.folder}/")
            print(
                json.dumps(asdict(one)) if asked.json else f"{name:60} {one.kind:8} {one.seconds:6.1f} s  {one.detail}"
            )
    kinds = Counter(one.kind for one in outcomes)
    slowest = max(outcomes, key=lambda one: one.seconds)
    print(f"{len(outcomes)} files: {dict(kinds)}; slowest {slowest.seconds:.1f} s ({slowest.file})", file=sys.stderr)
    sys.exit(1 if kinds["lost"] else 0)


if __name__ == "__main__":
    main()
