"""Reads the three kinds of set: our samples, scans with a text a page, scans with a table of metadata."""

import csv
import gzip
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from bench.nouns import Box, Fields, Key, Set, TruthDocument, TruthPage, Value
from digitizer.text import fold

REAL = "real"
"""The level of scans that nobody aged on purpose."""


def read_set(folder: Path) -> Set:
    """The set in a folder; raises SystemExit when it holds none.

    All `expected.json` files anywhere below together, else `<doc>/gt/pNNN.txt` beside `<doc>/pages.pdf`, else
    `metadata.tsv`.
    """
    expected = sorted(folder.rglob("expected.json"))
    if expected:
        pages: list[TruthPage] = []
        documents: list[TruthDocument] = []
        for one in expected:
            _expected(one, folder, pages, documents)
        return Set(name=folder.resolve().name, pages=tuple(pages), documents=tuple(documents))
    if any(folder.glob("*/gt/p*.txt")):
        return _typed(folder)
    if (folder / "metadata.tsv").is_file():
        return _metadata(folder)
    raise SystemExit(f"{folder}: no expected.json, no */gt/pNNN.txt, no metadata.tsv")


def _expected(file: Path, root: Path, pages: list[TruthPage], documents: list[TruthDocument]) -> None:
    """Add what one `expected.json` tells, its files named from the root of the set."""
    told = json.loads(file.read_text(encoding="utf-8"))
    beside = file.with_name("expected.words.json.gz")
    words = json.loads(gzip.decompress(beside.read_bytes())) if beside.is_file() else None
    inside = file.parent.relative_to(root).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    for entry in told["files"]:
        pages.extend(_page(prefix, entry, page, words) for page in entry["pages"])
    for one in told.get("documents", ()):
        keys = tuple(_key(prefix, at["file"], at["page"]) for at in one["pages"])
        documents.append(
            TruthDocument(
                kind=one["kind"], pages=keys, fields=fields_of(one["fields"]), dossier=one.get("dossier")
            )
        )


def _page(prefix: str, entry: dict[str, Any], page: dict[str, Any], beside: Any) -> TruthPage:
    words = page.get("words") or _words_beside(beside, entry["file"], page["number"])
    return TruthPage(
        key=_key(prefix, entry["file"], page["number"]),
        level=page.get("level") or entry.get("level") or REAL,
        text=page["text"],
        words=tuple((text, (x0, y0, x1, y1)) for text, x0, y0, x1, y1 in words),
        size=(page["width"], page["height"]),
        turned=page.get("turned"),
        skew=page.get("skew"),
        blank=page.get("blank"),
    )


def _key(prefix: str, file: str, number: int) -> Key:
    """Page 1 of an image, whichever page of its run it is."""
    return Key(prefix + file, 1 if is_image(file) else number)


def _words_beside(beside: Any, file: str, number: int) -> list[list[Any]]:
    """Words kept apart: {file: {page number: words}} or {file: [words of page 1, …]}."""
    pages = (beside or {}).get(file, {})
    if isinstance(pages, list):
        pages = {str(index): words for index, words in enumerate(pages, 1)}
    words: list[list[Any]] = pages.get(str(number), [])
    return words


def fields_of(told: dict[str, list[dict[str, Any]]]) -> Fields:
    """The values of `expected.json` or of a `document` line of the machine face."""
    return {
        name: [
            Value(normalised=str(one["normalised"]), part=one.get("part"), unsure=one.get("unsure", False))
            for one in values
        ]
        for name, values in told.items()
    }


def _typed(folder: Path) -> Set:
    pages = []
    for scan in sorted(folder.glob("*/pages.pdf")):
        texts = sorted((scan.parent / "gt").glob("p*.txt"))
        file = scan.relative_to(folder).as_posix()
        for number, text in enumerate(texts, 1):
            pages.append(TruthPage(key=Key(file, number), level=REAL, text=text.read_text(encoding="utf-8")))
    return Set(name=folder.name, pages=tuple(pages), split=False)


def _metadata(folder: Path) -> Set:
    pages: list[TruthPage] = []
    documents = []
    with (folder / "metadata.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            scan = folder / row["file"]
            if not scan.is_file():
                continue
            count = len(PdfReader(scan).pages) if scan.suffix == ".pdf" else int(row["pages"])
            keys = [Key(row["file"], number) for number in range(1, count + 1)]
            pages += [TruthPage(key=key, level=REAL) for key in keys]
            fields = {name: _doubtable(row[name]) for name in ("number", "issued", "issuer", "subject") if row[name]}
            documents.append(TruthDocument(kind=slug(row["kind"]), pages=tuple(keys), fields=fields))
    return Set(
        name=folder.name, pages=tuple(pages), documents=tuple(documents), shortened=True, split=False, complete=False
    )


def _doubtable(value: str) -> list[Value]:
    return [Value(normalised=value.rstrip("?").strip(), doubtful=value.rstrip().endswith("?"))]


def slug(title: str) -> str:
    """A kind's title as its slug: `Thông tư` → `thong_tu`."""
    return re.sub(r"[^a-z0-9]+", "_", fold(title)).strip("_")


def choose(one: Set, levels: Iterable[str], limit: int) -> Set:
    """The set with only the units (see `unit`) that hold a page of these levels, at most `limit`, evenly spread.

    No levels: all.  Limit 0: all.  Documents of which a page is missing are left out.
    """
    wanted = set(levels)
    names = list(dict.fromkeys(unit(page.key.file) for page in one.pages if not wanted or page.level in wanted))
    if limit and len(names) > limit:
        names = [names[index * len(names) // limit] for index in range(limit)]
    chosen = set(names)
    pages = tuple(page for page in one.pages if unit(page.key.file) in chosen)
    left = {page.key for page in pages}
    documents = tuple(paper for paper in one.documents if left.issuperset(paper.pages))
    return replace(one, pages=pages, documents=documents)


_IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".heic", ".heif")


def is_image(file: str) -> bool:
    """True for a name that a run of page images is made of."""
    return file.lower().endswith(_IMAGES)


def unit(file: str) -> str:
    """What must be given whole: the ZIP a member is in, the folder of an image that may be one of a run, the file."""
    inside_zip = re.match(r"(.+?\.zip)/", file, re.IGNORECASE)
    if inside_zip:
        return inside_zip.group(1)
    if is_image(file):
        return file.rpartition("/")[0] + "/"
    return file


def overlap(one: Box, other: Box) -> bool:
    """True when the centre of `one` lies in `other`."""
    x, y = (one[0] + one[2]) / 2, (one[1] + one[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]
