"""Unpacks a ZIP of a dossier within limits.  Names from inside never become paths: members get numbers."""

import errno
import lzma
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from digitizer.ingest.refusals import refused
from digitizer.ingest.sniff import HEAD, ZIP, sniff
from digitizer.ingest.walk import group, ignored, is_picture, labels_of, natural
from digitizer.settings import Limits
from digitizer.text import nfc

_CHUNK = 1 << 20
_MB = 1_000_000
_HARMLESS = 32 * _MB
"""Up to this, unpacked, no ratio is suspicious: a blank page compresses a thousandfold."""
_UTF8 = 0x800  # general purpose bit 11: the name is UTF-8 (APPNOTE 4.4.4)
_ENCRYPTED = 0x1
_JUNK = ("__MACOSX",)
_BAD = (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, ValueError, IndexError, KeyError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One scan of a ZIP.

    `name`: the path inside, `/` as separator; for a run of page images its folder (`.` for the top).  `paths`: the
    unpacked files, one, or one for each of `parts`, the names of a run's images.  `labels`: the folders inside.
    """

    name: str
    paths: tuple[Path, ...]
    parts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def unpack(path: Path, folder: Path, limits: Limits, ignore: Sequence[str]) -> Iterator[Member]:
    """The scans of the ZIP, unpacked into `folder` as they are asked for; a used one may be removed.

    Raises Refused (codes `zip-…`, `office-document`) for the whole ZIP, also late: commit nothing before the end.
    Checked at once: names, kinds of file, encryption, number, declared sizes.  While unpacking: real sizes, checksums,
    ZIPs inside.
    """
    with _faults():
        archive = zipfile.ZipFile(path)
    with archive:
        members = _members(archive, limits, ignore)
        yield from _folders(archive, members, folder, limits)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except _BAD as error:
        raise refused("zip-damaged", what=type(error).__name__) from error
    except NotImplementedError as error:
        raise refused("zip-method") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a full or failing disk is not the file's fault
            raise
        raise refused("zip-damaged", what="seek") from error  # its directory points before its beginning


def _members(archive: zipfile.ZipFile, limits: Limits, ignore: Sequence[str]) -> dict[str, zipfile.ZipInfo]:
    """name → member, of what is paper or may be; a name that comes twice keeps both."""
    infos = archive.infolist()
    if len(infos) > limits.archive_members:
        raise refused("zip-too-many", count=len(infos), limit=limits.archive_members)
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = _name(info)
        _check_kind(info, name)
        parts = PurePosixPath(name).parts
        if info.is_dir() or name.endswith("/") or any(part in _JUNK or ignored(part, ignore) for part in parts):
            continue
        name = str(PurePosixPath(name))
        while name in members:
            name = f"{name} (2)"
        members[name] = info
    if "[Content_Types].xml" in members:
        raise refused("office-document")
    if not members:
        raise refused("zip-empty")
    _check_size(sum(info.file_size for info in members.values()), _packed(members), limits)
    return members


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name, NFC: UTF-8 where flagged, else what Vietnamese Windows writes (cp1258), else cp437."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
            name = _decoded(raw)
        except UnicodeEncodeError:  # zipfile has read a Unicode extra field already
            pass
    return nfc(name.replace("\\", "/"))


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "cp1258"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _check_kind(info: zipfile.ZipInfo, name: str) -> None:
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    odd = kind not in (0, stat.S_IFREG, stat.S_IFDIR)
    away = name.startswith("/") or name[1:2] == ":" or ".." in PurePosixPath(name).parts
    control = any(unicodedata.category(char) == "Cc" for char in name)
    if odd or away or control:
        raise refused("zip-unsafe", name=ascii(name[:80]))
    if info.flag_bits & _ENCRYPTED:
        raise refused("zip-encrypted")


def _packed(members: dict[str, zipfile.ZipInfo]) -> int:
    return sum(info.compress_size for info in members.values())


def _check_size(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.archive_mb * _MB:
        raise refused("zip-too-large", limit_mb=limits.archive_mb)
    if unpacked > max(_HARMLESS, packed * limits.archive_ratio):
        raise refused("zip-ratio", limit=limits.archive_ratio)


def _folders(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], folder: Path, limits: Limits
) -> Iterator[Member]:
    """Folder by folder in natural order; one run or file at a time is unpacked."""
    numbers = {name: f"{at:05d}" for at, name in enumerate(members)}
    packed, left = _packed(members), [0]
    inside: dict[str, list[str]] = {}
    for name in members:
        inside.setdefault(str(PurePosixPath(name).parent), []).append(PurePosixPath(name).name)
    for parent in sorted(inside, key=natural):

        def local(name: str, parent: str = parent) -> Path:
            full = str(PurePosixPath(parent, name))
            target = folder / numbers[full]
            if not target.exists():
                left[0] += _write(archive, members[full], target, full)
                _check_size(left[0], packed, limits)
            return target

        for names in group(inside[parent], lambda name, local=local: is_picture(local(name))):  # type: ignore[misc]
            run = len(names) > 1
            yield Member(
                name=parent if run else str(PurePosixPath(parent, names[0])),
                paths=tuple(local(name) for name in names),
                parts=names if run else (),
                labels=labels_of(parent),
            )


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, name: str) -> int:
    """Unpack one member; gives its size.  zipfile itself stops at the declared size and checks the CRC."""
    size = 0
    with _faults(), archive.open(info) as packed, target.open("xb") as file:
        while chunk := packed.read(_CHUNK):
            if size == 0 and sniff(chunk[:HEAD]) == ZIP:
                raise refused("zip-nested", name=name)
            size += len(chunk)
            file.write(chunk)
    return size
