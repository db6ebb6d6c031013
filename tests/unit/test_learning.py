"""Kinds are learned from what clerks said, judged by papers kept out, and given up again."""

from dataclasses import replace

import pytest

from digitizer.app import learning
from digitizer.app.learning import Outcome
from digitizer.classify.features import features
from digitizer.classify.layout import sheet
from digitizer.classify.learn import Example, example, fit, read_examples, shipped_examples, write_examples
from digitizer.classify.model import parse, shipped
from digitizer.classify.tables import Tables
from digitizer.errors import DigitizerError
from digitizer.model import By, Page
from digitizer.store import leases, models
from digitizer.store.records import Records
from tests.records import arrive, document, shelve
from tests.typed import body, decision, left, middle, page


def tree_sheet(number: int) -> Page:
    """A paper of one office alone, whose title no table knows."""
    return page(
        middle("BẢNG CHẤM CÂY XANH", 300),
        left(f"Tuyến số {number}, tổ chăm sóc vườn ươm phía đông", 500),
        left("Giống cây, chiều cao, tình trạng sâu bệnh, ngày tưới nước", 570),
        *body(8),
    )


def taught(records: Records, pages: list[Page], kind: str) -> None:
    """A scan whose every page is a paper that a clerk called so."""
    scan = arrive(records, len(pages), key=f"/in/{kind}.pdf")
    for one in leases.claim_pages(records, scan.id, "me", 9999, 60, 9):
        leases.save_page(records, scan.id, replace(pages[one.number - 1], number=one.number, step="correct"), "me", 60)
    claimed = leases.claim_stages(records, scan.id, "me", 60)
    assert claimed is not None
    # Ids say which papers teach and which judge: random ones now and then make another model.
    told = ({"id": f"d-{kind}-{number}", "kind": kind, "kind_by": By.CLERK} for number in range(len(pages)))
    papers = [document(claimed, number, **more) for number, more in enumerate(told, 1)]
    shelve(records, claimed, *papers)


def share(records: Records, kind: str, one: Page) -> float:
    model = learning.current_model(records)
    return model.shares(features([sheet(one)])).get(kind, 0.0) if model else 0.0


def test_an_offices_own_paper_is_learned_and_given_up_again(records: Records, tables: Tables) -> None:
    taught(records, [tree_sheet(number) for number in range(24)], "so_theo_doi")
    assert share(records, "so_theo_doi", tree_sheet(99)) < 0.5
    found = learning.learn(records, tables)
    assert isinstance(found, Outcome)
    assert found.papers == 24
    assert found.own_after > found.own_before
    assert found.shipped_after >= found.shipped_before - 0.01
    assert found.number == 1
    assert share(records, "so_theo_doi", tree_sheet(99)) > 0.9
    assert share(records, "quyet_dinh", decision()) > 0.5
    assert [one.number for one in models.learned(records)] == [1]
    assert learning.rollback(records) == 0
    assert learning.rollback(records) is None
    assert share(records, "so_theo_doi", tree_sheet(99)) < 0.5


def test_a_handful_of_papers_teaches_nothing(records: Records, tables: Tables) -> None:
    taught(records, [tree_sheet(1), tree_sheet(2)], "so_theo_doi")
    assert learning.learn(records, tables) == 2
    assert models.in_use(records) == 0


def test_a_worse_model_replaces_nothing() -> None:
    good = {"own_before": 0.8, "own_after": 0.9, "shipped_before": 0.97, "shipped_after": 0.965}
    assert not learning.worse(**good)
    assert learning.worse(**{**good, "own_after": 0.7})
    assert learning.worse(**{**good, "shipped_after": 0.9})


def test_a_model_survives_its_file_and_says_why() -> None:
    rows = [example(["title:dieu_le", "body:von_dieu"], "dieu_le"), example(["title:to_trinh"], "to_trinh")]
    model = parse(fit(rows * 20, ("dieu_le", "to_trinh")).dump())
    assert model.shares(["title:dieu_le"])["dieu_le"] > 0.9
    assert model.why(["title:dieu_le", "looks:a4"], "dieu_le")[0] == "title:dieu_le"


@pytest.mark.parametrize("data", [b"", b"DGKM1\n{}\n", b"PK\x03\x04 something else\n\n"])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(DigitizerError):
        parse(data)


def test_the_shipped_model_knows_the_shipped_papers() -> None:
    model, held = shipped(), shipped_examples("held")
    assert model is not None
    assert len(held) > 150
    named = sum(model.kinds[int(model.scores(one.rows).argmax())] == one.kind for one in held)
    assert named >= 0.95 * len(held)


def test_examples_survive_their_file() -> None:
    rows: list[Example] = [example(["body:a_b", "looks:a4"], "don"), example(["title:don"], "khong_ro")]
    again = read_examples(write_examples(rows))
    assert [(one.kind, sorted(one.rows)) for one in again] == [(one.kind, sorted(one.rows)) for one in rows]
