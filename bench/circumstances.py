"""What a figure depends on: machine, versions, date, command; without a path of this machine."""

import datetime as dt
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.yardstick import OPTIONS


def circumstances(
    sets: Sequence[Path], levels: Sequence[str], limit: int, processes: int, ocrmypdf: str | None
) -> list[str]:
    """A few lines for the head of a report."""
    lines = machine(processes)
    if ocrmypdf:
        version, engine = _first([ocrmypdf, "--version"]), _first(["tesseract", "--version"])
        lines.append(f"OCRmyPDF {version} `{' '.join(OPTIONS)}`, {engine}, OMP_THREAD_LIMIT=1")
    words = ["python -m bench", *(folder.resolve().name for folder in sets)]
    words += ["--levels", *levels] if levels else []
    words += ["--limit", str(limit)] if limit else []
    return [*lines, f"`{' '.join(words)}`"]


def machine(processes: int) -> list[str]:
    """When, which commit, on what."""
    now = dt.datetime.now(tz=dt.UTC)
    own = importlib.metadata.version("digitizer")
    return [
        f"{now:%Y-%m-%d %H:%M} UTC, commit {_first(['git', 'rev-parse', '--short', 'HEAD'])}",
        f"{_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end; {processes} processes each",
        f"Python {platform.python_version()}, Digitizer {own}, tesserocr {importlib.metadata.version('tesserocr')}",
    ]


def _first(command: list[str]) -> str:
    """The first line that a command prints, or `unknown`."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr or "unknown").splitlines()[0].strip()


def _processor() -> str:
    for row in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if row.startswith("model name"):
            return row.partition(":")[2].strip()
    return platform.machine()
