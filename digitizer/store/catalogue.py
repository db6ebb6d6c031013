"""The catalogue of procedures in the records: versions, and what each import changed.

A version is closed, never overwritten, when a later one says otherwise: what held on the day of receipt still counts.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from digitizer.store.events import timestamp
from digitizer.store.records import Records
from digitizer.store.schema import procedure_changes, procedures


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A procedure to be stored: the row of the list that says it, what it says, and what was read out of that."""

    row: int
    code: str
    published: dict[str, Any]
    noun: dict[str, Any]
    valid_from: str = ""
    valid_to: str = ""
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an import did to a code, or thought of a row: `new`, `changed`, `ended`, `odd`, `refused`."""

    row: int
    code: str
    what: str
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """How a list is taken: its name, the day from which changes hold, and whether what it lacks has ended."""

    list: str
    file: str
    sha256: str
    actor: str
    read_with: str
    day: str
    whole: bool = False


def stamp(records: Records) -> tuple[int, str]:
    """Changes whenever an import changed something."""
    with records.reading() as db:
        last = db.execute(select(func.max(procedure_changes.c.id))).scalar()
        oldest = db.execute(select(func.min(procedures.c.read_with))).scalar()
    return last or 0, oldest or ""


def versions(records: Records) -> list[tuple[dict[str, Any], dict[str, Any], str]]:
    """(published, noun with its days, what it was read with) of every version of every code."""
    with records.reading() as db:
        rows = db.execute(select(procedures)).all()
    return [
        (row.published, {**row.noun, "valid_from": row.valid_from, "valid_to": row.valid_to}, row.read_with)
        for row in rows
    ]


def reread(records: Records, found: Iterable[tuple[str, str, dict[str, Any]]], read_with: str) -> None:
    """Store again what was read out of versions, (code, valid_from, noun), with newer tables."""
    with records.begin() as db:
        for code, valid_from, noun in found:
            here = (procedures.c.code == code) & (procedures.c.valid_from == valid_from)
            db.execute(update(procedures).where(here).values(noun=noun, read_with=read_with))


def store(records: Records, entries: Iterable[Entry], told: Iterable[Change], how: Import) -> list[Change]:
    """Take a list in, all in one transaction; gives what it changed, in the order of its rows.

    `told`: what the reader said of the rows, kept with the changes.
    """
    with records.begin() as db:
        newest = {row.code: row for row in db.execute(select(procedures).order_by(procedures.c.valid_from))}
        given = list(entries)
        replaced = {code for entry in given for code in entry.replaces}
        done: list[Change] = []
        for entry in given:
            done += _take(db, entry, newest.get(entry.code), how, again=entry.code not in replaced)
        for entry in given:
            for code in entry.replaces:
                done += _end(db, code, entry.valid_from or how.day, entry.row, {"replaced_by": entry.code})
        if how.whole:
            lacking = newest.keys() - {entry.code for entry in given}
            for code in sorted(one for one in lacking if newest[one].list == how.list):
                done += _end(db, code, how.day, 0, {"missing_in": how.file})
        _note(db, [*done, *told], how)
    return done


def changes(records: Records, code: str | None = None, most: int = 200) -> list[dict[str, Any]]:
    """What imports changed, newest import first; of one code when given."""
    query = select(procedure_changes).order_by(procedure_changes.c.at.desc(), procedure_changes.c.id).limit(most)
    if code is not None:
        query = query.where(procedure_changes.c.code == code)
    with records.reading() as db:
        return [dict(row._mapping) for row in db.execute(query)]  # noqa: SLF001  # SQLAlchemy's public name


def _take(db: Connection, entry: Entry, last: Any, how: Import, *, again: bool) -> Iterator[Change]:
    """`again`: an ended code that the list still has begins anew."""
    print_ = _fingerprint(entry.published)
    values = {
        "valid_to": entry.valid_to,
        "fingerprint": print_,
        "list": how.list,
        "published": entry.published,
        "noun": entry.noun,
        "read_with": how.read_with,
    }
    if last is None:
        db.execute(procedures.insert().values(code=entry.code, valid_from=entry.valid_from, **values))
        yield Change(row=entry.row, code=entry.code, what="new")
        return
    here = (procedures.c.code == entry.code) & (procedures.c.valid_from == last.valid_from)
    if last.fingerprint == print_ and (last.valid_to == entry.valid_to or not again):
        if last.read_with != how.read_with:
            db.execute(update(procedures).where(here).values(noun=entry.noun, read_with=how.read_with))
        return
    day = entry.valid_from or how.day
    about = {"fields": _differing(last.published, entry.published)}
    if day <= last.valid_from or last.valid_from == entry.valid_from != "":
        db.execute(update(procedures).where(here).values(**values))
    else:
        if not last.valid_to or last.valid_to >= day:
            db.execute(update(procedures).where(here).values(valid_to=_before(day)))
        db.execute(procedures.insert().values(code=entry.code, valid_from=day, **values))
    yield Change(row=entry.row, code=entry.code, what="changed", about={**about, "from": day})


def _end(db: Connection, code: str, day: str, row: int, about: dict[str, Any]) -> Iterator[Change]:
    """Close the open version of a code on the day before, when there is one."""
    here = (procedures.c.code == code) & (procedures.c.valid_to == "")
    if db.execute(select(procedures.c.code).where(here)).first() is not None:
        db.execute(update(procedures).where(here).values(valid_to=_before(day)))
        yield Change(row=row, code=code, what="ended", about={**about, "valid_to": _before(day)})


def _note(db: Connection, done: list[Change], how: Import) -> None:
    at = timestamp()
    counts: dict[str, int] = {}
    for one in done:
        counts[one.what] = counts.get(one.what, 0) + 1
    whole = Change(row=0, code="", what="imported", about={"sha256": how.sha256, "list": how.list, **counts})
    common = {"at": at, "actor": how.actor, "file": how.file}
    rows = [
        {**common, "row": one.row, "code": one.code, "what": one.what, "about": one.about} for one in (whole, *done)
    ]
    db.execute(procedure_changes.insert(), rows)


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _fingerprint(published: dict[str, Any]) -> str:
    text = json.dumps(published, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
