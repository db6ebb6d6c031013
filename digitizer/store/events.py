"""The history of each arrival: a chain of hashes, so that what came in and what was done to it can be proved."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from digitizer.store.schema import events

_START = "0" * 64


def timestamp() -> str:
    """Now, ISO 8601 with milliseconds and offset."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def append(db: Connection, arrival: str, actor: str, what: str, about: dict[str, Any]) -> None:
    """Add an event to the chain of an arrival.  `about` never holds text of a document, a clerk's value excepted."""
    last = db.execute(
        select(events.c.sequence, events.c.hash)
        .where(events.c.arrival == arrival)
        .order_by(events.c.sequence.desc())
        .limit(1)
    ).first()
    row = {
        "arrival": arrival,
        "sequence": last.sequence + 1 if last else 0,
        "at": timestamp(),
        "actor": actor,
        "what": what,
        "about": about,
    }
    db.execute(events.insert().values(**row, hash=_hash(last.hash if last else _START, row)))


def history(db: Connection, arrival: str) -> list[dict[str, Any]]:
    """The events of an arrival, oldest first."""
    query = select(events).where(events.c.arrival == arrival).order_by(events.c.sequence)
    return [dict(row._mapping) for row in db.execute(query)]  # noqa: SLF001  # SQLAlchemy's public name


def broken(db: Connection, arrival: str) -> Iterator[int]:
    """The sequence numbers of events whose hash does not follow from the one before."""
    previous = _START
    for expected, row in enumerate(history(db, arrival)):
        given = row.pop("hash")
        if row["sequence"] != expected or given != _hash(previous, row):
            yield row["sequence"]
        previous = given


def _hash(previous: str, row: dict[str, Any]) -> str:
    text = json.dumps([previous, row], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
