"""What stands where on a page: tables with their cells, seals, signatures, and what was filled in by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitizer.contracts import Engine, Image
from digitizer.model import Box, Line, LineRole, Page, Table
from digitizer.ocr.cells import Again, in_cells
from digitizer.ocr.hands import with_hands
from digitizer.ocr.regions import as_array, box_quad, in_any, move, quad_box
from digitizer.ocr.seal_text import find_seals, read_seals
from digitizer.ocr.shapes import HALF, Shapes, find_shapes, halved, whole
from digitizer.ocr.signatures import find_signatures
from digitizer.ocr.tables import Grid, find_grids
from digitizer.ocr.urgency import read_urgent

_SURE = 0.8  # a word read with more is print
_TOP = 0.6  # of the page: where urgency is stamped
_SCRAWL = 0.5  # a line read with less, where a signature is, is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """`lines`: in reading order, in pixels of the prepared image; the others in those of the delivered one.

    `signatures` are lines without words: found, and not guessed.
    """

    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    seals: tuple[Line, ...]
    signatures: tuple[Line, ...]


def arranged(
    lines: tuple[Line, ...], prepared: Image, image: Image, page: Page, engine: Engine, dpi: int
) -> Arranged:
    """The lines read on a prepared image put where they belong; `image`: as delivered, for the colour of inks."""
    shapes = find_shapes(prepared)
    grids = find_grids(shapes.dark)
    seals = list(find_seals(image, prepared, page, shapes))
    sure = [halved(word.box) for line in lines for word in line.words if word.confidence >= _SURE]
    rings = [seal.circle.scaled(1 / HALF) for seal in seals]
    signed = [whole(box) for box in find_signatures(shapes.dark, _outside(shapes, grids), rings, sure)]
    above = [box for box in signed if box[3] < _TOP * len(prepared)]
    urgent = [stamp for box in above if (stamp := read_urgent(prepared, box, engine))]
    signed = [box for box in signed if not in_any(box, [stamp.box for stamp in urgent])]
    lines = tuple(line for line in lines if line.confidence >= _SCRAWL or not in_any(line.box, signed))
    lines, tables = in_cells((*lines, *urgent), grids, Again(prepared, engine, dpi))
    return Arranged(
        lines=with_hands(lines, prepared, image, page),
        tables=tuple(_delivered(table, page) for table in tables),
        seals=read_seals(seals, page, engine),
        signatures=tuple(Line(role=LineRole.SIGNATURE, words=(), box=box) for box in _back(signed, page)),
    )


def layer_arranged(lines: tuple[Line, ...], prepared: Image, page: Page) -> tuple[tuple[Line, ...], Page]:
    """A text layer, whose boxes lie on the upright page as delivered, in reading order; the page with its tables."""
    grids = [_on_page(grid, page) for grid in find_grids(find_shapes(prepared).dark)]
    lines, tables = in_cells(lines, grids)
    return lines, replace(page, tables=tables)


def _outside(shapes: Shapes, grids: Sequence[Grid]) -> list[Box]:
    """The parts that are no tables, nor in one."""
    frames = [grid.box for grid in grids]
    return [part for part in shapes.parts if not in_any(whole(part), frames)]


def _delivered(table: Table, page: Page) -> Table:
    boxes = _back([table.box, *(cell.box for cell in table.cells)], page)
    cells = tuple(replace(cell, box=box) for cell, box in zip(table.cells, boxes[1:], strict=True))
    return replace(table, box=boxes[0], cells=cells)


def _on_page(grid: Grid, page: Page) -> Grid:
    boxes = _back([grid.box, *(place.box for place in grid.places)], page)
    places = tuple(replace(place, box=box) for place, box in zip(grid.places, boxes[1:], strict=True))
    return replace(grid, box=boxes[0], places=places)


def _back(boxes: Sequence[Box], page: Page) -> list[Box]:
    """Boxes of the prepared image in pixels of the delivered one."""
    back = np.linalg.inv(as_array(page.matrix))
    return [quad_box(quad, page.width, page.height) for quad in move([box_quad(box) for box in boxes], back)]
