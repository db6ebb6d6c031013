"""Lists of procedures are read in every shape, kept as versions, and say what changed, what is odd, what is refused."""

import csv
import json
import lzma
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from digitizer.app.catalogue import Report, take_in, with_catalogue
from digitizer.classify import published
from digitizer.classify.cells import HEADS, items
from digitizer.classify.components import Reader
from digitizer.classify.lists import mark
from digitizer.classify.tables import Tables, load
from digitizer.cli.commands import program
from digitizer.errors import Refused
from digitizer.model import Component
from digitizer.settings import config_folder
from digitizer.store import catalogue as stored
from digitizer.store.records import Records

GLUED = (
    f"--{HEADS}- Đơn đề nghị cấp giấy phép bay diều theo Mẫu số 181 bản chính,1 bản sao"
    "- Giấy khám sức khỏe (nếu có)1 bản chính- Bản sao Thẻ căn cước hoặc Hộ chiếu;0 bản chính,1 bản sao"
    "Trường hợp nộp trực tuyến thì không phải nộp bản giấy.0 bản chính"
)


@pytest.fixture(scope="module")
def reader(tables: Tables) -> Reader:
    return Reader(tables)


def row(code: str = "1.990001", **more: str) -> dict[str, Any]:
    return {
        "ma_thu_tuc": code,
        "ten_thu_tuc": "Cấp giấy phép bay diều",
        "so_quyet_dinh": "12/QĐ-BBD",
        "cap_thuc_hien": "Cấp tỉnh, Cấp xã",
        "linh_vuc": "Bay diều",
        "co_quan_co_tham_quyen": "Sở Gió",
        "thanh_phan_ho_so": GLUED,
        "ket_qua_xu_ly": "Giấy phép bay diềuMã: KQ.G99.000001Từ khóaKhông có thông tinMô tảKhông có thông tin",
        "cach_thuc_thuc_hien": "Hình thức nộpThời gianPhí, lệ phíMô tảTrực tiếp5 Ngày làm việcMiễn phí(ghi chú)",
        **more,
    }


def jsonl(file: Path, *rows: dict[str, Any]) -> Path:
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
    return file


def taken(records: Records, tables: Tables, file: Path, **how: Any) -> Report:
    return take_in(records, tables, file, "tester", **how)


def whys(report: Report, what: str) -> list[str]:
    return [one.about["why"] for one in report.those(what)]


# ---- components


def test_a_glued_table_falls_into_its_cells() -> None:
    cells = items(GLUED)
    assert [(cell.originals, cell.copies) for cell in cells] == [(1, 1), (1, 0), (0, 1), (0, 0)]
    assert cells[0].text.endswith("Mẫu số 18")


def test_components_know_kind_count_and_condition(reader: Reader) -> None:
    form, health, card = reader.components(GLUED, "Bay diều")
    assert form == Component(
        name="Đơn đề nghị cấp giấy phép bay diều theo Mẫu số 18", kinds=("don",), originals=1, copies=1
    )
    assert (health.kinds, health.optional, health.condition) == (("giay_kham_suc_khoe",), True, "nếu có")
    assert (set(card.kinds), card.optional, card.copies) == ({"can_cuoc", "chung_minh_nhan_dan", "ho_chieu"}, False, 1)


