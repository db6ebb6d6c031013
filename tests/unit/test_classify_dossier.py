"""Papers of one case find their procedure, their roles and their gaps; halves of cards find each other."""

from dataclasses import replace

import pytest

from digitizer.classify.catalogue import Catalogue
from digitizer.classify.dossier import assemble, joined
from digitizer.classify.procedure import Procedures, fitting
from digitizer.classify.tables import Tables, load
from digitizer.model import By, Component, Document, DocumentState, Dossier, Field, PageRef, Procedure, Role, Scan
from digitizer.settings import config_folder
from tests.typed import loader


def paper(id_: str, kind: str, scan: str = "", pages: int = 1, **values: str) -> Document:
    fields = tuple(Field(name=name, value=value, normalised=value) for name, value in values.items())
    refs = tuple(PageRef(scan=scan or f"s-{id_}", page=number) for number in range(1, pages + 1))
    return Document(id=id_, pages=refs, kind=kind, confidence=0.95, unsure=False, fields=fields)


def noted(tables: Tables, document: Document) -> Document:
    scan = Scan(id="s", arrival="a", file="x", sha256="", media="", count=1, documents=(document,))
    return Procedures(loader(), tables)(scan).documents[0]


def named(tables: Tables, document: Document) -> str | None:
    return noted(tables, document).procedure


BIRTH = (paper("d1", "to_khai_khai_sinh"), paper("d2", "giay_chung_sinh"))


# ---- the procedure that a paper names


def test_a_known_code_on_the_paper_is_the_procedure(tables: Tables) -> None:
    assert named(tables, paper("d", "giay_tiep_nhan", procedure_code="1.004873")) == "1.004873"


def test_a_doubtful_unknown_code_gives_way_to_the_name(tables: Tables) -> None:
    document = paper("d", "giay_tiep_nhan", procedure_name="Đăng ký thường trú")
    code = Field(name="procedure_code", value="1.999999", normalised="1.999999", unsure=True)
    assert named(tables, replace(document, fields=(code, *document.fields))) == "1.004222"


def test_a_misread_code_beside_a_known_name_is_doubted(tables: Tables) -> None:
    document = paper("d", "giay_tiep_nhan", procedure_code="1.004223", procedure_name="Đăng ký thường trú")
    done = noted(tables, document)
    assert done.procedure == "1.004222"
    assert done.unsure
    assert [field.name for field in done.fields if field.unsure] == ["procedure_code"]


def test_a_name_that_breaks_off_is_doubted_beside_its_code(tables: Tables) -> None:
    document = paper("d", "giay_tiep_nhan", procedure_code="1.004873", procedure_name="Cấp Giấy xác nhận")
    assert noted(tables, document).unsure


def test_a_code_that_the_catalogue_lacks_still_counts(tables: Tables) -> None:
    assert named(tables, paper("d", "giay_tiep_nhan", procedure_code="5.123456")) == "5.123456"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Thủ tục đăng ký khai sinh", "1.001193"),
        ("Đăng ký lại khai sinh", "1.004884"),
        ("Cap Giay xac nhan tinh trang hon nhan", "1.004873"),
        ("Tbủ tục đănq ký lại khai sirih", "1.004884"),  # what is no word of any name was misread
        ("Đăng ký biến động đối với trường hợp chuyển đổi, chuyển nhượng", None),  # another may begin so
        ("Cấp giấy phép bay cho tàu lượn", None),
    ],
)
def test_names_find_their_procedure_only_when_nearly_the_same(tables: Tables, name: str, code: str | None) -> None:
    assert named(tables, paper("d", "giay_tiep_nhan", procedure_name=name)) == code


# ---- dossiers


def test_the_slip_s_procedure_counts_for_the_case(tables: Tables) -> None:
    slip = replace(paper("d3", "giay_tiep_nhan", dossier_code="000.17.22.H09-231103-0001"), procedure="1.001193")
    stray = replace(paper("d4", "don"), procedure="1.004222")
    dossier, papers = assemble(Dossier(id="h1"), [*BIRTH, slip, stray], tables)
    assert dossier.procedure == "1.001193"
    assert dossier.code == "000.17.22.H09-231103-0001"
    assert {one.dossier for one in papers} == {"h1"}


def test_a_doubtful_code_does_not_name_the_dossier(tables: Tables) -> None:
    code = Field(name="dossier_code", value="x", normalised="000.17.22.H09-231103-0001", unsure=True)
    dossier, _ = assemble(Dossier(id="h1"), [replace(BIRTH[0], fields=(code,))], tables)
    assert dossier.code is None


