"""From an offer to an arrival, losing nothing: original into the blob store, rows in one transaction, file put away.

A crash between any two steps loses nothing and doubles nothing: until the source file is put away the same offer is
known again, and what was stored already is stored once.
"""

import hashlib
import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TypeVar

from digitizer.app.quarantine import Custody
from digitizer.bounded import Child
from digitizer.contracts import Blobs, Offer, Source
from digitizer.errors import DigitizerError, PageFailed, PageTimeout, Refused, no_fault_of_files
from digitizer.ids import new_id
from digitizer.ingest.archive import Member, unpack
from digitizer.ingest.examine import Found, checksum, examine
from digitizer.ingest.refusals import refused
from digitizer.ingest.sniff import ZIP
from digitizer.ingest.walk import SOURCE, locate, walk
from digitizer.model import Arrival, ArrivalState, Level, Problem, Reason, RunFile, Scan, ScanState
from digitizer.settings import Limits, Settings
from digitizer.store.events import timestamp
from digitizer.store.records import Records

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
_RUN = "multipart/x-image-run"


class Intake:
    """Takes offers in."""

    def __init__(
        self,
        settings: Settings,
        records: Records,
        blobs: Blobs,
        child: Child,
        *,
        operator: str,
        lane: str,
        campaign: str = "",
        office: str = "",
    ) -> None:
        """`operator`: who brings the files; `lane`: `live` or `backfill`; `campaign`: where they belong, or none.

        `office`: whose files they are, empty = that of the settings.
        """
        self._settings = settings
        self._records = records
        self._blobs = blobs
        self._child = child
        self._operator = operator
        self._lane = lane
        self._campaign = campaign
        self._office = office or settings.office
        self._custody = Custody(settings, records, blobs)
        self._kept: list[tuple[Path, str]] = []

    def take(self, source: Source, offer: Offer, *, moves: bool, again: bool = False) -> Arrival:
        """The arrival that this offer is, TAKEN or REFUSED; raises Unreachable.

        `moves`: the source puts its files away (`watch`); without it the same path and bytes are known for ever, unless
        `again` asks for a new arrival.
        """
        with no_fault_of_files():
            return self._taken(source, offer, moves=moves, again=again)

    def _taken(self, source: Source, offer: Offer, *, moves: bool, again: bool) -> Arrival:
        self._settings.scratch.mkdir(parents=True, exist_ok=True)
        self._kept.clear()
        with tempfile.TemporaryDirectory(dir=self._settings.scratch) as folder:
            arrival = self._take(source, offer, Path(folder), moves=moves, again=again)
            for path, sha256 in self._kept:
                if not self._blobs.has(sha256):  # an orphan of long ago, swept just before the commit (store/sweep.py)
                    self._blobs.put(path, sha256)
        if arrival.state is ArrivalState.REFUSED and arrival.reason is not None:
            source.refuse(offer, arrival.reason)
        else:
            source.done(offer)
        if moves:
            self._records.put_away(arrival.id)
        return self._watched_over(arrival, source)

    def _scans_of(self, arrival: Arrival) -> Iterator[Scan]:
        return map(self._records.scan, self._records.scans_of(arrival.id))

    def _watched_over(self, arrival: Arrival, source: Source) -> Arrival:
        """The arrival, QUARANTINED when bytes of it are in quarantine already (design §4.7)."""
        if arrival.state is ArrivalState.TAKEN and self._custody.hold(self._scans_of(arrival)):
            arrival = self._records.arrival(arrival.id)
        if arrival.state is ArrivalState.QUARANTINED:
            self._custody.tend([source])
        return arrival

    def _take(self, source: Source, offer: Offer, folder: Path, *, moves: bool, again: bool) -> Arrival:
        paths = source.fetch(offer, folder)
        blank = Arrival(
            id=new_id("a"),
            source=offer.source,
            file=offer.file,
            sha256="",
            size=sum(path.stat().st_size for path in paths if path.is_file()),
            received=timestamp(),
            office=self._office,
            labels=offer.labels,
            operator=self._operator,
            lane=self._lane,
            campaign=self._campaign,
        )
        try:
            found = [self._examine(path) for path in paths]
        except Refused as refusal:
            source.fetch(offer, folder)  # raises NotFound when it changed meanwhile: what was refused is not the file
            blank = replace(blank, state=ArrivalState.REFUSED, reason=refusal.reason, sha256=_hash_files(paths))
            return self._known(blank, offer, moves=moves, again=again) or self._add(blank, offer.key, [])
        arrival = replace(blank, sha256=_run_hash(found) if offer.parts else found[0].sha256)
        known = self._known(arrival, offer, moves=moves, again=again)
        if known is not None:
            return known
        for path, one in zip(paths, found, strict=True):
            self._keep(path, one.sha256)
        if offer.parts:
            scan = self._run_scan(arrival, offer.parts, found)
        elif found[0].media == ZIP:
            return self._take_archive(arrival, offer, paths[0], folder)
        else:
            scan = self._file_scan(arrival, found[0])
        return self._add(arrival, offer.key, [(scan, _folder_key(offer) if offer.labels else None)])

    def _keep(self, path: Path, sha256: str) -> None:
        self._blobs.put(path, sha256)
        self._kept.append((path, sha256))

    def _known(self, arrival: Arrival, offer: Offer, *, moves: bool, again: bool) -> Arrival | None:
        if again:
            return None
        return self._records.seen(arrival.source, offer.key, arrival.sha256, moved_too=not moves)

    def _add(self, arrival: Arrival, key: str, scans: Sequence[tuple[Scan, str | None]]) -> Arrival:
        self._records.add(arrival, key, scans)
        return arrival

    def _take_archive(self, arrival: Arrival, offer: Offer, path: Path, folder: Path) -> Arrival:
        """A ZIP is a folder: its members are scans of one arrival, a bad member a FAILED one."""
        try:
            members = self._call(_unpack, path, folder / "members", self._settings.limits, self._settings.intake.ignore)
        except Refused as refusal:
            return self._add(replace(arrival, state=ArrivalState.REFUSED, reason=refusal.reason), offer.key, [])
        scans = [
            (
                replace(self._member_scan(arrival, member), labels=(*offer.labels, *member.labels)),
                f"{arrival.source}:{offer.key}!{'/'.join(member.labels)}",
            )
            for member in members
        ]
        return self._add(arrival, offer.key, scans)

    def _member_scan(self, arrival: Arrival, member: Member) -> Scan:
        try:
            found = [self._examine(path) for path in member.paths]
        except Refused as refusal:
            message = f"{refusal.reason.vi} / {refusal.reason.en}"
            problem = Problem(code=refusal.reason.code, level=Level.BLOCKING, message=message)
            failed = _scan(arrival, _hash_files(member.paths), "", 0)
            return replace(failed, member=member.name, state=ScanState.FAILED, problems=(problem,))
        for path, one in zip(member.paths, found, strict=True):
            self._keep(path, one.sha256)
        scan = self._run_scan(arrival, member.parts, found) if member.parts else self._file_scan(arrival, found[0])
        return replace(scan, member=member.name)

    def _file_scan(self, arrival: Arrival, found: Found) -> Scan:
        scan = _scan(arrival, found.sha256, found.media, found.pages)
        return replace(scan, problems=found.problems, signed=found.signed)

    def _run_scan(self, arrival: Arrival, names: Sequence[str], found: Sequence[Found]) -> Scan:
        files = tuple(RunFile(name=name, sha256=one.sha256) for name, one in zip(names, found, strict=True))
        problems = tuple(
            replace(problem, page=number) for number, one in enumerate(found, 1) for problem in one.problems
        )
        return replace(_scan(arrival, _run_hash(found), _RUN, len(files)), files=files, problems=problems)

    def _examine(self, path: Path) -> Found:
        return self._call(examine, path, self._settings.limits)

    def _call(self, function: Callable[..., _T], *args: object) -> _T:
        return in_bounds(self._child, self._settings.limits, function, *args)


