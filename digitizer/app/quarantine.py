"""Secret papers don't travel: what bears a secrecy mark leaves records and stores, into a folder of this machine.

The order keeps everything through a crash: rows written down in the folder → out of the database in one transaction →
bytes copied into the folder → deleted from the blob store → database files scrubbed → delivered files deleted.  `tend`
completes what was interrupted.
"""

import grp
import json
import logging
import os
import pwd
import shutil
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from digitizer.contracts import Blobs, Source
from digitizer.errors import Conflict, Forbidden, NotFound
from digitizer.ids import new_id
from digitizer.model import Scan
from digitizer.settings import Settings
from digitizer.store import custody
from digitizer.store.custody import CLEARED, CONFIRMED, Papers, Quarantine
from digitizer.store.durable import sync
from digitizer.store.records import Records
from digitizer.store.sweep import sweep

_log = logging.getLogger(__name__)
_PAPERS = "papers.json"
_EVER = ""


class Custody:
    """The quarantine of this machine."""

    def __init__(self, settings: Settings, records: Records, blobs: Blobs) -> None:
        """The folder is made when it is first needed, for its owner alone."""
        self._settings = settings
        self._records = records
        self._blobs = blobs
        self._forgotten: set[str] = set()

    @property
    def folder(self) -> Path:
        """Where quarantined bytes lie."""
        return Path(self._settings.quarantine.folder or self._settings.home / "quarantine").expanduser()

    # ---- what the machine does

    def cleared(self, scan: Scan) -> bool:
        """True when a person has cleared these bytes: they are not suspected again."""
        return custody.word_on(self._records, [scan.sha256]) == CLEARED

    def hold(self, scans: Iterable[Scan]) -> bool:
        """Quarantine these scans when bytes of theirs already are; False when none is."""
        for scan in scans:
            if custody.word_on(self._records, [scan.sha256]) not in (None, CLEARED):
                self.suspect(scan.id)
                return True
        return False

    def suspect(self, scan: str) -> None:
        """Everything stops for the arrival of this scan and for all others of its bytes; raises Unreachable."""
        made = custody.seize(self._records, scan, self._write_down)
        if made is not None:
            _log.warning("quarantined: %s, %d arrivals", made.id, len(made.arrivals))
            self._move(made)

    def drop(self, bytes_: Iterable[str]) -> None:
        """Delete what a worker stored for a scan that was quarantined meanwhile, unless something needs it."""
        sweep(self._records, self._blobs, [sha256 for sha256 in bytes_ if sha256], _EVER)

    def tend(self, sources: Iterable[Source]) -> None:
        """Complete what was interrupted, forget copies on this machine, delete delivered files watched here."""
        sources = list(sources)
        for one in custody.every(self._records):
            if one.state == CLEARED:
                continue
            if not one.moved and one.host == socket.gethostname():
                self._move(one)
            if one.id not in self._forgotten:
                for sha256 in one.blobs:
                    self._blobs.forget(sha256)
                self._forgotten.add(one.id)
            left = [given for given in one.sources if not _deleted(given, sources)]
            if len(left) < len(one.sources):
                custody.settle(self._records, one.id, sources=left)
                custody.scrub(self._records)  # of the files' names

    def _move(self, one: Quarantine) -> None:
        for sha256 in one.blobs:
            with suppress(NotFound), self._blobs.local(sha256) as path:  # gone: moved before an interruption
                self._store(one, sha256, path)
        try:
            sweep(self._records, self._blobs, one.blobs, _EVER)
        except Conflict as error:  # the store holds a released original against everybody
            _log.error("quarantine %s: lift the lock in the blob store by hand: %s", one.id, error)
            return
        if custody.scrub(self._records):
            custody.settle(self._records, one.id, moved=True)

    def _store(self, one: Quarantine, sha256: str, path: Path) -> None:
        target = self._place(one.id) / sha256
        if not target.exists():
            part = _beside(target)
            shutil.copyfile(path, part)
            _durable(part, target)

    def _write_down(self, quarantine: str, papers: Papers) -> None:
        target = self._place(quarantine) / _PAPERS
        part = _beside(target)
        part.write_text(json.dumps(papers, ensure_ascii=False), encoding="utf-8")
        _durable(part, target)

    def _place(self, quarantine: str) -> Path:
        place = self.folder / quarantine
        for folder in (self.folder, place):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        return place

    # ---- what the role `security` does

    def every(self) -> list[Quarantine]:
        """All of them, the oldest first; raises Forbidden."""
        self._allow()
        return custody.every(self._records)

    def where(self, one: Quarantine) -> Path | None:
        """Its folder, when it lies on this machine."""
        place = self.folder / one.id
        return place if one.host == socket.gethostname() and place.is_dir() else None

    def confirm(self, quarantine: str) -> Quarantine:
        """It is secret: it stays, and its bytes are held whenever they come.  Raises Forbidden, NotFound, Conflict."""
        return custody.decide(self._records, quarantine, CONFIRMED, self._allow())

    def clear(self, quarantine: str) -> tuple[Quarantine, list[str]]:
        """It is not secret: back into records and stores; gives its scans.  Raises Forbidden, NotFound, Conflict."""
        actor = self._allow()
        one = custody.find(self._records, quarantine)
        place = self.where(one)
        if place is None:
            raise Conflict(f"{quarantine} lies on {one.host}: clear it there")
        if not one.moved:
            self._move(one)
        papers = json.loads((place / _PAPERS).read_text(encoding="utf-8"))
        for sha256 in one.blobs:
            if (place / sha256).is_file():
                self._blobs.put(place / sha256, sha256)
        one = custody.decide(self._records, quarantine, CLEARED, actor, papers)
        shutil.rmtree(place)
        return one, [row["id"] for row in papers["scans"]]

    def _allow(self) -> str:
        """The user's name; raises Forbidden for all but the role `security`."""
        rules, name = self._settings.quarantine, _user(os.getuid())  # not of the environment, which anybody may set
        if os.getuid() == 0 or name in rules.users:
            return name
        mine = {_group(number) for number in (os.getgid(), *os.getgroups())}
        if mine.isdisjoint(rules.groups):
            raise Forbidden
        return name


def _deleted(given: dict[str, object], sources: Iterable[Source]) -> bool:
    """True when one of the sources knows this delivery and has deleted what it still held of it."""
    file, bytes_ = str(given["file"]), given["bytes"]
    assert isinstance(bytes_, list)
    return any(source.forget(str(given["source"]), file, frozenset(bytes_)) for source in sources)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _beside(target: Path) -> Path:
    """A name of its own: another thread may be completing the same."""
    return target.with_name(new_id(".part-"))


def _durable(part: Path, target: Path) -> None:
    part.chmod(0o600)
    sync(part)
    part.rename(target)
    sync(target.parent)
