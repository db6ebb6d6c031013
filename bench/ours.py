"""Digitizer, through its machine face only: `digitizer run PATH --json` (docs/json.md)."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import measure
from bench.nouns import Cost, FoundDocument, Key, Reading, ReadLine, ReadPage
from bench.truth import fields_of

SYSTEM = "Digitizer"


def command() -> list[str]:
    """How the product is called: the `digitizer` beside this Python, else the one of PATH."""
    beside = Path(sys.executable).with_name("digitizer")
    found = str(beside) if beside.is_file() else shutil.which("digitizer")
    if not found:
        raise SystemExit("no command `digitizer`: pip install -e . first")
    return [found]


def read(stage: Path, processes: int) -> Reading:
    """What Digitizer makes of the folder, in a home of its own that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-home-") as home:
        (Path(home) / "settings.toml").write_text(f"processes = {processes}\n", encoding="utf-8")
        ended = measure.run(
            [*command(), "--home", home, "run", str(stage), "--json"], env={**os.environ, "OMP_THREAD_LIMIT": "1"}
        )
    if not ended.out.strip():
        raise SystemExit(f"digitizer run gave no line (status {ended.status}):\n{ended.err}")
    return parse(ended.out.splitlines(), stage, ended.cost)


def parse(rows: Iterable[str], stage: Path, cost: Cost) -> Reading:
    """The pages and documents of the JSON lines; files as Keys relative to `stage`.

    Unread pages of failed scans are simply not there, and count as empty.
    """
    pages: dict[Key, ReadPage] = {}
    scans: dict[str, dict[int, Key]] = {}
    documents = []
    failures = {}
    for row in rows:
        told = json.loads(row)
        if told["type"] == "arrival" and told["state"] != "TAKEN":
            failures[_relative(told["file"], stage)] = f"{told['state']} {(told['reason'] or {}).get('code', '')}"
        elif told["type"] == "scan":
            keys = {page["number"]: _key(told, page, stage) for page in told["pages"]}
            scans[told["id"]] = keys
            pages.update({keys[page["number"]]: _page(page) for page in told["pages"]})
            if told["state"] == "FAILED":
                failures[_relative(told["file"], stage)] = " ".join(p["code"] for p in told["problems"])
        elif told["type"] == "document":
            documents.append(_document(told, scans))
    return Reading(
        system=SYSTEM,
        pages=pages,
        cost=replace(cost, pages=len(pages)),
        documents=tuple(documents),
        failures=failures,
    )


def _relative(file: str, stage: Path) -> str:
    return Path(file).resolve().relative_to(stage.resolve()).as_posix()


def _key(scan: dict[str, Any], page: dict[str, Any], stage: Path) -> Key:
    """A page of a run of images is the first (and only) page of its image; the run's `file` is their folder."""
    file = _relative(scan["file"], stage)
    if scan["member"]:
        file = f"{file}/{scan['member']}"
    if page.get("file"):
        folder = "" if file == "." else f"{file}/"
        return Key(f"{folder}{Path(page['file']).name}", 1)
    return Key(file, page["number"])


def _page(page: dict[str, Any]) -> ReadPage:
    return ReadPage(
        lines=tuple(ReadLine(text=line["text"], box=tuple(line["box"]), role=line["role"]) for line in page["lines"]),
        size=(page["width"], page["height"]),
        turned=page["turned"],
        skew=page["skew"],
        blank=page["blank"],
    )


def _document(told: dict[str, Any], scans: dict[str, dict[int, Key]]) -> FoundDocument:
    return FoundDocument(
        kind=told["kind"],
        pages=tuple(scans[at["scan"]][at["page"]] for at in told["pages"]),
        fields=fields_of(told["fields"]),
        ready=told["state"] in ("READY", "RELEASED"),
    )
