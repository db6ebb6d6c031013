"""Is this a secret paper?  The mark of NĐ 30/2020, Phụ lục I, ô số 10a: MẬT, TỐI MẬT or TUYỆT MẬT.

Looked for between reading and keeping, in what was read.  OCR drops red ink and passes over frames: with
`quarantine.stamps` every frame of a stamp's size in the upper part of the page is read, too (`stamps`).  Prose about
secrets, `BÍ MẬT`, `BẢO MẬT` and `Độ mật:` left empty are no mark.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from digitizer.contracts import Engine, Hint, Image, Sight, Step
from digitizer.errors import Suspected
from digitizer.model import Line, Page, Word
from digitizer.ocr.filters import prepared_size
from digitizer.ocr.regions import as_array, move
from digitizer.ocr.stamps import UPPER, framed
from digitizer.text import fold

_MARKS = {"MAT": 0, "TOIMAT": 1, "TUYETMAT": 2}
"""Each mark folded, and how many letters of it may be misread where it stands alone."""
_FRAMED = {"MAT": 1, "TOIMAT": 2, "TUYETMAT": 3}
"""The same in a frame of a stamp's size, where hardly anything else stands."""
_URGENT = ("KHAN", "THUONGKHAN", "HOATOC", "BANSAO", "SAOY", "DUTHAO", "BANCHINH", "DEN", "MAU")
"""What else stands in such frames (ô số 10b, copies, forms): nearer to one of these than to a mark is no mark."""
_CAPITALS = 0.6  # of the letters in a frame: what shines through is print
_CROWDED = 14  # letters in a frame, those of print that crosses it included
_APART = 1.1  # heights of its letters between a mark and what else stands on its line
_BEFORE = frozenset({"bi", "bao", "co", "do", "giu", "canh"})  # bí mật, bảo mật, cơ mật, độ mật
_LETTERS = re.compile(r"[^\W\d_]+")


class Guarded:
    """The step `read` on guard: raises Suspected for a page with a secrecy mark, so that nothing of it goes further."""

    def __init__(self, read: Step, engine: Engine, *, stamps: bool) -> None:
        """`stamps`: the image is looked at, too."""
        self._read = read
        self._engine = engine
        self._stamps = stamps

    def __call__(self, page: Page, sight: Sight) -> Page:
        """The page as read; raises Suspected, PageFailed."""
        page = self._read(page, sight)
        if said(page) or (self._stamps and stamped(page, sight.image(), self._engine)):
            raise Suspected
        return page


def stamped(page: Page, image: Image, engine: Engine) -> bool:
    """True when a mark is read in a frame on the page's image; raises PageFailed."""
    return any(_in_frame(engine.read(crop, Hint(layout="line"))) for crop in framed(page, image))


def said(page: Page) -> bool:
    """True when a mark stands alone, in capitals, in the upper part of what was read."""
    last = ""
    for line in page.lines:
        for run in _runs(line.words, page):
            if _mark(run, last):
                return True
            last = run[-1].read
    return False


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


def _mark(run: Sequence[Word], before: str) -> bool:
    letters = ["".join(_LETTERS.findall(word.read)) for word in run]
    letters = [word for word in letters if word]
    whole = "".join(letters)
    if not whole or not whole.isupper():
        return False
    if whole == letters[0] and fold(before) in _BEFORE:  # a title that broke its line
        return False
    return _like(whole, _MARKS)


def _like(letters: str, slack: dict[str, int]) -> bool:
    plain = fold(letters).upper()
    return any(OSA.distance(plain, mark, score_cutoff=most) <= most for mark, most in slack.items())


def _in_frame(lines: Iterable[Line]) -> bool:
    """True when what was read in a frame is a mark, misread or not."""
    read = "".join(_LETTERS.findall("".join(word.read for line in lines for word in line.words)))
    if sum(char.isupper() for char in read) < _CAPITALS * len(read):
        return False
    plain = fold(read).upper()
    if not _like(plain, _FRAMED) and not ("MAT" in plain and len(plain) <= _CROWDED):
        return False
    nearest = min(OSA.distance(plain, mark) for mark in _FRAMED)
    return all(OSA.distance(plain, other) >= nearest for other in _URGENT)
