"""Bad files, one table: what becomes of each, in how many seconds, with how much memory.

    .venv/bin/python bench/nasty.py FOLDER [--seconds 60] [--json]

Each file is looked at by `digitizer.ingest.examine` in a child process of its own under a bound of time.  Exit status 1
when one hung, killed its process or raised what no file may raise.
"""

import argparse
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from digitizer.errors import Refused
from digitizer.ingest.examine import examine
from digitizer.settings import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`kind`: taken, refused, hung, crashed or error.  `detail`: pages and notices, or the code of the reason."""

    file: str
    kind: str
    detail: str
    seconds: float
    peak_mb: int


def examined(path: Path) -> tuple[str, str]:
    """(kind, detail) of one file."""
    try:
        found = examine(path, Limits())
    except Refused as error:
        return "refused", error.reason.code
    notices = " ".join(problem.code for problem in found.problems)
    signed = " signed" if found.signed else ""
    return "taken", f"{found.media} {found.pages}p{signed} {notices}".strip()


def bounded(look: Callable[[Path], tuple[str, str]], path: Path, seconds: int) -> tuple[str, str, float, int]:
    """(kind, detail, seconds, peak MB) of `look` in a child that is killed after `seconds`."""
    ours, theirs = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders written in C grumble there, line after line
        signal.alarm(seconds)
        try:
            answer = look(path)
        except Exception:  # noqa: BLE001
            answer = ("error", traceback.format_exc(limit=-1).strip().splitlines()[-1])
        os.write(theirs, json.dumps(answer).encode()[:4000])
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        raw = pipe.read()
    _, status, usage = os.wait4(child, 0)
    took, peak = time.monotonic() - started, usage.ru_maxrss // 1024
    if os.WIFSIGNALED(status):
        hung = os.WTERMSIG(status) == signal.SIGALRM
        return ("hung" if hung else "crashed"), signal.Signals(os.WTERMSIG(status)).name, took, peak
    kind, detail = json.loads(raw)
    return kind, detail, took, peak


def outcomes(folder: Path, seconds: int) -> Iterator[Outcome]:
    """One for each file under the folder, in the order of names."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        kind, detail, took, peak = bounded(examined, path, seconds)
        yield Outcome(
            file=str(path.relative_to(folder)), kind=kind, detail=detail, seconds=round(took, 2), peak_mb=peak
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=Limits().examine_seconds)
    parser.add_argument("--json", action="store_true", help="JSON lines instead of a table")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for one in outcomes(options.folder, options.seconds):
        counts[one.kind] += 1
        if options.json:
            print(json.dumps(asdict(one), ensure_ascii=False))
        else:
            print(f"{one.kind:8} {one.seconds:6.2f} s {one.peak_mb:5} MB  {one.file:70} {one.detail}")
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{dict(counts)} (a child that does nothing: {base} MB)", file=sys.stderr)
    return 1 if counts["hung"] or counts["crashed"] or counts["error"] else 0


if __name__ == "__main__":
    sys.exit(main())
