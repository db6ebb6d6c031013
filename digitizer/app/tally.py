"""What this process did, counted for Prometheus: pages, seconds a stage, arrivals.  Names and numbers, never text."""

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


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Count the seconds that this takes, whether it ends well or not."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        SECONDS.labels(stage).observe(time.perf_counter() - begun)
