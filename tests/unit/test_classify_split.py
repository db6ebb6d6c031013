"""A pile of pages is parted into papers, and each page is in one paper or left out."""

from dataclasses import replace

from digitizer.classify.split import Split
from digitizer.classify.tables import Tables
from digitizer.model import By, Code, Document, Field, LeftOut, Page, PageRef, Scan
from tests.typed import body, decision, left, loader, middle, national, page, signature


def scan_of(*pages: Page, documents: tuple[Document, ...] = ()) -> tuple[Scan, tuple[Page, ...]]:
    numbered = tuple(replace(one, number=number) for number, one in enumerate(pages, 1))
    summaries = tuple(replace(one, lines=()) for one in numbered)
    scan = Scan(
        id="s1",
        arrival="a1",
        file="x.pdf",
        sha256="",
        media="application/pdf",
        count=len(pages),
        pages=summaries,
        documents=documents,
    )
    return scan, numbered


def split(tables: Tables, *pages: Page, documents: tuple[Document, ...] = ()) -> Scan:
    scan, numbered = scan_of(*pages, documents=documents)
    return Split(loader(*numbered), tables)(scan)


def papers(scan: Scan) -> list[list[int]]:
    return [[ref.page for ref in document.pages] for document in scan.documents]


def left_out(scan: Scan) -> dict[int, LeftOut]:
    return {one.number: one.left_out for one in scan.pages if one.left_out}


def second(number: int = 2) -> Page:
    return page(middle(str(number), 120), *body(20, 300))


def form() -> Page:
    return page(
        *national(),
        middle("TỜ KHAI ĐĂNG KÝ KHAI SINH", 450),
        left("Họ, chữ đệm, tên người yêu cầu: Lê Thị Út", 600),
        *body(3),
    )


def separator() -> Page:
    return page(middle("TỜ PHÂN CÁCH", 1500))


def test_each_head_begins_a_paper(tables: Tables) -> None:
    assert papers(split(tables, decision(), form(), decision("Số: 18/QĐ-UBND"))) == [[1], [2], [3]]


def test_numbered_pages_go_on(tables: Tables) -> None:
    assert papers(split(tables, decision(), second(2), second(3), form())) == [[1, 2, 3], [4]]


def test_an_unnumbered_page_of_running_text_goes_on(tables: Tables) -> None:
    assert papers(split(tables, decision(), page(*body(20, 300)), decision())) == [[1, 2], [3]]


def test_an_appendix_stays_with_its_paper(tables: Tables) -> None:
    appendix = page(middle("PHỤ LỤC", 200), middle("(Ban hành kèm theo Quyết định số 17/QĐ-UBND)", 270), *body(12, 500))
    blank_form = page(left("Mẫu XT02", 150), *national(), middle("BÁO CÁO", 450), *body())
    assert papers(split(tables, decision(), appendix, blank_form)) == [[1, 2, 3]]


def test_blank_backs_between_papers_and_at_the_ends_are_left_out(tables: Tables) -> None:
    scan = split(tables, page(), decision(), page(), form(), page())
    assert papers(scan) == [[2], [4]]
    assert left_out(scan) == dict.fromkeys((1, 3, 5), LeftOut.BLANK)


def test_a_blank_back_inside_a_paper_stays_in_it(tables: Tables) -> None:
    scan = split(tables, decision(), page(), second(2), form())
    assert papers(scan) == [[1, 2, 3], [4]]
    assert left_out(scan) == {}


def test_separator_sheets_part_papers_and_are_left_out(tables: Tables) -> None:
    scan = split(tables, decision(), separator(), page(*body(20, 300)), separator())
    assert papers(scan) == [[1], [3]]
    assert left_out(scan) == dict.fromkeys((2, 4), LeftOut.SEPARATOR)


def test_a_separator_is_known_by_its_code(tables: Tables) -> None:
    coded = page(codes=[Code(type="barcode", value="PATCHT", box=(0, 0, 100, 100))])
    assert left_out(split(tables, decision(), coded, form())) == {2: LeftOut.SEPARATOR}


def test_only_blank_pages_make_no_paper(tables: Tables) -> None:
    scan = split(tables, page(), page())
    assert papers(scan) == []
    assert left_out(scan) == dict.fromkeys((1, 2), LeftOut.BLANK)


def test_a_failed_page_is_not_blank(tables: Tables) -> None:
    scan = split(tables, decision(), replace(page(), failed=True, blank=False))
    assert papers(scan) == [[1, 2]]


def test_a_deleted_page_stays_deleted(tables: Tables) -> None:
    scan, pages = scan_of(decision(), second(2), form())
    marked = tuple(replace(one, left_out=LeftOut.DELETED) if one.number == 2 else one for one in scan.pages)
    done = Split(loader(*pages), tables)(replace(scan, pages=marked))
    assert papers(done) == [[1], [3]]
    assert left_out(done) == {2: LeftOut.DELETED}


def test_front_and_back_of_a_card_are_one_paper(tables: Tables) -> None:
    card = (85.6, 54.0)
    front = page(*national(), middle("CĂN CƯỚC CÔNG DÂN", 500), left("Số / No.: 074093001234", 900), mm=card)
    back = page(
        left("Đặc điểm nhận dạng / Personal identification:", 400),
        left("IDVNM0930012347074093001234<<0", 2500),
        mm=card,
    )
    assert papers(split(tables, form(), front, back, decision())) == [[1], [2, 3], [4]]


def test_every_page_is_in_one_paper_or_left_out(tables: Tables) -> None:
    scan = split(tables, page(), decision(), second(2), page(), separator(), form(), page(), page(*body(3)), page())
    told = [number for paper in papers(scan) for number in paper] + list(left_out(scan))
    assert sorted(told) == [one.number for one in scan.pages]


def test_a_new_split_keeps_ids_and_what_clerks_said(tables: Tables) -> None:
    def refs(*numbers: int) -> tuple[PageRef, ...]:
        return tuple(PageRef(scan="s1", page=number) for number in numbers)

    said = Field(name="number", value="9", normalised="9", by=By.CLERK)
    guessed = Field(name="issuer", value="x", normalised="x")
    old = (
        Document(id="d-old", pages=refs(1, 2, 3), kind="to_trinh", kind_by=By.CLERK, fields=(said, guessed)),
        Document(id="d-gone", pages=refs(4)),
    )
    scan = split(tables, decision(), second(2), form(), second(2), documents=old)
    assert papers(scan) == [[1, 2], [3, 4]]
    assert [document.id for document in scan.documents] == ["d-old", "d-gone"]
    assert (scan.documents[0].kind, scan.documents[0].fields) == ("to_trinh", (said,))


def test_papers_without_an_heir_get_new_ids(tables: Tables) -> None:
    old = (Document(id="d-old", pages=(PageRef(scan="s1", page=1), PageRef(scan="s1", page=2))),)
    ids = [document.id for document in split(tables, decision(), form(), documents=old).documents]
    assert ids[0] == "d-old"
    assert len(set(ids)) == 2


def test_a_signature_before_a_new_head_parts_papers_without_national_titles(tables: Tables) -> None:
    first = page(middle("BIÊN BẢN", 300), middle("Họp xét duyệt", 380), *body(), *signature("CHỦ TRÌ"))
    other = page(middle("DANH SÁCH", 300), middle("Thành viên", 380), *body())
    assert papers(split(tables, first, other)) == [[1], [2]]