@pytest.mark.parametrize(
    ("text", "optional", "kinds"),
    [
        ("Đơn đề nghị theo mẫu (nếu người nộp chọn hình thức trực tiếp)", False, {"don"}),
        ("Mẫu điện tử tương tác, nếu nộp trực tuyến", True, set()),
        ("Biên bản họp đối với trường hợp thay đổi", True, {"bien_ban"}),
        ("Giấy khám sức khỏe (trừ người đã khám)", True, {"giay_kham_suc_khoe"}),
        ("Giấy báo tử. Trường hợp đã có dữ liệu thì không phải nộp", False, {"giay_bao_tu", "trich_luc_khai_tu"}),
        ("Giấy khám sức khỏe có giá trị nếu được cấp chưa quá 06 tháng", False, {"giay_kham_suc_khoe"}),
        ("Người đã ly hôn phải nộp bản sao Quyết định ly hôn", True, {"quyet_dinh"}),
        ("Bản thuyết minh về việc cho thuê", False, set()),
        ("Văn bản ủy quyền", True, {"giay_uy_quyen"}),
        ("Báo cáo tài chính", False, {"bao_cao"}),
        ("Văn bằng cử nhân trừ những người là giáo sư", True, {"van_bang"}),
        ("Báo cáo số liệu sử dụng cho mục đích thống kê", False, {"bao_cao"}),
        ("Bản thuyết minh theo Nghị định số 236/2025/NĐ-CP", False, set()),  # a law is cited, not handed in
        ("Đơn đề nghị hưởng trợ cấp đối với thanh niên xung phong", False, {"don"}),
        ("Văn bằng (là bản sao hợp pháp hóa trừ trường hợp được miễn)", False, {"van_bang"}),
        ("Một trong các giấy tờ sau: Quyết định đối với thẩm phán; Biên bản", False, {"quyet_dinh", "bien_ban"}),
    ],
)
def test_a_condition_makes_a_paper_perhaps(reader: Reader, text: str, optional: bool, kinds: set[str]) -> None:
    (found,) = reader.components(f"--{HEADS}{text}1 bản chính", "")
    assert set(found.kinds) == kinds
    assert found.optional is optional or not kinds


def test_papers_of_a_case_are_needed_in_that_case_only_and_those_of_every_case_always(reader: Reader) -> None:
    text = (
        f"a) Trường hợp cấp mới:{HEADS}Đơn đề nghị cấp1 bản chínhBản vẽ1 bản chính"
        f"b) Trường hợp cấp lại:{HEADS}Đơn đề nghị cấp lại1 bản chínhBáo cáo1 bản chính"
    )
    found = {one.kinds[0]: one.case for one in reader.components(text, "")}
    assert found == {"don": "", "ban_ve": "a) Trường hợp cấp mới", "bao_cao": "b) Trường hợp cấp lại"}


def test_copies_that_a_paper_s_own_words_ask_for_are_no_count_of_the_table(reader: Reader) -> None:
    text = f"--{HEADS}Tờ khai. Khai giấy thì nộp 02 bản chính tờ khai mẫu 1;0 bản chính,1 bản saoBản vẽ1 bản chính"
    assert [(cell.originals, cell.copies) for cell in items(text)] == [(0, 1), (1, 0)]


def test_several_papers_with_bullets_in_one_cell_are_several(reader: Reader) -> None:
    found = reader.components(f"--{HEADS}- Đơn đề nghị theo Mẫu số 01. - Biên bản họp; - Số bộ: 011 bản chính", "")
    assert [set(one.kinds) for one in found if not one.optional and one.kinds] == [{"don"}, {"bien_ban"}]
    choice = reader.components(f"--{HEADS}- Một trong các giấy tờ: - Quyết định; - Biên bản1 bản chính", "")
    assert len(choice) == 1


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        ("Hồ sơ gồm: a) Đơn đề nghị bay; b) Bản vẽ bãi bay; c) Sổ tay bay", ["don", "ban_ve", ""]),
        ("Báo cáo gồm: a) Bản đồ bãi bay; b) Danh sách diều", ["bao_cao"]),  # what it contains
        ("Quyết định bổ nhiệm và bản sao hợp đồng", ["quyet_dinh", "hop_dong"]),
        ("Báo cáo thăm dò và kế hoạch bay", ["bao_cao", "?ke_hoach"]),  # it may be what the report tells of
        ("Quyết định phê duyệt đề án và kế hoạch bay", ["quyet_dinh"]),  # the plan is approved, too
        ("Văn bản đề nghị bay kèm theo phương án bay", ["cong_van", "phuong_an"]),
        ("Hợp đồng thuê bãi; hoặc quyết định giao bãi", ["hop_dong"]),
        ("Giấy phép bay và các quyết định gia hạn (nếu có)", ["", "?quyet_dinh"]),
        ("Đối với trường hợp bay đêm: Bản vẽ đèn. + Danh sách đèn", ["?ban_ve", "?danh_sach"]),
    ],
)
def test_a_cell_holds_one_paper_or_several(reader: Reader, cell: str, asked: list[str]) -> None:
    found = reader.components(f"--{HEADS}{cell}1 bản chính", "")
    assert [f"{'?' if one.optional else ''}{one.kinds[0] if one.kinds else ''}" for one in found] == asked


