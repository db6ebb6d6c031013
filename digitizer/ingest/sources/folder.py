"""A watched folder: what a scanner writes into it is offered when it is whole, and put away after the commit.

What settles a file: size and mtime stay the same for `settle_seconds` between two looks, and it ends as its type says
(`whole`).  JPEGs without an end mark wait three times as long, other files that seem cut off `patience_seconds`: then
they are offered as they are, to be taken with a notice or refused with a reason.
"""

import glob
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import watchfiles

from digitizer.contracts import Offer, Source
from digitizer.errors import BadSettings, NotFound, Unreachable
from digitizer.ingest.examine import checksum
from digitizer.ingest.sniff import JPEG, sniff_file
from digitizer.ingest.sources.moving import Mover, mark
from digitizer.ingest.walk import entries, group, is_picture, labels_of, real, shown
from digitizer.ingest.whole import whole
from digitizer.model import Reason

_JPEG_PATIENCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`path`: the folder, absolute.  `processed`, `refused`: where files go; empty = `<path>-processed`, `-refused`.

    `ignore`: file names passed over (shell patterns).  `events`: listen to the system's news of changes beside looking
    every now and then; a share (NFS, SMB) sends none of what others write, and may be switched off.
    """

    path: str
    settle_seconds: float = 5.0
    patience_seconds: float = 600.0
    processed: str = ""
    refused: str = ""
    ignore: tuple[str, ...] = ()
    events: bool = True


def open(options: Options) -> Source:  # noqa: A001  # the name that every plug has
    """The watched folder; raises BadSettings when the other folders lie inside it or around it."""
    path = Path(options.path).expanduser()
    if not path.is_absolute():
        raise BadSettings(f"[sources.folder] path {options.path!r} must be absolute")
    path = path.resolve()
    asides = []
    for name, given in (("processed", options.processed), ("refused", options.refused)):
        aside = Path(given).expanduser().resolve() if given else path.with_name(f"{path.name}-{name}")
        if aside.is_relative_to(path) or path.is_relative_to(aside):
            raise BadSettings(f"[sources.folder] {name} = {aside}: may not lie inside or around the watched {path}")
        asides.append(aside)
    return Folder(path, options, Mover(path, asides[0]), Mover(path, asides[1]))


@dataclass(slots=True)
class _Seen:
    """A file as first seen with this size and mtime."""

    mark: str
    since: float


class Folder:
    """See the module; `open` makes it.  For one process and one thread: it remembers what it saw."""

    def __init__(self, path: Path, options: Options, processed: Mover, refused: Mover) -> None:
        self._path = path
        self._options = options
        self._processed = processed
        self._refused = refused
        self._seen: dict[str, _Seen] = {}
        self._emptied: dict[Path, float] = {}
        self._name = f"folder:{shown(str(path))}"

    def offers(self) -> Iterator[Offer]:
        """What is whole now, folder by folder; raises Unreachable when the folder is not there."""
        if not self._path.is_dir():
            raise Unreachable(f"{self._path}: the watched folder is not there")
        self._processed.finish()
        self._refused.finish()
        self._tidy()
        present: set[str] = set()
        yield from self._offers_in("", present)
        for gone in self._seen.keys() - present:
            del self._seen[gone]

    def fetch(self, offer: Offer, folder: Path) -> tuple[Path, ...]:  # noqa: ARG002  # they are here already
        """The files where they lie; raises NotFound when they are gone, or are other files by now."""
        paths = _paths(offer)
        if self._key(paths) != offer.key:
            raise NotFound(f"{offer.file}: gone or changed since it was offered")
        return paths

    def done(self, offer: Offer) -> None:
        """Move the files to `processed`, unless they changed meanwhile: then they are a new delivery."""
        self._put_away(self._processed, offer, None)

    def refuse(self, offer: Offer, reason: Reason) -> None:
        """Move the files to `refused`, beside `<name>.txt`."""
        self._put_away(self._refused, offer, reason)

    def soon(self) -> float | None:
        """When the first of the files that are not settled yet may be; None when none is."""
        left = (self._options.settle_seconds - (time.monotonic() - seen.since) for seen in self._seen.values())
        return min((seconds for seconds in left if seconds > 0), default=None)

    def news(self, ended: Event) -> Iterator[None]:
        """Whenever the system tells of a change below the folder, which it does on local disks only."""
        if not self._options.events or not self._path.is_dir():
            return
        for _ in watchfiles.watch(self._path, stop_event=ended, watch_filter=None, debounce=500, rust_timeout=1000):
            yield

    def forget(self, source: str, file: str, bytes_: frozenset[str]) -> bool:
        """Delete what is left of a delivery, here, in `processed` or in `refused`; raises Unreachable."""
        if source != self._name:
            return False
        given = Path(real(file)).relative_to(self._path)
        for root in (self._path, self._processed.aside, self._refused.aside):
            for path in _kin(root / given):
                with suppress(FileNotFoundError):
                    if path.is_file() and not path.is_symlink() and checksum(path)[0] in bytes_:
                        path.unlink()
        return True

    def _put_away(self, mover: Mover, offer: Offer, reason: Reason | None) -> None:
        paths = _paths(offer)
        if self._key(paths) != offer.key:
            return
        mover.move(paths, reason)
        self._emptied[paths[0].parent] = time.monotonic()

    def _offers_in(self, relative: str, present: set[str]) -> Iterator[Offer]:
        folder = self._path / relative
        try:
            files, folders = entries(str(folder), self._options.ignore, Counter())
        except OSError:
            return  # removed, or being made: the next look tells
        for names in group(files, lambda name: is_picture(folder / name)):
            paths = tuple(folder / name for name in names)
            present.update(str(path) for path in paths)
            ready = [self._ready(path) for path in paths]  # all of them: every file's clock must start
            key = self._key(paths)
            if key and all(ready):
                yield self._offer(relative, paths, key)
        for name in folders:
            yield from self._offers_in(os.path.join(relative, name), present)  # noqa: PTH118  # "" stays ""

    def _offer(self, relative: str, paths: tuple[Path, ...], key: str) -> Offer:
        run = len(paths) > 1
        return Offer(
            source=self._name,
            file=shown(str(paths[0].parent if run else paths[0])),
            key=key,
            labels=labels_of(relative),
            parts=tuple(shown(path.name) for path in paths) if run else (),
        )

    def _ready(self, path: Path) -> bool:
        now_is, now = mark(path), time.monotonic()
        seen = self._seen.get(str(path))
        if seen is None or seen.mark != now_is:
            seen = self._seen[str(path)] = _Seen(now_is, now)
        quiet = now - seen.since
        if not now_is or quiet < self._options.settle_seconds:
            return False
        try:
            if whole(path) is not False:
                return True
            jpeg = sniff_file(path) == JPEG
        except OSError:
            jpeg = False  # can't be opened yet; when it never can, it is refused as unreadable
        patience = _JPEG_PATIENCE * self._options.settle_seconds if jpeg else self._options.patience_seconds
        return quiet >= patience

    def _key(self, paths: tuple[Path, ...]) -> str:
        """Path, and what tells a new file of the same name from this one; empty when a file is gone."""
        marks = [mark(path) for path in paths]
        return shown(f"{paths[0]}#{'+'.join(marks)}") if all(marks) else ""

    def _tidy(self) -> None:
        """Remove folders that we emptied, when nobody has put anything into them since."""
        for folder, since in list(self._emptied.items()):
            if time.monotonic() - since < self._options.settle_seconds:
                continue
            del self._emptied[folder]
            try:
                if folder != self._path and folder.is_relative_to(self._path):
                    folder.rmdir()
                    self._emptied[folder.parent] = since
            except OSError:
                continue  # not empty, or gone


def _kin(path: Path) -> Iterator[Path]:
    """The file, its namesakes (`name-2.pdf`) where it was put away, or the files of a run's folder."""
    yield from path.iterdir() if path.is_dir() else path.parent.glob(f"{glob.escape(path.stem)}*{path.suffix}")


def _paths(offer: Offer) -> tuple[Path, ...]:
    path = Path(real(offer.file))
    return tuple(path / real(part) for part in offer.parts) or (path,)
