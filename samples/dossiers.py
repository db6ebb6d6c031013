"""The dossiers of the committed set: each a shape in which paper reaches an office's scanner folder."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

from samples import folder, papers
from samples.folder import Wear
from samples.paper import Case, Paper, new_case


def _paper(case: Case, kind: str, role: str | None = None) -> Paper:
    paper = papers.kinds()[kind](case)
    paper.role = role or paper.role
    return paper


def van_ban_di(path: Path, random: Random) -> None:
    """A folder of outgoing papers, one office-level PDF each."""
    case = new_case(random, date(2023, 11, 3))
    made = folder.start(path, case)
    for number, kind in enumerate(("quyet_dinh", "cong_van", "to_trinh", "thong_bao", "ke_hoach"), 1):
        made.pdf(f"{number:02d}_{kind}.pdf", folder.sides(_paper(case, kind)), Wear(level="office"))
    made.finish()


def luu_tru_sach(path: Path, random: Random) -> None:
    """Clean scans of older papers."""
    case = new_case(random, date(2012, 5, 14))
    made = folder.start(path, case)
    for number, kind in enumerate(("nghi_quyet", "bien_ban", "giay_moi", "bao_cao", "phieu_chuyen"), 1):
        made.pdf(f"{number:02d}.pdf", folder.sides(_paper(case, kind)), Wear(level="clean"))
    made.finish()


SET: dict[str, Callable[[Path, Random], None]] = {
    "van-ban-di-2023": van_ban_di,
    "luu-tru-2012": luu_tru_sach,
}
"""Folder → what lies in it."""


def write(out: Path, seed: int = 1, only: list[str] | None = None) -> None:
    """Write the dossiers under `out`, each from its own seed; folders that are there are replaced."""
    for name, make in SET.items():
        if only and name not in only:
            continue
        shutil.rmtree(out / name, ignore_errors=True)
        make(out / name, Random(f"{seed}/{name}"))