@pytest.mark.parametrize(
    "plain",
    [
        "Công văn nêu ý kiến về đường bay",
        "Báo cáo xếp hạng tín nhiệm đối với hội bay",
        "Kế hoạch bay (đối với hội nước ngoài thì phải dịch ra tiếng Việt)",
        "Bản sao hoặc bản sao điện tử (đối với trường hợp nộp trên môi trường điện tử) hợp đồng thuê bãi",
        "Hợp đồng thuê bãi hoặc hợp đồng thuê bãi có công chứng trong trường hợp luật quy định",
        "Biên bản của hội (trường hợp đã lập hội) hoặc của nhóm (trường hợp chưa lập hội)",
        "Báo cáo, trong đó nêu rõ lý do trong trường hợp bay muộn",
    ],
)
def test_words_that_say_what_a_paper_is_like_are_no_condition(reader: Reader, plain: str) -> None:
    (found,) = reader.components(f"--{HEADS}{plain}1 bản chính", "")
    assert (found.optional, bool(found.kinds)) == (False, True), found.condition


def test_the_application_is_needed_though_each_is_asked_of_some_cases_only(reader: Reader) -> None:
    text = (
        f"a) Trường hợp giao đất:{HEADS}Đơn đề nghị giao đất1 bản chínhDự án1 bản chính"
        f"b) Trường hợp thuê đất:{HEADS}Văn bản đề nghị thuê đất1 bản chính"
        f"c) Trường hợp ủy quyền:{HEADS}Văn bản ủy quyền1 bản chính"
    )
    needed = [one for one in reader.components(text, "") if not one.optional and not one.case]
    assert [set(one.kinds) for one in needed] == [{"don", "cong_van", "to_trinh"}]


def test_what_stands_beside_a_form_that_a_case_asks_for_again_is_asked_of_the_other_cases(reader: Reader) -> None:
    text = (
        f"Trường hợp được miễn kiểm tra:{HEADS}Giấy đăng ký kiểm tra hàng1 bản chính"
        f"--{HEADS}Giấy đăng ký kiểm tra hàng1 bản chínhHợp đồng mua bán1 bản chính"
    )
    form, contract = [one for one in reader.components(text, "") if not one.optional]
    assert (form.case, bool(contract.case)) == ("", True)


def test_a_list_of_our_own_says_kinds_itself(reader: Reader) -> None:
    found = reader.components("Tờ trình=to_trinh; ?Phụ lục", "")
    perhaps = Component(name="Phụ lục", optional=True, others=True)
    assert found == (Component(name="Tờ trình", kinds=("to_trinh",)), perhaps)


# ---- shapes


def test_every_shape_gives_the_same_procedure(tmp_path: Path, records: Records, tables: Tables) -> None:
    plain = jsonl(tmp_path / "a.jsonl", row())
    packed = tmp_path / "b.jsonl.xz"
    packed.write_bytes(lzma.compress(plain.read_bytes()))
    array = tmp_path / "c.json"
    array.write_text(json.dumps([row()]), encoding="utf-8")
    table = tmp_path / "d.csv"
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, row())
        writer.writeheader()
        writer.writerow(row())
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH MỤC THỦ TỤC"])
    heads = {"ma_thu_tuc": "Mã thủ tục", "ten_thu_tuc": "Tên thủ tục", "linh_vuc": "Lĩnh vực"}
    sheet.append([heads.get(key, key) for key in row()])
    sheet.append(list(row().values()))
    book.save(tmp_path / "e.xlsx")
    assert len(taken(records, tables, plain).those("new")) == 1
    for file in (packed, array, table, tmp_path / "e.xlsx"):
        report = taken(records, tables, file)
        assert (report.rows, report.done) == (1, ()), file.name
    found = with_catalogue(records, tables).catalogue.at("1.990001")
    assert found is not None
    assert (found.levels, found.result) == (("tỉnh", "xã"), "Giấy phép bay diều (KQ.G99.000001)")
    assert [(way.how, way.time, way.fee) for way in found.ways] == [("Trực tiếp", "5 Ngày làm việc", "Miễn phí")]


