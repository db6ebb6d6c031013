"""A look at one page of a file that is not taken in: nothing is kept but the picture."""

from contextlib import closing
from pathlib import Path

from digitizer.app.intake import in_bounds
from digitizer.app.originals import Original
from digitizer.app.pages import draw_page
from digitizer.bounded import Child
from digitizer.errors import NotFound
from digitizer.ingest.examine import examine
from digitizer.ingest.sniff import ZIP
from digitizer.settings import Settings


def draw(settings: Settings, path: Path, number: int) -> bytes:
    """A PNG of page `number` (from 1) of the file, as `ocr.picture` draws it.

    Raises Refused, PageFailed, and NotFound when the file has no such page (a ZIP has none: its members have).
    """
    limits = settings.limits
    with closing(Child()) as child:
        found = in_bounds(child, limits, examine, path, limits)
        if found.media == ZIP:
            raise NotFound("tệp ZIP: hãy giải nén rồi xem từng tệp / a ZIP: unpack it and look at a file of it")
        if not 1 <= number <= found.pages:
            raise NotFound(f"tệp có {found.pages} trang / the file has {found.pages} pages")
        original = Original(media=found.media, path=path)
        bounds = {"seconds": limits.page_seconds, "memory_mb": limits.page_memory_mb}
        return child.call(draw_page, settings, original, number, **bounds)