def test_code_and_name_that_disagree_leave_the_choice_to_the_clerk(tables: Tables) -> None:
    birth, again, misread = "1.001193", "1.004884", "1.001198"
    whole = {"procedure_name": "Đăng ký khai sinh"}
    assert named(tables, paper("d", "giay_tiep_nhan", procedure_code=misread, **whole)) == birth
    slip = noted(tables, paper("d", "giay_tiep_nhan", procedure_code=again, **whole))
    assert slip.procedure is None
    assert [one.name for one in slip.fields if one.unsure] == ["procedure_code"]
    assert assemble(Dossier(id="h1"), [slip], tables)[0].procedure_perhaps == (again, birth)


def test_a_name_that_is_cut_short_offers_the_procedures_that_begin_so(tables: Tables) -> None:
    cut = "Đăng ký biến động đối với trường hợp chuyển đổi, chuyển nhượng"
    dossier, _ = assemble(Dossier(id="h1"), [paper("d", "giay_tiep_nhan", procedure_name=cut)], tables)
    assert (dossier.procedure, dossier.procedure_perhaps) == (None, ("1.013831",))


def test_the_set_of_papers_alone_offers_procedures_and_names_none(tables: Tables) -> None:
    kinds = ("don_bien_dong_dat", "gcn_quyen_su_dung_dat", "hop_dong_dat", "to_khai_thue")
    dossier, _ = assemble(Dossier(id="h1"), [paper(kind, kind) for kind in kinds], tables)
    assert (dossier.procedure, dossier.procedure_perhaps) == (None, ("1.013831",))
    assert fitting([paper("d", "can_cuoc")], tables) == ()


def test_roles_follow_the_procedure(tables: Tables) -> None:
    papers = [*BIRTH, paper("d3", "giay_khai_sinh"), replace(paper("d4", "giay_tiep_nhan"), procedure="1.001193")]
    _, placed = assemble(Dossier(id="h1"), papers, tables)
    assert [one.role for one in placed] == [Role.COMPONENT, Role.COMPONENT, Role.RESULT, Role.INTERNAL]


def test_without_a_procedure_a_certificate_beside_its_form_is_the_result(tables: Tables) -> None:
    _, placed = assemble(Dossier(id="h1"), [paper("d1", "to_khai_ket_hon"), paper("d2", "giay_ket_hon")], tables)
    assert [one.role for one in placed] == [Role.COMPONENT, Role.RESULT]


def test_slots_say_what_is_there_twice_foreign_and_missing(tables: Tables) -> None:
    slip = replace(paper("d0", "giay_tiep_nhan"), procedure="1.001193")
    form, again = (
        paper("d1", "to_khai_khai_sinh", person="LÊ THỊ BÉ"),
        paper("d2", "to_khai_khai_sinh", person="Lê Thị Bé"),
    )
    dossier, _ = assemble(Dossier(id="h1"), [slip, form, again, paper("d3", "hoc_ba")], tables)
    assert [(slot.kind, slot.documents) for slot in dossier.present] == [("to_khai_khai_sinh", ("d1", "d2"))]
    assert [(slot.kind, slot.documents) for slot in dossier.doubled] == [("to_khai_khai_sinh", ("d1", "d2"))]
    assert [(slot.component, slot.kind) for slot in dossier.foreign] == [(None, "hoc_ba")]
    assert [slot.kind for slot in dossier.missing] == ["giay_chung_sinh"]


def test_cards_of_two_people_are_not_doubled(tables: Tables) -> None:
    slip = replace(paper("d0", "giay_tiep_nhan"), procedure="1.000894")
    cards = [paper("d1", "can_cuoc", citizen_id="074093001234"), paper("d2", "can_cuoc", citizen_id="074195004321")]
    dossier, _ = assemble(Dossier(id="h1"), [slip, *cards], tables)
    assert dossier.doubled == ()


def test_what_only_some_need_is_never_missing(tables: Tables) -> None:
    slip = replace(paper("d0", "giay_tiep_nhan"), procedure="1.004884")
    dossier, _ = assemble(Dossier(id="h1"), [slip], tables)
    row = tables.catalogue.at("1.004884")
    sure = {part.name for part in row.components if not part.optional}
    assert {slot.component for slot in dossier.missing} == sure
    assert {slot.component for slot in dossier.perhaps} == {part.name for part in row.components} - sure


def asking(*components: Component) -> Tables:
    """Tables with one procedure, of these components."""
    row = Procedure(code="1.990001", name="Cấp giấy phép bay diều", components=components)
    return replace(load(config_folder()), catalogue=Catalogue([row]))


