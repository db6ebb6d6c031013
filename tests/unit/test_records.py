"""The records: nothing counted twice, nothing done twice, nothing changed unseen."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import update

from digitizer.errors import LeaseLost, NotFound
from digitizer.ids import new_id
from digitizer.model import (
    Arrival,
    By,
    Document,
    DocumentState,
    Field,
    Level,
    Line,
    Page,
    PageRef,
    Problem,
    Scan,
    ScanState,
    Word,
)
from digitizer.store import dossiers, events, leases, schema
from digitizer.store import search as searching
from digitizer.store.events import timestamp
from digitizer.store.records import Records
from digitizer.store.search import Filters, search


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    store = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    yield store
    store.close()


def arrive(records: Records, pages: int = 3, folder: str | None = None, key: str = "/in/a.pdf") -> Scan:
    arrival = Arrival(
        id=new_id("a"), source="run", file="a.pdf", sha256="ab" * 32, size=10, received=timestamp(), operator="na"
    )
    scan = Scan(
        id=new_id("s"), arrival=arrival.id, file="a.pdf", sha256="ab" * 32, media="application/pdf", count=pages
    )
    records.add(arrival, key, [(scan, folder)])
    return scan


def page(number: int, text: str) -> Page:
    lines = []
    for row, line in enumerate(text.split("\n")):
        words = tuple(
            Word(
                text=word, read=word, box=(9 * at, 20 * row, 9 * at + 8, 20 * row + 9), quad=(0.0,) * 8, confidence=0.9
            )
            for at, word in enumerate(line.split())
        )
        lines.append(Line(words=words, box=(0, 20 * row, 100, 20 * row + 9)))
    return Page(number=number, width=100, height=100, lines=tuple(lines), step="correct")


def read_all(records: Records, scan: Scan, texts: list[str], owner: str = "me") -> Scan:
    for one in leases.claim_pages(records, scan.id, owner, 99, 60, 9):
        assert leases.save_page(records, scan.id, page(one.number, texts[one.number - 1]), owner, 60)
    claimed = leases.claim_stages(records, scan.id, owner, 60)
    assert claimed is not None
    return claimed


def shelve(records: Records, scan: Scan, *documents: Document) -> None:
    done = replace(scan, documents=documents, passed=("split",))
    records.save_scan(done, "split")
    dossiers.finish(records, done, "me")
    with records.begin() as db:
        for document in documents:
            searching.index(db, document, [records.page(ref.scan, ref.page) for ref in document.pages])


def document(scan: Scan, *numbers: int, **more: object) -> Document:
    pages = tuple(PageRef(scan=scan.id, page=number) for number in numbers)
    return replace(Document(id=new_id("d"), pages=pages), **more)  # type: ignore[arg-type]


def field(name: str, value: str) -> Field:
    return Field(name=name, value=value, normalised=value, by=By.RULE)


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
    leases.mark_queued(records, [scan.id])
    assert leases.movable(records, 60, unheard=60) == []
    with records.begin() as db:
        db.execute(update(schema.pages).values(until=schema.pages.c.until + jump))
        db.execute(update(schema.scans).values(queued=schema.scans.c.queued + jump))
    assert [one.scan for one in leases.movable(records, 60, unheard=60)] == [scan.id]
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


def test_search_finds_with_and_without_marks_and_ranks_marks_first(records: Records) -> None:
    scan = arrive(records, 2)
    claimed = read_all(records, scan, ["Quyết định cấp phép xây dựng", "Quyet dinh cap phep viết không dấu"])
    one, two = document(claimed, 1, kind="quyet_dinh"), document(claimed, 2)
    shelve(records, claimed, one, two)
    assert {hit.document for hit in search(records, "quyet dinh cap phep", Filters(), 9)} == {one.id, two.id}
    assert [hit.document for hit in search(records, "quyết định", Filters(), 9)] == [one.id, two.id]
    assert search(records, "xay", Filters(kind="thong_bao"), 9) == []
    hit = search(records, '"cấp phép xây"', Filters(), 9)[0]
    assert (hit.page, hit.snippet) == (1, "Quyết định [cấp phép xây] dựng")
    assert [one.id for hit in search(records, "xay du*", Filters(), 9)] == [one.id]


@pytest.mark.parametrize("query", ["123/QĐ-UBND", "123/qd-ubnd", "123 QĐ UBND", "123 qd ubnd cấp"])
def test_a_number_is_found_however_it_is_typed(records: Records, query: str) -> None:
    scan = arrive(records, 2)
    claimed = read_all(records, scan, ["Số: 123/QĐ-UBND\nvề việc cấp đất", "Số: 1123/QĐ-UBND ngày 123 về việc cấp"])
    papers = document(claimed, 1), document(claimed, 2)
    shelve(records, claimed, *papers)
    assert next(hit.document for hit in search(records, query, Filters(), 9)) == papers[0].id


def test_filters_narrow_by_date_issuer_number_and_status(records: Records) -> None:
    scan = arrive(records, 1)
    claimed = read_all(records, scan, ["nội dung"])
    fields = field("number", "05/TTr-SNV"), field("issued", "2023-11-03"), field("issuer", "Sở Nội vụ")
    paper = document(claimed, 1, fields=fields, state=DocumentState.READY)
    shelve(records, claimed, paper)
    for good in (
        Filters(date_from="2023-11-03", date_to="2023-11-03"),
        Filters(date_to="2023"),
        Filters(issuer="noi vu"),
        Filters(number="05/ttr-snv"),
        Filters(status="ready"),
    ):
        assert [hit.document for hit in search(records, "", good, 9)] == [paper.id], good
    for bad in (Filters(date_from="2023-11-04"), Filters(issuer="tư pháp"), Filters(status="REVIEW")):
        assert search(records, "noi dung", bad, 9) == [], bad


def test_what_is_shelved_again_is_in_the_index_once(records: Records) -> None:
    scan = arrive(records, 1)
    claimed = read_all(records, scan, ["sổ hộ khẩu"])
    paper = document(claimed, 1)
    shelve(records, claimed, paper)
    with records.begin() as db:
        searching.index(db, paper, [page(1, "giấy khai sinh")])
    assert search(records, "hộ khẩu", Filters(), 9) == []
    assert len(search(records, "khai sinh", Filters(), 9)) == 1


def test_what_is_not_there_is_not_found(records: Records) -> None:
    for look in (records.scan, records.document, records.dossier, records.arrival, records.record):
        with pytest.raises(NotFound):
            look("x1")
