"""Walks folders, and sees which numbered page images are the pages of one scan."""

import fnmatch
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from digitizer.contracts import Offer
from digitizer.errors import NotFound
from digitizer.ingest.sniff import HEAD, IMAGES, TIFF, UNKNOWN, sniff
from digitizer.ingest.tiff import directories_of
from digitizer.text import nfc

SOURCE = "run"
"""The name of `digitizer run` as a source."""
_SUFFIXES = {
    ".jpg": ".jpg", ".jpeg": ".jpg", ".jpe": ".jpg", ".tif": ".tif", ".tiff": ".tif", ".png": ".png", ".webp": ".webp",
    ".bmp": ".bmp", ".heic": ".heic", ".heif": ".heic", ".jp2": ".jp2", ".pbm": ".pnm", ".pgm": ".pnm", ".ppm": ".pnm",
    ".pnm": ".pnm",
}  # fmt: skip
_DIGITS = re.compile(r"([0-9]{1,9})")
_ODD = 0xF700  # private-use characters that stand for the bytes of a name that is not UTF-8
_ODD_CHARS = re.compile("[\uf780-\uf7ff]")
_SURROGATES = re.compile("[\udc80-\udcff]")


def shown(name: str) -> str:
    """A file name that may be printed and stored: bytes that are no UTF-8 become private-use characters."""
    return _SURROGATES.sub(lambda match: chr(_ODD + ord(match.group()) - 0xDC00), name)


def real(name: str) -> str:
    """The name that the file system knows: `shown` undone."""
    return _ODD_CHARS.sub(lambda match: chr(0xDC00 + ord(match.group()) - _ODD), name)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts `trang 2` before `trang 10`, whatever the letter case; the name itself decides what is left."""
    parts = _DIGITS.split(nfc(name).casefold())
    numbered = tuple((0, int(part), part) if at % 2 else (1, 0, part) for at, part in enumerate(parts) if part)
    return (*numbered, (2, 0, name))


def ignored(name: str, patterns: Sequence[str]) -> bool:
    """True when a walk passes over this file or folder name (shell patterns, in any letter case)."""
    return any(fnmatch.fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)


def group(names: Iterable[str], single: Callable[[str], bool] = lambda _: True) -> list[tuple[str, ...]]:
    """The names of one folder in natural order; those that are pages of one scan stand together, in order.

    A run: page images whose names differ in one number only, each by one more than the last.  A gap or another stem,
    extension or padding starts another.  `single` says whether a file is one picture (not a multi-page TIFF); it is
    only asked for files that would be in a run.
    """
    series: dict[object, list[str]] = {}
    for name in names:
        series.setdefault(_series(name), []).append(name)
    groups: list[tuple[str, ...]] = []
    for same in series.values():
        for chain in _chains(sorted(same, key=natural)):
            groups += _unjoined(chain, single)
    return sorted(groups, key=lambda one: natural(one[0]))


def numbered(name: str) -> bool:
    """True for a page image with a number in its name: it may be, or become, a page of a run."""
    return _series(name) != name


def is_picture(path: Path) -> bool:
    """True when the file holds one picture, or nothing that says otherwise yet (it may be half-written)."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        media = sniff(head)
        if media == TIFF:
            return len(directories_of(path, 1).sizes) < 2
    except OSError:
        return True
    return media in IMAGES or (media == UNKNOWN and not head.strip(b"\0"))


def walk(
    paths: Sequence[str | os.PathLike[str]], ignore: Sequence[str], passed: Counter[str] | None = None
) -> Iterator[Offer]:
    """What lies under the paths given, in natural order, folder by folder; raises NotFound for what is not there.

    `passed` counts what was passed over: `ignored` names, and `special` (symlinks, devices, sockets, pipes).  A folder
    that can't be opened is offered as it is, so that it is refused and not forgotten.  A path given is followed and
    never ignored.
    """
    counts: Counter[str] = Counter() if passed is None else passed
    for path in paths:
        given = os.fspath(path)
        try:
            mode = os.stat(given).st_mode  # noqa: PTH116  # Path would change what was given
        except OSError as error:
            raise NotFound(f"{shown(given)}: {error.strerror}") from error
        if stat.S_ISDIR(mode):
            yield from _folder(given, (), ignore, counts)
        elif stat.S_ISREG(mode):
            yield Offer(source=SOURCE, file=shown(given), key=shown(os.path.abspath(given)))  # noqa: PTH100
        else:
            raise NotFound(f"{shown(given)}: neither a file nor a folder")


