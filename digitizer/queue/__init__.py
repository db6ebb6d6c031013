"""Who is asked to look at a scan: `inline` asks this process, `redis` and `rabbitmq` the workers.  One file each."""

import os

from digitizer import plug
from digitizer.contracts import Queue
from digitizer.errors import BadSettings, Conflict
from digitizer.settings import Settings

LANES = ("live", "backfill")
"""The lanes, the more urgent first."""


_BY_SCHEME = {"redis": "redis", "rediss": "redis", "amqp": "rabbitmq", "amqps": "rabbitmq"}


def open_queue(settings: Settings) -> Queue:
    """The queue that `$DIGITIZER_QUEUE_URL` names (so that no password need stand in a file), else the settings.

    Raises BadSettings.
    """
    use, options = settings.queue.use, settings.queue.options
    if url := os.environ.get("DIGITIZER_QUEUE_URL"):
        scheme = url.partition(":")[0]
        if scheme not in _BY_SCHEME:
            raise BadSettings(f"$DIGITIZER_QUEUE_URL must begin with one of {', '.join(_BY_SCHEME)}")
        use, options = _BY_SCHEME[scheme], {**options, "url": url}
    queue: Queue = plug.load("queue", use, options)
    return queue


def checked_lane(lane: str) -> str:
    """The lane; raises Conflict for one that nobody would ever look at."""
    if lane not in LANES:
        raise Conflict(f"there is no lane {lane!r}, only {' and '.join(LANES)}")
    return lane
