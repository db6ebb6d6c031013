"""python -m bench.tables --pages N --seed S : cells of ruled tables found, and what is read in them.

Tables of invented words and figures, some cells merged or empty, on pages that lie any way up.  A cell is *found* when
row, column and spans are the truth's and the boxes share half of their area; *right* when its text is the truth's too
(case, blanks and signs around words ignored).  F1 over all cells, and over those with text.
"""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from bench.circumstances import machine
from bench.looks import Seen
from bench.report import percent, table
from digitizer.model import Cell, Page
from digitizer.ocr.engines import tesseract
from digitizer.ocr.language import open_language
from digitizer.ocr.look import Look
from digitizer.ocr.recognise import Correct, Read
from samples import age, draw, prose
from samples.folder import box_of
from samples.leaf import A4, Leaf
from samples.paper import Case, new_case
from samples.people import person
from samples.sheet import Sheet, tokens

_LEAD = 1.15
_PAD = 4.0
_AROUND = ".,;:()[]\"'“”-–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A cell as it was set; `box` in points."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    box: tuple[float, float, float, float]


def _entry(kind: str, number: int, case: Case, about: prose.Topic) -> str:
    """What stands in a column of that kind."""
    random = case.random
    if random.random() < 0.08:
        return ""
    match kind:
        case "number":
            return f"{number}"
        case "name":
            return person(random, "079", "", "").name
        case "money":
            return f"{random.randrange(12, 90_000) * 50_000:,}".replace(",", ".")
        case "date":
            return prose.short(random, case.day) if random.random() < 0.3 else f"{case.day:%d/%m/%Y}"
        case "area":
            return f"{random.randrange(300, 9000) / 10:.1f}".replace(".", ",")
        case _:
            words = random.choice(prose.body(case, about, case.place.unit, 3)).split()
            return " ".join(words[: random.randint(1, 14)])


def _head(kind: str) -> str:
    return {
        "number": "STT",
        "name": "Họ và tên",
        "money": "Số tiền (đồng)",
        "date": "Ngày",
        "area": "Diện tích (m2)",
        "words": "Nội dung công việc",
    }[kind]


def _cells(case: Case, about: prose.Topic) -> tuple[list[float], list[Told]]:
    """(widths of the columns as shares, cells without boxes): a head, rows, and here and there cells merged."""
    random = case.random
    kinds = ["number", *random.choices(["name", "money", "date", "area", "words", "words"], k=random.randint(1, 5))]
    widths = [{"number": 0.7, "name": 2.2, "words": 3.6}.get(kind, 1.7) for kind in kinds]
    count = random.randint(3, 12)
    taken: set[tuple[int, int]] = set()
    cells: list[Told] = []

    def put(row: int, column: int, rows: int, columns: int, text: str) -> None:
        taken.update((row + a, column + b) for a in range(rows) for b in range(columns))
        cells.append(Told(row=row, column=column, rows=rows, columns=columns, text=text, box=(0, 0, 0, 0)))

    for row in range(count):
        if row and random.random() < 0.1 and not any((row, column) in taken for column in range(len(kinds))):
            put(row, 0, 1, len(kinds), f"{case.place.unit}".upper())  # a heading between rows
            continue
        for column, kind in enumerate(kinds):
            if (row, column) in taken:
                continue
            tall = 2 if row and row + 1 < count and random.random() < 0.07 else 1
            wide = 2 if not row and column and column + 1 < len(kinds) and random.random() < 0.2 else 1
            put(row, column, tall, wide, _entry(kind, row, case, about) if row else _head(kind))
    return widths, cells


def _leaf(random: Random) -> tuple[Leaf, list[Told]]:
    """A page with text, a table and text; the cells with their boxes."""
    case = new_case(random, date(2012, 3, 1) + timedelta(days=random.randrange(5000)), home=False)
    about = prose.topic(case)
    paper = (A4[1], A4[0]) if random.random() < 0.4 else A4
    while True:
        sheet = Sheet(case.style(), paper)
        sheet.para(prose.opening(case, about, case.place.unit), size=13)
        size = random.choice((10.0, 11.0, 12.0, 13.0))
        cells = _set(sheet, *_cells(case, about), size)
        sheet.para(prose.opening(case, about, case.place.unit), size=13)
        words = [(word, cell.box[2] - cell.box[0] - 2 * _PAD) for cell in cells for word in cell.text.split()]
        fits = all(sheet.wide(word, size, bold=True) < room for word, room in words)
        if fits and len(sheet.leaves) == 1 and sheet.y < sheet.bottom:
            return sheet.leaf, cells


