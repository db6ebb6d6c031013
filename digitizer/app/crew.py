"""The threads of one machine without a broker: as many workers as pages may be read at the same time."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from digitizer.app.core import App
from digitizer.errors import Unreachable
from digitizer.queue import LANES
from digitizer.queue.inline import Inline
from digitizer.store import leases, turns

_log = logging.getLogger(__name__)
_IDLE_SECONDS = 0.05
_WAIT_SECONDS = 0.2
_LOOK_AT = 200
_RESUME_SECONDS = 5.0
_AWAY_SECONDS = 2.0


class Crew:
    """Works on what is queued while it is open; with a broker it only waits for the workers."""

    def __init__(self, app: App, on_page: Callable[[str], None] = lambda _scan: None) -> None:
        """`on_page` is called from any thread, with the scan's id, after each page."""
        self._app = app
        self._on_page = on_page
        self._ended = threading.Event()
        self._failure: BaseException | None = None
        self._threads: list[threading.Thread] = []
        self._busy: set[int] = set()

    def __enter__(self) -> "Crew":  # noqa: PYI034  # never subclassed
        """Start."""
        if isinstance(self._app.queue, Inline):
            for number in range(self._app.settings.workers):
                thread = threading.Thread(target=self._work, args=(self._app.queue,), name=f"worker-{number}")
                thread.start()
                self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop soon, handing back what is half done."""
        self._ended.set()
        self._app.stop()
        for thread in self._threads:
            thread.join()

    def wait(self, scans: Sequence[str], tick: Callable[[], None] = lambda: None) -> None:
        """Until none of the scans is RECEIVED or WORKING; raises what went wrong in a thread."""
        resumed = time.monotonic()
        left = list(scans)
        while left:
            self.check()
            tick()
            left = leases.unfinished(self._app.records, left[:_LOOK_AT]) + left[_LOOK_AT:]
            if time.monotonic() - resumed > _RESUME_SECONDS:
                self._app.resume()
                resumed = time.monotonic()
            if left:
                time.sleep(_WAIT_SECONDS)
        self._app.worker.gather()
        self.check()

    def finish(self) -> None:
        """Until nobody finds anything to claim any more; raises what went wrong in a thread."""
        seconds = self._app.settings.lease_seconds
        while turns.waits(self._app.records, LANES, seconds) or self._busy:
            self.check()
            if not self._busy:
                self._app.resume()
            time.sleep(_WAIT_SECONDS)
        self.check()

    def check(self) -> None:
        """Raise what went wrong in a thread, if anything did."""
        if self._failure is not None:
            raise self._failure

    def _work(self, queue: Inline) -> None:
        self._app.worker.on_page = self._on_page
        while not self._ended.is_set():
            scan = queue.take()
            if scan is None:
                self._ended.wait(_IDLE_SECONDS)
                continue
            try:
                self._busy.add(threading.get_ident())
                self._app.work()
            except Unreachable as error:
                _log.warning("a store does not answer, trying again: %s", error)
                self._ended.wait(_AWAY_SECONDS)
                queue.put(scan, copies=1, lane=LANES[0])
            except BaseException as error:  # noqa: BLE001  # the main thread raises it
                self._failure = error
                self._ended.set()
            finally:
                self._busy.discard(threading.get_ident())
