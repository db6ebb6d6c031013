"""The sample generator: its fonts write Vietnamese, its truth is exact, and wear moves boxes as it moves ink."""

import io
import json
import unicodedata
import zipfile
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageOps, ImageSequence

from samples import age, dossiers, draw, faces, folder, papers
from samples.draw import Drawn
from samples.folder import Wear
from samples.form import say
from samples.paper import Case, checked, long_date, new_case
from samples.papers.cards import mrz

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SETS = sorted(file.parent.name for file in SAMPLES.glob("*/expected.json"))
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = {unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in _TONES} | set(
    "đĐbcdghklmnpqrstvxzBCDGHKLMNPQRSTVXZ0123456789²/.,;:()%<&-–"
)


def case(seed: int = 3, day: date = date(2023, 3, 3)) -> Case:
    return new_case(Random(seed), day)


@pytest.fixture(scope="module")
def page() -> Drawn:
    return draw.picture(papers.kinds()["cong_van"](case()).leaves[0])


@pytest.mark.parametrize("family", sorted(faces.FAMILIES))
@pytest.mark.parametrize("style", range(4))
def test_every_font_has_every_vietnamese_letter(family: str, style: int) -> None:
    with TTFont(faces.path(family, bold=bool(style & 1), italic=bool(style & 2))) as font:
        wanted = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<") if family == "mono" else LETTERS  # mono sets MRZ only
        missing = {letter for letter in wanted if ord(letter) not in font.getBestCmap()}
    assert missing == set()


def test_a_missing_font_names_its_debian_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(faces.FAMILIES, "lost", ("fonts-lost", ("Lost.ttf",) * 4))
    with pytest.raises(SystemExit, match="apt-get install fonts-lost"):
        faces.path("lost")


@pytest.mark.parametrize("kind", sorted(papers.kinds()))
def test_each_kind_prints_its_field_values_in_words_that_stand_apart(kind: str) -> None:
    for seed in (1, 2):
        paper = papers.kinds()[kind](new_case(Random(f"{kind}{seed}"), date(2004 + 11 * seed, 5, 7), home=False))
        words = [text.word for leaf in paper.leaves for text in sorted(leaf.texts, key=lambda one: one.line)]
        text = " ".join(words)
        together = text.replace(" ", "")
        assert len(words) > 30
        assert text == unicodedata.normalize("NFC", text)
        assert not any(" " in word or "<f>" in word or "<b>" in word for word in words)
        for name, values in paper.fields.items():
            for value in values:
                assert _printed(value.value, text, together), (name, value)
        for leaf in paper.leaves:
            assert all(0 < one.x < leaf.width and 0 < one.y < leaf.height for one in leaf.texts)


def _printed(value: str, text: str, together: str) -> bool:
    """In a table a cell's words are parted by the cells beside it, so there the words count, not their order."""
    return value.replace(" ", "") in together or set(value.split()) <= set(text.replace("\n", " ").split())


def test_the_box_of_every_word_holds_its_ink_and_nothing_dark_lies_around_words(page: Drawn) -> None:
    grey = np.asarray(page.image.convert("L"))
    marks = [folder.box_of(quad) for _, _, quad in page.marks]
    for word, quad in zip(page.words, page.boxes, strict=True):
        x0, y0, x1, y1 = folder.box_of(quad)
        assert grey[y0:y1, x0:x1].min() < 100, word
        near = any(x0 - 3 < m[2] and m[0] < x1 + 3 and y0 - 3 < m[3] and m[1] < y1 + 3 for m in marks)
        if not near:
            assert grey[y0 - 2 : y0 - 1, x0:x1].min() > 200 or word.isupper(), word  # capitals' marks touch rules above


@pytest.mark.parametrize("level", age.LEVELS)
def test_wear_moves_the_boxes_with_the_ink_and_back(page: Drawn, level: str) -> None:
    shot = age.aged(page, level, Random(5))
    moved = age.mapped(shot.matrix, page.boxes)
    back = age.mapped(np.linalg.inv(shot.matrix), moved)
    assert np.abs(back - page.boxes).max() < 1e-6
    dark = np.asarray(shot.image.convert("L"), dtype=np.float32)
    inside = darker = 0
    for word, quad in zip(page.words, moved, strict=True):
        x0, y0, x1, y1 = folder.box_of(quad)
        if len(word) < 3 or x0 < 0 or y0 < 0 or x1 > shot.image.width or y1 > shot.image.height:
            continue
        inside += 1
        around = dark[max(0, y0 - 4) : y1 + 4, max(0, x0 - 4) : x1 + 4]
        darker += dark[y0:y1, x0:x1].mean() < around.mean()
    assert inside > 0.9 * sum(len(word) > 2 for word in page.words)
    assert darker >= 0.97 * inside


@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_turning_a_page_that_lies_turned_makes_it_upright(page: Drawn, clockwise: int) -> None:
    shot = age.Shot(image=page.image, matrix=np.eye(3))
    lying = age.turned(shot, clockwise)
    upright = lying.image.rotate(-clockwise, expand=True)
    assert np.array_equal(np.asarray(upright), np.asarray(page.image))
    x0, y0, x1, y1 = folder.box_of(age.mapped(lying.matrix, page.boxes[4]))
    assert np.asarray(lying.image.convert("L"))[y0:y1, x0:x1].min() < 100
    assert lying.turned == clockwise


def test_skew_is_positive_clockwise(page: Drawn) -> None:
    shot = age.skewed(age.Shot(image=page.image, matrix=np.eye(3)), 2.0, (255, 255, 255))
    left, right = age.mapped(shot.matrix, np.array([[100.0, 1000.0], [2000.0, 1000.0]]))
    assert shot.skew == 2.0
    assert right[1] - left[1] == pytest.approx(1900 * np.sin(np.radians(2.0)))


