"""Copies of everything that can be told whole from broken, made while work goes on, and the way back.

A backup folder holds `blobs/`, shared by all its snapshots and only ever added to, and `snapshots/TIME/`: the records
as they were at one moment (SQLite, whatever database they come from), the seals, and `manifest.json`, written last.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from digitizer import __version__
from digitizer.app.core import App
from digitizer.app.move import Moved, Step, move
from digitizer.contracts import Blobs
from digitizer.errors import Conflict, Corrupt, NotFound
from digitizer.settings import Plugged
from digitizer.store import copying
from digitizer.store.backends.disk import Disk, digest_of
from digitizer.store.ledger import ORIGINAL, PREVIEW, RECORD, Ledger, references
from digitizer.store.records import Records

_KINDS = (ORIGINAL, RECORD, PREVIEW)


@dataclass(kw_only=True)
class Manifest:
    """What a snapshot holds: rows of each table, blobs needed, SHA-256 of the records; `missing` blobs the store lacks.

    `copied`: blobs that came with this backup, the others were there already.
    """

    made: str
    version: str
    rows: dict[str, int]
    records: str
    blobs: int = 0
    copied: int = 0
    missing: list[str] = field(default_factory=list)


def backup(app: App, folder: Path, step: Step) -> tuple[Path, Manifest]:
    """A new snapshot in the backup folder; gives its folder and manifest.

    Records first, at one moment, then the blobs that they speak of: these never change, and nothing that the records of
    that moment need is removed within the grace time.  Raises Conflict, Unreachable.
    """
    made = datetime.now().astimezone()
    final = folder / "snapshots" / f"{made:%Y-%m-%dT%H%M%S}-{made.microsecond // 1000:03d}"
    part = final.with_name(f"{final.name}.part")
    try:
        part.mkdir(parents=True)
    except FileExistsError as error:
        raise Conflict(f"{part}: another backup is being made there at this moment") from error
    manifest = Manifest(made=made.isoformat(timespec="seconds"), version=__version__, rows={}, records="")
    snapshot = Records(f"sqlite:///{part / 'records.sqlite'}")
    try:
        manifest.rows = _copy_records(app.records, snapshot, step)
        _copy_blobs(app, snapshot, Disk(folder / "blobs"), manifest, step)
    finally:
        snapshot.close()  # its write-ahead log goes into the file
    manifest.records = digest_of(part / "records.sqlite")
    if app.seals.is_dir():
        shutil.copytree(app.seals, part / "seals")
    _write(part / "manifest.json", json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
    part.rename(final)
    return final, manifest


def restore(app: App, folder: Path, step: Step, name: str = "") -> tuple[Manifest, Moved]:
    """Bring a snapshot (the newest, or the named one) back into the empty stores of these settings.

    Everything is compared with its checksum on the way; after an interruption the same call goes on.  Raises NotFound,
    Corrupt, Conflict when the stores hold something else.
    """
    chosen = _chosen(folder, name)
    manifest = Manifest(**json.loads((chosen / "manifest.json").read_text(encoding="utf-8")))
    if digest_of(chosen / "records.sqlite") != manifest.records:
        raise Corrupt(f"{chosen / 'records.sqlite'} is not what was backed up: take another snapshot")
    work = app.scratch() / f"restore-{manifest.records[:16]}"  # the same place when it is done again
    work.mkdir(exist_ok=True)
    copy = work / "records.sqlite"
    if not copy.is_file():
        shutil.copy(chosen / "records.sqlite", copy.with_suffix(".part"))
        copy.with_suffix(".part").rename(copy)
    with _Snapshot(app, work, folder / "blobs") as source:
        moved = move(source, app, step)
    if (chosen / "seals").is_dir() and not app.seals.exists():
        shutil.copytree(chosen / "seals", app.seals)
    shutil.rmtree(work)
    return manifest, moved


class _Snapshot(App):
    """A backup as stores to move from, with only the blobs that its records need; migrated when it is an older one."""

    def __init__(self, target: App, work: Path, pool: Path) -> None:
        disk = Plugged(use="disk", options={"path": str(pool)})
        changed = {"home": work, "records_url": f"sqlite:///{work / 'records.sqlite'}", "blobs": disk}
        super().__init__(target.settings.model_copy(update=changed))
        self._pool = Disk(pool)

    @cached_property
    def blobs(self) -> Blobs:
        """The blobs of this snapshot."""
        return _Needed(self._pool, self.records, self.scratch())


class _Needed:
    """A pool of blobs, of which only those are listed that some records need; what is damaged is Corrupt."""

    def __init__(self, pool: Disk, records: Records, scratch: Path) -> None:
        self._pool = pool
        self._records = records
        self._scratch = scratch

    def list(self, *, before: float | None = None) -> Iterator[str]:  # noqa: ARG002  # what is needed is needed
        """Every blob that is needed, in order, once."""
        with Ledger(self._scratch) as ledger, self._records.reading(long=True) as db:
            ledger.need(references(db))
            yield from (one.sha256 for one in ledger.all(*_KINDS))

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """The file, compared with its checksum before it is given."""
        self._pool.verify(sha256)
        return self._pool.local(sha256)

    def __getattr__(self, name: str) -> Any:
        """All else as the pool does it."""
        return getattr(self._pool, name)


def _copy_records(source: Records, target: Records, step: Step) -> dict[str, int]:
    with source.reading(long=True) as here:
        for table in copying.tables():
            step(f"bảng / table {table.name}", 0, None)
            copying.copy(table, here, target, lambda _: None)
        with target.reading(long=True) as there:
            return copying.check_equal(here, there)


def _copy_blobs(app: App, snapshot: Records, pool: Disk, manifest: Manifest, step: Step) -> None:
    with Ledger(app.scratch()) as ledger:
        with snapshot.reading(long=True) as db:
            ledger.need(references(db))
        manifest.blobs = ledger.count(*_KINDS)
        for done, one in enumerate(ledger.all(*_KINDS)):
            step("tệp / blobs", done, manifest.blobs)
            if pool.has(one.sha256):
                continue
            try:
                with app.blobs.local(one.sha256) as path:
                    pool.put(path, one.sha256)  # reads back what it has written
                manifest.copied += 1
            except (NotFound, Corrupt):
                manifest.missing.append(one.sha256)


def _chosen(folder: Path, name: str) -> Path:
    whole = sorted(path.parent for path in (folder / "snapshots").glob("*/manifest.json") if path.parent.suffix == "")
    chosen = [path for path in whole if not name or path.name == name]
    if not chosen:
        there = ", ".join(path.name for path in whole) or "none"
        raise NotFound(f"{folder} holds no snapshot {name}; there are: {there}")
    return chosen[-1]


def _write(path: Path, text: str) -> None:
    """Durable when this returns."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
