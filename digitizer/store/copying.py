"""Copies records from one database into another of either kind: what is missing, in the order of its keys."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, MetaData, Row, String, Table, func, insert, inspect, select, tuple_
from sqlalchemy import text as sql

from digitizer.errors import Conflict
from digitizer.store import search
from digitizer.store.database import Database
from digitizer.store.schema import metadata, search_pages

_AT_ONCE = 500
_LEASE: dict[str, Any] = {"owner": None, "until": 0.0}
"""Nobody works on what is moved, and clocks of two databases differ."""
_mark = Table("moving", MetaData(), Column("source", String, nullable=False))
"""Stands in the target while a move into it is not finished, and names what is moved."""


class Content(NamedTuple):
    """What a table holds: its rows, and a SHA-256 over them in the order of their keys."""

    rows: int
    sha256: str


def tables() -> list[Table]:
    """All tables, those first that others refer to."""
    return list(metadata.sorted_tables)


def is_empty(target: Database) -> bool:
    """True when no table has a row."""
    with target.reading() as db:
        return not any(db.execute(select(table).limit(1)).first() for table in tables())


def moving(target: Database) -> str | None:
    """The source of the move into this database that was begun and not finished, or None."""
    with target.reading() as db:
        if not inspect(db).has_table(_mark.name):
            return None
        return db.execute(select(_mark.c.source)).scalar()


def begin(target: Database, source: str) -> None:
    """Mark the target as the half of a move."""
    with target.begin() as db:
        _mark.create(db)
        db.execute(insert(_mark).values(source=source))


def finish(target: Database) -> None:
    """Take the mark away."""
    with target.begin() as db:
        _mark.drop(db)


def copy(table: Table, source: Connection, target: Database, step: Callable[[int], None]) -> None:
    """Copy the rows behind the last one that the target has; `step` is told of each lot how many it was.

    Each lot is one transaction, so after a kill the same call goes on where it was.
    """
    keys = list(table.primary_key)
    with target.reading() as db:
        last = db.execute(select(*keys).order_by(*(key.desc() for key in keys)).limit(1)).first()
    wanted = select(table).order_by(*keys)
    if last is not None:
        wanted = wanted.where(tuple_(*keys) > tuple_(*last))
    with source.execute(wanted.execution_options(yield_per=_AT_ONCE)) as found:
        for lot in found.partitions():
            rows = [_clean(row) for row in lot]
            with target.begin() as db:
                db.execute(insert(table), rows)
                if table is search_pages:
                    search.index_rows(db, rows)
            step(len(rows))
    if table is search_pages and target.engine.dialect.name == "postgresql":
        with target.begin() as db:  # ids that come next follow those that were copied
            newest = select(func.coalesce(func.max(search_pages.c.rowid), 0) + 1).scalar_subquery()
            db.execute(select(func.setval(sql("'search_pages_rowid_seq'"), newest, sql("false"))))


def content(table: Table, db: Connection) -> Content:
    """How many rows the table has, and their SHA-256; leases are left out."""
    digest, count = hashlib.sha256(), 0
    wanted = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    with db.execute(wanted) as rows:
        for count, row in enumerate(rows, 1):  # noqa: B007  # the last one is the number of rows
            text = json.dumps(_clean(row), ensure_ascii=False, sort_keys=True, default=bytes.hex)
            digest.update(text.encode("utf-8", "surrogatepass") + b"\n")
    return Content(count, digest.hexdigest())


def _clean(row: Row[Any]) -> dict[str, Any]:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name
    values.update({name: value for name, value in _LEASE.items() if name in values})
    # Only in texts of an index made before NUL was kept out of it.
    return {name: value.replace("\0", " ") if isinstance(value, str) else value for name, value in values.items()}


def check_equal(source: Connection, target: Connection) -> dict[str, int]:
    """Rows of each table; raises Conflict naming the first table that differs."""
    found = {}
    for table in tables():
        here, there = content(table, source), content(table, target)
        if here != there:
            raise Conflict(f"table {table.name}: {here.rows} rows here, {there.rows} there, and they are not the same")
        found[table.name] = here.rows
    return found