def test_the_committed_set_is_what_its_seed_gives(tmp_path: Path) -> None:
    name = "van-ban-den-2014"
    dossiers.write(tmp_path, 1, [name])
    made, committed = (
        json.loads((base / name / "expected.json").read_text(encoding="utf-8")) for base in (tmp_path, SAMPLES)
    )
    assert made["documents"] == committed["documents"]
    for one, two in zip(made["files"], committed["files"], strict=True):
        assert [page["text"] for page in one["pages"]] == [page["text"] for page in two["pages"]]
        boxes = [np.array([word[1:] for page in file["pages"] for word in page["words"]]) for file in (one, two)]
        assert np.abs(boxes[0] - boxes[1]).max() <= 2  # FreeType differs between machines by a pixel


def test_another_seed_gives_other_people_and_words() -> None:
    one, two = (papers.kinds()["to_trinh"](case(seed)).fields for seed in (1, 2))
    assert one["number"] != two["number"]
    assert one["signer"] != two["signer"]
    assert one["subject"] != two["subject"]


def test_the_committed_set_is_wide_and_small() -> None:
    truths = [json.loads((SAMPLES / name / "expected.json").read_text(encoding="utf-8")) for name in SETS]
    kinds = {one["kind"] for truth in truths for one in truth["documents"]}
    levels = {file["level"] for truth in truths for file in truth["files"]}
    size = sum(file.stat().st_size for name in SETS for file in (SAMPLES / name).rglob("*") if file.is_file())
    assert len(SETS) >= 10
    assert len(kinds) >= 25
    assert levels == {*age.LEVELS, "turned"}
    assert size < 15_000_000


@pytest.mark.parametrize("name", SETS)
def test_committed_truth_is_well_formed_and_fits_its_files(name: str) -> None:
    truth = json.loads((SAMPLES / name / "expected.json").read_text(encoding="utf-8"))
    numbers = {}
    for file in truth["files"]:
        sizes = _sizes(SAMPLES / name, file["file"])
        assert len(sizes) == len(file["pages"])
        for page, size in zip(file["pages"], sizes, strict=True):
            if not file.get("digital"):
                assert (page["width"], page["height"]) == size
            numbers[file["file"], page["number"]] = page
            assert " ".join(word[0] for word in page["words"]) == page["text"].replace("\n", " ")
            assert page["text"] == unicodedata.normalize("NFC", page["text"])
            assert page["turned"] in (0, 90, 180, 270)
            assert all(x0 < x1 and y0 < y1 for _, x0, y0, x1, y1 in page["words"])
    taken = [(ref["file"], ref["page"]) for one in truth["documents"] for ref in one["pages"]]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(numbers)
    left = [page for key, page in numbers.items() if key not in set(taken)]
    assert all(page["blank"] or "PHÂN CÁCH" in page["text"] for page in left)
    for one in truth["documents"]:
        assert one["kind"] in papers.kinds()
        assert one["role"] in ("component", "result", "internal")


def _sizes(base: Path, name: str) -> list[tuple[int, int]]:
    """The pixel size of every page image of a file, or of a member of a ZIP."""
    if ".zip/" in name:
        archive, member = name.split("/", 1)
        with zipfile.ZipFile(base / archive) as packed:
            data = packed.read(member)
    else:
        data = (base / name).read_bytes()
    if name.endswith(".pdf"):
        with pypdfium2.PdfDocument(data) as pdf:
            found = []
            for page in pdf:
                images = [item for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
                found.append(images[0].get_px_size() if images else (0, 0))
            return found
    with Image.open(io.BytesIO(data)) as image:
        return [ImageOps.exif_transpose(frame).size for frame in ImageSequence.Iterator(image)]


def test_a_born_digital_page_holds_its_own_text(tmp_path: Path) -> None:
    paper = papers.kinds()["giay_phep_xay_dung"](case())
    made = folder.start(tmp_path / "x", case())
    made.born_digital("a.pdf", paper)
    with pypdfium2.PdfDocument(tmp_path / "x/a.pdf") as pdf:
        layer = pdf[0].get_textpage().get_text_range()
    words = made.files[0]["pages"][0]["text"].split()
    assert sorted(layer.split()) == sorted(words)


def test_duplex_turns_every_second_page(tmp_path: Path) -> None:
    paper = papers.kinds()["bao_cao"](case())
    made = folder.start(tmp_path / "x", case())
    made.pdf("a.pdf", folder.sides(paper)[:2], Wear(level="clean", duplex=True))
    assert [page["turned"] for page in made.files[0]["pages"]] == [0, 180]


def test_dates_are_padded_as_the_decree_says() -> None:
    assert long_date(date(2024, 1, 5)) == "ngày 05 tháng 01 năm 2024"
    assert long_date(date(2024, 6, 29)) == "ngày 29 tháng 6 năm 2024"


def test_numbers_are_said_in_words() -> None:
    assert say(1987) == "một nghìn chín trăm tám mươi bảy"
    assert say(2005) == "hai nghìn không trăm lẻ năm"
    assert [say(n) for n in (11, 15, 21, 25)] == ["mười một", "mười lăm", "hai mươi mốt", "hai mươi lăm"]


def test_tax_codes_carry_the_check_digit_that_real_ones_have() -> None:
    assert checked("010010910") == "0100109106"
    assert checked("030058856") == "0300588569"


def test_the_card_says_the_same_on_front_and_in_its_mrz() -> None:
    one = case().owner
    first, second, third = mrz(one, date(2040, 1, 1))
    assert {len(first), len(second), len(third)} == {30}
    assert one.citizen_id in first
    assert f"{one.born:%y%m%d}" in second
