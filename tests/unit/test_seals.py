"""Seals: whoever rewrites history in the database, however well, is found out by files outside of it."""

import hashlib
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from digitizer.errors import Conflict
from digitizer.ids import new_id
from digitizer.model import Arrival, Scan
from digitizer.store import events, proof, seals
from digitizer.store import schema as tables
from digitizer.store.records import Records

TODAY = datetime.now().astimezone()


@pytest.fixture
def days_ago(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """Sets the time that events are written with."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def __call__(self, days: int) -> str:
        at = (TODAY - timedelta(days=days)).isoformat(timespec="milliseconds")
        self._patch.setattr(events, "timestamp", lambda: at)
        return at[:10]


def arrive(records: Records) -> str:
    arrival = Arrival(id=new_id("a"), source="run", file="a.pdf", sha256="ab" * 32, size=9, received=events.timestamp())
    scan = Scan(id=new_id("s"), arrival=arrival.id, file="a.pdf", sha256="ab" * 32, media="application/pdf", count=1)
    records.add(arrival, new_id("k"), [(scan, None)])
    return arrival.id


def add(records: Records, arrival: str, what: str) -> None:
    with records.begin() as db:
        events.append(db, arrival, "na", what, {})


def rewrite(records: Records, arrival: str, actor: str) -> None:
    """Change who did it and make the chain look unbroken again, as its owner could."""
    with records.begin() as db:
        rows = events.history(db, arrival)
        sealed = list(db.execute(select(tables.events.c.seal).where(tables.events.c.arrival == arrival)).scalars())
        db.execute(delete(tables.events).where(tables.events.c.arrival == arrival))
        for row in rows:
            events.append(db, arrival, actor, row["what"], row["about"])
        for row, seal in zip(rows, sealed, strict=True):
            here = (tables.events.c.arrival == arrival, tables.events.c.sequence == row["sequence"])
            db.execute(update(tables.events).where(*here).values(seal=seal))


def codes(records: Records, folder: Path) -> list[tuple[str, str]]:
    return [(fault.code, fault.about) for fault in seals.faults(records, folder)]


def test_missed_days_are_caught_up_one_seal_a_day_and_today_waits(
    records: Records, tmp_path: Path, days_ago: Clock
) -> None:
    first = days_ago(9)
    one = arrive(records)
    days_ago(5)
    add(records, one, "read")
    two = arrive(records)
    days_ago(0)
    add(records, two, "read")
    made = seals.seal_days(records, tmp_path / "seals")
    assert made[0].day == first
    assert [[head[:2] for head in seals.heads_of(seal)] for seal in made] == [[(one, 0)], [(one, 1), (two, 0)]]
    assert seals.seal_days(records, tmp_path / "seals") == []
    assert codes(records, tmp_path / "seals") == []
    (last,) = seals.seal_days(records, tmp_path / "seals", today_too=True)
    assert [head[:2] for head in seals.heads_of(last)] == [(two, 1)]
    assert codes(records, tmp_path / "seals") == []
    text = last.path.read_bytes()
    assert hashlib.sha256(text[: text.rindex(b"root ")]).hexdigest() == last.root


def test_a_chain_rewritten_without_a_break_is_named(records: Records, tmp_path: Path, days_ago: Clock) -> None:
    days_ago(3)
    good, bad = arrive(records), arrive(records)
    seals.seal_days(records, tmp_path)
    days_ago(0)
    rewrite(records, bad, "somebody else")
    with records.reading() as db:
        assert list(events.breaks(db)) == []
    assert codes(records, tmp_path) == [("event-rewritten", bad)]
    assert good not in str(codes(records, tmp_path))


def test_what_was_taken_out_or_slipped_in_behind_a_seal_is_found(
    records: Records, tmp_path: Path, days_ago: Clock
) -> None:
    days_ago(4)
    gone = arrive(records)
    seals.seal_days(records, tmp_path)
    with records.begin() as db:
        for table in (tables.events, tables.pages, tables.scans, tables.arrivals):
            column = table.c.arrival if "arrival" in table.c else table.c.id if table is tables.arrivals else None
            if column is not None:
                db.execute(delete(table).where(column == gone))
            else:
                db.execute(delete(table))
    assert ("event-gone", gone) in codes(records, tmp_path)
    slipped = arrive(records)
    with records.begin() as db:
        db.execute(update(tables.events).where(tables.events.c.arrival == slipped).values(seal=1))
    other = arrive(records)
    with records.begin() as db:
        db.execute(update(tables.events).where(tables.events.c.arrival == other).values(seal=1))
    assert "seal-count" in dict(codes(records, tmp_path))


def test_seals_that_are_changed_missing_or_strange_are_named(records: Records, tmp_path: Path, days_ago: Clock) -> None:
    for ago in (6, 5, 4):
        days_ago(ago)
        arrive(records)
    _, two, three = seals.seal_days(records, tmp_path)
    two.path.chmod(0o640)
    text = two.path.read_text()
    head = next(seals.heads_of(two))
    two.path.write_text(text.replace(head.hash, "0" * 64))
    assert set(codes(records, tmp_path)) == {("seal-damaged", two.path.name), ("event-rewritten", head.arrival)}
    forged = text.replace(head.hash, "0" * 64)
    body = forged[: forged.rindex("root ")]
    two.path.write_text(f"{body}root {hashlib.sha256(body.encode()).hexdigest()}\n")
    assert set(codes(records, tmp_path)) == {
        ("seal-differs", two.path.name),
        ("seal-unchained", three.path.name),
        ("event-rewritten", head.arrival),
    }
    two.path.unlink()
    assert set(codes(records, tmp_path)) == {("seal-unchained", three.path.name), ("seal-missing", "000002")}


def test_a_seal_written_by_a_process_that_was_killed_is_taken_over(
    records: Records, tmp_path: Path, days_ago: Clock
) -> None:
    days_ago(3)
    one = arrive(records)
    (seal,) = seals.seal_days(records, tmp_path)
    with records.begin() as db:  # as it was before its commit
        db.execute(delete(tables.seals))
        db.execute(update(tables.events).values(seal=None))
    assert codes(records, tmp_path)[0] == ("seal-unknown", seal.path.name)
    late = arrive(records)
    again = seals.seal_days(records, tmp_path)
    assert again[0] == seal
    with records.reading() as db:
        sealed = dict(db.execute(select(tables.events.c.arrival, tables.events.c.seal)).all())  # type: ignore[arg-type]
    assert sealed == {one: 1, late: None}
    seals.seal_days(records, tmp_path)
    assert codes(records, tmp_path) == []


def test_several_processes_that_seal_at_once_write_one_seal(records: Records, tmp_path: Path, days_ago: Clock) -> None:
    days_ago(3)
    for _ in range(5):
        arrive(records)
    threads = [threading.Thread(target=seals.seal_days, args=(records, tmp_path)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seal.number for seal in seals.found(tmp_path)] == [1]
    assert codes(records, tmp_path) == []


def test_a_machine_that_has_not_the_last_seal_writes_none(records: Records, tmp_path: Path, days_ago: Clock) -> None:
    days_ago(3)
    one = arrive(records)
    seals.seal_days(records, tmp_path / "here")
    days_ago(2)
    add(records, one, "read")
    with pytest.raises(Conflict, match="share one folder"):
        seals.seal_days(records, tmp_path / "elsewhere")


def test_old_events_that_nobody_sealed_are_told_and_a_clock_that_ran_ahead_does_not_hide_any(
    records: Records, tmp_path: Path, days_ago: Clock
) -> None:
    days_ago(-400)
    ahead = arrive(records)
    days_ago(5)
    arrive(records)
    assert codes(records, tmp_path) == [("unsealed", str(tmp_path))]
    seals.seal_days(records, tmp_path)
    assert codes(records, tmp_path) == []
    assert ahead in {head.arrival for seal in seals.found(tmp_path) for head in seals.heads_of(seal)}


def test_the_sums_and_the_pages_of_a_database_that_was_tampered_with(records: Records, days_ago: Clock) -> None:
    days_ago(1)
    lost, whole = arrive(records), arrive(records)
    with records.begin() as db:
        scan = db.execute(select(tables.scans.c.id).where(tables.scans.c.arrival == lost)).scalar_one()
        db.execute(update(tables.scans).where(tables.scans.c.id == scan).values(state="DONE"))
        assert [fault.about for fault in proof.page_faults(db, "")] == [scan]
        db.execute(delete(tables.pages).where(tables.pages.c.scan == scan))
        assert [(fault.code, fault.about) for fault in proof.page_faults(db, "")] == [("pages-lost", scan)]
        db.execute(delete(tables.scans).where(tables.scans.c.id == scan))
        assert [(fault.code, fault.about) for fault in proof.scan_faults(db, "")] == [("arrival-without-scan", lost)]
        db.execute(delete(tables.events).where(tables.events.c.arrival == whole))
        db.execute(
            insert(tables.events).values(arrival="aX", sequence=0, at="2026", actor="", what="", about={}, hash="0")
        )
        assert {(fault.code, fault.about) for fault in proof.chain_faults(db, "")} == {
            ("chain-missing", whole),
            ("arrival-gone", "aX"),
            ("chain-broken", "aX"),
        }
        (row,) = proof.sums(db, "")
        assert (row.arrivals, row.taken, row.scans, row.balanced) == (2, 2, 1, True)
        db.execute(update(tables.arrivals).where(tables.arrivals.c.id == whole).values(state="LOST"))
        assert [row.balanced for row in proof.sums(db, "")] == [False]
