"""What both databases must bear: copies are found by an index, within an office, and a clerk's word on them stays."""

from dataclasses import replace
from functools import partial

import pytest

from digitizer.app import copies
from digitizer.errors import Conflict
from digitizer.model import By, Document, DocumentState, Level, Paper, Scan
from digitizer.store import dossiers, duplicates, events, reuse, search
from digitizer.store.records import Records
from digitizer.store.rows import let_go
from tests.records import arrive, document, read_all

ONE = "Số: 41/QĐ-UBND An Thử 24011990"
OTHER = "Số: 42/QĐ-UBND Bình Thử 25021991"


class Words:
    """Papers are the same when they share all words but one; each word is a mark."""

    def __init__(self) -> None:
        self.compared = 0

    def marks(self, paper: Paper) -> frozenset[str]:
        return frozenset(" ".join(paper.texts).split())

    def same(self, one: Paper, other: Paper) -> float:
        self.compared += 1
        return 0.9 if len(self.marks(one) ^ self.marks(other)) <= 2 else 0.0


def deliver(
    records: Records, text: str, sha256: str = "", office: str = "", likeness: Words | None = None, **more: object
) -> Document:
    """A paper of one page that says this, done; as it is in the records then."""
    scan = arrive(records, 1, key=text + sha256 + office, sha256=sha256 or (text + office).encode().hex())
    scan = replace(read_all(records, scan, [text]), office=office)
    paper = document(scan, 1, **{"state": DocumentState.READY, "unsure": False, **more})
    return finish(records, scan, paper, likeness)


def finish(records: Records, scan: Scan, paper: Document, likeness: Words | None = None) -> Document:
    done = replace(scan, documents=(paper,), passed=("split",))
    records.save_scan(done, "split")
    with records.begin() as db:
        search.index(db, paper, [records.page(scan.id, 1)])
    dossiers.finish(records, done, "me", partial(duplicates.recognise, likeness=likeness or Words()))
    return records.document(paper.id)


def told(records: Records, paper: Document) -> list[tuple[str, str]]:
    """(what, actor) of the events of its arrival that tell of copies; the chain holds."""
    arrival = records.scan(paper.pages[0].scan).arrival
    with records.reading() as db:
        assert list(events.broken(db, arrival)) == []
    return [(one["what"], one["actor"]) for one in records.history(arrival) if "duplicate" in one["what"]]


def test_a_paper_that_says_the_same_is_a_copy_to_decide_on_and_never_released(records: Records) -> None:
    first, other = deliver(records, ONE), deliver(records, OTHER)
    again = deliver(records, f"{ONE} x")
    assert (first.duplicate_of, other.duplicate_of) == (None, None)
    assert (again.duplicate_of, again.state) == (first.id, DocumentState.REVIEW)
    assert [problem.level for problem in again.problems] == [Level.BLOCKING]
    assert told(records, again) == [("duplicate", "digitizer")]
    assert [one.id for one in duplicates.waiting(records, 9)] == [again.id]
    accepted = copies.accept(records, again.id, "na")
    assert (accepted.state, accepted.duplicate_by) == (DocumentState.READY, By.CLERK)
    assert records.releasable() == [first.id, other.id]
    assert duplicates.copies(records, first.id) == [again.id]


def test_the_same_bytes_are_a_copy_for_sure(records: Records) -> None:
    first = deliver(records, ONE, "ab")
    again = deliver(records, ONE, "ab")
    assert (again.duplicate_of, again.state) == (first.id, DocumentState.READY)
    assert duplicates.waiting(records, 9) == []


def test_a_reading_of_the_same_bytes_is_known(records: Records) -> None:
    first = records.scan(deliver(records, ONE, "ab").pages[0].scan)
    again, other = arrive(records, 1, sha256="ab"), arrive(records, 1, sha256="cd")
    page = reuse.known_readings(records, again, [1]).get(1)
    assert page is not None
    assert page.text == ONE
    assert reuse.known_readings(records, first, [1]).get(1) is None  # nothing but itself and the unread
    assert reuse.known_readings(records, other, [1]).get(1) is None


def test_another_office_is_told_nothing(records: Records) -> None:
    deliver(records, ONE, "ab", office="H09.1")
    assert deliver(records, ONE, "ab", office="H09.2").duplicate_of is None


def test_what_many_papers_say_is_not_even_compared(records: Records) -> None:
    likeness = Words()
    for number in range(45):
        deliver(records, f"đơn đề nghị cấp giấy {number} {number * 7}x", likeness=likeness)
    compared = likeness.compared
    deliver(records, "đơn đề nghị cấp giấy 99 lạ", likeness=likeness)
    assert likeness.compared == compared


@pytest.mark.parametrize("text", [ONE, f"{ONE} x"], ids=["the same bytes", "another scan"])
def test_a_clerk_s_no_stays(records: Records, text: str) -> None:
    first, again = deliver(records, ONE), deliver(records, text)
    alone = copies.reject(records, again.id, "na")
    assert (alone.duplicate_of, alone.state) == (None, DocumentState.READY)
    for paper in (again, first):
        scan = records.scan(paper.pages[0].scan)
        redone = finish(records, claimed(records, scan), records.document(paper.id))
        assert (redone.duplicate_of, redone.state) == (None, DocumentState.READY)
    assert told(records, again) == [("duplicate", "digitizer"), ("no-duplicate", "na")]
    with pytest.raises(Conflict):
        copies.reject(records, again.id, "na")


def test_a_clerk_s_yes_stays_and_may_name_the_first(records: Records) -> None:
    first, other = deliver(records, ONE), deliver(records, OTHER)
    copies.accept(records, other.id, "na", first.id)
    redone = finish(records, claimed(records, records.scan(other.pages[0].scan)), records.document(other.id))
    assert (redone.duplicate_of, redone.state) == (first.id, DocumentState.READY)
    for wrong in (other.id, first.id):
        with pytest.raises(Conflict):
            copies.accept(records, first.id, "na", wrong)


def test_what_was_released_is_the_first(records: Records) -> None:
    first = deliver(records, "Không đọc được")
    released = deliver(records, ONE, version=2)
    redone = finish(records, reread(records, first, f"{ONE} x"), first)
    assert (redone.duplicate_of, records.document(released.id).duplicate_of) == (released.id, None)


def test_what_is_released_stays_and_a_clerk_can_not_take_it_back_this_way(records: Records) -> None:
    first, released = deliver(records, ONE), deliver(records, f"{ONE} x", state=DocumentState.RELEASED)
    assert (released.duplicate_of, released.state) == (None, DocumentState.RELEASED)
    with pytest.raises(Conflict, match="released"):
        copies.accept(records, released.id, "na", first.id)


def test_a_copy_whose_first_is_gone_is_looked_at(records: Records) -> None:
    first, again = deliver(records, ONE, "ab"), deliver(records, ONE, "ab")
    with records.begin() as db:
        let_go(db, [first.id])
    alone = records.document(again.id)
    assert (alone.duplicate_of, alone.state, alone.problems) == (None, DocumentState.REVIEW, ())
    assert told(records, again)[-1] == ("no-duplicate", "digitizer")


def claimed(records: Records, scan: Scan) -> Scan:
    from digitizer.store import leases

    leases.restart(records, scan.id, "redo", "na", passed=("split",))
    found = leases.claim_stages(records, scan.id, "me", 60)
    assert found is not None
    return found


def reread(records: Records, paper: Document, text: str) -> Scan:
    from digitizer.store import leases

    scan = records.scan(paper.pages[0].scan)
    leases.restart(records, scan.id, "redo", "na", which=lambda _: True)
    return read_all(records, scan, [text])
