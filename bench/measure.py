"""Runs a command and says what it cost, its children included."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import IO

from bench.nouns import Cost

_EVERY = 0.05  # seconds between looks: shorter than any process that reads a page
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended: exit status, standard output, the end of standard error, cost (`pages` is 0)."""

    status: int
    out: str
    err: str
    cost: Cost


def run(command: list[str], *, env: dict[str, str] | None = None, cwd: Path | None = None) -> Ended:
    """Run to the end.  CPU seconds are those that the kernel gives for the whole tree, the peak that of one process."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err, env=env, cwd=cwd)
        over = Event()
        peaks: dict[int, int] = {}
        ticks: dict[int, int] = {}
        watcher = Thread(target=_watch, args=(process.pid, over, peaks, ticks), daemon=True)
        watcher.start()
        _, waited, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(waited)
        over.set()
        watcher.join()
        # Children that nobody waits for are missing in the kernel's sum, short ones in ours: take the larger.
        cpu = max(usage.ru_utime + usage.ru_stime, sum(ticks.values()) / _TICKS)
        peak = max([usage.ru_maxrss * 1024, *peaks.values()])
        return Ended(
            status=process.returncode,
            out=_text(out),
            err=_text(err)[-2000:],
            cost=Cost(wall=wall, cpu=cpu, peak=peak),
        )


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")


def _watch(root: int, over: Event, peaks: dict[int, int], ticks: dict[int, int]) -> None:
    """Note the highest resident memory (bytes) and the CPU ticks of every process of the tree until it is over."""
    while not over.wait(_EVERY):
        for pid in _tree(root):
            try:
                status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
                stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            except OSError:  # it has just ended
                continue
            for row in status.splitlines():
                if row.startswith("VmHWM:"):
                    peaks[pid] = max(peaks.get(pid, 0), int(row.split()[1]) * 1024)
            after_name = stat.rpartition(")")[2].split()
            ticks[pid] = int(after_name[11]) + int(after_name[12])


def _tree(root: int) -> list[int]:
    """The process and all that descend from it."""
    found = [root]
    for pid in found:
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            for task in tasks:
                found += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found
