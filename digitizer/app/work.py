"""One worker: claims pages by lease, reads them in a bounded child, then runs the stages and gathers dossiers."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import NamedTuple

from digitizer import pipeline
from digitizer.app import desk
from digitizer.app.hours import read_hours
from digitizer.app.learning import current_model
from digitizer.app.originals import Original, original
from digitizer.app.pages import read_page
from digitizer.app.quarantine import Custody
from digitizer.app.shelf import Shelf
from digitizer.app.tally import PAGES, moving, resting, timed
from digitizer.bounded import Child
from digitizer.classify.dossier import assemble, joined
from digitizer.classify.duplicate import SamePaper
from digitizer.classify.fields import Fields
from digitizer.classify.gazetteer import UNITS, gazetteer
from digitizer.classify.kind import Kinds
from digitizer.classify.places import Places
from digitizer.classify.procedure import Procedures
from digitizer.classify.split import Split
from digitizer.classify.tables import Tables
from digitizer.contracts import Blobs, Likeness, Stage
from digitizer.errors import (
    Corrupt,
    DigitizerError,
    LeaseLost,
    NotFound,
    OriginalLost,
    PageFailed,
    Suspected,
    Unreachable,
    no_fault_of_files,
)
from digitizer.logs import about
from digitizer.model import Document, Dossier, Level, Page, Problem, Scan, ScanState
from digitizer.queue import LANES
from digitizer.settings import Settings, config_folder
from digitizer.store import dossiers, duplicates, leases, reuse, turns
from digitizer.store.records import Records
from digitizer.store.turns import Turn

_log = logging.getLogger(__name__)
_WORN_OUT = Problem(
    code="page-attempts",
    level=Level.BLOCKING,
    message="Trang này nhiều lần làm hỏng tiến trình đọc (limits.attempts) / "
    "this page brought its worker down again and again (limits.attempts)",
)
_CACHED_PAGES = 64


class _Opened(NamedTuple):
    """A scan and its original; `watchful`: nobody has cleared its bytes, so secrecy marks count."""

    scan: Scan
    source: Original | PageFailed
    watchful: bool


class Worker:
    """Does work for one thread, under a name of its own."""

    def __init__(
        self, settings: Settings, records: Records, blobs: Blobs, tables: Tables, matching: Callable[[], Tables]
    ) -> None:
        """`matching` gives the tables with the catalogue of now; `on_page` is called after each page, with its scan."""
        self._settings = settings
        self._records = records
        self._blobs = blobs
        self._tables = tables
        self._matching = matching
        self._owner = leases.owner_name()
        self._likeness: Likeness = SamePaper()
        self._hours = read_hours(settings.backfill.office_hours)
        self._stopped = False
        self._open: _Opened | None = None
        self._originals = ExitStack()
        self.child = Child()
        self.child.beat = self._keep
        self._kept = time.monotonic()
        self._custody = Custody(settings, records, blobs)
        self.on_page: Callable[[str], None] = lambda _scan: None

    def close(self) -> None:
        """Hand back what is leased and end the child."""
        self.child.close()
        self._let_go_of_original()
        leases.release(self._records, self._owner)

    def _keep(self) -> None:
        """Leases are lengthened long before they run out, however long a page or a stage takes."""
        moving()
        if time.monotonic() - self._kept > self._settings.lease_seconds / 3:
            self._kept = time.monotonic()
            with suppress(Unreachable):
                leases.renew(self._records, self._owner, self._settings.lease_seconds)

    def stop(self) -> None:
        """From another thread: `work` ends after the page at hand and hands the rest back."""
        self._stopped = True

    def work(self, lane: str, seconds: float) -> bool:
        """Do what waits in the lane, and before it all that is more urgent, until nothing is left to claim.

        In office hours (`backfill.office_hours`) only the live lane is worked on.
        True when it ended before that because the seconds were over or `stop` was called.  Raises Unreachable.
        """
        try:
            return self._work(lane, seconds)
        finally:
            resting()

    def _work(self, lane: str, seconds: float) -> bool:
        settings, end = self._settings, time.monotonic() + seconds
        turn: Turn | None = None
        while not self._stopped and time.monotonic() < end:
            moving()
            in_hours = self._hours.holds(datetime.now().astimezone())
            lanes = LANES[:1] if in_hours else LANES[: LANES.index(lane) + 1]
            turn = turns.next_turn(self._records, lanes, settings.lease_seconds, settings.chunk_pages)
            if turn is None:
                break
            self._take(turn)
        self._let_go_of_original()
        self.gather()
        return turn is not None

    def _take(self, turn: Turn) -> None:
        """One chunk of pages of this scan, then its stages and dossiers if no page waits any more."""
        done = False
        with about(scan=turn.scan), self._letting_go():
            self._read_pages(turn)
            done = not self._stopped and self._claim_and_run_stages(turn.scan)
        if done:
            self.gather()

    @contextmanager
    def _letting_go(self) -> Iterator[None]:
        """Whatever interrupts the work, its leases go back at once instead of when they run out.

        A fault of ours counts as an attempt and ends there: it must not keep a worker from all other scans.
        """
        try:
            with no_fault_of_files():
                yield
        except LeaseLost as lost:
            _log.warning("%s", lost)
        except (Unreachable, KeyboardInterrupt, SystemExit):
            with suppress(Unreachable):
                leases.release(self._records, self._owner)
            raise
        except Exception:  # noqa: BLE001  # as the docstring says
            _log.exception("a turn failed")
            leases.release(self._records, self._owner, counted=True)

    # ---- pages

    def _read_pages(self, turn: Turn) -> None:
        settings = self._settings
        pages = leases.claim_pages(
            self._records,
            turn.scan,
            self._owner,
            turn.pages,
            settings.lease_seconds,
            settings.limits.attempts,
        )
        if len(pages) < turn.pages:  # others were quicker, or pages are worn out
            leases.give_up(self._records, turn.scan, settings.lease_seconds, settings.limits.attempts, _WORN_OUT)
        opened = self._opened(turn.scan) if pages else None
        if opened is None:
            return
        known = self._reused(opened.scan, pages)
        for page in (page for page in pages if page.number not in known):
            if self._stopped or self._gives_way(turn.lane):
                leases.release(self._records, self._owner)
                return
            try:
                self._read_page(opened, page)
            except Suspected:
                self._let_go_of_original()
                self.child.close()  # it has the file open
                self._custody.suspect(turn.scan)
                return

    def _reused(self, scan: Scan, pages: Sequence[Page]) -> Collection[int]:
        """Take the pages as they were read when the same bytes came before; gives the numbers of those."""
        # What was read already somebody wants read anew.
        fresh = [page.number for page in pages if page == Page(number=page.number)]
        known = reuse.known_readings(self._records, scan, fresh) if fresh else {}
        for number, page in sorted(known.items()):
            # A clerk's word is of that delivery.
            again = replace(page, file=_file_name(scan, number), left_out=None, upright=None)
            PAGES.labels("reused").inc()
            self._save_page(scan.id, again)
        if known:
            reuse.tell(self._records, scan, sorted(known))
        return known

    def _gives_way(self, lane: str) -> bool:
        """True when something more urgent waits than what is in this lane."""
        urgent = LANES[: LANES.index(lane)]
        return bool(urgent) and turns.waits(self._records, urgent, self._settings.lease_seconds)

    def _opened(self, scan: str) -> _Opened | None:
        """The scan and its original, which stays open until another scan's is asked for; None: now in quarantine."""
        if self._open is None or self._open.scan.id != scan:
            self._let_go_of_original()
            found = self._records.scan(scan)
            if self._custody.hold([found]):
                return None
            try:
                source: Original | PageFailed = original(found, self._blobs, self._originals)
            except (NotFound, Corrupt) as error:
                _log.error("original lost: scan=%s %s", scan, error)  # no fault of ours to trace
                source = OriginalLost(str(error))
            self._open = _Opened(found, source, watchful=not self._custody.cleared(found))
        return self._open

    def _let_go_of_original(self) -> None:
        self._open = None
        self._originals.close()

    def _read_page(self, opened: _Opened, page: Page) -> None:
        page = replace(page, file=_file_name(opened.scan, page.number))
        with about(page=page.number), timed("page"):
            page, picture = self._read_or_fail(opened, page)
        PAGES.labels(page.problems[-1].code if page.failed else "read").inc()
        if picture:
            page = replace(page, preview=self._blobs.put_bytes(picture))
        self._save_page(opened.scan.id, page)

    def _save_page(self, scan: str, page: Page) -> None:
        saved = leases.save_page(self._records, scan, page, self._owner, self._settings.lease_seconds)
        if not saved and page.preview and self._gone(scan):
            self._custody.drop([page.preview])
        self.on_page(scan)

    def _read_or_fail(self, opened: _Opened, page: Page) -> tuple[Page, bytes]:
        scan = opened.scan.id
        try:
            return self._read(opened.source, page, watchful=opened.watchful)
        except PageFailed as failure:
            _log.warning("page failed: scan=%s page=%d code=%s", scan, page.number, failure.code)
            return _failed(page, failure), b""
        except (Suspected, Unreachable):
            raise
        except Exception as error:  # noqa: BLE001  # a fault of ours is this page's problem, not the batch's
            _log.exception("page failed: scan=%s page=%d", scan, page.number)
            return _failed(page, PageFailed(type(error).__name__)), b""

    def _read(self, source: Original | PageFailed, page: Page, *, watchful: bool) -> tuple[Page, bytes]:
        if isinstance(source, PageFailed):
            raise source
        limits = self._settings.limits
        return self.child.call(
            partial(read_page, watchful=watchful),
            self._settings,
            source,
            page,
            seconds=limits.page_seconds,
            memory_mb=limits.page_memory_mb,
        )

    def _gone(self, scan: str) -> bool:
        """True when the scan has left the records: it is in quarantine."""
        try:
            self._records.scan(scan)
        except NotFound:
            return True
        return False

    # ---- stages

    def _claim_and_run_stages(self, scan: str) -> bool:
        claimed = leases.claim_stages(self._records, scan, self._owner, self._settings.lease_seconds)
        if claimed is not None:
            self._run_stages(claimed)
        return claimed is not None

    def _run_stages(self, scan: Scan) -> None:
        if scan.pages and all(page.failed for page in scan.pages):
            problem = Problem(
                code="unreadable",
                level=Level.BLOCKING,
                message="Không đọc được trang nào của tệp này / no page of this file could be read",
            )
            self._fail(scan, problem)
            return
        if leases.attempts_of(self._records, scan.id) > self._settings.limits.attempts:
            self._fail(scan, _stage_problem("nhiều lần làm hỏng tiến trình / brought its worker down again and again"))
            return
        try:
            with no_fault_of_files():
                scan = pipeline.through_stages(self._stages(), scan, self._save_stage)
        except DigitizerError as error:
            if error.retry or isinstance(error, LeaseLost):
                raise
            self._fail(scan, _stage_problem(str(error)))
        except Exception as error:  # noqa: BLE001  # a fault of ours must not stop the batch
            _log.exception("stage failed: scan=%s", scan.id)
            self._fail(scan, _stage_problem(type(error).__name__))
        else:
            dossiers.finish(self._records, scan, self._owner, partial(duplicates.recognise, likeness=self._likeness))

    def _fail(self, scan: Scan, problem: Problem) -> None:
        failed = replace(scan, state=ScanState.FAILED, problems=(*scan.problems, problem))
        self._save(failed, "failed", {"code": problem.code})
        leases.release(self._records, self._owner)

    def _save_stage(self, scan: Scan) -> None:
        self._save(scan, scan.passed[-1])

    def _save(self, scan: Scan, what: str, about: dict[str, str] | None = None) -> None:
        moving()
        leases.save_stage(self._records, scan, self._owner, self._settings.lease_seconds, what, about)

    def _stages(self) -> dict[str, Stage]:
        load = lru_cache(maxsize=_CACHED_PAGES)(self._records.page)
        shelf = Shelf(self._settings, self._records, self._blobs, self.child, self._tables, load, self._custody.drop)
        stages: dict[str, Stage] = {
            "split": Split(load, self._tables),
            "kind": Kinds(load, self._tables, current_model(self._records)),
            "fields": pipeline.both(Fields(load, self._tables), Places(load, gazetteer(config_folder() / UNITS))),
            "procedure": Procedures(load, self._matching()),
            "searchable": shelf.write,
            "shelve": shelf.shelve,
        }
        return {name: _told(name, pipeline.for_those(stage)) for name, stage in stages.items()}

    # ---- dossiers

    def gather(self) -> None:
        """Gather every dossier that changed and nobody else gathers; release what is READY where a rule says so."""
        seconds = self._settings.lease_seconds
        attempts = self._settings.limits.attempts
        with self._letting_go():
            while (dossier := dossiers.claim_dirty(self._records, self._owner, seconds, attempts)) is not None:
                for scan in dossiers.gather(self._records, dossier, partial(_decide, self._matching())):
                    self._claim_and_run_stages(scan)
        if self._settings.release_ready:
            for document in self._records.releasable():
                desk.release(self._records, self._blobs, [document], "release_ready")


def _decide(tables: Tables, dossier: Dossier, papers: list[Document]) -> tuple[Dossier, list[Document]]:
    whole, _ = joined(papers, tables)
    after, documents = assemble(dossier, whole, tables)
    return after, list(documents)


def _told(name: str, stage: Stage) -> Stage:
    """The stage, timed, and named in what it logs."""

    def run(scan: Scan) -> Scan:
        with about(stage=name), timed(name):
            return stage(scan)

    return run


def _stage_problem(why: str) -> Problem:
    message = f"Không xử lý tiếp được tệp này / this file could not be worked on: {why}"
    return Problem(code="stage-failed", level=Level.BLOCKING, message=message)


def _file_name(scan: Scan, number: int) -> str | None:
    """The name of the page's own file in a run of images; None when all pages lie in one."""
    return scan.files[number - 1].name if scan.files else None


def _failed(page: Page, failure: PageFailed) -> Page:
    problem = Problem(code=failure.code, level=Level.BLOCKING, page=page.number, message=f"{failure.vi} / {failure}")
    return replace(page, failed=True, step=pipeline.STEPS[-1], lines=(), problems=(*page.problems, problem))
