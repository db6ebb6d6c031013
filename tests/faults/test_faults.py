"""The quick version of `make faults`: a few scans and faults on each kind of office, and what must hold by itself."""

import random
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from digitizer.store.schema import events, pages
from tests.faults import account
from tests.faults.deliveries import Mill
from tests.faults.ground import Ground, Parts
from tests.faults.plan import plan
from tests.faults.proof import prove

OFFICES = [
    Parts(broker="none", database="sqlite", blobs="disk"),
    Parts(broker="redis", database="sqlite", blobs="minio"),
    Parts(broker="rabbitmq", database="postgresql", blobs="minio"),
]


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Mill:
    return Mill(tmp_path_factory.mktemp("recordings"), pictures=2)


@pytest.mark.parametrize("parts", OFFICES, ids=str)
def test_nothing_is_lost_doubled_or_stuck(parts: Parts, mill: Mill, tmp_path: Path) -> None:
    outcome = prove(tmp_path, 11, parts, deliveries=14, faults=8, mill=mill)
    assert outcome.wrong == [], str(outcome)


def test_the_same_seed_gives_the_same_faults() -> None:
    parts = OFFICES[1]
    assert plan(5, 50, parts) == plan(5, 50, parts) != plan(6, 50, parts)


def test_two_workers_with_the_same_messages_do_the_work_once(mill: Mill, tmp_path: Path) -> None:
    brought = list(mill.deliveries(6, random.Random(1)))
    with Ground(tmp_path, OFFICES[1], mill.folder, lease_seconds=300) as ground:
        for one in brought:
            ground.deliver(one)
        ground.start("watch")
        assert ground.wait(60, lambda: not ground.waiting_files()), ground.describe()
        ground.start("worker-0", "worker-1")
        for scan in ground.scans():
            ground.app.queue.put(scan, copies=3, lane="live")
        ground.settle()
        ground.stop()
        assert account.faulty(ground, brought) == []
        with ground.app.records.reading() as db:
            assert set(db.execute(select(pages.c.attempts)).scalars()) == {1}, "every page was begun once"
            done = Counter(
                (row.about.get("scan"), row.what) for row in db.execute(select(events.c.about, events.c.what))
            )
        assert {count for (_, what), count in done.items() if what in ("split", "shelve", "done")} == {1}


def test_work_goes_on_after_resume_when_the_broker_forgot_everything(mill: Mill, tmp_path: Path) -> None:
    brought = list(mill.deliveries(6, random.Random(2)))
    with Ground(tmp_path, OFFICES[1], mill.folder) as ground:
        for one in brought:
            ground.deliver(one)
        ground.start("watch")
        assert ground.wait(60, lambda: not ground.waiting_files()), ground.describe()
        ground.stop("watch")
        ground.wipe()
        ground.start("worker-0", "worker-1")
        ground.app.resume()
        assert ground.wait(120, ground.finished), ground.describe()
        ground.stop()
        assert account.faulty(ground, brought) == []