def gaps(tables: Tables, *papers: Document) -> dict[str, str]:
    """What is missing or perhaps needed → why perhaps, empty for missing."""
    slip = replace(paper("d0", "giay_tiep_nhan"), procedure="1.990001")
    dossier, _ = assemble(Dossier(id="h1"), [slip, *papers], tables)
    return {slot.component or "": slot.why for slot in (*dossier.missing, *dossier.perhaps)}


def test_a_paper_that_no_kind_names_is_missing_where_no_paper_can_be_it() -> None:
    tables = asking(Component(name="Bản thuyết minh điều kiện sản xuất"))
    assert gaps(tables, paper("d1", "hoc_ba")) == {"Bản thuyết minh điều kiện sản xuất": ""}
    assert gaps(tables, paper("d1", "khong_ro", subject="BẢN THUYẾT MINH Điều kiện sản xuất")) == {}
    (why,) = gaps(tables, paper("d1", "khong_ro")).values()
    assert "chưa rõ loại" in why


def test_what_any_paper_may_prove_is_missing_only_where_no_paper_is_left() -> None:
    tables = asking(Component(name="Đơn", kinds=("don",)), Component(name="Giấy tờ chứng minh nơi bay", others=True))
    assert gaps(tables, paper("d1", "don")) == {"Giấy tờ chứng minh nơi bay": ""}
    (why,) = gaps(tables, paper("d1", "don"), paper("d2", "hop_dong")).values()
    assert "giấy tờ khác" in why


def test_where_another_case_needs_the_other_paper_it_is_perhaps() -> None:
    one = Component(name="Báo cáo bãi bay", kinds=("bao_cao",), case="bay đêm")
    tables = asking(one, Component(name="Báo cáo thu chi", kinds=("bao_cao",)))
    assert "Báo cáo bãi bay" in gaps(tables, paper("d1", "bao_cao"))["Báo cáo thu chi"]


def test_a_paper_too_many_may_be_one_that_no_kind_names() -> None:
    receipts = Component(name="Chứng từ nộp phí", kinds=("bien_lai",))
    tables = asking(receipts, Component(name="Chứng từ bảo lãnh"))
    assert gaps(tables, paper("d1", "bien_lai")) == {"Chứng từ bảo lãnh": ""}
    (why,) = gaps(tables, paper("d1", "bien_lai"), paper("d2", "bien_lai")).values()
    assert why


def test_a_second_scan_proves_nothing() -> None:
    tables = asking(Component(name="Đơn", kinds=("don",)), Component(name="Giấy tờ chứng minh nơi bay", others=True))
    again = replace(paper("d2", "don"), duplicate_of="d1")
    assert gaps(tables, paper("d1", "don"), again) == {"Giấy tờ chứng minh nơi bay": ""}


def test_a_driving_licence_proves_nothing_but_to_drivers() -> None:
    tables = asking(Component(name="Giấy tờ chứng minh nơi bay", others=True))
    assert gaps(tables, paper("d1", "giay_phep_lai_xe")) == {"Giấy tờ chứng minh nơi bay": ""}
    tables = asking(Component(name="Giấy tờ chứng minh điều kiện giao thông", others=True))
    (why,) = gaps(tables, paper("d1", "giay_phep_lai_xe")).values()
    assert "giấy tờ khác" in why


def test_a_paper_that_only_some_need_says_why_in_the_words_of_the_list() -> None:
    tables = asking(Component(name="Bản vẽ", kinds=("ban_ve",), optional=True, condition="nếu bay đêm"))
    assert gaps(tables, paper("d1", "don")) == {"Bản vẽ": "nếu bay đêm"}


def test_two_papers_of_a_kind_that_a_procedure_gives_too_are_both_handed_in_where_it_asks_for_two() -> None:
    decisions = (Component(name="Quyết định thành lập", kinds=("quyet_dinh",)),) * 2
    row = Procedure(code="1.990001", name="Bay diều", components=decisions, results=("quyet_dinh",))
    tables = replace(load(config_folder()), catalogue=Catalogue([row]))
    assert gaps(tables, paper("d1", "quyet_dinh"), paper("d2", "quyet_dinh")) == {}


def test_a_paper_goes_where_it_leaves_no_gap_though_another_place_would_take_it() -> None:
    proof = Component(name="Tài liệu chứng minh", kinds=("quyet_dinh", "dieu_le"))
    tables = asking(proof, Component(name="Quyết định bổ nhiệm", kinds=("quyet_dinh", "cong_van")))
    assert gaps(tables, paper("d1", "quyet_dinh"), paper("d2", "dieu_le")) == {}
    assert gaps(tables, paper("d1", "quyet_dinh")) == {"Quyết định bổ nhiệm / hoặc: Tài liệu chứng minh": ""}


