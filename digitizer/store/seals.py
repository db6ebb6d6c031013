"""Seals: the heads of all chains as they stood at the end of a day, in files outside the database.

Whoever owns the database can rewrite whole chains so that they look unbroken; a seal written before tells.  A seal is
a text file that nobody writes again: for each chain that grew since the last seal its arrival, its last event's number
and hash; the root of the seal before; and as its own root the SHA-256 of all that (`head -n -1 FILE | sha256sum`).  So
the newest root, noted on paper or kept on another machine, vouches for everything before it.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from digitizer.errors import Conflict, Corrupt, Unreachable
from digitizer.store.durable import sync
from digitizer.store.events import timestamp
from digitizer.store.lots import lots
from digitizer.store.proof import Fault
from digitizer.store.records import Records
from digitizer.store.schema import events, seals

_NAME = re.compile(r"\d{6}-\d{4}-\d\d-\d\d\.seal")
_HEAD = ("digitizer-seal", "number", "day", "made", "previous")
_NOTHING = "0" * 64
_LATE_DAYS = 2
_AT_ONCE = 400


class Head(NamedTuple):
    """The last event of a chain."""

    arrival: str
    sequence: int
    hash: str


class Seal(NamedTuple):
    """What the head of a seal file says, and its root; `whole` when the root is what the file's bytes give."""

    path: Path
    number: int
    day: str
    previous: str
    root: str
    heads: int
    whole: bool


def seal_days(records: Records, folder: Path, *, today_too: bool = False) -> list[Seal]:
    """Seal every day that ended and has events without a seal, oldest first; gives the seals written.

    `today_too`: and today, as far as it has come.  Raises Conflict when the last seal lies elsewhere, Unreachable.
    """
    today = datetime.now().astimezone().date()
    day = func.substr(events.c.at, 1, 10)
    with records.reading() as db:
        days = set(db.execute(select(day).where(events.c.seal.is_(None)).distinct()).scalars())
    yesterday = str(today - timedelta(days=1))
    last = str(today) if today_too else yesterday
    ahead = [one for one in days if one > str(today + timedelta(days=1))]  # a clock was wrong
    waiting = sorted({one for one in days if one <= last} | ({last} if ahead else set()))
    made = (_seal(records, folder, one, or_(day <= one, day.in_(ahead))) for one in waiting)
    return [seal for seal in made if seal is not None]


def found(folder: Path) -> Iterator[Seal]:
    """The seals in the folder by number, each read through once."""
    return map(read, _files(folder))


def newest(folder: Path) -> Seal | None:
    """The last seal in the folder; None when there is none."""
    files = _files(folder)
    return read(files[-1]) if files else None


def _files(folder: Path) -> list[Path]:
    named = (path for path in folder.glob("*/*.seal") if _NAME.fullmatch(path.name))
    return sorted(named, key=lambda path: path.name)


def read(path: Path) -> Seal:
    """What a seal file says; a file that is cut off or was changed is not `whole`."""
    said: dict[str, str] = {}
    digest, heads, last = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        for line in file:
            digest.update(last)
            last = line
            word, _, rest = line.decode("utf-8", "replace").rstrip("\n").partition(" ")
            if word in _HEAD and not heads:
                said[word] = rest
            else:
                heads += 1
    word, _, root = last.decode("utf-8", "replace").rstrip("\n").partition(" ")
    whole = word == "root" and root == digest.hexdigest() and set(said) == set(_HEAD)
    number = int(path.name.partition("-")[0])
    return Seal(path, number, said.get("day", ""), said.get("previous", ""), root, heads - 1, whole)


def heads_of(seal: Seal) -> Iterator[Head]:
    """The chain heads that a seal holds."""
    with seal.path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            parts = line.split()
            if len(parts) == 3 and parts[1].isdigit() and parts[0] not in _HEAD:
                yield Head(parts[0], int(parts[1]), parts[2])


def faults(records: Records, folder: Path) -> Iterator[Fault]:
    """Where the database and the seals differ: which seals, which chains, which events nobody sealed."""
    with records.reading(long=True) as db:
        known = {row.number: row.root for row in db.execute(select(seals.c.number, seals.c.root))}
        here = list(found(folder))
        yield from _file_faults(here, known)
        chains = select(events.c.seal, func.count(events.c.arrival.distinct())).group_by(events.c.seal)
        counts = {row[0]: row[1] for row in db.execute(chains.where(events.c.seal.is_not(None)))}
        for seal in here:
            yield from _head_faults(db, seal, counts.get(seal.number, 0))
        late = str(datetime.now().astimezone().date() - timedelta(days=_LATE_DAYS))
        unsealed = select(func.count(), func.min(events.c.at)).where(events.c.seal.is_(None), events.c.at < late)
        count, first = db.execute(unsealed).one()
        if count:
            yield Fault("unsealed", str(folder), f"{count} events, the first of {first}")


