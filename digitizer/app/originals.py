"""Where the bytes of a scan lie on this machine while they are read."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from digitizer.contracts import Blobs
from digitizer.model import Scan


@dataclass(frozen=True, kw_only=True)
class Original:
    """One file, or the files of a run of images in order; `media` as in Scan."""

    media: str
    path: Path
    parts: tuple[Path, ...] = ()

    def leaf(self, number: int) -> tuple[Path, int]:
        """(the file that page `number` of the scan lies in, its number in that file)."""
        return (self.parts[number - 1], 1) if self.parts else (self.path, number)


def original(scan: Scan, blobs: Blobs, stack: ExitStack) -> Original:
    """The scan's original, readable while the stack is open; raises NotFound, Corrupt, Unreachable."""
    if scan.files:
        parts = tuple(stack.enter_context(blobs.local(file.sha256)) for file in scan.files)
        return Original(media=scan.media, path=parts[0], parts=parts)
    return Original(media=scan.media, path=stack.enter_context(blobs.local(scan.sha256)))
