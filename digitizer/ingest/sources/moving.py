"""Moves files out of a watched folder, all of an offer or none, whatever kills the process on the way.

A note of what moves where is written first and removed last; `finish` completes what a note still says.  So a run of
page images never stays behind in part, to be taken for another delivery.
"""

import json
import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from digitizer.ids import new_id
from digitizer.ingest.walk import real, shown
from digitizer.model import Reason

_NOTES = ".moving"


class Mover:
    """From below `root` to the same place below `aside`; nothing there is ever overwritten."""

    def __init__(self, root: Path, aside: Path) -> None:
        self._root = root
        self._aside = aside

    @property
    def aside(self) -> Path:
        """Where files are moved to."""
        return self._aside

    def move(self, paths: Sequence[Path], reason: Reason | None = None) -> None:
        """Move them, with `<first name>.txt` that gives the reason beside them."""
        planned: set[Path] = set()
        pairs = []
        for path in paths:
            target = _free(self._aside / path.relative_to(self._root), planned)
            planned.add(target)
            pairs.append((path, target))
        pairs[0][1].parent.mkdir(parents=True, exist_ok=True)
        if reason is not None:
            first = pairs[0][1]
            _write(first.with_name(f"{first.name}.txt"), letter(reason))
        if len(pairs) == 1 and not _other_file_system(*pairs[0]):
            pairs[0][0].rename(pairs[0][1])
            return
        notes = self._aside / _NOTES
        notes.mkdir(exist_ok=True)
        note = notes / f"{new_id('m')}.json"
        _write(note, json.dumps([[shown(str(old)), shown(str(new)), mark(old)] for old, new in pairs]))
        for old, new in pairs:
            _move(old, new)
        note.unlink()

    def finish(self) -> None:
        """Complete the moves that a killed process left half done."""
        for half in (self._aside / _NOTES).glob(".*.part"):
            half.unlink()
        for note in sorted((self._aside / _NOTES).glob("*.json")):
            for old, new, known in json.loads(note.read_text(encoding="utf-8")):
                if mark(Path(real(old))) == known:  # else it was moved, and what is there now is another file
                    _move(Path(real(old)), Path(real(new)))
            note.unlink()


def mark(path: Path) -> str:
    """Inode, mtime and size of a plain file, which tell it from another of the same name; empty for anything else."""
    try:
        found = path.lstat()
    except OSError:
        return ""
    return f"{found.st_ino}-{found.st_mtime_ns}-{found.st_size}" if stat.S_ISREG(found.st_mode) else ""


def _move(old: Path, new: Path) -> None:
    """Rename; across file systems copy, make durable, rename, then remove."""
    if not _other_file_system(old, new):
        old.rename(new)
        return
    copy = new.with_name(f".{mark(old)}.part")  # the same name when it is done again
    shutil.copy2(old, copy, follow_symlinks=False)
    _sync(copy)
    copy.rename(new)
    _sync(new.parent)
    old.unlink()


def _other_file_system(old: Path, new: Path) -> bool:
    return old.lstat().st_dev != new.parent.stat().st_dev


def _free(target: Path, planned: set[Path]) -> Path:
    """The target, or `name-2.pdf`, `name-3.pdf` … when it, or its reason, is there already."""
    number, free = 1, target
    while free in planned or os.path.lexists(free) or os.path.lexists(f"{free}.txt"):
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return free


def letter(reason: Reason) -> str:
    """What is written beside a refused file: Vietnamese, English, the code."""
    return f"{reason.vi}\n\n{reason.en}\n\n({reason.code})\n"


def _write(path: Path, text: str) -> None:
    """Durable when this returns."""
    fresh = path.with_name(f".{new_id('n')}.part")
    fresh.write_text(text, encoding="utf-8")
    _sync(fresh)
    fresh.rename(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
