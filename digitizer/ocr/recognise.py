"""The steps `read` and `correct`: from a prepared image, or a text layer that can be trusted, to lines of words."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from digitizer.contracts import Engine, Filter, Hint, Image, Sight, Step
from digitizer.model import Line, Page, TextSource, Word
from digitizer.ocr import filters
from digitizer.ocr.arrange import arranged, layer_arranged
from digitizer.ocr.figures import figures_again
from digitizer.ocr.hands import held_down
from digitizer.ocr.layout import in_order, split_columns
from digitizer.ocr.look import Look
from digitizer.ocr.ngrams import Ngrams
from digitizer.ocr.reading import Reading, coverage, judge
from digitizer.ocr.regions import as_array, as_matrix, enclosing, move, quad_box
from digitizer.ocr.reread import read_again
from digitizer.ocr.roles import with_roles
from digitizer.ocr.seal import read_under
from digitizer.ocr.trust import converted, trusted
from digitizer.pipeline import apply
from digitizer.settings import Settings

CorrectLines = Callable[[tuple[Line, ...]], tuple[Line, ...]]
_GOOD = 0.80  # of `Reading.quality`: from here on nothing else is tried
_SURE = 0.85  # of `Reading.sure`
_COVERED = 0.90  # share of the letters that must lie under words read
_FOUND = 0.80  # the same, from which the search ends
_TABLE = 4  # rulings that a table has at least
_PREPARED_DPI = 200  # what x-heights of look.TARGET_X_HEIGHT come to for 13 pt


class Read:
    """The step: text layer when it reads as Vietnamese and lies where the ink is, else the engine."""

    def __init__(self, engine: Engine, grams: Ngrams | None = None, *, separate: bool = True) -> None:
        """`grams`: to read doubtful lines again and combine; without it they are read once.

        `separate`: look again under seals and signatures; off only to measure what that brings.
        """
        self._engine = engine
        self._grams = grams
        self._separate = separate

    def __call__(self, page: Page, sight: Sight) -> Page:
        """The page with lines, confidence, source, and the pose that read best; raises PageFailed."""
        image = sight.image()
        layer = sight.layer()
        if layer and trusted(layer, image, page, self._engine):
            source = TextSource.CONVERTED if converted(layer) else TextSource.TEXT_LAYER
            page = replace(page, source=source, blank=False)
            if page.looks.rulings >= _TABLE and not page.turned:
                layer, page = layer_arranged(layer, apply(filters.for_page(page), image), page)
            return _with_lines(page, layer)
        page = replace(page, source=TextSource.OCR)
        if page.blank:
            return replace(page, lines=(), confidence=None)
        page, lines, prepared = self._climb(page, image)
        found = arranged(lines, prepared, image, page, self._engine, _PREPARED_DPI)
        lines = figures_again(found.lines, prepared, self._engine, _PREPARED_DPI)
        page = _with_lines(replace(page, tables=found.tables, seals=found.seals), delivered(lines, page))
        return replace(page, lines=(*page.lines, *found.signatures))

    def _climb(self, page: Page, image: Image) -> tuple[Page, tuple[Line, ...], Image]:
        """The first reading that is good, or the best of all rungs: its pose, its lines and the image as prepared.

        Good: what was read looks right, and little of what looks like letters was passed over.
        """
        best: tuple[Page, Reading, float, Image, Image] | None = None
        straight = apply(filters.for_page(page), image)
        for rung, layout, extra in _ladder(page):
            if best is not None and not _worth_trying(layout, best[1], best[2]):
                continue
            plain = straight if rung is page else apply(filters.for_page(rung), image)
            prepared = apply(extra, plain)
            hint = Hint(dpi=_PREPARED_DPI, layout=layout)
            lines = split_columns(self._engine.read(prepared, hint))
            if self._separate:
                lines = read_under(lines, prepared, rung, self._engine, hint.dpi)
            reading = judge(in_order(lines))
            if best is None or reading.worth > best[1].worth * 1.02:
                best = rung, reading, coverage(reading.lines, prepared), prepared, plain
            if _good(best[1]) and best[2] >= _COVERED:
                break
        assert best is not None
        page, reading, _, prepared, plain = best
        if self._grams is None:
            return page, reading.lines, plain
        return page, read_again(reading.lines, prepared, self._engine, self._grams, _PREPARED_DPI), plain


def _worth_trying(layout: str, best: Reading, covered: float) -> bool:
    """Another segmentation finds what was passed over; another pose or scale helps what was read badly."""
    if layout == "sparse":  # rarely the best, and seals and signatures alone leave a tenth uncovered
        return covered < _FOUND
    return covered < _COVERED if layout == "block" else not _good(best)


def _good(reading: Reading) -> bool:
    """Reads as Vietnamese, or the engine is sure of it (another language, numbers, names)."""
    return reading.quality >= _GOOD or reading.sure >= _SURE


def _ladder(page: Page) -> Iterator[tuple[Page, str, list[Filter]]]:
    """Ways to read a page, the likeliest first: its pose, the layout to expect, filters beyond the usual."""
    first = "column" if page.looks.rulings > 1 else "page"
    yield page, first, [filters.drop_rulings] if page.looks.rulings > 1 else []
    yield page, "block", []
    yield page, "sparse", []
    if page.looks.rulings > 1:
        yield page, first, []
    yield enlarged(page, 1.35), first, []
    if page.upright is None:
        yield quarter_turned(page, 2), first, []


def enlarged(page: Page, factor: float) -> Page:
    """The page with a prepared image larger by `factor`."""
    return replace(page, matrix=as_matrix(np.diag([factor, factor, 1.0]) @ as_array(page.matrix)))


def quarter_turned(page: Page, quarters: int) -> Page:
    """The page prepared so many quarters of a turn further clockwise."""
    for _ in range(quarters % 4):
        _, height = filters.prepared_size(page.width, page.height, page.matrix)
        turn = np.array([[0.0, -1.0, height], [1.0, 0, 0], [0, 0, 1.0]])
        page = replace(page, turned=(page.turned + 90) % 360, matrix=as_matrix(turn @ as_array(page.matrix)))
    return page


def delivered(lines: tuple[Line, ...], page: Page) -> tuple[Line, ...]:
    """Lines read on the prepared image, with quads and boxes in pixels of the delivered one."""
    back = np.linalg.inv(as_array(page.matrix))
    words = [word for line in lines for word in line.words]
    quads = iter(move([word.quad for word in words], back))
    result = []
    for line in lines:
        moved = tuple(_placed(word, next(quads), page) for word in line.words)
        result.append(replace(line, words=moved, box=enclosing([word.box for word in moved])))
    return tuple(result)


def _placed(word: Word, quad: tuple[float, ...], page: Page) -> Word:
    q = [round(value, 1) for value in quad]
    whole = (q[0], q[1], q[2], q[3], q[4], q[5], q[6], q[7])
    return replace(word, quad=whole, box=quad_box(whole, page.width, page.height))


def _with_lines(page: Page, lines: tuple[Line, ...]) -> Page:
    lines = with_roles(lines, page)
    letters = sum(len(word.text) for line in lines for word in line.words)
    sure = sum(len(word.text) * word.confidence for line in lines for word in line.words)
    return replace(page, lines=lines, confidence=round(sure / letters, 4) if letters else None)


class Correct:
    """The step: the language model over the lines; a text layer is left as it is."""

    def __init__(self, correct_lines: CorrectLines) -> None:
        self._correct_lines = correct_lines

    def __call__(self, page: Page, sight: Sight) -> Page:  # noqa: ARG002 - the shape of every step
        """The page with corrected words, what the engine read kept beside them."""
        if page.source is not TextSource.OCR or not page.lines:
            return page
        lines = tuple(map(held_down, self._correct_lines(page.lines)))
        seals = tuple(self._correct_lines((seal,))[0] for seal in page.seals)
        return replace(page, lines=lines, seals=seals)


def unchanged(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """No correction."""
    return lines


def steps(
    engine: Engine,
    settings: Settings,  # noqa: ARG001
    correct_lines: CorrectLines = unchanged,
    grams: Ngrams | None = None,
) -> dict[str, Step]:
    """The page steps by name, for `pipeline.through_steps`; with `grams` doubtful lines are read twice."""
    return {"look": Look(engine), "read": Read(engine, grams), "correct": Correct(correct_lines)}
