"""The tables in config/ are whole, agree with each other, and say what is wrong when they are not."""

import shutil
from pathlib import Path

import pytest

from digitizer.classify.kind import Kinds
from digitizer.classify.tables import Tables, load
from digitizer.errors import BadSettings
from digitizer.settings import config_folder
from tests.typed import example, loader

_SLUGS = """
nghi_quyet quyet_dinh chi_thi quy_che quy_dinh thong_cao thong_bao huong_dan chuong_trinh ke_hoach phuong_an de_an
du_an bao_cao bien_ban to_trinh hop_dong cong_van cong_dien ban_ghi_nho ban_thoa_thuan giay_uy_quyen giay_moi
giay_gioi_thieu giay_nghi_phep phieu_gui phieu_chuyen phieu_bao thu_cong luat phap_lenh nghi_dinh thong_tu
thong_tu_lien_tich lenh giay_tiep_nhan phieu_bo_sung phieu_tu_choi phieu_xin_loi phieu_kiem_soat so_theo_doi
thong_bao_dung to_khai_cu_tru giay_xac_nhan_cu_tru so_ho_khau to_khai_khai_sinh giay_chung_sinh giay_khai_sinh
trich_luc_khai_sinh to_khai_ket_hon giay_ket_hon trich_luc_ket_hon xac_nhan_hon_nhan giay_bao_tu trich_luc_khai_tu
trich_luc_ho_tich nhan_con_nuoi can_cuoc chung_minh_nhan_dan ho_chieu loi_chung don_dang_ky_dat don_bien_dong_dat
gcn_quyen_su_dung_dat trich_do_dia_chinh hop_dong_dat thua_ke lay_y_kien_dan_cu phieu_chuyen_thong_tin to_khai_thue
thong_bao_nop_tien giay_nop_tien bien_lai don_giay_phep_xay_dung giay_phep_xay_dung ban_ve ban_cam_ket
giay_de_nghi_dang_ky_kinh_doanh gcn_doanh_nghiep gcn_ho_kinh_doanh dieu_le danh_sach gcn_dau_tu de_xuat_du_an
giay_phep_moi_truong danh_gia_tac_dong_moi_truong giay_phep_lao_dong xac_nhan_khuyet_tat tro_giup_xa_hoi gcn_ho_ngheo
nguoi_co_cong so_yeu_ly_lich don phieu_ly_lich_tu_phap van_bang hoc_ba chung_chi_hanh_nghe giay_phep_hoat_dong
giay_kham_suc_khoe gcn_an_toan_thuc_pham giay_phep_lai_xe dang_ky_xe giay_phep_kinh_doanh phong_chay_chua_chay
anh_chan_dung bia_ho_so muc_luc_van_ban to_ngan khong_ro
""".split()  # noqa: SIM905 as in the agreed list


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("document_types.toml", "fields.toml", "components.toml", "lists.txt", "procedures.csv"):
        shutil.copy(config_folder() / name, tmp_path / name)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_agreed_kinds_are_all_there_and_none_twice(tables: Tables) -> None:
    assert len(_SLUGS) == 109
    assert set(_SLUGS) <= set(tables.kinds)


def test_fields_have_the_names_of_the_machine_face(tables: Tables) -> None:
    names = (
        "number issued issuer subject signer signer_title dossier_code procedure_code procedure_name due valid_to "
        "person birth_date sex citizen_id old_citizen_id address parcel map_sheet area certificate_serial book "
        "register_number tax_code"
    )
    assert set(tables.fields) == set(names.split())


def test_no_title_names_two_kinds(tables: Tables) -> None:
    seen: dict[str, str] = {}
    for kind in tables.kinds.values():
        for title in {kind.title, *kind.aliases, *kind.titles}:
            assert seen.setdefault(title.casefold(), kind.slug) == kind.slug, title


def test_number_groups_are_spelled_as_the_decree_spells_them(tables: Tables) -> None:
    assert tables.numbers["ttr"] == ("TTr", "to_trinh")
    assert tables.numbers["qd"] == ("QĐ", "quyet_dinh")
    assert tables.numbers["qyd"] == ("QyĐ", "quy_dinh")


def test_replaced_procedures_are_not_in_force_beside_their_successor(tables: Tables) -> None:
    row = tables.catalogue.at("1.013823")
    assert row is not None
    assert "1.012752" in row.replaces
    replaced = {code for row in tables.catalogue for code in row.replaces}
    assert not replaced & {row.code for row in tables.catalogue if not row.valid_to}


def test_a_component_of_unknown_kind_is_kept_as_such(tables: Tables) -> None:
    bare = [part for row in tables.catalogue for part in row.components if not part.kinds]
    assert bare
    assert all(part.name and not part.name.startswith("?") for part in bare)


@pytest.mark.parametrize("slug", [kind.slug for kind in load(config_folder()).kinds.values() if kind.example])
def test_the_example_of_a_kind_is_told_to_be_of_this_kind(tables: Tables, slug: str) -> None:
    found, _, cues = Kinds(loader(), tables).decide([example(tables.kinds[slug].example)])
    assert found == slug, cues


def test_every_kind_has_an_example_but_the_one_without_words(tables: Tables) -> None:
    assert [kind.slug for kind in tables.kinds.values() if not kind.example] == ["anh_chan_dung"]


def test_one_block_adds_a_kind(copy: Path) -> None:
    with (copy / "document_types.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[kind]]\nslug = "giay_muon_gieng"\ntitle = "Giấy mượn giếng"\nlayout = "form"\nfields = ["number"]\n'
            'example = """\n    GIẤY MƯỢN GIẾNG\nTôi mượn giếng làng một buổi sáng.\n"""\n'
        )
    more = load(copy)
    added = more.kinds["giay_muon_gieng"]
    assert added.parts("number") == (None,)
    assert Kinds(loader(), more).decide([example(added.example)])[0] == "giay_muon_gieng"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("document_types.toml", 'slug = "lenh"', 'slug = "luat"', "luat"),
        ("document_types.toml", '"person/child"', '"person/uncle"', "person/uncle"),
        ("document_types.toml", 'layout = "card"', 'layout = "plastic"', "layout"),
        ("document_types.toml", 'slug = "khong_ro"', 'slug = "la"', "khong_ro"),
        ("fields.toml", 'value = "sex"', 'value = "gender"', "value"),
        ("fields.toml", "[stop]", "[stop", "fields.toml"),
        ("procedures.csv", "1.001193", "1.193", "1.193"),
        ("procedures.csv", "to_khai_khai_sinh", "to_khai_moi", "to_khai_moi"),
        ("procedures.csv", "valid_to", "bis", "bis"),
    ],
)
def test_a_wrong_entry_is_named_with_its_file(copy: Path, file: str, old: str, new: str, said: str) -> None:
    edit(copy / file, old, new)
    with pytest.raises(BadSettings) as caught:
        load(copy)
    assert file in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_table_is_named(copy: Path) -> None:
    (copy / "procedures.csv").unlink()
    with pytest.raises(BadSettings, match=r"procedures\.csv"):
        load(copy)
