"""Measure how Digitizer grows; each part prints a paragraph, and with --write puts it into docs/scale.md.

.venv/bin/python -m bench.scale gain --write
.venv/bin/python -m bench.scale gain --hosts --write      workers in network namespaces, as root
.venv/bin/python -m bench.scale overhead --write
.venv/bin/python -m bench.scale memory --write
.venv/bin/python -m bench.scale day --write               100,000 pages of backfill, replay engine
.venv/bin/python -m bench.scale counter --write           real pages, Tesseract
.venv/bin/python -m bench.scale search --write            200,000 pages, both databases
"""

import argparse
import os
import platform
import re
import tempfile
from pathlib import Path

from bench.scale import day, gain, memory, overhead, search
from tests.faults.ground import Parts

_PAGE = Path(__file__).resolve().parents[2] / "docs" / "scale.md"
_TITLES = {
    "gain": "Two workers against one",
    "hosts": "Two hosts against one",
    "overhead": "What lies between the pages",
    "memory": "A scan of a thousand pages",
    "day": "An office's day over a backfill",
    "counter": "Five pages at the counter",
    "search": "Search among many pages",
}


def main() -> None:
    """Measure what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("part", choices=[name for name in _TITLES if name != "hosts"])
    asked.add_argument("--broker", default="redis")
    asked.add_argument("--database", default="postgresql")
    asked.add_argument("--blobs", default="minio")
    asked.add_argument("--pages", type=int, help="gain 60, memory 1000, each PDF of overhead 20, search 200000")
    asked.add_argument("--scans", type=int, default=5, help="PDFs of overhead")
    asked.add_argument("--rounds", type=int, default=3, help="of gain and overhead; the best counts")
    asked.add_argument("--hosts", action="store_true", help="of gain: each worker in a network namespace (root)")
    asked.add_argument("--backfill", type=int, help="pages that wait in day (100000) and counter (300)")
    asked.add_argument("--live", type=int, default=40, help="scans of five pages that clerks bring")
    asked.add_argument("--minutes", type=float, default=10.0, help="in which they bring them")
    asked.add_argument("--write", action="store_true", help="into docs/scale.md")
    given = asked.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="digitizer-scale-") as folder:
        text = _measured(given, Path(folder))
    name = "hosts" if given.hosts else given.part
    print(f"## {_TITLES[name]}\n\n{text}")
    if given.write:
        _write(name, text)


def _measured(given: argparse.Namespace, folder: Path) -> str:
    parts = Parts(broker=given.broker, database=given.database, blobs=given.blobs)
    match given.part:
        case "gain":
            return gain.measure(folder, parts, given.pages or 60, given.rounds, hosts=given.hosts)
        case "overhead":
            return overhead.measure(folder, parts, given.scans, given.pages or 20, given.rounds)
        case "memory":
            pages = given.pages or 1000
            return memory.measure(folder, parts, pages, pages // 3)
        case "search":
            return search.measure(folder, given.pages or 200_000)
        case "day":
            return day.measure(folder, parts, given.backfill or 100_000, given.live, given.minutes, engine=False)
        case _:
            return day.measure(folder, parts, given.backfill or 300, given.live, given.minutes, engine=True)


def _write(name: str, text: str) -> None:
    """Put the section in the place of the one of this title, or at the end."""
    page = _PAGE.read_text(encoding="utf-8")
    title = f"## {_TITLES[name]}"
    where = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    section = f"{title}\n\n{text.rstrip()}\n\n<small>{where}</small>\n"
    found = re.search(rf"^{re.escape(title)}$.*?(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    page = page[: found.start()] + section + "\n" + page[found.end() :] if found else f"{page.rstrip()}\n\n{section}"
    _PAGE.write_text(page.rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
