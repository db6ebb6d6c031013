"""A clerk lays pages anew: each is always in one document or set aside, all of it can be undone, nothing is fought."""

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from digitizer.app import sheets
from digitizer.app.contents import contents
from digitizer.app.words import said
from digitizer.classify.split import Split
from digitizer.classify.tables import Tables
from digitizer.errors import Conflict, LeaseLost
from digitizer.model import By, Document, DocumentState, Field, LeftOut, PageRef, Record, ScanState
from digitizer.store import changes, dossiers, events, leases, proof, schema
from digitizer.store import search as searching
from digitizer.store.records import Records
from tests.records import arrive, document, field, read_all, shelve

TEXTS = ["một", "hai", "ba", "bốn", "năm", "sáu"]
_FIXTURE = [HealthCheck.function_scoped_fixture]
_folders = itertools.count()


def clerk(name: str, value: str, at: PageRef | None = None) -> Field:
    return replace(field(name, value), by=By.CLERK, at=at, box=(1, 2, 3, 4) if at else None)


def record(paper: Document, **more: bool) -> Record:
    return Record(document=paper.id, version=1, pdf="aa", json="bb", text="cc", created="x", **more)


def stack(records: Records, folder: str | None = None) -> tuple[str, list[Document]]:
    """A finished scan of six pages: papers of two, one and two, and a blank one left out."""
    scan = read_all(records, arrive(records, 6, folder, f"/in/{next(_folders)}.pdf"), TEXTS)
    scan = replace(
        scan, pages=tuple(replace(one, left_out=LeftOut.BLANK if one.number == 6 else None) for one in scan.pages)
    )
    first = PageRef(scan=scan.id, page=2)
    papers = [
        document(scan, 1, 2, fields=(clerk("number", "7/QĐ", first), field("issuer", "xã")), kind="quyet_dinh"),
        document(scan, 3, kind="don_khac", kind_by=By.CLERK),
        document(scan, 4, 5, fields=(clerk("subject", "cây xanh"),), state=DocumentState.READY),
    ]
    shelve(records, scan, *papers)
    return scan.id, papers


def finish(records: Records, *scans: str) -> None:
    """What workers do after a change, without OCR: read what waits, run the stages for what is to be done again."""
    for id_ in scans:
        if records.scan(id_).state is ScanState.DONE:
            continue
        for one in leases.claim_pages(records, id_, "me", 99, 60, 9):
            turned = one.turned if one.upright is None else one.upright
            read = replace(records.page(id_, one.number), turned=turned, step="correct")
            assert leases.save_page(records, id_, read, "me", 60)
        claimed = leases.claim_stages(records, id_, "me", 60)
        assert claimed is not None
        dossiers.finish(records, claimed, "me")


def faults(records: Records) -> list[proof.Fault]:
    with records.reading() as db:
        return [*proof.page_faults(db, ""), *proof.chain_faults(db, "")]


def state(records: Records, *scans: str) -> list[object]:
    """All that undoing must bring back."""
    found: list[object] = []
    for id_ in scans:
        scan = records.scan(id_)
        found += [(page.number, page.left_out, page.upright, page.turned) for page in scan.pages]
        for one in scan.documents:
            kind = one.kind if one.kind_by is By.CLERK else None
            found.append(
                (one.id, one.pages, one.pages_by, kind, records.home_scan(one.id), sorted(map(str, said(one))))
            )
    return found


def accounted(records: Records, *scans: str) -> None:
    """Every page is in one document, or left out."""
    with records.reading() as db:
        rows = db.execute(select(schema.document_pages.c.scan, schema.document_pages.c.page))
        placed = Counter((row.scan, row.page) for row in rows)
    for id_ in scans:
        for page in records.scan(id_).pages:
            assert placed[id_, page.number] == (page.left_out is None), (id_, page.number)
        for one in records.scan(id_).documents:
            assert any(ref.scan == records.home_scan(one.id) for ref in one.pages)


def papers_of(records: Records, *scans: str) -> list[Document]:
    return list({one.id: one for id_ in scans for one in records.scan(id_).documents}.values())