def locate(offer: Offer) -> tuple[Path, ...]:
    """Where the files of an offer of `walk` lie."""
    path = Path(real(offer.key))
    return tuple(path.parent / real(part) for part in offer.parts) or (path,)


def entries(folder: str, ignore: Sequence[str], counts: Counter[str]) -> tuple[list[str], list[str]]:
    """(names of files, names of folders) in natural order, without links, devices and ignored names; raises OSError."""
    files, folders = [], []
    with os.scandir(folder) as found:
        for entry in found:
            if ignored(entry.name, ignore):
                counts["ignored"] += 1
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.is_file(follow_symlinks=False):
                files.append(entry.name)
            else:
                counts["special"] += 1
    return sorted(files, key=natural), sorted(folders, key=natural)


def labels_of(relative: str) -> tuple[str, ...]:
    """The folders of a relative path of a folder, NFC."""
    return tuple(nfc(shown(part)) for part in PurePosixPath(relative).parts)


def _folder(folder: str, labels: tuple[str, ...], ignore: Sequence[str], counts: Counter[str]) -> Iterator[Offer]:
    try:
        files, folders = entries(folder, ignore, counts)
    except OSError:
        yield Offer(source=SOURCE, file=shown(folder), key=shown(os.path.abspath(folder)), labels=labels)  # noqa: PTH100
        return
    for names in group(files, lambda name: is_picture(Path(folder, name))):
        first = _joined(folder, names[0])
        run = len(names) > 1
        yield Offer(
            source=SOURCE,
            file=shown(folder if run else first),
            key=shown(os.path.abspath(first)),  # noqa: PTH100
            labels=labels,
            parts=tuple(shown(name) for name in names) if run else (),
        )
    for name in folders:
        yield from _folder(_joined(folder, name), (*labels, nfc(shown(name))), ignore, counts)


def _joined(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"


def _series(name: str) -> object:
    """What the pages of a run have in common: their names without numbers, and their format; the name if no image."""
    stem, dot, suffix = name.rpartition(".")
    kind = _SUFFIXES.get(f".{suffix.casefold()}") if dot else None
    words = tuple(_DIGITS.split(nfc(stem).casefold())[::2])
    return (words, kind) if kind and len(words) > 1 else name


def _chains(names: list[str]) -> Iterator[tuple[str, ...]]:
    """Names of one series, in order, cut wherever the next is not one page further in the same place."""
    chain: list[str] = []
    place: int | None = None
    for name in names:
        step = _step(chain[-1], name) if chain else None
        if chain and (step is None or place not in (None, step)):
            yield tuple(chain)
            chain, step = [], None
        place = step
        chain.append(name)
    if chain:
        yield tuple(chain)


def _step(before: str, after: str) -> int | None:
    """Which number of the name goes up by one, all others staying; None when it is not so."""
    old, new = (_DIGITS.split(name.rpartition(".")[0])[1::2] for name in (before, after))
    differing = [place for place, (one, two) in enumerate(zip(old, new, strict=True)) if one != two]
    if len(differing) != 1:
        return None
    one, two = old[differing[0]], new[differing[0]]
    padded = len(one) == len(two) or (len(two) == len(one) + 1 and two[0] != "0" and one[0] != "0")
    return differing[0] if int(two) == int(one) + 1 and padded else None


def _unjoined(chain: tuple[str, ...], single: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
    """The chain, cut around files that are no single picture."""
    if len(chain) < 2:
        yield chain
        return
    part: list[str] = []
    for name in chain:
        if single(name):
            part.append(name)
            continue
        if part:
            yield tuple(part)
            part = []
        yield (name,)
    if part:
        yield tuple(part)
