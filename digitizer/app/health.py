"""Is this machine ready?  Each finding says what to install or change."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from digitizer.app import reach
from digitizer.app.core import App
from digitizer.errors import DigitizerError
from digitizer.store import database

_ROOM = 2 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at; `remedy` says what to do when it is not good."""

    what: str
    found: str
    good: bool
    remedy: str = ""


def findings(app: App) -> list[Finding]:
    """What was looked at, in the order in which a person would mend it."""
    return [
        _tesseract(),
        _poppler(),
        _room(app),
        _tried("cấu hình, bảng / tables", lambda: f"{len(app.tables.kinds)} loại / kinds", "config/: sửa tệp nêu trên"),
        _records(app),
        _tried("kho tệp / blobs", lambda: _blobs(app), lambda: reach.blobs_remedy(app.settings)),
        _tried("hàng đợi / queue", lambda: f"{type(app.queue).__name__}", "kiểm tra [queue] / check [queue]"),
        _tried(
            "nguồn / sources",
            lambda: f"{len(app.watched)} nguồn theo dõi / watched",
            "kiểm tra [[watch.sources]] / check [[watch.sources]]",
        ),
    ]


def _tesseract() -> Finding:
    what, remedy = "Tesseract + vie", "apt install tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd"
    if shutil.which("tesseract") is None:
        return Finding(what=what, found="không có / missing", good=False, remedy=remedy)
    languages = _output("tesseract", "--list-langs").split()
    missing = [name for name in ("vie", "osd") if name not in languages]
    version = _output("tesseract", "--version").split("\n", maxsplit=1)[0]
    if missing:
        return Finding(what=what, found=f"{version}, thiếu / lacks {', '.join(missing)}", good=False, remedy=remedy)
    return Finding(what=what, found=version, good=True)


def _poppler() -> Finding:
    if shutil.which("pdftoppm") is None:
        return Finding(what="poppler", found="không có / missing", good=False, remedy="apt install poppler-utils")
    return Finding(what="poppler", found=_output("pdftoppm", "-v").split("\n", maxsplit=1)[0], good=True)


def _room(app: App) -> Finding:
    free = app.room()
    found = f"{free / 2**30:.1f} GB trống / free, {app.settings.home}"
    return Finding(what="đĩa / disk", found=found, good=free > _ROOM, remedy="dọn bớt đĩa / make room, or move `home`")


def _tried(what: str, look: Callable[[], str], remedy: str | Callable[[], str]) -> Finding:
    try:
        return Finding(what=what, found=look(), good=True)
    except (DigitizerError, OSError) as error:
        said = remedy if isinstance(remedy, str) else remedy()
        return Finding(what=what, found=str(error), good=False, remedy=said)


def _records(app: App) -> Finding:
    what = "kho bản ghi / records"
    found = _tried(what, lambda: _counted(app), lambda: reach.records_remedy(app.settings))
    faults = database.faults(app.records) if found.good else []
    if not faults:
        return found
    return Finding(what=what, found=found.found, good=False, remedy=f"postgresql.conf: {'; '.join(faults)}")


def _counted(app: App) -> str:
    counts = app.records.counts()
    address = app.records.engine.url.render_as_string(hide_password=True)
    return f"{sum(counts['documents'].values())} giấy tờ / documents, {address}"


def _blobs(app: App) -> str:
    """A write and a read, because a full or read-only store says so only then."""
    data = b"digitizer check"
    sha256 = app.blobs.put_bytes(data)
    good = app.blobs.get(sha256) == data
    app.blobs.delete(sha256)
    return f"{app.settings.blobs.use}, {'ghi và đọc được / writes and reads' if good else '?'}"


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    return done.stdout or done.stderr
