"""The application: opens the parts that the settings name, and keeps scans moving."""

import logging
import math
import shutil
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from digitizer import plug
from digitizer.app import catalogue
from digitizer.app.intake import Intake
from digitizer.app.quarantine import Custody
from digitizer.app.work import Worker
from digitizer.classify import tables as all_tables
from digitizer.contracts import Blobs, Queue, Source
from digitizer.errors import DigitizerError, Unreachable
from digitizer.queue import LANES, open_queue
from digitizer.queue.inline import Inline
from digitizer.settings import Settings, config_folder
from digitizer.store import campaigns, leases, seals, turns
from digitizer.store import catalogue as stored_catalogue
from digitizer.store.events import timestamp
from digitizer.store.records import Records

_log = logging.getLogger(__name__)
_MOST_COPIES = 64
_SEAL_AGAIN_SECONDS = 600.0
_AWAY_SECONDS = 10.0


class App:
    """Everything that Digitizer can do, for these settings.  Close it, or use it in a `with`."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened before it is used."""
        self.settings = settings
        self._local = threading.local()
        self._sealed = ""
        self._seal_again = 0.0
        self._workers: list[Worker] = []
        self._hint_again = 0.0
        self._matching: tuple[tuple[int, str], all_tables.Tables] | None = None

    def __enter__(self) -> "App":  # noqa: PYI034  # never subclassed
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Hand back what is leased, end the child processes, let go of records and queue."""
        for worker in self._workers:
            worker.close()
        self._workers.clear()
        if "records" in self.__dict__:
            self.records.close()
        if "queue" in self.__dict__:
            self.queue.close()

    def stop(self) -> None:
        """From any thread: every worker of this process ends after the page at hand and hands back the rest."""
        for worker in self._workers:
            worker.stop()

    # ---- the parts

    @cached_property
    def records(self) -> Records:
        """The record store; raises Unreachable."""
        return Records(self.settings.database)

    @cached_property
    def blobs(self) -> Blobs:
        """The blob store."""
        options = dict(self.settings.blobs.options)
        if self.settings.blobs.use == "disk":
            options.setdefault("path", str(self.settings.home / "blobs"))
        store: Blobs = plug.load("store.backends", self.settings.blobs.use, options)
        return store

    @cached_property
    def custody(self) -> Custody:
        """The quarantine."""
        return Custody(self.settings, self.records, self.blobs)

    @cached_property
    def queue(self) -> Queue:
        """The queue."""
        return open_queue(self.settings)

    @cached_property
    def tables(self) -> all_tables.Tables:
        """The tables of kinds, fields and procedures; raises BadSettings."""
        return all_tables.load(config_folder())

    @property
    def matching(self) -> all_tables.Tables:
        """The tables with the imported catalogue of procedures, read again after an import; raises Unreachable."""
        now = stored_catalogue.stamp(self.records)
        if self._matching is None or self._matching[0] != now:
            self._matching = now, catalogue.with_catalogue(self.records, self.tables)
        return self._matching[1]

    @cached_property
    def watched(self) -> list[Source]:
        """The sources that the settings watch; raises BadSettings."""
        ignore = self.settings.intake.ignore
        return [
            plug.load("ingest.sources", source.use, {"ignore": ignore, **source.options})
            for source in self.settings.watch.sources
        ]

    @property
    def worker(self) -> Worker:
        """This thread's worker."""
        if not hasattr(self._local, "worker"):
            self._local.worker = Worker(self.settings, self.records, self.blobs, self.tables, lambda: self.matching)
            self._workers.append(self._local.worker)
        found: Worker = self._local.worker
        return found

    # ---- what moves

    def intake(
        self, *, operator: str = "", lane: str = LANES[0], office: str = "", campaign: str = ""
    ) -> Intake:
        """The way in; what belongs to a backfill campaign goes through its lane.  Raises NotFound for no campaign.

        `office`: whose files they are, empty = that of the settings.
        """
        if campaign:
            campaigns.get(self.records, campaign)
            lane = LANES[-1]
        parts = self.settings, self.records, self.blobs, self.worker.child
        return Intake(*parts, operator=operator, lane=lane, campaign=campaign, office=office)

    def work(self, lane: str = LANES[-1], seconds: float = math.inf) -> bool:
        """Do what waits in the lane and in those more urgent; gives up quietly what others have claimed.

        True when it ended, after so many seconds or because of `stop`, before nothing was left; raises Unreachable.
        """
        return self.worker.work(lane, seconds)

    def queue_scans(self, ids: Sequence[str]) -> int:
        """Tell the workers of those of the scans that have work left; gives how many.  Raises Unreachable."""
        found = leases.movable(self.records, ids)
        for scan, lane, waiting in found:
            # A long scan is shared: one hint for each chunk of its pages, as far as there is somebody to take it.
            copies = min(turns.shares(lane, waiting, self.settings.chunk_pages), self._most_hints)
            self.queue.put(scan, copies=copies, lane=lane)
        return len(found)

    def hint(self, ids: Sequence[str]) -> None:
        """As `queue_scans`; with the broker away files are taken in all the same, and `resume` tells of them later."""
        if time.monotonic() < self._hint_again:
            return
        try:
            self.queue_scans(ids)
        except Unreachable as error:
            _log.warning("%s; the scans wait for the next resume", error)
            self._hint_again = time.monotonic() + _AWAY_SECONDS

    def pages_waiting(self, ids: Sequence[str]) -> int:
        """How many pages of these scans are still to be read."""
        return leases.pending(self.records, ids)

    def resume(self) -> int:
        """Seal the day before, tell the workers of what should move and isn't, gather the rest; gives how many hints.

        A lane in which hints wait already needs none: who takes one looks at all that waits.
        """
        self.seal()
        self.custody.tend(self.watched)
        leases.release_dead(self.records)
        sent = 0
        for lane in LANES:
            seconds, chunk = self.settings.lease_seconds, self.settings.chunk_pages
            copies = turns.hints_for(self.records, lane, seconds, chunk, self._most_hints)
            if copies and not self.queue.waiting(lane):
                self.queue.put("", copies=copies, lane=lane)
                sent += copies
        self.worker.gather()
        return sent

    @property
    def seals(self) -> Path:
        """The folder of the daily seals."""
        return Path(self.settings.audit.seals or self.settings.home / "seals").expanduser()

    def seal(self) -> None:
        """Seal the days that ended, once a day and process; what hinders it is logged, and it is tried again."""
        today = timestamp()[:10]
        if not self.settings.audit.seal or self._sealed == today or time.monotonic() < self._seal_again:
            return
        self._seal_again = time.monotonic() + _SEAL_AGAIN_SECONDS
        try:
            seals.seal_days(self.records, self.seals)
        except DigitizerError as error:
            _log.error("the day before could not be sealed: %s", error)
        else:
            self._sealed = today

    @property
    def _most_hints(self) -> int:
        """Nobody is woken without need: this process has so many threads, and nobody knows how many workers wait."""
        return self.settings.workers if isinstance(self.queue, Inline) else _MOST_COPIES

    def room(self) -> int:
        """Free bytes on the disk of the home folder."""
        folder = self.settings.home
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def scratch(self) -> Path:
        """A folder for files in the making; made when missing."""
        self.settings.scratch.mkdir(parents=True, exist_ok=True)
        return self.settings.scratch
