"""The records: nothing counted twice, nothing done twice, nothing changed unseen."""

from dataclasses import replace
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import update

from digitizer.errors import LeaseLost, NotFound
from digitizer.model import Level, Problem, ScanState
from digitizer.store import dossiers, events, leases, schema, turns
from digitizer.store.records import Records
from tests.records import arrive, document, field, page, read_all, shelve


def test_tables_and_migrations_agree(records: Records) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with records.begin() as db:
        ours = {"include_name": lambda name, *_: not str(name).startswith("search_words")}
        context = MigrationContext.configure(db, opts=ours)
        assert compare_metadata(context, schema.metadata) == []


def test_head_is_the_newest_migration() -> None:
    folder = Path(schema.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == schema.HEAD


def test_pages_are_claimed_once_and_shared_in_chunks(records: Records) -> None:
    scan = arrive(records, pages=5)
    mine = leases.claim_pages(records, scan.id, "me", 3, 60, 9)
    yours = leases.claim_pages(records, scan.id, "you", 3, 60, 9)
    assert [one.number for one in mine] == [1, 2, 3]
    assert [one.number for one in yours] == [4, 5]
    assert leases.claim_pages(records, scan.id, "she", 3, 60, 9) == []
    assert records.scan(scan.id).state is ScanState.WORKING


def test_a_lost_lease_can_not_save(records: Records) -> None:
    scan = arrive(records, pages=1)
    leases.claim_pages(records, scan.id, "me", 1, -1, 9)
    leases.claim_pages(records, scan.id, "you", 1, 60, 9)
    assert not leases.save_page(records, scan.id, page(1, "muộn"), "me", 60)
    assert leases.save_page(records, scan.id, page(1, "đúng"), "you", 60)
    assert records.page(scan.id, 1).text == "đúng"


def test_stages_wait_for_the_last_page_and_are_claimed_once(records: Records) -> None:
    scan = arrive(records, pages=2)
    leases.claim_pages(records, scan.id, "me", 1, 60, 9)
    leases.save_page(records, scan.id, page(1, "một"), "me", 60)
    assert leases.claim_stages(records, scan.id, "me", 60) is None
    leases.claim_pages(records, scan.id, "me", 1, 60, 9)
    leases.save_page(records, scan.id, page(2, "hai"), "me", 60)
    assert leases.claim_stages(records, scan.id, "me", 60) is not None
    assert leases.claim_stages(records, scan.id, "you", 60) is None


def test_the_leases_of_a_dead_process_are_freed_and_those_of_a_living_one_kept(records: Records) -> None:
    scan = arrive(records, pages=2)
    alive = leases.owner_name()
    host, pid, _, thread = alive.split("/")
    leases.claim_pages(records, scan.id, f"{host}/{pid}/1/{thread}", 1, 60, 9)
    leases.claim_pages(records, scan.id, alive, 1, 60, 9)
    assert leases.release_dead(records) == 1
    assert [one.number for one in leases.claim_pages(records, scan.id, "she", 9, 60, 9)] == [1]


def test_a_page_that_always_kills_its_worker_is_failed_at_last(records: Records) -> None:
    scan = arrive(records, pages=1)
    problem = Problem(code="page-attempts", level=Level.BLOCKING, message="x")
    for _ in range(2):
        assert leases.give_up(records, scan.id, 60, 2, problem) == 0
        assert leases.claim_pages(records, scan.id, "me", 1, -1, 2)
    assert leases.claim_pages(records, scan.id, "me", 1, -1, 2) == []
    assert leases.give_up(records, scan.id, 60, 2, problem) == 1
    assert records.page(scan.id, 1).failed


def test_only_the_page_that_was_begun_counts_as_begun(records: Records) -> None:
    scan = arrive(records, pages=3)
    problem = Problem(code="page-attempts", level=Level.BLOCKING, message="x")
    leases.claim_pages(records, scan.id, "me", 3, 60, 1)
    leases.save_page(records, scan.id, page(1, "một"), "me", -1)  # and dies at page 2
    assert leases.give_up(records, scan.id, 60, 1, problem) == 1
    assert [one.number for one in leases.claim_pages(records, scan.id, "you", 3, 60, 1)] == [3]


def test_a_worker_that_lost_its_scan_saves_no_stage(records: Records) -> None:
    scan = arrive(records, pages=1)
    slow = replace(read_all(records, scan, ["chữ"]), passed=("split",))
    leases.save_stage(records, slow, "me", -1, "split")
    quick = leases.claim_stages(records, scan.id, "you", 60)
    assert quick is not None
    with pytest.raises(LeaseLost):
        leases.save_stage(records, slow, "me", 60, "kind")
    with pytest.raises(LeaseLost):
        dossiers.finish(records, slow, "me")
    leases.save_stage(records, quick, "you", 60, "kind")
    assert [event["what"] for event in records.history(scan.arrival)] == ["taken", "split", "kind"]


@pytest.mark.parametrize("jump", [-7200.0, 7200.0])
def test_a_lease_from_before_a_jump_of_the_clock_is_none_after_it(records: Records, jump: float) -> None:
    scan = arrive(records, pages=1)
    leases.claim_pages(records, scan.id, "me", 1, 60, 9)
    assert not turns.waits(records, ["live"], 60)
    with records.begin() as db:
        db.execute(update(schema.pages).values(until=schema.pages.c.until + jump))
    assert turns.waits(records, ["live"], 60)
    assert len(leases.claim_pages(records, scan.id, "you", 1, 60, 9)) == 1


def test_a_dossier_whose_gatherer_died_is_gathered(records: Records) -> None:
    scan = arrive(records, 1, "run:/in/h1")
    claimed = read_all(records, scan, ["tờ khai"])
    shelve(records, claimed, document(claimed, 1))
    dossier = dossiers.claim_dirty(records, "me", 60, 9)
    assert dossier is not None
    leases.release(records, "me", counted=True)  # as for a process that is gone
    assert dossiers.claim_dirty(records, "you", 60, 9) == dossier
    dossiers.gather(records, dossier, lambda noun, papers: (noun, papers))
    assert dossiers.claim_dirty(records, "you", 60, 9) is None


def test_a_restart_reads_again_only_what_is_chosen_and_forgets_what_stopped_it(records: Records) -> None:
    scan = arrive(records, pages=2)
    notice = Problem(code="truncated", level=Level.NOTICE, message="x")
    fault = Problem(code="page-timeout", level=Level.BLOCKING, message="x")
    for one in leases.claim_pages(records, scan.id, "me", 2, 60, 9):
        done = replace(page(one.number, "chữ"), failed=one.number == 2, problems=(notice, fault))
        leases.save_page(records, scan.id, done, "me", 60)
    leases.restart(records, scan.id, "retry", "na", which=lambda page: page.failed)
    again = leases.claim_pages(records, scan.id, "me", 9, 60, 9)
    assert [(one.number, one.step, one.failed, one.problems) for one in again] == [(2, None, False, ())]
    leases.save_page(records, scan.id, page(2, "chữ"), "me", 60)
    leases.restart(records, scan.id, "redo", "na", step="look", which=lambda _: True)
    first = leases.claim_pages(records, scan.id, "me", 1, 60, 9)[0]
    assert (first.step, first.text, first.problems) == ("look", "chữ", (notice,))


def test_a_delivery_is_known_again_until_its_file_is_put_away(records: Records) -> None:
    scan = arrive(records, key="/in/a.pdf")
    assert records.seen("run", "/in/a.pdf", "ab" * 32, moved_too=False) is not None
    records.put_away(scan.arrival)
    assert records.seen("run", "/in/a.pdf", "ab" * 32, moved_too=False) is None
    assert records.seen("run", "/in/a.pdf", "ab" * 32, moved_too=True) is not None
    assert records.seen("run", "/in/b.pdf", "ab" * 32, moved_too=True) is None


def test_a_changed_event_breaks_the_chain(records: Records) -> None:
    scan = arrive(records)
    records.save_scan(replace(scan, pages=(), documents=()), "split")
    with records.begin() as db:
        assert list(events.broken(db, scan.arrival)) == []
        db.execute(update(schema.events).where(schema.events.c.sequence == 0).values(actor="somebody else"))
        assert list(events.broken(db, scan.arrival)) == [0]


def test_papers_of_a_folder_are_one_dossier_and_their_code_wins(records: Records) -> None:
    first, second = arrive(records, 1, "run:/in/h1"), arrive(records, 1, "run:/in/h1", "/in/h1/b.pdf")
    claimed = read_all(records, first, ["tờ khai"])
    shelve(records, claimed, document(claimed, 1))
    assert dossiers.claim_dirty(records, "me", 60, 9) is None, "the folder's second scan is still under way"
    code = "000.00.15.H09-231103-0012"
    claimed = read_all(records, second, ["giấy tiếp nhận"])
    shelve(records, claimed, document(claimed, 1, fields=(field("dossier_code", code),)))
    ids = {records.document(records.scan(scan.id).documents[0].id).dossier for scan in (first, second)}
    assert len(ids) == 1
    assert records.dossier(ids.pop() or "").code == code


def test_what_is_not_there_is_not_found(records: Records) -> None:
    for look in (records.scan, records.document, records.dossier, records.arrival, records.record):
        with pytest.raises(NotFound):
            look("x1")


def test_in_a_stack_of_several_cases_papers_follow_the_slip_above_them(records: Records) -> None:
    scan = read_all(records, arrive(records, pages=4, folder="/in"), ["một", "hai", "ba", "bốn"])
    codes = ("000.00.15.H09-231103-0012", None, "000.00.15.H09-231103-0044", None)
    papers = [
        document(scan, number, fields=(field("dossier_code", code),) if code else ())
        for number, code in enumerate(codes, 1)
    ]
    shelve(records, scan, *papers)
    found = [records.document(one.id).dossier for one in papers]
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[0] != found[2]


def test_papers_behind_a_slip_whose_code_is_unsure_are_not_another_person_s(records: Records) -> None:
    scan = read_all(records, arrive(records, pages=4, folder="/in"), ["một", "hai", "ba", "bốn"])
    code = field("dossier_code", "000.00.15.H09-231103-0012")
    an, binh = field("person", "Trần Thị An"), field("person", "Lê Văn Bình")
    told = (("giay_tiep_nhan", code, an), ("don", an), ("giay_tiep_nhan", binh), ("don", binh))
    papers = [document(scan, at, kind=kind, fields=tuple(fields)) for at, (kind, *fields) in enumerate(told, 1)]
    shelve(records, scan, *papers)
    first, second, third, fourth = (records.dossier(records.document(one.id).dossier or "") for one in papers)
    assert (first, third) == (second, fourth)
    assert (first.code, third.code) == (code.normalised, None)


def test_loose_papers_of_the_backfill_join_by_what_identifies_them(records: Records) -> None:
    known = tuple(field(*one) for one in (("number", "41/QĐ-UBND"), ("issued", "2009-03-09"), ("issuer", "UBND xã")))
    found = []
    for lane, kind in (*[("backfill", "quyet_dinh")] * 2, ("backfill", "cong_van"), ("live", "don")):
        scan = arrive(records, pages=1, key=f"/in/{len(found)}.pdf", lane=lane)
        scan = read_all(records, scan, ["x"])
        paper = document(scan, 1, kind=kind, fields=known)
        shelve(records, scan, paper)
        found.append(records.document(paper.id).dossier)
    assert found[0] is not None
    assert found[0] == found[1]
    assert found[2] not in (None, found[0])
    assert found[3] is None
