"""The actors: a message wakes a worker, and the records say whose turn it is (store/turns.py)."""

import logging
import threading
from contextlib import ExitStack
from typing import Any

import dramatiq
from dramatiq.errors import Retry

from digitizer.app import App
from digitizer.app.serving import serving
from digitizer.errors import BadSettings, Unreachable
from digitizer.queue import LANES
from digitizer.queue.hints import actor_name

_log = logging.getLogger(__name__)
_SECONDS = 300.0
"""So long one message keeps a worker; RabbitMQ takes back what is not confirmed within half an hour."""
_AWAY_SECONDS = 2.0


def declare(broker: dramatiq.Broker, app: App) -> None:
    """Declare one actor a lane on this broker; a live message that waits goes before every backfill one."""
    life = Life(app)
    broker.add_middleware(life)
    for priority, lane in enumerate(LANES):
        _declare_lane(broker, app, life, lane, priority)


def _declare_lane(broker: dramatiq.Broker, app: App, life: "Life", lane: str, priority: int) -> None:
    def work(scan: str) -> None:
        _log.debug("woken: scan=%s", scan)
        try:
            more = app.work(lane, _SECONDS)
        except Unreachable:
            life.ended.wait(_AWAY_SECONDS)  # or every hint in the broker would be spent on a store that is away
            raise
        if more:
            raise Retry("there is more to do than one message may take: for whoever is free", delay=0)

    dramatiq.actor(actor_name=actor_name(lane), queue_name=lane, priority=priority, broker=broker)(work)


class Life(dramatiq.Middleware):
    """Looks, from a worker's start to its end, for what was left lying, and hands back what the worker holds."""

    def __init__(self, app: App) -> None:
        """`ended` is set when the process was told to stop."""
        self._app = app
        self.ended = threading.Event()

    def before_worker_boot(self, broker: dramatiq.Broker, worker: Any) -> None:  # noqa: ARG002 - Dramatiq's signature
        """A busy worker keeps no message that an idle one could take."""
        worker.queue_prefetch = worker.worker_threads

    def after_process_boot(self, broker: dramatiq.Broker) -> None:  # noqa: ARG002 - as above
        """Losing a hint loses nothing: the records know what should move and doesn't."""
        threading.Thread(target=self._live, name="life", daemon=True).start()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:  # noqa: ARG002 - as above
        """End after the page at hand; its unread neighbours go back at once instead of after their lease."""
        self.ended.set()
        self._app.stop()

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: Any) -> None:  # noqa: ARG002 - as above
        """Nothing of ours outlives the worker: child processes, connections, leases."""
        self._app.close()

    def _live(self) -> None:
        with ExitStack() as stack:
            try:
                stack.enter_context(serving(self._app, first=1))
            except BadSettings as error:
                _log.warning("no health and no metrics of this process: %s", error)
            self._resume_for_ever()

    def _resume_for_ever(self) -> None:
        while not self.ended.is_set():
            try:
                self._app.resume()
            except Unreachable as error:
                _log.warning("not resumed: %s", error)
            except Exception:  # noqa: BLE001 - the next time may be better, and the worker is needed
                _log.exception("not resumed")
            self.ended.wait(self._app.settings.resume_seconds)
