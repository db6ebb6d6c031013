"""What this process did, counted for Prometheus, and whether it gets on.  Names and numbers, never text."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
PAGES = Counter(
    "digitizer_pages", "Pages worked on, by outcome: read, or the code of what failed", ["outcome"], registry=REGISTRY
)
SECONDS = Histogram(
    "digitizer_stage_seconds",
    "Seconds of one page (stage `page`) or of one stage of a scan",
    ["stage"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 600),
    registry=REGISTRY,
)
ARRIVALS = Counter("digitizer_arrivals", "Files taken in, by state", ["state"], registry=REGISTRY)

_moved: dict[int, float] = {}
"""When each thread that is at work last got on, on the monotonic clock."""


def moving() -> None:
    """This thread is at work, and has just got on with it."""
    _moved[threading.get_ident()] = time.monotonic()


def resting() -> None:
    """This thread has nothing to do, and need not get on."""
    _moved.pop(threading.get_ident(), None)


def still() -> float:
    """For how many seconds a thread that is at work has not got on; 0 when all rest."""
    now, alive = time.monotonic(), {thread.ident for thread in threading.enumerate()}
    return max((now - moved for thread, moved in list(_moved.items()) if thread in alive), default=0.0)


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Count the seconds that this takes, whether it ends well or not."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        SECONDS.labels(stage).observe(time.perf_counter() - begun)