def some_change(records: Records, scans: list[str], draw: Callable[[int], int]) -> sheets.Done:
    """A change drawn by chance; raises Conflict for one that can't be made."""
    papers = papers_of(records, *scans)
    what = draw(7)
    if what == 6 or not papers:
        left = [page.number for page in records.scan(scans[0]).pages if page.left_out]
        to = papers[draw(len(papers))] if papers and draw(2) else None
        return sheets.restore(records, scans[0], left[: 1 + draw(2)], "na", to=to)
    one, other = papers[draw(len(papers))], papers[draw(len(papers))]
    number = 1 + draw(len(one.pages))
    if what == 0:
        return sheets.split(records, one, [number, number + draw(2)], "na")
    if what == 1:
        return sheets.join(records, [one, other], "na")
    if what == 2:
        return sheets.delete(records, one, {number, 1 + draw(len(one.pages))}, "na")
    if what == 3:
        return sheets.turn(records, one, {number: 90 * draw(4)}, "na")
    before = 1 + draw(len(other.pages)) if draw(2) else None
    return sheets.move(
        records, one, [number], "na", to=other if what == 4 else None, before=before if what == 4 else None
    )


@settings(max_examples=8, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=_FIXTURE)
@given(drawn=st.lists(st.tuples(*[st.integers(0, 419)] * 7), min_size=1, max_size=7), wait=st.booleans())
def test_whatever_is_done_keeps_every_page_once_and_can_be_undone(
    records: Records, drawn: list[tuple[int, ...]], wait: bool
) -> None:
    folder = f"run:/in/h{next(_folders)}"
    scans = [stack(records, folder)[0] for _ in range(2)]
    first = state(records, *scans)
    made: list[int] = []
    for numbers in drawn:
        chance = iter(numbers)
        before = state(records, *scans)
        try:
            done = some_change(records, scans, lambda most, chance=chance: next(chance, 0) % most)  # type: ignore[misc]
        except Conflict:
            assert state(records, *scans) == before
        else:
            made.append(done.change.number)
        accounted(records, *scans)
        if wait:
            finish(records, *scans)
            accounted(records, *scans)
    finish(records, *scans)
    assert faults(records) == []
    for number in reversed(made):
        change = next(one for one in changes.of(records, scans) if one.undone_at is None)
        assert change.number == number
        sheets.undo(records, change.scans[0], "an")
        accounted(records, *scans)
        finish(records, *scans)
    assert state(records, *scans) == first
    assert faults(records) == []
    with pytest.raises(Conflict):
        sheets.undo(records, scans[0], "an")


def test_a_clerks_words_go_with_their_page_and_come_back(records: Records) -> None:
    scan, (paper, _, _) = stack(records)
    done = sheets.split(records, paper, [2], "na")
    one, two = (records.document(placed.document.id) for placed in done.change.after)
    assert (one.id, said(one), [field.value for field in said(two)]) == (paper.id, (), ["7/QĐ"])
    assert [ref.page for ref in two.pages] == [2]
    said_since = replace(two, fields=(*two.fields, clerk("signer", "Lê Thị Út")))
    records.change(said_since, "corrected", "na", {})
    finish(records, scan)
    sheets.undo(records, two.id, "an")
    back = records.document(paper.id)
    assert {field.value for field in said(back)} == {"7/QĐ", "Lê Thị Út"}
    assert back.pages_by is By.RULE


def test_joined_papers_keep_what_was_said_of_each_and_the_first_ones_id(records: Records) -> None:
    scan, (one, two, three) = stack(records)
    sheets.join(records, [two, one, three], "na")
    (left,) = records.scan(scan).documents
    assert (left.id, [ref.page for ref in left.pages]) == (two.id, [3, 1, 2, 4, 5])
    assert (left.kind, left.kind_by) == ("don_khac", By.CLERK)
    assert {field.value for field in said(left)} == {"7/QĐ", "cây xanh"}
    assert [field for field in left.fields if field.by is not By.CLERK] == [], "what was read is worked out again"


