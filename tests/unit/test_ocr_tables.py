"""Ruled tables: cells found where rulings stand, words put into them, read row by row."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitizer.model import Line, Page, Word
from digitizer.ocr.cells import in_cells
from digitizer.ocr.regions import box_quad
from digitizer.ocr.shapes import find_shapes
from digitizer.ocr.tables import find_grids


def ruled(*lines: tuple[int, int, int, int]) -> np.ndarray:
    """The dark pixels of a sheet with these lines drawn on it."""
    sheet = Image.new("L", (1200, 900), 250)
    pen = ImageDraw.Draw(sheet)
    for line in lines:
        pen.line(line, fill=0, width=3)
    return find_shapes(np.asarray(sheet)).dark


def frame(xs: tuple[int, ...], ys: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    return [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]


def word(text: str, x: int, y: int) -> Word:
    box = (x, y, x + 15 * len(text), y + 24)
    return Word(text=text, read=text, box=box, quad=box_quad(box), confidence=0.8)


def line(*words: Word) -> Line:
    box = (words[0].box[0], words[0].box[1], words[-1].box[2], words[-1].box[3])
    return Line(words=words, box=box)


XS, YS = (100, 300, 700, 1000), (200, 260, 320, 440)


def test_cells_stand_in_rows_and_columns() -> None:
    (grid,) = find_grids(ruled(*frame(XS, YS)))
    assert (grid.rows, grid.columns, len(grid.places)) == (3, 3, 9)
    assert [(place.row, place.column) for place in grid.places] == [(r, c) for r in range(3) for c in range(3)]
    last = grid.places[-1].box
    assert np.allclose(last, (700, 320, 1000, 440), atol=8)


def test_merged_cells_take_more_rows_and_columns() -> None:
    kept = [one for one in frame(XS, YS) if one not in ((100, 260, 1000, 260), (700, 200, 700, 440))]
    (grid,) = find_grids(ruled(*kept, (300, 260, 1000, 260), (700, 260, 700, 440)))
    spans = {(place.row, place.column): (place.rows, place.columns) for place in grid.places}
    assert spans[0, 0] == (2, 1)
    assert spans[0, 1] == (1, 2)
    assert spans[2, 2] == (1, 1)


@pytest.mark.parametrize("slant", [-9, 9])
def test_a_slant_does_no_harm(slant: int) -> None:
    aslant = [(x0, y0 + slant * (x0 > 500), x1, y1 + slant * (x1 > 500)) for x0, y0, x1, y1 in frame(XS, YS)]
    (grid,) = find_grids(ruled(*aslant))
    assert (grid.rows, grid.columns, len(grid.places)) == (3, 3, 9)


def test_a_frame_an_underline_and_a_list_of_boxes_are_no_tables() -> None:
    assert find_grids(ruled(*frame((100, 900), (100, 700)))) == ()
    assert find_grids(ruled((100, 100, 700, 100))) == ()
    assert find_grids(ruled(*frame((100, 900), (100, 200, 300, 400, 500, 600)))) == ()
    assert find_grids(ruled()) == ()


def test_words_go_into_their_cells_and_cells_are_read_row_by_row() -> None:
    grids = find_grids(ruled(*frame(XS, YS)))
    across = (
        line(word("Biểu", 100, 100)),
        line(word("TT", 150, 215), word("Tên", 400, 215), word("Số", 800, 215)),
        line(word("1", 150, 330), word("Mai", 320, 330), word("Thị", 380, 330), word("|75", 800, 360)),
        line(word("Bưởi", 320, 380)),
        line(word("Cộng", 100, 600)),
    )
    lines, (table,) = in_cells(across, grids)
    page = Page(number=1, lines=lines, tables=(table,))
    assert [one.text for one in lines] == ["Biểu", "TT", "Tên", "Số", "1", "Mai Thị", "Bưởi", "75", "Cộng"]
    assert {(c.row, c.column): page.cell_text(c) for c in table.cells if c.lines} == {
        (0, 0): "TT",
        (0, 1): "Tên",
        (0, 2): "Số",
        (2, 0): "1",
        (2, 1): "Mai Thị Bưởi",
        (2, 2): "75",
    }


def test_the_reading_of_a_poor_cell_is_asked_for() -> None:
    grids = find_grids(ruled(*frame(XS, YS)))
    asked = []

    def complete(box: tuple[int, int, int, int], lines: list[Line], *, torn: bool) -> list[Line]:
        asked.append(torn)
        return lines or [line(word("0", box[0] + 20, box[1] + 10))]

    lines, (table,) = in_cells((line(word("TTTTTTTT", 200, 215)),), grids, complete)
    assert asked == [True, True, *[False] * 7]
    assert [one.text for one in lines] == ["TTTTTTTT", *"00000000"]
    assert all(len(cell.lines) == 1 for cell in table.cells)
