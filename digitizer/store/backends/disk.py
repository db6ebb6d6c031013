"""Blobs in a folder of this machine: `ab/cd/abcd…`, each written once and read back before it counts as stored."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from digitizer.contracts import Blobs
from digitizer.errors import BadSettings, Corrupt, NotFound, Unreachable
from digitizer.store.durable import sync

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
_INCOMING = "incoming"
_LEFT_BEHIND = 86_400.0
"""Seconds after which a file in `incoming/` belongs to nobody: no upload takes a day."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """`path`: the folder, made when missing."""

    path: str = ""


def open(options: Options) -> Blobs:  # noqa: A001 - the name of every plug
    """The store in that folder; raises BadSettings without a path, Unreachable when the folder can't be made."""
    if not options.path:
        raise BadSettings("[blobs.options] path is missing")
    return Disk(Path(options.path))


class Disk:
    """Blobs in a folder; any number of processes may use it at once."""

    def __init__(self, root: Path) -> None:
        """Make the folder and throw away what writers that were killed left in `incoming/` long ago."""
        self._root = root
        self._incoming = root / _INCOMING
        with _reachable(root):
            self._incoming.mkdir(parents=True, exist_ok=True)
            for left in self._incoming.iterdir():
                if left.stat().st_mtime < time.time() - _LEFT_BEHIND:
                    left.unlink(missing_ok=True)

    def put(self, path: Path, sha256: str) -> None:
        """Store the file's bytes, durable and verified when this returns.

        Raises NotFound when the file is missing, Corrupt when it isn't what `sha256` says, Unreachable when the folder
        can't take it.
        """
        try:
            source = path.open("rb")
        except FileNotFoundError as error:
            raise NotFound(f"no such file: {path.name}") from error
        with source:
            self._store(source, sha256)

    def put_bytes(self, data: bytes) -> str:
        """Store bytes; gives their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._store(BytesIO(data), sha256)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound, Corrupt, Unreachable."""
        path = self._existing(sha256)
        with _reachable(self._root):
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Corrupt(f"blob {sha256} has changed on disk")
        return data

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """The stored file itself, to read only; raises NotFound."""
        yield self._existing(sha256)

    def has(self, sha256: str) -> bool:
        """True when the bytes are stored."""
        return self._path(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Remove the bytes; no error when absent."""
        path = self._path(sha256)
        with _reachable(self._root):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync(path.parent)

    def hold(self, sha256: str) -> None:
        """Nothing: a folder's only lock is that its files are not to be written."""

    def forget(self, sha256: str) -> None:
        """Nothing: the store itself lies here."""

    def list(self, *, before: float | None = None) -> Iterator[str]:
        """Every SHA-256 stored, in order; with `before` (seconds since 1970) only what was stored before that time."""
        with _reachable(self._root):
            for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
                for path in sorted(folder.iterdir()):
                    if _SHA256.fullmatch(path.name) and (before is None or path.stat().st_mtime < before):
                        yield path.name

    def verify(self, sha256: str) -> int:
        """Read the bytes back from the disk; gives their number; raises NotFound, Corrupt, Unreachable."""
        path = self._existing(sha256)
        with _reachable(self._root):
            if digest_of(path) != sha256:
                raise Corrupt(f"blob {sha256} has changed on disk")
            return path.stat().st_size

    def _path(self, sha256: str) -> Path:
        """Where these bytes lie; NotFound for anything but 64 hex digits, so that no name from outside is a path."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound("not a SHA-256")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _existing(self, sha256: str) -> Path:
        path = self._path(sha256)
        if not path.is_file():
            raise NotFound(f"no blob {sha256}")
        return path

    def _store(self, source: BinaryIO, sha256: str) -> None:
        """Write beside, sync, read back, compare, and only then give it its name: no reader ever sees half a blob."""
        path = self._path(sha256)
        with _reachable(self._root):
            if path.is_file() and digest_of(path) == sha256:
                os.utime(path)  # wanted again, so no orphan of long ago
                sync(path.parent)  # its writer may have been killed between the name and the sync
                return
            handle, name = tempfile.mkstemp(dir=self._incoming)
            written = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    _copy(source, file)
                if digest_of(written) != sha256:
                    raise Corrupt(f"what was written is not {sha256}")
                written.chmod(0o440)
                self._make_folders(path.parent)
                written.replace(path)
                sync(path.parent)
            finally:
                written.unlink(missing_ok=True)

    def _make_folders(self, folder: Path) -> None:
        """The two fan-out folders, themselves durable before anything lies in them."""
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        sync(folder.parent)
        sync(self._root)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: BinaryIO, file: BinaryIO) -> None:
    """Write all of it through to the disk, and make the read-back that follows come from there too."""
    while chunk := source.read(_CHUNK):
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    with suppress(AttributeError, OSError):  # not on every system; then the read-back comes from memory
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def _reachable(root: Path) -> Iterator[None]:
    """Turns what the disk says (full, gone, forbidden) into Unreachable: trying again later may help."""
    try:
        yield
    except OSError as error:
        raise Unreachable(f"blob store {root}: {error.strerror}") from error
