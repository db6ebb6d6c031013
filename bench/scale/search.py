"""How long a search takes among many pages, in SQLite and in PostgreSQL: common words, rare ones, phrases, deep."""

import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from digitizer.ids import new_id
from digitizer.model import Document, PageRef
from digitizer.store import nouns, search
from digitizer.store.records import Records
from digitizer.store.schema import documents, search_pages
from tests.records import arrive, field
from tests.servers import postgres_server

_WORDS, _AT_ONCE, _ROUNDS = 250, 500, 5
_COMMON = (
    "của và các cho theo tại ngày tháng năm quyết định ủy ban nhân dân xã huyện tỉnh cấp phép đăng ký đất".split()  # noqa: SIM905  # words are read in a row
)
_ONSETS = "b c ch d đ g h kh l m n ng nh ph qu s t th tr v x".split()  # noqa: SIM905
_RIMES = "an ân ang anh ao ăm en ênh iêu in oan ông uyên ương ưu".split()  # noqa: SIM905

QUERIES = {
    "two common words": ("cấp phép", {}),
    "four common words, no marks": ("uy ban nhan dan", {}),
    "a phrase of common words": ('"theo quyết định của"', {}),
    "common words that never stand so": ('"phép cấp ký đăng"', {}),
    "a rare name": ("Thuyên Khương Ngoan", {}),
    "a number": ("777/QĐ-UBND", {}),
    "a prefix": ("quy*", {}),
    "common words and a date": ("cấp phép", {"date_from": "2023-01-01", "date_to": "2023-01-31"}),
    "common words of a part of an issuer's name": ("cấp phép", {"issuer": "so xay dung"}),
    "no words, one kind": ("", {"kind": "giay_phep"}),
}


def measure(folder: Path, pages: int) -> str:
    """A table: milliseconds for the first 20 hits, the middle and the worst of five times, and for the 50th twenty."""
    with postgres_server() as url:
        told = [
            f"{pages:,} pages of {_WORDS} words in {pages // 2:,} documents; milliseconds for 20 hits, median (worst)\n"
        ]
        told += ["| query | SQLite | PostgreSQL |", "| --- | --- | --- |"]
        columns = []
        for address in (f"sqlite:///{folder / 'records.sqlite'}", url):
            with _filled(address, pages) as records:
                columns.append({name: _times(records, query, how) for name, (query, how) in QUERIES.items()})
                columns[-1]["the 50th twenty of two common words"] = _deep(records)
        told += [f"| {name} | {' | '.join(column[name] for column in columns)} |" for name in columns[0]]
    return "\n".join(told)


@contextmanager
def _filled(url: str, pages: int) -> Iterator[Records]:
    records, chance = Records(url), random.Random(7)
    vocabulary = [onset + rime for onset in _ONSETS for rime in _RIMES]
    words = _COMMON + vocabulary
    weights = [30.0 / (rank + 1) for rank in range(len(_COMMON))] + [
        10.0 / (rank + 5) for rank in range(len(vocabulary))
    ]
    scan = arrive(records, 0)
    rowid = 0
    for start in range(0, pages // 2, _AT_ONCE // 2):
        papers, rows = [], list[dict[str, Any]]()
        for number in range(start, min(start + _AT_ONCE // 2, pages // 2)):
            paper = _paper(scan.id, number)
            papers.append(nouns.document_row(paper, scan.id, number) | {"id": f"d{number:014d}"})
            for ordinal in range(2):
                rowid += 1
                said = " ".join(chance.choices(words, weights, k=_WORDS))
                if number % 4001 == 7:
                    said += " ông Thuyên Khương Ngoan"
                place = {"document": papers[-1]["id"], "ordinal": ordinal, "scan": scan.id, "page": ordinal + 1}
                rows.append({"rowid": rowid, **place, "text": said, "extra": f"{number}/QĐ-UBND"})
        with records.begin() as db:
            db.execute(insert(documents), papers)
            db.execute(insert(search_pages), rows)
            search.index_rows(db, rows)
    with records.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("ANALYZE" if records.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))
    try:
        yield records
    finally:
        records.close()


def _paper(scan: str, number: int) -> Document:
    issuer = "Sở Xây dựng" if number % 50 == 0 else f"UBND xã {number % 300}"
    issued = f"20{10 + number % 15:02d}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    fields = (field("issuer", issuer), field("issued", issued), field("number", f"{number}/QĐ-UBND"))
    kind = "giay_phep" if number % 100 == 0 else "quyet_dinh"
    return Document(
        id=new_id("d"), pages=(PageRef(scan=scan, page=1), PageRef(scan=scan, page=2)), kind=kind, fields=fields
    )


def _times(records: Records, query: str, how: dict[str, str], after: str | None = None) -> str:
    times = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        search.search(records, query, search.Filters(**how), 20, after)
        times.append(1000 * (time.perf_counter() - begun))
    return f"{statistics.median(times):.0f} ({max(times):.0f})"


def _deep(records: Records) -> str:
    hits = search.search(records, "cấp phép", search.Filters(), 1000)
    return _times(records, "cấp phép", {}, hits[-1].cursor if hits else None)