def test_a_deleted_page_goes_back_to_where_it_was(records: Records) -> None:
    scan, (one, two, three) = stack(records)
    whole = sheets.join(records, [one, three], "na").change.after[0].document
    sheets.delete(records, whole, [2, 3], "na")
    sheets.delete(records, two, [1], "na")
    assert [paper.id for paper in papers_of(records, scan)] == [one.id]
    accounted(records, scan)
    rows = list(contents(records, scan))
    assert [(row["page"], row["why"]) for row in rows if row["type"] == "left_out"] == [
        (2, "deleted"),
        (3, "deleted"),
        (4, "deleted"),
        (6, "blank"),
    ]
    sheets.restore(records, scan, [2, 3, 4], "na")
    found = {paper.id: [ref.page for ref in paper.pages] for paper in papers_of(records, scan)}
    assert found == {one.id: [1, 2, 4, 5], two.id: [3]}
    assert records.document(two.id).kind_by is By.CLERK
    sheets.restore(records, scan, [6], "na", to=records.document(one.id), before=1)
    assert [ref.page for ref in records.document(one.id).pages] == [6, 1, 2, 4, 5]


def test_who_comes_second_is_told(records: Records) -> None:
    _, (one, two, _) = stack(records)
    sheets.delete(records, one, [2], "na")
    for late in (
        lambda: sheets.split(records, one, [2], "an"),
        lambda: sheets.join(records, [two, one], "an"),
        lambda: sheets.move(records, one, [1], "an", to=two),
        lambda: sheets.turn(records, one, {1: 90}, "an"),
    ):
        with pytest.raises(Conflict, match="look again"):
            late()
    sheets.join(records, [two, records.document(one.id)], "na")
    with pytest.raises(Conflict, match="look again"):
        sheets.delete(records, one, [1], "an")


def test_of_two_at_the_same_moment_one_is_told(records: Records) -> None:
    scan, (one, two, _) = stack(records)
    begin = Barrier(3)

    def at_once(change: Callable[[], sheets.Done]) -> str:
        begin.wait()
        try:
            return change().change.what
        except Conflict:
            return ""

    with ThreadPoolExecutor(3) as pool:
        told = pool.map(
            at_once,
            (
                lambda: sheets.split(records, one, [2], "na"),
                lambda: sheets.join(records, [two, one], "an"),
                lambda: sheets.delete(records, one, [1], "on"),
            ),
        )
    assert len([what for what in told if what]) == 1
    assert len(changes.of(records, [scan])) == 1
    accounted(records, scan)


def test_a_change_that_was_overtaken_is_undone_after_the_later_one(records: Records) -> None:
    _, (one, _, _) = stack(records)
    made = sheets.split(records, one, [2], "na").change.after[1].document
    sheets.turn(records, made, {1: 180}, "na")
    sheets.delete(records, records.document(made.id), [1], "na")
    with pytest.raises(Conflict, match="undo that one first"):
        sheets.undo(records, one.id, "an")
    for what in ("delete", "turn", "split"):
        assert sheets.undo(records, made.id, "an").change.what == what


def test_a_released_paper_gets_a_new_version_and_never_vanishes(records: Records) -> None:
    scan, (one, two, _) = stack(records)
    records.save_records([record(one, official=True)])
    records.change(replace(one, state=DocumentState.RELEASED), "released", "na", {})
    released = records.document(one.id)
    for vanish in (
        lambda: sheets.join(records, [two, released], "na"),
        lambda: sheets.delete(records, released, [1, 2], "na"),
        lambda: sheets.move(records, released, [1, 2], "na", to=two),
    ):
        with pytest.raises(Conflict, match="released"):
            vanish()
    assert records.document(one.id) == released
    sheets.split(records, released, [2], "na")
    after = records.document(one.id)
    assert (after.version, after.state) == (2, DocumentState.REVIEW)
    assert records.record(one.id).official, "what was released stays"
    finish(records, scan)
    sheets.undo(records, one.id, "na")
    assert records.document(one.id).version == 2


