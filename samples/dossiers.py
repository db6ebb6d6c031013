"""The dossiers of the committed set: each a shape in which paper reaches an office's scanner folder."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

from samples import folder, house, papers
from samples.folder import Folder, Side, Wear
from samples.paper import Case, Paper, new_case
from samples.papers.citizen import SEPARATOR

OFFICE = Wear(level="office")
GREY = Wear(level="office", grey=True)
CLEAN = Wear(level="clean")
WORN = Wear(level="worn")
PHONE = Wear(level="phone")
FAX = Wear(level="fax")


def _case(random: Random, day: date, procedure: str | None = None, *, home: bool = True) -> Case:
    case = new_case(random, day, home=home)
    case.procedure = procedure
    return case


def _paper(case: Case, kind: str, role: str | None = None) -> Paper:
    paper = papers.kinds()[kind](case)
    paper.role = role or paper.role
    return paper


def _files(made: Folder, case: Case, wear: Wear, kinds: dict[str, str]) -> list[Path]:
    """One PDF for each kind: {file name: kind}."""
    return [made.pdf(name, folder.sides(_paper(case, kind)), wear) for name, kind in kinds.items()]


def _separator(case: Case) -> Side:
    return Side(leaf=SEPARATOR(case).leaves[0])


def khai_sinh(path: Path, random: Random) -> None:
    """A folder of files: A5 receipt, forms, a card as two JPEGs, the certificate."""
    case = _case(random, date(2023, 11, 3), "1.001193")
    made = folder.start(path, case, code=True)
    _files(made, case, OFFICE, {"giay-tiep-nhan.pdf": "giay_tiep_nhan"})
    _files(made, case, GREY, {"to-khai.pdf": "to_khai_khai_sinh", "giay-chung-sinh.pdf": "giay_chung_sinh"})
    card = _paper(case, "can_cuoc")
    for leaf, name in zip(card.leaves, ("cccd-mat-truoc.jpg", "cccd-mat-sau.jpg"), strict=True):
        made.jpeg(name, Side(leaf=leaf, paper=card), OFFICE)
    _files(made, case, OFFICE, {"ket-qua.pdf": "giay_khai_sinh"})
    made.finish()


def chuyen_nhuong(path: Path, random: Random) -> None:
    """One long PDF of four papers, with a separator, blank backs and blanks between."""
    case = _case(random, date(2022, 8, 9), "1.013831")
    made = folder.start(path, case, code=True)
    receipt = _paper(case, "giay_tiep_nhan")
    form, deed, title, tax = (
        _paper(case, kind) for kind in ("don_bien_dong_dat", "hop_dong_dat", "gcn_quyen_su_dung_dat", "to_khai_thue")
    )
    some = [*folder.sides(receipt), folder.blank(), *folder.sides(form), _separator(case)]
    some += [*folder.sides(deed), folder.blank(), *folder.sides(title), *folder.sides(tax), folder.blank()]
    made.pdf("ho-so.pdf", some, GREY)
    made.finish()


def van_ban_den(path: Path, random: Random) -> None:
    """Faxes as multi-page G4 TIFF, with arrival stamps over the text."""
    case = _case(random, date(2014, 5, 12), home=False)
    made = folder.start(path, case)
    for name, kind in (("fax-0512.tif", "cong_van"), ("fax-0513.tif", "thong_bao"), ("fax-0520.tif", "giay_moi")):
        paper = _paper(case, kind)
        house.received(paper.leaves[0], case, f"UBND {case.place.unit}", (20, 20, 24))
        made.tiff(name, folder.sides(paper), FAX, "group4")
    made.finish()


def cap_phep_xay_dung(path: Path, random: Random) -> None:
    """Colour JPEG in a multi-page TIFF, and the licence as the office's program exported it."""
    case = _case(random, date(2021, 4, 20), "1.009994")
    made = folder.start(path, case, code=True)
    receipt, form, promise = (
        _paper(case, kind) for kind in ("giay_tiep_nhan", "don_giay_phep_xay_dung", "ban_cam_ket")
    )
    made.pdf("bien-nhan.pdf", folder.sides(receipt), CLEAN)
    made.tiff(
        "don-va-cam-ket.tif", [*folder.sides(form), *folder.sides(promise)], Wear(level="office", grey=False), "jpeg"
    )
    made.born_digital("giay-phep.pdf", _paper(case, "giay_phep_xay_dung"))
    made.finish()


def ket_hon(path: Path, random: Random) -> None:
    """A ZIP of a dossier, after the merger of July 2025."""
    case = _case(random, date(2025, 9, 16), "1.000894")
    made = folder.start(path, case, code=True)
    members = _files(
        made, case, CLEAN, {"01-giay-tiep-nhan.pdf": "giay_tiep_nhan", "02-to-khai.pdf": "to_khai_ket_hon"}
    )
    members += _files(made, case, GREY, {"03-xac-nhan-tthn.pdf": "xac_nhan_hon_nhan"})
    members += _files(made, case, WORN, {"04-ket-qua.pdf": "giay_ket_hon"})
    made.zipped("ho-so-ket-hon.zip", members)
    made.finish()


def ho_kinh_doanh(path: Path, random: Random) -> None:
    """Born-digital beside scanned and worn, and a card photographed."""
    case = _case(random, date(2024, 3, 5))
    made = folder.start(path, case)
    made.born_digital("giay-de-nghi.pdf", _paper(case, "giay_de_nghi_dang_ky_kinh_doanh"))
    _files(made, case, WORN, {"uy-quyen.pdf": "giay_uy_quyen"})
    card = _paper(case, "can_cuoc")
    for leaf, name in zip(card.leaves, ("cccd_truoc.jpg", "cccd_sau.jpg"), strict=True):
        made.jpeg(name, Side(leaf=leaf, paper=card), PHONE)
    _files(made, case, CLEAN, {"giay-chung-nhan.pdf": "gcn_ho_kinh_doanh"})
    made.finish()


