"""What both databases must bear: many workers at once, crossing transactions, an outage, a wrong address."""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text, update

from digitizer.errors import BadSettings, Unreachable
from digitizer.model import Document, Dossier, Scan
from digitizer.store import dossiers, events, leases, schema
from digitizer.store.database import Clash, retried
from digitizer.store.records import Records
from tests.records import arrive, document, field, read_all
from tests.servers import free_port, postgres_in

NAMES = ("an", "ba", "ca", "na")


def at_once(*work: Callable[[], object]) -> None:
    """Do all of it in threads that start together; raises what one of them raised."""
    gate, failed = threading.Barrier(len(work)), list[BaseException]()

    def run(one: Callable[[], object]) -> None:
        try:
            gate.wait()
            one()
        except BaseException as error:  # noqa: BLE001 - a thread's error must reach the test
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def test_each_page_is_claimed_by_one_of_many(records: Records) -> None:
    scan = arrive(records, 40)
    taken: list[int] = []

    def worker(name: str) -> None:
        while pages := leases.claim_pages(records, scan.id, name, 3, 60, 9):
            taken.extend(page.number for page in pages)

    at_once(*(partial(worker, name) for name in NAMES))
    assert sorted(taken) == list(range(1, 41))


@pytest.mark.parametrize("lasting", [True, False])
def test_only_what_must_outlast_a_power_cut_waits_for_the_disk(records: Records, lasting: bool) -> None:
    asked, kept = (
        ("PRAGMA synchronous", 2) if records.engine.dialect.name == "sqlite" else ("SHOW synchronous_commit", "on")
    )
    with records.begin(lasting=not lasting):
        pass  # the connection that comes back from the pool remembers nothing of it
    with records.begin(lasting=lasting) as db:
        assert (db.execute(text(asked)).scalar_one() == kept) is lasting


def test_stages_are_claimed_by_one_of_many(records: Records) -> None:
    scan = arrive(records, 0)
    claimed: list[Scan] = []

    def worker(name: str) -> None:
        if mine := leases.claim_stages(records, scan.id, name, 60):
            claimed.append(mine)

    at_once(*(partial(worker, name) for name in NAMES))
    assert len(claimed) == 1


def test_a_history_written_by_many_stays_one_chain(records: Records) -> None:
    scan = arrive(records, 0)

    def tell() -> None:
        for _ in range(5):
            with records.begin() as db:
                events.append(db, scan.arrival, "na", "told", {})

    at_once(tell, tell, tell)
    with records.reading() as db:
        assert list(events.broken(db, scan.arrival)) == []
        assert len(events.history(db, scan.arrival)) == 16


def test_papers_that_arrive_at_once_are_all_gathered_into_one_dossier(records: Records) -> None:
    code = field("dossier_code", "000.00.15.H09-231103-0012")
    given = []
    for number in range(6):
        scan = read_all(records, arrive(records, 1, key=f"/in/{number}.pdf"), ["tờ khai"], owner=f"w{number}")
        given.append(replace(scan, documents=(document(scan, 1, fields=(code,)),), passed=("split",)))

    def gatherer(dossier: Dossier, papers: list[Document]) -> tuple[Dossier, list[Document]]:
        return replace(dossier, documents=tuple(paper.id for paper in papers)), papers

    def gather(owner: str) -> None:
        while (dirty := dossiers.claim_dirty(records, owner, 60, 9)) is not None:
            dossiers.gather(records, dirty, gatherer)

    def work(owner: str, scan: Scan) -> None:
        records.save_scan(scan, "split")
        dossiers.finish(records, scan, owner)
        gather(owner)

    at_once(*(partial(work, f"w{number}", scan) for number, scan in enumerate(given)))
    gather("last")
    ids = {scan.documents[0].id for scan in given}
    homes = {records.document(id_).dossier for id_ in ids}
    assert len(homes) == 1
    assert set(records.dossier(homes.pop() or "").documents) == ids


def test_crossing_transactions_are_tried_again(database: str) -> None:
    records = Records(database)
    rows = [arrive(records, 0, key=f"/in/{number}").arrival for number in range(2)]
    both_hold, clashes = threading.Barrier(2), list[int]()

    @retried
    def cross(first: str, second: str, turn: list[int]) -> None:
        turn.append(1)
        with records.begin() as db:
            for number, row in enumerate((first, second)):
                db.execute(update(schema.arrivals).where(schema.arrivals.c.id == row).values(waiting=False))
                if number == 0 and len(turn) == 1:
                    both_hold.wait(20)

    def work(first: str, second: str) -> None:
        turns: list[int] = []
        cross(first, second, turns)
        clashes.append(len(turns) - 1)

    at_once(lambda: work(*rows), lambda: work(*rows[::-1]))
    assert sum(clashes) == 1
    records.close()


def test_a_clash_that_never_ends_is_told() -> None:
    @retried
    def never() -> None:
        raise Clash

    with pytest.raises(Unreachable):
        never()


def test_workers_that_start_at_once_make_the_tables_once(postgres: str) -> None:
    name = f"fresh_{threading.get_ident()}"
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(postgres).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    at_once(*(lambda: Records(url).close() for _ in range(3)))
    with engine.connect() as db:
        db.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def test_an_outage_is_told_and_over_when_the_server_is_back() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url, server = postgres_in(Path(folder))
        with server:
            records = Records(url)
            scan = arrive(records, 2)

            def half() -> None:
                with records.begin() as db:
                    events.append(db, scan.arrival, "na", "told", {})
                    server.kill()
                    events.append(db, scan.arrival, "na", "told", {})

            for look in (half, lambda: records.scan(scan.id), lambda: leases.release(records, "me")):
                with pytest.raises(Unreachable):
                    look()
            server.start()
            assert len(leases.claim_pages(records, scan.id, "me", 9, 60, 9)) == 2
            with records.reading() as db:
                assert len(db.execute(select(schema.events)).all()) == 1, "what was half done was not done"
            records.close()


@pytest.mark.parametrize("url", ["nonsense", "mysql://na@localhost/x", "oracle+none://x", "postgresql+psycopg2://x/y"])
def test_an_address_that_can_not_be_is_a_fault_of_the_settings(url: str) -> None:
    with pytest.raises(BadSettings, match="records_url"):
        Records(url)


def test_where_nobody_answers_is_out_of_reach() -> None:
    with pytest.raises(Unreachable):
        Records(f"postgresql://na:secret@127.0.0.1:{free_port()}/x")
