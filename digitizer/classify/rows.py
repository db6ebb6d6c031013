"""Rows of a list out of its file: JSON, JSON lines (also .xz), CSV and XLSX."""

import csv
import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from digitizer.text import nfc

MOST_BYTES = 256 << 20
BROKEN = (OSError, EOFError, UnicodeError, lzma.LZMAError, csv.Error, BadZipFile, InvalidFileException, KeyError)
"""What reading a file raises that is no list."""


def rows(file: Path, heads: Callable[[list[str]], bool]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """(line or place, the row or what is wrong with it).  `heads`: whether these cells of a sheet are its heads."""
    name = file.name.lower()
    if name.endswith((".xlsx", ".xlsm")):
        yield from _sheet(file, heads)
        return
    packed = name.endswith(".xz")
    with lzma.open(file) if packed else file.open("rb") as stream:
        text = stream.read(MOST_BYTES).decode("utf-8-sig")
    if name.removesuffix(".xz").endswith((".csv", ".tsv")):
        yield from _table(text)
    elif text.lstrip().startswith("["):
        yield from _array(text)
    else:
        yield from _json_lines(text)


def _array(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise UnicodeError(f"JSON: {error}") from error
    for number, row in enumerate(rows, 1):
        yield number, row if isinstance(row, dict) else "không phải đối tượng JSON / no JSON object"


def _json_lines(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    good = False
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            if not good and number > 20:  # nothing of the kind
                raise UnicodeError(f"JSON: {error}") from error
            yield number, f"không phải JSON / no JSON: {error}"
            continue
        good = True
        yield number, row if isinstance(row, dict) else "không phải đối tượng JSON / no JSON object"
    if not good:
        raise UnicodeError("no line of JSON")


def _table(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    dialect = "excel-tab" if "\t" in text.partition("\n")[0] else "excel"
    reader = csv.DictReader(text.splitlines(keepends=True), dialect=dialect)
    if dialect == "excel" and len(reader.fieldnames or ()) == 1 and ";" in (reader.fieldnames or ("",))[0]:
        reader = csv.DictReader(text.splitlines(keepends=True), delimiter=";")
    for row in reader:
        if any(row.values()):
            yield reader.line_num, {key: value or "" for key, value in row.items() if isinstance(key, str)}


def _sheet(file: Path, heads: Callable[[list[str]], bool]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """The first sheet that has its heads among its first twenty rows."""
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            named: list[str] = []
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                texts = [text_of(cell) for cell in cells]
                if not named:
                    if heads(texts):
                        named = texts
                    elif number > 20:
                        break
                elif any(texts):
                    yield number, {head: text for head, text in zip(named, texts, strict=False) if head}
            if named:
                return
    finally:
        book.close()


def text_of(value: Any) -> str:  # JSON or a cell from outside
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(map(text_of, value))
    if hasattr(value, "date"):  # a cell that holds a day
        return str(value.date().isoformat())
    return nfc(str(value))
