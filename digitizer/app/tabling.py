"""Tables of papers as rows of text, for the screen and for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from digitizer.app.desk import scans_of
from digitizer.errors import Conflict
from digitizer.model import Page, PageRef, Table
from digitizer.store.records import Records

_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: `name` says scan, page and which one, fit for a file name; all `rows` are equally long."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def tables_of(records: Records, target: str) -> Iterator[Sheet]:
    """The tables of an arrival, scan, document or dossier, page by page; raises NotFound."""
    for ref in _pages(records, target):
        page = records.page(ref.scan, ref.page)
        for number, table in enumerate(page.tables, 1):
            yield Sheet(name=f"{ref.scan}_p{ref.page}_t{number}", rows=as_rows(table, page))


def as_rows(table: Table, page: Page) -> tuple[tuple[str, ...], ...]:
    """What the cells say; a merged cell says it where it begins, and is empty where it goes on."""
    rows = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row][cell.column] = page.cell_text(cell)
    return tuple(map(tuple, rows))


def write(sheets: Iterable[Sheet], folder: Path) -> Iterator[Path]:
    """Write each as CSV (UTF-8 with the mark by which Excel knows it); gives the paths.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.  Raises Conflict rather than
    overwrite a file that differs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in sheets:
        path = folder / f"{sheet.name}.csv"
        if path.exists():
            raise Conflict(f"{path} is there already: choose another folder")
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([_shown(text) for text in row] for row in sheet.rows)
        yield path


def _shown(text: str) -> str:
    number = text.removeprefix("-").replace(".", "").replace(",", "").isdigit()
    return f"'{text}" if text.startswith(_FORMULA) and not number else text


def _pages(records: Records, target: str) -> Iterator[PageRef]:
    if target.startswith("h"):
        for document in records.dossier(target).documents:
            yield from records.document(document).pages
    elif target.startswith("d"):
        yield from records.document(target).pages
    else:
        for scan in scans_of(records, target):
            yield from (PageRef(scan=scan, page=page.number) for page in records.scan(scan).pages)