def luu_tru(path: Path, random: Random) -> None:
    """A bound file of 2009 as a run of numbered JPEGs: index, decision, submission, minutes; worn and stamped."""
    case = _case(random, date(2009, 6, 2))
    made = folder.start(path, case)
    some = []
    for kind in ("muc_luc_van_ban", "quyet_dinh", "to_trinh", "bien_ban"):
        paper = _paper(case, kind)
        if kind == "to_trinh":
            house.received(paper.leaves[0], case, f"UBND {case.place.district}", (170, 30, 40))
        some += folder.sides(paper)
    made.run("{:03d}.jpg", some, WORN)
    made.finish()


def anh_dien_thoai(path: Path, random: Random) -> None:
    """Phone photographs, stored turned with EXIF."""
    case = _case(random, date(2026, 3, 17))
    made = folder.start(path, case)
    for name, kind, orientation in (
        ("to-khai-ct01.jpg", "to_khai_cu_tru", 6),
        ("xac-nhan-cu-tru.jpg", "giay_xac_nhan_cu_tru", 1),
        ("don-xin-xac-nhan.jpg", "don", 8),
        ("trich-luc-khai-sinh.jpg", "trich_luc_khai_sinh", 3),
    ):
        made.jpeg(name, folder.sides(_paper(case, kind))[0], PHONE, orientation)
    made.finish()


def van_ban_di(path: Path, random: Random) -> None:
    """A folder of outgoing papers, one office-level PDF each."""
    case = _case(random, date(2023, 10, 10))
    made = folder.start(path, case)
    _files(
        made,
        case,
        GREY,
        {"01_QD.pdf": "quyet_dinh", "04_PC.pdf": "phieu_chuyen"},
    )
    _files(made, case, CLEAN, {"02_CV.pdf": "cong_van", "03_KH.pdf": "ke_hoach"})
    _files(made, case, WORN, {"05_TB.pdf": "thong_bao"})
    made.finish()


def quet_hai_mat(path: Path, random: Random) -> None:
    """Duplex runs with every second page upside down, and a page that lay across."""
    case = _case(random, date(2020, 7, 14), home=False)
    made = folder.start(path, case)
    report, decision = _paper(case, "bao_cao"), _paper(case, "nghi_quyet")
    some = [*folder.sides(report), *folder.sides(decision)]
    made.pdf("tap-hai-mat.pdf", some, Wear(level="office", grey=True, duplex=True))
    made.pdf("giay-gioi-thieu.pdf", folder.sides(_paper(case, "giay_gioi_thieu")), Wear(level="office", turned=90))
    made.pdf("trich-luc-ban-do.pdf", folder.sides(_paper(case, "trich_do_dia_chinh")), Wear(level="worn", turned=270))
    made.finish()


def tu_phap(path: Path, random: Random) -> None:
    """Clean scans."""
    case = _case(random, date(2026, 5, 6), home=False)
    made = folder.start(path, case)
    _files(
        made,
        case,
        CLEAN,
        {
            "so-yeu-ly-lich.pdf": "so_yeu_ly_lich",
            "phieu-ly-lich-tu-phap.pdf": "phieu_ly_lich_tu_phap",
            "cong-van.pdf": "cong_van",
            "quyet-dinh.pdf": "quyet_dinh",
        },
    )
    _files(made, case, WORN, {"van-bang.pdf": "van_bang"})
    made.finish()


def khuyet_tat(path: Path, random: Random) -> None:
    """One-stop slips on A5 with an application and its result."""
    case = _case(random, date(2023, 5, 23), "1.001699")
    made = folder.start(path, case, code=True)
    _files(
        made,
        case,
        GREY,
        {
            "01-giay-tiep-nhan.pdf": "giay_tiep_nhan",
            "04-phieu-kiem-soat.pdf": "phieu_kiem_soat",
        },
    )
    _files(made, case, CLEAN, {"02-phieu-bo-sung.pdf": "phieu_bo_sung", "03-phieu-xin-loi.pdf": "phieu_xin_loi"})
    _files(made, case, OFFICE, {"06-giay-xac-nhan.pdf": "xac_nhan_khuyet_tat"})
    _files(made, case, FAX, {"07-trich-luc-khai-tu.pdf": "trich_luc_khai_tu"})
    made.finish()


SET: dict[str, Callable[[Path, Random], None]] = {
    "khai-sinh-2023": khai_sinh,
    "chuyen-nhuong-dat-2022": chuyen_nhuong,
    "van-ban-den-2014": van_ban_den,
    "cap-phep-xay-dung-2021": cap_phep_xay_dung,
    "ket-hon-2025": ket_hon,
    "ho-kinh-doanh-2024": ho_kinh_doanh,
    "luu-tru-2009": luu_tru,
    "anh-dien-thoai-2026": anh_dien_thoai,
    "van-ban-di-2023": van_ban_di,
    "quet-hai-mat-2020": quet_hai_mat,
    "tu-phap-2026": tu_phap,
    "khuyet-tat-2023": khuyet_tat,
}
"""Folder → what lies in it."""


def write(out: Path, seed: int = 1, only: list[str] | None = None) -> None:
    """Write the dossiers under `out`, each from its own seed; folders that are there are replaced."""
    for name, make in SET.items():
        if only and name not in only:
            continue
        shutil.rmtree(out / name, ignore_errors=True)
        make(out / name, Random(f"{seed}/{name}"))
