"""Who is asked to look at a scan: `inline` asks this process, `redis` and `rabbitmq` the workers.  One file each."""

from digitizer import plug
from digitizer.contracts import Queue
from digitizer.errors import Conflict
from digitizer.settings import Settings

LANES = ("live", "backfill")
"""The lanes, the more urgent first."""


def open_queue(settings: Settings) -> Queue:
    """The queue that the settings name; raises BadSettings."""
    queue: Queue = plug.load("queue", settings.queue.use, settings.queue.options)
    return queue


def checked_lane(lane: str) -> str:
    """The lane; raises Conflict for one that nobody would ever look at."""
    if lane not in LANES:
        raise Conflict(f"there is no lane {lane!r}, only {' and '.join(LANES)}")
    return lane