def test_the_nested_shape_is_read_and_told(tmp_path: Path, records: Records, tables: Tables) -> None:
    nested = {
        "thu_tuc_id": "1.990002",
        "metadata": {"mã_thủ_tục": "1.990002", "tên_thủ_tục": "Cấp lại giấy phép bay diều", "lĩnh_vực": "Bay diều"},
        "content": {"kết_quả_thực_hiện": "Giấy phép bay diều", "cấp_thực_hiện": "Cấp tỉnh"},
        "tables": {
            "thanh_phan_ho_so": [
                {"ten_giay_to": "Đơn; có chữ ký", "so_luong": "mau.doc", "ghi_chu": "Bản chính: 1\nBản sao: 2"}
            ],
            "hinh_thuc_nop": [{"hinh_thuc": "Trực tiếp", "thoi_han_giai_quyet": "3 Ngày", "phi_le_phi": "0 Đồng"}],
        },
    }
    report = taken(records, tables, jsonl(tmp_path / "n.jsonl", nested))
    assert any("another shape" in why for why in whys(report, "odd"))
    found = with_catalogue(records, tables).catalogue.at("1.990002")
    assert found is not None
    assert [(one.kinds, one.originals, one.copies) for one in found.components] == [(("don",), 1, 2)]
    assert found.ways[0].time == "3 Ngày"


# ---- versions


def test_a_change_closes_the_old_version_and_both_are_found_by_day(
    tmp_path: Path, records: Records, tables: Tables
) -> None:
    taken(records, tables, jsonl(tmp_path / "a.jsonl", row()))
    report = taken(records, tables, jsonl(tmp_path / "b.jsonl", row(linh_vuc="Gió")), day="2026-07-01")
    (change,) = report.those("changed")
    assert change.about == {"fields": ["sector"], "from": "2026-07-01"}
    known = with_catalogue(records, tables).catalogue
    before, after = known.at("1.990001", "2026-06-30"), known.at("1.990001", "2026-07-01")
    assert before is not None
    assert after is not None
    assert (before.sector, before.valid_to, after.sector, after.valid_from) == (
        "Bay diều",
        "2026-06-30",
        "Gió",
        "2026-07-01",
    )


def test_replaced_codes_end_and_stay_ended(tmp_path: Path, records: Records, tables: Tables) -> None:
    rows = (row(), row("1.990009", ten_thu_tuc="Cấp giấy phép bay", thay_the="1.990001", ngay_hieu_luc="01/07/2025"))
    file = jsonl(tmp_path / "a.jsonl", *rows)
    assert [one.code for one in taken(records, tables, file).those("ended")] == ["1.990001"]
    assert taken(records, tables, file).done == ()
    known = with_catalogue(records, tables).catalogue
    assert known.in_force("1.990001", "2025-06-30")
    assert not known.in_force("1.990001", "2025-07-01")


def test_only_a_whole_list_ends_what_it_lacks(tmp_path: Path, records: Records, tables: Tables) -> None:
    taken(records, tables, jsonl(tmp_path / "a.jsonl", row(), row("1.990002", ten_thu_tuc="Thu hồi")), name="gió")
    less = jsonl(tmp_path / "b.jsonl", row())
    assert taken(records, tables, less, name="gió").done == ()
    report = taken(records, tables, less, name="gió", whole=True, day="2026-01-01")
    assert [(one.code, one.about["valid_to"]) for one in report.those("ended")] == [("1.990002", "2025-12-31")]


