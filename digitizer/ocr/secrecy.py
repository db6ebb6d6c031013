"""Is this a secret paper?  The mark of NĐ 30/2020, Phụ lục I, ô số 10a: MẬT, TỐI MẬT or TUYỆT MẬT.

Looked for before anything is kept: first in frames of a stamp's size (`stamps`), because reading drops red ink and
passes over frames, then in what was read, and in lone words that it passed over.  Prose about secrets, `BÍ MẬT`,
`BẢO MẬT` and `Độ mật:` left empty are no mark.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rapidfuzz.distance import OSA

from digitizer.contracts import Engine, Hint, Sight, Step
from digitizer.errors import Suspected
from digitizer.model import Box, Line, Page, Word
from digitizer.ocr.filters import prepared_size
from digitizer.ocr.regions import as_array, move
from digitizer.ocr.stamps import UPPER, View, framed, passed_over, together, upper
from digitizer.text import fold

_MARKS = ("MẬT", "TỐI MẬT", "TUYỆT MẬT", "TUYỆT")
_HALF = "tuyet"
"""Of a mark whose other half print hides; no other stamp says that."""
_PLAIN = {"mat": 0, "toimat": 1, "tuyetmat": 2}
"""Their letters, and how many of them may be misread where a mark stands alone on a line that was read."""
_STAMPS = ("MẪU", "KHẨN", "HỎA TỐC", "BẢN SAO", "SAO Y", "BẢN CHÍNH", "DỰ THẢO", "ĐẾN", "ĐÃ THU TIỀN")
"""What else stands in such frames (ô số 10b, copies, forms): what fits better than a mark is none."""
_LIKELY = 0.16  # as likely as this, compared with whatever else may stand there, a word does: e^-1.8
_HOPELESS = 1e-4  # and if none is as likely as this, another look won't make it so
_APART = 1.1  # heights of its letters between a mark and what else stands on its line
_BEFORE = frozenset({"bi", "bao", "co", "do", "giu", "canh"})  # bí mật, bảo mật, cơ mật, độ mật
_AFTER = frozenset({"do", "ma", "khau", "ong", "thu", "nghi"})  # mật độ, mật mã, mật khẩu, mật ong, mật thư, mật nghị
_OTHERS = frozenset({"MẶT", "MẤT", "MẮT", "MÁT", "MẠT"})
_SURE = 0.85  # of another word's marks
_LETTERS = re.compile(r"[^\W\d_]+")


class Guarded:
    """The step `read` on guard: raises Suspected for a page with a secrecy mark, so that nothing of it goes further."""

    def __init__(self, read: Step, engine: Engine, *, stamps: bool) -> None:
        """`stamps`: frames on the image are looked at, too."""
        self._read = read
        self._engine = engine
        self._stamps = stamps

    def __call__(self, page: Page, sight: Sight) -> Page:
        """The page as read; raises Suspected, PageFailed."""
        view = upper(page, sight.image()) if self._stamps else None
        if view and stamped(page, view, self._engine):
            raise Suspected
        read = self._read(page, sight)
        if said(read):
            raise Suspected
        if view and read.matrix != page.matrix:  # it reads better in another pose
            view = upper(read, sight.image())
        if view and unread(read, view, self._engine):
            raise Suspected
        return read


def stamped(page: Page, view: View, engine: Engine) -> bool:
    """True when a mark stands in a frame in the upper part of the page; raises PageFailed."""
    frames = list(framed(page, view))
    for again in (False, True):  # another model looks at what the first one is in doubt about
        if not frames:
            break
        sheet, boxes = together([cut for cuts in frames for cut in cuts])
        asked = Hint(boxes=boxes, again=again, words=(*_MARKS, *_STAMPS))
        weighed = map(_weigh, engine.read(sheet, asked))
        best = [max(islice(weighed, len(cuts))) for cuts in frames]
        if any(likely > _LIKELY and is_mark for likely, is_mark in best):
            return True
        frames = [cuts for cuts, (likely, _) in zip(frames, best, strict=True) if _HOPELESS < likely <= _LIKELY]
    return False


def _weigh(line: Line) -> tuple[float, bool]:
    """How likely what an engine tells is there, and whether it is a mark; an engine that can't weigh words read it."""
    likely, read = min((word.confidence for word in line.words), default=0.0), fold(_letters(line.words))
    return (likely / 2, True) if read == _HALF else (likely, read in _PLAIN)


def unread(page: Page, view: View, engine: Engine) -> bool:
    """True when a mark stands where reading passed over it: a lone word above a heading; raises PageFailed."""
    found = list(passed_over(page, view))
    if not found:
        return False
    sheet, boxes = together([cut for cut, _ in found])
    lines = engine.read(sheet, Hint(boxes=boxes))
    return any(_mark(line.words, *_beside(box, page, view)) for line, (_, box) in zip(lines, found, strict=True))


def _beside(box: Box, page: Page, view: View) -> tuple[str, str]:
    """The capitals that were read before a box in the view and after it: on its line, or at the end of the line above
    and the beginning of the line below, for a title that broke its line.
    """
    x0, y0, x1, y1 = box
    near = _APART * (y1 - y0)
    before = after = ""
    for line in page.lines:
        quads = move([word.quad for word in line.words], view.matrix)
        for at, (left, top, right, _, _, bottom, *_) in enumerate(quads):
            level, over = top < (y0 + y1) / 2 < bottom, left < x1 and x0 < right
            ends = over and at == len(quads) - 1 and 0 <= y0 - bottom < near
            goes_on = over and at == 0 and 0 <= top - y1 < near
            read = line.words[at].read
            if read.isupper() and (ends or (level and 0 <= x0 - right < near)):
                before = read
            if read.isupper() and (goes_on or (level and 0 <= left - x1 < near)):
                after = read
    return before, after


def said(page: Page) -> bool:
    """True when a mark stands alone, in capitals, in the upper part of what was read."""
    runs = [run for line in page.lines for run in _runs(line.words, page)]
    before = ["", *(run[-1].read for run in runs)]
    after = [*(run[0].read for run in runs[1:]), ""]
    return any(_mark(run, *beside) for run, *beside in zip(runs, before, after, strict=False))


def _runs(words: Sequence[Word], page: Page) -> Iterator[list[Word]]:
    """Words of one line that stand together, in the upper part of the upright page."""
    if not words:
        return
    _, height = prepared_size(page.width, page.height, page.matrix)
    quads = move([word.quad for word in words], as_array(page.matrix))
    run: list[Word] = []
    end = 0.0
    for word, quad in zip(words, quads, strict=True):
        tall = max(1.0, abs(quad[7] - quad[1]))
        if run and quad[0] - end > _APART * tall:
            yield run
            run = []
        end = quad[2]
        if (quad[1] + quad[5]) / 2 < UPPER * height:
            run.append(word)
    if run:
        yield run


def _mark(run: Sequence[Word], before: str, after: str) -> bool:
    whole = _letters(run)
    plain = fold(whole)
    if not whole.isupper() or (whole in _OTHERS and min(word.confidence for word in run) > _SURE):
        return False
    if plain == "mat" and (fold(before) in _BEFORE or fold(after) in _AFTER):  # a title that broke its line
        return False
    return any(OSA.distance(plain, mark) <= most for mark, most in _PLAIN.items())


def _letters(words: Iterable[Word]) -> str:
    return "".join(letters for word in words for letters in _LETTERS.findall(word.read))
