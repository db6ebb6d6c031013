"""`digitizer look` draws what was found on a page, keeps nothing else, and says no politely."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitizer.model import Code, Line, LineRole, Looks, Page, Word
from digitizer.ocr import picture
from tests import papers
from tests.sheets import LETTER, sheet

COMMAND = str(Path(sys.executable).with_name("digitizer"))


def look(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "--home", str(home), "look", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})


def colours(path: Path) -> set[tuple[int, ...]]:
    return {tuple(each) for each in np.unique(np.asarray(Image.open(path)).reshape(-1, 3), axis=0).tolist()}


def test_a_page_is_drawn_and_nothing_is_taken_in(tmp_path: Path) -> None:
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(sheet(LETTER * 3))))
    lying.save(tmp_path / "lying.png", dpi=(150, 150))
    done = look(tmp_path / "home", tmp_path / "lying.png", "--out", tmp_path / "seen.png")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "seen.png")
    drawn = colours(tmp_path / "seen.png")
    assert picture._UP in drawn
    assert picture._ROLES[LineRole.BODY][0] in drawn
    assert not (tmp_path / "home").exists()


def test_what_is_no_scan_and_pages_that_are_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "thư.docx").write_bytes(b"nothing that could be read")
    done = look(tmp_path, tmp_path / "thư.docx")
    assert done.returncode == 4
    assert "Không phải tệp quét" in done.stderr
    assert "Traceback" not in done.stderr
    paper = papers.pdf(tmp_path / "qd.pdf", papers.decision("301"))
    done = look(tmp_path, paper, "--page", "99")
    assert done.returncode == 3
    assert "trang" in done.stderr
    assert list(tmp_path.glob("*.png")) == []


def page() -> Page:
    box, quad = (120, 200, 400, 240), (120.0, 200.0, 400.0, 200.0, 400.0, 240.0, 120.0, 240.0)
    word = Word(text="ĐẾN", read="ĐẾN", box=box, quad=quad, confidence=0.9)
    return Page(
        number=1,
        width=1240,
        height=1754,
        lines=(Line(words=(word,), box=box, role=LineRole.STAMP),),
        codes=(Code(type="qr", value="7", box=(700, 1300, 800, 1400)),),
        looks=Looks(seals=((800, 1000, 1000, 1200),)),
    )


def test_seals_codes_stamps_and_rulings_are_drawn_each_in_its_colour(tmp_path: Path) -> None:
    image = sheet(LETTER).copy()
    image[1500:1503, 200:1000] = 0
    (tmp_path / "seen.png").write_bytes(picture.picture(image, page()))
    wanted = {picture._SEAL, picture._CODE, picture._RULING, picture._ROLES[LineRole.STAMP][0]}
    assert wanted <= colours(tmp_path / "seen.png")


def test_a_machine_without_fonts_writes_the_legend_unaccented() -> None:
    _, accented = picture._font(places=())
    assert not accented
    assert picture._unaccented("Con dấu đỏ / red seals: 90° ×") == "Con dau do / red seals: 90° x"


@pytest.mark.parametrize("side", [8, 40])
def test_even_a_scrap_is_drawn(side: int) -> None:
    assert picture.picture(np.full((side, side), 255, np.uint8), Page(number=1, width=side, height=side))
