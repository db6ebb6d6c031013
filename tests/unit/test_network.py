"""Tesseract's line network run by us: the same letters as Tesseract's own, whatever stands beside a line."""

from pathlib import Path

import numpy as np
import pytest

from digitizer.contracts import Hint, Image
from digitizer.ocr import strips
from digitizer.ocr.engines import tesseract
from digitizer.ocr.network import POOL, Network, UnknownNetworkError
from tests.sheets import sheet

LINE = "Ủy ban nhân dân phường Hiệp Thành cấp giấy phép số 123/GPXD"


@pytest.fixture(scope="module")
def network() -> Network:
    folder = Path(tesseract.find_tessdata(tesseract.Options()))
    return Network(folder / "vie.traineddata")


def line_image(text: str) -> Image:
    page = sheet((text,), width=1100, height=70, top=12, size=34, left=20)
    rows, columns = np.nonzero(page < 128)
    ink = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    return strips.cut(page, strips.with_paper(page, ink), 36).image


def text_of(read: np.ndarray, network: Network) -> str:
    return "".join(letter.text for letter in strips.letters_of(read, network)).strip()


def test_reads_a_line_as_probabilities_of_letters(network: Network) -> None:
    image = line_image(LINE)
    (read,) = network.read([image])
    assert read.shape == (image.shape[1] // POOL, len(network.letters))
    assert np.allclose(read.sum(axis=1), 1, atol=1e-4)
    assert text_of(read, network) == LINE


def test_a_line_reads_the_same_alone_and_beside_others(network: Network) -> None:
    one, other = line_image(LINE), line_image("Căn cứ Luật Đất đai")
    (alone,) = network.read([one])
    _, beside = network.read([other[:, :400], one])
    assert np.allclose(alone, beside, atol=1e-4)


def test_steps_that_waver_between_an_8_and_a_section_sign_are_one_letter(network: Network) -> None:
    read = np.zeros((5, len(network.letters)), np.float32)
    eight, sign = network.letters.index("8"), network.letters.index("§")
    read[:, network.null] = (0.9, 0.0, 0.3, 0.9, 0.0)
    read[:, eight] = (0.1, 0.51, 0.23, 0.1, 1.0)
    read[:, sign] = (0.0, 0.49, 0.47, 0.0, 0.0)
    assert text_of(read, network) == "88"


def test_no_lines_give_nothing(network: Network) -> None:
    assert network.read([]) == []


def test_reads_known_places_one_line_a_box() -> None:
    page = sheet((LINE, "Căn cứ Luật Đất đai"), width=1100, height=160, top=20, size=34, left=20)
    engine = tesseract.open(tesseract.Options())
    first, _ = (line.box for line in engine.read(page, Hint(layout="block")))
    read, nothing = engine.read(page, Hint(boxes=(first, (0, 140, 300, 158))))
    assert read.text == LINE
    assert nothing.words == ()


def test_a_place_too_small_for_a_letter_or_outside_of_the_page_gives_no_words() -> None:
    page = sheet((LINE,), width=1100, height=90, top=20, size=34, left=20)
    boxes = ((30, 30, 300, 33), (40, 20, 42, 60), (0, 88, 1100, 200), (1200, 0, 1300, 50))
    assert [line.words for line in tesseract.open(tesseract.Options()).read(page, Hint(boxes=boxes))] == [()] * 4


def test_the_model_of_several_languages_is_left_to_tesseract() -> None:
    engine = tesseract.open(tesseract.Options(lang="vie+eng"))
    page = sheet((LINE,), width=1100, height=90, top=20, size=34, left=20)
    assert [line.text for line in engine.read(page, Hint(layout="block"))] == [LINE]


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "vie.traineddata"
    file.write_bytes(b"\x18\0\0\0" + bytes(300))
    with pytest.raises(UnknownNetworkError):
        Network(file)
