"""Which blobs the records speak of, held against which are stored; on disk, so that millions of either fit."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from digitizer.model import ArrivalState
from digitizer.store.schema import arrivals, pages, records, scans

ORIGINAL, RECORD, PREVIEW = "original", "record", "preview"
_STREAM = {"yield_per": 1000}


class Reference(NamedTuple):
    """A blob that something needs: what as (`original`, `record`, `preview`), and the id of what needs it."""

    sha256: str
    what: str
    about: str


def references(db: Connection, since: str = "") -> Iterator[Reference]:
    """Every blob that the records speak of, as often as they do; `since`: only of arrivals received since then."""
    recent = arrivals.c.received >= since
    taken = arrivals.c.state == ArrivalState.TAKEN
    of_arrivals = select(arrivals.c.id, arrivals.c.sha256, scans.c.noun).join(scans, scans.c.arrival == arrivals.c.id)
    for id_, sha256, noun in _rows(db, of_arrivals.where(recent, taken)):
        if noun["member"] is not None:  # the ZIP that it came in
            yield Reference(sha256, ORIGINAL, id_)
        for file in noun["files"] or [noun]:
            if noun["media"]:  # else it could not be read and was not stored
                yield Reference(file["sha256"], ORIGINAL, id_)
    looked = pages.c.noun["preview"].as_string()
    of_pages = select(pages.c.scan, looked).join(scans, scans.c.id == pages.c.scan)
    of_pages = of_pages.join(arrivals, arrivals.c.id == scans.c.arrival).where(recent, looked.is_not(None))
    for scan, preview in _rows(db, of_pages):
        yield Reference(preview, PREVIEW, scan)
    of_records = select(records.c.document, records.c.noun).where(records.c.created >= since)
    for document, noun in _rows(db, of_records):
        for sha256 in (noun["pdf"], noun["json"], noun["text"]):
            if sha256:
                yield Reference(sha256, RECORD, document)


def _rows(db: Connection, query: Select[Any]) -> Iterator[Any]:
    with db.execute(query.execution_options(**_STREAM)) as rows:  # closed too when nobody wants the rest
        yield from rows


class Ledger:
    """Both lists in a file of this machine that is gone when the context closes."""

    def __init__(self, folder: Path) -> None:
        """Make it in that folder."""
        self._folder = tempfile.TemporaryDirectory(dir=folder)
        self._db = sqlite3.connect(Path(self._folder.name) / "ledger", isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE needed(sha256 TEXT PRIMARY KEY, what TEXT, about TEXT) WITHOUT ROWID;"
            "CREATE TABLE stored(sha256 TEXT PRIMARY KEY) WITHOUT ROWID;"
        )

    def __enter__(self) -> "Ledger":  # noqa: PYI034  # never subclassed
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove it."""
        self._db.close()
        self._folder.cleanup()

    def need(self, given: Iterable[Reference]) -> None:
        """Write down what is needed; an original stays one when something else needs it too."""
        say = "ON CONFLICT(sha256) DO UPDATE SET what=excluded.what, about=excluded.about"
        self._db.execute("BEGIN")
        self._db.executemany(
            f"INSERT INTO needed VALUES (?,?,?) {say} WHERE what<>'{ORIGINAL}' AND excluded.what='{ORIGINAL}'",  # noqa: S608  # constants
            given,
        )
        self._db.execute("COMMIT")

    def hold(self, stored: Iterable[str]) -> None:
        """Write down what is stored."""
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR IGNORE INTO stored VALUES (?)", ((sha256,) for sha256 in stored))
        self._db.execute("COMMIT")

    def missing(self) -> Iterator[Reference]:
        """What is needed and not stored."""
        rows = self._db.execute("SELECT * FROM needed WHERE sha256 NOT IN (SELECT sha256 FROM stored) ORDER BY 1")
        return (Reference(*row) for row in rows)

    def orphans(self) -> Iterator[str]:
        """What is stored and not needed."""
        rows = self._db.execute("SELECT sha256 FROM stored WHERE sha256 NOT IN (SELECT sha256 FROM needed) ORDER BY 1")
        return (row[0] for row in rows)

    def needed(self, *what: str, sample: int | None = None) -> Iterator[Reference]:
        """What is needed as one of these and stored, in order; `sample`: so many of them, by chance."""
        order = "ORDER BY 1" if sample is None else f"ORDER BY random() LIMIT {sample:d}"
        stored = "AND sha256 IN (SELECT sha256 FROM stored)"
        rows = self._as_one_of(what, "*", f"{stored} {order}")
        return (Reference(*row) for row in rows)

    def all(self, *what: str) -> Iterator[Reference]:
        """What is needed as one of these, in order, stored or not."""
        return (Reference(*row) for row in self._as_one_of(what, "*", "ORDER BY 1"))

    def count(self, *what: str) -> int:
        """How many blobs are needed as one of these."""
        return int(self._as_one_of(what, "count(*)").fetchone()[0])

    def _as_one_of(self, what: tuple[str, ...], chosen: str, rest: str = "") -> sqlite3.Cursor:
        marks = ",".join("?" * len(what))
        return self._db.execute(f"SELECT {chosen} FROM needed WHERE what IN ({marks}) {rest}", what)  # noqa: S608