def _file_faults(here: list[Seal], known: dict[int, str]) -> Iterator[Fault]:
    for seal in here:
        if not seal.whole:
            yield Fault("seal-damaged", seal.path.name)
        if seal.number not in known:
            yield Fault("seal-unknown", seal.path.name, "the database does not know of it")
        elif known[seal.number] != seal.root:
            yield Fault("seal-differs", seal.path.name, "the database has another root")
    if here and here[0].number == 1 and here[0].previous != _NOTHING:
        yield Fault("seal-unchained", here[0].path.name)
    for before, after in pairwise(here):
        if after.previous != before.root:
            yield Fault("seal-unchained", after.path.name, f"does not follow {before.path.name}")
    for number in sorted(known.keys() - {seal.number for seal in here}):
        yield Fault("seal-missing", f"{number:06d}", "the database knows of it")


def _head_faults(db: Connection, seal: Seal, count: int) -> Iterator[Fault]:
    """`count`: of the chains that have events under this seal."""
    for heads in lots(heads_of(seal), _AT_ONCE):
        which = tuple_(events.c.arrival, events.c.sequence).in_([head[:2] for head in heads])
        rows = db.execute(select(events.c.arrival, events.c.sequence, events.c.hash).where(which))
        hashes = {(row.arrival, row.sequence): row.hash for row in rows}
        for head in heads:
            now = hashes.get(head[:2])
            if now is None:
                yield Fault("event-gone", head.arrival, f"event {head.sequence}, sealed in {seal.path.name}")
            elif now != head.hash:
                yield Fault("event-rewritten", head.arrival, f"event {head.sequence}, sealed in {seal.path.name}")
    if count != seal.heads and seal.whole:
        yield Fault("seal-count", seal.path.name, f"{seal.heads} chains sealed, {count} in the database")


def _seal(records: Records, folder: Path, day: str, which: ColumnElement[bool]) -> Seal | None:
    """Seal the events; None when another process has done it."""
    try:
        with records.begin() as db:
            last = db.execute(select(seals).order_by(seals.c.number.desc()).limit(1)).first()
            number = last.number + 1 if last else 1
            if last and not list(folder.glob(f"*/{last.number:06d}-*.seal")):
                where = f"{folder} lacks seal {last.number:06d}, which was written elsewhere"
                raise Conflict(f"{where}: all machines must share one folder ([audit] seals)")
            unsealed = events.c.seal.is_(None) & which
            if db.execute(select(events.c.arrival).where(unsealed).limit(1)).first() is None:
                return None  # another process was quicker
            db.execute(insert(seals).values(number=number, day=day, root=""))  # a second one waits here, and fails
            left = list(folder.glob(f"*/{number:06d}-*.seal"))  # written by a process that was killed
            path = left[0] if left else _write(db, folder, number, day, last.root if last else _NOTHING, unsealed)
            seal = read(path)
            if not seal.whole:
                raise Corrupt(f"{path} is not what was written: move it away and seal again")
            for heads in lots(heads_of(seal), _AT_ONCE):
                _mark(db, number, heads)
            db.execute(update(seals).where(seals.c.number == number).values(day=seal.day, root=seal.root))
    except IntegrityError:
        return None
    except OSError as error:
        raise Unreachable(f"{folder}: {error.strerror}") from error
    return seal


def _mark(db: Connection, number: int, heads: Sequence[Head]) -> None:
    for head in heads:
        covered = (events.c.arrival == head.arrival, events.c.sequence <= head.sequence, events.c.seal.is_(None))
        db.execute(update(events).where(*covered).values(seal=number))


def _write(db: Connection, folder: Path, number: int, day: str, previous: str, unsealed: ColumnElement[bool]) -> Path:
    """A new seal file, durable and never to be written again."""
    grown = (
        select(events.c.arrival, func.max(events.c.sequence).label("sequence"))
        .where(unsealed)
        .group_by(events.c.arrival)
        .subquery()
    )
    same = (events.c.arrival == grown.c.arrival) & (events.c.sequence == grown.c.sequence)
    query = select(events.c.arrival, events.c.sequence, events.c.hash).join(grown, same).order_by(events.c.arrival)
    path = folder / day[:4] / f"{number:06d}-{day}.seal"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    digest = hashlib.sha256()
    with fresh.open("wb") as file:
        head = zip(_HEAD, ("1", number, day, timestamp(), previous), strict=True)
        rows = db.execute(query.execution_options(yield_per=1000))
        for line in chain((f"{word} {value}\n" for word, value in head), (f"{a} {b} {c}\n" for a, b, c in rows)):
            digest.update(line.encode())
            file.write(line.encode())
        file.write(f"root {digest.hexdigest()}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(0o440)
    fresh.rename(path)
    sync(path.parent)
    return path
