"""Is this a secret paper?  The mark of NĐ 30/2020, Phụ lục I, ô số 10a: MẬT, TỐI MẬT or TUYỆT MẬT.

Looked for before anything is kept: first in frames of a stamp's size (`stamps`), because reading drops red ink and
passes over frames, then in what was read, and in lone words that it passed over.  Prose about secrets, `BÍ MẬT`,
`BẢO MẬT` and `Độ mật:` left empty are no mark.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

from digitizer.contracts import Engine, Hint, Sight, Step
from digitizer.errors import Suspected
from digitizer.model import Line, Page, Word
from digitizer.ocr.filters import prepared_size
from digitizer.ocr.regions import as_array, move
from digitizer.ocr.stamps import UPPER, View, framed, passed_over, upper
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
    """True when a mark is read in a frame in the upper part of the page; raises PageFailed."""
    return any(
        _in_frame(engine.read(cut, Hint(boxes=(box,), again=again)))
        for cut, box in framed(page, view)
        for again in (False, True)
    )


def unread(page: Page, view: View, engine: Engine) -> bool:
    """True when a mark stands where reading passed over it: a lone word above a heading; raises PageFailed."""
    found = (engine.read(cut, Hint(boxes=(box,))) for cut, box in passed_over(page, view))
    return any(_mark(line.words, "", "") for lines in found for line in lines)


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
    letters = ["".join(_LETTERS.findall(word.read)) for word in run]
    letters = [word for word in letters if word]
    whole = "".join(letters)
    if not whole or not whole.isupper():
        return False
    if whole == letters[0] and (fold(before) in _BEFORE or fold(after) in _AFTER):  # a title that broke its line
        return False
    if whole in _OTHERS and min(word.confidence for word in run) > _SURE:
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
