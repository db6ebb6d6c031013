"""What stands where on a page: the lines that were read put into tables, in the order in which people read them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitizer.contracts import Engine, Image
from digitizer.model import Box, Line, Page, Table
from digitizer.ocr.cells import Again, in_cells
from digitizer.ocr.regions import as_array, box_quad, move, quad_box
from digitizer.ocr.tables import Grid, find_grids


def arranged(
    lines: tuple[Line, ...], image: Image, page: Page, engine: Engine, dpi: int
) -> tuple[tuple[Line, ...], Page]:
    """(the lines of a prepared image in reading order, completed in tables; the page with its tables)."""
    grids = find_grids(image)
    if not grids:
        return lines, page
    lines, tables = in_cells(lines, grids, Again(image, engine, dpi))
    return lines, replace(page, tables=tuple(_delivered(table, page) for table in tables))


def layer_arranged(lines: tuple[Line, ...], image: Image, page: Page) -> tuple[tuple[Line, ...], Page]:
    """The same for a text layer, whose boxes lie on the upright page as delivered; `image` as prepared."""
    grids = [_on_page(grid, page) for grid in find_grids(image)]
    lines, tables = in_cells(lines, grids)
    return lines, replace(page, tables=tables)


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
