"""The history of each arrival: a chain of hashes, so that what came in and what was done to it can be proved."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from digitizer.store.schema import arrivals, events

_START = "0" * 64
_SEALED = "sealed"
_TOLD = tuple(column for column in events.c if column.name != "seal")


def timestamp() -> str:
    """Now, ISO 8601 with milliseconds and offset."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def append(db: Connection, arrival: str, actor: str, what: str, about: dict[str, Any]) -> None:
    """Add an event to the chain of an arrival.  `about` never holds text of a document, a clerk's value excepted."""
    # One at a time to a chain: two that saw the same last event would both be the next.
    db.execute(select(arrivals.c.id).where(arrivals.c.id == arrival).with_for_update(key_share=True))
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
    query = select(*_TOLD).where(events.c.arrival == arrival).order_by(events.c.sequence)
    return [dict(row._mapping) for row in db.execute(query)]  # noqa: SLF001  # SQLAlchemy's public name


def seal_off(db: Connection, arrival: str) -> None:
    """Take what the events of an arrival are about out of the database.

    Each `about` becomes its digest, which is what was hashed: the chain and its seals still hold, and say no word.
    """
    for row in history(db, arrival):
        _tell(db, row, {_SEALED: _digest(row["about"])})


def tell_again(db: Connection, known: list[dict[str, Any]]) -> None:
    """Put back what `seal_off` took out."""
    for row in known:
        _tell(db, row, row["about"])


def _tell(db: Connection, row: dict[str, Any], about: dict[str, Any]) -> None:
    mine = (events.c.arrival == row["arrival"], events.c.sequence == row["sequence"])
    db.execute(update(events).where(*mine).values(about=about))


def breaks(db: Connection, *, since: str = "", arrival: str | None = None) -> Iterator[tuple[str, int]]:
    """(arrival, sequence) of every event whose hash does not follow from the one before; streams.

    `arrival`: only its chain; else all chains, or those with an event since that time.
    """
    query = select(*_TOLD).order_by(events.c.arrival, events.c.sequence).execution_options(yield_per=1000)
    if arrival is not None:
        query = query.where(events.c.arrival == arrival)
    elif since:
        query = query.where(events.c.arrival.in_(select(events.c.arrival).where(events.c.at >= since)))
    chain, previous, expected = "", _START, 0
    for found in db.execute(query):
        row = dict(found._mapping)  # noqa: SLF001  # as above
        if row["arrival"] != chain:
            chain, previous, expected = row["arrival"], _START, 0
        given = row.pop("hash")
        if row["sequence"] != expected or given != _hash(previous, row):
            yield chain, row["sequence"]
        previous, expected = given, row["sequence"] + 1


def broken(db: Connection, arrival: str) -> Iterator[int]:
    """The sequence numbers of events whose hash does not follow from the one before."""
    return (sequence for _, sequence in breaks(db, arrival=arrival))


def _hash(previous: str, row: dict[str, Any]) -> str:
    return _digest([previous, {**row, "about": _digest(row["about"])}])


def _digest(value: Any) -> str:
    """SHA-256 of the value as JSON; of an `about` that was sealed off, what it was."""
    if isinstance(value, dict) and value.keys() == {_SEALED}:
        return str(value[_SEALED])
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
