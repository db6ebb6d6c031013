"""The actors: each takes a scan's id from its lane and lets the app do what is left of that scan."""

from typing import Any

import dramatiq
from dramatiq.errors import Retry

from digitizer.app import App
from digitizer.queue import LANES
from digitizer.queue.hints import actor_name


def declare(broker: dramatiq.Broker, app: App) -> None:
    """Declare one actor a lane on this broker; a live message that waits goes before every backfill one."""
    life = Life(app)
    broker.add_middleware(life)
    for priority, lane in enumerate(LANES):
        _declare_lane(broker, app, life, lane, priority)


def _declare_lane(broker: dramatiq.Broker, app: App, life: "Life", lane: str, priority: int) -> None:
    def work(scan: str) -> None:
        app.work(scan)
        if life.ending:
            raise Retry("this worker ends: the scan goes to another one", delay=0)

    dramatiq.actor(actor_name=actor_name(lane), queue_name=lane, priority=priority, broker=broker)(work)


class Life(dramatiq.Middleware):
    """Queues what was left lying when a worker starts, and hands back what it holds when it ends."""

    def __init__(self, app: App) -> None:
        """`ending` becomes true when the process was told to stop."""
        self._app = app
        self.ending = False

    def after_process_boot(self, broker: dramatiq.Broker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """Losing a hint loses nothing: the records know what should move and doesn't."""
        self._app.resume()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:  # noqa: ARG002 - as above
        """End after the page at hand; its unread neighbours go back at once instead of after their lease."""
        self.ending = True
        self._app.stop()

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:  # noqa: ARG002 - as above
        """Nothing of ours outlives the worker: child processes, connections, leases."""
        self._app.close()