def test_other_kinds_table_reads_the_stored_words_again(tmp_path: Path, records: Records, tables: Tables) -> None:
    taken(records, tables, jsonl(tmp_path / "a.jsonl", row()))
    for file in config_folder().glob("*"):
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "components.toml").read_text(encoding="utf-8")
    more = '\n[[wording]]\ntexts = ["đơn đề nghị cấp giấy phép bay diều"]\nkinds = ["to_trinh"]\n'
    (tmp_path / "components.toml").write_text(text + more, encoding="utf-8")
    found = with_catalogue(records, load(tmp_path)).catalogue.at("1.990001")
    assert found is not None
    assert found.components[0].kinds == ("to_trinh",)


# ---- nonsense


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row("1.19"), "1.19"),
        (row(ten_thu_tuc=" - "), "no name"),
        (row(ngay_hieu_luc="31/02/2025"), "no day"),
        (row(ngay_hieu_luc="2025-07-02", ngay_het_hieu_luc="x", **{"hiệu lực đến": "2025-07-01"}), "valid_from"),
        (row(thay_the="một"), "một"),
    ],
)
def test_a_wrong_row_is_refused_by_number_and_the_others_are_taken(
    tmp_path: Path, records: Records, tables: Tables, wrong: dict[str, Any], said: str
) -> None:
    report = taken(records, tables, jsonl(tmp_path / "a.jsonl", row("1.990005"), wrong))
    (refused,) = report.those("refused")
    assert refused.row == 2
    assert said in refused.about["why"]
    assert [one.code for one in report.those("new")] == ["1.990005"]


def test_one_code_twice_with_other_words_is_refused(tmp_path: Path, records: Records, tables: Tables) -> None:
    report = taken(records, tables, jsonl(tmp_path / "a.jsonl", row(), row(linh_vuc="Khác")))
    assert [(one.row, one.code) for one in report.those("refused")] == [(2, "1.990001")]


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "%PDF-1.7 nonsense", '{"x": 1}', '[{"ma": 1}]'])
@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.xlsx", "x.jsonl.xz"])
def test_a_file_of_another_kind_is_refused_as_a_whole(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=r"x\."):
        list(published.read(file))


def test_oddities_are_told_not_dropped(tmp_path: Path, records: Records, tables: Tables) -> None:
    empty = {"thanh_phan_ho_so": "--", "ket_qua_xu_ly": "", "so_quyet_dinh": "9"}
    bare = row("1.990003", ten_thu_tuc="Thủ tục\u200b trống", **empty)
    report = taken(records, tables, jsonl(tmp_path / "a.jsonl", bare, row(), row("1.990004")))
    told = " ".join(whys(report, "odd"))
    for part in ("no components", "no result", "hidden characters", "odd number", "has its name: 1.990001"):
        assert part in told
    assert "1.990003" in with_catalogue(records, tables).catalogue
    kept = [one for one in stored.changes(records) if one["what"] == "odd"]
    assert len(kept) == len(report.those("odd"))


def test_a_local_procedure_needs_a_code_of_its_own(tmp_path: Path, records: Records, tables: Tables) -> None:
    file = tmp_path / "noi-bo.csv"
    file.write_text("code,name,components\nNB-SNV-012,Cử cán bộ đi công tác,Tờ trình=to_trinh\n", encoding="utf-8")
    assert [one.code for one in taken(records, tables, file).those("new")] == ["NB-SNV-012"]
    known = with_catalogue(records, tables).catalogue
    assert known.by_name("Cử cán bộ đi công tác").code == "NB-SNV-012"
    assert "1.001193" in known


# ---- the command


def test_the_command_imports_lists_shows_and_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_HOME", str(tmp_path / "home"))
    file = jsonl(tmp_path / "a.jsonl", row(), row("x"))

    def said(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(program, ["catalogue", *words])
        assert done.exit_code == code, done.output
        return done.output

    assert "1 mới / new" in said("import", str(file), code=4)
    assert "a.jsonl:2" in said("import", str(file), code=4)
    assert "1.990001" in said("list", "bay", "dieu")
    assert "Mẫu số 18" in said("show", "1.990001")
    assert "read by rules" in said("show", "1.990001")
    assert f"# 1.990001 {mark(GLUED)}\n# Cấp giấy phép bay diều" in said("unread", "dieu", "xa")
    assert said("unread", "thuyen") == ""
    assert "new 1.990001" in said("changes", "1.990001")
