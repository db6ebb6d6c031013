"""What every engine in digitizer/ocr/engines must do, asked of each one found there."""

import pkgutil
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from digitizer import plug
from digitizer.contracts import Engine, Hint, Image
from digitizer.errors import BadSettings, PageFailed
from digitizer.ocr import engines
from digitizer.ocr.engines import replay, tesseract
from tests.sheets import sheet

NAMES = [module.name for module in pkgutil.iter_modules(engines.__path__)]
LINES = ("Căn cứ Quyết định số 123/QĐ-UBND ngày 05 tháng 01", "của Ủy ban nhân dân thành phố Thủ Dầu Một về việc")


def typeset(lines: tuple[str, ...]) -> Image:
    return sheet(lines, width=1200, height=260, top=60, size=34, left=60)


@pytest.fixture(params=NAMES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Each engine with its default options; `replay` with what Tesseract reads recorded for these images."""
    if request.param != "replay":
        return plug.load("ocr.engines", request.param, {})
    real = tesseract.open(tesseract.Options())
    for image in (typeset(LINES), blank(), colour()):
        replay.record(tmp_path, image, real.read(image, Hint(layout="block")))
    return plug.load("ocr.engines", "replay", {"folder": str(tmp_path)})


def blank() -> Image:
    return np.full((300, 900), 255, np.uint8)


def colour() -> Image:
    return np.ascontiguousarray(np.repeat(typeset(LINES)[:, :, None], 3, axis=2))


class TestEngine:
    def test_reads_vietnamese_line_by_line_in_reading_order(self, engine: Engine) -> None:
        lines = engine.read(typeset(LINES), Hint(layout="block"))
        assert [line.text for line in lines] == list(LINES)

    def test_boxes_lie_on_the_ink_of_their_words(self, engine: Engine) -> None:
        image = typeset(LINES)
        for line in engine.read(image, Hint(layout="block")):
            for word in line.words:
                x0, y0, x1, y1 = word.box
                assert 0 <= x0 < x1 <= image.shape[1]
                assert 0 <= y0 < y1 <= image.shape[0]
                assert image[y0:y1, x0:x1].min() < 100
                assert word.quad == (x0, y0, x1, y0, x1, y1, x0, y1)
                assert line.box[0] <= x0
                assert line.box[3] >= y1

    def test_text_is_nfc_and_what_was_read(self, engine: Engine) -> None:
        for line in engine.read(typeset(LINES), Hint(layout="block")):
            for word in line.words:
                assert word.text == word.read == unicodedata.normalize("NFC", word.text)
                assert 0.3 < word.confidence <= 1.0

    def test_gives_nothing_for_an_empty_sheet(self, engine: Engine) -> None:
        assert engine.read(blank(), Hint(layout="block")) == ()

    def test_gives_a_line_for_each_box_that_words_are_asked_of(self, engine: Engine) -> None:
        boxes = ((50, 50, 1150, 110), (50, 200, 1150, 250))
        lines = engine.read(typeset(LINES), Hint(boxes=boxes, words=("MẬT", "TỐI MẬT")))
        assert [line.box for line in lines] == list(boxes)
        assert not [
            word for line in lines for word in line.words if word.text in ("MẬT", "TỐI MẬT") and word.confidence > 0.05
        ]

    def test_takes_colour_images_too(self, engine: Engine) -> None:
        assert len(engine.read(colour(), Hint(layout="block"))) == len(LINES)


def test_every_engine_is_asked() -> None:
    assert {"tesseract", "tesseract_cli", "replay"} <= set(NAMES)


def test_replay_refuses_an_image_that_it_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(PageFailed, match="nothing was recorded"):
        replay.open(replay.Options(folder=tmp_path)).read(blank(), Hint())


def test_a_missing_model_says_what_to_install() -> None:
    with pytest.raises(BadSettings, match="tesseract-ocr-vie"):
        plug.load("ocr.engines", "tesseract", {"lang": "nosuchlanguage"})
