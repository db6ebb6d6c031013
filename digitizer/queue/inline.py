"""No broker: hints wait in this process until the app itself takes them.  For one machine."""

import queue
from dataclasses import dataclass

from digitizer.queue import LANES, checked_lane


@dataclass(frozen=True, kw_only=True)
class Options:
    """Nothing to choose."""


def open(options: Options) -> "Inline":  # noqa: A001, ARG001 - as every plug
    """An empty queue."""
    return Inline()


class Inline:
    """First in, first out in each lane; safe to use from several threads."""

    def __init__(self) -> None:
        self._waiting: dict[str, queue.SimpleQueue[str]] = {lane: queue.SimpleQueue() for lane in LANES}

    def put(self, scan: str, *, copies: int, lane: str) -> None:
        """Remember the scan `copies` times; raises Conflict for an unknown lane."""
        waiting = self._waiting[checked_lane(lane)]
        for _ in range(copies):
            waiting.put(scan)

    def waiting(self, lane: str) -> int:
        """How many hints nobody has taken yet; raises Conflict for an unknown lane."""
        return self._waiting[checked_lane(lane)].qsize()

    def take(self) -> str | None:
        """The next scan to look at, `live` before `backfill`; None when nothing waits."""
        for lane in LANES:
            try:
                return self._waiting[lane].get_nowait()
            except queue.Empty:
                continue
        return None

    def close(self) -> None:
        """Nothing: hints end with the process."""
