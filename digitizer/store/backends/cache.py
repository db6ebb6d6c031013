"""A bounded folder of copies of blobs that lie elsewhere; several processes may share it."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digitizer.errors import Corrupt

_LEFT_BEHIND = 86_400.0
"""Seconds after which a folder in `used/` belongs to nobody: no page takes a day."""


class Cache:
    """Copies under their SHA-256, the least lately used thrown away when they are more than `bound` bytes together.

    A file in use is given as a hard link of its own, so that no other process can take it away from its reader.
    """

    def __init__(self, folder: Path, bound: int) -> None:
        """Make the folder and throw away what users that were killed left in it long ago."""
        self._folder = folder
        self._used = folder / "used"
        self._bound = bound
        self._used.mkdir(parents=True, exist_ok=True)
        for left in self._used.iterdir():
            if left.stat().st_mtime < time.time() - _LEFT_BEHIND:
                shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def file(self, sha256: str, fetch: Callable[[], Iterator[bytes]]) -> Iterator[Path]:
        """A file with these bytes while the context is open, fetched when there is no good copy; raises Corrupt."""
        with tempfile.TemporaryDirectory(dir=self._used) as mine:
            link = Path(mine) / sha256
            if not self._take(link):
                _write(link, fetch())
                self._keep(link)
            yield link

    def forget(self, sha256: str) -> None:
        """Throw this copy away; no error when there is none."""
        (self._folder / sha256).unlink(missing_ok=True)

    def _take(self, link: Path) -> bool:
        """Link to the copy and call it lately used; False when there is none, or the disk has spoilt it."""
        try:
            link.hardlink_to(self._folder / link.name)
        except FileNotFoundError:
            return False
        with link.open("rb") as file:
            good = hashlib.file_digest(file, "sha256").hexdigest() == link.name
        if good:
            os.utime(link)
        else:
            link.unlink()
            self.forget(link.name)
        return good

    def _keep(self, link: Path) -> None:
        """Keep the file for the next time and throw the oldest away to make room for it."""
        size = link.stat().st_size
        if size > self._bound:
            return
        total = size + sum(kept[1] for kept in self._copies())
        for _, freed, path in self._copies():
            if total <= self._bound:
                break
            path.unlink(missing_ok=True)
            total -= freed
        try:
            (self._folder / link.name).hardlink_to(link)
        except FileExistsError:
            return  # another process was quicker

    def _copies(self) -> list[tuple[float, int, Path]]:
        """Last use, bytes and path of every copy, the least lately used first."""
        found = []
        for path in self._folder.iterdir():
            try:
                stat = path.stat()
            except FileNotFoundError:  # another process made room
                continue
            if path != self._used:
                found.append((stat.st_mtime, stat.st_size, path))
        return sorted(found)


def _write(path: Path, chunks: Iterator[bytes]) -> None:
    """Write the bytes; raises Corrupt when they are not what the file's name says."""
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != path.name:
        raise Corrupt(f"what was fetched is not {path.name}")