def _set(sheet: Sheet, widths: list[float], cells: list[Told], size: float) -> list[Told]:
    """Set the table; rows are as high as their highest cell needs."""
    room = sheet.right - sheet.left
    xs = [sheet.left + room * sum(widths[:n]) / sum(widths) for n in range(len(widths) + 1)]

    def need(cell: Told) -> float:
        wide = xs[cell.column + cell.columns] - xs[cell.column] - 2 * _PAD
        return len(sheet.broken(tokens(cell.text), size, wide)) * size * _LEAD + 6

    count = max(cell.row + cell.rows for cell in cells)
    ys = [sheet.y]
    for row in range(count):
        ys.append(ys[-1] + max(need(cell) for cell in cells if cell.row == row and cell.rows == 1))
    placed = []
    for cell in cells:
        x0, x1 = xs[cell.column], xs[cell.column + cell.columns]
        y0, y1 = ys[cell.row], ys[cell.row + cell.rows]
        align = "centre" if len(cell.text) < 12 or not cell.row else "left"
        y = y0 + 3 if cell.rows == 1 else (y0 + y1 - need(cell)) / 2 + 3
        text = f"<b>{cell.text}</b>" if not cell.row and cell.text else cell.text
        for line in sheet.broken(tokens(text), size, x1 - x0 - 2 * _PAD) if text else ():
            sheet._put(sheet.placed(line, size, x0 + _PAD, x1 - x0 - 2 * _PAD, align), y + size * 0.9, size)  # noqa: SLF001
            y += size * _LEAD
        sheet.box(x0, y0, x1, y1)
        placed.append(replace(cell, box=(x0, y0, x1, y1)))
    sheet.y = ys[-1] + 10
    return placed


def judge(name: str, keep: Path | None = None) -> tuple[str, Counter[str]]:
    """(level, counts) of the page SEED/LEVEL/NUMBER."""
    random = Random(name)
    level = name.split("/")[1]
    leaf, told = _leaf(random)
    shot = age.aged(draw.picture(leaf), level, random)
    if turn := random.choice((0, 0, 90, 180, 270)):
        shot = age.turned(shot, turn)
    shot = age.encoded(shot)
    page, seconds = _read(shot)
    found = [cell for one in page.tables for cell in one.cells]
    counted = Counter(pages=1, told=len(told), given=len(found), ms=round(1000 * seconds), tables=len(page.tables))
    counted["told_text"] = sum(bool(cell.text) for cell in told)
    counted["given_text"] = sum(bool(page.cell_text(cell)) for cell in found)
    for cell in told:
        quad = draw.corners(*cell.box) * (draw.DPI / 72)
        mine = next((one for one in found if _same(cell, one, box_of(age.mapped(shot.matrix, quad)))), None)
        if mine is None:
            continue
        right = _key(cell.text) == _key(page.cell_text(mine))
        counted["found"] += 1
        counted["right"] += right
        counted["right_text"] += right and bool(cell.text)
        if keep and not right:
            print(f"{name} {cell.row},{cell.column}: {cell.text!r} → {page.cell_text(mine)!r}")
    if keep and counted["found"] < max(len(told), len(found)):
        shot.image.save(keep / f"{name.replace('/', '_')}.png")
        print(name, f"turn {turn}", dict(counted))
    return level, counted


def _same(told: Told, cell: Cell, box: list[int]) -> bool:
    if (told.row, told.column, told.rows, told.columns) != (cell.row, cell.column, cell.rows, cell.columns):
        return False
    wide = min(box[2], cell.box[2]) - max(box[0], cell.box[0])
    high = min(box[3], cell.box[3]) - max(box[1], cell.box[1])
    areas = [(one[2] - one[0]) * (one[3] - one[1]) for one in (box, cell.box)]
    shared = max(0, wide) * max(0, high)
    return shared > 0.5 * (sum(areas) - shared)


def _key(text: str) -> str:
    words = (word.strip(_AROUND) for word in text.casefold().split())
    return " ".join(word for word in words if word)


@cache
def _steps() -> tuple[Look, Read, Correct]:
    engine, language = tesseract.open(tesseract.Options()), open_language()
    return Look(engine), Read(engine, language.ngrams), Correct(language.correct)


def _read(shot: age.Shot) -> tuple[Page, float]:
    """The page as read, and the processor's seconds for it."""
    image = shot.image if shot.image.mode in ("L", "RGB") else shot.image.convert("L")
    sight = Seen(pixels=np.asarray(image), dpi=shot.dpi[0], aspect=shot.dpi[0] / shot.dpi[1])
    start = time.process_time()
    page = Page(number=1)
    for step in _steps():
        page = step(page, sight)
    return page, time.process_time() - start


def main() -> None:
    """Print the figures, a row a level."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20, help="of each level")
    parser.add_argument("--level", nargs="+", choices=age.LEVELS, default=["clean", "office", "worn", "phone", "fax"])
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder for pages with a cell not found; tells what isn't right")
    told = parser.parse_args()
    names = [f"{told.seed}/{level}/{number}" for level in told.level for number in range(told.pages)]
    sums: dict[str, Counter[str]] = {}
    with ProcessPoolExecutor(told.processes) as pool:
        for level, counted in pool.map(judge, names, [told.keep] * len(names)):
            for key in (level, "all"):
                sums.setdefault(key, Counter()).update(counted)
    head = ["level", "pages", "cells", "found F1 %", "right F1 %", "with text", "right F1 %", "s a page"]
    print(table(head, [_row(level, sums[level]) for level in [*told.level, "all"]]))
    print("\n".join(f"- {line}" for line in machine(told.processes)))


def _row(level: str, counted: Counter[str]) -> list[str]:
    def f1(right: str, text: str = "") -> str:
        return percent(2 * counted[right + text] / max(1, counted["told" + text] + counted["given" + text]))

    counts = [str(counted[name]) for name in ("pages", "told")]
    seconds = f"{counted['ms'] / 1000 / counted['pages']:.2f}"
    return [level, *counts, f1("found"), f1("right"), str(counted["told_text"]), f1("right", "_text"), seconds]


if __name__ == "__main__":
    sys.exit(main())
