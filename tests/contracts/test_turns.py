"""Whose turn it is, with either database: lanes, a fair share for each office, long scans and short ones."""

from collections import Counter

from sqlalchemy import select

from digitizer.ids import new_id
from digitizer.model import Arrival, Page, Scan
from digitizer.queue import LANES
from digitizer.store import leases, turns
from digitizer.store.events import timestamp
from digitizer.store.records import Records
from digitizer.store.schema import pages

SECONDS, CHUNK = 60.0, 8


def arrive(records: Records, count: int = 1, *, office: str = "", lane: str = "live") -> str:
    arrival = Arrival(
        id=new_id("a"),
        source="run",
        file="a.pdf",
        sha256="ab" * 32,
        size=10,
        received=timestamp(),
        office=office,
        lane=lane,
    )
    scan = Scan(
        id=new_id("s"),
        arrival=arrival.id,
        file="a.pdf",
        sha256="ab" * 32,
        media="application/pdf",
        count=count,
        office=office,
    )
    records.add(arrival, scan.id, [(scan, None)])
    return scan.id


def take(records: Records, lanes: tuple[str, ...] = LANES) -> turns.Turn | None:
    """The next turn, with its pages claimed by somebody who never comes back."""
    turn = turns.next_turn(records, lanes, SECONDS, CHUNK)
    if turn is not None:
        assert len(leases.claim_pages(records, turn.scan, "x/1/1/1", turn.pages, SECONDS, 9)) == turn.pages
    return turn


def read(records: Records, turn: turns.Turn) -> None:
    """Its pages are read by who took them."""
    with records.reading() as db:
        numbers = list(db.execute(select(pages.c.number).where(pages.c.scan == turn.scan)).scalars())
    for number in numbers:
        leases.save_page(records, turn.scan, Page(number=number, step="correct"), "x/1/1/1", SECONDS)


def test_live_goes_before_a_backfill_that_came_first(records: Records) -> None:
    old, new = arrive(records, lane="backfill"), arrive(records, lane="live")
    assert [turn and turn.scan for turn in (take(records), take(records), take(records))] == [new, old, None]


def test_a_worker_of_one_lane_sees_no_other(records: Records) -> None:
    arrive(records, lane="backfill")
    assert take(records, ("live",)) is None


def test_offices_get_the_same_number_of_pages_however_long_their_scans_are(records: Records) -> None:
    office = {arrive(records, 1, office="short"): "short" for _ in range(70)}
    office |= {arrive(records, CHUNK, office="long"): "long" for _ in range(10)}
    given: Counter[str] = Counter()
    for _ in range(60):
        turn = take(records)
        assert turn is not None
        given[office[turn.scan]] += turn.pages
    assert abs(given["short"] - given["long"]) <= CHUNK


def test_an_office_that_comes_late_is_next_and_does_not_push_the_others_aside(records: Records) -> None:
    office = {arrive(records, CHUNK, office="busy"): "busy" for _ in range(30)}
    for _ in range(20):
        take(records)
    office |= {arrive(records, CHUNK, office="late"): "late" for _ in range(10)}
    served = [office[turn.scan] for turn in (take(records) for _ in range(10)) if turn]
    assert served[0] == "late"
    assert 3 <= served.count("busy") <= 5


def test_a_long_scan_lets_short_ones_pass_and_is_not_left_behind(records: Records) -> None:
    long = arrive(records, 10 * CHUNK)
    turn = take(records)
    assert turn is not None
    short = [arrive(records) for _ in range(3)]
    assert [turn and turn.scan for turn in (take(records) for _ in range(4))] == [*short, long]


def test_two_workers_share_a_long_scan(records: Records) -> None:
    long = arrive(records, 2 * CHUNK + 1, lane="backfill")
    assert [take(records) for _ in range(4)] == [
        (long, "backfill", CHUNK),
        (long, "backfill", CHUNK),
        (long, "backfill", 1),
        None,
    ]


def test_workers_share_the_only_scan_that_somebody_waits_for(records: Records) -> None:
    arrive(records, 1, lane="backfill")
    short = arrive(records, 5)
    assert turns.hints_for(records, "live", SECONDS, CHUNK, 64) == 2
    assert take(records) == (short, "live", 3)
    other = arrive(records, 5)
    assert take(records) == (other, "live", 5), "where others wait, too, nobody is spared for sharing"
    assert [take(records) for _ in range(2)] == [(short, "live", 1), (short, "live", 1)]


def test_the_stages_of_a_scan_are_a_turn_of_their_own_when_its_reader_died(records: Records) -> None:
    scan = arrive(records, 2)
    turn = take(records)
    assert turn is not None
    assert take(records) == (scan, "live", 1)
    assert not turns.waits(records, ["live"], SECONDS)
    read(records, turn)
    assert turns.waits(records, ["live"], SECONDS)
    assert take(records) == (scan, "live", 0)
    assert leases.claim_stages(records, scan, "y/1/1/1", SECONDS) is not None
    assert take(records) is None


def test_it_says_how_many_workers_could_be_busy_and_what_is_left(records: Records) -> None:
    for count in (1, 3 * CHUNK, 1):
        arrive(records, count, lane="backfill")
    assert turns.hints_for(records, "backfill", SECONDS, CHUNK, 64) == 5
    assert turns.hints_for(records, "backfill", SECONDS, CHUNK, 2) == 2
    assert turns.hints_for(records, "live", SECONDS, CHUNK, 64) == 0
    assert turns.backlog(records, "backfill")[:2] == (3, 3 * CHUNK + 2)
    assert turns.backlog(records, "live") == (0, 0, 0.0)


def test_what_a_person_asks_for_again_goes_in_the_live_lane(records: Records) -> None:
    scan = arrive(records, lane="backfill", office="H01")
    leases.restart(records, scan, "again", "na", lane="live")
    assert take(records, ("live",)) == (scan, "live", 1)