def test_neighbours_are_left_alone(records: Records) -> None:
    scan, (one, two, three) = stack(records)
    records.change(replace(three, state=DocumentState.RELEASED), "released", "na", {})
    sheets.split(records, one, [2], "na")
    claimed = leases.claim_stages(records, scan, "me", 60)
    assert claimed is not None
    assert claimed.again is not None
    assert {two.id, three.id}.isdisjoint(claimed.again)
    claimed = replace(claimed, documents=tuple(replace(one, kind="khong_ro") for one in claimed.documents))
    leases.save_stage(records, claimed, "me", 60, "kind")
    dossiers.finish(records, claimed, "me")
    assert records.document(three.id).state is DocumentState.RELEASED
    assert records.document(two.id).kind == "don_khac"
    assert records.scan(scan).again is None


def test_a_worker_of_before_saves_nothing_over_it(records: Records) -> None:
    scan, (one, two, _) = stack(records)
    leases.restart(records, scan, "redo", "na", passed=("split",))
    slow = leases.claim_stages(records, scan, "slow", 60)
    assert slow is not None
    sheets.delete(records, one, [2], "na")
    sheets.join(records, [two, records.document(one.id)], "na")
    with pytest.raises(LeaseLost):
        leases.save_stage(records, slow, "slow", 60, "kind")
    with pytest.raises(LeaseLost):
        records.save_records([record(two)], {two.id: two.pages})
    finish(records, scan)
    assert faults(records) == []


def test_what_is_still_being_read_waits(records: Records) -> None:
    scan, (one, _, _) = stack(records)
    leases.restart(records, scan, "redo", "na", step="look", which=lambda _: True)
    with pytest.raises(Conflict, match="wait"):
        sheets.split(records, one, [2], "na")


def test_pages_stay_within_their_dossier_or_arrival(records: Records) -> None:
    (_, (one, _, _)), (_, (other, _, _)) = stack(records, "run:/in/a"), stack(records, "run:/in/b")
    with pytest.raises(Conflict, match="dossier"):
        sheets.move(records, one, [1], "na", to=other)
    (_, (one, _, _)), (scan, (other, _, _)) = (stack(records, "run:/in/c") for _ in range(2))
    one, other = records.document(one.id), records.document(other.id)
    sheets.move(records, one, [1, 2], "na", to=other, before=1)
    assert [ref.scan for ref in records.document(other.id).pages] == [one.pages[0].scan] * 2 + [scan] * 2


def test_the_history_tells_who_did_what_and_no_word_of_a_paper(records: Records) -> None:
    scan, (one, _, _) = stack(records)
    sheets.split(records, one, [2], "na")
    sheets.undo(records, one.id, "an")
    arrival = records.scan(scan).arrival
    told = [(event["what"], event["actor"]) for event in records.history(arrival)][-2:]
    assert told == [("pages-split", "na"), ("pages-undo", "an")]
    assert "7/QĐ" not in str(records.history(arrival))
    with records.reading() as db:
        assert list(events.broken(db, arrival)) == []
    (row,) = [row for row in contents(records, one.id) if row["type"] == "change"]
    assert (row["what"], row["actor"], row["undone_by"]) == ("split", "na", "an")


def test_what_vanished_is_not_found_and_its_files_may_be_swept(records: Records) -> None:
    scan, (one, two, _) = stack(records)
    records.save_records([record(two)])
    assert searching.search(records, "ba", searching.Filters(), 9)
    sheets.join(records, [one, two], "na")
    assert searching.search(records, "ba", searching.Filters(), 9) == []
    with records.reading() as db:
        gone = set(db.execute(select(schema.superseded.c.sha256).where(schema.superseded.c.scan == scan)).scalars())
    assert gone == {"aa", "bb", "cc"}


def test_the_machine_never_undoes_a_clerks_layout(records: Records, tables: Tables) -> None:
    scan, (one, two, three) = stack(records)
    sheets.join(records, [three, two], "na")
    sheets.delete(records, one, [2], "na")
    finish(records, scan)
    leases.restart(records, scan, "redo", "na")
    found = leases.claim_stages(records, scan, "me", 60)
    assert found is not None
    again = Split(records.page, tables)(found)
    laid = {paper.id: paper.pages for paper in again.documents if paper.pages_by is By.CLERK}
    assert laid == {paper.id: paper.pages for paper in found.documents}
    assert [page.left_out for page in again.pages][:2] == [None, LeftOut.DELETED]
    leases.save_stage(records, again, "me", 60, "split")
    accounted(records, scan)