def in_bounds(child: Child, limits: Limits, function: Callable[..., _T], *args: object) -> _T:
    """What the function gives in a bounded child; raises Refused when the file kills it."""
    try:
        return child.call(function, *args, seconds=limits.examine_seconds, memory_mb=limits.page_memory_mb)
    except PageTimeout as failure:
        raise refused("too-slow", seconds=limits.examine_seconds) from failure
    except PageFailed as failure:
        raise refused("too-hungry") from failure
    except DigitizerError:
        raise
    except Exception as error:  # a parser met what nobody thought of: the file is refused, the batch goes on
        _log.exception("examine failed")
        raise refused("damaged") from error


class Given:
    """The files and folders given to `digitizer run`, which are left where and as they are."""

    def __init__(self, paths: Sequence[Path], ignore: Sequence[str]) -> None:
        """`passed` counts what the walk passes over."""
        self._paths = paths
        self._ignore = ignore
        self.passed: Counter[str] = Counter()

    def offers(self) -> Iterator[Offer]:
        """What lies under the paths; raises NotFound."""
        return walk(self._paths, self._ignore, self.passed)

    def fetch(self, offer: Offer, folder: Path) -> tuple[Path, ...]:  # noqa: ARG002  # nothing is copied
        """The files themselves."""
        return locate(offer)

    def done(self, offer: Offer) -> None:
        """Nothing: `run` never moves what it is given."""

    def refuse(self, offer: Offer, reason: Reason) -> None:
        """Nothing: the reason is in the report."""

    def soon(self) -> float | None:
        """None: what is given is whole."""
        return None

    def news(self, ended: Event) -> Iterator[None]:  # noqa: ARG002  # nobody tells
        """Nothing."""
        return iter(())

    def forget(self, source: str, file: str, bytes_: frozenset[str]) -> bool:
        """Nothing: it is its owner's to delete, and the report says so."""
        del file, bytes_
        return source == SOURCE


def _unpack(path: Path, folder: Path, limits: Limits, ignore: Sequence[str]) -> list[Member]:
    folder.mkdir()
    return list(unpack(path, folder, limits, ignore))


def _scan(arrival: Arrival, sha256: str, media: str, count: int) -> Scan:
    return Scan(
        id=new_id("s"),
        arrival=arrival.id,
        file=arrival.file,
        sha256=sha256,
        media=media,
        count=count,
        labels=arrival.labels,
        office=arrival.office,
    )


def _folder_key(offer: Offer) -> str:
    return f"{offer.source}:{offer.key.rpartition('/')[0]}"


def _run_hash(found: Sequence[Found]) -> str:
    """The hash of the ordered list of the files' hashes (design: a run is one scan)."""
    return hashlib.sha256("\n".join(one.sha256 for one in found).encode()).hexdigest()


def _hash_files(paths: Sequence[Path]) -> str:
    """The hash of a file, or of a run's files, that is refused; empty when it can't be read."""
    try:
        hashes = [checksum(path)[0] for path in paths]
    except OSError:
        return ""
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()
