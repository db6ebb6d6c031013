"""What runs in the child process: one page from pixels to words, and one document to PDF/A.

A child keeps its engine and the file that it read last, so that a chunk of pages opens its file once.
"""

from contextlib import ExitStack

from digitizer import pipeline, plug
from digitizer.app.originals import Original
from digitizer.contracts import Step
from digitizer.model import Page
from digitizer.ocr.language import open_language
from digitizer.ocr.notices import noticed
from digitizer.ocr.picture import picture
from digitizer.ocr.recognise import steps as page_steps
from digitizer.ocr.render import Pages, open_pages, preview
from digitizer.ocr.secrecy import Guarded
from digitizer.settings import Settings


class _Reader:
    """The engine and the open file of this process."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._chosen: tuple[Settings, bool] | None = None
        self._original: Original | None = None
        self._steps: dict[str, Step] = {}
        self._pages: Pages | None = None

    def steps(self, settings: Settings, *, watchful: bool) -> dict[str, Step]:
        """`watchful`: a page with a secrecy mark is not read further."""
        if (settings, watchful) != self._chosen:
            engine = plug.load("ocr.engines", settings.engine.use, settings.engine.options)
            language = open_language()
            self._steps = page_steps(engine, settings, language.correct, language.ngrams)
            if watchful:
                self._steps["read"] = Guarded(self._steps["read"], engine, stamps=settings.quarantine.stamps)
            self._chosen = settings, watchful
        return self._steps

    def pages(self, original: Original, settings: Settings) -> Pages:
        if original != self._original or self._pages is None:
            self._stack.close()
            self._original = original
            self._pages = self._stack.enter_context(
                open_pages(original.path, original.media, settings.limits, original.parts)
            )
        return self._pages


_reader = _Reader()


def read_page(settings: Settings, original: Original, page: Page, *, watchful: bool = True) -> tuple[Page, bytes]:
    """The page after every step it has not passed, and a JPEG preview (empty when it has one).

    Raises PageFailed, and with `watchful` Suspected for a page with a secrecy mark.
    """
    sight = _reader.pages(original, settings).sight(page.number)
    page = noticed(pipeline.through_steps(_reader.steps(settings, watchful=watchful), page, sight))
    picture = b"" if page.preview else preview(sight.image(), settings.preview_px, settings.preview_quality)
    return page, picture


def draw_page(settings: Settings, original: Original, number: int) -> bytes:
    """A PNG of page `number` before and after preparation with what was found on it; raises PageFailed."""
    sight = _reader.pages(original, settings).sight(number)
    page = pipeline.through_steps(_reader.steps(settings, watchful=False), Page(number=number), sight)
    return picture(sight.image(), page, sight.aspect)