def test_which_of_two_papers_of_a_kind_lacks_is_told_only_by_a_subject() -> None:
    tables = asking(*(Component(name=f"Báo cáo {about}", kinds=("bao_cao",)) for about in ("bãi bay", "thu chi")))
    assert list(gaps(tables).values()) == ["", ""]
    assert gaps(tables, paper("d1", "bao_cao")) == {"Báo cáo thu chi / hoặc: Báo cáo bãi bay": ""}
    assert gaps(tables, paper("d1", "bao_cao", subject="thu chi")) == {"Báo cáo bãi bay": ""}


def test_a_letter_that_is_left_over_may_be_the_application_and_a_diploma_may_not() -> None:
    tables = asking(Component(name="Giấy đề nghị bay", kinds=("giay_de_nghi_dang_ky_kinh_doanh",)))
    assert "giấy tờ khác" in gaps(tables, paper("d1", "don"))["Giấy đề nghị bay"]
    assert gaps(tables, paper("d1", "hoc_ba")) == {"Giấy đề nghị bay": ""}


def test_a_title_puts_a_paper_where_no_kind_is_named_before_its_kind_puts_it_elsewhere() -> None:
    tables = asking(
        Component(name="Văn bản bất kỳ", kinds=("quyet_dinh",)), Component(name="Giấy tờ chứng minh nơi bay")
    )
    assert gaps(tables, paper("d1", "quyet_dinh", subject="giấy tờ chứng minh nơi bay")) == {"Văn bản bất kỳ": ""}


def test_papers_of_an_unknown_case_have_no_gaps(tables: Tables) -> None:
    dossier, _ = assemble(Dossier(id="h1"), [paper("d1", "bien_ban")], tables)
    assert (dossier.procedure, dossier.missing, dossier.foreign) == (None, (), ())


# ---- cards in two files


def front(id_: str = "f", **values: str) -> Document:
    document = paper(id_, "can_cuoc", **{"person": "LÊ VĂN MẪU", **values})
    return replace(document, cues=("tên loại “Căn cước công dân” ở đầu trang",))


def back(id_: str = "b", **values: str) -> Document:
    return replace(paper(id_, "can_cuoc", **values), cues=("dòng MRZ của thẻ căn cước",))


def test_front_and_back_become_one_paper_with_the_fields_of_both(tables: Tables) -> None:
    papers, into = joined(
        [front(citizen_id="074093001234"), back(citizen_id="074093001234", sex="nam"), BIRTH[0]], tables
    )
    assert into == {"b": "f"}
    assert [one.id for one in papers] == ["f", "d1"]
    assert papers[0].pages == (PageRef(scan="s-f", page=1), PageRef(scan="s-b", page=1))
    assert {field.name for field in papers[0].fields} == {"person", "citizen_id", "sex"}


def test_halves_of_two_cards_are_joined_by_their_number_alone(tables: Tables) -> None:
    one, other = "074093001234", "074195004321"
    halves = [front("f1", citizen_id=one), front("f2", citizen_id=other), back("b1", citizen_id=other), back("b2")]
    assert joined(halves, tables)[1] == {"b1": "f2"}


def test_a_back_with_another_number_stays_alone(tables: Tables) -> None:
    assert joined([front(citizen_id="074093001234"), back(citizen_id="074195004321")], tables)[1] == {}


def test_a_whole_card_takes_no_other_back(tables: Tables) -> None:
    whole = replace(front(), pages=(PageRef(scan="s", page=1), PageRef(scan="s", page=2)))
    assert joined([whole, back()], tables)[1] == {}


def test_released_papers_are_left_as_they_are(tables: Tables) -> None:
    assert joined([replace(front(), state=DocumentState.RELEASED), back()], tables)[1] == {}


def test_a_half_split_again_goes_back_into_its_card(tables: Tables) -> None:
    whole = replace(front(), pages=(PageRef(scan="s-f", page=1), PageRef(scan="s-b", page=1)))
    papers, into = joined([whole, back()], tables)
    assert into == {"b": "f"}
    assert [one.id for one in papers] == ["f"]


def test_a_clerk_s_value_outlives_the_joining(tables: Tables) -> None:
    said = Field(name="sex", value="nữ", normalised="nữ", by=By.CLERK, confidence=0.1)
    papers, _ = joined([replace(front(), fields=(*front().fields, said)), back(sex="nam")], tables)
    sexes = [field.normalised for field in papers[0].fields if field.name == "sex"]
    assert sexes == ["nữ"]
