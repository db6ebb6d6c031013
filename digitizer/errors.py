"""Every error that Digitizer raises on purpose.

DigitizerError
├── Refused            this file can't be taken in; carries the reason in Vietnamese and English
├── PageFailed         this page can't be read; becomes a blocking Problem of the page
│   ├── PageTimeout    it took longer than `limits.page_seconds`
│   ├── PageMemory     it wanted more than `limits.page_memory_mb`
│   ├── PageCrash      it killed the process that worked on it
│   └── OriginalLost   the file that it lies in is not in the blob store, or is not what it was
├── NotFound           no such scan, document, arrival or kind
├── Conflict           the request contradicts what is stored
├── Suspected          this page bears a secrecy mark; nothing of it is kept
├── Forbidden          this user may not do that
├── LeaseLost          this work is another worker's by now
├── Unreachable        a store or queue does not answer; trying again may help
├── Corrupt            bytes are not what their checksum says
└── BadSettings        settings or tables are wrong; says which line

Facts stand on the classes: `exit_code` for the command line, `retry` for the queue (may the same work succeed
later without anybody changing anything?).  The docstring of a class is its default message.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from digitizer.model import Reason

_LACKING = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM}
)


class DigitizerError(Exception):
    """Something went wrong."""

    exit_code = 1
    retry = False

    def __str__(self) -> str:
        """The message given, or the first line of the class docstring."""
        return super().__str__() or (type(self).__doc__ or "").strip().split("\n", maxsplit=1)[0]


class Refused(DigitizerError):
    """This file can't be taken in."""

    exit_code = 4

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(en)
        self.reason = Reason(code=code, vi=vi, en=en)

    def __reduce__(self) -> tuple[type["Refused"], tuple[str, str, str]]:
        """Travels whole between processes."""
        return type(self), (self.reason.code, self.reason.vi, self.reason.en)


class PageFailed(DigitizerError):
    """This page could not be read."""

    code = "page-failed"
    vi = "Không đọc được trang này."


class PageTimeout(PageFailed):
    """Reading this page took longer than the limit `limits.page_seconds`."""

    code = "page-timeout"
    vi = "Đọc trang này quá thời hạn cho phép (limits.page_seconds)."


class PageMemory(PageFailed):
    """Reading this page needed more memory than the limit `limits.page_memory_mb`."""

    code = "page-memory"
    vi = "Đọc trang này cần nhiều bộ nhớ hơn mức cho phép (limits.page_memory_mb)."


class PageCrash(PageFailed):
    """Reading this page killed the process that worked on it."""

    code = "page-crash"
    vi = "Tiến trình đọc trang này bị dừng đột ngột."


class OriginalLost(PageFailed):
    """The original that this page lies in is missing from the blob store, or damaged there."""

    code = "original-lost"
    vi = "Bản gốc chứa trang này không còn nguyên vẹn trong kho tệp."


class NotFound(DigitizerError):
    """Nothing is known under this id."""

    exit_code = 3


class Conflict(DigitizerError):
    """The request contradicts what is stored."""

    exit_code = 5


class Suspected(DigitizerError):
    """This page bears a secrecy mark."""


class Forbidden(DigitizerError):
    """Only the role `security` may do that (settings: quarantine.users, quarantine.groups)."""

    exit_code = 8


class LeaseLost(DigitizerError):
    """This work is another worker's by now."""


class Unreachable(DigitizerError):
    """A store or queue does not answer."""

    exit_code = 6
    retry = True


def lacking(error: BaseException) -> Unreachable | None:
    """The error to raise instead when the machine lacks something (room, a quota, open files): no document's fault."""
    if isinstance(error, OSError) and error.errno in _LACKING:
        return Unreachable(f"this machine lacks something: {error.strerror}")
    return None


@contextmanager
def no_fault_of_files() -> Iterator[None]:
    """Turns what the machine lacks into Unreachable: trying again later may help."""
    try:
        yield
    except OSError as error:
        instead = lacking(error)
        if instead is None:
            raise
        raise instead from error


class Corrupt(DigitizerError):
    """Stored bytes don't match their checksum."""

    exit_code = 7


class BadSettings(DigitizerError):
    """The settings or tables are wrong."""

    exit_code = 2
